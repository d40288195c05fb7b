"""Why a variance is 0: nothing varied, everybody was asked, the weights fix it, or no stratum could be measured."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.intervals import REASONS, ROUNDING, Intervals
from barometer.survey.linearization import Linearized, by_group, variance
from barometer.survey.sums import CellSums

NO_SPREAD, DF_BELOW_1, LONELY_REMOVED, CENSUS, CALIBRATED = (
    np.int8(REASONS.index(reason)) for reason in ("no_spread", "df_below_1", "lonely_removed", "census", "calibrated")
)


def explain_zero_variances(intervals: Intervals, sums: CellSums, linear: Linearized, spread: FloatArray) -> Intervals:
    """
    Say of estimates whose variance is 0 whether that is because of the design.

    Parameters
    ----------
    intervals : Intervals
        Of the estimates, (1 + groups, k).
    sums : CellSums
    linear : Linearized
    spread : (1 + groups, k) float
        The variances.

    Returns
    -------
    Intervals
        With "census" and both ends at the estimate where every stratum in the group was taken whole, whatever the
        degrees of freedom; the same with "calibrated" where it would vary but for the calibration of the weights; empty
        with "lonely_removed" where all others have one sampling unit and the rule "remove" or "certainty" leaves them
        out. Otherwise as they were.
    """
    rounding = np.sqrt(spread) <= ROUNDING * np.abs(linear.estimate)
    nothing = (intervals.reason == NO_SPREAD) | ((intervals.reason == DF_BELOW_1) & rounding)
    if not nothing.any():
        return intervals
    reason = np.where(nothing, _why(sums, linear.base), 0)
    if sums.residuals is not None:
        varies = variance(replace(sums, residuals=None), linear) > 0.0
        reason = np.where((reason == NO_SPREAD) & varies, CALIBRATED, reason)
    known, removed = (reason == CENSUS) | (reason == CALIBRATED), reason == LONELY_REMOVED
    low, high = (
        np.where(known, linear.estimate, np.where(removed, np.nan, ends)) for ends in (intervals.low, intervals.high)
    )
    return Intervals(low, high, np.where(known | removed, reason, intervals.reason))


def _why(sums: CellSums, base: IntArray) -> NDArray[np.int8]:
    """Reason for a variance of 0 by the strata that have rows with weight in the group: (1 + groups, k)."""
    facts = sums.facts
    measured, left_out = np.zeros((2, facts.clusters), dtype=np.bool_)
    for stage in facts.stages:
        stratum = stage.stratum_of_cluster
        sampled, alone = stage.scale[stratum] > 0.0, stage.lonely[stratum]
        measured |= sampled & ~alone
        left_out |= sampled & alone
    if facts.lonely_psu not in ("remove", "certainty"):
        measured |= left_out
    of_both = [sums.weighted * mask[sums.cluster, np.newaxis] for mask in (measured, left_out)]
    some_measured, some_left_out = np.split(by_group(sums, np.concatenate(of_both, axis=1)) > 0.0, 2, axis=1)
    reason = np.where(some_measured, NO_SPREAD, np.where(some_left_out, LONELY_REMOVED, CENSUS))
    return np.asarray(reason[:, base])
