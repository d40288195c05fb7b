"""Which cells of sums tell what single respondents answered: what anybody can work out from them by hand."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from barometer.microdata.arrays import BoolArray, FloatArray
from barometer.publication.disclosure.policy import DisclosurePolicy
from barometer.publication.disclosure.small_cells import REASONS
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


@dataclass(frozen=True, slots=True)
class Rules:
    """
    What is looked for in the cells of a file, however they are merged.

    Attributes
    ----------
    policy : DisclosurePolicy
    exclusive : tuple of tuple of str
        Outcomes of one question and base of which it cannot be ruled out that nobody gave two: who gave none of them
        follows.
    nested : tuple of (str, str)
        Two outcomes with the same yes, or the same no, in every cell: by whom the first base is larger follows.
    within : tuple of (str, str)
        Two outcomes of which it cannot be ruled out that everybody who gave the second gave the first: who gave the
        first alone follows.
    """

    policy: DisclosurePolicy
    exclusive: tuple[tuple[str, ...], ...]
    nested: tuple[tuple[str, str], ...]
    within: tuple[tuple[str, str], ...]


def rules_for(sums: CellSums, policy: DisclosurePolicy) -> Rules:
    """
    Find what follows from the outcomes of a file beside the cells themselves.

    Parameters
    ----------
    sums : CellSums
        Before anything is merged: the more cells there are, the less is taken for what it is not.
    policy : DisclosurePolicy
    """
    if sums.statistic != "share" or not policy.is_control:
        return Rules(policy, (), (), ())
    return Rules(policy, _exclusive(sums), _nested(sums), _within(sums))


def find_revealing(sums: CellSums, rules: Rules) -> NDArray[np.int8]:
    """
    Find the cells that would reveal what single respondents answered.

    Parameters
    ----------
    sums : CellSums
        Without products of outcomes with each other.
    rules : Rules

    Returns
    -------
    (c, k) int8
        Index into `REASONS` of each cell and outcome.

    Notes
    -----
    Of shares, how many answered so is not in the sums, but a bound is: with equal weights it is exact, and with others
    it errs on the safe side. By the inequality of Cauchy and Schwarz at least (sum w y)^2 / sum w^2 y answered so; and
    by that of Samuelson no weight is above m + s sqrt(n - 1), m and s being mean and standard deviation of the n
    weights. The same for those who did not answer so, for those who gave none of a question's answers, for those who
    gave an answer without another that may be part of it, and for those by whom one base exceeds another where all else
    is the same.

    Of amounts, the n largest contributions are at most the root of n times the sum of squares. A cell where that is
    more than the policy's part of the total counts as dominated, and one where all numbers are the same tells
    everybody's, unless they are 1 everywhere: that is a count.

    References
    ----------
    Samuelson (1968), How deviant can you be? JASA 63.
    """
    if not rules.policy.is_control:
        return np.zeros((sums.group.size, sums.base.size), dtype=np.int8)
    return _of_shares(sums, rules) if sums.statistic == "share" else _of_amounts(sums, rules.policy)


def _of_shares(sums: CellSums, rules: Rules) -> NDArray[np.int8]:
    few, base, heaviest = rules.policy.threshold, sums.base, _heaviest(sums)

    def below(bases: NDArray[np.intp], part: FloatArray, squares: FloatArray | None) -> BoolArray:
        return _below(part, squares, heaviest[:, bases], sums.weight_sq[:, bases], few)

    weight, yes = sums.weight[:, base], sums.numerator
    no = _positive(weight - yes, weight)
    of_yes = None if sums.square is None else sums.square.ux
    of_no = None if of_yes is None else _positive(sums.weight_sq[:, base] - of_yes, sums.weight_sq[:, base])
    found = np.zeros(yes.shape, dtype=np.int8)
    found[below(base, no, of_no)] = FEW_OTHERS
    found[below(base, yes, of_yes)] = FEW_ANSWERS
    if rules.policy.zeros == "small":
        found[(yes == 0.0) & (weight > 0.0)] = NONE
        found[(no == 0.0) & (weight > 0.0)] = ALL
    places = {name: place for place, name in enumerate(sums.names)}
    for names in rules.exclusive:
        outcomes = np.array([places[name] for name in names if name in places], dtype=np.intp)
        if outcomes.size < 2:
            continue
        rest = _positive(weight[:, outcomes[0]] - yes[:, outcomes].sum(axis=1), weight[:, outcomes[0]])[:, np.newaxis]
        squares = None
        if of_yes is not None:
            all_squares = sums.weight_sq[:, base[outcomes[0]]]
            squares = _positive(all_squares - of_yes[:, outcomes].sum(axis=1), all_squares)[:, np.newaxis]
        mark = below(base[outcomes[:1]], rest, squares) & (found[:, outcomes] == 0)
        found[:, outcomes] = np.where(mark, FEW_OTHERS, found[:, outcomes])
    for pair in rules.nested:
        if all(name in places for name in pair):
            one, other = (places[name] for name in pair)
            more = sums.rows[:, base[one]] - sums.rows[:, base[other]]
            found[(more > 0.0) & (more < few) & (found[:, one] == 0), one] = FEW_OTHERS
    for outer, inner in _inside(rules.within, places):
        own = np.full(inner.size, outer)
        rest = _positive(yes[:, own] - yes[:, inner], weight[:, own])
        squares = None if of_yes is None else _positive(of_yes[:, own] - of_yes[:, inner], sums.weight_sq[:, base[own]])
        mark = below(base[own], rest, squares).any(axis=1)
        found[mark & (found[:, outer] == 0), outer] = FEW_OTHERS
    inside = np.minimum(sums.rows, sums.weighted)[:, base]
    found[(sums.rows[:, base] > 0.0) & (inside < few)] = FEW_IN_BASE
    return found


def _inside(within: Sequence[tuple[str, str]], places: Mapping[str, int]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Yield the place of each outcome that others may be part of, with the places of those."""
    found = defaultdict[int, list[int]](list)
    for outer, inner in within:
        if outer in places and inner in places:
            found[places[outer]].append(places[inner])
    for place, inside in found.items():
        yield place, np.array(inside)


def _positive(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return a difference of sums, 0 where it is within their rounding."""
    return np.where(part > CLOSE * whole, part, 0.0)


def _below(
    part: FloatArray, squares: FloatArray | None, heaviest: FloatArray, all_squares: FloatArray, few: int
) -> BoolArray:
    """Whether it cannot be shown that the weights `part`, whose squares sum to `squares`, are those of enough."""
    if squares is None:
        squares = np.minimum(all_squares, heaviest * part)
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


def _exclusive(sums: CellSums) -> tuple[tuple[str, ...], ...]:
    questions = defaultdict[tuple[str, int], list[int]](list)
    for place, (name, base) in enumerate(zip(sums.names, sums.base.tolist(), strict=True)):
        questions[name.rpartition(".")[0], base].append(place)
    return tuple(
        tuple(sums.names[place] for place in places)
        for (_, base), places in questions.items()
        if len(places) > 1 and (sums.numerator[:, places].sum(axis=1) <= sums.weight[:, base] * (1.0 + CLOSE)).all()
    )


def _nested(sums: CellSums) -> tuple[tuple[str, str], ...]:
    rows, yes = sums.rows[:, sums.base], sums.numerator
    found = []
    for part in (yes, sums.weight[:, sums.base] - yes):
        total = part.sum(axis=0)
        for one in range(total.size):
            near = (np.abs(total - total[one]) <= CLOSE * total[one]) & (sums.base != sums.base[one])
            for other in np.flatnonzero(near):
                same = np.abs(part[:, one] - part[:, other]) <= CLOSE * sums.weight[:, sums.base[one]]
                if same.all() and (rows[:, one] >= rows[:, other]).all():
                    found.append((sums.names[one], sums.names[other]))
    return tuple(dict.fromkeys(found))


def _within(sums: CellSums) -> tuple[tuple[str, str], ...]:
    yes = [sums.numerator] if sums.square is None else [sums.numerator, sums.square.ux]
    scale = [sums.weight] if sums.square is None else [sums.weight, sums.weight_sq]
    found = []
    for outer, name in enumerate(sums.names):
        fits = np.ones(sums.base.size, dtype=np.bool_)
        for part, whole in zip(yes, scale, strict=True):
            fits &= (part <= part[:, [outer]] + CLOSE * whole[:, [sums.base[outer]]]).all(axis=0)
        fits[outer] = False
        found += [(name, sums.names[inner]) for inner in np.flatnonzero(fits)]
    return tuple(found)


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
