"""Counts of answers shown to the nearest multiple."""

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from barometer.analysis import Association, Comparisons, Sensitivity
from barometer.analysis.suppression import COUNTS
from barometer.analysis.withheld import with_part

T = TypeVar("T")


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
    if isinstance(result, Comparisons):
        changed = replace(result, estimates=round_counts(result.estimates, multiple))
    if isinstance(result, Sensitivity):
        changed = replace(result, shares=round_counts(result.shares, multiple))
    table = changed.table
    names = [name for name in COUNTS if name in table and name != "weighted_base"]
    counts = {name: ((table[name] / multiple).round() * multiple).astype(table[name].dtype) for name in names}
    raised = {name: counts[name].mask((counts[name] == 0) & (table[name] > 0), multiple) for name in names}
    return _typed(result, replace(changed, table=table.assign(**raised)))


def _rounded_cross(result: Association, multiple: int) -> Association:
    """Round the cells, the bases of all three kinds of shares, and the answers that are tested."""
    kernel, test = result.kernel, result.test
    shares = {
        name: replace(found, counts=with_part(found.counts, "n", nearest(found.counts.n, multiple)))
        for name, found in (("by_column", kernel.by_column), ("by_row", kernel.by_row), ("of_total", kernel.of_total))
    }
    cells = with_part(kernel.cells, "n", nearest(kernel.cells.n, multiple))
    of_all = int(nearest(np.array(test.n), multiple))
    return replace(result, kernel=replace(kernel, cells=cells, **shares), test=replace(test, n=of_all))


def nearest(counts: NDArray[np.intp], multiple: int) -> NDArray[np.intp]:
    """Return counts to the nearest multiple; what is not 0 is no less than one, and what is not shown stays so."""
    rounded = np.where(counts > 0, np.maximum(multiple * np.rint(counts / multiple), multiple), counts)
    return rounded.astype(np.intp)


def _typed(_: T, changed: Any) -> T:
    found: T = changed
    return found
