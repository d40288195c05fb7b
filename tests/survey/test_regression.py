"""Regression by identities, by statsmodels' point estimates, and what is refused in words."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm  # type: ignore[import-untyped]

import barometer.survey as sv
from barometer.errors import ArgumentError, BarometerWarning, ModelError, UnknownNameError
from barometer.survey.arrays import FloatArray

FAMILIES: tuple[sv.FamilyName, ...] = ("logistic", "linear", "poisson")


class Sample:
    """600 rows of four strata, a group of three, a number, and an outcome of each family."""

    def __init__(self, seed: int = 3) -> None:
        draw = np.random.default_rng(seed)
        n = 600
        self.weight = draw.uniform(1.0, 5.0, n)
        self.stratum = draw.integers(0, 4, n)
        self.group = draw.integers(0, 3, n)
        self.x = draw.normal(size=n)
        self.columns: dict[str, Any] = {
            "one": np.ones(n),
            "b": self.group == 1,
            "c": self.group == 2,
            "x": self.x,
        }
        eta = 0.3 + 0.5 * (self.group == 1) - 0.8 * (self.group == 2) + 0.4 * self.x
        self.yes = (draw.random(n) < 1.0 / (1.0 + np.exp(-eta))).astype(np.float64)
        self.number = 10.0 + eta + draw.normal(size=n)
        self.count = draw.poisson(np.exp(0.5 * eta)).astype(np.float64)
        self.design = sv.declare_design(
            self.weight, self.stratum, population=np.bincount(self.stratum)[self.stratum] * 3
        )

    def outcome(self, family: sv.FamilyName) -> FloatArray:
        outcomes: dict[str, FloatArray] = {"logistic": self.yes, "linear": self.number, "poisson": self.count}
        return outcomes[family]

    def dummies(self) -> dict[str, Any]:
        return {name: self.columns[name] for name in ("one", "b", "c")}

    def settings(self) -> list[sv.Setting]:
        return [sv.Setting(each, {"b": float(each == "b"), "c": float(each == "c")}) for each in "abc"]


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample()


@pytest.mark.parametrize("family", FAMILIES)
def test_coefficients_are_those_of_statsmodels_with_weights(sample: Sample, family: sv.FamilyName) -> None:
    kinds = {"logistic": sm.families.Binomial, "linear": sm.families.Gaussian, "poisson": sm.families.Poisson}
    x = np.column_stack([np.asarray(column, np.float64) for column in sample.columns.values()])
    theirs = sm.GLM(sample.outcome(family), x, family=kinds[family](), freq_weights=sample.weight)
    expected = theirs.fit(tol=1e-14, maxiter=100).params
    found = sv.fit_regression(sample.design, sample.outcome(family), sample.columns, family=family)
    np.testing.assert_allclose(found.coefficients, expected, rtol=1e-9)


def test_a_linear_model_of_groups_has_their_means_and_differences(sample: Sample) -> None:
    fit = sv.fit_regression(sample.design, sample.number, sample.dummies(), family="linear")
    means = sv.estimate_means(sample.design, sample.number, by=sample.group)
    assert fit.coefficients[0] == pytest.approx(means.estimate[1, 0], rel=1e-12)
    assert fit.se[0] == pytest.approx(means.se[1, 0], rel=1e-9)
    for column, group in (("b", 1), ("c", 2)):
        difference = means.difference(group, 0)
        assert fit.coefficients[fit.position(column)] == pytest.approx(difference.estimate, rel=1e-9)
        assert fit.se[fit.position(column)] == pytest.approx(difference.se, rel=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("population", ["independent", "joint", "fixed"])
def test_margins_of_a_model_of_groups_are_their_means(
    sample: Sample, family: sv.FamilyName, population: sv.Population
) -> None:
    """Nothing is left to adjust for: every definition of the error is that of the domain's mean."""
    y = sample.outcome(family)
    fit = sv.fit_regression(sample.design, y, sample.dummies(), family=family)
    margins = sv.predictive_margins(sample.design, fit, y, sample.dummies(), sample.settings())
    means = sv.estimate_means(sample.design, y, by=sample.group)
    np.testing.assert_allclose(margins.estimate, means.estimate[1:, 0], rtol=1e-9)
    np.testing.assert_allclose(margins.covariance(population), means.covariance()[1:, 1:], rtol=1e-7, atol=1e-12)


def test_the_mean_prediction_as_observed_is_the_mean_with_its_joint_error(sample: Sample) -> None:
    fit = sv.fit_regression(sample.design, sample.yes, sample.columns)
    margins = sv.predictive_margins(sample.design, fit, sample.yes, sample.columns, [sv.Setting("all", {})])
    share = sv.estimate_shares(sample.design, sample.yes)
    assert margins.estimate[0] == pytest.approx(share.estimate[0, 0], rel=1e-12)
    assert margins.se("joint")[0] == pytest.approx(share.se[0, 0], rel=1e-9)
    assert margins.se("independent")[0] != pytest.approx(share.se[0, 0], rel=1e-4)


def test_the_average_slope_of_a_linear_model_is_its_coefficient(sample: Sample) -> None:
    fit = sv.fit_regression(sample.design, sample.number, sample.columns, family="linear")
    slope = sv.predictive_margins(
        sample.design, fit, sample.number, sample.columns, [sv.Setting("x", {"x": 1.0}, "slope")]
    )
    assert slope.estimate[0] == pytest.approx(fit.coefficients[3], rel=1e-12)
    for population in ("fixed", "joint", "independent"):
        assert slope.se(population)[0] == pytest.approx(fit.se[3], rel=1e-9)


def test_an_average_slope_is_the_limit_of_differences(sample: Sample) -> None:
    fit = sv.fit_regression(sample.design, sample.yes, sample.columns)
    step = 1e-5
    settings = [
        sv.Setting("x", {"x": 1.0}, "slope"),
        sv.Setting("up", {"x": sample.x + step}),
        sv.Setting("down", {"x": sample.x - step}),
    ]
    found = sv.predictive_margins(sample.design, fit, sample.yes, sample.columns, settings)
    difference = found.difference("up", "down")
    assert found.estimate[0] == pytest.approx(difference.estimate[0] / (2 * step), rel=1e-7)
    assert found.se("joint")[0] == pytest.approx(difference.se("joint")[0] / (2 * step), rel=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_scale_of_weights_and_columns_does_not_matter(sample: Sample, family: sv.FamilyName) -> None:
    y = sample.outcome(family)
    plain = sv.fit_regression(sample.design, y, sample.columns, family=family)
    heavy = sv.declare_design(
        sample.weight * 1e6, sample.stratum, population=np.bincount(sample.stratum)[sample.stratum] * 3
    )
    far = dict(sample.columns, x=2_000.0 + 0.001 * sample.x)
    moved = sv.fit_regression(heavy, y, far, family=family)
    assert moved.coefficients[3] == pytest.approx(1000.0 * plain.coefficients[3], rel=1e-8)
    assert moved.se[3] == pytest.approx(1000.0 * plain.se[3], rel=1e-8)
    np.testing.assert_allclose(moved.se[1:3], plain.se[1:3], rtol=1e-8)


def test_missing_values_and_where_are_a_domain(sample: Sample) -> None:
    inside = sample.x > -0.5
    y = np.where(sample.stratum == 2, np.nan, sample.yes)
    by_where = sv.fit_regression(sample.design, y, sample.columns, where=inside)
    columns = dict(sample.columns, x=np.where(inside, sample.x, np.nan))
    by_missing = sv.fit_regression(sample.design, y, columns)
    np.testing.assert_allclose(by_where.covariance, by_missing.covariance, rtol=1e-12)
    assert by_where.n == by_missing.n == (inside & (sample.stratum != 2)).sum()
    assert by_where.missing == (inside & (sample.stratum == 2)).sum()
    assert by_missing.missing == 600 - by_missing.n
    alone = sv.declare_design(sample.weight[inside], sample.stratum[inside])
    filtered = sv.fit_regression(alone, y[inside], {name: np.asarray(c)[inside] for name, c in sample.columns.items()})
    np.testing.assert_allclose(filtered.coefficients, by_where.coefficients, rtol=1e-9)
    assert abs(filtered.se[0] / by_where.se[0] - 1.0) > 1e-3


def test_a_test_of_one_coefficient_is_its_t_squared(sample: Sample) -> None:
    fit = sv.fit_regression(sample.design, sample.yes, sample.columns)
    test = sv.test_coefficients(fit, ["x"])
    assert test.statistic == pytest.approx(fit.statistic[3] ** 2, rel=1e-12)
    assert test.p_value == pytest.approx(fit.p_value[3], rel=1e-9)
    assert (test.df, test.residual_df) == (1, fit.df)
    with pytest.raises(UnknownNameError, match="'xx'"):
        sv.test_coefficients(fit, ["xx"])


def test_a_test_of_more_coefficients_than_the_design_tells_apart_says_so() -> None:
    draw = np.random.default_rng(5)
    psu = np.repeat(np.arange(7), 30)
    group = draw.integers(0, 7, 210)
    columns = {"one": np.ones(210)} | {f"g{each}": group == each for each in range(1, 7)}
    design = sv.declare_design(np.ones(210), psu=psu)
    fit = sv.fit_regression(design, draw.normal(size=210), columns, family="linear")
    assert fit.df == 0
    assert np.isnan(fit.p_value).all()
    assert np.isnan(fit.confint()).all()
    assert sv.test_coefficients(fit, list(columns)).note == "df_below_1"
    assert sv.wald_test(np.ones(2), np.ones((2, 2)), 5).note == "singular"
    assert sv.wald_test(np.ones(2), np.diag([1.0, 0.0]), 5).note == "no_spread"


def test_jackknifed_coefficients_have_nearly_the_linearized_errors(sample: Sample) -> None:
    design = sv.declare_design(sample.weight, sample.stratum)
    replicates = sv.make_replicates(design, "jkn")
    for family in FAMILIES:
        y = sample.outcome(family)
        plain = sv.fit_regression(design, y, sample.columns, family=family)
        found = sv.fit_regression(replicates, y, sample.columns, family=family)
        np.testing.assert_array_equal(found.coefficients, plain.coefficients)
        np.testing.assert_allclose(found.se, plain.se, rtol=0.05)
        assert found.df == plain.df


def test_a_replicate_without_a_group_is_left_out_with_a_warning(sample: Sample) -> None:
    weights = np.tile(sample.weight[:, np.newaxis], 4) * np.random.default_rng(1).uniform(0.8, 1.2, (600, 4))
    weights[sample.group == 2, 0] = 0.0
    design = sv.declare_replicates(sample.weight, weights, kind="bootstrap", df=3)
    with pytest.warns(BarometerWarning, match="1 of 4 replicates have no solution"):
        found = sv.fit_regression(design, sample.yes, sample.columns)
    assert np.isfinite(found.se).all()
    assert found.replicates is not None
    assert np.isnan(found.replicates).any(axis=0).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("changed", "reason", "said"),
    [
        ({"again": lambda s: s.group == 0}, "collinear", "'again' follows from 'b', 'c'"),
        ({"double": lambda s: 2.0 * s.x - 3.0}, "collinear", "'double' follows from 'x'"),
        ({"never": lambda _: np.zeros(600)}, "constant_column", "'never': the same number in every row"),
        ({"two": lambda _: np.full(600, 2.0)}, "constant_column", "'two'"),
    ],
)
def test_columns_that_tell_nothing_are_named(sample: Sample, changed: Any, reason: str, said: str) -> None:
    columns = sample.columns | {name: make(sample) for name, make in changed.items()}
    with pytest.raises(ModelError, match=said) as caught:
        sv.fit_regression(sample.design, sample.yes, columns)
    assert caught.value.reason == reason
    assert caught.value.columns == tuple(changed)


def test_separation_is_told_with_its_column(sample: Sample) -> None:
    y = np.where(sample.group == 1, 1.0, sample.yes)
    with pytest.raises(
        ModelError, match=f"all {(sample.group == 1).sum()} rows with 'b' at 1 have the outcome 1"
    ) as one:
        sv.fit_regression(sample.design, y, sample.columns)
    assert (one.value.reason, one.value.columns) == ("separated", ("b",))
    with pytest.raises(ModelError, match="'b', 'c' together foretell the outcome of"):
        sv.fit_regression(sample.design, np.where(sample.group == 0, 0.0, sample.yes), sample.columns)
    line = {"one": sample.columns["one"], "x": sample.x}
    with pytest.raises(ModelError, match="'x' foretells the outcome of") as number:
        sv.fit_regression(sample.design, (sample.x > 0.1).astype(np.float64), line)
    assert f"{sample.x.max():g}" not in str(number.value)
    with pytest.raises(ModelError, match=r"all \d+ rows with 'c' at 1 have the outcome 0"):
        sv.fit_regression(
            sample.design, np.where(sample.group == 2, 0.0, sample.count), sample.columns, family="poisson"
        )


def test_a_rare_outcome_is_no_separation() -> None:
    y = np.zeros(20_000)
    y[:2] = 1.0
    columns = {"one": np.ones(y.size), "odd": np.arange(y.size) % 2}
    fit = sv.fit_regression(sv.declare_design(np.ones(y.size)), y, columns)
    assert fit.coefficients[0] == pytest.approx(np.log(1.0 / 9_999.0), rel=1e-10)
    assert fit.coefficients[1] == pytest.approx(0.0, abs=1e-9)


def test_a_first_step_that_goes_astray_is_taken_back() -> None:
    """A row far out in x, where the first fit of the others foretells e^360 for an outcome of 0."""
    x = np.append(np.linspace(-1.0, 1.0, 30), 40.0)
    y = np.append(np.round(np.exp(9.0 * x[:30])), 0.0)
    fit = sv.fit_regression(sv.declare_design(np.ones(31)), y, {"one": np.ones(31), "x": x}, family="poisson")
    residual = y - np.exp(fit.coefficients[0] + fit.coefficients[1] * x)
    assert [residual.sum(), residual @ x] == pytest.approx([0.0, 0.0], abs=1e-9 * y.sum())


def test_wrong_outcomes_and_arguments_are_refused(sample: Sample) -> None:
    fit = sv.fit_regression(sample.design, sample.yes, sample.columns)

    def refused(match: str, outcome: Any = sample.yes, columns: Any = sample.columns, **options: Any) -> None:
        with pytest.raises(ArgumentError, match=match):
            sv.fit_regression(sample.design, outcome, columns, **options)

    refused("not 0 or 1", outcome=sample.number)
    refused("negative", outcome=-sample.count, family="poisson")
    refused("family: must be one of logistic, linear, poisson", family="probit")
    refused("different names", names=["a", "b"])
    refused("0 of 600 rows", outcome=np.full(600, np.nan))
    refused("infinite numbers in 'x'", columns=dict(sample.columns, x=np.full(600, np.inf)))
    with pytest.raises(ModelError, match="all 600 rows have the same outcome"):
        sv.fit_regression(sample.design, np.ones(600), sample.columns)
    with pytest.raises(UnknownNameError, match="'z'"):
        sv.predictive_margins(sample.design, fit, sample.yes, sample.columns, [sv.Setting("z", {"z": 1.0})])
    with pytest.raises(ArgumentError, match="nothing is set"):
        sv.predictive_margins(sample.design, fit, sample.yes, sample.columns, [])
    replicates = sv.make_replicates(sv.declare_design(sample.weight), "jk1")
    with pytest.raises(ArgumentError, match="not the one that the model was fitted to"):
        sv.predictive_margins(replicates, fit, sample.yes, sample.columns, sample.settings())


def test_a_result_is_read_only_and_shows_no_rows(sample: Sample) -> None:
    fit = sv.fit_regression(sample.design, sample.yes, sample.columns)
    with pytest.raises(ValueError, match="read-only"):
        fit.coefficients[0] = 1.0
    assert "600 rows" in repr(fit)
    assert len(repr(fit).splitlines()) == 2 + 4
    frame = fit.to_frame(0.9)
    assert list(frame["column"]) == list(sample.columns)
    np.testing.assert_array_equal(frame[["ci_low", "ci_high"]], fit.confint(0.9))
    margins = sv.predictive_margins(sample.design, fit, sample.yes, sample.columns, sample.settings())
    assert list(margins.to_frame()["setting"]) == ["a", "b", "c"]
    np.testing.assert_array_equal(margins.to_frame("fixed")["se"], margins.se("fixed"))
    assert len(repr(margins).splitlines()) == 2 + 3
