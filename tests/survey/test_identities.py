"""What must hold for every sample: the definition row by row, and properties of designs of up to three stages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from barometer.survey import (
    DomainEstimates,
    SurveyDesign,
    contrast,
    declare_design,
    estimate_categories,
    estimate_means,
    estimate_ratios,
    estimate_totals,
)

Floats = NDArray[np.float64]
Kind = Literal["mean", "ratio", "total"]


@dataclass(frozen=True)
class Sample:
    """Rows with their units and strata at each stage, two outcomes with missing values, and groups (-1: in none)."""

    weight: Floats
    strata: tuple[NDArray[np.intp], ...]
    units: tuple[NDArray[np.intp], ...]
    population: tuple[Floats | None, ...]
    outcome: Floats
    size: Floats
    group: NDArray[np.intp]

    def design(self) -> SurveyDesign:
        population = None if all(each is None for each in self.population) else list(self.population)
        return declare_design(self.weight, list(self.strata), list(self.units), population=population)

    def by(self) -> list[Any]:
        return [None if code < 0 else int(code) for code in self.group]

    def rows(self, order: NDArray[np.intp]) -> "Sample":
        return Sample(
            self.weight[order],
            tuple(each[order] for each in self.strata),
            tuple(each[order] for each in self.units),
            tuple(None if each is None else each[order] for each in self.population),
            self.outcome[order],
            self.size[order],
            self.group[order],
        )

    def estimate(self, kind: Kind, across: Literal["none", "outcomes"] = "none") -> DomainEstimates:
        design, by = self.design(), self.by()
        if kind == "mean":
            return estimate_means(design, self.outcome, by=by, across=across)
        if kind == "total":
            return estimate_totals(design, self.outcome, by=by, across=across)
        return estimate_ratios(design, self.outcome, self.size, by=by, across=across)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Strata at the first two stages, two or more units in each, and with or without finite populations."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stages, repeats = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    corrected = draw(st.integers(0, stages))
    code = np.zeros(1, dtype=np.intp)
    strata: list[NDArray[np.intp]] = []
    units: list[NDArray[np.intp]] = []
    sizes: list[Floats | None] = []
    for stage in range(stages):
        of_stratum, strata_here = spread(rng, int(code.max()) + 1, 1, 3 if stage < 2 else 2)
        of_unit, _ = spread(rng, strata_here, 2, 4)
        parent = of_stratum[of_unit]
        rows = np.concatenate([np.flatnonzero(parent == unit) for unit in code])
        lineage = np.concatenate([np.full((parent == unit).sum(), row) for row, unit in enumerate(code)])
        strata, units = [each[lineage] for each in strata], [each[lineage] for each in units]
        sizes = [None if each is None else each[lineage] for each in sizes]
        population = np.bincount(of_unit) + rng.integers(0, 12, strata_here)
        strata.append(of_unit[rows])
        units.append(rows)
        sizes.append(population[of_unit[rows]].astype(float) if stage < corrected else None)
        code = rows
    n = code.size * repeats
    outcome = np.where(rng.random((n, 2)) < 0.2, np.nan, rng.normal(5.0, 2.0, (n, 2)))
    outcome[0] = 1.0
    return Sample(
        rng.lognormal(size=n),
        tuple(np.repeat(each, repeats) for each in strata),
        tuple(np.repeat(each, repeats) for each in units),
        tuple(None if each is None else np.repeat(each, repeats) for each in sizes),
        outcome,
        rng.uniform(1.0, 3.0, n),
        np.append(0, rng.integers(-1, 3, n - 1)),
    )


def spread(rng: np.random.Generator, parents: int, low: int, high: int) -> tuple[NDArray[np.intp], int]:
    """Give each parent low to high - 1 children; the parent of each child, and how many there are."""
    parent = np.repeat(np.arange(parents), rng.integers(low, high, parents))
    return parent, parent.size


def scores(sample: Sample, kind: Kind, position: int) -> tuple[Floats, Floats]:
    """Estimates and linearized scores of the total and each group, row by row."""
    answered = ~np.isnan(sample.outcome[:, position])
    y, x = np.nan_to_num(sample.outcome[:, position]), np.ones(answered.size) if kind == "mean" else sample.size
    estimates, columns = [], []
    for group in (-1, *np.unique(sample.group[sample.group >= 0])):
        member = answered & ((sample.group == group) | (group < 0))
        w = np.where(member, sample.weight, 0.0)
        if not member.any():
            estimates.append(np.nan)
            columns.append(np.full(w.size, np.nan))
        elif kind == "total":
            estimates.append(float(w @ y))
            columns.append(w * y)
        else:
            estimates.append(float(w @ y) / float(w @ x))
            columns.append(w * (y - estimates[-1] * x) / (w @ x))
    return np.array(estimates), np.column_stack(columns)


def covariance_by_rows(sample: Sample, z: Floats, stage: int = 0, multiplier: float = 1.0) -> Floats:
    """Sarndal et al. (1992), 4.3: the spread of unit totals at this stage, then inside each unit f times its own."""
    result = np.zeros((z.shape[1], z.shape[1]))
    for stratum in np.unique(sample.strata[stage]):
        rows = sample.strata[stage] == stratum
        members = np.unique(sample.units[stage][rows])
        totals = np.array([z[sample.units[stage] == unit].sum(axis=0) for unit in members])
        population = sample.population[stage]
        fraction = 0.0 if population is None else members.size / population[rows][0]
        result += multiplier * (1.0 - fraction) * members.size * np.cov(totals, rowvar=False).reshape(result.shape)
        if fraction > 0.0 and stage + 1 < len(sample.units):
            for unit in members:
                inside = np.flatnonzero(sample.units[stage] == unit)
                result += covariance_by_rows(sample.rows(inside), z[inside], stage + 1, multiplier * fraction)
    return result


def close(found: Floats, expected: Floats, scale: float | None = None) -> None:
    largest = float(np.nanmax(np.abs(expected), initial=0.0)) if scale is None else scale
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11 * largest + 1e-28)


@given(samples(), st.sampled_from(["mean", "ratio", "total"]))
@settings(deadline=None, max_examples=60)
def test_covariances_are_those_of_scores_row_by_row(sample: Sample, kind: Kind) -> None:
    found = sample.estimate(kind, "outcomes")
    parts = [scores(sample, kind, position) for position in range(2)]
    z = np.concatenate([each[1] for each in parts], axis=1)
    expected = covariance_by_rows(sample, z)
    close(found.estimate, np.column_stack([each[0] for each in parts]))
    close(found.covariance(), expected)
    size = 1 + len(found.groups)
    for position, name in enumerate(found.names):
        block = slice(position * size, (position + 1) * size)
        close(found.covariance(name), expected[block, block], float(np.nanmax(np.abs(expected))))
        close(found.variance[:, position], np.diag(expected)[block], float(np.nanmax(np.abs(expected))))


@given(samples(), st.sampled_from(["mean", "ratio", "total"]))
@settings(deadline=None, max_examples=25)
def test_covariance_matrices_are_symmetric_and_have_no_negative_eigenvalue(sample: Sample, kind: Kind) -> None:
    matrix = sample.estimate(kind, "outcomes").covariance()
    known = ~np.isnan(np.diag(matrix))
    matrix = matrix[np.ix_(known, known)]
    largest = np.abs(matrix).max()
    np.testing.assert_array_equal(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() >= -1e-11 * max(largest, 1e-20)


@given(samples(), st.floats(1e-3, 1e6))
@settings(deadline=None, max_examples=25)
def test_totals_scale_with_the_weights_and_means_and_ratios_do_not(sample: Sample, factor: float) -> None:
    scaled = replace(sample, weight=sample.weight * factor)
    kinds: Sequence[tuple[Kind, float]] = (("mean", 1.0), ("ratio", 1.0), ("total", factor))
    for kind, expected in kinds:
        first, second = sample.estimate(kind), scaled.estimate(kind)
        close(second.estimate, first.estimate * expected)
        close(second.variance, first.variance * expected**2)


@given(samples(), st.integers(0, 100))
@settings(deadline=None, max_examples=25)
def test_the_order_of_the_rows_does_not_matter(sample: Sample, seed: int) -> None:
    other = sample.rows(np.random.default_rng(seed).permutation(sample.weight.size))
    first, second = sample.estimate("mean"), other.estimate("mean")
    np.testing.assert_allclose(second.estimate, first.estimate, rtol=1e-12)
    close(second.variance, first.variance)
    np.testing.assert_array_equal(second.df, first.df)
    np.testing.assert_array_equal(second.n, first.n)


@given(samples())
@settings(deadline=None, max_examples=25)
def test_a_domain_mean_is_a_ratio_of_totals_and_a_regression_on_dummies(sample: Sample) -> None:
    sample = replace(sample, outcome=np.nan_to_num(sample.outcome), group=np.maximum(sample.group, 0))
    y, design = sample.outcome[:, 0], sample.design()
    means = estimate_means(design, y, by=sample.by())
    present = np.unique(sample.group)
    dummies = (sample.group[:, np.newaxis] == present).astype(float)
    ratios = estimate_ratios(design, dummies * y[:, np.newaxis], dummies)
    close(ratios.estimate[0], means.estimate[1:, 0])
    close(ratios.variance[0], means.variance[1:, 0])
    bread = np.linalg.inv(dummies.T @ (dummies * sample.weight[:, np.newaxis]))
    coefficients = bread @ dummies.T @ (sample.weight * y)
    residual = sample.weight * (y - dummies @ coefficients)
    close(means.estimate[1:, 0], coefficients)
    close(means.covariance()[1:, 1:], covariance_by_rows(sample, dummies * residual[:, np.newaxis] @ bread))


@given(samples())
@settings(deadline=None, max_examples=25)
def test_shares_of_categories_sum_to_one_and_their_covariances_to_zero(sample: Sample) -> None:
    answer = np.array(["low", "middle", "high"])[np.digitize(np.nan_to_num(sample.outcome[:, 0]), [4.0, 6.0])]
    found = estimate_categories(sample.design(), answer, by=sample.by(), across="outcomes")
    np.testing.assert_allclose(found.estimate.sum(axis=1), 1.0, rtol=1e-12)
    k, size = len(found.names), 1 + len(found.groups)
    if k > 1:
        matrix = found.covariance()
        # Products of shares of weights, of order one, are rounded before they cancel to a covariance that may be tiny.
        rounding = 16.0 * np.finfo(np.float64).eps
        np.testing.assert_allclose(
            matrix.reshape(k, size, -1).sum(axis=0), 0.0, atol=max(1e-12 * float(np.abs(matrix).max()), rounding)
        )


@given(samples())
@settings(deadline=None, max_examples=25)
def test_the_total_is_the_sum_of_groups_that_cover_the_sample(sample: Sample) -> None:
    covered = replace(sample, group=np.maximum(sample.group, 0))
    totals, means = covered.estimate("total"), covered.estimate("mean")
    np.testing.assert_allclose(np.nansum(totals.estimate[1:], axis=0), totals.estimate[0], rtol=1e-11)
    parts = np.nansum(means.estimate[1:] * means.weighted_base[1:], axis=0)
    np.testing.assert_allclose(parts, means.estimate[0] * means.weighted_base[0], rtol=1e-11)
    np.testing.assert_array_equal(means.n[1:].sum(axis=0), means.n[0])


def test_rows_that_are_their_own_unit_have_the_textbook_formula() -> None:
    """A mean of a simple random sample: (1 - n/N) s^2 / n."""
    y = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    expected = (1 - 8 / 40) * y.var(ddof=1) / 8
    for units in (None, np.arange(8)):
        found = estimate_means(declare_design(np.full(8, 5.0), psu=units, population=40), y)
        assert found.variance[0, 0] == pytest.approx(expected, rel=1e-12)
        assert found.df[0, 0] == 7


def test_finite_population_correction_by_hand() -> None:
    """Two strata of 4 and 6 answers out of 8 and 60: V = sum W_h^2 (1 - f_h) s_h^2 / n_h."""
    y = np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0], float)
    n = [4, 6]
    design = declare_design(np.repeat([2.0, 10.0], n), np.repeat([0, 1], n), population=np.repeat([8, 60], n))
    first = (8 / 68) ** 2 * (1 - 4 / 8) * (1 / 3) / 4
    second = (60 / 68) ** 2 * (1 - 6 / 60) * (1 / 6) / 6
    assert estimate_means(design, y).variance[0, 0] == pytest.approx(first + second, rel=1e-12)


@pytest.mark.parametrize("kind", ["mean", "ratio", "total"])
def test_a_census_has_no_variance(kind: Kind) -> None:
    rng = np.random.default_rng(2)
    n = 12
    census = Sample(
        np.ones(n),
        (np.repeat([0, 1], 6),),
        (np.arange(n),),
        (np.full(n, 6.0),),
        rng.normal(size=(n, 2)),
        rng.uniform(1, 2, n),
        rng.integers(0, 3, n),
    )
    found = census.estimate(kind, "outcomes")
    assert not found.variance.any()
    assert not found.covariance().any()


def test_one_observation_has_an_estimate_and_no_spread() -> None:
    found = estimate_means(declare_design([2.0], lonely_psu="remove"), [7.0])
    assert found.estimate[0, 0] == 7.0
    assert found.df[0, 0] == 0
    assert found.variance[0, 0] == 0.0


def test_an_empty_group_has_no_mean_and_disturbs_no_other() -> None:
    design = declare_design(np.ones(6), [0, 0, 0, 1, 1, 1], population=9)
    y, group = np.array([1.0, 0.0, 4.0, 1.0, 3.0, np.nan]), np.array([0, 0, 1, 0, 1, 2])
    found, without = estimate_means(design, y, by=group), estimate_means(design, y, by=np.minimum(group, 1))
    assert np.isnan([found.estimate[3, 0], found.variance[3, 0]]).all()
    assert found.n[3, 0] == 0
    np.testing.assert_array_equal(found.estimate[:3], without.estimate)
    np.testing.assert_array_equal(found.variance[:3], without.variance)
    np.testing.assert_array_equal(found.covariance()[:3, :3], without.covariance())
    assert np.isnan(found.covariance()[3]).all()


def test_a_large_constant_changes_no_standard_error() -> None:
    """Eighths plus 1e9 are exact. A total under constant weights in a stratum has N^2 (1 - f) s^2 / n in any case."""
    rng = np.random.default_rng(8)
    n, population = np.array([30, 50]), np.array([90, 400])
    stratum = np.repeat([0, 1], n)
    y = rng.integers(0, 80, stratum.size) / 8
    design = declare_design((population / n)[stratum], stratum, population=population[stratum])
    spread_of = np.array([y[stratum == h].var(ddof=1) for h in range(2)])
    total = np.sqrt((population**2 * (1 - n / population) * spread_of / n).sum())
    far = y + 1e9
    assert estimate_totals(design, far).se[0, 0] == pytest.approx(total, rel=1e-9)
    group = rng.integers(0, 3, stratum.size)
    near = estimate_means(design, y, by=group)
    np.testing.assert_allclose(estimate_means(design, far, by=group).se, near.se, rtol=1e-9)


def test_a_group_without_spread_has_no_variance_not_even_a_rounding_error() -> None:
    rng = np.random.default_rng(11)
    group = np.repeat(np.arange(20), 10)
    value = rng.normal(size=20)
    found = estimate_means(declare_design(rng.lognormal(size=200), group % 4), value[group], by=group)
    np.testing.assert_allclose(found.estimate[1:, 0], value, rtol=1e-12)
    assert not found.variance[1:].any()


def test_contrast_is_the_linear_combination_with_its_t_test_by_hand() -> None:
    found = contrast(np.array([0.5, 0.3, np.nan]), np.diag([0.01, 0.03, np.nan]), np.array([1.0, -1.0, 0.0]), 10)
    assert found.estimate == pytest.approx(0.2)
    assert found.se == pytest.approx(0.2)
    assert found.statistic == pytest.approx(1.0)
    assert found.p_value == pytest.approx(0.3408931, abs=1e-7)  # 2 pt(-1, 10) in R


def test_contrast_without_spread_is_not_tested() -> None:
    found = contrast(np.array([1.0, 1.0]), np.zeros((2, 2)), np.array([1.0, -1.0]), 10)
    assert found.se == 0.0
    assert np.isnan(found.p_value)
