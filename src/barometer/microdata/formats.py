"""Which ending stands for which format, and what the first bytes of each look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Family = Literal["text", "excel", "statistical", "arrow"]

CHOICES: Mapping[Family, tuple[str, ...]] = {
    "text": ("delimiter", "decimal", "encoding"),
    "excel": ("sheet", "decimal"),
    "statistical": ("encoding",),
    "arrow": (),
}
"""What a reader may be told about a file of each family."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """
    One format of delivered files.

    Attributes
    ----------
    name : str
        "SPSS", "Excel", ...
    family : {"text", "excel", "statistical", "arrow"}
        Which reader opens it.
    endings : tuple of str
        Of file names, in lower case.
    starts : tuple of bytes
        What a file of it begins with, one of these; empty where that is not fixed.
    fixed_encoding : bool
        Whether the format leaves no choice of encoding to its files.
    """

    name: str
    family: Family
    endings: tuple[str, ...]
    starts: tuple[bytes, ...] = ()
    fixed_encoding: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """What a reader may be told about a file of it."""
        return tuple(name for name in CHOICES[self.family] if name != "encoding" or not self.fixed_encoding)


TEXT = FileFormat("text", "text", (".csv", ".txt", ".tsv", ".dat"))
FORMATS = (
    TEXT,
    FileFormat("Excel", "excel", (".xlsx", ".xlsm"), (b"PK\x03\x04",)),
    FileFormat("old Excel", "excel", (".xls",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    FileFormat("OpenDocument", "excel", (".ods",), (b"PK\x03\x04",)),
    FileFormat("SPSS", "statistical", (".sav", ".zsav"), (b"$FL2", b"$FL3")),
    FileFormat("SPSS portable", "statistical", (".por",), fixed_encoding=True),
    FileFormat(
        "Stata",
        "statistical",
        (".dta",),
        (b"<stata_dta>", *(bytes([version, order]) for version in (108, 110, 111, 113, 114, 115) for order in (1, 2))),
    ),
    FileFormat(
        "SAS",
        "statistical",
        (".sas7bdat",),
        (b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11",),
    ),
    FileFormat("SAS transport", "statistical", (".xpt",), (b"HEADER RECORD*******LIB",)),
    FileFormat("Parquet", "arrow", (".parquet",), (b"PAR1",)),
    FileFormat("Arrow", "arrow", (".feather", ".arrow"), (b"ARROW1", b"\xff\xff\xff\xff")),
)
ENDINGS = tuple(ending for known in FORMATS for ending in known.endings)

_PORTABLE = (456, b"SPSSPORT")
"""Where the portable format says what it is, line ends not counted."""

_STRANGERS = (
    (b"\x1f\x8b", "a gzip file: unpack it first"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"FEA1", "a Feather file of the first version, which pyarrow no longer reads"),
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")
HEAD = 1024
"""Bytes that are enough to tell formats apart."""


def format_of(path: Path) -> FileFormat | None:
    """Return the format that a file's ending stands for; None if none does."""
    ending = path.suffix.lower()
    return next((known for known in FORMATS if ending in known.endings), None)


def faulty_choice(name: str, value: str) -> str:
    """Say what is wrong with a value of `delimiter`, `decimal` or `encoding`; nothing where nothing is."""
    if name == "delimiter" and len(value) != 1:
        return f"must be one character, got {value!r}"
    if name == "decimal" and value not in (",", "."):
        return f"must be a comma or a point, got {value!r}"
    if name == "encoding":
        try:
            "x".encode(value)
        except (LookupError, ValueError):
            return f"must be one that Python knows, utf-8 or cp1252 for instance; got {value!r}"
    return ""


def is_of(head: bytes, claimed: FileFormat) -> bool:
    """
    Whether the first bytes of a file are those of a format.

    Parameters
    ----------
    head : bytes
        The first `HEAD` bytes.
    claimed : FileFormat
        By its ending.
    """
    if claimed.family == "text":
        return _binary_kind(head) is None and not _is_markup(head)
    if claimed.starts:
        return head.startswith(claimed.starts)
    return _is_portable(head)


def describe(head: bytes) -> str:
    """Say what the first bytes of a file look like, in words for a message."""
    known = _binary_kind(head)
    if known:
        return known
    if _is_markup(head):
        return "a web page or XML"
    return "something else" if b"\0" in head else "plain text"


def _binary_kind(head: bytes) -> str | None:
    for start, words in _STRANGERS:
        if head.startswith(start):
            return words
    if head.startswith(b"PK\x03\x04"):
        return "a zip file, as .xlsx and .ods are"
    if head.startswith(b"\xff\xfe\0\0"):
        return None
    for known in FORMATS:
        if known.starts and head.startswith(known.starts):
            return f"{known.name} ({known.endings[0]})"
    return "SPSS portable (.por)" if _is_portable(head) else None


def _is_markup(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP)


def _is_portable(head: bytes) -> bool:
    position, word = _PORTABLE
    flat = head.replace(b"\r", b"").replace(b"\n", b"")
    return flat[position : position + len(word)] == word
