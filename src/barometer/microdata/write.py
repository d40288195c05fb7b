"""A wave written for other programs: SPSS, Stata, Parquet and CSV, with labels in Danish or English."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, as_path
from barometer.microdata.inert_text import inert
from barometer.microdata.label_files import LABELS, write_label_file
from barometer.microdata.store import replacing
from barometer.microdata.wave import CONFIDENTIAL, SYNTHETIC, Wave, check_wave
from barometer.microdata.write_statistical import SPSS, STATA, write_statistical
from barometer.microdata.written_columns import WrittenColumn, written_columns

Writer = Callable[[Path, Sequence[WrittenColumn], str, Lang], None]


def write_microdata(wave: Wave, path: str | Path, *, lang: Lang = "en") -> Path:
    """
    Write the microdata of a wave for another program, with variable labels and value labels.

    Parameters
    ----------
    wave : Wave
    path : str or Path
        The ending says for which: .sav or .zsav (SPSS), .dta (Stata), .parquet, or .csv with a file of labels beside it
        (.labels.csv). A file of that name is replaced only when the writing went well.
    lang : {"da", "en"}
        Of the labels; in CSV also semicolon and decimal comma, or comma and decimal point.

    Returns
    -------
    Path

    Raises
    ------
    ArgumentError
        If the ending or the language is another.
    MissingPackageError
        If the extra for SPSS and Stata is not installed.
    OutputError
        If the file cannot be written.

    Notes
    -----
    Everything is kept: number, weight, stratum variables, population of the stratum, every answer, and the mark of
    synthetic data, in a column and in the file's own label. The microdata of a real wave are confidential: what this
    writes is as confidential as the delivery, and nothing else in the package writes it where it was not asked to.

    SPSS and Stata get numbers with labels: 1, 2, 3 ..., 98 for don't know and 99 for not relevant, 0 and 1 for ticks.
    These are answers, and so they are ordinary values with labels, not missing ones; only a blank, which means "not
    asked", is missing. Parquet and CSV keep the codebook's own codes. Names that the program does not take are changed
    (points become underscores), and the label then ends with the codebook's name in brackets.

    Examples
    --------
    >>> import tempfile, barometer as bm
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = bm.write_microdata(bm.load_wave(3), f"{folder}/wave3.parquet", lang="da")
    ...     bm.read_microdata(path).labels["weight"]
    'Vægt'
    """
    check_wave(wave)
    path = as_path("path", path)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise ArgumentError("path", f"ends in {', '.join(_WRITERS)}; got {path.name!r}")
    note = (SYNTHETIC if wave.is_synthetic else CONFIDENTIAL).text(lang)
    columns = written_columns(wave, lang)
    with replacing(path.parent) as folder:
        write(folder / path.name, columns, note, lang)
    return path


def _write_spss(path: Path, columns: Sequence[WrittenColumn], note: str, lang: Lang) -> None:  # noqa: ARG001
    compression = {"compress": True} if path.suffix.lower() == ".zsav" else {"row_compress": True}
    write_statistical(path, columns, note, SPSS, compression)


def _write_stata(path: Path, columns: Sequence[WrittenColumn], note: str, lang: Lang) -> None:  # noqa: ARG001
    write_statistical(path, columns, note, STATA, {})


def _write_parquet(path: Path, columns: Sequence[WrittenColumn], note: str, lang: Lang) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(pd.DataFrame({c.name: c.cells for c in columns}), preserve_index=False)
    kept = {
        "note": note,
        "lang": lang,
        "labels": {column.name: column.label for column in columns},
        "value_labels": {column.name: dict(column.texts) for column in columns if column.texts},
    }
    metadata = {**(table.schema.metadata or {}), LABELS: json.dumps(kept, ensure_ascii=False).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd", write_page_checksum=True)


def _write_csv(path: Path, columns: Sequence[WrittenColumn], note: str, lang: Lang) -> None:
    frame = pd.DataFrame({column.name: column.cells for column in columns})
    frame["id"] = frame["id"].map(inert)
    separator, decimal = (";", ",") if lang == "da" else (",", ".")
    frame.to_csv(path, sep=separator, decimal=decimal, index=False, lineterminator="\n", encoding="utf-8")
    labels = {column.name: column.label for column in columns}
    write_label_file(path, labels | {"synthetic": note}, {column.name: column.texts for column in columns})


_WRITERS: Mapping[str, Writer] = {
    ".sav": _write_spss,
    ".zsav": _write_spss,
    ".dta": _write_stata,
    ".parquet": _write_parquet,
    ".csv": _write_csv,
}
