"""Quality of an estimate: against R, by hand, and each boundary of the published rules from both sides."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from barometer.errors import ArgumentError
from barometer.survey.intervals import clopper_pearson
from barometer.survey.quality import (
    ENOUGH,
    FLAGS,
    MARGIN,
    ReliabilityRule,
    _near_width,
    coefficient_of_variation,
    kish_effective_n,
    reliability,
)

ORACLE = Path(__file__).parents[1] / "oracle"


def flag(estimate: float, variance: float, n: float, df: float, rule: ReliabilityRule = "nchs") -> str:
    estimates, variances, ns, dfs = (np.array([value], np.float64) for value in (estimate, variance, n, df))
    found = reliability(estimates, variances, ns, dfs, rule=rule)
    assert found.rule == rule
    return FLAGS[found.flag[0]]


def sampled(yes: int, n: int) -> str:
    """What NCHS says of a simple random sample."""
    share = yes / n
    return flag(share, share * (1 - share) / n, n, n - 1)


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    return pd.read_csv(ORACLE / "intervals_shares.csv")


def test_cv_is_that_of_r(shares: pd.DataFrame) -> None:
    p, variance = shares["share"].to_numpy(), shares["variance"].to_numpy()
    np.testing.assert_allclose(coefficient_of_variation(p, variance), shares["cv"], rtol=1e-10)


def test_cv_by_hand_and_where_it_has_no_value() -> None:
    found = coefficient_of_variation(
        np.array([0.2, -50.0, 0.0, 0.0, np.nan]), np.array([0.0016, 4.0, 1.0, 0.0, np.nan])
    )
    np.testing.assert_array_equal(found[2:], [np.inf, np.nan, np.nan])
    np.testing.assert_allclose(found[:2], [0.2, 0.04], rtol=1e-15)


def test_kish_by_hand() -> None:
    """Weights 1, 1, 2: 4^2 / 6; five weights of 3: 15^2 / 45; nobody."""
    found = kish_effective_n(np.array([4.0, 15.0, 0.0]), np.array([6.0, 45.0, 0.0]))
    np.testing.assert_allclose(found, [16 / 6, 5.0, 0.0], rtol=1e-15)


def test_kish_on_the_weights_of_an_oracle_is_n_over_one_plus_their_squared_cv(shares: pd.DataFrame) -> None:
    """Equal weights in apiclus1."""
    equal = shares[shares["design"] == "apiclus1"]
    found = kish_effective_n(equal["weight_sum"].to_numpy(), equal["weight_square_sum"].to_numpy())
    np.testing.assert_allclose(found, equal["n"], rtol=1e-12)


@pytest.mark.parametrize(
    ("yes", "n", "expected"),
    [
        # Widths of R's binom.test(yes, n)$conf.int, and widths over yes / n.
        (26, 29, "suppress_n"),
        (27, 30, "present_complement_unreliable"),  # width 0.2442: 0.27 of 0.9, 2.44 of 0.1
        (13, 41, "suppress_width"),  # 0.300017
        (14, 42, "present"),  # 0.299819
        (7, 227, "suppress_relative_width"),  # 0.050015, 1.62
        (7, 228, "present"),  # 0.049801: narrow enough whatever it is of p
        (10, 147, "suppress_relative_width"),  # 0.088444, 1.300125
        (10, 146, "present"),  # 0.089022, 1.299718
        (137, 147, "present_complement_unreliable"),
        (136, 146, "present"),
        (221, 228, "present"),
        (220, 227, "present_complement_unreliable"),
        (500, 1000, "present"),
    ],
)
def test_nchs_on_both_sides_of_each_boundary(yes: int, n: int, expected: str) -> None:
    assert sampled(yes, n) == expected


def test_nchs_asks_for_an_effective_n_of_30_even_where_n_is_more() -> None:
    share, spread = 0.9, 0.09
    assert flag(share, spread / 29.99, 400, 399) == "suppress_n"
    assert flag(share, spread / 30, 400, 399) == "present_complement_unreliable"
    assert flag(share, spread / 400, 29, 28) == "suppress_n"  # a variance smaller than that of a simple random sample


def test_nchs_takes_the_degrees_of_freedom_into_the_interval() -> None:
    """
    At p = 0.5 and an effective n of 100 the interval is 0.2034 wide; with 2 df among 100 respondents
    (qt(0.975, 99) / qt(0.975, 2))^2 = 0.2126698 leaves 21 of them, and 0.4428 (R).
    """
    assert flag(0.5, 0.0025, 100, 99) == "present"
    assert flag(0.5, 0.0025, 100, 2) == "suppress_width"


def test_nchs_does_not_count_more_than_n() -> None:
    """An effective n of 4,000 among 42: still the interval of 14 in 42, and of 13 in 41."""
    assert flag(14 / 42, 2 / 9 / 4000, 42, 41) == "present"
    assert flag(13 / 41, 2 / 9 / 4000, 41, 40) == "suppress_width"
    assert flag(13 / 41, 0.0, 41, 40) == "suppress_width"  # everybody was asked


@pytest.mark.parametrize(
    ("df", "expected"), [(8, "present"), (7, "review_df"), (7.99, "review_df"), (1, "suppress_width")]
)
def test_nchs_has_estimates_with_few_degrees_of_freedom_reviewed(df: float, expected: str) -> None:
    assert flag(0.5, 0.25 / 1000, 1000, df) == expected


@pytest.mark.parametrize("df", [0, -1, np.nan])
def test_nchs_suppresses_what_has_no_degree_of_freedom(df: float) -> None:
    assert flag(0.5, 0.25 / 1000, 1000, df) == "suppress_width"


def test_nchs_has_shares_of_0_and_1_reviewed_where_there_are_30() -> None:
    for share in (0.0, 1.0):
        assert flag(share, 0.0, 29, 28) == "suppress_n"
        assert flag(share, 0.0, 30, 29) == "review_zero_or_all"
        assert flag(share, 0.0, 30, 3) == "review_zero_or_all"
        assert flag(share, np.nan, 500, 499) == "review_zero_or_all"
    assert flag(1.0 - 2.0**-53, 1e-34, 30, 29) == "review_zero_or_all"


@given(yes=st.integers(1, 399), n=st.integers(30, 400))
def test_nchs_on_simple_random_samples_follows_the_binomial_tails(yes: int, n: int) -> None:
    """The widths from SciPy's exact test, the rule in plain words."""
    if yes >= n:
        return
    share = yes / n
    ends = stats.binomtest(yes, n).proportion_ci(0.95, method="exact")
    width = ends.high - ends.low
    if width >= 0.30:
        expected = "suppress_width"
    elif width > 0.05 and width / share > 1.30:
        expected = "suppress_relative_width"
    elif width > 0.05 and width / (1 - share) > 1.30:
        expected = "present_complement_unreliable"
    else:
        expected = "present"
    assert sampled(yes, n) == expected


def test_nchs_assesses_no_empty_base_and_no_unknown_variance() -> None:
    assert flag(np.nan, np.nan, 0, 0) == "not_assessed"
    assert flag(0.3, np.nan, 100, 99) == "not_assessed"


def test_nchs_is_for_shares() -> None:
    with pytest.raises(ArgumentError, match=r"estimate: the rule 'nchs' is for shares, 0 to 1; 2 of 3 lie outside"):
        reliability(np.array([0.5, 50.0, -2.0]), np.ones(3), np.full(3, 50), np.full(3, 49), rule="nchs")


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (0.0, "no_restriction"),
        (16.5, "no_restriction"),
        (16.5001, "caveat"),
        (33.3, "caveat"),
        (33.3001, "not_recommended"),
        (400.0, "not_recommended"),
    ],
)
def test_statcan_on_both_sides_of_each_boundary(percent: float, expected: str) -> None:
    for estimate in (1.0, 0.37, -12345.6, 3e9):
        assert flag(estimate, (estimate * percent / 100) ** 2, 50, 49, "statcan_cv") == expected


def test_statcan_does_not_assess_what_has_no_cv_or_no_degree_of_freedom() -> None:
    assert flag(0.0, 1.0, 50, 49, "statcan_cv") == "not_recommended"  # an infinite CV
    assert flag(0.0, 0.0, 50, 49, "statcan_cv") == "not_assessed"
    assert flag(5.0, 0.0, 1, 0, "statcan_cv") == "not_assessed"
    assert flag(np.nan, np.nan, 0, 0, "statcan_cv") == "not_assessed"
    assert flag(5.0, np.nan, 10, 9, "statcan_cv") == "not_assessed"


def test_flags_keep_shape_and_type_and_neighbours_do_not_touch() -> None:
    share = np.array([[0.5, np.nan], [0.0, 0.9]])
    n = np.array([[400, 0], [60, 30]])
    found = reliability(share, share * (1 - share) / np.maximum(n, 1), n, n - 1, rule="nchs")
    words = [[FLAGS[code] for code in row] for row in found.flag]
    assert words == [["present", "not_assessed"], ["review_zero_or_all", "present_complement_unreliable"]]
    assert found.flag.dtype == np.int8


def test_an_unknown_rule_names_the_known_ones() -> None:
    with pytest.raises(ArgumentError, match="rule: must be one of nchs, statcan_cv; got 'eurostat'"):
        flag(0.5, 0.01, 50, 49, "eurostat")  # type: ignore[arg-type]


def test_flags_settled_by_the_near_width_are_those_of_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    size = 40_000
    share = np.concatenate([rng.uniform(0.0, 1.0, size // 2), np.exp(rng.uniform(-7.0, 0.0, size // 2))])
    n = np.exp(rng.uniform(np.log(20.0), np.log(1e5), size))
    variance = share * (1.0 - share) / n * rng.uniform(0.5, 3.0, size)
    df = np.maximum(rng.integers(0, 300, size), 1)
    quick = reliability(share, variance, n, df, rule="nchs").flag
    monkeypatch.setattr("barometer.survey.quality.MARGIN", np.inf)
    np.testing.assert_array_equal(quick, reliability(share, variance, n, df, rule="nchs").flag)
    assert {FLAGS[code] for code in quick} >= {
        "present",
        "present_complement_unreliable",
        "review_df",
        "suppress_n",
        "suppress_width",
        "suppress_relative_width",
    }


def test_the_near_width_is_within_its_margin_of_clopper_and_pearsons() -> None:
    rng = np.random.default_rng(5)
    p = np.concatenate([rng.uniform(0.0, 0.5, 20_000), np.exp(rng.uniform(-12.0, np.log(0.5), 20_000)), [0.0, 0.5]])
    n = np.concatenate([np.exp(rng.uniform(np.log(ENOUGH), np.log(1e6), 40_000)), [ENOUGH, ENOUGH]])
    low, high = clopper_pearson(p, n)
    error = _near_width(p, n) / (high - low) - 1.0
    assert 0.004 < np.abs(error).max() < 0.006 < MARGIN
