"""Bounds, tipping points and mixtures by hand."""

import numpy as np
import pytest
from scipy.stats import norm

import barometer.survey as sv
from barometer.errors import ArgumentError

PART = sv.MissingPart(0.83, 0.36, 0.85, 0.01)


def test_the_worst_case_leaves_what_did_not_answer_open() -> None:
    assert sv.worst_case_bounds(0.8, 0.36) == pytest.approx((0.288, 0.928), rel=1e-14)
    # 40 % of those who answered are in the base: 0.5 * 0.4 = 0.2 known, 0.5 not; half of the known say yes.
    assert sv.worst_case_bounds(0.5, 0.5, 0.4) == pytest.approx((0.1 / 0.7, 0.6 / 0.7), rel=1e-14)


def test_all_of_them_answering_otherwise_is_the_worst_case() -> None:
    answered = (PART.share - PART.missing * PART.imputed) / PART.rate
    found = sv.bound_share(PART)
    assert (found.low, found.high) == pytest.approx(sv.worst_case_bounds(answered, PART.rate), rel=1e-13)


def test_bounds_by_delta_are_lines_that_end_at_zero_and_one() -> None:
    found = sv.bound_share(PART, 0.10)
    assert (found.low, found.high) == pytest.approx((0.83 - 0.064, 0.83 + 0.064), rel=1e-14)
    assert sv.bound_share(PART, 0.20).high == pytest.approx(0.83 + 0.64 * 0.15, rel=1e-14)
    none = sv.bound_share(PART, 0.0)
    assert none.low == none.high == 0.83


def test_the_interval_is_two_sided_without_width_and_one_sided_with_much() -> None:
    assert sv.imbens_manski(0.0, 0.01, 0.95) == pytest.approx(norm.ppf(0.975), rel=1e-10)
    assert sv.imbens_manski(5.0, 0.01, 0.95) == pytest.approx(norm.ppf(0.95), rel=1e-10)
    c = sv.imbens_manski(0.02, 0.01, 0.95)
    assert norm.cdf(c + 2.0) - norm.cdf(-c) == pytest.approx(0.95, rel=1e-12)
    found = sv.bound_share(PART, 0.10)
    assert found.ci_low == pytest.approx(found.low - norm.ppf(0.95) * 0.01, rel=1e-9)


def test_a_statement_tips_where_the_line_meets_its_threshold() -> None:
    found = sv.tipping_point(PART, 0.8)
    assert found.delta == pytest.approx(0.03 / 0.64, rel=1e-12)
    assert found.share == pytest.approx(0.85 - 0.03 / 0.64, rel=1e-12)
    end = sv.bound_share(PART, found.delta_sampling).ci_low
    assert (found.note, found.note_sampling) == ("tips", "tips")
    assert end == pytest.approx(0.8, abs=1e-12)
    assert found.delta_sampling < found.delta


def test_a_statement_that_never_tips_or_never_held_says_so() -> None:
    safe = sv.tipping_point(sv.MissingPart(0.9, 0.95, 0.9), 0.8)
    assert (safe.note, safe.note_sampling) == ("never", "never")
    assert np.isnan(safe.delta)
    wrong = sv.tipping_point(sv.MissingPart(0.79, 0.5, 0.79), 0.8)
    assert wrong.note == "not_held"
    assert np.isnan(wrong.share)
    unsure = sv.tipping_point(sv.MissingPart(0.81, 0.5, 0.81, 0.02), 0.8)
    assert (unsure.note, unsure.note_sampling) == ("tips", "not_held")


def test_a_difference_tips_where_both_move_against_it() -> None:
    first, second = sv.MissingPart(0.7, 0.5, 0.7), sv.MissingPart(0.6, 0.4, 0.6)
    found = sv.tipping_difference(first, second, se=0.0)
    assert found.delta == pytest.approx(0.1 / 1.1, rel=1e-12)
    bounds = sv.bound_difference(first, second, found.delta, se=0.0)
    assert bounds.low == pytest.approx(0.0, abs=1e-12)
    assert bounds.high == pytest.approx(0.2, rel=1e-12)
    # The second cannot go above 1: from 0.02 on only the first moves.
    held = sv.tipping_difference(sv.MissingPart(0.999, 0.9, 0.999), sv.MissingPart(0.98, 0.5, 0.98), se=0.0)
    assert held.delta == pytest.approx((0.019 - 0.01) / 0.1, rel=1e-12)


def test_a_mixture_adds_the_two_variances() -> None:
    estimate, se, low, high = sv.pattern_mixture(PART, mean=-0.05, spread=0.1, confidence=0.9)
    assert estimate == pytest.approx(0.83 - 0.64 * 0.05, rel=1e-14)
    assert se == pytest.approx(np.sqrt(0.01**2 + 0.064**2), rel=1e-12)
    assert low == pytest.approx(estimate - norm.ppf(0.95) * se, rel=1e-12)
    assert high == pytest.approx(estimate + norm.ppf(0.95) * se, rel=1e-12)
    assert sv.pattern_mixture(PART, spread=0.0)[1] == pytest.approx(0.01, rel=1e-14)


def test_a_mixture_of_a_difference_adds_both_opinions() -> None:
    second = sv.MissingPart(0.7, 0.5, 0.7, 0.02)
    estimate, se, low, high = sv.mixture_difference(PART, second, se=0.03, mean=0.1, spread=0.1)
    assert estimate == pytest.approx(0.13 + 0.014, rel=1e-12)
    assert se == pytest.approx(np.sqrt(0.03**2 + (0.64**2 + 0.25) * 0.01), rel=1e-12)
    assert (low, high) == pytest.approx((estimate - norm.ppf(0.975) * se, estimate + norm.ppf(0.975) * se), rel=1e-12)


def test_the_mixture_is_what_draws_of_it_give() -> None:
    random = np.random.default_rng(4)
    drawn = random.normal(0.83, 0.01, 200_000) + 0.64 * random.normal(-0.05, 0.1, 200_000)
    _, _, low, high = sv.pattern_mixture(PART, mean=-0.05, spread=0.1)
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx([low, high], abs=0.002)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sv.MissingPart(1.2, 0.5, 0.5), "share: is a fraction"),
        (lambda: sv.MissingPart(0.5, 0.0, 0.5), "rate: is above 0"),
        (lambda: sv.MissingPart(0.5, 0.5, 0.5, -0.1), "se: must not be negative"),
        (lambda: sv.bound_share(PART, 10.0), r"delta: is a fraction from 0 to 1 \(0.10 for ten points\)"),
        (lambda: sv.bound_share(PART, 0.1, confidence=95), "confidence: must be a number between"),
        (lambda: sv.worst_case_bounds(0.5, 0.5, 0.0), "base: is above 0"),
        (lambda: sv.pattern_mixture(PART, spread=-1.0), "spread: must not be negative"),
    ],
)
def test_mistakes_are_named(make: object, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()  # type: ignore[operator]


def test_a_share_without_a_known_standard_error_has_bounds_and_no_interval() -> None:
    part = sv.MissingPart(1.0, 0.4, 1.0, float("nan"))
    found = sv.bound_share(part, 0.1)
    assert (found.low, found.high) == pytest.approx((0.94, 1.0))
    assert np.isnan([found.ci_low, found.ci_high]).all()
    assert np.isnan(sv.pattern_mixture(part, spread=0.05)[1:]).all()
    tip = sv.tipping_point(part, 0.8)
    assert tip.delta == pytest.approx(0.2 / 0.6)
    assert np.isnan(tip.delta_sampling)
    assert tip.note_sampling == "no_se"
