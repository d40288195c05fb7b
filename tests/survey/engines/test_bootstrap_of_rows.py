"""A bootstrap of the rows of a source, drawn while they are read, is that of the rows in arrays."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from engine_cases import LEVELS, as_folder, check_equal, declared, sample
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from test_replicates_of_sources import check_all

import barometer.survey as sv
from barometer.errors import ArgumentError, DesignError
from barometer.survey.columns import Columns
from barometer.survey.engines.batches import in_files
from barometer.survey.engines.request import Declared
from barometer.survey.engines.source_design import declare_engine
from barometer.survey.engines.whole_blocks import Rows, in_packs
from barometer.survey.replication import rescaled_bootstrap

pytestmark = pytest.mark.filterwarnings("default")
WITHOUT_ORDER = ("ibis", "dask", "pyspark")


@pytest.fixture(autouse=True, scope="module")
def _small_blocks() -> Iterator[None]:
    """Give every stratum of the sample several blocks, and the sample several packs."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("bootstrap", "engines.whole_blocks"):
            patch.setattr(f"barometer.survey.{module}.BLOCK", 32)
        patch.setattr("barometer.survey.engines.whole_blocks.PACK", 100)
        yield


def in_files_order() -> pd.DataFrame:
    return pd.concat([sample().iloc[part::3] for part in range(3)])


def replicated(data: Any, replicates: int = 40) -> sv.SourceDesign:
    return sv.make_replicates(declared(data, clusters=False), "rao_wu", replicates=replicates, seed=3)


def of_arrays(frame: pd.DataFrame) -> sv.ReplicateDesign:
    design = sv.declare_design(frame["weight"], frame["stratum"], population=frame["size"])
    return sv.make_replicates(design, "rao_wu", replicates=40, seed=3)


def test_every_engine_with_an_order_has_the_numbers_of_arrays(data: Any) -> None:
    if type(data).__module__.partition(".")[0] in WITHOUT_ORDER:
        with pytest.raises(DesignError, match=r"its rows have no order .* Parquet file or folder"):
            replicated(data)
        return
    frame = sample() if isinstance(data, pd.DataFrame) else in_files_order()
    check_all(replicated(data), of_arrays(frame), frame)


def test_variances_quantiles_and_answers_move_with_the_draws(tmp_path: Path) -> None:
    frame = in_files_order()
    source, arrays = replicated(as_folder(tmp_path)), of_arrays(frame)
    numbers, where = frame[["pay", "small"]], frame["inside"]
    check_equal(
        sv.estimate_variances(source, ["pay", "small"], by="region", where="inside"),
        sv.estimate_variances(arrays, numbers, by=frame["region"], where=where),
    )
    check_equal(
        sv.estimate_quantiles(source, ["pay", "small"], [0.1, 0.5], by="region", where="inside"),
        sv.estimate_quantiles(arrays, numbers, [0.1, 0.5], by=frame["region"], where=where),
    )
    sector = pd.Categorical(frame["sector"], LEVELS)
    found = sv.estimate_categories(source, "sector", by="region", where="inside")
    expected = sv.estimate_categories(arrays, sector, by=frame["region"], where=where)
    for label in found.names:
        here, there = found.names.index(label), expected.names.index(label)
        np.testing.assert_allclose(found.se[:, here], expected.se[:, there], rtol=1e-9, atol=1e-16)


def test_factors_that_are_given_as_columns_give_the_same_standard_errors() -> None:
    frame = sample()
    codes = frame["stratum"].factorize(sort=True)[0]
    units = np.bincount(codes)
    fraction = units / frame.groupby("stratum")["size"].first().to_numpy()
    factors = rescaled_bootstrap(codes, units, fraction, replicates=40, seed=3).factor
    given = sv.declare_replicates(frame["weight"], factors, kind="bootstrap", contents="factors", df=39)
    found = sv.estimate_means(replicated(frame), ["pay", "small"], by="region")
    expected = sv.estimate_means(given, frame[["pay", "small"]], by=frame["region"])
    np.testing.assert_allclose(found.estimate, expected.estimate, rtol=1e-12)
    np.testing.assert_allclose(found.se, expected.se, rtol=1e-9)


def test_neither_batches_nor_threads_change_a_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = sample().assign(weight=sample()["weight"] * np.pi)
    engine, found = in_files(as_folder(tmp_path, frame)), []
    for size, processors in ((7, 1), (64, 5), (131_072, 2)):
        monkeypatch.setattr(os, "cpu_count", lambda processors=processors: processors)
        source = declare_engine(replace(engine, size=size), Declared("weight", ("stratum",), (), ("size",)))
        made = sv.make_replicates(source, "rao_wu", replicates=30, seed=1)
        shares = sv.estimate_shares(made, ["truth", "maybe"], by="region").replicates
        assert shares is not None
        found.append(np.concatenate([shares.numerator, shares.denominator], axis=1))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_lonely_strata_and_those_taken_whole_keep_their_weights() -> None:
    stratum = np.where(np.arange(600) < 41, "b", np.where(np.arange(600) == 41, "c", "a"))
    size = np.select([stratum == "b", stratum == "c"], [41.0, 9.0], 5_000.0)
    frame = sample()[["truth"]].assign(w=2.0, h=stratum, size=size)
    design = sv.declare_source(frame, weight="w", stratum="h", population="size", lonely_psu="remove")
    made = sv.make_replicates(design, "rao_wu", replicates=20, seed=1)
    totals = sv.estimate_totals(made, "truth", by="h")
    assert totals.se[1, 0] > 0.0
    np.testing.assert_array_equal(totals.se[2:, 0], 0.0)
    np.testing.assert_allclose(totals.se[0], totals.se[1], rtol=1e-12)


@pytest.fixture
def database() -> tuple[Any, sv.SourceDesign]:
    connection = pytest.importorskip("duckdb", reason="needs duckdb: make engines").connect()
    connection.sql("CREATE TABLE answers AS SELECT 1.0 + range % 3 AS weight, range % 2 AS yes FROM range(500)")
    return connection, sv.declare_source(connection.table("answers"), weight="weight")


def test_rows_that_change_after_they_were_counted_are_refused(database: tuple[Any, sv.SourceDesign]) -> None:
    connection, design = database
    made = sv.make_replicates(design, "rao_wu", replicates=5, seed=1)
    changes: tuple[Callable[[], object], ...] = (
        lambda: connection.sql("DELETE FROM answers WHERE weight = 3"),
        lambda: connection.sql("INSERT INTO answers SELECT 1.0, 1 FROM range(900)"),
    )
    for change in changes:
        change()
        with pytest.raises(DesignError, match="other rows than when the source was declared"):
            sv.estimate_shares(made, "yes")


def test_a_database_that_keeps_no_order_is_refused(database: tuple[Any, sv.SourceDesign]) -> None:
    connection, design = database
    connection.sql("SET preserve_insertion_order = false")
    with pytest.raises(DesignError, match="no order"):
        sv.make_replicates(design, "rao_wu", replicates=5, seed=1)


def test_what_a_database_cannot_read_on_the_way_is_refused_without_its_words(
    database: tuple[Any, sv.SourceDesign],
) -> None:
    connection, _ = database
    relation = connection.sql(
        "SELECT *, CAST(CASE weight WHEN 3 THEN 'my answer' ELSE '1' END AS INT) AS x FROM answers"
    )
    made = sv.make_replicates(sv.declare_source(relation, weight="weight"), "rao_wu", replicates=5, seed=1)
    with pytest.raises(ArgumentError, match="could not be read") as refusal:
        sv.estimate_means(made, "x")
    assert "my answer" not in str(refusal.value)


def rows_of(stratum: NDArray[np.intp], first: int) -> Rows:
    """Rows whose weight is their place in the source."""
    n = stratum.size
    columns = Columns("total", (), np.zeros((n, 0)), np.ones((n, 1), dtype=np.bool_), np.zeros(0, dtype=np.intp), None)
    return Rows(stratum, np.arange(first, first + n, dtype=np.float64), np.full(n, -1), columns)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=400), st.lists(st.integers(0, 400), max_size=6))
def test_packs_are_whole_blocks_in_the_order_of_rows_however_batches_are_cut(codes: list[int], cuts: list[int]) -> None:
    stratum = np.array(codes, dtype=np.intp)
    units = np.bincount(stratum, minlength=4)
    edges = [0, *sorted(min(cut, stratum.size) for cut in cuts), stratum.size]
    packs = list(in_packs((rows_of(stratum[low:high], low) for low, high in pairwise(edges)), units))
    whole = list(in_packs([rows_of(stratum, 0)], units))
    assert [pack.rows.weight.tolist() for pack in packs] == [pack.rows.weight.tolist() for pack in whole]
    assert [pack.strata.tolist() for pack in packs] == [pack.strata.tolist() for pack in whole]
    place = np.concatenate([pack.rows.weight for pack in packs]).astype(int)
    for code in range(4):
        np.testing.assert_array_equal(place[stratum[place] == code], np.flatnonzero(stratum == code))
