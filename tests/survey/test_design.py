"""What a design refuses, what it says, and what it counts."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from barometer.errors import ArgumentError, BarometerError, DesignError, LonelyPSUError
from barometer.survey import SurveyDesign, declare_design, estimate_means, estimate_shares, estimate_totals

STRATUM = np.array(["a", "a", "b", "b"])
ONES = np.ones(4)
SECRET = 7351.25
"""A data value that no message may repeat."""


@pytest.mark.parametrize(
    ("arguments", "argument", "message"),
    [
        ({"weight": []}, "weight", "is empty"),
        ({"weight": [SECRET, np.nan, 1, np.inf]}, "weight", "2 of 4 are missing or infinite"),
        ({"weight": [SECRET, None, 1, 1]}, "weight", "1 of 4 are missing or infinite"),
        ({"weight": [1, -SECRET, 1, -1]}, "weight", "2 of 4 are negative"),
        ({"weight": [0, 0, 0, 0]}, "weight", "all 4 are zero"),
        ({"weight": ["x", "y", "7351.25", "z"]}, "weight", "not numeric"),
        ({"weight": np.full((2, 2), SECRET)}, "weight", "one dimension"),
        ({"stratum": STRATUM[:3]}, "stratum", "has 3 rows, weight has 4"),
        ({"stratum": ["a", None, "b", None]}, "stratum", "2 of 4 rows have no label"),
        ({"stratum": ["a", "a", "b", float("nan")]}, "stratum", "1 of 4 rows have no label"),
        ({"psu": [1, 2, 3]}, "psu", "has 3 rows, weight has 4"),
        ({"psu": [1, None, 3, 4]}, "psu", "1 of 4 rows have no label"),
        ({"stratum": STRATUM, "psu": [1, 2, 2, 1]}, "psu", "2 units of stage 1 are in more than one stratum"),
        ({"stratum": STRATUM, "population": [9, 9, 1, 1]}, "population", "is smaller than the sample in 1 of 2 strata"),
        ({"stratum": STRATUM, "population": [SECRET, 9, 9, 9]}, "population", "differs between the rows of 1 strata"),
        ({"population": [np.nan, 9, 9, 0]}, "population", "2 of 4 are missing, zero or negative"),
        ({"population": [9, 9, 9]}, "population", "has 3 rows, weight has 4"),
        ({"population": [0.5, 0.5, 0.5, 0.5]}, "population", "fractions belong in sampling_fraction="),
        ({"population": 9, "sampling_fraction": 0.5}, "population", "give it or sampling_fraction, not both"),
        ({"sampling_fraction": SECRET}, "sampling_fraction", "is above 1 in 1 strata"),
        ({"sampling_fraction": -0.5}, "sampling_fraction", "4 of 4 are missing, zero or negative"),
        ({"stratum": [STRATUM, STRATUM]}, "stratum", "is given for 2 stages, psu for 1"),
        ({"population": [ONES * 9, ONES * 9]}, "population", "is given for 2 stages, psu for 1"),
    ],
)
def test_bad_arrays_are_named_and_counted_and_not_shown(arguments: dict[str, Any], argument: str, message: str) -> None:
    with pytest.raises(DesignError, match=message) as caught:
        declare_design(**{"weight": ONES, **arguments})
    assert caught.value.argument == argument
    assert isinstance(caught.value, BarometerError | ValueError)
    assert "7351" not in str(caught.value)
    assert "7,351" not in str(caught.value)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("lonely_psu", "ignore", "must be one of error, remove"),
        ("lonely_domain", "drop", "must be one of keep, adjust"),
        ("psu_labels", "nested", "must be one of unique, within_stratum"),
    ],
)
def test_a_rule_that_there_is_not_is_refused_with_those_there_are(argument: str, value: str, message: str) -> None:
    rule: dict[str, Any] = {argument: value}
    with pytest.raises(ArgumentError, match=message) as caught:
        declare_design(ONES, **rule)
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("estimate", "arguments", "argument", "message"),
    [
        (estimate_means, {"outcome": ["x", "y", "7351.25", "z"]}, "outcome", "not numeric"),
        (estimate_means, {"outcome": [1.0, SECRET, 3.0]}, "outcome", "has 3 rows, the design has 4"),
        (estimate_means, {"outcome": {"a": ONES, "b": ONES[:3]}}, "outcome", "different shapes"),
        (estimate_means, {"outcome": {}}, "outcome", "has no columns"),
        (estimate_means, {"outcome": [np.inf, SECRET, -np.inf, 1.0]}, "outcome", "2 values are infinite"),
        (estimate_totals, {"outcome": [np.inf, SECRET, 1.0, 1.0]}, "outcome", "1 values are infinite"),
        (estimate_shares, {"outcome": [1, 0, SECRET, 1]}, "outcome", "1 of 1 columns hold other values than 0, 1"),
        (estimate_shares, {"outcome": [1, 0, 1, np.inf]}, "outcome", "1 of 1 columns hold other values"),
        (estimate_means, {"outcome": ONES, "where": np.zeros(4, bool)}, "where", "selects 0 of 4 rows"),
        (estimate_means, {"outcome": ONES, "where": ONES}, "where", "must be true or false"),
        (estimate_means, {"outcome": ONES, "where": np.ones(3, bool)}, "where", "the design has 4 rows"),
        (estimate_means, {"outcome": ONES, "by": [None] * 4}, "by", "0 of 4 rows are in a group"),
        (estimate_means, {"outcome": ONES, "by": ["a", "b"]}, "by", "has 2 rows, the design has 4"),
        (estimate_means, {"outcome": ONES, "df": "none"}, "df", "must be one of domain, design"),
        (estimate_means, {"outcome": ONES, "across": "all"}, "across", "must be one of none, outcomes"),
    ],
)
def test_bad_requests_are_named_and_counted_and_not_shown(
    estimate: Any, arguments: dict[str, Any], argument: str, message: str
) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        estimate(declare_design(ONES), **arguments)
    assert caught.value.argument == argument
    assert "7351" not in str(caught.value)


def test_a_subset_of_nobody_or_of_another_length_is_refused() -> None:
    design = declare_design(ONES)
    with pytest.raises(ArgumentError, match="selects 0 of 4 rows"):
        design.subset(np.zeros(4, bool))
    with pytest.raises(ArgumentError, match="the design has 4 rows"):
        design.subset(np.ones(5, bool))


def test_a_lonely_stratum_is_refused_by_name() -> None:
    with pytest.raises(LonelyPSUError, match="schools x large") as caught:
        declare_design([1, 1, 1], ["schools x small", "schools x small", "schools x large"], population=[9, 9, 9])
    assert caught.value.strata == ("schools x large",)
    assert caught.value.stage == 1


def test_a_lonely_unit_of_the_second_stage_is_refused_with_its_stage() -> None:
    with pytest.raises(LonelyPSUError, match="stage 2") as caught:
        declare_design(np.ones(5), psu=[[1, 1, 2, 2, 2], [1, 1, 2, 3, 3]], population=[9, np.full(5, 9)])
    assert caught.value.stage == 2


def test_a_lonely_stratum_that_is_taken_whole_is_fine() -> None:
    """(1 - f) n / (n - 1): 2 of 9, and 1 of 1."""
    design = declare_design([1, 1, 1], [0, 0, 1], population=[9, 9, 1])
    assert design.facts.stages[0].scale.tolist() == pytest.approx([(1 - 2 / 9) * 2, 0.0])


def test_df_counts_units_with_weight_less_their_strata() -> None:
    assert declare_design([1, 1, 1, 1, 1], [0, 0, 1, 1, 1]).df == 3
    assert declare_design([1, 1, 1, 0, 0], [0, 0, 0, 1, 1]).df == 2
    assert declare_design(np.ones(6), [0, 0, 0, 1, 1, 1], [1, 1, 2, 3, 3, 4]).df == 2


def test_a_design_cannot_be_changed() -> None:
    design = declare_design(ONES, STRATUM, population=5)
    first = design.facts.stages[0]
    for array in (design.weight, design.cluster, design.psu, design.psu_stratum, first.n, first.fraction):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(AttributeError):
        design.weight = ONES  # type: ignore[misc]
    subset = design.subset([True, True, True, False])
    with pytest.raises(ValueError, match="read-only"):
        subset.weight[0] = 1.0


def test_the_arrays_of_the_caller_stay_his_own() -> None:
    weight, stratum, psu, population = np.ones(4), np.array([0, 0, 1, 1]), np.arange(4), np.full(4, 5.0)
    design = declare_design(weight, stratum, psu, population=population)
    for array in (weight, stratum, psu, population):
        assert array.flags.writeable
        array[0] = 9
    assert design.weight.tolist() == [1.0, 1.0, 1.0, 1.0]
    assert design.psu_stratum.tolist() == [0, 0, 1, 1]
    assert design.psu.tolist() == [0, 1, 2, 3]
    assert design.facts.stages[0].fraction.tolist() == [0.4, 0.4]


def test_the_repr_counts_and_shows_no_weight() -> None:
    design = declare_design([SECRET, SECRET, 1, 1], STRATUM, population=5)
    assert repr(design) == "<SurveyDesign: 4 rows, 1 stage(s), rows in 2 strata, df 2>"


def same_standard_errors(first: SurveyDesign, second: SurveyDesign) -> None:
    y = np.arange(first.n) ** 2 % 7.0
    np.testing.assert_array_equal(estimate_means(first, y).se, estimate_means(second, y).se)
    np.testing.assert_array_equal(estimate_totals(first, y).se, estimate_totals(second, y).se)


def test_numbers_of_units_and_fractions_are_the_same_design() -> None:
    stratum = np.repeat(["a", "b"], 4)
    population = np.repeat([8.0, 16.0], 4)
    same_standard_errors(
        declare_design(np.ones(8), stratum, population=population),
        declare_design(np.ones(8), stratum, sampling_fraction=4 / population),
    )


def test_an_infinite_population_is_no_correction() -> None:
    same_standard_errors(declare_design(np.ones(8), population=np.inf), declare_design(np.ones(8)))


def test_labels_that_start_again_in_each_stratum_are_the_same_design() -> None:
    stratum = np.repeat(["a", "b"], 6)
    within = np.tile([1, 1, 2, 2, 3, 3], 2)
    unique = within + 10 * (stratum == "b")
    same_standard_errors(
        declare_design(np.ones(12), stratum, within, psu_labels="within_stratum"),
        declare_design(np.ones(12), stratum, unique),
    )


def test_a_sample_of_units_of_one_row_is_a_sample_of_rows() -> None:
    same_standard_errors(
        declare_design(np.ones(8), np.repeat([0, 1], 4), np.arange(8), population=20),
        declare_design(np.ones(8), np.repeat([0, 1], 4), population=20),
    )


def test_stages_are_counted_by_hand() -> None:
    """2 of 4 PSUs; in the first 2 of 3 rows, in the second 3 of 6. Scales: (1 - f1) 2/1, then f1 (1 - f2) n/(n - 1)."""
    psu = [1, 1, 2, 2, 2]
    design = declare_design(np.ones(5), psu=[psu, range(5)], population=[[4] * 5, [3, 3, 6, 6, 6]])
    first, second = design.facts.stages
    assert not first.of_rows
    assert second.of_rows
    assert first.n.tolist() == [2]
    assert second.n.tolist() == [2, 3]
    assert first.fraction.tolist() == [0.5]
    assert second.fraction.tolist() == pytest.approx([2 / 3, 0.5])
    assert second.multiplier.tolist() == [0.5, 0.5]
    assert first.scale.tolist() == pytest.approx([0.5 * 2.0])
    assert second.scale.tolist() == pytest.approx([0.5 * (1 / 3) * 2.0, 0.5 * 0.5 * 1.5])
    assert design.df == 1
    # Totals of the PSUs 3 and 12, mean 7.5; within them squares of 0.5 and 2 around their means.
    variance = estimate_totals(design, [1.0, 2.0, 3.0, 4.0, 5.0]).variance[0, 0]
    assert variance == pytest.approx(1.0 * (4.5**2 + 4.5**2) + (1 / 3) * 0.5 + 0.375 * 2.0)


def test_later_stages_add_nothing_after_a_draw_with_replacement() -> None:
    psu = [1, 1, 2, 2, 2]
    two = declare_design(np.ones(5), psu=[psu, range(5)], population=[None, [3, 3, 6, 6, 6]])
    same_standard_errors(two, declare_design(np.ones(5), psu=psu))


def test_a_subset_keeps_the_counts_of_the_sample_and_is_the_same_as_where() -> None:
    rng = np.random.default_rng(3)
    stratum, psu = np.repeat([0, 1, 2], 8), np.repeat(np.arange(12), 2)
    design = declare_design(rng.lognormal(size=24), stratum, psu, population=30)
    y, mask = rng.normal(size=24), (rng.random(24) < 0.5) & (psu != 3)
    subset = design.subset(mask)
    assert subset.n == mask.sum()
    assert subset.facts.stages[0].n.tolist() == [4, 4, 4]
    assert subset.df == np.unique(psu[mask]).size - np.unique(stratum[mask]).size
    inside, outside = estimate_means(subset, y[mask]), estimate_means(design, y, where=mask)
    np.testing.assert_allclose(inside.estimate, outside.estimate, rtol=1e-12)
    np.testing.assert_allclose(inside.variance, outside.variance, rtol=1e-12)
    np.testing.assert_array_equal(inside.df, outside.df)
    np.testing.assert_array_equal(inside.n, outside.n)


def test_a_subset_of_a_subset_is_the_subset_of_both() -> None:
    rng = np.random.default_rng(4)
    design, y = declare_design(rng.lognormal(size=20), np.repeat([0, 1], 10), population=40), rng.normal(size=20)
    first, second = rng.random(20) < 0.8, rng.random(20) < 0.7
    twice = estimate_totals(design.subset(first).subset(second[first]), y[first & second])
    once = estimate_totals(design.subset(first & second), y[first & second])
    np.testing.assert_array_equal(twice.se, once.se)


def test_a_number_for_each_stage_is_the_size_of_every_stratum_of_that_stage() -> None:
    psu, row = [1, 1, 2, 2], [1, 2, 3, 4]
    numbers = declare_design(np.ones(4), psu=[psu, row], population=[9, 5])
    vectors = declare_design(np.ones(4), psu=[psu, row], population=[np.full(4, 9), np.full(4, 5)])
    for found, expected in zip(numbers.facts.stages, vectors.facts.stages, strict=True):
        np.testing.assert_array_equal(found.fraction, expected.fraction)
    assert [stage.fraction.tolist() for stage in numbers.facts.stages] == [[2 / 9], [2 / 5, 2 / 5]]


@pytest.mark.parametrize("argument", ["psu", "stratum", "population"])
def test_several_stages_are_columns_of_a_frame_or_a_list_but_not_of_a_matrix(argument: str) -> None:
    frames = {
        "psu": pd.DataFrame({"district": [1, 1, 1, 2, 2, 2], "school": [1, 1, 2, 3, 4, 4]}),
        "stratum": pd.DataFrame({"region": list("aaaaaa"), "kind": list("aaaaaa")}),
        "population": pd.DataFrame({"districts": [9.0] * 6, "schools": [7.0, 7.0, 7.0, 8.0, 8.0, 8.0]}),
    }
    lists: dict[str, Any] = {name: [frame[column] for column in frame] for name, frame in frames.items()}
    found, expected = (declare_design(np.ones(6), **each) for each in (frames, lists))
    assert repr(found) == repr(expected)
    assert len(found.facts.stages) == 2
    numbers = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    assert estimate_means(found, numbers).se == estimate_means(expected, numbers).se
    with pytest.raises(DesignError, match=r"has shape \(6, 2\): give a list of columns, one for each stage") as caught:
        declare_design(np.ones(6), **{**lists, argument: frames[argument].to_numpy()})
    assert caught.value.argument == argument
