"""Listings of names: what several kinds of view show of other records."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from barometer.codebook.browse.display import Listing
from barometer.codebook.claim_words import describe, place_text, published_text, range_text
from barometer.codebook.comparability import VERDICTS
from barometer.codebook.numbers import integer
from barometer.codebook.published import Change, Claim
from barometer.codebook.records import INFERRED, Label, Lang
from barometer.codebook.relations import MadeKind
from barometer.codebook.wording import indicator_text, listed

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook


def waves_text(book: "Codebook", kind: MadeKind, name: str) -> str:
    """Write the waves that have a name, with their periods."""
    numbers = book.relations.in_waves.get((kind, name), ())
    return ", ".join(f"{number} ({book.waves[number].period})" for number in numbers)


def question_rows(book: "Codebook", names: Iterable[str], lang: Lang) -> Listing:
    """List questions."""
    return _named(book, "question", names, lambda name: book.questions[name].title.text(lang))


def indicator_rows(book: "Codebook", names: Iterable[str], lang: Lang) -> Listing:
    """List indicators, each named with its family."""
    return _named(book, "indicator", names, lambda name: indicator_text(book, name, lang))


def member_rows(book: "Codebook", names: Iterable[str], lang: Lang) -> Listing:
    """List indicators of one family, each by its own label."""
    return _named(book, "indicator", names, lambda name: book.indicators[name].label.text(lang))


def domain_rows(book: "Codebook", names: Iterable[str], lang: Lang) -> Listing:
    """List domains."""
    return _named(book, "domain", names, lambda name: book.domains[name].label.text(lang))


def base_rows(book: "Codebook", names: Iterable[str], lang: Lang) -> Listing:
    """List bases."""
    return _named(book, "base", names, lambda name: book.bases[name].label.text(lang))


def figure_rows(book: "Codebook", names: Iterable[str], lang: Lang) -> Listing:
    """List figures with the waves that published them."""
    rows = (
        (name, book.figures[name].neutral.text(lang), listed(figure_waves(book, name))) for name in dict.fromkeys(names)
    )
    return Listing(("name", "label", "waves"), tuple(rows))


def figure_waves(book: "Codebook", name: str) -> tuple[int, ...]:
    """Return the waves of this codebook that published a figure."""
    return tuple(number for number in book.figures[name].waves if number in book.relations.waves)


def claim_rows(book: "Codebook", claims: Iterable[Claim], lang: Lang, *, told: str) -> Listing:
    """
    List claims with what was published.

    Parameters
    ----------
    told : {"place", "statement"}
        Whether a row says where its claim holds, or all that it is about.
    """
    rows = (
        (
            str(claim.wave),
            _place(book, claim, lang) if told == "place" else describe(claim, book, lang),
            published_text(claim, lang),
            range_text(claim, lang),
            "" if claim.published_n is None else integer(claim.published_n, lang),
            claim.id,
        )
        for claim in sorted(claims, key=lambda claim: claim.wave)
    )
    return Listing(("wave", told, "published", "range", "n", "name"), tuple(rows))


def change_rows(changes: Iterable[Change], lang: Lang) -> Listing:
    """List what is different from one wave on."""
    rows = (
        (
            str(change.wave),
            VERDICTS[change.effect].text(lang),
            listed(change.subjects) or Label("alt", "everything").text(lang),
            _remark(change, lang),
        )
        for change in changes
    )
    return Listing(("wave", "effect", "subjects", "note"), tuple(rows))


def wave_rows(book: "Codebook", lang: Lang) -> Listing:
    """List the waves of this codebook."""
    rows = []
    for number in book.relations.waves:
        wave, claims = book.waves[number], book.wave_claims(number)
        answers, count = integer(wave.answers, lang), integer(len(claims), lang)
        rows.append((str(number), wave.label.text(lang), wave.period, answers, count))
    return Listing(("name", "label", "period", "answers", "claims"), tuple(rows))


def changes_of(book: "Codebook", subject: str) -> list[Change]:
    """Return the changes on record about a question or family, or about something below it."""
    return [
        change
        for change in book.changes
        if change.wave in book.relations.waves
        and any(name == subject or name.startswith(f"{subject}.") for name in change.subjects)
    ]


def theme_text(book: "Codebook", theme: str, lang: Lang) -> str:
    """Name a theme; by its code where the codebook has no title for it."""
    return book.themes[theme].text(lang) if theme in book.themes else theme


def inferred_text(inferred: bool, lang: Lang) -> str:
    """Mark what no public page shows."""
    return INFERRED.text(lang) if inferred else ""


def _named(book: "Codebook", kind: MadeKind, names: Iterable[str], label: Callable[[str], str]) -> Listing:
    waves = book.relations.in_waves
    rows = ((name, label(name), listed(waves.get((kind, name), ()))) for name in names)
    return Listing(("name", "label", "waves"), tuple(rows))


def _place(book: "Codebook", claim: Claim, lang: Lang) -> str:
    return place_text(claim, book, lang) if claim.domain else Label("i alt", "in total").text(lang)


def _remark(change: Change, lang: Lang) -> str:
    reason = change.reason.text(lang)
    inferred = change.inferred.text(lang)
    return f"{reason} {INFERRED.text(lang).capitalize()}: {inferred}" if inferred else reason
