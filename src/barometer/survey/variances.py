"""Population variances of numbers: squares around the mean, which moves in every replicate."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.centring import origins
from barometer.survey.columns import Columns, value_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.estimates import DfRule, DomainEstimates
from barometer.survey.groups import Groups, group_rows
from barometer.survey.inputs import Values, as_mask
from barometer.survey.intervals import REASONS, Distribution, Intervals
from barometer.survey.linearization import by_group, linearize
from barometer.survey.summaries import RANK_NEEDS_ROWS, Choices, estimate_columns, rows_of, summarise
from barometer.survey.sums import sum_cells

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign


def estimate_variances(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    outcome: Values,
    *,
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    distribution: Distribution = "t",
    df: DfRule = "domain",
) -> DomainEstimates:
    """
    Estimate population variances of numbers.

    Parameters
    ----------
    design, by, where, confidence, distribution, df
        As in `estimate_shares`; the interval is symmetric.
    outcome : (n,) or (n, k) array_like of float, mapping, DataFrame, Series or Arrow table
        Missing takes a row out of the base of that outcome. Of a `SourceDesign`, names of columns.

    Returns
    -------
    DomainEstimates
        In squared units of the outcome. A group with one row that has weight has none, and the note "one_row".

    Raises
    ------
    ArgumentError
        As `estimate_means`.

    Notes
    -----
    The mean of (y - mean)^2 n/(n - 1) with n rows that have weight, the mean being that of the group: R's `svyvar` of
    the rows that answered (which counts rows without weight too where there are replicate weights). A first pass finds
    the means and a second one the squares around them, which keeps their digits. By linearization the error of the mean
    itself is of second order and left out. Under replicate weights w_r the mean moves too: with u the distance from the
    mean under the full weight, the estimate of a replicate is (sum w_r u^2 / W_r - (sum w_r u / W_r)^2) n/(n - 1), n
    staying as it is.

    References
    ----------
    R's `survey::svyvar`. Wolter (2007), Introduction to variance estimation, section 4.5: replicates of a function of
    means.

    Examples
    --------
    >>> from barometer.survey import declare_design, estimate_variances
    >>> estimate_variances(declare_design([2.0, 2.0, 2.0]), [1.0, 2.0, 6.0]).estimate
    array([[7.]])
    """
    choices = Choices(confidence, "wald", distribution, df, statistic="variance")
    if isinstance(design, SourceDesign):
        return _of_several_rows(_of_source(design, outcome, by, where, choices))
    n = rows_of(design)
    columns = value_columns(outcome, n, "mean", None if where is None else as_mask("where", where, n))
    groups = group_rows(by, n)
    around = _measure(design if isinstance(design, SurveyDesign) else design.sample, columns, groups)
    if isinstance(design, SurveyDesign):
        found = estimate_columns(design, around.squares, groups, choices, "outcomes", around.pick)
    else:
        found = _from_replicates(design, around, groups, choices)
    return _of_several_rows(found)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Around:
    """
    Numbers measured from the mean of the total, and then of their own group.

    Attributes
    ----------
    distance : (n, 2 k) float
        0 for rows outside the base, or alone in their group.
    factor : (1 + G, 2 k) float
        n/(n - 1); 0 with one row.
    squares : Columns
        Of distance^2 times the factor.
    pick : (2, k) int
        Those of the total, and those of the groups.
    """

    distance: FloatArray
    factor: FloatArray
    squares: Columns
    pick: IntArray


def _measure(design: SurveyDesign, columns: Columns, groups: Groups) -> _Around:
    """Measure numbers from the means under the full weight."""
    sums, k = sum_cells(design, columns, groups), columns.base.size
    n = by_group(sums, sums.weighted)[:, sums.base]
    means = linearize(sums)
    factor = np.divide(n, n - 1.0, out=np.zeros_like(n), where=n > 1.0)
    own, numbers = groups.code + 1, columns.numerator.astype(np.float64)
    inside = np.tile(columns.present[:, columns.base], 2) & (_both(factor, own) > 0.0)
    # In two steps: a mean far from 0 has no room for the digits that its distance from its constant has.
    distance = np.where(inside, np.tile(numbers, 2) - _both(means.origin, own) - _both(means.ratio, own), 0.0)
    squares = replace(
        columns,
        numerator=distance**2 * _both(factor, own),
        base=np.tile(columns.base, 2),
    )
    return _Around(distance, np.tile(factor, 2), squares, np.arange(2 * k).reshape(2, k))


def _both(values: FloatArray, own: IntArray) -> FloatArray:
    """Of (1 + G, k), what is the total's and what is the own group's of each row: (n, 2 k)."""
    return np.concatenate([np.broadcast_to(values[0], (own.size, values.shape[1])), values[own]], axis=1)


def _from_replicates(design: "ReplicateDesign", around: _Around, groups: Groups, choices: Choices) -> DomainEstimates:
    """Sum squares and distances in one pass over the replicate weights, and move the squares to each one's mean."""
    from barometer.survey.replicate_sums import ReplicateSums, rank_df, replicate_totals

    squares, pairs = around.squares, around.distance.shape[1]
    both = replace(
        squares,
        names=squares.names * 2,
        numerator=np.concatenate([squares.numerator, around.distance], axis=1),
        base=np.tile(squares.base, 2),
    )
    cells = sum_cells(design.sample, squares, groups)
    origin = origins(cells)
    total = replicate_totals(design, both, groups, np.concatenate([origin, np.zeros_like(origin)], axis=1))
    square, distance, weight = np.split(total, [pairs, 2 * pairs], axis=1)
    square -= _around_own_mean(around.factor, distance, weight[:, squares.base])
    sums = ReplicateSums(design.facts, cells, origin, square, weight)
    ranks = rank_df(design, squares, groups) if choices.df == "rank" else None
    return summarise(sums, choices, around.pick, ranks)


def _around_own_mean(factor: FloatArray, distance: FloatArray, weight: FloatArray) -> FloatArray:
    """Return what squares have too much under each replicate, the distances being from the mean of the full weight."""
    mean = np.divide(distance, weight, out=np.zeros_like(distance), where=distance != 0.0)
    return factor[:, :, np.newaxis] * distance * mean


def _of_source(design: SourceDesign, outcome: Values, by: Values, where: Values, choices: Choices) -> DomainEstimates:
    """Estimate from sums of squares that were taken where the rows are."""
    from barometer.survey.engines.squares_of_source import sum_squares  # most samples are not in a source

    if choices.df == "rank":
        raise ArgumentError("df", RANK_NEEDS_ROWS)
    found = sum_squares(design, outcome, by, where)
    pairs = found.cells.base.size
    pick = np.arange(pairs).reshape(2, -1)
    if found.replicated is None or design.replicates is None:
        return summarise(found.cells, choices, pick)
    from barometer.survey.replicate_sums import ReplicateSums

    square, distance, weight = np.split(found.replicated, [pairs, 2 * pairs], axis=1)
    square = square * found.factor[:, :, np.newaxis]
    square -= _around_own_mean(found.factor, distance, weight[:, found.cells.base])
    origin = np.zeros_like(found.factor)
    return summarise(ReplicateSums(design.replicates.facts, found.cells, origin, square, weight), choices, pick)


def _of_several_rows(found: DomainEstimates) -> DomainEstimates:
    """Take away the variance of one row, which is none."""
    linear = found.linear
    alone = found.counts.weighted_n[:, linear.base] == 1
    if not alone.any():
        return found
    low, high, estimate, variance = (
        np.where(alone, np.nan, values) for values in (found.ci_low, found.ci_high, found.estimate, found.variance)
    )
    ends = Intervals(low, high, np.where(alone, np.int8(REASONS.index("one_row")), found.interval.reason))
    return replace(
        found,
        estimate=estimate,
        variance=variance,
        interval=ends,
        linear=replace(linear, estimate=estimate, known=linear.known & ~alone),
    )
