"""What a delivered file tells of its columns: names, labels, categories; never a value of one workplace."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from barometer.microdata.codes import CodedValues, as_floats, code_values
from barometer.microdata.raw_table import RawTable

FEW = 30
"""Most distinct values that a column of categories may have; the values of others are never looked at one by one."""

_WORD = re.compile(r"[^\W\d_]{2}")
_LAST_PART = re.compile(r"([_.\-]?\d+|[_.\-][a-z])$", re.IGNORECASE)


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


def describe_columns(table: RawTable) -> tuple[DeliveredColumn, ...]:
    """Describe every column of a file, in its order."""
    names = list(map(str, table.frame.columns))
    blocks = _blocks(names)
    return tuple(_describe(table, name, blocks[name]) for name in names)


def _describe(table: RawTable, name: str, block: str) -> DeliveredColumn:
    codes = categories_of(code_values(table.frame[name]))
    labels = dict(table.value_labels.get(name, {})) or {code: code for code in codes or () if _WORD.search(code)}
    missing = tuple(code for code in {*(codes or ()), *labels} if table.declares_missing(name, code))
    return DeliveredColumn(name, table.labels.get(name, ""), codes, labels, missing, block)


def categories_of(values: CodedValues) -> tuple[str, ...] | None:
    """
    Return the categories of a column as text, sorted; None when it has too many to be one of categories.

    A column in which every value is another has no categories, however few rows there are.
    """
    found = present_codes(values)
    if len(found) > FEW or 1 < len(found) == np.count_nonzero(values.positions >= 0):
        return None
    return tuple(sorted(found, key=in_order))


def present_codes(values: CodedValues) -> list[str]:
    """Return the codes that at least one row has."""
    present = np.unique(values.positions)
    return [values.texts[position] for position in present[present >= 0]]


def numbers_of(values: pd.Series) -> np.ndarray | None:
    """Return a column as numbers, whichever decimal mark its text has; None if one value is none."""
    if isinstance(values.dtype, pd.StringDtype):
        values = values.astype("category")
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
