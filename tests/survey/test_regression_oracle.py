"""Regressions, their tests of terms and their margins against R's survey package (tests/oracle/regression.R)."""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
from oracle_cases import LONELY_DESIGNS, ORACLE, Declared, schools, stored

import barometer.survey as sv
from barometer.survey.arrays import FloatArray

CLOSED, ITERATED = 1e-8, 1e-6
FAMILIES: dict[str, sv.FamilyName] = {
    "logistic": "logistic",
    "crossed": "logistic",
    "linear": "linear",
    "crossed_linear": "linear",
    "poisson": "poisson",
    "cholesterol": "logistic",
    "cholesterol_linear": "linear",
}
OUTCOMES = {
    "logistic": "award",
    "crossed": "award",
    "linear": "api00",
    "crossed_linear": "api00",
    "poisson": "tested",
    "cholesterol": "cholesterol",
    "cholesterol_linear": "cholesterol",
}
DESIGNS = {
    "stratified": schools("strat", "varied", stratum=("stype",), population=("fpc",)),
    "domain": schools("strat", "varied", stratum=("stype",), population=("fpc",)),
    "weights_only": schools("strat", "varied"),
    "zero_weights": schools("strat", "zeroed", stratum=("stype",), population=("fpc",)),
    "clusters": schools("clus1", "pw", psu=("dnum",), population=("fpc",)),
    "two_stages": schools("clus2", "pw", psu=("dnum", "snum"), population=("fpc1", "fpc2")),
    "people": Declared("nhanes", "weight", stratum=("stratum",), psu=("psu",), psu_labels="within_stratum"),
    "jkn": schools("strat", "varied", stratum=("stype",)),
    "jk1": schools("clus1", "pw", psu=("dnum",)),
}


@cache
def answers() -> pd.DataFrame:
    return pd.read_csv(ORACLE / "regression_answers.csv", keep_default_na=False)


def cases() -> list[tuple[str, str]]:
    rows = answers()
    pairs = rows.loc[rows["design"] != "wave3", ["design", "model"]].drop_duplicates()
    return [(str(design), str(model)) for design, model in pairs.itertuples(index=False)]


def column(table: pd.DataFrame, name: str) -> FloatArray:
    """R's column of a name: a product of numbers and of dummies, `sizesmall` being `size == "small"`."""
    result = np.ones(len(table))
    for part in name.split(":"):
        if part == "(Intercept)":
            continue
        if part in table:
            result = result * table[part].to_numpy(np.float64)
            continue
        factor = max((str(known) for known in table if part.startswith(str(known))), key=len)
        level = part.removeprefix(factor)
        found = table[factor].astype(str) == level
        result = result * np.where(table[factor].isna(), np.nan, found)
    return result


class Case:
    """One design and model: the stored answers, and ours."""

    def __init__(self, name: str, model: str) -> None:
        rows = answers()
        self.rows = rows[(rows["design"] == name) & (rows["model"] == model)]
        declared = DESIGNS[name]
        self.table = stored(declared.data)
        design: sv.SurveyDesign | sv.ReplicateDesign = declared.declare()
        if name == "jkn":
            design = sv.make_replicates(declared.declare(), "jkn")
        if name == "jk1":
            design = sv.make_replicates(declared.declare(), "jk1", centre="estimate")
        self.design = design
        self.where = self.table["in_base"] == 1 if name == "domain" else None
        self.names = list(self.values("coefficient"))
        self.x = np.column_stack([column(self.table, each) for each in self.names])
        self.y = self.table[OUTCOMES[model]].to_numpy(np.float64)
        self.family = FAMILIES[model]
        self.tolerance = CLOSED if self.family == "linear" else ITERATED
        self.fit = sv.fit_regression(self.design, self.y, self.x, self.names, family=self.family, where=self.where)

    def values(self, quantity: str) -> dict[str, float]:
        rows = self.rows[self.rows["quantity"] == quantity]
        return {str(name): float(value) for name, value in zip(rows["first"], rows["value"], strict=True)}

    def matrix(self, quantity: str) -> FloatArray:
        rows = self.rows[self.rows["quantity"] == quantity]
        upper = rows.pivot_table(index="first", columns="second", values="value").astype(float)
        order = list(dict.fromkeys(rows["first"]))
        square = upper.loc[order, order].to_numpy()
        return np.asarray(np.where(np.isnan(square), square.T, square))

    def close(self, found: FloatArray, expected: FloatArray, scale: FloatArray | float = 0.0) -> None:
        np.testing.assert_array_less(np.abs(found - expected), self.tolerance * np.maximum(np.abs(expected), scale))


@cache
def case(name: str, model: str) -> Case:
    return Case(name, model)


def of_errors(covariance: FloatArray) -> FloatArray:
    """What the entries of a covariance are measured by: products of standard errors."""
    se = np.sqrt(np.diag(covariance))
    return np.outer(se, se)


@pytest.mark.parametrize(("name", "model"), cases())
def test_coefficients_and_covariance_are_those_of_svyglm(name: str, model: str) -> None:
    asked = case(name, model)
    expected = asked.matrix("covariance")
    asked.close(
        asked.fit.coefficients, np.array(list(asked.values("coefficient").values())), np.sqrt(np.diag(expected))
    )
    asked.close(asked.fit.covariance, expected, of_errors(expected))
    assert asked.fit.df == asked.values("df")[""]
    assert asked.fit.n == asked.values("n")[""]


@pytest.mark.parametrize(("name", "model"), cases())
def test_terms_are_tested_as_by_regtermtest(name: str, model: str) -> None:
    asked = case(name, model)
    for term, expected in asked.values("F").items():
        factors = term.split(":")
        columns = [each for each in asked.names if belongs(each, factors)]
        found = sv.test_coefficients(asked.fit, columns)
        assert found.df == len(columns) == asked.values("F_df")[term]
        assert found.residual_df == asked.values("F_ddf")[term]
        p_value = asked.values("F_p")[term]
        if found.residual_df < 1 or found.note == "singular":
            assert np.isnan(found.statistic)
            continue
        # A statistic is a sum over the inverse of a covariance, which multiplies its error.
        assert found.statistic == pytest.approx(expected, rel=100 * asked.tolerance)
        assert found.p_value == pytest.approx(p_value, rel=1e4 * asked.tolerance, abs=1e-14)


def belongs(name: str, factors: list[str]) -> bool:
    parts = name.split(":")
    return len(parts) == len(factors) and all(a.startswith(b) for a, b in zip(parts, factors, strict=True))


def groups(asked: Case) -> tuple[str, list[str]]:
    levels = list(asked.values("margin"))
    factors = [each for each in ("band", "level", "age") if each in asked.table]
    factor = next(each for each in factors if set(levels) <= set(asked.table[each].dropna()))
    return factor, levels


def margins(asked: Case) -> sv.Margins:
    """Margins of the model's last factor, in R's order, with the average slope of its first number."""
    factor, levels = groups(asked)
    dummies = [each for each in asked.names if each.startswith(factor)]
    settings = [sv.Setting(level, {each: float(each == factor + level) for each in dummies}) for level in levels]
    settings += [sv.Setting(name, {name: 1.0}, "slope") for name in asked.values("slope")]
    return sv.predictive_margins(asked.design, asked.fit, asked.y, asked.x, settings, where=asked.where)


WITH_MARGINS = [each for each in cases() if each[1] != "crossed_linear"]
POPULATIONS: tuple[sv.Population, ...] = ("independent", "fixed", "joint")


@pytest.mark.parametrize(("name", "model"), WITH_MARGINS)
def test_margins_are_those_of_svypredmeans(name: str, model: str) -> None:
    asked = case(name, model)
    found = margins(asked)
    count = len(asked.values("margin"))
    asked.close(found.estimate[:count], np.array(list(asked.values("margin").values())))
    for population in POPULATIONS:
        if population == "joint" and name in ("jkn", "jk1"):
            continue
        expected = asked.matrix(f"margin_{population}")
        asked.close(found.covariance(population)[:count, :count], expected, of_errors(expected))


@pytest.mark.parametrize(("name", "model"), [each for each in WITH_MARGINS if case(*each).values("slope")])
def test_average_slopes_are_those_of_the_influence_functions(name: str, model: str) -> None:
    asked = case(name, model)
    found = margins(asked)
    for slope, expected in asked.values("slope").items():
        place = found.names.index(slope)
        assert found.estimate[place] == pytest.approx(expected, rel=asked.tolerance)
        assert found.se("fixed")[place] == pytest.approx(asked.values("slope_fixed")[slope], rel=asked.tolerance)
        assert found.se("joint")[place] == pytest.approx(asked.values("slope_joint")[slope], rel=asked.tolerance)


LONELY = pd.read_csv(ORACLE / "regression_lonely.csv")


@pytest.mark.parametrize("name", LONELY["case"].unique())
def test_lonely_units_follow_the_designs_rule(name: str) -> None:
    declared = LONELY_DESIGNS[name]
    table = stored(declared.data)
    columns = {"one": np.ones(len(table)), "x": table["x"], "kind": table["kind"] == "l"}
    fit = sv.fit_regression(declared.declare(), table["y"], columns, family="linear", where=table["in_base"] == 1)
    rows = LONELY[LONELY["case"] == name]
    found, expected = fit.covariance[rows["first"], rows["second"]], rows["covariance"].to_numpy()
    np.testing.assert_allclose(found, expected, rtol=CLOSED, atol=CLOSED * np.nanmax(np.append(np.abs(expected), 0.0)))
    assert set(rows["df"]) == {fit.df}
    assert set(fit.note) == ({"no_variance"} if np.isnan(expected).any() else {""})


def test_every_design_and_model_was_asked() -> None:
    asked = set(cases())
    plain = product(set(DESIGNS) - {"people"}, ["logistic", "crossed", "linear", "crossed_linear", "poisson"])
    people = {("people", "cholesterol"), ("people", "cholesterol_linear")}
    assert asked == set(plain) - {("two_stages", "crossed_linear"), ("jk1", "crossed")} | people
