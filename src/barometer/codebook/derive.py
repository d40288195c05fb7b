"""Records that follow from other records: a wave's columns, an indicator for every answer, the parts of a union."""

from collections.abc import Mapping

from barometer.codebook.grammar import answered, loop_partners
from barometer.codebook.records import INFERRED, Answer, AnswerGroup, Column, Indicator, Item, Label, Question
from barometer.codebook.rules import Rule
from barometer.codebook.wording import lower_first

TICK = (Answer("no", Label("Nej", "No"), "no"), Answer("yes", Label("Ja", "Yes")))


def wave_columns(questions: Mapping[str, Question]) -> dict[str, Column]:
    """Every answer column of the questions of a wave, in their order."""
    columns = [column for question in questions.values() for column in question_columns(question, questions)]
    return {column.name: column for column in columns}


def question_columns(question: Question, questions: Mapping[str, Question]) -> list[Column]:
    """Return the columns that hold the answers to one question."""
    name = question.name
    if question.kind == "single":
        return [Column(name, name, question.answers, question.label)]
    if question.kind == "grid":
        return [Column(f"{name}.{item.code}", name, question.answers, item.label) for item in question.items]
    if question.kind == "multi":
        return [Column(f"{name}.{a.code}", name, TICK, a.label, option=a.code) for a in question.answers]
    outer = question.loop_over
    return [
        Column(f"{name}.{partner}.{a.code}", name, TICK, a.label, option=a.code, asked_if=f"{outer}.{partner}")
        for partner in loop_partners(question, questions)
        for a in question.answers
    ]


def answer_indicators(questions: Mapping[str, Question]) -> dict[str, Indicator]:
    """Return one indicator for every answer and every answer group of every question."""
    indicators = {}
    for question in questions.values():
        items: tuple[Item | None, ...] = question.items or (None,)
        choices: tuple[Answer | AnswerGroup, ...] = (*question.answers, *question.groups)
        for item in items:
            prefix = f"{question.name}.{item.code}" if item else question.name
            for choice in choices:
                inferred = question.inferred
                if (item and item.inferred) or getattr(choice, "inferred", False):
                    inferred = inferred if inferred.en else INFERRED
                name = f"{prefix}.{choice.code}"
                indicators[name] = Indicator(
                    name=name,
                    base=question.asked_of,
                    rule=Rule("any", (answered(question, item.code if item else "", (choice.code,), questions),)),
                    label=_with_item(item.label, choice) if item else choice.label,
                    question=question.name,
                    source=question.source,
                    inferred=inferred,
                )
    return indicators


def part_indicators(union: Indicator, labels: Mapping[str, Label]) -> dict[str, Indicator]:
    """Return the parts of a union as indicators of the same base."""
    parts = {}
    for name, term in zip(union.parts, union.rule.terms, strict=False):
        code = name.rpartition(".")[2]
        parts[name] = Indicator(
            name=name,
            base=union.base,
            rule=Rule("any", (term,)),
            label=labels.get(code, union.label),
            dont_know=union.dont_know,
            source=union.source,
            inferred=union.inferred,
        )
    return parts


def _with_item(item: Label, choice: Answer | AnswerGroup) -> Label:
    """Name a row of a grid and its answer; a plain yes goes without saying."""
    if choice.code == "yes":
        return item
    return Label(f"{item.da}: {lower_first(choice.label.da)}", f"{item.en}: {lower_first(choice.label.en)}")
