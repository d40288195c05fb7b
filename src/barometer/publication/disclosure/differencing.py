"""Tables that give away a few respondents when one is taken from the other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from barometer.codebook.numbers import integer
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import check_all
from barometer.publication.disclosure.audit import HEADINGS
from barometer.publication.disclosure.handling import HANDLED
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice, find_policy
from barometer.publication.disclosure.populations import name_of
from barometer.publication.disclosure.protecting import suppress_results
from barometer.publication.disclosure.tables import CellTable

COLUMNS = ("wave", "item", "domain", "group", "first", "second", "first_base", "second_base", "reason")
OWN = {
    "first": Label("Første tabel", "First table"),
    "second": Label("Anden tabel", "Second table"),
    "first_base": Label("Første basis", "First base"),
    "second_base": Label("Anden basis", "Second base"),
}
WHY = {
    "bases": Label(
        "de to baser har færre end {few} svar til forskel", "the two bases differ by fewer than {few} answers"
    ),
    "answers": Label(
        "færre end {few} flere svarede sådan i den ene", "fewer than {few} more answered so in one of the two"
    ),
}
NONE_FOUND = Label(
    "{tables} tabeller er sammenholdt: ingen to af dem kan trækkes fra hinanden, så færre end {few} svar står tilbage.",
    "{tables} tables were compared: no two of them differ by fewer than {few} answers to what both show.",
)
FOUND = Label(
    "{tables} tabeller er sammenholdt: {pairs} tal skiller to af dem med færre end {few} svar.",
    "{tables} tables were compared: {pairs} number(s) tell two of them apart by fewer than {few} answers.",
)
TITLE = Label("Tabeller, der kan trækkes fra hinanden", "Tables that can be taken from each other")


@dataclass(frozen=True, eq=False, repr=False)
class Differencing:
    """
    Pairs of numbers whose difference is of too few.

    Attributes
    ----------
    table : DataFrame
        One row per pair: wave, item ("" for the size of a base), domain, group, first and second (tables), first_base,
        second_base, reason ("bases" or "answers").
    policy : DisclosurePolicy
    tables : int
        How many were compared with each other.
    """

    table: pd.DataFrame
    policy: DisclosurePolicy
    tables: int

    @property
    def pairs(self) -> tuple[tuple[str, str, str], ...]:
        """First and second table of each row, and the answer, or else the first base, that they differ in."""
        rows = self.table[["first", "second", "item", "first_base"]].itertuples(index=False)
        return tuple((str(one), str(other), str(item or base)) for one, other, item, base in rows)

    def summary(self, lang: Lang = "en") -> str:
        """
        Say in a sentence what was compared and what was found.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        found = FOUND if len(self.table) else NONE_FOUND
        return found.text(lang).format(
            tables=integer(self.tables, lang), pairs=integer(len(self.table), lang), few=self.policy.threshold
        )

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the rows with reason and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        why = [WHY[code].text(lang).format(few=self.policy.threshold) for code in self.table["reason"]]
        headings = {name: label.text(lang) for name, label in (HEADINGS | OWN).items()}
        return self.table.assign(reason=why).rename(columns=headings)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the rows as a sheet of a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return (Sheet("differencing", "", TITLE.text(lang), (self.policy.text(lang),), self.to_frame(lang)),)

    def __repr__(self) -> str:
        """Say how many there are."""
        return f"<Differencing, policy {self.policy.name!r}: {len(self.table):,} pair(s)>"


def check_differencing(results: Sequence[Any], policy: PolicyChoice = DEFAULT) -> Differencing:
    """
    Find tables whose difference isolates fewer respondents than may be shown.

    Parameters
    ----------
    results : sequence of results
        What will be published side by side.
    policy : str or DisclosurePolicy

    Returns
    -------
    Differencing
        `.table`, `.to_frame("da")`; empty where there is nothing to mend.

    Raises
    ------
    ArgumentError
        If these are no results.
    UnknownNameError
        If there is no such policy.

    Notes
    -----
    Numbers of one wave and one group are compared that stand on different bases: where the sizes differ by 1 to
    threshold - 1, one base may be the other less these few, and every answer that is shown of both tells what they
    said; bases that show no answer in common tell nothing. The same for an answer whose counts differ by so few. Cells
    that are suppressed are left out. Mend it with one base, or one rule for don't know, for both tables.

    Examples
    --------
    >>> import barometer as bm
    >>> wave = bm.load_wave(3)
    >>> shares = [bm.estimate_shares(wave, "innovative", by=by) for by in ("level", "size")]
    >>> len(bm.check_differencing(shares).table)
    0
    """
    check_all("results", results, tuple(HANDLED), "results of analysis in a list, as estimate_shares gives")
    policy = find_policy(policy)
    return find_differences(suppress_results(results, policy), policy)


def find_differences(tables: Sequence[tuple[CellTable, Hidden]], policy: DisclosurePolicy) -> Differencing:
    """
    Find tables whose difference isolates too few, of tables whose suppressed cells are known.

    Parameters
    ----------
    tables : sequence of (CellTable, Hidden)
    policy : DisclosurePolicy
    """
    shown = defaultdict[tuple[object, ...], dict[str, tuple[str, float]]](dict)
    items = defaultdict[tuple[object, ...], set[str]](set)
    for table, hidden in tables:
        rows = zip(table.cells, table.count, table.base, hidden.cell, hidden.base, strict=True)
        for cell, count, base, no_cell, no_base in rows:
            place = (cell.wave, cell.domain, cell.group)
            if not no_base:
                shown[(*place, "")].setdefault(cell.base, (table.name, float(base)))
            if not no_cell and cell.item:
                shown[(*place, cell.item)].setdefault(cell.base, (table.name, float(count)))
                items[(*place, cell.base)].add(name_of(cell.item))
    found = []
    for (wave, domain, group, item), by_base in shown.items():
        for (first, (one, n)), (second, (other, m)) in combinations(by_base.items(), 2):
            both = items[wave, domain, group, first] & items[wave, domain, group, second]
            if 0.0 < abs(n - m) < policy.threshold and (item or both):
                reason = "answers" if item else "bases"
                found.append((wave, item, domain, group, one, other, first, second, reason))
    return Differencing(pd.DataFrame(found, columns=list(COLUMNS)), policy, len(tables))
