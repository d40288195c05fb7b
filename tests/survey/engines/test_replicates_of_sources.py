"""Replicate weights of a source, as columns or made from its units, give what they give in arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from engine_cases import LEVELS, REPLICATES, TICKS, check_equal, in_arrays, sample

import barometer.survey as sv
from barometer.errors import ArgumentError, DesignError

pytestmark = pytest.mark.filterwarnings("default")


def check_all(source: sv.SourceDesign, arrays: sv.ReplicateDesign, frame: pd.DataFrame) -> None:
    """Shares, means, totals, ratios and pairs, with covariances and a comparison."""
    sector = pd.Series(pd.Categorical(frame["sector"], LEVELS), name="sector")
    assert source.df == arrays.df
    shares = sv.estimate_shares(source, ["truth", "maybe"], by={"sector": LEVELS}, where="inside")
    expected = sv.estimate_shares(arrays, frame[["truth", "maybe"]], by=sector, where=frame["inside"])
    check_equal(shares, expected)
    np.testing.assert_allclose(shares.covariance(), expected.covariance(), rtol=1e-8, atol=1e-16)
    found, wanted = (sv.compare_groups(one, "pairs").p_value for one in (shares, expected))
    np.testing.assert_allclose(found, wanted, rtol=1e-7)
    numbers = frame[["pay", "small"]]
    check_equal(
        sv.estimate_means(source, ["pay", "small"], by="region"), sv.estimate_means(arrays, numbers, by=frame["region"])
    )
    check_equal(sv.estimate_totals(source, ["small"]), sv.estimate_totals(arrays, frame[["small"]]))
    check_equal(
        sv.estimate_ratios(source, ["pay"], "staff", by="region"),
        sv.estimate_ratios(arrays, frame[["pay"]], frame["staff"], by=frame["region"]),
    )
    pairs, of_rows = sv.estimate_pairs(source, TICKS), sv.estimate_pairs(arrays, frame[[*TICKS]])
    check_equal(pairs.shares, of_rows.shares)
    np.testing.assert_allclose(pairs.odds_ratio.log_se, of_rows.odds_ratio.log_se, rtol=1e-9)
    cells = sv.count_cells(source, "sector", "region"), sv.count_cells(arrays, frame["sector"], frame["region"])
    p_source, p_arrays = (sv.test_association(each).p_value for each in cells)
    assert p_source == pytest.approx(p_arrays, rel=1e-8)


@pytest.mark.parametrize("contents", ["weights", "factors"])
def test_columns_of_replicate_weights_are_added_up_in_the_source(data: Any, contents: Any) -> None:
    frame = sample()
    source = sv.declare_replicates(
        sv.declare_source(data, weight="weight"), REPLICATES, kind="bootstrap", contents=contents
    )
    arrays = sv.declare_replicates(frame["weight"], frame[[*REPLICATES]], kind="bootstrap", contents=contents)
    check_all(source, arrays, frame)


def test_replicates_of_units_follow_from_the_sums_of_units(data: Any) -> None:
    source = sv.declare_source(data, weight="weight", stratum="stratum", psu="psu", psu_labels="within_stratum")
    made = sv.make_replicates(source, "rao_wu", replicates=40, seed=3)
    check_all(made, sv.make_replicates(in_arrays(clusters=True), "rao_wu", replicates=40, seed=3), sample())


def test_a_jackknife_of_a_source_is_that_of_arrays() -> None:
    source = sv.declare_source(sample(), weight="weight", stratum="stratum", psu="psu", psu_labels="within_stratum")
    check_all(sv.make_replicates(source, "jkn"), sv.make_replicates(in_arrays(clusters=True), "jkn"), sample())


def test_replicates_that_a_source_cannot_have_are_refused() -> None:
    frame = sample()
    source, strata = (
        sv.declare_source(frame, weight="weight"),
        sv.declare_source(frame, weight="weight", stratum="stratum"),
    )
    calls: tuple[tuple[Callable[[], object], type[Exception], str], ...] = (
        (lambda: sv.make_replicates(strata, "jkn"), DesignError, 'every row is a sampling unit: "jkn" needs'),
        (lambda: sv.declare_replicates(strata, REPLICATES, kind="brr"), DesignError, "by its weight alone"),
        (lambda: sv.declare_replicates(source, ["r0"], kind="brr"), DesignError, "at least 2"),
        (lambda: sv.declare_replicates(source, ["r0", "nobody"], kind="brr"), ArgumentError, "no column 'nobody'"),
        (lambda: sv.declare_replicates(source, ["r0", "sector"], kind="brr"), DesignError, "not numeric"),
        (lambda: sv.declare_replicates(source, ["r0", "pay"], kind="brr"), DesignError, "missing or infinite"),
        (lambda: sv.declare_replicates(source, ["staff", "staff2"], kind="brr"), ArgumentError, "staff2"),
        (lambda: sv.declare_replicates(source, REPLICATES, kind="fay"), ArgumentError, "rho"),
    )
    for call, error, message in calls:
        with pytest.raises(error, match=message):
            call()
    replicated = sv.declare_replicates(source, REPLICATES, kind="brr")
    with pytest.raises(ArgumentError, match="rank"):
        sv.estimate_shares(replicated, "truth", df="rank")
    doubled = sv.declare_source(frame.assign(r0=frame["weight"] * 30, r1=frame["weight"] * 30), weight="weight")
    with pytest.raises(DesignError, match="expected about 1"):
        sv.declare_replicates(doubled, ["r0", "r1"], kind="brr")
