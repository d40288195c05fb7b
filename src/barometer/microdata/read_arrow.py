"""Parquet, Feather and Arrow files, by pyarrow: each column keeps its type."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer.errors import DeliveryError, Fault
from barometer.microdata.label_files import LABELS
from barometer.microdata.raw_table import RawTable
from barometer.microdata.read_guards import MOST_BYTES, check_names, check_size, parsed

_NULLABLE = {
    "int8": pd.Int8Dtype(),
    "int16": pd.Int16Dtype(),
    "int32": pd.Int32Dtype(),
    "int64": pd.Int64Dtype(),
    "uint8": pd.UInt8Dtype(),
    "uint16": pd.UInt16Dtype(),
    "uint32": pd.UInt32Dtype(),
    "uint64": pd.UInt64Dtype(),
    "bool": pd.BooleanDtype(),
}
LONG = 10_000
"""Rows from which text of which most values differ (ids, remarks) is not made a categorical: that takes more memory."""

AT_A_TIME = 4
"""Columns of a Parquet file that are read together, so that more than one processor has work."""


def read_arrow(path: Path, name: str) -> RawTable:
    """
    Read a Parquet, Feather or Arrow file.

    Whole numbers with blanks become nullable integers; decimals become floating-point numbers; dictionaries of text
    stay categoricals; text of which most values differ stays text when it is long. What pandas kept as an index comes
    as the column that it is in the file.

    Parameters
    ----------
    path : Path
    name : str
        Of the format.

    Raises
    ------
    DeliveryError
        If the file is damaged or cut short, too large, or has columns that hold more than one value a cell.
    """
    opened = parsed(path, name, lambda: _parquet(path) if name == "Parquet" else _ipc(path))
    if opened.rows == 0:
        raise DeliveryError(path, [Fault("file", "has columns but no rows")])
    labels, value_labels = _labels(opened.schema.metadata or {})
    frame = parsed(path, name, lambda: _frame(opened.schema.names, opened.columns))
    return RawTable(frame, name, "", labels, value_labels)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Opened:
    """A file whose columns are still to come, one by one."""

    schema: Any
    rows: int
    columns: Iterator[Any]


def _parquet(path: Path) -> _Opened:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        about, schema = file.metadata, file.schema_arrow
        _check_schema(path, schema)
        check_size(path, about.num_rows, len(schema.names))
        unpacked = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
        if unpacked > MOST_BYTES:
            message = f"unpacks to {unpacked / 2**30:,.1f} GiB; at most {MOST_BYTES / 2**30:.0f} GiB are read"
            raise DeliveryError(path, [Fault("size", message)])
    texts = [field.name for field in schema if _is_text(pa, field.type)]
    return _Opened(schema, about.num_rows, _parquet_columns(path, schema.names, texts))


def _parquet_columns(path: Path, names: list[str], texts: list[str]) -> Iterator[Any]:
    """Yield the columns, a few read at a time: codes come from the library four times as wide as they are kept."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True) as file:
        for start in range(0, len(names), AT_A_TIME):
            yield from _let_go(file.read(columns=names[start : start + AT_A_TIME]).columns)


def _ipc(path: Path) -> _Opened:
    import pyarrow as pa

    with path.open("rb") as file:
        is_file = file.read(6) == b"ARROW1"
    with pa.OSFile(str(path)) as source:
        reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
        _check_schema(path, reader.schema)
        batches, rows = [], 0
        for batch in map(reader.get_batch, range(reader.num_record_batches)) if is_file else reader:
            rows += batch.num_rows
            check_size(path, rows, len(reader.schema.names))
            batch.validate(full=True)  # the format trusts its offsets, and a damaged one would end the process
            batches.append(batch)
        return _Opened(reader.schema, rows, _let_go(pa.Table.from_batches(batches, reader.schema).columns))


def _let_go(columns: list[Any]) -> Iterator[Any]:
    """Yield columns and hold none that was yielded, so that the file is not in memory twice."""
    columns.reverse()
    while columns:
        yield columns.pop()


def _check_schema(path: Path, schema: Any) -> None:
    import pyarrow as pa

    check_names(path, schema.names)
    faults = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_nested(kind):
            message = "holds lists or structures; one value a cell is read: deliver each part as a column of its own"
            faults.append(Fault("type", message, field.name))
        elif not _is_plain(pa, kind):
            faults.append(Fault("type", f"holds values of type {kind}, which are no answers; leave it out", field.name))
    if faults:
        raise DeliveryError(path, faults)


def _is_text(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_plain(pa: Any, kind: Any) -> bool:
    plain = (
        *("is_integer", "is_floating", "is_decimal", "is_boolean", "is_null"),
        *("is_date", "is_timestamp", "is_time", "is_duration"),
    )
    return _is_text(pa, kind) or any(getattr(pa.types, asked)(kind) for asked in plain)


def _frame(names: list[str], columns: Iterator[Any]) -> pd.DataFrame:
    return pd.DataFrame({name: _values(column) for name, column in zip(names, columns, strict=True)}, copy=False)


def _values(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind) and not _is_text(pa, kind.value_type):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if pa.types.is_null(kind):
        column = column.cast(pa.string())
    elif pa.types.is_time(kind):
        column = pc.replace_substring_regex(column.cast(pa.string()), r"\.0+$", "")
    elif pa.types.is_decimal(kind) or pa.types.is_float16(kind):
        column = column.cast(pa.float64())
    elif pa.types.is_date(kind):
        column = column.cast(pa.timestamp("us" if pa.types.is_date32(kind) else "ms"))
    if _is_text(pa, column.type) or pa.types.is_dictionary(column.type):
        return _text(column)
    nullable = column.null_count > 0
    series = column.to_pandas(types_mapper=lambda kind: _NULLABLE.get(str(kind)) if nullable else None)
    return series if nullable else series.copy()  # not a view that keeps the file's own buffers


def _text(column: Any) -> Any:
    """Make a categorical of a text column, or plain text where most values differ; an empty text is a blank."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    found = column.unify_dictionaries().combine_chunks()
    texts = found.dictionary.cast(pa.string())
    kept = texts.unique()
    kept = kept.filter(pc.not_equal(kept, "")).drop_null()
    codes = found.indices.cast(pa.int32()).fill_null(-1).to_numpy()
    if len(kept) < len(texts):
        place = pc.index_in(texts, value_set=kept).fill_null(-1).to_numpy()
        codes = np.append(place, -1)[codes]
    if len(found) > LONG and 2 * len(kept) > len(found):
        return kept.take(pa.array(codes, mask=codes < 0)).to_pandas()
    codes = codes.astype(np.min_scalar_type(-len(kept) - 1))
    return pd.Categorical.from_codes(codes, categories=pd.Index(kept.to_pandas(), dtype="str"))


def _labels(metadata: Mapping[bytes, bytes]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    try:
        kept = json.loads(metadata.get(LABELS, b"{}"))
        labels = {str(column): str(text) for column, text in kept.get("labels", {}).items()}
        value_labels = {
            str(column): {str(code): str(text) for code, text in texts.items()}
            for column, texts in kept.get("value_labels", {}).items()
        }
    except (ValueError, AttributeError):
        return {}, {}
    return labels, value_labels
