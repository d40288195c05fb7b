"""Which of several ticks go together: both, the one among those with the other, lift and odds ratio."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.columns import Columns, share_columns, value_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.source_design import SourceDesign, as_names
from barometer.survey.engines.tallied import tally_source
from barometer.survey.estimates import DfRule, DomainEstimates
from barometer.survey.groups import Groups, group_rows
from barometer.survey.inputs import Values, as_mask, as_matrix, check_lengths
from barometer.survey.intervals import REASONS, ROUNDING, Distribution, IntervalMethod, symmetric_interval
from barometer.survey.summaries import Choices, estimate_columns, rows_of

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign

PAIR_REASONS = (*REASONS, "cell_empty")
"""What is to be said of a lift or an odds ratio; "cell_empty": nobody in one of the cells that it is made of."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LogRatios:
    """
    Ratios of shares, estimated on the log scale.

    Attributes
    ----------
    estimate : (1 + G, m) float
        1 where the two have nothing to do with each other; 0 where nobody has both, nan where it is not defined.
    log_se : (1 + G, m) float
        Standard error of the logarithm; nan where a cell is empty.
    low, high : (1 + G, m) float
        Interval, symmetric around the logarithm.
    df : (1 + G, m) int
    reason : (1 + G, m) int8
        Index into `PAIR_REASONS`.
    """

    estimate: FloatArray
    log_se: FloatArray
    low: FloatArray
    high: FloatArray
    df: IntArray
    reason: NDArray[np.int8]

    def __repr__(self) -> str:
        """Say what it is."""
        rows, pairs = self.estimate.shape
        return f"<LogRatios: {pairs:,} pair(s), total and {rows - 1:,} groups>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PairEstimates:
    """
    Every pair of k ticks: row 0 of every array is the total, rows 1..G are the groups.

    Attributes
    ----------
    names : (k,) tuple of str
    pairs : (m, 2) int
        Columns of each pair, the earlier first; m = k (k - 1) / 2.
    shares : DomainEstimates
        Of the base: the share with both of each pair, then that with each tick: m + k outcomes.
    among : DomainEstimates
        Of those with one, the share with the other: 2 m outcomes, the later of a pair among those with the earlier,
        then the earlier among those with the later.
    lift : LogRatios
        Share with both over the product of the two shares.
    odds_ratio : LogRatios
    """

    names: tuple[str, ...]
    pairs: IntArray
    shares: DomainEstimates
    among: DomainEstimates
    lift: LogRatios
    odds_ratio: LogRatios

    def __repr__(self) -> str:
        """Say what it is."""
        groups = self.lift.estimate.shape[0] - 1
        return f"<PairEstimates: {len(self.pairs):,} pair(s) of {len(self.names):,} ticks, total and {groups:,} groups>"


def estimate_pairs(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    ticks: Values,
    *,
    by: Values = None,
    where: Values = None,
    confidence: float = 0.95,
    interval: IntervalMethod = "logit",
    distribution: Distribution = "t",
    df: DfRule = "domain",
) -> PairEstimates:
    """
    Estimate for every pair of ticks how often they come together.

    Parameters
    ----------
    design, by, where, confidence, interval, distribution, df
        As in `estimate_shares`.
    ticks : (n, k) array_like of 0 and 1, mapping, DataFrame or Arrow table
        At least two; of a `SourceDesign`, names of columns. A row with a missing one is in no base.

    Returns
    -------
    PairEstimates

    Raises
    ------
    ArgumentError
        As `estimate_shares`, or if there are fewer than two ticks, or one is neither 0, 1 nor missing.

    Notes
    -----
    With the shares p11 of both, p10 and p01 of one alone, p00 of neither, the lift is p11 / ((p11 + p10)(p11 + p01))
    and the odds ratio p11 p00 / (p10 p01). The logarithm of either is linearized: its variance is that of a mean, for
    the odds ratio of s / p of the cell that a row is in, s being 1 for p11 and p00 and -1 for the others. The interval
    is exp(log estimate -+ t se).

    References
    ----------
    Agresti (2013), Categorical data analysis, section 3.1. Binder (1983), Int. Stat. Rev. 51.

    Examples
    --------
    >>> from barometer.survey import declare_design, estimate_pairs
    >>> ticks = {"firms": [1, 1, 1, 0, 0, 0], "citizens": [1, 1, 0, 1, 0, 0]}
    >>> found = estimate_pairs(declare_design([1.0] * 6), ticks)
    >>> found.shares.estimate.round(4), found.odds_ratio.estimate.round(4)
    (array([[0.3333, 0.5   , 0.5   ]]), array([[4.]]))
    """
    choices = Choices(confidence, interval, distribution, df)
    if isinstance(design, SourceDesign):
        tallied = tally_source(design, [("ticks", name) for name in as_names(ticks)], by, where)
        design, ticks, by, where = tallied.design, tallied.matrix(ticks), tallied.groups(by), tallied.mask(where)
    matrix, names = as_matrix("ticks", ticks)
    n = rows_of(design)
    check_lengths(n, [("ticks", matrix)])
    ticked, present = _as_ticks(matrix)
    if where is not None:
        present &= as_mask("where", where, n)
    ticked &= present[:, np.newaxis]
    groups = group_rows(by, n)
    pairs = np.stack(np.triu_indices(len(names), 1), axis=1)
    first, second = ticked[:, pairs[:, 0]], ticked[:, pairs[:, 1]]
    named = [(names[a], names[b]) for a, b in pairs]
    counted = np.concatenate([first & second, ticked], axis=1)
    shares = estimate_columns(
        design, _of_base([*(f"{a} and {b}" for a, b in named), *names], counted, present), groups, choices
    )
    whom = [f"{b} of {a}" for a, b in named] + [f"{a} of {b}" for a, b in named]
    other = np.concatenate([np.where(first, second, np.nan), np.where(second, first, np.nan)], axis=1)
    among = estimate_columns(design, share_columns(dict(zip(whom, other.T, strict=True)), n), groups, choices)
    m = len(pairs)
    p11, single = shares.estimate[:, :m], shares.estimate[:, m:]
    cells = _cells(p11, single[:, pairs[:, 0]], single[:, pairs[:, 1]])
    rows = np.stack([first & second, first & ~second, second & ~first, ~first & ~second & present[:, np.newaxis]])
    ratios = []
    for estimate, weights, defined in (_lift(cells), _odds_ratio(cells)):
        linear = value_columns(_linearized(rows, weights, groups), n, "mean", present)
        spread = estimate_columns(design, linear, groups, replace(choices, interval="wald"))
        ratios.append(_log_ratios(estimate, spread, defined, choices))
    return PairEstimates(names, pairs, shares, among, *ratios)


def _as_ticks(matrix: NDArray[Any]) -> tuple[BoolArray, BoolArray]:
    """Who ticked what, and who answered every item."""
    if matrix.shape[1] < 2:
        raise ArgumentError("ticks", f"a pair takes two of them; got {matrix.shape[1]}")
    missing = np.isnan(matrix) if matrix.dtype.kind == "f" else np.zeros(matrix.shape, np.bool_)
    wrong = ~(missing | (matrix == 0) | (matrix == 1)).all(axis=0)
    if wrong.any():
        raise ArgumentError("ticks", f"{int(wrong.sum())} items hold other values than 0, 1 and missing")
    return np.asarray(matrix == 1), np.asarray(~missing.any(axis=1))


def _of_base(names: list[str], counted: BoolArray, present: BoolArray) -> Columns:
    k = len(names)
    base = np.zeros(k, dtype=np.intp)
    return Columns("share", tuple(names), counted, present[:, np.newaxis], base, None)


def _cells(p11: FloatArray, pa: FloatArray, pb: FloatArray) -> FloatArray:
    """(4, 1 + G, m) shares with both, with the first alone, with the second alone, with neither."""
    cells = np.stack([p11, pa - p11, pb - p11, 1.0 - pa - pb + p11])
    return np.where(np.abs(cells) > ROUNDING, cells, 0.0)


def _lift(cells: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Lift, what a row of each cell adds to the error of its logarithm, and whether that is defined."""
    pa, pb = cells[0] + cells[1], cells[0] + cells[2]
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.stack([1.0 / cells[0] - 1.0 / pa - 1.0 / pb, -1.0 / pa, -1.0 / pb, np.zeros_like(pa)])
        return cells[0] / (pa * pb), weights, np.asarray(cells[0] > 0.0)


def _odds_ratio(cells: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Odds ratio, and the same of it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.array([1.0, -1.0, -1.0, 1.0])[:, np.newaxis, np.newaxis] / cells
        return cells[0] * cells[3] / (cells[1] * cells[2]), weights, np.asarray((cells > 0.0).all(axis=0))


def _linearized(rows: BoolArray, weights: FloatArray, groups: Groups) -> FloatArray:
    """(n, 2 m) what each row adds to the total's error, then to that of its group."""
    added = np.where(np.isfinite(weights), weights, 0.0)
    of_total = np.einsum("cnm,cm->nm", rows, added[:, 0])
    of_group = np.einsum("cnm,cnm->nm", rows, added[:, np.maximum(groups.code, -1) + 1])
    return np.concatenate([of_total, of_group], axis=1)


def _log_ratios(estimate: FloatArray, spread: DomainEstimates, defined: BoolArray, choices: Choices) -> LogRatios:
    """Put the variances of the logarithms beside the ratios."""
    variance, df, n = (_total_and_groups(values) for values in (spread.variance, spread.df, spread.n))
    log = np.log(np.where(defined, estimate, 1.0))
    variance = np.where(defined, variance, np.nan)
    ends = symmetric_interval(log, variance, n, df, choices.confidence, distribution=choices.distribution)
    reason = np.where(defined | (n == 0), ends.reason, PAIR_REASONS.index("cell_empty")).astype(np.int8)
    low, high = (np.where(defined, np.exp(end), np.nan) for end in (ends.low, ends.high))
    return LogRatios(np.where(np.isfinite(estimate), estimate, np.nan), np.sqrt(variance), low, high, df, reason)


def _total_and_groups(values: NDArray[Any]) -> NDArray[Any]:
    """Return the total of the first half of the columns above the groups of the second."""
    m = values.shape[1] // 2
    return np.concatenate([values[:1, :m], values[1:, m:]])
