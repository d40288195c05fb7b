"""Design-based regression: coefficients by Newton's steps, their covariance from the design."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from barometer.errors import UnknownNameError, check_choice
from barometer.survey.arrays import FloatArray
from barometer.survey.columns import Columns
from barometer.survey.design import SurveyDesign
from barometer.survey.families import Family, FamilyName, find_family
from barometer.survey.groups import group_rows
from barometer.survey.inputs import Values
from barometer.survey.intervals import REASONS, ROUNDING, symmetric_interval
from barometer.survey.model_rows import ModelRows, check_outcome, model_rows
from barometer.survey.newton import Solution, solve_newton
from barometer.survey.summaries import Choices, estimate_columns
from barometer.survey.sums import Across

if TYPE_CHECKING:
    import pandas as pd

    from barometer.survey.estimates import DomainEstimates
    from barometer.survey.replicate_design import ReplicateDesign


@dataclass(frozen=True, eq=False, repr=False)
class Regression:
    """
    Coefficients of p columns with the covariance that the design gives them. It keeps sums, never rows.

    Attributes
    ----------
    family : {"logistic", "linear", "poisson"}
        Coefficients are log odds ratios, differences, log ratios of means.
    names : (p,) tuple of str
    coefficients : (p,) float
    covariance : (p, p) float
        nan where the design gives no variance; what rounding leaves of none is 0, of coefficients too.
    information : (p, p) float
        Weighted sum of slope x x'; its inverse is the bread of the sandwich.
    df : int
        Degrees of freedom of Student's t: the design's among the rows used, plus 1, less p. May be below 1.
    design_df : int
        Sampling units among the rows used less the strata they are in; of replicates the design's.
    n, missing : int
        Rows in the base, those without weight too; rows left out because the outcome or a predictor is missing.
    weighted_n : float
        Sum of the weights of the rows used.
    iterations : int
        Passes over the rows until the coefficients were at rest.
    variance : str
        "linearization", or the number and kind of replicates.
    replicates : (p, R) float or None
        Coefficients under each replicate; nan where a replicate has none.
    """

    family: FamilyName
    names: tuple[str, ...]
    coefficients: FloatArray
    covariance: FloatArray
    information: FloatArray
    df: int
    design_df: int
    n: int
    missing: int
    weighted_n: float
    iterations: int
    variance: str
    replicates: FloatArray | None = None

    def __post_init__(self) -> None:
        """Close the arrays to writing."""
        for array in (self.coefficients, self.covariance, self.information, self.replicates):
            if array is not None:
                array.setflags(write=False)

    @property
    def se(self) -> FloatArray:
        """(p,) standard errors."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def statistic(self) -> FloatArray:
        """(p,) coefficients over their standard errors; nan where there is no spread."""
        return np.divide(self.coefficients, self.se, out=np.full_like(self.se, np.nan), where=self.se > 0.0)

    @property
    def p_value(self) -> FloatArray:
        """(p,) two-sided, of no effect; nan where df is below 1."""
        return two_sided(self.statistic, self.df)

    def confint(self, confidence: float = 0.95) -> FloatArray:
        """Return symmetric intervals with Student's t as (p, 2); nan where df is below 1."""
        return intervals(self.coefficients, self.covariance, self.n, self.df, confidence)[0]

    @property
    def note(self) -> tuple[str, ...]:
        """(p,) why an interval is empty or has no width, as in `REASONS`; empty otherwise."""
        return intervals(self.coefficients, self.covariance, self.n, self.df)[1]

    def position(self, name: str) -> int:
        """Return the place of a column."""
        if name not in self.names:
            raise UnknownNameError("column of this model", name, self.names)
        return self.names.index(name)

    def to_frame(self, confidence: float = 0.95) -> "pd.DataFrame":
        """
        Return a tidy table, one row for each coefficient.

        Returns
        -------
        DataFrame
            column, estimate, se, ci_low, ci_high, statistic, df, p_value, note.
        """
        from barometer.survey.frames import coefficients

        return coefficients(self, confidence)

    def __repr__(self) -> str:
        """Show the coefficients and how they were made."""
        left_out = f" ({self.missing:,} left out: missing)" if self.missing else ""
        about = f"<Regression: {self.family}, {self.n:,} rows{left_out}, {self.variance}, df {self.df:,}>"
        shown = self.to_frame().drop(columns=["statistic", "df"])
        return f"{about}\n{shown.to_string(index=False, float_format='{:.4g}'.format)}"

    def _repr_html_(self) -> str:
        from barometer.survey.frames import coefficients_html

        return coefficients_html(self)


def fit_regression(
    design: "SurveyDesign | ReplicateDesign",
    outcome: Values,
    predictors: Values,
    names: Sequence[str] | None = None,
    *,
    family: FamilyName = "logistic",
    where: Values = None,
) -> Regression:
    """
    Fit a logistic, linear or Poisson regression and find the covariance of its coefficients from the design.

    Parameters
    ----------
    design : SurveyDesign or ReplicateDesign
        Of n rows.
    outcome : (n,) array_like
        0 and 1 ("logistic"), numbers ("linear"), counts or 0 and 1 ("poisson"). A row with a missing outcome or
        predictor is out of the base; its stratum keeps its count.
    predictors : (n, p) array_like, mapping, DataFrame or Arrow table
        All columns of the model; a column of ones is the intercept.
    names : (p,) sequence of str, optional
        Of the columns; those of `predictors` without it.
    family : {"logistic", "linear", "poisson"}
    where : (n,) bool, optional
        Rows that the model is of: a domain, never a smaller sample.

    Returns
    -------
    Regression

    Raises
    ------
    ArgumentError
        If lengths, names or choices do not fit, or the outcome is none that the family can have.
    ModelError
        If the outcome or a column does not vary, columns are collinear, or an outcome is separated; with the columns.

    Notes
    -----
    The coefficients b solve sum w (y - m(x'b)) x = 0. With A the sum of w m' x x', a row adds A^-1 w (y - m) x to the
    error of b, and the covariance is the design's covariance of the totals of these p columns: strata, clusters,
    stages, finite populations, lonely units and domains hold as in every estimate. Of replicate weights, b is solved
    under each. The degrees of freedom are those of R's `svyglm`: `degf(design) + 1 - p`.

    References
    ----------
    Binder (1983), On the variances of asymptotically normal estimators from complex surveys. Int. Stat. Rev. 51.
    Lumley (2010), Complex surveys, chapters 5 and 6.

    Examples
    --------
    >>> from barometer.survey import declare_design, fit_regression
    >>> design = declare_design([2.0, 2.0, 3.0, 3.0, 1.0, 4.0])
    >>> fit = fit_regression(design, [1, 2, 4, 3, 6, 5], {"one": [1] * 6, "x": range(6)}, family="linear")
    >>> fit.coefficients.round(3)
    array([1.457, 0.76 ])
    """
    check_choice("family", family, FamilyName)
    rows = model_rows(design, outcome, predictors, names, where)
    check_outcome(rows, family)
    chosen = find_family(family)
    solution = solve_newton(rows, chosen)
    change = rows.to_columns
    replicates = None
    if isinstance(design, SurveyDesign):
        covariance, design_df = covariance_of_scores(design, rows, influence(rows, chosen, solution))
        made_by = "linearization"
    else:
        from barometer.survey.replicate_regression import covariance_of, refit_replicates

        replicates = refit_replicates(design, rows, chosen, solution)
        covariance, made_by = covariance_of(design, solution.coefficients, replicates)
        covariance, replicates = change @ covariance @ change.T, change @ replicates
        design_df = design.df if where is None else design.subset(where).df
    back = np.linalg.inv(change)
    coefficients, covariance = without_rounding(
        change @ solution.coefficients, (covariance + covariance.T) / 2.0, _units(rows, family)
    )
    return Regression(
        family=family,
        names=rows.names,
        coefficients=coefficients,
        covariance=covariance,
        information=back.T @ solution.information @ back,
        df=design_df + 1 - len(rows.names),
        design_df=design_df,
        n=int(rows.base.sum()),
        missing=rows.missing,
        weighted_n=float(rows.weight[rows.used].sum()),
        iterations=solution.iterations,
        variance=made_by,
        replicates=replicates,
    )


def without_rounding(estimate: FloatArray, covariance: FloatArray, unit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """
    Set to 0 what is the rounding of sums: estimates, and the spread of those that have none.

    Parameters
    ----------
    estimate : (k,) float
    covariance : (k, k) float
    unit : (k,) float
        Size of the numbers that each estimate is a sum or difference of.

    Returns
    -------
    estimate : (k,) float
    covariance : (k, k) float
        With rows and columns of 0 where a standard error is below `ROUNDING` times the unit or the estimate.
    """
    exact = np.where(np.abs(estimate) <= ROUNDING * unit, 0.0, estimate)
    least = ROUNDING * np.maximum(unit, np.abs(exact))
    still = np.diag(covariance) <= least * least
    return exact, np.where(still | still[:, np.newaxis], 0.0, covariance)


def _units(rows: ModelRows, family: FamilyName) -> FloatArray:
    """(p,) size of a coefficient that would matter: the outcome's, or 1 of a logarithm, for a spread of the column."""
    size = float(np.abs(rows.outcome[rows.used]).max()) if family == "linear" else 1.0
    return size / rows.scale


def influence(rows: ModelRows, family: Family, solution: Solution) -> FloatArray:
    """
    Return what each row adds to the error of each coefficient, its weight left out.

    Returns
    -------
    (n, p) float
        (y - mean) x A^-1 of the columns themselves; 0 outside the base.
    """
    bread = np.linalg.inv(solution.information) @ rows.to_columns.T
    result = np.zeros((rows.outcome.size, len(rows.names)))
    for chunk in rows.chunks():
        x = rows.standardized(chunk)
        residual = rows.outcome[chunk] - family.mean(x @ solution.coefficients)
        result[chunk] = (residual[:, np.newaxis] * x) @ bread
    return result


def covariance_of_scores(design: SurveyDesign, rows: ModelRows, scores: FloatArray) -> tuple[FloatArray, int]:
    """
    Covariance of the totals of score columns over the base, and its degrees of freedom.

    Parameters
    ----------
    design : SurveyDesign
    rows : ModelRows
    scores : (n, k) float
        0 outside the base.

    Returns
    -------
    covariance : (k, k) float
    df : int
        Sampling units among the rows less the strata they are in.

    Notes
    -----
    Where a lonely unit of the base is measured otherwise than one of the sample (`lonely_domain="adjust"`), the kernel
    has the variances, and a covariance is half of V(a + b) - V(a) - V(b).
    """
    found = _totals(design, rows, scores, "outcomes")
    covariance, df = found.covariance(), int(found.df[0, 0])
    if design.facts.lonely_domain == "adjust":
        spread = np.diag(covariance)
        for place in range(scores.shape[1] - 1):
            sums = _totals(design, rows, scores[:, [place]] + scores[:, place + 1 :], "none").variance[0]
            covariance[place, place + 1 :] = (sums - spread[place] - spread[place + 1 :]) / 2.0
            covariance[place + 1 :, place] = covariance[place, place + 1 :]
    return covariance, df


def _totals(design: SurveyDesign, rows: ModelRows, scores: FloatArray, across: Across) -> "DomainEstimates":
    k = scores.shape[1]
    base = np.zeros(k, dtype=np.intp)
    names = tuple(map(str, range(k)))
    totals = Columns("total", names, scores, rows.base[:, np.newaxis], base, None)
    return estimate_columns(design, totals, group_rows(None, design.n), Choices(), across=across)


def two_sided(statistic: FloatArray, df: int) -> FloatArray:
    """Two-sided probability of Student's t; nan where df is below 1."""
    from scipy.special import stdtr

    if df < 1:
        return np.full_like(statistic, np.nan)
    return np.asarray(2.0 * stdtr(df, -np.abs(statistic)))


def intervals(
    estimate: FloatArray, covariance: FloatArray, n: int, df: int, confidence: float = 0.95
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return symmetric intervals, (k, 2), and why one is empty or has no width, as in `REASONS`."""
    # Rounding may leave less than nothing of a combination that does not vary.
    spread = np.maximum(np.diag(covariance), 0.0)
    found = symmetric_interval(
        estimate, spread, np.full(estimate.shape, n), np.full(estimate.shape, df), confidence=confidence
    )
    return np.stack([found.low, found.high], axis=1), tuple(REASONS[code] for code in found.reason)
