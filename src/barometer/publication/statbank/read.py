"""Read a saved extract of StatBank: CSV in either language and presentation, JSON-stat 1 and 2."""

from pathlib import Path

from barometer.codebook import codebook as load_book
from barometer.errors import DeliveryError, Fault, MissingFileError, as_path
from barometer.publication.statbank.extract import StatBankExtract, checked_extract
from barometer.publication.statbank.read_csv import read_csv_cells
from barometer.publication.statbank.read_json_stat import read_json_stat_cells

READERS = {".csv": read_csv_cells, ".json": read_json_stat_cells}
MOST_BYTES = 50 * 2**20
"""Size from which a file is refused."""
SAVE_AGAIN = "save the table from StatBank again, as CSV or JSON-stat"


def read_statbank(path: str | Path, *, codebook: str | Path = "denmark") -> StatBankExtract:
    """
    Read a saved extract of one of StatBank's four tables.

    Parameters
    ----------
    path : str or Path
        Ends in .csv (semicolons or tabs; codes, texts or both; decimal comma or point) or .json (JSON-stat 1 or 2).
    codebook : str or Path
        The codebook whose records say what the codes are.

    Returns
    -------
    StatBankExtract
        `.compare(computed)` sets published and computed numbers side by side.

    Raises
    ------
    MissingFileError
        If there is no such file.
    DeliveryError
        If it is no such table, or is broken or cut short: unknown variables or codes, the same cell twice, cells that
        are not there, what is no number in per cent and no symbol. All faults at once.
    """
    path = as_path("path", path)
    if path.is_dir():
        raise DeliveryError(path, [Fault("file", "is a folder; name the file in it")])
    if not path.is_file():
        raise MissingFileError(path, "extract of StatBank", "Check the name, or save the table there first.")
    if path.stat().st_size > MOST_BYTES:
        message = f"is larger than {MOST_BYTES // 2**20} MiB; a table of StatBank's is some kilobytes: {SAVE_AGAIN}"
        raise DeliveryError(path, [Fault("size", message)])
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        message = f"the ending {path.suffix!r} is not known; known are {', '.join(READERS)}: {SAVE_AGAIN}"
        raise DeliveryError(path, [Fault("format", message)])
    return checked_extract(path, reader(path), load_book(codebook))
