"""What a reader can work back: bounds of suppressed cells by linear programming, on arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from barometer.publication.disclosure.small_cells import FloatArray, IntArray

BoolArray = NDArray[np.bool_]
TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """
    What anybody knows of m cells without their values: sums that hold, and that none is below zero.

    Attributes
    ----------
    equal : (e, m) sparse
        Rows a with a x = 0: groups less their total, answers less their base.
    at_most : (u, m) sparse
        Rows a with a x <= 0: an answer less its base, a part less its union.
    """

    equal: csr_array
    at_most: csr_array


@dataclass(frozen=True, slots=True, eq=False)
class Unknowns:
    """
    A linear program over the cells that are not shown.

    Attributes
    ----------
    cells : (h,) int
        Which cells they are.
    part : (h,) int
        Number of the block of unknowns that hang together.
    equal, right : (e, h) sparse, (e,) float
        Rows a with a x = right.
    at_most, most : (u, h) sparse, (u,) float
    low, high : (h,) float
        Bounds of each by itself.
    """

    cells: IntArray
    part: IntArray
    equal: csr_array
    right: FloatArray
    at_most: csr_array
    most: FloatArray
    low: FloatArray
    high: FloatArray


def pose(knowledge: Knowledge, value: FloatArray, hidden: BoolArray) -> Unknowns:
    """
    Put in what is shown, and leave the rest as unknowns.

    Parameters
    ----------
    knowledge : Knowledge
    value : (m,) float
        True values; only those of shown cells are used.
    hidden : (m,) bool
    """
    cells = np.flatnonzero(hidden)
    shown = np.where(hidden, 0.0, value)
    equal, right = knowledge.equal[:, cells], -(knowledge.equal @ shown)
    at_most, most = knowledge.at_most[:, cells], -(knowledge.at_most @ shown)
    several = np.diff(at_most.indptr)
    low, high = np.zeros(cells.size), np.full(cells.size, np.inf)
    alone = np.flatnonzero(several == 1)
    where, slope = at_most.indices[at_most.indptr[alone]], at_most.data[at_most.indptr[alone]]
    above = slope > 0.0
    np.minimum.at(high, where[above], most[alone][above] / slope[above])
    np.maximum.at(low, where[~above], most[alone][~above] / slope[~above])
    kept, joint = np.flatnonzero(np.diff(equal.indptr)), np.flatnonzero(several > 1)
    equal, at_most = equal[kept], at_most[joint]
    part = number_parts(Knowledge(equal, at_most))
    return Unknowns(cells, part, equal, right[kept], at_most, most[joint], low, np.maximum(high, low))


def number_parts(knowledge: Knowledge, *, joined: BoolArray | None = None) -> IntArray:
    """
    Give a number to each part of the cells that no row joins to others.

    Parameters
    ----------
    knowledge : Knowledge
        Of m cells.
    joined : (m,) bool, optional
        Cells that join others to each other; those that do not get a number all the same.

    Returns
    -------
    (m,) int
    """
    from scipy.sparse import block_array, vstack

    rows = vstack([knowledge.equal, knowledge.at_most]).tocsr()
    size = rows.shape[1]
    if joined is None:
        joined = np.ones(size, dtype=np.bool_)
    among = rows.tocsc()[:, np.flatnonzero(joined)]
    graph = block_array([[None, abs(among).T], [abs(among), None]]).tocsr() if among.shape[0] else None
    part = np.arange(size)
    if graph is not None:
        part[joined] = size + connected_components(graph, directed=False)[1][: among.shape[1]]
    return np.asarray(np.unique(part, return_inverse=True)[1], dtype=np.intp)


def find_bounds(unknowns: Unknowns, wanted: IntArray, need: FloatArray) -> tuple[FloatArray, FloatArray]:
    """
    Bound unknowns as closely as anybody can, or far enough to see that they are wide enough.

    Parameters
    ----------
    unknowns : Unknowns
    wanted : (t,) int
        Positions among the unknowns.
    need : (t,) float
        Width that is enough.

    Returns
    -------
    low, high : (t,) float
        Every value between can be that of the cell, given all that is shown. Exact where high less low is below what is
        needed.
    """
    low, high = np.full(wanted.size, np.nan), np.full(wanted.size, np.nan)
    for part in np.unique(unknowns.part[wanted]):
        inside = np.flatnonzero(unknowns.part[wanted] == part)
        block = _Block.of(unknowns, part)
        places = np.searchsorted(block.members, wanted[inside])
        low[inside], high[inside] = block.bounds(places, need[inside])
    return low, high


def widths_of_sums(unknowns: Unknowns) -> FloatArray:
    """
    Find how wide each unknown is left open that is in one sum alone, with others that are in no other sum either.

    Returns
    -------
    (h,) float
        nan for those that a program is needed for.

    Notes
    -----
    Of one sum, an unknown is as large as what is left when the others are as small as they can be.
    """
    columns = unknowns.equal.tocsc()
    alone = (np.diff(columns.indptr) == 1) & (np.diff(unknowns.at_most.tocsc().indptr) == 0)
    rows = unknowns.equal.tocoo()
    simple = np.bincount(rows.row, alone[rows.col], unknowns.right.size) == np.diff(unknowns.equal.indptr)
    widths = np.full(unknowns.cells.size, np.nan)
    ends = np.sort(np.stack([rows.data * unknowns.low[rows.col], rows.data * unknowns.high[rows.col]]), axis=0)
    with np.errstate(invalid="ignore"):
        rest = [np.bincount(rows.row, end, unknowns.right.size)[rows.row] - end for end in ends]
        left = np.sort(np.stack([(unknowns.right[rows.row] - each) / rows.data for each in rest]), axis=0)
        low = np.maximum(unknowns.low[rows.col], left[0])
        high = np.minimum(unknowns.high[rows.col], left[1])
    kept = simple[rows.row]
    widths[rows.col[kept]] = (high - low)[kept]
    return widths


def are_open(unknowns: Unknowns, wanted: IntArray, need: FloatArray) -> bool:
    """Whether all unknowns that are asked for are left open as widely as is needed."""
    widths = widths_of_sums(unknowns)[wanted]
    if not wide_enough(np.zeros_like(need), np.where(np.isnan(widths), np.inf, widths), need).all():
        return False
    for place in np.flatnonzero(np.isnan(widths)):
        member = wanted[place]
        one = slice(place, place + 1)
        if not wide_enough(*find_bounds(unknowns, np.array([member]), need[one]), need[one]).all():
            return False
    return True


def wide_enough(low: FloatArray, high: FloatArray, need: FloatArray) -> BoolArray:
    """Whether bounds are as far apart as is needed, but for the rounding of programs."""
    return np.asarray(high - low >= need - 10 * TOLERANCE * np.maximum(1.0, need))


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """The unknowns of one part, as a program of its own."""

    members: IntArray
    equal: csr_array
    right: FloatArray
    at_most: csr_array
    most: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, unknowns: Unknowns, part: int) -> "_Block":
        members = np.flatnonzero(unknowns.part == part)
        equal, at_most = unknowns.equal[:, members], unknowns.at_most[:, members]
        rows, joint = np.flatnonzero(np.diff(equal.indptr)), np.flatnonzero(np.diff(at_most.indptr))
        return cls(
            members,
            equal[rows],
            unknowns.right[rows],
            at_most[joint],
            unknowns.most[joint],
            unknowns.low[members],
            unknowns.high[members],
        )

    def bounds(self, wanted: IntArray, need: FloatArray) -> tuple[FloatArray, FloatArray]:
        if self.at_most.shape[0] == 0 and self.equal.shape[0] <= 1:
            return self._in_closed_form(wanted)
        return self._by_programs(wanted, need)

    def _in_closed_form(self, wanted: IntArray) -> tuple[FloatArray, FloatArray]:
        """Of one sum: what the others leave, when they are as large or as small as they can be."""
        low, high = self.low[wanted], self.high[wanted]
        if self.equal.shape[0] == 0:
            return low, high
        slope = self.equal.toarray()[0]
        ends = np.sort(np.stack([slope * self.low, slope * self.high]), axis=0)
        own = slope[wanted]
        with np.errstate(invalid="ignore"):
            rest = [end.sum() - end[wanted] for end in ends]
            rest = [
                np.where(np.isnan(r), [np.delete(end, w).sum() for w in wanted], r)
                for r, end in zip(rest, ends, strict=True)
            ]
        left = np.sort(np.stack([(self.right[0] - r) / own for r in rest]), axis=0)
        return np.maximum(low, left[0]), np.minimum(high, left[1])

    def _by_programs(self, wanted: IntArray, need: FloatArray) -> tuple[FloatArray, FloatArray]:
        """One program for each end that is not far enough yet; every solution counts for all of them."""
        low, high = np.full(wanted.size, np.inf), np.full(wanted.size, -np.inf)
        together = np.zeros(self.members.size)
        together[wanted] = 1.0
        for sign in (1.0, -1.0) if wanted.size > 1 else ():
            _widen(self.solve(sign * together), wanted, low, high)
        for place, member in enumerate(wanted):
            alone = np.zeros(self.members.size)
            alone[member] = 1.0
            for sign in (1.0, -1.0):
                if not (np.isfinite(low[place]) and high[place] - low[place] >= need[place]):
                    _widen(self.solve(sign * alone), wanted, low, high)
        return low, high

    def solve(self, slope: FloatArray) -> FloatArray:
        """Make `slope x` as large as it can be; inf in what has no end, nan where nothing was found."""
        found = solve_program(-slope, self.at_most, self.most, self.equal, self.right, self.low, self.high)
        if found.status == 3:
            return np.where(slope > 0.0, np.inf, np.nan)
        return np.asarray(found.x) if found.status == 0 else np.full(slope.size, np.nan)


def _widen(solution: FloatArray, wanted: IntArray, low: FloatArray, high: FloatArray) -> None:
    np.fmin(low, solution[wanted], out=low)
    np.fmax(high, solution[wanted], out=high)


def solve_program(
    cost: FloatArray,
    at_most: csr_array,
    most: FloatArray,
    equal: csr_array,
    right: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> Any:
    """
    Minimise `cost x` with HiGHS, as `scipy.optimize.linprog` gives it.

    Parameters
    ----------
    cost : (h,) float
    at_most, most : (u, h) sparse, (u,) float
    equal, right : (e, h) sparse, (e,) float
    low, high : (h,) float
    """
    from scipy.optimize import linprog

    return linprog(
        cost,
        at_most if at_most.shape[0] else None,
        most if at_most.shape[0] else None,
        equal if equal.shape[0] else None,
        right if equal.shape[0] else None,
        np.stack([low, high], axis=1),
        method="highs",
    )
