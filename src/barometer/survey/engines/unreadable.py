"""What an engine cannot read, told by the names of files and columns; its own words may hold a respondent's answer."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from barometer.errors import ArgumentError
from barometer.survey.engines.parts import Part, check_readable, known_columns

FILE = re.compile(r"[^\s'\"/\\,\[\]()]+\.parquet\b")


def unreadable(name: str, error: Exception, columns: Iterable[str]) -> ArgumentError:
    """
    Return the refusal of rows that an engine failed to read.

    Parameters
    ----------
    name : str
        Of the engine.
    error : Exception
        What it raised.
    columns : iterable of str
        Columns that it has.

    Returns
    -------
    ArgumentError
        With the kind of error, and the files and columns that the engine names. Not its text: engines quote the value
        that they stumbled over.
    """
    text = str(error)
    found = dict.fromkeys(FILE.findall(text))
    files = [f"file {each}" for each in found if not each.startswith("org.apache.")]  # Spark's own modules
    quoted = set(re.findall(r"['\"`\[]([^'\"`\[\]]+)['\"`\]]", text)) | set(re.findall(r"\bcolumn:? (\w+)", text))
    about = ", ".join([*files, *(f"column {column!r}" for column in columns if column in quoted)]) or "no part named"
    return ArgumentError(
        "data",
        f"{name} could not be read ({type(error).__name__}: {about}); give declare_source the folder of files itself, "
        "which names the part that does not fit",
    )


def check_files_behind(native: Any, columns: Iterable[str]) -> None:
    """
    Refuse a frame of Spark or Dask whose Parquet files do not fit together, where this machine can read them.

    Parameters
    ----------
    native : frame of an engine
    columns : iterable of str
        Columns of the frame; others may differ.

    Raises
    ------
    ArgumentError
        With the file. Spark would take a column that a file lacks for missing answers.
    """
    files = sorted({file for file in _files(native) if file.is_file()})
    if len(files) < 2:
        return
    parts = tuple(Part(file.name, file) for file in files)
    check_readable(parts)
    known_columns(parts, among=frozenset(columns))


def _files(native: Any) -> Iterator[Path]:
    """Parquet files that a frame is read from, as far as it says so."""
    if hasattr(native, "inputFiles"):
        addresses = (urlparse(address) for address in native.inputFiles())
        yield from (Path(unquote(address.path)) for address in addresses if address.scheme in ("", "file"))
    elif hasattr(native, "expr") and hasattr(native.expr, "walk"):
        paths = [getattr(step, "path", None) for step in native.expr.walk() if "Parquet" in type(step).__name__]
        for path in paths:
            for each in [path] if isinstance(path, str) else path or []:
                where = Path(str(each))
                yield from where.rglob("*.parquet") if where.is_dir() else where.parent.glob(where.name)
