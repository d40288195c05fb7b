"""A bootstrap that is drawn block by block is one multinomial draw of each stratum."""

from itertools import product
from math import sqrt

import numpy as np
import pytest

from barometer.survey.arrays import FloatArray, small_products
from barometer.survey.bootstrap import Bootstrap, plan_bootstrap
from barometer.survey.replication import rescaled_bootstrap

UNITS, FRACTION = np.array([600, 256, 3, 1, 2]), np.array([0.0, 0.2, 0.5, 0.0, 1.0])


def drawn(plan: Bootstrap, stratum: int) -> FloatArray:
    return np.concatenate([plan.factors(block) for block in plan.blocks(stratum)], axis=1)


def test_every_sample_is_drawn_as_often_as_enumeration_says_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barometer.survey.bootstrap.BLOCK", 2)  # blocks of 2, 2 and 1 units
    n, times = 5, 40_000
    plan = plan_bootstrap(np.array([n]), np.zeros(1), replicates=times, seed=7)
    counts = ((drawn(plan, 0) - plan.level) / plan.slope).round().astype(int)
    samples = np.array([np.bincount(draw, minlength=n) for draw in product(range(n), repeat=n - 1)])
    every, chance = np.unique(samples, axis=0, return_counts=True)
    seen, found = np.unique(counts, axis=0, return_counts=True)
    np.testing.assert_array_equal(seen, every)
    expected = chance / n ** (n - 1)
    np.testing.assert_array_less(np.abs(found / times - expected), 4.5 * np.sqrt(expected / times))


def test_blocks_share_the_draws_of_their_stratum() -> None:
    plan = plan_bootstrap(UNITS, FRACTION, replicates=50, seed=1, lonely_psu="remove")
    assert [(block.first, block.size) for block in plan.blocks(0)] == [(0, 256), (256, 256), (512, 88)]
    np.testing.assert_array_equal(sum(block.draws for block in plan.blocks(0)), np.full(50, 599))
    for stratum, n in enumerate(UNITS):
        np.testing.assert_allclose(drawn(plan, stratum).sum(axis=1), n, rtol=1e-12)
    assert (drawn(plan, 3) == 1.0).all()
    assert (drawn(plan, 4) == 1.0).all()
    assert repr(plan) == "<Bootstrap: 50 replicates of 862 units in 5 strata>"


def test_totals_have_the_variance_of_linearization_within_the_error_of_the_draws() -> None:
    replicates, units = 4_000, UNITS[:2]
    stratum = np.random.default_rng(5).permutation(np.repeat([0, 1], units))
    y = np.random.default_rng(6).gamma(2.0, size=stratum.size) + 5.0 * stratum
    factor = rescaled_bootstrap(stratum, units, FRACTION[:2], replicates=replicates, seed=2).factor
    totals = y @ factor
    scale = (1.0 - FRACTION[:2]) * units
    expected = sum(scale[h] * y[stratum == h].var(ddof=1) for h in (0, 1))
    assert totals.var(ddof=1) == pytest.approx(expected, rel=4.0 * sqrt(2.0 / (replicates - 1)))
    assert totals.mean() == pytest.approx(y.sum(), abs=4.0 * sqrt(expected / replicates))
    np.testing.assert_allclose(factor.mean(axis=1), 1.0, atol=5.5 / sqrt(replicates))


@pytest.mark.parametrize(("n", "k", "columns"), [(0, 2, 3), (63, 1, 300), (200, 5, 130), (128, 40, 9)])
def test_small_products_are_the_product(n: int, k: int, columns: int) -> None:
    generator = np.random.default_rng(n)
    left, right = generator.normal(size=(n, k)), generator.normal(size=(n, columns))
    np.testing.assert_allclose(small_products(left, right), left.T @ right, rtol=1e-11, atol=1e-12)
