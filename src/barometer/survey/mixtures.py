"""Pattern mixtures: sampling error and an opinion of how those who did not answer differ, in one interval."""

import numpy as np

from barometer.errors import ArgumentError, check_number
from barometer.survey.sensitivity import MissingPart, check_part, normal_quantile


def pattern_mixture(
    part: MissingPart, *, mean: float = 0.0, spread: float, confidence: float = 0.95
) -> tuple[float, float, float, float]:
    """
    Combine sampling error with a normal opinion of how those who did not answer differ.

    Parameters
    ----------
    part : MissingPart
    mean, spread : float
        Of the normal distribution of (their true share - imputed), fractions of one.
    confidence : float

    Returns
    -------
    estimate, se, low, high : float
        Centre and standard deviation of the mixture, and its interval, held inside 0 and 1; nan but for the centre
        where the standard error is not known.

    Notes
    -----
    share + (1 - rate) mean, with variance se^2 + (1 - rate)^2 spread^2. The opinion is normal and not cut at 0 and 1.

    References
    ----------
    Rubin (1977), JASA 72. Little (1993), Pattern-mixture models for multivariate incomplete data. JASA 88.

    Examples
    --------
    >>> estimate, se, low, high = pattern_mixture(MissingPart(0.8, 0.5, 0.8, 0.03), spread=0.08)
    >>> round(se, 4)
    0.05
    """
    check_part("part", part)
    _check_opinion(mean, spread)
    estimate = part.share + part.missing * mean
    se = float(np.hypot(part.se, part.missing * spread))
    half = normal_quantile(confidence) * se
    if se != se:
        return estimate, se, se, se
    return estimate, se, max(estimate - half, 0.0), min(estimate + half, 1.0)


def mixture_difference(
    first: MissingPart, second: MissingPart, *, se: float, mean: float = 0.0, spread: float, confidence: float = 0.95
) -> tuple[float, float, float, float]:
    """
    Combine the sampling error of first less second with the same normal opinion of both, independent of each other.

    Parameters
    ----------
    first, second : MissingPart
    se : float
        Standard error of the difference.
    mean, spread, confidence
        As in `pattern_mixture`.

    Returns
    -------
    estimate, se, low, high : float
        As of `pattern_mixture`, held inside -1 and 1.

    Notes
    -----
    Variance se^2 + ((1 - rate_1)^2 + (1 - rate_2)^2) spread^2.
    """
    check_part("first", first)
    check_part("second", second)
    _check_opinion(mean, spread)
    estimate = first.share - second.share + (first.missing - second.missing) * mean
    both = float(np.hypot(se, np.hypot(first.missing, second.missing) * spread))
    half = normal_quantile(confidence) * both
    return estimate, both, max(estimate - half, -1.0), min(estimate + half, 1.0)


def _check_opinion(mean: float, spread: float) -> None:
    check_number("mean", mean)
    check_number("spread", spread)
    if spread < 0.0:
        raise ArgumentError("spread", f"must not be negative, got {spread}")
