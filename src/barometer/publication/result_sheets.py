"""The one way from results to what is written of them: named sheets in words of one language."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError
from barometer.publication.disclosure.audit import Audit
from barometer.publication.disclosure.handling import HANDLED
from barometer.publication.disclosure.policy import DEFAULT, UNCHECKED, DisclosurePolicy, PolicyChoice, find_policy
from barometer.publication.disclosure.protecting import protect_all
from barometer.publication.figure import Figure
from barometer.publication.verification import Verification


@runtime_checkable
class Result(Protocol):
    """What can be written to a workbook or as a table: every result of the barometer."""

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """Return the tables with what has to stand beside them."""


@runtime_checkable
class Controlled(Protocol):
    """What was made under a policy of disclosure control, and says under which."""

    @property
    def policy(self) -> DisclosurePolicy:
        """The policy that its numbers were made under."""

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """Return the tables with what has to stand beside them."""


Results = Result | Sequence[Result] | Mapping[str, Result]
"""One result, several, or several under names of their own."""


def result_sheets(results: Results, lang: Lang, policy: PolicyChoice = DEFAULT) -> list[Sheet]:
    """
    Return the sheets of results, in order and protected together; a sheet of a named result has that name.

    Parameters
    ----------
    results : result, sequence of results, or dict of name to result
    lang : {"da", "en"}
    policy : str or DisclosurePolicy
        What may be shown: see `protect`.

    Raises
    ------
    ArgumentError
        If there is nothing, or something that is no result.
    UnknownNameError
        If there is no such policy.
    """
    sheets = [
        replace(sheet, name=given or sheet.name, notes=(*sheet.notes, *([note.text(lang)] if note else [])))
        for given, result, note in _protected(_named(results), find_policy(policy))
        for sheet in result.sheets(lang)
    ]
    if not sheets:
        raise ArgumentError("results", "holds no result to write")
    return sheets


def _protected(named: Sequence[tuple[str, Result]], policy: DisclosurePolicy) -> list[tuple[str, Result, Label | None]]:
    """Protect the results that can be, all together, and say of each what was done."""
    kinds = tuple(HANDLED)
    safe = iter(protect_all([result for _, result in named if isinstance(result, kinds)], policy))
    rows: list[tuple[str, Result, Label | None]] = []
    for name, result in named:
        if isinstance(result, kinds):
            rows.append((name, next(safe), policy.note))
        elif isinstance(result, Controlled):
            rows.append((name, result, result.policy.note))
        else:
            rows.append((name, result, None if isinstance(result, Figure | Verification | Audit) else UNCHECKED))
    return rows


def _named(results: object) -> list[tuple[str, Result]]:
    """Results with the names that they were given; anything else is refused."""
    if isinstance(results, Mapping):
        named = [(str(name), result) for name, result in results.items()]
    elif isinstance(results, Sequence) and not isinstance(results, str):
        named = [("", result) for result in results]
    else:
        named = [("", results)]
    for name, result in named:
        if isinstance(result, type) or not isinstance(result, Result):
            what = f"{name!r} is" if name else "holds"
            raise ArgumentError("results", f"{what} a {type(result).__name__}, which is no result of the barometer")
    return named
