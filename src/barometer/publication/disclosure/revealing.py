"""Which cells of sums tell what single respondents answered: what anybody can work out from them by hand."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barometer.publication.disclosure.policy import DisclosurePolicy
from barometer.publication.disclosure.small_cells import REASONS, FloatArray
from barometer.publication.disclosure.systems import BoolArray
from barometer.survey import CellSums
from barometer.survey.centring import moved

CLOSE = 1e-9
"""How far two sums that are the same may differ for rounding, beside the larger."""
EQUAL = 1e-12
"""Squares around a mean, beside those around zero, that rounding leaves of numbers that are all the same."""
FEW_ANSWERS, FEW_OTHERS, NONE, ALL, FEW_IN_BASE, DOMINANCE = (
    np.int8(REASONS.index(reason))
    for reason in ("few_answers", "few_others", "none_answered", "all_answered", "few_in_base", "dominance")
)


def find_revealing(sums: CellSums, policy: DisclosurePolicy) -> NDArray[np.int8]:
    """
    Find the cells that would reveal what single respondents answered.

    Parameters
    ----------
    sums : CellSums
        Without products of outcomes with each other.
    policy : DisclosurePolicy

    Returns
    -------
    (c, k) int8
        Index into `REASONS` of each cell and outcome.

    Notes
    -----
    Of shares, how many answered so is not in the sums, but a bound is: with equal weights it is exact, and with others
    it errs on the safe side. By the inequality of Cauchy and Schwarz at least (sum w y)^2 / sum w^2 y answered so; and
    by that of Samuelson no weight is above m + s sqrt(n - 1), m and s being mean and standard deviation of the n
    weights. The same for those who did not answer so, for those who gave none of a question's answers, and for those by
    whom one base exceeds another where all else is the same.

    Of amounts, the n largest contributions are at most the root of n times the sum of squares. A cell where that is
    more than the policy's part of the total counts as dominated, and one where all numbers are the same tells
    everybody's, unless they are 1 everywhere: that is a count.

    References
    ----------
    Samuelson (1968), How deviant can you be? JASA 63.
    """
    if not policy.is_control:
        return np.zeros((sums.group.size, sums.base.size), dtype=np.int8)
    return _of_shares(sums, policy) if sums.statistic == "share" else _of_amounts(sums, policy)


def _of_shares(sums: CellSums, policy: DisclosurePolicy) -> NDArray[np.int8]:
    few, base = policy.threshold, sums.base
    weight, yes = sums.weight[:, base], sums.numerator
    no = _positive(weight - yes, weight)
    of_yes = None if sums.square is None else sums.square.ux
    of_no = None if of_yes is None else _positive(sums.weight_sq[:, base] - of_yes, sums.weight_sq[:, base])
    found = np.zeros(yes.shape, dtype=np.int8)
    found[_below(sums, base, no, of_no, few)] = FEW_OTHERS
    found[_below(sums, base, yes, of_yes, few)] = FEW_ANSWERS
    if policy.zeros == "small":
        found[(yes == 0.0) & (weight > 0.0)] = NONE
        found[(no == 0.0) & (weight > 0.0)] = ALL
    for outcomes in _exclusive(sums):
        rest = _positive(weight[:, outcomes[0]] - yes[:, outcomes].sum(axis=1), weight[:, outcomes[0]])[:, np.newaxis]
        squares = None
        if of_yes is not None:
            all_squares = sums.weight_sq[:, base[outcomes[0]]]
            squares = _positive(all_squares - of_yes[:, outcomes].sum(axis=1), all_squares)[:, np.newaxis]
        mark = _below(sums, base[outcomes[:1]], rest, squares, few) & (found[:, outcomes] == 0)
        found[:, outcomes] = np.where(mark, FEW_OTHERS, found[:, outcomes])
    found[_differ_by_few(sums, yes, no, few) & (found == 0)] = FEW_OTHERS
    inside = np.minimum(sums.rows, sums.weighted)[:, base]
    found[(sums.rows[:, base] > 0.0) & (inside < few)] = FEW_IN_BASE
    return found


def _positive(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return a difference of sums, 0 where it is within their rounding."""
    return np.where(part > CLOSE * whole, part, 0.0)


def _below(sums: CellSums, base: NDArray[np.intp], part: FloatArray, squares: FloatArray | None, few: int) -> BoolArray:
    """Whether it cannot be shown that the weights `part`, whose squares sum to `squares`, are those of enough."""
    heaviest = _heaviest(sums)[:, base]
    if squares is None:
        squares = np.minimum(sums.weight_sq[:, base], heaviest * part)
    by_heaviest = np.divide(part, heaviest, out=np.zeros_like(part), where=part > 0.0)
    by_squares = np.divide(part**2, squares, out=np.zeros_like(part), where=squares > 0.0)
    fewest = np.ceil(np.maximum(by_heaviest, by_squares) - CLOSE * few)
    return np.asarray((part > 0.0) & (fewest < few))


def _heaviest(sums: CellSums) -> FloatArray:
    """(c, b) a weight that none is above."""
    n = np.maximum(sums.weighted, 1.0)
    mean = sums.weight / n
    spread = np.sqrt(np.maximum(sums.weight_sq / n - mean**2, 0.0))
    spread[spread < np.sqrt(EQUAL) * mean] = 0.0
    return np.asarray(np.minimum(mean + spread * np.sqrt(n - 1.0), np.sqrt(sums.weight_sq)))


def _exclusive(sums: CellSums) -> list[NDArray[np.intp]]:
    """Outcomes of one question and base of which it cannot be ruled out that nobody gave two."""
    questions = defaultdict[tuple[str, int], list[int]](list)
    for place, (name, base) in enumerate(zip(sums.names, sums.base.tolist(), strict=True)):
        questions[name.rpartition(".")[0], base].append(place)
    several = [np.array(places, dtype=np.intp) for places in questions.values() if len(places) > 1]
    return [
        places
        for places in several
        if (sums.numerator[:, places].sum(axis=1) <= sums.weight[:, sums.base[places[0]]] * (1.0 + CLOSE)).all()
    ]


def _differ_by_few(sums: CellSums, yes: FloatArray, no: FloatArray, few: int) -> BoolArray:
    """Outcomes that have the yes or the no of another, over a base that differs by few: these few are known then."""
    found = np.zeros(yes.shape, dtype=np.bool_)
    if sums.rows.shape[1] == 1:
        return found
    rows = sums.rows[:, sums.base]
    for outcome in range(yes.shape[1]):
        more = rows[:, [outcome]] - rows
        near = (more > 0.0) & (more < few)
        if near.any():
            same = [(part > 0.0) & (np.abs(part - part[:, [outcome]]) <= CLOSE * np.abs(part)) for part in (yes, no)]
            found[:, outcome] = (near & (same[0] | same[1])).any(axis=1)
    return found


def _of_amounts(sums: CellSums, policy: DisclosurePolicy) -> NDArray[np.int8]:
    base = sums.base
    rows = sums.rows[:, base]
    plain = moved(replace(sums, products=None), np.zeros_like(sums.centre))
    spread = moved(replace(sums, products=None), cell_means(sums)).flat.uu
    found = np.zeros(rows.shape, dtype=np.int8)
    dominated = _dominated(
        sums, plain.numerator, plain.flat.uu, None if plain.square is None else plain.square.uu, policy
    )
    if sums.statistic == "ratio":
        xx = plain.flat.xx[:, base], None if plain.square is None else plain.square.xx[:, base]
        dominated |= _dominated(sums, plain.denominator[:, base], *xx, policy)
    found[dominated & (rows > 0.0)] = DOMINANCE
    if policy.zeros == "small":
        counts = (spread == 0.0).all(axis=0) & (cell_means(sums)[rows.max(axis=1) > 0.0] == 1.0).all(axis=0)
        found[(spread <= EQUAL * plain.flat.uu) & (rows > 0.0) & ~counts] = ALL
    inside = np.minimum(sums.rows, sums.weighted)[:, base]
    found[(rows > 0.0) & (inside < policy.threshold)] = FEW_IN_BASE
    return found


def _dominated(
    sums: CellSums, total: FloatArray, flat: FloatArray, square: FloatArray | None, policy: DisclosurePolicy
) -> BoolArray:
    """Whether the policy's rules of dominance may be broken, for all that the squares of contributions say."""
    squares = _heaviest(sums)[:, sums.base] * flat if square is None else square
    found = np.zeros(total.shape, dtype=np.bool_)
    if policy.largest is not None:
        n, part = policy.largest
        found |= np.sqrt(n * squares) > part * np.abs(total)
    if policy.prior is not None:
        found |= np.abs(total) - np.sqrt(2.0 * squares) < policy.prior * np.sqrt(squares)
    return found


def cell_means(sums: CellSums) -> FloatArray:
    """
    Return the mean, or ratio, of each cell, which is nobody's own number.

    Returns
    -------
    (c, k) float
        The constant that there was where nobody has a weight.
    """
    x = sums.denominator[:, sums.base]
    shift = np.divide(sums.numerator, x, out=np.zeros_like(sums.numerator), where=x != 0.0)
    return np.asarray(sums.centre + shift)


def reason_counts(found: NDArray[np.int8]) -> tuple[tuple[str, int], ...]:
    """
    Count the cells by reason, in the order of `REASONS`.

    Parameters
    ----------
    found : int8 array
        As `find_revealing` gives.
    """
    counts: Sequence[int] = np.bincount(found.ravel(), minlength=len(REASONS)).tolist()
    return tuple((reason, count) for reason, count in zip(REASONS, counts, strict=True) if reason and count)
