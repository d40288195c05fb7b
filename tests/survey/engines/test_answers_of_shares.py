"""What shares are asked of: values that are none are found beside the sums, and missing ones wherever they are."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError
from barometer.survey.engines.sql import GLANCE, DuckDB

ROWS = GLANCE + 200


def _duckdb(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("duckdb", reason="needs duckdb: make engines").connect().from_df(frame)


def _polars(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("polars", reason="needs polars: make engines").from_pandas(frame)


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "duckdb": _duckdb,
    "polars": _polars,
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    yes = {name: pd.array(rng.integers(0, 2, ROWS), dtype="Int16") for name in ("early", "late", "never")}
    found = pd.DataFrame({"weight": rng.integers(1, 40, ROWS) / 8, "inside": rng.random(ROWS) < 0.5, **yes})
    found.loc[3, "early"] = pd.NA
    found.loc[ROWS - 1, "late"] = pd.NA
    found["real"] = found["never"].astype("float64")
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_that_is_missing_in_the_last_row_only_is_missing(frame: pd.DataFrame, engine: str) -> None:
    names = ["early", "late", "never"]
    found = sv.estimate_shares(sv.declare_source(ENGINES[engine](frame), weight="weight"), names)
    arrays = sv.estimate_shares(sv.declare_design(frame["weight"]), frame[names])
    np.testing.assert_array_equal(found.n, [[ROWS - 1, ROWS - 1, ROWS]])
    np.testing.assert_array_equal(found.estimate, arrays.estimate)
    np.testing.assert_allclose(found.se, arrays.se, rtol=1e-12)


def test_the_first_rows_tell_which_columns_need_no_count(frame: pd.DataFrame) -> None:
    assert DuckDB(_duckdb(frame), "").lacking(["early", "late", "never"]) == {"early"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("column", "value"), [("never", 2), ("never", -1), ("real", 0.5), ("real", np.inf)])
def test_a_value_that_is_no_answer_counts_only_where_the_share_is_of(
    frame: pd.DataFrame, engine: str, column: str, value: float
) -> None:
    """A half alone is as strange as a two: neither makes up for the other."""
    wrong = frame.copy()
    wrong.loc[(~wrong["inside"]).idxmax(), column] = value
    design = sv.declare_source(ENGINES[engine](wrong), weight="weight")
    found = sv.sum_source(design, column, where="inside")
    arrays = sv.estimate_shares(sv.declare_design(frame["weight"]), wrong[column], where=frame["inside"])
    np.testing.assert_array_equal(sv.summarise(found).estimate, arrays.estimate)
    np.testing.assert_array_equal(found.numerator.sum(), (frame["weight"] * frame["never"])[frame["inside"]].sum())
    with pytest.raises(ArgumentError, match=rf"1 of 2 columns hold other values than 0, 1 and missing \('{column}'\)"):
        sv.sum_source(design, ["late", column])
