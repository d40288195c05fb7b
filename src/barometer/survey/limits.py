"""Weights trimmed and calibrated in turn, until calibration leaves them within their limits."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, CalibrationError, TargetFault, check_kind
from barometer.survey.arrays import FloatArray
from barometer.survey.calibration import calibrate_weights
from barometer.survey.design_rows import checked_weights
from barometer.survey.fitting import CalibrationMethod
from barometer.survey.inputs import Values
from barometer.survey.targets import Targets
from barometer.survey.trimming import check_bounds, trim_weights

ROUNDS = 500
WITHIN = 1e-8
"""Relative distance from a limit at which a weight keeps to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Limiting:
    """
    Weights from which calibration arrives within limits.

    Attributes
    ----------
    base_weight, weight : (n,) float
        Before, and trimmed: what is to be calibrated, once.
    bounds : (float, float)
        Of the calibrated weights.
    rounds : int
        Of trimming and calibration; 1 where the first calibration stayed within.
    """

    base_weight: FloatArray
    weight: FloatArray
    bounds: tuple[float, float]
    rounds: int

    def __repr__(self) -> str:
        """Say what was done; never a weight."""
        low, high = self.bounds
        return f"<Limiting: {self.weight.size:,} weights to ({low:g}, {high:g}) in {self.rounds} round(s)>"

    @property
    def factor(self) -> FloatArray:
        """(n,) trimmed weight over the one before; 1 where that is 0."""
        ones = np.ones_like(self.weight)
        return np.divide(self.weight, self.base_weight, out=ones, where=self.base_weight > 0.0)


def limit_weights(
    weight: Values,
    targets: Targets,
    lower: float = 0.0,
    upper: float = np.inf,
    *,
    method: CalibrationMethod = "raking",
    bounds: tuple[float, float] | None = None,
) -> Limiting:
    """
    Trim and calibrate in turn until calibrated weights keep to their limits.

    Parameters
    ----------
    weight : (n,) array_like of float
    targets : Targets
        Of n rows.
    lower, upper : float
        Limits of the calibrated weights.
    method, bounds
        Of the calibration, as in `calibrate_weights`.

    Returns
    -------
    Limiting
        Its weights, calibrated to the targets, are within the limits to 1e-8 of them.

    Raises
    ------
    CalibrationError
        If the rows of a level cannot hold its target within the limits, or no such weights were found in 500 rounds;
        with margin, level and count.
    ArgumentError
        As `trim_weights` and `calibrate_weights`, or if the rounds together leave the bounds.

    Notes
    -----
    Every round trims as `trim_weights` with `strict`, and calibrates what comes. Where one calibration stays within
    the limits this is trimming alone.

    References
    ----------
    Folsom and Singh (2000), The generalized exponential model for sampling weight calibration. Proceedings of the
    Section on Survey Research Methods, American Statistical Association (why extreme weights need control within it).

    Examples
    --------
    >>> from barometer.survey.targets import declare_targets
    >>> targets = declare_targets({"level": ["a", "a", "b", "b"]}, {"level": {"a": 10, "b": 8}})
    >>> found = limit_weights([1.0, 5.0, 4.0, 4.0], targets, 0.0, 6.0)
    >>> calibrate_weights(found.weight, targets).weight.round(4)
    array([4., 6., 4., 4.])
    """
    check_kind("targets", targets, Targets, "targets, as declare_targets makes")
    check_bounds(lower, upper)
    base = checked_weights(weight)
    _check_room(targets, lower, upper)
    first = trimmed = trim_weights(base, lower, upper, strict=True).weight
    for done in range(1, ROUNDS + 1):
        found = calibrate_weights(trimmed, targets, method=method, bounds=bounds).weight
        if (found >= lower * (1.0 - WITHIN)).all() and (found <= upper * (1.0 + WITHIN)).all():
            _check_ratios(found, first, bounds)
            return Limiting(base, trimmed, (lower, upper), done)
        trimmed = trim_weights(np.maximum(found, 0.0), lower, upper, strict=True).weight
    raise CalibrationError(
        _far(trimmed, targets),
        f"No weights within the limits ({lower:g}, {upper:g}) were found that meet all targets, in {ROUNDS} rounds",
    )


def _check_ratios(weight: FloatArray, trimmed: FloatArray, bounds: tuple[float, float] | None) -> None:
    """Refuse weights that the rounds together moved farther than each might."""
    low, high = bounds or (-np.inf, np.inf)
    ratio = np.divide(weight, trimmed, out=np.ones_like(weight), where=trimmed > 0.0)
    if beyond := int(((ratio < low * (1.0 - WITHIN)) | (ratio > high * (1.0 + WITHIN))).sum()):
        text = f"{beyond:,} weights that keep to their limits are beyond ({low:g}, {high:g}) times the trimmed ones"
        raise ArgumentError("bounds", f"{text}: widen the one or the other")


def _check_room(targets: Targets, lower: float, upper: float) -> None:
    """Refuse levels whose rows, all at a limit, do not reach their target."""
    faults = []
    for margin in targets.margins:
        rows = np.bincount(margin.code, minlength=len(margin.labels))
        for label, n, aim in zip(margin.labels, rows, margin.target, strict=True):
            if n * lower <= aim * (1.0 + WITHIN) and n * upper >= aim * (1.0 - WITHIN):
                continue
            end, reach = ("least", n * lower) if n * lower > aim else ("most", n * upper)
            text = (
                f"its target is {aim:,.10g}, and {n:,} weights within ({lower:g}, {upper:g}) are at {end} {reach:,.10g}"
            )
            faults.append(TargetFault(margin.name, str(label), int(n), f"{text} together: widen the limits"))
    if faults:
        raise CalibrationError(faults, "The weights cannot keep to their limits")


def _far(weight: FloatArray, targets: Targets) -> list[TargetFault]:
    """Return the levels that weights within the limits miss, the farthest first."""
    faults: list[tuple[float, TargetFault]] = []
    for margin in targets.margins:
        reached = np.bincount(margin.code, weight, len(margin.labels))
        rows = np.bincount(margin.code, minlength=len(margin.labels))
        gaps = np.abs(reached - margin.target) / margin.target
        for gap, label, n, aim, at in zip(gaps, margin.labels, rows, margin.target, reached, strict=True):
            text = f"its target is {aim:,.10g}, and {n:,} weights within the limits reach {at:,.10g}: widen the limits"
            faults.append((float(gap), TargetFault(margin.name, str(label), int(n), text)))
    return [fault for _, fault in sorted(faults, key=lambda pair: -pair[0])][:5]
