"""A variance of 0 says why: everybody was asked, the lonely rule left every stratum out, or nothing varies."""

from typing import Any

import numpy as np
import pytest

import barometer.survey as sv

NUMBERS = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
PAIRS, ALONE = list("aabbcc"), list("abcdef")


def reasons(found: sv.DomainEstimates) -> list[str]:
    return [sv.REASONS[code] for code in found.interval.reason[:, 0]]


def test_a_census_has_intervals_without_width_whatever_the_degrees_of_freedom() -> None:
    design = sv.declare_design(np.ones(6), PAIRS, population=[2.0] * 6)
    found = sv.estimate_means(design, NUMBERS, by=list("xxxyyz"))
    assert reasons(found) == ["census"] * 4
    assert found.df[:, 0].tolist() == [3, 1, 0, 0]
    np.testing.assert_array_equal(found.confint()[:, 0, 0], found.estimate[:, 0])
    np.testing.assert_array_equal(found.confint()[:, 0, 1], found.estimate[:, 0])
    assert found.estimate[:, 0] == pytest.approx([10.5, 7 / 3, 12.0, 32.0])


def test_only_the_groups_that_were_taken_whole_are_a_census() -> None:
    design = sv.declare_design(np.ones(6), PAIRS, population=[2.0, 2.0, 9.0, 9.0, 9.0, 9.0])
    found = sv.estimate_means(design, [1.0, 2.0, 3.0, 4.0, 0.0, 0.0], by=list("xxyyzz"))
    assert reasons(found) == ["", "census", "", "no_spread"]


def test_a_census_of_several_stages_was_taken_whole_at_each() -> None:
    def declared(second: float) -> sv.SurveyDesign:
        return sv.declare_design(np.ones(6), psu=[PAIRS, ALONE], population=[[3.0] * 6, [second] * 6])

    assert reasons(sv.estimate_means(declared(2.0), NUMBERS)) == ["census"]
    sampled = sv.estimate_means(declared(9.0), NUMBERS)
    assert reasons(sampled) == [""]
    assert sampled.se[0, 0] > 0.0


@pytest.mark.parametrize("rule", ["remove", "certainty"])
@pytest.mark.parametrize("distribution", ["t", "normal"])
def test_strata_that_the_lonely_rule_leaves_out_give_no_interval(rule: Any, distribution: Any) -> None:
    design = sv.declare_design(np.ones(6), list("aabcde"), lonely_psu=rule)
    found = sv.estimate_means(design, NUMBERS, by=list("xxyyyx"), distribution=distribution)
    assert reasons(found) == ["", "", "lonely_removed"]
    assert np.isnan(found.confint()[2]).all()
    assert found.se[2, 0] == 0.0
    shares = sv.estimate_shares(design, [1, 0, 1, 0, 1, 1], by=list("xxyyyx"), distribution=distribution)
    assert reasons(shares) == ["", "", "lonely_removed"]
    quantiles = sv.estimate_quantiles(design, NUMBERS, by=list("xxyyyx"), distribution=distribution)
    assert reasons(quantiles)[2] == "lonely_removed"
    assert np.isnan(quantiles.se[2, 0])


def test_lonely_strata_beside_some_that_were_taken_whole_are_left_out_not_a_census() -> None:
    design = sv.declare_design(np.ones(6), list("aabcde"), population=[2.0, 2, 9, 9, 9, 9], lonely_psu="remove")
    assert reasons(sv.estimate_means(design, NUMBERS, by=list("xxxyyy"))) == ["lonely_removed"] * 3


def test_the_rule_adjust_measures_and_then_nothing_varies() -> None:
    design = sv.declare_design(np.ones(6), ALONE, lonely_psu="adjust")
    assert reasons(sv.estimate_means(design, np.full(6, 3.0), df="design", distribution="normal")) == ["no_spread"]


def test_one_row_that_could_have_been_another_keeps_its_reason() -> None:
    assert reasons(sv.estimate_means(sv.declare_design(np.ones(6)), NUMBERS, by=list("xxxxxy")))[2] == "df_below_1"


def test_rows_without_weight_do_not_make_a_sample_of_a_census() -> None:
    design = sv.declare_design([1.0, 1.0, 1.0, 1.0, 0.0, 0.0], PAIRS, population=[2.0, 2.0, 2.0, 2.0, 9.0, 9.0])
    assert reasons(sv.estimate_means(design, NUMBERS)) == ["census"]


def test_made_replicates_say_it_too() -> None:
    design = sv.declare_design(np.ones(6), list("aabbcc"), population=[2.0, 2.0, 9.0, 9.0, 9.0, 9.0])
    found = sv.estimate_means(sv.make_replicates(design, "jkn"), NUMBERS, by=list("xxyyyy"))
    assert reasons(found) == ["", "census", ""]
