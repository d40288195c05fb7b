"""How cells can be moved while every sum holds: proof that they are wide enough, and what has to go for it."""

from dataclasses import replace
from typing import Literal

import numpy as np
from scipy.sparse import csc_array, hstack

from barometer.microdata.arrays import BoolArray, FloatArray, IntArray
from barometer.publication.disclosure.bounds import find_bounds, push, where_they_hold
from barometer.publication.disclosure.scales import Moves, Scale
from barometer.publication.disclosure.systems import TOLERANCE, pose, solve_programme

AS_FAR = 1e7
"""What a step is worth of a cell that is to be moved: more than all that is lost with the cells that move with it."""
FREE = 1e-6
"""Cost of a step of a cell that is left out already."""
Through = Literal["answers", "bases"]
"""What may be left out so that a cell can move: a base takes all that is of it along."""
CHANCES = (0.5, 0.5, 0.5, 0.25, 0.75)
"""How likely each cell goes up in the programmes that move many."""


def free_moves(
    scale: Scale,
    small: BoolArray,
    hidden: BoolArray,
    moves: Moves,
    lacking: FloatArray,
    *,
    tries: int = 1,
    through: Through = "bases",
) -> Moves:
    """
    Move many cells at once without leaving out any more: each programme counts for all that it moves.

    Parameters
    ----------
    scale : Scale
    small, hidden : (m,) bool
    moves : Moves
        Those that were found before.
    lacking : (m,) float
        How much of its width each cell lacks that is to be proven.
    tries : int
        Programmes that are solved in any case; from then on, only while they prove a tenth of what is lacking.
    through : {"answers", "bases"}
        Whether bases that are left out move too.

    Returns
    -------
    Moves
        Those before, and more.
    """
    movable = hidden if through == "bases" else hidden & ~scale.cells.is_base
    unknowns, before = pose(scale.cells.knowledge, scale.value, movable), np.inf
    for turn, chance in enumerate(CHANCES):
        short = np.where(lacking > 0.0, scale.lacking(small, hidden, moves), 0.0)[unknowns.cells]
        if not short.any() or (turn >= tries and short.sum() > 0.9 * before):
            break
        before = short.sum()
        # Seeded by what was found: a table is protected the same way every time, and no programme is solved twice.
        up = np.random.default_rng(moves.found.shape[0]).random(short.size) < chance
        far = np.where(up, moves.up[unknowns.cells], moves.down[unknowns.cells]) + short
        move = np.zeros_like(lacking)
        move[unknowns.cells] = np.nan_to_num(push(unknowns, np.where(short > 0.0, np.where(up, 1.0, -1.0), 0.0), far))
        moves = moves.and_also(move)
    return moves


def still_hold(scale: Scale, hidden: BoolArray, moves: Moves) -> Moves:
    """
    Keep moves as far as they hold, all cells being shown but some.

    Parameters
    ----------
    scale : Scale
    hidden : (m,) bool
    moves : Moves
        Found while other cells were not shown.

    Returns
    -------
    Moves
        What is left of each, also without the bases in it: these join parts that are moves of their own.
    """
    kept = []
    for movable in (hidden, hidden & ~scale.cells.is_base):
        unknowns = pose(scale.cells.knowledge, scale.value, movable)
        found = np.zeros_like(moves.found)
        found[:, unknowns.cells] = where_they_hold(unknowns, moves.found[:, unknowns.cells])
        kept.append(found)
    every = np.concatenate(kept)
    return Moves.of(every[every.any(axis=1)])


def first_move(
    scale: Scale, hidden: BoolArray, moves: Moves, lacking: FloatArray, *, through: Through = "answers"
) -> FloatArray | None:
    """
    Move a cell of every part at once, bases before the rest.

    Parameters
    ----------
    scale : Scale
    hidden : (m,) bool
    moves : Moves
    lacking : (m,) float
    through : {"answers", "bases"}
        Whether bases that are shown stay as they are, unless a base is moved.

    Returns
    -------
    (m,) float or None
        None where none can be moved further than it was.
    """
    cells, down, up = scale.cells, moves.down, moves.up
    places = _first_of_parts(scale, lacking)
    if through == "bases":
        places = places[:1]  # bases join the parts
    most = np.where(cells.is_base | hidden[cells.base], np.inf, scale.value[cells.base]) - scale.value
    above = np.minimum(up + lacking, most)
    below = np.minimum(down + lacking, scale.value)
    lower = np.where(below > down + TOLERANCE, -below, 0.0)
    step, other = np.zeros_like(lacking), np.zeros_like(lacking)
    step[places] = np.where(above[places] > up[places] + TOLERANCE, above[places], lower[places])
    other[places] = lower[places]
    through = "bases" if cells.is_base[places[0]] else through
    for each in (step, other):
        found = _move(scale, hidden, each, through) if each.any() else None
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
    through: Through = "bases" if scale.cells.is_base[places[0]] else "answers"
    ends = [_ends(scale, hidden, places, each) for each in dict.fromkeys((through, "bases"))]
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
        if (np.abs(step) > TOLERANCE).any():
            moved = _move(scale, hidden, step, through)
            found.append(moved)
            attainable[places[stuck]] += np.abs(moved[places[stuck]])
    return replace(scale, attainable=attainable), np.array(found).reshape(-1, hidden.size)


def _first_of_parts(scale: Scale, lacking: FloatArray) -> IntArray:
    """Return a cell that lacks width in each part, of bases where there are any."""
    of_bases = lacking * scale.cells.is_base
    places = np.flatnonzero(of_bases if of_bases.any() else lacking)
    return places[np.unique(scale.part[places], return_index=True)[1]]


def _ends(scale: Scale, hidden: BoolArray, places: IntArray, through: Through) -> tuple[FloatArray, FloatArray]:
    """Bound cells as if all that may be left out were."""
    unknowns = pose(scale.cells.knowledge, scale.value, hidden | _movable(scale, hidden, through))
    return find_bounds(unknowns, np.searchsorted(unknowns.cells, places), scale.need(hidden)[places])[:2]


def _move(scale: Scale, hidden: BoolArray, step: FloatArray, through: Through) -> FloatArray:
    """
    Move some cells by a step each, at the least cost of the shown cells that have to move with them.

    The programme is

        maximise  M sum_held |delta_j| - sum_others c_j |delta_j|,   0 <= |delta_held| <= |step|,

    where c is next to nothing for what is left out already; |delta_j| is the sum of how far up and how far down j goes.
    """
    cells = scale.cells
    unknowns = pose(cells.knowledge, scale.value, _movable(scale, hidden, through) | (step != 0.0))
    # What no sum joins to a cell that is moved stays as it is.
    near = unknowns.inside(np.isin(unknowns.part, unknowns.part[step[unknowns.cells] != 0.0]))
    step = step[near.cells]
    held = step != 0.0
    worth = np.where(held, AS_FAR, np.where(hidden[near.cells], -FREE, -cells.cost[near.cells]))
    up = np.where(held, np.maximum(step, 0.0), near.high)
    down = np.where(held, np.maximum(-step, 0.0), -near.low)
    both: csc_array = hstack([near.rows, -near.rows], format="csc")
    ways = solve_programme(
        np.concatenate([worth, worth]), both, near.least, near.most, np.zeros(2 * step.size), np.concatenate([up, down])
    )
    moved = np.zeros_like(scale.value)
    moved[near.cells] = np.nan_to_num(ways[: step.size] - ways[step.size :])
    return moved


def _movable(scale: Scale, hidden: BoolArray, through: Through) -> BoolArray:
    """Return what can be left out, and what is: of bases those that are, or all."""
    cells = scale.cells
    return np.asarray((~cells.is_base | hidden | (through == "bases")) & ~cells.known)
