"""Numbers far from zero and groups far from each other keep their digits: what a shift cannot change, it does not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer.survey.centring import moved
from barometer.survey.parquet import sum_parquet

N = 600
RNG = np.random.default_rng(12)
STRATUM = np.repeat(np.arange(6), 100)
PSU = np.arange(N) // 5
GROUP = RNG.integers(0, 4, N)
WEIGHT = RNG.integers(8, 40, N) / 8.0
NUMBERS = RNG.integers(0, 40, (N, 2)).astype(float)
SIZE = RNG.integers(1, 9, N).astype(float)
FAR = 1e9
"""Numbers of 0 to 39 keep only seven digits of their squares when they are this far from each other."""

DESIGNS = {
    "rows": sv.declare_design(WEIGHT, STRATUM, population=400),
    "weights only": sv.declare_design(WEIGHT),
    "units": sv.declare_design(WEIGHT, STRATUM, PSU, population=50),
    "stages": sv.declare_design(WEIGHT, STRATUM, [PSU, np.arange(N)], population=[np.full(N, 50), np.full(N, 30)]),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_groups_far_from_each_other_keep_the_errors_of_their_means(name: str) -> None:
    near, far = (
        sv.estimate_means(DESIGNS[name], NUMBERS + shift * GROUP[:, np.newaxis], by=GROUP) for shift in (0.0, FAR)
    )
    np.testing.assert_allclose(far.se[1:], near.se[1:], rtol=1e-12)
    np.testing.assert_allclose(far.deff[1:], near.deff[1:], rtol=1e-12)
    for outcome in near.names:
        of_groups = near.covariance(outcome)[1:, 1:]
        scale = np.sqrt(np.outer(np.diag(of_groups), np.diag(of_groups)))
        np.testing.assert_allclose(far.covariance(outcome)[1:, 1:] / scale, of_groups / scale, atol=1e-12)


def test_covariances_across_outcomes_keep_their_digits_too() -> None:
    near, far = (
        sv.estimate_means(
            DESIGNS["rows"], NUMBERS + shift * GROUP[:, np.newaxis], by=GROUP, across="outcomes"
        ).covariance()
        for shift in (0.0, FAR)
    )
    groups = np.concatenate([np.arange(1, 5), np.arange(6, 10)])
    near, far = near[np.ix_(groups, groups)], far[np.ix_(groups, groups)]
    scale = np.sqrt(np.outer(np.diag(near), np.diag(near)))
    np.testing.assert_allclose(far / scale, near / scale, atol=1e-12)


@pytest.mark.parametrize("name", DESIGNS)
def test_ratios_of_groups_far_from_each_other_keep_their_errors(name: str) -> None:
    near, far = (
        sv.estimate_ratios(DESIGNS[name], NUMBERS[:, 0] + shift * GROUP * SIZE, SIZE, by=GROUP) for shift in (0.0, FAR)
    )
    np.testing.assert_allclose(far.se[1:], near.se[1:], rtol=1e-8)


@pytest.mark.parametrize("estimate", [sv.estimate_means, sv.estimate_totals])
def test_strata_far_from_each_other_leave_the_spread_inside_them(estimate: object) -> None:
    """With one weight in each stratum and whole strata, only the spread inside strata counts."""
    design = sv.declare_design(0.1 * (1.0 + STRATUM), STRATUM, population=1000)
    near, far = (estimate(design, NUMBERS + shift * STRATUM[:, np.newaxis]) for shift in (0.0, FAR))  # type: ignore[operator]
    np.testing.assert_allclose(far.se, near.se, rtol=1e-11)


def test_replicates_keep_the_digits_of_groups() -> None:
    design = sv.make_replicates(DESIGNS["units"], "jkn")
    near, far = (sv.estimate_means(design, NUMBERS + shift * GROUP[:, np.newaxis], by=GROUP) for shift in (0.0, FAR))
    np.testing.assert_allclose(far.se[1:], near.se[1:], rtol=1e-12)
    total = sv.estimate_means(design, NUMBERS + 100.0 * GROUP[:, np.newaxis], by=GROUP).se[0]
    alone = sv.estimate_means(design, NUMBERS + 100.0 * GROUP[:, np.newaxis]).se[0]
    np.testing.assert_allclose(total, alone, rtol=1e-12)


def test_files_and_parts_keep_the_digits_of_groups(tmp_path: Path) -> None:
    frame = pd.DataFrame({"weight": WEIGHT, "stratum": STRATUM, "group": GROUP, "N_h": 400.0})
    frame["y"] = NUMBERS[:, 0] + FAR * GROUP
    frame.to_parquet(tmp_path / "far.parquet")
    sums = sum_parquet(
        tmp_path / "far.parquet",
        ["y"],
        weight="weight",
        stratum="stratum",
        by="group",
        population="N_h",
        statistic="mean",
        batch=64,
    )
    near = sv.estimate_means(DESIGNS["rows"], NUMBERS[:, 0], by=GROUP)
    np.testing.assert_allclose(sv.summarise(sums).se[1:], near.se[1:], rtol=1e-12)


def test_a_first_row_that_is_unlike_the_others_costs_no_digit() -> None:
    """The constant of a cell is its first number; one that is far off is part of the spread, and is in the oracle."""
    numbers = NUMBERS[:, 0].copy()
    numbers[0] = FAR
    found = sv.estimate_means(DESIGNS["weights only"], numbers)
    mean = np.average(numbers, weights=WEIGHT)
    score = WEIGHT * (numbers - mean) / WEIGHT.sum()
    assert found.variance[0, 0] == pytest.approx(N / (N - 1) * (score**2).sum(), rel=1e-12)
    without_weight = sv.declare_design(np.where(np.arange(N) == 0, 0.0, WEIGHT))
    lighter, plain = (sv.estimate_means(without_weight, values) for values in (numbers, NUMBERS[:, 0]))
    assert lighter.se[0, 0] == pytest.approx(plain.se[0, 0], rel=1e-14)


def test_a_ratio_over_nearly_nothing_in_the_first_row_costs_no_digit() -> None:
    small = SIZE.copy()
    small[0] = 1e-9
    found = sv.estimate_ratios(DESIGNS["weights only"], NUMBERS[:, 0], small)
    ratio = (WEIGHT * NUMBERS[:, 0]).sum() / (WEIGHT * small).sum()
    score = WEIGHT * (NUMBERS[:, 0] - ratio * small) / (WEIGHT * small).sum()
    assert found.variance[0, 0] == pytest.approx(N / (N - 1) * (score**2).sum(), rel=1e-12)


def test_sums_moved_there_and_back_are_the_same() -> None:
    sums = sv.sum_cells(
        DESIGNS["rows"], sv.value_columns(NUMBERS, N, "mean"), sv.group_rows(GROUP, N), across="outcomes"
    )
    other = moved(moved(sums, sums.centre + 8.0), sums.centre)
    for name in ("numerator", "denominator", "centre", "products"):
        np.testing.assert_array_equal(getattr(other, name), getattr(sums, name))
    assert other.square is not None
    assert sums.square is not None
    np.testing.assert_array_equal(other.square.uu, sums.square.uu)
    np.testing.assert_array_equal(other.flat.uu, sums.flat.uu)


def test_a_first_cell_where_nobody_has_a_number_costs_no_digit() -> None:
    rng = np.random.default_rng(4)
    weight, psu = rng.uniform(1.0, 3.0, 400), np.repeat(np.arange(40), 10)
    pay = 5e6 + rng.normal(0.0, 10.0, 400)
    pay[psu == 0] = np.nan  # the first cell of the sums
    design = sv.declare_design(weight, psu=psu)
    far, near = sv.estimate_means(design, pay), sv.estimate_means(design, pay - 5e6)
    np.testing.assert_allclose(far.deff, near.deff, rtol=1e-8)
    np.testing.assert_allclose(far.se, near.se, rtol=1e-8)
