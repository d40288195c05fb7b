"""Many tests at once: adjusted p-values, and intervals that hold together."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from barometer.errors import ArgumentError, check_choice, check_confidence
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.inputs import as_numbers

Adjustment = Literal["holm", "bh", "none"]
"""Holm's step-down procedure, Benjamini and Hochberg's step-up procedure, or the p-values as they are."""


def adjust_p_values(p_value: ArrayLike, adjustment: Adjustment = "holm") -> FloatArray:
    """
    Adjust p-values for the number of tests in their family.

    Parameters
    ----------
    p_value : (m,) or (m, f) float array or lists
        Each column is a family. nan where there was no test: it leaves the family and does not count in its size.
    adjustment : {"holm", "bh", "none"}
        "holm": the chance of one false finding or more in the family is at most the level, whatever the dependence.
        "bh": the expected share of false findings among the findings is.

    Returns
    -------
    float array of that shape
        At most 1; nan where `p_value` is.

    Raises
    ------
    ArgumentError
        If they are no numbers between 0 and 1 in one or two dimensions, or the adjustment is none of these.

    Notes
    -----
    With p_(1) <= ... <= p_(n) the tests of a family: Holm's are max over j <= i of (n - j + 1) p_(j), Benjamini and
    Hochberg's min over j >= i of (n / j) p_(j), cut at 1. The same as R's `p.adjust` with "holm" and "BH".

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure. Scand. J. Statist. 6. Benjamini and Hochberg
    (1995), Controlling the false discovery rate. JRSS B 57.

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, np.nan, 0.03]).round(3)
    array([0.03, 0.06,  nan, 0.06])
    >>> adjust_p_values(np.array([0.01, 0.04, np.nan, 0.03]), "bh").round(3)
    array([0.03, 0.04,  nan, 0.04])
    """
    check_choice("adjustment", adjustment, Adjustment)
    return _adjusted(_as_p_values(p_value), adjustment)


def _as_p_values(values: ArrayLike) -> FloatArray:
    """Return a new array of p-values; refuse what is none."""
    what = "must be p-values: numbers between 0 and 1, nan where there was no test, in one or two dimensions"
    try:
        found = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ArgumentError("p_value", f"{what}; got {type(values).__name__}") from None
    if found.ndim not in (1, 2):
        raise ArgumentError("p_value", f"{what}; got {found.ndim} dimensions")
    outside = int(((found < 0.0) | (found > 1.0)).sum())
    if outside:
        raise ArgumentError("p_value", f"{what}; {outside} are outside 0 to 1")
    return found


def _adjusted(p_value: FloatArray, adjustment: Adjustment) -> FloatArray:
    if adjustment == "none":
        return p_value
    order = np.argsort(p_value, axis=0, kind="stable")
    ordered = np.take_along_axis(p_value, order, axis=0)
    rank = np.arange(1.0, 1.0 + p_value.shape[0]).reshape(-1, *[1] * (p_value.ndim - 1))
    size = family_size(p_value)
    # nan sorts last, and only numbers are carried on.
    if adjustment == "holm":
        stepped = np.maximum.accumulate(ordered * (size - rank + 1.0), axis=0)
    else:
        scaled = np.where(np.isnan(ordered), np.inf, ordered * size / rank)
        stepped = np.minimum.accumulate(scaled[::-1], axis=0)[::-1]
    adjusted = np.empty_like(p_value)
    np.put_along_axis(adjusted, order, np.where(np.isnan(ordered), np.nan, np.minimum(stepped, 1.0)), axis=0)
    return adjusted


def family_size(p_value: FloatArray) -> IntArray:
    """Return how many tests there are in each family: () of (m,), or (f,) of (m, f)."""
    return np.asarray(np.count_nonzero(~np.isnan(_as_p_values(p_value)), axis=0))


def simultaneous_confidence(confidence: float, size: IntArray, adjustment: Adjustment = "holm") -> FloatArray:
    """
    Coverage of one interval, for the intervals of a family to hold together.

    Parameters
    ----------
    confidence : float
        Coverage wanted of all of them at once, between 0 and 1.
    size : int array
        Tests in each family.
    adjustment : {"holm", "bh", "none"}

    Returns
    -------
    float array of that shape
        1 - (1 - confidence) / size, Bonferroni's; the confidence itself with "none".

    Notes
    -----
    Neither procedure has two-sided intervals of its own that say more: the bounds compatible with Holm's are 0 for the
    findings as long as one test of the family finds nothing (Strassburger and Bretz 2008), and Benjamini and Hochberg's
    promise nothing of all intervals together. Bonferroni's hold together under both. A finding of either may have a
    Bonferroni interval that reaches zero: that there is a difference is found, how large it is at least is not.

    References
    ----------
    Dunn (1961), Multiple comparisons among means. JASA 56. Strassburger and Bretz (2008), Compatible simultaneous lower
    confidence bounds for the Holm procedure and other Bonferroni-based closed tests. Statist. Med. 27.
    """
    confidence = check_confidence(confidence)
    check_choice("adjustment", adjustment, Adjustment)
    tests = as_numbers("size", size)
    if not (tests >= 0.0).all():
        raise ArgumentError("size", "must be how many tests there are in each family: 0 or more")
    shared = 1 if adjustment == "none" else np.maximum(tests, 1.0)
    return np.asarray(1.0 - (1.0 - confidence) / shared + np.zeros(tests.shape))
