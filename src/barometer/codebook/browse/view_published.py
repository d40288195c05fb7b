"""View what was published: a figure, a claim, a wave."""

import re
from typing import TYPE_CHECKING

from barometer.codebook.browse.display import Listing
from barometer.codebook.browse.headings import CHECKS, DRAWN, WHEN
from barometer.codebook.browse.listings import (
    change_rows,
    figure_rows,
    figure_waves,
    indicator_rows,
    question_rows,
    theme_text,
)
from barometer.codebook.browse.views import ClaimView, FigureView, ViewKind, WaveView
from barometer.codebook.claim_words import CONFIDENCE, describe, published_text, range_text
from barometer.codebook.numbers import decimal, integer, per_cent
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import listed

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook


def view_figure(book: "Codebook", name: str, lang: Lang, also: tuple[ViewKind, ...] = ()) -> FigureView:
    """View a published figure."""
    figure, notes = book.figures[name], dict(book.figures[name].notes)
    drawn = [used for used in book.relations.shown_by[name] if used != figure.by]
    sources = (
        (str(wave), figure.source(wave), notes[wave].text(lang) if wave in notes else "")
        for wave in figure_waves(book, name)
    )
    headlines = (
        (_unfilled(headline.label.text(lang)), _when_text(headline.when, lang)) for headline in figure.headlines
    )
    return FigureView(
        name=name,
        label=figure.neutral.text(lang),
        lang=lang,
        also=also,
        subtitle=_unfilled(figure.subtitle.text(lang)),
        shown=DRAWN[figure.kind].text(lang),
        by=book.domain(figure.by).label.text(lang) if figure.by else "",
        theme=theme_text(book, figure.theme, lang),
        note=figure.note.text(lang),
        sources=Listing(("wave", "source", "note"), tuple(sources)),
        indicators=indicator_rows(book, drawn, lang),
        headlines=Listing(("label", "when"), tuple(headlines)),
    )


def view_claim(book: "Codebook", name: str, lang: Lang, also: tuple[ViewKind, ...] = ()) -> ClaimView:
    """View a published claim."""
    claim = next(claim for claim in book.claims if claim.id == name)
    drawn = book.relations.drawn_in.get(claim.indicator, ())
    return ClaimView(
        name=name,
        label=describe(claim, book, lang),
        lang=lang,
        also=also,
        published=published_text(claim, lang),
        range=range_text(claim, lang),
        n=_number(claim.published_n, lang),
        wave=f"{claim.wave} ({book.waves[claim.wave].period})",
        base=book.bases[claim.base].label.text(lang),
        indicator=claim.indicator,
        check=CHECKS[claim.check].text(lang),
        dont_know=claim.dont_know if claim.indicator else "",
        rivals=listed(claim.rivals),
        alternatives=", ".join(decimal(value, lang, 0) for value in claim.alternatives),
        reason=claim.reason.text(lang),
        contradiction=claim.contradiction.text(lang),
        fitted=(Label("ja", "yes") if claim.fitted else Label("nej", "no")).text(lang),
        fitted_to=claim.fitted_to.text(lang),
        inferred=claim.inferred.text(lang),
        confidence=CONFIDENCE[claim.confidence].text(lang),
        source=claim.source,
        figures=figure_rows(book, [figure for figure in drawn if claim.wave in figure_waves(book, figure)], lang),
    )


def view_wave(book: "Codebook", name: str, lang: Lang, also: tuple[ViewKind, ...] = ()) -> WaveView:
    """View a wave."""
    wave = book.waves[int(name)]
    edition = book.in_wave(wave.number)
    rate = "" if wave.response_rate is None else per_cent(wave.response_rate, lang)
    weighting = Label("vægtet", "weighted") if wave.weighted else Label("uvægtet", "unweighted")
    return WaveView(
        name=name,
        label=wave.label.text(lang),
        lang=lang,
        also=also,
        period=wave.period,
        publisher=wave.publisher.text(lang),
        unit=book.about.unit_label.text(lang),
        fieldwork=wave.fieldwork,
        answers=_number(wave.answers, lang),
        sample=_number(wave.sample, lang),
        population=_number(wave.population, lang),
        response_rate=rate,
        weighted=weighting.text(lang),
        stratum=" x ".join(book.domains[domain].label.text(lang) for domain in wave.stratum),
        claims=_number(len(edition.claims), lang),
        inferred=wave.inferred.text(lang),
        source=wave.source,
        questions=question_rows(book, edition.questions, lang),
        figures=figure_rows(book, edition.figures, lang),
        changes=change_rows([change for change in book.changes if change.wave == wave.number], lang),
    )


def _unfilled(text: str) -> str:
    """Write dots where a drawn figure has its numbers, and leave out the period."""
    return re.sub(r"\{\w+\}", "...", text.replace(", {period}", ""))


def _when_text(when: str, lang: Lang) -> str:
    kind, *names = when.split(":")
    return WHEN[kind].text(lang).format(*names)


def _number(value: int | None, lang: Lang) -> str:
    return "" if value is None else integer(value, lang)
