"""Definitions in words: what an indicator's or a base's rule counts, and whose label a name has."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from barometer.codebook.records import Label, Lang
from barometer.codebook.rules import Answered, Rule, Term, Ticks, Uses

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

JOINS = {"any": Label(" eller ", " or "), "all": Label(" og ", " and ")}


def rule_text(book: "Codebook", rule: Rule, lang: Lang) -> str:
    """Say which answers a rule counts."""
    return JOINS[rule.mode].text(lang).join(_term_text(book, term, lang) for term in rule.terms)


def indicator_text(book: "Codebook", name: str, lang: Lang) -> str:
    """Name an indicator by its family and its label."""
    indicator = book.indicator(name)
    label = indicator.label.text(lang)
    return under_family(book.family_label(indicator.family).text(lang) if indicator.family else "", label)


def under_family(family: str, label: str) -> str:
    """Name something by its family, where it has one, and its own label."""
    return f"{family}: {lower_first(label)}" if family else label


def listed(names: Iterable[object]) -> str:
    """Write several names or numbers in a row."""
    return ", ".join(map(str, names))


def lower_first(text: str) -> str:
    """Begin a text with a small letter, for the middle of a sentence; an abbreviation keeps its own."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _term_text(book: "Codebook", term: Term, lang: Lang) -> str:
    if isinstance(term, Uses):
        return _uses_text(book, term, lang)
    return _ticks_text(book, term, lang) if isinstance(term, Ticks) else _answered_text(book, term, lang)


def _uses_text(book: "Codebook", term: Uses, lang: Lang) -> str:
    label = book.indicators[term.indicator].label.text(lang)
    return f"{Label('ikke', 'not').text(lang)} {label}" if term.negated else label


def _ticks_text(book: "Codebook", term: Ticks, lang: Lang) -> str:
    question = book.questions[term.columns[0].partition(".")[0]]
    counts, title = "/".join(map(str, term.counts)), question.title.text(lang)
    if question.kind == "grid":
        held = [answer.label.text(lang) for answer in question.answers if answer.code in term.answers]
        return f"{title}, {counts} {Label('af', 'of').text(lang)} {len(term.columns)}: {'/'.join(held)}"
    return f"{title}: {counts} {Label('kryds', 'tick' if term.counts == (1,) else 'ticks').text(lang)}"


def _answered_text(book: "Codebook", term: Answered, lang: Lang) -> str:
    question = book.questions[term.columns[0].partition(".")[0]]
    ticked = question.kind in ("multi", "loop")
    codes = {column.rpartition(".")[2] for column in term.columns} if ticked else set(term.answers)
    names = [answer.label.text(lang) for answer in question.answers if answer.code in codes]
    title = question.title.text(lang)
    if question.kind == "grid":
        item = next(item for item in question.items if item.code == term.columns[0].partition(".")[2])
        title = f"{title}, {item.label.text(lang)}"
    return f"{title}: {'/'.join(names)}"
