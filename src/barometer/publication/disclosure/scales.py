"""Cells that may be shown, and the two measures on which they are protected: on arrays."""

from dataclasses import dataclass

import numpy as np

from barometer.publication.disclosure.small_cells import FloatArray, IntArray
from barometer.publication.disclosure.systems import TOLERANCE, BoolArray, Knowledge, number_parts


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
class Scale:
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


def two_scales(cells: Cells, threshold: int) -> tuple[Scale, Scale]:
    """
    Return the scale of counts and that of weighted counts.

    Parameters
    ----------
    cells : Cells
    threshold : int
        Respondents.
    """
    of_bases, of_answers = (
        number_parts(cells.knowledge, joined=each & ~cells.known) for each in (cells.is_base, ~cells.is_base)
    )
    part = np.where(cells.is_base, of_bases, of_answers + cells.base.size)
    part, endless = np.unique(part, return_inverse=True)[1], np.full(cells.base.size, np.inf)
    return (
        Scale(cells, cells.count, np.ones_like(cells.unit), threshold, part, endless),
        Scale(cells, cells.weighted, cells.unit, threshold, part, endless),
    )
