"""The numbers that answers are coded with in files: the same in synthetic deliveries and in what is written."""

from collections.abc import Mapping, Sequence

from barometer.codebook.records import Column, Group, Meaning

SET_ASIDE: Mapping[Meaning, int] = {"dont_know": 98, "not_relevant": 99}
"""Numbers of the answers that stand apart from the others."""


def answer_numbers(column: Column) -> dict[str, int]:
    """
    Return the number of each answer of a column.

    0 and 1 for the no and yes of a tick; else 1, 2, 3 ... in the questionnaire's order, with 98 for don't know and 99
    for not relevant, or 998 and 999 where so many answers are before them.
    """
    if column.is_tick:
        return {answer.code: number for number, answer in enumerate(column.answers)}
    apart = [answer for answer in column.answers if answer.meaning in SET_ASIDE]
    others = [answer for answer in column.answers if answer.meaning not in SET_ASIDE]
    numbers = {answer.code: number for number, answer in enumerate(others, start=1)}
    shift = 0 if len(others) < min(SET_ASIDE.values()) else 900
    for answer in apart:
        numbers[answer.code] = _free(SET_ASIDE[answer.meaning] + shift, set(numbers.values()))
    return {answer.code: numbers[answer.code] for answer in column.answers}


def group_numbers(groups: Sequence[Group]) -> dict[str, int]:
    """Return the number of each group of a register domain: 1, 2, 3 ... in the codebook's order."""
    return {group.code: number for number, group in enumerate(groups, start=1)}


def _free(number: int, taken: set[int]) -> int:
    """Return a number, or the next one ten higher that is not taken, for a second answer of the same meaning."""
    while number in taken:
        number += 10
    return number
