"""Bounds of shares as the cells that the shares are of."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barometer.analysis import Sensitivity
from barometer.analysis.suppression import SUPPRESSED, suppress_rows
from barometer.microdata.arrays import BoolArray
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.share_tables import estimates_cells, hide_estimates, places
from barometer.publication.disclosure.tables import CellTable


def bounds_cells(result: Sensitivity) -> CellTable:
    """Return the shares that are bounded as cells; of a difference all groups of the domain."""
    return replace(estimates_cells(result.shares), name=f"{result.shares.indicators[0].name} bounds")


def hide_bounds(result: Sensitivity, hidden: Hidden) -> Sensitivity:
    """Empty the bounds of suppressed shares, of a difference where either of its groups is; the verdicts go too."""
    gone = _rows_of(result, hidden.cell | hidden.base)
    table = suppress_rows(result.table, gone, _rows_of(result, hidden.base))
    verdicts = {name: table[name].mask(gone, SUPPRESSED) for name in ("note_tip", "note_tip_sampling")}
    parts = tuple(() if out else own for out, own in zip(gone, result.parts, strict=True))
    return replace(result, table=table.assign(**verdicts), parts=parts, shares=hide_estimates(result.shares, hidden))


def _rows_of(result: Sensitivity, cells: NDArray[np.bool_]) -> BoolArray:
    """Find the rows that are of one of the cells, or of a difference with one."""
    shares = result.shares
    lost = {group for (_, group), out in zip(places(shares.domains, shares.groups), cells, strict=True) if out}
    return np.array([not lost.isdisjoint(group.split(" - ")) for group in result.table["group"]], dtype=np.bool_)
