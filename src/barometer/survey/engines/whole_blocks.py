"""Rows of a source gathered into whole blocks of their strata, however an engine cuts its batches."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from barometer.errors import DesignError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.bootstrap import BLOCK
from barometer.survey.columns import Columns

PACK = 4_096
"""Rows that are multiplied together, or a block more."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """
    Some of the rows of a source.

    Attributes
    ----------
    stratum : (n,) int
    weight : (n,) float
    group : (n,) int
        -1 where a row is in none.
    columns : Columns
        Of n rows.
    """

    stratum: IntArray
    weight: FloatArray
    group: IntArray
    columns: Columns

    def take(self, rows: IntArray) -> "Rows":
        """Return some of them."""
        of = self.columns
        columns = replace(
            of,
            numerator=of.numerator[rows],
            present=of.present[rows],
            denominator=None if of.denominator is None else of.denominator[rows],
        )
        return Rows(self.stratum[rows], self.weight[rows], self.group[rows], columns)


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """
    Whole blocks of strata.

    Attributes
    ----------
    rows : Rows
        Block by block, each in the order of its rows.
    strata : (b,) int
        The stratum of each block; its blocks are in their order.
    """

    rows: Rows
    strata: IntArray


def in_packs(batches: Iterable[Rows], units: IntArray) -> Iterator[Pack]:
    """
    Gather the rows of batches into whole blocks of their strata.

    Parameters
    ----------
    batches : iterable of Rows
    units : (H,) int
        Rows of each stratum.

    Yields
    ------
    Pack
        Some 4,096 rows in blocks of 256 of one stratum, its last smaller. A block is there when its last row is, and
        blocks come in the order in which their last rows do: which rows are together does not depend on the batches.

    Raises
    ------
    DesignError
        If a stratum has more or fewer rows than were counted.
    """
    waiting = _Waiting(units)
    for rows in batches:
        waiting.add(rows)
        if waiting.rows >= 2 * waiting.left:  # looking at many waiting rows for every few new ones would take long
            yield from waiting.packs("full")
    yield from waiting.packs("all")
    waiting.check_seen()


@dataclass(slots=True)
class _Waiting:
    """
    Rows whose block is not complete, or whose pack is not full, in the order of the source.

    `seen` (H,) are the rows of each stratum so far, `done` those in packs, `left` those that waited on after the last.
    """

    units: IntArray
    parts: list[Rows] = field(default_factory=list)
    blocks: list[IntArray] = field(default_factory=list)
    seen: IntArray = field(init=False)
    first: IntArray = field(init=False)
    done: int = 0
    left: int = 0

    def __post_init__(self) -> None:
        blocks = -(-self.units // BLOCK)
        self.seen, self.first = np.zeros_like(self.units), np.cumsum(blocks) - blocks

    @property
    def rows(self) -> int:
        """Rows that wait."""
        return int(self.seen.sum()) - self.done

    def add(self, rows: Rows) -> None:
        """Add the rows of a batch, with the block that each is in by its place in its stratum."""
        place = self.seen[rows.stratum] + _places(rows.stratum, self.units.size)
        self.seen = self.seen + np.bincount(rows.stratum, minlength=self.units.size)
        if (self.seen > self.units).any():
            self.check_seen()
        self.parts.append(rows)
        self.blocks.append(self.first[rows.stratum] + place // BLOCK)

    def packs(self, which: Literal["full", "all"]) -> Iterator[Pack]:
        """Take packs out, those that no further block can come into or all."""
        if not self.parts:
            return
        rows, block = _joined(self.parts), np.concatenate(self.blocks)
        order, starts, strata = self._complete(rows.stratum, block)
        number = (self.done + starts) // PACK
        until = (self.done + order.size) // PACK + (which == "all")
        edges = np.append(starts, order.size)
        for one in range(int(number[0]) if number.size else until, until):
            low, high = np.searchsorted(number, [one, one + 1])
            if low < high:
                yield Pack(rows.take(order[edges[low] : edges[high]]), strata[low:high])
        taken = order[: edges[np.searchsorted(number, until)]]
        left = np.delete(np.arange(block.size), taken)
        self.done, self.left = self.done + taken.size, left.size
        self.parts, self.blocks = [rows.take(left)], [block[left]]

    def _complete(self, of_row: IntArray, block: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Rows of complete blocks, block by block; where each block begins among them; and its stratum."""
        by_block = np.argsort(block, kind="stable")
        known, begin, count = np.unique(block[by_block], return_index=True, return_counts=True)
        stratum = of_row[by_block[begin]]
        size = np.minimum(BLOCK, self.units[stratum] - BLOCK * (known - self.first[stratum]))
        whole = np.flatnonzero(count == size)
        in_turn = whole[np.argsort(by_block[begin[whole] + count[whole] - 1])]
        starts = np.cumsum(count[in_turn]) - count[in_turn]
        within = np.arange(count[in_turn].sum()) - np.repeat(starts, count[in_turn])
        return by_block[np.repeat(begin[in_turn], count[in_turn]) + within], starts, stratum[in_turn]

    def check_seen(self) -> None:
        """Refuse strata that have other numbers of rows than were counted."""
        if bad := int((self.seen != self.units).sum()):
            raise DesignError(
                "data",
                f"{bad:,} of {self.units.size:,} strata have other rows than when the source was declared: declare it "
                "again, and let nothing write to it meanwhile",
            )


def _places(stratum: IntArray, strata: int) -> IntArray:
    """Return how many rows of the same stratum are before each."""
    order, count = np.argsort(stratum, kind="stable"), np.bincount(stratum, minlength=strata)
    place = np.empty_like(order)
    place[order] = np.arange(order.size) - np.repeat(np.cumsum(count) - count, count)
    return place


def _joined(parts: Sequence[Rows]) -> Rows:
    """Put rows one below the other."""
    if len(parts) == 1:
        return parts[0]
    every = [part.columns for part in parts]
    below = [part.denominator for part in every if part.denominator is not None]
    columns = replace(
        every[0],
        numerator=np.concatenate([part.numerator for part in every]),
        present=np.concatenate([part.present for part in every]),
        denominator=np.concatenate(below) if below else None,
    )
    stratum, weight, group = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("stratum", "weight", "group")
    )
    return Rows(stratum, weight, group, columns)
