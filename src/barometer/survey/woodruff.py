"""Quantiles of a survey with Woodruff's intervals: those of the share below the quantile, carried over to values."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray
from barometer.survey.columns import Columns, value_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.estimates import DfRule, DomainEstimates
from barometer.survey.groups import Groups, group_rows
from barometer.survey.inputs import Values, as_mask
from barometer.survey.intervals import REASONS, Distribution, IntervalMethod, Intervals, t_quantile
from barometer.survey.quantiles import (
    OrderedDomains,
    QuantileRule,
    checked_probabilities,
    order_domains,
    quantiles_at,
)
from barometer.survey.summaries import Choices, estimate_columns, rows_of

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign


def estimate_quantiles(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
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
        Missing takes a row out of the base of that outcome. Of a `SourceDesign`, names of columns.
    probabilities : float or (q,) array_like of float
        0 to 1, no two alike.
    rule : {"math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"}
        What lies between two values, see `weighted_quantiles`. A source has the first two: the others look at single
        rows.
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
    (('outcome@0.5',), array([[5.]]), array([[[2., 8.]]]))
    """
    wanted = checked_probabilities(probabilities)
    if np.unique(wanted).size < wanted.size:
        raise ArgumentError("probabilities", f"{wanted.size - np.unique(wanted).size} of {wanted.size} come again")
    choices = Choices(confidence, interval, distribution, df, statistic="quantile")
    if isinstance(design, SourceDesign):
        return _of_source(design, outcome, wanted, by, where, rule, choices)
    columns = value_columns(
        outcome, rows_of(design), "mean", None if where is None else as_mask("where", where, rows_of(design))
    )
    groups = group_rows(by, rows_of(design))
    rows = 1 + len(groups.labels)
    ordered = []
    for numbers, base in zip(columns.numerator.T, columns.base, strict=True):
        answered = np.where(columns.present[:, base], numbers, np.nan)
        ordered.append(order_domains(answered, design.weight, groups.code, rows - 1, rule=rule))
    found = _invert_all(ordered, np.tile(wanted, (rows, len(ordered))))
    below = _below(columns, groups, wanted, found)
    pick = np.arange(below.base.size).reshape(2, -1)
    shares = estimate_columns(design, below, groups, choices, "outcomes", pick)
    return _woodruff(shares, found, ordered)


def _of_source(
    design: SourceDesign,
    outcome: Values,
    wanted: FloatArray,
    by: Values,
    where: Values,
    rule: QuantileRule,
    choices: Choices,
) -> DomainEstimates:
    """Find quantiles, count who is below them, and find the quantiles at the ends, each where the rows are."""
    from barometer.survey.engines.quantiles_of_source import check_numbers, order_source, rounded_name, tally_rounded

    names = check_numbers(design, outcome, by, where)
    ordered = [order_source(design, name, by, where, wanted, rule) for name in names]
    found = _invert_all(ordered, np.tile(wanted, (ordered[0].start.size, len(names))))
    parts = dict(zip(names, np.split(found, len(names), axis=1), strict=True))
    rounded = tally_rounded(design, parts, by, where)
    numbers, groups = {name: rounded.numbers(rounded_name(name)) for name in names}, rounded.groups(by)
    columns = value_columns(numbers, rounded.design.n, "mean", rounded.mask(where))
    below = _below(columns, groups, wanted, found)
    pick = np.arange(below.base.size).reshape(2, -1)
    shares = estimate_columns(rounded.design, below, groups, choices, "outcomes", pick)
    ends = np.split(np.stack([shares.ci_low, shares.ci_high]), len(names), axis=2)
    ordered = [
        order_source(design, name, by, where, np.concatenate(list(own), axis=1), rule)
        for name, own in zip(names, ends, strict=True)
    ]
    return _woodruff(shares, found, ordered)


def _invert_all(ordered: list[OrderedDomains], probabilities: FloatArray) -> FloatArray:
    """Quantiles (1 + G, k q) of k outcomes at q probabilities each, those of the first outcome first."""
    parts = np.split(probabilities, len(ordered), axis=1)
    return np.concatenate([quantiles_at(each, part) for each, part in zip(ordered, parts, strict=True)], axis=1)


def _below(columns: Columns, groups: Groups, wanted: FloatArray, found: FloatArray) -> Columns:
    """
    Rows at or below each quantile of the total, and then of their own group, as columns of shares.

    The total and a group have different quantiles, so that each has columns of its own.
    """
    q = wanted.size
    base = np.repeat(columns.base, q)
    values, present = np.repeat(columns.numerator, q, axis=1), columns.present[:, base]
    of_total = present & (values <= found[0])
    of_groups = present & (values <= found[groups.code + 1])
    names = tuple(f"{name}@{float(p)!r}" for name in columns.names for p in wanted)
    both = np.concatenate([of_total, of_groups], axis=1)
    return Columns("share", names, both, columns.present, np.tile(base, 2), None)


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
    carried = replace(linear, estimate=found, slope=linear.slope / density, known=known)
    replicates = shares.replicates
    if replicates is not None:
        numerator = replicates.numerator.copy()
        numerator[0, linear.pick[0]] /= density[0, :, np.newaxis]
        numerator[1:, linear.pick[1]] /= density[1:, :, np.newaxis]
        replicates = replace(replicates, numerator=numerator)
    ends = Intervals(low, high, reason)
    return replace(shares, estimate=found, variance=se**2, interval=ends, linear=carried, replicates=replicates)
