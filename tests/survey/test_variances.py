"""Population variances under replicate weights against R's survey package (tests/oracle/replicate_variances.R)."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from replicate_cases import GIVEN, MADE, ORACLE, given, sampled

import barometer.survey as sv
from barometer.errors import BarometerWarning

STRATA, GROUPS = list("aaaabbbb"), list("xyxyxyxy")
WEIGHT, NUMBERS = [1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 2.0, 3.0], [1.0, 2.0, 4.0, 8.0, 16.0, 3.0, 7.0, 9.0]


def eight(shift: float = 0.0, **options: Any) -> sv.DomainEstimates:
    """Eight rows in two strata of four, as a jackknife."""
    design = sv.make_replicates(sv.declare_design(WEIGHT, STRATA), "jkn", **options)
    return sv.estimate_variances(design, np.array(NUMBERS) + shift, by=GROUPS)


def design_of(source: str, name: str, centre: Any) -> tuple[pd.DataFrame, sv.ReplicateDesign]:
    if source == "given":
        return given(name, centre)
    sample, kind, corrected = MADE[name]
    table, design = sampled(sample, corrected=corrected)
    return table, sv.make_replicates(design, kind, centre=centre)  # type: ignore[call-overload]


@pytest.mark.filterwarnings("ignore:up to:barometer.errors.BarometerWarning")
@pytest.mark.parametrize("centre", ["mean", "estimate"])
@pytest.mark.parametrize(("source", "name"), [*(("given", name) for name in GIVEN), *(("made", name) for name in MADE)])
def test_variances_and_covariances_are_those_of_r(source: str, name: str, centre: str) -> None:
    table, design = design_of(source, name, centre)
    found = sv.estimate_variances(design, table[["y", "x"]], by=table["domain"])
    answers = pd.read_csv(ORACLE / "replicate_variances.csv").query(
        "source == @source and design == @name and centre == @centre"
    )
    assert len(answers) == 2 * (1 + (table["domain"].value_counts() > 1).sum())
    rows = [found.row(domain) for domain in answers["domain"]]
    columns = [found.position(outcome) for outcome in answers["outcome"]]
    np.testing.assert_allclose(found.estimate[rows, columns], answers["estimate"], rtol=1e-12)
    # Replicates that do not differ leave rounding.
    close = np.isclose(found.variance[rows, columns], answers["variance"], rtol=1e-8, atol=0.0)
    larger = np.maximum(found.variance[rows, columns], answers["variance"])
    assert (close | (larger < 1e-24 * answers["estimate"] ** 2)).all()
    covariance = pd.read_csv(ORACLE / "replicate_variances_covariance.csv").query(
        "source == @source and design == @name and centre == @centre"
    )
    several = covariance["first"].drop_duplicates()
    places = [found.row(domain) for domain in several]
    expected = covariance["covariance"].to_numpy().reshape(len(places), len(places))
    inside = table["domain"].isin(several).to_numpy()
    part = sv.estimate_variances(design.subset(inside), table["x"][inside], by=table["domain"][inside])
    for matrix in (part.covariance()[1:, 1:], found.covariance("x")[np.ix_(places, places)]):
        np.testing.assert_allclose(matrix, expected, rtol=1e-8, atol=1e-12 * np.abs(expected).max())


def test_a_jackknife_of_eight_rows_has_the_errors_that_r_gives_it() -> None:
    found = eight()
    np.testing.assert_allclose(found.se.ravel(), [19.08746, 33.438558, 6.982027], rtol=1e-6)
    np.testing.assert_allclose(found.covariance()[1, 2], -13.94549, rtol=1e-6)
    assert found.method.statistic == "variance"
    assert found.method.variance == "8 replicates, jkn"


def test_replicates_are_the_variances_that_each_replicate_weight_gives() -> None:
    design = sv.make_replicates(sv.declare_design(WEIGHT, STRATA), "rao_wu", replicates=30, seed=1)
    table, y = design.replicate_weights(), np.array(NUMBERS)
    mean = (table * y[:, np.newaxis]).sum(axis=0) / table.sum(axis=0)
    each = (table * (y[:, np.newaxis] - mean) ** 2).sum(axis=0) / table.sum(axis=0) * 8 / 7
    assert sv.estimate_variances(design, y).variance[0, 0] == pytest.approx(each.var(ddof=1), rel=1e-12)


def test_numbers_far_from_zero_keep_their_digits() -> None:
    near, far = eight(), eight(2.0**30)
    np.testing.assert_allclose(far.estimate, near.estimate, rtol=1e-13)
    np.testing.assert_allclose(far.se, near.se, rtol=1e-12)
    np.testing.assert_allclose(far.covariance(), near.covariance(), rtol=1e-11, atol=1e-9)


def test_groups_far_from_each_other_keep_their_digits() -> None:
    apart = np.where(np.array(GROUPS) == "x", 0.0, 2.0**40)
    design = sv.make_replicates(sv.declare_design(WEIGHT, STRATA), "jkn")
    found = sv.estimate_variances(design, np.array(NUMBERS) + apart, by=GROUPS)
    np.testing.assert_allclose(found.se[1:], eight().se[1:], rtol=1e-12)


def test_factors_of_clusters_give_what_weights_of_rows_give() -> None:
    table, sample = sampled("clusters_jk1", corrected=True)
    made = sv.make_replicates(sample, "jk1")
    rows = sv.declare_replicates(sample.weight, made.replicate_weights(), kind="jk1", scale=made.facts.scale)
    by = table["domain"].where(table["domain"] != "d")
    first, second = (sv.estimate_variances(design, table[["y", "x"]], by=by) for design in (made, rows))
    np.testing.assert_allclose(first.variance, second.variance, rtol=1e-11)
    np.testing.assert_allclose(first.covariance(), second.covariance(), rtol=1e-9)


def test_where_is_a_subset() -> None:
    table, design = given("schools_bootstrap", "mean")
    inside = (table["domain"] != "a").to_numpy()
    chosen = sv.estimate_variances(design, table["y"], where=inside)
    subset = sv.estimate_variances(design.subset(inside), table["y"][inside])
    np.testing.assert_allclose(chosen.variance, subset.variance, rtol=1e-12)
    assert chosen.estimate[0, 0] == pytest.approx(subset.estimate[0, 0], rel=1e-13)


def test_df_may_be_the_rank_of_the_replicate_weights() -> None:
    table, design = given("pairs_jkn", "mean")
    with pytest.warns(BarometerWarning, match="replicates have nobody"):
        found = sv.estimate_variances(design, table["x"], by=table["domain"], df="rank")
    means = sv.estimate_means(design, table["x"], df="rank")
    assert found.df[0, 0] == means.df[0, 0]


@pytest.mark.filterwarnings("ignore:up to:barometer.errors.BarometerWarning")
def test_one_row_has_no_variance_and_says_so() -> None:
    sample = sv.declare_design(WEIGHT, STRATA)
    by, numbers = [*"aaaaaab", None], [1.0, 2.0, 4.0, 8.0, 16.0, 3.0, 7.0, np.nan]
    for design in (sample, sv.make_replicates(sample, "jkn")):
        found = sv.estimate_variances(design, numbers, by=by)
        row = found.row("b")
        for values in (found.estimate, found.variance, found.ci_low, found.ci_high, found.deff):
            assert np.isnan(values[row, 0])
        assert sv.REASONS[found.interval.reason[row, 0]] == "one_row"
        assert found.n[row, 0] == 1
        covariance = found.covariance()
        assert np.isnan(covariance[row]).all()
        assert np.isfinite(covariance[:row, :row]).all()
        assert (found.estimate[:row] > 0.0).all()
