"""Corrections to single answers: a file beside the delivery, each with the old value that it expects and a reason."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from barometer.errors import Fault, MissingFileError
from barometer.microdata.codes import as_floats, code_text, code_values
from barometer.microdata.harmonise import unit_numbers, written_number
from barometer.microdata.layout import CodedColumn, Layout
from barometer.microdata.raw_table import RawTable

SUFFIX = ".corrections.csv"
"""Ending of a file of corrections that lies beside its delivery."""

COLUMNS = ("id", "column", "expected", "value", "reason")
OPTIONAL = ("by", "date")


@dataclass(frozen=True, slots=True, repr=False)
class Correction:
    """
    One value that is replaced.

    Attributes
    ----------
    row : int
        Where it stands in the file of corrections; the header is row 1.
    unit : str
        Number of the unit, as delivered.
    column : str
        Delivered column.
    expected, value : str
        Delivered code that must stand there, and the one that takes its place; empty for a blank.
    reason : str
    by, date : str
        Who made it and when; empty where the file does not say.
    """

    row: int
    unit: str
    column: str
    expected: str
    value: str
    reason: str
    by: str = ""
    date: str = ""


def corrections_of(path: Path, layout: Layout, given: Path | None) -> Path | None:
    """
    Find the file of corrections of a delivery: the one given, the one that the layout names, or the one beside it.

    Parameters
    ----------
    path : Path
        The delivery.
    layout : Layout
    given : Path or None

    Raises
    ------
    MissingFileError
        If a file is given or named and is not there.
    """
    named = given or (path.with_name(layout.corrections) if layout.corrections else None)
    if named is None:
        beside = path.with_name(path.stem + SUFFIX)
        return beside if beside.is_file() else None
    if not named.is_file():
        raise MissingFileError(named, "file of corrections", "Check the name, or take it out of the layout.")
    return named


def apply_corrections(raw: RawTable, path: Path, layout: Layout, faults: list[Fault]) -> tuple[RawTable, int]:
    """
    Replace the values that a file of corrections names, if every one of them fits.

    Parameters
    ----------
    raw : RawTable
        As delivered; not changed.
    path : Path
        The file of corrections.
    layout : Layout
    faults : list of Fault
        Gets an entry, by row of the file of corrections, for each that does not fit; none is then applied.

    Returns
    -------
    table : RawTable
    applied : int
    """
    found: list[Fault] = []
    corrections = read_corrections(path, found)
    rows = _rows_of_units(raw, corrections, layout)
    for correction in corrections:
        misfits = _misfits(raw.frame, correction, rows.get(correction.unit, []), layout)
        found += [Fault("correction", message, path.name, (correction.row,)) for message in misfits]
    if found:
        faults += sorted(found, key=lambda fault: fault.rows)
        return raw, 0
    frame = raw.frame.copy(deep=False)
    for name in dict.fromkeys(correction.column for correction in corrections):
        chosen = [correction for correction in corrections if correction.column == name]
        at = [rows[correction.unit][0] for correction in chosen]
        frame[name] = _replaced(frame[name], at, [correction.value for correction in chosen], layout)
    return replace(raw, frame=frame), len(corrections)


def read_corrections(path: Path, faults: list[Fault]) -> list[Correction]:
    """
    Read a file of corrections: UTF-8, semicolons, the columns id, column, expected, value, reason.

    Parameters
    ----------
    path : Path
    faults : list of Fault
        Gets an entry, by row, for each that is incomplete, changes nothing or comes twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        header, *rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) or [[]]
    except UnicodeDecodeError as error:
        faults.append(Fault("correction", f"is not UTF-8 at byte {error.start}", path.name))
        return []
    except (OSError, csv.Error):
        faults.append(Fault("correction", "cannot be read as text with semicolons between the columns", path.name))
        return []
    further = header[len(COLUMNS) :]
    if tuple(header[: len(COLUMNS)]) != COLUMNS or not set(further) <= set(OPTIONAL) or len(set(header)) < len(header):
        message = f"the columns must be {', '.join(COLUMNS)}, and may be {' and '.join(OPTIONAL)}, with semicolons"
        faults.append(Fault("correction", message, path.name, (1,)))
        return []
    found: list[Correction] = []
    places: dict[tuple[str, str], int] = {}
    for number, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            faults.append(Fault("correction", f"must have {len(header)} fields", path.name, (number,)))
            continue
        unit, *others = cells
        correction = Correction(number, unit, **dict(zip(header[1:], others, strict=True)))
        earlier = places.setdefault((correction.unit, correction.column), number)
        faults += [Fault("correction", message, path.name, (number,)) for message in _flaws(correction, earlier)]
        found.append(correction)
    return found


def _flaws(correction: Correction, earlier: int) -> list[str]:
    """Say what is wrong with a correction by itself; `earlier` is the first row of the same place."""
    flaws = []
    if not correction.reason.strip():
        flaws.append("gives no reason")
    if correction.expected == correction.value:
        flaws.append("changes nothing: expected and value are the same")
    if earlier != correction.row:
        flaws.append(f"is of the same place as row {earlier}")
    return flaws


def _rows_of_units(raw: RawTable, corrections: Sequence[Correction], layout: Layout) -> dict[str, list[int]]:
    """Find the rows of the units that corrections name."""
    if layout.id not in raw.frame:
        return {}
    units = unit_numbers(raw.frame[layout.id], layout, [])  # what is wrong with them is told by harmonise
    rows: dict[str, list[int]] = {}
    for position in np.flatnonzero(units.isin({correction.unit for correction in corrections})):
        rows.setdefault(units.iloc[position], []).append(int(position))
    return rows


def _misfits(frame: pd.DataFrame, correction: Correction, rows: Sequence[int], layout: Layout) -> list[str]:
    """Say why a correction does not fit the delivery; never what stands there."""
    name = correction.column
    coded = {column.name: column for column in (*layout.registers.values(), *layout.answers.values())}
    misfits = []
    if name not in frame:
        misfits.append(f"there is no column {name!r} in the delivery")
    elif name not in coded and name not in (layout.weight, layout.population):
        misfits.append(f"the column {name!r} cannot be corrected: only answers, registers, weights and populations can")
    elif not _is_possible(correction.value, coded.get(name), layout):
        misfits.append("its new value is none that the layout has for that column")
    if layout.id in frame and len(rows) != 1:
        misfits.append("several rows have the number of that unit" if rows else "there is no such unit in the delivery")
    if not misfits and rows and not _stands_there(frame[name], rows[0], correction.expected, layout):
        misfits.append("the value that it expects is no longer there; has the delivery changed?")
    return misfits


def _is_possible(value: str, coded: CodedColumn | None, layout: Layout) -> bool:
    """Whether a column can hold a value: a listed code, a blank, or a number."""
    if coded is None:
        return not np.isnan(written_number(value, layout.decimal))
    return value in ("", *layout.missing) or value in coded.codes


def _stands_there(values: pd.Series, row: int, expected: str, layout: Layout) -> bool:
    found = values.iloc[row]
    if _holds_numbers(values, layout):
        return (
            bool(float(found) == written_number(expected, layout.decimal))
            if pd.notna(found)
            else expected in ("", *layout.missing)
        )
    blanks = ("", *layout.missing)
    text = code_text(found) if pd.notna(found) else ""
    return text == expected or (text in blanks and expected in blanks)


def _replaced(values: pd.Series, rows: Sequence[int], texts: Sequence[str], layout: Layout) -> pd.Series:
    """Return a column with other values in some rows; numbers stay numbers, codes become text."""
    if _holds_numbers(values, layout):
        numbers = as_floats(values).copy()
        numbers[list(rows)] = [written_number(text, layout.decimal) for text in texts]
        return pd.Series(numbers, index=values.index, name=values.name)
    coded = code_values(values)
    known = {text: position for position, text in enumerate(dict.fromkeys([*coded.texts, *filter(None, texts)]))}
    positions = coded.positions.astype(np.int32)
    positions[list(rows)] = [known[text] if text else -1 for text in texts]
    return pd.Series(pd.Categorical.from_codes(positions, pd.Index(list(known))), index=values.index, name=values.name)


def _holds_numbers(values: pd.Series, layout: Layout) -> bool:
    """Whether a column is the weight or the population, delivered as numbers."""
    is_number = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    return is_number and values.name in (layout.weight, layout.population)
