"""estimate_shares against R's survey package on the synthetic waves (tests/oracle/waves.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer as bm

ORACLE = Path(__file__).parents[1] / "oracle"
NUMBERS = (3, 4)
SIZES = {3: (441, 11, 125), 4: (230, 10, 72)}
"""Rows and indicators of the shares, and rows of the covariances, that R wrote for each wave."""
EXPECTED = {number: pd.read_csv(ORACLE / f"wave{number}_shares.csv", dtype={"group": "str"}) for number in NUMBERS}
CASES = [(number, str(by)) for number in NUMBERS for by in EXPECTED[number]["by"].unique()]


def group_keys(wave: bm.Wave, by: str) -> dict[str, tuple[str, ...]]:
    """R's group codes are the delivered numbers: positions in the codebook's order, one digit a domain when crossed."""
    domains = [[group.code for group in wave.codebook.domain(name).groups] for name in by.split("+")]
    if len(domains) == 1:
        keys: dict[str, tuple[str, ...]] = {str(i): (code,) for i, code in enumerate(domains[0], start=1)}
        return keys | {"total": ("total",)}
    first, second = domains
    keys = {f"{i}{j}": (a, b) for i, a in enumerate(first, start=1) for j, b in enumerate(second, start=1)}
    return keys | {"total": ("total", "total")}


@pytest.mark.parametrize(("number", "by"), CASES)
def test_share_se_df_n_and_interval_are_those_of_r(waves: dict[int, bm.Wave], number: int, by: str) -> None:
    wave, expected = waves[number], EXPECTED[number]
    found = bm.estimate_shares(wave, list(expected["indicator"].unique()), by=by.split("+"))
    keys = group_keys(wave, by)
    block = expected[expected["by"] == by]
    intervals = 0
    for r in block.to_dict("records"):
        row = found.row(str(r["indicator"]), *keys[str(r["group"])])
        assert row["share"] == pytest.approx(r["share"], rel=1e-8, abs=1e-14)
        assert row["se"] == pytest.approx(r["se"], rel=1e-8, abs=1e-12)
        assert row["n"] == r["n"]
        assert row["df"] == r["df"]
        if np.isnan(r["xlogit_low"]):
            assert row["note"] in ("share_zero", "share_one", "df_below_1")
            assert np.isnan(row["ci_low"])
            continue
        intervals += 1
        ends = [row["ci_low"], row["ci_high"]]
        assert ends == pytest.approx([r["xlogit_low"], r["xlogit_high"]], rel=1e-8)
        if not np.isnan(r["logit_high"]):  # R's own iteration gives 0 and NaN for a group of two answers
            assert ends == pytest.approx([r["logit_low"], r["logit_high"]], rel=1e-6)
    assert intervals > 0.9 * len(block) - 5


@pytest.mark.parametrize("number", NUMBERS)
def test_every_row_of_r_is_compared(waves: dict[int, bm.Wave], number: int) -> None:
    expected = EXPECTED[number]
    assert (len(expected), expected["indicator"].nunique()) == SIZES[number][:2]
    assert set(expected["base"]) <= set(waves[number].codebook.bases)


@pytest.mark.parametrize("number", NUMBERS)
def test_covariance_across_groups_is_that_of_r(waves: dict[int, bm.Wave], number: int) -> None:
    wave = waves[number]
    expected = pd.read_csv(ORACLE / f"wave{number}_covariance.csv", dtype={"first": "str", "second": "str"})
    compared = 0
    for (indicator, by), block in expected.groupby(["indicator", "by"]):
        keys = group_keys(wave, str(by))
        found = bm.estimate_shares(wave, str(indicator), by=str(by)).covariance()
        scale = float(np.abs(block["covariance"]).max())
        for r in block.to_dict("records"):
            cell = found.loc[keys[str(r["first"])][0], keys[str(r["second"])][0]]
            assert cell == pytest.approx(r["covariance"], rel=1e-8, abs=1e-11 * scale)
            compared += 1
    assert compared == SIZES[number][2]
