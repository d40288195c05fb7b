"""What a protected result still answers: nothing of what it does not show."""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.analysis.withheld import Withheld
from barometer.codebook import Codebook
from barometer.errors import ArgumentError, WithheldError
from barometer.publication.disclosure.handling import HANDLED
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.policy import find_policy
from barometer.publication.disclosure.protecting import suppress_results
from barometer.publication.disclosure.tables import CellTable
from barometer.publication.draw import FIGURES

RARE = "partner.foundations"
NORDLAND = Path(__file__).parents[3] / "examples" / "copenhagen"
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
def made(waves: dict[int, bm.Wave]) -> dict[str, Any]:
    """One result of each type, with cells of fewer than twelve."""
    wave, sizes = waves[3], "size"
    theirs = bm.load_wave(1, NORDLAND / "delivery" / "nordland1.csv", codebook=NORDLAND / "codebook")
    model = bm.fit_model(wave, f"{RARE} ~ sector", family="linear")
    return {
        "Association": bm.test_association(wave, RARE, "sector"),
        "Comparisons": bm.compare_domains(wave, RARE, by="sector"),
        "CountryComparison": bm.compare_countries(theirs, wave),
        "Counts": bm.estimate_counts(wave, "partner", by=sizes),
        "Decomposition": bm.decompose_change(waves[3], waves[4], "partner.citizens", "sector"),
        "Estimates": bm.estimate_shares(wave, RARE, by="sector"),
        "LateAnswers": bm.compare_early_late(
            wave, [RARE, "innovative"], dates=pd.date_range("2019-01-01", periods=wave.n), late=0.02
        ),
        "Model": model,
        "ModelMargins": model.margins("sector"),
        "Overlaps": bm.estimate_overlaps(wave, [RARE, "partner.citizens", "partner.private_firms"], by=sizes),
        "Parts": bm.estimate_parts(wave, "positive_role.private_firms", by=sizes),
        "ResponseReport": bm.check_response(waves[4]),
        "Reweighting": bm.reweight(wave, ["sector x size"], method="cells", minimum=2),
        "Sensitivity": bm.bound_share(wave, RARE, by="sector"),
        "Trend": bm.estimate_trend([waves[3], waves[4]], RARE, by="sector"),
    }


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


def numbers_in(thing: object, seen: set[int]) -> Iterator[float]:
    """Every number that can be reached by public attributes and by methods that ask for nothing."""
    if isinstance(thing, int | float | np.number):
        yield float(thing)
        return
    if id(thing) in seen or isinstance(thing, str | bytes | Codebook | Path | type | Withheld):
        return
    seen.add(id(thing))
    assert not isinstance(thing, bm.Wave), "microdata can be reached"
    if isinstance(thing, np.ndarray) and thing.dtype.kind in "fiu":
        yield from thing.ravel().astype(np.float64).tolist()
    elif isinstance(thing, pd.DataFrame):
        for column in thing.select_dtypes("number"):
            yield from thing[column].astype("Float64").dropna().astype(float).tolist()
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from numbers_in(value, seen)
    elif isinstance(thing, list | tuple | np.ndarray | pd.Series):
        for value in thing:
            yield from numbers_in(value, seen)
    elif dataclasses.is_dataclass(thing):
        yield from numbers_of_attributes(thing, seen)


def numbers_of_attributes(thing: object, seen: set[int]) -> Iterator[float]:
    for name in (name for name in dir(thing) if not name.startswith("_")):
        try:
            value = getattr(thing, name)
            found = value() if callable(value) else value
        except (WithheldError, TypeError, ArgumentError, KeyError, IndexError, ValueError):
            continue
        yield from numbers_in(found, seen)


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


COUNTING = ("Answers (n)", "Early answers (n)", "Late answers (n)", "Drawn", "Answered", "n = ")


@pytest.mark.parametrize("name", sorted(kind.__name__ for kind in HANDLED))
def test_every_number_of_answers_is_rounded(made: dict[str, Any], name: str) -> None:
    policy = bm.DisclosurePolicy("rounded", threshold=12, rounding=5)
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
    assert name == "Reweighting" or all(n % 5 == 0 for n in said)


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
