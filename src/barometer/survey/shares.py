"""Shares, their variance and their covariance across groups, from cell sums."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from barometer.survey.aggregate import CellSums
from barometer.survey.arrays import FloatArray, IntArray

DfRule = Literal["domain", "design"]


@dataclass(frozen=True, slots=True, eq=False)
class ShareEstimates:
    """
    Shares of k indicators in the total (row 0) and in each group (rows 1..groups).

    Attributes
    ----------
    share : (1 + groups, k) float
        0 to 1; nan where no row with weight is in the base.
    variance : (1 + groups, k) float
        Squared units of the share.
    n : (1 + groups, k) int
        Rows in the base.
    weight : (1 + groups, k) float
        Sum of weights in the base.
    df : (1 + groups, k) int
        Rows with weight less the strata they are in: degrees of freedom of the domain inside its base.
    """

    share: FloatArray
    variance: FloatArray
    n: IntArray
    weight: FloatArray
    df: IntArray


def estimate_all(sums: CellSums) -> ShareEstimates:
    """
    Estimate every share with its variance by linearization.

    Parameters
    ----------
    sums : CellSums

    Returns
    -------
    ShareEstimates

    Notes
    -----
    For the share p of base weight A in a group, row i adds z_i = w_i (y_i - p) / A. With Z1_h and Z2_h the sums of
    z and z squared over stratum h, rows outside the group counting as zeros,

        V(p) = sum_h (1 - n_h/N_h) n_h/(n_h - 1) (Z2_h - Z1_h^2 / n_h).

    References
    ----------
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys. Int. Stat. Rev. 51.
    Saerndal, Swensson and Wretman (1992), Model assisted survey sampling, sections 5.5 and 5.8.
    """
    full = _with_total(sums)
    rows = 1 + sums.groups
    weight = _by_group(full.weight, full.group, rows)
    yes = _by_group(full.yes, full.group, rows)
    total_weight = weight[:, sums.base]
    present = total_weight > 0.0
    # An empty group has no share; zeros stand in for it so that it adds nothing to the sums of the others.
    ratio = np.divide(yes, total_weight, out=np.zeros_like(yes), where=present)
    scale = np.divide(1.0, total_weight, out=np.zeros_like(yes), where=present)
    share_cell, scale_cell = ratio[full.group], scale[full.group]
    base_weight, base_weight_sq = full.weight[:, sums.base], full.weight_sq[:, sums.base]
    first = (full.yes - share_cell * base_weight) * scale_cell
    second = (full.yes_sq * (1.0 - 2.0 * share_cell) + share_cell**2 * base_weight_sq) * scale_cell**2
    within = second - first**2 / sums.answers[full.stratum, np.newaxis]
    variance = _by_group(sums.spread_factor[full.stratum, np.newaxis] * within, full.group, rows)
    n = _by_group(full.count, full.group, rows)
    weighted = _by_group(full.weighted, full.group, rows)
    strata = _by_group((full.weighted > 0).astype(np.float64), full.group, rows)
    return ShareEstimates(
        share=np.where(present, ratio, np.nan),
        variance=np.where(present, np.maximum(variance, 0.0), np.nan),
        n=n.astype(np.intp)[:, sums.base],
        weight=total_weight,
        df=(weighted - strata).astype(np.intp)[:, sums.base],
    )


def covariance(sums: CellSums, indicator: int) -> FloatArray:
    """
    Covariance of one indicator's shares across the total and the groups.

    Parameters
    ----------
    sums : CellSums
    indicator : int
        Column of `sums.yes`.

    Returns
    -------
    (1 + groups, 1 + groups) float
        Row and column 0 are the total. nan where a group has nobody in the base.

    Notes
    -----
    Groups do not overlap, so two of them share no row and only their stratum sums meet:
    cov(p_d, p_e) = - sum_h g_h Z1_hd Z1_he / n_h, with g_h = (1 - n_h/N_h) n_h/(n_h - 1). The total holds every group,
    and its products with a group run over the group's rows.
    """
    base = sums.base[indicator]
    rows, strata = 1 + sums.groups, sums.answers.size
    cells = (sums.group + 1, sums.stratum)

    def spread(values: FloatArray) -> FloatArray:
        """(1 + groups, H) with the rows outside every group in row 0 until the total takes their place."""
        table = np.zeros((rows, strata))
        table[cells] = values
        return table

    yes, yes_sq = spread(sums.yes[:, indicator]), spread(sums.yes_sq[:, indicator])
    weight, weight_sq = spread(sums.weight[:, base]), spread(sums.weight_sq[:, base])
    for table in (yes, yes_sq, weight, weight_sq):
        table[0] = table.sum(axis=0)
    total = weight.sum(axis=1)
    present = total > 0.0
    share = np.divide(yes.sum(axis=1), total, out=np.zeros(rows), where=present)
    scale = np.divide(1.0, total, out=np.zeros(rows), where=present)
    first = (yes - share[:, np.newaxis] * weight) * scale[:, np.newaxis]
    factor = sums.spread_factor
    result = -(first * (factor / sums.answers)) @ first.T
    product = yes_sq * (1.0 - share[:, np.newaxis] - share[0]) + share[:, np.newaxis] * share[0] * weight_sq
    with_total = (product * scale[:, np.newaxis] * scale[0]) @ factor
    own = (yes_sq * (1.0 - 2.0 * share[:, np.newaxis]) + share[:, np.newaxis] ** 2 * weight_sq) * scale[
        :, np.newaxis
    ] ** 2
    result[np.arange(1, rows), np.arange(1, rows)] += (own @ factor)[1:]
    result[0, :] += with_total
    result[1:, 0] += with_total[1:]
    return np.where(np.outer(present, present), result, np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Cells of the groups followed by cells of the total, groups counted from 1."""

    stratum: IntArray
    group: IntArray
    count: FloatArray
    weighted: FloatArray
    weight: FloatArray
    weight_sq: FloatArray
    yes: FloatArray
    yes_sq: FloatArray


def _with_total(sums: CellSums) -> _Cells:
    inside = sums.group >= 0
    strata = sums.answers.size

    def stacked(values: FloatArray) -> FloatArray:
        return np.concatenate([_by_group(values, sums.stratum, strata), values[inside]])

    return _Cells(
        stratum=np.concatenate([np.arange(strata), sums.stratum[inside]]),
        group=np.concatenate([np.zeros(strata, dtype=np.intp), sums.group[inside] + 1]),
        count=stacked(sums.count),
        weighted=stacked(sums.weighted),
        weight=stacked(sums.weight),
        weight_sq=stacked(sums.weight_sq),
        yes=stacked(sums.yes),
        yes_sq=stacked(sums.yes_sq),
    )


def _by_group(values: FloatArray, group: IntArray, groups: int) -> FloatArray:
    """
    Add up the rows of each group; groups without rows get zeros.

    Every column is added in the same order, so that equal columns have equal sums: a share of one is exactly one.
    """
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    result = np.zeros((groups, values.shape[1]))
    result[ordered[starts]] = np.add.reduceat(values[order], starts, axis=0)
    return result
