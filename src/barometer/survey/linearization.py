"""Estimates and their variances from cell sums, by Taylor linearization."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from barometer.survey.arrays import BoolArray, FloatArray, IntArray, compact, sum_by
from barometer.survey.centring import moved, origins
from barometer.survey.stages import Stage, sample_scale
from barometer.survey.sums import CellSums, Products

ROUNDING = 1e-14
"""Share of a sum of squares that its own rounding can leave of a difference that is nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Linearized:
    """
    Estimates of k outcomes in the total (row 0) and in each group (rows 1..groups), and what a row adds to each.

    A row with weight w adds w slope (y - (origin + ratio) x) to the error of an estimate, in its unit.

    Attributes
    ----------
    estimate : (1 + groups, k) float
        nan where there is none.
    slope, origin, ratio : (1 + groups, k) float
        slope and ratio are 0 where there is no estimate, so that it adds nothing to the sums of others.
    known : (1 + groups, k) bool
        Whether there is an estimate.
    pick : (2, k) int
        Which numerator of the sums each outcome is made from, in the total and in the groups. They differ where an
        outcome is measured from something of the group's own, as a squared distance from its mean is.
    base : (k,) int
        The base of each outcome.
    """

    estimate: FloatArray
    slope: FloatArray
    origin: FloatArray
    ratio: FloatArray
    known: BoolArray
    pick: IntArray
    base: IntArray

    def of_outcomes(self, values: FloatArray) -> FloatArray:
        """Of (1 + groups, numerators), the outcomes: (1 + groups, k)."""
        return np.concatenate([values[:1, self.pick[0]], values[1:, self.pick[1]]])

    def ratio_from(self, centre: FloatArray, group: IntArray) -> FloatArray:
        """Return the ratios of groups (c,) as they are measured from constants (c, k)."""
        ratio = self.ratio[group]
        return ratio - (centre - self.origin[group]) if centre.any() or self.origin.any() else ratio


@dataclass(frozen=True, slots=True, eq=False)
class GroupCounts:
    """
    What stands behind each estimate, for b bases in the total and in each group.

    Attributes
    ----------
    n, weighted_n : (1 + groups, b) int
        Rows in the base, and those with weight.
    weight, weight_sq : (1 + groups, b) float
        Sums of w and w squared in the base.
    df : (1 + groups, b) int
        PSUs present with weight less the strata they are in.
    """

    n: IntArray
    weighted_n: IntArray
    weight: FloatArray
    weight_sq: FloatArray
    df: IntArray


def by_group(sums: CellSums, values: FloatArray) -> FloatArray:
    """Add up the cells of each group, the total of all cells first: (1 + groups, columns)."""
    result = sum_by(values, sums.group + 1, 1 + sums.groups)
    result[0] = sum_by(values, np.zeros_like(sums.group), 1)[0]
    return result


@dataclass(frozen=True, slots=True, eq=False)
class LevelSums:
    """Sums of the total and of the groups, each measured from one constant of its own, so that they can be added."""

    of_total: CellSums
    of_groups: CellSums

    def add_up(self, values: Callable[[CellSums], FloatArray]) -> FloatArray:
        """Add up the cells of the total and of each group: (1 + groups, columns)."""
        result = by_group(self.of_groups, values(self.of_groups))
        if self.of_total is not self.of_groups:
            result[0] = by_group(self.of_total, values(self.of_total))[0]
        return result


def level(sums: CellSums, origin: FloatArray) -> LevelSums:
    """Measure the total and each group from its constant in `origin` (1 + groups, k)."""
    if not sums.centre.any() and not origin.any():
        return LevelSums(sums, sums)
    return LevelSums(moved(sums, np.broadcast_to(origin[0], sums.centre.shape)), moved(sums, origin[sums.group + 1]))


def linearize(sums: CellSums, pick: IntArray | None = None) -> Linearized:
    """
    Estimate every share, mean, ratio or total, with its slopes.

    Parameters
    ----------
    sums : CellSums
    pick : (2, k) int, optional
        Numerators of each outcome in the total and in the groups; both the k-th without it.

    Returns
    -------
    Linearized

    Notes
    -----
    With the constant c of the first cell of a group, U = sum of w (y - c x) and X = sum of w x, a ratio is c + U/X,
    with slope 1/X, origin c and ratio U/X. A total is the sum of w y, with slope 1, origin 0 and ratio 0.

    References
    ----------
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys. Int. Stat. Rev. 51.
    """
    everyone = np.arange(sums.base.size)
    chosen = np.stack([everyone, everyone]) if pick is None else pick
    is_total = sums.statistic == "total"
    origin = np.zeros((1 + sums.groups, sums.base.size)) if is_total else origins(sums)
    u = level(replace(sums, products=None), origin).add_up(lambda cells: cells.numerator)
    x = by_group(sums, sums.denominator)[:, sums.base]
    weight = x if sums.denominator is sums.weight else by_group(sums, sums.weight)[:, sums.base]
    if is_total:
        known = weight > 0.0
        slope, ratio, estimate = known.astype(np.float64), np.zeros_like(u), u
    else:
        known = (weight > 0.0) & (x != 0.0)
        slope = np.divide(1.0, x, out=np.zeros_like(u), where=known)
        ratio = np.divide(u, x, out=np.zeros_like(u), where=known)
        estimate = origin + ratio
    arrays = (np.where(known, estimate, np.nan), slope, origin, ratio, known)
    if pick is not None:
        first, second, third, fourth, fifth = (np.concatenate([a[:1, pick[0]], a[1:, pick[1]]]) for a in arrays)
        arrays = (first, second, third, fourth, fifth)
    return Linearized(*arrays, chosen, sums.base[chosen[0]])


def count_groups(sums: CellSums) -> GroupCounts:
    """Count rows, weights and degrees of freedom behind each estimate; the df are R's `degf(subset(...))`."""
    first, bases = sums.facts.stages[0], sums.rows.shape[1]
    stacked = np.concatenate([sums.rows, sums.weighted, sums.weight, sums.weight_sq], axis=1)
    rows, weighted, weight, weight_sq = by_group(sums, stacked).reshape(-1, 4, bases).swapaxes(0, 1)
    stratum = first.stratum_of_cluster[sums.cluster]
    psus = weighted if first.unit is None else _distinct(sums, first.unit[sums.cluster], first.stratum.size)
    return GroupCounts(
        n=rows.astype(np.intp),
        weighted_n=weighted.astype(np.intp),
        weight=weight,
        weight_sq=weight_sq,
        df=(psus - _distinct(sums, stratum, first.n.size)).astype(np.intp),
    )


def variance(sums: CellSums, linear: Linearized) -> FloatArray:
    """
    Variance of every estimate.

    Parameters
    ----------
    sums : CellSums
    linear : Linearized

    Returns
    -------
    (1 + groups, k) float
        Squared units of the estimate; nan where there is no estimate, or every stratum in the group is lonely under
        the rule "average".

    Notes
    -----
    With z_j the sum of the scores of the j-th sampled unit of stratum h, units outside the group counting as zeros,

        V = sum over stages and strata of m_h (1 - f_h) n_h/(n_h - 1) sum_j (z_j - mean z)^2,

    m_h being the product of the sampling fractions of the stages before. A lonely stratum follows the design's rule.

    References
    ----------
    Binder (1983). Särndal, Swensson and Wretman (1992), Model assisted survey sampling, sections 4.3, 5.5 and 5.8.
    """
    result = np.zeros_like(linear.estimate)
    sums = replace(sums, products=None)  # they need not be moved
    if sums.residuals is not None:
        from barometer.survey.residual_variances import without_constants  # most designs are not calibrated

        linear = without_constants(sums, linear)
    for cells in (_cells_of_total(sums), _cells_of_groups(sums)):
        ratio = linear.ratio_from(cells.centre(linear), cells.group)
        for stage in sums.facts.stages:
            if stage.unit is not None:
                between = _between_units(linear, cells, stage, stage.unit, ratio)
            elif cells.sums.square is not None:
                between = _between_rows(linear, cells, cells.sums.square, ratio)
            result += linear.slope**2 * _over_strata(sums, linear.base, stage, between)
    if sums.residuals is not None:
        from barometer.survey.residual_variances import residual_variance

        result = residual_variance(sums, linear, sums.residuals, result)
    return np.where(linear.known, np.maximum(result, 0.0), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """
    Cells of the total or of the groups, each with one constant.

    `cluster` and `group` (p,) are where they are, the total being group 0 and the groups counted from 1; `of` takes
    their sums from those of all cells of `sums`, `first` (p,) one cell of each, and `which` is the row of
    `Linearized.pick` that is theirs.
    """

    sums: CellSums
    cluster: IntArray
    group: IntArray
    of: Callable[[FloatArray], FloatArray]
    first: IntArray | slice
    which: int

    def outcomes(self, values: FloatArray, linear: Linearized) -> FloatArray:
        """Of sums by numerator, those of the outcomes."""
        return self._picked(self.of(values), linear)

    def centre(self, linear: Linearized) -> FloatArray:
        """Constants of the outcomes."""
        return self._picked(self.sums.centre[self.first], linear)

    def _picked(self, values: FloatArray, linear: Linearized) -> FloatArray:
        pick = linear.pick[self.which]
        return values if np.array_equal(pick, np.arange(values.shape[1])) else values[:, pick]


def _cells_of_total(sums: CellSums) -> _Cells:
    present, place = compact(sums.cluster, sums.facts.clusters)
    first = np.empty(present.size, dtype=np.intp)
    first[place[::-1]] = np.arange(place.size)[::-1]  # the last that is put there stays: the first cell
    if sums.centre.any():
        sums = moved(sums, sums.centre[first[place]])
    group = np.zeros(present.size, dtype=np.intp)
    return _Cells(sums, present, group, lambda values: sum_by(values, place, present.size), first, which=0)


def _cells_of_groups(sums: CellSums) -> _Cells:
    inside = sums.group >= 0
    if inside.all():
        return _Cells(sums, sums.cluster, sums.group + 1, lambda values: values, slice(None), which=1)
    rows = np.flatnonzero(inside)
    return _Cells(sums, sums.cluster[rows], sums.group[rows] + 1, lambda values: values[rows], rows, which=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Between:
    """
    Spread of the units of each stratum within each group.

    `around_mean` and `around_zero` are (p, k) sums of squares of the units' scores over their slope, `units` (p, b) how
    many are in the group, of `stratum` and `group` (p,).
    """

    stratum: IntArray
    group: IntArray
    around_mean: FloatArray
    around_zero: FloatArray
    units: FloatArray


def _of_base(values: FloatArray, base: IntArray) -> FloatArray:
    """Of (c, bases), the base of each outcome: (c, k), or (c, 1) where there is only one base."""
    return values if values.shape[1] == 1 else values[:, base]


def _between_rows(linear: Linearized, cells: _Cells, square: Products, ratio: FloatArray) -> _Between:
    """Rows are the units: their squares were summed, and a cluster is a stratum."""
    sums, base = cells.sums, linear.base
    n = sums.facts.last.n[cells.cluster][:, np.newaxis]
    rows = cells.of(sums.rows)
    u = cells.outcomes(sums.numerator, linear)
    x = _of_base(cells.of(sums.denominator), base)
    uu = cells.outcomes(square.uu, linear)
    ux = uu if square.ux is square.uu else cells.outcomes(square.ux, linear)
    # In this order a share of one has no spread to the last bit; in place, because fresh memory is half of the time.
    xx = ratio * ratio
    xx *= _of_base(cells.of(square.xx), base)
    squares = ratio * ux
    squares *= -2.0
    squares += uu
    squares += xx
    xx += uu
    xx *= ROUNDING
    if not sums.pilot.any():
        score = np.multiply(ratio, x)
        np.subtract(u, score, out=score)
        score *= score
        score /= n
        np.subtract(squares, score, out=score)
        return _Between(cells.cluster, cells.group, _beyond(score, xx), squares, rows)
    # Every row of the base adds the constant -ratio pilot; what it adds to the spread is what its absence outside the
    # base adds: nothing where the whole stratum is in it.
    pilot = sums.pilot[cells.cluster][:, np.newaxis]
    constant = -ratio * pilot
    inside = _of_base(rows, base)
    outside = 1.0 - inside / n
    excess = cells.of(sums.weight) - pilot * rows
    excess[cells.of(square.xx) == 0.0] = 0.0  # every weight is the pilot: what is left is rounding
    score = u - ratio * _of_base(excess, base)
    around_mean = _beyond(squares - score**2 / n, xx)
    around_mean += constant * outside * (2.0 * score + constant * inside)
    around_zero = squares + constant * (2.0 * score + constant * inside)
    return _Between(cells.cluster, cells.group, around_mean, around_zero, rows)


def _beyond(difference: FloatArray, rounding: FloatArray) -> FloatArray:
    """Return a difference of sums of squares, 0 where it is within their rounding: equal scores do not vary."""
    np.copyto(difference, 0.0, where=difference < rounding)
    return difference


def _between_units(linear: Linearized, cells: _Cells, stage: Stage, unit: IntArray, ratio: FloatArray) -> _Between:
    """Units are clusters: their scores are summed, then squared around the mean of their stratum."""
    sums, units, strata, groups = cells.sums, stage.stratum.size, stage.n.size, 1 + cells.sums.groups
    x = _of_base(cells.of(sums.denominator), linear.base)
    score = cells.outcomes(sums.numerator, linear) - ratio * x
    pair, place = compact(cells.group * units + unit[cells.cluster], groups * units)
    score = sum_by(score, place, pair.size)
    inside = sum_by(cells.of(sums.rows), place, pair.size) > 0.0
    of_pair, where = compact(pair // units * strata + stage.stratum[pair % units], groups * strata)
    stratum = of_pair % strata
    n = stage.n[stratum][:, np.newaxis]
    mean = sum_by(score, where, of_pair.size) / n
    absent = n - np.bincount(where, minlength=of_pair.size)[:, np.newaxis]
    around_mean = sum_by((score - mean[where]) ** 2, where, of_pair.size) + absent * mean**2
    around_zero = sum_by(score**2, where, of_pair.size)
    return _Between(
        stratum, of_pair // strata, around_mean, around_zero, sum_by(inside.astype(np.float64), where, of_pair.size)
    )


def _over_strata(sums: CellSums, base: IntArray, stage: Stage, between: _Between) -> FloatArray:
    """Add up the strata of a stage for each group, lonely ones by the design's rule: (1 + groups, k)."""
    facts, groups = sums.facts, 1 + sums.groups
    spread = between.around_mean
    if sums.residuals is not None:  # every stratum has residuals: which are lonely is the same for all groups
        if facts.lonely_psu == "adjust":
            spread = np.where(stage.lonely[between.stratum][:, np.newaxis], between.around_zero, spread)
        scale = sample_scale(facts, stage)[between.stratum][:, np.newaxis]
        return sum_by(scale * spread, between.group, groups)
    scale = stage.scale[between.stratum][:, np.newaxis]
    lonely = stage.lonely[between.stratum][:, np.newaxis] & (between.units > 0.0)
    if facts.lonely_domain == "adjust":
        lonely = lonely | ((between.units == 1.0) & (scale > 0.0))
    if facts.lonely_psu == "adjust":
        spread = np.where(lonely[:, base], between.around_zero, spread)
    if facts.lonely_psu != "average":
        return sum_by(scale * spread, between.group, groups)
    # Within each unit of the stage before, the strata that can be estimated stand for those that cannot.
    parents = int(stage.parent.max()) + 1
    pair, place = compact(between.group * parents + stage.parent[between.stratum], groups * parents)
    found = sum_by(np.where(lonely[:, base], 0.0, scale * spread), place, pair.size)
    strata = sum_by((between.units > 0.0).astype(np.float64), place, pair.size)
    known = sum_by(((between.units > 0.0) & ~lonely).astype(np.float64), place, pair.size)
    ratio = np.divide(strata, known, out=np.where(strata > 0.0, np.nan, 0.0), where=known > 0.0)
    return sum_by(found * ratio[:, base], pair // parents, groups)


def _distinct(sums: CellSums, code: IntArray, codes: int) -> FloatArray:
    """How many codes have rows with weight in each base, in total and in each group: (1 + groups, b)."""
    weighted = sums.weighted
    pair, place = compact((sums.group + 1) * codes + code, (sums.groups + 1) * codes)
    present = sum_by(weighted, place, pair.size) > 0.0
    result = sum_by(present.astype(np.float64), pair // codes, sums.groups + 1)
    result[0] = (sum_by(weighted, code, codes) > 0.0).sum(axis=0)
    return result
