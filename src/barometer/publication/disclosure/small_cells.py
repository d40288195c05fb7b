"""Which cells rest on too few: the first step of disclosure control, on arrays."""

import numpy as np
from numpy.typing import NDArray

from barometer.microdata.arrays import FloatArray, IntArray
from barometer.publication.disclosure.policy import DisclosurePolicy

REASONS = ("", "few_answers", "few_others", "none_answered", "all_answered", "few_in_base", "dominance")
"""Why a cell is suppressed of itself; the first is for one that may be shown."""


def find_small(count: IntArray | FloatArray, base: IntArray | FloatArray, policy: DisclosurePolicy) -> NDArray[np.int8]:
    """
    Find the cells that rest on too few respondents.

    Parameters
    ----------
    count : int or float array
        Respondents who answered so, without weights.
    base : int array of that shape
        Respondents in the base. A base is a cell too: of itself.
    policy : DisclosurePolicy

    Returns
    -------
    int8 array of that shape
        Index into `REASONS`. A base of nobody is no cell: there is nobody to protect.
    """
    others, few = base - count, policy.threshold
    small = np.zeros(np.shape(count), dtype=np.int8)
    if few == 0:
        return small
    if policy.zeros == "small":
        small[(count == 0) & (base > 0)] = REASONS.index("none_answered")
        small[(others == 0) & (base > 0)] = REASONS.index("all_answered")
    small[(others > 0) & (others < few)] = REASONS.index("few_others")
    small[(count > 0) & (count < few)] = REASONS.index("few_answers")
    small[(base > 0) & (base < few)] = REASONS.index("few_in_base")
    return small


def find_dominated(
    contribution: FloatArray, group: IntArray, groups: int, policy: DisclosurePolicy
) -> NDArray[np.bool_]:
    """
    Find totals of amounts that one or a few respondents make up.

    Parameters
    ----------
    contribution : (n,) float
        What each respondent adds to the total of its group; signs are disregarded.
    group : (n,) int
        0..groups-1; -1 outside.
    groups : int
    policy : DisclosurePolicy
        Its `largest` (n, k) and `prior` (p).

    Returns
    -------
    (groups,) bool

    Notes
    -----
    (n, k): the n largest contributions are more than the part k of the total. p%: what is left of the total without the
    two largest is less than the part p of the largest, so that the second largest could find it to within p.

    References
    ----------
    Hundepool and others (2012), Statistical Disclosure Control, section 4.2.
    """
    found = np.zeros(groups, dtype=np.bool_)
    inside = group >= 0
    size, where = np.abs(contribution[inside]), group[inside]
    order = np.lexsort((-size, where))
    size, where = size[order], where[order]
    rank = np.arange(where.size) - np.searchsorted(where, where)
    total = np.bincount(where, size, groups)
    if policy.largest is not None:
        n, part = policy.largest
        top = np.bincount(where[rank < n], size[rank < n], groups)
        found |= (total > 0.0) & (top > part * total)
    if policy.prior is not None:
        two, one = (np.bincount(where[rank < k], size[rank < k], groups) for k in (2, 1))
        found |= (total > 0.0) & (total - two < policy.prior * one)
    return found
