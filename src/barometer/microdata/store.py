"""Processed waves on disk: Parquet that says what it is, and a manifest with checksums."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from barometer.codebook import Codebook
from barometer.codebook.published import WaveRecord
from barometer.errors import FEW, BarometerError, DeliveryError, Fault, MissingFileError, OutputError
from barometer.microdata.rules import check_rules
from barometer.microdata.sample_frame import SampleFrame
from barometer.microdata.wave import CONFIDENTIAL, SYNTHETIC, Provenance, Wave
from barometer.microdata.weighting import step_from_description

KEY = b"barometer"
MANIFEST = "manifest.json"


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
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(dir=folder, prefix=".writing-")
    with staging as name:
        try:
            yield Path(name)
        except OutputError as error:
            if not error.path.is_relative_to(name):
                raise
            raise OutputError(folder, error.reason) from error  # the staging folder is nobody's business
        with writing_to(folder):
            for path in sorted(p for p in Path(name).rglob("*") if p.is_file()):
                target = folder / path.relative_to(name)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)


@contextmanager
def replacing_file(path: Path) -> Iterator[Path]:
    """
    Yield a path beside a file; what is written there takes the file's place only if everything went well.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
            staged = Path(folder) / path.name
            yield staged
            staged.replace(path)


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """
    Turn the system's refusal to write into an error of the barometer's own.

    Raises
    ------
    OutputError
        Naming the place, for any `OSError` inside.
    """
    try:
        yield
    except BarometerError:
        raise
    except OSError as error:
        raise OutputError(place, f"cannot be written to ({error.strerror or error})") from error


def write_processed(wave: Wave, path: Path) -> None:
    """Write a wave as Parquet whose metadata say which wave it is and whether it is synthetic."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(wave.microdata, preserve_index=False)
    facts = {
        "codebook": wave.codebook.about.name,
        "wave": wave.record.number,
        "kind": wave.provenance.kind,
        "note": SYNTHETIC.en if wave.is_synthetic else f"{CONFIDENTIAL.en}. {CONFIDENTIAL.da}.",
        "source": wave.provenance.file,
        "source_sha256": wave.provenance.sha256,
        "sampled": wave.sampled,
        "frame": None if wave.frame is None else wave.frame.describe(),
        "weighting": [step.describe() for step in wave.weighting],
        "corrections": wave.provenance.corrections,
        "warnings": [describe_fault(odd) for odd in wave.warnings],
    }
    metadata = {**(table.schema.metadata or {}), KEY: json.dumps(facts, sort_keys=True).encode()}
    with writing_to(path.parent):
        pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd", write_page_checksum=True)


def is_processed(path: Path) -> bool:
    """Whether a Parquet file says that it is a processed wave."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return KEY in (pq.read_schema(path).metadata or {})
    except (OSError, ValueError, pa.ArrowException):
        return False


def read_processed(path: Path, codebook: Codebook) -> Wave:
    """
    Read a wave that `write_processed` wrote.

    Raises
    ------
    MissingFileError
    DeliveryError
        If it is not Parquet, is damaged, is not what the manifest beside it lists, or not a wave of this codebook.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise MissingFileError(path, "processed wave", "Run `barometer ingest` first.")
    _check_manifest(path)
    try:
        table = pq.read_table(path, page_checksum_verification=True)
        facts = json.loads((table.schema.metadata or {})[KEY])
        number = facts["wave"]
        provenance = Provenance(facts["kind"], facts["source"], facts["source_sha256"], facts["corrections"])
        found = tuple(_described(odd) for odd in facts["warnings"])
        sampled = facts["sampled"]
        frame = None if facts["frame"] is None else SampleFrame.from_description(facts["frame"])
        weighting = tuple(step_from_description(step) for step in facts["weighting"])
        name = facts["codebook"]
        microdata = table.to_pandas()
    except (OSError, pa.ArrowException, UnicodeDecodeError):
        raise DeliveryError(path, [Fault("file", "is not a Parquet file, or is cut short or damaged")]) from None
    except (KeyError, ValueError, TypeError):
        raise DeliveryError(
            path,
            [
                Fault(
                    "file",
                    "was not written by `barometer ingest`, or by an earlier version of it; ingest the delivery again",
                )
            ],
        ) from None
    if name != codebook.about.name:
        message = f"answers to the codebook {name!r}, not to {codebook.about.name!r}; name its codebook"
        raise DeliveryError(path, [Fault("file", message)])
    codebook = codebook.in_wave(number)
    record = codebook.wave(number)
    faults = _faults_of_processed(microdata, codebook, record, provenance)
    if faults:
        raise DeliveryError(path, faults)
    return Wave(record, codebook, microdata, provenance, sampled, found, frame, weighting)


def listed_waves(folder: Path) -> list[tuple[int, str]]:
    """Waves that the manifest of a processed folder lists, with their files; none where there is no manifest."""
    try:
        waves = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["waves"]
        return [(int(wave["wave"]), Path(wave["output"]["file"]).name) for wave in waves]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _check_manifest(path: Path) -> None:
    """Hold a file against the checksum in the manifest beside it, when that lists it."""
    try:
        waves = json.loads((path.parent / MANIFEST).read_text(encoding="utf-8"))["waves"]
        listed = {wave["output"]["file"]: wave["output"]["sha256"] for wave in waves}
    except (OSError, ValueError, KeyError, TypeError):
        return
    if path.name in listed and listed[path.name] != sha256(path):
        message = f"is not the file that {MANIFEST} lists: its checksum differs; ingest the delivery again"
        raise DeliveryError(path, [Fault("file", message)])


def _faults_of_processed(
    microdata: pd.DataFrame, codebook: Codebook, record: WaveRecord, provenance: Provenance
) -> list[Fault]:
    answers = {name: column.answers for name, column in codebook.columns(record.number).items()}
    coded: dict[str, list[str]] = {name: [answer.code for answer in listed] for name, listed in answers.items()}
    coded |= {name: [group.code for group in codebook.domains[name].groups] for name in record.stratum}
    absent = [name for name in ("id", "synthetic", "weight", "population", *coded) if name not in microdata]
    faults = [Fault("columns", "the codebook asks for this column; ingest the delivery again", name) for name in absent]
    if "synthetic" in microdata and not (microdata["synthetic"] == (provenance.kind == "synthetic")).all():
        message = "the rows and the file do not agree on being synthetic; ingest the delivery again"
        faults.append(Fault("provenance", message, "synthetic"))
    numbers = [name for name in ("weight", "population") if name in microdata]
    odd = [name for name in numbers if not _counts(microdata[name])]
    faults += [Fault("weight", "holds what is no count and no weight; ingest the delivery again", name) for name in odd]
    blank = [name for name in record.stratum if name in microdata and microdata[name].isna().any()]
    faults += [Fault("codes", "has blanks; ingest the delivery again", name) for name in blank]
    for name, codes in coded.items():
        if name not in microdata:
            continue
        dtype = microdata[name].dtype
        if not isinstance(dtype, pd.CategoricalDtype) or list(dtype.categories) != codes:
            faults.append(Fault("codes", "holds other answers than the codebook; ingest the delivery again", name))
    return faults


def _counts(values: "pd.Series[float]") -> bool:
    return is_numeric_dtype(values) and bool((values >= 0).all())


def write_json(content: object, path: Path) -> None:
    """Write JSON with sorted keys and a final newline, the same bytes each time."""
    path.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def describe_fault(fault: Fault) -> dict[str, object]:
    """Return a warning of the checks as plain values, with as many row numbers as its text shows."""
    return {
        "rule": fault.rule,
        "message": fault.message,
        "column": fault.column,
        "rows": list(fault.rows[:FEW]),
        "count": fault.count,
    }


def _described(facts: dict[str, Any]) -> Fault:
    """Make a fault of what `describe_fault` gave, if there is still such a rule."""
    rule = check_rules()[facts["rule"]].code
    return Fault(rule, facts["message"], facts["column"], tuple(facts["rows"]), facts["count"])


def describe_file(path: Path) -> dict[str, object]:
    """Name, size and checksum of a file, for a manifest."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
