"""Differences of estimates, with the covariance between them."""

from dataclasses import dataclass

import numpy as np

from barometer.survey.arrays import FloatArray


@dataclass(frozen=True, slots=True, repr=False)
class Contrast:
    """
    A linear combination of estimates with its test against zero.

    Attributes
    ----------
    estimate, se : float
        In the unit of the estimates.
    statistic : float
        estimate / se; nan when se is 0.
    df : int
        Degrees of freedom of Student's t.
    p_value : float
        Two-sided; nan when the statistic is or df < 1.
    """

    estimate: float
    se: float
    statistic: float
    df: int
    p_value: float

    def __repr__(self) -> str:
        """Return the finding in one line."""
        tested = "not tested" if np.isnan(self.p_value) else f"t = {self.statistic:.4g}, p = {self.p_value:.3g}"
        return f"<Contrast: {self.estimate:.4g}, se {self.se:.4g}, {tested}, df {self.df:,}>"


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

    Notes
    -----
    Estimate c'p with variance c'Vc; estimates with weight zero are left out, so that an empty group among them does
    no harm.
    """
    from scipy.special import stdtr

    used = weights != 0.0
    c = weights[used]
    value = float(c @ estimates[used])
    se = float(np.sqrt(max(float(c @ covariance[np.ix_(used, used)] @ c), 0.0)))
    statistic = value / se if se > 0.0 else float("nan")
    p_value = float(2.0 * stdtr(df, -abs(statistic))) if df >= 1 else float("nan")
    return Contrast(value, se, statistic, df, p_value)
