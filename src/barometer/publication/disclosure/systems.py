"""
What a reader can work back of cells that are not shown: one linear programme, on arrays.

Variables
    delta_j, how far cell j could be from its true value x_j, for every cell that is not shown. What is shown does not
    move.

Constraints
    1. sums that hold:            A delta = 0          (groups and their total, answers and their base)
    2. sums that stay below:      B delta <= -B x      (an answer and its base, a part and its union)
    3. nothing is below zero:     delta_j >= -x_j

Every delta that meets them is a *move*: x + delta is a table that shows the same as the true one, so that nobody can
tell them apart. delta = 0 is one, so there is always a solution. How far cell i goes down in one move and up in another
is how widely it is left open at least.

Objectives
    - to bound cell i: make delta_i as large, then as small, as it can be (`bounds.find_bounds`);
    - to prove many cells at once: the same of a weighted sum of them, none further than it needs (`moves.free_moves`);
    - to find what has to go: the cheapest shown cells that have to move for i to move (`moves.first_move`).

Unknowns that no sum joins are parts: a solution of one part and a solution of another are one of both, so that one
programme serves a cell of each.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from barometer.microdata.arrays import BoolArray, FloatArray, IntArray

TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """
    What anybody knows of m cells without their values: sums that hold, and that none is below zero.

    Attributes
    ----------
    rows : (r, m) sparse
        Groups less their total, answers less their base; an answer less its base, a part less its union.
    equal : (r,) bool
        Whether a row a says a x = 0; otherwise a x <= 0.
    """

    rows: csc_array
    equal: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Unknowns:
    """
    The constraints of the programme over h cells that are not shown.

    Attributes
    ----------
    cells : (h,) int
        Which cells they are.
    value : (h,) float
        Their true values.
    part : (h,) int
        Number of the part of unknowns that hang together.
    rows : (r, h) sparse
        Rows a with least <= a delta <= most.
    least, most : (r,) float
    low, high : (h,) float
        How far each can go by itself: never above, and never below, 0.
    """

    cells: IntArray
    value: FloatArray
    part: IntArray
    rows: csc_array
    least: FloatArray
    most: FloatArray
    low: FloatArray
    high: FloatArray

    def inside(self, chosen: BoolArray) -> "Unknowns":
        """
        Return some of the unknowns.

        Parameters
        ----------
        chosen : (h,) bool
            Whole parts.
        """
        columns, kept = _without_empty_rows(self.rows[:, np.flatnonzero(chosen)])
        return Unknowns(
            self.cells[chosen],
            self.value[chosen],
            self.part[chosen],
            columns,
            self.least[kept],
            self.most[kept],
            self.low[chosen],
            self.high[chosen],
        )


def pose(knowledge: Knowledge, value: FloatArray, hidden: BoolArray) -> Unknowns:
    """
    Hold what is shown, and leave the rest as unknowns.

    Parameters
    ----------
    knowledge : Knowledge
    value : (m,) float
        True values.
    hidden : (m,) bool
    """
    cells = np.flatnonzero(hidden)
    rows = knowledge.rows[:, cells]
    room = np.where(knowledge.equal, 0.0, np.maximum(-(knowledge.rows @ value), 0.0))
    entry_row, entry_cell = rows.indices, columns_of(rows)
    members = np.bincount(entry_row, minlength=room.size)
    low, high = -value[cells], np.full(cells.size, np.inf)
    alone = members[entry_row] == 1
    _narrow(low, high, entry_cell[alone], rows.data[alone], room[entry_row[alone]], knowledge.equal[entry_row[alone]])
    joint, kept = _without_empty_rows(_keep_entries(rows, ~alone))
    most = room[kept]
    least = np.where(knowledge.equal[kept], 0.0, -np.inf)
    return Unknowns(cells, value[cells], number_parts(joint), joint, least, most, np.minimum(low, 0.0), high)


def columns_of(rows: csc_array) -> IntArray:
    """Return the column of every entry."""
    return np.repeat(np.arange(rows.shape[1]), np.diff(rows.indptr))


def _narrow(
    low: FloatArray, high: FloatArray, cell: IntArray, slope: FloatArray, room: FloatArray, fixed: BoolArray
) -> None:
    """Bound unknowns by rows that they are alone in: what has to stay as it is, and what has some room."""
    above = slope > 0.0
    np.minimum.at(high, cell[above], room[above] / slope[above])
    np.maximum.at(low, cell[~above], room[~above] / slope[~above])
    low[cell[fixed]], high[cell[fixed]] = 0.0, 0.0


def _keep_entries(rows: csc_array, kept: BoolArray) -> csc_array:
    ends = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    return csc_array((rows.data[kept], rows.indices[kept], ends), shape=rows.shape)


def _without_empty_rows(rows: csc_array) -> tuple[csc_array, IntArray]:
    """Return rows that have an entry, and which they are."""
    kept, number = np.unique(rows.indices, return_inverse=True)
    return csc_array((rows.data, number, rows.indptr), shape=(kept.size, rows.shape[1])), kept


def number_parts(rows: csc_array) -> IntArray:
    """
    Give a number to each part of the cells that no row joins to others.

    Parameters
    ----------
    rows : (r, m) sparse

    Returns
    -------
    (m,) int
    """
    lines, size = rows.shape
    ends = np.concatenate([rows.indptr, np.full(lines, rows.nnz)])
    joined = csr_array((np.ones(rows.nnz), rows.indices + size, ends), shape=(size + lines, size + lines))
    return np.unique(connected_components(joined, directed=False)[1][:size], return_inverse=True)[1].astype(np.intp)


def solve_programme(
    slope: FloatArray, rows: csc_array, least: FloatArray, most: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """
    Make `slope delta` as large as it can be, with HiGHS, as `scipy.optimize.milp` gives it.

    Parameters
    ----------
    slope : (h,) float
    rows : (r, h) sparse
    least, most : (r,) float
    low, high : (h,) float

    Returns
    -------
    (h,) float
        A move; nan where none was found: it proves nothing, neither that a cell is open nor that it cannot be.

    Notes
    -----
    Of programmes of this size that have so many solutions, presolving takes longer than solving.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    constraints = [LinearConstraint(rows, least, most)] if rows.shape[0] else []
    for presolve in (False, True):
        found = milp(-slope, bounds=Bounds(low, high), constraints=constraints, options={"presolve": presolve})
        if found.status == 0:
            return np.asarray(found.x, dtype=np.float64)
    return np.full(slope.size, np.nan)
