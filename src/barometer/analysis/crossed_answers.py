"""What can be crossed: an indicator, the answers to a question, or a domain, as codes with labels."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from barometer.analysis.method import DontKnowChoice
from barometer.codebook import Codebook
from barometer.codebook.book import YES_NO
from barometer.codebook.elsewhere import unknown_name
from barometer.codebook.names import as_name
from barometer.codebook.records import DONT_KNOW, Column, DontKnowRule, Label, Lang, Question
from barometer.codebook.wording import indicator_text, lower_first
from barometer.errors import ArgumentError, check_choice
from barometer.microdata import Wave

Places = NDArray[np.intp]
UNSURE = ("dont_know", "not_relevant")
BOTH_LEFT_OUT = Label(
    "»Ved ikke« og »ikke relevant« er taget ud af basis", "Don't know and not relevant are taken out of the base"
)
"""The rule "drop" where the answers have both: neither is a place on the scale."""


@dataclass(frozen=True, slots=True, eq=False)
class CrossedAnswer:
    """
    One of the two answers of a cross table: what it is, and nobody's answer.

    Attributes
    ----------
    name : str
        Of the indicator, column or domain.
    label : Label
    kind : {"indicator", "answers", "domain"}
    categories : tuple of (str, Label)
        Code and label of each, in the codebook's order.
    scores : tuple of float
        For a trend: yes is 1 and no is 0; other categories count up from 0 in their order.
    dont_know : str or None
        The rule that was used; None for a register domain, which has no don't know.
    rule : Label or None
        That rule in words.
    base : str
        Name of the base that was asked; a register domain has the widest one.
    ordered : bool
        Whether the categories lie on a scale, as those of a trend must.
    """

    name: str
    label: Label
    kind: str
    categories: tuple[tuple[str, Label], ...]
    scores: tuple[float, ...]
    dont_know: DontKnowRule | None
    rule: Label | None
    base: str
    ordered: bool

    @property
    def in_order(self) -> tuple[Label, ...]:
        """Labels of the categories, that with the lowest score first."""
        order = np.argsort(self.scores, kind="stable")
        return tuple(self.categories[place][1] for place in order)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the categories."""
        return tuple(code for code, _ in self.categories)


def find_answer(wave: Wave, argument: str, name: str, dont_know: DontKnowChoice) -> tuple[CrossedAnswer, Places]:
    """
    Find what a name stands for, and make it.

    Parameters
    ----------
    wave : Wave
    argument : str
        For messages.
    name : str
        A domain ("level", "novelty_level"); an indicator ("shared.yes", "positive_role.citizens"); a question that has
        an answer or a group "yes", which stands for that ("shared", "evaluated"); any other question with one answer
        ("novelty") or row of a grid ("culture.risk"), which stands for its answers. "evaluated.*" asks for the answers
        of a question that has a "yes".
    dont_know : {"record", "keep", "drop", "no", "disagree"}

    Returns
    -------
    answer : CrossedAnswer
    place : (n,) int
        Position of each workplace among the categories; -1 for those who are in none.

    Raises
    ------
    UnknownNameError
        If the wave has nothing of that name.
    ArgumentError
        If the question may be answered by several ticks, or the rule cannot be applied to it.
    """
    book = wave.codebook
    check_choice("dont_know", dont_know, ("record", *get_args(DontKnowRule)))
    name = as_name(argument, name)
    if name in book.domains:
        return _of_domain(wave, name)
    for indicator in (name, f"{name}.yes"):
        if indicator in book.indicators:
            return _of_indicator(wave, indicator, dont_know)
    column = wave.columns.get(name.removesuffix(".*"))
    if column is not None and not column.is_tick:
        return _of_answers(wave, column, dont_know)
    if name.removesuffix(".*") in book.questions:
        kind = book.question(name.removesuffix(".*")).kind
        what = "its answers are ticks" if kind in ("multi", "loop") else "it has several rows"
        options = [indicator for indicator in book.indicators if indicator.startswith(f"{name}.")][:2]
        raise ArgumentError(argument, f"{name!r} is no single answer, {what}: name one, for instance {options}")
    known = [*book.domains, *book.indicators, *(n for n, column in wave.columns.items() if not column.is_tick)]
    raise unknown_name("indicator, question or domain", name, known, book)


def rule_texts(rows: CrossedAnswer, columns: CrossedAnswer, lang: Lang) -> str:
    """Say what became of don't know in both answers; empty where neither has any."""
    told = [(answer.label.text(lang), answer.rule.text(lang)) for answer in (rows, columns) if answer.rule is not None]
    if len({rule for _, rule in told}) == 1:
        return told[0][1]
    return "; ".join(f"{label}: {lower_first(rule)}" for label, rule in told)


def described(rows: CrossedAnswer, columns: CrossedAnswer) -> dict[str, str]:
    """Return names, bases and rules for don't know of both answers as the first columns of a table."""
    return {
        "rows": rows.name,
        "columns": columns.name,
        "rows_base": rows.base,
        "columns_base": columns.base,
        "rows_dont_know": rows.dont_know or "",
        "columns_dont_know": columns.dont_know or "",
    }


def described_in_words(rows: CrossedAnswer, columns: CrossedAnswer, codebook: Codebook, lang: Lang) -> dict[str, str]:
    """Return the same with labels instead of codes."""
    words = {}
    for side, answer in (("rows", rows), ("columns", columns)):
        words[side] = answer.label.text(lang)
        words[f"{side}_base"] = codebook.base(answer.base).label.text(lang)
        words[f"{side}_dont_know"] = "" if answer.rule is None else answer.rule.text(lang)
    return words


def _of_domain(wave: Wave, name: str) -> tuple[CrossedAnswer, Places]:
    place, domain = wave.domain_codes(name), wave.codebook.domain(name)
    base = wave.codebook.widest_base
    if domain.kind == "answers":
        base = wave.codebook.question(wave.columns[domain.column].question).asked_of
    answer = CrossedAnswer(
        name=name,
        label=domain.label,
        kind="domain",
        categories=tuple((group.code, group.label) for group in domain.groups),
        scores=tuple(map(float, range(len(domain.groups)))),
        dont_know=domain.dont_know,
        rule=None if domain.dont_know is None else DONT_KNOW[domain.dont_know],
        base=base,
        ordered=domain.ordered or len(domain.groups) == 2,
    )
    return answer, place


def _of_indicator(wave: Wave, name: str, dont_know: DontKnowChoice) -> tuple[CrossedAnswer, Places]:
    book = wave.codebook
    indicator = book.indicator(name)
    rule = indicator.dont_know if dont_know == "record" else dont_know
    yes, base = wave.answers.counted(indicator, rule)
    label = Label(indicator_text(book, name, "da"), indicator_text(book, name, "en"))
    if indicator.question and name == f"{indicator.question}.yes":
        label = book.question(indicator.question).title
    answer = CrossedAnswer(
        name=name,
        label=label,
        kind="indicator",
        categories=tuple((group.code, group.label) for group in YES_NO),
        scores=(1.0, 0.0),
        dont_know=rule,
        rule=DONT_KNOW[rule],
        base=indicator.base,
        ordered=True,
    )
    return answer, np.where(yes, 0, np.where(base, 1, -1))


def _of_answers(wave: Wave, column: Column, dont_know: DontKnowChoice) -> tuple[CrossedAnswer, Places]:
    """Answers of one column; of its own accord a question leaves don't know out."""
    question = wave.codebook.question(column.question)
    rule: DontKnowRule = "drop" if dont_know == "record" else dont_know
    leaving = {"keep": (), "drop": UNSURE, "no": ("dont_know",), "disagree": UNSURE}[rule]
    negative = [place for place, answer in enumerate(column.answers) if answer.meaning == "no"]
    if rule in ("no", "disagree") and len(negative) != 1:
        raise ArgumentError(
            "dont_know",
            f"{rule!r} needs one negative answer to move don't know to; {column.name!r} has {len(negative)}",
        )
    kept = [place for place, answer in enumerate(column.answers) if answer.meaning not in leaving]
    place_of = np.full(len(column.answers) + 1, -1, dtype=np.intp)
    place_of[kept] = np.arange(len(kept))
    if rule in ("no", "disagree"):
        moved = [place for place, answer in enumerate(column.answers) if answer.meaning in leaving]
        place_of[moved] = place_of[negative[0]]
    answers = [column.answers[place] for place in kept]
    answer = CrossedAnswer(
        name=column.name,
        label=_label(question, column),
        kind="answers",
        categories=tuple((answer.code, answer.label) for answer in answers),
        scores=tuple(map(float, range(len(answers)))),
        dont_know=rule,
        rule=BOTH_LEFT_OUT if rule == "drop" and _has(column, "not_relevant") else DONT_KNOW[rule],
        base=question.asked_of,
        ordered=(question.ordered or len(answers) == 2) and all(answer.meaning not in UNSURE for answer in answers),
    )
    return answer, place_of[wave.answers.codes[column.name]]


def _has(column: Column, meaning: str) -> bool:
    return any(answer.meaning == meaning for answer in column.answers)


def _label(question: Question, column: Column) -> Label:
    if question.kind != "grid":
        return question.title
    return Label(f"{question.title.da}: {column.label.da}", f"{question.title.en}: {column.label.en}")
