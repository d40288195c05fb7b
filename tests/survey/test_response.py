"""Design weights, response rates and adjustment cells, counted by hand."""

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError, ResponseError

# Four cells in two parents: a 4 of 8, b 1 of 4, c 3 of 4 | d 2 of 4; weights 2, and 1 in d.
CELL = ["a"] * 8 + ["b"] * 4 + ["c"] * 4 + ["d"] * 4
PARENT = ["x"] * 16 + ["y"] * 4
ANSWERED = np.array([1] * 4 + [0] * 4 + [1] + [0] * 3 + [1] * 3 + [0] + [1] * 2 + [0] * 2, dtype=bool)
WEIGHT = np.array([2.0] * 16 + [1.0] * 4)


def test_design_weights_are_frame_over_sample() -> None:
    found = sv.design_weights(["a", "b", "a", "a", "b"], [True, True, False, True, False])
    assert found.weight.tolist() == [1.5, 2.0, 1.5]
    assert (found.population.tolist(), found.sampled.tolist(), found.labels) == ([3, 2], [2, 1], ("a", "b"))


def test_a_stratum_of_which_none_is_drawn_is_named() -> None:
    with pytest.raises(ResponseError, match="stratum 'b': none of 2 units is drawn") as error:
        sv.design_weights(["a", "b", "b"], [True, False, False])
    assert (error.value.variable, error.value.level, error.value.count) == ("stratum", "b", 2)


def test_rates_are_counts_and_weights_over_those_drawn() -> None:
    found = sv.response_rates(ANSWERED, weight=WEIGHT, by=CELL)
    assert found.sampled.tolist() == [20, 8, 4, 4, 4]
    assert found.answered.tolist() == [10, 4, 1, 3, 2]
    assert found.rate.tolist() == [0.5, 0.5, 0.25, 0.75, 0.5]
    assert found.weighted_rate[0] == 18.0 / 36.0
    assert found.groups == (("a",), ("b",), ("c",), ("d",))


def test_every_cell_keeps_its_weight_and_nobody_silent_has_any() -> None:
    found = sv.adjust_by_cells(WEIGHT, ANSWERED, CELL)
    assert found.merged == ()
    assert found.cells == (("a",), ("b",), ("c",), ("d",))
    assert found.factor[[0, 8, 12, 16]].tolist() == [2.0, 4.0, 4.0 / 3.0, 2.0]
    for cell, total in {"a": 16.0, "b": 8.0, "c": 8.0, "d": 4.0}.items():
        assert found.weight[np.array(CELL) == cell].sum() == pytest.approx(total, rel=1e-14)
    assert not found.weight[~ANSWERED].any()


def test_a_category_that_no_row_has_is_no_cell() -> None:
    cell = pd.Categorical(["b"] * 2 + ["c"] * 2, ["a", "b", "c"])
    found = sv.adjust_by_cells([1.0] * 4, [True, False, True, True], cell, minimum=1)
    assert (found.cells, found.cell.tolist()) == ((("b",), ("c",)), [0, 0, 1, 1])


def test_a_small_cell_joins_the_nearest_rate_in_its_parent() -> None:
    # b has 1 answer; its rate 0.25 is nearer to a (0.5) than to c (0.75); d has the rate of a but another parent.
    found = sv.adjust_by_cells(WEIGHT, ANSWERED, CELL, parent=PARENT, minimum=2)
    assert found.cells == (("a", "b"), ("c",), ("d",))
    (merged,) = found.merged
    assert (merged.cell, merged.into, merged.parent) == (("b",), ("a",), "x")
    assert (merged.sampled, merged.answered, merged.factor) == (4, 1, 4.0)
    assert (merged.merged_answered, merged.merged_factor) == (5, 24.0 / 10.0)
    assert found.weight.sum() == pytest.approx(36.0, rel=1e-14)


def test_a_large_factor_joins_too_and_a_cell_alone_in_its_parent_is_told() -> None:
    found = sv.adjust_by_cells(WEIGHT, ANSWERED, CELL, parent=PARENT, largest=1.9)
    assert [(m.cell, m.into) for m in found.merged] == [(("b",), ("a",)), (("a", "b"), ("c",))]
    assert found.alone == found.cells == (("a", "b", "c"), ("d",))
    assert found.factor[16] == 2.0  # alone: weighted as it is


def test_joining_goes_on_until_the_rule_is_kept() -> None:
    found = sv.adjust_by_cells(WEIGHT, ANSWERED, CELL, minimum=3)
    assert [(m.cell, m.into) for m in found.merged] == [(("b",), ("a",)), (("d",), ("a", "b"))]
    assert found.cells == (("a", "b", "d"), ("c",))
    assert np.bincount(found.cell[ANSWERED]).tolist() == [7, 3]


def test_a_cell_without_answers_is_an_error_or_is_joined() -> None:
    answered = ANSWERED & (np.array(CELL) != "b")
    with pytest.raises(ResponseError, match="cell 'b': none of 4 units drawn answered") as error:
        sv.adjust_by_cells(WEIGHT, answered, CELL)
    assert error.value.count == 4
    joined = sv.adjust_by_cells(WEIGHT, answered, CELL, minimum=1)
    assert joined.cells[0] == ("a", "b")
    assert np.isinf(joined.merged[0].factor)
    with pytest.raises(ResponseError, match=r"'d'.*none of 4"):
        sv.adjust_by_cells(WEIGHT, ANSWERED & (np.array(CELL) != "d"), CELL, parent=PARENT, minimum=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": WEIGHT[:-1]}, "weight: has 19 rows, answered has 20"),
        ({"weight": np.where(WEIGHT == 1.0, np.nan, WEIGHT)}, "4 of 20 are missing, infinite, zero or negative"),
        ({"cell": [None, *CELL[1:]]}, "cell: 1 of 20 rows have no label"),
        ({"parent": ["x", "y"] * 10}, "parent: 4 cells are in more than one parent"),
        ({"answered": np.zeros(20, dtype=bool)}, "answered: selects 0 of 20"),
        ({"largest": 0.9}, "largest: must be above 1"),
        ({"minimum": -1}, "minimum: must be a whole number"),
    ],
)
def test_mistakes_are_named(change: dict[str, object], message: str) -> None:
    given: dict[str, object] = {"weight": WEIGHT, "answered": ANSWERED, "cell": CELL} | change
    with pytest.raises(ArgumentError, match=message):
        sv.adjust_by_cells(**given)  # type: ignore[arg-type]


def test_weights_before_and_after_are_described() -> None:
    adjusted = sv.adjust_by_cells(WEIGHT, ANSWERED, CELL)
    report = sv.report_weights(WEIGHT, ANSWERED, adjusted.weight, {"cell": CELL})
    weights = np.array([4.0] * 4 + [8.0] + [8.0 / 3.0] * 3 + [2.0] * 2)
    assert (report.after.rows, report.after.smallest, report.after.largest) == (10, 2.0, 8.0)
    assert report.after.deff == pytest.approx(10 * (weights**2).sum() / weights.sum() ** 2, rel=1e-14)
    assert report.after.n_effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum(), rel=1e-14)
    b = report.margins[1]
    assert (b.variable, b.level) == ("cell", "b")
    assert (b.drawn, b.before) == (8.0 / 36.0, 2.0 / 18.0)
    assert b.after == pytest.approx(8.0 / 36.0, rel=1e-14)
    assert report.largest_gap < 1e-15
