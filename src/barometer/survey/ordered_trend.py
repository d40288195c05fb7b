"""Whether a share, or an answer with scores, goes up or down along the categories of an ordered answer."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from barometer.errors import ArgumentError, check_confidence, check_kind
from barometer.survey.arrays import FloatArray
from barometer.survey.inputs import Values, as_vector
from barometer.survey.intervals import t_quantile
from barometer.survey.joint_cells import JointCells
from barometer.survey.quadratic_forms import NEGLIGIBLE

TrendNote = Literal["", "one_row", "one_column", "df_below_1", "no_spread"]
"""
Why there is no test. "one_row", "one_column": everybody gave an answer with the same score. "df_below_1": no degree of
freedom is left. "no_spread": the slope has no sampling error.
"""


@dataclass(frozen=True, slots=True)
class OrderedTrend:
    """
    The straight line through the mean scores of the rows along the scores of the columns.

    Attributes
    ----------
    slope, se, ci_low, ci_high : float
        Change of the rows' mean score for one more of the columns' score. With rows scored 0 and 1 it is the change of
        the share of the second row. nan where the note says why.
    statistic : float
        slope / se.
    df : int
        Degrees of freedom of the base less one, for the slope.
    p_value : float
        Two-sided, of no slope.
    n : int
        Rows of data in the table.
    note : str
        Why there is no test; see `TrendNote`.
    """

    slope: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    df: int
    p_value: float
    n: int
    note: TrendNote

    def __repr__(self) -> str:
        """Return the finding in one line."""
        if self.note:
            return f"<OrderedTrend: not tested, {self.note}; n {self.n:,}>"
        return (
            f"<OrderedTrend: {self.slope:+.4g} a step ({self.ci_low:.4g} to {self.ci_high:.4g}), "
            f"t({self.df:,}) = {self.statistic:.4g}, p = {self.p_value:.3g}, n {self.n:,}>"
        )


def test_ordered_trend(
    cells: JointCells, *, row_scores: Values = None, column_scores: Values = None, confidence: float = 0.95
) -> OrderedTrend:
    """
    Test whether the rows' mean score rises or falls in a line along the columns.

    Parameters
    ----------
    cells : JointCells
        As `count_cells` gives, or the `.cells` of a cross table, both answers in their order.
    row_scores, column_scores : (r,), (c,) float, optional
        Of each category; 0, 1, 2, ... without them.
    confidence : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    OrderedTrend
        With a note instead of a p-value where there is nothing to test.

    Raises
    ------
    ArgumentError
        If there is not one number for each category, or the confidence is not between 0 and 1.

    Notes
    -----
    With weighted shares p, scores y of the rows and x of the columns, the slope is

        b = sum p (x - mean x)(y - mean y) / sum p (x - mean x)^2,

    the weighted regression of y on x. Its variance is g'Vg with V the covariance of p and
    g = (x - mean x)(y - mean y - b (x - mean x)) / sum p (x - mean x)^2, judged by Student's t with the df of the base
    less one: R's `svyglm(y ~ x)`. With replicate weights V is that of the replicates of p, as R's `svycontrast` has it.
    With rows "no" and "yes" it is the design-based test of a linear trend in shares (Cochran 1954, Armitage 1955), and
    with more rows that of linear-by-linear association.

    References
    ----------
    Cochran (1954), Biometrics 10. Armitage (1955), Biometrics 11. Agresti (2013), Categorical data analysis, section
    3.4. Fuller (1975), Regression analysis for sample survey, Sankhya C 37. Binder (1983), Int. Stat. Rev. 51.
    """
    check_kind("cells", cells, JointCells, "a table of two answers, as count_cells and cross_groups make")
    confidence = check_confidence(confidence)
    y = _scores("row_scores", row_scores, len(cells.rows))
    x = _scores("column_scores", column_scores, len(cells.columns))
    n, df, p = int(cells.n.sum()), cells.df - 1, cells.shares
    away_x, away_y = x - p.sum(axis=0) @ x, y - p.sum(axis=1) @ y
    if np.ptp(y[cells.has_rows]) == 0.0:
        return _untested(n, df, "one_row")
    if np.ptp(x[cells.has_columns]) == 0.0:
        return _untested(n, df, "one_column")
    spread = float(p.sum(axis=0) @ away_x**2)
    slope = float(away_y @ p @ away_x) / spread
    influence = (away_x * (away_y[:, np.newaxis] - slope * away_x) / spread).ravel()
    variance = float(influence @ cells.share_covariance @ influence)
    if df < 1:
        return _untested(n, df, "df_below_1", slope)
    if variance <= NEGLIGIBLE * float(influence**2 @ np.diag(cells.share_covariance)):
        return _untested(n, df, "no_spread", slope)
    return _tested(slope, float(np.sqrt(variance)), df, n, confidence)


def _tested(slope: float, se: float, df: int, n: int, confidence: float) -> OrderedTrend:
    from scipy.special import stdtr

    half, statistic = float(t_quantile(df, confidence)) * se, slope / se
    p_value = 2.0 * float(stdtr(df, -abs(statistic)))
    return OrderedTrend(slope, se, slope - half, slope + half, statistic, df, p_value, n, "")


def _untested(n: int, df: int, note: TrendNote, slope: float = np.nan) -> OrderedTrend:
    return OrderedTrend(slope, np.nan, np.nan, np.nan, np.nan, df, np.nan, n, note)


def _scores(argument: str, scores: Values, size: int) -> FloatArray:
    if scores is None:
        return np.arange(float(size))
    values = as_vector(argument, scores)
    if values.size != size or not np.isfinite(values).all():
        raise ArgumentError(argument, f"must be {size} numbers, one for each category; got {values.size}")
    return values
