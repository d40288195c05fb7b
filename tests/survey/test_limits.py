"""Weights that keep to limits after calibration: hand calculations, what is refused, and replicates."""

import numpy as np
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError, CalibrationError

LABELS = {"level": ["a", "a", "a", "b", "b"], "kind": ["x", "x", "y", "x", "y"]}
COUNTS = {"level": {"a": 12, "b": 8}, "kind": {"x": 12, "y": 8}}
BASE = [1.0, 8.0, 3.0, 4.0, 4.0]


def test_the_weights_that_come_are_within_the_limits_and_meet_the_margins() -> None:
    targets = sv.declare_targets(LABELS, COUNTS)
    found = sv.limit_weights(BASE, targets, 1.5, 5.5)
    made = sv.calibrate_weights(found.weight, targets)
    assert found.rounds > 1
    assert 1.5 * (1.0 - 1e-7) <= made.weight.min() < made.weight.max() <= 5.5 * (1.0 + 1e-7)
    assert made.gap < 1e-9
    assert sv.calibrate_weights(sv.trim_weights(BASE, 1.5, 5.5, strict=True).weight, targets).weight.max() > 5.6


def test_one_margin_by_hand() -> None:
    """Level a must hold 10 in two weights of at most 6: one is at 6, the other has what is left."""
    targets = sv.declare_targets({"level": ["a", "a", "b", "b"]}, {"level": {"a": 10, "b": 8}})
    found = sv.limit_weights([1.0, 9.0, 4.0, 4.0], targets, 0.0, 6.0)
    np.testing.assert_allclose(sv.calibrate_weights(found.weight, targets).weight, [4.0, 6.0, 4.0, 4.0], rtol=1e-7)


def test_wide_limits_are_trimming_alone() -> None:
    found = sv.limit_weights(BASE, sv.declare_targets(LABELS, COUNTS), 0.0, 50.0)
    assert found.rounds == 1
    np.testing.assert_array_equal(found.weight, BASE)


def test_limits_that_cannot_be_kept_are_refused() -> None:
    targets = sv.declare_targets(LABELS, COUNTS)
    with pytest.raises(CalibrationError, match=r"level, level 'a': its target is 12, and 3 weights .* at most 11.7"):
        sv.limit_weights(BASE, targets, 0.0, 3.9)
    with pytest.raises(CalibrationError, match=r"level, level 'b': its target is 8, and 2 weights .* at least 9"):
        sv.limit_weights(BASE, targets, 4.5, 50.0)
    # Two x in a hold at most 9 of its 13.4: y of a is 4.4 at least, and so is x of b, whose y would have 2.2.
    crossed = sv.declare_targets(LABELS, {"level": {"a": 13.4, "b": 6.6}, "kind": {"x": 13.4, "y": 6.6}})
    with pytest.raises(CalibrationError, match=r"No weights within the limits \(3, 4.5\) .* in 500 rounds"):
        sv.limit_weights(BASE, crossed, 3.0, 4.5)
    with pytest.raises(ArgumentError, match="lower: must be below upper"):
        sv.limit_weights(BASE, targets, 4.0, 3.0)
    single = sv.declare_targets({"level": list("aabb")}, {"level": {"a": 10, "b": 8}})
    with pytest.raises(ArgumentError, match=r"bounds: \d weights that keep to their limits are beyond"):
        sv.limit_weights([1.0, 9.0, 4.0, 4.0], single, 0.0, 6.0, bounds=(0.7, 1.4))


def test_replicates_are_trimmed_by_the_same_factors() -> None:
    labels = {"level": LABELS["level"] * 4}
    targets = sv.declare_targets(labels, {"level": {"a": 60, "b": 40}})
    first = sv.calibrate_design(sv.declare_design(BASE * 4), targets)
    limited = sv.calibrate_design(sv.limit_design(first, targets, 0.0, 6.0), targets)
    assert limited.weight.max() <= 6.0 * (1.0 + 1e-7) < first.weight.max()
    made = sv.make_replicates(limited, "jk1")
    np.testing.assert_allclose(made.weight, limited.weight, rtol=1e-9)
    y = np.arange(20.0) % 7
    one, other = sv.estimate_means(limited, y), sv.estimate_means(made, y)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-9)
    # Each replicate leaves one row out and trims the others by the factors of all before it meets the targets again.
    factor = sv.limit_weights(first.weight, targets, 0.0, 6.0).weight / first.weight
    means = []
    for row in range(20):
        left = np.where(np.arange(20) == row, 0.0, 20.0 / 19.0) * np.tile(BASE, 4)
        once = sv.calibrate_weights(left, targets).weight
        again = sv.calibrate_weights(once * factor, targets).weight
        np.testing.assert_allclose(made.replicate_weights()[:, row], again, rtol=1e-7)
        means.append(again @ y / again.sum())
    assert other.se[0, 0] == pytest.approx(np.sqrt(19.0 * np.var(means)), rel=1e-7)
    assert other.se == pytest.approx(one.se, rel=0.25)
