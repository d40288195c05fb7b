"""Cells of one name that are of different people: other waves, deliveries, conditions or definitions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from barometer.codebook.records import Domain
from barometer.publication.disclosure.tables import Cell, CellTable

NUMBER = re.compile(r" \(\d+\)$")
"""What tells populations of one name apart."""
Size = tuple[float, float]
"""Respondents, and what they stand for."""
Parts = tuple[tuple[str, str], ...]
"""Groups of a domain, each with the coarser one it is inside of."""


def tell_apart(tables: Sequence[CellTable]) -> list[CellTable]:
    """
    Give other names to what has the name of a cell of an earlier table and is not that cell.

    Parameters
    ----------
    tables : sequence of CellTable

    Returns
    -------
    list of CellTable
        A base of another size, or whose groups are made otherwise, is "... (2)": another population, no sum of which
        is taken together with those of the first. The same of an answer that others of the base gave.

    Notes
    -----
    A cell is known by wave, base, answer and group, all of which are names. Two peer groups, a wave reweighted twice,
    two deliveries of a wave or a table with a condition can share them. Taken for one cell, the second would be
    protected with the numbers of the first; as two, differencing sees both.
    """
    bases: dict[Cell, Size] = {}
    answers: dict[Cell, Size] = {}
    domains: dict[tuple[int, str, str], Parts] = {}
    found = []
    for table in tables:
        table = _renamed(table, bases, domains)
        table = _renamed_answers(table, answers)
        bases |= _base_sizes(table)
        answers |= _answer_sizes(table)
        domains |= _parts(table)
        found.append(table)
    return found


def _base_sizes(table: CellTable) -> dict[Cell, Size]:
    rows = zip(table.cells, table.base, table.weighted_base, strict=True)
    return {cell.of: (float(n), float(weighted)) for cell, n, weighted in rows}


def _answer_sizes(table: CellTable) -> dict[Cell, Size]:
    rows = zip(table.cells, table.count, table.weighted, strict=True)
    return {cell: (float(n), float(weighted)) for cell, n, weighted in rows if cell.item}


def _parts(table: CellTable) -> dict[tuple[int, str, str], Parts]:
    bases = dict.fromkeys((cell.wave, cell.base) for cell in table.cells)
    return {(*base, name): _made_of(domain) for base in bases for name, domain in table.domains.items()}


def _made_of(domain: Domain) -> Parts:
    return tuple((group.code, group.of) for group in domain.groups)


def _renamed(table: CellTable, bases: Mapping[Cell, Size], domains: Mapping[tuple[int, str, str], Parts]) -> CellTable:
    """Rename the bases of a table until none has the name of one that is of others."""
    number = 1
    while odd := _odd_bases(table, bases, domains):
        number += 1
        new = {key: _numbered(key[1], number) for key in odd}
        table = replace(
            table,
            cells=tuple(cell._replace(base=new.get((cell.wave, cell.base), cell.base)) for cell in table.cells),
            sums=tuple(each._replace(base=new.get((each.wave, each.base), each.base)) for each in table.sums),
            answers=tuple(each._replace(base=new.get((each.wave, each.base), each.base)) for each in table.answers),
        )
    return table


def _odd_bases(
    table: CellTable, bases: Mapping[Cell, Size], domains: Mapping[tuple[int, str, str], Parts]
) -> set[tuple[int, str]]:
    of_others = {cell for cell, size in _base_sizes(table).items() if cell in bases and not _same(size, bases[cell])}
    made_otherwise = {key[:2] for key, parts in _parts(table).items() if domains.get(key, parts) != parts}
    return {(cell.wave, cell.base) for cell in of_others} | made_otherwise


def _renamed_answers(table: CellTable, answers: Mapping[Cell, Size]) -> CellTable:
    """Rename the answers of a table until none has the name of one that others gave."""
    number = 1
    while odd := {
        (cell.wave, cell.base, cell.item)
        for cell, size in _answer_sizes(table).items()
        if cell in answers and not _same(size, answers[cell])
    }:
        number += 1
        new = {key: _numbered(key[2], number) for key in odd}
        table = replace(
            table,
            cells=tuple(
                cell._replace(item=new.get((cell.wave, cell.base, cell.item), cell.item)) for cell in table.cells
            ),
            sums=tuple(
                each._replace(terms={new.get((each.wave, each.base, item), item): a for item, a in each.terms.items()})
                for each in table.sums
            ),
            answers=tuple(each for each in table.answers if (each.wave, each.base, each.indicator.name) not in odd),
        )
    return table


def _numbered(name: str, number: int) -> str:
    return f"{name_of(name)} ({number})"


def name_of(numbered: str) -> str:
    """Return the name that a base or an answer had before it was told apart."""
    return NUMBER.sub("", numbered)


def _same(first: Size, second: Size) -> bool:
    return all(abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b)) for a, b in zip(first, second, strict=True))
