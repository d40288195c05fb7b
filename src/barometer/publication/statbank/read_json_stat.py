"""The cells of an extract in JSON-stat, version 2 or the bundles of version 1 that StatBank gives."""

import json
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from barometer.errors import DeliveryError, Fault
from barometer.publication.statbank.cells import CONTENTS_CODE, MISSING, MOST_DECIMALS
from barometer.publication.statbank.extract import RawCells

Entry = TypeVar("Entry")
MOST_CELLS = 1_000_000
"""A table of StatBank's has some hundreds; a file that declares more than this is none of them."""


def read_json_stat_cells(path: Path) -> RawCells:
    """
    Read a JSON-stat dataset; every cell is still a text.

    Raises
    ------
    DeliveryError
        If it is not JSON, not JSON-stat, or its parts do not agree with each other.
    """
    dataset = _dataset(path)
    dimensions = dataset.get("dimension")
    where = dataset if "id" in dataset else dimensions
    if not isinstance(dimensions, dict) or not isinstance(where, dict):
        raise _broken(path, "has no dimensions")
    ids, sizes = _list_of(where.get("id"), str), _list_of(where.get("size"), int)
    if not ids or len(ids) != len(sizes):
        raise _broken(path, "must list the same number of dimensions in `id` and `size`")
    codes = {name: _codes(path, name, dimensions.get(name), size) for name, size in zip(ids, sizes, strict=True)}
    if prod(sizes) > MOST_CELLS:
        raise _broken(path, f"declares {prod(sizes):,} cells; at most {MOST_CELLS:,} are read")
    content = _content(path, dataset, prod(sizes))
    metrics = [name for name in ids if name == CONTENTS_CODE or name in _roles(where, "metric")]
    for name in metrics:
        if len(codes[name]) != 1:
            raise _broken(path, f"has {len(codes[name])} kinds of numbers in {name}; take one")
    cells = pd.DataFrame(list(product(*codes.values())), columns=ids, dtype="str").drop(columns=metrics)
    cells.columns = cells.columns.str.upper()
    ours = dataset.get("extension", {})
    said = ours.get("barometer", {}) if isinstance(ours, dict) else {}
    kind = said.get("provenance") if isinstance(said, dict) else None
    return RawCells(
        keys=cells,
        content=content,
        rows=(),
        provenance="synthetic" if kind == "synthetic" else "published",
        labels={name.upper(): _labels(dimensions[name]) for name in ids},
        decimals=max(
            (_decimals(dimensions[name]["category"].get("unit"), codes[name][0]) for name in metrics), default=0
        ),
    )


def _dataset(path: Path) -> dict[str, Any]:
    """Return the dataset: the document itself, or the one that a bundle holds."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _broken(path, f"is not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise _broken(path, f"is not JSON, or is cut short, at line {error.lineno}, column {error.colno}") from None
    except (RecursionError, ValueError):
        raise _broken(path, "is nested too deep, or has numbers too long, to be JSON-stat") from None
    except OSError as error:
        raise DeliveryError(path, [Fault("file", f"cannot be read ({error.strerror})")]) from error
    if isinstance(document, dict) and document.get("class") != "dataset" and "dimension" not in document:
        held = [value for value in document.values() if isinstance(value, dict) and "dimension" in value]
        if len(held) == 1:
            return held[0]
    if not isinstance(document, dict) or "dimension" not in document or "value" not in document:
        raise _broken(path, "is JSON, but no JSON-stat dataset with `dimension` and `value`")
    return document


def _codes(path: Path, name: str, dimension: object, size: int) -> list[str]:
    """Return the codes of a dimension in their order, which `index` gives as a list or as places."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise _broken(path, f"the dimension {name} has no categories")
    index = category.get("index", category.get("label"))
    if isinstance(index, dict) and "index" in category:
        places = list(index.values())
        if sorted(map(str, places)) != sorted(map(str, range(len(places)))):
            raise _broken(path, f"the places of {name}'s categories are not 0 to {len(places) - 1}")
        codes = sorted(index, key=lambda code: int(index[code]))
    else:
        codes = list(index) if isinstance(index, dict | list) else []
    if len(codes) != size or len(_list_of(codes, str)) != size:
        raise _broken(path, f"the dimension {name} has {len(codes)} categories, but its size is {size}")
    return codes


def _labels(dimension: Mapping[str, Any]) -> dict[str, str]:
    labels = dimension["category"].get("label", {})
    return {str(code): str(label) for code, label in labels.items()} if isinstance(labels, dict) else {}


def _decimals(units: object, code: str) -> int:
    """Return the decimals that a file says its numbers have; 0 where it says nothing that they can be."""
    unit = units.get(code) if isinstance(units, dict) else None
    said = unit.get("decimals") if isinstance(unit, dict) else None
    return said if type(said) is int and 0 <= said <= MOST_DECIMALS else 0


def _content(path: Path, dataset: Mapping[str, Any], cells: int) -> tuple[str, ...]:
    """Return what stands in each cell: its number, else its status, else nothing."""
    values, status = _listed(dataset.get("value"), cells), _listed(dataset.get("status") or {}, cells)
    if status is None:
        raise _broken(path, f"`status` is not for {cells} cells")
    if values is None:
        found = dataset.get("value")
        count = len(found) if isinstance(found, Sequence | Mapping) else 0
        raise _broken(path, f"has {count} values for {cells} cells; is it cut short?")
    symbols = [said if isinstance(said, str) and said else MISSING for said in status]
    return tuple(symbol if value is None else _text(value) for value, symbol in zip(values, symbols, strict=True))


def _text(value: object) -> str:
    """Write a value as a cell of CSV has it: without the dust of binary fractions, whole numbers without a decimal."""
    if not isinstance(value, float):
        return str(value)
    return repr(int(value)) if value.is_integer() else repr(round(value, MOST_DECIMALS))


def _listed(found: object, cells: int) -> list[Any] | None:
    """Return one entry for each cell, of a list, a mapping by place, or one text for all; None if it is neither."""
    if isinstance(found, str):
        return [found] * cells
    if isinstance(found, list):
        return found if len(found) == cells else None
    if not isinstance(found, dict) or not all(key.isdecimal() and int(key) < cells for key in found):
        return None
    return [found.get(str(place)) for place in range(cells)]


def _roles(where: Mapping[str, Any], role: str) -> list[str]:
    roles = where.get("role", {})
    named = roles.get(role, []) if isinstance(roles, dict) else []
    return named if isinstance(named, list) else []


def _list_of(found: object, kind: type[Entry]) -> list[Entry]:
    """Take a list of one kind; empty if it is something else."""
    return found if isinstance(found, list) and all(isinstance(entry, kind) for entry in found) else []


def _broken(path: Path, message: str) -> DeliveryError:
    return DeliveryError(path, [Fault("file", f"{message}; save it from StatBank again")])
