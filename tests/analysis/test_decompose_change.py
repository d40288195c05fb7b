"""A change of a share taken apart, with labels: what adds up, what is refused, and what is said of its cells."""

from dataclasses import replace

import numpy as np
import pytest
from repeated_waves import linked

import barometer as bm
from barometer.codebook.numbers import interval
from barometer.errors import ArgumentError, NotComparableError, UnknownNameError


@pytest.mark.parametrize("parts", ["twofold", "threefold"])
def test_parts_and_cells_add_up_to_the_change(
    waves: dict[int, bm.Wave], parts: bm.analysis.decomposition.FoldChoice
) -> None:
    found = bm.decompose_change(waves[3], waves[4], "partner.citizens", ["level", "size"], parts=parts)
    estimate = found.table.set_index("part")["estimate"]
    names = [name for name in estimate.index if name != "change"]
    assert names == list(bm.analysis.decomposition.FOLDS[parts])
    assert estimate[names].sum() == pytest.approx(estimate["change"], abs=1e-15)
    for name in names:
        assert found.cells[name].sum() == pytest.approx(estimate[name], abs=1e-15)
    for side in ("first", "second"):
        assert found.cells[f"mix_{side}_wave"].sum() == pytest.approx(1.0, abs=1e-12)


def test_the_change_is_that_of_the_trend(waves: dict[int, bm.Wave]) -> None:
    first, second, common = linked(waves[3], waves[4])
    for pair, samples in (((waves[3], waves[4]), "independent"), ((first, second), "overlapping")):
        found = bm.decompose_change(*pair, indicator="innovative", by="sector")
        (change,) = bm.estimate_trend(pair, "innovative").changes.to_dict("records")
        for theirs, own in (("change", "estimate"), ("se", "se"), ("df", "df"), ("ci_low", "ci_low")):
            assert found.table[own][0] == pytest.approx(change[theirs], rel=1e-9)
        assert change["samples"] == samples
        assert found.overlapping == (samples == "overlapping")
        assert found.common == (common if found.overlapping else 0)


def test_standardised_shares_are_the_shares_less_what_the_mix_did(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[2], waves[4], "partner.citizens", "sector", parts="threefold")
    estimate = {row["part"]: row["estimate"] for row in found.table.to_dict("records")}
    standard = found.standardised.set_index("part")["estimate"]
    share = {n: bm.estimate_shares(waves[n], "partner.citizens").table["share"][0] for n in (2, 4)}
    assert standard["second_standardised"] == pytest.approx(share[2] + estimate["behaviour_first"], abs=1e-12)
    assert standard["first_standardised"] == pytest.approx(share[2] + estimate["mix_first"], abs=1e-12)


def test_the_order_of_the_waves_makes_no_difference(waves: dict[int, bm.Wave]) -> None:
    one, other = (
        bm.decompose_change(*pair, "innovative", "size").table for pair in ((waves[3], waves[4]), (waves[4], waves[3]))
    )
    assert one.equals(other)


def test_what_cannot_be_compared_is_refused_with_the_reason(waves: dict[int, bm.Wave]) -> None:
    with pytest.raises(NotComparableError, match="sectors do not correspond") as refused:
        bm.decompose_change(waves[1], waves[2], "innovative")
    assert refused.value.names == ("sector",)
    with pytest.raises(NotComparableError, match="not seen in the text"):
        bm.decompose_change(waves[3], waves[4], "shared.yes", "size")
    with pytest.raises(NotComparableError, match="Wave 2 does not have it"):
        bm.decompose_change(waves[2], waves[4], "technology.itself", "size")


def test_a_break_is_said(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[1], waves[2], "innovative", "size")
    assert found.comparable == "break"
    assert "comparable with a break" in repr(found)
    assert "Kan sammenlignes med et brud: Danmarks Statistik" in found.summary("da")
    assert bm.decompose_change(waves[3], waves[4], "innovative", "size").comparable == "comparable"


def test_a_cell_of_one_wave_only_counts_as_mix_and_says_so(waves: dict[int, bm.Wave]) -> None:
    rows = waves[4].microdata
    closed = (rows["size"] == "small") & (rows["sector"] == "state_culture")
    rows = rows.assign(sector=rows["sector"].where(~closed, "state_education"))
    sizes = rows.groupby(["sector", "size"], observed=True)["weight"].transform("sum")
    without = replace(waves[4], microdata=rows.assign(population=sizes.round()))
    found = bm.decompose_change(waves[3], without, "innovative", ["sector", "size"])
    (lent,) = found.cells[found.cells["note"] == "only_first"].to_dict("records")
    assert (lent["sector"], lent["size"]) == ("state_culture", "small")
    assert lent["behaviour"] == lent["se_behaviour"] == 0.0
    assert np.isnan(lent["share_second_wave"])
    assert lent["mix"] < 0.0
    assert "1 cell is in one wave only; all that it adds" in found.summary("en")
    assert "1 celle findes kun i én bølge; alt i den" in found.summary("da")
    parts = found.table["estimate"]
    assert parts[1] + parts[2] == pytest.approx(parts[0], abs=1e-15)


def test_answers_in_no_cell_are_counted(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[3], waves[4], "partner.citizens", "novelty_level")
    for place, number in enumerate((3, 4)):
        shares = bm.estimate_shares(waves[number], "partner.citizens", by="novelty_level").table["n"]
        assert found.outside[place] == shares[0] - shares[1:].sum() > 0
    assert "in no cell" in found.summary("en")


def test_wrong_names_and_choices_are_refused(waves: dict[int, bm.Wave]) -> None:
    pair = waves[3], waves[4]
    with pytest.raises(ArgumentError, match="'partner' is 11 indicators"):
        bm.decompose_change(*pair, "partner", "size")
    with pytest.raises(ArgumentError, match="names no domain"):
        bm.decompose_change(*pair, "innovative", [])
    with pytest.raises(ArgumentError, match="parts"):
        bm.decompose_change(*pair, "innovative", "size", parts="fourfold")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="confidence"):
        bm.decompose_change(*pair, "innovative", "size", confidence=95)
    with pytest.raises(ArgumentError, match=r"^second: is wave 3, as the first is"):
        bm.decompose_change(waves[3], waves[3], "innovative", "size")
    with pytest.raises(ArgumentError, match=r"^second: must be a wave"):
        bm.decompose_change(waves[3], 4, "innovative", "size")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"^overlap: must be one of"):
        bm.decompose_change(*pair, "innovative", "size", overlap="x")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"^indicator: must be a name"):
        bm.decompose_change(*pair, ["innovative"], "size")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"^by: must be a domain .*'sector'"):
        bm.decompose_change(*pair, "innovative", 3)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        bm.decompose_change(*pair, "inovative", "size")


def test_frames_and_sentences_have_labels_in_both_languages(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[3], waves[4], "innovative", ["level", "size"])
    assert found.to_frame("da")["Del"].tolist() == ["Ændring", "Ændret sammensætning", "Ændret adfærd"]
    assert found.to_frame("en", "standardised")["Part"][1].startswith("Share of the second wave with the first's mix")
    cells = found.to_frame("en", "cells")
    assert cells["Level of government"].tolist()[0] == "Municipalities"
    known = {"mix", "behaviour", "note", "n_first_wave", "se_mix", "level", "size"}
    assert not set(cells.columns) & known
    assert "Innovative arbejdspladser, 2018-2019 / 2021-2023: +2,0 procentpoint" in found.summary("da")
    with pytest.raises(ArgumentError, match="part"):
        found.to_frame("en", "rows")  # type: ignore[arg-type]


def test_what_is_shown_is_marked_as_synthetic(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[3], waves[4], "innovative", "size")
    assert "SYNTHETIC" in repr(found)
    html = found._repr_html_()
    assert "Synthetic data" in html
    shares = found.standardised.iloc[0]
    assert f"{100 * shares['estimate']:.1f}%" in html
    assert interval(shares["ci_low"], shares["ci_high"], "en") in html
    assert "+2.0 percentage points" in html
    assert set(found.table["provenance"]) == {"synthetic"}
    first, second, _ = linked(waves[3], waves[4])
    real = bm.decompose_change(first, second, "innovative", "size")
    assert "ynthetic" not in real._repr_html_() + real.summary() + repr(real)


def test_shares_are_shown_as_per_cent_and_changes_as_points_with_the_family_named(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[3], waves[4], "partner.citizens")
    shown = found._repr_html_()
    cell = "<td dir='auto' style='text-align:left'>"
    assert f"{cell}32.8%</td>{cell}30.1\N{EN DASH}35.5%</td>" in shown
    assert "+32.8" not in shown
    assert "+0.1 percentage points</td><td dir='auto' style='text-align:left'>\N{MINUS SIGN}0.2 to +0.4</td>" in shown
    assert "Partners: citizens, 2018-2019 to 2021-2023" in shown
    assert found.summary("da").startswith("Samarbejdspartnere: borgere, 2018-2019 / 2021-2023: ")


def test_tiny_parts_are_said_to_be_tiny(waves: dict[int, bm.Wave]) -> None:
    found = bm.decompose_change(waves[3], waves[4], "innovative", "size")
    tiny = found.table.assign(estimate=[-7e-6, -7e-6, 0.0], ci_low=-2e-5, ci_high=1e-5)
    told = replace(found, table=tiny).summary("da").splitlines()
    assert ": under 0,05 procentpoint (" in told[0]
    assert told[1] == "Ændret sammensætning: under 0,05 procentpoint (begge grænser under 0,05)."


def test_a_change_from_nobody_at_all_has_no_test_and_says_why(waves: dict[int, bm.Wave]) -> None:
    by_cell = bm.decompose_change(waves[3], waves[4], "technology.itself", "sector")
    (zero,) = by_cell.cells[by_cell.cells["sector"] == "regional_social"].to_dict("records")
    assert zero["note"] == "share_zero"
    assert np.isnan([zero["se_mix"], zero["se_behaviour"]]).all()
    assert by_cell.table["se"].notna().all()
