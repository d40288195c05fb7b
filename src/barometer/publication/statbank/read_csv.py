"""The cells of an extract in CSV."""

from pathlib import Path

from barometer.errors import DeliveryError, Fault
from barometer.microdata.read_text import TextChoices, read_text
from barometer.publication.statbank.cells import CONTENT, DATA
from barometer.publication.statbank.extract import Origin, RawCells

HEADER = 1
"""Rows before the first cell."""


def read_csv_cells(path: Path) -> RawCells:
    """
    Read a delimited extract; every cell is still a text.

    Raises
    ------
    DeliveryError
        If it cannot be split into columns, or has no column INDHOLD.
    """
    frame = read_text(path, TextChoices()).frame.astype("str").fillna("")
    frame.columns = frame.columns.str.strip().str.upper()
    if CONTENT not in frame.columns:
        message = (
            f"there is no column {CONTENT}, but {', '.join(frame.columns[:9])}; an extract has a column for each "
            f"variable and {CONTENT}: save it as CSV from the API, not as a matrix for a spreadsheet"
        )
        raise DeliveryError(path, [Fault("columns", message)])
    provenance: Origin = "synthetic" if DATA in frame.columns else "published"
    return RawCells(
        keys=frame.drop(columns=[CONTENT, DATA], errors="ignore").apply(lambda column: column.str.strip()),
        content=tuple(frame[CONTENT].str.strip()),
        rows=tuple(range(HEADER + 1, HEADER + 1 + len(frame))),
        provenance=provenance,
        labels={},
    )
