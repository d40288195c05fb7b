"""Variances and quantiles of a source are those of arrays."""

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import pytest
from engine_cases import LEVELS, REPLICATES, check_equal, declared, in_arrays, sample
from hypothesis import given, settings
from hypothesis import strategies as st

import barometer.survey as sv
from barometer.errors import ArgumentError
from barometer.survey.engines.quantiles_of_source import order_source
from barometer.survey.quantiles import quantiles_at

pytestmark = pytest.mark.filterwarnings("default")


def check_variances(source: Any, arrays: Any) -> None:
    frame = sample()
    found = sv.estimate_variances(source, ["pay", "small"], by="region", where="inside")
    expected = sv.estimate_variances(arrays, frame[["pay", "small"]], by=frame["region"], where=frame["inside"])
    check_equal(found, expected)
    np.testing.assert_allclose(found.covariance(), expected.covariance(), rtol=1e-7, atol=1e-16)
    assert found.method == expected.method


@pytest.mark.parametrize("clusters", [False, True])
def test_variances_follow_from_sums_of_powers(data: Any, clusters: bool) -> None:
    check_variances(declared(data, clusters), in_arrays(clusters))


def test_variances_move_with_replicates(data: Any) -> None:
    frame, source = sample(), sv.declare_source(data, weight="weight")
    check_variances(
        sv.declare_replicates(source, REPLICATES, kind="bootstrap"),
        sv.declare_replicates(frame["weight"], frame[[*REPLICATES]], kind="bootstrap"),
    )


@pytest.mark.parametrize("replicated", [False, True])
def test_variances_do_not_depend_on_how_far_numbers_are_from_zero(data: Any, replicated: bool) -> None:
    """The numbers 1e9 further away are exact, and a variance does not move with them: those near zero tell it."""
    frame, source = sample(), declared(data, clusters=False)
    arrays: Any = in_arrays(clusters=False)
    if replicated:
        source = sv.declare_replicates(sv.declare_source(data, weight="weight"), REPLICATES, kind="bootstrap")
        arrays = sv.declare_replicates(frame["weight"], frame[[*REPLICATES]], kind="bootstrap")
    near = sv.estimate_variances(arrays, frame["near"], by=frame["region"])
    found = sv.estimate_variances(source, ["far", "apart"], by="region")
    of_arrays = sv.estimate_variances(arrays, frame[["far", "apart"]], by=frame["region"])
    for one in (found, of_arrays):
        for of_near, of_far in ((near.estimate, one.estimate), (near.se, one.se)):
            np.testing.assert_allclose(of_far[:, :1], of_near, rtol=1e-11)
            np.testing.assert_allclose(of_far[1:, 1:], of_near[1:], rtol=1e-11)


def test_variances_of_replicates_of_units() -> None:
    check_variances(
        sv.make_replicates(declared(sample(), clusters=True), "jkn"),
        sv.make_replicates(in_arrays(clusters=True), "jkn"),
    )


def test_a_group_of_one_row_has_no_variance() -> None:
    frame = sample().assign(region=lambda table: np.where(table.index == 0, 9, table["region"]))
    frame.loc[0, ["weight", "small"]] = [1.0, 7]
    found = sv.estimate_variances(declared(frame, clusters=False), "small", by="region")
    assert found.groups[-1] == (9,)
    assert np.isnan(found.estimate[-1, 0])
    assert sv.REASONS[found.interval.reason[-1, 0]] == "one_row"


def check_quantiles(source: Any, arrays: Any, rule: Any = "math", outcomes: Any = ("pay", "small")) -> None:
    frame, by = sample(), pd.Series(pd.Categorical(sample()["sector"], LEVELS), name="sector")
    found = sv.estimate_quantiles(source, outcomes, [0.1, 0.5], by={"sector": LEVELS}, where="inside", rule=rule)
    expected = sv.estimate_quantiles(arrays, frame[[*outcomes]], [0.1, 0.5], by=by, where=frame["inside"], rule=rule)
    check_equal(found, expected)
    np.testing.assert_array_equal(found.ci_high, expected.ci_high)
    np.testing.assert_array_equal(found.interval.reason, expected.interval.reason)
    np.testing.assert_allclose(found.covariance(), expected.covariance(), rtol=1e-7, atol=1e-16)


def test_quantiles_are_found_by_counting(data: Any, slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barometer.survey.engines.quantiles_of_source.FEW", 400 if slow else 40)
    monkeypatch.setattr("barometer.survey.engines.quantiles_of_source.EDGES", 32)
    outcomes = ["pay"] if slow else ["pay", "small"]
    check_quantiles(declared(data, clusters=True), in_arrays(clusters=True), outcomes=outcomes)


@pytest.mark.parametrize("few", [0, 5, 10**6])
@pytest.mark.parametrize("rule", ["math", "school"])
def test_quantiles_do_not_depend_on_how_they_are_narrowed_down(
    few: int, rule: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barometer.survey.engines.quantiles_of_source.FEW", few)
    check_quantiles(declared(sample(), clusters=False), in_arrays(clusters=False), rule)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e300, 1e300) | st.integers(-3, 3).map(float), min_size=1, max_size=60), st.floats(0.0, 1.0))
def test_any_numbers_are_narrowed_down_to_their_quantile(values: list[float], p: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("barometer.survey.engines.quantiles_of_source.FEW", 2)
        patch.setattr("barometer.survey.engines.quantiles_of_source.EDGES", 8)
        design = sv.declare_source(
            pd.DataFrame({"w": np.ones(len(values)), "y": values}), weight="w", lonely_psu="remove"
        )
        for rule in get_args(Literal["math", "school"]):
            found = quantiles_at(order_source(design, "y", None, None, np.array([p]), rule), np.array([[p]]))
            nobody = np.full(len(values), -1)
            np.testing.assert_array_equal(
                found, sv.weighted_quantiles(values, np.ones(len(values)), nobody, 0, p, rule=rule)
            )


def test_quantiles_move_with_replicates_of_units() -> None:
    check_quantiles(
        sv.make_replicates(declared(sample(), clusters=True), "jkn"),
        sv.make_replicates(in_arrays(clusters=True), "jkn"),
    )


def test_quantiles_that_need_rows_are_refused() -> None:
    source = declared(sample().assign(nothing=np.nan, far=np.inf), clusters=False)
    calls: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: sv.estimate_quantiles(source, "pay", rule="hf7"), "single rows"),
        (lambda: sv.estimate_quantiles(source, "nothing"), "missing in every row"),
        (lambda: sv.estimate_quantiles(source, "far"), "infinite"),
        (lambda: sv.estimate_quantiles(source, "sector"), "'sector' is not numeric"),
        (lambda: sv.estimate_quantiles(source, "pay", 50), "not from 0 to 1"),
        (lambda: sv.estimate_variances(source, "pay", df="rank"), "rank"),
    )
    for call, message in calls:
        with pytest.raises(ArgumentError, match=message):
            call()
