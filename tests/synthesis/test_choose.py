"""Choosing who says yes: the constraints hold, the best score wins, a clash is told."""

import numpy as np
import pytest
from numpy.typing import NDArray

from barometer.errors import SynthesisError
from barometer.synthesis.choose import Constraint, choose


def count(values: NDArray[np.float64], low: float, high: float, *, hard: bool = False) -> Constraint:
    return Constraint("sum", values, low, high, low, high, hard=hard)


def test_without_constraints_positive_scores_are_chosen() -> None:
    chosen, misses = choose(np.array([1.0, -0.1, 0.2]), [], "x")
    assert chosen.tolist() == [True, False, True]
    assert misses == []


def test_an_exact_count_takes_the_highest_scores() -> None:
    score = np.array([0.3, 2.0, -1.0, 0.9, -3.0])
    chosen, _ = choose(score, [count(np.ones(5), 3, 3)], "x")
    assert chosen.tolist() == [True, True, False, True, False]


def test_count_and_weighted_sum_hold_together() -> None:
    rng = np.random.default_rng(3)
    weight, score = rng.uniform(3, 12, 400), rng.logistic(size=400)
    target = 0.25 * weight.sum()
    constraints = [
        count(np.ones(400), 120, 120, hard=True),
        Constraint("share", weight, target - 20, target + 20, target - 5, target + 5),
    ]
    chosen, misses = choose(score, constraints, "x")
    assert misses == []
    assert chosen.sum() == 120
    assert abs(weight[chosen].sum() - target) <= 20
    assert weight[chosen].mean() < weight.mean()


def test_the_choice_is_a_threshold_on_score_and_coefficients() -> None:
    """Nobody outside could replace a chosen one of the same weight and raise the score."""
    rng = np.random.default_rng(4)
    weight, score = rng.choice([3.0, 6.0, 12.0], 300), rng.logistic(size=300)
    target = 0.4 * weight.sum()
    chosen, _ = choose(score, [Constraint("share", weight, target - 12, target + 12, target - 3, target + 3)], "x")
    swaps = 0
    for w in (3.0, 6.0, 12.0):
        inside, outside = score[chosen & (weight == w)], score[~chosen & (weight == w)]
        swaps += int(inside.min() < outside.max())
    assert swaps <= 1  # only rounding may leave one


def test_a_clash_is_listed_with_the_nearest_fit() -> None:
    ones = np.ones(10)
    chosen, misses = choose(np.zeros(10), [count(ones, 4, 4, hard=True), count(ones, 6, 7)], "x")
    assert chosen.sum() == 4
    assert len(misses) == 1
    assert (misses[0].low, misses[0].high, misses[0].reached) == (6, 7, 4)


def test_counts_that_cannot_be_kept_stop() -> None:
    with pytest.raises(SynthesisError, match="no choice of workplaces keeps sum"):
        choose(np.zeros(3), [count(np.ones(3), 5, 5, hard=True)], "novelty")
