"""Many groups of one sample compared: with the whole, the rest, each other or one of them."""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, check_choice, check_confidence, check_kind
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.comparisons import ComparedShares, Effect, Pairs, compare_shares
from barometer.survey.contrasts import t_test
from barometer.survey.covariances import covariance_of_pairs
from barometer.survey.estimates import SHOWN_ROWS, TOTAL, DomainEstimates
from barometer.survey.intervals import t_quantile
from barometer.survey.linearization import GroupCounts, Linearized, count_groups, linearize, variance
from barometer.survey.multiplicity import Adjustment, adjust_p_values, family_size, simultaneous_confidence
from barometer.survey.rests import beside_rests, replicates_beside_rests
from barometer.survey.sums import CellSums

if TYPE_CHECKING:
    import pandas as pd

    from barometer.survey.replicate_sums import ReplicateSums

Against = Literal["all", "rest", "pairs"]
"""The whole, which contains the group; the rest of the base; every other group. Or the label of a group."""
Family = Literal["outcome", "all"]
"""Tests that are adjusted together: those of one outcome, or everything that was asked."""
ComparisonTest = Literal["difference", "odds_ratio"]
"""What is tested against none: the difference, or the logarithm of the odds ratio."""
ComparisonDf = Literal["design", "union", "normal"]
"""Degrees of freedom: of the whole design; of the rows of either of the two; infinitely many."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupComparisons:
    """
    m comparisons for each of k outcomes. Arrays are (m, k) where nothing else is said.

    Attributes
    ----------
    names : (k,) tuple of str
        Outcomes.
    first, second : (m,) tuple of tuple
        Labels of the groups, one for each domain; ("total",) is the whole and ("rest",) the rest.
    first_share, second_share : float
    first_n, second_n : int
        Rows in the base.
    found : ComparedShares
        Difference, ratio and odds ratio with intervals, and the reason why a row lacks them or is to be doubted.
    test : {"difference", "odds_ratio"}
    statistic, p_value : float
        Of that test; nan where there is none.
    df : int or float
        Degrees of freedom of Student's t; infinity with `df_rule="normal"`.
    df_rule : {"design", "union", "normal"}
    adjustment : {"holm", "bh", "none"}
    family : {"outcome", "all"}
    p_adjusted : float
    family_size : int
        Tests that were adjusted together; comparisons without a p-value are not among them.
    together_low, together_high : float
        Intervals of the difference that hold together in the family; see `simultaneous_confidence`.
    confidence : float
    """

    names: tuple[str, ...]
    first: tuple[tuple[object, ...], ...]
    second: tuple[tuple[object, ...], ...]
    first_share: FloatArray
    second_share: FloatArray
    first_n: IntArray
    second_n: IntArray
    found: ComparedShares
    test: ComparisonTest
    statistic: FloatArray
    p_value: FloatArray
    df: NDArray[np.float64]
    df_rule: ComparisonDf
    adjustment: Adjustment
    family: Family
    p_adjusted: FloatArray
    family_size: IntArray
    together_low: FloatArray
    together_high: FloatArray
    confidence: float

    @property
    def difference(self) -> Effect:
        """First less second, in fractions of one."""
        return self.found.difference

    def to_frame(self) -> "pd.DataFrame":
        """
        Return a tidy table, one row for each outcome and comparison.

        Returns
        -------
        DataFrame
            outcome, group, versus, share, share_versus; difference with se, ci_low, ci_high; ratio and odds_ratio, each
            with _se, _low and _high; test, statistic, df, df_rule, p_value, p_adjusted, family, family_size;
            together_low and together_high; n, n_versus; note (why a row lacks its test, or "few_counted").
        """
        from barometer.survey.frames import tidy_comparisons

        return tidy_comparisons(self)

    def __repr__(self) -> str:
        """Show the first rows."""
        frame = self.to_frame()
        columns = ["outcome", "group", "versus", "difference", "ci_low", "ci_high", "p_adjusted", "note"]
        body = frame[columns].head(SHOWN_ROWS).to_string(index=False, float_format="{:.4g}".format)
        more = f"\n... {len(frame) - SHOWN_ROWS} more rows" if len(frame) > SHOWN_ROWS else ""
        return f"<GroupComparisons: {len(frame):,}, p-values adjusted by {self.adjustment}>\n{body}{more}"

    def _repr_html_(self) -> str:
        from barometer.survey.frames import comparisons_html

        return comparisons_html(self)


def compare_groups(
    estimates: DomainEstimates,
    against: object = "all",
    *,
    adjust: Adjustment = "holm",
    family: Family = "outcome",
    test: ComparisonTest = "difference",
    df: ComparisonDf = "design",
    confidence: float | None = None,
) -> GroupComparisons:
    """
    Compare the shares of groups, with the covariance between them.

    Parameters
    ----------
    estimates : DomainEstimates
        Shares by group.
    against : {"all", "rest", "pairs"}, or a group: its label, or a tuple of labels
        "all": each group less the whole, of which it is a part; rows in no group are in the whole too. "rest": each
        group less the rows of the base that are not in it. "pairs": every group less every later one. A group: every
        other group less this one; as a tuple where its label is one of the three words.
    adjust : {"holm", "bh", "none"}
        See `adjust_p_values`.
    family : {"outcome", "all"}
        Which tests are adjusted together.
    test : {"difference", "odds_ratio"}
        "difference" agrees with the interval of the difference. "odds_ratio" tests its logarithm, which keeps its level
        with few answers of the rarer kind, where the other finds too much (rows with the reason "few_counted").
    df : {"design", "union", "normal"}
        Degrees of freedom of t: the whole design's; sampling units in either of the two, inside the base, less the
        strata they are in (R's `degf(subset(...))` of both together), at most the design's; or the normal distribution.
    confidence : float, optional
        Coverage of the intervals; that of the estimates where it is not given.

    Returns
    -------
    GroupComparisons

    Raises
    ------
    ArgumentError
        If the estimates are not shares by group, a choice is none of what it may be, or a group is called as the kind
        of comparison that was asked for is.
    UnknownNameError
        If there is no such group.

    Notes
    -----
    See `compare_shares` for the arithmetic. The variance of a difference has the covariance of the two: of groups that
    share strata or sampling units, of a part and its whole, and of a part and the rest.

    Examples
    --------
    >>> import barometer.survey as sv
    >>> design = sv.declare_design(np.ones(12), np.repeat(["h", "k"], 6))
    >>> shares = sv.estimate_shares(design, [1, 1, 0, 1, 0, 1] * 2, by=["a", "b", "c"] * 4)
    >>> sv.compare_groups(shares, "pairs").difference.estimate.round(2).tolist()
    [[0.5], [0.5], [0.0]]
    """
    _check(estimates, adjust, family, test, df)
    _check_names(estimates, against)
    level = estimates.method.confidence if confidence is None else check_confidence(confidence)
    first, second = _rows(estimates, against)
    sums = estimates.sums if estimates.replicates is None else estimates.replicates
    names = [(TOTAL,), *estimates.groups]
    second_names = tuple(names[row] for row in second)
    if against == "rest":
        sums = beside_rests(sums) if isinstance(sums, CellSums) else replicates_beside_rests(sums)
        second_names = (("rest",),) * first.size
        pairs = _pairs(_moments(sums), 2 * first - 1, 2 * first, df, estimates.method.design_df)
    else:
        known = _Moments(sums, estimates.linear, estimates.counts, estimates.variance)
        pairs = _pairs(known, first, second, df, estimates.method.design_df)
    found = compare_shares(pairs, level)
    statistic, p_value = _tested(found, pairs, test)
    tests = p_value if family == "outcome" else p_value.reshape(-1, 1)
    size = family_size(tests)
    each = simultaneous_confidence(level, size, adjust)
    half = t_quantile(np.where(pairs.df >= 1.0, pairs.df, 1.0), np.broadcast_to(each, pairs.df.shape))
    half = half * np.where(np.isnan(found.difference.ci_low), np.nan, found.difference.se)
    return GroupComparisons(
        names=estimates.names,
        first=tuple(names[row] for row in first),
        second=second_names,
        first_share=pairs.first,
        second_share=pairs.second,
        first_n=pairs.first_n,
        second_n=pairs.second_n,
        found=found,
        test=test,
        statistic=statistic,
        p_value=p_value,
        df=np.asarray(pairs.df, dtype=np.float64),
        df_rule=df,
        adjustment=adjust,
        family=family,
        p_adjusted=adjust_p_values(tests, adjust).reshape(p_value.shape),
        family_size=np.broadcast_to(size, p_value.shape),
        together_low=found.difference.estimate - half,
        together_high=found.difference.estimate + half,
        confidence=level,
    )


def _check(
    estimates: DomainEstimates,
    adjust: Adjustment,
    family: Family,
    test: ComparisonTest,
    df: ComparisonDf,
) -> None:
    check_choice("adjust", adjust, Adjustment)
    check_choice("family", family, Family)
    check_choice("test", test, ComparisonTest)
    check_choice("df", df, ComparisonDf)
    check_kind("estimates", estimates, DomainEstimates, "shares by group, as sv.estimate_shares(..., by=...) gives")
    if estimates.method.statistic != "share" or estimates.sums.statistic != "share":
        raise ArgumentError(
            "estimates",
            f"must be shares, these are {estimates.method.statistic}s: .difference compares two of any kind",
        )
    if not estimates.groups:
        raise ArgumentError("estimates", "there is only the total: estimate by groups to compare them")


def _check_names(estimates: DomainEstimates, against: object) -> None:
    """Refuse a word that is both a kind of comparison and a group: the answer could not tell them apart."""
    if not isinstance(against, str) or against not in get_args(Against) or (against,) not in estimates.groups:
        return
    instead = '"total" compares with the whole' if against == "all" else "rename the group to compare in that way"
    raise ArgumentError(
        "against",
        f'"{against}" is a kind of comparison, and a group: ("{against}",) compares with the group; {instead}',
    )


def _rows(estimates: DomainEstimates, against: object) -> tuple[IntArray, IntArray]:
    """Rows of the estimates in each comparison; the rest has no row and stands for the whole here."""
    groups = np.arange(1, 1 + len(estimates.groups))
    if against in ("all", "rest"):
        return groups, np.zeros_like(groups)
    if against == "pairs":
        pairs = np.array(list(combinations(groups, 2)), dtype=np.intp).reshape(-1, 2)
        if not pairs.size:
            raise ArgumentError("against", "there is one group, and no pair of it")
        return pairs[:, 0], pairs[:, 1]
    reference = estimates.row(against)
    others = groups[groups != reference]
    return others, np.full_like(others, reference)


def _tested(found: ComparedShares, pairs: Pairs, test: ComparisonTest) -> tuple[FloatArray, FloatArray]:
    if test == "difference":
        return found.statistic, found.p_value
    odds = found.odds_ratio
    return t_test(np.log(odds.estimate), odds.se / odds.estimate, pairs.df)


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Sums with what follows from them: estimates, counts and (1 + G, k) variances."""

    sums: "CellSums | ReplicateSums"
    linear: Linearized
    counts: GroupCounts
    spread: FloatArray


def _moments(sums: "CellSums | ReplicateSums") -> _Moments:
    cells = sums if isinstance(sums, CellSums) else sums.cells
    linear = linearize(cells)
    return _Moments(sums, linear, count_groups(cells), variance(cells, linear))


def _pairs(moments: _Moments, first: IntArray, second: IntArray, df: ComparisonDf, design_df: int) -> Pairs:
    """Take what the comparison of rows of estimates needs."""
    sums, linear, counts = moments.sums, moments.linear, moments.counts
    base, share, n = linear.base, linear.estimate, counts.n[:, linear.base]
    if isinstance(sums, CellSums):
        cells, spread = sums, moments.spread
        first_variance, second_variance = spread[first], spread[second]
        covariance = covariance_of_pairs(cells, linear, spread, first, second)
    else:
        cells = sums.cells
        first_variance, second_variance, covariance = _moments_of_replicates(sums, linear, first, second)
    if df == "union":
        freedom = np.minimum(_union_df(cells, counts.df, first, second)[:, base], design_df).astype(np.float64)
    else:
        freedom = np.full((first.size, base.size), np.inf if df == "normal" else float(design_df))
    return Pairs(
        first=share[first],
        second=share[second],
        first_variance=first_variance,
        second_variance=second_variance,
        covariance=covariance,
        first_n=n[first],
        second_n=n[second],
        df=freedom,
        nested=np.broadcast_to((second == 0)[:, np.newaxis], freedom.shape),
    )


def _moments_of_replicates(
    sums: "ReplicateSums", linear: Linearized, first: IntArray, second: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Two variances and the covariance of each pair, (m, k) each, from the replicates that all groups have."""
    from barometer.survey.replicate_spread import replicate_covariance
    from barometer.survey.replicate_sums import estimate_replicates

    facts, found = sums.facts, estimate_replicates(sums, linear)
    pairs = []
    for estimate, replicate in zip(found.estimate.T, found.replicate.swapaxes(0, 1), strict=True):
        matrix, _ = replicate_covariance(estimate, replicate, facts.scale, facts.rscales, facts.centre)
        pairs.append((matrix[first, first], matrix[second, second], matrix[first, second]))
    one, other, both = np.stack(pairs).transpose(1, 2, 0)
    return one, other, both


def _union_df(cells: CellSums, df: IntArray, first: IntArray, second: IntArray) -> IntArray:
    """Count sampling units in either group less the strata they are in: (m, b). The whole holds every group."""
    stage = cells.facts.stages[0]
    common = -_in_both(cells, stage.stratum_of_cluster[cells.cluster], stage.n.size)
    if stage.unit is not None:
        common += _in_both(cells, stage.unit[cells.cluster], stage.stratum.size)
    result = df[first] + df[second] - common[first, second]
    return np.where((second == 0)[:, np.newaxis], df[second], result)


def _in_both(cells: CellSums, code: IntArray, codes: int) -> IntArray:
    """How many codes have rows with weight in both of two groups: (1 + G, 1 + G, b)."""
    groups, bases = 1 + cells.groups, cells.weighted.shape[1]
    present = np.zeros((bases, codes, groups))
    cell, base = np.nonzero(cells.weighted > 0.0)
    present[base, code[cell], cells.group[cell] + 1] = 1.0
    return np.rint(present.swapaxes(1, 2) @ present).astype(np.intp).transpose(1, 2, 0)
