"""Which code of a delivered column is which answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from barometer.codebook.records import Answer, Group
from barometer.microdata.proposal.columns import DeliveredColumn, in_order
from barometer.microdata.proposal.places import Place
from barometer.microdata.proposal.roles import delivery_words
from barometer.microdata.proposal.wording import plain, vocabulary

ALIKE = 0.15
"""Likeness from which a label of a value is taken to be an answer's."""

SURE_ALIKE = 0.7
"""Likeness from which that is no guess."""

TICKED = {"0": "no", "1": "yes"}
"""What a tick column without labels holds mostly."""

FloatArray = NDArray[np.float64]
Answers = tuple[Answer | Group, ...]


@dataclass(frozen=True, slots=True)
class CodeProposal:
    """
    What the codes of a column mean.

    Attributes
    ----------
    codes : dict of str to str
        Code to answer.
    unsure : tuple of str
        Codes whose answer is a guess.
    blank : tuple of str
        Codes that stand for an empty cell.
    declared : tuple of str
        Codes that the file declares missing and that are like no answer: blanks, unless they are mapped.
    left : tuple of str
        Other codes that no answer was found for.
    """

    codes: Mapping[str, str]
    unsure: tuple[str, ...]
    blank: tuple[str, ...]
    declared: tuple[str, ...]
    left: tuple[str, ...]


def propose_codes(column: DeliveredColumn, place: Place) -> CodeProposal:
    """
    Propose an answer for every code that the file has or labels.

    Labels decide where there are some; else a code that is an answer's own, and 0 and 1 for ticks.
    """
    codes = sorted({*(column.codes or ()), *column.value_labels}, key=in_order)
    labels = column.value_labels
    blank = [code for code in codes if plain(labels.get(code, "")) in delivery_words()["blank"]["words"]]
    asked = [code for code in codes if code not in blank]
    found: dict[str, str] = {}
    unsure: list[str] = []
    labelled = [code for code in asked if labels.get(code)]
    scores = _likeness(tuple(labels[code] for code in labelled), place.answers)
    for row, at in zip(*linear_sum_assignment(scores, maximize=True), strict=True):
        if scores[row, at] >= (SURE_ALIKE if labelled[row] in column.missing else ALIKE):
            found[labelled[row]] = place.answers[at].code
            if scores[row, at] < SURE_ALIKE:
                unsure.append(labelled[row])
    known = {answer.code for answer in place.answers}
    plain_tick = place.is_tick and not labelled and set(asked) <= set(TICKED)
    for code in asked:
        if code not in found and (code in known or plain_tick):
            found[code] = code if code in known else TICKED[code]
    rest = [code for code in asked if code not in found]
    return CodeProposal(
        codes={code: found[code] for code in codes if code in found},
        unsure=tuple(unsure),
        blank=tuple(blank),
        declared=tuple(code for code in rest if code in column.missing),
        left=tuple(code for code in rest if code not in column.missing),
    )


def answer_likeness(columns: Sequence[DeliveredColumn], places: Sequence[Place]) -> FloatArray:
    """
    Likeness of the labels of every column's values to every place's answers.

    Returns
    -------
    (columns, places) float
        0 to 1: the sum over the best pairs by the larger number of labels; NaN for a column whose values have none.
    """
    kinds = {tuple(column.value_labels.values()): 0 for column in columns}
    lists = {place.answers: 0 for place in places}
    table = {
        (labels, answers): _overlap(labels, answers) if any(labels) else np.nan for labels in kinds for answers in lists
    }
    return np.array([[table[tuple(c.value_labels.values()), p.answers] for p in places] for c in columns])


def _overlap(labels: tuple[str, ...], answers: Answers) -> float:
    scores = _likeness(labels, answers)
    pairs = linear_sum_assignment(scores, maximize=True)
    return float(scores[pairs].sum() / max(len(labels), len(answers)))


def _likeness(labels: tuple[str, ...], answers: Answers) -> FloatArray:
    """Likeness of every label to every answer, the better language; what firms write for yes and no is known."""
    known = vocabulary([*labels, *(text for answer in answers for text in (answer.label.da, answer.label.en))])
    delivered = known.vectors(labels)
    scores = np.zeros((len(labels), len(answers)))
    for texts in ([answer.label.da for answer in answers], [answer.label.en for answer in answers]):
        scores = np.maximum(scores, (delivered @ known.vectors(texts).T).toarray())
    meaning = {text: answer for answer, texts in delivery_words()["answers"].items() for text in texts}
    for row, label in enumerate(labels):
        said = meaning.get(plain(label))
        for at, answer in enumerate(answers):
            if said and said in (answer.code, getattr(answer, "meaning", "")):
                scores[row, at] = 1.0
            elif said:
                scores[row, at] = min(scores[row, at], ALIKE / 2)
    return scores
