"""Moments leave a place only when no cell of theirs tells what somebody answered."""

from pathlib import Path

import numpy as np
import pytest

import barometer.survey as sv
from barometer import cli
from barometer.errors import MomentsError
from barometer.publication.disclosure import release_moments
from barometer.publication.disclosure.moments import find_revealing
from barometer.publication.disclosure.policy import DisclosurePolicy, find_policy

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
    assert find_revealing(before.sums, policy).any()
    released = release_moments(before)
    assert not find_revealing(released.moments.sums, policy).any()
    assert released.moments.checked == "5"
    assert released.moments.sums.products is None
    assert ("t",) in released.dropped
    assert len(released.dropped) == 2  # the three of "t" alone would be the total less the groups
    assert dict(released.small)["few_answers"] > 0
    assert released.reasons()["cells"].sum() == sum(count for _, count in released.small)
    strata = released.moments.sums.facts.strata
    assert f"{strata} are left" in released.text("en")
    assert f"{strata} tilbage" in released.text("da")
    was, now = sv.summarise(before.sums), sv.summarise(released.moments.sums)
    kept = [0, *(1 + was.groups.index(label) for label in now.groups)]
    np.testing.assert_allclose(now.estimate, was.estimate[kept], rtol=1e-12)
    np.testing.assert_array_equal(now.n, was.n[kept])


def test_merged_strata_are_those_of_a_design_with_those_strata() -> None:
    released = release_moments(moments(by=None)).moments.sums
    counts = released.facts.stages[0].n
    ends = np.searchsorted(np.cumsum(np.bincount(STRATUM)), np.cumsum(counts))
    place = np.searchsorted(ends, np.arange(30))
    sizes = np.bincount(place) * 400
    design = sv.declare_design(np.full(N, 10.0), place[STRATUM], population=sizes[place[STRATUM]])
    expected = sv.estimate_shares(design, YES)
    found = sv.summarise(released)
    np.testing.assert_allclose(found.se, expected.se, rtol=1e-12)
    assert found.method.design_df == expected.method.design_df


def test_units_and_amounts_that_reveal_somebody_are_refused() -> None:
    units = sv.declare_design(np.ones(N), psu=np.arange(N) // 3)
    with pytest.raises(MomentsError, match=r"home may not leave: .*few_in_base: 400"):
        release_moments(moments(units, None))
    pay = np.where(np.arange(N) == 5, 1e9, 1.0)
    rows = sv.declare_design(np.ones(N))
    found = sv.collect_moments(sv.estimate_totals(rows, pay).sums, sample="pay")
    with pytest.raises(MomentsError, match="dominance: 1"):
        release_moments(found)
    assert not release_moments(sv.collect_moments(sv.estimate_totals(rows, np.ones(N)).sums, sample="pay")).small
    assert not release_moments(moments(units, None), "none").small


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
    example = Path(__file__).parents[3] / "examples" / "copenhagen"
    ours = ["moments", "export", "--indicators", "innovative", "--out", str(tmp_path / "denmark")]
    theirs = ["moments", "export", "--wave", "1", "--data", str(example / "delivery" / "nordland1.csv")]
    theirs += ["--codebook", str(example / "codebook"), "--reference", "denmark", "--indicators", "innovative"]
    assert cli.main(ours) == 0
    assert cli.main([*theirs, "--sample", "nordland 2025", "--out", str(tmp_path / "nordland")]) == 0
    assert "checked under policy 5" in capsys.readouterr().err
    folders = [str(tmp_path / name) for name in ("denmark", "nordland")]
    assert cli.main(["moments", "merge", *folders, "--domain", "country", "--out", str(tmp_path / "both")]) == 0
    shown = capsys.readouterr().out
    assert "denmark wave 3" in shown
    assert "nordland 2025" in shown
    found = sv.summarise(sv.load_moments(tmp_path / "both").sums)
    rows = [sv.summarise(sv.load_moments(folder).sums) for folder in folders]
    np.testing.assert_allclose(found.estimate[1:, 0], [one.estimate[0, 0] for one in rows], rtol=1e-12)
    np.testing.assert_allclose(found.se[1:, 0], [one.se[0, 0] for one in rows], rtol=1e-12)
    assert cli.main(["moments", "merge", folders[0], folders[0], "--out", str(tmp_path / "twice")]) == 1
    assert "is counted twice" in capsys.readouterr().err
    assert not (tmp_path / "twice").exists()
