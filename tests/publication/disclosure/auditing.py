"""What a reader can work back, asked for again: two programmes for each cell, with nothing of the solver's."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from barometer.publication.disclosure.scales import Cells

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]


def find_range(cells: Cells, value: FloatArray, hidden: BoolArray, cell: int) -> tuple[float, float]:
    """Least and largest value of a cell that is not shown, over all tables that show the same; of all cells at once."""
    rows, equal = cells.knowledge.rows.toarray(), cells.knowledge.equal
    right = -rows[:, ~hidden] @ value[~hidden]
    cost = (np.flatnonzero(hidden) == cell).astype(np.float64)
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * cost,
            A_eq=rows[equal][:, hidden],
            b_eq=right[equal],
            A_ub=rows[~equal][:, hidden],
            b_ub=right[~equal] + 1e-9,
            bounds=(0.0, None),
        )
        ends.append(-sign * np.inf if found.status == 3 else found.x[cost > 0.0][0])
    return ends[0], ends[1]


def asked_for(cells: Cells, value: FloatArray, unit: FloatArray, hidden: BoolArray, threshold: int) -> FloatArray:
    """Width that a policy asks for: of an answer to a base that is shown never more than all of it."""
    base = cells.base
    of_base = np.where(hidden[base] | (base == np.arange(base.size)), np.inf, value[base])
    return np.minimum(threshold * unit, of_base)


def find_exposed(cells: Cells, small: BoolArray, hidden: BoolArray, threshold: int) -> BoolArray:
    """Small cells that are left less open than a policy asks for, or than what is known from elsewhere leaves them."""
    exposed = small & ~hidden
    hidden = hidden | ~cells.shown | cells.left_out
    for value, unit in ((cells.count, np.ones_like(cells.unit)), (cells.weighted, cells.unit)):
        asked = asked_for(cells, value, unit, hidden, threshold)
        for cell in np.flatnonzero(small & hidden).tolist():
            low, high = find_range(cells, value, hidden, cell)
            near = 1e-5 * max(1.0, asked[cell])
            if high - low < asked[cell] - near and cells.known.any():
                least, most = find_range(cells, value, hidden | ~cells.known, cell)
                asked[cell] = min(asked[cell], most - least)
            exposed[cell] |= high - low < asked[cell] - near
    return exposed
