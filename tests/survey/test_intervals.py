"""The logit interval at and away from its edges."""

import numpy as np
import pytest

from barometer.survey import REASONS, logit_interval, t_quantile


def interval(share: float, variance: float, df: int, confidence: float = 0.95) -> tuple[float, float, str]:
    found = logit_interval(np.array([share]), np.array([variance]), np.array([df]), confidence)
    return float(found.low[0]), float(found.high[0]), REASONS[found.reason[0]]


def test_closed_form_by_hand() -> None:
    """p = 0.2, SE = 0.04, df = 50: logit -1.386294, half width 2.008559 x 0.04 / 0.16 = 0.502140."""
    low, high, reason = interval(0.2, 0.0016, 50)
    assert reason == ""
    assert low == pytest.approx(1 / (1 + np.exp(1.3862944 + 0.5021398)), abs=1e-7)
    assert high == pytest.approx(1 / (1 + np.exp(1.3862944 - 0.5021398)), abs=1e-7)


def test_it_stays_inside_zero_and_one_and_is_not_symmetric() -> None:
    low, high, _ = interval(0.02, 0.0004, 30)
    assert 0.0 < low < 0.02 < high < 1.0
    assert high - 0.02 > 0.02 - low


def test_complement_mirrors() -> None:
    low, high, _ = interval(0.3, 0.002, 12)
    mirrored_low, mirrored_high, _ = interval(0.7, 0.002, 12)
    assert (mirrored_low, mirrored_high) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(
    ("share", "df", "reason"),
    [(0.0, 20, "share_zero"), (1.0, 20, "share_one"), (0.5, 0, "df_below_1"), (float("nan"), 20, "empty_base")],
)
def test_an_empty_interval_says_why(share: float, df: int, reason: str) -> None:
    low, high, found = interval(share, 0.01, df)
    assert found == reason
    assert np.isnan(low)
    assert np.isnan(high)


def test_higher_confidence_is_wider() -> None:
    assert interval(0.4, 0.001, 40, 0.99)[0] < interval(0.4, 0.001, 40, 0.95)[0]


def test_quantiles_are_those_of_r_and_keep_the_shape() -> None:
    found = t_quantile(np.array([[1, 10], [100, 1]]), 0.95)
    expected = [[12.706204736, 2.228138852], [1.983971519, 12.706204736]]  # qt(0.975, df)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
