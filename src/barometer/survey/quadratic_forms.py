"""Tail probabilities of weighted sums of chi-squares: what tests of several estimates at once are judged by."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, check_choice, check_number
from barometer.survey.arrays import FloatArray
from barometer.survey.inputs import as_numbers

TailMethod = Literal["exact", "saddlepoint", "satterthwaite"]

CENTRE = 1e-4
"""A saddlepoint this near to the mean has lost its formula (0/0); R's `saddle` draws the line here."""
NEGLIGIBLE = 1e-12
"""Part of the largest weight below which a weight is the rounding of nothing."""
EXACT = 1e-12
"""Relative change at which the contour integral is done."""
_FINEST = 1.0 / 256.0
_REACH = 60.0


def chi_square_sum_tail(
    x: float, weights: FloatArray, denominator_df: float = np.inf, *, method: TailMethod = "exact"
) -> float:
    """
    Probability that a weighted sum of chi-squares exceeds x.

    Parameters
    ----------
    x : float
        0 or more.
    weights : (k,) float
        Of k independent chi-squares with one degree of freedom each; none negative, at least one positive.
    denominator_df : float
        Degrees of freedom m of an independent chi-square over m that the sum is divided by: how well the scale of the
        weights is known. Infinity for none; otherwise 1 or more, and rounded down in the first two methods, as R does.
    method : {"exact", "saddlepoint", "satterthwaite"}
        The integral itself, Lugannani and Rice's approximation to it, or a scaled F (chi-square) with the same first
        two moments.

    Returns
    -------
    float
        0 to 1. "exact" has about ten digits, however small the probability is.

    Raises
    ------
    ArgumentError
        If x, the weights or the degrees of freedom are none of these.

    Notes
    -----
    With Q = sum a_j X_j, X_j chi-square(1), and D chi-square(m): P(Q / (D/m) > x) = P(Q - (x/m) D > 0). That is a sum
    of chi-squares again, with M(s) = prod (1 - 2 s a_j)^(-h_j / 2), and

        P(sum > x) = 1/(2 pi i) times the integral of M(s) exp(-s x)/s

    along any line that crosses the real axis between 0 and the first singularity 1/(2 max a). "exact" crosses it where
    the integrand is least and follows s = c + r (cosh t - 1 + i sinh t), on which the integrand falls off without
    waves; the trapezoidal rule is halved until nothing changes. It computes what Davies (1980) and Farebrother (1984)
    compute by series.

    "saddlepoint" is R's `pFsum` and `pchisqsum` (Kuonen 1999). Within 1e-4 of the mean, where its formula is 0/0, it
    gives "satterthwaite", as R does.

    References
    ----------
    Kuonen (1999), Saddlepoint approximations for distributions of quadratic forms in normal variables, Biometrika 86.
    Imhof (1961), Computing the distribution of quadratic forms in normal variables, Biometrika 48. Davies (1980), AS
    155, Applied Statistics 29. Satterthwaite (1946), Biometrics Bulletin 2.

    Examples
    --------
    >>> round(chi_square_sum_tail(3.841458820694124, np.array([1.0])), 9)
    0.05
    """
    check_choice("method", method, TailMethod)
    check_number("x", x)
    a = as_numbers("weights", weights)
    if a.ndim != 1 or not np.isfinite(a).all() or not (a > 0.0).any() or (a < 0.0).any():
        raise ArgumentError("weights", "must be numbers of 0 or more, at least one above 0")
    if not x >= 0.0:
        raise ArgumentError("x", f"must be a number of 0 or more; got {x!r}")
    if not denominator_df >= 1.0:
        raise ArgumentError("denominator_df", f"must be 1 or more; got {denominator_df!r}")
    if x == 0.0:
        return 1.0
    a = a[a > NEGLIGIBLE * a.max()]
    if method == "satterthwaite":
        return _satterthwaite(x, a, denominator_df)
    level, weight, count = x, a, np.ones_like(a)
    if np.isfinite(denominator_df):
        level, weight = 0.0, np.append(a, -x / denominator_df)
        count = np.append(count, np.floor(denominator_df))
    largest = a.max()
    level, weight = level / largest, weight / largest
    if method == "exact":
        return _contour_tail(level, weight, count)
    found = _saddlepoint_tail(level, weight, count)
    return _satterthwaite(x, a, denominator_df) if found is None else found


def _satterthwaite(x: float, a: FloatArray, denominator_df: float) -> float:
    from scipy.special import chdtrc, fdtrc

    scale, df = float((a**2).sum() / a.sum()), float(a.sum() ** 2 / (a**2).sum())
    if np.isinf(denominator_df):
        return float(chdtrc(df, x / scale))
    return float(fdtrc(df, denominator_df, x / (scale * df)))


def _saddlepoint_tail(x: float, weight: FloatArray, count: FloatArray) -> float | None:
    """Lugannani and Rice's tail; the largest weight is 1. None too near to the mean."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    def slope(zeta: float) -> float:
        return float((count * weight / (1.0 - 2.0 * zeta * weight)).sum()) - x

    negative = weight[weight < 0.0]
    low = float((0.5 / negative).max()) if negative.size else min(-0.01, -float(count.sum()) / (2.0 * x))
    inside = 1.0 - 1e-12
    zeta = float(brentq(slope, low * inside, 0.5 * inside, xtol=1e-15, rtol=1e-14))
    if abs(zeta) < CENTRE:
        return None
    cumulant = -0.5 * float((count * np.log1p(-2.0 * zeta * weight)).sum())
    curvature = 2.0 * float((count * (weight / (1.0 - 2.0 * zeta * weight)) ** 2).sum())
    w = np.sign(zeta) * np.sqrt(2.0 * (zeta * x - cumulant))
    v = zeta * np.sqrt(curvature)
    return float(ndtr(-(w + np.log(v / w) / w)))


def _contour_tail(x: float, weight: FloatArray, count: FloatArray) -> float:
    """Invert the moment generating function along a hyperbola; the largest weight is 1."""
    from scipy.optimize import brentq

    def slope(s: float) -> float:
        return float((count * weight / (1.0 - 2.0 * s * weight)).sum()) - x - 1.0 / s

    centre = float(brentq(slope, 1e-300, 0.5 * (1.0 - 1e-15), xtol=1e-300, rtol=1e-12))
    curvature = 2.0 * float((count * (weight / (1.0 - 2.0 * centre * weight)) ** 2).sum()) + 1.0 / centre**2
    radius = 1.0 / np.sqrt(curvature)

    def logarithm(s: NDArray[np.complex128]) -> NDArray[np.complex128]:
        product = np.log1p(-2.0 * s[:, np.newaxis] * weight) @ count
        return np.asarray(-0.5 * product - s * x - np.log(s))

    peak = logarithm(np.array([centre + 0.0j]))[0].real

    def integrand(t: FloatArray) -> FloatArray:
        s = centre + radius * (np.cosh(t) - 1.0 + 1j * np.sinh(t))
        step = radius * (np.sinh(t) + 1j * np.cosh(t))
        return np.asarray((np.exp(logarithm(s) - peak) * step).imag)

    step = 0.25
    values = integrand(np.arange(0.0, _REACH, step))
    total = values.sum() - 0.5 * values[0]
    area = step * total
    while step > _FINEST:
        total += integrand(np.arange(0.5 * step, _REACH, step)).sum()
        step *= 0.5
        before, area = area, step * total
        if abs(area - before) <= EXACT * abs(area):
            break
    return float(min(max(np.exp(peak) * area / np.pi, 0.0), 1.0))
