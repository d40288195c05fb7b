"""estimate_shares against R's survey package on the synthetic wave 3 (tests/oracle/wave3.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import barometer as bm

ORACLE = Path(__file__).parents[1] / "oracle"
EXPECTED = pd.read_csv(ORACLE / "wave3_shares.csv", dtype={"group": "str"})
INDICATORS = list(dict.fromkeys(EXPECTED["indicator"]))
DOMAINS = list(dict.fromkeys(EXPECTED["by"]))


def group_keys(wave: bm.Wave, by: str) -> dict[str, tuple[str, ...]]:
    """R's group codes are the delivered numbers: positions in the codebook's order, one digit a domain when crossed."""
    domains = [[group.code for group in wave.codebook.domain(name).groups] for name in by.split("+")]
    if len(domains) == 1:
        keys: dict[str, tuple[str, ...]] = {str(i): (code,) for i, code in enumerate(domains[0], start=1)}
        return keys | {"total": ("total",)}
    first, second = domains
    keys = {f"{i}{j}": (a, b) for i, a in enumerate(first, start=1) for j, b in enumerate(second, start=1)}
    return keys | {"total": ("total", "total")}


@pytest.mark.parametrize("by", DOMAINS)
def test_share_se_df_n_and_interval_are_those_of_r(wave: bm.Wave, by: str) -> None:
    found = bm.estimate_shares(wave, INDICATORS, by=by.split("+"))
    keys = group_keys(wave, by)
    block = EXPECTED[EXPECTED["by"] == by]
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


def test_every_row_of_r_is_compared(wave: bm.Wave) -> None:
    assert len(EXPECTED) == 441
    assert len(INDICATORS) == 11
    assert set(EXPECTED["base"]) <= set(wave.codebook.bases)


def test_covariance_across_groups_is_that_of_r(wave: bm.Wave) -> None:
    expected = pd.read_csv(ORACLE / "wave3_covariance.csv", dtype={"first": "str", "second": "str"})
    compared = 0
    for (indicator, by), block in expected.groupby(["indicator", "by"]):
        keys = group_keys(wave, str(by))
        found = bm.estimate_shares(wave, str(indicator), by=str(by)).covariance()
        scale = float(np.abs(block["covariance"]).max())
        for r in block.to_dict("records"):
            cell = found.loc[keys[str(r["first"])][0], keys[str(r["second"])][0]]
            assert cell == pytest.approx(r["covariance"], rel=1e-8, abs=1e-11 * scale)
            compared += 1
    assert compared == len(expected)
