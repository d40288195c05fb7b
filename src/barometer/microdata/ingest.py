"""From data/raw/ to data/processed/: every delivery checked, stored as Parquet, listed in a manifest."""

from collections.abc import Callable
from pathlib import Path

from barometer.codebook import Codebook
from barometer.codebook import codebook as find_codebook
from barometer.errors import MissingFileError, as_path
from barometer.microdata.layout import SUFFIX
from barometer.microdata.load import Delivery, read_and_check
from barometer.microdata.store import (
    MANIFEST,
    describe_fault,
    describe_file,
    listed_waves,
    replacing,
    write_json,
    write_processed,
    writing_to,
)


def ingest(
    raw: str | Path,
    processed: str | Path,
    tell: Callable[[str], None] = lambda _: None,
    *,
    codebook: str | Path | Codebook = "denmark",
) -> list[Path]:
    """
    Check every delivery in a folder and store it processed.

    Parameters
    ----------
    raw : str or Path
        Folder with deliveries, each with a layout file beside it.
    processed : str or Path
        Folder for the Parquet files and `manifest.json`. It changes only if every delivery is good; what an earlier
        ingest wrote and is no longer in the raw folder is removed.
    tell : callable, optional
        Gets one line of progress at a time.
    codebook : str, Path or Codebook
        What the deliveries answer to: a shipped codebook by its name, or the folder of another country's.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    MissingFileError
        If there is no layout in the folder.
    LayoutError, DeliveryError
        With every fault of the first delivery that is not good.
    """
    raw, processed = as_path("raw", raw), as_path("processed", processed)
    book = codebook if isinstance(codebook, Codebook) else find_codebook(codebook)
    layouts = sorted(raw.glob(f"*{SUFFIX}"))
    if not layouts:
        raise MissingFileError(raw / f"*{SUFFIX}", "layout", "Each delivery needs one beside it.")
    with replacing(processed) as staged:
        entries = []
        names = []
        for layout in layouts:
            tell(f"reading {layout.name.removesuffix(SUFFIX)}")
            delivery = read_and_check(layout, book)
            name = layout.name.removesuffix(SUFFIX) + ".parquet"
            write_processed(delivery.wave, staged / name)
            entries.append(_entry(delivery, staged / name))
            names.append(name)
            for odd in delivery.wave.warnings:
                tell(f"warning: {odd}")
        with writing_to(staged):
            write_json({"waves": entries}, staged / MANIFEST)
        stale = [name for _, name in listed_waves(processed) if name not in names]
    for name in stale:
        (processed / name).unlink(missing_ok=True)
        tell(f"removed {name}: its delivery is no longer in {raw}")
    return [processed / name for name in [*names, MANIFEST]]


def _entry(delivery: Delivery, written: Path) -> dict[str, object]:
    wave = delivery.wave
    return {
        "wave": wave.record.number,
        "kind": wave.provenance.kind,
        "workplaces": wave.n,
        "inputs": [describe_file(path) for path in delivery.files],
        "output": describe_file(written),
        "corrections": wave.provenance.corrections,
        "warnings": [describe_fault(odd) for odd in wave.warnings],
    }
