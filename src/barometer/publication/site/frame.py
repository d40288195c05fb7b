"""The frame of every page: head, ways to the other pages, notice, body, foot."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape

from barometer.codebook.records import Label, Lang
from barometer.microdata import SYNTHETIC
from barometer.publication.fingerprints import DISTRIBUTION
from barometer.publication.site import places
from barometer.publication.site.content import Content
from barometer.publication.site.places import Here, file_of
from barometer.publication.site.texts import heading

SKIP = Label("Gå til indholdet", "Skip to the content")
DANISH_FRONT = "Dansk forside"
"""What a page that is in English only leads to."""
OTHER_LANGUAGE: dict[Lang, Lang] = {"da": "en", "en": "da"}


def page(content: Content, here: Here, title: str, body: str, *, heading_text: str | None = None) -> str:
    """
    Write a whole page around a body.

    Parameters
    ----------
    content : Content
    here : Here
    title : str
        Not escaped.
    body : str
        HTML.
    heading_text : str, optional
        The first heading, where it is not the title; empty where the body has one.
    """
    lang = here.lang
    first = title if heading_text is None else heading_text
    top = f"<h1>{escape(first)}</h1>" if first else ""
    notice = f"<p class='notice'>{escape(SYNTHETIC.text(lang))}.</p>" if content.is_synthetic else ""
    name = site_name(content, lang)
    whole = title if title == name else f"{title} \N{EN DASH} {name}"
    return (
        f"<!doctype html>\n<html lang='{lang}'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<title>{escape(whole)}</title>\n<link rel='stylesheet' href='{here.file('style.css')}'>\n"
        "<link rel='icon' href='data:,'>\n</head>\n<body>\n"
        f"<a class='skip' href='#main'>{SKIP.text(lang)}</a>\n"
        f"<header><div class='top'><a class='name' href='{here.to(places.FRONT)}'>{escape(name)}</a>"
        f"{_language_link(here)}</div>{_navigation(content, here)}</header>\n"
        f"<main id='main' tabindex='-1'>{notice}{top}{body}</main>\n"
        f"<footer><p>barometer {escape(package_version())} · <a href='{here.file('manifest.json')}'>"
        f"{heading('manifest', lang)}</a></p></footer>\n</body>\n</html>\n"
    )


def site_name(content: Content, lang: Lang) -> str:
    """Name the survey, and the edition where there is one only."""
    if len(content.editions) > 1:
        return content.codebook.about.label.text(lang)
    record = content.newest.facts.record
    return f"{record.label.text(lang)}, {record.period}"


@cache
def package_version() -> str:
    """Return the version of this package."""
    from importlib.metadata import version  # reads packages of the standard library that only a report needs

    return version(DISTRIBUTION)


def section(name: str, title: str, body: str) -> str:
    """Write a section with its heading; nothing where the body is empty."""
    return f"<section id='{escape(name)}'><h2>{title}</h2>{body}</section>" if body else ""


def paragraphs(texts: Iterable[str]) -> str:
    """Write escaped texts as paragraphs."""
    return "".join(f"<p>{each}</p>" for each in texts if each)


def bullets(items: Sequence[str], kind: str = "") -> str:
    """Write items of HTML as a list; nothing where there are none."""
    of = f" class='{kind}'" if kind else ""
    return f"<ul{of}>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def table(label: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """
    Write a table that scrolls by itself where it is too wide, also by keyboard.

    Parameters
    ----------
    label : str
        What it shows; its caption, escaped.
    head : sequence of str
        Headings, escaped.
    rows : sequence of sequence of str
        Whole cells: `cell` and `number` make them.
    """
    heads = "".join(f"<th scope='col'>{each}</th>" for each in head)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    of = f" class='{kind}'" if kind else ""
    return scroll(
        label, f"<table{of}><caption>{label}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def scroll(label: str, inner: str) -> str:
    """Let something wide scroll by itself."""
    return f"<div class='scroll' role='region' aria-label='{label}' tabindex='0'>{inner}</div>"


def cell(text: str) -> str:
    """Write an escaped text as a cell."""
    return f"<td>{text}</td>"


def row_head(text: str, kind: str = "") -> str:
    """Write an escaped text as the head of a row."""
    of = f" class='{kind}'" if kind else ""
    return f"<th scope='row'{of}>{text}</th>"


def number(text: str) -> str:
    """Write an escaped number as a cell."""
    return f"<td class='number'>{text}</td>"


def external(address: str) -> str:
    """Write an address of the web as a link that says where it leads."""
    shown = address.removeprefix("https://").removeprefix("http://")
    if shown == address:
        return escape(address)
    return f"<a class='address' href='{escape(address)}' rel='external'>{escape(shown)}</a>"


def _language_link(here: Here) -> str:
    if here.place.startswith("notebooks/") and here.place != places.NOTEBOOKS:
        front = here.file(file_of(places.FRONT, "da"))
        return f"<a href='{front}' hreflang='da' lang='da'>{DANISH_FRONT}</a>"
    other = OTHER_LANGUAGE[here.lang]
    address = here.file(file_of(here.place, other))
    return f"<a href='{address}' hreflang='{other}' lang='{other}'>{heading('other_language', here.lang)}</a>"


def _navigation(content: Content, here: Here) -> str:
    named = {
        places.FRONT: "front",
        places.GALLERY: "gallery" if content.figures else "",
        places.VERIFICATION: "verification" if content.claims else "",
        places.METHODS: "methods",
        places.QUALITY: "quality",
        places.DATA: "downloads",
        places.CHANGES: "changes",
        places.CITE: "cite",
        places.NOTEBOOKS: "notebooks" if content.notebooks else "",
    }
    links = "".join(
        f"<li><a href='{here.to(place)}'{_current(place, here)}>{heading(name, here.lang)}</a></li>"
        for place, name in named.items()
        if name
    )
    return f"<nav aria-label='{heading('contents', here.lang)}'><ul>{links}</ul></nav>"


def _current(place: str, here: Here) -> str:
    return " aria-current='page'" if place == here.place else ""
