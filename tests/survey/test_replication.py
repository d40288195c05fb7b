"""Factors of replicates against R's (tests/oracle/replicates.R), theory and enumeration."""

from collections import Counter
from itertools import product
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from barometer.errors import ArgumentError, DesignError, LonelyPSUError
from barometer.survey.replication import (
    Replicates,
    balanced_half_samples,
    delete_one,
    delete_one_by_stratum,
    hadamard_matrix,
    rescaled_bootstrap,
)

ORACLE = Path(__file__).parents[1] / "oracle"
STRATUM = np.array([0, 0, 1, 1, 1, 2, 2, 3, 3, 4])
UNITS = np.bincount(STRATUM)
POPULATION = np.array([10, 12, 2, 40, 9])
FRACTION = UNITS / POPULATION


def without_last_stratum(fraction: Any) -> tuple[Any, Any, Any]:
    return STRATUM[:9], UNITS[:4], np.broadcast_to(fraction, 5)[:4]


def check_against_r(found: Replicates, name: str) -> None:
    """Compare the columns as a set: R goes stratum by stratum."""
    table = pd.read_csv(ORACLE / "replicates_factors.csv")
    table = table[table["name"] == name]
    expected = table.pivot_table(index="replicate", columns="unit", values="factor").to_numpy()
    rscales = table.groupby("replicate")["rscale"].first().to_numpy()
    assert found.factor.shape == expected.T.shape
    rows = sorted(np.column_stack([found.factor.T, found.rscales]).round(12).tolist())
    np.testing.assert_allclose(rows, sorted(np.column_stack([expected, rscales]).round(12).tolist()), rtol=1e-11)
    assert found.scale == pytest.approx(table["scale"].iloc[0], rel=1e-14)


def test_jackknife_factors_are_those_of_r() -> None:
    check_against_r(delete_one(6, 6 / 20), "jk1")
    check_against_r(delete_one_by_stratum(*without_last_stratum(0.0)), "jkn")
    check_against_r(delete_one_by_stratum(*without_last_stratum(FRACTION)), "jkn_fpc")


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust"])
def test_lonely_strata_of_the_jackknife_follow_r(rule: Any) -> None:
    check_against_r(delete_one_by_stratum(STRATUM, UNITS, FRACTION, lonely_psu=rule), f"jkn_fpc_{rule}")


def test_average_of_the_jackknife_is_that_of_r_where_no_stratum_was_taken_whole() -> None:
    kept = STRATUM != 2
    stratum = np.unique(STRATUM[kept], return_inverse=True)[1]
    found = delete_one_by_stratum(stratum, np.delete(UNITS, 2), np.zeros(4), lonely_psu="average")
    check_against_r(found, "jkn_average")


def test_strata_taken_whole_do_not_change_the_average_of_the_jackknife() -> None:
    found = delete_one_by_stratum(STRATUM, UNITS, FRACTION, lonely_psu="average")
    assert found.factor.shape == (10, 7)
    assert found.scale == pytest.approx(8 / 7)
    assert (found.factor[5:7] == 1.0).all()


def test_a_lonely_stratum_is_an_error_until_there_is_a_rule() -> None:
    with pytest.raises(LonelyPSUError, match="1 strata"):
        delete_one_by_stratum(STRATUM, UNITS, FRACTION)
    with pytest.raises(LonelyPSUError):
        rescaled_bootstrap(STRATUM, UNITS, FRACTION, replicates=10, seed=1)
    with pytest.raises(DesignError, match="lonely_psu"):
        rescaled_bootstrap(STRATUM, UNITS, FRACTION, replicates=10, seed=1, lonely_psu="adjust")
    kept = rescaled_bootstrap(STRATUM, UNITS, FRACTION, replicates=10, seed=1, lonely_psu="remove")
    assert (kept.factor[9] == 1.0).all()


def test_a_census_has_nothing_to_replicate() -> None:
    with pytest.raises(DesignError, match="taken whole"):
        delete_one(4, 1.0)
    with pytest.raises(DesignError, match="left out"):
        delete_one_by_stratum(np.array([0, 0, 1]), np.array([2, 1]), np.ones(2))
    with pytest.raises(DesignError, match="taken whole"):
        rescaled_bootstrap(np.array([0, 0]), np.array([2]), np.ones(1), replicates=5, seed=1)


def test_hadamard_matrices_are_orthogonal_with_a_first_row_of_ones() -> None:
    orders = set()
    for at_least in range(1, 210):
        matrix = hadamard_matrix(at_least).astype(int)
        order = len(matrix)
        orders.add(order)
        assert order >= at_least
        np.testing.assert_array_equal(matrix @ matrix.T, order * np.eye(order, dtype=int))
        assert (matrix[0] == 1).all()
    # The multiples of four up to 200 that no doubling and no prime gives.
    assert set(range(4, 201, 4)) - orders == {52, 92, 100, 116, 156, 172, 184, 188}


@pytest.mark.parametrize("strata", [1, 2, 3, 11, 16, 30])
def test_half_samples_are_fully_balanced(strata: int) -> None:
    generator = np.random.default_rng(strata)
    stratum = generator.permutation(np.repeat(np.arange(strata), 2))
    found = balanced_half_samples(stratum, np.full(strata, 2))
    assert set(np.unique(found.factor)) == {0.0, 2.0}
    replicates = found.factor.shape[1]
    assert strata < replicates <= strata + 8
    np.testing.assert_array_equal(found.factor.mean(axis=1), 1.0)
    for h in range(strata):
        np.testing.assert_array_equal(found.factor[stratum == h].sum(axis=0), 2.0)
    # The covariance of the factors is that of two units drawn from each stratum, and none across strata.
    same = stratum[:, np.newaxis] == stratum
    expected = np.where(np.eye(2 * strata, dtype=bool), 1.0, np.where(same, -1.0, 0.0))
    np.testing.assert_array_equal((found.factor - 1.0) @ (found.factor - 1.0).T * found.scale, expected)
    assert found.df == strata
    fay = balanced_half_samples(stratum, np.full(strata, 2), rho=0.25)
    assert set(np.unique(fay.factor)) == {0.25, 1.75}
    np.testing.assert_allclose((fay.factor - 1.0) @ (fay.factor - 1.0).T * fay.scale, expected, atol=1e-14)


def test_half_samples_need_two_units_in_each_stratum() -> None:
    with pytest.raises(DesignError, match="2 of 5 strata"):
        balanced_half_samples(STRATUM, UNITS)
    with pytest.raises(ArgumentError, match="rho"):
        balanced_half_samples(STRATUM[:2], UNITS[:1], rho=1.0)


@pytest.mark.parametrize(("n", "m", "fraction"), [(3, None, 0.3), (4, 2, 0.0), (2, None, 0.5)])
def test_bootstrap_draws_each_sample_as_often_as_enumeration_says(n: int, m: int | None, fraction: float) -> None:
    drawn = n - 1 if m is None else m
    shrink = sqrt(drawn * (1.0 - fraction) / (n - 1))
    samples = Counter(tuple(np.bincount(draw, minlength=n)) for draw in product(range(n), repeat=drawn))
    counts = np.array(list(samples))
    chance = np.array(list(samples.values())) / n**drawn
    expected = 1.0 - shrink + shrink * (n / drawn) * counts
    # Over all samples: mean one, and the covariance of a simple random sample without replacement.
    np.testing.assert_allclose(chance @ expected, 1.0)
    theory = (1.0 - fraction) * n / (n - 1) * (np.eye(n) - 1.0 / n)
    np.testing.assert_allclose((expected - 1.0).T * chance @ (expected - 1.0), theory, atol=1e-14)
    found = rescaled_bootstrap(
        np.zeros(n, dtype=int),
        np.array([n]),
        np.array([fraction]),
        replicates=20_000,
        seed=11,
        draws=None if m is None else np.array([m]),
    )
    assert (found.factor >= 0.0).all()
    seen, times = np.unique(found.factor.T.round(10), axis=0, return_counts=True)
    order = np.lexsort(expected.round(10).T[::-1])
    np.testing.assert_allclose(seen, expected[order], rtol=1e-9)
    np.testing.assert_allclose(times / 20_000, chance[order], atol=4.5 * sqrt(0.25 / 20_000))


def test_bootstrap_keeps_strata_apart_and_has_the_mean_and_covariance_of_theory() -> None:
    generator = np.random.default_rng(2)
    units = np.array([4, 7, 2, 3, 5])
    stratum = generator.permutation(np.repeat(np.arange(5), units))
    fraction = np.array([0.0, 0.4, 0.1, 1.0, 0.7])
    replicates = 40_000
    found = rescaled_bootstrap(stratum, units, fraction, replicates=replicates, seed=4)
    for h, n in enumerate(units):
        np.testing.assert_allclose(found.factor[stratum == h].sum(axis=0), n, rtol=1e-12)
    assert (found.factor[stratum == 3] == 1.0).all()
    np.testing.assert_allclose(found.factor.mean(axis=1), 1.0, atol=5 / sqrt(replicates))
    same = stratum[:, np.newaxis] == stratum
    within = ((1.0 - fraction) * units / (units - 1))[stratum] * (np.eye(stratum.size) - same / units[stratum])
    centred = found.factor - found.factor.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(centred @ centred.T * found.scale, within * same, atol=10 / sqrt(replicates))


def test_without_correction_the_bootstrap_factors_are_the_multiples_that_r_has() -> None:
    found = rescaled_bootstrap(STRATUM[:5], UNITS[:2], np.zeros(2), replicates=200, seed=9)
    assert set(np.unique(found.factor[:2].round(12))) == {0.0, 2.0}
    assert set(np.unique(found.factor[2:].round(12))) == {0.0, 1.5, 3.0}
    assert found.scale == 1 / 199


def test_bootstrap_depends_on_its_seed_and_on_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = without_last_stratum(FRACTION)
    first = rescaled_bootstrap(*arguments, replicates=50, seed=1).factor
    np.testing.assert_array_equal(rescaled_bootstrap(*arguments, replicates=50, seed=1).factor, first)
    assert (rescaled_bootstrap(*arguments, replicates=50, seed=2).factor != first).any()
    monkeypatch.setattr("barometer.survey.bootstrap.COUNTERS", 20)
    np.testing.assert_array_equal(rescaled_bootstrap(*arguments, replicates=50, seed=1).factor, first)


def test_bootstrap_refuses_what_would_make_negative_factors() -> None:
    stratum, units, fraction = without_last_stratum(FRACTION)
    with pytest.raises(ArgumentError, match=r"draws: outside .* in 2 of 4 strata"):
        rescaled_bootstrap(stratum, units, fraction, replicates=5, seed=1, draws=np.array([9, 2, 1, 0]))
    with pytest.raises(ArgumentError, match="replicates"):
        rescaled_bootstrap(stratum, units, fraction, replicates=1, seed=1)


def test_counts_must_be_those_of_the_units() -> None:
    with pytest.raises(DesignError, match="stratum"):
        delete_one_by_stratum(STRATUM, UNITS + 1, FRACTION)
    with pytest.raises(DesignError, match="at least 2"):
        delete_one(1)


def test_degrees_of_freedom_are_units_less_strata_and_below_the_number_of_replicates() -> None:
    assert delete_one(6).df == 5
    assert delete_one_by_stratum(*without_last_stratum(0.0)).df == 5
    assert rescaled_bootstrap(*without_last_stratum(0.0), replicates=4, seed=1).df == 3
    assert "jkn, 9 replicates of 9 sampling units" in repr(delete_one_by_stratum(*without_last_stratum(0.0)))
