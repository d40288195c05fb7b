"""The report's pages as HTML: plain functions from results to text, everything escaped."""

import tomllib
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from barometer.analysis import WaveFacts
from barometer.codebook.numbers import integer, per_cent
from barometer.codebook.records import Label, Lang
from barometer.microdata import SYNTHETIC
from barometer.microdata.rules import check_rules
from barometer.publication.figure import Figure
from barometer.publication.verification import Verification

SITE = Path(__file__).parent / "site"
PAGE: dict[Lang, str] = {"da": "index.html", "en": "index.en.html"}
DOWNLOADS = {"workbook": "barometer.xlsx", "verification": "verification.csv", "manifest": "report.json"}


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((SITE / "texts.toml").read_text(encoding="utf-8"))


def _text(name: str, lang: Lang, **facts: object) -> str:
    """Return a text by its name in texts.toml ("intro", "facts.full"), filled in and escaped."""
    table = _texts()
    for key in name.split("."):
        table = table[key]
    found: str = table[lang]
    return escape(found.format(**facts))


def _heading(name: str, lang: Lang) -> str:
    found: str = _texts()["headings"][name][lang]
    return escape(found)


def report_page(
    facts: WaveFacts,
    figures: Sequence[Figure],
    checked: Verification,
    notebooks: Sequence[tuple[str, str]],
    lang: Lang,
) -> str:
    """
    Write the report of one wave in one language; a section with nothing in it is left out.

    Parameters
    ----------
    facts : WaveFacts
        What the wave is, counted from its microdata.
    notebooks : sequence of (address, title)
    """
    record, synthetic = facts.record, checked.is_synthetic
    drawn = "".join(_figure(figure.in_language(lang)) for figure in figures)
    sections = {
        "figures": f"<div class='figures'>{drawn}</div>" if drawn else "",
        "verification": _verification(checked, lang),
        "notes": _notes(facts, lang),
        "methods": _methods(facts, lang, synthetic=synthetic),
        "notebooks": _notebooks(notebooks),
        "downloads": _downloads(lang),
        "cite": _cite(facts, lang, synthetic=synthetic),
    }
    sections = {name: body for name, body in sections.items() if body}
    counts = {"figures": len(figures), "claims": len(checked.claims)}
    name = "intro_sparse" if not all(counts.values()) else "intro_synthetic" if synthetic else "intro"
    intro = f"<p>{_text(name, lang, **counts)}</p>"
    body = intro + "".join(
        f"<section id='{name}'><h2>{_heading(name, lang)}</h2>{body}</section>" for name, body in sections.items()
    )
    other: Lang = "en" if lang == "da" else "da"
    links = [(f"#{name}", _heading(name, lang)) for name in sections]
    links.append((PAGE[other], _heading("other_language", lang)))
    title = f"{record.label.text(lang)}, {record.period}"
    if synthetic:
        title = f"{title}: {_heading('synthetic', lang)}"
    return page(title, body, lang, links, synthetic=synthetic)


def notebook_page(title: str, body: str, *, synthetic: bool) -> str:
    """Write an executed notebook as a page of the report."""
    links = [(f"../{PAGE['en']}", _heading("back", "en"))]
    return page(title, body, "en", links, synthetic=synthetic, root="../", heading=False)


def page(
    title: str,
    body: str,
    lang: Lang,
    links: Sequence[tuple[str, str]],
    *,
    synthetic: bool,
    root: str = "",
    heading: bool = True,
) -> str:
    """
    Write a whole page around a body; every address in it is relative.

    Parameters
    ----------
    links : sequence of (address, escaped text)
    root : str
        From the page to the folder of the style sheet.
    heading : bool
        Whether the page needs a first heading of its own.
    """
    nav = "".join(f"<a href='{escape(address)}'>{text}</a>" for address, text in links)
    notice = f"<p class='notice'>{escape(SYNTHETIC.text(lang))}.</p>" if synthetic else ""
    top = f"<h1>{escape(title)}</h1>" if heading else ""
    return (
        f"<!doctype html>\n<html lang='{lang}'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<title>{escape(title)}</title>\n<link rel='stylesheet' href='{root}style.css'>\n</head>\n<body>\n"
        f"<header><nav>{nav}</nav>{top}{notice}</header>\n<main>{body}</main>\n"
        f"<footer>barometer {escape(_version())}</footer>\n</body>\n</html>\n"
    )


def _figure(figure: Figure) -> str:
    lang, stem = figure.lang, escape(f"figures/{figure.id}")
    table = figure.to_frame(lang)
    head = "".join(f"<th scope='col'>{escape(str(c))}</th>" for c in table.columns)
    rows = "".join(f"<tr>{''.join(_cell(v, lang) for v in row)}</tr>" for row in table.itertuples(index=False))
    csv = f"{stem}.da.csv" if lang == "da" else f"{stem}.csv"
    files = " · ".join(
        f"<a href='{address}'>{name}</a>"
        for address, name in ((f"{stem}.{lang}.svg", "SVG"), (f"{stem}.{lang}.png", "PNG"), (csv, "CSV"))
    )
    address = escape(figure.source.removeprefix("https://"))
    source = f"<br>{_heading('source', lang)}: {address}" if address else ""
    return (
        f"<figure id='{escape(figure.id)}'>"
        f"<picture><source media='(max-width: 40rem)' srcset='{stem}-column.{lang}.svg'>"
        f"<img src='{stem}.{lang}.svg' alt='{escape(figure.alt_text)}' loading='lazy'></picture>"
        f"<figcaption><details><summary>{_heading('numbers', lang)}</summary><div class='scroll'>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>{files}{source}</figcaption>"
        "</figure>"
    )


def _cell(value: object, lang: Lang) -> str:
    if value is pd.NA:
        return "<td class='number'>\N{EN DASH}</td>"
    if isinstance(value, float):
        text = "\N{EN DASH}" if value != value else per_cent(value, lang, 1)
        return f"<td class='number'>{text}</td>"
    if isinstance(value, int):
        return f"<td class='number'>{integer(value, lang)}</td>"
    return f"<td>{escape(str(value))}</td>"


def _verification(checked: Verification, lang: Lang) -> str:
    if not checked.claims:
        return ""
    notes = [_text("verification", lang)]
    if checked.is_synthetic:
        notes += [_text("verification_synthetic", lang), escape(checked.worth(lang))]
    return (
        f"<div class='scroll'>{checked.legend_html(lang)}</div><p>{' '.join(notes)}</p>"
        f"<div class='scroll'>{checked.to_html(lang)}</div>"
    )


def _notebooks(notebooks: Sequence[tuple[str, str]]) -> str:
    items = (f"<li><a href='{escape(at)}' hreflang='en'>{escape(name)}</a></li>" for at, name in notebooks)
    return f"<ul>{''.join(items)}</ul>" if notebooks else ""


def _methods(facts: WaveFacts, lang: Lang, *, synthetic: bool) -> str:
    counts = {"answers": facts.answers, "sample": facts.sampled, "population": facts.population}
    written = {name: integer(n, lang) for name, n in counts.items() if n is not None}
    known = (
        "full" if len(written) == 3 else next(name for name in ("population", "sample", "answers") if name in written)
    )
    unit = facts.unit.text(lang)
    correction = _text(f"correction.{'unknown' if facts.population is None else 'known'}", lang, unit=unit)
    strata = Label(" gange ", " by ").text(lang).join(label.text(lang).lower() for label in facts.strata)
    drawn = "stratified" if facts.strata else "unstratified"
    paragraphs = [
        _text(f"{'facts_synthetic' if synthetic else 'facts'}.{known}", lang, **written, unit=unit),
        _text(f"weights.{'weighted' if facts.weighted else 'unweighted'}", lang, unit=unit),
        _text(f"variance.{drawn}", lang, strata=strata, correction=correction),
        _text("intervals", lang),
    ]
    if synthetic:
        paragraphs.append(_text(f"synthetic.{_origin(facts, synthetic=synthetic)}", lang, unit=unit))
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _version() -> str:
    from importlib.metadata import version  # reads packages of the standard library that only a report needs

    return version("innovation-barometer")


def _origin(facts: WaveFacts, *, synthetic: bool) -> Literal["delivery", "fitted", "invented"]:
    """Whether the microdata were delivered, made to agree with claims, or made up from nothing."""
    return "delivery" if not synthetic else "fitted" if facts.fitted else "invented"


def _notes(facts: WaveFacts, lang: Lang) -> str:
    """List what the checks found odd; messages of the checks are English."""
    rules = check_rules()
    items = "".join(
        f"<li><strong>{escape(rules[note.rule].title.text(lang))}</strong> "
        f"<span lang='en'>[{note.rule}] {escape(note.message)}</span></li>"
        for note in facts.notes
    )
    return f"<ul>{items}</ul>" if items else ""


def _downloads(lang: Lang) -> str:
    described = _texts()["downloads"]
    items = (
        f"<li><a href='{file}'>{file}</a>: {escape(described[name][lang])}</li>" for name, file in DOWNLOADS.items()
    )
    return f"<ul>{''.join(items)}</ul>"


def _cite(facts: WaveFacts, lang: Lang, *, synthetic: bool) -> str:
    record = facts.record
    words = {
        "publisher": record.publisher.text(lang),
        "edition": record.label.text(lang),
        "period": record.period,
        "version": _version(),
    }
    return f"<p>{_text(f'cite.{_origin(facts, synthetic=synthetic)}', lang, **words)}</p>"
