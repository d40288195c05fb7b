"""From a file, or from the package itself, to a Wave."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from barometer.codebook import Codebook
from barometer.codebook import codebook as find_codebook
from barometer.errors import ArgumentError, DeliveryError, DeliveryWarning, Fault, UnknownNameError
from barometer.microdata.examine import examine
from barometer.microdata.layout import SUFFIX, Layout
from barometer.microdata.read_guards import guarded_format
from barometer.microdata.rules import of_severity
from barometer.microdata.store import is_processed, read_processed
from barometer.microdata.wave import Wave


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    A delivery that was read and checked.

    Attributes
    ----------
    wave : Wave
    layout : Layout
    warnings : tuple of Fault
        What is odd but does not stop.
    files : tuple of Path
        Every file that went in.
    """

    wave: Wave
    layout: Layout
    warnings: tuple[Fault, ...]
    files: tuple[Path, ...]


def load_wave(
    number: int,
    path: str | Path | None = None,
    *,
    layout: str | Path | None = None,
    codebook: str | Path | Codebook = "denmark",
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

    Returns
    -------
    Wave

    Raises
    ------
    ArgumentError, UnknownNameError
        If the wave is no number, or there is none of it.
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
        return read_and_check(shipped_layout(number), book).wave
    path = Path(path)
    beside = path.with_name(path.stem + SUFFIX)
    if path.suffix == ".parquet" and not layout and (is_processed(path) or not beside.is_file()):
        wave = read_processed(path, book)
    else:
        guarded_format(path, "delivery", "Check the name and the folder.")
        layout_path = Path(layout) if layout else beside
        wave = _with_warnings(read_and_check(layout_path, book, path))
    if wave.record.number != number:
        raise DeliveryError(path, [Fault("file", f"is wave {wave.record.number}, not wave {number}")])
    return wave


def read_and_check(layout_path: Path, codebook: Codebook, path: Path | None = None) -> Delivery:
    """
    Read a delivery by its layout and check it against the codebook.

    Parameters
    ----------
    layout_path : Path
    codebook : Codebook
    path : Path, optional
        The delivery, when it is not the file that the layout names.

    Raises
    ------
    MissingFileError, LayoutError
    DeliveryError
        With every fault; nothing is kept of the file.
    """
    examined = examine(layout_path, codebook, path)
    errors = of_severity(examined.faults, "error")
    if errors or examined.wave is None:
        raise DeliveryError(examined.path, errors)
    return Delivery(examined.wave, examined.layout, examined.wave.warnings, examined.files)


def shipped_layout(number: int) -> Path:
    """Return the layout of the synthetic wave: in the installed package, or in the checkout it is used from."""
    name = f"wave{number}_synthetic{SUFFIX}"
    package = Path(__file__).parents[1]
    for folder in (package / "shipped", package.parents[1] / "data" / "raw"):
        if (folder / name).is_file():
            return folder / name
    raise UnknownNameError("synthetic wave", str(number), [])


def _with_warnings(delivery: Delivery) -> Wave:
    for odd in delivery.warnings:
        warnings.warn(str(odd), DeliveryWarning, stacklevel=3)
    return delivery.wave
