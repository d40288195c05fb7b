"""The cells of a table as text: numbers in the format of a language, shares in per cent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from barometer.codebook.numbers import MINUS, decimal, integer, per_cent
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet

Unit = Literal["share", "points", "year", "number"]
SHARE_DECIMALS = 1
YEAR_DECIMALS = 1
MOST_DECIMALS = 3
_WHOLE = 1e-12
"""Relative distance from a whole number that sums of weights leave."""
YES, NO = Label("ja", "yes"), Label("nej", "no")


@dataclass(frozen=True, slots=True)
class TableText:
    """
    A table as it is read.

    Attributes
    ----------
    headings : (k,) tuple of str
    rows : tuple of (k,) tuple of str
        Empty where there is nothing.
    numbers : tuple of str
        Headings of the columns that hold numbers.
    notes : tuple of str
        Those of the sheet, and what every row says alike.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[str, ...]
    notes: tuple[str, ...]


def table_text(sheet: Sheet, lang: Lang) -> TableText:
    """
    Write every cell of a sheet as text.

    Parameters
    ----------
    sheet : Sheet
    lang : {"da", "en"}
        Of the numbers.

    Notes
    -----
    Whole numbers have a thousands mark, which years have not; shares and differences of shares have one decimal. Other
    columns of numbers have one, two or three decimals, by their largest number (from 100, from 10, below); what would
    show as nothing but zeros, and with three decimals all that is less, is written as less than the smallest that
    shows: "< 0.001". A column of texts that says the same in every row becomes a note,
    unless title and notes say it already; an empty column is left out.
    """
    shown: list[tuple[str, list[str]]] = []
    notes = list(sheet.notes)
    for name, column in sheet.table.items():
        cells = _column(column, _unit(str(name), sheet), lang)
        if not (said := _said_once(column, cells)):
            shown.append((sheet.heading(name, lang), cells))
        elif said.strip() and not any(said.lower() in known.lower() for known in (sheet.title, *notes)):
            notes.append(f"{name}: {said}.")
    numbers = tuple(sheet.heading(name, lang) for name, column in sheet.table.items() if is_number_column(column))
    rows = tuple(zip(*(cells for _, cells in shown), strict=True))
    return TableText(tuple(name for name, _ in shown), rows, numbers, tuple(notes))


def _said_once(column: "pd.Series[Any]", cells: Sequence[str]) -> str:
    """Return what a column of texts says in every row, a space where that is nothing; empty if it must be shown."""
    if len(set(cells)) != 1 or (cells[0] and (len(cells) == 1 or is_number_column(column))):
        return ""
    return cells[0] or " "


def is_number_column(column: "pd.Series[Any]") -> bool:
    """Whether a column holds numbers, and no yes and no."""
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def is_missing(value: object) -> bool:
    """Whether a cell has nothing in it."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def yes_or_no(value: bool, lang: Lang) -> str:
    """Write a truth value as a word."""
    return (YES if value else NO).text(lang)


def _unit(name: str, sheet: Sheet) -> Unit:
    if name in sheet.shares:
        return "share"
    return "points" if name in sheet.points else "year" if name in sheet.years else "number"


def _column(column: "pd.Series[Any]", unit: Unit, lang: Lang) -> list[str]:
    values = column.tolist()
    decimals = _decimals(values)
    return [_cell(value, unit, decimals, lang) for value in values]


def _decimals(values: Sequence[object]) -> int:
    """Return the decimals of a column: those of its largest number; none where all are whole."""
    found = [abs(value) for value in values if isinstance(value, float) and math.isfinite(value)]
    if all(abs(value - round(value)) <= _WHOLE * value for value in found):
        return 0
    largest = max(found)
    return 1 if largest >= 100.0 else 2 if largest >= 10.0 else MOST_DECIMALS


def _cell(value: object, unit: Unit, decimals: int, lang: Lang) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return yes_or_no(value, lang)
    if isinstance(value, int | float) and unit == "year":
        return f"{value:.{min(decimals, YEAR_DECIMALS)}f}".replace(".", "," if lang == "da" else ".")
    if isinstance(value, int):
        return integer(value, lang) if value >= 0 else f"{MINUS}{integer(-value, lang)}"
    if not isinstance(value, float):
        return str(value)
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else f"{MINUS}\N{INFINITY}"
    if unit == "share":
        return per_cent(value, lang, SHARE_DECIMALS)
    if unit == "points":
        return decimal(100.0 * value, lang, SHARE_DECIMALS)
    return _small(value, decimals, lang) or decimal(value, lang, decimals)


def _small(value: float, decimals: int, lang: Lang) -> str:
    """Write a number that would show as zero as less than the smallest that shows; empty for any other."""
    least = 10.0**-decimals
    shows = least if decimals == MOST_DECIMALS and value > 0.0 else least / 2
    if value == 0.0 or abs(value) >= shows:
        return ""
    return f"< {decimal(least, lang, decimals)}" if value > 0 else f"> {decimal(-least, lang, decimals)}"
