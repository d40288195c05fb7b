"""Bounds of small groups: they show nowhere, in no form and no language."""

from dataclasses import replace

import numpy as np
import pytest
from figure_layout import placed
from published_samples import as_delivery

import barometer as bm
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError
from barometer.publication.bound_figures import bounds_figure
from barometer.publication.bounds import range_text, value_text
from barometer.publication.disclosure.bound_tables import hide_bounds
from barometer.publication.disclosure.hidden import Hidden

RARE = "partner.foundations"
LANGUAGES: tuple[Lang, ...] = ("da", "en")
GIVEN = ["delta", "threshold"]
COUNTS = ["n"]


@pytest.fixture(scope="module")
def found(waves: dict[int, bm.Wave]) -> bm.Sensitivity:
    return bm.bound_share(waves[3], RARE, by="sector", at_least=0.05)


@pytest.fixture(scope="module")
def small(waves: dict[int, bm.Wave]) -> np.ndarray:
    """Rows of fewer than five who answered so, counted by hand."""
    wave = waves[3]
    yes, codes = wave.indicator_arrays(wave.select(RARE), ["keep"]).yes[:, 0], wave.domain_codes("sector")
    groups = range(len(wave.codebook.domain("sector").groups))
    return np.array([yes.sum() < 5, *(yes[codes == k].sum() < 5 for k in groups)])


def hide(found: bm.Sensitivity, *rows: int) -> bm.Sensitivity:
    """Suppress rows with the size of their base."""
    cell = np.isin(np.arange(1 + len(found.shares.groups)), rows)
    return hide_bounds(found, Hidden(cell, cell, cell.astype(np.int8)))


def test_bounds_of_small_groups_are_empty_and_say_so(found: bm.Sensitivity, small: np.ndarray) -> None:
    safe = bm.protect(found).result
    numbers = safe.table.select_dtypes("number").columns.difference([*GIVEN, *COUNTS])
    gone = safe.table["note"].eq("suppressed").to_numpy()
    assert small.any()
    assert (gone | ~small).all()
    assert safe.table.loc[gone, numbers].isna().all(axis=None)
    assert (safe.table.loc[gone, ["note_tip", "note_tip_sampling"]] == "suppressed").all(axis=None)
    assert safe.table.loc[gone, GIVEN].equals(found.table.loc[gone, GIVEN])
    assert safe.table.loc[~gone, numbers].equals(found.table.loc[~gone, numbers])
    assert safe.shares.table.loc[gone, "share"].isna().all()
    assert [not part for part in safe.parts] == gone.tolist()
    row = int(np.flatnonzero(gone)[0])
    with pytest.raises(ArgumentError, match=rf"row: {row} is suppressed \(few answers\)"):
        safe.steps(row)
    assert safe.text("da", row).endswith("og dens grænser er undertrykt (få svar).")
    assert "suppressed" in repr(safe)
    assert "Suppressed (few answers)" in safe._repr_html_()
    assert (safe.sheets("da")[0].table["Udsagnet"] == "Undertrykt (få svar)").tolist() == gone.tolist()


def test_no_number_of_a_small_group_is_in_its_figure(found: bm.Sensitivity, small: np.ndarray) -> None:
    figure = bm.draw(found)
    numbers = ["share", "ci_low", "bound_low", "bound_high", "covered_low", "covered_high", "worst_low", "tip"]
    assert figure.data.loc[small, numbers].isna().all(axis=None)
    assert not figure.data.loc[small, "thin"].any()
    shown = found.table[figure.data["share"].notna().to_numpy()]
    for lang in LANGUAGES:
        words = figure.words[lang]
        said = " ".join((words.headline, words.subtitle, *words.footer, words.alt_text))
        assert "nan" not in said
        assert ("Undertrykt: få svar" if lang == "da" else "Suppressed: few answers") in said
        for row in found.table[small].to_dict("records"):
            own = {value_text(share, "share", lang) for share in shown["share"]}
            assert value_text(row["share"], "share", lang) in own or (
                value_text(row["share"], "share", lang) not in words.alt_text
            )
            assert range_text(row["low"], row["high"], "share", lang) not in said
        assert placed(figure.in_language(lang), "column").faults() == []
    assert f"holds in none of the {len(shown) - 1} groups shown" in figure.words["en"].headline


def test_a_difference_goes_with_either_of_its_groups(waves: dict[int, bm.Wave]) -> None:
    groups = "municipal_child_care", "municipal_schools"
    for first, second in (groups, groups[::-1]):
        found = bm.bound_difference(waves[3], RARE, first, second, by="sector")
        safe = bm.protect(found).result
        assert safe.table[["share", "low", "high", "tip"]].isna().all(axis=None)
        assert safe.text("en").endswith("and its bounds are suppressed (few answers).")
        with pytest.raises(ArgumentError, match="what: has no figure: every share in it is suppressed"):
            bm.draw(found)
    shown = bm.bound_difference(waves[3], RARE, "municipal_child_care", "state_education", by="sector")
    assert bm.protect(shown).result.table["low"].tolist() == shown.table["low"].tolist()


@pytest.mark.parametrize("rows", [(0,), (1, 2, 3), (2,)])
def test_the_whole_or_all_groups_may_be_the_gap(waves: dict[int, bm.Wave], rows: tuple[int, ...]) -> None:
    found = hide(bm.bound_share(as_delivery(waves[4]), "innovative", by="level", at_least=0.5), *rows)
    figure = bounds_figure(found, "en")
    for lang in LANGUAGES:
        words = figure.words[lang]
        assert "nan" not in " ".join((words.headline, words.subtitle, *words.footer, words.alt_text))
        assert placed(figure.in_language(lang), "text").faults() == []
    assert ("All, suppressed (few answers)" in figure.alt_text) is (0 in rows)
    assert ("Highest" in figure.alt_text) is (len(rows) < 3)
    assert figure.data["n"].eq(-1).tolist() == [place in rows for place in range(4)]


def test_counts_are_rounded_in_the_bounds_as_in_the_shares(found: bm.Sensitivity) -> None:
    policy = replace(bm.protect(found).policy, rounding=10)
    safe = bm.protect(found, policy).result
    assert (safe.table["n"] % 10 == 0).all()
    assert safe.table["n"].tolist() == safe.shares.table["n"].tolist()
