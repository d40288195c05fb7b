"""Estimates and variances by replicates against R's survey package (tests/oracle/replicates.R), and identities."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from replicate_cases import GIVEN, MADE, given, read, sampled

from barometer.survey import (
    Columns,
    group_rows,
    ratio_columns,
    share_columns,
    value_columns,
)
from barometer.survey.linearization import count_groups, linearize, variance
from barometer.survey.replicate_design import ReplicateDesign, declare_replicates
from barometer.survey.replicate_making import make_replicates
from barometer.survey.replicate_spread import replicate_covariance, replicate_variance
from barometer.survey.replicate_sums import ReplicateEstimates, domain_df, estimate_replicates, rank_df, sum_replicates
from barometer.survey.sums import sum_cells


def columns_of(table: pd.DataFrame, statistic: str, outcome: str) -> Columns:
    if statistic == "share":
        return share_columns(table[outcome], len(table))
    if statistic == "ratio":
        return ratio_columns(table["y"], table["x"], len(table))
    return value_columns(table[outcome], len(table), statistic)  # type: ignore[arg-type]


def estimated(design: ReplicateDesign, columns: Columns, by: Any) -> tuple[ReplicateEstimates, Any, Any, Any]:
    """Replicate estimates, and then estimates, variances and replicates dropped of the total and the groups."""
    sums = sum_replicates(design, columns, group_rows(by, design.n))
    linear = linearize(sums.cells)
    found = estimate_replicates(sums, linear)
    facts = design.facts
    spread, dropped = replicate_variance(found.estimate, found.replicate, facts.scale, facts.rscales, facts.centre)
    return found, linear.estimate, spread, dropped


def check_against_r(table: pd.DataFrame, design: ReplicateDesign, expected: pd.DataFrame) -> int:
    domains = sorted(table["domain"].unique())
    compared = 0
    for (statistic, outcome), answers in expected.groupby(["statistic", "outcome"]):
        columns = columns_of(table, str(statistic), str(outcome))
        found, estimate, spread, _ = estimated(design, columns, table["domain"])
        r = answers.set_index("domain").loc[["total", *domains]]
        np.testing.assert_allclose(estimate[:, 0], r["estimate"], rtol=1e-12)
        np.testing.assert_allclose((found.origin + found.estimate)[:, 0], r["estimate"], rtol=1e-12)
        floor = 1e-24 * r["estimate"].abs().max() ** 2
        np.testing.assert_allclose(spread[:, 0], r["variance"], rtol=1e-8, atol=floor)
        compared += len(r)
    return compared


@pytest.mark.parametrize("centre", ["mean", "estimate"])
@pytest.mark.parametrize("name", GIVEN)
def test_estimates_and_variances_of_given_weights_are_those_of_r(name: str, centre: str) -> None:
    table, design = given(name, centre)
    answers = read("answers").query("source == 'given' and design == @name and centre == @centre")
    assert check_against_r(table, design, answers) == 5 * (1 + table["domain"].nunique())


@pytest.mark.parametrize("centre", ["mean", "estimate"])
@pytest.mark.parametrize("name", MADE)
def test_estimates_and_variances_of_made_weights_are_those_of_r(name: str, centre: Any) -> None:
    source, kind, corrected = MADE[name]
    table, sample = sampled(source, corrected=corrected)
    design = make_replicates(sample, kind, centre=centre)  # type: ignore[call-overload]
    answers = read("answers").query("source == 'made' and design == @name and centre == @centre")
    assert check_against_r(table, design, answers) == 5 * (1 + table["domain"].nunique())


@pytest.mark.parametrize("name", GIVEN)
def test_df_by_rank_are_those_of_r_in_total_and_in_domains(name: str) -> None:
    table, design = given(name, "mean")
    answers = read("answers").query("design == @name and source == 'given' and centre == 'mean' and outcome == 'x'")
    r = answers.set_index("domain").loc[["total", *sorted(table["domain"].unique())]]["df"]
    columns = value_columns(table["x"], len(table), "mean")
    found = rank_df(design, columns, group_rows(table["domain"], len(table)))
    assert found[:, 0].tolist() == r.tolist()
    assert design.df == r["total"]
    for domain in sorted(table["domain"].unique()):
        assert design.subset(table["domain"] == domain).df == r[domain]


def test_df_that_cost_nothing_are_an_upper_bound_of_the_rank() -> None:
    table, design = given("pairs_brr", "mean")
    groups = group_rows(table["domain"], len(table))
    columns = value_columns(table["x"], len(table), "mean")
    cheap = domain_df(sum_replicates(design, columns, groups))
    sizes = np.array([len(table), *table["domain"].value_counts().sort_index()])
    np.testing.assert_array_equal(cheap[:, 0], np.minimum(sizes - 1, design.df))
    assert (cheap >= rank_df(design, columns, groups)).all()


def test_df_of_made_replicates_in_domains_are_those_of_the_linearized_variance() -> None:
    table, sample = sampled("clusters_jk1", corrected=False)
    groups, columns = group_rows(table["domain"], len(table)), value_columns(table["y"], len(table), "mean")
    expected = count_groups(sum_cells(sample, columns, groups)).df
    found = domain_df(sum_replicates(make_replicates(sample, "jk1"), columns, groups))
    np.testing.assert_array_equal(found, expected)
    psus = table[table["y"].notna()].groupby("domain")["psu"].nunique()
    assert found[1:, 0].tolist() == (psus - 1).tolist()
    few = make_replicates(sample, "rao_wu", replicates=6, seed=1)
    assert domain_df(sum_replicates(few, columns, groups)).max() == 5


@pytest.mark.parametrize("centre", ["mean", "estimate"])
@pytest.mark.parametrize("name", GIVEN)
def test_covariance_across_domains_is_that_of_r(name: str, centre: str) -> None:
    table, design = given(name, centre)
    found, _, _, _ = estimated(design, columns_of(table, "mean", "y"), table["domain"])
    facts = design.facts
    matrix, _ = replicate_covariance(
        found.estimate[1:, 0], found.replicate[1:, 0], facts.scale, facts.rscales, facts.centre
    )
    block = read("covariance").query("design == @name and centre == @centre")["covariance"].to_numpy()
    expected = block.reshape(matrix.shape)
    np.testing.assert_allclose(matrix, expected, rtol=1e-8, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("corrected", [False, True])
def test_jackknife_of_a_total_is_the_linearized_variance(corrected: bool) -> None:
    for source, kind in (("clusters_jk1", "jk1"), ("schools_bootstrap", "jkn")):
        table, sample = sampled(source, corrected=corrected)
        columns, groups = value_columns(table["x"], len(table), "total"), group_rows(table["domain"], len(table))
        cells = sum_cells(sample, columns, groups)
        _, _, spread, _ = estimated(make_replicates(sample, kind), columns, table["domain"])  # type: ignore[call-overload]
        np.testing.assert_allclose(spread, variance(cells, linearize(cells)), rtol=1e-11)


@pytest.mark.parametrize("kind", ["brr", "fay", "jkn"])
def test_balanced_half_samples_of_a_total_give_the_linearized_variance(kind: Any) -> None:
    table, sample = sampled("pairs_brr", corrected=False)
    columns, groups = value_columns(table["x"], len(table), "total"), group_rows(table["domain"], len(table))
    cells = sum_cells(sample, columns, groups)
    _, _, spread, _ = estimated(make_replicates(sample, kind, rho=0.4), columns, table["domain"])
    np.testing.assert_allclose(spread, variance(cells, linearize(cells)), rtol=1e-11)


def test_bootstrap_comes_near_the_linearized_variance_with_its_population_correction() -> None:
    table, sample = sampled("schools_bootstrap", corrected=True)
    columns, groups = value_columns(table["y"], len(table), "mean"), group_rows(table["domain"], len(table))
    cells = sum_cells(sample, columns, groups)
    design = make_replicates(sample, "rao_wu", replicates=4000, seed=7)
    _, _, spread, _ = estimated(design, columns, table["domain"])
    # The standard deviation of a bootstrap variance is about sqrt(2/R), 2.2 %.
    np.testing.assert_allclose(spread[0], variance(cells, linearize(cells))[0], rtol=0.09)


def test_factors_of_clusters_give_what_weights_of_rows_give() -> None:
    table, sample = sampled("clusters_jk1", corrected=True)
    made = make_replicates(sample, "jk1")
    assert made.table.shape == (15, 15)
    rows = declare_replicates(
        sample.weight, made.replicate_weights(), kind="jk1", scale=made.facts.scale, contents="weights"
    )
    columns = value_columns(table[["y", "x"]], len(table), "mean")
    _, _, by_factor, _ = estimated(made, columns, table["domain"])
    _, _, by_row, _ = estimated(rows, columns, table["domain"])
    np.testing.assert_allclose(by_factor, by_row, rtol=1e-11)
    part = table["domain"].isin(["b", "c"]).to_numpy()
    columns = value_columns(table["x"][part], int(part.sum()), "mean")
    _, _, by_factor, _ = estimated(made.subset(part), columns, table["domain"][part])
    _, _, by_row, _ = estimated(rows.subset(part), columns, table["domain"][part])
    np.testing.assert_allclose(by_factor, by_row, rtol=1e-11)


def test_many_outcomes_at_once_are_those_of_each_alone_and_rows_without_group_count_for_the_total() -> None:
    table, design = given("schools_bootstrap", "mean")
    n = len(table)
    by = table["domain"].where(table["domain"] != "d")
    _, both, spread, _ = estimated(design, value_columns(table[["y", "x"]], n, "mean"), by)
    for position, name in enumerate(["y", "x"]):
        _, alone, alone_spread, _ = estimated(design, value_columns(table[name], n, "mean"), table["domain"])
        np.testing.assert_allclose(both[:, position], alone[:4, 0], rtol=1e-12)
        np.testing.assert_allclose(spread[:, position], alone_spread[:4, 0], rtol=1e-10)


def test_bases_that_no_outcome_has_change_nothing() -> None:
    """As of one question chosen from many: the bases of the others are summed beside it."""
    table, design = given("schools_bootstrap", "mean")
    alone = value_columns(table["y"], len(table), "mean")
    others = np.column_stack([alone.present, table["yes"] == 1.0, np.zeros(len(table), dtype=np.bool_)])
    whole = replace(alone, present=others)
    groups = group_rows(table["domain"], len(table))
    by_many, by_one = (sum_replicates(design, each, groups) for each in (whole, alone))
    np.testing.assert_allclose(by_many.numerator, by_one.numerator, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(by_many.denominator[:, :1], by_one.denominator, rtol=1e-12)


def test_outcomes_may_be_picked_from_other_numerators_in_groups_than_in_the_total() -> None:
    table, design = given("schools_bootstrap", "mean")
    groups = group_rows(table["domain"], len(table))
    for statistic in ("mean", "total"):
        columns = value_columns(table[["x", "yes"]], len(table), statistic)
        sums = sum_replicates(design, columns, groups)
        found = estimate_replicates(sums, linearize(sums.cells, np.array([[1], [0]])))
        plain = estimate_replicates(sums, linearize(sums.cells))
        np.testing.assert_allclose(found.replicate[0, 0], plain.replicate[0, 1], rtol=1e-12)
        np.testing.assert_allclose(found.replicate[1:, 0], plain.replicate[1:, 0], rtol=1e-12)
        np.testing.assert_allclose(found.estimate[1:, 0], plain.estimate[1:, 0], rtol=1e-12)


def test_order_of_rows_does_not_matter() -> None:
    table, design = given("schools_bootstrap", "mean")
    order = np.random.default_rng(3).permutation(len(table))
    shuffled = declare_replicates(table["weight"][order], design.table[order], kind="bootstrap")
    _, _, spread, _ = estimated(design, columns_of(table, "ratio", "y"), table["domain"])
    mixed = table.iloc[order].reset_index(drop=True)
    _, _, other, _ = estimated(shuffled, columns_of(mixed, "ratio", "y"), mixed["domain"])
    np.testing.assert_allclose(spread, other, rtol=1e-11)


def test_weight_scale_leaves_means_alone_and_squares_variances_of_totals() -> None:
    table, design = given("schools_sdr", "estimate")
    scaled = declare_replicates(table["weight"] * 1e-4, design.table * 1e-4, kind="sdr", centre="estimate")
    for statistic, factor in (("mean", 1.0), ("total", 1e-8)):
        columns = columns_of(table, statistic, "y")
        _, _, spread, _ = estimated(design, columns, table["domain"])
        _, _, other, _ = estimated(scaled, columns, table["domain"])
        np.testing.assert_allclose(other, spread * factor, rtol=1e-10)


def test_chunks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    table, design = given("schools_bootstrap", "mean")
    whole = sum_replicates(design, columns_of(table, "mean", "y"), group_rows(table["domain"], len(table)))
    monkeypatch.setattr("barometer.survey.replicate_sums.CHUNK", 7)
    parts = sum_replicates(design, columns_of(table, "mean", "y"), group_rows(table["domain"], len(table)))
    np.testing.assert_allclose(parts.numerator, whole.numerator, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(parts.denominator, whole.denominator, rtol=1e-12)


def test_a_share_of_one_or_zero_has_no_variance_to_the_last_digit() -> None:
    # Whether a matrix product gives equal columns equal sums depends on their number, so there are many shapes.
    generator = np.random.default_rng(0)
    for _ in range(60):
        n, k, replicates = (int(generator.integers(low, high)) for low, high in ((20, 600), (3, 60), (5, 130)))
        weights = generator.lognormal(size=(n, replicates))
        design = declare_replicates(weights.mean(axis=1), weights, kind="bootstrap", df=1)
        outcome = generator.random((n, k)) < 0.4
        outcome[:, :2] = True, False
        outcome = outcome[:, generator.permutation(k)]
        groups = np.arange(n) % 2
        outcome[groups == 1, -1] = True
        _, estimate, spread, _ = estimated(design, share_columns(outcome, n), groups)
        settled = (estimate == 0.0) | (estimate == 1.0)
        parts = (outcome, outcome[groups == 0], outcome[groups == 1])
        alike = np.stack([(part == part[0]).all(axis=0) for part in parts])
        np.testing.assert_array_equal(settled, alike)
        assert (spread[settled] == 0.0).all()
        assert (spread[~settled] > 0.0).all()


def test_a_large_mean_keeps_the_digits_of_its_spread() -> None:
    table, design = given("schools_bootstrap", "estimate")
    near = table["x"] / 1024.0
    for statistic in ("mean", "ratio"):
        below = np.ones(len(table))
        columns = [
            value_columns(values, len(table), "mean")
            if statistic == "mean"
            else ratio_columns(values, below, len(table))
            for values in (near, near + 2.0**30)
        ]
        _, _, spread, _ = estimated(design, columns[0], table["domain"])
        _, _, far, _ = estimated(design, columns[1], table["domain"])
        np.testing.assert_allclose(far, spread, rtol=1e-9)


def test_replicates_without_anybody_are_dropped_and_counted() -> None:
    table, design = given("pairs_brr", "mean")
    _, _, spread, dropped = estimated(design, columns_of(table, "mean", "x"), table["domain"])
    lone = int(np.flatnonzero(table["domain"] == "one")[0])
    missing = int((design.table[lone] == 0.0).sum())
    position = 1 + sorted(table["domain"].unique()).index("one")
    assert missing > 0
    assert dropped[:, 0].tolist() == [missing if row == position else 0 for row in range(len(dropped))]
    # One school is its own mean in every replicate that holds it.
    assert spread[position, 0] == pytest.approx(0.0, abs=1e-18 * table["x"].max() ** 2)


def test_a_group_without_rows_has_no_estimate_and_no_variance() -> None:
    table, design = given("schools_bootstrap", "mean")
    by = pd.Categorical(table["domain"], categories=["a", "b", "c", "d", "nobody"])
    found, estimate, spread, dropped = estimated(design, columns_of(table, "share", "yes"), by)
    assert np.isnan(estimate[5, 0])
    assert np.isnan(spread[5, 0])
    assert dropped[5, 0] == design.replicates
    assert not np.isnan(spread[:5]).any()
    matrix, lost = replicate_covariance(
        found.estimate[:, 0], found.replicate[:, 0], design.facts.scale, design.facts.rscales, "mean"
    )
    assert lost == 0
    assert np.isnan(matrix[5]).all()
    np.testing.assert_allclose(np.diag(matrix)[:5], spread[:5, 0], rtol=1e-12)


def test_variance_by_hand() -> None:
    replicate = np.array([1.0, 3.0, np.nan, 100.0])
    rscales = np.array([1.0, 0.5, 1.0, 0.0])
    # The third is missing; the fourth weighs nothing and is not in the mean either: (1 - 2)^2 + 0.5 (3 - 2)^2.
    value, dropped = replicate_variance(np.array(1.5), replicate, 0.5, rscales, "mean")
    assert value == 0.75
    assert dropped == 1
    value, _ = replicate_variance(np.array(1.0), replicate, 0.5, rscales, "estimate")
    assert value == 1.0
    value, dropped = replicate_variance(np.array(1.0), np.full(4, np.nan), 0.5, rscales, "mean")
    assert np.isnan(value)
    assert dropped == 4
