"""What every delivered file must pass before a reader opens it, and every header before it is used."""

import errno
import importlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from barometer.errors import DeliveryError, Fault, MissingFileError, MissingPackageError
from barometer.microdata.formats import ENDINGS, HEAD, FileFormat, describe, format_of, is_of

MOST_CELLS = 500_000_000
"""Rows times columns that a file may declare; more than three times the largest delivery that is measured."""

MOST_BYTES = 4 * 2**30
"""Size of a text file from which it is refused."""

LONGEST_NAME = 1000
"""Characters of a column name; whole question texts fit."""

PACKED = (".gz", ".zip", ".bz2", ".xz", ".7z")

_LOOP = Fault("file", "is a link that leads to itself")


def guarded_format(path: Path, what: str, next_step: str) -> FileFormat:
    """
    Return the format of a file that is there, can be opened, and is what its ending says.

    Raises
    ------
    MissingFileError
        If there is nothing of that name.
    DeliveryError
        If it is a folder or a link that leads nowhere, has an unknown ending, is empty, or holds something else.
    """
    _check_regular(path, what, next_step)
    known = format_of(path)
    if known is None:
        message = f"the ending {path.suffix!r} is not known; known are {', '.join(ENDINGS)}"
        packed = "is packed; unpack it first" if path.suffix.lower() in PACKED else message
        raise DeliveryError(path, [Fault("format", packed)])
    head = _head(path)
    if not head:
        raise DeliveryError(path, [Fault("file", "is empty")])
    if not is_of(head, known):
        message = f"is named {path.suffix} but does not hold {known.name}: it looks like {describe(head)}"
        raise DeliveryError(path, [Fault("format", f"{message}; name it for what it is, or ask for it again")])
    return known


def check_size(path: Path, rows: int, columns: int, per_byte: int = 0) -> None:
    """
    Refuse a file that declares more than can be held in memory, or more than it can hold.

    Parameters
    ----------
    path : Path
    rows : int
        As its header declares; 0 where it does not say.
    columns : int
    per_byte : int
        Values that a byte of the file can stand for at the most; 0 where compression leaves that open.

    Raises
    ------
    DeliveryError
    """
    cells = rows * columns
    if cells > MOST_CELLS:
        message = f"declares {rows:,} rows of {columns:,} columns; at most {MOST_CELLS:,} values are read"
        raise DeliveryError(path, [Fault("size", f"{message}: deliver it in parts, or only the columns needed")])
    if per_byte and cells > per_byte * path.stat().st_size:
        message = f"declares {rows:,} rows of {columns:,} columns, more than it is long; is it cut short?"
        raise DeliveryError(path, [Fault("file", message)])


def check_names(path: Path, names: Sequence[str], hint: str = "") -> None:
    """
    Refuse a header with columns that are unnamed, repeated, or longer than a name can be.

    Raises
    ------
    DeliveryError
        With every such column; one that is too long by its position.
    """
    faults = []
    for position, name in enumerate(names, start=1):
        if not name.strip():
            faults.append(Fault("columns", f"column {position} has no name{hint}"))
        elif len(name) > LONGEST_NAME:
            message = f"column {position} has a name of {len(name):,} characters; at most {LONGEST_NAME:,} are read"
            faults.append(Fault("columns", f"{message}{hint}"))
    repeated = sorted(name for name, times in Counter(names).items() if times > 1 and 0 < len(name) <= LONGEST_NAME)
    faults += [Fault("columns", "is in the header more than once", name) for name in repeated if name.strip()]
    if faults:
        raise DeliveryError(path, faults)


def required_package(module: str, extra: str, path: Path) -> ModuleType:
    """
    Import a package that only some formats need.

    Raises
    ------
    MissingPackageError
        Naming the extra to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise MissingPackageError(module, extra, f"to read or write {path.suffix} files") from None


def parsed(path: Path, words: str, parse: Callable[[], Any]) -> Any:
    """
    Run a parser of foreign bytes, and turn whatever it raises into a fault without a value in it.

    Parameters
    ----------
    path : Path
    words : str
        What the file could not be read as, for the message.
    parse : callable
        Without arguments.

    Raises
    ------
    DeliveryError
    """
    try:
        return parse()
    except DeliveryError:
        raise
    except BaseException as error:
        # Native parsers raise what they like on damaged bytes, and one raises its panics outside Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if isinstance(error, MemoryError):
            raise DeliveryError(path, [Fault("size", "takes more memory than there is; have it in parts")]) from None
        message = f"cannot be read as {words}; it is cut short, damaged, or of a kind that is not read"
        raise DeliveryError(path, [Fault("file", message)]) from None


def _check_regular(path: Path, what: str, next_step: str) -> None:
    try:
        path.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        if path.is_symlink():
            raise DeliveryError(path, [Fault("file", "is a link to a file that is not there")]) from None
        raise MissingFileError(path, what, next_step) from None
    except RuntimeError:
        raise DeliveryError(path, [_LOOP]) from None
    except OSError as error:
        refused = _LOOP if error.errno == errno.ELOOP else Fault("file", f"cannot be reached ({error.strerror})")
        raise DeliveryError(path, [refused]) from None
    if path.is_dir():
        raise DeliveryError(path, [Fault("file", "is a folder; name the file in it")])
    if not path.is_file():
        raise DeliveryError(path, [Fault("file", "is no ordinary file")])


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise DeliveryError(path, [Fault("file", f"cannot be read ({error.strerror})")]) from error
