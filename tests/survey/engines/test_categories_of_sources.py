"""What an engine knows of categories, their order and those that nobody chose, is taken; what it does not, is given."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from engine_cases import ORDER, check_equal

import barometer.survey as sv

TEXT = ["weight", "yes", "sector"]
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """One category that nobody has, numbers that are categories, and a part that lacks some of them."""
    sector = ["schools", "care", "health", "care", None, "health"] * 4
    score = pd.Categorical([10, 9, 9, 10, 10, 9] * 3 + [10, None, 9, None, 10, 9], [10, 11, 9])
    found = pd.DataFrame({"weight": [1.0, 2.0, 1.5, 0.5, 3.0, 2.0] * 4, "yes": [0, 1, 1, 0, 1, 1] * 4})
    return found.assign(sector=pd.Categorical(sector, ORDER), score=score)


def _duckdb(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("duckdb", reason="needs duckdb: make engines").connect().from_df(frame[TEXT])


def _ibis(frame: pd.DataFrame) -> Any:
    """A query of a table with an enumeration, which Ibis itself says is text."""
    ibis = pytest.importorskip("ibis", reason="needs ibis-framework: make engines")
    connection = pytest.importorskip("duckdb").connect()
    connection.from_df(frame[TEXT]).create("answers")
    table = ibis.duckdb.from_connection(connection).table("answers")
    return table.filter(table.weight > 0.0)


def _polars(frame: pd.DataFrame) -> Any:
    polars = pytest.importorskip("polars", reason="needs polars: make engines")
    return polars.from_pandas(frame[TEXT]).with_columns(polars.col("sector").cast(polars.Enum(ORDER)))


def _dask(frame: pd.DataFrame) -> Any:
    return pytest.importorskip("dask.dataframe", reason="needs dask: make engines").from_pandas(frame, npartitions=4)


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "duckdb": _duckdb,
    "ibis": _ibis,
    "polars": _polars,
    "dask": _dask,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_categories_of_a_type_keep_their_order_and_those_that_nobody_chose(frame: pd.DataFrame, engine: str) -> None:
    source, arrays = sv.declare_source(ENGINES[engine](frame), weight="weight"), sv.declare_design(frame["weight"])
    expected = sv.estimate_categories(arrays, frame["sector"])
    assert expected.names == ORDER
    check_equal(sv.estimate_categories(source, "sector"), expected)
    check_equal(sv.summarise(sv.sum_answers(source, "sector")), expected)
    check_equal(
        sv.estimate_shares(source, "yes", by="sector"), sv.estimate_shares(arrays, frame["yes"], by=frame["sector"])
    )
    fewer = ("health", "care", "schools")
    check_equal(
        sv.estimate_categories(source, {"sector": fewer}),
        sv.estimate_categories(arrays, frame["sector"].cat.set_categories(fewer)),
    )


@pytest.mark.parametrize("engine", ["pandas", "dask"])
def test_numbers_that_are_categories_stay_numbers(frame: pd.DataFrame, engine: str) -> None:
    source, arrays = sv.declare_source(ENGINES[engine](frame), weight="weight"), sv.declare_design(frame["weight"])
    check_equal(sv.estimate_categories(source, "score"), sv.estimate_categories(arrays, frame["score"]))
    check_equal(
        sv.estimate_shares(source, "yes", by="score"), sv.estimate_shares(arrays, frame["yes"], by=frame["score"])
    )


def test_labels_of_text_have_the_order_that_is_given(frame: pd.DataFrame) -> None:
    """As text they are in the order of the alphabet, and a trend along them would be another."""
    text = frame.assign(sector=frame["sector"].astype("str"))
    source = sv.declare_source(text, weight="weight")
    of_text, in_order, of_arrays = (
        sv.test_ordered_trend(cells).slope
        for cells in (
            sv.count_cells(source, "yes", "sector"),
            sv.count_cells(source, "yes", {"sector": ORDER}),
            sv.count_cells(sv.declare_design(frame["weight"]), frame["yes"], frame["sector"]),
        )
    )
    assert in_order == pytest.approx(of_arrays, rel=1e-12)
    assert abs(of_text - of_arrays) > 0.01
