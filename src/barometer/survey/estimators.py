"""The verbs: shares, means, totals and ratios of any outcomes, in total and by group."""

from typing import TYPE_CHECKING

from barometer.survey.arrays import BoolArray
from barometer.survey.columns import ratio_columns, share_columns, value_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.estimates_of_source import estimate_source
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.estimates import DfRule, DomainEstimates
from barometer.survey.groups import group_rows
from barometer.survey.inputs import Values, as_mask
from barometer.survey.intervals import Distribution, IntervalMethod
from barometer.survey.summaries import Choices, estimate_columns, rows_of
from barometer.survey.sums import Across

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign


def estimate_shares(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    outcome: Values,
    *,
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    interval: IntervalMethod = "logit",
    distribution: Distribution = "t",
    df: DfRule = "domain",
    across: Across = "none",
) -> DomainEstimates:
    """
    Estimate weighted shares of yes/no outcomes.

    Parameters
    ----------
    design : SurveyDesign, ReplicateDesign or SourceDesign
        Of n rows. Of a `SourceDesign`, `outcome`, `by` and `where` are names of columns, as in `sum_source`.
    outcome : (n,) or (n, k) array_like of 0, 1 and missing, mapping, DataFrame, Series or Arrow table
        Missing takes a row out of the base of that outcome; its stratum keeps its count.
    by : (n,) labels, or a mapping, list or frame of several to cross, optional
        Domains. A row with a missing label is in none, and counts for the total.
    where : (n,) bool, optional
        Rows that the whole estimate is of: a domain too, never a smaller sample.
    confidence : float
        Coverage of the intervals, between 0 and 1.
    interval : {"logit", "xlogit", "wilson", "beta", "likelihood", "arcsine", "wald"}
        See `share_interval`.
    distribution : {"t", "normal"}
    df : {"domain", "design", "rank"}
        Degrees of freedom: PSUs of the domain inside its base less the strata they are in; the whole design's; or, of
        replicate weights, R's rank of those in the domain less one, which takes time. Where replicate weights were
        given, no PSU is known: "domain" then counts rows less one, at most the design's.
    across : {"none", "outcomes"}
        "outcomes" keeps the sums that covariances between outcomes need.

    Returns
    -------
    DomainEstimates

    Raises
    ------
    ArgumentError
        If an argument has another length than the design, an outcome is not 0, 1 or missing, nobody is selected, or a
        choice is none of those above.

    Notes
    -----
    A share is a ratio of weighted sums, sum w y / sum w, linearized; see `linearize` and `variance`.

    References
    ----------
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys. Int. Stat. Rev. 51.

    Examples
    --------
    >>> from barometer.survey import declare_design, estimate_shares
    >>> design = declare_design([2.0, 2.0, 5.0, 5.0, 5.0], ["a", "a", "b", "b", "b"])
    >>> estimate_shares(design, [1, 0, 1, 1, 0]).estimate
    array([[0.63157895]])
    """
    choices = Choices(confidence, interval, distribution, df)
    if isinstance(design, SourceDesign):
        return estimate_source(design, outcome, choices, by=by, where=where, across=across)
    columns = share_columns(outcome, rows_of(design), _mask(where, rows_of(design)))
    return estimate_columns(design, columns, group_rows(by, rows_of(design)), choices, across)


def estimate_means(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    outcome: Values,
    *,
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    distribution: Distribution = "t",
    df: DfRule = "domain",
    across: Across = "none",
) -> DomainEstimates:
    """
    Estimate weighted means of numbers.

    Parameters
    ----------
    design, by, where, confidence, distribution, df, across
        As in `estimate_shares`; the interval is symmetric.
    outcome : (n,) or (n, k) array_like of float, mapping, DataFrame, Series or Arrow table
        Missing takes a row out of the base of that outcome.

    Returns
    -------
    DomainEstimates
        In the unit of the outcome.

    Raises
    ------
    ArgumentError
        As `estimate_shares`, or if a number is infinite.

    Notes
    -----
    sum w y / sum w, linearized. Numbers are summed as distances from a constant near their mean, so that large ones
    keep their digits.

    Examples
    --------
    >>> from barometer.survey import declare_design, estimate_means
    >>> design = declare_design([2.0, 2.0, 4.0])
    >>> estimate_means(design, [10.0, 20.0, 30.0]).estimate
    array([[22.5]])
    """
    choices = Choices(confidence, "wald", distribution, df)
    if isinstance(design, SourceDesign):
        return estimate_source(design, outcome, choices, statistic="mean", by=by, where=where, across=across)
    columns = value_columns(outcome, rows_of(design), "mean", _mask(where, rows_of(design)))
    return estimate_columns(design, columns, group_rows(by, rows_of(design)), choices, across)


def estimate_totals(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    outcome: Values,
    *,
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    distribution: Distribution = "t",
    df: DfRule = "domain",
    across: Across = "none",
) -> DomainEstimates:
    """
    Estimate population totals of numbers.

    Parameters
    ----------
    design, by, where, confidence, distribution, df, across
        As in `estimate_shares`; the interval is symmetric.
    outcome : (n,) or (n, k) array_like of float, mapping, DataFrame, Series or Arrow table
        Missing adds nothing to the total.

    Returns
    -------
    DomainEstimates
        In the unit of the outcome times that of the weights.

    Raises
    ------
    ArgumentError
        As `estimate_means`.

    Notes
    -----
    sum w y (Horvitz and Thompson 1952).

    Examples
    --------
    >>> from barometer.survey import declare_design, estimate_totals
    >>> estimate_totals(declare_design([2.0, 2.0, 4.0]), [10.0, 20.0, 30.0]).estimate
    array([[180.]])
    """
    choices = Choices(confidence, "wald", distribution, df)
    if isinstance(design, SourceDesign):
        return estimate_source(design, outcome, choices, statistic="total", by=by, where=where, across=across)
    columns = value_columns(outcome, rows_of(design), "total", _mask(where, rows_of(design)))
    return estimate_columns(design, columns, group_rows(by, rows_of(design)), choices, across)


def estimate_ratios(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    numerator: Values,
    denominator: Values,
    *,
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    distribution: Distribution = "t",
    df: DfRule = "domain",
    across: Across = "none",
) -> DomainEstimates:
    """
    Estimate ratios of two totals.

    Parameters
    ----------
    design, by, where, confidence, distribution, df, across
        As in `estimate_shares`; the interval is symmetric.
    numerator, denominator : (n,) or (n, k) array_like of float, mapping, DataFrame, Series or Arrow table
        One denominator serves all numerators; otherwise they are paired in order. Only rows that have both count.

    Returns
    -------
    DomainEstimates
        Outcomes are named "numerator/denominator".

    Raises
    ------
    ArgumentError
        As `estimate_means`, or if the numbers of columns do not fit.

    Notes
    -----
    sum w y / sum w x, linearized (Särndal, Swensson and Wretman 1992, section 5.6).

    Examples
    --------
    >>> from barometer.survey import declare_design, estimate_ratios
    >>> estimate_ratios(declare_design([2.0, 2.0, 4.0]), [1.0, 2.0, 3.0], [2.0, 2.0, 2.0]).estimate
    array([[1.125]])
    """
    choices = Choices(confidence, "wald", distribution, df)
    if isinstance(design, SourceDesign):
        return estimate_source(
            design, numerator, choices, statistic="ratio", over=denominator, by=by, where=where, across=across
        )
    columns = ratio_columns(numerator, denominator, rows_of(design), _mask(where, rows_of(design)))
    return estimate_columns(design, columns, group_rows(by, rows_of(design)), choices, across)


def _mask(where: Values, n: int) -> BoolArray | None:
    return None if where is None else as_mask("where", where, n)
