"""The page of a group: bars of the group and of the barometer for every answer, and how the group spreads."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from barometer.codebook.numbers import integer, interval, per_cent
from barometer.codebook.records import Lang
from barometer.microdata import SYNTHETIC
from barometer.publication.innovationstest.benchmark import measure_label
from barometer.publication.innovationstest.page import static_page
from barometer.publication.innovationstest.texts import text

if TYPE_CHECKING:
    from barometer.publication.innovationstest.group import GroupPicture

Row = Mapping[Any, Any]
MOST = 10
"""Findings that are named."""


def group_page(picture: "GroupPicture", lang: Lang) -> str:
    """
    Return the page of a group, without a script.

    Parameters
    ----------
    picture : GroupPicture
    lang : {"da", "en"}
    """
    title = text("group_title").text(lang)
    brand = f"<p>{escape(picture.shares.wave.codebook.about.label.text(lang))}</p>"
    synthetic = f'<p class="note">{escape(SYNTHETIC.text(lang))}.</p>' if picture.is_synthetic else ""
    findings = "".join(f"<li>{escape(line)}</li>" for line in picture.findings(lang))
    heading = text("group_outside" if findings else "group_inside").text(lang).format(most=MOST)
    main = [
        f"<h1>{escape(title)}</h1>{synthetic}",
        f"<p><strong>{escape(picture.shown_notes(lang)[0])}</strong></p>",
        f"<p>{escape(heading)}</p><ul>{findings}</ul>",
        f'<p class="quiet">{escape(text("group_reading").text(lang))}</p>',
        *_questions(picture, lang),
        *_spreads(picture, lang),
    ]
    notes = "".join(f'<p class="quiet">{escape(line)}</p>' for line in picture.shown_notes(lang)[1:])
    return static_page(title, brand, "".join(main), notes, lang)


def _questions(picture: "GroupPicture", lang: Lang) -> Iterable[str]:
    rows = list(zip(picture.table.to_dict("records"), picture.shares.measures, strict=True))
    for name in dict.fromkeys(row["question"] for row, _ in rows):
        own = [(row, measure) for row, measure in rows if row["question"] == name]
        question = own[0][1].question
        yield f"<h2>{escape(question.title.text(lang))}</h2>"
        sizes = [row["n"] for row, _ in own if not math.isnan(row["n"])]
        base = text("group_base").text(lang).format(n=integer(int(max(sizes)), lang)) if sizes else ""
        yield f'<p class="quiet asked">{escape(question.label.text(lang))} {escape(base)}</p>'
        lines = [_line(measure_label(measure).text(lang), *_beside(row, lang)) for row, measure in own]
        yield _table(question.title.text(lang), ("column_item", "group_chart"), lines, lang)


def _spreads(picture: "GroupPicture", lang: Lang) -> Iterable[str]:
    words = picture.spread_frame(lang)
    names = picture.spread["question"].tolist()
    if picture.spread["share"].isna().all():
        return
    yield f"<h2>{escape(text('group_spread').text(lang))}</h2>"
    yield f'<p class="quiet asked">{escape(text("group_spread_text").text(lang))}</p>'
    for name in dict.fromkeys(names):
        places = [place for place, each in enumerate(names) if each == name]
        shares = [float(picture.spread["share"].iloc[place]) for place in places]
        bands = [str(words.iloc[place, 1]) for place in places]
        said = [str(words.iloc[place, 2]) for place in places]
        lines = [_line(band, _own(share), each) for band, share, each in zip(bands, shares, said, strict=True)]
        title = picture.spread_title(name, lang)
        yield f"<h3>{escape(title)}</h3>{_table(title, ('group_band_head', 'group_group'), lines, lang)}"


def _beside(row: Row, lang: Lang) -> tuple[str, str]:
    """Return the bars of a row, and their numbers as text."""
    group = text("group_hidden").text(lang) if math.isnan(row["group"]) else per_cent(row["group"], lang)
    barometer = text("hidden").text(lang)
    if not math.isnan(row["share"]):
        barometer = f"{per_cent(row['share'], lang)} ({interval(row['ci_low'], row['ci_high'], lang, 0)})"
    said = text("group_numbers").text(lang).format(group=group, barometer=barometer)
    return _own(row["group"]) + _barometer(row), said


def _own(share: float) -> str:
    return "" if math.isnan(share) else _bar("said", _rect("bar", share))


def _barometer(row: Row) -> str:
    if math.isnan(row["share"]):
        return ""
    ends = f'x1="{100.0 * row["ci_low"]:.2f}" x2="{100.0 * row["ci_high"]:.2f}" y1="6" y2="6"'
    lines = "".join(f'<line class="{name}" {ends}/>' for name in ("halo", "span"))
    return _bar("beside", _rect("bar", row["share"]) + lines)


def _bar(name: str, inside: str) -> str:
    size = 'viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" focusable="false"'
    return f'<svg class="{name}" {size}>{_rect("ground", 1.0)}{inside}</svg>'


def _rect(name: str, share: float) -> str:
    return f'<rect class="{name}" width="{100.0 * share:.2f}" height="12"/>'


def _line(label: str, bars: str, number: str) -> str:
    return f'<tr><th scope="row">{escape(label)}</th><td>{bars}<span class="number">{escape(number)}</span></td></tr>'


def _table(title: str, heads: tuple[str, str], lines: Sequence[str], lang: Lang) -> str:
    head = "".join(f'<th scope="col">{escape(text(name).text(lang))}</th>' for name in heads)
    return (
        f'<table class="group" aria-label="{escape(title)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )
