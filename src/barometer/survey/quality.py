"""How good an estimate is: relative error, design effects, effective n and published rules for what may be shown."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, check_choice
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.intervals import ROUNDING, clopper_pearson, t_quantile

ReliabilityRule = Literal["nchs", "statcan_cv"]
"""Published rules; `reliability` says what each asks and where it is published."""

FLAGS = (
    "not_assessed",
    "present",
    "present_complement_unreliable",
    "review_df",
    "review_zero_or_all",
    "suppress_n",
    "suppress_width",
    "suppress_relative_width",
    "no_restriction",
    "caveat",
    "not_recommended",
)
"""What a rule says of an estimate and which of its criteria decided; `reliability` has the tables."""

(
    _PRESENT,
    _COMPLEMENT_UNRELIABLE,
    _REVIEW_DF,
    _REVIEW_ZERO_OR_ALL,
    _SUPPRESS_N,
    _SUPPRESS_WIDTH,
    _SUPPRESS_RELATIVE_WIDTH,
    _NO_RESTRICTION,
    _CAVEAT,
    _NOT_RECOMMENDED,
) = (np.int8(code) for code in range(1, len(FLAGS)))

NCHS_CONFIDENCE = 0.95
NORMAL = 1.959963984540054
"""Two-sided normal quantile at that confidence."""
NCHS_SMALLEST_N = 30.0
NCHS_SMALLEST_DF = 8.0
NCHS_NARROW, NCHS_WIDE, NCHS_RELATIVELY_WIDE = 0.05, 0.30, 1.30
ENOUGH, MARGIN = 10.0, 0.01
"""Observations from which the near width of an interval is within the margin of the exact one, and that margin."""
STATCAN_CAVEAT, STATCAN_NOT_RECOMMENDED = 0.165, 0.333


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """
    What a published rule says of estimates.

    Attributes
    ----------
    flag : int8 array
        Index into `FLAGS`.
    rule : {"nchs", "statcan_cv"}
    """

    flag: NDArray[np.int8]
    rule: ReliabilityRule


def coefficient_of_variation(estimate: FloatArray, variance: FloatArray) -> FloatArray:
    """
    Measure standard errors in units of their estimates.

    Parameters
    ----------
    estimate, variance : float arrays of one shape
        The variance in the squared unit of the estimate.

    Returns
    -------
    float array of that shape
        A fraction, 0 or more. Infinite where the estimate is 0 and its variance is not, nan where both are 0 and where
        either is nan.

    Notes
    -----
    SE / abs(estimate).

    References
    ----------
    Cochran (1977), Sampling techniques, section 3.2.

    Examples
    --------
    >>> coefficient_of_variation(np.array([0.2, -50.0]), np.array([0.0016, 4.0]))
    array([0.2 , 0.04])
    """
    return _ratio(np.sqrt(variance), np.abs(estimate))


def kish_effective_n(weight_sum: FloatArray, weight_square_sum: FloatArray) -> FloatArray:
    """
    Respondents with equal weights that would serve a mean as well as these with theirs.

    Parameters
    ----------
    weight_sum, weight_square_sum : float arrays of one shape
        Sums of the weights and of their squares over the base.

    Returns
    -------
    float array of that shape
        From 1 to n, and n where all weights are equal; 0 where nobody is in the base.

    Notes
    -----
    (sum w)^2 / sum w^2: what unequal weights alone cost, without strata, clusters and the outcome.

    References
    ----------
    Kish (1965), Survey sampling, section 11.7; Kish (1992), Weighting for unequal P_i, J. Official Statistics 8.

    Examples
    --------
    >>> kish_effective_n(np.array([10.0, 0.0]), np.array([30.0, 0.0])).round(3)
    array([3.333, 0.   ])
    """
    square = np.square(np.asarray(weight_sum, np.float64))
    return np.divide(square, weight_square_sum, where=np.asarray(weight_square_sum) > 0.0, out=np.zeros(square.shape))


def reliability(
    estimate: FloatArray,
    variance: FloatArray,
    n: FloatArray | IntArray,
    df: FloatArray | IntArray,
    *,
    rule: ReliabilityRule,
) -> Reliability:
    """
    Ask a published rule whether estimates may be shown, shown with a word, or held back.

    Parameters
    ----------
    estimate : float array
        With the rule "nchs" shares from 0 to 1, with "statcan_cv" anything; nan where nobody is in the base.
    variance : float array of that shape
        Design-based.
    n, df : int or float arrays of that shape
        Respondents in the base; degrees of freedom. "statcan_cv" uses df only to tell where there is no variance.
    rule : {"nchs", "statcan_cv"}

    Returns
    -------
    Reliability
        "not_assessed" where the base is empty, the variance is nan, or the rule has nothing to say.

    Raises
    ------
    ArgumentError
        If the rule is not one of these, or the rule is "nchs" and an estimate lies outside 0 to 1.

    Notes
    -----
    "nchs", the standards of the US National Center for Health Statistics for proportions. The first line that fits:

    ================================================================================  =============================
    criterion                                                                         flag
    ================================================================================  =============================
    n or the effective n, p (1 - p) / V, below 30                                     suppress_n
    Korn-Graubard 95 % interval 0.30 wide or wider                                    suppress_width
    wider than 0.05, and wider than 130 % of p                                        suppress_relative_width
    p is 0 or 1 (the rule asks a statistician)                                        review_zero_or_all
    df below 8 (the rule asks a statistician)                                         review_df
    wider than 0.05, and wider than 130 % of 1 - p: show p, but not its complement    present_complement_unreliable
    anything else                                                                     present
    ================================================================================  =============================

    The interval is the rule's own, whatever interval was asked for elsewhere: Clopper and Pearson's at the effective n
    times (t(n - 1) / t(df))^2 but never above n (R's `svyciprop` does not hold it there), and at n where p is 0 or 1.
    With df below 1 that factor is taken as 0: the interval is 0 to 1 and the share is suppressed. Widths are compared
    as they are; the SAS macro that NCHS gives out rounds them to 0.1 percentage points first.

    "statcan_cv", the categories that the household surveys of Statistics Canada generally use, with their boundaries:

    =========================  ===================================================  ===============
    coefficient of variation   category                                             flag
    =========================  ===================================================  ===============
    up to 16.5 %               1, no release restrictions                           no_restriction
    above 16.5 to 33.3 %       2, release with caveats (letter E)                   caveat
    above 33.3 %               3, not recommended for release (letter F)            not_recommended
    =========================  ===================================================  ===============

    It does not assess an estimate of 0 without variance, nor any with df below 1. Surveys add a least number of
    respondents to it, each its own; none is applied here.

    References
    ----------
    Parker, Talih, Malec et al. (2017), National Center for Health Statistics data presentation standards for
    proportions, Vital and Health Statistics 2(175), as revised in November 2018 and April 2021. Statistics Canada,
    Guide to the Labour Force Survey, catalogue 71-543-G, "Guidelines on data reliability".

    Examples
    --------
    >>> shares, n, df = np.array([0.5, 0.9, 0.02]), np.array([400, 30, 200]), np.array([399, 29, 199])
    >>> found = reliability(shares, shares * (1 - shares) / n, n, df, rule="nchs")
    >>> [FLAGS[code] for code in found.flag]
    ['present', 'present_complement_unreliable', 'present']
    """
    check_choice("rule", rule, ReliabilityRule)
    arrays = (np.asarray(values, np.float64) for values in (estimate, variance, n, df))
    flag = _nchs(*arrays) if rule == "nchs" else _statcan(*arrays)
    return Reliability(flag, rule)


def _nchs(share: FloatArray, variance: FloatArray, n: FloatArray, df: FloatArray) -> NDArray[np.int8]:
    outside = np.count_nonzero((share < -ROUNDING) | (share > 1.0 + ROUNDING))
    if outside:
        raise ArgumentError(
            "estimate",
            f"the rule 'nchs' is for shares, 0 to 1; {outside} of {share.size} lie outside. Divide percentages by 100, "
            "or take the rule 'statcan_cv'.",
        )
    edge = (share <= ROUNDING) | (share >= 1.0 - ROUNDING)
    known = ~np.isnan(share) & (n > 0.0) & (edge | ~np.isnan(variance))
    p = np.where(known, np.where(edge, share >= 0.5, share), 0.5)
    spread = p * (1.0 - p)
    effective = np.divide(spread, variance, where=known & ~edge & (variance > 0.0), out=np.where(known, n, 1.0))
    width = _nchs_width(p, effective, np.where(known, n, 1.0), df, edge)
    middling = width > NCHS_NARROW
    flag = np.full(share.shape, _PRESENT)
    flag[middling & (width > NCHS_RELATIVELY_WIDE * (1.0 - p))] = _COMPLEMENT_UNRELIABLE
    flag[~(df >= NCHS_SMALLEST_DF)] = _REVIEW_DF
    flag[edge] = _REVIEW_ZERO_OR_ALL
    flag[~edge & middling & (width > NCHS_RELATIVELY_WIDE * p)] = _SUPPRESS_RELATIVE_WIDTH
    flag[width >= NCHS_WIDE] = _SUPPRESS_WIDTH
    flag[np.minimum(n, effective) < NCHS_SMALLEST_N * (1.0 - ROUNDING)] = _SUPPRESS_N
    flag[~known] = 0
    return flag


def _nchs_width(
    p: FloatArray, effective: FloatArray, n: FloatArray, df: FloatArray, edge: NDArray[np.bool_]
) -> FloatArray:
    """Width of the rule's interval: a near one where that settles every criterion, otherwise the exact one."""
    enough = df >= 1.0
    of_rows, of_design = t_quantile(np.stack([np.maximum(n - 1.0, 1.0), np.where(enough, df, 1.0)]), NCHS_CONFIDENCE)
    adjusted = np.minimum(effective * np.where(enough, np.square(of_rows / of_design), 0.0), n)
    counted = np.where(edge, n, adjusted)
    width = _near_width(np.minimum(p, 1.0 - p), counted)
    margin = MARGIN * width
    doubtful = counted < ENOUGH
    for bound in (NCHS_NARROW, NCHS_WIDE, NCHS_RELATIVELY_WIDE * p, NCHS_RELATIVELY_WIDE * (1.0 - p)):
        doubtful |= np.abs(width - bound) < margin
    low, high = clopper_pearson(p[doubtful], counted[doubtful], NCHS_CONFIDENCE)
    width[doubtful] = high - low
    return width


def _near_width(p: FloatArray, n: FloatArray) -> FloatArray:
    """
    Width of Clopper and Pearson's interval of shares up to one half, by Paulson's approximation to its quantiles.

    The cube root of F is near normal: within 0.6 % of the width where n is 10 or more (Paulson 1942, An approximate
    normalization of the analysis of variance distribution, Ann. Math. Stat. 13). The exact quantiles take twenty times
    as long.
    """
    yes, no = n * p, n * (1.0 - p)
    return _near_quantile(yes + 1.0, np.maximum(no, 1.0), 1.0) - _near_quantile(np.maximum(yes, 1e-9), no + 1.0, -1.0)


def _near_quantile(a: FloatArray, b: FloatArray, side: float) -> FloatArray:
    """Upper or lower limit of Beta(a, b): the root g of (1 - t) g - (1 - s) = z sqrt(t g^2 + s) is that of F cubed."""
    s, t = 1.0 / (9.0 * a), 1.0 / (9.0 * b)
    square = NORMAL * NORMAL
    spread = side * NORMAL * np.sqrt(np.maximum(t * (1.0 - s) ** 2 + s * (1.0 - t) ** 2 - square * s * t, 0.0))
    root = ((1.0 - s) * (1.0 - t) + spread) / ((1.0 - t) ** 2 - square * t)
    odds = np.maximum(root, 0.0) ** 3 * a
    return np.asarray(odds / (odds + b))


def _statcan(estimate: FloatArray, variance: FloatArray, n: FloatArray, df: FloatArray) -> NDArray[np.int8]:
    cv = coefficient_of_variation(estimate, variance)
    flag = np.full(estimate.shape, _NO_RESTRICTION)
    flag[cv > STATCAN_CAVEAT * (1.0 + ROUNDING)] = _CAVEAT
    flag[cv > STATCAN_NOT_RECOMMENDED * (1.0 + ROUNDING)] = _NOT_RECOMMENDED
    flag[np.isnan(cv) | ~(df >= 1.0) | ~(n > 0.0)] = 0
    return flag


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Infinite above 0 / 0, which is nan."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.divide(above, below))
