"""Checks of weights and strata on a handful of rows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

import barometer as bm
from barometer.errors import Fault
from barometer.microdata.check_design import check_design
from barometer.microdata.layout import Layout, load_layout
from barometer.microdata.load import shipped_layout


@pytest.fixture(scope="module")
def layout() -> Layout:
    return load_layout(shipped_layout(3), bm.codebook())


def findings(
    layout: Layout, stratum: Sequence[str], weight: Sequence[float], population: Sequence[float]
) -> list[Fault]:
    """Check rows of strata "a", "b", ...; a blank stratum is one that could not be read."""
    letters = pd.Categorical([name or None for name in stratum], categories=list("abcdefghij"), ordered=True)
    faults: list[Fault] = []
    check_design(pd.DataFrame({"size": letters, "weight": weight, "population": population}), layout, ("size",), faults)
    return faults


def test_weights_that_add_up_to_their_populations_are_sound(layout: Layout) -> None:
    assert findings(layout, list("aabb"), [5.0, 5.0, 3.0, 4.0], [10.0, 10.0, 7.0, 7.0]) == []


def test_strata_with_the_same_fault_are_one_finding_of_all_their_rows(layout: Layout) -> None:
    names = list("abcdefgaa")
    (lonely,) = findings(layout, names, [3.0, *[9.0] * 6, 3.0, 3.0], [9.0] * 9)
    assert lonely == Fault(
        "stratum",
        "6 strata have one answer each and are not taken whole; join each to a similar stratum: "
        "b, c, d, e, f and 1 more",
        rows=(3, 4, 5, 6, 7, 8),
    )


def test_more_answers_than_units_are_counted_for_each_stratum(layout: Layout) -> None:
    (over,) = findings(layout, list("aaabbb"), [2 / 3] * 3 + [1 / 3] * 3, [2.0] * 3 + [1.0] * 3)
    assert over.message == "2 strata have more answers than units: a (3 of 2), b (3 of 1)"
    assert over.rows == (2, 3, 4, 5, 6, 7)


def test_the_strata_whose_weights_are_farthest_off_come_first(layout: Layout) -> None:
    (odd,) = findings(layout, list("aabbcc"), [5.1, 5.0, 10.0, 10.0, 5.0, 5.0], [10.0] * 6)
    assert odd == Fault(
        "weight-sum",
        "the weights of 2 of 3 strata do not add up to their population, farthest off first: "
        "b (20.0 of 10), a (10.1 of 10)",
        "vaegt",
    )


def test_a_row_without_a_stratum_lets_no_other_look_alone_or_light(layout: Layout) -> None:
    stratum, weight, population = ["a", "", "b", "b"], [5.0, 5.0, 5.0, 5.0], [10.0] * 4
    assert findings(layout, stratum, weight, population) == []
    assert {fault.rule for fault in findings(layout, ["a", "b", "b", "b"], weight, population)} == {
        "stratum",
        "weight-sum",
    }


def test_a_row_without_a_weight_makes_no_stratum_light(layout: Layout) -> None:
    assert findings(layout, list("aabb"), [5.0, np.nan, 5.0, 5.0], [10.0] * 4) == []


def test_the_spread_of_weights_is_told_from_where_answers_are_worth_half(layout: Layout) -> None:
    def spread(heavy: float) -> list[str]:
        weight = [1.0, 1.0, 1.0, heavy]
        faults = findings(layout, list("aaaa"), weight, [round(sum(weight))] * 4)
        return [fault.message for fault in faults if fault.rule == "weight-spread"]

    # n Σw²/(Σw)² = 2 for three weights of 1 and one of 3 + √12.
    assert spread(3 + np.sqrt(12) - 0.01) == []
    assert spread(3 + np.sqrt(12) + 0.01) == ["differ so much that 4 answers are worth 2; are they right?"]
