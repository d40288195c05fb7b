"""How cells can be moved while every sum holds: proof that they are wide enough, and what has to go for it."""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, hstack

from barometer.publication.disclosure.scales import Cells, Scale
from barometer.publication.disclosure.small_cells import FloatArray, IntArray
from barometer.publication.disclosure.systems import (
    TOLERANCE,
    BoolArray,
    Unknowns,
    find_bounds,
    number_parts,
    pose,
    solve_program,
)

AS_FAR = 1e7
"""What a step is worth of a cell that is to be moved: more than all that is lost with the cells that move with it."""
CHANCES = (0.5, 0.5, 0.5, 0.25, 0.75)
"""How likely each cell goes up in the programs that move many."""
TURNS = len(CHANCES)


def free_moves(scale: Scale, small: BoolArray, hidden: BoolArray, moves: FloatArray, lacking: FloatArray) -> FloatArray:
    """
    Move many cells at once without leaving out any more: each program counts for all that it moves.

    Parameters
    ----------
    scale : Scale
    small, hidden : (m,) bool
    moves : (k, m) float
        Those that were found before.
    lacking : (m,) float
        How much of its width each cell lacks that is to be proven.

    Returns
    -------
    (k + t, m) float
    """
    unknowns = pose(scale.cells.knowledge, scale.value, hidden)
    for turn in range(TURNS):
        short = np.where(lacking > 0.0, scale.lacking(small, hidden, moves), 0.0)
        if not short.any():
            break
        found = _many_moved(scale, unknowns, moves, short, turn)
        moves = np.concatenate([moves, found[np.newaxis]])
        left = np.where(lacking > 0.0, scale.lacking(small, hidden, moves), 0.0)
        if turn > 1 and left.sum() > 0.9 * short.sum():
            break
    return moves


def _many_moved(scale: Scale, unknowns: Unknowns, moves: FloatArray, short: FloatArray, turn: int) -> FloatArray:
    """Move the cells that are short as far as all of them together let each go: up, down, or some up and some down."""
    inside = np.flatnonzero(np.isin(unknowns.part, unknowns.part[short[unknowns.cells] > 0.0]))
    cells = unknowns.cells[inside]
    equal, at_most = unknowns.equal[:, inside], unknowns.at_most[:, inside]
    rows, joint = np.flatnonzero(np.diff(equal.indptr)), np.flatnonzero(np.diff(at_most.indptr))
    value, lack = scale.value[cells], short[cells]
    down, up = (each[cells] for each in scale.reach(moves))
    low = np.minimum(unknowns.low[inside] - value, 0.0)
    high = np.maximum(unknowns.high[inside] - value, 0.0)
    wanted = lack > 0.0
    low = np.where(wanted, np.maximum(low, -(down + lack)), low)
    high = np.where(wanted, np.minimum(high, up + lack), high)
    sign = np.where(np.random.default_rng(turn).random(cells.size) < CHANCES[turn], 1.0, -1.0)
    room = np.maximum(unknowns.most[joint] - at_most[joint] @ value, 0.0)
    found = solve_program(
        np.where(wanted, -sign, 0.0), at_most[joint], room, equal[rows], np.zeros(rows.size), low, high
    )
    moved = np.zeros_like(short)
    if found.status == 0:
        moved[cells] = found.x
    return moved


def first_move(
    cells: Cells, scale: Scale, hidden: BoolArray, moves: FloatArray, lacking: FloatArray
) -> FloatArray | None:
    """
    Move a cell of every part at once, bases before the rest; one alone where not all can.

    Parameters
    ----------
    cells : Cells
    scale : Scale
    hidden : (m,) bool
    moves : (k, m) float
    lacking : (m,) float

    Returns
    -------
    (m,) float or None
        None where none can be moved further than it was.
    """
    down, up = scale.reach(moves)
    places = _first_of_parts(scale, lacking)
    most = np.where(cells.is_base | hidden[cells.base], np.inf, scale.value[cells.base]) - scale.value
    step = np.zeros_like(lacking)
    above = np.minimum(up + lacking, most)
    below = np.minimum(down + lacking, scale.value)
    lower = np.where(below > down + TOLERANCE, -below, 0.0)
    step[places] = np.where(above[places] > up[places] + TOLERANCE, above[places], lower[places])
    other = np.zeros_like(step)
    other[places] = lower[places]
    for each in (step, other):
        found = _move(cells, scale.value, hidden, each) if each.any() else None
        if found is not None and (np.abs(found) > np.where(found > 0.0, up, down) + TOLERANCE)[places].any():
            return found
    return None


def furthest(scale: Scale, hidden: BoolArray, lacking: FloatArray) -> tuple[Scale, FloatArray] | None:
    """
    Move a cell of every part as far as what is known from elsewhere lets it, and ask no more of it.

    Parameters
    ----------
    scale : Scale
    hidden : (m,) bool
    lacking : (m,) float

    Returns
    -------
    (Scale, (t, m) float) or None
        None where nothing is known from elsewhere, or more could be left out that helps.
    """
    if not scale.cells.known.any():
        return None
    places = _first_of_parts(scale, lacking)
    of_bases = bool(scale.cells.is_base[places[0]])
    ends = [_ends(scale, hidden, places, of_bases=bases) for bases in dict.fromkeys((of_bases, True))]
    (low, high), (least, most) = ends[0], ends[-1]
    need = scale.need(hidden)[places]
    near = 10 * TOLERANCE * np.maximum(1.0, need)
    stuck = (high - low < need - near) & (most - least <= high - low + near)
    if not stuck.any():
        return None
    found, attainable = list[FloatArray](), scale.attainable.copy()
    attainable[places[stuck]] = 0.0
    for end in (low, high):
        step = np.zeros(hidden.size)
        step[places[stuck]] = (end - scale.value[places])[stuck]
        if (np.abs(step) > TOLERANCE).any() and (moved := _move(scale.cells, scale.value, hidden, step)) is not None:
            found.append(moved)
            attainable[places[stuck]] += np.abs(moved[places[stuck]])
    return replace(scale, attainable=attainable), np.array(found).reshape(-1, hidden.size)


def _first_of_parts(scale: Scale, lacking: FloatArray) -> IntArray:
    """Return a cell that lacks width in each part, of bases where there are any."""
    of_bases = lacking * scale.cells.is_base
    places = np.flatnonzero(of_bases if of_bases.any() else lacking)
    return places[np.unique(scale.part[places], return_index=True)[1]]


def _ends(scale: Scale, hidden: BoolArray, places: IntArray, *, of_bases: bool) -> tuple[FloatArray, FloatArray]:
    """Bound cells as if all that may be left out were."""
    cells = scale.cells
    unknowns = pose(cells.knowledge, scale.value, hidden | _movable(cells, hidden, of_bases=of_bases))
    need = scale.need(hidden)[places]
    return find_bounds(unknowns, np.searchsorted(unknowns.cells, places), need)


def _move(cells: Cells, value: FloatArray, hidden: BoolArray, step: FloatArray) -> FloatArray | None:
    """
    Change some cells by a step each so that all sums hold, at the least cost of the shown cells that change.

    A shown base stays as it is, unless a base is what is moved.
    """
    movable = _movable(cells, hidden, of_bases=bool((step[cells.is_base] != 0.0).any())) | (step != 0.0)
    part = number_parts(cells.knowledge, joined=movable)
    # What no sum joins to a cell that is moved stays as it is.
    near = np.flatnonzero(movable & np.isin(part, part[step != 0.0]))
    step, own, size = step[near], value[near], near.size
    held = step != 0.0
    high = np.concatenate([np.where(held, np.maximum(step, 0.0), np.inf), np.where(held, np.maximum(-step, 0.0), own)])
    cost = np.where(held, -AS_FAR, np.where(hidden[near], 1e-6, cells.cost[near]))
    rows = [(each[:, near], each @ value) for each in (cells.knowledge.equal, cells.knowledge.at_most)]
    (equal, _), (at_most, level) = ((kept[lines], sums[lines]) for kept, sums, lines in map(_touched, rows))
    equal, at_most = (hstack([each, -each]).tocsr() for each in (equal, at_most))
    room, right = np.maximum(-level, 0.0), np.zeros(equal.shape[0])
    found = solve_program(np.concatenate([cost, cost]), at_most, room, equal, right, np.zeros(2 * size), high)
    if found.status != 0:
        return None
    moved = np.zeros_like(value)
    moved[near] = found.x[:size] - found.x[size:]
    return moved


def _touched(rows: tuple[csr_array, FloatArray]) -> tuple[csr_array, FloatArray, IntArray]:
    """Return rows of a system, their sums, and which of them have a cell left."""
    return *rows, np.flatnonzero(np.diff(rows[0].tocsr().indptr))


def _movable(cells: Cells, hidden: BoolArray, *, of_bases: bool) -> BoolArray:
    """Return what can be left out, and what is: of bases those that are, or all where one of them is protected."""
    return np.asarray((~cells.is_base | hidden | of_bases) & ~cells.known)
