"""Delimited text: the encoding and the delimiter found or as stated, every cell as it is written."""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

from barometer.errors import DeliveryError, Fault
from barometer.microdata.codes import code_values, numbers_where_plain
from barometer.microdata.label_files import read_label_file
from barometer.microdata.raw_table import RawTable
from barometer.microdata.read_guards import MOST_BYTES, check_names, check_size

DELIMITERS = (";", ",", "\t", "|")
SNIFFED = 200
"""Rows that must agree with the header before a delimiter is believed."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_FALLBACK = "cp1252"
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_OPEN_QUOTE = Fault("columns", "cannot be split into columns; is a quotation mark left open?")


@dataclass(frozen=True, slots=True)
class TextChoices:
    """
    What is known about a text file before it is read.

    Attributes
    ----------
    delimiter : str or None
        One character; None: the one that splits the header and the first rows alike.
    decimal : {",", "."} or None
        Columns of plain numbers with this mark become numbers (`numbers_where_plain`); None: every column stays text.
    encoding : str or None
        None: as the byte order mark says, else UTF-8, else Windows-1252.
    blanks : tuple of str
        Cells that are read as blank.
    in_layout : bool
        Whether these come from a layout, for messages.
    """

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    blanks: tuple[str, ...] = ("",)
    in_layout: bool = False

    def remedy(self, key: str) -> str:
        """Say how to change one of them."""
        return f"set `{key}` in the layout" if self.in_layout else f"give `{key}=`"


def read_text(path: Path, choices: TextChoices) -> RawTable:
    """
    Read a delimited file.

    Parameters
    ----------
    path : Path
    choices : TextChoices

    Raises
    ------
    DeliveryError
        If the file is too large, in another encoding or in two, has another delimiter, NUL bytes, an unusable header,
        no rows, or rows with more or fewer fields than the header.
    """
    if path.stat().st_size > MOST_BYTES:
        raise DeliveryError(path, [Fault("size", f"is larger than {MOST_BYTES / 2**30:.0f} GiB; deliver it in parts")])
    content, found, warnings = _as_utf8(path, choices)
    delimiter = choices.delimiter or _sniffed(path, content)
    header = _header(path, content, delimiter, choices)
    frame = _frame(path, content, header, delimiter, choices.blanks)
    warnings += _formula_warnings(frame)
    if choices.decimal:
        frame = pd.DataFrame({name: numbers_where_plain(frame[name], choices.decimal) for name in frame.columns})
    labels, value_labels = read_label_file(path)
    return RawTable(frame, "text", found, labels, value_labels, warnings=tuple(warnings), delimiter=delimiter)


def _as_utf8(path: Path, choices: TextChoices) -> tuple[bytes, str, list[Fault]]:
    """Return the content as UTF-8 without mark and final line ends, and the encoding it came in."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DeliveryError(path, [Fault("file", f"cannot be read ({error.strerror})")]) from error
    warnings: list[Fault] = []
    encoding = choices.encoding or _detected(path, content)
    remedy = choices.remedy("encoding")
    if codecs.lookup(encoding).name == "utf-8":
        content = content.removeprefix(codecs.BOM_UTF8)
        if not content.isascii():
            _decoded(path, content, encoding, remedy)
    else:
        if choices.encoding and not content.isascii() and _is_utf8(content):
            message = f"was read as {encoding}, but every byte of it is also valid UTF-8: are æ, ø and å right?"
            warnings.append(Fault("encoding-doubt", message))
        content = _decoded(path, content, encoding, remedy).removeprefix("\ufeff").encode()
    if (position := content.find(b"\0")) >= 0:
        row = content.count(b"\n", 0, position) + 1
        message = "holds NUL bytes: it is damaged, not text, or UTF-16 without a byte order mark"
        raise DeliveryError(path, [Fault("file", message, "", (row,))])
    return content.rstrip(b"\r\n"), encoding, warnings


def _decoded(path: Path, content: bytes, encoding: str, remedy: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        message = f"is not {encoding} at byte {error.start}; {remedy}"
        raise DeliveryError(path, [Fault("encoding", message, "", (row,))]) from None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _detected(path: Path, content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    if content.isascii() or _is_utf8(content):
        return "utf-8"
    spans = [(found.start(), _is_utf8(found.group())) for found in _BEYOND_ASCII.finditer(content)]
    if any(valid for _, valid in spans):
        rows = {
            valid: content.count(b"\n", 0, next(at for at, v in spans if v is valid)) + 1 for valid in (True, False)
        }
        message = (
            f"mixes encodings: from row {rows[True]} on there is UTF-8, from row {rows[False]} on something else; "
            "save it in one"
        )
        raise DeliveryError(path, [Fault("encoding", message)])
    _decoded(path, content, _FALLBACK, "give `encoding=`")
    return _FALLBACK


def _lines(content: bytes) -> io.TextIOWrapper:
    """Decode line by line, so that a header costs no copy of the file."""
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")


def _sniffed(path: Path, content: bytes) -> str:
    """Return the delimiter that gives the header and the first rows the same number of fields, more than one."""
    widths = {}
    for mark in DELIMITERS:
        try:
            counts = {len(row) for row in islice(csv.reader(_lines(content), delimiter=mark), SNIFFED) if row}
        except csv.Error:
            continue
        if len(counts) == 1 and (width := counts.pop()) > 1:
            widths[mark] = width
    if not widths:
        return _only_in_header(content)
    best = max(widths, key=lambda mark: widths[mark])
    if list(widths.values()).count(widths[best]) > 1:
        raise DeliveryError(path, [Fault("delimiter", "may be any of several; state which it is")])
    return best


def _only_in_header(content: bytes) -> str:
    """Return the mark that the header has most of, so that ragged rows are told as that; a comma for one column."""
    first = next(iter(_lines(content)), "")
    return max((",", ";", "\t", "|"), key=first.count)


def _header(path: Path, content: bytes, delimiter: str, choices: TextChoices) -> list[str]:
    try:
        header = next(csv.reader(_lines(content), delimiter=delimiter), [])
    except csv.Error:
        raise DeliveryError(path, [_OPEN_QUOTE]) from None
    if not any(header):
        raise DeliveryError(path, [Fault("file", "is empty")])
    if len(header) == 1:
        found = {mark: header[0].count(mark) for mark in DELIMITERS}
        likely = max(found, key=lambda mark: found[mark])
        if found[likely]:
            message = f"the header has no {delimiter!r} but {found[likely]} {likely!r}; {choices.remedy('delimiter')}"
            raise DeliveryError(path, [Fault("delimiter", message)])
    check_names(path, header)
    return header


def _frame(path: Path, content: bytes, header: list[str], delimiter: str, blanks: Sequence[str]) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    ragged: dict[int, int] = {}

    def note(row: arrow_csv.InvalidRow) -> str:
        ragged[row.number] = row.actual_columns
        return "skip"

    if b"\n" not in content and b"\r" not in content:
        raise DeliveryError(path, [Fault("file", "has a header but no rows")])
    check_size(path, content.count(b"\n"), len(header))
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(content),
            # One thread: only then does a bad row know its number.
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=min(len(content) + 1024, 2**31 - 1)),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(
                null_values=list(blanks),
                strings_can_be_null=True,
                column_types=dict.fromkeys(header, pa.dictionary(pa.int32(), pa.string())),
            ),
        )
    except pa.ArrowInvalid:
        raise DeliveryError(path, [_OPEN_QUOTE]) from None
    if ragged:
        raise DeliveryError(path, [_ragged(ragged, len(header), table.num_rows, content.count(b"\n"))])
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _ragged(ragged: dict[int, int], expected: int, read: int, lines: int) -> Fault:
    found = ", ".join(map(str, sorted(set(ragged.values()))))
    hint = "; is a quotation mark left open?" if read + len(ragged) < lines else ""
    return Fault("columns", f"expected {expected} fields, found {found}{hint}", "", tuple(ragged))


def _formula_warnings(frame: pd.DataFrame) -> list[Fault]:
    faults = []
    for name in frame.columns:
        if starting := [text for text in frame[name].cat.categories if text.startswith("=")]:
            count = int(code_values(frame[name]).where(set(starting)).sum())
            message = f"{count:,} cells begin with '=': they were read as text, and a spreadsheet would run them"
            faults.append(Fault("formula", message, name))
    return faults
