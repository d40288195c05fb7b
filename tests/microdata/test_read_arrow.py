"""Parquet, Feather and Arrow files: every type as it is, dictionaries made whole, nested types refused."""

import datetime as dt
import decimal
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from damaged_files import refusals

import barometer as bm
from barometer.errors import DeliveryError, Fault
from barometer.microdata import read_arrow
from barometer.microdata.label_files import LABELS


def stream(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


WRITERS: dict[str, Callable[[Any, Path], object]] = {
    "table.parquet": pq.write_table,
    "table.feather": lambda table, path: feather.write_feather(table, str(path)),
    "table.arrow": lambda table, path: feather.write_feather(table, str(path), compression="uncompressed"),
    "stream.arrow": stream,
}


def read(folder: Path, name: str, table: Any) -> pd.DataFrame:
    WRITERS[name](table, folder / name)
    return bm.read_microdata(folder / name).frame


def refused(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(DeliveryError) as caught:
        bm.read_microdata(path)
    return caught.value.faults


TYPES = {
    "text": pa.array(["01", None, "", "x"]),
    "large": pa.array(["01", None, "", "x"], pa.large_string()),
    "int8": pa.array([1, 2, 3, 98], pa.int8()),
    "gaps": pa.array([1, None, 3, 98], pa.int16()),
    "float": pa.array([1.5, None, 0.0, 2.0]),
    "decimal": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("0.00"), decimal.Decimal("2.00")]),
    "truth": pa.array([True, False, True, True]),
    "perhaps": pa.array([True, None, True, True]),
    "day": pa.array([dt.date(2018, 5, 1), None, dt.date(2018, 5, 3), dt.date(2018, 5, 4)]),
    "moment": pa.array([dt.datetime(2018, 5, 1, 12), None, None, None], pa.timestamp("ms")),
    "clock": pa.array([dt.time(12, 30), None, None, None], pa.time32("s")),
    "codes": pa.DictionaryArray.from_arrays(pa.array([0, None, 1, 2], pa.uint8()), ["a", "", "a"]),
    "numbers": pa.DictionaryArray.from_arrays(pa.array([0, None, 1, 0], pa.int8()), pa.array([1, 98])),
    "nothing": pa.nulls(4),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_every_type_is_kept(tmp_path: Path, name: str) -> None:
    frame = read(tmp_path, name, pa.table(TYPES))
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == {
        "text": "category", "large": "category", "int8": "int8", "gaps": "Int16", "float": "float64",
        "decimal": "float64", "truth": "bool", "perhaps": "boolean", "day": "datetime64[us]",
        "moment": "datetime64[ms]", "clock": "category", "codes": "category", "numbers": "Int64", "nothing": "category",
    }  # fmt: skip
    assert frame["text"].dropna().tolist() == frame["large"].dropna().tolist() == ["01", "x"]
    assert frame["gaps"].isna().tolist() == [False, True, False, False]
    assert frame["decimal"].dropna().tolist() == [1.5, 0.0, 2.0]
    assert frame["day"].iloc[0] == pd.Timestamp(2018, 5, 1)
    assert frame["clock"].iloc[0] == "12:30:00"
    assert frame["codes"].cat.categories.tolist() == ["a"]
    assert frame["codes"].isna().tolist() == [False, True, True, False]
    assert frame["numbers"].dropna().tolist() == [1, 98, 1]
    assert frame["nothing"].isna().all()


@pytest.mark.parametrize("name", WRITERS)
def test_dictionaries_that_differ_between_pieces_are_joined(tmp_path: Path, name: str) -> None:
    pieces = [pa.table({"q": pa.array(words).dictionary_encode()}) for words in (["a", "b"], ["b", "c", "a"])]
    table = pa.concat_tables(pieces).unify_dictionaries() if name.endswith(("feather", "arrow")) else None
    if table is None:
        table = pa.concat_tables(pieces)
    frame = read(tmp_path, name, table)
    assert frame["q"].tolist() == ["a", "b", "b", "c", "a"]


def test_pieces_of_a_parquet_file_are_joined(tmp_path: Path) -> None:
    table = pa.table({"q": ["a", "b", None, "c"] * 50, "n": list(range(200))})
    pq.write_table(table, tmp_path / "table.parquet", row_group_size=7)
    frame = bm.read_microdata(tmp_path / "table.parquet").frame
    assert frame["q"].astype(object).where(frame["q"].notna(), None).tolist() == ["a", "b", None, "c"] * 50
    assert frame["n"].tolist() == list(range(200))


def test_long_text_of_which_most_values_differ_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_arrow, "LONG", 3)
    frame = read(tmp_path, "table.parquet", pa.table({"id": ["001", "002", None, ""], "q": ["a", "a", "b", "a"]}))
    assert [str(dtype) for dtype in frame.dtypes] == ["category", "category"]
    frame = read(tmp_path, "table.parquet", pa.table({"id": ["001", "002", None, "004"], "q": ["a", "a", "b", "a"]}))
    assert [str(dtype) for dtype in frame.dtypes] == ["str", "category"]
    assert frame["id"].isna().tolist() == [False, False, True, False]
    assert frame["id"].dropna().tolist() == ["001", "002", "004"]


def test_what_pandas_kept_as_an_index_is_a_column(tmp_path: Path) -> None:
    table = pd.DataFrame({"q": pd.Categorical(["b", "a", None])}, index=pd.Index(["01", "02", "03"], name="id"))
    table.to_parquet(tmp_path / "table.parquet")
    frame = bm.read_microdata(tmp_path / "table.parquet").frame
    assert frame["id"].tolist() == ["01", "02", "03"]
    assert frame["q"].isna().tolist() == [False, False, True]
    assert frame["q"].dropna().tolist() == ["b", "a"]


NESTED = {
    "id": pa.array(["1"]),
    "ticks": pa.array([[1, 2]]),
    "parts": pa.array([{"a": 1}]),
    "pairs": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())),
    "bytes": pa.array([b"7301"]),
}


@pytest.mark.parametrize("name", WRITERS)
def test_nested_columns_are_all_named(tmp_path: Path, name: str) -> None:
    WRITERS[name](pa.table(NESTED), tmp_path / name)
    faults = refused(tmp_path / name)
    assert [(fault.rule, fault.column) for fault in faults] == [
        ("type", c) for c in ("ticks", "parts", "pairs", "bytes")
    ]
    assert "holds lists or structures; one value a cell is read" in faults[0].message
    assert "binary" in faults[3].message
    assert "7301" not in "".join(map(str, faults))


@pytest.mark.parametrize("name", WRITERS)
def test_columns_without_rows_are_refused(tmp_path: Path, name: str) -> None:
    WRITERS[name](pa.table({"q": pa.array([], pa.int8())}), tmp_path / name)
    assert str(refused(tmp_path / name)[0]) == "[file] has columns but no rows"


@pytest.mark.parametrize("name", WRITERS)
def test_a_name_that_stands_twice_is_named(tmp_path: Path, name: str) -> None:
    WRITERS[name](pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["q", "q"]), tmp_path / name)
    (fault,) = refused(tmp_path / name)
    assert (fault.rule, fault.column) == ("columns", "q")


@pytest.mark.parametrize("name", WRITERS)
def test_damage_anywhere_is_refused_or_read_never_worse(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](pa.table({"id": [f"{n:03d}" for n in range(50)], "q": list(range(50))}), path)
    assert refusals(path, 11) > 5


@pytest.mark.parametrize("kept", [b"{", b"[]", b'{"labels": 1}', b'{"value_labels": {"q": 1}}'])
def test_labels_that_cannot_be_read_are_no_labels(tmp_path: Path, kept: bytes) -> None:
    table = pa.table({"q": [1]}).replace_schema_metadata({LABELS: kept})
    pq.write_table(table, tmp_path / "table.parquet")
    raw = bm.read_microdata(tmp_path / "table.parquet")
    assert (raw.labels, raw.value_labels) == ({}, {})


def test_labels_in_the_metadata_are_read(tmp_path: Path) -> None:
    kept = {"labels": {"q": "Spørgsmål"}, "value_labels": {"q": {"1": "Ja"}}}
    table = pa.table({"q": [1]}).replace_schema_metadata({LABELS: json.dumps(kept)})
    pq.write_table(table, tmp_path / "table.parquet")
    raw = bm.read_microdata(tmp_path / "table.parquet")
    assert (raw.labels, raw.value_labels) == (kept["labels"], kept["value_labels"])
