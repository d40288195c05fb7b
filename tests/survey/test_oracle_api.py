"""The kernel against R's survey package on apistrat (tests/oracle/api.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from barometer.survey import CellSums, covariance, estimate_all, logit_interval, stratified_design, sum_cells

ORACLE = Path(__file__).parents[1] / "oracle"
OUTCOMES = ["awards", "sch.wide", "comp.imp", "over_700"]
BASES = ["all", "in_base"]
GROUPS = ["total", "a", "b", "c", "d"]


@pytest.fixture(scope="module")
def sums() -> CellSums:
    """Every outcome in both bases: columns are outcome-major."""
    schools = pd.read_csv(ORACLE / "api_input.csv")
    stratum, _ = pd.factorize(schools["stype"], sort=True)
    population = schools.groupby("stype", sort=True)["fpc"].first().to_numpy()
    design = stratified_design(schools["weight"], stratum, population)
    bases = np.column_stack([np.ones(len(schools), bool), schools["in_base"] == 1])
    yes = np.column_stack([(schools[name] == 1) & bases[:, b] for name in OUTCOMES for b in range(2)])
    band = pd.cut(schools["meals"], [-1, 25, 50, 75, 100], labels=False).to_numpy()
    return sum_cells(design, yes, bases, np.tile([0, 1], len(OUTCOMES)), band, 4)


@pytest.fixture(scope="module")
def expected() -> dict[tuple[str, ...], pd.Series]:
    table = pd.read_csv(ORACLE / "api_shares.csv")
    return {tuple(row[["indicator", "base", "group"]]): row for _, row in table.iterrows()}


def positions() -> list[tuple[int, int, tuple[str, str, str]]]:
    return [
        (g, 2 * i + b, (outcome, base, group))
        for i, outcome in enumerate(OUTCOMES)
        for b, base in enumerate(BASES)
        for g, group in enumerate(GROUPS)
    ]


def test_share_se_df_and_n_are_those_of_r(sums: CellSums, expected: dict[tuple[str, ...], pd.Series]) -> None:
    found = estimate_all(sums)
    assert len(expected) == len(positions())
    for g, k, key in positions():
        r = expected[key]
        assert found.share[g, k] == pytest.approx(r["share"], rel=1e-12)
        assert np.sqrt(found.variance[g, k]) == pytest.approx(r["se"], rel=1e-10, abs=1e-15)
        assert found.df[g, k] == r["df"]
        assert found.n[g, k] == r["n"]


def test_interval_is_xlogit_and_near_the_iterated_logit(
    sums: CellSums, expected: dict[tuple[str, ...], pd.Series]
) -> None:
    found = estimate_all(sums)
    interval = logit_interval(found.share, found.variance, found.df)
    compared = 0
    for g, k, key in positions():
        r = expected[key]
        if np.isnan(r["xlogit_low"]):
            assert interval.reason[g, k] != 0
            continue
        compared += 1
        ends = [interval.low[g, k], interval.high[g, k]]
        assert ends == pytest.approx([r["xlogit_low"], r["xlogit_high"]], rel=1e-8)
        assert ends == pytest.approx([r["logit_low"], r["logit_high"]], rel=1e-6)
    assert compared > 30


def test_covariance_across_groups_and_total_is_that_of_r(sums: CellSums) -> None:
    expected = pd.read_csv(ORACLE / "api_covariance.csv")
    for (outcome, base), block in expected.groupby(["indicator", "base"]):
        matrix = block["covariance"].to_numpy().reshape(len(GROUPS), len(GROUPS))
        found = covariance(sums, 2 * OUTCOMES.index(str(outcome)) + BASES.index(str(base)))
        np.testing.assert_allclose(found, matrix, rtol=1e-8, atol=1e-12 * np.abs(matrix).max())
