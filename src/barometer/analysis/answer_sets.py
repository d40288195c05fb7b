"""Sets of answers that are counted, crossed or put together: which they are, of whom, under which rule."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from barometer.analysis.method import DontKnowChoice, dont_know_rules
from barometer.codebook import Codebook
from barometer.codebook.names import as_names
from barometer.codebook.records import DONT_KNOW, DontKnowRule, Indicator, Lang, Question
from barometer.codebook.rules import Ticks
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import Wave, check_wave
from barometer.microdata.arrays import BoolArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AnswerSet:
    """
    Several yes/no of the same workplaces.

    Attributes
    ----------
    indicators : (k,) tuple of Indicator
    rules : (k,) tuple of {"keep", "drop", "no", "disagree"}
        What happened to the don't-know answers of each.
    base : str
        Name of the base that they are all of.
    yes : (n, k) bool
        Who is counted by each; false outside the base.
    present : (n,) bool
        Who is in the base, under every rule.
    """

    indicators: tuple[Indicator, ...]
    rules: tuple[DontKnowRule, ...]
    base: str
    yes: BoolArray
    present: BoolArray

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the indicators."""
        return tuple(indicator.name for indicator in self.indicators)

    @property
    def dont_know(self) -> str:
        """The rules that were used, each once: one, or several with commas between."""
        return ", ".join(dict.fromkeys(self.rules))


def dont_know_text(rules: str, lang: Lang) -> str:
    """Write the rules of an answer set in words."""
    texts = {rule: label.text(lang) for rule, label in DONT_KNOW.items()}
    return "; ".join(text for rule, text in texts.items() if rule in rules.split(", "))


def choose_answers(
    wave: Wave, names: str | Sequence[str], *, answer: str | None = None, dont_know: DontKnowChoice = "record"
) -> AnswerSet:
    """
    Find the answers that names stand for, and who gave them.

    Parameters
    ----------
    wave : Wave
    names : str or sequence of str
        A question of several ticks gives its options without those that exclude all others ("none", "don't know"); a
        grid gives one answer of each row; otherwise as in `Codebook.select`.
    answer : str, optional
        The answer or group of answers of a grid. By default what the codebook itself counts in its rows, or yes.
    dont_know : {"record", "keep", "drop", "no", "disagree"}
        "drop" takes out of the base who did not know about any one of them.

    Raises
    ------
    UnknownNameError
        If there is no such question, indicator or answer in the wave.
    ArgumentError
        If they exclude each other, are of bases of which none lies in all others, or a grid has no answer to count by
        default.
    """
    check_wave(wave)
    book = wave.codebook
    given = as_names("indicators", names)
    if answer is not None and not any(_is_grid(book, name) for name in given):
        raise ArgumentError("answer", "is for the rows of a grid, and none of the names is one")
    full = [name for each in given for name in _members(book, each, answer)]
    chosen = tuple(wave.select(full)) if full else ()
    if not chosen:
        raise ArgumentError("indicators", "no indicator was named")
    if len(given) == 1 and book.questions.get(given[0]) and book.questions[given[0]].kind == "single":
        raise ArgumentError(
            "indicators", f"the answers to {given[0]!r} exclude each other: estimate_shares gives their shares"
        )
    rules = tuple(dont_know_rules(chosen, dont_know))
    arrays = wave.indicator_arrays(chosen, rules)
    present = np.asarray(arrays.bases[:, arrays.base].all(axis=1))
    return AnswerSet(chosen, rules, _common_base(book, chosen), arrays.yes & present[:, np.newaxis], present)


def _is_grid(book: Codebook, name: str) -> bool:
    return name in book.questions and book.questions[name].kind == "grid"


def _members(book: Codebook, name: str, answer: str | None) -> list[str]:
    """Names of the indicators that a question gives; any other name stands for itself."""
    if name not in book.questions or book.questions[name].kind == "single":
        return [name]
    question = book.questions[name]
    if question.kind != "grid":
        return [f"{name}.{option.code}" for option in question.answers if not option.exclusive]
    counted = _counted_answer(book, question) if answer is None else answer
    if not question.answer_codes(counted):
        raise UnknownNameError(f"answer to {name!r}", counted, _answers(question))
    return [f"{name}.{item.code}.{counted}" for item in question.items]


def _counted_answer(book: Codebook, question: Question) -> str:
    """Return what the codebook's own rules count in the rows of a grid, or yes."""
    for indicator in book.indicators.values():
        for term in indicator.rule.terms:
            if isinstance(term, Ticks) and term.columns[0].partition(".")[0] == question.name:
                return next(code for code in _answers(question) if question.answer_codes(code) == term.answers)
    if "yes" in _answers(question):
        return "yes"
    raise ArgumentError(
        "answer", f"{question.name!r} is a grid: say which answer counts, one of {', '.join(_answers(question))}"
    )


def _answers(question: Question) -> list[str]:
    return [*(group.code for group in question.groups), *(answer.code for answer in question.answers)]


def _common_base(book: Codebook, chosen: Sequence[Indicator]) -> str:
    """Return the base that lies inside those of all."""
    bases = list(dict.fromkeys(indicator.base for indicator in chosen))
    for base in bases:
        if set(bases) <= set(_and_wider(book, base)):
            return base
    raise ArgumentError(
        "indicators", f"are of the bases {', '.join(bases)}, of which none lies inside the others: take those of one"
    )


def _and_wider(book: Codebook, base: str) -> list[str]:
    """Return a base and those it lies in."""
    names = [base]
    while (wider := book.base(names[-1]).of) is not None:
        names.append(wider)
    return names
