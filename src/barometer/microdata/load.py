"""From a file, or from the package itself, to a Wave."""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from barometer.codebook import Codebook
from barometer.codebook import codebook as find_codebook
from barometer.errors import ArgumentError, DeliveryError, DeliveryWarning, Fault, UnknownNameError
from barometer.microdata.check_answers import check_answers, check_published_sizes, check_repeats
from barometer.microdata.check_design import check_design, check_nesting
from barometer.microdata.check_report import CheckReport
from barometer.microdata.corrections import Correction, correct, read_corrections
from barometer.microdata.harmonise import delivered_codes, harmonise, rows_where, unlisted
from barometer.microdata.layout import SUFFIX, Layout, load_layout
from barometer.microdata.read import FIRST_ROW, read_delivery
from barometer.microdata.read_guards import guarded_format
from barometer.microdata.rules import of_severity
from barometer.microdata.store import is_processed, read_processed, sha256
from barometer.microdata.wave import Provenance, Wave


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


def check_delivery(
    path: str | Path, *, layout: str | Path | None = None, codebook: str | Path | Codebook = "denmark"
) -> CheckReport:
    """
    Check a delivery and tell everything that was found, errors and warnings.

    Parameters
    ----------
    path : str or Path
        The delivered file.
    layout : str or Path, optional
        By default the file beside it with the ending `.layout.toml`.
    codebook : str, Path or Codebook

    Returns
    -------
    CheckReport
        `.table`, `.errors`, `.warnings`, `.save("faults.csv")`. What each rule means is in docs/reference/checks.md.

    Raises
    ------
    MissingFileError, LayoutError
        If a file is not there, or the layout does not describe a delivery.
    """
    path = Path(path)
    book = codebook if isinstance(codebook, Codebook) else find_codebook(codebook)
    layout_path = Path(layout) if layout else path.with_name(path.stem + SUFFIX)
    try:
        guarded_format(path, "delivery", "Check the name and the folder.")
        return CheckReport(path.name, tuple(examine(layout_path, book, path).faults))
    except DeliveryError as error:  # a file of which nothing more can be said
        return CheckReport(path.name, error.faults)


@dataclass(frozen=True, slots=True)
class Examined:
    """A delivery with all that was found in it; `wave` is there when nothing stops."""

    path: Path
    layout: Layout
    wave: Wave | None
    faults: list[Fault]
    files: tuple[Path, ...]


def examine(layout_path: Path, codebook: Codebook, path: Path | None = None) -> Examined:
    """
    Read a delivery and run every check that its readable columns allow.

    Raises
    ------
    MissingFileError, LayoutError
    DeliveryError
        If the file cannot be read as a table at all.
    """
    layout = load_layout(layout_path, codebook)
    codebook = codebook.in_wave(layout.wave)
    path = path or layout_path.with_name(layout.file)
    files = [layout_path, path]
    faults: list[Fault] = []
    raw = read_delivery(path, layout)
    faults += raw.warnings
    corrections: list[Correction] = []
    if layout.corrections:
        files.append(path.with_name(layout.corrections))
        corrections = read_corrections(files[-1], faults)
        raw = replace(raw, frame=correct(raw.frame, corrections, layout, faults))
    microdata = harmonise(raw, layout, codebook, faults)
    del raw  # the delivered values are not needed beside the harmonised ones
    sound = np.ones(len(microdata), dtype=np.bool_)
    for fault in faults:
        if fault.rule == "codes":
            sound[np.array(fault.rows, dtype=np.intp) - FIRST_ROW] = False
    record = codebook.wave(layout.wave)
    check_design(microdata, layout, record.stratum, faults)
    check_nesting(microdata, layout, codebook, faults)
    absent = [name for name in codebook.columns(layout.wave) if name not in microdata]
    sampled = None
    if layout.frame is not None:
        files.append(path.with_name(layout.frame.file))
        sampled = _count_sampled(layout, files[-1], len(microdata), faults)
    provenance = Provenance(layout.kind, path.name, sha256(path), len(corrections))
    wave = Wave(record, codebook, _with_blanks(microdata, absent, codebook, layout.wave), provenance, sampled)
    check_answers(wave, layout, faults, sound=sound, absent=absent)
    if of_severity(faults, "error"):
        return Examined(path, layout, None, faults, tuple(files))
    check_repeats(wave, layout, faults)
    if not wave.is_synthetic:
        check_published_sizes(wave, faults)
    return Examined(path, layout, replace(wave, warnings=tuple(faults)), faults, tuple(files))


def _with_blanks(microdata: pd.DataFrame, absent: list[str], codebook: Codebook, wave: int) -> pd.DataFrame:
    """Put blank columns where the file lacks them, so that the checks of the others can go on."""
    if not absent:
        return microdata
    blank = np.full(len(microdata), -1, dtype=np.int8)
    answers = {name: [answer.code for answer in codebook.columns(wave)[name].answers] for name in absent}
    made = {name: pd.Categorical.from_codes(blank, pd.Index(codes), ordered=True) for name, codes in answers.items()}
    return microdata.assign(**made)


def shipped_layout(number: int) -> Path:
    """Return the layout of the synthetic wave: in the installed package, or in the checkout it is used from."""
    name = f"wave{number}_synthetic{SUFFIX}"
    package = Path(__file__).parents[1]
    for folder in (package / "shipped", package.parents[1] / "data" / "raw"):
        if (folder / name).is_file():
            return folder / name
    raise UnknownNameError("synthetic wave", str(number), [])


def _count_sampled(layout: Layout, path: Path, answered: int, faults: list[Fault]) -> int | None:
    """Units drawn, counted in the frame file that lies beside the delivery."""
    if layout.frame is None:
        return None
    try:
        frame = read_delivery(path, layout, "frame")
    except DeliveryError as error:
        faults += [replace(fault, column=f"{path.name} {fault.column}".strip()) for fault in error.faults]
        return None
    column = layout.frame.sampled
    place = f"{path.name} {column.name}"
    if column.name not in frame.frame:
        faults.append(Fault("columns", "the layout needs this column and the file does not have it", place))
        return None
    drawn = delivered_codes(frame, column.name, column.codes, layout.missing)
    odd = unlisted(place, drawn, column.codes)
    if (blank := drawn.positions < 0).any():
        odd.append(Fault("codes", "a blank does not say who was drawn", place, rows_where(blank)))
    if odd:
        faults += odd
        return None
    sampled = int(drawn.where([code for code, answer in column.codes.items() if answer == "yes"]).sum())
    if sampled < answered:
        faults.append(Fault("stratum", f"{sampled} units were drawn, but {answered} answered", place))
    return sampled


def _with_warnings(delivery: Delivery) -> Wave:
    for odd in delivery.warnings:
        warnings.warn(str(odd), DeliveryWarning, stacklevel=3)
    return delivery.wave
