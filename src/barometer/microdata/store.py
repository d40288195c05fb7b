"""Processed waves on disk: Parquet that says what it is, and a manifest with checksums."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barometer.codebook import Codebook
from barometer.errors import DeliveryError, Fault, MissingFileError, OutputError
from barometer.microdata.wave import SYNTHETIC, Provenance, Wave

KEY = b"barometer"


def sha256(path: Path) -> str:
    """Checksum of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """
    Yield an empty folder whose files take their places in `folder` only if everything went well.

    Raises
    ------
    OutputError
        If the folder cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as name:
            staged = Path(name)
            yield staged
            for path in sorted(p for p in staged.rglob("*") if p.is_file()):
                target = folder / path.relative_to(staged)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
    except OSError as error:
        if isinstance(error, MissingFileError | OutputError):
            raise
        raise OutputError(folder, f"cannot be written to ({error.strerror or error})") from error


def write_processed(wave: Wave, path: Path) -> None:
    """Write a wave as Parquet whose metadata say which wave it is and whether it is synthetic."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(wave.microdata, preserve_index=False)
    facts = {
        "wave": wave.record.number,
        "kind": wave.provenance.kind,
        "note": SYNTHETIC.en if wave.is_synthetic else "Microdata: confidential, may not be published",
        "source": wave.provenance.file,
        "source_sha256": wave.provenance.sha256,
        "sampled": wave.sampled,
    }
    metadata = {**(table.schema.metadata or {}), KEY: json.dumps(facts, sort_keys=True).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd")


def read_processed(path: Path, codebook: Codebook) -> Wave:
    """
    Read a wave that `write_processed` wrote.

    Raises
    ------
    MissingFileError
    DeliveryError
        If it is not Parquet, or not a wave of barometer.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise MissingFileError(path, "processed wave", "Run `barometer ingest` first.")
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid:
        raise DeliveryError(path, [Fault("file", "is not a Parquet file, or is cut short")]) from None
    stored = (table.schema.metadata or {}).get(KEY)
    if stored is None:
        raise DeliveryError(path, [Fault("file", "was not written by `barometer ingest`")])
    facts = json.loads(stored)
    microdata = table.to_pandas()
    columns = codebook.columns[codebook.wave(facts["wave"]).number]
    faults = [
        Fault("columns", "the codebook asks for this column; ingest the delivery again", c)
        for c in columns
        if c not in microdata
    ]
    for name, column in columns.items():
        if name in microdata and list(microdata[name].cat.categories) != [answer.code for answer in column.answers]:
            faults.append(Fault("codes", "holds other answers than the codebook; ingest the delivery again", name))
    if faults:
        raise DeliveryError(path, faults)
    provenance = Provenance(facts["kind"], facts["source"], facts["source_sha256"])
    return Wave(codebook.wave(facts["wave"]), codebook, microdata, provenance, facts["sampled"])


def write_json(content: object, path: Path) -> None:
    """Write JSON with sorted keys and a final newline, the same bytes each time."""
    path.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def describe_file(path: Path) -> dict[str, object]:
    """Name, size and checksum of a file, for a manifest."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
