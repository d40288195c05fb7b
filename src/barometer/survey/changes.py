"""Changes and trends of estimates over the samples of a repeated survey, independent or with units in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, check_all, check_choice, check_kind
from barometer.survey.arrays import BoolArray, FloatArray, IntArray, sum_by
from barometer.survey.columns import Columns
from barometer.survey.comparisons import COMPARISON_REASONS, explain_shares, rests_on_few
from barometer.survey.design import SurveyDesign
from barometer.survey.estimates import DomainEstimates
from barometer.survey.groups import Groups
from barometer.survey.intervals import ROUNDING, t_quantile
from barometer.survey.linked_scores import link_samples, sampling_fractions
from barometer.survey.overlap import OverlapRule, UnitScores, covariance_of_samples
from barometer.survey.summaries import Choices, estimate_columns

UNKNOWN = [COMPARISON_REASONS.index(name) for name in ("one_answer", "share_zero", "share_one")]
"""Reasons for which an estimated error of 0 is no knowledge."""
_DF_BELOW_1, _NO_SPREAD, _FEW = (COMPARISON_REASONS.index(name) for name in ("df_below_1", "no_spread", "few_counted"))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Occasion:
    """
    One sample of a repeated survey: a stratified sample of elements, and the outcomes that all samples share.

    Attributes
    ----------
    design : SurveyDesign
        Of n rows.
    columns : Columns
        Shares or means of the same k outcomes on every occasion; one that was not asked has nobody in its base.
    groups : Groups
        The same labels on every occasion.
    stratum : (n,) int
        Stratum of each row, in codes that all occasions share.
    unit : (n,) int or None
        Who each row is, in codes that all occasions share; None where that is not known.
    """

    design: SurveyDesign
    columns: Columns
    groups: Groups
    stratum: IntArray
    unit: IntArray | None

    def __repr__(self) -> str:
        """Say what it is; never a row."""
        linked = "" if self.unit is None else ", units known"
        rows, outcomes = self.columns.numerator.shape
        told = (
            f"{self.columns.statistic} of {outcomes:,} outcome(s), {rows:,} rows in {len(self.groups.labels):,} groups"
        )
        return f"<Occasion: {told}{linked}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Changes:
    """
    Linear combinations of the estimates of several occasions, with their tests against zero.

    Attributes
    ----------
    estimate, se, ci_low, ci_high : (1 + G, k) float
        In the unit of the estimates; the interval is symmetric, with Student's t. nan where an occasion has nobody, and
        but for the estimate where the error of one is not known; no interval where se is 0.
    statistic, df, p_value : (1 + G, k) float
        estimate / se, nan where se is 0; degrees of freedom; two-sided p of no change.
    reason : (1 + G, k) int8
        Index into `COMPARISON_REASONS`: why there is no test, or it is to be doubted.
    common : (1 + G, k) int
        Units in the base of the group on at least two of the occasions.
    overlapping : bool
        Whether the covariance between the occasions is in it.
    """

    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray
    reason: NDArray[np.int8]
    common: IntArray
    overlapping: bool

    def __repr__(self) -> str:
        """Say what it is."""
        rows, outcomes = self.estimate.shape
        between = "with" if self.overlapping else "without"
        return (
            f"<Changes: {outcomes:,} outcome(s), total and {rows - 1:,} groups, {between} covariance between occasions>"
        )


@dataclass(frozen=True, eq=False, repr=False)
class RepeatedEstimates:
    """
    Estimates of k outcomes on W occasions, in total (row 0) and in G groups, with the covariance between occasions.

    Attributes
    ----------
    occasions : (W,) tuple of Occasion
    found : (W,) tuple of DomainEstimates
        Of each occasion by itself.
    estimate : (W, 1 + G, k) float
    covariance : (W, W, 1 + G, k) float
        Between occasions, for each group and outcome; 0 between independent samples.
    linked : (W, W) bool
        Whether two occasions have units in common.
    rule : {"conditional", "stacked"}
        See `covariance_of_samples`.
    """

    occasions: tuple[Occasion, ...]
    found: tuple[DomainEstimates, ...]
    estimate: FloatArray
    covariance: FloatArray
    linked: NDArray[np.bool_]
    rule: OverlapRule

    def __repr__(self) -> str:
        """Say what it is."""
        occasions, rows, outcomes = self.estimate.shape
        shared = "with" if self.linked[~np.eye(occasions, dtype=bool)].any() else "without"
        return (
            f"<RepeatedEstimates: {outcomes:,} outcome(s) on {occasions} occasions, total and {rows - 1:,} groups; "
            f"{shared} units in common, {self.rule}>"
        )

    def change(self, first: int, second: int, confidence: float = 0.95) -> Changes:
        """
        Return the estimates of one occasion less those of another.

        Parameters
        ----------
        first, second : int
            Positions of the occasions; the change is that of the second less that of the first.
        confidence : float

        Notes
        -----
        Var = V1 + V2 - 2 C. Independent samples: C = 0, and Satterthwaite's degrees of freedom, (V1 + V2)^2 / (V1^2/df1
        + V2^2/df2). Samples with units in common: C as `covariance_of_samples`, and as degrees of freedom the distinct
        units of both in the base of the group less the strata they are in, R's `degf(subset(...))` of the stacked
        design. A share of 0 or 1 or of one answer has a linearized variance of 0, which is no knowledge of it: the
        change is given, its standard error, interval and test are not, as in `compare_shares`.
        """
        return self._combined(np.array([first, second]), np.array([-1.0, 1.0]), confidence)

    def slope(self, occasions: Sequence[int], times: Sequence[float], confidence: float = 0.95) -> Changes:
        """
        Return the linear trend: the least-squares slope of the estimates on time.

        Parameters
        ----------
        occasions : sequence of int
            Positions, two at least.
        times : sequence of float
            When each was, not all the same; the slope is per unit of it.
        confidence : float

        Notes
        -----
        b = sum (t - mean t) p_t / sum (t - mean t)^2, a contrast c'p of the estimates with variance c'Vc; every
        occasion counts the same, so that the slope does not depend on the standard errors. Degrees of freedom as for a
        change; of independent samples (sum v)^2 / sum v^2/df with v = c^2 V (Satterthwaite 1946).
        """
        t = np.asarray(times, dtype=np.float64)
        if t.size != len(occasions) or t.size < 2 or not np.isfinite(t).all() or np.ptp(t) == 0.0:
            raise ArgumentError("times", "a slope needs a time for each occasion, and two different ones at least")
        distance = t - t.mean()
        return self._combined(np.asarray(occasions), distance / (distance @ distance), confidence)

    def _combined(self, chosen: IntArray, weights: FloatArray, confidence: float) -> Changes:
        inner = np.ix_(chosen, chosen)
        covariance, linked = self.covariance[inner], bool(self.linked[inner].any())
        value = np.einsum("w,wgk->gk", weights, self.estimate[chosen])
        variance = np.einsum("v,w,vwgk->gk", weights, weights, covariance)
        alone = weights[:, np.newaxis, np.newaxis] ** 2 * np.einsum("wwgk->wgk", covariance)
        variance = np.where(variance <= ROUNDING * alone.sum(axis=0), 0.0, variance)
        if linked:
            common, units = count_units([self.occasions[position] for position in chosen])
            df = units.astype(np.float64)
        else:
            own = np.stack([self.found[position].df for position in chosen]).astype(np.float64)
            df = satterthwaite(alone, own)
            common = np.zeros(value.shape, dtype=np.intp)
        counts = np.abs(weights) > ROUNDING * np.abs(weights).max()
        share = self.estimate[chosen[counts]]
        n = np.stack([self.found[position].n for position in chosen[counts]])
        is_share = self.occasions[0].columns.statistic == "share"
        reason = explain_change(share, n, variance, df, is_share=is_share)
        variance = np.where(np.isin(reason, UNKNOWN), np.nan, variance)
        tested = against_zero(value, variance, df, confidence)
        return Changes(value, **tested, reason=reason, common=common, overlapping=linked)


def explain_change(
    share: FloatArray, n: IntArray, variance: FloatArray, df: FloatArray, *, is_share: bool
) -> NDArray[np.int8]:
    """
    Say why changes have no test, or why it is to be doubted.

    Parameters
    ----------
    share, n : (W, ...) float and int
        The estimates that are combined, and the rows in their base.
    variance, df : (...) float
        Of the combination.
    is_share : bool
        Whether the estimates are shares, not means.

    Returns
    -------
    (...) int8
        Index into `COMPARISON_REASONS`.
    """
    reason = explain_shares(share, n, variance, df, edges=is_share)
    reason[np.isin(reason, (0, _DF_BELOW_1)) & (variance == 0.0)] = _NO_SPREAD
    if is_share:
        reason[(reason == 0) & rests_on_few(share, n)] = _FEW
    return reason


def estimate_occasions(
    occasions: Sequence[Occasion], choices: Choices, rule: OverlapRule = "stacked"
) -> RepeatedEstimates:
    """
    Estimate the same outcomes in several samples, with the covariance between those that share units.

    Parameters
    ----------
    occasions : sequence of Occasion
        W of them. Samples are linked where all have units and some units are in both.
    choices : Choices
    rule : {"conditional", "stacked"}
        How the covariance is taken, see `covariance_of_samples`; under "stacked" the variances too are those of the
        stack, where any samples are linked.

    Returns
    -------
    RepeatedEstimates

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be, outcomes or groups differ between the occasions, or linked samples are
        no samples of elements.
    DesignError
        If common units are in different strata.
    """
    check_all("occasions", occasions, Occasion, "occasions in a list, each an Occasion(design, columns, groups, ...)")
    check_kind("choices", choices, Choices, "choices, Choices(confidence, interval)")
    check_choice("rule", rule, OverlapRule)
    first = occasions[0]
    if any(o.columns.names != first.columns.names or o.groups.labels != first.groups.labels for o in occasions):
        raise ArgumentError("occasions", "must have the same outcomes and groups, in the same order")
    found = tuple(estimate_columns(o.design, o.columns, o.groups, choices) for o in occasions)
    size, shape = len(occasions), found[0].estimate.shape
    linked = linked_occasions(occasions)
    if rule == "stacked" and linked.any():
        linked = np.ones_like(linked)
    covariance = np.zeros((size, size, *shape))
    if linked.any():
        if any(not o.design.facts.last.of_rows or len(o.design.facts.stages) > 1 for o in occasions):
            raise ArgumentError(
                "occasions", "only samples of elements can have units in common: the units are the rows"
            )
        covariance = _linked_covariance(occasions, found, rule)
    if rule == "conditional" or not linked.any():
        covariance[np.arange(size), np.arange(size)] = np.stack([each.variance for each in found])
    estimate = np.stack([each.estimate for each in found])
    covariance = np.where(np.isnan(estimate)[:, np.newaxis] | np.isnan(estimate)[np.newaxis], np.nan, covariance)
    return RepeatedEstimates(tuple(occasions), found, estimate, covariance, linked, rule)


def linked_occasions(occasions: Sequence[Occasion]) -> BoolArray:
    """(W, W) whether two occasions have units in common; none has where the units of one are not known."""
    result = np.zeros((len(occasions), len(occasions)), dtype=np.bool_)
    units = [o.unit for o in occasions if o.unit is not None]
    if len(units) < len(occasions):
        return result
    for a, b in combinations(range(len(units)), 2):
        result[a, b] = result[b, a] = bool(np.isin(units[a], units[b]).any())
    return result


def _linked_covariance(
    occasions: Sequence[Occasion], found: Sequence[DomainEstimates], rule: OverlapRule
) -> FloatArray:
    """(W, W, 1 + G, k) covariance by common units; group by group where rows outside a group have residuals."""
    rows = found[0].estimate.shape[0]
    if any(o.design.calibration is not None for o in occasions):
        samples = link_samples(occasions)
        of_rows = [
            [s.scores(_variables(o, each, row)) for s, o, each in zip(samples, occasions, found, strict=True)]
            for row in range(rows)
        ]
        return np.concatenate([covariance_of_samples(scores, 1, rule) for scores in of_rows], axis=2)
    spans = [(slice(0, 1), 1), (slice(1, None), rows - 1)][: 1 if rows == 1 else 2]
    return np.concatenate(
        [
            covariance_of_samples([_scores(o, e, span) for o, e in zip(occasions, found, strict=True)], groups, rule)
            for span, groups in spans
        ],
        axis=2,
    )


def _variables(occasion: Occasion, found: DomainEstimates, row: int) -> FloatArray:
    """Linearized variables (y - p) / W of the total (row 0) or of one group, (n, k)."""
    columns = occasion.columns
    inside = columns.present[:, columns.base]
    if row:
        inside = inside & (occasion.groups.code == row - 1)[:, np.newaxis]
    base = found.weighted_base[row]
    slope = np.divide(1.0, base, out=np.zeros_like(base), where=base > 0.0)
    return np.asarray(slope * (columns.numerator - np.nan_to_num(found.estimate[row])) * inside)


def _scores(occasion: Occasion, found: DomainEstimates, rows: slice) -> UnitScores:
    """Scores w (y - p) / W of the total (row 0) or of the groups."""
    columns, design = occasion.columns, occasion.design
    everyone = np.zeros(design.n, dtype=np.intp)
    group = everyone if rows.start == 0 else occasion.groups.code
    held = np.maximum(group, 0)
    slope = np.divide(1.0, found.weighted_base, out=np.zeros_like(found.weighted_base), where=found.weighted_base > 0.0)
    share = np.nan_to_num(found.estimate)
    present = columns.present[:, columns.base]
    residual = (columns.numerator - share[rows][held]) * present
    unit = everyone if occasion.unit is None else occasion.unit
    return UnitScores(
        score=design.weight[:, np.newaxis] * slope[rows][held] * residual,
        group=group,
        unit=unit,
        stratum=occasion.stratum,
        fraction=sampling_fractions(design),
    )


def count_units(occasions: Sequence[Occasion]) -> tuple[IntArray, IntArray]:
    """
    Count units in the base of the total and of each group, on several occasions together.

    Returns
    -------
    common, df : (1 + G, k) int
        Units that are there on two occasions at least; distinct units less the strata they are in.
    """
    groups = len(occasions[0].groups.labels)
    counted = [_count(occasions, [np.zeros(o.design.n, dtype=np.intp) for o in occasions], 1)]
    if groups:
        counted.append(_count(occasions, [o.groups.code for o in occasions], groups))
    common, distinct, strata = np.concatenate(counted, axis=1)
    return common, distinct - strata


def _count(occasions: Sequence[Occasion], codes: Sequence[IntArray], groups: int) -> IntArray:
    """(3, groups, k): units on two occasions at least, distinct units, and their strata, in each group's base."""
    code = np.concatenate(codes)
    inside = code >= 0
    present = np.concatenate(
        [o.columns.present[:, o.columns.base] & (o.design.weight > 0.0)[:, np.newaxis] for o in occasions]
    )[inside].astype(np.float64)
    result = []
    for of_rows, least in ((_units(occasions), 1.0), (_units(occasions), 0.0), ([o.stratum for o in occasions], 0.0)):
        label = np.concatenate(of_rows)[inside]
        cells, place = np.unique(code[inside] + groups * label, return_inverse=True)
        often = sum_by(present, place, cells.size) > least
        result.append(sum_by(often.astype(np.float64), cells % groups, groups))
    return np.stack(result).astype(np.intp)


def _units(occasions: Sequence[Occasion]) -> list[IntArray]:
    return [np.arange(o.design.n) if o.unit is None else o.unit for o in occasions]


def satterthwaite(parts: FloatArray, df: FloatArray) -> FloatArray:
    """
    Degrees of freedom of sums of W independent variances.

    Parameters
    ----------
    parts, df : (W, ...) float
        The variances and their degrees of freedom; a variance of zero takes no part.

    References
    ----------
    Satterthwaite (1946), An approximate distribution of estimates of variance components. Biometrics Bulletin 2.
    """
    known = np.where(df >= 1.0, df, np.nan)
    spread = np.where(parts > 0.0, parts**2 / known, 0.0).sum(axis=0)
    total = parts.sum(axis=0)
    return np.asarray(np.divide(total**2, spread, out=np.full_like(total, np.nan), where=spread != 0.0))


def against_zero(value: FloatArray, variance: FloatArray, df: FloatArray, confidence: float) -> dict[str, FloatArray]:
    """Return se, ci_low, ci_high, statistic, df and p_value of estimates; no interval where se is 0 or df below 1."""
    from scipy.special import stdtr

    se = np.sqrt(variance)
    statistic = np.divide(value, se, out=np.full_like(value, np.nan), where=se > 0.0)
    known = np.where(df >= 1.0, df, np.nan)
    half = np.where(se > 0.0, t_quantile(known, confidence) * se, np.nan)
    return {
        "se": se,
        "ci_low": value - half,
        "ci_high": value + half,
        "statistic": statistic,
        "df": known,
        "p_value": 2.0 * stdtr(known, -np.abs(statistic)),
    }
