"""What a verb refuses, by the name of its argument, and what it says where there is nothing to say."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError, BarometerWarning, UnknownNameError

DESIGN = sv.declare_design(np.ones(12))
YES = [0, 1] * 6
GROUPS = ["x", "y"] * 6
TWICE = pd.DataFrame([[1, 4], [2, 5], [3, 6]], columns=["a", "a"])


@pytest.mark.parametrize(
    ("call", "argument", "message"),
    [
        (lambda: sv.estimate_shares([1.0] * 12, YES), "design", "must be a design.* got list"),  # type: ignore[arg-type]
        (lambda: sv.estimate_shares(DESIGN, YES, confidence="a"), "confidence", "between 0 and 1"),  # type: ignore[arg-type]
        (lambda: sv.estimate_shares(DESIGN, YES, interval="foo"), "interval", "must be one of logit"),  # type: ignore[arg-type]
        (lambda: sv.estimate_shares(DESIGN, YES, df="rank"), "df", "has none"),
        (lambda: sv.estimate_means(DESIGN, [[1, 2], [3]] * 6), "outcome", "different lengths"),
        (
            lambda: sv.estimate_means(sv.declare_design([1.0] * 3), TWICE),
            "outcome",
            "1 of 2 columns have the name",
        ),
        (lambda: sv.estimate_shares(DESIGN, YES, by=["total", "b"] * 6), "by", "called 'total'"),
        (lambda: sv.estimate_shares(DESIGN, YES, by={"estimate": list("xy") * 6}), "by", "called 'estimate'"),
        (lambda: sv.estimate_responses(DESIGN, {"a": YES}, interval="foo"), "interval", "must be one of"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_argument_is_named(call: Callable[[], object], argument: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        call()
    assert caught.value.argument == argument


DESIGN_SUMS = sv.estimate_shares(DESIGN, YES, by=GROUPS).sums
PART = sv.MissingPart(0.5, 0.4, 0.5, 0.01)
OCCASION = sv.Occasion(DESIGN, sv.share_columns(YES, 12), sv.group_rows(None, 12), np.zeros(12, np.intp), None)
MOMENTS = sv.collect_moments(DESIGN_SUMS, sample="here")
TARGETS = sv.declare_targets({"g": GROUPS}, {"g": {"x": 5, "y": 7}})


@pytest.mark.parametrize(
    ("call", "argument", "message"),
    [
        (lambda: sv.summarise(DESIGN_SUMS, sv.Choices(df="rank")), "df", 'choose "domain" or "design"'),
        (lambda: sv.value_columns([1, 2], 2, "median"), "statistic", "must be one of mean, total"),  # type: ignore[arg-type]
        (lambda: sv.simultaneous_confidence(2, 3), "confidence", "between 0 and 1"),  # type: ignore[arg-type]
        (lambda: sv.simultaneous_confidence(0.95, -3), "size", "0 or more"),  # type: ignore[arg-type]
        (lambda: sv.t_quantile(10, 95), "confidence", "between 0 and 1"),
        (lambda: sv.t_quantile(10, "a"), "confidence", "between 0 and 1"),  # type: ignore[arg-type]
        (lambda: sv.t_quantile(10, np.array([0.5, 1.5])), "confidence", "between 0 and 1"),
        (lambda: sv.t_quantile("x", 0.9), "df", "is not numeric"),  # type: ignore[arg-type]
        (lambda: sv.independent_differences([0.5, 0.2], [0.01], [9]), "variance", r"two samples.*\(1,\)"),  # type: ignore[arg-type]
        (lambda: sv.independent_shares([0.5], [0.01], [9], [10]), "share", r"two samples.*\(1,\)"),  # type: ignore[arg-type]
        (lambda: sv.tipping_point(PART, 9), "threshold", "fraction from 0 to 1"),
        (lambda: sv.tipping_difference(PART, PART, se=0.1, threshold=-2), "threshold", "fraction from -1 to 1"),
        (lambda: sv.bound_difference(PART, 3, 0.1, se=0.1), "second", "MissingPart"),  # type: ignore[arg-type]
        (lambda: sv.keep_outcomes(sv.estimate_shares(DESIGN, YES), ["outcome"]), "sums", "got DomainEstimates"),  # type: ignore[arg-type]
        (lambda: sv.collect_moments(DESIGN_SUMS, sample=3), "sample", "the name of the sample.*got int"),  # type: ignore[arg-type]
        (lambda: sv.estimate_shares(DESIGN, YES, by=GROUPS).difference("x", "x"), "versus", "needs two"),
        (lambda: sv.share_interval(0.5, 0.01, 20, 10, "a"), "confidence", "between 0 and 1"),  # type: ignore[arg-type]
        (lambda: sv.weight_spread([]), "values", "some above 0; got 0"),  # type: ignore[arg-type]
        (lambda: sv.wald_test([1, 2], np.eye(3), 10), "covariance", r"must be 2 x 2.*\(3, 3\)"),  # type: ignore[arg-type]
        (lambda: sv.contrast([1, 2], np.eye(2), [1], 5), "weights", "one for each of 2"),  # type: ignore[arg-type]
        (lambda: sv.contrast([1, 2], np.eye(2), [1, -1], "a"), "df", "must be a number"),  # type: ignore[arg-type]
        (lambda: sv.imbens_manski(-1, 0.1, 0.95), "width", "must not be negative"),
        (lambda: sv.imbens_manski(1, 0, 0.95), "se", "must be above 0"),
        (lambda: sv.weighted_quantiles([1, 2], [1], [0, 0], 1, 0.5), "weight", "has 1 rows, values has 2"),
        (lambda: sv.weighted_quantiles([1, 2], [1, 1], [0, 1], 1, 0.5), "group", "from 0 to 0"),
        (lambda: sv.merge_moments(MOMENTS), "several", "moments in a list.*got Moments"),  # type: ignore[arg-type]
        (lambda: sv.estimate_occasions([], sv.Choices()), "occasions", "got none"),
        (lambda: sv.decompose(OCCASION, DESIGN_SUMS), "second", "got CellSums"),  # type: ignore[arg-type]
        (lambda: sv.limit_weights([1, 2], 3, 1), "targets", "as declare_targets makes; got int"),  # type: ignore[arg-type]
        (lambda: sv.limit_weights([1.0] * 12, TARGETS, "a"), "lower", "must be a number"),  # type: ignore[arg-type]
        (lambda: sv.trim_weights([1, 2], "a"), "lower", "must be a number; got str"),  # type: ignore[arg-type]
        (lambda: sv.trim_weights([1, 2], upper=np.nan), "upper", "must be a number"),
        (lambda: sv.sum_source(DESIGN, "a"), "design", "as declare_source makes; got SurveyDesign"),  # type: ignore[arg-type]
        (lambda: sv.reweight_replicates(DESIGN, lambda weight: weight), "design", "got SurveyDesign"),  # type: ignore[arg-type]
        (lambda: sv.sum_cells(DESIGN, YES, sv.group_rows(None, 12)), "columns", "as share_columns.*got list"),  # type: ignore[arg-type]
        (lambda: sv.estimate_representativity(DESIGN, [True] * 12, {}), "variables", "has no columns"),
        (lambda: sv.fit_propensities([True, False], 3), "variables", "one label for each row"),
        (lambda: sv.response_rates("yes"), "answered", "must be true or false for each row without missing, got <U3"),
        (lambda: sv.design_weights(["a", "b"], ["x", "y"]), "sampled", "must be true or false"),
        (lambda: sv.weight_spread(["a"]), "values", r"values: is not numeric \(<U1\): give numbers$"),  # type: ignore[arg-type]
        (lambda: sv.estimate_shares(DESIGN, list("ab") * 6), "outcome", "numbers, or labels to estimate_categories"),
        (lambda: sv.estimate_shares(DESIGN, YES, by=pd.DataFrame([[1, 1]] * 12, columns=["g", "g"])), "by", "1 of 2"),
        (lambda: sv.estimate_shares(DESIGN, YES, interval="logitt"), "interval", "Did you mean 'logit'"),  # type: ignore[arg-type]
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_argument(
    call: Callable[[], object], argument: str, message: str
) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        call()
    assert caught.value.argument == argument


def test_an_outcome_that_sums_do_not_have_is_named_with_those_they_have() -> None:
    with pytest.raises(UnknownNameError, match="no outcome in these sums 'zz'"):
        sv.keep_outcomes(DESIGN_SUMS, ["zz"])


@pytest.mark.parametrize("statistic", ["mean", "total"])
def test_the_interval_of_what_is_no_share_is_called_what_it_is(statistic: Any) -> None:
    sums = sv.sum_cells(DESIGN, sv.value_columns(np.arange(12.0), 12, statistic), sv.group_rows(None, 12))
    found = sv.summarise(sums)
    half = sv.t_quantile(11, 0.95) * found.se
    assert found.method.interval == "wald"
    assert found.ci_low == pytest.approx(found.estimate - half, rel=1e-12)


def test_a_confidence_may_be_a_number_of_numpy() -> None:
    small = sv.estimate_shares(DESIGN, YES, confidence=np.float32(0.5))  # type: ignore[arg-type]
    assert small.ci_low == pytest.approx(sv.estimate_shares(DESIGN, YES, confidence=0.5).ci_low, rel=1e-12)
    assert type(small.method.confidence) is float


@pytest.mark.parametrize(
    ("by", "asked", "message"),
    [
        ([1, 2] * 6, "1", "There is no group in this result '1'. Its labels are numbers: did you mean 1\\?"),
        (["1", "2"] * 6, 1, "There is no group in this result '1'. Its labels are text: did you mean '1'\\?"),
        ({"a": [1, 2] * 6, "b": list("xy") * 6}, ("1", "x"), "labels are numbers: did you mean \\(1, 'x'\\)\\?"),
        ([True, False] * 6, "True", "Its labels are of another kind: did you mean True\\?"),
        ([1, 2] * 6, "3", "There are: 1, 2"),
    ],
)
def test_a_group_called_by_a_label_of_another_kind_is_told_the_right_one(by: Any, asked: Any, message: str) -> None:
    found = sv.estimate_shares(DESIGN, YES, by=by)
    with pytest.raises(UnknownNameError, match=message):
        found.difference(asked)


def test_missing_in_a_list_may_be_pandas_own() -> None:
    design = sv.declare_design([1.0, 2.0, 3.0])
    for missing in (None, pd.NA, np.nan):
        assert sv.estimate_means(design, [1.0, missing, 5.0]).estimate[0, 0] == 4.0
        assert sv.estimate_shares(design, [True, missing, False]).estimate[0, 0] == 0.25
        assert sv.estimate_shares(design, [1, 0, 1], by=["a", missing, "b"]).groups == (("a",), ("b",))
    with pytest.raises(ArgumentError, match="is not numeric"):
        sv.estimate_means(design, [1.0, pd.NA, "five"])


def test_masked_numbers_are_missing() -> None:
    found = sv.estimate_means(sv.declare_design([1.0] * 3), np.ma.masked_array([1.0, 200.0, 3.0], [False, True, False]))
    assert found.estimate[0, 0] == 2.0


def test_rows_of_weight_zero_are_no_observations_of_a_share_of_one() -> None:
    """Clopper and Pearson's lower end at n of n is a^(1/n), by hand."""
    found = sv.estimate_shares(sv.declare_design([1.0] * 5 + [0.0] * 400), [1] * 405, interval="beta")
    assert found.ci_low[0, 0] == pytest.approx(0.025 ** (1 / 5), rel=1e-12)
    assert sv.FLAGS[found.flag[0, 0]] == "suppress_n"


def test_a_ratio_over_nothing_says_so() -> None:
    found = sv.estimate_ratios(DESIGN, np.arange(12.0), np.zeros(12))
    assert np.isnan(found.estimate[0, 0])
    assert sv.REASONS[found.interval.reason[0, 0]] == "denominator_zero"


def test_shares_of_responses_have_the_interval_of_a_share() -> None:
    design = sv.declare_design(np.ones(12))
    found = sv.estimate_responses(design, {"a": [1] + [0] * 11, "b": [1] * 12}, share_of="responses")
    assert (found.ci_low > 0.0).all()
    assert (found.ci_high < 1.0).all()
    assert found.method.statistic == "share"


def test_merged_parts_have_the_df_of_the_whole() -> None:
    design = sv.declare_design([1.0] * 6 + [2.0] * 6, list("aaaaaabbbbbb"))
    first = np.arange(12) < 3
    parts = [
        sv.sum_cells(
            design.subset(mask),
            sv.value_columns(np.arange(12.0)[mask], int(mask.sum()), "mean"),
            sv.group_rows(None, int(mask.sum())),
        )
        for mask in (first, ~first)
    ]
    assert sv.merge_sums(parts).facts.df == design.df == 10


def test_replicates_without_anybody_are_told() -> None:
    weights = np.ones((12, 6))
    for replicate in range(6):
        weights[2 * replicate : 2 * replicate + 2, replicate] = 0.0
    design = sv.declare_replicates(np.ones(12), weights, kind="jk1")
    with pytest.warns(BarometerWarning, match="up to 1 of 6 replicates"):
        sv.estimate_means(design, np.arange(12.0), by=["a"] * 2 + ["b"] * 10, df="design")
