"""Counts of answers shown to the nearest multiple."""

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from barometer.analysis import Association, Comparisons
from barometer.analysis.suppression import COUNTS

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
        cells = result.kernel.cells
        rounded = np.where(cells.n > 0, np.maximum(multiple * np.rint(cells.n / multiple), multiple), cells.n)
        changed = replace(result, kernel=replace(result.kernel, cells=replace(cells, n=rounded.astype(np.intp))))
        return _typed(result, changed)
    if isinstance(result, Comparisons):
        changed = replace(result, estimates=round_counts(result.estimates, multiple))
    table = changed.table
    names = [name for name in COUNTS if name in table and name != "weighted_base"]
    counts = {name: ((table[name] / multiple).round() * multiple).astype(table[name].dtype) for name in names}
    raised = {name: counts[name].mask((counts[name] == 0) & (table[name] > 0), multiple) for name in names}
    return _typed(result, replace(changed, table=table.assign(**raised)))


def _typed(_: T, changed: Any) -> T:
    found: T = changed
    return found
