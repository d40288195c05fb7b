"""One delivery read, corrected, harmonised and checked: all that is found in it."""

from dataclasses import dataclass, replace
from pathlib import Path

from barometer.codebook import Codebook
from barometer.errors import Fault
from barometer.microdata.check_answers import check_answers
from barometer.microdata.check_design import check_design, check_nesting
from barometer.microdata.check_published import check_published
from barometer.microdata.check_repeats import check_repeats
from barometer.microdata.corrections import apply_corrections, corrections_of
from barometer.microdata.harmonise import Harmonised, harmonise
from barometer.microdata.layout import Layout, load_layout
from barometer.microdata.read import read_delivery
from barometer.microdata.rules import of_severity
from barometer.microdata.sample_frame import count_frame, read_frame
from barometer.microdata.store import sha256
from barometer.microdata.wave import Provenance, Wave
from barometer.microdata.weighting import Weighting, complete_step


@dataclass(frozen=True, slots=True)
class Examined:
    """
    A delivery and everything that was found in it.

    Attributes
    ----------
    path : Path
    wave : Wave or None
        None where an error stops; else it carries the warnings.
    faults : tuple of Fault
        Errors and warnings, in the order of the checks.
    files : tuple of Path
        Every file that went in.
    """

    path: Path
    wave: Wave | None
    faults: tuple[Fault, ...]
    files: tuple[Path, ...]


def examine(
    layout_path: Path, codebook: Codebook, path: Path | None = None, corrections: Path | None = None
) -> Examined:
    """
    Read a delivery and run every check that what could be read of it allows.

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
        If the file cannot be read as a table at all.
    """
    layout = load_layout(layout_path, codebook)
    codebook = codebook.in_wave(layout.wave)
    path = path or layout_path.with_name(layout.file)
    files = [layout_path, path]
    weighting = tuple(complete_step(step, layout_path, codebook) for step in layout.weighting)
    files += [layout_path.with_name(step.file) for step in weighting if isinstance(step, Weighting) and step.file]
    faults: list[Fault] = []
    raw = read_delivery(path, layout)
    faults += raw.warnings
    corrected = 0
    if corrections := corrections_of(path, layout, corrections):
        files.append(corrections)
        raw, corrected = apply_corrections(raw, corrections, layout, faults)
    found = harmonise(raw, layout, codebook, faults)
    del raw  # the delivered values are not needed beside the harmonised ones
    frame = None
    if layout.frame is not None:
        files.append(path.with_name(layout.frame.file))
        frame = read_frame(layout, layout.frame, files[-1], len(found.microdata), faults)
    provenance = Provenance(layout.kind, path.name, sha256(path), corrected)
    wave = Wave(codebook.wave(layout.wave), codebook, found.microdata, provenance, frame.count if frame else None)
    _check(wave, found, layout, faults)
    counts = None
    if frame and not of_severity(faults, "error"):
        counts = count_frame(frame, layout, codebook, found.microdata, faults)
    usable = not of_severity(faults, "error")
    told = tuple(faults)
    return Examined(
        path, replace(wave, warnings=told, frame=counts, weighting=weighting) if usable else None, told, tuple(files)
    )


def _check(wave: Wave, found: Harmonised, layout: Layout, faults: list[Fault]) -> None:
    check_design(found.microdata, layout, wave.record.stratum, faults)
    check_nesting(found.microdata, layout, wave.codebook, faults)
    check_answers(wave, layout, found.unread, faults)
    check_repeats(wave, layout, found.unread, faults)
    if not wave.is_synthetic:
        check_published(wave, found.unread, faults)
