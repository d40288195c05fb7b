"""Differences that cannot be had, tested or measured say why."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv

NUMBERS = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
GROUPS = pd.Categorical(list("xxxyyy"), categories=["x", "y", "empty"])


def contrast_of(estimates: list[float], covariance: Any, df: int = 9) -> sv.Contrast:
    return sv.contrast(np.array(estimates), np.asarray(covariance, dtype=float), np.array([1.0, -1.0]), df)


def test_what_can_be_tested_has_no_note() -> None:
    found = contrast_of([0.5, 0.25], [[0.01, 0.0], [0.0, 0.0025]])
    assert found.note == ""
    assert repr(found) == "<Contrast: 0.25, se 0.1118, t = 2.236, p = 0.0522, df 9>"
    for shown in (">0.25<", ">0.1118<", ">2.236<", ">9<", ">0.05218<"):
        assert shown in found._repr_html_()
    assert "<p>" not in found._repr_html_()


def test_arrays_alone_tell_what_is_lacking() -> None:
    nan = np.full((2, 2), np.nan)
    assert contrast_of([0.5, np.nan], nan).note == "empty_base"
    assert contrast_of([0.5, 0.2], nan).note == "no_variance"
    assert np.isnan(contrast_of([0.5, 0.2], nan).se)
    assert contrast_of([0.5, 0.5], np.zeros((2, 2))).note == "no_spread"
    untested = contrast_of([0.5, 0.2], np.eye(2), df=0)
    assert untested.note == "df_below_1"
    assert "not tested: there is less than 1 degree of freedom" in repr(untested)


def test_a_difference_from_an_empty_group_says_so_in_words() -> None:
    found = sv.estimate_shares(sv.declare_design(np.ones(6)), [0, 1, 1, 0, 0, 1], by=GROUPS).difference("x", "empty")
    assert found.note == "empty_base"
    assert np.isnan([found.estimate, found.se, found.statistic, found.p_value]).all()
    assert repr(found) == "<Contrast: no estimate: nobody is in the base>"
    assert "<p>nobody is in the base</p>" in found._repr_html_()
    assert "nan" not in found._repr_html_()


def test_the_covariance_of_an_empty_group_is_nan_and_leaves_the_others_alone() -> None:
    design = sv.declare_design(np.ones(6))
    with_empty = sv.estimate_means(design, NUMBERS, by=GROUPS).covariance()
    without = sv.estimate_means(design, NUMBERS, by=list("xxxyyy")).covariance()
    np.testing.assert_array_equal(with_empty[:3, :3], without)
    assert np.isnan(with_empty[3]).all()
    assert np.isnan(with_empty[:, 3]).all()


def test_the_note_is_the_reason_of_the_estimates_that_lack_it() -> None:
    design = sv.declare_design(np.ones(6))
    ratios = sv.estimate_ratios(design, NUMBERS, [1.0, 1.0, 1.0, 0.0, 0.0, 0.0], by=GROUPS)
    assert ratios.difference("x", "y").note == "denominator_zero"
    variances = sv.estimate_variances(design, NUMBERS, by=list("xxxxxy"))
    assert variances.difference("y").note == "one_row"
    quantiles = sv.estimate_quantiles(design, NUMBERS, by=list("xxxxxy"))
    assert np.isfinite(quantiles.difference("x", "y").estimate)
    assert quantiles.difference("x", "y").note == "share_one"


@pytest.mark.parametrize(
    ("options", "note"),
    [
        ({"population": [3.0] * 6, "stratum": list("aaabbb")}, "census"),
        ({"stratum": list("abcdef"), "lonely_psu": "remove"}, "lonely_removed"),
        ({"stratum": list("abcddd"), "lonely_psu": "remove", "population": [9.0] * 3 + [3.0] * 3}, "lonely_removed"),
    ],
)
def test_a_difference_without_a_standard_error_names_the_design(options: dict[str, Any], note: str) -> None:
    design = sv.declare_design(np.ones(6), **options)
    found = sv.estimate_means(design, NUMBERS, by=list("xxxyyy")).difference("x", "y")
    assert (found.se, found.note) == (0.0, note)
    assert "not tested" in repr(found)


def test_the_rounding_of_replicates_is_no_standard_error() -> None:
    rng = np.random.default_rng(0)
    design = sv.declare_design(rng.uniform(1.0, 2.0, 9), list("aaabbbccc"), population=[3.0] * 6 + [9.0] * 3)
    replicates = sv.make_replicates(design, "rao_wu", replicates=20, seed=1)
    found = sv.estimate_means(replicates, 3.3 + rng.normal(size=9), by=list("xxxyyyzzz"))
    assert found.variance[1, 0] > 0.0  # the draws leave weights of these strata alone, up to rounding
    census, sampled = found.difference("x", "y"), found.difference("x", "z")
    assert (census.note, sampled.note) == ("census", "")
    assert np.isnan(census.statistic)
    assert sampled.p_value < 0.9


def test_groups_that_do_not_vary_have_no_spread() -> None:
    found = sv.estimate_means(sv.declare_design(np.ones(6), list("aaabbb")), [1.0] * 3 + [2.0] * 3, by=GROUPS)
    assert found.difference("x", "y").note == "no_spread"
