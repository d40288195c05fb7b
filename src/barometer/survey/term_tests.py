"""Wald tests of several coefficients at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, check_kind, check_number
from barometer.survey.arrays import FloatArray
from barometer.survey.contrasts import as_moments
from barometer.survey.regression import Regression

SINGULAR = 1e-12
"""Smallest share of the largest eigenvalue of a correlation matrix that counts as spread."""


@dataclass(frozen=True, slots=True)
class TermTest:
    """
    A Wald test that some coefficients, or combinations of them, are all zero.

    Attributes
    ----------
    statistic : float
        F: the Wald statistic over its number of coefficients.
    df, residual_df : int
        Coefficients tested; degrees of freedom of the denominator.
    p_value : float
    note : str
        Why there is no test: "df_below_1", "no_spread" (a coefficient without variance) or "singular" (the design has
        too few units to tell these coefficients apart). Empty otherwise.
    """

    statistic: float
    df: int
    residual_df: int
    p_value: float
    note: str = ""


def test_coefficients(fit: Regression, columns: Sequence[str]) -> TermTest:
    """
    Test that the coefficients of some columns are all zero.

    Parameters
    ----------
    fit : Regression
    columns : sequence of str
        Names of one or more columns; those of several terms may be tested together.

    Returns
    -------
    TermTest

    Raises
    ------
    UnknownNameError
        If the model has no such column.

    Notes
    -----
    F = b' V^-1 b / q on q and `fit.df` degrees of freedom: R's `regTermTest(method="Wald")`.

    References
    ----------
    Korn and Graubard (1990), Simultaneous testing of regression coefficients with complex survey data: use of
    Bonferroni t statistics. The American Statistician 44. Lumley (2010), Complex surveys, section 5.3.
    """
    check_kind("fit", fit, Regression, "a model, as fit_regression makes")
    if isinstance(columns, str) or not columns:
        raise ArgumentError("columns", "expected names of one or more columns")
    at = [fit.position(name) for name in dict.fromkeys(columns)]
    return wald_test(fit.coefficients[at], fit.covariance[np.ix_(at, at)], fit.df)


def wald_test(estimate: FloatArray, covariance: FloatArray, df: int) -> TermTest:
    """
    Test that q estimates are all zero.

    Parameters
    ----------
    estimate : (q,) float
    covariance : (q, q) float
    df : int
        Of the denominator.
    """
    estimate, covariance = as_moments("estimate", estimate, covariance)
    check_number("df", df)
    q, nothing = estimate.size, float("nan")
    if df < 1:
        return TermTest(nothing, q, df, nothing, "df_below_1")
    se = np.sqrt(np.diag(covariance))
    if not (se > 0.0).all():
        return TermTest(nothing, q, df, nothing, "no_spread")
    correlation = covariance / np.outer(se, se)
    spread = np.linalg.eigvalsh(correlation)
    if spread[0] <= SINGULAR * spread[-1]:
        return TermTest(nothing, q, df, nothing, "singular")
    from scipy.special import fdtrc

    z = estimate / se
    statistic = float(z @ np.linalg.solve(correlation, z)) / q
    return TermTest(statistic, q, df, float(fdtrc(q, df, statistic)))
