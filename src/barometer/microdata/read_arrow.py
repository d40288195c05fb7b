"""Parquet, Feather and Arrow files, by pyarrow: each column keeps its type."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer.errors import DeliveryError, Fault
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
LABELS = b"barometer-labels"
"""Key of the file's metadata under which labels are kept, as JSON."""


def read_arrow(path: Path, name: str) -> RawTable:
    """
    Read a Parquet, Feather or Arrow file.

    Whole numbers with blanks become nullable integers; decimals become floating-point numbers; dictionaries of text
    stay categoricals. What pandas kept as an index comes as the column it is in the file.

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
    table = parsed(path, name, lambda: _parquet(path) if name == "Parquet" else _ipc(path))
    if table.num_rows == 0:
        raise DeliveryError(path, [Fault("file", "has columns but no rows")])
    names, columns = table.schema.names, table.columns
    labels, value_labels = _labels(table.schema.metadata or {})
    del table
    return RawTable(parsed(path, name, lambda: _frame(names, columns)), name, "", labels, value_labels)


def _parquet(path: Path) -> Any:
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
    return pq.read_table(path, read_dictionary=texts, page_checksum_verification=True)


def _ipc(path: Path) -> Any:
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
        return pa.Table.from_batches(batches, reader.schema)


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


def _frame(names: list[str], columns: list[Any]) -> pd.DataFrame:
    """Make a frame column by column; each is let go of when it is done, so that the file is not held twice."""
    made: dict[str, Any] = {}
    for position, name in enumerate(names):
        made[name] = _values(columns[position])
        columns[position] = None
    return pd.DataFrame(made, copy=False)


def _values(column: Any) -> Any:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind) and not _is_text(pa, kind.value_type):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if pa.types.is_null(kind) or pa.types.is_time(kind):
        column = column.cast(pa.string())
    elif pa.types.is_decimal(kind) or pa.types.is_float16(kind):
        column = column.cast(pa.float64())
    elif pa.types.is_date(kind):
        column = column.cast(pa.timestamp("us" if pa.types.is_date32(kind) else "ms"))
    if _is_text(pa, column.type) or pa.types.is_dictionary(column.type):
        return _categorical(column)
    nullable = column.null_count > 0
    return column.to_pandas(types_mapper=lambda kind: _NULLABLE.get(str(kind)) if nullable else None)


def _categorical(column: Any) -> Any:
    """Make a categorical of text; an empty text is a blank, and a text that stands twice in a dictionary is one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    found = column.unify_dictionaries().combine_chunks()
    indices = found.indices
    if pa.types.is_unsigned_integer(indices.type):
        indices = indices.cast(pa.int64())
    codes = indices.fill_null(-1).to_numpy()
    texts = found.dictionary.to_pylist()
    kept = list(dict.fromkeys(text for text in texts if text))
    if kept != texts:
        place = {text: position for position, text in enumerate(kept)}
        moved = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int32)
        codes = moved[codes]
    return pd.Categorical.from_codes(codes, categories=pd.Index(kept, dtype="str"))


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
