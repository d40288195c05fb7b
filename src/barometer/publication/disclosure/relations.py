"""The sums that readers know: groups and their total, parts and their whole, over all tables together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array, csr_array

from barometer.codebook.records import Domain
from barometer.microdata.arrays import BoolArray, IntArray
from barometer.publication.disclosure.coarser import find_coarser
from barometer.publication.disclosure.scales import Cells
from barometer.publication.disclosure.share_tables import answer_sums
from barometer.publication.disclosure.systems import Knowledge
from barometer.publication.disclosure.tables import TOTAL, Answer, Cell, CellTable, Sum

REST = "(rest)"
"""Group of those who are in no group that is shown."""
DEAR_BASE, DEAR_TOTAL, DEAR_WHOLE = 30.0, 5.0, 5.0
"""How much more the size of a base, a share of all, and what others add up to is worth than a share of a group."""
NOTHING = 1e-3
"""What is lost with a number that stands nowhere."""
Row = dict[int, float]


@dataclass(slots=True)
class _Register:
    """Cells by number, with their values; grows while sums are found."""

    place: dict[Cell, int] = field(default_factory=dict)
    count: list[float] = field(default_factory=list)
    weighted: list[float] = field(default_factory=list)
    shown: list[bool] = field(default_factory=list)

    def add(self, cell: Cell, count: float, weighted: float, *, shown: bool) -> int:
        if cell not in self.place:
            self.place[cell] = len(self.count)
            self.count.append(count)
            self.weighted.append(weighted)
            self.shown.append(shown)
        return self.place[cell]

    def holds(self, row: Row, kind: str) -> bool:
        """Whether a sum is true of counts and of weighted counts."""
        for values in (self.count, self.weighted):
            parts = [slope * values[place] for place, slope in row.items()]
            near = 1e-9 * max(1.0, *map(abs, parts))
            if sum(parts) > near or (kind == "equal" and sum(parts) < -near):
                return False
        return True


def assemble(tables: Sequence[CellTable]) -> tuple[dict[Cell, int], Cells]:
    """
    Put the cells of all tables into one system.

    Returns
    -------
    dict of Cell to int
        The number of each.
    Cells
    """
    register = _Register()
    for table in tables:
        rows = zip(table.cells, table.count, table.base, table.weighted, table.weighted_base, strict=True)
        for cell, count, base, weighted, weighted_base in rows:
            register.add(cell.of, float(base), float(weighted_base), shown=True)
            register.add(cell, float(count), float(weighted), shown=True)
    equal, at_most = _sums_of_groups(register, _domains_of_bases(tables)), list[Row]()
    known = {frozenset(row.items()) for row in equal}
    groups = defaultdict[tuple[int, str], dict[tuple[str, str], None]](dict)
    for cell in register.place:
        groups[cell.wave, cell.base][cell.domain, cell.group] = None
    for of in (*(each for table in tables for each in table.sums), *_sums_of_answers(tables)):
        for domain, group in groups[of.wave, of.base]:
            named = {Cell(of.wave, of.base, item, domain, group): slope for item, slope in of.terms.items()}
            if all(cell in register.place for cell in named):
                row = {register.place[cell]: slope for cell, slope in named.items()}
                if frozenset(row.items()) not in known and register.holds(row, of.kind):
                    known.add(frozenset(row.items()))
                    (equal if of.kind == "equal" else at_most).append(row)
    base = np.array([register.place[cell.of] for cell in register.place], dtype=np.intp)
    inside = ({place: 1.0, of: -1.0} for place, of in enumerate(base.tolist()) if place != of)
    at_most += [row for row in inside if register.holds(row, "at_most")]
    wholes = {
        Cell(s.wave, s.base, item, "", "") for t in tables for s in t.sums for item, a in s.terms.items() if a < 0.0
    }
    dear = np.array([cell._replace(domain="", group="") in wholes for cell in register.place])
    holds = np.arange(len(equal) + len(at_most)) < len(equal)
    knowledge = Knowledge(_matrix([*equal, *at_most], base.size), holds)
    return register.place, _cells(register, base, dear, knowledge)


def _cells(register: _Register, base: IntArray, dear: BoolArray, knowledge: Knowledge) -> Cells:
    count, weighted = np.array(register.count), np.array(register.weighted)
    unit = np.divide(weighted[base], count[base], out=np.ones_like(count), where=count[base] > 0.0)
    total = np.array([cell.group == TOTAL for cell in register.place])
    cost = np.sqrt(1.0 + count[base]) * np.where(total, DEAR_TOTAL, 1.0) * np.where(dear, DEAR_WHOLE, 1.0)
    cost = np.where(base == np.arange(base.size), DEAR_BASE * cost, cost)
    cost[[cell.group.startswith(REST) for cell in register.place]] = NOTHING
    none = np.zeros(base.size, np.bool_)
    return Cells(count, weighted, unit, cost, np.array(register.shown), base, knowledge, none, none)


def _matrix(rows: Sequence[Row], size: int) -> csc_array:
    lengths = [len(row) for row in rows]
    data = [slope for row in rows for slope in row.values()]
    places = [place for row in rows for place in row]
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp)
    return csr_array((data, places, ends), shape=(len(rows), size)).tocsc()


def _sums_of_answers(tables: Sequence[CellTable]) -> list[Sum]:
    """Add up the answers to a question that stand in several tables, as those in one."""
    found = defaultdict[tuple[int, str], dict[str, Answer]](dict)
    for answer in (each for table in tables for each in table.answers):
        found[answer.wave, answer.base].setdefault(answer.indicator.name, answer)
    return [
        each
        for (wave, base), own in found.items()
        for each in answer_sums(wave, [(base, a.indicator) for a in own.values()], next(iter(own.values())).codebook)
    ]


def _domains_of_bases(tables: Sequence[CellTable]) -> dict[tuple[int, str], dict[str, Domain]]:
    """Return the domains that each base of each wave is split by: a wave or codebook may make its groups otherwise."""
    found = defaultdict[tuple[int, str], dict[str, Domain]](dict)
    for table in tables:
        for base in dict.fromkeys((cell.wave, cell.base) for cell in table.cells):
            found[base] |= table.domains
    return found


def _sums_of_groups(register: _Register, domains: Mapping[tuple[int, str], Mapping[str, Domain]]) -> list[Row]:
    """Add up groups to the total, groups inside another to that one, crossed ones to those they are crossed of."""
    by_domain = defaultdict[tuple[int, str, str], dict[str, dict[str, int]]](lambda: defaultdict(dict))
    for cell, place in register.place.items():
        by_domain[cell.wave, cell.base, cell.item][cell.domain][cell.group] = place
    rows = []
    for (wave, base, item), found in list(by_domain.items()):
        for name, places in found.items():
            if name == "":
                continue
            coarser = find_coarser(name, domains[wave, base])
            # All is the sum of groups that are sums themselves: one more row would join what they keep apart.
            if any(all(of(g) in found.get(wider, {}) for g in places) for wider, of in coarser if wider):
                coarser = coarser[1:]
            for wider, part_of in coarser:
                wholes = found.get(wider, {})
                for code, whole in wholes.items():
                    inside = [place for group, place in places.items() if part_of(group) == code]
                    rest = Cell(wave, base, item, name, f"{REST} {wider} {code}")
                    rows.append(_adding_up(register, whole, inside, rest))
    return rows


def _adding_up(register: _Register, whole: int, parts: Sequence[int], rest: Cell) -> Row:
    """
    Sum of parts less their whole, with those of the whole who are in none of the parts.

    How many these are follows from the bases that are shown; what they answered is never shown.
    """
    row = {whole: -1.0} | dict.fromkeys(parts, 1.0)
    count, weighted = (values[whole] - sum(values[p] for p in parts) for values in (register.count, register.weighted))
    if count > 0.5 if rest.item == "" else rest.of in register.place:
        row[register.add(rest, count, weighted, shown=rest.item == "")] = 1.0
    return row
