"""Which code of a delivered column is which answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from barometer.codebook.records import Answer, Group
from barometer.microdata.arrays import FloatArray
from barometer.microdata.proposal.assignment import best_pairs
from barometer.microdata.proposal.columns import DeliveredColumn, in_order
from barometer.microdata.proposal.places import Place
from barometer.microdata.proposal.wording import delivery_words, plain, vocabulary

ALIKE = 0.15
"""Likeness from which a label of a value is taken to be an answer's."""

SURE_ALIKE = 0.7
"""Likeness from which that is no guess."""

TICKED = {"0": "no", "1": "yes"}
"""What a tick column without labels holds mostly."""

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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ValueWords:
    """
    How like every label of a value in a file is to every answer in a codebook, 0 to 1.

    Attributes
    ----------
    row, at : dict of label, or of answer, to int
    scores : (labels, answers) float
    """

    row: Mapping[str, int]
    at: Mapping[Answer | Group, int]
    scores: FloatArray

    def between(self, labels: Sequence[str], answers: Answers) -> FloatArray:
        """Return the likeness of some labels to some answers."""
        return self.scores[np.ix_([self.row[label] for label in labels], [self.at[answer] for answer in answers])]

    def overlap(self, labels: Sequence[str], answers: Answers) -> float:
        """Return the likeness of the best pairs, added up, by the larger number of the two; NaN without labels."""
        if not any(labels):
            return float("nan")
        scores = self.between(labels, answers)
        return float(scores[best_pairs(scores)].sum() / max(scores.shape))


def value_words(columns: Sequence[DeliveredColumn], places: Sequence[Place]) -> ValueWords:
    """
    Compare all labels of values with all answers, in the better language.

    What firms write for yes, no, don't know and not relevant is known, and is like no other answer.
    """
    labels = list(dict.fromkeys(label for column in columns for label in column.value_labels.values()))
    answers = list(dict.fromkeys(answer for place in places for answer in place.answers))
    languages = [answer.label.da for answer in answers], [answer.label.en for answer in answers]
    known = vocabulary([*labels, *languages[0], *languages[1]])
    delivered = known.vectors(labels)
    likeness = [(delivered @ known.vectors(texts).T).toarray() for texts in languages]
    scores = np.maximum(*likeness)
    meaning = {text: answer for answer, texts in delivery_words()["answers"].items() for text in texts}
    for row, label in enumerate(labels):
        if said := meaning.get(plain(label)):
            same = np.array([said in (answer.code, getattr(answer, "meaning", "")) for answer in answers])
            scores[row] = np.where(same, 1.0, np.minimum(scores[row], ALIKE / 2))
    return ValueWords(
        {label: row for row, label in enumerate(labels)}, {answer: at for at, answer in enumerate(answers)}, scores
    )


def answer_likeness(columns: Sequence[DeliveredColumn], places: Sequence[Place], words: ValueWords) -> FloatArray:
    """
    Likeness of the labels of every column's values to every place's answers.

    Returns
    -------
    (columns, places) float
        0 to 1; NaN for a column whose values have no labels.
    """
    kinds = {tuple(column.value_labels.values()) for column in columns}
    lists = {place.answers for place in places}
    table = {(labels, answers): words.overlap(labels, answers) for labels in kinds for answers in lists}
    return np.array([[table[tuple(c.value_labels.values()), p.answers] for p in places] for c in columns])


def propose_codes(column: DeliveredColumn, place: Place, words: ValueWords) -> CodeProposal:
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
    scores = words.between([labels[code] for code in labelled], place.answers)
    for row, at in zip(*best_pairs(scores), strict=True):
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
