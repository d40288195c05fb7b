"""Files of sums compare as the microdata that they came from, where the codebooks say that questions match."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import barometer as bm
from barometer import survey
from barometer.errors import ArgumentError, MomentsError, NoMatchError

EXAMPLE = Path(__file__).parents[2] / "examples" / "copenhagen"
NAMES = ["innovative", "value.quality", "initiator.employees"]
DENMARK = bm.codebook("denmark").in_wave(3)


@pytest.fixture(scope="module")
def nordland() -> bm.Wave:
    return bm.load_wave(1, EXAMPLE / "delivery" / "nordland1.csv", codebook=EXAMPLE / "codebook")


@pytest.fixture(scope="module")
def files(nordland: bm.Wave, waves: dict[int, bm.Wave]) -> list[survey.Moments]:
    home = bm.collect_wave_moments(waves[3], [*NAMES, "positive_role.employees"])
    return [home, bm.collect_wave_moments(nordland, NAMES, reference=DENMARK)]


def test_differences_are_those_of_the_microdata(
    files: list[survey.Moments], nordland: bm.Wave, waves: dict[int, bm.Wave]
) -> None:
    found = bm.compare_moments(files)
    expected = bm.compare_countries(waves[3], nordland, NAMES).table
    assert found.table["indicator"].tolist() == expected["indicator"].tolist() == NAMES
    for name in ("share_first", "share_second", "n_first", "n_second", "difference", "se", "ci_low", "ci_high", "df"):
        np.testing.assert_allclose(found.table[name], expected[name], rtol=1e-12, err_msg=name)
    np.testing.assert_allclose(found.table["p_value"], expected["p_value"], rtol=1e-12)
    assert (found.table["p_adjusted"] == found.table["p_value"]).all()  # one pair of countries: one test
    share, weight = (
        np.array([getattr(bm.survey.summarise(each.sums), what)[0, 0] for each in files])
        for what in ("estimate", "weighted_base")
    )
    assert found.pooled.estimate[0, 0] == pytest.approx(share @ weight / weight.sum(), rel=1e-12)


def test_what_has_to_stand_beside_the_numbers_does(files: list[survey.Moments]) -> None:
    found = bm.compare_moments(files)
    english, danish = found.remarks("en"), found.remarks("da")
    assert "Synthetic data: not answers from the survey" in english
    assert (
        "initiator.employees: similar question. Nordland allows as many ticks as one likes, Denmark three at most."
        in english
    )
    assert (
        "initiator.employees: lignende spørgsmål. Nordland tillader alle de kryds, man vil; Danmark højst tre."
        in danish
    )
    assert found.left_out == ("positive_role.employees",)
    assert any("positive_role.employees" in remark for remark in danish)
    assert any("has not been checked" in remark for remark in english)
    checked = [bm.release_moments(each, "3").moments for each in files]
    assert bm.compare_moments(checked).checked == "3"
    sheets = found.sheets("da")
    assert sheets[0].table.columns[0] == "Indikator"
    assert sheets[0].notes == danish
    assert sheets[1].table.shape[0] == len(NAMES)


def test_three_samples_are_compared_in_pairs_and_within_groups(waves: dict[int, bm.Wave]) -> None:
    several = [bm.collect_wave_moments(waves[n], "innovative", by="level", sample=f"s{n}") for n in (1, 2, 3)]
    found = bm.compare_moments(several)
    assert list(zip(found.table["first"], found.table["second"], strict=True))[:3] == [
        ("s1", "s2"),
        ("s1", "s3"),
        ("s2", "s3"),
    ]
    groups = found.table["group"].unique().tolist()
    assert groups[0] == ""
    assert len(found.table) == 3 * len(groups)
    whole = found.table[found.table["group"] == ""]
    np.testing.assert_allclose(whole["p_adjusted"], survey.adjust_p_values(whole["p_value"].to_numpy()), rtol=1e-12)
    one = [survey.summarise(each.sums) for each in several[:2]]
    row = found.table[found.table["group"] == "region"].iloc[0]
    of_group = [each.estimate[each.row("region"), 0] for each in one]
    assert row["difference"] == pytest.approx(of_group[0] - of_group[1], rel=1e-12)
    other = bm.collect_wave_moments(waves[3], "innovative", sample="s3")
    mixed = bm.compare_moments([*several[:2], other])
    assert mixed.table["group"].unique().tolist() == [""]
    assert "only whole samples are compared" in mixed.remarks()[-2]
    np.testing.assert_allclose(mixed.table["difference"], whole["difference"], rtol=1e-12)


def test_what_does_not_match_is_refused_by_name(files: list[survey.Moments], nordland: bm.Wave) -> None:
    with pytest.raises(MomentsError, match=r"nordland wave 1 lacks positive_role\.employees: its questions do not"):
        bm.compare_moments(files, "positive_role.employees")
    with pytest.raises(MomentsError, match="denmark wave 3 is the only sample"):
        bm.compare_moments(files[:1])
    with pytest.raises(MomentsError, match="is counted twice"):
        bm.compare_moments([files[0], files[0]])
    with pytest.raises(NoMatchError, match=r"positive_role\.employees"):
        bm.collect_wave_moments(nordland, "positive_role.employees", reference=DENMARK)
    with pytest.raises(NoMatchError, match=r"initiator\.employees"):
        bm.collect_wave_moments(nordland, "initiator.employees", reference=bm.codebook("denmark").in_wave(1))
    with pytest.raises(ArgumentError, match="no record says that domains of two codebooks match"):
        bm.collect_wave_moments(nordland, "innovative", by="level", reference=DENMARK)
    alone = replace(files[1], sums=survey.keep_outcomes(files[1].sums, ["initiator.employees"]))
    with pytest.raises(MomentsError, match="has no outcome in common with the files before"):
        bm.compare_moments([replace(files[0], sums=survey.keep_outcomes(files[0].sums, ["innovative"])), alone])
    with pytest.raises(ArgumentError, match="must be moments in a list"):
        bm.compare_moments([])
