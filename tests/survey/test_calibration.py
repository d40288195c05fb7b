"""Targets, weights moved to them, trimming, and what is refused: by hand calculations and identities."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import barometer.survey as sv
from barometer.errors import ArgumentError, CalibrationError, DesignError, UnknownNameError
from barometer.survey.fitting import CalibrationRule, fit_weights

LEVEL = ["a", "a", "b", "b", "b", "c"]
SIZE = [1, 2, 1, 2, 2, 1]
ROWS: dict[str, Any] = {"level": LEVEL, "size": SIZE, "staff": [4.0, 8.0, 1.0, 6.0, 3.0, 9.0]}
BASE = np.array([2.0, 3.0, 1.0, 4.0, 2.0, 5.0])
COUNTS: dict[Any, Any] = {"level": {"a": 6, "b": 8, "c": 6}, "size": {1: 9, 2: 11}}


def faults(error: pytest.ExceptionInfo[CalibrationError]) -> list[tuple[str, str, float]]:
    return [(fault.margin, fault.level, fault.count) for fault in error.value.faults]


def test_post_stratification_gives_each_cell_one_factor() -> None:
    targets = sv.declare_targets(ROWS, {"level": COUNTS["level"]})
    found = sv.calibrate_weights(BASE, targets, method="poststratify")
    np.testing.assert_allclose(found.weight, [2.4, 3.6, 8 / 7, 32 / 7, 16 / 7, 6.0], rtol=1e-14)
    assert found.iterations == 1
    for method in ("raking", "linear"):
        other = sv.calibrate_weights(BASE, targets, method=method).weight
        np.testing.assert_allclose(other, found.weight, rtol=1e-12)


def test_names_may_be_crossed() -> None:
    cells = {("a", 1): 2.0, ("a", 2): 4.0, ("b", 1): 1.0, ("b", 2): 7.0, ("c", 1): 6.0}
    found = sv.calibrate_weights(BASE, sv.declare_targets(ROWS, {("level", "size"): cells}), method="poststratify")
    np.testing.assert_allclose(found.weight, [2.0, 4.0, 1.0, 14 / 3, 7 / 3, 6.0])
    assert found.fit.margin[0] == "level x size"
    assert found.targets.names[0] == ("level x size", "a x 1")


@pytest.mark.parametrize("method", ["raking", "linear", "logit"])
@pytest.mark.parametrize("staff", [None, 122.5])
def test_every_method_meets_counts_and_totals(method: Any, staff: float | None) -> None:
    wanted = COUNTS if staff is None else {**COUNTS, "staff": staff}
    bounds = (0.1, 5.0) if method == "logit" else None
    found = sv.calibrate_weights(BASE, sv.declare_targets(ROWS, wanted), method=method, bounds=bounds)
    for name, counts in COUNTS.items():
        for level, count in counts.items():
            assert found.weight[np.array(ROWS[name]) == level].sum() == pytest.approx(count, rel=1e-9)
    if staff is not None:
        assert found.weight @ ROWS["staff"] == pytest.approx(staff, rel=1e-9)
    assert found.gap < 1e-10
    np.testing.assert_allclose(found.fit.achieved, found.fit.target, rtol=1e-9)


def test_linear_calibration_is_the_closed_form() -> None:
    found = sv.calibrate_weights(BASE, sv.declare_targets(ROWS, {"staff": 100.0}), method="linear")
    x = np.array(ROWS["staff"])
    np.testing.assert_allclose(found.ratio, 1.0 + x * (100.0 - BASE @ x) / (BASE @ x**2), rtol=1e-13)


def test_raking_without_margins_is_exponential() -> None:
    found = sv.calibrate_weights(BASE, sv.declare_targets(ROWS, {"staff": 100.0}))
    slope = np.log(found.ratio) / np.array(ROWS["staff"])
    np.testing.assert_allclose(slope, slope[0], rtol=1e-12)


def test_raking_by_cells_and_by_newtons_steps_agree() -> None:
    targets = sv.declare_targets(ROWS, COUNTS)
    wide = sv.calibrate_weights(BASE, targets, bounds=(1e-9, 1e9))
    np.testing.assert_allclose(wide.weight, sv.calibrate_weights(BASE, targets).weight, rtol=1e-9)


@pytest.mark.parametrize("method", ["linear", "raking", "logit"])
def test_bounds_hold(method: Any) -> None:
    rng = np.random.default_rng(0)
    rows = {"level": rng.choice(["x", "y", "z"], 400), "number": rng.lognormal(0.0, 1.0, 400)}
    weight = rng.uniform(1.0, 3.0, 400)
    total = float(weight @ rows["number"])
    counts = {label: float(weight[rows["level"] == label].sum()) for label in "xyz"}
    targets = sv.declare_targets(rows, {"level": counts, "number": 0.75 * total})
    free = sv.calibrate_weights(weight, targets, method="linear")
    assert free.ratio.min() < 0.4
    found = sv.calibrate_weights(weight, targets, method=method, bounds=(0.4, 1.5))
    assert found.ratio.min() >= 0.4 - 1e-12
    assert found.ratio.max() <= 1.5 + 1e-12
    assert found.weight @ rows["number"] == pytest.approx(0.75 * total, rel=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from(["raking", "linear", "logit"]), st.booleans())
def test_many_weights_at_once_are_each_alone(seed: int, method: Any, with_total: bool) -> None:
    rng = np.random.default_rng(seed)
    n = 80
    rows = {"a": rng.integers(0, 3, n), "b": rng.integers(0, 2, n), "x": rng.normal(5.0, 1.0, n)}
    weight = rng.uniform(1.0, 2.0, (n, 4))
    wanted: dict[Any, Any] = {
        name: dict(enumerate((np.bincount(rows[name], minlength=levels) * 1.5).tolist()))
        for name, levels in (("a", 3), ("b", 2))
    }
    if np.unique(rows["a"]).size < 3 or np.unique(rows["b"]).size < 2:
        return
    if with_total:
        wanted["x"] = 7.5 * n
    targets = sv.declare_targets(rows, wanted)
    rule = CalibrationRule(method, (0.05, 20.0) if method == "logit" else None)
    together = fit_weights(weight, targets, rule)
    for column in range(4):
        alone = fit_weights(weight[:, column : column + 1], targets, rule)
        np.testing.assert_allclose(together.weight[:, column], alone.weight[:, 0], rtol=1e-7)
    np.testing.assert_allclose(together.achieved, np.repeat(targets.target[:, None], 4, axis=1), rtol=1e-9)


def test_the_report_says_what_happened_to_the_weights() -> None:
    found = sv.calibrate_weights(BASE, sv.declare_targets(ROWS, COUNTS))
    assert found.before.deff == pytest.approx(6 * (BASE @ BASE) / BASE.sum() ** 2)
    assert found.after.deff == pytest.approx(6 * (found.weight @ found.weight) / found.weight.sum() ** 2)
    assert found.after.cv == pytest.approx(found.weight.std() / found.weight.mean())
    assert found.ratios.smallest == found.ratio.min()
    assert found.fit.n.tolist() == [2, 3, 1, 3, 3]
    np.testing.assert_allclose(found.fit.before, [5.0, 7.0, 5.0, 8.0, 9.0])
    heaviest = found.influential(2)
    assert heaviest.position.tolist() == np.argsort(-found.weight)[:2].tolist()
    assert heaviest.share[0] == pytest.approx(found.weight.max() ** 2 / (found.weight @ found.weight))
    assert "6 weights by raking to 5 targets" in repr(found)
    with pytest.raises(ArgumentError, match="rows"):
        found.influential(0)


def test_a_report_cannot_be_changed() -> None:
    found = sv.calibrate_weights(BASE, sv.declare_targets(ROWS, COUNTS))
    with pytest.raises(ValueError, match="read-only"):
        found.weight[0] = 1.0


def test_weights_of_zero_stay_zero() -> None:
    base = BASE.copy()
    base[3] = 0.0
    found = sv.calibrate_weights(base, sv.declare_targets(ROWS, COUNTS))
    assert found.weight[3] == 0.0
    assert found.before.rows == 5


def test_frames_and_categories_are_accepted() -> None:
    frame = pd.DataFrame(ROWS).astype({"level": pd.CategoricalDtype(["c", "b", "a", "never"])})
    found = sv.calibrate_weights(BASE, sv.declare_targets(frame, COUNTS))
    np.testing.assert_allclose(found.weight, sv.calibrate_weights(BASE, sv.declare_targets(ROWS, COUNTS)).weight)


def test_all_faults_of_targets_are_told_at_once_by_margin_level_and_count() -> None:
    rows = {"level": ["a", "a", "b", "x", None], "size": [1, 1, 2, 2, 2]}
    with pytest.raises(CalibrationError) as error:
        sv.declare_targets(rows, {"level": {"a": 3, "b": 0, "d": 4}, "size": {1: -2.0, 2: 5}})
    assert faults(error) == [
        ("level", "", 1),
        ("level", "x", 1),
        ("level", "b", 0.0),
        ("level", "d", 4.0),
        ("size", "1", -2.0),
    ]
    message = str(error.value)
    assert "level, level 'x': 1 rows have it, and no target" in message
    assert "level, level 'd': its target is 4, and none of 5 rows has it" in message
    assert "size, level '1': its target is -2: a count is above 0" in message


def test_margins_of_different_totals_are_refused() -> None:
    with pytest.raises(CalibrationError, match=r"size: its targets add up to 21, those of level to 20") as error:
        sv.declare_targets(ROWS, {"level": COUNTS["level"], "size": {1: 9, 2: 12}})
    assert faults(error) == [("size", "", 1.0)]


def test_labels_of_another_kind_are_said() -> None:
    with pytest.raises(CalibrationError, match=r"no target \(the target's label is of type str, not int\)"):
        sv.declare_targets(ROWS, {"size": {"1": 9, "2": 11}})


def test_a_level_without_weight_is_refused() -> None:
    base = BASE.copy()
    base[5] = 0.0
    with pytest.raises(CalibrationError, match="level, level 'c': its rows have no weight") as error:
        sv.calibrate_weights(base, sv.declare_targets(ROWS, COUNTS))
    assert error.value.faults[0].level == "c"


def test_contradicting_constraints_are_named() -> None:
    rows = {"level": ["a", "a", "b", "b"], "sector": ["a1", "a2", "b1", "b1"]}
    wanted = {"level": {"a": 10, "b": 20}, "sector": {"a1": 6, "a2": 5, "b1": 19}}
    targets = sv.declare_targets(rows, wanted)
    for method in ("linear", "raking"):
        with pytest.raises(CalibrationError, match="in this sample the others imply") as error:
            sv.calibrate_weights(np.ones(4), targets, method=method)
        assert {fault.margin for fault in error.value.faults} <= {"level", "sector"}
    wanted["sector"] = {"a1": 6, "a2": 4, "b1": 20}  # what agrees does no harm
    found = sv.calibrate_weights(np.ones(4), sv.declare_targets(rows, wanted), method="linear")
    np.testing.assert_allclose(found.weight, [6.0, 4.0, 10.0, 10.0])


def test_a_bound_that_no_weights_meet_names_the_margin() -> None:
    targets = sv.declare_targets(ROWS, COUNTS)
    with pytest.raises(CalibrationError) as error:
        sv.calibrate_weights(BASE, targets, method="linear", bounds=(0.9, 1.1))
    assert ("level", "a", 6.0) in faults(error)
    assert "within the bounds its weights reach from 4.5 to 5.5" in str(error.value)
    with pytest.raises(CalibrationError, match=r"within the bounds \(0.85, 1.25\) that meet all targets") as error:
        sv.calibrate_weights(BASE, targets, method="linear", bounds=(0.85, 1.25))
    assert error.value.faults[0].margin in ("level", "size")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "linear", "bounds": (1.1, 2.0)}, "exclude 1"),
        ({"method": "linear", "bounds": (0.2, 1.0)}, "exclude 1"),
        ({"method": "logit"}, "needs them"),
        ({"method": "logit", "bounds": (0.2, np.inf)}, "finite"),
        ({"method": "poststratify", "bounds": (0.2, 3.0)}, "no bounds"),
        ({"method": "poststratify"}, "one margin"),
        ({"method": "ranking"}, "must be one of raking"),
        ({"bounds": (0.5, 1.5, 2.0)}, "two numbers"),
        ({"bounds": ("low", "high")}, "two numbers"),
        ({"bounds": 0.5}, "two numbers"),
        ({"tolerance": 0.0}, "tolerance"),
        ({"iterations": 0}, "iterations"),
    ],
)
def test_choices_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        sv.calibrate_weights(BASE, sv.declare_targets(ROWS, COUNTS), **options)


def test_variables_weights_and_targets_must_fit() -> None:
    targets = sv.declare_targets(ROWS, COUNTS)
    with pytest.raises(ArgumentError, match="are of 6 rows, there are 5 weights"):
        sv.calibrate_weights(BASE[:5], targets)
    with pytest.raises(DesignError, match="1 of 6 are missing"):
        sv.calibrate_weights([*BASE[:5], np.nan], targets)
    with pytest.raises(UnknownNameError, match="variable with a target 'levels'"):
        sv.declare_targets(ROWS, {"levels": {"a": 1}})
    with pytest.raises(ArgumentError, match="columns with names"):
        sv.declare_targets([1, 2], {"level": {"a": 1}})
    with pytest.raises(ArgumentError, match="expected a mapping"):
        sv.declare_targets(ROWS, {})
    with pytest.raises(ArgumentError, match="different lengths"):
        sv.declare_targets({"a": [1, 2], "b": [1.0, 2.0, 3.0]}, {"a": {1: 2, 2: 3}, "b": 4.0})
    with pytest.raises(ArgumentError, match="finite total"):
        sv.declare_targets(ROWS, {"staff": np.nan})
    with pytest.raises(CalibrationError, match="1 of 2 rows have no finite number"):
        sv.declare_targets({"x": [1.0, np.nan]}, {"x": 3.0})


def test_trimming_gives_what_was_cut_to_the_others() -> None:
    found = sv.trim_weights([1.0, 2.0, 9.0], upper=6.0)
    np.testing.assert_allclose(found.weight, [2.5, 3.5, 6.0])
    assert (found.cut, found.moved, found.rounds, found.beyond) == (1, 3.0, 1, 0)
    assert "1 of 3 weights cut" in repr(found)


def test_strict_trimming_goes_on_until_none_is_beyond() -> None:
    weight = [1.0, 1.0, 5.5, 5.8, 12.0]
    once, strict = sv.trim_weights(weight, upper=6.5), sv.trim_weights(weight, upper=6.5, strict=True)
    assert once.beyond == 2
    assert strict.beyond == 0
    assert strict.rounds > 1
    assert strict.weight.sum() == pytest.approx(sum(weight))
    assert sv.trim_weights(weight).weight.tolist() == weight


def test_trimming_that_cannot_be_is_refused() -> None:
    with pytest.raises(ArgumentError, match="must be below upper"):
        sv.trim_weights(BASE, 3.0, 2.0)
    with pytest.raises(ArgumentError, match="none is left to take what was cut"):
        sv.trim_weights([5.0, 6.0], upper=4.0)


def test_raking_that_no_weights_can_meet_names_the_farthest_targets() -> None:
    rows = {"a": [0, 0, 1, 1], "b": [0, 1, 1, 1]}
    targets = sv.declare_targets(rows, {"a": {0: 2.0, 1: 8.0}, "b": {0: 5.0, 1: 5.0}})
    with pytest.raises(CalibrationError, match="meet all targets, in 1000 iterations of raking") as error:
        sv.calibrate_weights(np.ones(4), targets)
    assert {fault.margin for fault in error.value.faults} <= {"a", "b"}
