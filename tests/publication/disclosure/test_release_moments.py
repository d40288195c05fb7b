"""Moments leave a place only when no cell of theirs tells what somebody answered."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer import cli
from barometer.errors import MomentsError
from barometer.publication.disclosure import release_moments
from barometer.publication.disclosure.policy import DisclosurePolicy, find_policy
from barometer.publication.disclosure.revealing import find_revealing, rules_for

N = 600
RNG = np.random.default_rng(8)
STRATUM = RNG.integers(0, 30, N)
YES = RNG.random((N, 2)) < 0.4
BY = RNG.choice(["a", "b", "c"], N)
BY[:3] = "t"
DESIGN = sv.declare_design(np.full(N, 10.0), STRATUM, population=np.full(N, 400))


def moments(design: sv.SurveyDesign = DESIGN, by: object = BY) -> sv.Moments:
    return sv.collect_moments(sv.estimate_shares(design, YES, by=by, across="outcomes").sums, sample="home")


def test_cells_that_rest_on_few_are_coarsened_until_none_is_left() -> None:
    before, policy = moments(), find_policy("5")
    assert find_revealing(before.sums, rules_for(before.sums, policy)).any()
    released = release_moments(before)
    assert not find_revealing(released.moments.sums, rules_for(released.moments.sums, policy)).any()
    assert released.moments.checked == "5"
    assert released.moments.sums.products is None
    assert ("t",) in released.dropped
    assert len(released.dropped) == 2  # the three of "t" alone would be the total less the groups
    assert dict(released.small)["few_answers"] > 0
    assert released.reasons()["cells"].sum() == sum(count for _, count in released.small)
    strata = released.moments.sums.facts.strata
    assert f"which leaves {strata}." in released.text("en")
    assert f"tilbage er {strata}." in released.text("da")
    was, now = sv.summarise(before.sums), sv.summarise(released.moments.sums)
    kept = [0, *(1 + was.groups.index(label) for label in now.groups)]
    np.testing.assert_allclose(now.estimate, was.estimate[kept], rtol=1e-12)
    np.testing.assert_array_equal(now.n, was.n[kept])


def test_merged_strata_are_those_of_a_design_with_those_strata() -> None:
    released = release_moments(moments(by=None)).moments.sums
    counts = released.facts.stages[0].n
    ends = np.searchsorted(np.cumsum(np.bincount(STRATUM)), np.cumsum(counts))
    place = np.searchsorted(ends, np.arange(30))
    smallest = np.full(counts.size, np.inf)
    np.minimum.at(smallest, place, np.bincount(STRATUM) / 400)
    design = sv.declare_design(np.full(N, 10.0), place[STRATUM], sampling_fraction=smallest[place[STRATUM]])
    expected = sv.estimate_shares(design, YES)
    found = sv.summarise(released)
    np.testing.assert_allclose(found.se, expected.se, rtol=1e-12)
    assert found.method.design_df == expected.method.design_df
    assert (found.se >= sv.summarise(moments(by=None).sums).se).all()


def test_units_and_amounts_that_reveal_somebody_are_refused() -> None:
    units = sv.declare_design(np.ones(N), psu=np.arange(N) // 3)
    with pytest.raises(MomentsError, match=r"home may not leave: .*few_in_base: 400"):
        release_moments(moments(units, None))
    pay = np.where(np.arange(N) == 5, 1e9, 1.0)
    rows = sv.declare_design(np.ones(N))
    found = sv.collect_moments(sv.estimate_totals(rows, pay).sums, sample="pay")
    with pytest.raises(MomentsError, match="dominance: 1"):
        release_moments(found)
    same = sv.collect_moments(sv.estimate_totals(rows, np.full(N, 7.0)).sums, sample="pay")
    with pytest.raises(MomentsError, match="all_answered: 1"):
        release_moments(same)
    assert not release_moments(sv.collect_moments(sv.estimate_totals(rows, np.ones(N)).sums, sample="count")).small
    unchecked = release_moments(moments(units, None), "none")
    assert not unchecked.small
    assert unchecked.moments.checked == ""
    assert unchecked.text("en") == "No disclosure control: may not be published."


EXAMPLE = Path(__file__).parents[3] / "examples" / "copenhagen"
THEIRS = ["--wave", "1", "--data", str(EXAMPLE / "delivery" / "nordland1.csv"), "--codebook", str(EXAMPLE / "codebook")]


@pytest.mark.parametrize(("largest", "found"), [(79.5, 0), (80.5, 1)])
def test_what_is_left_without_the_two_largest_has_to_hide_the_largest(largest: float, found: int) -> None:
    """The p% rule with its bound: at 80 beside 99 ones, p is just what is left over the largest."""
    pay = np.where(np.arange(100) == 5, largest, 1.0)
    sums = sv.estimate_totals(sv.declare_design(np.ones(100)), pay).sums
    squares = largest**2 + 99.0
    prior = (99.0 + 80.0 - np.sqrt(2.0 * (80.0**2 + 99.0))) / np.sqrt(80.0**2 + 99.0)
    policy = DisclosurePolicy("prior", threshold=1, prior=float(prior))
    assert (99.0 + largest - np.sqrt(2.0 * squares) < prior * np.sqrt(squares)) == bool(found)
    moments = sv.collect_moments(sums, sample="pay")
    if found:
        with pytest.raises(MomentsError, match="dominance: 1"):
            release_moments(moments, policy)
    else:
        assert not release_moments(moments, policy).small


def test_countries_exchange_moments_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: object) -> int:
        return cli.main(["moments", *map(str, words)])

    home, abroad, both = (tmp_path / name for name in ("denmark", "nordland", "both"))
    asked = ["--indicators", "innovative", "initiator.employees"]
    assert run("export", *asked, "positive_role.employees", "--out", home, "--report", tmp_path / "report.csv") == 0
    assert (
        run(
            "export",
            *THEIRS,
            *asked,
            "--reference",
            "denmark",
            "--reference-wave",
            3,
            "--sample",
            "nordland 2025",
            "--out",
            abroad,
        )
        == 0
    )
    assert "checked under policy 5" in capsys.readouterr().err
    assert "strata merged" in (tmp_path / "report.csv").read_text("utf-8")
    assert run("merge", home, abroad, "--domain", "country", "--out", both) == 1
    assert (
        "nordland 2025 has other outcomes than denmark wave 3: it lacks positive_role.employees"
        in capsys.readouterr().err
    )
    assert not both.exists()
    assert run("merge", home, abroad, "--domain", "country", "--common", "--out", both) == 0
    shown = capsys.readouterr().out
    assert "Nordland allows as many ticks" in shown
    found = sv.summarise(sv.load_moments(both).sums)
    rows = [sv.summarise(sv.load_moments(folder).sums) for folder in (home, abroad)]
    np.testing.assert_allclose(found.estimate[1:, 0], [one.estimate[0, 0] for one in rows], rtol=1e-12)
    np.testing.assert_allclose(found.se[1:, 0], [one.se[0, 0] for one in rows], rtol=1e-12)
    assert run("compare", home, abroad, "--lang", "da", "--out", tmp_path / "differences.csv") == 0
    shown = capsys.readouterr().out
    assert "denmark wave 3 − nordland 2025" in shown
    assert "Syntetiske data" in shown
    table = pd.read_csv(tmp_path / "differences.csv")
    assert table["Indikator"].tolist() == ["innovative", "initiator.employees"]
    assert table["Forskel"][0] == pytest.approx(rows[0].estimate[0, 0] - rows[1].estimate[0, 0])


def test_the_command_refuses_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(*words: object) -> str:
        assert cli.main(["moments", *map(str, words)]) == 1
        return capsys.readouterr().err

    home, out = tmp_path / "home", tmp_path / "out"
    assert cli.main(["moments", "export", "--indicators", "innovative", "--out", str(home)]) == 0
    assert "is there already" in fails("export", "--indicators", "innovative", "--out", home)
    assert "is counted twice" in fails("merge", home, home, "--out", out)
    assert "There is no folder of moments at" in fails("merge", home, tmp_path / "nowhere", "--out", out)
    said = fails(
        "export", "--indicators", "work_factor.employees.hampered_high", "--out", out, "--report", tmp_path / "r.csv"
    )
    assert "may not leave" in said
    assert "below 5 answered so" in (tmp_path / "r.csv").read_text("utf-8")
    said = fails("export", *THEIRS, "--indicators", "positive_role.employees", "--reference", "denmark", "--out", out)
    assert "No record in matches.toml says that the questions of these waves match" in said
    said = fails(
        "export", "--indicators", "innovative", "--by", "level", "size", "--earlier", home, tmp_path, "--out", out
    )
    assert "There is no folder of moments" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "r.csv"]
