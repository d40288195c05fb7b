"""Cells that may be shown, and the two measures on which they are protected: on arrays."""

from dataclasses import dataclass

import numpy as np

from barometer.microdata.arrays import BoolArray, FloatArray, IntArray
from barometer.publication.disclosure.bounds import outer_bounds
from barometer.publication.disclosure.systems import TOLERANCE, Knowledge, number_parts, pose


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


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """
    k moves of m cells, each of which leaves everything that is shown as it is.

    Attributes
    ----------
    found : (k, m) float
    down, up : (m,) float
        How far each cell goes in them.
    """

    found: FloatArray
    down: FloatArray
    up: FloatArray

    @classmethod
    def of(cls, found: FloatArray) -> "Moves":
        """Take moves together."""
        return cls(found, -found.min(axis=0, initial=0.0), found.max(axis=0, initial=0.0))

    def and_also(self, more: FloatArray) -> "Moves":
        """
        Add one move, or several.

        Parameters
        ----------
        more : (m,) or (t, m) float
        """
        more = np.atleast_2d(more)
        down, up = -more.min(axis=0, initial=0.0), more.max(axis=0, initial=0.0)
        return Moves(np.concatenate([self.found, more]), np.maximum(self.down, down), np.maximum(self.up, up))


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """
    One of the two measures of m cells, and how wide each has to be left open on it.

    Attributes
    ----------
    cells : Cells
    value, unit : (m,) float
        Of the cells, and of one respondent.
    threshold : int
        Respondents.
    part : (m,) int
        Parts of the table that no sum joins while bases are shown.
    attainable : (m,) float
        Width that what is known from elsewhere leaves at most.
    """

    cells: Cells
    value: FloatArray
    unit: FloatArray
    threshold: int
    part: IntArray
    attainable: FloatArray

    def need(self, hidden: BoolArray) -> FloatArray:
        """
        Width that is asked for: one more where somebody alone in a cell can take itself out; at most the base.

        Parameters
        ----------
        hidden : (m,) bool
        """
        alone = hidden & self.cells.shown & (self.cells.count == 1.0)
        others = np.bincount(self.part, alone, self.part.max(initial=0) + 1)[self.part] - alone
        base = self.cells.base
        most = np.where(self.cells.is_base | hidden[base], np.inf, self.value[base])
        asked = np.minimum((self.threshold + (others > 0.0)) * self.unit, most)
        return np.asarray(np.minimum(asked, self.attainable))

    def lacking(self, small: BoolArray, hidden: BoolArray, moves: Moves) -> FloatArray:
        """
        How much of its width each small cell still lacks.

        Parameters
        ----------
        small, hidden : (m,) bool
        moves : Moves
        """
        need = self.need(hidden)
        short = np.where(small, need - moves.down - moves.up, 0.0)
        return np.where(short > TOLERANCE * np.maximum(1.0, need), short, 0.0)


def two_scales(cells: Cells, threshold: int) -> tuple[Scale, Scale]:
    """
    Return the scale of counts and that of weighted counts.

    Parameters
    ----------
    cells : Cells
    threshold : int
        Respondents.
    """
    size = cells.base.size
    part = np.arange(size)
    for start, joined in ((size, cells.is_base & ~cells.known), (2 * size, ~cells.is_base & ~cells.known)):
        part[joined] = start + number_parts(cells.knowledge.rows[:, np.flatnonzero(joined)])
    part = np.unique(part, return_inverse=True)[1].astype(np.intp)
    measures = ((cells.count, np.ones_like(cells.unit)), (cells.weighted, cells.unit))
    one, other = (Scale(cells, *each, threshold, part, _attainable(cells, each[0])) for each in measures)
    return one, other


def _attainable(cells: Cells, value: FloatArray) -> FloatArray:
    """Bound from outside how widely each cell can be left open, were all left out that is not known from elsewhere."""
    attainable = np.full(value.size, np.inf)
    if cells.known.any():
        unknowns = pose(cells.knowledge, value, ~cells.known)
        low, high = outer_bounds(unknowns)
        attainable[unknowns.cells] = high - low
    return attainable
