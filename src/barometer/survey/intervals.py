"""Confidence intervals of shares, means and totals."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, check_choice, check_confidence
from barometer.survey.arrays import BoolArray, FloatArray, IntArray, compact
from barometer.survey.inputs import as_numbers
from barometer.survey.likelihood import likelihood_limits

IntervalMethod = Literal["logit", "xlogit", "wilson", "beta", "likelihood", "arcsine", "wald"]
"""Formulas for the interval of a share; `share_interval` says what each is."""

Distribution = Literal["t", "normal"]
"""Where the quantile comes from: Student's t with the estimate's degrees of freedom, or the normal."""

WORDS = {
    "": "",
    "empty_base": "nobody is in the base",
    "share_zero": "the share is 0",
    "share_one": "the share is 1",
    "df_below_1": "there is less than 1 degree of freedom",
    "no_spread": "nothing varies",
    "no_variance": "there is no variance",
    "open_end": "an interval lacks an end",
    "denominator_zero": "the denominator is zero",
    "one_row": "there is only one row",
    "lonely_removed": "the lonely-PSU rule leaves out every stratum",
    "census": "every stratum was taken whole",
    "calibrated": "the weights were calibrated to it",
    "suppressed": "it is not shown, as too few answers stand behind it or behind what it would give away",
}
"""
Each reason in words. `share_interval` has the table of those up to "no_variance". "open_end": a quantile whose interval
lacks an end. "lonely_removed", "census", "calibrated": `explain_zero_variances`. "suppressed": given by
those who show it.
"""
REASONS = tuple(WORDS)
"""What is to be said of an interval; the first is for one that needs no word."""

ROUNDING = 1e-12
"""A share this near to 0 or 1, or a standard error this small beside its estimate, is the rounding of sums."""

_MANY_DEGREES = 2.0**31
"""Whole degrees of freedom below it are told apart by counting, which is quicker than sorting."""

_MOST = 1e14
"""Observations at which the beta quantile still has its digits; the interval is 1e-7 wide there."""

_EMPTY_BASE, _SHARE_ZERO, _SHARE_ONE, _DF_BELOW_1, _NO_SPREAD, _NO_VARIANCE = (np.int8(code) for code in range(1, 7))
_ANSWERS_AT_EDGES = ("wilson", "beta", "likelihood")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Intervals:
    """
    Lower and upper ends, nan where the interval is empty, and what is to be said of it.

    Attributes
    ----------
    low, high : float arrays
        In the unit of the estimate. Of shares 0 to 1, but for the method "wald".
    reason : int8 array
        Index into `REASONS`: why an interval is empty, has no width, or stands at a share of 0 or 1.
    """

    low: FloatArray
    high: FloatArray
    reason: NDArray[np.int8]

    def __repr__(self) -> str:
        """Say what it is."""
        empty = int(np.isnan(self.low).sum())
        return f"<Intervals: {self.low.size:,}, {empty:,} empty>"


def share_interval(
    share: FloatArray,
    variance: FloatArray,
    n: FloatArray | IntArray,
    df: FloatArray | IntArray,
    confidence: float = 0.95,
    *,
    method: IntervalMethod = "logit",
    distribution: Distribution = "t",
) -> Intervals:
    """
    Confidence intervals of shares.

    Parameters
    ----------
    share : float array
        0 to 1; nan where nobody is in the base.
    variance : float array of that shape
        Design-based, 0 or more.
    n : int or float array of that shape
        Respondents in the base.
    df : int or float array of that shape
        Degrees of freedom of Student's t; infinity gives the normal distribution.
    confidence : float
        Between 0 and 1.
    method : {"logit", "xlogit", "wilson", "beta", "likelihood", "arcsine", "wald"}
        The formula, see Notes. "xlogit" is R's name for what "logit" does here.
    distribution : {"t", "normal"}
        With "normal" the degrees of freedom do not matter.

    Returns
    -------
    Intervals
        Of that shape.

    Raises
    ------
    ArgumentError
        If a method or distribution is not one of these, the confidence is not between 0 and 1, the shapes differ, a
        share lies outside 0 to 1 or a variance is negative.

    Notes
    -----
    With q the two-sided quantile, n* = p (1 - p) / V the effective n, and a = (1 - confidence) / 2:

    - logit, xlogit: expit(logit(p) -+ q SE / (p (1 - p))). R's "logit" iterates to the same numbers.
    - wilson: the two x with (p - x)^2 = q^2 x (1 - x) / n*, the score interval at the effective n.
    - beta: quantiles a of Beta(m p, m (1 - p) + 1) and 1 - a of Beta(m p + 1, m (1 - p)), as Clopper and Pearson at
      m = n* (t(n - 1) / t(df))^2, where t() is the quantile at these degrees of freedom; m = n* with the normal
      distribution. m may exceed n, as in R.
    - likelihood: the two x whose log likelihood ratio, 2 n* (n - 1) / n times the divergence of x from p, is q^2: Rao
      and Scott's test inverted, with R's dispersion n / (n - 1). R interpolates its ends, which costs it up to 0.3 % of
      them.
    - arcsine: sin^2(asin(sqrt p) -+ q / (2 sqrt n*)). The angle is held between 0 and pi / 2; R lets it pass, and the
      end then turns back into the interval.
    - wald: p -+ q SE, R's "mean". May leave 0 to 1.

    What happens at the edges, the first line that fits:

    ============================  ==========================================  =====================
    case                          interval                                    reason
    ============================  ==========================================  =====================
    nobody in the base            empty                                       empty_base
    df < 1, distribution "t"      empty                                       df_below_1
    share 0 or 1: wilson, beta,   that of the method with n in place of n*;   share_zero, share_one
    likelihood                    beta without the ratio of quantiles
    share 0 or 1: other methods   empty (the variance is 0, the logit has     share_zero, share_one
                                  no value); this line comes before df < 1
    variance nan                  empty                                       no_variance
    variance 0, share between     low = high = share: everybody was asked,    no_spread
                                  or no unit differs from another
    ============================  ==========================================  =====================

    One observation is a share of 0 or 1, mostly with df = 0. At a share of 0 the upper ends are q^2 / (n + q^2)
    (wilson), 1 - a^(1 / n) (beta) and 1 - exp(-q^2 / (2 (n - 1))) (likelihood); at 1 they are mirrored. 0, 1 and no
    spread are told up to the rounding of sums, `ROUNDING`.

    References
    ----------
    Korn and Graubard (1998), Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data, Survey Methodology 24: beta, and n at shares of 0 and 1. Korn and Graubard (1999),
    Analysis of health surveys, section 2.3: logit. Wilson (1927), JASA 22. Rao and Scott (1984), Annals of Statistics
    12. Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16: wilson,
    likelihood, arcsine. R's `survey::svyciprop`.

    Examples
    --------
    >>> shares, variances = np.array([0.2, 0.0, np.nan]), np.array([0.0016, 0.0, np.nan])
    >>> n, df = np.array([100, 40, 0]), np.array([50, 39, 0])
    >>> found = share_interval(shares, variances, n, df)
    >>> found.low.round(4), found.high.round(4)
    (array([0.1314,    nan,    nan]), array([0.2923,    nan,    nan]))
    >>> [REASONS[code] for code in found.reason]
    ['', 'share_zero', 'empty_base']
    >>> share_interval(shares, variances, n, df, method="beta").high.round(4)
    array([0.2931, 0.0881,    nan])
    """
    confidence = check_confidence(confidence)
    check_choice("distribution", distribution, Distribution)
    check_choice("method", method, IntervalMethod)
    share, variance, n, df = _same_shape("share", share, variance, n, df)
    outside = np.count_nonzero((share < -ROUNDING) | (share > 1.0 + ROUNDING))
    if outside:
        raise ArgumentError(
            "share",
            f"expected fractions from 0 to 1; {outside} of {share.size} lie outside. Divide percentages by 100.",
        )
    zero, one = share <= ROUNDING, share >= 1.0 - ROUNDING
    edge = zero | one
    reason = _reasons(share, variance, n, df, distribution)
    at_edge = edge & (reason != _EMPTY_BASE)
    if method in _ANSWERS_AT_EDGES:
        at_edge &= reason != _DF_BELOW_1
    reason[at_edge & zero], reason[at_edge & one] = _SHARE_ZERO, _SHARE_ONE
    solved = reason == 0
    p = np.where(solved, share, 0.5)
    n_effective = p * (1.0 - p) / np.where(solved, variance, 0.25)
    if method in _ANSWERS_AT_EDGES:
        p[at_edge], n_effective[at_edge] = one[at_edge], n[at_edge]
        solved |= at_edge
    low, high = _limits(method, p, n_effective, n, np.where(solved, df, 1.0), confidence, distribution)
    return _fill(share, low, high, solved, reason)


def symmetric_interval(
    estimate: FloatArray,
    variance: FloatArray,
    n: FloatArray | IntArray,
    df: FloatArray | IntArray,
    confidence: float = 0.95,
    *,
    distribution: Distribution = "t",
) -> Intervals:
    """
    Confidence intervals of means, totals and other estimates without a bound.

    Parameters
    ----------
    estimate : float array
        Nan where nobody is in the base.
    variance : float array of that shape
        In the squared unit of the estimate, 0 or more.
    n, df : int or float arrays of that shape
        Respondents in the base; degrees of freedom.
    confidence : float
        Between 0 and 1.
    distribution : {"t", "normal"}

    Returns
    -------
    Intervals
        Of that shape. Empty with the reason "empty_base" where the estimate is nan or n is 0 (so also for the total of
        nobody), with "df_below_1" where df < 1 and the distribution is "t", with "no_variance" where the variance is
        nan. Where the variance is 0, both ends are the estimate and the reason is "no_spread".

    Raises
    ------
    ArgumentError
        If the distribution is not one of these, the confidence is not between 0 and 1, the shapes differ or a variance
        is negative.

    Notes
    -----
    estimate -+ q SE, with q the two-sided quantile.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model assisted survey sampling, section 2.11.

    Examples
    --------
    >>> found = symmetric_interval(np.array([250.0]), np.array([100.0]), np.array([40]), np.array([38]))
    >>> found.low.round(3), found.high.round(3)
    (array([229.756]), array([270.244]))
    """
    confidence = check_confidence(confidence)
    check_choice("distribution", distribution, Distribution)
    estimate, variance, n, df = _same_shape("estimate", estimate, variance, n, df)
    reason = _reasons(estimate, variance, n, df, distribution)
    solved = reason == 0
    half = _quantile(np.where(solved, df, 1.0), confidence, distribution) * np.sqrt(np.where(solved, variance, 0.0))
    return _fill(estimate, estimate - half, estimate + half, solved, reason)


def clopper_pearson(share: FloatArray, n: FloatArray, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """
    Exact binomial limits of a share, for any positive number of observations.

    Parameters
    ----------
    share : float array
        0 to 1, both ends allowed.
    n : float array of that shape
        Observations, whole or not (an effective n); with 0 the limits are 0 and 1.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    tuple of two float arrays
        Lower and upper limit.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26. Korn and Graubard (1998), Survey Methodology 24.

    Examples
    --------
    >>> low, high = clopper_pearson(np.array([0.1, 0.0]), np.array([30.0, 30.0]))
    >>> low.round(6), high.round(6)  # R's binom.test(3, 30) and binom.test(0, 30)
    (array([0.021117, 0.      ]), array([0.265288, 0.115703]))
    """
    from scipy.special import betaincinv  # 150 ms that only an interval need pay

    counted = np.minimum(n, _MOST)
    yes, no, tail = counted * share, counted * (1.0 - share), (1.0 - confidence) / 2.0
    low = np.where(yes > 0.0, betaincinv(np.where(yes > 0.0, yes, 1.0), no + 1.0, tail), 0.0)
    high = np.where(no > 0.0, betaincinv(yes + 1.0, np.where(no > 0.0, no, 1.0), 1.0 - tail), 1.0)
    return low, high


def t_quantile(df: IntArray | FloatArray | float, confidence: FloatArray | float) -> FloatArray:
    """Two-sided quantile of Student's t for each df and confidence, computed once for each pair that occurs."""
    from scipy.special import stdtrit

    df = as_numbers("df", df)
    if np.ndim(confidence) > 0:
        # Pairs are told apart as complex numbers, which NumPy sorts as pairs.
        if not ((np.asarray(confidence) > 0.0) & (np.asarray(confidence) < 1.0)).all():
            raise ArgumentError("confidence", "must be numbers between 0 and 1, for instance 0.95")
        pairs = df + 1j * np.asarray(confidence)
        both, where = np.unique(pairs, return_inverse=True)
        return np.asarray(stdtrit(both.real, 0.5 + both.imag / 2.0)[where].reshape(pairs.shape))
    confidence = check_confidence(confidence)
    few = df.min(initial=0.0) >= 0.0 and df.max(initial=0.0) < _MANY_DEGREES
    code = df.astype(np.intp) if few else np.zeros(0, dtype=np.intp)
    if few and (code == df).all():
        values, where = compact(code.ravel(), int(code.max(initial=0)) + 1)
    else:
        values, where = np.unique(df, return_inverse=True)
    return np.asarray(stdtrit(values, 0.5 + confidence / 2.0)[where].reshape(df.shape))


def _quantile(df: FloatArray, confidence: float, distribution: Distribution) -> FloatArray | float:
    from scipy.special import ndtri

    return t_quantile(df, confidence) if distribution == "t" else float(ndtri(0.5 + confidence / 2.0))


def _limits(
    method: IntervalMethod,
    p: FloatArray,
    n_effective: FloatArray,
    n: FloatArray,
    df: FloatArray,
    confidence: float,
    distribution: Distribution,
) -> tuple[FloatArray, FloatArray]:
    from scipy.special import expit, logit

    quantile = _quantile(df, confidence, distribution)
    if method == "wilson":
        return _score_limits(p, n_effective, quantile)
    if method == "beta":
        inside = (p > 0.0) & (p < 1.0)
        ratio = _quantile(np.maximum(n - 1.0, 1.0), confidence, distribution) / quantile
        return clopper_pearson(p, n_effective * np.where(inside, np.square(ratio), 1.0), confidence)
    if method == "likelihood":
        return likelihood_limits(p, n_effective * (n - 1.0) / np.maximum(n, 1.0), quantile)
    if method == "arcsine":
        angle, half = np.arcsin(np.sqrt(p)), quantile / (2.0 * np.sqrt(n_effective))
        return np.sin(np.maximum(angle - half, 0.0)) ** 2, np.sin(np.minimum(angle + half, np.pi / 2.0)) ** 2
    if method == "wald":
        half = quantile * np.sqrt(p * (1.0 - p) / n_effective)
        return p - half, p + half
    half = quantile / np.sqrt(n_effective * p * (1.0 - p))
    return expit(logit(p) - half), expit(logit(p) + half)


def _score_limits(
    p: FloatArray, n_effective: FloatArray, quantile: FloatArray | float
) -> tuple[FloatArray, FloatArray]:
    """Roots of (1 + a) x^2 - (2 p + a) x + p^2, the smaller one from their product so that it keeps its digits."""
    a = np.square(quantile) / n_effective
    high = (2.0 * p + a + np.sqrt(a * (a + 4.0 * p * (1.0 - p)))) / (2.0 * (1.0 + a))
    return p * p / ((1.0 + a) * high), np.where(p < 1.0, np.minimum(high, 1.0), 1.0)


def _reasons(
    estimate: FloatArray, variance: FloatArray, n: FloatArray, df: FloatArray, distribution: Distribution
) -> NDArray[np.int8]:
    """Reasons that hold for every estimate; where two do, the one that is assigned later."""
    reason = np.zeros(estimate.shape, np.int8)
    reason[np.sqrt(variance) <= ROUNDING * np.abs(estimate)] = _NO_SPREAD
    reason[np.isnan(variance)] = _NO_VARIANCE
    if distribution == "t":
        reason[~(df >= 1.0)] = _DF_BELOW_1
    reason[np.isnan(estimate) | (n == 0.0)] = _EMPTY_BASE
    return reason


def _fill(
    estimate: FloatArray, low: FloatArray, high: FloatArray, solved: BoolArray, reason: NDArray[np.int8]
) -> Intervals:
    unsolved = np.where(reason == _NO_SPREAD, estimate, np.nan)
    return Intervals(np.where(solved, low, unsolved), np.where(solved, high, unsolved), reason)


def _same_shape(
    name: str,
    estimate: FloatArray,
    variance: FloatArray,
    n: FloatArray | IntArray,
    df: FloatArray | IntArray,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    given = {name: estimate, "variance": variance, "n": n, "df": df}
    arrays = {argument: as_numbers(argument, values) for argument, values in given.items()}
    for argument, values in arrays.items():
        if values.shape != arrays[name].shape:
            raise ArgumentError(argument, f"expected the shape of {name}, {arrays[name].shape}; got {values.shape}.")
    negative = np.count_nonzero(arrays["variance"] < 0.0)
    if negative:
        raise ArgumentError("variance", f"expected 0 or more; {negative} of {arrays['variance'].size} are negative.")
    return arrays[name], arrays["variance"], arrays["n"], arrays["df"]
