"""Read questions: answers and their groups, items, scales."""

from collections.abc import Mapping

from barometer.codebook.parsing import Table
from barometer.codebook.records import Answer, AnswerGroup, InTest, Item, Meaning, Question, QuestionKind

Scale = tuple[tuple[Answer, ...], tuple[AnswerGroup, ...], bool]
"""Answers, groups of them, and whether they have an order."""


def read_scale(table: Table) -> Scale:
    """Read a list of answers that several questions share."""
    answers, groups = tuple(map(_answer, table.tables("answers"))), tuple(map(_answer_group, table.tables("groups")))
    ordered = table.flag("ordered")
    table.close()
    return answers, groups, ordered


def read_question(name: str, table: Table, scales: Mapping[str, Scale]) -> Question:
    """Read one question; its scale must be one of those given."""
    if table.has("scale"):
        scale = table.text("scale")
        if scale not in scales:
            table.fault(f"there is no scale {scale!r}")
        answers, groups, ordered = scales.get(scale, ((), (), False))
    else:
        answers = tuple(map(_answer, table.tables("answers")))
        groups = tuple(map(_answer_group, table.tables("groups")))
        ordered = table.flag("ordered")
    codes = [answer.code for answer in answers]
    for group in groups:
        for code in group.answers:
            if code not in codes:
                table.fault(f"group {group.code!r} holds {code!r}, which is no answer")
    if len(set(codes)) < len(codes):
        table.fault("two answers have the same code")
    if not answers and not table.has("scale"):
        table.fault("has neither a scale nor answers")
    question = Question(
        name=name,
        theme=table.text("theme"),
        kind=table.choice("kind", QuestionKind),
        asked_of=table.text("asked_of"),
        title=table.label_at("title"),
        label=table.label(),
        answers=answers,
        groups=groups,
        items=tuple(map(_item, table.tables("items"))),
        max_ticks=table.optional_integer("max_ticks"),
        loop_over=table.text("loop_over", "") or None,
        source=table.text("source"),
        inferred=table.inferred(),
        ordered=ordered,
        test=_in_test(table.table("test")) if table.has("test") else None,
    )
    if (question.kind == "grid") != bool(question.items):
        table.fault("a grid needs items, and only a grid has them")
    table.close()
    return question


def _in_test(table: Table) -> InTest:
    pairs = table.tables("goes_with")
    found = InTest(table.integer("place"), tuple((pair.text("if"), pair.text("then")) for pair in pairs))
    for record in (*pairs, table):
        record.close()
    return found


def _answer(table: Table) -> Answer:
    answer = Answer(
        code=table.text("code"),
        label=table.label(),
        meaning=table.choice("is", Meaning, "answer"),
        exclusive=table.flag("exclusive"),
        inferred=table.flag("inferred"),
        waves=table.integers("waves", ()),
        since=table.optional_integer("since") or 0,
    )
    table.close()
    return answer


def _answer_group(table: Table) -> AnswerGroup:
    group = AnswerGroup(table.text("code"), table.texts("answers"), table.label())
    table.close()
    return group


def _item(table: Table) -> Item:
    item = Item(
        code=table.text("code"),
        label=table.label(),
        inferred=table.flag("inferred"),
        waves=table.integers("waves", ()),
        since=table.optional_integer("since") or 0,
    )
    table.close()
    return item
