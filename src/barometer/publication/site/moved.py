"""Numbers that went from one value to another, since they were approved or since the last report, in words."""

from html import escape

from barometer.codebook.claim_words import DASH
from barometer.codebook.numbers import THIN_SPACE, decimal
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import indicator_text
from barometer.publication.claim_tables import HEADINGS
from barometer.publication.editions import Edition
from barometer.publication.figure import COLUMNS
from barometer.publication.numbers import Against, Drift, Moved
from barometer.publication.site import places
from barometer.publication.site.content import Content
from barometer.publication.site.frame import cell, number, paragraphs, row_head, table
from barometer.publication.site.places import Here
from barometer.publication.site.texts import heading, text
from barometer.publication.verdicts import VERDICTS

MOST = 200
"""Moved numbers that a page lists; `numbers.csv` has all as they are now."""
MOST_DECIMALS = 10
FRACTIONS = ("share", "difference", "change", "ci_low", "ci_high")
"""What a figure draws as a part of one, and a reader reads as per cent."""
QUANTITIES: dict[str, Label] = {
    **COLUMNS,
    "value": HEADINGS["computed"],
    "p": HEADINGS["p_value"],
    "verdict": HEADINGS["verdict"],
}
COMPARED: dict[Against, str] = {"approved": "moved", "earlier": "moved_since"}
"""Headings."""


def moved_summary(drift: Drift | None, against: Against, here: Here) -> str:
    """Say how many numbers moved, and lead to the list of them."""
    if drift is None:
        return paragraphs([text(f"no_{against}", here.lang)])
    told = [escape(drift.summary(here.lang))]
    if drift.moved:
        told.append(f"<a href='{here.to(places.CHANGES, against)}'>{text('moved_list', here.lang)}</a>")
    return paragraphs([" ".join(told)])


def moved_numbers(content: Content, drift: Drift | None, against: Against, here: Here) -> str:
    """List the numbers that moved; of one that is gone not what it was, as it may be suppressed now."""
    lang = here.lang
    if drift is None:
        return paragraphs([text(f"no_{against}", lang)])
    told = paragraphs([escape(drift.summary(lang))])
    if not drift.moved:
        return told
    if len(drift.moved) > MOST:
        told += paragraphs([text("moved_first", lang, most=MOST)])
    head = [heading(name, lang) for name in ("record", "wave", "row", against, "after")]
    return told + table(
        heading(COMPARED[against], lang), head, [_row(content, one, lang) for one in drift.moved[:MOST]]
    )


def _row(content: Content, moved: Moved, lang: Lang) -> list[str]:
    before, after = _values(moved, lang)
    editions = [edition for edition in content.editions if str(edition.number) in moved.wave.split("+")]
    periods = ", ".join(edition.facts.record.period for edition in editions)
    quantity = QUANTITIES[moved.quantity].text(lang) if moved.quantity in QUANTITIES else moved.quantity
    return [
        row_head(_record(content, editions, moved, lang)),
        cell(escape(periods)),
        cell(escape(": ".join(filter(None, (_place(editions, moved, lang), quantity))))),
        number(escape(before)),
        number(escape(after)),
    ]


def _record(content: Content, editions: list[Edition], moved: Moved, lang: Lang) -> str:
    """Name a figure by its neutral title, a claim by what it is about, and a trend by its theme; escaped."""
    for edition in editions:
        if moved.kind == "figure" and moved.record in edition.codebook.figures:
            return escape(edition.codebook.figures[moved.record].neutral.text(lang))
        for checked in edition.checked.claims:
            if moved.kind == "claim" and checked.claim.id == moved.record:
                return escape(checked.statement.text(lang))
    for theme, figure in content.trends.items():
        if figure.id == moved.record:
            return f"{escape(content.theme_label(theme).text(lang))}: {heading('trend', lang).lower()}"
    return escape(moved.record)


def _place(editions: list[Edition], moved: Moved, lang: Lang) -> str:
    """Name the answer and the group of a row; what the codebook does not have stays as it is."""
    words = []
    for name in moved.row.split():
        known = [edition.codebook for edition in editions if name in edition.codebook.indicators]
        words.append(indicator_text(known[0], name, lang) if known else _group(editions, moved.record, name, lang))
    return ", ".join(words)


def _group(editions: list[Edition], figure: str, group: str, lang: Lang) -> str:
    for book in (edition.codebook for edition in editions):
        by = book.figures[figure].by if figure in book.figures else ""
        for each in book.domain(by).groups if by else ():
            if each.code == group:
                return each.label.text(lang)
    return heading("everybody", lang) if group == "total" else group


def _values(moved: Moved, lang: Lang) -> tuple[str, str]:
    """Write what a number was and is, with as few decimals as tell the two from each other."""
    if moved.quantity == "verdict":
        words = {str(code): label.text(lang) for code, label in VERDICTS.items()}
        before, after = (words.get(value, value) for value in (moved.before, moved.after))
    else:
        before, after = _numbers(moved, lang)
    return (before if moved.after else "") or DASH, after or DASH


def _numbers(moved: Moved, lang: Lang) -> tuple[str, str]:
    fraction = moved.kind == "figure" and moved.quantity in FRACTIONS
    unit = Label(f"{THIN_SPACE}%", "%").text(lang) if fraction else ""
    try:
        was, now = (float(value) * (100 if fraction else 1) if value else None for value in (moved.before, moved.after))
    except ValueError:
        return moved.before, moved.after
    written = [
        tuple("" if value is None else decimal(value, lang, decimals) + unit for value in (was, now))
        for decimals in range(0 if moved.quantity == "n" else 1, MOST_DECIMALS + 1)
    ]
    before, after = next((pair for pair in written if pair[0] != pair[1]), written[-1])
    return before, after
