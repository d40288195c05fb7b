"""How representative a response is: R-indicator, spread of the propensities, and partial indicators."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from barometer.errors import check_choice, check_confidence, check_kind
from barometer.survey.arrays import FloatArray
from barometer.survey.design import SurveyDesign
from barometer.survey.estimators import estimate_means
from barometer.survey.inputs import Values, as_mask
from barometer.survey.partial_indicators import PartialIndicator, mean_form, partial_indicators
from barometer.survey.propensity import Propensities, fit_propensities

Correction = Literal["published", "centred"]
IndicatorInterval = Literal["variance", "normal"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Representativity:
    """
    R-indicator and coefficient of variation of the response propensities.

    Attributes
    ----------
    n, answered : int
    rate : float
        Weighted response rate.
    r, r_se, r_low, r_high : float
        Corrected R-indicator, 1 for a response that is alike everywhere; its interval is held at most 1.
    r_uncorrected : float
    cv, cv_se, cv_low, cv_high : float
        Coefficient of variation of the propensities: the largest standardized bias of a respondents' mean.
    cv_uncorrected : float
    spread, bias : float
        Uncorrected variance of the propensities, and its estimated bias.
    note : str
        "bias_exceeds_spread" where the correction is larger than the variance: R is 1, the CV 0; "".
    partial : tuple of PartialIndicator
        Each variable, followed by its levels.
    model : Propensities
    confidence : float
    correction : {"published", "centred"}
    interval : {"variance", "normal"}
    """

    n: int
    answered: int
    rate: float
    r: float
    r_se: float
    r_low: float
    r_high: float
    r_uncorrected: float
    cv: float
    cv_se: float
    cv_low: float
    cv_high: float
    cv_uncorrected: float
    spread: float
    bias: float
    note: str
    partial: tuple[PartialIndicator, ...]
    model: Propensities
    confidence: float
    correction: Correction
    interval: IndicatorInterval

    def __repr__(self) -> str:
        """Return the finding in two lines."""
        return (
            f"<Representativity: R {self.r:.3f} ({self.r_low:.3f} to {self.r_high:.3f}), cv {self.cv:.3f} "
            f"({self.cv_low:.3f} to {self.cv_high:.3f}); {self.answered:,} of {self.n:,} answered, weighted "
            f"{100.0 * self.rate:.1f}%>"
        )


def estimate_representativity(
    design: SurveyDesign,
    answered: Values,
    variables: Values,
    *,
    also: Values = None,
    confidence: float = 0.95,
    correction: Correction = "published",
    interval: IndicatorInterval = "variance",
) -> Representativity:
    """
    Estimate how far the response departs from a random part of the sample.

    Parameters
    ----------
    design : SurveyDesign
        Of the n units drawn, with design weights.
    answered : (n,) array_like of bool
    variables : (n,) labels, or several of them as a mapping, a frame or a list
        Frame variables of the propensity model, as in `fit_propensities`.
    also : labels, optional
        Further frame variables that get unconditional indicators without being in the model: those that follow from
        it, as a level does from its sectors.
    confidence : float
    correction : {"published", "centred"}
        Of the bias that estimated propensities bring: with z'Vz as in the paper, or with deviations of z from its mean.
    interval : {"variance", "normal"}
        Made on the scale of S^2 and carried over, or symmetric around R and CV as in the paper. Where the response is
        nearly alike everywhere the second misses too often (`benchmarks/nonresponse.py`).

    Returns
    -------
    Representativity

    Raises
    ------
    ArgumentError
        If arrays have the wrong length or kind, a label is missing, or a variable follows from others.
    ResponseError
        If all or none answered at some level.

    Notes
    -----
    With design weights d, N = sum d, propensities rho and their weighted mean m,

        S^2 = sum d (rho - m)^2 / (N - 1),    R = 1 - 2 S,    CV = S / m.

    Estimated propensities scatter more than true ones. With z = d rho / d b = rho (1 - rho) x and V the covariance of b
    given the sample, S^2 is too large by sum d z'Vz / N, and too small by the sampling variance of m:

        bias = sum d z'Vz / N - Var(m);   R = 1 - 2 sqrt(S^2 - bias).

    "centred" puts z - mean z for z, since m is estimated by the same coefficients: one term less of z'Vz. The variance
    of S^2 is that of the coefficients and of the sample,

        4 A'VA + 2 tr(BVBV) + Var(mean of (rho - m)^2),   A = cov(z, rho),  B = cov(z, z),

    and Var(R) = Var(S^2) / S^2. That of the CV follows from S^2, m and their covariance by the delta method. The
    interval of S^2 is S^2 - bias with normal quantiles, cut at 0; R falls and the CV rises with it. Partial indicators,
    for a variable with levels k and crosses l of all other variables of the model:

        unconditional    sqrt(sum_k N_k/N (m_k - m)^2),                 of a level sqrt(N_k/N) (m_k - m)
        conditional      sqrt(sum_l sum_(i in l) d (rho - m_l)^2 / (N - 1)),  of a level the rows in it alone

    Their corrected squares and their standard errors: see `partial_indicators`.

    References
    ----------
    Schouten, Cobben and Bethlehem (2009), Indicators for the representativeness of survey response. Survey Methodology
    35. Schouten, Shlomo and Skinner (2011), Indicators for monitoring and improving representativeness of response. J.
    Off. Stat. 27. Shlomo, Skinner and Schouten (2012), Estimation of an indicator of the representativeness of survey
    response. J. Stat. Plan. Inference 142.
    """
    from scipy.special import ndtri

    check_kind("design", design, SurveyDesign, "a sampling design of all units drawn")
    check_choice("correction", correction, Correction)
    check_choice("interval", interval, IndicatorInterval)
    confidence = check_confidence(confidence)
    mask = as_mask("answered", answered, design.n)
    model = fit_propensities(mask, variables, weight=design.weight)
    d, rho, z, v = design.weight, model.propensity, model.gradient, model.covariance
    total = d.sum()
    m, centre = float(d @ rho / total), d @ z / total
    spread = float(d @ (rho - m) ** 2 / (total - 1.0))
    by_sample = estimate_means(design, {"square": (rho - m) ** 2, "rho": rho}, across="outcomes").covariance()
    inner = z if correction == "published" else z - centre
    bias = mean_form(d, inner, v) - float(by_sample[1, 1])
    left = max(spread - bias, 0.0)
    covariance = _covariance(d, rho - m, z - centre, centre, v) + by_sample
    s = np.sqrt(spread)
    r_se = float(np.sqrt(covariance[0, 0]) / s) if s > 0.0 else 0.0
    cv_se = _se(np.array([0.5 / (s * m), -s / m**2]), covariance) if s > 0.0 else 0.0
    q = float(ndtri(0.5 + confidence / 2.0))
    r, cv = float(1.0 - 2.0 * np.sqrt(left)), float(np.sqrt(left) / m)
    if interval == "normal":
        r_ends, cv_ends = (r - q * r_se, min(r + q * r_se, 1.0)), (max(cv - q * cv_se, 0.0), cv + q * cv_se)
    else:
        high, low = _square_ends(spread - bias, q * float(np.sqrt(covariance[0, 0])))
        r_ends = (1.0 - 2.0 * high, 1.0 - 2.0 * low)
        slope = np.array([1.0 / m**2, -2.0 * left / m**3])
        cv_ends = _square_ends((spread - bias) / m**2, q * _se(slope, covariance))[::-1]
    return Representativity(
        n=design.n,
        answered=int(mask.sum()),
        rate=float(d @ mask / total),
        r=r,
        r_se=r_se,
        r_low=r_ends[0],
        r_high=r_ends[1],
        r_uncorrected=float(1.0 - 2.0 * np.sqrt(spread)),
        cv=cv,
        cv_se=cv_se,
        cv_low=cv_ends[0],
        cv_high=cv_ends[1],
        cv_uncorrected=float(np.sqrt(spread) / m),
        spread=spread,
        bias=bias,
        note="bias_exceeds_spread" if bias >= spread > 0.0 else "",
        partial=partial_indicators(design, mask.astype(np.float64), model, also),
        model=model,
        confidence=confidence,
        correction=correction,
        interval=interval,
    )


def _covariance(d: FloatArray, rho: FloatArray, z: FloatArray, centre: FloatArray, v: FloatArray) -> FloatArray:
    """Covariance (2, 2) of S^2 and the mean propensity that comes of the coefficients; rho and z are deviations."""
    total = d.sum()
    a = (d * rho) @ z / total
    b = (z * d[:, np.newaxis]).T @ z / total
    product = b @ v
    first = 4.0 * a @ v @ a + 2.0 * np.trace(product @ product)
    across = 2.0 * a @ v @ centre
    return np.array([[first, across], [across, centre @ v @ centre]])


def _se(slope: FloatArray, covariance: FloatArray) -> float:
    return float(np.sqrt(slope @ covariance @ slope))


def _square_ends(square: float, half: float) -> tuple[float, float]:
    """Return the roots of the upper and the lower end of an interval of a square."""
    return float(np.sqrt(max(square + half, 0.0))), float(np.sqrt(max(square - half, 0.0)))
