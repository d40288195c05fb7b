"""Which themes a published claim speaks of."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from barometer.codebook.published import Claim

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook


def claim_themes(claim: Claim, book: "Codebook") -> tuple[str, ...]:
    """
    Return the themes of what a claim counts and of the answers that it is split by; for a count, that of its base.

    An answer is of its question's theme. A composite is of the theme of the figures that show it, or of its questions
    where no figure does. What the claim only splits by register, or counts of everybody, adds no theme.
    """
    if claim.statistic == "count":
        rule = book.base(claim.base).rule
        return _of_questions(book.questions_behind(rule) if rule else (), book)
    named = [name for name in (claim.indicator, claim.domain) if name]
    asked = _of_questions([claim.question] if claim.question else (), book)
    return tuple(dict.fromkeys([*asked, *(theme for name in named for theme in _themes_of(name, book))]))


def _themes_of(name: str, book: "Codebook") -> tuple[str, ...]:
    domain = book.domains.get(name)
    if domain:
        return _of_questions([domain.column.partition(".")[0]] if domain.kind == "answers" else (), book)
    if name not in book.indicators:
        return ()
    indicator = book.indicators[name]
    if indicator.question:
        return _of_questions([indicator.question], book)
    whole = _composite(name, book)
    shown = [figure.theme for figure in book.figures.values() if whole in figure.indicators]
    return tuple(dict.fromkeys(shown)) or _of_questions(sorted(book.questions_behind(indicator.rule)), book)


def _composite(name: str, book: "Codebook") -> str:
    """Return the composite that an indicator is, or is a part of."""
    while name not in book.relations.composites:
        name = book.indicators[name].family
    return name


def _of_questions(names: Iterable[str], book: "Codebook") -> tuple[str, ...]:
    return tuple(dict.fromkeys(book.questions[name].theme for name in names))
