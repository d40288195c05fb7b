"""Shares, intervals, comparisons and tests come out of moments files as they come out of the microdata."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError, UnknownNameError

N = 300
Rows = pd.DataFrame


def wave(seed: int) -> Rows:
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"weight": rng.integers(1, 40, N) / 8, "stratum": rng.integers(0, 5, N)})
    rows["stratum"] += 10 * seed
    rows["drawn_in"] = rows["stratum"].where(rows.index > 0, -seed)
    rows["unit"] = rng.integers(0, 40, N) + 100 * seed
    rows["sector"] = rng.choice(["care", "health", "schools"], N)
    rows["yes"] = rng.random(N) < 0.2 + 0.1 * seed
    rows["answer"] = rng.choice(["never", "often"], N, p=[0.7 - 0.1 * seed, 0.3 + 0.1 * seed])
    return rows.assign(wave=seed)


WAVES = [wave(seed) for seed in (1, 2, 3)]
ALL = pd.concat(WAVES, ignore_index=True)
DESIGNS: dict[str, Callable[[Rows], sv.SurveyDesign]] = {
    "rows": lambda x: sv.declare_design(x["weight"], x["stratum"], population=np.full(len(x), 2000)),
    "units": lambda x: sv.declare_design(x["weight"], psu=x["unit"], stratum=x["unit"] // 20),
    "lonely": lambda x: sv.declare_design(
        x["weight"],
        x["drawn_in"],
        lonely_psu="adjust",
        lonely_domain="adjust",
    ),
}


def from_files(estimate: Callable[[Rows], sv.DomainEstimates], folder: Path) -> sv.CellSums:
    """Save each wave, load it, and put the waves together one after the other."""
    merged: list[sv.Moments] = []
    for rows in WAVES:
        path = folder / str(rows["wave"].iloc[0])
        sv.collect_moments(estimate(rows).sums, sample=path.name).save(path)
        merged.append(sv.load_moments(path))
    return sv.merge_moments(merged, domain="wave").sums


def shares(rows: Rows, design: str, by: list[str]) -> sv.DomainEstimates:
    return sv.estimate_shares(DESIGNS[design](rows), rows[["yes"]], by=rows[by], across="outcomes")


@pytest.mark.parametrize("design", DESIGNS)
def test_shares_intervals_and_comparisons(design: str, tmp_path: Path) -> None:
    by = ["sector"]
    sums = from_files(lambda rows: shares(rows, design, by), tmp_path)
    of_rows = shares(ALL.assign(wave=ALL["wave"].astype(str)), design, ["wave", *by])
    assert sums.labels == of_rows.groups
    for interval in get_args(sv.IntervalMethod):
        found = sv.summarise(sums, sv.Choices(interval=interval))
        expected = sv.summarise(of_rows.sums, sv.Choices(interval=interval))
        for name in ("estimate", "se", "ci_low", "ci_high", "df", "n", "deff", "cv"):
            np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12, err_msg=name)
        np.testing.assert_array_equal(found.interval.reason, expected.interval.reason)
    np.testing.assert_allclose(found.covariance(), expected.covariance(), rtol=1e-12, atol=1e-18)
    for against in ("all", "rest", "pairs", ("1", "care")):
        for test in ("difference", "odds_ratio"):
            one, other = (sv.compare_groups(each, against, test=test) for each in (found, expected))
            np.testing.assert_allclose(one.p_value, other.p_value, rtol=1e-10)
            np.testing.assert_allclose(one.difference.ci_low, other.difference.ci_low, rtol=1e-10)
    contrasts = [each.difference(("3", "care"), ("1", "care")) for each in (found, expected)]
    assert contrasts[0].p_value == pytest.approx(contrasts[1].p_value, rel=1e-10)


@pytest.mark.parametrize("design", DESIGNS)
def test_association_and_trend_over_waves(design: str, tmp_path: Path) -> None:
    def counts(rows: Rows) -> sv.DomainEstimates:
        return sv.estimate_totals(DESIGNS[design](rows), np.ones(len(rows)), by=rows[["answer", "sector"]])

    sums = from_files(counts, tmp_path)
    pairs = [("answer", "sector"), ("answer", "wave")]
    for rows, columns in pairs:
        found = sv.cross_groups(sums, rows, columns)
        expected = sv.count_cells(DESIGNS[design](ALL), ALL[rows], ALL[columns])
        assert found.rows == expected.rows
        assert tuple(map(str, found.columns)) == tuple(map(str, expected.columns))
        np.testing.assert_array_equal(found.n, expected.n)
        np.testing.assert_allclose(found.weighted, expected.weighted, rtol=1e-12)
        scale = np.abs(expected.share_covariance).max()
        np.testing.assert_allclose(found.share_covariance, expected.share_covariance, rtol=1e-10, atol=1e-12 * scale)
        for statistic in ("F", "Chisq", "adjWald", "lincom"):
            one, other = (sv.test_association(each, statistic) for each in (found, expected))
            assert one.statistic == pytest.approx(other.statistic, rel=1e-10)
            assert (one.ndf, one.ddf) == pytest.approx((other.ndf, other.ddf), rel=1e-10)
            assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    trends = [sv.test_ordered_trend(each, column_scores=[2019, 2021, 2025]) for each in (found, expected)]
    assert trends[0].slope == pytest.approx(trends[1].slope, rel=1e-10)
    assert trends[0].p_value == pytest.approx(trends[1].p_value, rel=1e-9)
    assert trends[0].df == trends[1].df


def test_what_cannot_be_crossed_is_named() -> None:
    rows = ALL.assign(other=ALL["yes"].where(ALL["stratum"] > 11))
    sums = sv.estimate_shares(DESIGNS["rows"](rows), rows[["yes", "other"]], by=rows[["answer", "sector"]]).sums
    with pytest.raises(UnknownNameError, match="no domain 'size'"):
        sv.cross_groups(sums, "answer", "size")
    with pytest.raises(ArgumentError, match="is the domain of the rows"):
        sv.cross_groups(sums, "answer", "answer")
    with pytest.raises(ArgumentError, match="there are several bases"):
        sv.cross_groups(sums, "answer", "sector")
    with pytest.raises(UnknownNameError, match="outcome"):
        sv.cross_groups(sums, "answer", "sector", outcome="third")
    inside = rows["other"].notna()
    expected = sv.count_cells(DESIGNS["rows"](rows), rows["answer"], rows["sector"], where=inside)
    found = sv.cross_groups(sums, "answer", "sector", outcome="other")
    np.testing.assert_allclose(found.total_covariance, expected.total_covariance, rtol=1e-10)
