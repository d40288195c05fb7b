"""What a delivered file tells of its columns: names, labels, categories; never a value of one workplace."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import numpy as np
import pandas as pd

from barometer.microdata.codes import as_floats, code_values

FEW = 30
"""Most distinct values that a column of categories may have; the values of others are never looked at one by one."""

_WORD = re.compile(r"[^\W\d_]{2}")
_LAST_PART = re.compile(r"([_.\-]?\d+|[_.\-][a-z])$", re.IGNORECASE)


class DeliveredTable(Protocol):
    """
    A file as it was read.

    Attributes
    ----------
    frame : DataFrame
        Text columns as categoricals of text, numeric columns with their numbers.
    labels : dict of str to str
        Column to its label.
    value_labels : dict of str to dict
        Column to {code as text: label}.
    user_missing : dict
        Column to the codes that the file itself calls missing.
    """

    @property
    def frame(self) -> pd.DataFrame:
        """The rows."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of columns."""

    @property
    def value_labels(self) -> Mapping[str, Mapping[str, str]]:
        """Labels of values."""

    @property
    def user_missing(self) -> Mapping[str, tuple[str, ...]]:
        """Codes that are missing."""


@dataclass(frozen=True, slots=True)
class DeliveredColumn:
    """
    One column of a file.

    Attributes
    ----------
    name, label : str
    codes : tuple of str or None
        Its categories as text, sorted; None when there are more than `FEW`, or as many as rows.
    value_labels : dict of str to str
        Code to label, as the file has them. Categories that are words are their own labels.
    missing : tuple of str
        Codes that the file calls missing.
    block : str
        What its name shares with the neighbours it belongs to ("q7" of "q7_3"); empty for one that stands alone.
    """

    name: str
    label: str
    codes: tuple[str, ...] | None
    value_labels: Mapping[str, str]
    missing: tuple[str, ...] = ()
    block: str = ""


def describe_columns(table: DeliveredTable) -> tuple[DeliveredColumn, ...]:
    """Describe every column of a file, in its order."""
    names = list(map(str, table.frame.columns))
    blocks = _blocks(names)
    return tuple(_describe(table, name, blocks[name]) for name in names)


def _describe(table: DeliveredTable, name: str, block: str) -> DeliveredColumn:
    codes = categories_of(table.frame[name])
    labels = dict(table.value_labels.get(name, {})) or {code: code for code in codes or () if _WORD.search(code)}
    missing = tuple(table.user_missing.get(name, ()))
    return DeliveredColumn(name, table.labels.get(name, ""), codes, labels, missing, block)


def categories_of(values: pd.Series) -> tuple[str, ...] | None:
    """
    Return the categories of a column as text, sorted; None when it has too many to be one of categories.

    A whole number is written without decimals. A column in which every value is another has no categories, however
    few rows there are.
    """
    found = distinct_codes(values)
    if len(found) > FEW or (len(found) > 1 and len(found) == values.notna().sum()):
        return None
    return tuple(sorted(found, key=in_order))


def distinct_codes(values: pd.Series) -> list[str]:
    """Return the different values of a column as codes are written in a layout."""
    coded = code_values(values)
    present = np.unique(coded.positions)
    return [coded.texts[position] for position in present[present >= 0]]


def numbers_of(values: pd.Series) -> np.ndarray | None:
    """Return a column as numbers, whichever decimal mark its text has; None if one value is none."""
    if not isinstance(values.dtype, pd.CategoricalDtype):
        return as_floats(values) if pd.api.types.is_numeric_dtype(values) else None
    texts = [str(text).replace(",", ".") for text in values.cat.categories]
    numbers = pd.to_numeric(pd.Series(texts, dtype="str"), errors="coerce").to_numpy(float)
    codes = values.cat.codes.to_numpy()
    if np.isnan(numbers[np.unique(codes[codes >= 0])]).any():
        return None
    return np.asarray(np.append(numbers, np.nan)[codes])


def _blocks(names: list[str]) -> dict[str, str]:
    """Name the block of each column: neighbours whose names differ in the last part only."""
    blocks = {}
    for stem, group in groupby(names, key=lambda name: _LAST_PART.sub("", name)):
        members = list(group)
        blocks.update(dict.fromkeys(members, stem if len(members) > 1 else ""))
    return blocks


def in_order(code: str) -> tuple[bool, float, str]:
    """Return what codes are sorted by: numbers first, by their size."""
    is_number = re.fullmatch(r"-?\d+(\.\d+)?", code) is not None
    return not is_number, float(code) if is_number else 0.0, code
