"""The dictionary of an SPSS file, walked record by record: the library trusts it, and damage ends the process."""

import codecs
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from barometer.errors import DeliveryError, Fault

HEADER = 176
LONGEST_LABEL = 1 << 16
_VARIABLE, _LABELS, _LABELLED, _DOCUMENTS, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_MACHINE, _CHARACTERS = 3, 20
_TEXT_FORMATS = (1, 2)
_WIDEST = 255
"""Bytes of a string that is not spread over several variables."""


class _DamagedError(Exception):
    """The dictionary contradicts itself or ends too early."""


@dataclass(slots=True)
class _Dictionary:
    """
    The records as they are read.

    Attributes
    ----------
    file : binary file
        Behind the header.
    order : str
        Byte order, as `struct` writes it.
    size : int
        Of the file, in bytes.
    is_text : dict of int to bool
        Whether a variable is text, by its position from 1; continuations of a string have no entry.
    slots : int
        Variables and continuations read.
    owed : int
        Continuations that the last string still needs.
    texts : list of bytes
        Values of text variables that have a label.
    encoding : str
        As the file declares it; empty where it does not, or by a number that is not known.
    """

    file: BinaryIO
    order: str
    size: int
    is_text: dict[int, bool] = field(default_factory=dict)
    slots: int = 0
    owed: int = 0
    texts: list[bytes] = field(default_factory=list)
    encoding: str = ""

    def bytes(self, size: int) -> bytes:
        if not 0 <= size <= self.size:
            raise _DamagedError
        found = self.file.read(size)
        if len(found) < size:
            raise _DamagedError
        return found

    def integers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"{self.order}{count}i", self.bytes(4 * count))

    def variable(self) -> None:
        width, has_label, missing, *formats = self.integers(5)
        self.bytes(8)
        self.slots += 1
        if not -1 <= width <= _WIDEST or (width == -1) != (self.owed > 0):
            raise _DamagedError
        if width == -1:
            self.owed -= 1
        else:
            self.is_text[self.slots] = width > 0
            self.owed = max(-(-width // 8) - 1, 0)
            if width == 0 and any(shown >> 16 & 0xFF in _TEXT_FORMATS for shown in formats):
                raise _DamagedError
        if has_label not in (0, 1) or missing not in (-3, -2, 0, 1, 2, 3):
            raise _DamagedError
        if has_label:
            (length,) = self.integers(1)
            if length > LONGEST_LABEL:
                raise _DamagedError
            self.bytes(-(-length // 4) * 4)
        self.bytes(8 * abs(missing))

    def labels(self) -> None:
        (count,) = self.integers(1)
        values = []
        for _ in range(count):
            values.append(self.bytes(8))
            length = self.bytes(1)[0]
            self.bytes(-(-(length + 1) // 8) * 8 - 1)
        kind, labelled = self.integers(2)
        if kind != _LABELLED or not 0 < labelled <= self.slots:
            raise _DamagedError
        variables = self.integers(labelled)
        if not all(variable in self.is_text for variable in variables):
            raise _DamagedError
        if any(self.is_text[variable] for variable in variables):
            self.texts += values

    def extension(self) -> None:
        kind, size, count = self.integers(3)
        if size < 0 or count < 0:
            raise _DamagedError
        content = self.bytes(size * count)
        if kind == _CHARACTERS:
            self.encoding = content.decode("ascii", "replace").strip()
        elif kind == _MACHINE and len(content) == 32 and not self.encoding:
            number = struct.unpack(f"{self.order}8i", content)[7]
            self.encoding = {2: "cp1252", 3: "cp1252", 65001: "utf-8"}.get(number, f"cp{number}")

    def read(self) -> None:
        while True:
            (kind,) = self.integers(1)
            if kind != _VARIABLE and self.owed:
                raise _DamagedError
            if kind == _VARIABLE:
                self.variable()
            elif kind == _LABELS:
                self.labels()
            elif kind == _DOCUMENTS:
                self.bytes(80 * self.integers(1)[0])
            elif kind == _EXTENSION:
                self.extension()
            elif kind == _END:
                return
            else:
                raise _DamagedError


def check_dictionary(path: Path, encoding: str | None = None) -> None:
    """
    Walk through the dictionary of a .sav or .zsav file.

    Parameters
    ----------
    path : Path
    encoding : str or None
        Of its texts, when it is not to be the one that the file declares.

    Raises
    ------
    DeliveryError
        If a record is of no known kind, ends too early, or points at variables that are not there, or if a labelled
        text is in another encoding.
    """
    with path.open("rb") as file:
        header = file.read(HEADER)
        order = "<" if header[64:68] in (b"\2\0\0\0", b"\3\0\0\0") else ">"
        try:
            found = _Dictionary(file, order, path.stat().st_size)
            found.read()
        except _DamagedError:
            message = "is cut short or damaged: its list of variables and labels does not hold together"
            raise DeliveryError(path, [Fault("file", message)]) from None
    _check_texts(path, found.texts, encoding or found.encoding)


def _check_texts(path: Path, texts: list[bytes], encoding: str) -> None:
    """Decode texts as the library will; what is cut in the middle of a letter it accepts."""
    try:
        codec = codecs.getincrementaldecoder(encoding)
    except LookupError:
        return
    for text in texts:
        try:
            codec().decode(text)
        except UnicodeDecodeError:
            message = f"has value labels for texts that are not {encoding}; give `encoding`, often cp1252"
            raise DeliveryError(path, [Fault("encoding", message)]) from None
