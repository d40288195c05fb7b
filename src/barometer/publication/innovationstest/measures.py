"""What is compared: the share of the peers for every answer of the test, and what one workplace answered to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from barometer.codebook.records import Answer, AnswerGroup, Item, Question
from barometer.codebook.workplace_form import DONT_KNOW, Answers, WorkplaceForm

Own = Literal["yes", "no", "dont_know", "not_relevant", ""]
"""What a workplace answered to a measure; empty where it was not asked or did not answer."""


@dataclass(frozen=True, slots=True)
class Measure:
    """
    One answer that shares are of.

    Attributes
    ----------
    question : Question
    item : Item or None
        Row of a grid.
    answer : Answer or AnswerGroup
        The answer, or those of a scale that publications add up.
    codes : tuple of str
        Answers that count.
    is_tick : bool
        Whether it is a yes or no of its own, and not one of several answers of which one is given.
    """

    question: Question
    item: Item | None
    answer: Answer | AnswerGroup
    codes: tuple[str, ...]
    is_tick: bool

    @property
    def indicator(self) -> str:
        """Name of the indicator."""
        return ".".join(filter(None, (self.question.name, self.item.code if self.item else "", self.answer.code)))

    def own(self, answers: Answers) -> Own:
        """Say what one workplace answered to it."""
        given: Any = answers.get(self.question.name)
        if self.item:
            given = (given or {}).get(self.item.code)
        if not given:
            return ""
        said = set(given) if self.question.kind == "multi" else {given}
        if said & set(self.codes):
            return "yes"
        meanings = {answer.code: answer.meaning for answer in self.question.answers}
        for unsure in ("dont_know", "not_relevant"):
            if unsure in {meanings.get(code, DONT_KNOW) for code in said}:
                return "dont_know" if unsure == "dont_know" else "not_relevant"
        return "no"


def measures(form: WorkplaceForm) -> tuple[Measure, ...]:
    """Return every measure of a test, in its order."""
    return tuple(measure for question in form.questions for measure in _of_question(question))


def _of_question(question: Question) -> Iterator[Measure]:
    items: tuple[Item | None, ...] = question.items or (None,)
    choices = tuple(_choices(question))
    is_tick = question.kind == "multi" or len(choices) == 1
    for item in items:
        for choice in choices:
            yield Measure(question, item, choice, getattr(choice, "answers", (choice.code,)), is_tick)


def _choices(question: Question) -> Iterable[Answer | AnswerGroup]:
    """Return the answers that are compared: of a grid those that publications add up, of a yes or no the yes."""
    if question.kind == "grid" and question.groups:
        return question.groups
    plain = [answer for answer in question.answers if answer.meaning == "answer"]
    if question.kind == "grid" or (question.kind == "single" and len(plain) == 1):
        return plain
    return [answer for answer in question.answers if answer.meaning in ("answer", "no")]
