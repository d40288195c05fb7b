"""Read a delivered file as text, exactly as it is written."""

import csv
import re
from pathlib import Path

import pandas as pd

from barometer.errors import DeliveryError, Fault, MissingFileError
from barometer.microdata.layout import Layout

FIRST_ROW = 2
"""Row number of the first workplace, as an editor or a spreadsheet counts: the header is row 1."""


def read_delivery(path: Path, layout: Layout) -> pd.DataFrame:
    """
    Read a delimited file into a frame of text, a missing code becoming NA.

    Parameters
    ----------
    path : Path
    layout : Layout
        Gives delimiter, encoding and the codes for missing.

    Returns
    -------
    DataFrame
        Delivered column names; nothing but text.

    Raises
    ------
    MissingFileError
    DeliveryError
        If the file is empty, in another encoding, has another delimiter, repeated column names or ragged rows.
    """
    if not path.is_file():
        raise MissingFileError(path, "delivery", f"The layout {layout.path.name} expects it beside itself.")
    try:
        with path.open(encoding=layout.encoding, newline="") as file:
            header = next(csv.reader(file, delimiter=layout.delimiter), [])
        _check_header(path, header, layout)
        raw = pd.read_csv(
            path,
            sep=layout.delimiter,
            encoding=layout.encoding,
            dtype="str",
            keep_default_na=False,
            index_col=False,
            low_memory=False,
        )
    except UnicodeDecodeError as error:
        message = f"is not {layout.encoding} at byte {error.start}; set `encoding` in the layout"
        raise DeliveryError(path, [Fault("encoding", message)]) from None
    except pd.errors.ParserError as error:
        raise DeliveryError(path, [_ragged(error)]) from None
    short = raw.isna().any(axis=1)
    if short.any():
        rows = tuple(int(row) + FIRST_ROW for row in short.to_numpy().nonzero()[0])
        raise DeliveryError(
            path, [Fault("columns", f"rows with fewer fields than the header's {len(header)}", "", rows)]
        )
    if raw.empty:
        raise DeliveryError(path, [Fault("file", "has a header but no rows")])
    return raw.mask(raw.isin(layout.missing))


def _check_header(path: Path, header: list[str], layout: Layout) -> None:
    if not header:
        raise DeliveryError(path, [Fault("file", "is empty")])
    if len(header) == 1:
        found = {mark: header[0].count(mark) for mark in (";", ",", "\t", "|")}
        likely = max(found, key=lambda mark: found[mark])
        if found[likely]:
            message = (
                f"the header has no {layout.delimiter!r} but {found[likely]} {likely!r}; set `delimiter` in the layout"
            )
            raise DeliveryError(path, [Fault("delimiter", message)])
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise DeliveryError(path, [Fault("columns", "is in the header more than once", name) for name in repeated])


def _ragged(error: pd.errors.ParserError) -> Fault:
    """Return the place that pandas found, without its text."""
    match = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
    if match is None:
        return Fault("columns", "cannot be split into columns; is a quotation mark left open?")
    return Fault("columns", f"expected {match[1]} fields, found {match[3]}", "", (int(match[2]),))
