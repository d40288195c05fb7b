"""Weighted cross tables: counts, and row, column and total shares with their intervals."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import check_choice
from barometer.survey.answers import estimate_categories
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.engines.tallied import Codes, tally_source
from barometer.survey.estimates import DfRule, DomainEstimates
from barometer.survey.groups import Groups
from barometer.survey.inputs import Labelled, Values
from barometer.survey.intervals import Distribution, IntervalMethod
from barometer.survey.joint_cells import JointCells, count_crossed, cross_rows

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign

SharesOf = Literal["row", "column", "total"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CellShares:
    """
    One kind of share of every cell.

    Attributes
    ----------
    of : {"row", "column", "total"}
        What each share is of.
    share, se, ci_low, ci_high : (r, c) float
        0 to 1; nan where the row, column or table is empty, and for the ends where the note says why.
    df : (r, c) int
        Degrees of freedom of the interval.
    n : (r, c) int
        Rows of data that the share is of.
    note : (r, c) int8
        Index into `REASONS`.
    """

    of: SharesOf
    share: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    df: IntArray
    n: IntArray
    note: NDArray[np.int8]

    def __repr__(self) -> str:
        """Say what it is."""
        rows, columns = self.share.shape
        return f"<CellShares: {rows:,} x {columns:,} shares of each {self.of}>"


@dataclass(frozen=True, eq=False, repr=False)
class CrossTable:
    """
    Two answers crossed.

    Attributes
    ----------
    cells : JointCells
        Counts, sums of weights and their covariances: what `test_association` and `test_ordered_trend` take.
    by_row : DomainEstimates
        Shares of the columns: row 0 of its arrays is the whole table (the margin), rows 1..r the rows.
    by_column : DomainEstimates
        Shares of the rows: row 0 is the whole table (the margin), rows 1..c the columns.
    of_total : DomainEstimates
        Shares of the r c cells in the whole, row by row.
    """

    cells: JointCells
    by_row: DomainEstimates
    by_column: DomainEstimates
    of_total: DomainEstimates

    @property
    def rows(self) -> tuple[object, ...]:
        """(r,) labels."""
        return self.cells.rows

    @property
    def columns(self) -> tuple[object, ...]:
        """(c,) labels."""
        return self.cells.columns

    @property
    def n(self) -> IntArray:
        """(r, c) rows of data in each cell."""
        return self.cells.n

    @property
    def weighted(self) -> FloatArray:
        """(r, c) sums of weights."""
        return self.cells.weighted

    @property
    def covariance(self) -> FloatArray:
        """(r c, r c) covariance of the shares of the whole, row by row."""
        return self.cells.share_covariance

    def shares(self, of: SharesOf = "row") -> CellShares:
        """
        Return one kind of share of every cell.

        Parameters
        ----------
        of : {"row", "column", "total"}

        Raises
        ------
        ArgumentError
            If it is none of these.
        """
        check_choice("of", of, SharesOf)
        found = {"row": self.by_row, "column": self.by_column, "total": self.of_total}[of]

        arrays = (found.estimate, found.se, found.ci_low, found.ci_high, found.df, found.n, found.interval.reason)
        return CellShares(of, *(_arranged(values, of, self.n.shape) for values in arrays))

    def __repr__(self) -> str:
        """Show the row shares in per cent, with n of each row."""
        lines = [" | ".join(["row %", *map(str, self.columns), "n"])]
        for label, shares, n in zip(self.rows, self.by_row.estimate[1:], self.n.sum(axis=1), strict=True):
            cells = ["." if np.isnan(share) else f"{100 * share:.1f}" for share in shares]
            lines.append(" | ".join([str(label), *cells, f"{n:,}"]))
        return f"<CrossTable {self.n.shape[0]} x {self.n.shape[1]}, n {self.n.sum():,}>\n" + "\n".join(lines)


def cross_tabulate(
    design: "SurveyDesign | ReplicateDesign | SourceDesign",
    rows: Values,
    columns: Values,
    *,
    where: Values = None,
    confidence: float = 0.95,
    interval: IntervalMethod = "logit",
    distribution: Distribution = "t",
    df: DfRule = "domain",
) -> CrossTable:
    """
    Cross two answers: counts, weighted counts, and shares of rows, of columns and of the whole.

    Parameters
    ----------
    design, where, confidence, interval, distribution, df
        As in `estimate_shares`.
    rows, columns : (n,) labels
        Numbers, text or categories; a row of data that lacks one is in no cell. A category that nobody chose keeps its
        row or column. Of a `SourceDesign`, names of columns, or `{"answer": [labels]}`: all labels of one in order.

    Returns
    -------
    CrossTable

    Raises
    ------
    ArgumentError
        If an answer has another length than the design, nobody has both, or a choice is none of those above.

    Examples
    --------
    >>> from barometer.survey import cross_tabulate, declare_design
    >>> table = cross_tabulate(declare_design([2.0, 2.0, 4.0, 4.0]), ["a", "a", "b", "b"], [0, 1, 1, 1])
    >>> table.shares("row").share
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    if isinstance(design, SourceDesign):
        found = tally_source(design, [("rows", rows), ("columns", columns)], where=where)
        rows, columns, where = found.labels("rows", rows), found.labels("columns", columns), found.mask(where)
        design = found.design
    crossed, of_rows = cross_rows(design, rows, columns, where), design
    cells = count_crossed(design, crossed, df)

    def shares_of(answer: Labelled, by: Groups | None) -> DomainEstimates:
        return estimate_categories(
            of_rows,
            Codes(answer.code, answer.labels),
            by=by,
            where=crossed.base,
            confidence=confidence,
            interval=interval,
            distribution=distribution,
            df=df,
        )

    names = tuple(f"{row} x {column}" for row in cells.rows for column in cells.columns)
    return CrossTable(
        cells,
        by_row=shares_of(crossed.columns, _groups("row", crossed.rows)),
        by_column=shares_of(crossed.rows, _groups("column", crossed.columns)),
        of_total=shares_of(Labelled(crossed.cell, names), None),
    )


def _arranged(values: NDArray[Any], of: SharesOf, shape: tuple[int, ...]) -> NDArray[Any]:
    """Arrange estimates by group and outcome as the table, without the margin."""
    if of == "total":
        return np.asarray(values[0].reshape(shape))
    return np.asarray(values[1:] if of == "row" else values[1:].T)


def _groups(name: str, answer: Labelled) -> Groups:
    return Groups(answer.code, (name,), tuple((label,) for label in answer.labels))
