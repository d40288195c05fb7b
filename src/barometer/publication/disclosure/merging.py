"""Neighbouring answers of a scale taken together, before anything is suppressed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis import Estimates
from barometer.analysis.shares import share_table
from barometer.codebook import Codebook
from barometer.codebook.records import Indicator, Label, Question
from barometer.codebook.rules import Rule
from barometer.codebook.wording import lower_first
from barometer.publication.disclosure.policy import DisclosurePolicy
from barometer.publication.disclosure.small_cells import find_small

EITHER = Label("{first} eller {second}", "{first} or {second}")
MANY = 0.5
"""Part of the groups from which on an answer that is small in them is merged in all of them."""
Members = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """
    A result with merged answers.

    Attributes
    ----------
    result : Estimates
    gone : tuple of str
        Indicators that are part of another one now.
    """

    result: Estimates
    gone: tuple[str, ...]


def merge_answers(result: Estimates, policy: DisclosurePolicy) -> Merged:
    """
    Take answers of an ordered scale together with a neighbour where few gave them.

    Parameters
    ----------
    result : Estimates
    policy : DisclosurePolicy
        Merges where `merging` is "ordered".

    Returns
    -------
    Merged
        With the share of those who gave one of the answers in their place, estimated from the same sums.

    Notes
    -----
    An answer is merged where it is small in total, or in more than half of the groups; its neighbour is the one that
    fewer gave. Nobody gives two answers, so that numerators, squares and their sums of a cell add up, and the standard
    error is that of the merged answer. A calibrated design keeps its answers apart: its residuals do not add up.
    """
    sums = result.kernel.sums
    if policy.merging == "never" or not policy.is_control or sums.residuals or result.kernel.replicates:
        return Merged(result, ())
    sets: dict[int, Members] = {}
    for places in _scales(result).values():
        small = find_small(result.answered, result.kernel.n, policy) > 0
        for members in _merge(places, result.answered, small):
            sets[members[0]] = members
    if not sets:
        return Merged(result, ())
    gone = tuple(result.indicators[place].name for members in sets.values() for place in members)
    return Merged(_with_sets(result, sets), gone)


def _scales(result: Estimates) -> Mapping[str, list[int]]:
    """Return the places of the answers of each ordered scale of which two or more are shown, in its order."""
    found: dict[str, dict[str, int]] = {}
    for place, indicator in enumerate(result.indicators):
        question = result.codebook.questions.get(indicator.question)
        if question is not None and question.ordered and question.kind in ("single", "grid"):
            prefix, _, code = indicator.name.rpartition(".")
            if code in _steps(question):
                found.setdefault(prefix, {})[code] = place
    scales = {}
    for prefix, places in found.items():
        question = result.codebook.questions[result.indicators[next(iter(places.values()))].question]
        if len(places) > 1 and len({result.kernel.linear.base[place] for place in places.values()}) == 1:
            scales[prefix] = [places.get(code, -1) for code in _steps(question)]
    return scales


def _steps(question: Question) -> list[str]:
    return [answer.code for answer in question.answers if answer.meaning == "answer"]


def _merge(places: Sequence[int], answered: NDArray[np.intp], small: NDArray[np.bool_]) -> list[Members]:
    """Join the first small answer with the neighbour that fewer gave, until none is left that has one."""
    blocks: list[Members] = [(place,) if place >= 0 else () for place in places]
    few = {block: _is_few(small[:, list(block)]) for block in blocks if block}
    while True:
        at = next((k for k, block in enumerate(blocks) if block and few[block] and _sides(blocks, k)), None)
        if at is None:
            return [tuple(sorted(block)) for block in blocks if len(block) > 1]
        side = min(_sides(blocks, at), key=lambda k: int(answered[0, list(blocks[k])].sum()))
        first, second = sorted((at, side))
        joined = (*blocks[first], *blocks[second])
        few[joined] = False
        blocks[first : second + 1] = [joined]


def _is_few(small: NDArray[np.bool_]) -> bool:
    return bool(small[0].any() or (small[1:].size and small[1:].mean() > MANY))


def _sides(blocks: Sequence[Members], at: int) -> list[int]:
    return [k for k in (at - 1, at + 1) if 0 <= k < len(blocks) and blocks[k]]


def _with_sets(result: Estimates, sets: Mapping[int, Members]) -> Estimates:
    """Estimate again with the sums of each set in the place of its first answer."""
    joined = {place for members in sets.values() for place in members[1:]}
    known = {indicator.name for indicator in result.indicators}
    kept: list[Members] = []
    chosen: list[Indicator] = []
    for place, indicator in enumerate(result.indicators):
        members = sets.get(place, (place,))
        one = indicator if place not in sets else _either(result.codebook, [result.indicators[k] for k in members])
        if place not in joined and (place not in sets or one.name not in known):
            kept.append(members)
            chosen.append(one)
    sums = _added(result.kernel.sums, kept, tuple(indicator.name for indicator in chosen))
    method = result.method
    found = survey.summarise(sums, survey.Choices(method.confidence, method.interval, df=method.df_rule))
    rules = result.table["dont_know"].iloc[:: 1 + len(result.groups)].tolist()
    first = [rules[members[0]] for members in kept]
    return replace(
        result,
        table=share_table(chosen, first, result.domains, result.groups, found, method.provenance.kind),
        indicators=tuple(chosen),
        kernel=found,
        answered=np.stack([result.answered[:, list(members)].sum(axis=1) for members in kept], axis=1),
    )


def _added(sums: "survey.CellSums", sets: Sequence[Members], names: tuple[str, ...]) -> "survey.CellSums":
    """Add up the sums of outcomes that nobody has two of."""

    def add(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack([values[:, list(members)].sum(axis=1) for members in sets], axis=1)

    numerator, square = add(sums.numerator), sums.square
    return replace(
        sums,
        names=names,
        base=sums.base[[members[0] for members in sets]],
        centre=add(sums.centre),
        numerator=numerator,
        flat=replace(sums.flat, uu=numerator, ux=numerator),
        square=square and replace(square, uu=add(square.uu), ux=add(square.ux)),
        across="none",
        products=None,
    )


def _either(book: Codebook, parts: Sequence[Indicator]) -> Indicator:
    """Return the indicator of those who gave one of some answers: a group of the codebook, or one made for this."""
    prefix = parts[0].name.rpartition(".")[0]
    codes = [part.name.rpartition(".")[2] for part in parts]
    for group in book.questions[parts[0].question].groups:
        if set(group.answers) == set(codes):
            return replace(book.indicators[f"{prefix}.{group.code}"], dont_know=parts[0].dont_know)
    label = parts[0].label
    for part in parts[1:]:
        answers = Label(part.label.da.rpartition(": ")[2], part.label.en.rpartition(": ")[2])
        label = Label(
            EITHER.da.format(first=label.da, second=lower_first(answers.da)),
            EITHER.en.format(first=label.en, second=lower_first(answers.en)),
        )
    rule = Rule("any", tuple(term for part in parts for term in part.rule.terms))
    return replace(parts[0], name=f"{prefix}.{'+'.join(codes)}", rule=rule, label=label)
