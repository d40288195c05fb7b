"""Weights fitted to targets: the distance functions of calibration, and Newton's steps for many weights at once."""

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from barometer.errors import ArgumentError, CalibrationError, TargetFault, check_choice
from barometer.survey.arrays import FloatArray, IntArray, sum_by
from barometer.survey.raking import rake_cells
from barometer.survey.targets import Targets

if TYPE_CHECKING:
    from scipy.sparse import csr_array

CalibrationMethod = Literal["raking", "linear", "logit", "poststratify"]
NEWTON_STEPS = 100
HALVINGS = 24
DEPENDENT = 1e-10
"""Squared distance of a constraint from the span of others, as a part of its length, below which it follows."""
CONTRADICTS = 1e-7
"""Relative distance of a target from what the others imply, above which the two cannot both hold."""
LARGEST_EXPONENT = 500.0


@dataclass(frozen=True, slots=True)
class CalibrationRule:
    """
    How weights are moved to their targets.

    Attributes
    ----------
    method : {"raking", "linear", "logit", "poststratify"}
    bounds : (float, float) or None
        Of new weight over old; they include 1. "logit" needs them.
    tolerance : float
        Largest relative distance of a count or total from its target.
    iterations : int
        Rounds at the most; Newton's steps never more than 100.
    """

    method: CalibrationMethod = "raking"
    bounds: tuple[float, float] | None = None
    tolerance: float = 1e-10
    iterations: int = 1000

    def __post_init__(self) -> None:
        """Refuse what cannot be, by the name of its argument."""
        check_choice("method", self.method, CalibrationMethod)
        if self.bounds is None:
            if self.method == "logit":
                raise ArgumentError("bounds", 'method "logit" needs them, for instance (0.3, 3.0)')
        else:
            self._check_bounds(self.bounds)
        if not (isinstance(self.tolerance, int | float) and 0.0 < self.tolerance < 1.0):
            raise ArgumentError("tolerance", f"must be a number between 0 and 1; got {self.tolerance!r}")
        if not isinstance(self.iterations, int) or self.iterations < 1:
            raise ArgumentError("iterations", f"must be a whole number above 0; got {self.iterations!r}")

    def _check_bounds(self, bounds: tuple[float, float]) -> None:
        if self.method == "poststratify":
            raise ArgumentError("bounds", "post-stratification has one factor for each cell and takes no bounds")
        pair = isinstance(bounds, tuple | list) and len(bounds) == 2
        if not pair or not all(isinstance(each, int | float) and not np.isnan(each) for each in bounds):
            text = "expected two numbers, the least and most of new weight over old"
            raise ArgumentError("bounds", f"{text}; got {bounds!r}")
        low, high = bounds
        if not low < 1.0 < high:
            raise ArgumentError("bounds", f"({low:g}, {high:g}) exclude 1, the ratio of a weight that stays as it is")
        if self.method == "logit" and not (np.isfinite(low) and np.isfinite(high)):
            raise ArgumentError("bounds", f'method "logit" needs finite ones; got ({low:g}, {high:g})')

    def ratio(self, u: FloatArray) -> FloatArray:
        """Return new weight over old at u, the sum of a row's multipliers."""
        low, high = self.bounds or (-np.inf, np.inf)
        if self.method == "logit":
            # (L (U - 1) + U (1 - L) e) / (U - 1 + (1 - L) e) with e = exp(a u), which may overflow.
            part = 1.0 / (1.0 + (high - 1.0) / (1.0 - low) * np.exp(np.clip(-self._steepness * u, -700.0, 700.0)))
            return np.asarray(low + (high - low) * part)
        moved = 1.0 + u if self.method == "linear" else np.exp(np.minimum(u, LARGEST_EXPONENT))
        return np.asarray(np.clip(moved, low, high) if self.bounds else moved)

    def slope(self, ratio: FloatArray) -> FloatArray:
        """Return the derivative of the ratio, where it is `ratio`."""
        low, high = self.bounds or (-np.inf, np.inf)
        if self.method == "logit":
            return np.asarray(self._steepness * (ratio - low) * (high - ratio) / (high - low))
        moving = np.ones_like(ratio) if self.method == "linear" else ratio
        return np.where((ratio > low) & (ratio < high), moving, 0.0) if self.bounds else moving

    @property
    def _steepness(self) -> float:
        low, high = self.bounds or (0.0, 2.0)
        return (high - low) / ((high - 1.0) * (1.0 - low))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fitted:
    """
    Weights that meet their targets.

    Attributes
    ----------
    weight : (n, R) float
    achieved : (p, R) float
        Counts and totals under them.
    iterations : int
        Rounds of raking or Newton's steps that the slowest of the R took.
    """

    weight: FloatArray
    achieved: FloatArray
    iterations: int


def fit_weights(weight: FloatArray, targets: Targets, rule: CalibrationRule) -> Fitted:
    """
    Move R sets of weights to the same targets.

    Parameters
    ----------
    weight : (n, R) float
        Not negative.
    targets : Targets
        Of n rows.
    rule : CalibrationRule

    Returns
    -------
    Fitted

    Raises
    ------
    ArgumentError
        If lengths differ, or post-stratification is asked for with anything but one margin.
    CalibrationError
        If a level has no weight, targets contradict each other, or no weights within the bounds meet them.

    Notes
    -----
    With x_i what row i counts for, w = d F(x'b), where F is exp ("raking"), 1 + u ("linear") or the logistic curve
    between the bounds ("logit"), cut at the bounds otherwise; b solves sum d F(x'b) x = targets by Newton's steps, and
    raking of margins alone by iterative proportional fitting. Where there are margins only, all is done on the table
    of their cells.

    References
    ----------
    Deville and Särndal (1992), Calibration estimators in survey sampling. JASA 87. Deville, Särndal and Sautory (1993),
    Generalized raking procedures in survey sampling. JASA 88.
    """
    n, m = targets.n, len(targets.margins)
    if weight.shape[0] != n:
        raise ArgumentError("targets", f"are of {n:,} rows, there are {weight.shape[0]:,} weights")
    if rule.method == "poststratify" and (m != 1 or targets.totals):
        raise ArgumentError("method", f'"poststratify" takes one margin (names may be crossed); got {targets!r}')
    if targets.totals:
        table, cell = weight, None
        place, amount = targets.columns()
    else:
        cell, level = targets.cells
        table = sum_by(weight, cell, level.shape[1])
        offsets = np.cumsum([0] + [len(margin.labels) for margin in targets.margins[:-1]])
        place, amount = (level + offsets[:, np.newaxis]).T, np.ones(level.T.shape)
    constraints = _Constraints.of(place, amount, targets.size)
    before = constraints.add_up(table)
    _check_reachable(before, targets, rule)
    if cell is not None and rule.bounds is None and (rule.method in ("raking", "poststratify")):
        wanted = [margin.target for margin in targets.margins]
        raked = rake_cells(table, level, wanted, tolerance=rule.tolerance, sweeps=rule.iterations)
        factor, iterations, converged = raked.factor, raked.sweeps, raked.converged
    else:
        factor, iterations, converged = _newton(constraints, table, before, targets, rule)
    achieved = constraints.add_up(table * factor)
    if not converged:
        _independent(_centred(constraints, targets), table.mean(axis=1, keepdims=True), targets)  # says if that is why
        raise CalibrationError(_unmet(achieved, targets, rule), _heading(rule, iterations))
    return Fitted(weight * (factor if cell is None else factor[cell]), achieved, iterations)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Constraints:
    """What each row or cell counts for: `place` and `amount` (c, s), and the same as a sparse matrix (c, p)."""

    place: IntArray
    amount: FloatArray
    matrix: "csr_array"

    @classmethod
    def of(cls, place: IntArray, amount: FloatArray, size: int) -> "_Constraints":
        from scipy.sparse import csr_array  # slow to import

        c, s = place.shape
        matrix = csr_array((amount.ravel(), place.ravel(), np.arange(0, c * s + 1, s)), shape=(c, size))
        return cls(place, amount, matrix)

    def add_up(self, weight: FloatArray) -> FloatArray:
        """Return counts and totals under weights (c, R): (p, R)."""
        return np.asarray(self.matrix.T @ weight)

    def products(self, weight: FloatArray) -> FloatArray:
        """Return sums of products of the constraints under weights (c, R): (R, p, p)."""
        from scipy.sparse import csr_array

        p, s = self.matrix.shape[1], self.place.shape[1]
        if weight.shape[1] == 1:
            half = np.zeros(p * p)
            for one, other in combinations_with_replacement(range(s), 2):
                value = self.amount[:, one] * self.amount[:, other] * weight[:, 0]
                half += np.bincount(self.place[:, one] * p + self.place[:, other], value, p * p)
            square = half.reshape(p, p)
            return np.asarray(square + square.T - np.diag(np.diag(square)))[np.newaxis]
        pair = (self.place[:, :, np.newaxis] * p + self.place[:, np.newaxis]).reshape(self.place.shape[0], -1)
        value = (self.amount[:, :, np.newaxis] * self.amount[:, np.newaxis]).reshape(pair.shape)
        starts = np.arange(0, pair.size + 1, pair.shape[1])
        squares = csr_array((value.ravel(), pair.ravel(), starts), shape=(pair.shape[0], p * p))
        return np.asarray((squares.T @ weight).T.reshape(-1, p, p))


def _newton(
    constraints: _Constraints, table: FloatArray, before: FloatArray, targets: Targets, rule: CalibrationRule
) -> tuple[FloatArray, int, bool]:
    """Solve for the multipliers (p, R); return the ratios (c, R), the steps taken and whether all converged."""
    scale = np.maximum(np.abs(targets.target), np.asarray(abs(constraints.matrix).T @ table.mean(axis=1)))
    system = _centred(constraints, targets)
    aim = system.target[:, np.newaxis]
    kept, length = _independent(system, table.mean(axis=1, keepdims=True), targets)
    multiplier = np.zeros_like(before)
    ratio = np.ones_like(table)
    misfit = aim - system.constraints.add_up(table)

    def farthest(gap: FloatArray) -> FloatArray:
        return np.asarray((np.abs(gap) / scale[:, np.newaxis])[kept].max(axis=0))

    def length_of(gap: FloatArray) -> FloatArray:
        return np.asarray(np.linalg.norm((gap / scale[:, np.newaxis])[kept], axis=0))

    done, steps = 0, min(rule.iterations, NEWTON_STEPS)
    open_ = farthest(misfit) > rule.tolerance
    while open_.any() and done < steps:
        done += 1
        products = system.constraints.products(table * rule.slope(ratio))
        move = np.zeros_like(multiplier)
        move[kept] = _solve(products[:, kept[:, np.newaxis], kept], misfit[kept], length[kept])
        part = open_.astype(np.float64)
        for _ in range(HALVINGS):
            trial = multiplier + part * move
            tried = rule.ratio(system.constraints.matrix @ trial)
            gap = aim - system.constraints.add_up(table * tried)
            # Newton's direction shortens the misfit, if the step is short enough.
            worse = ~(length_of(gap) < length_of(misfit)) & (part > 0.0)
            if not worse.any():
                break
            part = np.where(worse, part / 2.0, part)
        part[worse] = 0.0  # as near as these come
        multiplier = multiplier + part * move
        ratio = np.where(part > 0.0, tried, ratio)
        misfit = np.where(part > 0.0, gap, misfit)
        open_ = (farthest(misfit) > rule.tolerance) & (part > 0.0)
    return ratio, done, bool((farthest(misfit) <= rule.tolerance).all())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _System:
    """Constraints and their targets, totals measured from their mean where margins fix the number of rows."""

    constraints: _Constraints
    target: FloatArray


def _centred(constraints: _Constraints, targets: Targets) -> _System:
    m = len(targets.margins)
    if not m or not targets.totals:
        return _System(constraints, targets.target)
    mean = np.array([total.value.mean() for total in targets.totals])
    amount, target = constraints.amount.copy(), targets.target.copy()
    amount[:, m:] -= mean
    target[targets.size - mean.size :] -= mean * targets.margins[0].target.sum()
    return _System(_Constraints.of(constraints.place, amount, targets.size), target)


def _independent(system: _System, weight: FloatArray, targets: Targets) -> tuple[IntArray, FloatArray]:
    """Constraints from which all others follow, and the length of each; others must have the targets that follow."""
    from scipy.linalg.lapack import dpstrf

    products = system.constraints.products(weight)[0]
    length = np.sqrt(np.diag(products))
    scaled = products / np.outer(length, length)
    _, pivot, rank, _ = dpstrf(scaled, tol=DEPENDENT)
    kept, left = np.sort(pivot[:rank] - 1), np.sort(pivot[rank:] - 1)
    if left.size:
        share = np.linalg.solve(scaled[np.ix_(kept, kept)], scaled[np.ix_(kept, left)])
        implied = (share * (system.target[kept] / length[kept])[:, np.newaxis]).sum(axis=0) * length[left]
        apart = np.abs(implied - system.target[left])
        limit = CONTRADICTS * np.maximum(np.abs(targets.target[left]), np.abs(implied))
        faults = []
        for j, more in zip(left, implied - system.target[left], strict=True):
            aim = float(targets.target[j])
            text = f"its target is {aim:,.10g}, and in this sample the others imply {aim + more:,.10g}"
            faults.append(TargetFault(targets.names[j][0], targets.names[j][1], aim, text))
        faults = [fault for fault, wrong in zip(faults, apart > limit, strict=True) if wrong]
        if faults:
            raise CalibrationError(faults, "The targets contradict each other")
    return kept, length


def _solve(products: FloatArray, misfit: FloatArray, length: FloatArray) -> FloatArray:
    """Solve R systems (R, k, k) for steps (k, R); the shortest where rows at their bounds leave some open."""
    scaled = products / np.outer(length, length)
    right = (misfit / length[:, np.newaxis]).T[:, :, np.newaxis]
    try:
        found = np.linalg.solve(scaled, right)
        good = bool(np.isfinite(found).all())
    except np.linalg.LinAlgError:
        good = False
    if not good:
        found = np.linalg.pinv(scaled, hermitian=True) @ right
    return np.asarray(found[:, :, 0].T / length[:, np.newaxis])


def _check_reachable(before: FloatArray, targets: Targets, rule: CalibrationRule) -> None:
    """Refuse levels without weight, and targets that no ratio within the bounds reaches."""
    counts = targets.size - len(targets.totals)
    faults, sets = [], before.shape[1]
    for j in range(counts):
        if empty := int((before[j] <= 0.0).sum()):
            where = (
                "its rows have no weight"
                if sets == 1
                else f"its rows have no weight in {empty:,} of {sets:,} replicates"
            )
            text = f"{where}: join it to another level, the target is {targets.target[j]:,.10g}"
            faults.append(TargetFault(*targets.names[j], empty, text))
    if not faults and rule.bounds is not None:
        faults = _out_of_reach(before, targets, rule.bounds, counts)
    if faults:
        raise CalibrationError(faults)


def _out_of_reach(before: FloatArray, targets: Targets, bounds: Any, counts: int) -> list[TargetFault]:
    faults = []
    least, most = bounds[0] * before[:counts], bounds[1] * before[:counts]
    for j in range(counts):
        aim = targets.target[j]
        if bad := int(((least[j] > aim) | (most[j] < aim)).sum()):
            text = f"its target is {aim:,.10g}, and within the bounds its weights reach"
            text += f" from {least[j].max():,.10g} to {most[j].min():,.10g}"
            text += f" in {bad:,} of {before.shape[1]:,} replicates" if before.shape[1] > 1 else ""
            faults.append(TargetFault(*targets.names[j], float(aim), f"{text}: widen the bounds or join levels"))
    return faults


def _unmet(achieved: FloatArray, targets: Targets, rule: CalibrationRule) -> list[TargetFault]:
    """Targets that were not met, the farthest first."""
    aim = targets.target[:, np.newaxis]
    gap = (np.abs(achieved - aim) / np.maximum(np.abs(aim), 1e-300)).max(axis=1)
    order = [int(j) for j in np.argsort(-gap, kind="stable") if gap[j] > rule.tolerance]
    faults = []
    for j in order:
        worst = int(np.argmax(np.abs(achieved[j] - aim[j])))
        text = f"its target is {targets.target[j]:,.10g}, reached is {achieved[j, worst]:,.10g}"
        faults.append(TargetFault(*targets.names[j], float(targets.target[j]), text))
    return faults


def _heading(rule: CalibrationRule, iterations: int) -> str:
    within = "" if rule.bounds is None else f" within the bounds ({rule.bounds[0]:g}, {rule.bounds[1]:g})"
    return f"No weights were found{within} that meet all targets, in {iterations} iterations of {rule.method}"
