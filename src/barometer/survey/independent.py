"""Differences of estimates from two samples that have nothing to do with each other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.changes import UNKNOWN, explain_change
from barometer.survey.contrasts import t_test
from barometer.survey.inputs import Values, as_numbers
from barometer.survey.intervals import t_quantile


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IndependentDifferences:
    """
    First estimate less second, k of them.

    Attributes
    ----------
    estimate, se, ci_low, ci_high : (k,) float
        In the unit of the estimates; the interval is symmetric, with Student's t.
    statistic : (k,) float
        estimate / se; nan where se is 0.
    df : (k,) float
        Degrees of freedom; nan where an estimate with a variance has none.
    p_value : (k,) float
        Two-sided, of no difference.
    """

    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray

    def __repr__(self) -> str:
        """Say what it is."""
        return f"<IndependentDifferences: {self.estimate.size:,}>"


def independent_differences(
    estimate: FloatArray, variance: FloatArray, df: FloatArray, confidence: float = 0.95
) -> IndependentDifferences:
    """
    Compare k estimates of one sample with k of another, drawn independently.

    Parameters
    ----------
    estimate, variance, df : (2, k) float
        Row 0 of the first sample, row 1 of the second: estimates, their variances (squared unit) and degrees of
        freedom.
    confidence : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    IndependentDifferences

    Notes
    -----
    The samples are independent, so the covariance is zero and Var(p1 - p2) = V1 + V2. The distribution is Student's t
    with Satterthwaite's (V1 + V2)^2 / (V1^2 / df1 + V2^2 / df2) degrees of freedom; an estimate without variance
    takes no part in them.

    References
    ----------
    Satterthwaite (1946), An approximate distribution of estimates of variance components. Biometrics Bulletin 2.
    Welch (1947), The generalization of "Student's" problem. Biometrika 34.
    """
    estimate, variance, df = _of_two_samples(("estimate", estimate), ("variance", variance), ("df", df))
    value = estimate[0] - estimate[1]
    total = variance.sum(axis=0)
    known = np.where(df >= 1.0, df, np.nan)
    spread = np.where(variance > 0.0, variance**2 / known, 0.0).sum(axis=0)
    freedom = np.divide(total**2, spread, out=np.full_like(total, np.nan), where=spread != 0.0)
    se = np.sqrt(total)
    statistic, p_value = t_test(value, se, freedom)
    half = t_quantile(freedom, confidence) * se
    return IndependentDifferences(
        estimate=value,
        se=se,
        ci_low=value - half,
        ci_high=value + half,
        statistic=statistic,
        df=freedom,
        p_value=p_value,
    )


def independent_shares(
    share: FloatArray, variance: FloatArray, df: FloatArray, n: IntArray, confidence: float = 0.95
) -> tuple[IndependentDifferences, NDArray[np.int8]]:
    """
    Compare k shares of one sample with k of another, drawn independently.

    Parameters
    ----------
    share, variance, df : (2, k) float
        As for `independent_differences`.
    n : (2, k) int
        Rows in the base of each share.
    confidence : float

    Returns
    -------
    IndependentDifferences
        Without standard error, interval and test where an estimated variance of 0 is no knowledge.
    (k,) int8
        Index into `COMPARISON_REASONS`: why there is no test, or why it is to be doubted.

    Notes
    -----
    The rule of `compare_shares`: a share of 0 or 1 or of one answer has a linearized variance of 0, and a test that
    took it as known would find every other share to be different.
    """
    named = (("share", share), ("variance", variance), ("df", df), ("n", n))
    share, variance, df, counts = _of_two_samples(*named)
    found = independent_differences(share, variance, df, confidence)
    reason = explain_change(share, counts.astype(np.intp), found.se**2, found.df, is_share=True)
    known = np.where(np.isin(reason, UNKNOWN), np.nan, variance)
    return independent_differences(share, known, df, confidence), reason


def _of_two_samples(*given: tuple[str, Values]) -> list[FloatArray]:
    """Return arrays with a row for each of two samples, all of the shape of the first."""
    arrays = [as_numbers(argument, values) for argument, values in given]
    for (argument, _), array in zip(given, arrays, strict=True):
        if array.shape[:1] != (2,) or array.shape != arrays[0].shape:
            raise ArgumentError(
                argument, f"must have a row for each of two samples, as {given[0][0]} has; got shape {array.shape}"
            )
    return arrays
