"""Tails of weighted sums of chi-squares: closed forms, Imhof's integral, simulation, and R's approximations."""

from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from scipy import integrate, stats

from barometer.errors import ArgumentError
from barometer.survey import TailMethod, chi_square_sum_tail
from barometer.survey.arrays import FloatArray

MIXED = [np.array([2.2, 1.0, 0.3, 0.05]), np.array([1.0, 0.5, 0.01, 0.01, 0.02])]


def imhof(x: float, weights: FloatArray, df: float) -> float:
    """Imhof's (1961) formula of P(sum a X > x D/df), integrated as it stands."""
    a, h = np.append(weights, -x / df), np.append(np.ones(weights.size), df)

    def integrand(u: float) -> float:
        angle = 0.5 * np.sum(h * np.arctan(a * u))
        return float(np.sin(angle) / (u * np.prod((1.0 + (a * u) ** 2) ** (h / 4.0))))

    return float(0.5 + integrate.quad(integrand, 0.0, np.inf, limit=2000)[0] / np.pi)


@pytest.mark.parametrize("k", [1, 2, 3, 30])
@pytest.mark.parametrize("x", [0.01, 1.0, 5.0, 30.0, 1000.0])
def test_equal_weights_are_a_chi_square(k: int, x: float) -> None:
    expected = stats.chi2.sf(x / 1.7, k)
    np.testing.assert_allclose(chi_square_sum_tail(x, np.full(k, 1.7)), expected, rtol=1e-11)


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("df", [1.0, 3.0, 14.0, 5000.0])
@pytest.mark.parametrize("x", [0.05, 1.0, 6.0, 60.0])
def test_equal_weights_over_a_chi_square_are_an_f(k: int, df: float, x: float) -> None:
    expected = stats.f.sf(x / (0.6 * k), k, df)
    np.testing.assert_allclose(chi_square_sum_tail(x, np.full(k, 0.6), df), expected, rtol=1e-10)


def test_two_pairs_of_weights_are_a_sum_of_exponentials() -> None:
    slow, fast, x = 1.0 / (2 * 2.5), 1.0 / 2.0, 17.0
    expected = (fast * np.exp(-slow * x) - slow * np.exp(-fast * x)) / (fast - slow)
    np.testing.assert_allclose(chi_square_sum_tail(x, np.array([1.0, 1.0, 2.5, 2.5])), expected, rtol=1e-12)


@pytest.mark.parametrize("weights", MIXED, ids=str)
@pytest.mark.parametrize("df", [5.0, 40.0])
@pytest.mark.parametrize("x", [1.0, 5.0, 20.0])
def test_the_exact_tail_is_imhofs_integral(weights: FloatArray, df: float, x: float) -> None:
    np.testing.assert_allclose(chi_square_sum_tail(x, weights, df), imhof(x, weights, df), atol=1e-9)


@pytest.mark.parametrize("df", [9.0, np.inf])
def test_the_exact_tail_is_what_simulation_gives(df: float) -> None:
    rng = np.random.default_rng(8)
    sums = rng.chisquare(1.0, (400_000, 4)) @ MIXED[0]
    ratios = sums if np.isinf(df) else sums / (rng.chisquare(df, sums.size) / df)
    for x in (2.0, 8.0):
        expected = chi_square_sum_tail(x, MIXED[0], df)
        assert abs((ratios > x).mean() - expected) < 4.5 * np.sqrt(expected * (1.0 - expected) / sums.size)


@pytest.mark.parametrize("weights", MIXED, ids=str)
def test_approximations_are_near_the_exact_tail_where_tests_are_decided(weights: FloatArray) -> None:
    x = 3.0 * weights.sum()
    exact = chi_square_sum_tail(x, weights, 200.0)
    assert abs(chi_square_sum_tail(x, weights, 200.0, method="saddlepoint") / exact - 1.0) < 0.05
    assert abs(chi_square_sum_tail(x, weights, 200.0, method="satterthwaite") / exact - 1.0) < 0.20


def test_satterthwaite_is_the_chi_square_with_the_same_moments() -> None:
    weights = MIXED[0]
    scale, df = (weights**2).sum() / weights.sum(), weights.sum() ** 2 / (weights**2).sum()
    found = chi_square_sum_tail(6.0, weights, method="satterthwaite")
    np.testing.assert_allclose(found, stats.chi2.sf(6.0 / scale, df), rtol=1e-12)


def test_at_the_mean_the_saddlepoint_is_satterthwaites_as_in_r() -> None:
    weights = np.array([1.0, 0.5])
    at_mean = chi_square_sum_tail(1.5, weights, method="saddlepoint")
    assert at_mean == chi_square_sum_tail(1.5, weights, method="satterthwaite")
    beside = chi_square_sum_tail(1.6, weights, method="saddlepoint")
    assert beside != chi_square_sum_tail(1.6, weights, method="satterthwaite")


@pytest.mark.parametrize("method", get_args(TailMethod))
def test_scale_does_not_matter_and_tails_fall(method: TailMethod) -> None:
    tails = [chi_square_sum_tail(x, MIXED[0], 12.0, method=method) for x in (0.0, 0.5, 2.0, 9.0, 80.0)]
    assert tails[0] == 1.0
    assert all(first > second for first, second in pairwise(tails))
    scaled = chi_square_sum_tail(9.0e6, 1e6 * MIXED[0], 12.0, method=method)
    np.testing.assert_allclose(scaled, tails[3], rtol=1e-9)


def test_weights_of_nothing_change_nothing() -> None:
    found = chi_square_sum_tail(5.0, np.array([1.0, 1e-15, 0.0]))
    np.testing.assert_allclose(found, stats.chi2.sf(5.0, 1), rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((1.0, np.array([0.0, 0.0])), "weights"),
        ((1.0, np.array([1.0, -0.1])), "weights"),
        ((1.0, np.array([[1.0]])), "weights"),
        ((-1.0, np.array([1.0])), "x"),
        ((np.nan, np.array([1.0])), "x"),
        ((1.0, np.array([1.0]), 0.5), "denominator_df"),
    ],
)
def test_what_has_no_tail_is_refused(arguments: tuple[float, FloatArray], named: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        chi_square_sum_tail(*arguments)
    assert caught.value.argument == named
