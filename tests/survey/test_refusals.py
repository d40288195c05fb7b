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
TWICE = pd.DataFrame([[1, 4], [2, 5], [3, 6]], columns=["a", "a"])


@pytest.mark.parametrize(
    ("call", "argument", "message"),
    [
        (lambda: sv.estimate_shares([1.0] * 12, YES), "design", "must be a design.* got list"),  # type: ignore[arg-type]
        (lambda: sv.estimate_shares(DESIGN, YES, confidence="a"), "confidence", "between 0 and 1"),  # type: ignore[arg-type]
        (lambda: sv.estimate_shares(DESIGN, YES, interval="foo"), "interval", "must be one of logit"),  # type: ignore[arg-type]
        (lambda: sv.estimate_shares(DESIGN, YES, df="rank"), "df", "has none"),
        (lambda: sv.estimate_means(DESIGN, [[1, 2], [3]] * 6), "outcome", "different lengths"),
        (lambda: sv.estimate_means(sv.declare_design([1.0] * 3), TWICE), "columns", "1 of 2 names come again"),
        (lambda: sv.estimate_shares(DESIGN, YES, by=["total", "b"] * 6), "by", "called 'total'"),
        (lambda: sv.estimate_shares(DESIGN, YES, by={"estimate": list("xy") * 6}), "by", "called 'estimate'"),
        (lambda: sv.estimate_responses(DESIGN, {"a": YES}, interval="foo"), "interval", "must be one of"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_argument_is_named(call: Callable[[], object], argument: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        call()
    assert caught.value.argument == argument


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
