"""Where the likelihood of a share falls to its cutoff."""

import numpy as np

from barometer.survey.arrays import FloatArray

_STEPS = 100
_SETTLED = 1e-10
"""Relative step at which Newton's next one is below rounding."""
_LARGE = 500.0
"""Below the logarithm of the largest number."""


def likelihood_limits(
    share: FloatArray, n_effective: FloatArray, quantile: FloatArray | float
) -> tuple[FloatArray, FloatArray]:
    """
    Both ends of the likelihood-ratio interval of shares.

    Parameters
    ----------
    share : float array
        0 to 1, both ends allowed.
    n_effective : float array of that shape
        Observations of a simple random sample that says as much, 0 or more; 0 gives limits of 0 and 1 inside.
    quantile : float or float array of that shape
        Two-sided quantile of the distribution, above 0.

    Returns
    -------
    tuple of two float arrays
        Lower and upper end, 0 to 1. The lower end of a share of 0 is 0, the upper end of a share of 1 is 1.

    Notes
    -----
    The ends are the two values x with 2 n (p log(p / x) + (1 - p) log((1 - p) / (1 - x))) = quantile^2. In the distance
    between the logits of p and x the left side is convex, so that Newton's steps reach the root from outside and never
    pass it again.

    References
    ----------
    Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16.

    Examples
    --------
    >>> low, high = likelihood_limits(np.array([0.2]), np.array([50.0]), 1.959964)
    >>> low.round(6), high.round(6)
    (array([0.105684]), array([0.324291]))
    """
    other = 1.0 - share
    bound = np.divide(np.square(quantile), 2.0 * n_effective, where=n_effective > 0.0, out=np.full(share.shape, np.inf))
    inside = (share > 0.0) & (other > 0.0) & np.isfinite(bound)
    yes, no, finite = np.where(inside, share, 0.5), np.where(inside, other, 0.5), np.where(inside, bound, 1.0)
    down, up = np.exp(-_logit_distance(yes, no, finite)), np.exp(-_logit_distance(no, yes, finite))
    low, high = yes * down / (no + yes * down), yes / (yes + no * up)
    at_edge = np.exp(-bound)
    low = np.where(inside, low, np.where(share > 0.0, at_edge, 0.0))
    high = np.where(inside, high, np.where(share > 0.0, 1.0, 1.0 - at_edge))
    return low, high


def _logit_distance(yes: FloatArray, no: FloatArray, bound: FloatArray) -> FloatArray:
    """How far the logit of `yes` has to fall for the divergence from it to reach the bound."""
    distance = np.sqrt(2.0 * bound / (yes * no))
    for _ in range(_STEPS):
        decay = np.expm1(-distance)
        slope = -yes * no * decay / (1.0 + yes * decay)
        step = (_divergence(yes, no, distance) - bound) / slope
        distance = distance - step
        if np.all(np.abs(step) <= _SETTLED * distance):
            break
    return distance


def _divergence(yes: FloatArray, no: FloatArray, distance: FloatArray) -> FloatArray:
    """Two forms of one number: the one with the smaller probability in front loses no digits."""
    far = np.log1p(yes * np.expm1(-distance)) + yes * distance
    near = np.log1p(no * np.expm1(np.minimum(distance, _LARGE))) - no * distance
    return np.where((no < yes) & (distance < _LARGE), near, far)
