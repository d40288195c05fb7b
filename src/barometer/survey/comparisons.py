"""Two shares of one sample compared: difference, ratio and odds ratio, for arrays of pairs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.errors import check_kind
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.contrasts import t_test
from barometer.survey.intervals import ROUNDING, t_quantile

COMPARISON_REASONS = (
    *("", "empty_base", "same_rows", "one_answer", "share_zero", "share_one"),
    *("no_variance", "df_below_1", "no_spread", "few_counted"),
)
"""
What is to be said of a comparison; the first is for one that needs no word. "empty_base": one of the two has nobody in
its base. "same_rows": both have the same rows. "one_answer", "share_zero", "share_one": one of the two has a single
answer, or a share of 0 or 1, whose variance is not known. "no_variance": the variance is missing. "df_below_1": no
degrees of freedom, so no interval and no test. "no_spread": the difference has no variance, so no test. "few_counted":
there is a test, and one of the two rests on fewer than `FEW` answers of the rarer kind, with which it finds too much.
"""

FEW = 10
"""Answers of the rarer kind, yes or no, below which the test of a difference finds too much: it takes a standard error
from a handful of answers for a known one."""

_EMPTY_BASE, _SAME_ROWS, _ONE_ANSWER, _SHARE_ZERO, _SHARE_ONE, _NO_VARIANCE, _DF_BELOW_1, _NO_SPREAD, _FEW = (
    np.int8(code) for code in range(1, 10)
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pairs:
    """
    Pairs of shares, with what their comparison needs. Arrays of one shape.

    Attributes
    ----------
    first, second : float arrays
        Shares, 0 to 1; nan where nobody is in the base.
    first_variance, second_variance, covariance : float arrays
        Design-based.
    first_n, second_n : int arrays
        Rows in the base.
    df : int or float array
        Degrees of freedom of Student's t; infinity gives the normal distribution.
    nested : bool array
        Whether the rows of the first are among those of the second.
    """

    first: FloatArray
    second: FloatArray
    first_variance: FloatArray
    second_variance: FloatArray
    covariance: FloatArray
    first_n: IntArray
    second_n: IntArray
    df: FloatArray | IntArray
    nested: BoolArray

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<Pairs: {self.first.size:,} pair(s) of shares>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Effect:
    """
    How far two shares are from each other, on one scale.

    Attributes
    ----------
    estimate : float array
        nan where there is none.
    se : float array
        In the unit of the estimate; nan where the variance is not known.
    ci_low, ci_high : float arrays
        nan where the interval is empty.
    """

    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<Effect: {self.estimate.size:,} estimate(s) with intervals>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ComparedShares:
    """
    Pairs of shares compared. Arrays of one shape.

    Attributes
    ----------
    difference : Effect
        First less second, in fractions of one; the interval is symmetric.
    ratio, odds_ratio : Effect
        First over second; intervals are symmetric on the log scale.
    statistic, p_value : float arrays
        Of the difference from zero, two-sided; nan where there is no test.
    reason : int8 array
        Index into `COMPARISON_REASONS`.
    """

    difference: Effect
    ratio: Effect
    odds_ratio: Effect
    statistic: FloatArray
    p_value: FloatArray
    reason: NDArray[np.int8]

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<ComparedShares: {self.p_value.size:,} pair(s), {np.isfinite(self.p_value).sum():,} tested>"


def compare_shares(pairs: Pairs, confidence: float = 0.95) -> ComparedShares:
    """
    Compare pairs of shares that may depend on each other.

    Parameters
    ----------
    pairs : Pairs
    confidence : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    ComparedShares

    Notes
    -----
    With p, q the shares, V, W their variances and C their covariance:

    - difference p - q, variance V + W - 2 C;
    - ratio p / q, whose logarithm has the variance V / p^2 + W / q^2 - 2 C / (p q);
    - odds ratio p (1 - q) / ((1 - p) q), whose logarithm has the variance V / v^2 + W / w^2 - 2 C / (v w), with
      v = p (1 - p) and w = q (1 - q).

    Standard errors of ratio and odds ratio are those of their logarithm times the estimate: the delta method on the
    natural scale, as R's `svycontrast(quote(...))`. Their intervals are exp(log estimate -+ t SE of the logarithm), so
    that they stay above 0 and that turning the pair round turns them round. The test is of the difference, on t.

    A share of 0 or 1 has a linearized variance of 0, which is no knowledge of it: the difference is given, its standard
    error, intervals and test are not. Where everybody was asked the variance is 0 with reason: the standard error is 0,
    the interval has no width, and there is no test. Between the two a share has a standard error that rests on few
    answers: n times the smaller of p and 1 - p below 10 is told as "few_counted".

    References
    ----------
    Wolter (2007), Introduction to variance estimation, chapter 6: Taylor series, and the covariance of estimates from
    one sample. Woolf (1955), On estimating the relation between blood group and disease, Ann. Hum. Genet. 19: the
    interval of an odds ratio on the log scale. R's `survey::svycontrast`.
    """
    check_kind(
        "pairs", pairs, Pairs, "pairs of shares, Pairs(first, second, ...); compare_groups makes them of estimates"
    )
    reason = _reasons(pairs)
    known = (reason == 0) | (reason == _DF_BELOW_1)
    p, q = (np.where(known, share, 0.5) for share in (pairs.first, pairs.second))
    v, w = p * (1.0 - p), q * (1.0 - q)
    one = np.ones_like(p)
    difference, ratio, odds = (
        np.where(known, _spread(pairs, a, b), np.nan) for a, b in ((one, one), (1.0 / p, 1.0 / q), (1.0 / v, 1.0 / w))
    )
    reason[known & (difference == 0.0) & (reason == 0)] = _NO_SPREAD
    few = rests_on_few(np.stack([p, q]), np.stack([pairs.first_n, pairs.second_n]))
    reason[(reason == 0) & few] = _FEW
    df = np.where(np.asarray(pairs.df) >= 1.0, pairs.df, np.nan)
    solved = known & ~np.isnan(df)
    quantile = np.where(solved, t_quantile(np.where(solved, df, 1.0), confidence), np.nan)
    value = pairs.first - pairs.second
    statistic, p_value = t_test(value, difference, df)
    half = quantile * difference
    return ComparedShares(
        difference=Effect(value, difference, value - half, value + half),
        ratio=_on_log_scale(np.where(known, p / q, np.nan), ratio, quantile),
        odds_ratio=_on_log_scale(np.where(known, p * (1.0 - q) / ((1.0 - p) * q), np.nan), odds, quantile),
        statistic=statistic,
        p_value=p_value,
        reason=reason,
    )


def _spread(pairs: Pairs, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the standard error of a times the first less b times the second; 0 where it is rounding."""
    alone = a * a * pairs.first_variance + b * b * pairs.second_variance
    variance = alone - 2.0 * a * b * pairs.covariance
    return np.sqrt(np.where(variance <= ROUNDING * alone, 0.0, variance))


def _on_log_scale(estimate: FloatArray, log_se: FloatArray, quantile: FloatArray) -> Effect:
    factor = np.exp(quantile * log_se)
    return Effect(estimate, estimate * log_se, estimate / factor, estimate * factor)


def _reasons(pairs: Pairs) -> NDArray[np.int8]:
    """Reasons by precedence: where two hold, the one that is assigned later."""
    share, n = np.stack([pairs.first, pairs.second]), np.stack([pairs.first_n, pairs.second_n])
    variance = pairs.first_variance + pairs.second_variance + pairs.covariance
    reason = explain_shares(share, n, variance, np.asarray(pairs.df, dtype=np.float64))
    nested = pairs.nested & (pairs.first_n == pairs.second_n) & (reason != _EMPTY_BASE)
    reason[nested] = _SAME_ROWS
    return reason


def explain_shares(
    share: FloatArray, n: IntArray, variance: FloatArray, df: FloatArray, *, edges: bool = True
) -> NDArray[np.int8]:
    """
    Say why a combination of W estimates has no standard error or no test.

    Parameters
    ----------
    share : (W, ...) float
        What is combined; nan where nobody is in the base.
    n : (W, ...) int
        Rows in the base.
    variance, df : (...) float
        Of the combination.
    edges : bool
        Whether the estimates are shares, so that those of 0 and 1 have a variance that is not known.

    Returns
    -------
    (...) int8
        Index into `COMPARISON_REASONS`: "empty_base", "one_answer", "share_zero", "share_one", "no_variance",
        "df_below_1" or "", by precedence.
    """
    reason = np.zeros(share.shape[1:], np.int8)
    reason[~(df >= 1.0)] = _DF_BELOW_1
    reason[np.isnan(variance)] = _NO_VARIANCE
    for each, count in zip(share, n, strict=True):
        if edges:
            reason[each >= 1.0 - ROUNDING] = _SHARE_ONE
            reason[each <= ROUNDING] = _SHARE_ZERO
        reason[count == 1] = _ONE_ANSWER
    reason[np.isnan(share).any(axis=0)] = _EMPTY_BASE
    return reason


def rests_on_few(share: FloatArray, n: IntArray) -> BoolArray:
    """
    Whether one of W shares rests on fewer than `FEW` answers of the rarer kind.

    Parameters
    ----------
    share, n : (W, ...) float and int
    """
    rarer = (n * np.minimum(share, 1.0 - share)).min(axis=0)
    return np.asarray(rarer < FEW * (1.0 - ROUNDING))
