"""Two answers crossed, as cells."""

from dataclasses import replace
from typing import Any

import numpy as np

from barometer import survey
from barometer.analysis import Association
from barometer.analysis.suppression import SUPPRESSED
from barometer.analysis.withheld import Withheld, keep_only
from barometer.microdata.arrays import BoolArray
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.tables import TOTAL, Cell, CellTable, Sum
from barometer.publication.gaps import NO_N


def association_cells(result: Association) -> CellTable:
    """Return the cells of a cross table with its margins: the columns are groups, the rows answers."""
    rows, columns = result.rows, result.columns
    base = f"{rows.base} and {columns.base}: {rows.name} by {columns.name}"
    items = [f"{rows.name}={code}" for code in rows.codes]
    groups = [("", TOTAL), *((columns.name, code) for code in columns.codes)]
    count, weighted = (_with_margins(values) for values in (result.kernel.n, result.kernel.weighted))
    wave = result.method.wave
    return CellTable(
        f"{rows.name} by {columns.name}",
        tuple(Cell(wave, base, item, *place) for item in items for place in groups),
        count.ravel(),
        np.tile(count.sum(axis=0), len(items)),
        weighted.ravel(),
        np.tile(weighted.sum(axis=0), len(items)),
        (Sum(wave, base, dict.fromkeys(items, 1.0) | {"": -1.0}, "equal"),),
        {},
    )


def _with_margins(cells: np.ndarray) -> np.ndarray:
    """(r, 1 + c): the whole row before its cells."""
    return np.concatenate([cells.sum(axis=1, keepdims=True), cells], axis=1)


def hide_association(result: Association, hidden: Hidden) -> Association:
    """Empty the suppressed cells in counts and in all three kinds of shares."""
    r, c = result.kernel.n.shape
    gone = (hidden.cell | hidden.base).reshape(r, 1 + c)
    base = hidden.base.reshape(r, 1 + c)[0]
    kernel, inner = result.kernel, gone[:, 1:]
    own = kernel.cells
    shown = {"n": np.where(inner, NO_N, own.n), "weighted": np.where(inner, np.nan, own.weighted)}
    cells: Any = Withheld("cells", {"rows": own.rows, "columns": own.columns, **shown})
    by_row = np.concatenate([np.broadcast_to(base[1:], (1, c)), inner | gone[:, :1]])
    kernel = replace(
        kernel,
        cells=cells,
        by_column=_emptied(kernel.by_column, gone.T, np.broadcast_to(base[:, np.newaxis], gone.T.shape)),
        by_row=_emptied(kernel.by_row, by_row, np.concatenate([[[False] * c], np.broadcast_to(gone[:, :1], (r, c))])),
        of_total=_emptied(kernel.of_total, inner.reshape(1, -1), np.zeros((1, r * c), np.bool_)),
    )
    return replace(result, kernel=kernel)


def _emptied(found: "survey.DomainEstimates", hidden: BoolArray, base: BoolArray) -> "survey.DomainEstimates":
    """Take estimates and intervals out of arrays of shares; n too where the base is not shown."""
    ends = found.interval
    reason = np.where(hidden, np.int8(survey.REASONS.index(SUPPRESSED)), ends.reason).astype(np.int8)
    n = found.counts.n.copy()
    for place, of in enumerate(found.linear.base):
        n[base[:, place], of] = NO_N
    counts: Any = Withheld("counts", {"n": n})
    whole: Any = Withheld("sums")
    return replace(
        found,
        df=np.where(base, NO_N, found.df),
        sums=whole,
        linear=keep_only(found.linear, "linear", "base"),
        replicates=None,
        estimate=np.where(hidden, np.nan, found.estimate),
        variance=np.where(hidden, np.nan, found.variance),
        interval=replace(
            ends, low=np.where(hidden, np.nan, ends.low), high=np.where(hidden, np.nan, ends.high), reason=reason
        ),
        counts=counts,
    )
