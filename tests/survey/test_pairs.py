"""Pairs of ticks: both, the one among those with the other, lift and odds ratio."""

import numpy as np
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError

RNG = np.random.default_rng(20)
N = 400
STRATUM = RNG.integers(0, 6, N)
WEIGHT = 1.0 + RNG.random(N)
POPULATION = np.array([900.0, 800.0, 950.0, 700.0, 990.0, 870.0])[STRATUM]
TICKS = RNG.random((N, 3)) < [0.5, 0.3, 0.2]
GROUP = np.array(["a", "b", "c"])[RNG.integers(0, 3, N)]
DESIGN = sv.declare_design(WEIGHT, STRATUM, population=POPULATION)


def test_a_textbook_table_by_hand() -> None:
    """Four cells of a simple random sample: the odds ratio is ad/bc, and its log has the variance sum 1/cell."""
    cells = {(1, 1): 30, (1, 0): 20, (0, 1): 10, (0, 0): 40}
    ticks = np.repeat(np.array(list(cells)), list(cells.values()), axis=0)
    found = sv.estimate_pairs(sv.declare_design(np.ones(100)), ticks)
    assert found.odds_ratio.estimate[0, 0] == pytest.approx(30 * 40 / (20 * 10))
    # n - 1 in the place of n: the sample variance of the design.
    assert found.odds_ratio.log_se[0, 0] ** 2 == pytest.approx((1 / 30 + 1 / 20 + 1 / 10 + 1 / 40) * 100 / 99)
    assert found.lift.estimate[0, 0] == pytest.approx(0.3 / (0.5 * 0.4))
    assert found.shares.estimate[0].tolist() == pytest.approx([0.3, 0.5, 0.4])
    assert found.among.estimate[0].tolist() == pytest.approx([30 / 50, 30 / 40])
    assert found.among.n[0].tolist() == [50, 40]


def test_logarithms_have_the_variance_of_the_delta_method() -> None:
    """From the covariance of the four cells, in total and in every group."""
    first, second = TICKS[:, 0], TICKS[:, 1]
    cells = {"11": first & second, "10": first & ~second, "01": ~first & second, "00": ~first & ~second}
    shares = sv.estimate_shares(DESIGN, cells, by=GROUP, across="outcomes")
    matrix = shares.covariance()
    found = sv.estimate_pairs(DESIGN, TICKS[:, :2], by=GROUP)
    for row in range(4):
        p, at = shares.estimate[row], np.arange(4) * 4 + row
        gradient = np.array([1.0, -1.0, -1.0, 1.0]) / p
        covariance = matrix[np.ix_(at, at)]
        assert found.odds_ratio.log_se[row, 0] == pytest.approx(np.sqrt(gradient @ covariance @ gradient), rel=1e-9)
        pa, pb = p[0] + p[1], p[0] + p[2]
        gradient = np.array([1.0 / p[0] - 1.0 / pa - 1.0 / pb, -1.0 / pa, -1.0 / pb, 0.0])
        assert found.lift.log_se[row, 0] == pytest.approx(np.sqrt(gradient @ covariance @ gradient), rel=1e-9)


def test_the_interval_is_symmetric_on_the_log_scale_with_t() -> None:
    found = sv.estimate_pairs(DESIGN, TICKS, confidence=0.9).odds_ratio
    half = sv.t_quantile(found.df, 0.9) * found.log_se
    np.testing.assert_allclose(np.log(found.high / found.estimate), half, rtol=1e-10)
    np.testing.assert_allclose(np.log(found.estimate / found.low), half, rtol=1e-10)


def test_among_is_the_share_in_the_domain_of_the_other() -> None:
    found = sv.estimate_pairs(DESIGN, TICKS, by=GROUP)
    for position, (a, b) in enumerate(found.pairs):
        alone = sv.estimate_shares(DESIGN, TICKS[:, b], by=GROUP, where=TICKS[:, a])
        np.testing.assert_allclose(found.among.estimate[:, position], alone.estimate[:, 0], rtol=1e-12)
        np.testing.assert_allclose(found.among.se[:, position], alone.se[:, 0], rtol=1e-10)
        np.testing.assert_array_equal(found.among.df[:, position], alone.df[:, 0])


def test_swapping_two_ticks_changes_nothing_but_their_order() -> None:
    found, swapped = (sv.estimate_pairs(DESIGN, TICKS[:, order]) for order in ([0, 1], [1, 0]))
    assert found.odds_ratio.estimate == pytest.approx(swapped.odds_ratio.estimate)
    assert found.odds_ratio.log_se == pytest.approx(swapped.odds_ratio.log_se)
    assert found.among.estimate[0].tolist() == pytest.approx(swapped.among.estimate[0, ::-1].tolist())


def test_an_empty_cell_leaves_the_ratio_without_an_interval_and_says_so() -> None:
    ticks = np.column_stack([TICKS[:, 0], ~TICKS[:, 0], TICKS[:, 0]])
    found = sv.estimate_pairs(DESIGN, ticks)
    reasons = [sv.PAIR_REASONS[code] for code in found.odds_ratio.reason[0]]
    assert reasons == ["cell_empty"] * 3
    assert found.lift.estimate[0, 0] == 0.0
    assert np.isnan(found.lift.low[0, 0])
    assert np.isnan(found.odds_ratio.estimate[0, 1])
    assert not np.isnan(found.lift.low[0, 1])


def test_nobody_in_a_group_is_an_empty_base() -> None:
    where = GROUP != "c"
    found = sv.estimate_pairs(DESIGN, TICKS, by=GROUP, where=where)
    assert {sv.PAIR_REASONS[code] for code in found.odds_ratio.reason[3]} == {"empty_base"}
    assert np.isnan(found.odds_ratio.estimate[3]).all()


def test_a_row_with_a_missing_tick_is_in_no_base() -> None:
    ticks = TICKS.astype(float)
    ticks[::9, 1] = np.nan
    found = sv.estimate_pairs(DESIGN, ticks, by=GROUP)
    known = ~np.isnan(ticks[:, 1])
    alone = sv.estimate_pairs(DESIGN, TICKS, by=GROUP, where=known)
    assert found.odds_ratio.estimate == pytest.approx(alone.odds_ratio.estimate)
    assert found.odds_ratio.log_se == pytest.approx(alone.odds_ratio.log_se)
    assert found.among.n.tolist() == alone.among.n.tolist()


def test_groups_that_were_coded_before_may_be_none() -> None:
    alone = sv.group_rows(None, N)
    assert sv.estimate_shares(DESIGN, TICKS[:, 0], by=alone).groups == ()


@pytest.mark.parametrize(
    ("ticks", "message"),
    [
        (TICKS[:, :1], "a pair takes two"),
        (TICKS * 2, "other values than 0, 1 and missing"),
        (TICKS[:10], "has 10 rows"),
    ],
)
def test_what_is_no_ticks_is_refused(ticks: np.ndarray, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        sv.estimate_pairs(DESIGN, ticks)
    assert caught.value.argument == "ticks"
