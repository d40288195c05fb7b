"""Which delivered column goes to which place of the codebook: scores from words, then one column for one place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from barometer.microdata.arrays import FloatArray
from barometer.microdata.proposal.answers import ValueWords, answer_likeness
from barometer.microdata.proposal.assignment import best_pairs
from barometer.microdata.proposal.columns import DeliveredColumn
from barometer.microdata.proposal.places import Place
from barometer.microdata.proposal.wording import name_words, unit_rows, vocabulary

PLACED = 0.40
"""Score from which a column is placed at all."""

SURE = 0.50
"""Score from which a placed column is not marked as unsure."""

MARGIN = 0.05
"""Lead over the second best place that a sure one has."""

SHARED = 0.7
"""Weight of the question's words beside an option's own."""

NAMES = 0.8
"""Weight of a likeness of names alone, which are short, beside one of labels."""

NEIGHBOURS = 0.35
"""Weight of what the columns of a block say together beside what one says alone."""

VALUES = 0.3
"""Weight of the labels of values beside those of columns."""

GROUPS = 0.7
"""Weight of the labels of a register's groups alone: fifteen sectors are told by their names, yes and no by nothing."""


@dataclass(frozen=True, slots=True)
class Match:
    """
    A delivered column and the place proposed for it.

    Attributes
    ----------
    column : DeliveredColumn
    place : Place
    score : float
        0 to 1.
    is_sure : bool
        Whether the score is high and no other place comes near.
    """

    column: DeliveredColumn
    place: Place
    score: float
    is_sure: bool


def match_columns(columns: Sequence[DeliveredColumn], places: Sequence[Place], words: ValueWords) -> list[Match]:
    """
    Propose a place for every column that has one; never two columns for one place.

    Notes
    -----
    The sum of the scores is as large as one-to-one pairs can make it (Kuhn 1955, The Hungarian method for the
    assignment problem), so that a good second choice gives way where it helps another more. Pairs below `PLACED` are
    left out.
    """
    if not columns or not places:
        return []
    scores = _with_neighbours(_scores(columns, places, words), columns, places)
    rows, chosen = best_pairs(scores)
    found = []
    for row, at in zip(rows, chosen, strict=True):
        score = float(scores[row, at])
        if score >= PLACED:
            rival = max(np.delete(scores[row], at).max(initial=0.0), np.delete(scores[:, at], row).max(initial=0.0))
            found.append(Match(columns[row], places[at], score, score >= SURE and score - float(rival) >= MARGIN))
    order = {place.name: position for position, place in enumerate(places)}
    return sorted(found, key=lambda match: order[match.place.name])


def _scores(columns: Sequence[DeliveredColumn], places: Sequence[Place], words: ValueWords) -> FloatArray:
    """Score of every column for every place, each pair by itself."""
    labels = _label_scores(columns, places)
    likeness = answer_likeness(columns, places, words)
    known = ~np.isnan(likeness)
    told = np.where(labels > 0, (1 - VALUES) * labels + VALUES * np.nan_to_num(likeness), 0.0)
    groups = np.array([place.is_register for place in places]) * GROUPS * np.nan_to_num(likeness)
    scores = np.where(known, np.maximum(told, groups), labels * (1 - VALUES / 2))
    fits = np.array([[_fits(column, place) for place in places] for column in columns])
    return np.asarray(np.where(fits, scores, 0.0))


def _label_scores(columns: Sequence[DeliveredColumn], places: Sequence[Place]) -> FloatArray:
    """Likeness of labels, or of names where they say more: cosine of the weighed words, the better language."""
    labels, names = [c.label for c in columns], [" ".join(name_words(c.name)) for c in columns]
    languages = [[place.own[i] for place in places] for i in range(2)]
    questions = [[place.shared[i] if place.shared else "" for place in places] for i in range(2)]
    known = vocabulary([*labels, *names, *(text for texts in (*languages, *questions) for text in texts)])
    scores = np.zeros((len(columns), len(places)))
    delivered, called = known.vectors(labels), known.vectors(names)
    for own, shared in zip(languages, questions, strict=True):
        alone = known.vectors(own)
        whole = unit_rows(alone + SHARED * known.vectors(shared))
        for texts in (alone, whole):
            scores = np.maximum(scores, (delivered @ texts.T).toarray())
            scores = np.maximum(scores, NAMES * (called @ texts.T).toarray())
    codes = known.vectors([place.name.replace(".", " ") for place in places])
    return np.asarray(np.maximum(scores, NAMES * (called @ codes.T).toarray()))


def _with_neighbours(scores: FloatArray, columns: Sequence[DeliveredColumn], places: Sequence[Place]) -> FloatArray:
    """Let the columns of a block speak for each other: they mostly belong to one question."""
    together = scores.copy()
    blocks: dict[str, list[int]] = {}
    for row, column in enumerate(columns):
        if column.block:
            blocks.setdefault(column.block, []).append(row)
    questions: dict[str, list[int]] = {}
    for at, place in enumerate(places):
        questions.setdefault(place.question or place.name, []).append(at)
    for rows in blocks.values():
        for places_of in questions.values():
            inside = scores[np.ix_(rows, places_of)]
            pairs = best_pairs(inside)
            agreement = inside[pairs].sum() / min(inside.shape)
            together[np.ix_(rows, places_of)] = np.where(
                inside > 0, (1 - NEIGHBOURS) * inside + NEIGHBOURS * agreement, 0.0
            )
    return together


def _fits(column: DeliveredColumn, place: Place) -> bool:
    """Whether a column has no more categories than the place has answers, missing codes apart."""
    known = column.codes or column.value_labels
    return 0 < len(set(known) - set(column.missing)) <= len(place.answers) + 2
