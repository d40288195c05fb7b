"""Columns as they come: names, types and values that a new user meets give what arrays give, or are refused by name."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from engine_cases import check_equal

import barometer.survey as sv
from barometer.errors import ArgumentError, BarometerError, DesignError

pytestmark = pytest.mark.filterwarnings("default")
NAMES = ('a"b', "c;d--", "my answer", "Ærlig 'ø'", "select", "key0", "{z}", "a.b")
N, LONG = 24, 2**53


def _package(name: str) -> Any:
    return pytest.importorskip(name, reason=f"needs {name}: make engines")


ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "arrow": lambda table: table,
    "duckdb": lambda table: _package("duckdb").connect().from_arrow(table),
    "polars": lambda table: _package("polars").from_arrow(table),
    "ibis": lambda table: _package("ibis").memtable(table),
}


@pytest.fixture(scope="module")
def table() -> pa.Table:
    rng = np.random.default_rng(4)
    fifths = [None, *(Decimal(int(number)) / 5 for number in rng.integers(0, 4, N - 1))]
    odd = {name: rng.integers(0, 2, N) for name in NAMES}
    values = [1.0, float("nan"), None, 2.5, 4.0, float("nan")] * 4
    return pa.table(
        {
            "weight": pa.array(rng.integers(1, 9, N), pa.uint8()),
            "yes": rng.integers(0, 2, N),
            "price": pa.array(fifths, pa.decimal128(9, 2)),
            "unit": pa.array([LONG + place // 2 for place in range(N)], pa.int64()),
            "largest": pa.array([2**64 - 1, 2**64 - 2, None] * 8, pa.uint64()),
            "half missing": pa.array(values, pa.float64()),
            "blank": ["a", "a ", "A", ""] * 6,
            "always": [True] * N,
            "never": [False] * N,
            "perhaps": pa.array([True, None] * 12),
            "list": [[1]] * N,
            "nothing": pa.array([None] * N, pa.int32()),
            **odd,
        }
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_labels_are_those_of_arrays_whatever_their_type(table: pa.Table, engine: str) -> None:
    """As floats two fifths would be one whole number, and neighbours of 2^53 one sampling unit."""
    source, arrays = sv.declare_source(ENGINES[engine](table), weight="weight"), sv.declare_design(table["weight"])
    yes = {"yes": table["yes"]}
    for name in ("price", "largest", "half missing", "blank", "always", "perhaps"):
        labels = {name: table[name]} if name != "half missing" else {name: table[name].to_pandas().to_numpy()}
        check_equal(sv.estimate_shares(source, "yes", by=name), sv.estimate_shares(arrays, yes, by=labels))
        check_equal(sv.estimate_categories(source, name), sv.estimate_categories(arrays, labels[name]))
    units = sv.declare_source(ENGINES[engine](table), weight="weight", psu="unit")
    of_units = sv.declare_design(table["weight"], psu=table["unit"])
    assert units.df == of_units.df == N // 2 - 1
    check_equal(
        sv.estimate_means(units, "half missing"), sv.estimate_means(of_units, {"half missing": table["half missing"]})
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_columns_may_have_any_name(table: pa.Table, engine: str) -> None:
    source, arrays = sv.declare_source(ENGINES[engine](table), weight="weight"), sv.declare_design(table["weight"])
    first, *others = NAMES
    expected = {name: table[name] for name in others}
    by = {first: table[first]}
    check_equal(sv.estimate_means(source, others, by=first), sv.estimate_means(arrays, expected, by=by))
    check_equal(sv.estimate_pairs(source, others, by=first).shares, sv.estimate_pairs(arrays, expected, by=by).shares)
    check_equal(sv.estimate_categories(source, first), sv.estimate_categories(arrays, table[first]))


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_none_is_refused_by_name(table: pa.Table, engine: str) -> None:
    data, empty = ENGINES[engine](table), ENGINES[engine](table.slice(0, 0))
    source = sv.declare_source(data, weight="weight")
    nobody = "where: selects 0 of 24 rows"
    calls: tuple[tuple[Callable[[], object], type[BarometerError], str], ...] = (
        (lambda: sv.estimate_shares(source, "yes", where="never"), ArgumentError, nobody),
        (lambda: sv.estimate_variances(source, "unit", where="never"), ArgumentError, nobody),
        (lambda: sv.estimate_categories(source, "blank", where="never"), ArgumentError, nobody),
        (lambda: sv.estimate_quantiles(source, "unit", where="never"), ArgumentError, nobody),
        (lambda: sv.estimate_categories(source, "nothing"), ArgumentError, "'nothing' is missing in all 24 rows"),
        (lambda: sv.estimate_shares(source, "Yes"), ArgumentError, "no column 'Yes': did you mean 'yes'"),
        (lambda: sv.estimate_shares(source, "yes", by="blnak"), ArgumentError, "did you mean 'blank'"),
        (
            lambda: sv.declare_source(data, weight="weight", stratum="list"),
            DesignError,
            "stratum: column 'list' holds no",
        ),
        (lambda: sv.declare_source(empty, weight="weight", population="unit"), DesignError, "weight: is empty"),
        (lambda: sv.declare_source(data, weight="always"), DesignError, "'always' is not numeric"),
    )
    for call, error, message in calls:
        with pytest.raises(error, match=message):
            call()
