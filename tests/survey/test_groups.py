"""Domains: one set of labels, or several that are crossed."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from barometer.errors import ArgumentError
from barometer.survey import declare_design, estimate_means, group_rows


def test_without_domains_there_is_only_the_total() -> None:
    groups = group_rows(None, 3)
    assert groups.labels == ()
    assert groups.domains == ()
    assert groups.code.tolist() == [-1, -1, -1]
    assert repr(groups) == "<Groups: 3 rows in 0 groups>"


@pytest.mark.parametrize(
    ("by", "domain"),
    [
        (["b", "a", "b"], "domain"),
        (pd.Series(["b", "a", "b"], name="region"), "region"),
        ({"region": ["b", "a", "b"]}, "region"),
        (pd.DataFrame({"region": ["b", "a", "b"]}), "region"),
    ],
)
def test_one_set_of_labels_has_the_name_it_came_with(by: Any, domain: str) -> None:
    groups = group_rows(by, 3)
    assert groups.domains == (domain,)
    assert groups.labels == (("a",), ("b",))
    assert groups.code.tolist() == [1, 0, 1]
    assert repr(groups) == f"<Groups: 3 rows in 2 groups by {domain}>"


def test_one_set_keeps_the_categories_that_no_row_has() -> None:
    groups = group_rows(pd.Categorical(["b", "a"], categories=["c", "b", "a"]), 2)
    assert groups.labels == (("c",), ("b",), ("a",))
    assert groups.code.tolist() == [1, 2]


@pytest.mark.parametrize("several", [dict, lambda pairs: [values for _, values in pairs]], ids=["dict", "list"])
def test_several_sets_are_crossed_and_only_cells_with_rows_are_kept(several: Any) -> None:
    by = several([("u", np.array(["x", "y", "x", "y"])), ("v", [2, 1, 1, 1])])
    groups = group_rows(by, 4)
    assert groups.labels == (("x", 1), ("x", 2), ("y", 1))
    assert groups.code.tolist() == [1, 2, 0, 2]


def test_a_row_with_a_missing_label_is_in_no_group_and_counts_for_the_total() -> None:
    assert group_rows({"u": ["x", None, "x"], "v": [1.0, 1.0, np.nan]}, 3).code.tolist() == [0, -1, -1]
    found = estimate_means(declare_design(np.ones(3)), [1.0, 2.0, 6.0], by=["x", None, "x"])
    assert found.estimate[:, 0] == pytest.approx([3.0, 3.5])


def test_a_cross_is_the_same_as_one_set_of_joined_labels() -> None:
    rng = np.random.default_rng(1)
    u, v, y = rng.choice(["a", "b"], 40), rng.choice(["c", "d", "e"], 40), rng.normal(size=40)
    design = declare_design(rng.lognormal(size=40))
    crossed = estimate_means(design, y, by={"u": u, "v": v})
    joined = estimate_means(design, y, by=np.char.add(u, v))
    assert [first + second for first, second in crossed.groups] == [label for (label,) in joined.groups]  # type: ignore[operator]
    np.testing.assert_array_equal(crossed.variance, joined.variance)


def test_groups_that_were_coded_before_are_taken_as_they_are() -> None:
    groups = group_rows(["a", "b"], 2)
    assert group_rows(groups, 2) is groups
    with pytest.raises(ArgumentError, match="has 2 rows, the design has 3"):
        group_rows(groups, 3)


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ([None, None], "0 of 2 rows are in a group"),
        ({"u": ["x", None], "v": [None, "y"]}, "0 of 2 rows are in a group"),
        ({"u": ["x", "y"], "v": ["x"]}, "'v' has 1 rows, the design has 2"),
        (np.array([["x"], ["y"]]), "expected one label for each row"),
    ],
)
def test_bad_domains_are_refused(by: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        group_rows(by, 2)
    assert caught.value.argument == "by"
