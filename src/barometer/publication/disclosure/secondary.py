"""Which further cells to suppress, so that no small one can be worked back from the rest: on arrays."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from barometer.publication.disclosure.moves import first_move, free_moves, furthest
from barometer.publication.disclosure.scales import Cells, Scale, two_scales
from barometer.publication.disclosure.small_cells import FloatArray
from barometer.publication.disclosure.systems import (
    TOLERANCE,
    BoolArray,
    are_open,
    find_bounds,
    pose,
    wide_enough,
    widths_of_sums,
)

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
    hidden, scales, found_moves = _closed(cells, small), list[Scale](), list[FloatArray]()
    for scale in two_scales(cells, threshold):
        moves = np.zeros((0, small.size))
        while (lacking := _unproven(scale, small, hidden, moves)).any():
            moves = free_moves(scale, small, hidden, moves, lacking)
            if not (lacking := scale.lacking(small, hidden, moves) * (lacking > 0.0)).any():
                continue
            found = first_move(cells, scale, hidden, moves, lacking)
            if found is None and (limited := furthest(scale, hidden, lacking)) is not None:
                scale, found = limited
                moves = np.concatenate([moves, found])
                hidden = _closed(cells, hidden | (np.abs(found) > TOLERANCE).any(axis=0))
                continue
            if found is None:
                hidden = _closed(cells, hidden | _nearest(cells, hidden, lacking))
                if (hidden | cells.known).all():
                    return cells.shown & ~cells.known
                continue
            moves = np.concatenate([moves, found[np.newaxis]])
            hidden = _closed(cells, hidden | (np.abs(found) > TOLERANCE))
        scales.append(scale)
        found_moves.append(moves)
    return _trimmed(cells, small, hidden, scales, found_moves) & cells.shown


def _unproven(scale: Scale, small: BoolArray, hidden: BoolArray, moves: FloatArray) -> FloatArray:
    """How much each small cell lacks for which neither a move nor its one sum shows that it is wide enough."""
    lacking = scale.lacking(small, hidden, moves)
    if not lacking.any():
        return lacking
    unknowns = pose(scale.cells.knowledge, scale.value, hidden)
    widths, need = widths_of_sums(unknowns), scale.need(hidden)[unknowns.cells]
    proven = np.zeros_like(hidden)
    proven[unknowns.cells] = ~np.isnan(widths) & wide_enough(np.zeros_like(need), np.nan_to_num(widths), need)
    return np.where(proven, 0.0, lacking)


def _closed(cells: Cells, hidden: BoolArray) -> BoolArray:
    """Hide what is of a hidden base, and what is never shown."""
    hidden = hidden | ~cells.shown | cells.left_out
    return hidden | (hidden[cells.base] & cells.shown[cells.base])


def _nearest(cells: Cells, hidden: BoolArray, lacking: FloatArray) -> BoolArray:
    """Return the shown cells in a sum with one that nothing can move; with their bases where there are none left."""
    near = np.zeros(hidden.size)
    near[np.flatnonzero(lacking)[0]] = 1.0
    for rows in (cells.knowledge.equal, cells.knowledge.at_most):
        joined: csr_array = abs(rows)
        near = near + (joined.T @ (joined @ near))
        fresh = (near > 0.0) & ~hidden & ~cells.known & ~(cells.is_base & (rows is cells.knowledge.equal))
        if fresh.any():
            return np.asarray(fresh)
    return np.asarray(~hidden & ~cells.known)


def _trimmed(
    cells: Cells, small: BoolArray, hidden: BoolArray, scales: Sequence[Scale], moves: Sequence[FloatArray]
) -> BoolArray:
    """Show again, the dearest first, what is not needed."""
    further = np.flatnonzero(hidden & ~_closed(cells, small))
    if further.size > TRIMMED:
        return hidden
    for cell in further[np.argsort(-cells.cost[further], kind="stable")]:
        fewer = hidden.copy()
        fewer[cell] = False
        if (_closed(cells, fewer) == fewer).all() and _holds(cells, small, fewer, scales, moves):
            hidden = fewer
    return hidden


def _holds(
    cells: Cells, small: BoolArray, hidden: BoolArray, scales: Sequence[Scale], moves: Sequence[FloatArray]
) -> bool:
    """Whether all is protected still when cells are shown again: a move in which one of them moves proves nothing."""
    for scale, found in zip(scales, moves, strict=True):
        kept = found[(np.abs(found[:, ~hidden]) <= TOLERANCE).all(axis=1)]
        lacking = scale.lacking(small, hidden, kept)
        if lacking.any():
            lacking = scale.lacking(small, hidden, free_moves(scale, small, hidden, kept, lacking))
        unknowns = pose(cells.knowledge, scale.value, hidden)
        wanted = np.flatnonzero(lacking[unknowns.cells])
        need = scale.need(hidden)[unknowns.cells[wanted]]
        if not are_open(unknowns, wanted, need):
            return False
    return True


def find_exposed(cells: Cells, small: BoolArray, hidden: BoolArray, threshold: int) -> BoolArray:
    """
    Find the small cells that can be worked back too closely from what is shown.

    Parameters
    ----------
    cells : Cells
    small, hidden : (m,) bool
    threshold : int

    Returns
    -------
    (m,) bool
    """
    exposed = np.zeros_like(small)
    hidden = _closed(cells, hidden)
    for scale in two_scales(cells, threshold):
        unknowns = pose(cells.knowledge, scale.value, hidden)
        wanted = np.flatnonzero(small[unknowns.cells])
        need = scale.need(hidden)[unknowns.cells[wanted]]
        low, high = find_bounds(unknowns, wanted, need)
        exposed[unknowns.cells[wanted]] |= ~wide_enough(low, high, need)
    return exposed | (small & ~hidden)
