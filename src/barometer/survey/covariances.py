"""Covariances between estimates, across groups and outcomes, from the same sums as the variances."""

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray, compact, sum_by
from barometer.survey.linearization import Linearized, variance
from barometer.survey.stages import DesignFacts, Stage
from barometer.survey.sums import CellSums

BLOCK = 4_000_000
"""Scores held at a time: bounds the memory where there are many groups, clusters or pairs."""


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


def covariance_of_pairs(
    sums: CellSums, linear: Linearized, spread: FloatArray, first: IntArray, second: IntArray
) -> FloatArray:
    """
    Covariance of every outcome's estimates in pairs of groups, for all outcomes at once.

    Parameters
    ----------
    sums : CellSums
        Of shares or means.
    linear : Linearized
        With a numerator for each outcome.
    spread : (1 + groups, k) float
        The variances.
    first, second : (m,) int
        Rows of the estimates in each pair, never the same; 0 is the total.

    Returns
    -------
    (m, k) float
        Cells of the matrices of `covariance_of_groups`, which need not be made.
    """
    known, groups = linear.known[first] & linear.known[second], 1 + sums.groups
    result = np.zeros(known.shape)
    finest = max(sums.facts.clusters, *(stage.stratum.size for stage in sums.facts.stages))
    step = max(1, BLOCK // (finest * groups))
    for start in range(0, linear.base.size, step):
        outcomes = slice(start, start + step)
        result[:, outcomes] = _covariance_of_pairs(sums, linear, outcomes, first, second)
    still = spread == 0.0
    result[still[first] | still[second]] = 0.0
    return np.where(known, result, np.nan)


def _covariance_of_pairs(
    sums: CellSums, linear: Linearized, outcomes: slice, first: IntArray, second: IntArray
) -> FloatArray:
    at, groups = sums.group + 1, 1 + sums.groups
    u, x = sums.numerator[:, outcomes], sums.denominator[:, linear.base[outcomes]]
    slope, ratio = linear.slope[:, outcomes], linear.ratio[:, outcomes]
    own = np.where(at[:, np.newaxis] > 0, slope[at] * (u - ratio[at] * x), 0.0)
    whole = slope[0] * (u - ratio[0] * x)
    result = np.zeros((first.size, u.shape[1]))
    for stage in sums.facts.stages:
        scale = _scale(sums.facts, stage)
        code, codes = sums.cluster, stage.n.size
        if stage.unit is not None:
            code, codes = stage.unit[sums.cluster], stage.stratum.size
        score = np.zeros((codes, groups, u.shape[1]))
        pair, place = compact(code * groups + at, codes * groups)
        score.reshape(codes * groups, -1)[pair] = sum_by(own, place, pair.size)
        score[:, 0] = sum_by(whole, code, codes)
        if stage.unit is not None:
            result += _products_of_pairs(score, scale[stage.stratum], first, second)
            score = sum_by(score.reshape(codes, -1), stage.stratum, stage.n.size).reshape(stage.n.size, groups, -1)
        elif sums.square is not None:
            uu, ux = sums.square.uu[:, outcomes], sums.square.ux[:, outcomes]
            xx = sums.square.xx[:, linear.base[outcomes]]
            product = slope[at] * slope[0] * (uu - (ratio[at] + ratio[0]) * ux + ratio[at] * ratio[0] * xx)
            with_total = sum_by(scale[sums.cluster][:, np.newaxis] * product, at, groups)
            # Of a group and the total, the rows of the group; of two groups there is none.
            part_and_whole = (first == 0) != (second == 0)
            result += np.where(part_and_whole[:, np.newaxis], with_total[np.maximum(first, second)], 0.0)
        lifted = (stage.lonely & (sums.facts.lonely_psu == "adjust")).astype(np.float64)
        result -= _products_of_pairs(score, scale * (1.0 - lifted) / stage.n, first, second)
    return result


def _products_of_pairs(score: FloatArray, scale: FloatArray, first: IntArray, second: IntArray) -> FloatArray:
    """Add up scaled products of the scores (codes, groups, k) of each pair: (m, k)."""
    of_group = np.ascontiguousarray(score.swapaxes(0, 1))
    scaled = of_group * scale[:, np.newaxis]
    step = max(1, BLOCK // (score.shape[0] * score.shape[2]))
    blocks = [slice(start, start + step) for start in range(0, first.size, step)]
    products = [np.einsum("mck,mck->mk", scaled[first[block]], of_group[second[block]]) for block in blocks]
    return np.concatenate([np.zeros((0, score.shape[2])), *products])


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
