"""Weighted quantiles and Woodruff's intervals: R's svyquantile (tests/oracle/quantiles.R), hand sums, identities."""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from barometer.errors import ArgumentError
from barometer.survey import (
    REASONS,
    DfRule,
    DomainEstimates,
    ReplicateDesign,
    SurveyDesign,
    declare_design,
    declare_replicates,
    estimate_shares,
)
from barometer.survey.quantiles import QuantileRule, order_domains, quantiles_at, weighted_quantiles
from barometer.survey.woodruff import estimate_quantiles

ORACLE = Path(__file__).parents[1] / "oracle"
RULES = get_args(QuantileRule)
NUMPY_METHODS: dict[str, Any] = {
    "math": "inverted_cdf",
    "school": "averaged_inverted_cdf",
    "hf4": "interpolated_inverted_cdf",
    "hf5": "hazen",
    "hf6": "weibull",
    "hf7": "linear",
    "hf8": "median_unbiased",
    "hf9": "normal_unbiased",
}
INTERVALS: dict[str, Any] = {"mean": "wald", "xlogit": "xlogit", "beta": "beta", "asin": "arcsine"}


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return pd.read_csv(ORACLE / "quantiles_answers.csv")


def sample(name: str) -> pd.DataFrame:
    return pd.read_csv(ORACLE / f"quantiles_{'clus1_jk1' if name == 'clus1' else name}.csv")


def codes(labels: pd.Series) -> tuple[np.ndarray, list[str]]:
    code, groups = pd.factorize(labels, sort=True)
    return code, ["total", *map(str, groups)]


@pytest.mark.parametrize("name", ["strat", "clus1", "clus2", "clus1_jk1", "scd_brr"])
def test_quantiles_are_those_of_r(answers: pd.DataFrame, name: str) -> None:
    data = sample(name)
    group, labels = codes(data["ESA" if name == "scd_brr" else "stype"])
    weight = data["weight" if name == "scd_brr" else "pw"]
    key: Any
    for key, expected in answers[answers["design"] == name].groupby(["outcome", "rule"]):
        table = expected.pivot_table(index="group", columns="probability", values="quantile").loc[labels]
        found = weighted_quantiles(data[key[0]], weight, group, len(labels) - 1, table.columns, rule=key[1])
        np.testing.assert_allclose(found, table, rtol=1e-12)


def test_every_rule_is_in_the_oracle_and_few_numbers_had_to_be_repaired(answers: pd.DataFrame) -> None:
    assert set(answers["rule"]) == set(RULES)
    assert set(answers.loc[answers["repaired"] == 1, "rule"]) <= {"math", "school", "hf4"}
    assert answers["repaired"].mean() < 0.1


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("weight", [1.0, 0.1, 30.97, 1e-9])
def test_equal_weights_give_the_sample_quantiles_of_hyndman_and_fan(rule: QuantileRule, weight: float) -> None:
    values = np.random.default_rng(1).integers(0, 25, 48).astype(float)
    # Multiples of 1/48 that binary numbers hold exactly, and points between them.
    probabilities = np.array([0.0, 1 / 16, 3 / 16, 0.25, 0.3, 0.5, 0.61, 0.75, 0.875, 0.99, 1.0])
    found = weighted_quantiles(values, np.full(48, weight), np.zeros(48), 1, probabilities, rule=rule)
    expected = np.quantile(values, probabilities, method=NUMPY_METHODS[rule])
    np.testing.assert_allclose(found, [expected, expected], rtol=1e-12)


def test_a_weight_of_three_is_three_rows() -> None:
    rng = np.random.default_rng(2)
    values, weight, group = rng.normal(size=60), rng.integers(0, 4, 60), rng.integers(-1, 3, 60)
    probabilities = [0.05, 0.25, 0.5, 0.9]
    found = weighted_quantiles(values, weight, group, 3, probabilities)
    for g in range(4):
        rows = np.repeat(values, weight * ((g == 0) | (group == g - 1)))
        np.testing.assert_array_equal(found[g], np.quantile(rows, probabilities, method="inverted_cdf"))


def test_ties_and_exact_shares_by_hand() -> None:
    # Shares: 10 has 0.3, the two 20s have 0.4 together, 40 has 0.3; 0.1 + 0.2 is not 0.3 in binary numbers.
    values, weight = [20.0, 10.0, 40.0, 20.0, 10.0], [0.1, 0.1, 0.3, 0.3, 0.2]
    probabilities = [0.0, 0.2, 0.3, 0.3 + 1e-9, 0.5, 0.7, 0.7 + 1e-9, 1.0]
    total, group = weighted_quantiles(values, weight, [0] * 5, 1, probabilities)
    assert total.tolist() == group.tolist() == [10, 10, 10, 20, 20, 20, 40, 40]
    school = weighted_quantiles(values, weight, [0] * 5, 1, probabilities, rule="school")[0]
    assert school.tolist() == [10, 10, 15, 20, 20, 30, 40, 40]


def test_tied_ends_share_a_boundary_after_a_million_rows() -> None:
    weight = np.full(1_000_000, 0.1)  # 0.1 a million times is 1.3e-6 off when it is added up row by row
    values = np.arange(1_000_000.0)
    assert weighted_quantiles(values, weight, np.zeros(1_000_000), 1, 0.5, rule="school")[1, 0] == 499_999.5


@pytest.mark.parametrize("rule", RULES)
def test_neither_the_scale_of_the_weights_nor_the_order_of_the_rows_matters(rule: QuantileRule) -> None:
    rng = np.random.default_rng(3)
    values, weight, group = rng.integers(0, 40, 500) / 4.0, rng.lognormal(size=500), rng.integers(-1, 7, 500)
    probabilities = np.linspace(0.02, 0.98, 33)
    first = weighted_quantiles(values, weight, group, 7, probabilities, rule=rule)
    order = rng.permutation(500)
    again = weighted_quantiles(values[order], 1e7 / 3 * weight[order], group[order], 7, probabilities, rule=rule)
    np.testing.assert_allclose(again, first, rtol=1e-12)
    assert (np.diff(first, axis=1) >= 0.0).all()


def test_missing_values_and_rows_without_weight_take_no_part() -> None:
    rng = np.random.default_rng(4)
    values, weight, group = rng.normal(size=90), rng.uniform(1, 2, 90), rng.integers(0, 2, 90)
    weight[::5], values[1::5] = 0.0, np.nan
    kept = (weight > 0) & ~np.isnan(values)
    for rule in RULES:
        np.testing.assert_array_equal(
            weighted_quantiles(values, weight, group, 2, [0.0, 0.3, 1.0], rule=rule),
            weighted_quantiles(values[kept], weight[kept], group[kept], 2, [0.0, 0.3, 1.0], rule=rule),
        )


@pytest.mark.parametrize("rule", RULES)
def test_one_observation_is_every_quantile_and_an_empty_domain_has_none(rule: QuantileRule) -> None:
    found = weighted_quantiles([7.0, 3.0, 4.0], [2.0, 1.0, 1.0], [1, 3, 3], 5, [0.0, 0.4, 1.0], rule=rule)
    assert found[2].tolist() == [7.0, 7.0, 7.0]
    assert np.isnan(found[[1, 3, 5]]).all()
    assert not np.isnan(found[[0, 4]]).any()
    assert np.isnan(weighted_quantiles([np.nan, 1.0], [1.0, 0.0], [0, 0], 1, 0.5, rule=rule)).all()


def test_a_group_does_not_feel_the_weights_of_the_others() -> None:
    rng = np.random.default_rng(5)
    values, weight = rng.normal(size=1000), rng.uniform(1, 2, 1000)
    alone = weighted_quantiles(values, weight, np.zeros(1000), 1, [0.1, 0.5], rule="hf7")[1]
    heavy = np.concatenate([weight, np.full(9000, 1e12)])
    group = np.repeat([1, 0], [1000, 9000])
    beside = weighted_quantiles(
        np.concatenate([values, rng.normal(size=9000)]), heavy, group, 2, [0.1, 0.5], rule="hf7"
    )
    np.testing.assert_array_equal(beside[2], alone)


def test_probabilities_of_each_domain_are_inverted_with_one_sort() -> None:
    rng = np.random.default_rng(6)
    values, weight, group = rng.normal(size=200), rng.uniform(1, 2, 200), rng.integers(-1, 2, 200)
    wanted = np.array([[0.2, np.nan, 0.5], [0.3, 0.6, -0.1], [0.9, 1.1, 0.5]])
    found = quantiles_at(order_domains(values, weight, group, 2), wanted)
    outside = np.isnan(wanted) | (wanted < 0.0) | (wanted > 1.0)
    np.testing.assert_array_equal(np.isnan(found), outside)
    for g, q in np.argwhere(~outside):
        assert found[g, q] == weighted_quantiles(values, weight, group, 2, wanted[g, q])[g, 0]


@pytest.mark.parametrize(("probabilities", "words"), [([0.5, 1.2], "1 of 2"), (50, "give 0.5"), ([], "one or more")])
def test_a_probability_outside_0_to_1_is_refused(probabilities: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=f"probabilities: .*{words}"):
        weighted_quantiles([1.0], [1.0], [0], 1, probabilities)


def test_an_unknown_rule_is_refused_with_those_there_are() -> None:
    with pytest.raises(ArgumentError, match=r"rule: must be one of math, school, .* got 'hf3'"):
        weighted_quantiles([1.0], [1.0], [0], 1, 0.5, rule="hf3")  # type: ignore[arg-type]


def design_of(name: str, data: pd.DataFrame) -> SurveyDesign | ReplicateDesign:
    if name in ("clus1_jk1", "scd_brr"):
        scales = pd.read_csv(ORACLE / "quantiles_scales.csv").query("design == @name")
        assert not scales["mse"].any()
        return declare_replicates(
            data["pw" if "pw" in data else "weight"],
            data.filter(like="replicate"),
            kind="other",
            scale=scales["scale"].iloc[0],
            rscales=scales["rscale"],
        )
    if name == "strat":
        return declare_design(data["pw"], data["stype"], population=data["fpc"])
    if name == "clus1":
        return declare_design(data["pw"], psu=data["dnum"], population=data["fpc"])
    return declare_design(data["pw"], psu=[data["dnum"], data["snum"]], population=[data["fpc1"], data["fpc2"]])


def notes(found: DomainEstimates) -> list[str]:
    return [REASONS[code] for code in found.interval.reason.T.ravel()]


@pytest.mark.parametrize("name", ["strat", "clus1", "clus2", "clus1_jk1", "scd_brr"])
def test_estimate_ends_se_df_and_n_are_those_of_r(answers: pd.DataFrame, name: str) -> None:
    data = sample(name)
    design = design_of(name, data)
    key: Any
    compared = 0
    choices = ["outcome", "rule", "interval", "confidence", "df_rule"]
    own = answers[(answers["design"] == name) & (answers["interval"] != "quantile")]
    by = "ESA" if name == "scd_brr" else "stype"
    df: DfRule = "rank" if "_" in name else "domain"
    for key, rows in own.groupby(choices):
        outcome, rule, interval, confidence, df_rule = key
        probabilities = rows["probability"].unique()
        found = estimate_quantiles(
            design,
            data[outcome],
            probabilities,
            by=data[by],
            rule=rule,
            df=df,
            interval=INTERVALS[interval],
            confidence=confidence,
            distribution=df_rule,
        )
        expected = rows.set_index(["group", "probability"])
        for g, group in enumerate(codes(data[by])[1]):
            r = expected.loc[group]
            np.testing.assert_allclose(found.estimate[g], r["quantile"], rtol=1e-12)
            np.testing.assert_array_equal(found.df[g], r["df"])
            np.testing.assert_array_equal(found.n[g], r["n"])
            # Where nobody is above the quantile R has no width, or no interval: see the next test.
            usual = found.interval.reason[g] != REASONS.index("share_one")
            compared += usual.sum()
            np.testing.assert_allclose(found.ci_low[g, usual], r["low"][usual], rtol=1e-8)
            np.testing.assert_allclose(found.ci_high[g, usual], r["high"][usual], rtol=1e-8)
            np.testing.assert_allclose(found.se[g, usual], r["se"][usual], rtol=1e-8)
            narrow = (r["low"] == r["high"]).to_numpy() & usual
            ended = (r["low"].isna() | r["high"].isna()).to_numpy() & usual
            said = np.array(REASONS)[found.interval.reason[g]]
            assert set(said[narrow]) <= {"no_spread"}
            assert set(said[ended]) <= {"open_end"}
            assert set(said[usual & ~narrow & ~ended]) <= {""}
    assert compared > (10 if name == "scd_brr" else 200)


def test_where_r_says_the_highest_value_for_certain_the_note_says_why_there_is_no_interval(
    answers: pd.DataFrame,
) -> None:
    data = sample("strat")
    r = answers[(answers["design"] == "strat") & (answers["outcome"] == "meals_tens") & (answers["rule"] == "math")]
    r = r[(r["interval"] == "mean") & (r["confidence"] == 0.95) & (r["probability"] == 0.95)].set_index("group")
    assert (r.loc["E", "low"], r.loc["E", "high"], r.loc["E", "se"]) == (100.0, 100.0, 0.0)
    found = estimate_quantiles(design_of("strat", data), data["meals_tens"], 0.95, by=data["stype"])
    row = found.row("E")
    assert found.estimate[row, 0] == data.loc[data["stype"] == "E", "meals_tens"].max() == 100.0
    assert np.isnan([found.ci_low[row, 0], found.ci_high[row, 0], found.se[row, 0]]).all()
    assert notes(found)[row] == "share_one"


def test_woodruff_by_hand() -> None:
    # Nine rows of weight 1 without strata: five of nine are at or below 5. V = p (1 - p) / 8 and t(8) = 2.306 make the
    # share 0.5556 -+ 0.4051: its ends 0.150 and 0.961 are reached by the second and the ninth row.
    found = estimate_quantiles(declare_design(np.ones(9)), [9.0, 1, 8, 2, 7, 3, 6, 4, 5])
    assert found.names == ("outcome@0.5",)
    assert (found.estimate[0, 0], found.ci_low[0, 0], found.ci_high[0, 0]) == (5.0, 2.0, 9.0)
    assert found.se[0, 0] == pytest.approx(7.0 / (2.0 * 2.306004135), rel=1e-9)
    assert (found.df[0, 0], found.n[0, 0], notes(found)) == (8, 9, [""])


def test_a_domain_is_its_subset_and_the_rest_does_not_matter() -> None:
    data = sample("clus2")
    design = design_of("clus2", data)
    found = estimate_quantiles(design, data["api_missing"], [0.25, 0.5], by=data["stype"])
    for group in ("E", "H", "M"):
        inside = (data["stype"] == group).to_numpy()
        alone = estimate_quantiles(design.subset(inside), data.loc[inside, "api_missing"], [0.25, 0.5])
        masked = estimate_quantiles(design, data["api_missing"], [0.25, 0.5], where=inside)
        for other in (alone, masked):
            np.testing.assert_allclose(found.confint()[found.row(group)], other.confint()[0], rtol=1e-12)
            np.testing.assert_allclose(found.se[found.row(group)], other.se[0], rtol=1e-12)


def test_estimates_do_not_change_with_the_scale_of_the_weights_or_the_order_of_the_rows() -> None:
    data = sample("strat")
    first = estimate_quantiles(design_of("strat", data), data["meals_tens"], [0.2, 0.5], by=data["stype"])
    mixed = data.sample(frac=1.0, random_state=7).assign(pw=lambda frame: frame["pw"] * 7.3)
    again = estimate_quantiles(design_of("strat", mixed), mixed["meals_tens"], [0.2, 0.5], by=mixed["stype"])
    np.testing.assert_array_equal(again.estimate, first.estimate)
    np.testing.assert_array_equal(again.confint(), first.confint())
    np.testing.assert_allclose(again.se, first.se, rtol=1e-12)


def test_each_outcome_has_its_own_base_and_its_own_name() -> None:
    data = sample("strat")
    design = design_of("strat", data)
    both = estimate_quantiles(design, data[["api_missing", "meals_tens"]], [0.5, 0.9], by=data["stype"])
    assert both.names == ("api_missing@0.5", "api_missing@0.9", "meals_tens@0.5", "meals_tens@0.9")
    for position, name in enumerate(["api_missing", "meals_tens"]):
        one = estimate_quantiles(design, data[name], [0.5, 0.9], by=data["stype"])
        columns = slice(2 * position, 2 * position + 2)
        np.testing.assert_array_equal(both.confint()[:, columns], one.confint())
        np.testing.assert_array_equal(both.n[:, columns], one.n)
    assert both.method.statistic == "quantile"
    assert both.to_frame()["outcome"].tolist() == [name for name in both.names for _ in range(4)]


def test_covariance_is_that_of_the_shares_below_over_the_densities() -> None:
    rng = np.random.default_rng(8)
    n = 240
    stratum, group, weight = rng.integers(0, 4, n), rng.integers(0, 3, n), rng.uniform(1, 3, n)
    income = rng.lognormal(size=n)
    found = estimate_quantiles(declare_design(weight, stratum), income, by=group, interval="xlogit")
    covariance = found.covariance()
    np.testing.assert_allclose(np.diag(covariance), found.variance[:, 0], rtol=1e-10)
    # The scores of Francisco and Fuller: w (1(y <= q) - P) / (W density), the density being SE(P) / SE(q).
    scores = np.zeros((n, 4))
    for g in range(4):
        inside = (group == g - 1) | (g == 0)
        below = income <= found.estimate[g, 0]
        share = np.average(below[inside], weights=weight[inside])
        scores[:, g] = inside * weight * (below - share) / weight[inside].sum()
    spread = np.zeros((4, 4))
    for h in range(4):
        z = scores[stratum == h]
        spread += z.shape[0] * np.cov(z.T)
    density = np.sqrt(np.diag(spread)) / found.se[:, 0]
    np.testing.assert_allclose(covariance, spread / np.outer(density, density), rtol=1e-9)
    assert found.difference(1, 2).se > 0.0


def test_covariance_over_replicates_is_that_of_the_shares_over_the_densities() -> None:
    data = sample("clus1_jk1")
    design = design_of("clus1_jk1", data)
    found = estimate_quantiles(design, data["api_missing"], by=data["stype"], interval="xlogit")
    covariance = found.covariance()
    np.testing.assert_allclose(np.diag(covariance), found.variance[:, 0], rtol=1e-9)
    # Of two groups, from the shares of rows at or below the median of each.
    answered = data["api_missing"].notna().to_numpy()
    weights = data.filter(like="replicate").to_numpy()
    replicates, density = [], []
    for group in ("E", "M"):
        row, inside = found.row(group), answered & (data["stype"] == group).to_numpy()
        below = (data["api_missing"] <= found.estimate[row, 0]).to_numpy()
        replicates.append(weights[inside & below].sum(axis=0) / weights[inside].sum(axis=0))
        share = estimate_shares(design, below, where=inside)
        density.append(share.se[0, 0] / found.se[row, 0])
    spread = np.cov(replicates, bias=True) * 15 * 0.91483927785116681
    expected = spread[0, 1] / (density[0] * density[1])
    assert covariance[found.row("E"), found.row("M")] == pytest.approx(expected, rel=1e-9)


def test_a_domain_without_an_answer_says_why() -> None:
    group = pd.Series(["one", "same", "same", "same", "none", "many", "many", "many", "many"])
    group = pd.Series(pd.Categorical(group, categories=["one", "same", "none", "nobody", "many"]))
    income = [5.0, 7, 7, 7, np.nan, 1, 2, 3, 4]
    found = estimate_quantiles(declare_design(np.ones(9)), income, by=group)
    expected = {
        "one": (5.0, "share_one"),
        "same": (7.0, "share_one"),
        "none": (np.nan, "empty_base"),
        "nobody": (np.nan, "empty_base"),
        "many": (2.0, "open_end"),
    }
    for name, (estimate, note) in expected.items():
        row = found.row(name)
        np.testing.assert_equal(found.estimate[row, 0], estimate)
        assert notes(found)[row] == note
        assert np.isnan(found.se[row, 0])
    low, high = found.confint()[found.row("many"), 0]
    assert np.isnan(low)
    assert np.isnan(high)


def test_with_one_degree_less_than_needed_there_is_no_interval() -> None:
    design = declare_design(np.ones(4), psu=[1, 1, 1, 2])
    found = estimate_quantiles(design, [1.0, 2, 3, 4], by=["a", "a", "a", "b"])
    assert (found.estimate[1, 0], found.df[1, 0], notes(found)[1]) == (2.0, 0, "df_below_1")


def test_at_the_highest_value_the_beta_interval_has_ends_and_a_note() -> None:
    # Clopper and Pearson: with 9 of 9 at or below, the share is above 0.025^(1/9) = 0.664, which the sixth row reaches.
    found = estimate_quantiles(declare_design(np.ones(9)), np.arange(1.0, 10.0), 0.99, interval="beta")
    assert found.confint()[0, 0].tolist() == [6.0, 9.0]
    assert notes(found) == ["share_one"]
    assert np.isnan(found.se[0, 0])


def test_a_probability_given_twice_is_refused() -> None:
    with pytest.raises(ArgumentError, match="probabilities: 1 of 3 come again"):
        estimate_quantiles(declare_design(np.ones(3)), [1.0, 2, 3], [0.5, 0.2, 0.5])
