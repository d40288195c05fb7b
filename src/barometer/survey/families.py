"""Families of generalized linear models, each with its canonical link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from barometer.survey.arrays import FloatArray

FamilyName = Literal["logistic", "linear", "poisson"]


@dataclass(frozen=True, slots=True)
class Family:
    """
    A mean as a function of the linear predictor eta, with the canonical link: the score of a row is w (y - mean) x.

    Attributes
    ----------
    name : {"logistic", "linear", "poisson"}
    mean, link : callable
        Mean of the outcome at eta, and eta of a mean.
    slope, curvature : callable
        First and second derivative of the mean by eta, as functions of the mean.
    log_likelihood : callable
        Of outcomes at eta, up to what does not depend on eta and up to a positive factor.
    start : callable
        Linear predictors near the outcomes, where the first step begins.
    """

    name: FamilyName
    mean: Callable[[FloatArray], FloatArray]
    link: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]
    curvature: Callable[[FloatArray], FloatArray]
    log_likelihood: Callable[[FloatArray, FloatArray], FloatArray]
    start: Callable[[FloatArray], FloatArray]


def find_family(name: FamilyName) -> Family:
    """
    Return a family by its name.

    Notes
    -----
    R's `quasibinomial()`, `gaussian()` and `quasipoisson()`: the dispersion is no part of a design-based variance.
    """
    return {"logistic": LOGISTIC, "linear": LINEAR, "poisson": POISSON}[name]


def _expit(eta: FloatArray) -> FloatArray:
    from scipy.special import expit  # 150 ms that only a model need pay

    return np.asarray(expit(eta))


def _logit(mean: FloatArray) -> FloatArray:
    return np.asarray(np.log(mean / (1.0 - mean)))


LOGISTIC = Family(
    name="logistic",
    mean=_expit,
    link=_logit,
    slope=lambda mean: mean * (1.0 - mean),
    curvature=lambda mean: mean * (1.0 - mean) * (1.0 - 2.0 * mean),
    log_likelihood=lambda y, eta: y * eta - np.logaddexp(0.0, eta),
    start=lambda y: _logit((y + 0.5) / 2.0),
)
LINEAR = Family(
    name="linear",
    mean=lambda eta: eta,
    link=lambda mean: mean,
    slope=np.ones_like,
    curvature=np.zeros_like,
    log_likelihood=lambda y, eta: -((y - eta) ** 2),
    start=lambda y: y,
)
POISSON = Family(
    name="poisson",
    mean=np.exp,
    link=np.log,
    slope=lambda mean: mean,
    curvature=lambda mean: mean,
    log_likelihood=lambda y, eta: y * eta - np.exp(eta),
    start=lambda y: np.log(y + 0.1),
)
