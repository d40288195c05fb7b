"""One figure of one wave on a theme page: drawing, files, question, base, rules, numbers."""

import math
from collections.abc import Hashable, Iterator, Mapping
from html import escape

from barometer.codebook import Codebook
from barometer.codebook.claim_words import DASH, published_text, range_text
from barometer.codebook.numbers import integer, interval, per_cent
from barometer.codebook.records import DONT_KNOW, Indicator, Lang
from barometer.codebook.wording import rule_text
from barometer.publication.figure import Figure
from barometer.publication.site.content import WAVES, Drawn
from barometer.publication.site.frame import bullets, cell, external, number, row_head, scroll, table
from barometer.publication.site.places import Here, wave_claims_place
from barometer.publication.site.texts import heading, text
from barometer.publication.verdicts import CheckedClaim

SHOWN = ("share", "ci_low", "ci_high", "n", "indicator", "group")
"""Columns of a figure whose rows can stand beside published shares."""


def drawn_article(drawn: Drawn, here: Here) -> str:
    """Write one figure of one wave with all that stands beside it."""
    record = drawn.edition.facts.record
    title = f"{record.label.text(here.lang)}, {record.period}"
    return (
        f"<article id='{escape(drawn.figure.id)}-wave{record.number}'><h3>{escape(title)}</h3>"
        f"{_figure(drawn.figure, drawn.stem, title, here)}{_facts(drawn, here.lang)}{_numbers(drawn, here)}</article>"
    )


def trend_section(figure: Figure, here: Here) -> str:
    """Write the figure that is drawn over all waves, with its numbers."""
    title = heading("trend", here.lang)
    drawing = _figure(figure, f"figures/{WAVES}/{figure.id}", heading("trend", here.lang), here)
    table = _plain_numbers(figure, heading("numbers", here.lang), here.lang)
    return f"<section id='trend' class='drawn'><h2>{title}</h2><article>{drawing}{table}</article></section>"


def _figure(figure: Figure, stem: str, title: str, here: Here) -> str:
    """Write a drawing with the links to its files; the title is not escaped."""
    image = here.file(f"{stem}.{here.lang}.svg")
    shown = f"<img src='{image}' alt='{escape(figure.in_language(here.lang).alt_text)}' loading='lazy'>"
    label = f"{heading('figure', here.lang)}: {escape(title)}"
    return f"<figure>{scroll(label, shown)}<figcaption>{_files(stem, here)}</figcaption></figure>"


def _files(stem: str, here: Here) -> str:
    lang = here.lang
    files = {
        "SVG": f"{stem}.{lang}.svg",
        "PNG": f"{stem}.{lang}.png",
        heading("csv_international", lang): f"{stem}.csv",
        heading("csv_danish", lang): f"{stem}.da.csv",
    }
    links = " · ".join(f"<a href='{here.file(address)}'>{name}</a>" for name, address in files.items())
    return f"{heading('files', lang)}: {links}"


def _facts(drawn: Drawn, lang: Lang) -> str:
    """Say what was asked, of whom, and which rules were used."""
    book = drawn.edition.codebook
    record = book.figures[drawn.figure.id]
    indicators = [book.indicators[name] for name in record.indicators]
    of = dict.fromkeys(book.bases[indicator.base].label for indicator in indicators)
    bases = {count.label: count.answers for count in drawn.edition.quality.bases}
    counted = [f"{escape(label.text(lang))} (n = {integer(bases[label], lang)})" for label in of if label in bases]
    facts = {
        "asked": bullets(list(_questions(drawn, lang))),
        "of_whom": bullets(counted),
        "rules": bullets(list(_rules(book, indicators, lang))),
        "source": external(drawn.figure.source) if drawn.figure.source else "",
    }
    items = "".join(f"<dt>{heading(name, lang)}</dt><dd>{said}</dd>" for name, said in facts.items() if said)
    return f"<dl>{items}</dl>"


def _questions(drawn: Drawn, lang: Lang) -> Iterator[str]:
    """Give the wording of every question behind the figure, those that split it included."""
    book = drawn.edition.codebook
    shown = book.relations.shown_by.get(drawn.figure.id, ())
    behind: set[str] = set()
    for name in shown:
        if name in book.indicators:
            behind |= book.questions_behind(book.indicators[name].rule)
        elif name in book.domains:
            behind |= {book.domains[name].column.partition(".")[0]}
    for name, question in book.questions.items():
        if name in behind:
            inferred = f" <small>({escape(question.inferred.text(lang))})</small>" if question.inferred.en else ""
            yield f"<q>{escape(question.label.text(lang))}</q>{inferred}"


def _rules(book: Codebook, indicators: list[Indicator], lang: Lang) -> Iterator[str]:
    """Say what happens to don't know, and what a composite joins."""
    for rule in dict.fromkeys(indicator.dont_know for indicator in indicators):
        yield f"{escape(DONT_KNOW[rule].text(lang))}."
    for indicator in indicators:
        parts = [book.indicators[name] for name in indicator.parts]
        if not parts:
            continue
        named = (
            f"{escape(part.label.text(lang))} <small>({escape(rule_text(book, part.rule, lang))})</small>"
            for part in parts
        )
        yield f"{text('joins', lang, label=indicator.label.text(lang))} {'; '.join(named)}."
        if indicator.inferred.en:
            yield f"<small>{escape(indicator.inferred.text(lang))}</small>"


def _numbers(drawn: Drawn, here: Here) -> str:
    """Write the drawn numbers beside those that were published."""
    lang, figure = here.lang, drawn.figure.in_language(here.lang)
    label = escape(f"{heading('numbers', lang)}: {drawn.edition.facts.record.period}")
    if not set(SHOWN) <= set(figure.data):
        return _plain_numbers(figure, label, lang)
    kind = "synthetic" if drawn.edition.is_synthetic else "delivery"
    head = [heading(name, lang) for name in ("row", "published", "computed", f"interval_{kind}", "answers")]
    rows = [_row(drawn, row, here) for row in figure.data.to_dict("records")]
    return table(label, head, rows, "numbers")


def _plain_numbers(figure: Figure, label: str, lang: Lang) -> str:
    """Write the drawn numbers as the figure itself gives them."""
    frame = figure.to_frame(lang)
    rows = [[_any(value, lang) for value in row] for row in frame.itertuples(index=False)]
    return table(label, [escape(str(name)) for name in frame.columns], rows, "numbers")


def _row(drawn: Drawn, row: Mapping[Hashable, object], here: Here) -> list[str]:
    lang = here.lang
    whole = str(row["group"]) in ("", "total")
    order = ("heading", "label", "answer") if whole else ("heading", "answer", "label")
    named = ": ".join(str(row[f"{name}_{lang}"]) for name in order if row.get(f"{name}_{lang}"))
    share, low, high = (float(str(row[name])) for name in ("share", "ci_low", "ci_high"))
    found = interval(low, high, lang) if not math.isnan(low) else DASH
    return [
        row_head(escape(named)),
        number(_published(drawn, str(row["indicator"]), str(row["group"]), here)),
        number(DASH if math.isnan(share) else per_cent(share, lang, 1)),
        number(found),
        number(integer(int(str(row["n"])), lang)),
    ]


def _published(drawn: Drawn, indicator: str, group: str, here: Here) -> str:
    """Write the published number of a row as a link to the claim; a dash where none was published."""
    found = _claim(drawn, indicator, group)
    if found is None:
        return DASH
    shown = published_text(found.claim, here.lang)
    ends = range_text(found.claim, here.lang)
    told = f"{escape(shown)} <small>({escape(ends)})</small>" if ends else escape(shown)
    return f"<a href='{here.to(wave_claims_place(drawn.edition.number), found.claim.id)}'>{told}</a>"


def _claim(drawn: Drawn, indicator: str, group: str) -> CheckedClaim | None:
    """Find the published share of a row: of the indicator, or of another that has the same rule and base."""
    book = drawn.edition.codebook
    wanted = book.indicators.get(indicator)
    if wanted is None:
        return None
    by = book.figures[drawn.figure.id].by
    where = (by, group) if by and group not in ("", "total") else ("", "")
    same = {other.name for other in book.indicators.values() if (other.rule, other.base) == (wanted.rule, wanted.base)}
    for checked in drawn.edition.checked.claims:
        claim = checked.claim
        numeric = claim.statistic == "share" and claim.check in ("exact", "range")
        if numeric and claim.indicator in same and (claim.domain, claim.group) == where:
            return checked
    return None


def _any(value: object, lang: Lang) -> str:
    if isinstance(value, float):
        return number(DASH if math.isnan(value) else per_cent(value, lang, 1))
    return number(integer(value, lang)) if isinstance(value, int) else cell(escape(str(value)))
