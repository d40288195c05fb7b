"""Adjustment for non-response by cells, small ones joined to their nearest neighbour by a stated rule."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, ResponseError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.inputs import Labelled, Values
from barometer.survey.response import answers_of, complete_labels, ratio, sums_by, weights_of


@dataclass(frozen=True, slots=True)
class MergedCell:
    """
    One cell that was joined to its neighbour.

    Attributes
    ----------
    cell, into : tuple
        Labels of the cells that were one before, and of those they were joined to.
    parent : object
        In which both are; None where there are no parents.
    sampled, answered : int
        Of the cell before.
    factor : float
        Its adjustment before; infinite where nobody answered.
    merged_answered : int
    merged_factor : float
        Of both together.
    """

    cell: tuple[object, ...]
    into: tuple[object, ...]
    parent: object
    sampled: int
    answered: int
    factor: float
    merged_answered: int
    merged_factor: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CellAdjustment:
    """
    Weights adjusted for non-response by cells.

    Attributes
    ----------
    weight : (n,) float
        Of each unit drawn; 0 for those who did not answer.
    factor : (n,) float
        Adjustment of the unit's cell.
    cell : (n,) int
        Position in `cells`.
    cells : tuple of tuple
        Labels that each final cell is made of.
    merged : tuple of MergedCell
        In the order in which it was done.
    alone : tuple of tuple
        Final cells that break the rule and have no neighbour in their parent: weighted as they are.
    """

    weight: FloatArray
    factor: FloatArray
    cell: IntArray
    cells: tuple[tuple[object, ...], ...]
    merged: tuple[MergedCell, ...]
    alone: tuple[tuple[object, ...], ...]

    def __repr__(self) -> str:
        """Say what was done; never a weight."""
        told = f"{len(self.cells):,} cells, {len(self.merged):,} joined, {len(self.alone):,} alone"
        return f"<CellAdjustment: {self.weight.size:,} units in {told}>"


def adjust_by_cells(
    weight: Values,
    answered: Values,
    cell: Values,
    *,
    parent: Values = None,
    minimum: int = 0,
    largest: float = np.inf,
) -> CellAdjustment:
    """
    Let those who answered stand for those who did not, cell by cell.

    Parameters
    ----------
    weight : (n,) array_like of float
        Design weights of the units drawn.
    answered : (n,) array_like of bool
    cell : (n,) labels
        Adjustment cell of each unit.
    parent : (n,) labels, optional
        Cells are joined only inside one parent; without it all are neighbours.
    minimum : int
        A cell with fewer answers is joined to another; 0: never for this reason.
    largest : float
        So is a cell with a larger adjustment; above 1.

    Returns
    -------
    CellAdjustment

    Raises
    ------
    ArgumentError
        If an argument has the wrong length or kind, or a cell is in two parents.
    ResponseError
        If nobody in a cell answered, and no rule or no neighbour lets it be joined: nothing is weighted then.

    Notes
    -----
    The factor of a cell is its weight drawn over its weight answered, so that the sum of weights is kept in every cell.
    Joining begins with the cell that has the fewest answers (of several the first), takes the neighbour of the nearest
    weighted response rate (of several the first), and goes on until every cell keeps the rule or is alone.

    References
    ----------
    Kalton and Flores-Cervantes (2003), Weighting methods. J. Off. Stat. 19. Little (1986), Survey nonresponse
    adjustments for estimates of means. Int. Stat. Rev. 54.

    Examples
    --------
    >>> adjust_by_cells([2.0, 2.0, 3.0, 3.0], [True, False, True, True], ["a", "a", "b", "b"]).weight
    array([4., 0., 3., 3.])
    """
    mask = answers_of(answered)
    w = weights_of(weight, mask.size)
    found = complete_labels("cell", cell, mask.size)
    if not isinstance(minimum, int) or minimum < 0:
        raise ArgumentError("minimum", f"must be a whole number of answers, got {minimum!r}")
    if not largest > 1.0:
        raise ArgumentError(
            "largest", f"must be above 1, which is the adjustment of a cell without loss; got {largest}"
        )
    start = _Cells.of(found, _parents(parent, found), w, mask)
    merged: list[MergedCell] = []
    alone: set[int] = set()
    while (worst := start.worst(minimum, largest, alone)) is not None:
        neighbour = start.neighbour(worst)
        if neighbour is None:
            alone.add(worst)
        else:
            merged.append(start.merge(worst, neighbour))
    start.refuse_empty()
    place = start.position[found.code]
    factor = start.factor[place]
    final = {old: new for new, old in enumerate(start.living())}
    return CellAdjustment(
        weight=np.where(mask, w * factor, 0.0),
        factor=factor,
        cell=np.array([final[old] for old in place.tolist()], dtype=np.intp),
        cells=tuple(start.labels(old) for old in final),
        merged=tuple(merged),
        alone=tuple(start.labels(old) for old in sorted(alone)),
    )


@dataclass(slots=True, eq=False)
class _Cells:
    """Sums by cell while cells are joined; `position` says where each first cell is now."""

    names: tuple[object, ...]
    parent: IntArray
    parents: tuple[object, ...]
    drawn: FloatArray
    reached: FloatArray
    sampled: IntArray
    answered: IntArray
    position: IntArray

    @classmethod
    def of(
        cls, cell: Labelled, parent: tuple[IntArray, tuple[object, ...]], w: FloatArray, mask: BoolArray
    ) -> "_Cells":
        size = len(cell.labels)
        sampled = np.bincount(cell.code, minlength=size)
        position = np.where(sampled > 0, np.arange(size), -1)
        return cls(
            names=cell.labels,
            parent=parent[0],
            parents=parent[1],
            drawn=sums_by(cell.code, w, size),
            reached=sums_by(cell.code, w * mask, size),
            sampled=sampled,
            answered=np.bincount(cell.code[mask], minlength=size),
            position=position,
        )

    @property
    def factor(self) -> FloatArray:
        infinite = np.full(self.drawn.size, np.inf)
        return np.asarray(np.divide(self.drawn, self.reached, out=infinite, where=self.reached > 0.0))

    def labels(self, cell: int) -> tuple[object, ...]:
        return tuple(self.names[first] for first in np.flatnonzero(self.position == cell))

    def living(self) -> list[int]:
        return sorted(set(self.position.tolist()) - {-1})

    def worst(self, minimum: int, largest: float, alone: set[int]) -> int | None:
        """Return the cell with the fewest answers of those that break the rule."""
        if minimum == 0 and np.isinf(largest):
            return None
        factor = self.factor
        broken = [c for c in self.living() if c not in alone and (self.answered[c] < minimum or factor[c] > largest)]
        return min(broken, key=lambda c: (self.answered[c], -factor[c], c), default=None)

    def neighbour(self, cell: int) -> int | None:
        rate = ratio(self.reached, self.drawn)
        others = [c for c in self.living() if c != cell and self.parent[c] == self.parent[cell]]
        return min(others, key=lambda c: (abs(rate[c] - rate[cell]), c), default=None)

    def merge(self, cell: int, into: int) -> MergedCell:
        before = (self.labels(cell), self.labels(into))
        factor = float(self.factor[cell])
        for sums in (self.drawn, self.reached, self.sampled, self.answered):
            sums[into] += sums[cell]
        self.position[self.position == cell] = into
        return MergedCell(
            *before,
            parent=self.parents[self.parent[cell]],
            sampled=int(self.sampled[cell]),
            answered=int(self.answered[cell]),
            factor=factor,
            merged_answered=int(self.answered[into]),
            merged_factor=float(self.factor[into]),
        )

    def refuse_empty(self) -> None:
        empty = [c for c in self.living() if self.reached[c] <= 0.0]
        if not empty:
            return
        first = empty[0]
        more = f" (and so in {len(empty) - 1:,} more cells)" if len(empty) > 1 else ""
        units = int(self.sampled[first])
        named = " + ".join(str(label) for label in self.labels(first))
        message = (
            f"none of {units:,} units drawn answered{more}, so that nobody stands for them. Join it to another "
            "yourself, or give minimum= and leave it neighbours to be joined to"
        )
        raise ResponseError("cell", named, units, message)


def _parents(parent: Values, cell: Labelled) -> tuple[IntArray, tuple[object, ...]]:
    """Parent of each cell."""
    size = len(cell.labels)
    if parent is None:
        return np.zeros(size, dtype=np.intp), (None,)
    found = complete_labels("parent", parent, cell.code.size)
    of_cell = np.zeros(size, dtype=np.intp)
    of_cell[cell.code] = found.code
    if apart := np.unique(cell.code[of_cell[cell.code] != found.code]).size:
        raise ArgumentError("parent", f"{apart:,} cells are in more than one parent: a cell belongs to one")
    return of_cell, found.labels
