"""What a protected result still answers: nothing of what it does not show."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from reached_numbers import numbers_in

import barometer as bm
from barometer.errors import ArgumentError, WithheldError
from barometer.publication.disclosure.handling import HANDLED
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.policy import find_policy
from barometer.publication.disclosure.protecting import suppress_results
from barometer.publication.disclosure.tables import CellTable
from barometer.publication.draw import FIGURES

RARE = "partner.foundations"
POLICY = bm.DisclosurePolicy("strict", threshold=12, merging="never")
OWN = {"CountryComparison": bm.DisclosurePolicy("own", threshold=18, merging="never")}
ONLY_COUNTS = {"Model", "ModelMargins", "Reweighting"}
"""Whose cells are known as whole numbers only."""
WIDE = bm.DisclosurePolicy("wide", threshold=3000, merging="never")
NOT_DRAWN = {"Counts", "Overlaps", "Parts", "Reweighting"}
"""By a domain, or with a group of a few, they have no figure."""
Cells = dict[str, tuple[CellTable, Hidden]]
NO_CELLS = {
    "CheckReport": "faults of a delivery, for whoever sent it",
    "Figure": "was drawn from a protected result",
    "GroupPicture": "is made of what workplaces sent to their own group",
    "MomentsComparison": "is made of sums that were checked when they left, or says that they were not",
    "MomentsReport": "holds no numbers",
    "PeerGroup": "says fewer than five itself",
    "Protected": "is one",
    "StatBankComparison": "is made of two that are protected or published",
    "StatBankExtract": "was published by the statistical office",
    "StatBankShares": "is made of protected shares",
    "Verification": "shows no claim that rests on too few",
    "WorkplaceBenchmark": "is the answers of one workplace, for itself, beside protected shares",
}
"""Public results with tables that `protect` does not take, and why."""


@pytest.fixture(scope="module")
def cells(made: dict[str, Any]) -> Cells:
    return {name: suppress_results([result], OWN.get(name, POLICY))[0] for name, result in made.items()}


@pytest.fixture(scope="module")
def safe(made: dict[str, Any], cells: Cells) -> dict[str, Any]:
    return {name: HANDLED[type(result)].hide(result, cells[name][1]) for name, result in made.items()}


def test_every_public_result_with_a_table_is_protected_or_holds_no_cells() -> None:
    public = {name for name in bm.__all__ if isinstance(getattr(bm, name), type)}
    tabled = {name for name in public if {"to_frame", "sheets", "figure"} & set(dir(getattr(bm, name)))}
    handled = {kind.__name__ for kind in HANDLED}
    assert tabled - handled - set(NO_CELLS) == set()
    assert handled.isdisjoint(NO_CELLS)
    assert set(NO_CELLS) <= tabled
    assert all(NO_CELLS.values())


@pytest.mark.parametrize("name", sorted(kind.__name__ for kind in HANDLED))
def test_no_suppressed_value_can_be_reached(
    made: dict[str, Any], cells: Cells, safe: dict[str, Any], name: str
) -> None:
    result, (table, hidden) = made[name], cells[name]
    assert type(result).__name__ == name
    gone = hidden.cell | hidden.base
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(table.weighted_base > 0.0, table.weighted / table.weighted_base, 0.0)
    secret = [value[gone] for value in (share, table.weighted)]
    shown = np.concatenate([share[~gone], table.weighted[~gone], table.weighted_base[~hidden.base]])
    values = np.unique(np.concatenate(secret))
    # Whole numbers stand for many things: those of weights and shares with digits are looked for.
    values = np.array([v for v in values if abs(v - round(v)) > 1e-9 and not np.isclose(shown, v, rtol=1e-9).any()])
    assert gone.any()
    assert values.size or name in ONLY_COUNTS
    before, after = (np.array([*numbers_in(each, set())]) for each in (without_microdata(result), safe[name]))
    reached, left = (
        [value for value in values if np.isclose(found, value, rtol=1e-9, atol=0.0).any()] for found in (before, after)
    )
    assert reached or name in ONLY_COUNTS
    assert left == []


def without_microdata(result: Any) -> Any:
    """Leave out the wave, which the walk would refuse, of what is not protected."""
    return result.factors if isinstance(result, bm.Reweighting) else result


ASKED: dict[str, Callable[[Any], Any]] = {
    "difference": lambda found: found["Estimates"].difference("municipal_schools"),
    "covariance": lambda found: found["Estimates"].covariance(),
    "answers": lambda found: found["Estimates"].answers_behind(RARE, "municipal_schools"),
    "compared": lambda found: found["Estimates"].compare(),
    "sums": lambda found: found["Estimates"].kernel.sums,
    "of a pair": lambda found: found["Comparisons"].kernel.estimate,
    "of a number": lambda found: found["Counts"].means.estimate,
    "square": lambda found: found["Overlaps"].matrix("both"),
    "cross": lambda found: found["Association"].kernel.covariance,
    "cells": lambda found: found["Association"].trend(),
    "of a cell": lambda found: found["Decomposition"].kernel.share,
    "margins": lambda found: found["Model"].margins("sector"),
    "answered": lambda found: found["Model"].facts.answered["sector"],
    "observed": lambda found: found["Model"].observed["sector", "municipal_schools"],
    "microdata": lambda found: found["Reweighting"].wave.microdata,
    "heaviest": lambda found: found["Reweighting"].influential(ids=True),
    "propensities": lambda found: found["ResponseReport"].representativity.model,
    "margins of weights": lambda found: found["ResponseReport"].weights.margins,
    "of a wave": lambda found: found["Trend"].answered[0],
}


@pytest.mark.parametrize("name", ASKED)
def test_what_answers_for_suppressed_cells_says_where_to_ask(safe: dict[str, Any], name: str) -> None:
    if name == "cells":
        with pytest.raises((WithheldError, ArgumentError)):
            ASKED[name](safe)
    else:
        with pytest.raises(WithheldError, match="before protect"):
            ASKED[name](safe)


@pytest.mark.parametrize("name", sorted(kind.__name__ for kind in HANDLED))
def test_a_protected_result_is_shown_in_every_form(safe: dict[str, Any], name: str) -> None:
    result = safe[name]
    written = [repr(result), *(str(sheet) for lang in ("da", "en") for sheet in result.sheets(lang))]
    if hasattr(result, "_repr_html_"):
        written.append(result._repr_html_())
        assert "nan" not in written[-1].lower().replace("finan", "")
    assert all(written)
    with pytest.raises(ArgumentError, match="protected before"):
        bm.protect(result)


@pytest.mark.parametrize("name", sorted({kind.__name__ for kind in FIGURES} - NOT_DRAWN))
def test_what_is_suppressed_may_still_be_drawn(made: dict[str, Any], name: str) -> None:
    result = bm.protect(made[name], POLICY)
    assert result.audit.counts.get("primary", 0) > 0
    assert all(bm.draw(result, lang=lang).alt_text for lang in ("da", "en"))


@pytest.mark.parametrize("name", sorted({kind.__name__ for kind in HANDLED} - {"ResponseReport"}))
def test_a_result_of_which_all_is_suppressed_still_has_its_sheets(made: dict[str, Any], name: str) -> None:
    safe = bm.protect(made[name], WIDE)
    assert set(safe.audit.counts) == {"primary"}
    for lang in ("da", "en"):
        sheets = safe.sheets(lang)
        # What a model says of no group in particular stays.
        shown = [sheet.table[column].notna().sum() for sheet in sheets for column in sheet.shares]
        assert sheets
        assert max(shown, default=0) <= (name == "ModelMargins")


def test_a_change_says_nothing_where_the_share_of_all_is_suppressed(made: dict[str, Any]) -> None:
    safe = bm.protect(made["Decomposition"], WIDE)
    result = safe.result
    assert result.table["estimate"].isna().all()
    assert result.standardised["estimate"].isna().all()
    assert "Suppressed (few answers)." in result.summary("en")
    assert "percentage points" not in result.summary("en")
    assert "Suppressed" in safe._repr_html_()
    with pytest.raises(ArgumentError, match="the share of all is suppressed"):
        bm.draw(safe)
    assert bm.protect(made["Decomposition"], POLICY).result.table["estimate"].notna().all()


COUNTING = ("Answers (n)", "Early answers (n)", "Late answers (n)", "Drawn", "Answered", "n = ")


@pytest.mark.parametrize("name", sorted(kind.__name__ for kind in HANDLED))
def test_every_number_of_answers_is_rounded(made: dict[str, Any], name: str) -> None:
    policy = bm.DisclosurePolicy("rounded", threshold=3, rounding=5)
    sheets = bm.protect(made[name], policy).sheets("en")
    counts = [
        int(count)
        for sheet in sheets
        for column in sheet.table
        if str(column).startswith(COUNTING)
        for count in sheet.table[column].dropna()
    ]
    said = [int(n.replace(",", "")) for sheet in sheets for n in re.findall(r"n = ([\d,]+)", " ".join(sheet.notes))]
    assert counts + said
    assert all(count % 5 == 0 for count in counts)
    assert all(n % 5 == 0 for n in said)


@pytest.mark.parametrize(
    "ask",
    [
        lambda wave: bm.estimate_shares(wave, "innovative"),
        lambda wave: bm.estimate_shares(wave, "partner", by="size"),
        lambda wave: bm.compare_domains(wave, "innovative", by="size"),
        lambda wave: bm.estimate_counts(wave, "partner"),
    ],
    ids=["shares", "levels", "domains", "numbers"],
)
def test_a_figure_of_which_all_is_suppressed_says_so(waves: dict[int, bm.Wave], ask: Callable[[bm.Wave], Any]) -> None:
    figure = bm.draw(bm.protect(ask(waves[3]), WIDE))
    assert figure.render("svg", "web")
    assert not figure.data["share"].notna().any()


def test_combinations_that_are_all_suppressed_are_not_said_to_be_nobodys(waves: dict[int, bm.Wave]) -> None:
    overlaps = bm.estimate_overlaps(waves[3], [RARE, "partner.citizens"])
    with pytest.raises(ArgumentError, match="every combination is suppressed"):
        bm.draw(overlaps, policy=WIDE)


def test_weights_with_a_group_of_a_few_have_no_figure(waves: dict[int, bm.Wave]) -> None:
    moved = bm.reweight(waves[3], ["sector", "size"])
    with pytest.raises(ArgumentError, match="too few answers"):
        bm.draw(moved, policy=bm.DisclosurePolicy("wide", threshold=60))


def test_a_result_that_is_whole_keeps_everything(waves: dict[int, bm.Wave]) -> None:
    shares = bm.protect(bm.estimate_shares(waves[3], "innovative", by="level")).result
    assert shares.difference("state").estimate == pytest.approx(
        shares.row("innovative", "state")["share"] - shares.row("innovative")["share"]
    )
    assert find_policy("5").is_control


def test_what_was_taken_out_names_itself_and_what_it_still_answers(safe: dict[str, Any]) -> None:
    assert repr(safe["Estimates"].answered) == "<Withheld: answered; ask the result before protect>"
    weights = "<Withheld: weights; answers before, after; ask the result before protect>"
    assert repr(safe["ResponseReport"].weights) == weights
