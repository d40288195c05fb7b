"""Columns of any type as codes: which code each row has, and how the code is written."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WIDEST_TABLE = 1 << 16
"""Distance between the least and greatest whole number up to which codes are looked up in a table."""

MOST_DIGITS = 15
"""Digits that a floating-point number always keeps."""

EXACT = 2**53
"""Whole numbers below it are exact as floating-point numbers."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CodedValues:
    """
    The values of one column as positions in a list of codes.

    Attributes
    ----------
    texts : list of str
        Each code once, as a layout writes it: 1.0 is "1", "01" stays "01".
    positions : (n,) int
        Position of each row's code among `texts`; -1 where there is none.
    """

    texts: list[str]
    positions: NDArray[np.integer]

    def where(self, chosen: Collection[str]) -> NDArray[np.bool_]:
        """Rows that have one of some codes."""
        held = np.array([*(text in chosen for text in self.texts), False])
        return np.asarray(held[self.positions])


def code_text(value: object) -> str:
    """
    Write one value as a code.

    Whole numbers have no decimals, truth is "true" or "false", dates are written as year-month-day.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < EXACT else repr(number)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def code_values(column: pd.Series) -> CodedValues:
    """
    Find the codes of a column, whatever its type.

    Parameters
    ----------
    column : Series of n values
        Categorical of text, numbers, truth, or dates.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return CodedValues([code_text(c) for c in column.cat.categories], column.cat.codes.to_numpy())
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        found = _whole_numbers(column)
        if found:
            return found
    positions, values = pd.factorize(column)
    return CodedValues([code_text(value) for value in values], positions)


def is_dated(column: pd.Series) -> bool:
    """Whether a column holds dates or times."""
    return pd.api.types.is_datetime64_any_dtype(column.dtype) or pd.api.types.is_timedelta64_dtype(column.dtype)


def as_floats(column: pd.Series) -> NDArray[np.float64]:
    """Return a column of numbers as floating-point numbers, NaN where it is blank."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def text_values(values: list[object]) -> pd.Series:
    """Make a text column of mixed values; None is blank."""
    texts = [None if value is None else code_text(value) for value in values]
    return pd.Series(pd.Categorical(pd.Series(texts, dtype="str")))


def numbers_where_plain(column: pd.Series, decimal: str) -> pd.Series:
    """
    Turn a text column into numbers when every cell that is not blank is one, plainly written.

    Codes with leading zeros, numbers of more than 15 digits and numbers with thousands marks stay text.

    Parameters
    ----------
    column : Series
        A categorical of text; others are returned as they are.
    decimal : {",", "."}
    """
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    texts = list(column.cat.categories)
    plain = re.compile(rf"[+-]?(0|[1-9][0-9]*)({re.escape(decimal)}[0-9]+)?([eE][+-]?[0-9]+)?")
    if not texts or not all(plain.fullmatch(text) and sum(map(str.isdigit, text)) <= MOST_DIGITS for text in texts):
        return column
    values = np.array([*(float(text.replace(decimal, ".")) for text in texts), np.nan])
    numbers = values[column.cat.codes.to_numpy()]
    if not all(text.lstrip("+-").isdigit() for text in texts):
        return pd.Series(numbers)
    return pd.Series(pd.array(numbers, dtype="Int64") if np.isnan(numbers).any() else numbers.astype(np.int64))


def _whole_numbers(column: pd.Series) -> CodedValues | None:
    """Look whole numbers up in a table; None where they are not whole, or too far apart."""
    blank = column.isna().to_numpy()
    if blank.all():
        return CodedValues([], np.full(len(column), -1, dtype=np.int8))
    filler = column.iloc[int(np.argmin(blank))]
    if column.dtype.kind == "i":
        whole = column.to_numpy(dtype=np.int64, na_value=filler)
    else:
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        numbers = np.where(blank, filler, numbers) if blank.any() else numbers
        if not np.isfinite(numbers).all() or np.abs(numbers).max() >= EXACT or (numbers != np.floor(numbers)).any():
            return None
        whole = numbers.astype(np.int64)
    low, high = int(whole.min()), int(whole.max())
    if high - low >= WIDEST_TABLE:
        return None
    offset = whole - low
    present = np.flatnonzero(np.bincount(offset))
    table = np.full(high - low + 1, -1, dtype=np.min_scalar_type(-present.size - 1))
    table[present] = np.arange(present.size)
    positions = table[offset]
    positions[blank] = -1
    return CodedValues([str(low + int(step)) for step in present], positions)
