"""Numbers rounded up to edges: what tells how many rows are at or below a number, whatever the engine."""

from dataclasses import dataclass

import numpy as np

from barometer.survey.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Rounded:
    """
    A column of numbers, each of which is rounded up to the next edge, or kept where that is said.

    Attributes
    ----------
    name : str
        Of the column that is made. Missing where the number is missing or above the last edge.
    column : str
    edges : tuple of float
        Ascending.
    kept : tuple of bool
        Whether the numbers that would be rounded to an edge are kept as they are.
    """

    name: str
    column: str
    edges: tuple[float, ...]
    kept: tuple[bool, ...]

    def of_numbers(self, values: FloatArray) -> FloatArray:
        """Round numbers that are here."""
        edges, place = np.array([*self.edges, np.nan]), np.searchsorted(self.edges, values)
        place = np.where(np.isnan(values), len(self.edges), place)
        return np.where(np.array([*self.kept, False])[place], values, edges[place])

    def tree(self) -> "Split | Leaf":
        """Return the comparisons by which an engine finds the edge of a number, halving what is left."""
        return _tree(self.edges, self.kept)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An edge; None where the number is kept."""

    edge: float | None


@dataclass(frozen=True, slots=True)
class Split:
    """What to do with numbers at or below `at`, and with those above."""

    at: float
    below: "Split | Leaf"
    above: "Split | Leaf"


def _tree(edges: tuple[float, ...], kept: tuple[bool, ...]) -> Split | Leaf:
    if len(edges) == 1:
        return Leaf(None if kept[0] else edges[0])
    half = len(edges) // 2
    return Split(edges[half - 1], _tree(edges[:half], kept[:half]), _tree(edges[half:], kept[half:]))
