"""Intervals against R's svyciprop (tests/oracle/intervals.R), formulas solved by hand, and what holds at the edges."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import stdtrit
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray
from barometer.survey.intervals import (
    REASONS,
    Distribution,
    IntervalMethod,
    clopper_pearson,
    share_interval,
    symmetric_interval,
    t_quantile,
)

ORACLE = Path(__file__).parents[1] / "oracle"
METHODS: tuple[IntervalMethod, ...] = get_args(IntervalMethod)
ANSWER_AT_EDGES: tuple[IntervalMethod, ...] = ("wilson", "beta", "likelihood")
EMPTY_AT_EDGES = tuple(method for method in METHODS if method not in ANSWER_AT_EDGES)
Z95, T9, T39 = 1.959963984540054, 2.2621571627409915, 2.0226909200367595  # qnorm(0.975), qt(0.975, c(9, 39))


def one(
    share: float,
    variance: float,
    n: float,
    df: float,
    confidence: float = 0.95,
    *,
    method: IntervalMethod = "logit",
    distribution: Distribution = "t",
) -> tuple[float, float, str]:
    shares, variances, ns, dfs = (np.array([value], np.float64) for value in (share, variance, n, df))
    found = share_interval(shares, variances, ns, dfs, confidence, method=method, distribution=distribution)
    return float(found.low[0]), float(found.high[0]), REASONS[found.reason[0]]


def symmetric(
    estimate: float, variance: float, n: float, df: float, distribution: Distribution = "t"
) -> tuple[float, float, str]:
    estimates, variances, ns, dfs = (np.array([value], np.float64) for value in (estimate, variance, n, df))
    found = symmetric_interval(estimates, variances, ns, dfs, distribution=distribution)
    return float(found.low[0]), float(found.high[0]), REASONS[found.reason[0]]


@pytest.fixture(scope="module")
def limits() -> pd.DataFrame:
    """One row for each share, level and distribution: what the interval is made from and R's ends."""
    shares = pd.read_csv(ORACLE / "intervals_shares.csv").set_index("case")
    return pd.read_csv(ORACLE / "intervals_limits.csv").join(shares, on="case")


def differ(limits: pd.DataFrame, method: IntervalMethod, column: str) -> tuple[FloatArray, FloatArray]:
    """Relative differences from R's column of both ends, of every row of the oracle."""
    low, high = np.full(len(limits), np.nan), np.full(len(limits), np.nan)
    for (level, distribution), block in limits.groupby(["level", "distribution"]):
        share, variance, n, df = (block[name].to_numpy() for name in ("share", "variance", "n", "df"))
        chosen: Distribution = "t" if distribution == "t" else "normal"
        found = share_interval(share, variance, n, df, float(str(level)), method=method, distribution=chosen)
        low[block.index] = found.low / block[f"{column}_low"] - 1.0
        high[block.index] = found.high / block[f"{column}_high"] - 1.0
    return low, high


def test_the_oracle_holds_small_and_large_shares_few_and_many_degrees_of_freedom(limits: pd.DataFrame) -> None:
    assert len(limits) == 4 * 47
    assert set(limits["design"]) == {"apistrat", "apiclus1", "apiclus2", "scd", "few"}
    assert set(zip(limits["level"], limits["distribution"], strict=True)) == {
        (0.9, "t"), (0.95, "t"), (0.99, "t"), (0.95, "normal"),
    }  # fmt: skip
    assert limits["share"].min() < 0.01
    assert limits["share"].max() > 0.99
    assert limits["df"].min() == 3
    assert limits["df"].max() == 197
    assert limits["n"].min() == 9


@pytest.mark.parametrize(
    ("method", "column"), [("logit", "xlogit"), ("xlogit", "xlogit"), ("beta", "beta"), ("wald", "wald")]
)
def test_closed_forms_are_those_of_r(limits: pd.DataFrame, method: IntervalMethod, column: str) -> None:
    low, high = differ(limits, method, column)
    assert np.abs(low).max() < 1e-8
    assert np.abs(high).max() < 1e-8


def test_the_iterated_logit_of_r_is_reached_at_the_tolerance_of_its_glm(limits: pd.DataFrame) -> None:
    """R stops when the deviance moves by less than 1e-8; the largest difference is 1.1e-7 (a share of 0.007)."""
    low, high = differ(limits, "logit", "logit")
    assert np.abs(low).max() < 2e-7
    assert np.abs(high).max() < 2e-7


def test_the_likelihood_solves_the_criterion_of_r(limits: pd.DataFrame) -> None:
    """R's deviance, dispersion and scale, solved in R by bisection."""
    low, high = differ(limits, "likelihood", "profile")
    assert np.abs(low).max() < 1e-8
    assert np.abs(high).max() < 1e-8


def test_the_likelihood_of_r_is_reached_up_to_its_interpolation(limits: pd.DataFrame) -> None:
    """R draws lines between some thirty points of a spline through ten; its largest slip here is 3.1e-3."""
    low, high = differ(limits, "likelihood", "likelihood")
    assert np.count_nonzero(np.isnan(low)) == 1  # R's points end before the cutoff there
    assert np.nanmax(np.abs(low)) < 4e-3
    assert np.nanmax(np.abs(high)) < 4e-3


def test_the_arcsine_is_that_of_r_where_its_angle_stays_in_the_quadrant(limits: pd.DataFrame) -> None:
    low, high = differ(limits, "arcsine", "arcsine")
    centre = np.arcsin(np.sqrt(limits["share"]))
    quantile = np.where(
        limits["distribution"] == "t", stats.t.ppf(0.5 + limits["level"] / 2, limits["df"]), stats.norm.ppf(0.975)
    )
    half = quantile * np.sqrt(limits["variance"] / (limits["share"] * (1 - limits["share"]))) / 2
    below, above = (centre - half < 0).to_numpy(), (centre + half > np.pi / 2).to_numpy()
    assert np.abs(low[~below]).max() < 1e-8
    assert np.abs(high[~above]).max() < 1e-8
    assert (below.sum(), above.sum()) == (13, 7)
    np.testing.assert_array_equal(low[below], -1.0)  # ours is 0, R's has turned back above it
    np.testing.assert_allclose((1.0 + high[above]) * limits["arcsine_high"][above], 1.0, rtol=1e-15)
    np.testing.assert_allclose(limits["arcsine_low"][below], np.sin(centre - half)[below] ** 2, rtol=1e-8)


def test_logit_by_hand() -> None:
    """p = 0.2, SE = 0.04, df = 50: logit -1.386294, half width 2.008559 x 0.04 / 0.16 = 0.502140."""
    low, high, reason = one(0.2, 0.0016, 100, 50)
    assert reason == ""
    assert low == pytest.approx(1 / (1 + np.exp(1.3862944 + 0.5021398)), abs=1e-7)
    assert high == pytest.approx(1 / (1 + np.exp(1.3862944 - 0.5021398)), abs=1e-7)


def test_wilson_by_hand() -> None:
    """
    p = 0.25 and V = 0.01 make n* = 18.75; with t(9) = 2.262157, a = t^2 / n* = 0.272926.

    The roots of 1.272926 x^2 - 0.772926 x + 0.0625 are (0.772926 -+ sqrt(0.597414 - 0.318231)) / 2.545851.
    """
    low, high, reason = one(0.25, 0.01, 40, 9, method="wilson")
    assert reason == ""
    assert (low, high) == pytest.approx((0.0960576, 0.5111465), abs=2e-7)


def test_wilson_solves_its_own_quadratic(limits: pd.DataFrame) -> None:
    block = limits[(limits["level"] == 0.99)]
    p, variance, n, df = (block[name].to_numpy() for name in ("share", "variance", "n", "df"))
    found = share_interval(p, variance, n, df, 0.99, method="wilson")
    for end in (found.low, found.high):
        score = (p - end) / np.sqrt(end * (1 - end) * variance / (p * (1 - p)))
        np.testing.assert_allclose(np.abs(score), stats.t.ppf(0.995, df), rtol=1e-9)


@pytest.mark.parametrize(("method", "other"), [("wilson", "wilson"), ("beta", "beta"), ("wald", "normal")])
def test_without_a_design_effect_they_are_the_intervals_of_a_simple_random_sample(
    method: IntervalMethod, other: str
) -> None:
    yes, n = np.array([1.0, 7.0, 60.0, 119.0]), np.array([12.0, 12.0, 200.0, 120.0])
    p = yes / n
    found = share_interval(p, p * (1 - p) / n, n, n - 1, 0.9, method=method, distribution="normal")
    low, high = proportion_confint(yes, n, alpha=0.1, method=other)
    inside = (found.low > 0) & (found.high < 1)  # statsmodels clips the Wald interval
    np.testing.assert_allclose(found.low[inside], low[inside], rtol=1e-10)
    np.testing.assert_allclose(found.high[inside], high[inside], rtol=1e-10)
    assert inside.sum() >= 2


def test_clopper_pearson_limits_have_the_binomial_tails_that_define_them() -> None:
    yes, n = np.array([3.0, 29.0, 500.0]), np.array([30.0, 30.0, 1000.0])
    low, high = clopper_pearson(yes / n, n, 0.95)
    np.testing.assert_allclose(stats.binom.sf(yes - 1, n, low), 0.025, rtol=1e-9)
    np.testing.assert_allclose(stats.binom.cdf(yes, n, high), 0.025, rtol=1e-9)


def test_clopper_pearson_keeps_its_order_at_an_n_that_the_beta_quantile_cannot_take() -> None:
    low, high = clopper_pearson(np.array([0.3]), np.array([1e20]))
    assert low[0] < 0.3 < high[0]
    assert high[0] - low[0] < 2e-7


def test_beta_takes_the_ratio_of_t_quantiles_into_its_n_and_none_with_the_normal() -> None:
    """n* = 100, (qt(0.025, 199) / qt(0.025, 9))^2 = 0.7598872 (R)."""
    with_t = one(0.2, 0.0016, 200, 9, method="beta")
    with_normal = one(0.2, 0.0016, 200, 9, method="beta", distribution="normal")
    assert with_t[:2] == pytest.approx((0.116968947, 0.307510178), abs=1e-9)  # R: qbeta at m = 75.98872
    assert with_normal[:2] == pytest.approx((0.126655552, 0.291842689), abs=1e-9)  # R: binom.test(20, 100)


@pytest.mark.parametrize("method", METHODS)
def test_normal_is_t_with_infinite_degrees_of_freedom(method: IntervalMethod) -> None:
    """Beta too: its n is large here, so that the quantile at n - 1 is the normal one."""
    n = 1e12
    normal = one(0.3, 0.002, n, 4, method=method, distribution="normal")
    infinite = one(0.3, 0.002, n, np.inf, method=method)
    assert normal[:2] == pytest.approx(infinite[:2], rel=1e-11)
    assert one(0.3, 0.002, n, 4, method=method)[1] > normal[1]


@pytest.mark.parametrize("method", METHODS)
def test_the_complement_mirrors(method: IntervalMethod) -> None:
    for share in (0.3, 0.001, 0.0):
        low, high, _ = one(share, share * (1 - share) / 70, 90, 12, method=method)
        mirrored_low, mirrored_high, _ = one(1 - share, share * (1 - share) / 70, 90, 12, method=method)
        assert (mirrored_low, mirrored_high) == pytest.approx((1 - high, 1 - low), abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("method", METHODS)
def test_higher_confidence_is_wider(method: IntervalMethod) -> None:
    narrow, wide = one(0.4, 0.001, 200, 40, 0.95, method=method), one(0.4, 0.001, 200, 40, 0.99, method=method)
    assert wide[0] < narrow[0] < 0.4 < narrow[1] < wide[1]


@given(
    logit=st.floats(-15.0, 15.0),
    n_effective=st.floats(0.5, 1e7),
    n=st.integers(2, 10**7),
    df=st.integers(1, 10**5),
    confidence=st.floats(0.5, 0.9999),
    method=st.sampled_from(METHODS),
    distribution=st.sampled_from(get_args(Distribution)),
)
def test_every_interval_holds_its_share_and_all_but_wald_stay_in_the_unit(
    logit: float,
    n_effective: float,
    n: int,
    df: int,
    confidence: float,
    method: IntervalMethod,
    distribution: Distribution,
) -> None:
    share = 1.0 / (1.0 + np.exp(-logit))
    variance = share * (1.0 - share) / n_effective
    low, high, reason = one(share, variance, n, df, confidence, method=method, distribution=distribution)
    assert reason == ""
    assert low < high
    assert low <= share <= high
    assert method == "wald" or 0.0 <= low < high <= 1.0


def test_wald_may_leave_the_unit() -> None:
    assert one(0.01, 0.0004, 60, 30, method="wald")[0] < 0


@pytest.mark.parametrize("method", METHODS)
def test_an_empty_base_is_empty_by_every_method(method: IntervalMethod) -> None:
    for distribution in get_args(Distribution):
        found = one(np.nan, np.nan, 0, 0, method=method, distribution=distribution)
        assert found == pytest.approx((np.nan, np.nan, "empty_base"), nan_ok=True)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("df", [0.0, 0.99, -1.0, np.nan])
def test_below_one_degree_of_freedom_there_is_no_t(method: IntervalMethod, df: float) -> None:
    assert one(0.5, 0.01, 20, df, method=method) == pytest.approx((np.nan, np.nan, "df_below_1"), nan_ok=True)
    low, high, reason = one(0.5, 0.01, 20, df, method=method, distribution="normal")
    assert reason == ""
    assert 0 < low < 0.5 < high < 1


@pytest.mark.parametrize("method", EMPTY_AT_EDGES)
@pytest.mark.parametrize(("share", "reason"), [(0.0, "share_zero"), (1.0, "share_one")])
@pytest.mark.parametrize("df", [20, 0])
def test_methods_that_need_a_variance_are_empty_at_shares_of_0_and_1(
    method: IntervalMethod, share: float, reason: str, df: int
) -> None:
    for distribution in get_args(Distribution):
        found = one(share, 0.0, 40, df, method=method, distribution=distribution)
        assert found == pytest.approx((np.nan, np.nan, reason), nan_ok=True)


UPPER_AT_0: list[tuple[IntervalMethod, Callable[[float], float]]] = [
    ("wilson", lambda q: q**2 / (40 + q**2)),
    ("beta", lambda _: 1 - 0.025 ** (1 / 40)),
    ("likelihood", lambda q: 1 - np.exp(-(q**2) / (2 * 39))),
]


@pytest.mark.parametrize(("method", "upper"), UPPER_AT_0)
@pytest.mark.parametrize(("distribution", "quantile"), [("t", T39), ("normal", Z95)])
def test_at_shares_of_0_and_1_the_others_put_n_in_place_of_the_effective_n(
    method: IntervalMethod, upper: Callable[[float], float], distribution: Distribution, quantile: float
) -> None:
    zero = one(0.0, 0.0, 40, 39, method=method, distribution=distribution)
    assert zero[:2] == pytest.approx((0.0, upper(quantile)), rel=1e-12)
    all_of_them = one(1.0, 0.0, 40, 39, method=method, distribution=distribution)
    assert all_of_them[:2] == pytest.approx((1 - upper(quantile), 1.0), rel=1e-12)
    assert (zero[0], zero[2], all_of_them[1], all_of_them[2]) == (0.0, "share_zero", 1.0, "share_one")


@pytest.mark.parametrize("method", ANSWER_AT_EDGES)
def test_the_interval_at_0_is_where_intervals_of_small_shares_go(method: IntervalMethod) -> None:
    p, n = 1e-9, 400
    near = one(p, p * (1 - p) / n, n, n - 1, method=method)
    assert one(0.0, 0.0, n, n - 1, method=method)[:2] == pytest.approx(near[:2], abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_one_observation(method: IntervalMethod) -> None:
    reason = "df_below_1" if method in ANSWER_AT_EDGES else "share_one"
    assert one(1.0, 0.0, 1, 0, method=method) == pytest.approx((np.nan, np.nan, reason), nan_ok=True)


@pytest.mark.parametrize(("method", "high"), [("wilson", Z95**2 / (1 + Z95**2)), ("beta", 0.975), ("likelihood", 1.0)])
def test_one_observation_with_the_normal_distribution_says_almost_nothing(method: IntervalMethod, high: float) -> None:
    found = one(0.0, 0.0, 1, 0, method=method, distribution="normal")
    assert found[:2] == pytest.approx((0.0, high), rel=1e-12)
    assert found[2] == "share_zero"


@pytest.mark.parametrize("method", METHODS)
def test_no_width_comes_with_a_word(method: IntervalMethod) -> None:
    assert one(0.3, 0.0, 20, 19, method=method) == (0.3, 0.3, "no_spread")
    assert one(0.3, 1e-35, 20, 19, method=method) == (0.3, 0.3, "no_spread")  # the rounding of sums
    assert one(0.3, 0.0, 20, 0, method=method, distribution="normal") == (0.3, 0.3, "no_spread")


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_variance_is_said(method: IntervalMethod) -> None:
    assert one(0.3, np.nan, 20, 19, method=method) == pytest.approx((np.nan, np.nan, "no_variance"), nan_ok=True)


def test_a_sum_that_misses_1_by_rounding_is_1() -> None:
    assert one(1.0 - 2.0**-53, 1e-34, 20, 19) == pytest.approx((np.nan, np.nan, "share_one"), nan_ok=True)
    assert one(1.0 + 2.0**-52, 1e-34, 20, 19, method="beta")[1:] == (1.0, "share_one")


def test_edges_do_not_touch_their_neighbours_and_the_shape_stays() -> None:
    share = np.array([[0.2, 0.0, np.nan], [1.0, 0.5, 0.5]])
    variance = np.array([[0.0016, 0.0, np.nan], [0.0, 0.0, 0.01]])
    n, df = np.array([[100, 50, 0], [30, 10, 20]]), np.array([[50, 49, 0], [29, 9, 0]])
    found = share_interval(share, variance, n, df, method="wilson")
    words = [[REASONS[code] for code in row] for row in found.reason]
    assert words == [["", "share_zero", "empty_base"], ["share_one", "no_spread", "df_below_1"]]
    assert found.reason.dtype == np.int8
    for place in np.ndindex(2, 3):
        alone = one(*(float(values[place]) for values in (share, variance, n, df)), method="wilson")
        assert (found.low[place], found.high[place]) == pytest.approx(alone[:2], nan_ok=True, rel=1e-14)


def test_nothing_that_was_given_changes() -> None:
    share, variance, n, df = np.array([0.0, 0.4]), np.array([0.0, 0.01]), np.array([20.0, 20.0]), np.array([5.0, 5.0])
    share_interval(share, variance, n, df, method="beta")
    symmetric_interval(share, variance, n, df)
    assert [values.tolist() for values in (share, variance, n, df)] == [[0.0, 0.4], [0.0, 0.01], [20, 20], [5, 5]]


def test_symmetric_by_hand() -> None:
    """250 -+ 2.024394 x 10 (qt(0.975, 38)) and 250 -+ 1.959964 x 10."""
    low, high, reason = symmetric(250.0, 100.0, 40, 38)
    assert (low, high) == pytest.approx((229.75606, 270.24394), abs=1e-5)
    assert reason == ""
    assert symmetric(250.0, 100.0, 40, 0, distribution="normal")[:2] == pytest.approx((230.40036, 269.59964))


@pytest.mark.parametrize(
    ("estimate", "variance", "n", "df", "expected"),
    [
        (np.nan, np.nan, 0, 0, (np.nan, np.nan, "empty_base")),
        (0.0, 0.0, 0, 0, (np.nan, np.nan, "empty_base")),  # the total of nobody
        (7.0, 0.0, 1, 0, (np.nan, np.nan, "df_below_1")),
        (7.0, np.nan, 5, 4, (np.nan, np.nan, "no_variance")),
        (7.0, 0.0, 5, 4, (7.0, 7.0, "no_spread")),
        (-7.0, 1e-30, 5, 4, (-7.0, -7.0, "no_spread")),
        (0.0, 0.0, 5, 4, (0.0, 0.0, "no_spread")),
    ],
)
def test_symmetric_at_the_edges(
    estimate: float, variance: float, n: int, df: int, expected: tuple[float, float, str]
) -> None:
    assert symmetric(estimate, variance, n, df) == pytest.approx(expected, nan_ok=True)


def test_one_mean_of_one_observation_with_the_normal_distribution_has_no_spread() -> None:
    assert symmetric(7.0, 0.0, 1, 0, distribution="normal") == (7.0, 7.0, "no_spread")


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95, -0.1, np.nan])
def test_confidence_is_a_fraction(confidence: float) -> None:
    with pytest.raises(ArgumentError, match="confidence: must be a number between 0 and 1"):
        one(0.5, 0.01, 20, 5, confidence)
    with pytest.raises(ArgumentError, match="confidence"):
        symmetric_interval(np.ones(1), np.ones(1), np.ones(1), np.ones(1), confidence)


def test_unknown_choices_name_the_known_ones() -> None:
    with pytest.raises(ArgumentError, match=r"method: must be one of logit, .*wald; got 'score'"):
        one(0.5, 0.01, 20, 5, method="score")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="distribution: must be one of t, normal; got 'z'"):
        one(0.5, 0.01, 20, 5, distribution="z")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="distribution"):
        symmetric(0.5, 0.01, 20, 5, distribution="z")  # type: ignore[arg-type]


def test_percentages_negative_variances_and_other_shapes_are_refused_with_their_count() -> None:
    three = np.array([20.0, 30.0, 0.5])
    with pytest.raises(ArgumentError, match=r"share: expected fractions from 0 to 1; 2 of 3 lie outside"):
        share_interval(three, three, three, three)
    with pytest.raises(ArgumentError, match=r"variance: expected 0 or more; 1 of 3 are negative"):
        symmetric_interval(three, np.array([1.0, -1.0, 2.0]), three, three)
    with pytest.raises(ArgumentError, match=r"df: expected the shape of estimate, \(3,\); got \(2,\)"):
        symmetric_interval(three, three, three, three[:2])


def test_quantiles_are_those_of_r_and_keep_the_shape() -> None:
    found = t_quantile(np.array([[1, 10], [100, 1]]), 0.95)
    expected = [[12.706204736, 2.228138852], [1.983971519, 12.706204736]]  # qt(0.975, df)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_t_quantiles_are_those_of_each_df_whatever_their_kind_and_shape() -> None:
    whole = np.array([[3, 1, 0], [10**7, 3, 10**10]])
    for df in (whole, whole.astype(float), whole / 7.0, np.array([np.inf, 2.0]), np.array([np.nan, 2.5]), np.array([])):
        found = t_quantile(df, 0.9)
        assert found.shape == df.shape
        np.testing.assert_array_equal(found, stdtrit(df.astype(float), 0.95))
    assert t_quantile(4, 0.9).shape == ()
    assert float(t_quantile(4, 0.9)) == float(stdtrit(4, 0.95))
