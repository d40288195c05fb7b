"""A change of a share taken apart: what the mix of the cells adds to it, and what the shares inside them add."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, check_choice, check_kind
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.changes import (
    UNKNOWN,
    Occasion,
    against_zero,
    count_units,
    explain_change,
    linked_occasions,
    satterthwaite,
)
from barometer.survey.estimates import DomainEstimates
from barometer.survey.estimators import estimate_totals
from barometer.survey.linked_scores import link_samples
from barometer.survey.overlap import OverlapRule, covariance_of_samples
from barometer.survey.summaries import Choices, estimate_columns

PARTS = (
    *("change", "mix", "behaviour", "mix_first", "behaviour_first", "interaction"),
    *("first_standardised", "second_standardised"),
)
"""
What a decomposition holds, q being the mix and r the shares of a cell on the first and the second occasion:

=====================  =====================================================================
change                 sum q2 r2 - q1 r1
mix, behaviour         sum (q2 - q1) (r1 + r2)/2 and sum (q1 + q2)/2 (r2 - r1): the change
mix_first,             sum (q2 - q1) r1, sum q1 (r2 - r1) and sum (q2 - q1) (r2 - r1): the
behaviour_first,       change
interaction
first_standardised     sum q2 r1: the first share with the second mix
second_standardised    sum q1 r2: the second share with the first mix
=====================  =====================================================================
"""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChangeParts:
    """
    The parts of one change, in total (row 0) and for each of G cells.

    Attributes
    ----------
    estimate, se, ci_low, ci_high, statistic, df, p_value : (1 + G, 8) float
        A column for each of `PARTS`, fractions of one. Only the estimate where the error of a share is not known.
    reason : (1 + G,) int8
        Index into `COMPARISON_REASONS`: what is to be said of the change of the whole, and of each cell that both
        occasions have.
    mix, share : (2, G) float
        q and r on each occasion; the share of a cell that one occasion lacks is that of the other.
    n : (2, G) int
        Rows in the base.
    overlapping : bool
        Whether the covariance between the occasions is in it.
    common : int
        Units in the base on both occasions.
    """

    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray
    reason: NDArray[np.int8]
    mix: FloatArray
    share: FloatArray
    n: IntArray
    overlapping: bool
    common: int

    def __repr__(self) -> str:
        """Say what it is."""
        between = "with" if self.overlapping else "without"
        return f"<ChangeParts: total and {len(self.estimate) - 1:,} cells, {between} covariance between occasions>"


def decompose(
    first: Occasion, second: Occasion, confidence: float = 0.95, rule: OverlapRule = "stacked"
) -> ChangeParts:
    """
    Take the change of one share between two samples apart by cells.

    Parameters
    ----------
    first, second : Occasion
        With one outcome; their groups are the cells. Rows in no cell count for nothing.
    confidence : float
    rule : {"conditional", "stacked"}
        As for `estimate_occasions`.

    Returns
    -------
    ChangeParts

    Raises
    ------
    ArgumentError
        If there is not one outcome, the cells differ, or nobody of an occasion is in a cell.
    DesignError
        If common units are in different strata.

    Notes
    -----
    Mix and shares are both estimated: with b the weights of a cell in the base, B their sum and a the weighted number
    counted, q = b/B and r = a/b. A row with weight w in cell c adds

        w [(dP/dr_c) (y - r_c)/b_c + (dP/dq_c - sum_j q_j dP/dq_j)/B]

    to the error of a part P (the delta method), and the variance is that of the total of these scores under the design
    of each occasion, less twice the covariance of units in common, as for a change. A cell with nobody on one occasion
    has no share there: it gets that of the other, so that all that it adds is mix.

    The symmetric parts are Kitagawa's. With a dummy for each cell they are Oaxaca and Blinder's for a share, and the
    three parts with `_first` are their threefold form.

    References
    ----------
    Kitagawa (1955), Components of a difference between two rates. JASA 50. Oaxaca (1973), Int. Economic Review 14.
    Blinder (1973), J. Human Resources 8.
    """
    for argument, occasion in (("first", first), ("second", second)):
        check_kind(argument, occasion, Occasion, "an occasion, Occasion(design, columns, groups, ...)")
    check_choice("rule", rule, OverlapRule)
    if first.columns.base.size != 1 or first.groups.labels != second.groups.labels:
        raise ArgumentError("occasions", "a decomposition takes one outcome and the same cells on both occasions")
    occasions = [_within_cells(occasion) for occasion in (first, second)]
    found = [estimate_columns(o.design, o.columns, o.groups, Choices(confidence)) for o in occasions]
    if any(each.n[0, 0] == 0 for each in found):
        raise ArgumentError("occasions", "nobody of one occasion is in the base and in a cell")
    weight = np.stack([each.weighted_base[1:, 0] for each in found])
    mix = weight / weight.sum(axis=1, keepdims=True)
    own = np.stack([each.estimate[1:, 0] for each in found])
    share = np.nan_to_num(np.where(np.isnan(own), own[::-1], own))
    by_cell, slopes = _parts(mix, share, weight > 0.0)
    value = np.concatenate([by_cell.sum(axis=0, keepdims=True), by_cell])
    scores = [_scores(o, weight[t], mix[t], share[t], slopes[:, t]) for t, o in enumerate(occasions)]
    linked = bool(linked_occasions(occasions)[0, 1])
    if linked:
        variance = _linked_variance(occasions, scores, rule)
        common, units = count_units(occasions)
        df = np.full(variance.shape, float(units[0, 0]))
    else:
        parts = _own_variances(occasions, scores)
        variance = parts.sum(axis=0)
        df = satterthwaite(parts, np.array([[float(each.df[0, 0])] for each in found]))
    shaped = [array.reshape(value.shape) for array in (variance, df)]
    reason = _explain(found, shaped[0], shaped[1])
    shaped[0] = np.where(np.isin(reason, UNKNOWN)[:, np.newaxis], np.nan, shaped[0])
    return ChangeParts(
        value,
        **against_zero(value, shaped[0], shaped[1], confidence),
        reason=reason,
        mix=mix,
        share=share,
        n=np.stack([each.n[1:, 0] for each in found]),
        overlapping=linked,
        common=int(common[0, 0]) if linked else 0,
    )


def _explain(found: list[DomainEstimates], variance: FloatArray, df: FloatArray) -> NDArray[np.int8]:
    """(1 + G,) what is to be said of the whole change and of each cell; nothing of one that an occasion lacks."""
    share, n = np.stack([each.estimate[:, 0] for each in found]), np.stack([each.n[:, 0] for each in found])
    reason = explain_change(share, n, variance[:, 0], df[:, 0], is_share=found[0].method.statistic == "share")
    reason[np.isnan(share).any(axis=0)] = 0
    return reason


def _within_cells(occasion: Occasion) -> Occasion:
    columns = occasion.columns
    inside = columns.present[:, columns.base] & (occasion.groups.code >= 0)[:, np.newaxis]
    numerator = np.where(inside, columns.numerator, 0.0)
    return replace(
        occasion, columns=replace(columns, present=inside, base=np.zeros(1, dtype=np.intp), numerator=numerator)
    )


def _parts(mix: FloatArray, share: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the parts by cell, (G, 8), and their slopes on mix and share of each occasion, (mix or share, 2, G, 8)."""
    (q1, q2), (r1, r2) = mix, share
    none, q, r = np.zeros_like(q1), (q1 + q2) / 2.0, (r1 + r2) / 2.0
    more, rise = q2 - q1, r2 - r1
    by_cell = np.stack(
        [more * r + q * rise, more * r, q * rise, more * r1, q1 * rise, more * rise, q2 * r1, q1 * r2], axis=1
    )
    on_mix = [
        np.stack([-r1, -r, rise / 2.0, -r1, rise, -rise, none, r2], axis=1),
        np.stack([r2, r, rise / 2.0, r1, none, rise, r1, none], axis=1),
    ]
    on_share = [
        np.stack([-q1, more / 2.0, -q, more, -q1, -more, q2, none], axis=1),
        np.stack([q2, more / 2.0, q, none, q1, more, none, q1], axis=1),
    ]
    lent = [np.where(present[1 - t, :, np.newaxis], 0.0, on_share[1 - t]) for t in (0, 1)]
    held = [np.where(present[t, :, np.newaxis], on_share[t] + lent[t], 0.0) for t in (0, 1)]
    return by_cell, np.stack([np.stack(on_mix), np.stack(held)])


def _scores(
    occasion: Occasion, weight: FloatArray, mix: FloatArray, share: FloatArray, slopes: FloatArray
) -> FloatArray:
    """(n, (1 + G) 8) what a row adds, per unit of its weight, to each part of the whole and of each cell."""
    on_mix, on_share = slopes
    cells, parts = on_mix.shape
    inside = occasion.columns.present[:, 0]
    cell = np.maximum(occasion.groups.code, 0)
    residual = (occasion.columns.numerator[:, 0] - share[cell]) / np.where(weight > 0.0, weight, 1.0)[cell]
    base = weight.sum()
    own = on_share[cell] * residual[:, np.newaxis] + on_mix[cell] / base
    result = np.zeros((cell.size, 1 + cells, parts))
    result[:, 0] = own - (mix @ on_mix) / base
    result[:, 1:] = -mix[:, np.newaxis] * on_mix / base
    result[np.arange(cell.size), 1 + cell] += own
    return (result * inside[:, np.newaxis, np.newaxis]).reshape(cell.size, -1)


def _own_variances(occasions: list[Occasion], scores: list[FloatArray]) -> FloatArray:
    return np.stack([estimate_totals(o.design, z).variance[0] for o, z in zip(occasions, scores, strict=True)])


def _linked_variance(occasions: list[Occasion], scores: list[FloatArray], rule: OverlapRule) -> FloatArray:
    samples = [sample.scores(z) for sample, z in zip(link_samples(occasions), scores, strict=True)]
    covariance = covariance_of_samples(samples, 1, rule)[:, :, 0]
    own = _own_variances(occasions, scores) if rule == "conditional" else covariance[[0, 1], [0, 1]]
    # The scores of a part say what a row adds to the change itself, so that the covariance is added.
    return np.asarray(np.maximum(own.sum(axis=0) + 2.0 * covariance[0, 1], 0.0))
