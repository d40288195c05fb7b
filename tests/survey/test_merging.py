"""Sums of parts add up to the sums of the whole."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import barometer.survey as sv
from barometer.errors import ArgumentError
from barometer.survey.columns import Statistic
from barometer.survey.merging import add_up
from barometer.survey.sums import CellSums, Products

N = 600
RNG = np.random.default_rng(3)
STRATUM = RNG.integers(0, 6, N)
PSU = RNG.integers(0, 9, N)
EIGHTHS = RNG.integers(1, 40, N) / 8
BY = RNG.choice(["a", "b", "c"], N)
NUMBERS = np.round(RNG.normal(1000.0, 20.0, (N, 2)))
NUMBERS[RNG.random((N, 2)) < 0.1] = np.nan
YES = np.where(np.isnan(NUMBERS), np.nan, NUMBERS > 1000.0)
DESIGNS = {
    "rows": sv.declare_design(EIGHTHS, STRATUM, population=np.full(N, 500)),
    "clusters": sv.declare_design(EIGHTHS, STRATUM, PSU, psu_labels="within_stratum"),
}
COLUMNS: dict[str, Callable[[NDArray[Any], int], sv.Columns]] = {
    "share": lambda rows, n: sv.share_columns(YES[rows], n),
    "mean": lambda rows, n: sv.value_columns(NUMBERS[rows], n, "mean"),
    "total": lambda rows, n: sv.value_columns(NUMBERS[rows], n, "total"),
    "ratio": lambda rows, n: sv.ratio_columns(NUMBERS[rows, 0], NUMBERS[rows, 1], n),
}


def sums_of(design: sv.SurveyDesign, statistic: str, mask: NDArray[np.bool_], across: sv.Across = "none") -> CellSums:
    part = design.subset(mask)
    codes = sv.group_rows(BY, N)
    groups = sv.Groups(codes.code[mask], codes.domains, codes.labels)
    return sv.sum_cells(part, COLUMNS[statistic](np.flatnonzero(mask), part.n), groups, across=across)


@pytest.mark.parametrize("statistic", COLUMNS)
@pytest.mark.parametrize("design", DESIGNS)
def test_estimates_from_merged_parts_are_those_of_one_pass(design: str, statistic: str) -> None:
    everyone, first = np.ones(N, bool), np.arange(N) % 3 == 0
    declared = DESIGNS[design]
    whole = sv.summarise(sums_of(declared, statistic, everyone, "outcomes"))
    parts = [sums_of(declared, statistic, mask, "outcomes") for mask in (first, ~first)]
    merged = sv.summarise(sv.merge_sums(parts))
    np.testing.assert_allclose(merged.estimate, whole.estimate, rtol=1e-12)
    np.testing.assert_allclose(merged.se, whole.se, rtol=1e-9)
    np.testing.assert_allclose(merged.covariance(), whole.covariance(), rtol=1e-8, atol=1e-12 * whole.variance.max())
    np.testing.assert_allclose(merged.deff, whole.deff, rtol=1e-9)
    np.testing.assert_array_equal(merged.df, whole.df)
    np.testing.assert_array_equal(merged.n, whole.n)


def test_exact_sums_merge_to_the_last_bit_in_any_order() -> None:
    everyone, first = np.ones(N, bool), np.arange(N) < 100
    second = ~first & (np.arange(N) % 2 == 0)
    parts = [sums_of(DESIGNS["rows"], "share", mask) for mask in (first, second, ~first & ~second)]
    whole = sv.summarise(sums_of(DESIGNS["rows"], "share", everyone))
    for order in (parts, parts[::-1]):
        merged = sv.summarise(sv.merge_sums(order))
        np.testing.assert_array_equal(merged.estimate, whole.estimate)
        np.testing.assert_array_equal(merged.variance, whole.variance)


@pytest.mark.parametrize("statistic", ["share", "mean", "total"])
def test_parts_may_have_groups_and_missing_answers_of_their_own(statistic: Statistic) -> None:
    """The first third lacks group "c", and only the rest has rows without the second outcome."""
    first = np.arange(N) < 200
    labels = np.where(first & (BY == "c"), "a", BY)
    numbers = np.where(np.isnan(NUMBERS), 1000.0, NUMBERS)
    numbers[~first & (np.arange(N) % 7 == 0), 1] = np.nan
    values = np.where(np.isnan(numbers), np.nan, numbers > 1000.0) if statistic == "share" else numbers

    def sums_of_rows(mask: NDArray[np.bool_]) -> CellSums:
        part = DESIGNS["rows"].subset(mask)
        columns = sv.share_columns if statistic == "share" else partial(sv.value_columns, statistic=statistic)
        groups = sv.group_rows(labels[mask], part.n)
        return sv.sum_cells(part, columns(values[mask], part.n), groups, across="outcomes")

    merged = sv.summarise(sv.merge_sums([sums_of_rows(first), sums_of_rows(~first)]))
    whole = sv.summarise(sums_of_rows(np.ones(N, bool)))
    assert merged.groups == whole.groups
    np.testing.assert_array_equal(merged.n, whole.n)
    np.testing.assert_allclose(merged.estimate, whole.estimate, rtol=1e-12)
    np.testing.assert_allclose(merged.se, whole.se, rtol=1e-10)
    np.testing.assert_allclose(merged.covariance(), whole.covariance(), rtol=1e-8, atol=1e-12 * whole.variance.max())


@pytest.mark.parametrize("kind", ["given", "made"])
@pytest.mark.parametrize("statistic", COLUMNS)
def test_sums_under_replicates_merge_too(kind: str, statistic: str) -> None:
    if kind == "made":
        design = sv.make_replicates(DESIGNS["clusters"], "jkn")
    else:
        factors = RNG.integers(0, 3, (N, 40))
        design = sv.declare_replicates(EIGHTHS, EIGHTHS[:, np.newaxis] * factors, kind="bootstrap")
    codes = sv.group_rows(BY, N)

    def sums_of_rows(mask: NDArray[np.bool_]) -> sv.ReplicateSums:
        part = design.subset(mask)
        columns = COLUMNS[statistic](np.flatnonzero(mask), part.n)
        return sv.sum_replicates(part, columns, sv.Groups(codes.code[mask], codes.domains, codes.labels))

    first = np.arange(N) % 3 == 0
    merged = sv.summarise(sv.merge_sums([sums_of_rows(first), sums_of_rows(~first)]))
    whole = sv.summarise(sums_of_rows(np.ones(N, bool)))
    np.testing.assert_allclose(merged.estimate, whole.estimate, rtol=1e-12)
    np.testing.assert_allclose(merged.se, whole.se, rtol=1e-9)
    np.testing.assert_array_equal(merged.df, whole.df)
    assert merged.method.design_df == whole.method.design_df
    with pytest.raises(ArgumentError, match="all of one kind"):
        sv.merge_sums([sums_of_rows(first), sums_of(DESIGNS["rows"], statistic, ~first)])  # type: ignore[list-item]
    other = sv.make_replicates(DESIGNS["clusters"], "rao_wu", replicates=30, seed=1)
    with pytest.raises(ArgumentError, match="part 2 has other replicates"):
        sv.merge_sums([sums_of_rows(first), sv.sum_replicates(other, COLUMNS[statistic](np.arange(N), N), codes)])


def test_parts_that_do_not_belong_together_are_refused() -> None:
    everyone = np.ones(N, bool)
    share = sums_of(DESIGNS["rows"], "share", everyone)
    with pytest.raises(ArgumentError, match=r"must be sums in a list.*got none"):
        sv.merge_sums([])
    with pytest.raises(ArgumentError, match="part 2 has another statistic"):
        sv.merge_sums([share, sums_of(DESIGNS["rows"], "mean", everyone)])
    with pytest.raises(ArgumentError, match="part 2 is of another design"):
        sv.merge_sums([share, sums_of(DESIGNS["clusters"], "share", everyone)])


def test_cells_in_another_order_are_put_in_theirs() -> None:
    sums = sums_of(DESIGNS["rows"], "share", np.ones(N, bool))
    order = np.argsort(sums.group, kind="stable")
    turned = {name: getattr(sums, name)[order] for name in ("centre", "cluster", "group", "rows", "weighted", "weight")}
    turned |= {name: getattr(sums, name)[order] for name in ("weight_sq", "numerator", "denominator")}
    flat, square = (Products(p.uu[order], p.ux[order], p.xx[order]) for p in (sums.flat, sums.square or sums.flat))
    found = add_up([replace(sums, **turned, flat=flat, square=square)], sums.facts)
    np.testing.assert_array_equal(found.group, sums.group)
    np.testing.assert_array_equal(found.numerator, sums.numerator)
