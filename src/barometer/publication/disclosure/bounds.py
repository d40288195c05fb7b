"""How widely unknowns are left open: bounds from outside by handing them on, from inside by programmes."""

import numpy as np

from barometer.microdata.arrays import BoolArray, FloatArray, IntArray
from barometer.publication.disclosure.systems import TOLERANCE, Unknowns, columns_of, solve_programme

PASSES = 20
"""How often bounds are handed on from sum to sum at most; they are true after any number."""
ENDLESS = 1e4
"""How many times all that is counted a cell is moved at most; one that goes so far has no end."""


def outer_bounds(unknowns: Unknowns) -> tuple[FloatArray, FloatArray]:
    """
    Bound every unknown from outside, without a programme.

    Parameters
    ----------
    unknowns : Unknowns

    Returns
    -------
    low, high : (h,) float
        No move goes further. Of a part with one sum these are the ends themselves.

    Notes
    -----
    In one sum, an unknown goes as far as what the others leave when all of them go as far as they can the other way.
    These bounds are handed on to the other sums of each, until nothing changes.
    """
    low, high = unknowns.low.copy(), unknowns.high.copy()
    row, cell, slope = unknowns.rows.indices, columns_of(unknowns.rows), unknowns.rows.data
    for _ in range(PASSES):
        before = low.copy(), high.copy()
        ends = np.sort(np.stack([slope * low[cell], slope * high[cell]]), axis=0)
        down = _others(ends[0], row, unknowns.most.size, endless=-np.inf)
        up = _others(ends[1], row, unknowns.most.size, endless=np.inf)
        ends = np.sort(np.stack([(unknowns.least[row] - up) / slope, (unknowns.most[row] - down) / slope]), axis=0)
        np.maximum.at(low, cell, np.minimum(ends[0], 0.0))
        np.minimum.at(high, cell, np.maximum(ends[1], 0.0))
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


def _others(end: FloatArray, row: IntArray, rows: int, *, endless: float) -> FloatArray:
    """Add up, for every entry of a row, the other entries: without end where one of them has none."""
    without_end = np.isinf(end)
    finite = np.where(without_end, 0.0, end)
    total, number = np.bincount(row, finite, rows), np.bincount(row, without_end, rows)
    return np.where(number[row] > without_end, endless, total[row] - finite)


def push(unknowns: Unknowns, slope: FloatArray, furthest: FloatArray) -> FloatArray:
    """
    Move unknowns as far as all of them together let each go.

    Parameters
    ----------
    unknowns : Unknowns
    slope : (h,) float
        Above 0 for those to go up, below 0 for those to go down; the rest follows.
    furthest : (h,) float
        How far those with a slope go at most.

    Returns
    -------
    (h,) float
        A move; nan where none was found.
    """
    chosen = np.isin(unknowns.part, unknowns.part[slope != 0.0])
    own, slope, furthest = unknowns.inside(chosen), slope[chosen], furthest[chosen]
    low = np.where(slope < 0.0, np.maximum(own.low, -furthest), own.low)
    high = np.where(slope > 0.0, np.minimum(own.high, furthest), own.high)
    move = np.zeros(chosen.size)
    move[chosen] = solve_programme(slope, own.rows, own.least, own.most, low, high)
    return move


def find_bounds(
    unknowns: Unknowns, wanted: IntArray, need: FloatArray
) -> tuple[FloatArray, FloatArray, list[FloatArray]]:
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
        needed; nan where no programme found it.
    moves : list of (h,) float
        What shows that they are as wide, but for those in a part with one sum.

    Notes
    -----
    First all go down, then all go up. Then one end of each part at a time, that is neither as far as the bound from
    outside nor known to be wide enough with the other; every move counts for all.
    """
    low, high = outer_bounds(unknowns)
    outer = np.stack([-low, high])[:, wanted]
    reached = np.where(_in_one_sum(unknowns)[wanted], outer, 0.0)
    endless = ENDLESS * (1.0 + np.abs(unknowns.value).sum())
    furthest = np.zeros(unknowns.value.size)
    furthest[wanted] = np.minimum(need, endless)
    moves = list[FloatArray]()
    part, together = unknowns.part[wanted], True
    while (left := (outer - reached > TOLERANCE) & ~wide_enough(reached.sum(axis=0), need)).any():
        for end, sign in enumerate((-1.0, 1.0)):
            places = np.flatnonzero(left[end])
            first = places[np.unique(part[places], return_index=True)[1]]
            places = places if together else first
            if places.size:
                slope = np.zeros_like(furthest)
                slope[wanted[places]] = sign
                moves.append(push(unknowns, slope, furthest))
                reached = np.maximum(reached, [-moves[-1][wanted], moves[-1][wanted]])
                if not together or places.size == first.size:
                    outer[end, first] = reached[end, first]
        together = False
    far = np.where(reached >= 0.5 * endless, np.inf, reached)
    return (
        unknowns.value[wanted] - far[0],
        unknowns.value[wanted] + far[1],
        [move for move in moves if np.isfinite(move).all()],
    )


def _in_one_sum(unknowns: Unknowns) -> BoolArray:
    """Whether unknowns are in a part with one sum, or none."""
    sums = np.bincount(_part_of_rows(unknowns), minlength=unknowns.part.max(initial=0) + 1)
    return np.asarray(sums[unknowns.part] <= 1)


def _part_of_rows(unknowns: Unknowns) -> IntArray:
    part = np.zeros(unknowns.most.size, dtype=np.intp)
    part[unknowns.rows.indices] = unknowns.part[columns_of(unknowns.rows)]
    return part


def where_they_hold(unknowns: Unknowns, moves: FloatArray) -> FloatArray:
    """
    Keep moves in the parts of a table in which all constraints hold: there, each is a move of its own.

    Parameters
    ----------
    unknowns : Unknowns
    moves : (k, h) float
        Found for other unknowns, or another value.

    Returns
    -------
    (k, h) float
    """
    sums, near = (unknowns.rows @ moves.T).T, 10 * TOLERANCE
    broken = np.zeros((moves.shape[0], unknowns.part.max(initial=0) + 1), dtype=np.bool_)
    for outside, part in (
        ((sums < unknowns.least - near) | (sums > unknowns.most + near), _part_of_rows(unknowns)),
        ((moves < unknowns.low - near) | (moves > unknowns.high + near), unknowns.part),
    ):
        move, place = np.nonzero(outside)
        broken[move, part[place]] = True
    return np.where(broken[:, unknowns.part], 0.0, moves)


def widths_of_sums(unknowns: Unknowns) -> FloatArray:
    """
    Find how wide each unknown is left open that is in a part with one sum.

    Returns
    -------
    (h,) float
        nan for those that a programme is needed for.
    """
    low, high = outer_bounds(unknowns)
    return np.where(_in_one_sum(unknowns), high - low, np.nan)


def wide_enough(width: FloatArray, need: FloatArray) -> BoolArray:
    """Whether cells are left open as widely as is needed, but for the rounding of programmes."""
    return np.asarray(width >= np.minimum(need - 10 * TOLERANCE, need * (1.0 - 10 * TOLERANCE)))
