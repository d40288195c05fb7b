"""The verb: results made safe to publish."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.analysis import Estimates
from barometer.analysis.withheld import lacks_parts
from barometer.codebook.records import Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError
from barometer.publication.disclosure.audit import Audit, write_rows
from barometer.publication.disclosure.coarser import coarser_tables
from barometer.publication.disclosure.handling import HANDLED, Handling
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.merging import merge_answers
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice, find_policy
from barometer.publication.disclosure.populations import tell_apart
from barometer.publication.disclosure.relations import assemble
from barometer.publication.disclosure.rounding import round_counts
from barometer.publication.disclosure.secondary import suppress
from barometer.publication.disclosure.small_cells import REASONS, find_dominated, find_small
from barometer.publication.disclosure.tables import TOTAL, Cell, CellTable

T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Protected(Generic[T]):
    """
    A result that may be published, and what was done to it.

    Attributes
    ----------
    result
        Of the type that was given; suppressed cells are empty, with the note "suppressed". Where there are any, what
        answers for them too (`kernel`, `answered`, covariances, differences) raises `WithheldError`: ask the result as
        it was before.
    audit : Audit
        One row per cell.
    policy : DisclosurePolicy
    """

    result: T
    audit: Audit
    policy: DisclosurePolicy

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table of the result with labels instead of codes.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        found: pd.DataFrame = self.result.to_frame(lang)  # type: ignore[attr-defined]
        return found

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables of the result for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        found: tuple[Sheet, ...] = self.result.sheets(lang)  # type: ignore[attr-defined]
        return found

    def __repr__(self) -> str:
        """Say what was protected and what was done."""
        return f"<Protected {type(self.result).__name__}: {self.audit!r}>"

    def _repr_html_(self) -> str:
        shown: str = self.result._repr_html_()  # type: ignore[attr-defined]
        return f"{shown}<p>{escape(self.audit.text('en'))}</p>"


def protect(result: T, policy: PolicyChoice = DEFAULT) -> Protected[T]:
    """
    Suppress what must not be published in a result, and what it could be worked back from.

    Parameters
    ----------
    result : a result of analysis
        What `estimate_shares`, `compare_domains` and the like give.
    policy : str or DisclosurePolicy
        "5" (the default), "3", "10", "none", or rules of one's own.

    Returns
    -------
    Protected
        `.result`, of the same type, and `.audit`.

    Raises
    ------
    ArgumentError
        If it is no result that is known.
    UnknownNameError
        If there is no policy of that name.

    Examples
    --------
    >>> import barometer as bm
    >>> shares = bm.estimate_shares(bm.load_wave(3), "partner.foundations", by="sector")
    >>> safe = bm.protect(shares)
    >>> int(safe.result.table["share"].isna().sum()) == sum(
    ...     safe.audit.counts.get(status, 0) for status in ("primary", "secondary"))
    True
    """
    return protect_all([result], policy)[0]


def protect_all(results: Sequence[Any], policy: PolicyChoice = DEFAULT) -> list[Protected[Any]]:
    """
    Suppress over several results at once, as they will be read side by side.

    Parameters
    ----------
    results : sequence of results
        Of one or more types.
    policy : str or DisclosurePolicy

    Returns
    -------
    list of Protected
        In their order.
    """
    return [safe for safe, _ in protect_tables(results, policy)]


def protect_tables(
    results: Sequence[Any], policy: PolicyChoice = DEFAULT
) -> list[tuple[Protected[Any], tuple[CellTable, Hidden]]]:
    """Suppress over several results at once, and return each with its cells and what is not shown of them."""
    policy = find_policy(policy)
    how = [_handling(result) for result in results]
    merged = [merge_answers(r, policy) if isinstance(r, Estimates) else None for r in results]
    handled = [
        (handling, result if each is None else each.result)
        for handling, result, each in zip(how, results, merged, strict=True)
    ]
    tables = tell_apart([handling.cells(result) for handling, result in handled])
    hidden = suppress_tables(tables, policy)
    return [
        (_protected(handling, result, table, gone, policy, () if each is None else each.gone), (table, gone))
        for (handling, result), table, gone, each in zip(handled, tables, hidden, merged, strict=True)
    ]


def suppress_results(results: Sequence[Any], policy: DisclosurePolicy) -> list[tuple[CellTable, Hidden]]:
    """
    Return the cells of results, and what is not shown of them.

    Parameters
    ----------
    results : sequence of results
        As they are, or protected before.
    policy : DisclosurePolicy
    """
    plain = [each.result if isinstance(each, Protected) else each for each in results]
    tables = tell_apart([_handling(result).cells(result) for result in plain])
    return list(zip(tables, suppress_tables(tables, policy), strict=True))


def suppress_tables(tables: Sequence[CellTable], policy: DisclosurePolicy) -> list[Hidden]:
    """
    Find what is not shown of each of several tables.

    Parameters
    ----------
    tables : sequence of CellTable
    policy : DisclosurePolicy

    Returns
    -------
    list of Hidden

    Notes
    -----
    All, and the coarser groups that groups are inside of, are settled first and for themselves, as in a table of their
    own: what is shown there is known to every reader, so it is never left out here to protect a group.
    """
    small = [_small(table, policy) for table in tables]
    if not any(rows.any() or bases.any() for rows, bases in small):
        nothing = [np.zeros(len(table.cells), np.bool_) for table in tables]
        return [Hidden(none, none, np.zeros(none.size, np.int8)) for none in nothing]
    known = coarser_tables(tables)
    settled = suppress_tables(known, policy)
    wanted, tables = len(tables), [*tables, *known]
    small += [_small(table, policy) for table in known]
    place, cells = assemble(tables)
    primary = np.zeros(len(place), dtype=np.bool_)
    at = [
        [np.array([place[key] for key in keys], np.intp) for keys in (t.cells, [c.of for c in t.cells])] for t in tables
    ]
    for (rows, bases), (own, of) in zip(small, at, strict=True):
        primary[own[rows > 0]] = True
        primary[of[bases > 0]] = True
    fixed, left_out = np.zeros_like(primary), np.zeros_like(primary)
    for hidden, (own, of) in zip(settled, at[wanted:], strict=True):
        fixed[[own, of]] = True
        left_out[own] |= hidden.cell
        left_out[of] |= hidden.base
    hidden_of_itself = primary | primary[cells.base]
    cells = replace(cells, known=fixed & ~left_out & ~hidden_of_itself, left_out=left_out)
    gone = suppress(cells, primary, policy.threshold)
    return [Hidden(gone[own], gone[of], rows) for (rows, _), (own, of) in zip(small, at, strict=True)][:wanted]


def _small(table: CellTable, policy: DisclosurePolicy) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Find the rows of a table that are small, and those whose base is."""
    return _small_rows(table, policy), find_small(table.base, table.base, _of_bases(policy))


def _small_rows(table: CellTable, policy: DisclosurePolicy) -> NDArray[np.int8]:
    """Find the rows that rest on too few, or beside which a rest is shown that does."""
    of_base = np.array([cell.item == "" for cell in table.cells])
    answers, bases = (find_small(table.count, table.base, each) for each in (policy, _of_bases(policy)))
    small = np.where(of_base, bases, answers)
    if table.amounts is not None:
        dominated = find_dominated(table.amounts.value, table.amounts.row, small.size, policy)
        small = np.where((small == 0) & dominated, REASONS.index("dominance"), small).astype(np.int8)
    if table.certain is not None:
        small = np.where(table.certain, 0, small).astype(np.int8)
    if table.rest is None or table.rest_base is None:
        return small
    beside = find_small(table.rest, table.rest_base, policy)
    return np.where(small > 0, small, beside)


def _of_bases(policy: DisclosurePolicy) -> DisclosurePolicy:
    """Return the policy for bases: that all of a base are in it is no answer."""
    return DisclosurePolicy(policy.name, policy.threshold, zeros="shown")


def _handling(result: object) -> Handling:
    if lacks_parts(result):
        raise ArgumentError("result", "was protected before: give what protect returned, which has its audit")
    for kind, handling in HANDLED.items():
        if isinstance(result, kind):
            return handling
    known = ", ".join(kind.__name__ for kind in HANDLED)
    raise ArgumentError("result", f"must be a result of analysis ({known}); got {type(result).__name__}")


def _protected(
    handling: Handling,
    result: Any,
    table: CellTable,
    hidden: Hidden,
    policy: DisclosurePolicy,
    gone: tuple[str, ...],
) -> Protected[Any]:
    status = np.where(hidden.reason > 0, "primary", np.where(hidden.cell, "secondary", "published"))
    reason = np.where(status == "secondary", "protects", np.array(REASONS)[hidden.reason])
    if policy.rounding > 1:
        status = np.where(status == "published", "rounded", status)
    first = table.cells[0]
    joined = [Cell(first.wave, first.base, name, "", TOTAL) for name in gone]
    cells = [*table.cells, *joined]
    status = np.concatenate([status, np.full(len(joined), "merged")])
    reason = np.concatenate([reason, np.full(len(joined), "")])
    audit = Audit(write_rows(table.name, cells, status, reason), policy)
    # What answers for all cells holds the counts as they are: it goes as soon as one of them is not shown so.
    whole = policy.rounding == 1 and not (hidden.cell.any() or hidden.base.any())
    shown = result if whole else handling.hide(result, hidden)
    return Protected(round_counts(shown, policy.rounding), audit, policy)
