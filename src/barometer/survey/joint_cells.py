"""Two answers crossed: how many are in each cell, and the covariance between the cells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.engines.tallied import tally_source
from barometer.survey.estimates import DfRule
from barometer.survey.estimators import estimate_shares, estimate_totals
from barometer.survey.groups import Groups
from barometer.survey.inputs import Labelled, Values, as_labelled, as_mask, check_lengths
from barometer.survey.stages import DesignFacts
from barometer.survey.summaries import rows_of

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign

CELL = "cell"
AT_ONCE = 2**24
"""Numbers that sums of pairs of cells may hold at the same time."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JointCells:
    """
    Sums of the r x c cells of two answers; everything about them follows from it, and no row is kept.

    Attributes
    ----------
    rows, columns : (r,), (c,) tuple
        Labels in their order, those that nobody has included.
    n : (r, c) int
        Rows of data in each cell.
    weighted : (r, c) float
        Their sums of weights.
    total_covariance : (r c, r c) float
        Of `weighted`, row by row of the table.
    share_covariance : (r c, r c) float
        Of the shares of the whole, in squared units of a share.
    df : int
        Degrees of freedom of the base, by the rule that was asked for.
    df_rule : {"domain", "design", "rank"}
    replicates : bool
        Whether the covariances come from replicate weights.
    """

    rows: tuple[object, ...]
    columns: tuple[object, ...]
    n: IntArray
    weighted: FloatArray
    total_covariance: FloatArray
    share_covariance: FloatArray
    df: int
    df_rule: DfRule
    replicates: bool

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<JointCells: {len(self.rows):,} x {len(self.columns):,}, n {int(self.n.sum()):,}, df {self.df:,}>"

    def __post_init__(self) -> None:
        """Close the arrays to writing."""
        for array in (self.n, self.weighted, self.total_covariance, self.share_covariance):
            array.setflags(write=False)

    @property
    def shares(self) -> FloatArray:
        """(r, c) weighted shares of the whole."""
        return np.asarray(self.weighted / self.weighted.sum())

    @property
    def has_rows(self) -> BoolArray:
        """(r,) whether anybody with weight is in the row."""
        return np.asarray(self.weighted.sum(axis=1) > 0.0)

    @property
    def has_columns(self) -> BoolArray:
        """(c,) whether anybody with weight is in the column."""
        return np.asarray(self.weighted.sum(axis=0) > 0.0)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Crossed:
    """
    Two answers of n rows as codes, and who has both.

    Attributes
    ----------
    rows, columns : Labelled
    base : (n,) bool
    """

    rows: Labelled
    columns: Labelled
    base: BoolArray

    @property
    def cell(self) -> IntArray:
        """(n,) cell of each row, row by row of the table; -1 outside the base."""
        return np.where(self.base, self.rows.code * len(self.columns.labels) + self.columns.code, -1)


def cross_rows(design: "SurveyDesign | ReplicateDesign", rows: Values, columns: Values, where: Values) -> Crossed:
    """
    Code two answers and find who has both.

    Raises
    ------
    ArgumentError
        If an answer has another length than the design, or nobody has both.
    """
    n = rows_of(design)
    first, second = as_labelled("rows", rows), as_labelled("columns", columns)
    check_lengths(n, [("rows", first.code), ("columns", second.code)])
    base = (first.code >= 0) & (second.code >= 0)
    if where is not None:
        base &= as_mask("where", where, n)
    if not base.any():
        raise ArgumentError("columns", f"0 of {n:,} rows have both answers: there is nothing to cross")
    return Crossed(first, second, base)


def count_cells(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    rows: Values,
    columns: Values,
    *,
    where: Values = None,
    df: DfRule = "domain",
) -> JointCells:
    """
    Cross two answers, with the covariance between the cells.

    Parameters
    ----------
    design : SurveyDesign, ReplicateDesign or SourceDesign
        Of n rows. Of a `SourceDesign`, `rows`, `columns` and `where` are names of columns.
    rows, columns : (n,) labels
        Numbers, text or categories; a row that lacks one is in no cell. Of a `SourceDesign`, `{"answer": [labels]}`
        gives all labels of a column in order, as a categorical does.
    where : (n,) bool, optional
        Rows that the table is of: a domain, never a smaller sample.
    df : {"domain", "design", "rank"}
        As in `estimate_shares`; of the rows that have both answers.

    Returns
    -------
    JointCells

    Raises
    ------
    ArgumentError
        If an answer has another length than the design, nobody has both, or a choice is none of those above.

    Notes
    -----
    Cells do not overlap, so the totals of all of them and their covariance are one pass over the rows. A share is a
    ratio of totals, p = T/N, with covariance J V J' and J = (I - p 1')/N. With replicate weights shares have the
    covariance of their replicates instead.
    """
    if isinstance(design, SourceDesign):
        found = tally_source(design, [("rows", rows), ("columns", columns)], where=where)
        rows, columns, where = found.labels("rows", rows), found.labels("columns", columns), found.mask(where)
        design = found.design
    return count_crossed(design, cross_rows(design, rows, columns, where), df)


def count_crossed(design: "SurveyDesign | ReplicateDesign", crossed: Crossed, df: DfRule) -> JointCells:
    """Count the cells of two answers that were coded before; see `count_cells`."""
    shape = (len(crossed.rows.labels), len(crossed.columns.labels))
    size = shape[0] * shape[1]
    groups = Groups(crossed.cell, (CELL,), tuple((cell,) for cell in range(size)))
    found = estimate_totals(design, np.ones(crossed.base.size), by=groups, where=crossed.base, df=df)
    weighted = np.nan_to_num(found.estimate[1:, 0])
    shares = weighted / weighted.sum()
    if isinstance(design, SurveyDesign):
        pairwise = rules_by_domain(design.facts)
        totals = _of_pairs(design, crossed, size) if pairwise else np.nan_to_num(found.covariance()[1:, 1:])
        of_shares = share_covariance(totals, shares, weighted.sum())
    else:
        totals, of_shares = _of_replicates(design, crossed, size)
    return JointCells(
        rows=crossed.rows.labels,
        columns=crossed.columns.labels,
        n=found.n[1:, 0].reshape(shape),
        weighted=weighted.reshape(shape),
        total_covariance=totals,
        share_covariance=of_shares,
        df=int(found.df[0, 0]),
        df_rule=df,
        replicates=not isinstance(design, SurveyDesign),
    )


def share_covariance(totals: FloatArray, shares: FloatArray, weight: float) -> FloatArray:
    """
    Return the covariance of shares of the whole, from that of totals.

    Parameters
    ----------
    totals : (s, s) float
    shares : (s,) float
    weight : float
        Sum of all totals.
    """
    with_whole = totals.sum(axis=1)
    crossed = np.outer(shares, with_whole)
    return np.asarray((totals - crossed - crossed.T + np.outer(shares, shares) * with_whole.sum()) / weight**2)


def rules_by_domain(facts: DesignFacts) -> bool:
    """Whether a lonely-unit rule looks at the domain, so that variances of sums of cells are not those of a matrix."""
    if facts.lonely_psu == "adjust":
        return facts.lonely_domain == "adjust"
    return facts.lonely_psu == "average" and (
        facts.lonely_domain == "adjust" or any(bool(stage.lonely.any()) for stage in facts.stages)
    )


def _of_pairs(design: SurveyDesign, crossed: Crossed, size: int) -> FloatArray:
    """Return the covariance of totals where every sum has the whole base behind it."""

    def variances(unions: BoolArray) -> FloatArray:
        ticks = np.concatenate([unions, np.zeros((1, unions.shape[1]), dtype=np.bool_)])[crossed.cell]
        return np.asarray(estimate_totals(design, ticks, where=crossed.base).variance[0])

    step = max(1, AT_ONCE // crossed.base.size)
    return totals_of_pairs(variances, np.unique(crossed.cell[crossed.base]), size, step)


def totals_of_pairs(
    variances: Callable[[BoolArray], FloatArray], present: IntArray, size: int, step: int = AT_ONCE
) -> FloatArray:
    """
    Return the covariance of totals from variances alone: Cov(a, b) = (V(a + b) - V(a) - V(b))/2.

    One rule for lonely units holds for all of them then.

    Parameters
    ----------
    variances : function
        From unions of cells, (size, q) bool, to the variances of their totals, (q,).
    present : (p,) int
        Cells that somebody is in.
    size : int
        Number of cells.
    step : int
        Unions taken at a time.
    """
    single = np.zeros((size, present.size), dtype=np.bool_)
    single[present, np.arange(present.size)] = True
    alone = variances(single)
    matrix = np.diag(alone)
    first, second = np.triu_indices(present.size, 1)
    for start in range(0, first.size, step):
        one, other = first[start : start + step], second[start : start + step]
        together = variances(single[:, one] | single[:, other])
        matrix[one, other] = matrix[other, one] = (together - alone[one] - alone[other]) / 2.0
    return _spread_out(matrix, present, size)


def _of_replicates(design: "ReplicateDesign", crossed: Crossed, size: int) -> tuple[FloatArray, FloatArray]:
    """Covariances of totals and of shares over the replicates; cells are outcomes, so that none is left out."""
    present = np.unique(crossed.cell[crossed.base])
    ticks = crossed.cell[:, np.newaxis] == present
    totals = estimate_totals(design, ticks, where=crossed.base).covariance()
    shares = estimate_shares(design, ticks, where=crossed.base).covariance()
    return _spread_out(totals, present, size), _spread_out(shares, present, size)


def _spread_out(matrix: FloatArray, present: IntArray, size: int) -> FloatArray:
    """Put a matrix of the cells that have rows into one of all cells; an empty cell does not vary."""
    full = np.zeros((size, size))
    full[np.ix_(present, present)] = np.nan_to_num(matrix)
    return full
