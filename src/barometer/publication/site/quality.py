"""What a reviewer looks at: answers per base, weights against the frame, warnings, and numbers that moved."""

from html import escape

from barometer.codebook.claim_words import DASH
from barometer.codebook.numbers import decimal, integer
from barometer.microdata.rules import check_rules
from barometer.publication.editions import Edition
from barometer.publication.gaps import shown_n, written_n
from barometer.publication.site.content import Content
from barometer.publication.site.frame import bullets, cell, number, page, paragraphs, row_head, section, table
from barometer.publication.site.moved import moved_summary
from barometer.publication.site.places import Here
from barometer.publication.site.suppressed import suppressed_cells
from barometer.publication.site.texts import heading, text


def quality_page(content: Content, here: Here) -> str:
    """Write the page of a reviewer."""
    lang = here.lang
    body = paragraphs([text("quality", lang)])
    body += section("moved", heading("moved", lang), moved_summary(content.drift, "approved", here))
    body += section("since", heading("moved_since", lang), moved_summary(content.since, "earlier", here))
    if content.differencing is not None:
        told = paragraphs([escape(content.differencing.summary(lang))])
        body += section("differencing", heading("differencing", lang), told)
    body += section("suppressed", heading("suppressed", lang), suppressed_cells(content, here))
    for edition in content.editions:
        title = escape(f"{edition.facts.record.label.text(lang)}, {edition.facts.record.period}")
        parts = _bases(edition, title, here) + _margins(edition, title, here) + _notes(edition, here)
        body += section(f"wave{edition.number}", title, parts)
    return page(content, here, heading("quality", lang), body)


def _bases(edition: Edition, title: str, here: Here) -> str:
    lang, rows, differs = here.lang, list[list[str]](), heading("differs", here.lang)
    for count in edition.quality.bases:
        printed = DASH if count.published is None else integer(count.published, lang)
        rows.append(
            [
                row_head(escape(count.label.text(lang))),
                number(written_n(shown_n(count.answers), lang)),
                number(printed),
                cell("" if None in (count.published, count.answers) or count.published == count.answers else differs),
            ]
        )
    head = [heading(name, lang) for name in ("base", "answers", "published", "note")]
    return table(f"{heading('bases', lang)}: {title}", head, rows)


def _margins(edition: Edition, title: str, here: Here) -> str:
    lang = here.lang
    if not edition.quality.margins:
        return paragraphs([text("no_frame", lang)])
    rows = [
        [
            row_head(escape(f"{margin.domain.text(lang)}: {margin.group.text(lang)}")),
            number(written_n(shown_n(margin.answers), lang)),
            number(DASH if margin.answers is None else decimal(margin.weights, lang)),
            number(decimal(margin.population, lang, 0)),
            number(DASH if margin.ratio != margin.ratio else decimal(margin.ratio, lang, 3)),
        ]
        for margin in edition.quality.margins
    ]
    head = [heading(name, lang) for name in ("group", "answers", "weights", "frame", "ratio")]
    return table(f"{heading('margins', lang)}: {title}", head, rows)


def _notes(edition: Edition, here: Here) -> str:
    """List what the checks found odd; messages of the checks are English."""
    rules = check_rules()
    items = [
        f"<strong>{escape(rules[note.rule].title.text(here.lang))}</strong> "
        f"<span lang='en'>[{note.rule}] {escape(note.message)}</span>"
        for note in edition.facts.notes
    ]
    found = bullets(items) or paragraphs([text("no_notes", here.lang)])
    return f"<h3>{heading('notes', here.lang)}</h3>{found}"
