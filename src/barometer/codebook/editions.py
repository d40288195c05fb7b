"""The codebook as one wave used it: its questions with the options they had, and what can be made of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from barometer.codebook.derive import answer_indicators, part_indicators, wave_columns
from barometer.codebook.records import Answer, AnswerGroup, Base, Column, Domain, Indicator, Item, Question
from barometer.codebook.rules import Answered, Rule, Term, Ticks, Uses


@dataclass(frozen=True, slots=True)
class Edition:
    """
    What one wave asked, and what can be made of it.

    Attributes
    ----------
    questions : dict of str to Question
        With the answers, items and groups that the wave had.
    columns : dict of str to Column
        Its answer columns, in questionnaire order.
    bases, indicators, domains : dict
        Those that the wave can make, as it defined them.
    """

    questions: Mapping[str, Question]
    columns: Mapping[str, Column]
    bases: Mapping[str, Base]
    indicators: Mapping[str, Indicator]
    domains: Mapping[str, Domain]


def edition(
    number: int,
    asked: Collection[str],
    questions: Mapping[str, Question],
    bases: Mapping[str, Base],
    indicators: Mapping[str, Indicator],
    domains: Mapping[str, Domain],
) -> Edition:
    """
    Narrow a codebook to what one wave asked.

    A group of answers is narrowed to those that the wave offered. A rule of which a term has no column left cannot be
    made: an indicator is never put together from fewer parts than its definition names.

    Parameters
    ----------
    number : int
        The wave.
    asked : collection of str
        Its questions, in order.
    questions, bases, indicators, domains : dict
        Of the whole codebook.
    """
    kept = {name: question_in_wave(questions[name], number) for name in asked if name in questions}
    columns = wave_columns(kept)
    waiting = answer_indicators(kept) | _composites(indicators, number)
    made_bases: dict[str, Base] = {}
    made: dict[str, Indicator] = {}
    known = -1
    while known < (known := len(made) + len(made_bases)):
        for name, base in bases.items():
            if name not in made_bases and (base.of is None or base.of in made_bases):
                rule = base.rule and narrowed(base.rule, columns, made)
                if rule or base.of is None:
                    made_bases[name] = replace(base, rule=rule)
        for name, indicator in waiting.items():
            if name not in made and indicator.base in made_bases:
                rule = narrowed(indicator.rule, columns, made)
                if rule:
                    made[name] = replace(indicator, rule=rule)
    return Edition(
        questions=kept,
        columns=columns,
        bases={name: made_bases[name] for name in bases if name in made_bases},
        indicators={name: made[name] for name in waiting if name in made},
        domains=_domains(domains, columns),
    )


def question_in_wave(question: Question, number: int) -> Question:
    """Return a question with the answers, items and groups that one wave had."""
    answers = tuple(answer for answer in question.answers if _had(answer, number))
    items = tuple(item for item in question.items if _had(item, number))
    codes = {answer.code for answer in answers}
    groups = tuple(
        AnswerGroup(group.code, held, group.label)
        for group in question.groups
        if (held := tuple(code for code in group.answers if code in codes))
    )
    return replace(question, answers=answers, items=items, groups=groups)


def _had(option: Answer | Item, number: int) -> bool:
    """Whether a wave had an answer or an item."""
    return number >= option.since and (not option.waves or number in option.waves)


def narrowed(rule: Rule, columns: Mapping[str, Column], indicators: Collection[str]) -> Rule | None:
    """Narrow a rule to the columns and indicators that there are; None if a term has none of them."""
    held = tuple(found for term in rule.terms if (found := _term(term, columns, indicators)))
    return Rule(rule.mode, held) if len(held) == len(rule.terms) else None


def all_parts(indicator: Indicator) -> tuple[str, ...]:
    """Return the names of the parts that an indicator has in any wave."""
    return tuple(dict.fromkeys([*indicator.parts, *(part for other in indicator.elsewhere for part in other.parts)]))


def _term(term: Term, columns: Mapping[str, Column], indicators: Collection[str]) -> Term | None:
    if isinstance(term, Uses):
        return term if term.indicator in indicators else None
    held = tuple(name for name in term.columns if name in columns)
    if isinstance(term, Ticks):
        return replace(term, columns=held) if held else None
    offered = {answer.code for name in held for answer in columns[name].answers}
    answers = tuple(code for code in term.answers if code in offered)
    return Answered(held, answers) if answers else None


def _composites(indicators: Mapping[str, Indicator], number: int) -> dict[str, Indicator]:
    """Return what no single answer gives, as the wave defined it, each union followed by its parts."""
    parts = {part for indicator in indicators.values() for part in all_parts(indicator)}
    found: dict[str, Indicator] = {}
    for name, indicator in indicators.items():
        if not indicator.question and name not in parts:
            found[name] = indicator.in_wave(number)
            labels = {part.rpartition(".")[2]: indicators[part].label for part in found[name].parts}
            found |= part_indicators(found[name], labels)
    return found


def _domains(domains: Mapping[str, Domain], columns: Mapping[str, Column]) -> dict[str, Domain]:
    """Return the register domains, and those made of a question that was asked, with the answers it had."""
    found = {}
    for name, domain in domains.items():
        if domain.kind == "register":
            found[name] = domain
        elif domain.column in columns:
            offered = {answer.code for answer in columns[domain.column].answers}
            held = [replace(g, answers=tuple(code for code in g.answers if code in offered)) for g in domain.groups]
            found[name] = replace(domain, groups=tuple(group for group in held if group.answers))
    return found
