"""What is wrong with a part, a column or an engine is refused by name."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from engine_cases import as_folder, declared, sample

import barometer.survey as sv
from barometer.errors import ArgumentError, DesignError, LonelyPSUError, MissingFileError, MissingPackageError
from barometer.survey.engines.unreadable import unreadable


def rewritten(folder: Path, **columns: Any) -> Path:
    path = as_folder(folder)
    part = path / "part1.parquet"
    pd.read_parquet(part).assign(**columns).to_parquet(part)
    return path


def test_a_partition_without_a_column_is_named(tmp_path: Path) -> None:
    path = as_folder(tmp_path)
    part = path / "part1.parquet"
    pd.read_parquet(part).drop(columns="maybe").to_parquet(part)
    with pytest.raises(ArgumentError, match=r"part1\.parquet has no column 'maybe', which part0\.parquet has"):
        declared(path, clusters=False)


def test_a_column_of_another_kind_in_one_file_is_named(tmp_path: Path) -> None:
    path = rewritten(tmp_path, int8="yes")
    with pytest.raises(ArgumentError, match=r"'int8' is of kind text in part1\.parquet and number in part0\.parquet"):
        declared(path, clusters=False)


def test_a_population_size_that_differs_between_partitions_is_named(tmp_path: Path) -> None:
    path = rewritten(tmp_path, size=2000)
    with pytest.raises(DesignError, match=r"of a stratum is another in part1\.parquet than in part0\.parquet"):
        declared(path, clusters=False)


def test_a_value_that_is_no_share_is_refused_with_its_file(tmp_path: Path) -> None:
    design = declared(rewritten(tmp_path, int8=7), clusters=False)
    with pytest.raises(ArgumentError, match=r"'int8'.*part1\.parquet"):
        sv.sum_source(design, "int8")


def test_a_damaged_file_and_a_folder_without_files_are_refused(tmp_path: Path) -> None:
    path = as_folder(tmp_path)
    (path / "part2.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(ArgumentError, match=r"part2\.parquet is no Parquet file"):
        declared(path, clusters=False)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(MissingFileError, match="no Parquet file"):
        declared(empty, clusters=False)
    with pytest.raises(MissingFileError):
        declared(tmp_path / "nowhere", clusters=False)


def test_an_engine_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "survey.duckdb").touch()
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingPackageError, match=r"innovation-barometer\[duckdb\]"):
        declared(tmp_path / "survey.duckdb", clusters=False)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("weight", -1.0, "1 of 600 rows are negative"),
        ("weight", np.nan, "1 of 600 rows are missing or infinite"),
        ("stratum", None, "1 of 600 rows are without a label"),
        ("size", 0, "1 of 600 rows are missing, zero or negative"),
        ("size", 901, "differs between the rows of"),
        ("weight", 1e200, "above"),
    ],
)
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars", "ibis"])
def test_what_no_design_may_have_is_refused_by_every_engine(engine: str, column: str, value: Any, message: str) -> None:
    frame = sample().copy()
    frame.loc[0, column] = value
    data: object = frame
    if engine == "duckdb":
        data = pytest.importorskip("duckdb", reason="needs duckdb: make engines").connect().from_df(frame)
    if engine == "polars":
        data = pytest.importorskip("polars", reason="needs polars: make engines").from_pandas(frame)
    if engine == "ibis":
        data = pytest.importorskip("ibis", reason="needs ibis: make engines").memtable(frame)
    with pytest.raises(DesignError, match=message):
        declared(data, clusters=False)


def test_a_stratum_whose_population_differs_is_named() -> None:
    frame = sample().assign(size=lambda table: table["size"].where(table.index != 0, 901))
    with pytest.raises(DesignError, match=rf"differs between the rows of 1 of 3 strata \({frame['stratum'][0]}\)"):
        declared(frame, clusters=False)


READERS: dict[str, Callable[[Path], Any]] = {
    "duckdb": lambda path: (
        pytest.importorskip("duckdb", reason="needs duckdb: make engines")
        .connect()
        .sql(f"SELECT * FROM '{path}/*.parquet'")
    ),
    "polars": lambda path: pytest.importorskip("polars", reason="needs polars: make engines").scan_parquet(
        path / "*.parquet"
    ),
    "ibis": lambda path: pytest.importorskip("ibis", reason="needs ibis: make engines").read_parquet(
        path / "*.parquet"
    ),
    "dask": lambda path: pytest.importorskip("dask.dataframe", reason="needs dask: make engines").read_parquet(
        str(path / "*.parquet")
    ),
    "spark": lambda path: path,
}
NO_FILE = {("polars", "column"), ("polars", "type"), ("polars", "damaged")}
"""What Polars does not say the file of; the message says how to have it named."""


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("fault", ["column", "type", "damaged"])
@pytest.mark.parametrize("engine", READERS)
def test_parts_that_do_not_fit_are_named_by_every_engine(
    engine: str, fault: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = rewritten(tmp_path, int8="secret") if fault == "type" else as_folder(tmp_path)
    part = path / "part1.parquet"
    if fault == "column":
        pd.read_parquet(part).drop(columns="maybe").to_parquet(part)
    if fault == "damaged":
        part.write_bytes(b"PAR1 and then nothing")
    data = READERS[engine](path)
    if engine == "spark":
        data = request.getfixturevalue("spark").read.parquet(str(path))
    with pytest.raises(ArgumentError) as raised:
        sv.sum_source(declared(data, clusters=False), ["maybe", "int8"])
    message = str(raised.value)
    assert "secret" not in message
    assert ("folder of files itself" if (engine, fault) in NO_FILE else "part1.parquet") in message
    assert fault == "damaged" or {"column": "'maybe'", "type": "'int8'"}[fault] in message


def test_names_and_kinds_of_columns_are_checked_before_anything_is_read() -> None:
    frame = sample()
    with pytest.raises(ArgumentError, match="no column 'wieght'"):
        sv.declare_source(frame, weight="wieght")
    with pytest.raises(ArgumentError, match="got dict"):
        sv.declare_source({"weight": [1.0]}, weight="weight")
    with pytest.raises(LonelyPSUError):
        sv.declare_source(frame.iloc[:4].assign(stratum=list("aabc")), weight="staff", stratum="stratum")
    design = declared(frame, clusters=False)
    calls: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: sv.sum_source(design, "sector"), "'sector' is not numeric"),
        (lambda: sv.sum_source(design, "nothing"), "no column 'nothing'"),
        (lambda: sv.sum_source(design, "truth", by="nothing"), "no column 'nothing'"),
        (lambda: sv.sum_source(design, "truth", where="staff"), "true or false"),
        (lambda: sv.sum_source(design, "truth", by={"sector": ["care"]}), "2 labels in 'sector'"),
        (lambda: sv.sum_source(design, "staff", statistic="ratio"), "over"),
        (lambda: sv.sum_source(design, ["truth", "truth"]), "twice"),
        (lambda: sv.sum_source(design, "pay"), "other values than 0, 1"),
        (lambda: sv.sum_answers(design, "nothing"), "no column 'nothing'"),
    )
    for call, message in calls:
        with pytest.raises(ArgumentError, match=message):
            call()


def test_rows_of_a_stratum_that_was_not_there_when_the_source_was_declared_are_refused(tmp_path: Path) -> None:
    rows = pd.DataFrame({"w": [1.0, 2.0, 3.0, 4.0], "s": list("aabb"), "y": [0, 1, 0, 1]})
    rows.to_parquet(tmp_path / "1.parquet")
    design = sv.declare_source(tmp_path, weight="w", stratum="s")
    rows.assign(s=list("aacc")).to_parquet(tmp_path / "1.parquet")
    for ask in (sv.estimate_shares, sv.estimate_categories):
        with pytest.raises(DesignError, match=r"data: has rows of strata.* declare it again"):
            ask(design, "y")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cannot cast 'a secret' in column 'sector' of s3://x/part3.parquet", "file part3.parquet, column 'sector'"),
        ("/org.apache.spark.parquet: [size] holds 7", "column 'size'"),
        ("cannot cast 'a secret'", "no part named"),
    ],
)
def test_an_engines_words_are_told_by_file_and_column_and_without_its_values(text: str, told: str) -> None:
    message = str(unreadable("the frame", RuntimeError(text), ["sector", "size"]))
    assert f"the frame could not be read (RuntimeError: {told});" in message
    assert "secret" not in message
