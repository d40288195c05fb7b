"""Results as cells: what each number of a table is of, and how many respondents stand behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from barometer.codebook import Codebook
from barometer.codebook.records import Domain, Indicator
from barometer.microdata.arrays import BoolArray, FloatArray, IntArray

TOTAL = "total"
CROSS = " x "
Kind = Literal["equal", "at_most"]


class Cell(NamedTuple):
    """
    What a number is of, whatever table it stands in.

    Attributes
    ----------
    wave : int
    base : str
        Who the share is of, with the rule for don't know.
    item : str
        The answer; empty for the base itself.
    domain, group : str
        Empty and "total" for all; crossed ones with " x " between.
    """

    wave: int
    base: str
    item: str
    domain: str
    group: str

    @property
    def of(self) -> "Cell":
        """The base that it is of."""
        return self._replace(item="")


class Sum(NamedTuple):
    """
    A sum that holds in every group.

    Attributes
    ----------
    terms : mapping of item to number
        Items of one base; "" is the base itself.
    kind : {"equal", "at_most"}
        Whether it is 0, or at most 0.
    """

    wave: int
    base: str
    terms: Mapping[str, float]
    kind: Kind


class Answer(NamedTuple):
    """
    What an item is, so that it can be added up with those that other tables have of the same base.

    Attributes
    ----------
    wave : int
    base : str
    indicator : Indicator
        Its name is the item.
    codebook : Codebook
    """

    wave: int
    base: str
    indicator: Indicator
    codebook: Codebook


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """
    What each respondent adds to the total, or the mean, of a row.

    Attributes
    ----------
    value : (a,) float
    row : (a,) int
        Row of the table.
    """

    value: FloatArray
    row: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """
    The rows of one table as cells.

    Attributes
    ----------
    name : str
        What the result calls itself.
    cells : (rows,) tuple of Cell
    count, base : (rows,) int or float
        Respondents who answered so, and in the base.
    weighted, weighted_base : (rows,) float
        What they stand for.
    sums : tuple of Sum
        What adds up besides groups.
    domains : mapping of str to Domain
    rest, rest_base : (rows,) int or None
        Respondents of all who are not in the group, where the table shows them too.
    certain : (rows,) bool or None
        Rows that follow from the questionnaire, and tell nothing about anybody.
    amounts : Amounts or None
        What totals and means of amounts are made of: the rules of dominance are applied to it.
    answers : tuple of Answer
        Items that are answers to a question, or made of such.
    """

    name: str
    cells: tuple[Cell, ...]
    count: IntArray | FloatArray
    base: IntArray
    weighted: FloatArray
    weighted_base: FloatArray
    sums: tuple[Sum, ...]
    domains: Mapping[str, Domain]
    rest: IntArray | FloatArray | None = None
    rest_base: IntArray | FloatArray | None = None
    certain: BoolArray | None = None
    amounts: Amounts | None = None
    answers: tuple[Answer, ...] = ()


def in_codebook(table: CellTable, book: str) -> CellTable:
    """
    Put bases under the name of their codebook: wave 1 of another one is another wave.

    Parameters
    ----------
    table : CellTable
    book : str
    """
    return replace(
        table,
        cells=tuple(cell._replace(base=f"{book}: {cell.base}") for cell in table.cells),
        sums=tuple(each._replace(base=f"{book}: {each.base}") for each in table.sums),
        answers=tuple(each._replace(base=f"{book}: {each.base}") for each in table.answers),
    )


def side_by_side(name: str, tables: Sequence[CellTable]) -> CellTable:
    """
    Put the rows of tables that one result shows after each other.

    Parameters
    ----------
    name : str
        Of the result.
    tables : sequence of CellTable
        Without rests and rows that are certain.
    """
    return CellTable(
        name,
        tuple(cell for table in tables for cell in table.cells),
        np.concatenate([table.count for table in tables]),
        np.concatenate([table.base for table in tables]),
        np.concatenate([table.weighted for table in tables]),
        np.concatenate([table.weighted_base for table in tables]),
        tuple(each for table in tables for each in table.sums),
        {name: domain for table in tables for name, domain in table.domains.items()},
        answers=tuple(each for table in tables for each in table.answers),
    )
