"""What is inside a zipped workbook, found out before a library unpacks it into memory."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from barometer.errors import DeliveryError, Fault

MOST_ENTRIES = 10_000
"""Files in a workbook."""

MOST_UNPACKED = 512 * 2**20
"""Bytes that a workbook may unpack to; memory is about three times that."""

FREE_RATIO = 32 * 2**20
"""Bytes up to which any compression is believed."""

HIGHEST_RATIO = 100
"""Unpacked to packed size of a larger workbook; sheets of answers reach 10 to 30."""

MOST_SHEET_CELLS = 20_000_000
"""Rows times columns of a sheet, up to its last filled cell: the library makes an array of that size."""

_CHUNK = 2**20
_LONGEST_PASSAGE = 2**23
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_PLACED = re.compile(
    rb"<(?:\w+:)?c\b[^<>]*?\br\s*=\s*[\"']([A-Z]{1,7})([0-9]{1,9})[\"'][^<>]*(?<!/)>(?!</)", re.IGNORECASE
)
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^<>]*(?<!/)>(?!</)")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FAILED = re.compile(rb"\bt\s*=\s*[\"']e[\"']")


@dataclass(slots=True)
class SheetContents:
    """
    What a sheet's XML holds, counted as it streams by.

    Attributes
    ----------
    rows, columns : int
        Up to the last filled cell.
    formulas, failed : int
        Cells that are formulas, and cells whose value is an error such as #N/A.
    """

    rows: int = 0
    columns: int = 0
    formulas: int = 0
    failed: int = 0
    _started: int = 0
    _in_row: int = 0

    def add(self, text: bytes) -> None:
        """Count a passage of XML that ends between two tags."""
        placed = _PLACED.findall(text)
        if placed:
            self.columns = max(self.columns, *(_column_number(letters) for letters in {cell[0] for cell in placed}))
            self.rows = max(self.rows, *(int(digits) for digits in {cell[1] for cell in placed}))
        if len(_FILLED.findall(text)) > len(placed):
            self._count_unplaced(text)
        else:
            self._started += len(_ROW.findall(text))
        self.failed += len(_FAILED.findall(text))
        if b"<f" in text or b":f" in text:
            self.formulas += len(_FORMULA.findall(text))

    def _count_unplaced(self, text: bytes) -> None:
        """Follow cells that do not say where they are: they come one after the other in their row."""
        for position, part in enumerate(_ROW.split(text)):
            if position:
                self._started += 1
                self._in_row = 0
            self._in_row += len(_FILLED.findall(part))
            self.columns = max(self.columns, self._in_row)
        self.rows = max(self.rows, self._started)


def check_workbook(path: Path) -> dict[str, SheetContents]:
    """
    Unpack a zipped workbook piece by piece, keeping nothing, and refuse what a library could not hold.

    Returns
    -------
    dict of str to SheetContents
        By the name of the sheet's part inside the file; for .ods empty.

    Raises
    ------
    DeliveryError
        If it is no zip file or damaged, holds too many files, unpacks to too much or to more than its directory says,
        declares a document type or entities, or has a sheet of too many cells.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(path, entries)
            return {entry.filename: _examined(path, archive, entry) for entry in entries}
    except DeliveryError:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise DeliveryError(path, [Fault("file", "is not a whole workbook: it is cut short or damaged")]) from None
    except RuntimeError:
        raise DeliveryError(path, [Fault("file", "is encrypted; save it without a password")]) from None


def sheet_parts(path: Path) -> dict[str, str]:
    """
    Return the name of each sheet's part inside an .xlsx file that was checked, by the name of the sheet.

    Empty where the file is of another kind, or does not say.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            links = {
                link.get("Id"): link.get("Target", "")
                for link in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
            }
            book = ET.fromstring(archive.read("xl/workbook.xml"))
    except (LookupError, ValueError, ET.ParseError):
        return {}
    parts = {}
    for sheet in book.iter(f"{{{_MAIN}}}sheet"):
        target = links.get(sheet.get(f"{{{_RELATIONS}}}id")) or ""
        parts[sheet.get("name", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _check_directory(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise DeliveryError(path, [Fault("size", f"holds {len(entries):,} files; at most {MOST_ENTRIES:,} are read")])
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(path.stat().st_size, 1)
    if unpacked > MOST_UNPACKED or (unpacked > FREE_RATIO and unpacked > HIGHEST_RATIO * packed):
        message = (
            f"unpacks from {packed / 2**20:,.1f} to {unpacked / 2**20:,.0f} MiB; at most "
            f"{MOST_UNPACKED / 2**20:,.0f} MiB and {HIGHEST_RATIO} times its size are read; deliver CSV or Parquet"
        )
        raise DeliveryError(path, [Fault("size", message)])


def _examined(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> SheetContents:
    """Stream one part, and count the cells in it when it is XML, whatever its name: any part can be a sheet."""
    contents = SheetContents()
    waiting = b""
    is_xml: bool | None = None
    for chunk in _unpacked(path, archive, entry):
        if is_xml is None:
            is_xml = chunk.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
        if not is_xml:
            continue
        text = waiting + chunk
        if b"<!" in text and _DOCTYPE.search(text):
            message = "declares an XML document type or entities, as no spreadsheet program does"
            raise DeliveryError(path, [Fault("file", f"{message}; save it again from one")])
        cut = text.rfind(b"</") + 2 if b"</" in text else 0
        if len(text) - cut > _LONGEST_PASSAGE:
            raise DeliveryError(path, [Fault("file", "is not a whole workbook: a part of it is no XML")])
        contents.add(text[:cut])
        waiting = text[cut:]
    if contents.rows * contents.columns > MOST_SHEET_CELLS:
        message = (
            f"a sheet reaches to row {contents.rows:,} and column {contents.columns:,}; at most {MOST_SHEET_CELLS:,} "
            "cells are read: clear what stands far outside the table"
        )
        raise DeliveryError(path, [Fault("size", message)])
    return contents


def _unpacked(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of a part, and stop where there are more than the directory says."""
    declared, seen = entry.file_size, 0
    entry.file_size = declared + 1  # zipfile stops reading there, and would not see a part that is longer
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            seen += len(chunk)
            if seen > declared:
                message = "unpacks to more than its own directory says; it is damaged or made to mislead"
                raise DeliveryError(path, [Fault("size", message)])
            yield chunk


def _column_number(letters: bytes) -> int:
    """Return the number of a column: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
