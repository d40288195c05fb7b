"""Covariances between estimates, across groups and outcomes, from the same sums as the variances."""

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray, compact, sum_by
from barometer.survey.linearization import Linearized, variance
from barometer.survey.stages import DesignFacts, Stage
from barometer.survey.sums import CellSums


def covariance_of_groups(sums: CellSums, linear: Linearized, position: int) -> FloatArray:
    """
    Covariance of one outcome's estimates across the total and the groups.

    Parameters
    ----------
    sums : CellSums
    linear : Linearized
    position : int
        Of the outcome.

    Returns
    -------
    (1 + groups, 1 + groups) float
        Row and column 0 are the total. nan where there is no estimate.

    Notes
    -----
    Groups do not overlap, so two of them share no row and only their sums by unit meet; the total holds every group,
    and its products with a group run over the group's rows. Lonely strata are those of the sample; the diagonal is
    `variance`, where they are those of the group.
    """
    first, second = linear.pick[:, position]
    if first != second:
        slopes = _slopes(sums, linear)[:, [position]]
        result = _covariance(sums, slopes, *_everything(sums))
    else:
        base = linear.base[position]
        columns = np.stack([sums.numerator[:, first], sums.denominator[:, base]], axis=1)
        slope, ratio = linear.slope[:, position], linear.ratio[:, position]
        slopes = np.stack([slope, -slope * ratio], axis=1)[:, np.newaxis, :]
        gram = np.zeros((sums.cluster.size, 2, 2))
        if sums.square is not None:
            gram[:, 0, 0] = sums.square.uu[:, first]
            # Weights were measured from the pilot; the products with them are put back.
            pilot = sums.pilot[sums.cluster]
            gram[:, 0, 1] = gram[:, 1, 0] = sums.square.ux[:, first] + pilot * sums.flat.ux[:, first]
            gram[:, 1, 1] = sums.weight_sq[:, base] if pilot.any() else sums.square.xx[:, base]
        result = _covariance(sums, slopes, columns, gram)
    return _finished(result, linear.known[:, position], variance(sums, linear)[:, position])


def covariances_of_groups(sums: CellSums, linear: Linearized) -> FloatArray:
    """
    Covariance of every outcome's estimates across the total and the groups, for all outcomes at once.

    Parameters
    ----------
    sums : CellSums
        Of shares or means.
    linear : Linearized
        With a numerator for each outcome.

    Returns
    -------
    (k, 1 + groups, 1 + groups) float
        The matrices of `covariance_of_groups`, one after the other.
    """
    at, groups = sums.group + 1, 1 + sums.groups
    u, x = sums.numerator, sums.denominator[:, linear.base]
    slope, ratio = linear.slope[at], linear.ratio[at]
    own = np.where(at[:, np.newaxis] > 0, slope * (u - ratio * x), 0.0)
    whole = linear.slope[0] * (u - linear.ratio[0] * x)
    result = np.zeros((linear.base.size, groups, groups))
    for stage in sums.facts.stages:
        scale = _scale(sums.facts, stage)
        code, codes = sums.cluster, stage.n.size
        if stage.unit is not None:
            code, codes = stage.unit[sums.cluster], stage.stratum.size
        score = np.zeros((codes, groups, linear.base.size))
        pair, place = compact(code * groups + at, codes * groups)
        score.reshape(codes * groups, -1)[pair] = sum_by(own, place, pair.size)
        score[:, 0] = sum_by(whole, code, codes)
        if stage.unit is not None:
            by_outcome = score.transpose(2, 1, 0)
            result += (by_outcome * scale[stage.stratum]) @ by_outcome.swapaxes(1, 2)
            of_strata = sum_by(score.reshape(codes, -1), stage.stratum, stage.n.size)
            score = of_strata.reshape(stage.n.size, groups, -1)
        elif sums.square is not None:
            uu, ux, xx = sums.square.uu, sums.square.ux, sums.square.xx[:, linear.base]
            product = slope * linear.slope[0] * (uu - (ratio + linear.ratio[0]) * ux + ratio * linear.ratio[0] * xx)
            with_total = sum_by(scale[sums.cluster][:, np.newaxis] * product, at, groups)[1:].T
            result[:, 0, 1:] += with_total
            result[:, 1:, 0] += with_total
        lifted = (stage.lonely & (sums.facts.lonely_psu == "adjust")).astype(np.float64)
        by_outcome = score.transpose(2, 1, 0)
        result -= (by_outcome * (scale * (1.0 - lifted) / stage.n)) @ by_outcome.swapaxes(1, 2)
    spread = variance(sums, linear)
    return np.stack([_finished(*parts) for parts in zip(result, linear.known.T, spread.T, strict=True)])


def covariance_of_outcomes(sums: CellSums, linear: Linearized) -> FloatArray:
    """
    Covariance of all outcomes in the total and the groups.

    Returns
    -------
    ((1 + groups) k, (1 + groups) k) float
        Total and groups of the first outcome, then of the second, and so on; nan where there is no estimate.

    Raises
    ------
    ArgumentError
        If the sums were taken without the products that it needs.
    """
    if sums.across != "outcomes":
        raise ArgumentError(
            "across",
            'this result keeps no covariance between outcomes: estimate with across="outcomes", or name one outcome',
        )
    result = _covariance(sums, _slopes(sums, linear), *_everything(sums))
    return _finished(result, linear.known.T.ravel(), variance(sums, linear).T.ravel())


def _slopes(sums: CellSums, linear: Linearized) -> FloatArray:
    """Return what each numerator and denominator adds to each estimate: (1 + groups, k, columns)."""
    numerators, outcomes = sums.base.size, np.arange(linear.base.size)
    slopes = np.zeros((1 + sums.groups, outcomes.size, numerators + sums.denominator.shape[1]))
    slopes[0, outcomes, linear.pick[0]] = linear.slope[0]
    slopes[1:, outcomes, linear.pick[1]] = linear.slope[1:]
    slopes[:, outcomes, numerators + linear.base] = -linear.slope * linear.ratio
    return slopes


def _everything(sums: CellSums) -> tuple[FloatArray, FloatArray]:
    """Return the sums of all numerators and denominators, and of their products."""
    columns = np.concatenate([sums.numerator, sums.denominator], axis=1)
    return columns, np.zeros((sums.cluster.size, 1, 1)) if sums.products is None else sums.products


def _finished(matrix: FloatArray, known: BoolArray, diagonal: FloatArray) -> FloatArray:
    """Put the variances in their place; what does not vary has no covariance, and rounding leaves it symmetric."""
    matrix = (matrix + matrix.T) / 2.0
    matrix[diagonal == 0.0] = 0.0
    matrix[:, diagonal == 0.0] = 0.0
    np.fill_diagonal(matrix, diagonal)
    return np.where(np.outer(known, known), matrix, np.nan)


def _covariance(sums: CellSums, slopes: FloatArray, columns: FloatArray, gram: FloatArray) -> FloatArray:
    """
    Covariance of all estimates: q = k (1 + groups), outcomes first.

    `slopes` (1 + groups, k, m), `columns` (c, m) sums of w z and `gram` (c, m, m) sums of w^2 z z'.
    """
    groups, k, _ = slopes.shape
    result = np.zeros((k * groups, k * groups))
    for stage in sums.facts.stages:
        scale = _scale(sums.facts, stage)
        if stage.unit is None:
            score = _scores(sums, slopes, columns, sums.cluster, stage.n.size)
            result += _products_of_rows(sums, slopes, gram, scale)
        else:
            score = _scores(sums, slopes, columns, stage.unit[sums.cluster], stage.stratum.size)
            result += score.T @ (score * scale[stage.stratum][:, np.newaxis])
            score = sum_by(score, stage.stratum, stage.n.size)
        lifted = (stage.lonely & (sums.facts.lonely_psu == "adjust")).astype(np.float64)
        result -= score.T @ (score * (scale * (1.0 - lifted) / stage.n)[:, np.newaxis])
    return result


def _scale(facts: DesignFacts, stage: Stage) -> FloatArray:
    """Scale of each stratum; under "average" the lonely ones drop out and the others stand for them."""
    if facts.lonely_psu != "average":
        return stage.scale
    strata = np.bincount(stage.parent)
    known = np.bincount(stage.parent, weights=~stage.lonely)
    ratio = np.divide(strata, known, out=np.full(strata.size, np.nan), where=known > 0.0)[stage.parent]
    return np.where(stage.lonely, 0.0, stage.scale * ratio)


def _scores(sums: CellSums, slopes: FloatArray, columns: FloatArray, code: IntArray, codes: int) -> FloatArray:
    """Score of each unit for each estimate: (codes, k (1 + groups))."""
    groups, k, m = slopes.shape
    table = np.zeros((codes, groups, m))
    pair, place = compact(code * groups + sums.group + 1, codes * groups)
    table.reshape(codes * groups, m)[pair] = sum_by(columns, place, pair.size)
    table[:, 0] = table.sum(axis=1)
    return np.asarray(np.einsum("ugm,gkm->ukg", table, slopes, optimize=True).reshape(codes, k * groups))


def _products_of_rows(sums: CellSums, slopes: FloatArray, gram: FloatArray, scale: FloatArray) -> FloatArray:
    """Scaled sums over rows of score times score: a group meets itself and the total, no other group."""
    groups, k, m = slopes.shape
    weighted = gram.reshape(gram.shape[0], -1) * scale[sums.cluster][:, np.newaxis]
    within = sum_by(weighted, sums.group + 1, groups).reshape(groups, m, m)
    within[0] = within.sum(axis=0)
    own = np.einsum("gkm,gmj,glj->gkl", slopes, within, slopes, optimize=True)
    with_total = np.einsum("gkm,gmj,lj->gkl", slopes, within, slopes[0], optimize=True)
    result = np.zeros((k, groups, k, groups))
    everyone = np.arange(groups)
    result[:, everyone, :, everyone] = own
    result[:, 1:, :, 0] = with_total[1:].transpose(1, 0, 2)
    result[:, 0, :, 1:] = with_total[1:].transpose(2, 1, 0)
    return result.reshape(k * groups, k * groups)
