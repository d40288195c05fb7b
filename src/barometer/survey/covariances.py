"""Covariances between estimates, across groups and outcomes, from the same sums as the variances."""

from collections.abc import Iterator

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray, compact, sum_by
from barometer.survey.centring import moved, origins
from barometer.survey.linearization import Linearized, variance
from barometer.survey.scores import scores_of_cells, seen_from_cells
from barometer.survey.stages import around_mean, sample_scale
from barometer.survey.sums import CellSums

BLOCK = 4_000_000
"""Scores held at a time: bounds the memory where there are many groups, clusters or pairs."""


def covariance_of_groups(sums: CellSums, linear: Linearized, outcomes: IntArray | None = None) -> FloatArray:
    """
    Covariance of each outcome's estimates across the total and the groups.

    Parameters
    ----------
    sums : CellSums
    linear : Linearized
    outcomes : (q,) int, optional
        Positions of the outcomes; all of them without it.

    Returns
    -------
    (q, 1 + groups, 1 + groups) float
        Row and column 0 are the total. nan where there is no estimate.

    Notes
    -----
    Groups do not overlap, so two of them share no row and only their sums by unit meet; the total holds every group,
    and its products with a group run over the group's rows. Lonely strata are those of the sample; the diagonal is
    `variance`, where they are those of the group.
    """
    chosen = np.arange(linear.base.size) if outcomes is None else outcomes
    if sums.residuals is not None:
        from barometer.survey.residual_variances import residual_correction, without_constants  # few are calibrated

        linear = without_constants(sums, linear)
    groups = 1 + sums.groups
    result = np.zeros((chosen.size, groups, groups))
    for score, factor in _scores_of_units(sums, linear, chosen):
        result += _cross(score, factor)
    with_total = _rows_with_total(sums, linear, chosen)[1:].T
    result[:, 1:, 0] += with_total
    result[:, 0, 1:] += with_total
    if sums.residuals is not None:
        result += residual_correction(sums, linear, sums.residuals, chosen)
    spread = variance(sums, linear)
    for position, k in enumerate(chosen):
        result[position] = _finished(result[position], linear.known[:, k], spread[:, k])
    return result


def covariance_of_pairs(
    sums: CellSums, linear: Linearized, spread: FloatArray, first: IntArray, second: IntArray
) -> FloatArray:
    """
    Covariance of every outcome's estimates in pairs of groups, for all outcomes at once.

    Parameters
    ----------
    sums : CellSums
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
    if sums.residuals is not None:
        from barometer.survey.residual_variances import residual_correction_of_pairs, without_constants

        linear = without_constants(sums, linear)
    known, groups = linear.known[first] & linear.known[second], 1 + sums.groups
    result = np.zeros(known.shape)
    finest = max(sums.facts.clusters, *(stage.stratum.size for stage in sums.facts.stages))
    step = max(1, BLOCK // (finest * groups))
    # Of a group and the total, the rows of the group; of two groups there is none.
    part_and_whole = (first == 0) != (second == 0)
    for start in range(0, linear.base.size, step):
        outcomes = np.arange(start, min(start + step, linear.base.size))
        for score, factor in _scores_of_units(sums, linear, outcomes):
            result[:, outcomes] += _products_of_pairs(score, factor, first, second)
        if part_and_whole.any():
            with_total = _rows_with_total(sums, linear, outcomes)[np.maximum(first, second)]
            result[:, outcomes] += np.where(part_and_whole[:, np.newaxis], with_total, 0.0)
        if sums.residuals is not None:
            result[:, outcomes] += residual_correction_of_pairs(sums, linear, sums.residuals, outcomes, first, second)
    still = spread == 0.0
    result[still[first] | still[second]] = 0.0
    return np.where(known, result, np.nan)


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
    if sums.residuals is not None:
        from barometer.survey.residual_variances import residual_correction_of_all, without_constants

        linear = without_constants(sums, linear)
    origin = origins(sums)
    sums = moved(sums, origin[sums.group + 1])
    total, own = _slopes(sums, linear, origin)
    columns = np.concatenate([sums.numerator, sums.denominator], axis=1)
    groups, k, _ = own.shape
    result = np.zeros((k * groups, k * groups))
    for stage in sums.facts.stages:
        scale = sample_scale(sums.facts, stage)
        if stage.unit is None:
            score = _scores(sums, total, own, columns, sums.cluster, stage.n.size)
            if sums.products is not None:
                result += _products_of_rows(sums, total, own, sums.products, scale)
        else:
            score = _scores(sums, total, own, columns, stage.unit[sums.cluster], stage.stratum.size)
            result += score.T @ (score * scale[stage.stratum][:, np.newaxis])
            score = sum_by(score, stage.stratum, stage.n.size)
        result -= score.T @ (score * around_mean(sums.facts, stage, scale)[:, np.newaxis])
    if sums.residuals is not None:
        result += residual_correction_of_all(sums, linear, sums.residuals)
    return _finished(result, linear.known.T.ravel(), variance(sums, linear).T.ravel())


def _scores_of_units(sums: CellSums, linear: Linearized, outcomes: IntArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """
    Scores of units and strata for the total and each group, (u, 1 + groups, q), and factors (u,).

    Factors times products of the scores, added up, are the covariances but for the products of rows with themselves.
    """
    total, own = scores_of_cells(sums, linear, outcomes)
    for stage in sums.facts.stages:
        scale = sample_scale(sums.facts, stage)
        if stage.unit is None:
            score = _of_units(sums, total, own, sums.cluster, stage.n.size)
        else:
            score = _of_units(sums, total, own, stage.unit[sums.cluster], stage.stratum.size)
            yield score, scale[stage.stratum]
            score = sum_by(score.reshape(score.shape[0], -1), stage.stratum, stage.n.size).reshape(-1, *score.shape[1:])
        yield score, -around_mean(sums.facts, stage, scale)


def _rows_with_total(sums: CellSums, linear: Linearized, outcomes: IntArray) -> FloatArray:
    """Scaled sums over the rows of each group of its scores times those of the total; 0 where units are no rows."""
    stage = sums.facts.last
    if not stage.of_rows:
        return np.zeros((1 + sums.groups, outcomes.size))
    scaled = sample_scale(sums.facts, stage)[sums.cluster][:, np.newaxis] * _products_with_total(sums, linear, outcomes)
    return sum_by(scaled, sums.group + 1, 1 + sums.groups)


def _products_with_total(sums: CellSums, linear: Linearized, outcomes: IntArray) -> FloatArray:
    """Sum over the rows of each cell of its score for the total times that for its group: (c, q)."""
    first, second = linear.pick[:, outcomes]
    base = linear.base[outcomes]
    if sums.products is not None:
        x = sums.base.size + base
        uu, xx = sums.products[:, first, second], sums.products[:, x, x]
        ux_total, ux_own = sums.products[:, first, x], sums.products[:, second, x]
    elif sums.square is not None:
        # Weights were measured from the pilot; the products with them are put back.
        pilot = sums.pilot[sums.cluster][:, np.newaxis]
        uu = sums.square.uu[:, first]
        ux_total = ux_own = (
            (sums.square.ux + pilot * sums.flat.ux)[:, first] if pilot.any() else sums.square.ux[:, first]
        )
        xx = (sums.weight_sq if pilot.any() else sums.square.xx)[:, base]
    slope_total, total = seen_from_cells(sums, linear, outcomes, 0, np.zeros_like(sums.group))
    slope_own, own = seen_from_cells(sums, linear, outcomes, 1, sums.group + 1)
    return np.asarray(slope_total * slope_own * (uu - own * ux_total - total * ux_own + total * own * xx))


def _of_units(sums: CellSums, total: FloatArray, own: FloatArray, code: IntArray, codes: int) -> FloatArray:
    """Score of each unit for the total and each group: (codes, 1 + groups, q)."""
    groups, outcomes = 1 + sums.groups, total.shape[1]
    result = np.zeros((codes, groups, outcomes))
    pair, place = compact(code * groups + sums.group + 1, codes * groups)
    result.reshape(codes * groups, outcomes)[pair] = sum_by(own, place, pair.size)
    result[:, 0] = sum_by(total, code, codes)
    return result


def _cross(score: FloatArray, factor: FloatArray) -> FloatArray:
    """Sum over units of factor times score times score, by outcome: (q, 1 + groups, 1 + groups)."""
    by_outcome = np.ascontiguousarray(score.transpose(2, 1, 0))
    return np.asarray(by_outcome @ (by_outcome * factor).swapaxes(1, 2))


def _slopes(sums: CellSums, linear: Linearized, origin: FloatArray) -> tuple[FloatArray, FloatArray]:
    """
    Return what each numerator and denominator of a group's rows adds to the total and to the group.

    Two (1 + groups, k, columns), with the sums of each group measured from its `origin`.
    """
    numerators, outcomes = sums.base.size, np.arange(linear.base.size)
    found = []
    for row, group in ((0, np.zeros(1 + sums.groups, dtype=np.intp)), (1, np.arange(1 + sums.groups))):
        slope, ratio = linear.slope[group], linear.ratio_from(origin[:, linear.pick[row]], group)
        slopes = np.zeros((1 + sums.groups, outcomes.size, numerators + sums.denominator.shape[1]))
        slopes[:, outcomes, linear.pick[row]] = slope
        slopes[:, outcomes, numerators + linear.base] = -slope * ratio
        found.append(slopes)
    return found[0], found[1]


def _finished(matrix: FloatArray, known: BoolArray, diagonal: FloatArray) -> FloatArray:
    """Put the variances in their place; what does not vary has no covariance, and rounding leaves it symmetric."""
    matrix = (matrix + matrix.T) / 2.0
    matrix[diagonal == 0.0] = 0.0
    matrix[:, diagonal == 0.0] = 0.0
    np.fill_diagonal(matrix, diagonal)
    return np.where(np.outer(known, known), matrix, np.nan)


def _scores(
    sums: CellSums, total: FloatArray, own: FloatArray, columns: FloatArray, code: IntArray, codes: int
) -> FloatArray:
    """Score of each unit for each estimate: (codes, k (1 + groups))."""
    groups, k, m = own.shape
    table = np.zeros((codes, groups, m))
    pair, place = compact(code * groups + sums.group + 1, codes * groups)
    table.reshape(codes * groups, m)[pair] = sum_by(columns, place, pair.size)
    score = np.einsum("ugm,gkm->ukg", table, own, optimize=True)
    score[:, :, 0] = np.einsum("ugm,gkm->uk", table, total, optimize=True)
    return np.asarray(score.reshape(codes, k * groups))


def _products_of_rows(
    sums: CellSums, total: FloatArray, own: FloatArray, products: FloatArray, scale: FloatArray
) -> FloatArray:
    """Scaled sums over rows of score times score: a group meets itself and the total, no other group."""
    groups, k, m = own.shape
    weighted = products.reshape(products.shape[0], -1) * scale[sums.cluster][:, np.newaxis]
    within = sum_by(weighted, sums.group + 1, groups).reshape(groups, m, m)
    result = np.zeros((k, groups, k, groups))
    everyone = np.arange(groups)
    result[:, everyone, :, everyone] = np.einsum("gkm,gmj,glj->gkl", own, within, own, optimize=True)
    with_total = np.einsum("gkm,gmj,glj->gkl", own, within, total, optimize=True)
    result[:, 1:, :, 0] = with_total[1:].transpose(1, 0, 2)
    result[:, 0, :, 1:] = with_total[1:].transpose(2, 1, 0)
    result[:, 0, :, 0] = np.einsum("gkm,gmj,glj->kl", total, within, total, optimize=True)
    return result.reshape(k * groups, k * groups)
