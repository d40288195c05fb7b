"""The same rows give the same numbers, whatever they come in."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from barometer.errors import ArgumentError
from barometer.survey import DomainEstimates, declare_design, estimate_categories, estimate_means, estimate_shares
from barometer.survey.inputs import as_labelled, as_mask, as_matrix, as_vector

WEIGHT = [1.0, 2.0, 1.5, 3.0, 1.0, 2.5]
STRATUM = ["a", "a", "a", "b", "b", "b"]
PSU = [1, 1, 2, 3, 4, 4]
POPULATION = [9, 9, 9, 12, 12, 12]
AGE = [31, None, 45, 20, 67, 50]
TICK = [True, False, None, True, False, True]
REGION = ["north", "south", None, "south", "north", "south"]
WHERE = [True, True, True, True, False, True]


class Stream:
    """Something that has the Arrow stream interface and nothing else."""

    def __init__(self, values: Any) -> None:
        self._values = values

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._values.__arrow_c_stream__(requested_schema)


def polars_series(values: list[Any]) -> Any:
    return pytest.importorskip("polars").Series(values)


def nullable(values: list[Any]) -> Any:
    return pd.Series(values).convert_dtypes()


def estimated(make: Callable[[list[Any]], Any]) -> list[DomainEstimates]:
    design = declare_design(make(WEIGHT), make(STRATUM), make(PSU), population=make(POPULATION))
    by, where = {"region": make(REGION)}, make(WHERE)
    return [
        estimate_means(design, {"age": make(AGE)}, by=by, where=where),
        estimate_shares(design, {"tick": make(TICK)}, by=by, where=where),
        estimate_categories(design, make(REGION), where=where),
    ]


def same(found: DomainEstimates, expected: DomainEstimates) -> None:
    assert found.names == expected.names
    assert [tuple(map(str, labels)) for labels in found.groups] == [tuple(map(str, g)) for g in expected.groups]
    for name in ("estimate", "variance", "df", "n", "weighted_base"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


def test_the_numbers_are_those_by_hand() -> None:
    means, shares, regions = estimated(list)
    assert means.groups == (("north",), ("south",))
    age = [(31 + 1.5 * 45 + 3 * 20 + 2.5 * 50) / 8, 31, (3 * 20 + 2.5 * 50) / 5.5]
    assert means.estimate[:, 0] == pytest.approx(age)
    assert means.n[:, 0].tolist() == [4, 1, 2]
    assert shares.estimate[:, 0] == pytest.approx([6.5 / 8.5, 1.0, 5.5 / 7.5])
    assert regions.estimate[0] == pytest.approx([1 / 8.5, 7.5 / 8.5])


@pytest.mark.parametrize(
    "make",
    [
        lambda values: np.array(values, dtype=object),
        lambda values: np.array(values) if None not in values else values,
        lambda values: pd.Series(values, index=range(10, 16)),
        nullable,
        lambda values: nullable(values).array,
        lambda values: pd.Series(pa.array(values), dtype=pd.ArrowDtype(pa.array(values).type)),
        pa.array,
        lambda values: pa.chunked_array([values[:2], values[2:]], type=pa.array(values).type),
        lambda values: Stream(pa.chunked_array([values[:2], values[2:]], type=pa.array(values).type)),
        polars_series,
    ],
    ids=["objects", "numpy", "series", "nullable", "extension", "arrow-backed", "arrow", "chunked", "stream", "polars"],
)
def test_vectors_of_any_kind_give_the_same_numbers(make: Callable[[list[Any]], Any]) -> None:
    for found, expected in zip(estimated(make), estimated(list), strict=True):
        same(found, expected)


@pytest.mark.parametrize(
    "make",
    [pd.DataFrame, lambda c: pd.DataFrame(c).convert_dtypes(), pa.table, lambda c: Stream(pa.table(c))],
    ids=["pandas", "nullable", "table", "stream"],
)
def test_tables_of_any_kind_give_the_same_numbers(make: Callable[[dict[str, list[Any]]], Any]) -> None:
    design = declare_design(WEIGHT)
    outcome: dict[str, list[Any]] = {"age": AGE, "children": [0, 1, 2, None, 1, 0]}
    by: dict[str, list[Any]] = {"region": REGION, "old": ["y", "n", "n", "y", "y", "n"]}
    same(estimate_means(design, make(outcome), by=make(by)), estimate_means(design, outcome, by=by))


def test_a_polars_frame_gives_the_same_numbers() -> None:
    polars = pytest.importorskip("polars")
    design = declare_design(WEIGHT)
    same(estimate_means(design, polars.DataFrame({"age": AGE})), estimate_means(design, {"age": AGE}))


def test_categories_keep_their_order_and_those_that_nobody_has() -> None:
    answer = pd.Categorical(["often", None, "never", "often"], categories=["never", "rarely", "often"], ordered=True)
    dictionary = pa.array(answer)
    for values in (
        answer,
        pd.Series(answer),
        dictionary,
        pa.chunked_array([dictionary]),
        Stream(pa.chunked_array([dictionary])),
    ):
        labelled = as_labelled("answer", values)
        assert labelled.labels == ("never", "rarely", "often")
        assert labelled.code.tolist() == [2, -1, 0, 2]


@pytest.mark.parametrize(
    ("values", "labels", "code"),
    [
        (["b", None, "a"], ("a", "b"), [1, -1, 0]),
        (["b", float("nan"), "a"], ("a", "b"), [1, -1, 0]),
        ([10, 30, 10], (10, 30), [0, 1, 0]),
        ([10**12, 5, 10**12], (5, 10**12), [1, 0, 1]),
        ([True, False, True], (False, True), [1, 0, 1]),
        (np.array([2.0, np.nan, 1.0]), (1.0, 2.0), [1, -1, 0]),
        (pd.Series([2, None, 1], dtype="Int64"), (1, 2), [1, -1, 0]),
        (pa.array([2, None, 1]), (1, 2), [1, -1, 0]),
        (pa.array(["b", None, "a"]), ("a", "b"), [1, -1, 0]),
    ],
)
def test_labels_are_coded_in_their_order(values: Any, labels: tuple[object, ...], code: list[int]) -> None:
    found = as_labelled("by", values)
    assert found.labels == labels
    assert found.code.tolist() == code


def test_columns_have_the_names_they_came_with() -> None:
    assert as_matrix("outcome", [1, 2])[1] == ("outcome",)
    assert as_matrix("outcome", pd.Series([1, 2], name="age"))[1] == ("age",)
    assert as_matrix("outcome", np.ones((2, 2)))[1] == ("outcome_0", "outcome_1")
    assert as_matrix("outcome", pd.DataFrame({"a": [1], "b": [2]}))[1] == ("a", "b")


def test_missing_is_nan_and_decimals_are_numbers() -> None:
    decimals = pa.array([1, None], type=pa.decimal128(5, 2))
    np.testing.assert_array_equal(as_vector("weight", decimals), [1.0, np.nan])
    np.testing.assert_array_equal(as_vector("weight", [1, None]), [1.0, np.nan])


@pytest.mark.parametrize("values", [[True, None], pd.Series([True, None], dtype="boolean"), pa.array([True, None])])
def test_a_mask_with_missing_is_refused(values: Any) -> None:
    with pytest.raises(ArgumentError, match="without missing"):
        as_mask("where", values, 2)


@pytest.mark.parametrize(
    "values", [["1", "2"], pd.Series(["a", "b"]), pd.Series(pd.to_datetime(["2020-01-01"] * 2)), pa.array(["a", "b"])]
)
def test_what_is_not_a_number_is_refused(values: Any) -> None:
    with pytest.raises(ArgumentError, match="not numeric"):
        as_vector("outcome", values)
