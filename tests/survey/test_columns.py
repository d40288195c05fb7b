"""What is counted or measured, and the base it is of."""

import numpy as np
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError
from barometer.survey import ratio_columns, share_columns, value_columns

NAN = float("nan")


def test_columns_with_the_same_missing_rows_share_a_base() -> None:
    columns = share_columns({"a": [1, NAN, 0], "b": [0, NAN, 1], "c": [1, 1, 0]}, 3)
    assert columns.base.tolist() == [0, 0, 1]
    assert columns.present.T.tolist() == [[True, False, True], [True, True, True]]
    assert columns.numerator.T.tolist() == [[1, 0, 0], [0, 0, 1], [1, 1, 0]]


def test_rows_outside_the_mask_are_in_no_base() -> None:
    columns = value_columns([5.0, NAN, 7.0], 3, "mean", np.array([True, True, False]))
    assert columns.present[:, 0].tolist() == [True, False, False]
    assert columns.numerator[:, 0].tolist() == [5.0, 0.0, 0.0]


def test_a_ratio_is_of_the_rows_that_have_both() -> None:
    columns = ratio_columns({"y": [1.0, NAN, 3.0]}, {"x": [2.0, 2.0, NAN]}, 3)
    assert columns.names == ("y/x",)
    assert columns.present[:, 0].tolist() == [True, False, False]
    assert columns.denominator is not None
    assert columns.denominator[:, 0].tolist() == [2.0, 0.0, 0.0]


def test_one_denominator_serves_all_numerators_and_several_are_paired() -> None:
    y = {"a": [1.0, 2.0], "b": [3.0, 4.0]}
    assert ratio_columns(y, {"x": [1.0, 1.0]}, 2).names == ("a/x", "b/x")
    assert ratio_columns(y, {"u": [1.0, 1.0], "v": [1.0, 1.0]}, 2).names == ("a/u", "b/v")
    with pytest.raises(ArgumentError, match="has 3 columns, expected 1 or 2"):
        ratio_columns(y, np.ones((2, 3)), 2)


@pytest.mark.parametrize("values", [np.array([0, 2], np.uint8), np.array([0, -1]), np.array([0.0, 0.5])])
def test_a_share_is_of_zeros_and_ones(values: np.ndarray) -> None:
    with pytest.raises(ArgumentError, match=r"1 of 2 columns hold other values than 0, 1 and missing \('odd'\)"):
        share_columns({"fine": [0, 1], "odd": values}, 2)


@pytest.mark.parametrize("argument", ["numerator", "denominator"])
def test_infinite_numbers_are_counted_and_named(argument: str) -> None:
    good, bad = {"good": [1.0, 2.0]}, {"bad": [np.inf, 2.0]}
    pair = (bad, good) if argument == "numerator" else (good, bad)
    with pytest.raises(ArgumentError, match="1 values are infinite, in 'bad'") as caught:
        ratio_columns(*pair, 2)
    assert caught.value.argument == argument


def test_the_numbers_of_the_caller_are_not_changed() -> None:
    y = np.array([1.0, NAN, 3.0])
    value_columns(y, 3, "total", np.array([True, True, False]))
    np.testing.assert_array_equal(y, [1.0, NAN, 3.0])


def test_the_constant_comes_from_rows_of_the_base_wherever_they_are() -> None:
    """Missing or other rows before them do not cost the digits of numbers far from zero."""
    n, before = 100_000, 70_000
    far = 1e9 + np.arange(n - before) % 7.0
    alone = sv.estimate_means(sv.declare_design(np.ones(n - before)), far - 1e9)
    design = sv.declare_design(np.ones(n))
    missing = sv.estimate_means(design, np.concatenate([np.full(before, np.nan), far]))
    elsewhere = sv.estimate_means(design, np.concatenate([np.zeros(before), far]), where=np.arange(n) >= before)
    for found in (missing, elsewhere):
        assert found.estimate[0, 0] == pytest.approx(alone.estimate[0, 0] + 1e9, rel=1e-15)
        # n rows of the sample of which before are zeros: (n / (n - 1)) against (m / (m - 1)).
        correction = np.sqrt(n / (n - 1) * (n - before - 1) / (n - before))
        assert found.se[0, 0] == pytest.approx(alone.se[0, 0] * correction, rel=1e-9)
