"""Which engine has the rows: told from what was given."""

from importlib import import_module
from pathlib import Path
from typing import Any

from barometer.errors import ArgumentError, MissingFileError, MissingPackageError
from barometer.survey.engines.request import Engine

DATABASES = (".duckdb", ".ddb", ".db")
EXTRAS = {"duckdb": "duckdb", "narwhals": "engines", "dask": "dask", "pyspark": "spark"}
"""The extra that brings each package."""


def open_source(data: Any, table: str | None = None) -> Engine:
    """
    Return the engine of a file, a folder, a database or a frame.

    Parameters
    ----------
    data, table
        As in `declare_source`.

    Returns
    -------
    Engine

    Raises
    ------
    MissingFileError, MissingPackageError, ArgumentError
        As `declare_source`.
    """
    if isinstance(data, str | Path):
        return _at(Path(data), table)
    if table is not None:
        raise ArgumentError("table", "is for a database file")
    home = type(data).__module__.partition(".")[0]
    if home in ("duckdb", "_duckdb"):
        from barometer.survey.engines.sql import DuckDB

        return DuckDB(data, "the DuckDB relation")
    if home in ("pandas", "pyarrow"):
        from barometer.survey.engines.batches import in_memory

        return in_memory(data)
    require("narwhals", "to read frames of other engines")
    from barometer.survey.engines.frames import of_frame

    return of_frame(data)


def require(package: str, purpose: str) -> Any:
    """
    Import a package that an extra brings.

    Raises
    ------
    MissingPackageError
    """
    try:
        return import_module(package)
    except ImportError:
        raise MissingPackageError(package, EXTRAS[package], purpose) from None


def _at(path: Path, table: str | None) -> Engine:
    if not path.exists():
        raise MissingFileError(path, "file or folder", "Give a Parquet file, a folder of them, or a DuckDB database.")
    if path.suffix in DATABASES:
        duckdb = require("duckdb", "to open a database")
        from barometer.survey.engines.sql import open_database

        return open_database(duckdb, path, table)
    if table is not None:
        raise ArgumentError("table", f"is for a database file; {path.name} is none ({', '.join(DATABASES)})")
    from barometer.survey.engines.batches import in_files

    return in_files(path)
