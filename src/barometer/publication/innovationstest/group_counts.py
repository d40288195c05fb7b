"""Count a group so that no participant can be read from it: shares, and how its members spread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import nan

from barometer.codebook.records import Question
from barometer.codebook.workplace_form import exclusive_codes
from barometer.errors import ArgumentError
from barometer.publication.innovationstest.measures import Measure

Members = Sequence[Mapping[str, object]]
"""What each participant answered."""
Rule = Callable[[Sequence[int], int, int], list[bool]]
"""Which counts among n may be shown, where so many must have answered so, and otherwise."""
STEPS = (5, 10, 20, 25)
"""Per cent that shares are rounded to; 100 is a multiple of each."""
HEADS = 2
"""Participants that a step of the rounding is worth at least."""
BANDS = 3
"""Into which participants are divided by how many of the answers to a question they gave."""


@dataclass(frozen=True, slots=True)
class GroupPolicy:
    """
    What may be shown of a group.

    Attributes
    ----------
    name : str
    minimum : int
        Participants that a question must have been answered by.
    fewest : int
        Participants who must have given an answer, and who must have given another, for its share to be shown.
    """

    name: str
    minimum: int
    fewest: int

    def __post_init__(self) -> None:
        """Refuse rules under which a participant could be seen."""
        if self.fewest < 2 or self.minimum < max(8, 2 * self.fewest):
            raise ArgumentError("policy", "needs fewest of 2 or more, and a minimum of 8 or more and of twice fewest")

    def step(self, n: int) -> int:
        """
        Return to how many per cent shares of n participants are rounded.

        Examples
        --------
        >>> [CONFERENCE.step(n) for n in (8, 12, 24, 40)]
        [25, 20, 10, 5]
        """
        return next(step for step in STEPS if step * n >= 100 * HEADS)


CONFERENCE = GroupPolicy("conference", minimum=8, fewest=3)
"""The policy of groups."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    One question, or one row of a grid, as a group answered it.

    Attributes
    ----------
    places : tuple of int
        Of its measures among those of the test.
    question : Question
    measures : tuple of Measure
    """

    places: tuple[int, ...]
    question: Question
    measures: tuple[Measure, ...]

    @property
    def rule(self) -> Rule:
        """What may be shown: where its answers exclude each other, what is hidden of one could follow from the rest."""
        return shown_ticks if self.question.kind == "multi" or len(self.measures) == 1 else shown_cells


@dataclass(frozen=True, slots=True)
class Band:
    """
    Participants who gave so many of the answers to a question.

    Attributes
    ----------
    question : str
    low, high, most : int
        From low to high, of at most so many.
    share : float
        Of the group, rounded; nan where it is hidden.
    """

    question: str
    low: int
    high: int
    most: int
    share: float


def columns_of(measures: Sequence[Measure]) -> list[Column]:
    """Return the questions and rows of grids, each once, in order."""
    found: dict[tuple[str, str], list[int]] = {}
    for place, each in enumerate(measures):
        found.setdefault((each.question.name, each.item.code if each.item else ""), []).append(place)
    return [
        Column(tuple(places), measures[places[0]].question, tuple(measures[place] for place in places))
        for places in found.values()
    ]


def group_shares(
    measures: Sequence[Measure], members: Members, apart: Sequence[Members], policy: GroupPolicy
) -> list[float]:
    """
    Return the share of the group for each measure; nan where it is hidden.

    Parameters
    ----------
    measures : sequence of Measure
    members : sequence of mapping
    apart : sequence of sequence of mapping
        Parts of this group, or of another one, that are the difference of two pictures.
    policy : GroupPolicy
    """
    shares = [nan] * len(measures)
    for column in columns_of(measures):
        found = _shown(partial(_count, column.measures), column.rule, members, apart, policy)
        for place, share in zip(column.places, found, strict=True):
            shares[place] = share
    return shares


def group_bands(
    measures: Sequence[Measure], members: Members, apart: Sequence[Members], policy: GroupPolicy
) -> list[Band]:
    """
    Return how participants spread: how many of a question's ticks or rows each gave, in three bands.

    Bands are fixed before anything is counted: up to one, two and more ticks; thirds of the rows of a grid. They are
    of those who answered the whole question. Arguments are those of `group_shares`.
    """
    found = []
    for question in dict.fromkeys(each.question.name for each in measures):
        rows = spread_measures(measures, question)
        most = (rows[0].question.max_ticks or len(rows)) if rows else 0
        if most < BANDS:
            continue
        cuts = (1, 2) if rows[0].question.kind == "multi" else (most // 3, most - most // 3 - 1)
        ends = list(zip((0, cuts[0] + 1, cuts[1] + 1), (*cuts, most), strict=True))
        shares = _shown(partial(_count_bands, rows, ends), shown_cells, members, apart, policy)
        found += [Band(question, *end, most, share) for end, share in zip(ends, shares, strict=True)]
    return found


def spread_measures(measures: Sequence[Measure], question: str) -> list[Measure]:
    """Return the measures that are counted over one question: its ticks, or the first answer of every row."""
    own = [each for each in measures if each.question.name == question]
    if own[0].question.kind == "grid":
        return [each for each in own if each.answer.code == own[0].answer.code]
    alone = exclusive_codes(own[0].question)
    return [each for each in own if each.answer.code not in alone] if own[0].question.kind == "multi" else []


def _count(measures: Sequence[Measure], members: Members) -> tuple[list[int], int]:
    """Count who gave each answer, and who gave any."""
    own = [[measure.own(each) for measure in measures] for each in members]
    given = [row for row in own if any(row)]
    return [sum(row[place] == "yes" for row in given) for place in range(len(measures))], len(given)


def _count_bands(
    measures: Sequence[Measure], ends: Sequence[tuple[int, int]], members: Members
) -> tuple[list[int], int]:
    """Count who gave so many answers as each band holds, and who answered all."""
    own = [[measure.own(each) for measure in measures] for each in members]
    said = [row.count("yes") for row in own if all(row)]
    return [sum(low <= number <= high for number in said) for low, high in ends], len(said)


def _shown(
    count: Callable[[Members], tuple[list[int], int]],
    rule: Rule,
    members: Members,
    apart: Sequence[Members],
    policy: GroupPolicy,
) -> list[float]:
    """Round what may be shown; all of it is hidden where a part that can be told apart would not show it."""
    counts, n = count(members)
    shown = _allowed(counts, n, rule, policy)
    for part in apart:
        of_part, n_part = count(part)
        safe = _allowed(of_part, n_part, rule, policy)
        if n_part and any(show and not is_safe for show, is_safe in zip(shown, safe, strict=True)):
            shown = [False] * len(counts)
    step = policy.step(len(members))
    cells = zip(counts, shown, strict=True)
    return [round(100 * each / n / step) * step / 100 if show else nan for each, show in cells]


def _allowed(counts: Sequence[int], n: int, rule: Rule, policy: GroupPolicy) -> list[bool]:
    return rule(counts, n, policy.fewest) if n >= policy.minimum else [False] * len(counts)


def shown_ticks(counts: Sequence[int], n: int, fewest: int) -> list[bool]:
    """
    Say which of several ticks may be shown: those that enough set, and enough did not.

    Examples
    --------
    >>> shown_ticks([6, 9, 2], 10, 3)
    [True, False, False]
    """
    return [min(count, n - count) >= fewest for count in counts]


def shown_cells(counts: Sequence[int], n: int, fewest: int) -> list[bool]:
    """
    Say which cells of a distribution may be shown.

    Parameters
    ----------
    counts : sequence of int
        Those who gave each answer.
    n : int
        Those who gave any, the answers without a cell included.
    fewest : int

    Returns
    -------
    list of bool
        The hidden cells and the answers without a cell hold together nobody or at least `fewest`.

    Examples
    --------
    >>> shown_cells([6, 3, 1], 10, 3), shown_cells([6, 4], 10, 3), shown_cells([10, 0], 10, 3)
    ([True, False, False], [True, True], [False, False])
    """
    shown = [count >= fewest for count in counts]
    pool = n - sum(count for count, show in zip(counts, shown, strict=True) if show)
    if 0 < pool < fewest:
        smallest = min((count, place) for place, (count, show) in enumerate(zip(counts, shown, strict=True)) if show)
        shown[smallest[1]] = False
        pool += smallest[0]
    largest = max((count for count, show in zip(counts, shown, strict=True) if show), default=0)
    return shown if n - largest >= fewest else [False] * len(counts)
