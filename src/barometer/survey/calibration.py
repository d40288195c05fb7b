"""Calibrated weights and the report of what calibration did to them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from barometer.errors import ArgumentError, check_kind
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.design_rows import checked_weights
from barometer.survey.fitting import CalibrationMethod, CalibrationRule, fit_weights
from barometer.survey.inputs import Values
from barometer.survey.targets import Targets
from barometer.survey.weight_spreads import WeightSpread, weight_spread


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TargetFit:
    """
    Counts and totals before and after, one row for each of p targets.

    Attributes
    ----------
    margin : (p,) tuple of str
    level : (p,) tuple
        Label of the level; None for a total.
    n : (p,) int
        Rows of the level; of a total, all rows.
    before, target, achieved : (p,) float
    """

    margin: tuple[str, ...]
    level: tuple[object, ...]
    n: IntArray
    before: FloatArray
    target: FloatArray
    achieved: FloatArray

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<TargetFit: {self.target.size:,} targets, before and after>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Influential:
    """
    The rows that weigh most, by position: counts and weights only.

    Attributes
    ----------
    position : (k,) int
        Rows of the design, the heaviest first.
    base_weight, weight, ratio : (k,) float
    share : (k,) float
        Part of the sum of squared weights, from which the design effect of weighting comes.
    """

    position: IntArray
    base_weight: FloatArray
    weight: FloatArray
    ratio: FloatArray
    share: FloatArray

    def __repr__(self) -> str:
        """Say what it is; never a weight."""
        return (
            f"<Influential: the {self.position.size:,} heaviest rows, {100 * self.share.sum():.1f}% of squared weights>"
        )


@dataclass(frozen=True, eq=False, repr=False)
class Calibration:
    """
    Weights moved to targets, and what that did to them.

    Attributes
    ----------
    base_weight, weight : (n,) float
        Before and after.
    targets : Targets
    rule : CalibrationRule
        Method, bounds, tolerance.
    iterations : int
        Rounds of raking, or Newton's steps.
    achieved : (p,) float
        Counts and totals under the new weights, in the order of `targets.names`.
    """

    base_weight: FloatArray
    weight: FloatArray
    targets: Targets
    rule: CalibrationRule
    iterations: int
    achieved: FloatArray

    def __repr__(self) -> str:
        """Say what was done and what it cost; never a row."""
        rule, ratio = self.rule, self.ratios
        bounds = "" if rule.bounds is None else f" within ({rule.bounds[0]:g}, {rule.bounds[1]:g})"
        deff = f"design effect of weighting {self.before.deff:.3f} before, {self.after.deff:.3f} after"
        return (
            f"<Calibration: {self.weight.size:,} weights by {rule.method}{bounds} to {self.targets.size} targets in "
            f"{self.iterations} iterations, largest gap {self.gap:.1e}; new over old {ratio.smallest:.3g} "
            f"to {ratio.largest:.3g}, {deff}>"
        )

    @cached_property
    def ratio(self) -> FloatArray:
        """(n,) new weight over old, g; 1 where both are 0."""
        ones = np.ones_like(self.weight)
        return np.divide(self.weight, self.base_weight, out=ones, where=self.base_weight > 0.0)

    @property
    def gap(self) -> float:
        """Largest relative distance of a count or total from its target."""
        aim = np.abs(self.targets.target)
        return float((np.abs(self.achieved - self.targets.target) / np.where(aim > 0.0, aim, 1.0)).max())

    @property
    def negative(self) -> int:
        """Weights below 0, as linear calibration without bounds may make them."""
        return int((self.weight < 0.0).sum())

    @cached_property
    def before(self) -> WeightSpread:
        """Spread of the weights before."""
        return weight_spread(self.base_weight[self.base_weight > 0.0])

    @cached_property
    def after(self) -> WeightSpread:
        """Spread of the weights after."""
        return weight_spread(self.weight[self.base_weight > 0.0])

    @cached_property
    def ratios(self) -> WeightSpread:
        """Spread of new weight over old."""
        return weight_spread(self.ratio[self.base_weight > 0.0])

    @cached_property
    def fit(self) -> TargetFit:
        """Every target with what stood before and what was achieved."""
        targets = self.targets
        levels = [label for margin in targets.margins for label in margin.labels]
        rows = [np.bincount(margin.code, minlength=len(margin.labels)) for margin in targets.margins]
        counts = [np.bincount(m.code, self.base_weight, len(m.labels)) for m in targets.margins]
        sums = [np.array([total.value @ self.base_weight for total in targets.totals])]
        return TargetFit(
            margin=tuple(name for name, _ in targets.names),
            level=(*levels, *(None for _ in targets.totals)),
            n=np.concatenate([*rows, np.full(len(targets.totals), self.weight.size)]),
            before=np.concatenate(counts + sums),
            target=targets.target,
            achieved=self.achieved,
        )

    def influential(self, rows: int = 10) -> Influential:
        """
        Return the rows that weigh most after calibration.

        Parameters
        ----------
        rows : int

        Raises
        ------
        ArgumentError
            If it is not a whole number above 0.
        """
        if not isinstance(rows, int) or rows < 1:
            raise ArgumentError("rows", f"must be a whole number above 0; got {rows!r}")
        order = np.argsort(-np.abs(self.weight), kind="stable")[:rows]
        squares = self.weight**2
        share = squares[order] / squares.sum()
        return Influential(order, self.base_weight[order], self.weight[order], self.ratio[order], share)


def calibrate_weights(
    weight: Values,
    targets: Targets,
    *,
    method: CalibrationMethod = "raking",
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-10,
    iterations: int = 1000,
) -> Calibration:
    """
    Move weights to population counts and totals, as little as the method's distance says.

    Parameters
    ----------
    weight : (n,) array_like of float
        Base weights: not negative, finite, not all zero.
    targets : Targets
        See `declare_targets`.
    method : {"raking", "linear", "logit", "poststratify"}
        Ratio of new weight to old: exponential (always above 0; of margins alone by iterative proportional fitting),
        linear (GREG), logistic between the bounds, or one factor for each cell of a single margin.
    bounds : (float, float), optional
        Least and most of new weight over old: "linear" and "raking" are cut there, "logit" needs them.
    tolerance : float
        Largest relative distance of a count or total from its target.
    iterations : int
        Rounds at the most.

    Returns
    -------
    Calibration

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be, the bounds exclude 1, or lengths differ.
    DesignError
        If a base weight is missing, infinite or negative.
    CalibrationError
        If a level has no weight, targets contradict each other, or no weights within the bounds meet them all: with
        every margin, level and count. No weight is changed then.

    Notes
    -----
    R's `rake`, `postStratify` and `calibrate` with calfun "raking", "linear" and "logit"; R rescales the weights first
    where they are less than a twentieth of the targets, so that its bounds then mean something else.

    References
    ----------
    See `fit_weights`.

    Examples
    --------
    >>> from barometer.survey.targets import declare_targets
    >>> targets = declare_targets({"level": ["a", "b", "b"]}, {"level": {"a": 10, "b": 20}})
    >>> calibrate_weights([2.0, 2.0, 3.0], targets).weight
    array([10.,  8., 12.])
    """
    check_kind("targets", targets, Targets, "targets, as declare_targets makes")
    rule = CalibrationRule(method, bounds, tolerance, iterations)
    base = checked_weights(weight)
    fitted = fit_weights(base[:, np.newaxis], targets, rule)
    found = Calibration(base, fitted.weight[:, 0], targets, rule, fitted.iterations, fitted.achieved[:, 0])
    for array in (found.base_weight, found.weight, found.achieved):
        array.setflags(write=False)
    return found
