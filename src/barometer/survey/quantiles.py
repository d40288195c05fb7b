"""Weighted quantiles of the total and of every group from one sort of the values."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barometer.errors import ArgumentError, check_choice
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.inputs import as_vector

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
    x, w, code = (as_vector(*each) for each in (("values", values), ("weight", weight), ("group", group)))
    for argument, array in (("weight", w), ("group", code)):
        if array.size != x.size:
            raise ArgumentError(argument, f"has {array.size:,} rows, values has {x.size:,}")
    if not np.isin(code, np.arange(-1, groups)).all():
        raise ArgumentError("group", f"must be from 0 to {groups - 1}, or -1 for rows in none")
    domains = order_domains(x, w, code.astype(np.intp), groups, rule=rule)
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
    try:
        wanted = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
    except (TypeError, ValueError):
        raise ArgumentError("probabilities", "expected numbers from 0 to 1") from None
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
    check_choice("rule", rule, QuantileRule)
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
