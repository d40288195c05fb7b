"""Which further cells to suppress, so that no small one can be worked back from the rest: on arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, hstack

from barometer.publication.disclosure.small_cells import FloatArray, IntArray
from barometer.publication.disclosure.systems import (
    TOLERANCE,
    BoolArray,
    Knowledge,
    Unknowns,
    are_open,
    find_bounds,
    number_parts,
    pose,
    solve_program,
    wide_enough,
    widths_of_sums,
)

AS_FAR = 1e7
"""What a step is worth of a cell that is to be moved: more than all that is lost with the cells that move with it."""
CHANCES = (0.5, 0.5, 0.5, 0.25, 0.75)
"""How likely each cell goes up in the programs that move many."""
TURNS = len(CHANCES)
TRIMMED = 40
"""Further cells above which none is tried for whether it is needed."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """
    m cells that may be shown, and everything a reader could know of them.

    Attributes
    ----------
    count, weighted : (m,) float
        Respondents, and what they stand for.
    unit : (m,) float
        What one respondent of the cell's group stands for on average.
    cost : (m,) float
        What is lost when it is not shown.
    shown : (m,) bool
        False for sums that are never shown, and are unknown to start with.
    base : (m,) int
        Cell of the base that it is of; its own number for a base. Where a base is not shown, nothing of it is.
    knowledge : Knowledge
    known, left_out : (m,) bool
        What other tables have settled: shown there, so that it does not help to leave it out; or not shown there.
    """

    count: FloatArray
    weighted: FloatArray
    unit: FloatArray
    cost: FloatArray
    shown: BoolArray
    base: IntArray
    knowledge: Knowledge
    known: BoolArray
    left_out: BoolArray

    @property
    def is_base(self) -> BoolArray:
        """(m,) whether a cell is a base."""
        return np.asarray(self.base == np.arange(self.base.size))


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
    sum joins to others. Last, those are shown again that turn out not to be needed. A cell of one respondent is known
    to that respondent: where one is among the unknowns, one more is asked for.

    References
    ----------
    Robertson (1993), Cell suppression at Statistics Canada. Fischetti and Salazar (2001), Solving the cell suppression
    problem on tabular data with linear constraints, Management Science 47.
    """
    if not small.any():
        return small & cells.shown
    hidden, scales, found_moves = _closed(cells, small), list[_Scale](), list[FloatArray]()
    for scale in _scales(cells, threshold):
        moves = np.zeros((0, small.size))
        while (lacking := _unproven(scale, small, hidden, moves)).any():
            moves = _free_moves(scale, small, hidden, moves, lacking)
            if not (lacking := scale.lacking(small, hidden, moves) * (lacking > 0.0)).any():
                continue
            found = _first_move(cells, scale, hidden, moves, lacking)
            if found is None and (furthest := _furthest(scale, hidden, lacking)) is not None:
                scale, found = furthest
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


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """
    One of the two measures of m cells, and how wide each has to be left open on it.

    `part` numbers the parts of the table that no sum joins while bases are shown; `attainable` is the width that what
    is known from elsewhere leaves.
    """

    cells: Cells
    value: FloatArray
    unit: FloatArray
    threshold: int
    part: IntArray
    attainable: FloatArray

    def need(self, hidden: BoolArray) -> FloatArray:
        """Width that is asked for: one more where somebody alone in a cell can take itself out; at most the base."""
        alone = hidden & self.cells.shown & (self.cells.count == 1.0)
        others = np.bincount(self.part, alone, self.part.max(initial=0) + 1)[self.part] - alone
        base = self.cells.base
        most = np.where(self.cells.is_base | hidden[base], np.inf, self.value[base])
        asked = np.minimum((self.threshold + (others > 0.0)) * self.unit, most)
        return np.asarray(np.minimum(asked, self.attainable))

    def reach(self, moves: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How far down and up each cell goes in the moves that were found."""
        none = np.zeros((1, self.value.size))
        every = np.concatenate([none, moves])
        return -every.min(axis=0), every.max(axis=0)

    def lacking(self, small: BoolArray, hidden: BoolArray, moves: FloatArray) -> FloatArray:
        """How much of its width each small cell still lacks."""
        down, up = self.reach(moves)
        need = self.need(hidden)
        short = np.where(small, need - down - up, 0.0)
        return np.where(short > TOLERANCE * np.maximum(1.0, need), short, 0.0)


def _scales(cells: Cells, threshold: int) -> tuple[_Scale, _Scale]:
    """Return the scale of counts and that of weighted counts."""
    of_bases, of_answers = (
        number_parts(cells.knowledge, joined=each & ~cells.known) for each in (cells.is_base, ~cells.is_base)
    )
    part = np.where(cells.is_base, of_bases, of_answers + cells.base.size)
    part, endless = np.unique(part, return_inverse=True)[1], np.full(cells.base.size, np.inf)
    return (
        _Scale(cells, cells.count, np.ones_like(cells.unit), threshold, part, endless),
        _Scale(cells, cells.weighted, cells.unit, threshold, part, endless),
    )


def _unproven(scale: _Scale, small: BoolArray, hidden: BoolArray, moves: FloatArray) -> FloatArray:
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


def _free_moves(
    scale: _Scale, small: BoolArray, hidden: BoolArray, moves: FloatArray, lacking: FloatArray
) -> FloatArray:
    """Move many cells at once without leaving out any more: each program counts for all that it moves."""
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


def _many_moved(scale: _Scale, unknowns: Unknowns, moves: FloatArray, short: FloatArray, turn: int) -> FloatArray:
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


def _first_move(
    cells: Cells, scale: _Scale, hidden: BoolArray, moves: FloatArray, lacking: FloatArray
) -> FloatArray | None:
    """Move a cell of every part at once, bases before the rest; one alone where not all can; None where none can."""
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


def _furthest(scale: _Scale, hidden: BoolArray, lacking: FloatArray) -> tuple[_Scale, FloatArray] | None:
    """
    Move a cell of every part as far as what is known from elsewhere lets it, and ask no more of it.

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


def _first_of_parts(scale: _Scale, lacking: FloatArray) -> IntArray:
    """Return a cell that lacks width in each part, of bases where there are any."""
    of_bases = lacking * scale.cells.is_base
    places = np.flatnonzero(of_bases if of_bases.any() else lacking)
    return places[np.unique(scale.part[places], return_index=True)[1]]


def _ends(scale: _Scale, hidden: BoolArray, places: IntArray, *, of_bases: bool) -> tuple[FloatArray, FloatArray]:
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
    cells: Cells, small: BoolArray, hidden: BoolArray, scales: Sequence[_Scale], moves: Sequence[FloatArray]
) -> BoolArray:
    """Show again, the dearest first, what is not needed."""
    further = np.flatnonzero(hidden & ~_closed(cells, small))
    if further.size > TRIMMED:
        return hidden
    for cell in further[np.argsort(-cells.cost[further], kind="stable")]:
        fewer = hidden.copy()
        fewer[cell] = False
        if (_closed(cells, fewer) == fewer).all() and _holds(cells, small, fewer, scales, cell, moves):
            hidden = fewer
    return hidden


def _holds(
    cells: Cells, small: BoolArray, hidden: BoolArray, scales: Sequence[_Scale], cell: int, moves: Sequence[FloatArray]
) -> bool:
    """Whether all is protected still when a cell is shown again: only those that moved with it have to be looked at."""
    for scale, found in zip(scales, moves, strict=True):
        lacking = scale.lacking(small, hidden, found[np.abs(found[:, cell]) <= TOLERANCE])
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
    for scale in _scales(cells, threshold):
        unknowns = pose(cells.knowledge, scale.value, hidden)
        wanted = np.flatnonzero(small[unknowns.cells])
        need = scale.need(hidden)[unknowns.cells[wanted]]
        low, high = find_bounds(unknowns, wanted, need)
        exposed[unknowns.cells[wanted]] |= ~wide_enough(low, high, need)
    return exposed | (small & ~hidden)
