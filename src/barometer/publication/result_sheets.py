"""The one way from results to what is written of them: named sheets in words of one language."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from barometer.codebook.records import Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError


@runtime_checkable
class Result(Protocol):
    """What can be written to a workbook or as a table: every result of the barometer."""

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """Return the tables with what has to stand beside them."""


Results = Result | Sequence[Result] | Mapping[str, Result]
"""One result, several, or several under names of their own."""


def result_sheets(results: Results, lang: Lang) -> list[Sheet]:
    """
    Return the sheets of results, in order; a sheet of a named result has that name.

    Parameters
    ----------
    results : result, sequence of results, or dict of name to result
    lang : {"da", "en"}

    Raises
    ------
    ArgumentError
        If there is nothing, or something that is no result.
    """
    sheets = [
        replace(sheet, name=given or sheet.name) for given, result in _named(results) for sheet in result.sheets(lang)
    ]
    if not sheets:
        raise ArgumentError("results", "holds no result to write")
    return sheets


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
