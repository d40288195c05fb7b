"""Differences of estimates, with the covariance between them, and the test of what is not zero."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, check_number
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.inputs import Values, as_numbers, as_vector
from barometer.survey.intervals import ROUNDING, WORDS


@dataclass(frozen=True, slots=True, repr=False)
class Contrast:
    """
    A linear combination of estimates with its test against zero.

    Attributes
    ----------
    estimate, se : float
        In the unit of the estimates.
    statistic : float
        estimate / se; nan when se is 0, or no more than the rounding of the estimates.
    df : int
        Degrees of freedom of Student's t.
    p_value : float
        Two-sided; nan when the statistic is or df < 1.
    note : str
        One of `REASONS`: why there is no estimate, standard error or test; "" where there are all three.
    """

    estimate: float
    se: float
    statistic: float
    df: int
    p_value: float
    note: str = ""

    def __repr__(self) -> str:
        """Return the finding in one line, and in words what it lacks."""
        if np.isnan(self.estimate):
            return f"<Contrast: no estimate: {WORDS[self.note]}>"
        if np.isnan(self.se):
            return f"<Contrast: {self.estimate:.4g}, no standard error: {WORDS[self.note]}>"
        tested = f"t = {self.statistic:.4g}, p = {self.p_value:.3g}"
        if np.isnan(self.p_value):
            tested = f"not tested: {WORDS[self.note]}"
        return f"<Contrast: {self.estimate:.4g}, se {self.se:.4g}, {tested}, df {self.df:,}>"

    def _repr_html_(self) -> str:
        from barometer.survey.frames import contrast_html

        return contrast_html(self)


def contrast(estimates: FloatArray, covariance: FloatArray, weights: FloatArray, df: int) -> Contrast:
    """
    Combine estimates linearly and test the result against zero.

    Parameters
    ----------
    estimates, weights : (k,) float
    covariance : (k, k) float
    df : int

    Returns
    -------
    Contrast
        An estimate that is nan counts as one of an empty base, a covariance that is nan as none.

    Notes
    -----
    Estimate c'p with variance c'Vc; estimates with weight zero are left out, so that an empty group among them does
    no harm.
    """
    estimates, covariance = as_moments("estimates", estimates, covariance)
    weights = as_vector("weights", weights)
    if weights.shape != estimates.shape:
        raise ArgumentError("weights", f"must be one for each of {estimates.size} estimates; got {weights.size}")
    check_number("df", df)
    used = weights != 0.0
    c = weights[used]
    value = float(c @ estimates[used])
    squared = float(c @ covariance[np.ix_(used, used)] @ c)
    se = float(np.sqrt(np.maximum(squared, 0.0)))
    varies = se > ROUNDING * np.abs(c * estimates[used]).max(initial=0.0)
    statistic, p_value = t_test(np.array(value), np.array(se if varies else 0.0), np.array(df))
    if np.isnan(value):
        note = "empty_base"
    elif np.isnan(se):
        note = "no_variance"
    else:
        note = "no_spread" if not varies else "df_below_1" if df < 1 else ""
    return Contrast(value, se, float(statistic), df, float(p_value), note)


def as_moments(argument: str, estimates: Values, covariance: Values) -> tuple[FloatArray, FloatArray]:
    """
    Return estimates (k,) and their covariance (k, k) as floats.

    Raises
    ------
    ArgumentError
        If they are no numbers, or of other shapes.
    """
    value, spread = as_vector(argument, estimates), as_numbers("covariance", covariance)
    if spread.shape != (value.size, value.size):
        raise ArgumentError(
            "covariance", f"must be {value.size} x {value.size}, as there are {argument}; got {spread.shape}"
        )
    return value, spread


def t_test(estimate: FloatArray, se: FloatArray, df: FloatArray | IntArray) -> tuple[FloatArray, FloatArray]:
    """
    Test estimates against zero.

    Parameters
    ----------
    estimate, se : float arrays of one shape
    df : int or float array of that shape
        Degrees of freedom of Student's t; infinity gives the normal distribution.

    Returns
    -------
    statistic : float array
        estimate / se; nan where se is 0 or missing.
    p_value : float array
        Two-sided; nan where the statistic is, or df < 1.
    """
    from scipy.special import stdtr

    statistic = np.divide(estimate, se, out=np.full(np.shape(estimate), np.nan), where=np.asarray(se > 0.0))
    p_value = 2.0 * stdtr(np.where(np.asarray(df) >= 1.0, df, np.nan), -np.abs(statistic))
    return statistic, np.asarray(p_value)
