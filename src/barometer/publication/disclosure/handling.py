"""How each type of result is made into cells, and its suppressed cells emptied."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barometer.analysis import Estimates
from barometer.analysis.suppression import suppress_rows
from barometer.publication.disclosure.share_tables import estimates_cells
from barometer.publication.disclosure.systems import BoolArray
from barometer.publication.disclosure.tables import CellTable


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """
    What is not shown of the rows of a table.

    Attributes
    ----------
    cell, base : (rows,) bool
        Rows whose estimate, and whose base, is not shown.
    reason : (rows,) int8
        Index into `REASONS`: why of itself; 0 where it is to protect others, or shown.
    """

    cell: BoolArray
    base: BoolArray
    reason: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Handling:
    """
    What disclosure control has to know of a type of result.

    Attributes
    ----------
    cells : callable of a result
        Its rows as cells.
    hide : callable of a result and `Hidden`
        The same with empty cells.
    """

    cells: Callable[[Any], CellTable]
    hide: Callable[[Any, Hidden], Any]


def _hide_estimates(result: Estimates, hidden: Hidden) -> Estimates:
    return replace(result, table=suppress_rows(result.table, hidden.cell | hidden.base, hidden.base))


HANDLED: dict[type, Handling] = {
    Estimates: Handling(estimates_cells, _hide_estimates),
}
"""By type of result."""
