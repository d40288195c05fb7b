"""Counts of answers shown to the nearest multiple."""

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis import (
    Association,
    Comparisons,
    CountryComparison,
    Decomposition,
    Model,
    ModelMargins,
    ResponseReport,
    Reweighting,
    Sensitivity,
)
from barometer.analysis.suppression import COUNTS
from barometer.analysis.withheld import with_part

T = TypeVar("T")
ROUNDED = (
    *(name for name in COUNTS if name != "weighted_base"),
    *("n_early", "n_late", "n_first", "n_second", "sampled", "answered"),
)
"""Columns that count answers, or follow from how many there are."""
FRAMES = ("table", "combinations", "cells", "standardised")
INSIDE: dict[type, tuple[str, ...]] = {
    Comparisons: ("estimates",),
    CountryComparison: ("first", "second"),
    Sensitivity: ("shares",),
}
"""Results that a result shows."""


def round_counts(result: T, multiple: int) -> T:
    """
    Round the answers behind every number, and the degrees of freedom that follow from them.

    Parameters
    ----------
    result : a result of analysis
    multiple : int
        1 leaves it as it is.

    Notes
    -----
    Shares and weighted counts stay: they are no counts of answers. Nothing rounds to 0 that is not 0.
    """
    if multiple == 1:
        return result
    changed: Any = result
    if isinstance(result, Association):
        return _typed(result, _rounded_cross(result, multiple))
    parts = {name: round_counts(getattr(changed, name), multiple) for name in INSIDE.get(type(result), ())}
    frames = {each.name: getattr(changed, each.name) for each in fields(changed) if each.name in FRAMES}
    tables = {name: _rounded_table(frame, multiple) for name, frame in frames.items()}
    changed = replace(changed, **parts, **tables)
    return _typed(result, _rounded_totals(changed, multiple))


def _rounded_table(table: pd.DataFrame, multiple: int) -> pd.DataFrame:
    names = [name for name in ROUNDED if name in table and pd.api.types.is_numeric_dtype(table[name])]
    counts = {name: ((table[name] / multiple).round() * multiple).astype(table[name].dtype) for name in names}
    raised = {name: counts[name].mask((counts[name] == 0) & (table[name] > 0), multiple) for name in names}
    return table.assign(**raised)


def _rounded_totals(result: Any, multiple: int) -> Any:
    """Round what a result says of all its answers in a sentence."""

    def near(count: int) -> int:
        return int(nearest(np.array(count), multiple))

    if isinstance(result, Model):
        return replace(result, facts=replace(result.facts, n=near(result.facts.n)))
    if isinstance(result, ModelMargins):
        return replace(result, method=replace(result.method, n=near(result.method.n)))
    if isinstance(result, Decomposition):
        (n, later), (outside, outside_later) = result.n, result.outside
        return replace(result, n=(near(n), near(later)), outside=(near(outside), near(outside_later)))
    if isinstance(result, ResponseReport):
        found = result.representativity
        found = with_part(with_part(found, "n", near(found.n)), "answered", near(found.answered))
        return replace(result, representativity=found)
    if isinstance(result, Reweighting) and result.factors is not None:
        cells, joined = (_rounded_table(each, multiple) for each in (result.factors.cells, result.factors.joined))
        return replace(result, factors=replace(result.factors, cells=cells, joined=joined))
    return result


def _rounded_cross(result: Association, multiple: int) -> Association:
    """Round the cells, the bases of all three kinds of shares, and the answers that are tested."""
    kernel, test = result.kernel, result.test
    shares = {
        name: _rounded_shares(found, multiple)
        for name, found in (("by_column", kernel.by_column), ("by_row", kernel.by_row), ("of_total", kernel.of_total))
    }
    cells = with_part(kernel.cells, "n", nearest(kernel.cells.n, multiple))
    of_all = int(nearest(np.array(test.n), multiple))
    return replace(result, kernel=replace(kernel, cells=cells, **shares), test=replace(test, n=of_all))


def _rounded_shares(found: "survey.DomainEstimates", multiple: int) -> "survey.DomainEstimates":
    counts = with_part(found.counts, "n", nearest(found.counts.n, multiple))
    return replace(found, counts=counts, df=nearest(found.df, multiple))


def nearest(counts: NDArray[np.intp], multiple: int) -> NDArray[np.intp]:
    """Return counts to the nearest multiple; what is not 0 is no less than one, and what is not shown stays so."""
    rounded = np.where(counts > 0, np.maximum(multiple * np.rint(counts / multiple), multiple), counts)
    return rounded.astype(np.intp)


def _typed(_: T, changed: Any) -> T:
    found: T = changed
    return found
