"""Labels of columns and values that lie in a file of their own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from barometer.codebook.parsing import existing
from barometer.errors import DeliveryError, Fault
from barometer.microdata.raw_table import RawTable

LABEL_KEYS = ("label", "text", "title", "question", "description")
VALUE_KEYS = ("values", "value_labels", "codes", "categories")


def with_labels(table: RawTable, path: str | Path) -> RawTable:
    """
    Take the labels of columns and values from a JSON file.

    Parameters
    ----------
    table : RawTable
    path : str or Path
        An object in which, at any depth, a column's name leads to its label (a text), to the labels of its values (an
        object of texts), or to both (an object with one of the keys "label", "text", "title", "question" or
        "description", and one of "values", "value_labels", "codes" or "categories"). The first entry of a column
        counts; labels in the delivery itself stay where this file has none.

    Raises
    ------
    MissingFileError
        If there is no such file.
    DeliveryError
        If it is no JSON, or names no column of the delivery.
    """
    path = existing(Path(path), "file of labels")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise DeliveryError(path, [Fault("file", f"is not JSON in UTF-8 ({type(error).__name__})")]) from None
    labels, value_labels = dict(table.labels), dict(table.value_labels)
    found = dict(_entries(content, set(map(str, table.frame.columns))))
    if not found:
        message = "has no entry under the name of a delivered column; are the names written in another way?"
        raise DeliveryError(path, [Fault("columns", message)])
    for name, entry in found.items():
        label, values = _label(entry), _values(entry)
        if label:
            labels[name] = label
        if values:
            value_labels[name] = values
    return replace(table, labels=labels, value_labels=value_labels)


def _entries(content: Any, names: set[str]) -> Iterator[tuple[str, Any]]:
    """Every entry under the name of a column, the deepest and last first, so that the first one overwrites."""
    if isinstance(content, dict):
        for key, value in reversed(content.items()):
            if key not in names:
                yield from _entries(value, names)
        yield from ((key, value) for key, value in content.items() if key in names)


def _label(entry: Any) -> str:
    if isinstance(entry, dict):
        return next((str(entry[key]) for key in LABEL_KEYS if isinstance(entry.get(key), str)), "")
    return entry if isinstance(entry, str) else ""


def _values(entry: Any) -> dict[str, str]:
    if not isinstance(entry, dict):
        return {}
    inner = next((entry[key] for key in VALUE_KEYS if isinstance(entry.get(key), dict)), None)
    if inner is None:
        inner = {} if any(key in entry for key in LABEL_KEYS) else entry
    return {str(code): text for code, text in inner.items() if isinstance(text, str)}
