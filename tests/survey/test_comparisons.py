"""Pairs of shares compared, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from barometer.survey.comparisons import COMPARISON_REASONS, Pairs, compare_shares


def pair(p: float, q: float, v: float = 0.001, w: float = 0.002, c: float = 0.0005, df: float = 20.0) -> Pairs:
    return Pairs(
        first=np.array([p]),
        second=np.array([q]),
        first_variance=np.array([v]),
        second_variance=np.array([w]),
        covariance=np.array([c]),
        first_n=np.array([40]),
        second_n=np.array([50]),
        df=np.array([df]),
        nested=np.array([False]),
    )


def word(pairs: Pairs) -> str:
    return COMPARISON_REASONS[compare_shares(pairs).reason[0]]


def test_the_three_scales_by_hand() -> None:
    found = compare_shares(pair(0.6, 0.4), 0.9)
    t = stats.t.ppf(0.95, 20)
    se = np.sqrt(0.001 + 0.002 - 0.001)
    log_ratio = np.sqrt(0.001 / 0.36 + 0.002 / 0.16 - 0.001 / 0.24)
    log_odds = np.sqrt(0.002) / 0.24
    assert found.difference.ci_low[0] == pytest.approx(0.2 - t * se, rel=1e-12)
    assert found.p_value[0] == pytest.approx(2 * stats.t.sf(0.2 / se, 20), rel=1e-12)
    assert found.ratio.se[0] == pytest.approx(1.5 * log_ratio, rel=1e-12)
    assert found.ratio.ci_high[0] == pytest.approx(1.5 * np.exp(t * log_ratio), rel=1e-12)
    assert found.odds_ratio.estimate[0] == pytest.approx(2.25, rel=1e-12)
    assert found.odds_ratio.ci_low[0] == pytest.approx(2.25 * np.exp(-t * log_odds), rel=1e-12)


def test_turning_a_pair_round_turns_everything_round() -> None:
    one, other = compare_shares(pair(0.6, 0.3)), compare_shares(pair(0.3, 0.6, 0.002, 0.001))
    assert one.difference.ci_low[0] == pytest.approx(-other.difference.ci_high[0], rel=1e-12)
    assert one.ratio.ci_low[0] == pytest.approx(1.0 / other.ratio.ci_high[0], rel=1e-12)
    assert one.odds_ratio.ci_high[0] == pytest.approx(1.0 / other.odds_ratio.ci_low[0], rel=1e-12)
    assert one.p_value == other.p_value


def test_infinite_df_are_the_normal_distribution() -> None:
    found = compare_shares(pair(0.6, 0.5, df=np.inf))
    assert found.p_value[0] == pytest.approx(2 * stats.norm.sf(found.statistic[0]), rel=1e-12)
    half = found.difference.ci_high[0] - found.difference.estimate[0]
    assert half == pytest.approx(stats.norm.ppf(0.975) * found.difference.se[0], rel=1e-12)


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        (pair(np.nan, 0.5), "empty_base"),
        (pair(0.5, np.nan), "empty_base"),
        (replace(pair(0.5, 0.5), nested=np.array([True]), second_n=np.array([40])), "same_rows"),
        (replace(pair(1.0, 0.5), first_n=np.array([1])), "one_answer"),
        (pair(0.0, 0.5, v=0.0), "share_zero"),
        (pair(0.5, 1.0, w=0.0), "share_one"),
        (pair(0.5, 1.0 - 1e-16, w=1e-20), "share_one"),
        (pair(0.5, 0.4, v=np.nan), "no_variance"),
        (pair(0.5, 0.4, df=0.0), "df_below_1"),
        (pair(0.5, 0.4, 0.001, 0.001, 0.001), "no_spread"),
        (pair(0.5, 0.4, 0.0, 0.0, 0.0, df=0.0), "df_below_1"),
        (pair(0.5, 0.4), ""),
        (pair(0.25, 0.4), ""),
        (pair(0.24, 0.4), "few_counted"),
        (pair(0.5, 0.81), "few_counted"),
    ],
)
def test_what_cannot_be_tested_says_why(pairs: Pairs, reason: str) -> None:
    found = compare_shares(pairs)
    assert COMPARISON_REASONS[found.reason[0]] == reason
    assert np.isnan(found.p_value[0]) == (reason not in ("", "few_counted"))
    assert np.isnan(found.difference.ci_low[0]) == (reason not in ("", "no_spread", "few_counted"))


def test_what_is_known_is_given_where_the_test_is_not() -> None:
    edge, lonely = compare_shares(pair(1.0, 0.4, v=0.0)), compare_shares(pair(0.5, 0.4, df=0.0))
    assert edge.difference.estimate[0] == pytest.approx(0.6)
    assert np.isnan([edge.difference.se[0], edge.ratio.estimate[0], edge.odds_ratio.estimate[0]]).all()
    assert lonely.difference.se[0] == pytest.approx(np.sqrt(0.002))
    assert lonely.ratio.estimate[0] == pytest.approx(1.25)
