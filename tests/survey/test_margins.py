"""Margins: what is rounding is 0, and shares of a logistic model have intervals between 0 and 1."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import barometer.survey as sv

N = 60
GROUP = np.arange(N) % 3
COLUMNS = {"one": np.ones(N), "b": (GROUP == 1).astype(float), "c": (GROUP == 2).astype(float)}
SETTINGS = [
    sv.Setting("a", {"b": 0.0, "c": 0.0}),
    sv.Setting("b", {"b": 1.0, "c": 0.0}),
    sv.Setting("c", {"b": 0.0, "c": 1.0}),
    sv.Setting("c again", {"b": 0.0, "c": 1.0}),
]
WEIGHT = np.random.default_rng(7).uniform(0.7, 13.3, N)
DESIGN = sv.declare_design(WEIGHT)


def outcome(of_b: float) -> NDArray[np.float64]:
    """0 and 1 mixed in a and c, the same for everybody in b."""
    return np.where(GROUP == 1, of_b, np.arange(N) // 3 % 4 == 0).astype(float)


@pytest.mark.parametrize("of_b", [0.0, 1.0])
@pytest.mark.parametrize("population", ["independent", "fixed", "joint"])
def test_a_group_that_does_not_vary_has_no_spread_to_the_last_digit(of_b: float, population: Any) -> None:
    fit = sv.fit_regression(DESIGN, outcome(of_b), COLUMNS, family="linear")
    found = sv.predictive_margins(DESIGN, fit, outcome(of_b), COLUMNS, SETTINGS)
    place = found.names.index("b")
    assert found.covariance(population)[place, place] == 0.0
    assert found.note(population)[place] == "no_spread"
    assert np.isnan(found.p_value(population)[place])
    assert found.se(population)[found.names.index("c")] > 0.05
    if of_b == 0.0:
        assert found.estimate[place] == 0.0
    twice = found.difference("c", "c again")
    assert (twice.estimate[0], twice.se(population)[0]) == (0.0, 0.0)
    assert twice.note(population) == ("no_spread",)
    assert np.isnan(twice.p_value(population)[0])


def test_coefficients_of_an_outcome_that_is_foretold_are_exact() -> None:
    fit = sv.fit_regression(DESIGN, COLUMNS["b"], COLUMNS, family="linear")
    assert fit.coefficients.tolist() == pytest.approx([0.0, 1.0, 0.0], abs=1e-12)
    assert fit.coefficients[[0, 2]].tolist() == [0.0, 0.0]
    assert (fit.se == 0.0).all()
    assert np.isnan(fit.p_value).all()
    assert set(fit.note) == {"no_spread"}
    assert sv.test_coefficients(fit, ["b", "c"]).note == "no_spread"


def test_small_numbers_are_not_taken_for_rounding() -> None:
    """The unit of an outcome changes nothing but the unit of its coefficients."""
    y = np.random.default_rng(3).normal(size=N)
    small, large = (sv.fit_regression(DESIGN, y * unit, COLUMNS, family="linear") for unit in (1e-9, 1.0))
    np.testing.assert_allclose(small.coefficients, large.coefficients * 1e-9, rtol=1e-9)
    np.testing.assert_allclose(small.se, large.se * 1e-9, rtol=1e-9)
    np.testing.assert_allclose(small.p_value, large.p_value, rtol=1e-6)


@pytest.mark.parametrize("population", ["independent", "fixed", "joint"])
def test_intervals_of_logistic_shares_are_on_the_logit_scale(population: Any) -> None:
    y = np.where(np.arange(N) == 1, 1.0, outcome(0.0))
    fit = sv.fit_regression(DESIGN, y, COLUMNS)
    found = sv.predictive_margins(DESIGN, fit, y, COLUMNS, [*SETTINGS, sv.Setting("slope", {"b": 1.0}, "slope")])
    m, se, quantile = found.estimate, found.se(population), sv.t_quantile(float(fit.df), 0.9)
    low, high = found.confint(0.9, population).T
    logit, half = np.log(m[:4] / (1.0 - m[:4])), quantile * se[:4] / (m[:4] * (1.0 - m[:4]))
    np.testing.assert_allclose(low[:4], 1.0 / (1.0 + np.exp(half - logit)), rtol=1e-10)
    np.testing.assert_allclose(high[:4], 1.0 / (1.0 + np.exp(-half - logit)), rtol=1e-10)
    assert m[1] - quantile * se[1] < 0.0 < low[1]
    assert low[4] == pytest.approx(m[4] - quantile * se[4], rel=1e-12)
    difference = found.difference("b", "c")
    assert difference.shares.tolist() == [False]
    assert difference.confint(0.9, population).mean() == pytest.approx(difference.estimate[0], rel=1e-12)


def test_other_families_keep_symmetric_intervals() -> None:
    y = outcome(1.0)
    for family in ("linear", "poisson"):
        fit = sv.fit_regression(DESIGN, y, COLUMNS, family=family)
        found = sv.predictive_margins(DESIGN, fit, y, COLUMNS, SETTINGS)
        np.testing.assert_allclose(found.confint().mean(axis=1), found.estimate, rtol=1e-12)
