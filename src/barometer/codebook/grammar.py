"""The small grammar of rule strings: question:answer, question.item:answer, question#count, and so on."""

import re
from collections.abc import Mapping

from barometer.codebook.records import Question
from barometer.codebook.rules import Answered, Term, Ticks, Uses

_COUNTED = re.compile(r"(?P<question>\w+)(:(?P<answers>\w+(,\w+)*))?#(?P<counts>\d+(,\d+)*)")
_ANSWERED = re.compile(r"(?P<place>\w+(\.\w+)?):(?P<answers>\w+(,\w+)*)")
_USES = re.compile(r"(?P<sign>[@!])(?P<indicator>\w+(\.\w+)*)")


class RuleSyntaxError(ValueError):
    """A rule string that the grammar or the questionnaire does not know."""


def parse_term(text: str, questions: Mapping[str, Question]) -> Term:
    """
    Read one rule string against the questions it may name.

    Raises
    ------
    RuleSyntaxError
        With what was expected, for the loader to report.
    """
    if match := _USES.fullmatch(text):
        return Uses(match["indicator"], negated=match["sign"] == "!")
    if match := _COUNTED.fullmatch(text):
        counts = tuple(int(count) for count in match["counts"].split(","))
        answers = tuple(match["answers"].split(",")) if match["answers"] else ()
        return _counted(_question(match["question"], questions), answers, counts)
    if match := _ANSWERED.fullmatch(text):
        name, _, item = match["place"].partition(".")
        return answered(_question(name, questions), item, tuple(match["answers"].split(",")), questions)
    raise RuleSyntaxError(
        f"{text!r} is none of question:answer, question.item:answer, question#count, question:answer#count, "
        "@indicator, !indicator"
    )


def _counted(question: Question, names: tuple[str, ...], counts: tuple[int, ...]) -> Ticks:
    """Term for so many ticks of a multi question, or for so many rows of a grid with one of the answers."""
    if not names:
        if question.kind != "multi":
            raise RuleSyntaxError(f"'#' counts ticks, and {question.name!r} is not a multi question")
        return Ticks(tuple(f"{question.name}.{a.code}" for a in question.answers if not a.exclusive), counts)
    if question.kind != "grid":
        raise RuleSyntaxError(f"'#' counts answers to the rows of a grid, and {question.name!r} is none")
    columns = tuple(f"{question.name}.{item.code}" for item in question.items)
    return Ticks(columns, counts, _codes(question, names))


def answered(question: Question, item: str, names: tuple[str, ...], questions: Mapping[str, Question]) -> Answered:
    """Term for answers or groups of answers of a question; ticks become the columns that hold them."""
    codes = _codes(question, names)
    if question.kind == "grid":
        if not item:
            raise RuleSyntaxError(
                f"{question.name!r} is a grid; name an item: {question.name}.{question.items[0].code}:..."
            )
        if not any(row.code == item for row in question.items):
            raise RuleSyntaxError(f"grid {question.name!r} has no item {item!r}")
        return Answered((f"{question.name}.{item}",), codes)
    if question.kind == "loop":
        partners = loop_partners(question, questions)
        if item and item not in partners:
            raise RuleSyntaxError(f"loop {question.name!r} has no partner {item!r}")
        places = (item,) if item else partners
        return Answered(tuple(f"{question.name}.{p}.{code}" for code in codes for p in places), ("yes",))
    if item:
        raise RuleSyntaxError(f"{question.name!r} has no items, so there is no {item!r}")
    if question.kind == "multi":
        return Answered(tuple(f"{question.name}.{code}" for code in codes), ("yes",))
    return Answered((question.name,), codes)


def _codes(question: Question, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the answers that answers and groups of a question stand for, each once."""
    codes: list[str] = []
    for name in names:
        found = question.answer_codes(name)
        if not found:
            raise RuleSyntaxError(f"question {question.name!r} has no answer or group {name!r}")
        codes += [code for code in found if code not in codes]
    return tuple(codes)


def loop_partners(question: Question, questions: Mapping[str, Question]) -> tuple[str, ...]:
    """Return the options of the looped-over question that open the loop."""
    outer = _question(question.loop_over or "", questions)
    return tuple(answer.code for answer in outer.answers if not answer.exclusive)


def _question(name: str, questions: Mapping[str, Question]) -> Question:
    if name not in questions:
        raise RuleSyntaxError(f"there is no question {name!r}")
    return questions[name]
