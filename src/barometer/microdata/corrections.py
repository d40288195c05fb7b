"""Corrections to single answers: a file beside the delivery, each with the old value that it expects and a reason."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from barometer.errors import Fault, MissingFileError
from barometer.microdata.codes import code_text, text_values
from barometer.microdata.layout import Layout

COLUMNS = ("id", "column", "expected", "value", "reason")


@dataclass(frozen=True, slots=True)
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
    """

    row: int
    unit: str
    column: str
    expected: str
    value: str
    reason: str


def read_corrections(path: Path, faults: list[Fault]) -> list[Correction]:
    """
    Read a file of corrections: UTF-8, semicolons, the columns id, column, expected, value, reason.

    Raises
    ------
    MissingFileError
        If the layout names it and it is not there.
    """
    if not path.is_file():
        raise MissingFileError(path, "file of corrections", "The layout names it; write it, or take it out there.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(Fault("correction", f"is not UTF-8 at byte {error.start}", path.name))
        return []
    header, *rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) or [[]]
    if tuple(header) != COLUMNS:
        message = f"the columns must be {', '.join(COLUMNS)}, with semicolons between them"
        faults.append(Fault("correction", message, path.name, (1,)))
        return []
    found: list[Correction] = []
    places: dict[tuple[str, str], int] = {}
    for number, cells in enumerate(rows, start=2):
        if len(cells) != len(COLUMNS):
            faults.append(Fault("correction", f"must have {len(COLUMNS)} fields", path.name, (number,)))
            continue
        correction = Correction(number, *cells)
        place = (correction.unit, correction.column)
        if not correction.reason.strip():
            faults.append(Fault("correction", "gives no reason", path.name, (number,)))
        if correction.expected == correction.value:
            faults.append(Fault("correction", "changes nothing: expected and value are the same", path.name, (number,)))
        if place in places:
            faults.append(Fault("correction", f"is of the same place as row {places[place]}", path.name, (number,)))
        places[place] = number
        found.append(correction)
    return found


def correct(raw: pd.DataFrame, corrections: list[Correction], layout: Layout, faults: list[Fault]) -> pd.DataFrame:
    """
    Replace the values that corrections name, if every one finds what it expects.

    Parameters
    ----------
    raw : DataFrame
        As delivered; not changed.
    corrections : list of Correction
    layout : Layout
    faults : list of Fault
        Gets an entry, by row of the file of corrections, for each that does not fit; none is then applied.

    Returns
    -------
    DataFrame
    """
    if layout.id not in raw:
        return raw
    name = layout.corrections
    rows: dict[str, list[int]] = {}
    for position, unit in enumerate(raw[layout.id].astype("str")):
        rows.setdefault(unit, []).append(position)
    before = len(faults)
    for correction in corrections:
        message = _misfit(raw, correction, rows.get(correction.unit, []))
        if message:
            faults.append(Fault("correction", message, name, (correction.row,)))
    if len(faults) > before:
        return raw
    fixed = raw.copy()
    for column in dict.fromkeys(correction.column for correction in corrections):
        texts = [_text(value) for value in fixed[column]]
        for correction in corrections:
            if correction.column == column:
                texts[rows[correction.unit][0]] = correction.value
        fixed[column] = text_values([text or None for text in texts])
    return fixed


def _misfit(raw: pd.DataFrame, correction: Correction, rows: list[int]) -> str:
    if correction.column not in raw:
        return f"there is no column {correction.column!r} in the delivery"
    if len(rows) != 1:
        return "there is no such unit in the delivery" if not rows else "several rows have the number of that unit"
    if _text(raw[correction.column].iloc[rows[0]]) != correction.expected:
        return "the value that it expects is no longer there; has the delivery changed?"
    return ""


def _text(value: object) -> str:
    """Write a delivered value as its code; a blank is empty."""
    return "" if pd.isna(value) else code_text(value)  # type: ignore[call-overload]
