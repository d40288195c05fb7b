"""From a file, or from the package itself, to a Wave."""

import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from barometer.codebook import Codebook
from barometer.codebook import codebook as find_codebook
from barometer.errors import ArgumentError, DeliveryError, DeliveryWarning, Fault, UnknownNameError, as_path
from barometer.microdata.check_report import CheckReport
from barometer.microdata.layout import SUFFIX
from barometer.microdata.read_guards import guarded_format
from barometer.microdata.rules import of_severity
from barometer.microdata.store import is_processed, read_processed
from barometer.microdata.wave import Wave


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    A delivery that was read and is usable.

    Attributes
    ----------
    wave : Wave
    files : tuple of Path
        Every file that went in.
    """

    wave: Wave
    files: tuple[Path, ...]


def load_wave(
    number: int,
    path: str | Path | None = None,
    *,
    layout: str | Path | None = None,
    codebook: str | Path | Codebook = "denmark",
    corrections: str | Path | None = None,
) -> Wave:
    """
    Load one wave: the synthetic one that is shipped, or a delivery.

    Parameters
    ----------
    number : int
        The wave, 3 for 2018-2019.
    path : str or Path, optional
        A delivered file of any format that `read_microdata` reads, or a Parquet file that `barometer ingest` wrote.
        Without it the synthetic wave.
    layout : str or Path, optional
        How the delivery names its columns; by default the file beside it with the ending `.layout.toml`.
    codebook : str, Path or Codebook
        What the delivery answers to: a shipped codebook by its name, or the folder of another country's.
    corrections : str or Path, optional
        Corrections to single answers; by default the file that the layout names, else the one beside the delivery with
        the ending `.corrections.csv`, if there is one.

    Returns
    -------
    Wave

    Raises
    ------
    ArgumentError, UnknownNameError
        If the wave is no number, or there is none of it, or corrections are of no delivery.
    MissingFileError, LayoutError, DeliveryError
        If a file is not there, or breaks a rule; every fault is listed.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.load_wave(3)
    <Wave 3 (2018-2019): 2,271 workplaces, 45 strata; SYNTHETIC microdata, nobody's answers>
    """
    if not isinstance(number, int):
        raise ArgumentError("number", f"is a whole number, for instance 3; got {number!r}")
    book = codebook if isinstance(codebook, Codebook) else find_codebook(codebook)
    book.wave(number)
    if path is None and book.about.name != "denmark":
        raise ArgumentError("path", f"is needed: no synthetic wave of {book.about.name!r} is shipped")
    if path is None:
        _refuse_corrections(corrections)
        return _shipped_wave(shipped_layout(number), book)
    path = Path(path)
    if _was_ingested(path, layout):
        _refuse_corrections(corrections)
        wave = read_processed(path, book)
    else:
        guarded_format(path, "delivery", "Check the name and the folder.")
        corrected = Path(corrections) if corrections else None
        wave = _with_warnings(read_and_check(_layout_of(path, layout), book, path, corrected))
    if wave.record.number != number:
        raise DeliveryError(path, [Fault("file", f"is wave {wave.record.number}, not wave {number}")])
    return wave


def read_and_check(
    layout_path: Path, codebook: Codebook, path: Path | None = None, corrections: Path | None = None
) -> Delivery:
    """
    Read a delivery by its layout and check it against the codebook.

    Parameters
    ----------
    layout_path : Path
    codebook : Codebook
    path : Path, optional
        The delivery, when it is not the file that the layout names.
    corrections : Path, optional
        The file of corrections, when it is neither named by the layout nor beside the delivery.

    Raises
    ------
    MissingFileError, LayoutError
    DeliveryError
        With every fault; nothing is kept of the file.
    """
    from barometer.microdata.examine import examine  # not needed for a wave that was processed before

    examined = examine(layout_path, codebook, path, corrections)
    if examined.wave is None:
        raise DeliveryError(examined.path, of_severity(examined.faults, "error"))
    return Delivery(examined.wave, examined.files)


def check_delivery(
    path: str | Path,
    *,
    layout: str | Path | None = None,
    codebook: str | Path | Codebook = "denmark",
    corrections: str | Path | None = None,
) -> CheckReport:
    """
    Check a delivery and tell everything that was found, errors and warnings.

    Parameters
    ----------
    path : str or Path
        A delivered file of any format, or a Parquet file that `barometer ingest` wrote.
    layout, codebook, corrections
        As for `load_wave`.

    Returns
    -------
    CheckReport
        `.table`, `.errors`, `.warnings`, `.save("faults.csv")`. What each rule means is in docs/reference/checks.md.

    Raises
    ------
    ArgumentError
        If there are corrections to a file that was ingested.
    MissingFileError, LayoutError
        If a file is not there, or the layout does not describe a delivery.
    """
    from barometer.microdata.examine import examine

    path = as_path("path", path)
    book = codebook if isinstance(codebook, Codebook) else find_codebook(codebook)
    try:
        if _was_ingested(path, layout):
            _refuse_corrections(corrections)
            return CheckReport(path.name, read_processed(path, book).warnings)
        guarded_format(path, "delivery", "Check the name and the folder.")
        examined = examine(_layout_of(path, layout), book, path, Path(corrections) if corrections else None)
        return CheckReport(path.name, examined.faults)
    except DeliveryError as error:  # a file of which nothing more can be said
        return CheckReport(path.name, error.faults)


def shipped_layout(number: int) -> Path:
    """Return the layout of the synthetic wave: in the installed package, or in the checkout it is used from."""
    for folder in _shipped_folders():
        if (path := folder / f"wave{number}_synthetic{SUFFIX}").is_file():
            return path
    raise UnknownNameError("synthetic wave", str(number), map(str, shipped_waves()))


@cache
def _shipped_wave(layout: Path, codebook: Codebook) -> Wave:
    """Read and check a synthetic wave once in a session, and in the processes that are forked from it."""
    return read_and_check(layout, codebook).wave


def shipped_waves() -> tuple[int, ...]:
    """Numbers of the waves whose synthetic microdata are shipped."""
    found = {path.name for folder in _shipped_folders() for path in folder.glob(f"wave*_synthetic{SUFFIX}")}
    return tuple(number for number in sorted(find_codebook().waves) if f"wave{number}_synthetic{SUFFIX}" in found)


def _shipped_folders() -> tuple[Path, Path]:
    package = Path(__file__).parents[1]
    return package / "shipped", package.parents[1] / "data" / "raw"


def _was_ingested(path: Path, layout: str | Path | None) -> bool:
    """Whether a file is a processed wave, not a delivery in Parquet."""
    if path.suffix != ".parquet" or layout:
        return False
    return is_processed(path) or not _layout_of(path, None).is_file()


def _refuse_corrections(corrections: str | Path | None) -> None:
    if corrections:
        raise ArgumentError("corrections", "are for a delivery; ingest it again with its corrections beside it")


def _layout_of(path: Path, layout: str | Path | None) -> Path:
    return Path(layout) if layout else path.with_name(path.stem + SUFFIX)


def _with_warnings(delivery: Delivery) -> Wave:
    for odd in delivery.wave.warnings:
        warnings.warn(str(odd), DeliveryWarning, stacklevel=3)
    return delivery.wave
