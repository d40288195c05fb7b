"""Adjusted p-values and intervals that hold together; R's p.adjust by hand and by properties."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray
from barometer.survey.multiplicity import Adjustment, adjust_p_values, family_size, simultaneous_confidence

P = np.array([0.01, 0.02, 0.03, 0.04, np.nan, 0.5])
FAMILIES = arrays(np.float64, (7, 3), elements=st.one_of(st.floats(0.0, 1.0), st.just(float("nan"))))


def test_holm_by_hand() -> None:
    """p.adjust(c(.01, .02, .03, .04, NA, .5), "holm"): five tests, never below the one before."""
    np.testing.assert_allclose(adjust_p_values(P), [0.05, 0.08, 0.09, 0.09, np.nan, 0.5], rtol=1e-14)


def test_benjamini_hochberg_by_hand() -> None:
    """p.adjust(c(.01, .02, .03, .04, NA, .5), "BH"): 5 p / rank, never above the one after."""
    np.testing.assert_allclose(adjust_p_values(P, "bh"), [0.05, 0.05, 0.05, 0.05, np.nan, 0.5], rtol=1e-14)


def test_lists_are_taken() -> None:
    np.testing.assert_allclose(adjust_p_values([0.01, 0.04], "holm"), [0.02, 0.04], rtol=1e-14)
    np.testing.assert_allclose(adjust_p_values([[0.01], [0.04]], "bh"), [[0.02], [0.04]], rtol=1e-14)


@pytest.mark.parametrize(
    ("p_value", "message"),
    [
        ("0.01", "p_value: must be p-values.*got (str|0 dimensions)"),
        (["a", "b"], "p_value: must be p-values.*got list"),
        (None, "p_value: must be p-values"),
        (0.01, "got 0 dimensions"),
        ([0.2, 1.2, -0.1], "2 are outside 0 to 1"),
    ],
)
def test_what_are_no_p_values_is_refused(p_value: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        adjust_p_values(p_value)


def test_an_adjustment_that_there_is_not_is_refused() -> None:
    with pytest.raises(ArgumentError, match="adjustment: must be one of holm, bh, none; got 'bonferroni'"):
        adjust_p_values(P, "bonferroni")  # type: ignore[arg-type]


def test_none_leaves_them_and_the_argument_as_they_are() -> None:
    before = P.copy()
    found = adjust_p_values(P, "none")
    found[0] = 1.0
    np.testing.assert_array_equal(P, before)


@given(FAMILIES)
def test_each_column_is_a_family_of_the_tests_that_there_are(p: FloatArray) -> None:
    adjustments: tuple[Adjustment, ...] = ("holm", "bh")
    for adjustment in adjustments:
        found = adjust_p_values(p, adjustment)
        for column in range(p.shape[1]):
            tested = ~np.isnan(p[:, column])
            alone = adjust_p_values(p[tested, column], adjustment)
            np.testing.assert_array_equal(found[tested, column], alone)
            assert np.isnan(found[~tested, column]).all()
    np.testing.assert_array_equal(family_size(p), (~np.isnan(p)).sum(axis=0))


@given(FAMILIES)
def test_order_is_kept_and_holm_is_never_below_benjamini_hochberg(p: FloatArray) -> None:
    holm, bh = adjust_p_values(p), adjust_p_values(p, "bh")
    known = ~np.isnan(p)
    assert (holm[known] >= bh[known] - 1e-15).all()
    assert (bh[known] >= p[known] - 1e-15).all()
    assert (holm[known] <= 1.0).all()
    order = np.argsort(p[:, 0], kind="stable")[: known[:, 0].sum()]
    assert (np.diff(holm[order, 0]) >= 0.0).all()
    assert (np.diff(bh[order, 0]) >= 0.0).all()
    if order.size:
        # The smallest is Bonferroni's under Holm; the largest stays as it is under Benjamini and Hochberg.
        assert holm[order[0], 0] == pytest.approx(min(order.size * p[order[0], 0], 1.0), rel=1e-15)
        assert bh[order[-1], 0] == pytest.approx(p[order[-1], 0], rel=1e-15)


@pytest.mark.parametrize(("adjustment", "wanted"), [("holm", 0.99), ("bh", 0.99), ("none", 0.95)])
def test_bonferroni_divides_what_is_left_over(adjustment: Adjustment, wanted: float) -> None:
    found = simultaneous_confidence(0.95, np.array([5, 0]), adjustment)
    np.testing.assert_allclose(found, [wanted, 0.95], rtol=1e-14)
