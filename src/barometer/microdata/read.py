"""Read a delivered file as text, exactly as it is written, and find every row that is not one."""

import csv
import io
from pathlib import Path

import pandas as pd

from barometer.errors import DeliveryError, Fault, MissingFileError
from barometer.microdata.layout import Layout

FIRST_ROW = 2
"""Row number of the first workplace, as an editor or a spreadsheet counts: the header is row 1."""

_OPEN_QUOTE = Fault("columns", "cannot be split into columns; is a quotation mark left open?")


def read_delivery(path: Path, layout: Layout, what: str = "delivery") -> pd.DataFrame:
    """
    Read a delimited file into a frame of text, a missing code becoming NA.

    Parameters
    ----------
    path : Path
    layout : Layout
        Gives delimiter, encoding and the codes for missing.
    what : str
        What the file is, for messages.

    Returns
    -------
    DataFrame
        Delivered column names; every column a categorical of text.

    Raises
    ------
    MissingFileError
    DeliveryError
        If the file cannot be read, is empty, in another encoding, has another delimiter, repeated or missing column
        names, or rows with more or fewer fields than the header.
    """
    if not path.is_file():
        raise MissingFileError(path, what, f"The layout {layout.path.name} expects it beside itself.")
    text = _decoded(path, layout.encoding)
    header = _header(path, text, layout)
    return _table(path, text, header, layout)


def _decoded(path: Path, encoding: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DeliveryError(path, [Fault("file", f"cannot be read ({error.strerror})")]) from error
    try:
        return content.decode(encoding).removeprefix("\ufeff").rstrip("\r\n")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        message = f"is not {encoding} at byte {error.start}; set `encoding` in the layout"
        raise DeliveryError(path, [Fault("encoding", message, "", (row,))]) from None


def _header(path: Path, text: str, layout: Layout) -> list[str]:
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter), [])
    except csv.Error:
        raise DeliveryError(path, [_OPEN_QUOTE]) from None
    if not any(header):
        raise DeliveryError(path, [Fault("file", "is empty")])
    if len(header) == 1:
        found = {mark: header[0].count(mark) for mark in (";", ",", "\t", "|")}
        likely = max(found, key=lambda mark: found[mark])
        if found[likely]:
            message = (
                f"the header has no {layout.delimiter!r} but {found[likely]} {likely!r}; set `delimiter` in the layout"
            )
            raise DeliveryError(path, [Fault("delimiter", message)])
    faults = [Fault("columns", f"column {n} has no name") for n, name in enumerate(header, start=1) if not name.strip()]
    repeated = sorted({name for name in header if name.strip() and header.count(name) > 1})
    faults += [Fault("columns", "is in the header more than once", name) for name in repeated]
    if faults:
        raise DeliveryError(path, faults)
    return header


def _table(path: Path, text: str, header: list[str], layout: Layout) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    ragged: dict[int, int] = {}

    def note(row: arrow_csv.InvalidRow) -> str:
        ragged[row.number] = row.actual_columns
        return "skip"

    if "\n" not in text:
        raise DeliveryError(path, [Fault("file", "has a header but no rows")])

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode()),
            # One thread: only then does a bad row know its number.
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(text) * 4 + 1024),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(
                null_values=list(layout.missing),
                strings_can_be_null=True,
                column_types=dict.fromkeys(header, pa.dictionary(pa.int32(), pa.string())),
            ),
        )
    except pa.ArrowInvalid:
        raise DeliveryError(path, [_OPEN_QUOTE]) from None
    if ragged:
        found = ", ".join(map(str, sorted(set(ragged.values()))))
        swallowed = table.num_rows + len(ragged) < text.count("\n")
        hint = "; is a quotation mark left open?" if swallowed else ""
        message = f"expected {len(header)} fields, found {found}{hint}"
        raise DeliveryError(path, [Fault("columns", message, "", tuple(ragged))])
    frame: pd.DataFrame = table.to_pandas()
    return frame
