"""Differences of independent samples: Welch's test is the oracle where nothing is weighted."""

import numpy as np
import pytest
from scipy import stats

from barometer.survey import COMPARISON_REASONS, independent_differences, independent_shares


def of_sample(values: np.ndarray) -> tuple[float, float, float]:
    """Mean, its variance and df of a simple random sample without finite population correction."""
    return float(values.mean()), float(values.var(ddof=1) / values.size), float(values.size - 1)


def test_a_difference_of_simple_random_samples_is_welchs() -> None:
    draw = np.random.default_rng(7)
    first = [(draw.random(60) < share).astype(float) for share in (0.3, 0.8)]
    second = [(draw.random(500) < share).astype(float) for share in (0.4, 0.7)]
    stacked = np.array([[of_sample(values) for values in side] for side in (first, second)])
    found = independent_differences(stacked[:, :, 0], stacked[:, :, 1], stacked[:, :, 2], 0.9)
    for position, (a, b) in enumerate(zip(first, second, strict=True)):
        oracle = stats.ttest_ind(a, b, equal_var=False)
        interval = oracle.confidence_interval(0.9)
        assert found.estimate[position] == pytest.approx(a.mean() - b.mean(), rel=1e-12)
        assert found.statistic[position] == pytest.approx(oracle.statistic, rel=1e-10)
        assert found.df[position] == pytest.approx(oracle.df, rel=1e-10)
        assert found.p_value[position] == pytest.approx(oracle.pvalue, rel=1e-10)
        assert found.ci_low[position] == pytest.approx(interval.low, rel=1e-10)
        assert found.ci_high[position] == pytest.approx(interval.high, rel=1e-10)


def test_an_estimate_without_variance_takes_no_part_in_the_degrees_of_freedom() -> None:
    found = independent_differences(np.array([[0.4], [1.0]]), np.array([[0.01], [0.0]]), np.array([[20.0], [5.0]]))
    assert found.df[0] == pytest.approx(20.0, rel=1e-12)
    assert found.se[0] == pytest.approx(0.1, rel=1e-12)


def test_two_estimates_without_variance_differ_but_are_not_tested() -> None:
    found = independent_differences(np.array([[1.0], [0.0]]), np.zeros((2, 1)), np.array([[20.0], [5.0]]))
    assert (found.estimate[0], found.se[0]) == (1.0, 0.0)
    assert np.isnan([found.statistic[0], found.df[0], found.p_value[0], found.ci_low[0]]).all()


def test_a_variance_without_degrees_of_freedom_gives_no_interval() -> None:
    found = independent_differences(np.array([[0.5], [0.5]]), np.array([[0.01], [0.01]]), np.array([[0.0], [50.0]]))
    assert found.estimate[0] == 0.0
    assert np.isnan([found.df[0], found.ci_low[0], found.ci_high[0], found.p_value[0]]).all()
    assert found.se[0] == pytest.approx(0.02**0.5, rel=1e-12)


def test_an_empty_base_gives_nothing_and_leaves_its_neighbour_alone() -> None:
    found = independent_differences(
        np.array([[np.nan, 0.5], [0.5, 0.4]]),
        np.array([[np.nan, 0.01], [0.01, 0.01]]),
        np.array([[0.0, 30.0], [50.0, 30.0]]),
    )
    assert np.isnan([found.estimate[0], found.se[0], found.p_value[0], found.ci_low[0]]).all()
    assert found.df[1] == pytest.approx(60.0, rel=1e-12)


def test_shares_of_0_and_1_and_of_one_answer_are_differences_without_a_test() -> None:
    share = np.array([[1.0, 0.4, 0.4, 0.4], [0.4, 0.0, 1.0, 0.5]])
    n = np.array([[12, 80, 80, 80], [80, 12, 1, 80]])
    variance = np.array([[0.0, 0.01, 0.01, 0.01], [0.01, 0.0, 0.0, 0.01]])
    found, reason = independent_shares(share, variance, np.full((2, 4), 50.0), n)
    assert [COMPARISON_REASONS[code] for code in reason] == ["share_one", "share_zero", "one_answer", ""]
    np.testing.assert_allclose(found.estimate, [0.6, 0.4, -0.6, -0.1])
    for numbers in (found.se, found.ci_low, found.ci_high, found.p_value):
        assert np.isnan(numbers).tolist() == [True, True, True, False]
    plain = independent_differences(share, variance, np.full((2, 4), 50.0))
    assert (found.se[3], found.p_value[3], found.df[3]) == (plain.se[3], plain.p_value[3], plain.df[3])


def test_a_share_that_rests_on_few_is_tested_and_doubted() -> None:
    share, variance = np.array([[0.02], [0.5]]), np.array([[0.0001], [0.002]])
    found, reason = independent_shares(share, variance, np.full((2, 1), 90.0), np.array([[100], [100]]))
    assert COMPARISON_REASONS[reason[0]] == "few_counted"
    assert found.p_value[0] < 0.001
