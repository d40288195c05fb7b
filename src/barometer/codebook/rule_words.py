"""Rules in words: which answers an indicator counts."""

from typing import TYPE_CHECKING

from barometer.codebook.records import Lang
from barometer.codebook.rules import Rule, Term, Ticks, Uses

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

JOINS = {"any": {"da": " eller ", "en": " or "}, "all": {"da": " og ", "en": " and "}}


def rule_text(book: "Codebook", rule: Rule, lang: Lang) -> str:
    """Say which answers a rule counts."""
    return JOINS[rule.mode][lang].join(_term_text(book, term, lang) for term in rule.terms)


def _term_text(book: "Codebook", term: Term, lang: Lang) -> str:
    if isinstance(term, Uses):
        label = book.indicators[term.indicator].label.text(lang)
        return f"{'ikke ' if lang == 'da' else 'not '}{label}" if term.negated else label
    question = book.questions[term.columns[0].partition(".")[0]]
    if isinstance(term, Ticks):
        counts, title = "/".join(map(str, term.counts)), question.title.text(lang)
        if question.kind == "grid":
            held = [answer.label.text(lang) for answer in question.answers if answer.code in term.answers]
            return f"{title}, {counts} {'af' if lang == 'da' else 'of'} {len(term.columns)}: {'/'.join(held)}"
        ticks = "kryds" if lang == "da" else "tick" if term.counts == (1,) else "ticks"
        return f"{title}: {counts} {ticks}"
    ticked = question.kind in ("multi", "loop")
    codes = {column.rpartition(".")[2] for column in term.columns} if ticked else set(term.answers)
    names = [answer.label.text(lang) for answer in question.answers if answer.code in codes]
    if question.kind == "grid":
        item = next(i for i in question.items if i.code == term.columns[0].partition(".")[2])
        return f"{question.title.text(lang)}, {item.label.text(lang)}: {'/'.join(names)}"
    return f"{question.title.text(lang)}: {'/'.join(names)}"
