"""Coarser groups that groups are parts of: what readers know of them whatever table they have."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np

from barometer.codebook.records import Domain
from barometer.microdata.arrays import FloatArray
from barometer.publication.disclosure.tables import CROSS, TOTAL, Cell, CellTable

Part = Callable[[str], str]
"""The coarser group that a group is in; empty for none."""


def find_coarser(name: str, domains: Mapping[str, Domain]) -> list[tuple[str, Part]]:
    """
    Find what the groups of a domain add up to.

    Parameters
    ----------
    name : str
        Of a domain, or of crossed ones with " x " between.
    domains : mapping of str to Domain
        Those whose records are known: a sector is inside a level.

    Returns
    -------
    list of (str, callable)
        A coarser domain, and the group of it that each group is in; first all ("" and "total"). Of a cross, every cross
        of fewer or coarser domains.
    """
    ways = [[(each, _same), *_outside(each, domains), ("", _nothing)] for each in name.split(CROSS)]
    found: list[tuple[str, Part]] = [("", lambda _: TOTAL)]
    for way in product(*ways):
        wider = CROSS.join(filter(None, (each for each, _ in way)))
        if wider not in ("", name):
            found.append((wider, _part([part for _, part in way])))
    return found


def _outside(name: str, domains: Mapping[str, Domain]) -> list[tuple[str, Part]]:
    if name not in domains or not domains[name].inside:
        return []
    of = {group.code: group.of for group in domains[name].groups}
    return [(domains[name].inside, lambda code: of.get(code, ""))]


def _same(code: str) -> str:
    return code


def _nothing(_: str) -> str:
    return ""


def _part(parts: Sequence[Part]) -> Part:
    def coarser(group: str) -> str:
        codes = group.split(CROSS)
        return CROSS.join(filter(None, (part(code) for part, code in zip(parts, codes, strict=True))))

    return coarser


def coarser_tables(tables: Sequence[CellTable]) -> list[CellTable]:
    """
    Add the groups of tables up to the coarser ones that are published everywhere: all, and those they are inside of.

    Parameters
    ----------
    tables : sequence of CellTable

    Returns
    -------
    list of CellTable
        One for each table that has groups, with the same answers and sums between answers.
    """
    return [_coarser(table) for table in tables if any(cell.domain for cell in table.cells)]


def _coarser(table: CellTable) -> CellTable:
    certain = np.zeros(len(table.cells)) if table.certain is None else table.certain
    numbers = np.stack([table.count, table.base, table.weighted, table.weighted_base, 1.0 - certain], axis=1)
    values = np.nan_to_num(numbers.astype(np.float64))
    rows = {cell: value for cell, value in zip(table.cells, values, strict=True) if cell.domain == ""}
    for name in dict.fromkeys(cell.domain for cell in table.cells if cell.domain):
        for wider, part_of in find_coarser(name, table.domains):
            sums = defaultdict[Cell, FloatArray](lambda: np.zeros(values.shape[1]))
            for cell, value in zip(table.cells, values, strict=True):
                if cell.domain == name and (group := part_of(cell.group)):
                    sums[cell._replace(domain=wider, group=group)] += value
            rows = dict(sums) | rows
    count, base, weighted, weighted_base, open_rows = np.array(list(rows.values())).T
    return CellTable(
        table.name,
        tuple(rows),
        count,
        base.astype(np.intp),
        weighted,
        weighted_base,
        table.sums,
        table.domains,
        certain=np.asarray(open_rows == 0.0),
        answers=table.answers,
    )
