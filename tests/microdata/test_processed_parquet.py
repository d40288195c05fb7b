"""Processed waves on disk: the same microdata as the delivery, and files that are none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_delivery import NAME, SmallDelivery, facts, small_delivery

import barometer as bm
from barometer.errors import DeliveryError, MissingFileError, UnknownNameError
from barometer.microdata.store import write_processed


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> SmallDelivery:
    return small_delivery(Path(tmp_path_factory.mktemp("raw")))


@pytest.fixture(scope="module")
def parquet(delivery: SmallDelivery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bm.ingest(delivery.folder, Path(tmp_path_factory.mktemp("processed")))[0]


def refused(path: Path) -> tuple[tuple[str, str, tuple[int, ...]], str]:
    with pytest.raises(DeliveryError) as caught:
        bm.load_wave(3, path)
    assert caught.value.path == path
    (fault,) = caught.value.faults
    return facts(fault), fault.message


def rewritten(parquet: Path, path: Path, change: Callable[[Any], Any], **noted: object) -> Path:
    """Write a processed wave again with another table or other facts about it."""
    table = change(pq.read_table(parquet))
    metadata = dict(table.schema.metadata)
    said = json.loads(metadata[b"barometer"]) | noted
    pq.write_table(table.replace_schema_metadata({**metadata, b"barometer": json.dumps(said).encode()}), path)
    return path


def test_parquet_gives_the_microdata_of_the_delivery(delivery: SmallDelivery, parquet: Path) -> None:
    from_text, from_parquet = bm.load_wave(3, delivery.path), bm.load_wave(3, parquet)
    pd.testing.assert_frame_equal(from_parquet.microdata, from_text.microdata)
    assert from_parquet.provenance == from_text.provenance
    assert from_parquet.sampled == from_text.sampled == 193
    assert from_parquet.record is from_text.record
    assert repr(from_parquet) == repr(from_text)


def test_parquet_of_the_whole_wave_gives_the_microdata_of_the_delivery(wave: bm.Wave, tmp_path: Path) -> None:
    write_processed(wave, tmp_path / "wave.parquet")
    found = bm.load_wave(3, tmp_path / "wave.parquet")
    pd.testing.assert_frame_equal(found.microdata, wave.microdata)
    np.testing.assert_array_equal(found.domain_codes("sector"), wave.domain_codes("sector"))
    assert found.base_size("reused") == 1349


def test_a_missing_processed_wave_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="Run `barometer ingest` first") as caught:
        bm.load_wave(3, tmp_path / "none.parquet")
    assert caught.value.path == tmp_path / "none.parquet"


@pytest.mark.parametrize("kept", [0, 3, 1000, -1, -8])
def test_a_file_cut_short_is_refused(parquet: Path, tmp_path: Path, kept: int) -> None:
    path = tmp_path / "short.parquet"
    path.write_bytes(parquet.read_bytes()[:kept])
    assert refused(path) == (("file", "", ()), "is not a Parquet file, or is cut short or damaged")


def test_text_with_the_ending_of_parquet_is_refused(delivery: SmallDelivery, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.parquet"
    path.write_bytes(delivery.path.read_bytes())
    assert refused(path) == (("file", "", ()), "is not a Parquet file, or is cut short or damaged")


def test_parquet_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pd.DataFrame({"novelty": ["first"]}).to_parquet(path)
    message = "was not written by `barometer ingest`, or by an earlier version of it; ingest the delivery again"
    assert refused(path) == (("file", "", ()), message)


def test_a_column_that_the_codebook_asks_for_is_missed(parquet: Path, tmp_path: Path) -> None:
    path = rewritten(parquet, tmp_path / "old.parquet", lambda table: table.drop_columns(["novelty"]))
    expected = "the codebook asks for this column; ingest the delivery again"
    assert refused(path) == (("columns", "novelty", ()), expected)


def test_answers_that_the_codebook_no_longer_has_are_refused(parquet: Path, tmp_path: Path) -> None:
    def renamed(table: Any) -> Any:
        position = table.schema.get_field_index("novelty")
        old = table["novelty"].combine_chunks()
        words = pa.array(["1st" if word == "first" else word for word in old.dictionary.to_pylist()])
        changed = pa.DictionaryArray.from_arrays(old.indices, words, ordered=True)
        return table.set_column(position, "novelty", changed)

    path = rewritten(parquet, tmp_path / "old.parquet", renamed)
    expected = "holds other answers than the codebook; ingest the delivery again"
    assert refused(path) == (("codes", "novelty", ()), expected)


def test_a_wave_that_the_codebook_does_not_have_is_refused(parquet: Path, tmp_path: Path) -> None:
    path = rewritten(parquet, tmp_path / "new.parquet", lambda table: table, wave=33)
    with pytest.raises(UnknownNameError, match="There is no wave '33'"):
        bm.load_wave(3, path)


def test_what_was_not_synthetic_stays_confidential(parquet: Path, tmp_path: Path) -> None:
    def real(table: pa.Table) -> pa.Table:
        marks = pa.array([False] * table.num_rows)
        return table.set_column(table.column_names.index("synthetic"), "synthetic", marks)

    path = rewritten(parquet, tmp_path / "real.parquet", real, kind="delivery", sampled=None)
    wave = bm.load_wave(3, path)
    assert repr(wave).endswith("delivered microdata, confidential>")
    assert wave.sampled is None
