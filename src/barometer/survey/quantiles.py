"""Weighted quantiles of the total and of every group from one sort of the values, with Woodruff's intervals."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.columns import Columns, value_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.estimates import DfRule, DomainEstimates
from barometer.survey.groups import Groups, group_rows
from barometer.survey.inputs import Values, as_mask
from barometer.survey.intervals import REASONS, Distribution, IntervalMethod, Intervals, t_quantile
from barometer.survey.summaries import Choices, estimate_columns

QuantileRule = Literal["math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]

SAME_SHARE = 1e-12
"""Cumulative shares nearer to a probability than this are equal to it: 0.1 + 0.2 reaches 0.3."""

_POSITIONS: dict[QuantileRule, tuple[float, float, float]] = {
    "math": (0.0, 1.0, 0.0),
    "school": (0.0, 1.0, 0.0),
    "hf4": (0.0, 1.0, 0.0),
    "hf5": (1 / 2, 1 / 2, 0.0),
    "hf6": (0.0, 1.0, 1.0),
    "hf7": (1.0, 0.0, -1.0),
    "hf8": (1 / 3, 2 / 3, 1 / 3),
    "hf9": (3 / 8, 5 / 8, 1 / 4),
}
"""What a row's plotting position takes of the cumulative share before it, of its own, and adds for the last row."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OrderedDomains:
    """
    Values of the total and of every group in ascending order, with their cumulative weight.

    Make one with `order_domains`; `quantiles_at` asks it as often as one likes without another sort. It holds the
    values of m rows: those of the total, then those of the groups.

    Attributes
    ----------
    values : (m,) float
        Ascending inside each domain; no missing ones.
    cumulative : (m,) uint64
        Weight up to and with this row, in units of the domain's own, counted modulo 2^64 from the first row of all.
    before : (1 + G,) uint64
        The same count ahead of each domain's first row.
    start, stop : (1 + G,) int
        A domain's rows are start..stop-1; row 0 is the total. start = stop for a domain that nobody is in.
    rule : str
        The rule that the order of tied values was made for.
    """

    values: FloatArray
    cumulative: NDArray[np.uint64]
    before: NDArray[np.uint64]
    start: IntArray
    stop: IntArray
    rule: QuantileRule


def estimate_quantiles(
    design: SurveyDesign,
    outcome: Values,
    probabilities: ArrayLike = 0.5,
    *,
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    rule: QuantileRule = "math",
    interval: IntervalMethod = "wald",
    distribution: Distribution = "t",
    df: DfRule = "domain",
) -> DomainEstimates:
    """
    Estimate quantiles of numbers with Woodruff's intervals.

    Parameters
    ----------
    design, by, where, confidence, distribution, df
        As in `estimate_shares`.
    outcome : (n,) or (n, k) array_like of float, mapping, DataFrame, Series or Arrow table
        Missing takes a row out of the base of that outcome.
    probabilities : float or (q,) array_like of float
        0 to 1, no two alike.
    rule : {"math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"}
        What lies between two values, see `weighted_quantiles`.
    interval : {"wald", "logit", "xlogit", "wilson", "beta", "likelihood", "arcsine"}
        Interval of the share below the quantile, see `share_interval`. R's names for four of them are "mean", "xlogit",
        "beta" and "asin".

    Returns
    -------
    DomainEstimates
        In the unit of the outcome. The outcomes are named "outcome@probability", as in "income@0.5".

    Raises
    ------
    ArgumentError
        As `estimate_means`, or if a probability is missing, outside 0 to 1 or given twice, or the rule is unknown.

    Notes
    -----
    For the quantile q of a domain, P is the domain's share of rows with y <= q, and [L, H] its interval by the design.
    The interval of q runs from the quantile at L to that at H, and its SE is the width over twice the quantile of t.
    Covariances and design effects follow from those of the shares, with the density SE(P) / SE(q).

    Without an end there is no SE. It is told by the note of the interval:

    ==============================================  ===================  =========================================
    case                                            ends                 note
    ==============================================  ===================  =========================================
    nobody in the domain                            none, no estimate    empty_base
    q is the highest value: one observation, all    none; by "wilson",   share_one
    equal, or a probability too near to 1           "beta" and
                                                    "likelihood" both
    L < 0 or H > 1 ("wald" only)                    none on that side    open_end
    df < 1                                          none                 df_below_1
    both ends at one value, that many rows gave     that value, SE 0     no_spread
    ==============================================  ===================  =========================================

    R's `svyquantile` gives the highest value twice with SE 0 where "share_one" stands here.

    References
    ----------
    Woodruff (1952), Confidence intervals for medians and other position measures. JASA 47. Francisco and Fuller (1991),
    Quantile estimation with a complex survey design. Annals of Statistics 19. R's `survey::svyquantile`, 4.1-1.

    Examples
    --------
    >>> from barometer.survey import declare_design
    >>> design = declare_design([2.0, 2.0, 2.0, 5.0, 5.0, 5.0, 2.0, 2.0], list("aaabbbaa"))
    >>> found = estimate_quantiles(design, [1, 2, 3, 4, 5, 6, 7, 8], interval="logit")
    >>> found.names, found.estimate, found.confint()
    (('outcome@0.5',), array([[5.]]), array([[[3., 7.]]]))
    """
    wanted = checked_probabilities(probabilities)
    if np.unique(wanted).size < wanted.size:
        raise ArgumentError("probabilities", f"{wanted.size - np.unique(wanted).size} of {wanted.size} come again")
    columns = value_columns(outcome, design.n, "mean", None if where is None else as_mask("where", where, design.n))
    groups = group_rows(by, design.n)
    rows = 1 + len(groups.labels)
    ordered = []
    for numbers, base in zip(columns.numerator.T, columns.base, strict=True):
        answered = np.where(columns.present[:, base], numbers, np.nan)
        ordered.append(order_domains(answered, design.weight, groups.code, rows - 1, rule=rule))
    found = _invert_all(ordered, np.tile(wanted, (rows, len(ordered))))
    below = _below(columns, groups, wanted, found)
    pick = np.arange(below.base.size).reshape(2, -1)
    choices = Choices(confidence, interval, distribution, df, statistic="quantile")
    shares = estimate_columns(design, below, groups, choices, "outcomes", pick)
    return _woodruff(shares, found, ordered)


def weighted_quantiles(
    values: ArrayLike,
    weight: ArrayLike,
    group: ArrayLike,
    groups: int,
    probabilities: ArrayLike,
    *,
    rule: QuantileRule = "math",
) -> FloatArray:
    """
    Quantiles of weighted values in the total and in each group.

    Parameters
    ----------
    values : (n,) array_like of float
        nan is a missing answer and takes no part.
    weight : (n,) array_like of float
        Not negative, finite, any scale; rows of weight zero take no part.
    group : (n,) array_like of int
        Codes 0..groups-1, and -1 for a row of the total that is in no group.
    groups : int
        Number of groups, G.
    probabilities : (q,) array_like of float
        0 to 1.
    rule : {"math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"}
        What lies between two values; see Notes.

    Returns
    -------
    (1 + G, q) float
        Row 0 is the total. In the unit of the values; nan for a domain that nobody is in.

    Raises
    ------
    ArgumentError
        If a probability is missing or outside 0 to 1, or the rule is unknown.

    Notes
    -----
    With values x_1 <= ... <= x_m of a domain, their weights w_i, and S_i the share of the domain's weight that the
    first i of them have:

    - "math", the default, is the inverse of the distribution function: the lowest x_i with S_i >= p. Always a value
      that somebody gave. R's qrule "math" and "hf1".
    - "school" is the mean of x_i and x_{i+1} where S_i is p, as the median of an even number is taught at school, and
      "math" elsewhere. R's "school" and "hf2".
    - "hf4" to "hf9" join the points (P_i, x_i) by straight lines, flat outside them, with the positions of Hyndman and
      Fan's definitions 4 to 9 as R carries them over to weights: P_i = (a S_{i-1} + b S_i) / (1 + c w_m / sum w) with
      (a, b, c) = (0, 1, 0), (1/2, 1/2, 0), (0, 1, 1), (1, 0, -1), (1/3, 2/3, 1/3) and (3/8, 5/8, 1/4).

    S_i counts as p where they are less than 1e-12 apart; R compares rounded sums, so that it may miss such a tie. Two
    faults of R's `survey` 4.1-1 are not followed: below the first share S_1 its "math" and "school" give the second
    lowest value and "hf4" extrapolates below the lowest, where here all give the lowest; and its "hf4" has no maximum.
    Where values are tied and their weights differ, "hf4" to "hf9" depend in R on the order of the rows; here the
    lighter row comes first, whatever the order. R's "hf3" (a rule about even row numbers) and "shahvaish" (4.1-1's
    depends on the scale of the weights) are not offered.

    References
    ----------
    Hyndman and Fan (1996), Sample quantiles in statistical packages. The American Statistician 50.
    R's `survey::svyquantile`, vignette "Estimates in subpopulations and quantiles", version 4.1-1.

    Examples
    --------
    The value 2 carries half of the weight of the first group, up to a cumulative share of 3/4.

    >>> weighted_quantiles([1, 2, 5, 4], [1, 2, 1, 9], [0, 0, 0, 1], 2, [0.5, 0.75])
    array([[4., 4.],
           [2., 2.],
           [4., 4.]])
    >>> weighted_quantiles([1, 2, 5, 4], [1, 2, 1, 9], [0, 0, 0, 1], 2, 0.75, rule="school")
    array([[4. ],
           [3.5],
           [4. ]])
    """
    wanted = checked_probabilities(probabilities)
    domains = order_domains(
        np.asarray(values, dtype=np.float64),
        np.asarray(weight, dtype=np.float64),
        np.asarray(group, dtype=np.intp),
        groups,
        rule=rule,
    )
    return quantiles_at(domains, np.broadcast_to(wanted, (1 + groups, wanted.size)))


def checked_probabilities(probabilities: ArrayLike) -> FloatArray:
    """
    Take probabilities as a vector.

    Parameters
    ----------
    probabilities : float or (q,) array_like of float

    Returns
    -------
    (q,) float

    Raises
    ------
    ArgumentError
        If there are none, or some are missing or outside 0 to 1.
    """
    wanted = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
    if wanted.ndim != 1 or wanted.size == 0:
        raise ArgumentError("probabilities", f"expected one or more numbers from 0 to 1, got shape {wanted.shape}")
    if bad := int((~((wanted >= 0.0) & (wanted <= 1.0))).sum()):
        raise ArgumentError("probabilities", f"{bad} of {wanted.size} are missing or not from 0 to 1; give 0.5, not 50")
    return wanted


def order_domains(
    values: FloatArray, weight: FloatArray, group: IntArray, groups: int, *, rule: QuantileRule = "math"
) -> OrderedDomains:
    """
    Sort the values once and count the weight along them in the total and in each group.

    Parameters
    ----------
    values, weight : (n,) float
        Rows with a missing value or without weight are left out.
    group : (n,) int
        Codes 0..groups-1, or -1.
    groups : int
    rule : str
        As in `weighted_quantiles`.

    Returns
    -------
    OrderedDomains

    Raises
    ------
    ArgumentError
        If the rule is unknown.

    Notes
    -----
    Weights are counted in whole numbers, 2^61 or more to a domain, so that the sums are exact: a group's quantile does
    not depend on the other groups, and equal weights reach a share of exactly one half after half of the rows.
    """
    if rule not in _POSITIONS:
        raise ArgumentError("rule", f"expected one of {', '.join(get_args(QuantileRule))}, got {rule!r}")
    rows = np.flatnonzero((weight > 0.0) & ~np.isnan(values))
    kept = values[rows]
    # Only where a quantile lies between two values does it matter which of two tied rows comes first.
    order = np.argsort(kept) if rule in ("math", "school") else np.lexsort((weight[rows], kept))
    rows = rows[order]
    code = group[rows]
    inside = np.flatnonzero(code >= 0)
    # Sorting codes of 16 bits is a radix sort; it is stable, so that each group's values stay in order.
    small = code[inside].astype(np.uint16 if groups <= 2**16 else np.int64)
    rows = np.concatenate([rows, rows[inside[np.argsort(small, kind="stable")]]])
    domain = np.concatenate([np.zeros(code.size, dtype=np.intp), np.sort(small).astype(np.intp) + 1])
    stop = np.cumsum(np.bincount(domain, minlength=1 + groups))
    start = np.concatenate([[0], stop[:-1]])
    _, exponent = np.frexp(np.bincount(domain, weights=weight[rows], minlength=1 + groups))
    units = np.rint(np.ldexp(weight[rows], 62 - exponent[domain])).astype(np.uint64)
    cumulative = np.cumsum(units, dtype=np.uint64)
    before = np.concatenate([np.zeros(1, dtype=np.uint64), cumulative])[start]
    return OrderedDomains(values[rows], cumulative, before, start, stop, rule)


def quantiles_at(domains: OrderedDomains, probabilities: FloatArray) -> FloatArray:
    """
    Quantiles at probabilities of each domain's own.

    Parameters
    ----------
    domains : OrderedDomains
    probabilities : (1 + G, q) float
        Row 0 for the total. nan, and numbers outside 0 to 1, have no quantile.

    Returns
    -------
    (1 + G, q) float
        nan where there is no probability or nobody in the domain.

    Notes
    -----
    `weighted_quantiles` states the rules.
    """
    present = (domains.stop > domains.start)[:, np.newaxis] & (probabilities >= 0.0) & (probabilities <= 1.0)
    if not present.any():
        return np.full(probabilities.shape, np.nan)
    # An empty domain borrows a row, so that every index exists.
    lowest = np.minimum(domains.start, domains.values.size - 1)[:, np.newaxis]
    last = np.maximum(domains.stop[:, np.newaxis] - 1, lowest)
    reached = np.minimum(_first_reaching(domains, probabilities), last)
    value = domains.values[reached]
    if domains.rule != "math":
        here = _position(domains, reached)
        tied = np.abs(here - probabilities) <= SAME_SHARE
        if domains.rule == "school":
            following = domains.values[np.minimum(reached + 1, last)]
            value = np.where(tied, value + (following - value) / 2.0, value)
        else:
            ahead = np.maximum(reached - 1, lowest)
            there, lower = _position(domains, ahead), domains.values[ahead]
            between = (here > probabilities) & ~tied & (reached > lowest)
            rise = np.divide(probabilities - there, here - there, out=np.ones_like(here), where=between)
            value = np.where(between, lower + (value - lower) * rise, value)
    return np.where(present, value, np.nan)


def _first_reaching(domains: OrderedDomains, probabilities: FloatArray) -> IntArray:
    """Find the first row (1 + G, q) of each domain whose position reaches the probability; `stop` where none does."""
    low = np.broadcast_to(domains.start[:, np.newaxis], probabilities.shape)
    high = np.broadcast_to(domains.stop[:, np.newaxis], probabilities.shape)
    while (searching := low < high).any():
        middle = np.minimum((low + high) // 2, domains.values.size - 1)
        reached = _position(domains, middle) >= probabilities - SAME_SHARE
        high = np.where(searching & reached, middle, high)
        low = np.where(searching & ~reached, middle + 1, low)
    return np.asarray(low, dtype=np.intp)


def _position(domains: OrderedDomains, row: IntArray) -> FloatArray:
    """Give the plotting positions of rows (1 + G, q), each counted in the domain of its line."""
    ahead, own, after_last = _POSITIONS[domains.rule]
    first = domains.before[:, np.newaxis]
    last = np.maximum(domains.stop - 1, 0)
    total = (domains.cumulative[last] - domains.before)[:, np.newaxis].astype(np.float64)
    total = np.where(total > 0.0, total, 1.0)
    share = (domains.cumulative[row] - first) / total
    if ahead == 0.0 and after_last == 0.0:
        return share
    previous = np.where(row > domains.start[:, np.newaxis], (domains.cumulative[row - 1] - first) / total, 0.0)
    second_last = np.where(last > domains.start, domains.cumulative[last - 1] - domains.before, np.uint64(0))
    scale = 1.0 + after_last * (1.0 - second_last[:, np.newaxis] / total)
    return np.divide(ahead * previous + own * share, scale, out=np.zeros_like(share), where=scale > 0.0)


def _invert_all(ordered: list[OrderedDomains], probabilities: FloatArray) -> FloatArray:
    """Quantiles (1 + G, k q) of k outcomes at q probabilities each, those of the first outcome first."""
    parts = np.split(probabilities, len(ordered), axis=1)
    return np.concatenate([quantiles_at(each, part) for each, part in zip(ordered, parts, strict=True)], axis=1)


def _below(columns: Columns, groups: Groups, wanted: FloatArray, found: FloatArray) -> Columns:
    """
    Rows at or below each quantile of the total, and then of their own group, as columns of shares.

    The total and a group have different quantiles, so that each has columns of its own.
    """
    q, k = wanted.size, len(columns.names)
    base = np.repeat(columns.base, q)
    values, present = np.repeat(columns.numerator, q, axis=1), columns.present[:, base]
    of_total = present & (values <= found[0])
    of_groups = present & (values <= found[np.maximum(groups.code, -1) + 1])
    names = tuple(f"{name}@{float(p)!r}" for name in columns.names for p in wanted)
    both = np.concatenate([of_total, of_groups], axis=1)
    return Columns("share", names, both, columns.present, np.tile(base, 2), None, np.zeros(2 * k * q))


def _woodruff(shares: DomainEstimates, found: FloatArray, ordered: list[OrderedDomains]) -> DomainEstimates:
    """Carry estimates of the shares below the quantiles over to the quantiles."""
    low, high = _invert_all(ordered, shares.ci_low), _invert_all(ordered, shares.ci_high)
    reason = shares.interval.reason.copy()
    reason[(reason == 0) & (np.isnan(low) | np.isnan(high))] = REASONS.index("open_end")
    reason[(reason == 0) & (low == high)] = REASONS.index("no_spread")
    df = shares.df if shares.method.distribution == "t" else np.full(shares.df.shape, np.inf)
    se = (high - low) / (2.0 * t_quantile(np.maximum(df, 1), shares.method.confidence))
    se[reason == REASONS.index("share_one")] = np.nan
    linear, known = shares.linear, np.isfinite(se)
    # The more is below a value, the lower is the quantile.
    density = np.divide(shares.se, -se, out=np.full_like(se, -np.inf), where=known & (se > 0.0))
    carried = replace(linear, estimate=found, slope_u=linear.slope_u / density, slope_x=linear.slope_x / density, known=known)
    return replace(shares, estimate=found, variance=se**2, interval=Intervals(low, high, reason), linear=carried)
