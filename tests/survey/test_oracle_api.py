"""The kernel against R's survey package on apistrat (tests/oracle/api.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from barometer.survey import DomainEstimates, declare_design, estimate_shares

ORACLE = Path(__file__).parents[1] / "oracle"
OUTCOMES = ["awards", "sch.wide", "comp.imp", "over_700"]
BASES = ["all", "in_base"]
GROUPS = ["total", "a", "b", "c", "d"]


def shares(interval: str) -> DomainEstimates:
    """Estimate every outcome in both bases; outside the base an outcome is missing."""
    schools = pd.read_csv(ORACLE / "api_input.csv")
    design = declare_design(schools["weight"], schools["stype"], population=schools["fpc"])
    in_base = {"all": np.ones(len(schools), bool), "in_base": schools["in_base"].to_numpy() == 1}
    outcome = {
        f"{name} {base}": np.where(in_base[base], schools[name].astype(float), np.nan)
        for name in OUTCOMES
        for base in BASES
    }
    band = pd.cut(schools["meals"], [-1, 25, 50, 75, 100], labels=["a", "b", "c", "d"])
    return estimate_shares(design, outcome, by={"band": band}, interval=interval)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found() -> DomainEstimates:
    return shares("logit")


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


def test_share_se_df_and_n_are_those_of_r(found: DomainEstimates, expected: dict[tuple[str, ...], pd.Series]) -> None:
    assert len(expected) == len(positions())
    assert [labels[0] for labels in found.groups] == GROUPS[1:]
    for g, k, key in positions():
        r = expected[key]
        assert found.estimate[g, k] == pytest.approx(r["share"], rel=1e-12)
        assert found.se[g, k] == pytest.approx(r["se"], rel=1e-10, abs=1e-15)
        assert found.df[g, k] == r["df"]
        assert found.n[g, k] == r["n"]


@pytest.mark.parametrize(("interval", "tolerance"), [("xlogit", 1e-8), ("logit", 1e-6)])
def test_intervals_are_those_of_r(expected: dict[tuple[str, ...], pd.Series], interval: str, tolerance: float) -> None:
    """R iterates the logit interval (svyglm), to about seven digits."""
    result = shares(interval)
    compared = 0
    for g, k, key in positions():
        r = expected[key]
        if np.isnan(r["xlogit_low"]):
            assert result.interval.reason[g, k] != 0
            continue
        compared += 1
        ends = [result.ci_low[g, k], result.ci_high[g, k]]
        assert ends == pytest.approx([r[f"{interval}_low"], r[f"{interval}_high"]], rel=tolerance)
    assert compared > 30


def test_covariance_across_groups_and_total_is_that_of_r(found: DomainEstimates) -> None:
    expected = pd.read_csv(ORACLE / "api_covariance.csv")
    for (outcome, base), block in expected.groupby(["indicator", "base"]):
        matrix = block["covariance"].to_numpy().reshape(len(GROUPS), len(GROUPS))
        covariance = found.covariance(f"{outcome} {base}")
        np.testing.assert_allclose(covariance, matrix, rtol=1e-8, atol=1e-12 * np.abs(matrix).max())
