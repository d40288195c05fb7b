"""A delivered table as it came: values, labels, and what the file itself declares missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from barometer.errors import Fault

MOST_SHOWN = 300
"""Columns that the display lists."""


@dataclass(frozen=True, slots=True)
class MissingRange:
    """
    Codes that a file declares missing: one, or all from `low` to `high`.

    Attributes
    ----------
    low, high : float or str
        Numbers, or the same text twice: a code of a text column, or a letter code of Stata and SAS (".a").
    """

    low: float | str
    high: float | str

    def __contains__(self, code: object) -> bool:
        """Whether a code, as text, lies in it."""
        if isinstance(self.low, str) or isinstance(self.high, str):
            return code == self.low
        try:
            return self.low <= float(str(code)) <= self.high
        except ValueError:
            return False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RawTable:
    """
    A delivered table, nothing renamed and nothing recoded.

    Attributes
    ----------
    frame : DataFrame
        One row per unit, in the file's order. Text columns are categoricals of text (from long Parquet and Arrow files
        plain text, where most values differ); numbers keep their type, whole numbers with blanks as nullable integers;
        dates are datetimes. Blank cells are missing. May hold microdata.
    format : str
        "SPSS", "Excel", ...
    encoding : str
        Of the text in the file; empty where the format fixes it.
    labels : dict of str to str
        Column to its label, for the columns that have one.
    value_labels : dict of str to dict
        Column to code to its label; codes are text, 1.0 is "1".
    user_missing : dict of str to tuple of MissingRange
        Codes that the file declares missing. They are kept in `frame`, because "don't know" is often among them.
    warnings : tuple of Fault
        What is odd but was read.
    delimiter : str
        Of a text file; empty for other formats.
    """

    frame: pd.DataFrame
    format: str
    encoding: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    user_missing: Mapping[str, tuple[MissingRange, ...]] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
    delimiter: str = ""

    def declares_missing(self, column: str, code: str) -> bool:
        """Whether the file itself declares a code of a column missing."""
        return any(code in codes for codes in self.user_missing.get(column, ()))

    def __repr__(self) -> str:
        """Say how much there is; never a row."""
        rows, columns = self.frame.shape
        return f"<RawTable: {self.format}, {rows:,} rows x {columns:,} columns; may hold confidential microdata>"

    def _repr_html_(self) -> str:
        shown = list(self.frame.columns[:MOST_SHOWN])
        lines = "".join(
            f"<tr><td>{escape(_short(name))}</td><td>{escape(_short(self.labels.get(name, '')))}</td>"
            f"<td>{escape(_kind(self.frame[name]))}</td><td>{len(self.value_labels.get(name, {})) or ''}</td></tr>"
            for name in shown
        )
        more = len(self.frame.columns) - len(shown)
        rest = f"<tr><td colspan='4'>and {more:,} more columns</td></tr>" if more else ""
        head = "<tr><th>column</th><th>label</th><th>holds</th><th>value labels</th></tr>"
        return f"<table><caption>{escape(repr(self)[1:-1])}</caption>{head}{lines}{rest}</table>"


def _kind(column: pd.Series) -> str:
    if isinstance(column.dtype, pd.CategoricalDtype | pd.StringDtype):
        return "text"
    if pd.api.types.is_bool_dtype(column.dtype):
        return "true or false"
    return "numbers" if pd.api.types.is_numeric_dtype(column.dtype) else "dates or times"


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:99] + "…"
