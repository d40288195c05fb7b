"""Weighted quantiles and Woodruff's intervals: R's svyquantile (tests/oracle/quantiles.R), hand sums, identities."""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from barometer.errors import ArgumentError
from barometer.survey.quantiles import QuantileRule, order_domains, quantiles_at, weighted_quantiles

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
    with pytest.raises(ArgumentError, match=r"rule: expected one of math, school, .* got 'hf3'"):
        weighted_quantiles([1.0], [1.0], [0], 1, 0.5, rule="hf3")  # type: ignore[arg-type]
