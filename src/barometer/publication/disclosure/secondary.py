"""Which further cells to suppress, so that no small one can be worked back from the rest: on arrays."""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from barometer.microdata.arrays import BoolArray, FloatArray
from barometer.publication.disclosure.bounds import find_bounds, outer_bounds, wide_enough, widths_of_sums
from barometer.publication.disclosure.moves import Through, first_move, free_moves, furthest, still_hold
from barometer.publication.disclosure.scales import Cells, Moves, Scale, two_scales
from barometer.publication.disclosure.systems import TOLERANCE, pose

TRIMMED = 40
"""Further cells above which none is tried for whether it is needed."""


def suppress(cells: Cells, small: BoolArray, threshold: int) -> BoolArray:
    """
    Choose the cells to leave out.

    Parameters
    ----------
    cells : Cells
    small : (m,) bool
        Those that must not be shown: they are what is protected.
    threshold : int
        Width in respondents that must be left open for each of them.

    Returns
    -------
    (m,) bool
        Those that are not shown, `small` and what protects them.

    Notes
    -----
    A small cell is protected when it could be larger and smaller, over a width of `threshold` respondents in all, while
    everything that is shown stays as it is; both for counts and for weighted counts. For every one that is not, the
    cheapest way to move it so far is found by linear programming (the objective is the cost of the shown cells that
    would have to move with it), and these are left out too. One program moves a cell in each part of the table that no
    sum joins to others; before it, programs move many at once among those that are left out already. Last, those are
    shown again that turn out not to be needed. A cell of one respondent is known to that respondent: where one is among
    the unknowns, one more is asked for.

    References
    ----------
    Robertson (1993), Cell suppression at Statistics Canada. Fischetti and Salazar (2001), Solving the cell suppression
    problem on tabular data with linear constraints, Management Science 47.
    """
    if not small.any():
        return small & cells.shown
    hidden, scales, proofs = _closed(cells, small), list[Scale](), list[Moves]()
    for scale in two_scales(cells, threshold):
        moves = Moves.of(np.zeros((0, small.size)))
        while (lacking := _unproven(scale, small, hidden, moves)).any():
            moves = free_moves(scale, small, hidden, moves, lacking)
            if not (lacking := scale.lacking(small, hidden, moves) * (lacking > 0.0)).any():
                continue
            found = first_move(scale, hidden, moves, lacking)
            if found is None and (limited := furthest(scale, hidden, lacking)) is not None:
                scale, found = limited
            if found is None:
                found = first_move(scale, hidden, moves, lacking, through="bases")
            if found is not None:
                moves = moves.and_also(found)
                hidden = _closed(cells, hidden | (np.abs(np.atleast_2d(found)) > TOLERANCE).any(axis=0))
                continue
            hidden = _closed(cells, hidden | _nearest(cells, hidden, lacking))
            if (hidden | cells.known).all():
                return cells.shown & ~cells.known
        scales.append(scale)
        proofs.append(moves)
    return _trimmed(cells, small, hidden, scales, proofs) & cells.shown


def _unproven(scale: Scale, small: BoolArray, hidden: BoolArray, moves: Moves) -> FloatArray:
    """How much each small cell lacks for which neither a move nor its one sum shows that it is wide enough."""
    lacking = scale.lacking(small, hidden, moves)
    if not lacking.any():
        return lacking
    unknowns = pose(scale.cells.knowledge, scale.value, hidden)
    proven = np.zeros_like(hidden)
    proven[unknowns.cells] = wide_enough(np.nan_to_num(widths_of_sums(unknowns)), scale.need(hidden)[unknowns.cells])
    return np.where(proven, 0.0, lacking)


def _closed(cells: Cells, hidden: BoolArray) -> BoolArray:
    """Hide what is of a hidden base, and what is never shown."""
    hidden = hidden | ~cells.shown | cells.left_out
    return hidden | (hidden[cells.base] & cells.shown[cells.base])


def _nearest(cells: Cells, hidden: BoolArray, lacking: FloatArray) -> BoolArray:
    """Return the shown cells in a sum with one that nothing can move; with their bases where there are none left."""
    near = np.zeros(hidden.size)
    near[np.flatnonzero(lacking)[0]] = 1.0
    for equal in (True, False):
        joined = abs(cells.knowledge.rows.tocsr()[cells.knowledge.equal == equal])
        near = near + joined.T @ (joined @ near)
        fresh = (near > 0.0) & ~hidden & ~cells.known & ~(cells.is_base & equal)
        if fresh.any():
            return np.asarray(fresh)
    return np.asarray(~hidden & ~cells.known)


def _trimmed(
    cells: Cells, small: BoolArray, hidden: BoolArray, scales: Sequence[Scale], proofs: Sequence[Moves]
) -> BoolArray:
    """Show again, the dearest first, what is not needed."""
    further = np.flatnonzero(hidden & ~_closed(cells, small))
    if further.size > TRIMMED:
        return hidden
    for cell in further[np.argsort(-cells.cost[further], kind="stable")]:
        fewer = hidden.copy()
        fewer[cell] = False
        if (_closed(cells, fewer) != fewer).any():
            continue
        held = list[Moves]()
        for scale, moves in zip(scales, proofs, strict=True):
            kept, holds = _holds(scale, small, fewer, moves)
            if not holds:
                break
            held.append(kept)
        else:
            hidden, proofs = fewer, held
    return hidden


def _holds(scale: Scale, small: BoolArray, hidden: BoolArray, moves: Moves) -> tuple[Moves, bool]:
    """Whether all is protected still when fewer cells are not shown, and the moves that prove it."""
    unknowns = pose(scale.cells.knowledge, scale.value, hidden)
    need = scale.need(hidden)[unknowns.cells]
    low, high = outer_bounds(unknowns)
    if not wide_enough(high - low, np.where(small[unknowns.cells], need, 0.0)).all():
        return moves, False
    moves = still_hold(scale, hidden, moves)
    for through in get_args(Through):
        lacking = _unproven(scale, small, hidden, moves)
        moves = free_moves(scale, small, hidden, moves, lacking, tries=3, through=through)
    wanted = np.flatnonzero(_unproven(scale, small, hidden, moves)[unknowns.cells])
    low, high, found = find_bounds(unknowns, wanted, need[wanted])
    more = np.zeros((len(found), small.size))
    more[:, unknowns.cells] = np.array(found).reshape(-1, unknowns.cells.size)
    return moves.and_also(more), bool(wide_enough(high - low, need[wanted]).all())
