"""What is inside an .xls file, walked record by record: the library trusts its numbers, and damage ends the process."""

import struct
from collections.abc import Iterator
from pathlib import Path

from barometer.errors import DeliveryError, Fault
from barometer.microdata.workbook_guards import MOST_SHEET_CELLS

_HEADER = 512
_END = 0xFFFFFFFE
_ENTRY = 128
_STREAM, _ROOT = 2, 5
_NAMES = ("Workbook", "Book")
_BEGIN, _STRINGS, _SIZE = 0x0809, 0x00FC, 0x0200
_ONE_CELL = (0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, 0x027E)
_SEVERAL_CELLS = (0x00BD, 0x00BE)
_SHORTEST_STRING = 3


class _DamagedError(Exception):
    """The file contradicts itself or ends too early."""


def check_old_excel(path: Path) -> None:
    """
    Walk through the records of an .xls file.

    Raises
    ------
    DeliveryError
        If it does not hold together, or has a sheet of too many cells.
    """
    try:
        largest = _largest_sheet(_workbook(path.read_bytes()))
    except (_DamagedError, struct.error):
        raise DeliveryError(path, [Fault("file", "is not a whole workbook: it is cut short or damaged")]) from None
    if largest > MOST_SHEET_CELLS:
        message = f"a sheet reaches over {largest:,} cells; at most {MOST_SHEET_CELLS:,} are read"
        raise DeliveryError(path, [Fault("size", f"{message}: clear what stands far outside the table")])


def _workbook(content: bytes) -> bytes:
    """Return the stream with the workbook out of the compound file."""
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise _DamagedError
    tables, first_folder = struct.unpack_from("<II", content, 44)
    cutoff, first_small = struct.unpack_from("<II", content, 56)
    sectors = _Sectors(content, 1 << shift)
    sectors.next = sectors.table(tables)
    folder = sectors.chain(first_folder)
    root = stream = None
    for start in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        name, length, kind = struct.unpack_from("<64sHB", folder, start)
        entry = struct.unpack_from("<II", folder, start + 116)
        if kind == _ROOT:
            root = entry
        elif kind == _STREAM and name[: max(length - 2, 0)].decode("utf-16-le", "replace") in _NAMES:
            stream = stream or entry
    if root is None or stream is None:
        raise _DamagedError
    if stream[1] >= cutoff:
        whole = sectors.chain(stream[0])
    else:
        small = _Sectors(b"\0" * 64 + sectors.chain(root[0]), 64)
        small.next = _integers(sectors.chain(first_small))
        whole = small.chain(stream[0])
    if len(whole) < stream[1]:
        raise _DamagedError
    return whole[: stream[1]]


class _Sectors:
    """Pieces of equal size, each with the number of the next one; the first piece is a header."""

    def __init__(self, content: bytes, size: int) -> None:
        self.content = content
        self.size = size
        self.next: tuple[int, ...] = ()

    def piece(self, number: int) -> bytes:
        start = (number + 1) * self.size
        found = self.content[start : start + self.size]
        if not found:
            raise _DamagedError
        return found

    def chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        while number != _END:
            if number >= len(self.next) or len(pieces) > len(self.next):
                raise _DamagedError
            pieces.append(self.piece(number))
            number = self.next[number]
        return b"".join(pieces)

    def table(self, count: int) -> tuple[int, ...]:
        """Return the numbers of the next pieces, of which the header and a chain of pieces say where they stand."""
        places = list(struct.unpack_from("<109I", self.content, 76))
        number, _ = struct.unpack_from("<II", self.content, 68)
        while len(places) < count and number < _END:
            *more, number = _integers(self.piece(number))
            places += more
        if len(places) < count:
            raise _DamagedError
        return _integers(b"".join(self.piece(place) for place in places[:count]))


def _integers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _largest_sheet(stream: bytes) -> int:
    """Return rows times columns of the sheet where that is the most, as its cells and its own statement say."""
    largest = rows = columns = 0
    for kind, content in _records(stream):
        if kind == _BEGIN:
            rows = columns = 0
        elif kind == _STRINGS:
            if struct.unpack_from("<I", content, 4)[0] * _SHORTEST_STRING > len(stream):
                raise _DamagedError
        elif kind == _SIZE:
            wide = len(content) >= 14
            first_row, last_row, first_column, last_column = struct.unpack_from("<IIHH" if wide else "<HHHH", content)
            if first_row > last_row or first_column > last_column:
                raise _DamagedError
            rows, columns = max(rows, last_row), max(columns, last_column)
        elif kind in _ONE_CELL or kind in _SEVERAL_CELLS:
            row, column = struct.unpack_from("<HH", content)
            last = struct.unpack_from("<H", content, len(content) - 2)[0] if kind in _SEVERAL_CELLS else column
            if last < column:
                raise _DamagedError
            rows, columns = max(rows, row + 1), max(columns, last + 1)
        largest = max(largest, rows * columns)
    return largest


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        content = stream[place + 4 : place + 4 + length]
        if len(content) < length:
            raise _DamagedError
        yield kind, content
        place += 4 + length
