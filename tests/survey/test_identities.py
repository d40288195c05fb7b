"""What must hold for every stratified sample: identities by hand, then properties of random designs."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from barometer.survey import (
    CellSums,
    SurveyDesign,
    contrast,
    covariance,
    estimate_all,
    stratified_design,
    sum_cells,
)


@dataclass(frozen=True)
class Sample:
    design: SurveyDesign
    yes: NDArray[np.bool_]
    bases: NDArray[np.bool_]
    group: NDArray[np.intp]
    groups: int

    def sums(self) -> CellSums:
        k = self.yes.shape[1]
        return sum_cells(self.design, self.yes, self.bases, np.arange(k) % 2, self.group, self.groups)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Random strata, weights, two bases, four indicators and up to four groups, some rows in none."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = rng.integers(2, 9, draw(st.integers(1, 5)))
    n, groups = int(sizes.sum()), draw(st.integers(1, 4))
    stratum = np.repeat(np.arange(sizes.size), sizes)
    population = sizes + rng.integers(0, 20, sizes.size)
    bases = np.column_stack([np.ones(n, bool), rng.random(n) < 0.6])
    yes = (rng.random((n, 4)) < 0.5) & bases[:, np.arange(4) % 2]
    return Sample(
        stratified_design(rng.lognormal(size=n), stratum, population), yes, bases, rng.integers(-1, groups, n), groups
    )


def scores(sample: Sample, indicator: int) -> NDArray[np.float64]:
    """Linearized scores of the total and each group, row by row: the definition that the sums must reproduce."""
    base = sample.bases[:, indicator % 2]
    columns = []
    for group in range(-1, sample.groups):
        member = base & (np.ones_like(base) if group < 0 else sample.group == group)
        w = np.where(member, sample.design.weight, 0.0)
        share = w @ sample.yes[:, indicator] / w.sum() if w.sum() else np.nan
        columns.append(w * (sample.yes[:, indicator] - share) / w.sum() if w.sum() else np.full(w.size, np.nan))
    return np.column_stack(columns)


def covariance_of_scores(sample: Sample, z: NDArray[np.float64]) -> NDArray[np.float64]:
    result = np.zeros((z.shape[1], z.shape[1]))
    for h in range(sample.design.population.size):
        rows = z[sample.design.stratum == h]
        unsampled = 1 - rows.shape[0] / sample.design.population[h]
        result += unsampled * rows.shape[0] * np.cov(rows, rowvar=False, ddof=1).reshape(result.shape)
    return result


@given(samples())
@settings(deadline=None, max_examples=60)
def test_covariance_from_sums_is_that_of_the_rows(sample: Sample) -> None:
    for k in range(4):
        expected = covariance_of_scores(sample, scores(sample, k))
        found = covariance(sample.sums(), k)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-13)


@given(samples())
@settings(deadline=None, max_examples=40)
def test_variance_is_the_diagonal_of_the_covariance(sample: Sample) -> None:
    found = estimate_all(sample.sums())
    for k in range(4):
        np.testing.assert_allclose(found.variance[:, k], np.diag(covariance(sample.sums(), k)), rtol=1e-9, atol=1e-13)


@given(samples(), st.floats(1e-3, 1e6))
@settings(deadline=None, max_examples=30)
def test_the_scale_of_the_weights_does_not_matter(sample: Sample, factor: float) -> None:
    scaled = SurveyDesign(
        sample.design.weight * factor, sample.design.stratum, sample.design.answers, sample.design.population
    )
    other = Sample(scaled, sample.yes, sample.bases, sample.group, sample.groups)
    first, second = estimate_all(sample.sums()), estimate_all(other.sums())
    np.testing.assert_allclose(second.share, first.share, rtol=1e-12)
    np.testing.assert_allclose(second.variance, first.variance, rtol=1e-9, atol=1e-16)


@given(samples())
@settings(deadline=None, max_examples=30)
def test_the_order_of_the_rows_does_not_matter(sample: Sample) -> None:
    order = np.random.default_rng(7).permutation(sample.group.size)
    design = SurveyDesign(
        sample.design.weight[order], sample.design.stratum[order], sample.design.answers, sample.design.population
    )
    other = Sample(design, sample.yes[order], sample.bases[order], sample.group[order], sample.groups)
    first, second = estimate_all(sample.sums()), estimate_all(other.sums())
    np.testing.assert_allclose(second.share, first.share, rtol=1e-12)
    np.testing.assert_array_equal(second.df, first.df)


@given(samples())
@settings(deadline=None, max_examples=30)
def test_the_total_is_the_weighted_mean_of_groups_that_cover_the_base(sample: Sample) -> None:
    covered = Sample(sample.design, sample.yes, sample.bases, np.maximum(sample.group, 0), sample.groups)
    found = estimate_all(covered.sums())
    parts = np.nansum(found.share[1:] * found.weight[1:], axis=0)
    present = found.n[0] > 0
    np.testing.assert_allclose(parts[present], (found.share[0] * found.weight[0])[present], rtol=1e-12)
    np.testing.assert_array_equal(found.n[1:].sum(axis=0), found.n[0])


def test_one_stratum_without_population_is_the_textbook_formula_of_a_simple_random_sample() -> None:
    y = np.array([1, 0, 0, 1, 1, 0, 1, 0, 0, 0], bool)
    design = stratified_design(np.full(10, 3.0), np.zeros(10, int))
    base = np.ones((10, 1), bool)
    found = estimate_all(sum_cells(design, y[:, None], base, np.zeros(1, int), np.full(10, -1), 0))
    assert found.share[0, 0] == pytest.approx(0.4)
    assert found.variance[0, 0] == pytest.approx(0.4 * 0.6 / 9)
    assert found.df[0, 0] == 9


def test_finite_population_correction_by_hand() -> None:
    """Two strata of 4 and 6 answers out of 8 and 60: V = sum W_h^2 (1 - f_h) s_h^2 / n_h."""
    y = np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0], bool)
    stratum = np.array([0] * 4 + [1] * 6)
    weight = np.array([8 / 4] * 4 + [60 / 6] * 6)
    design = stratified_design(weight, stratum, [8, 60])
    base = np.ones((10, 1), bool)
    found = estimate_all(sum_cells(design, y[:, None], base, np.zeros(1, int), np.full(10, -1), 0))
    first = (8 / 68) ** 2 * (1 - 4 / 8) * (1 / 3) / 4
    second = (60 / 68) ** 2 * (1 - 6 / 60) * (1 / 6) / 6
    assert found.variance[0, 0] == pytest.approx(first + second)


def test_a_stratum_taken_whole_adds_no_variance() -> None:
    y = np.array([1, 0, 1, 0], bool)
    design = stratified_design(np.ones(4), np.array([0, 0, 0, 1]), [3, 1])
    base = np.ones((4, 1), bool)
    found = estimate_all(sum_cells(design, y[:, None], base, np.zeros(1, int), np.full(4, -1), 0))
    assert found.variance[0, 0] == 0.0


def test_an_empty_group_has_no_share_and_disturbs_no_other() -> None:
    y, base = np.array([1, 0, 1, 0], bool), np.array([1, 1, 1, 0], bool)
    design = stratified_design(np.ones(4), np.array([0, 0, 1, 1]), [9, 9])
    sums = sum_cells(design, y[:, None], base[:, None], np.zeros(1, int), np.array([0, 0, 0, 1]), 2)
    found = estimate_all(sums)
    assert np.isnan(found.share[2, 0])
    assert np.isnan(found.variance[2, 0])
    assert found.n[2, 0] == 0
    assert found.variance[1, 0] == pytest.approx(found.variance[0, 0])
    assert np.isnan(covariance(sums, 0)[2]).all()
    assert np.isfinite(covariance(sums, 0)[:2, :2]).all()


def test_rows_beyond_one_chunk_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    n = 500
    design = stratified_design(rng.lognormal(size=n), np.arange(n) % 7, np.full(7, 1000))
    yes, bases = rng.random((n, 3)) < 0.3, np.ones((n, 1), bool)
    group, base = rng.integers(0, 5, n), np.zeros(3, int)
    whole = sum_cells(design, yes, bases, base, group, 5)
    monkeypatch.setattr("barometer.survey.aggregate.CHUNK", 64)
    chunked = sum_cells(design, yes, bases, base, group, 5)
    np.testing.assert_allclose(chunked.yes_sq, whole.yes_sq, rtol=1e-13)
    np.testing.assert_array_equal(chunked.count, whole.count)


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
