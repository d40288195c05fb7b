"""The covariance of overlapping samples: counted over every sample that could be drawn, and its limits."""

from itertools import combinations

import numpy as np
import pytest

import barometer.survey as sv

POPULATION = 6
Y1 = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0])
Y2 = np.array([2.0, 6.0, 5.0, 3.0, 5.0, 8.0])


def scores(unit: tuple[int, ...], values: np.ndarray, population: float = POPULATION) -> sv.UnitScores:
    chosen = np.array(unit)
    zeros = np.zeros(chosen.size, dtype=np.intp)
    expanded = population / chosen.size * values[chosen][:, np.newaxis]
    return sv.UnitScores(expanded, zeros, chosen, zeros, np.full(chosen.size, chosen.size / population))


def covariance(first: sv.UnitScores, second: sv.UnitScores, rule: sv.OverlapRule = "conditional") -> float:
    return float(sv.covariance_of_samples([first, second], 1, rule)[0, 1, 0, 0])


@pytest.mark.parametrize(("n1", "n2", "m"), [(4, 4, 3), (3, 4, 2), (4, 3, 3), (3, 3, 2)])
def test_over_all_pairs_of_samples_with_m_units_in_common_the_covariance_has_no_bias(n1: int, n2: int, m: int) -> None:
    totals, estimates = [], []
    for first in combinations(range(POPULATION), n1):
        for second in combinations(range(POPULATION), n2):
            if len(set(first) & set(second)) == m:
                one, two = scores(first, Y1), scores(second, Y2)
                totals.append((one.score.sum(), two.score.sum()))
                estimates.append(covariance(one, two))
    sums = np.array(totals)
    truth = ((sums[:, 0] - Y1.sum()) * (sums[:, 1] - Y2.sum())).mean()
    assert len(totals) >= 20
    assert np.mean(estimates) == pytest.approx(truth, rel=1e-10)


def test_the_same_sample_twice_has_its_own_variance() -> None:
    one = scores((0, 2, 3, 5), Y1)
    design = sv.declare_design(np.full(4, 1.5), population=POPULATION)
    expected = sv.estimate_totals(design, Y1[[0, 2, 3, 5]]).variance[0, 0]
    assert covariance(one, one) == pytest.approx(expected, rel=1e-12)


def test_as_many_in_common_as_chance_gives_add_nothing() -> None:
    one, two = scores((0, 1, 2), Y1), scores((0, 3, 4, 1), Y2)  # 3 x 4 / 6 = 2 in common
    assert covariance(one, two) == pytest.approx(0.0, abs=1e-12)


def test_no_unit_in_common_is_no_covariance() -> None:
    assert covariance(scores((0, 1, 2), Y1), scores((3, 4, 5), Y2)) == 0.0


def test_a_stratum_taken_whole_has_no_covariance() -> None:
    assert covariance(scores(tuple(range(6)), Y1), scores((0, 1, 2), Y2)) == pytest.approx(0.0, abs=1e-12)


def test_one_unit_in_a_stratum_adds_nothing() -> None:
    one, two = scores((2,), Y1), scores((2, 3), Y2)
    assert covariance(one, two) == 0.0
    assert np.isfinite(covariance(one, two, "stacked"))


def test_no_correlation_is_above_one() -> None:
    values = np.array([1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    one, two = scores((0, 1), values, 40.0), scores(tuple(range(10)), values, 40.0)
    own = covariance(one, one) * covariance(two, two)
    assert 0.0 < covariance(one, two) ** 2 <= own * (1.0 + 1e-12)
    # Scores 20 and 4 of either sign. The factor would be (1 - 20/80) / (1 - 1/2 - 1/10 + 2/20), and is held to less.
    held = np.sqrt(0.95 * 2.0 * 0.75 * 10.0 / 9.0)
    assert held < 1.5
    assert covariance(one, two) == pytest.approx(160.0 * held, rel=1e-12)


def test_no_change_has_a_negative_variance() -> None:
    draw = np.random.default_rng(5)
    compared = 0
    for _ in range(200):
        n1, n2 = draw.integers(2, 6, size=2)
        pool = draw.permutation(8)
        first, second = tuple(pool[:n1]), tuple(draw.permutation(8)[:n2])
        values = np.exp(3.0 * draw.standard_normal(8))
        one, two = scores(first, values, 40.0), scores(second, values * (1.0 + 0.01 * draw.random(8)), 50.0)
        if set(first) & set(second):
            own = covariance(one, one) + covariance(two, two)
            assert own - 2.0 * covariance(one, two) > -1e-9 * own
            compared += 1
    assert compared > 100
