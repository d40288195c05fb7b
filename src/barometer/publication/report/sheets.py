"""One picture of all figures per language: pasted once, and again only when one of them has changed."""

from hashlib import sha256
from html import unescape
from pathlib import Path

from barometer.codebook.records import Lang
from barometer.microdata.store import writing_to
from barometer.publication.compact_pictures import compact_pixels
from barometer.publication.contact_sheet import DPI, MEANING, NAME_SIZE, sheet_of_pictures
from barometer.publication.fingerprints import DRAWING, code_digest, digest, package_versions
from barometer.publication.report.cache import Cache
from barometer.publication.report.drawings import LANGUAGES
from barometer.publication.site.content import WAVES, Content
from barometer.publication.site.gallery import sheet_file
from barometer.publication.site.texts import heading
from barometer.publication.style import style
from barometer.publication.typesetting import shorten, text_width

SHEET = "sheet.png"
WIDTH = 320
"""Pixels of a figure on the sheet."""


def write_sheets(content: Content, folder: Path, cache: Cache) -> None:
    """
    Write the contact sheets of a report whose figures lie in its folder; none where there is no figure.

    Parameters
    ----------
    content : Content
    folder : Path
        Of the report.
    cache : Cache

    Raises
    ------
    OutputError
        If the folder or the cache cannot be written to.
    """
    for lang in LANGUAGES if content.figures else ():
        with writing_to(folder):
            (folder / sheet_file(lang)).write_bytes(_sheet(sheet_figures(content, lang), folder, lang, cache))


def sheet_figures(content: Content, lang: Lang) -> list[tuple[str, str]]:
    """Return what each figure is called on the sheet and where its files lie, in the order of the gallery."""
    named = []
    for theme, label in content.themes.items():
        for one in content.of_theme(theme):
            title = one.edition.codebook.figures[one.figure.id].neutral.text(lang)
            named.append((_fitting(title, one.edition.facts.record.period), one.stem))
        if theme in content.trends:
            trend = unescape(heading("trend", lang)).lower()
            named.append((_fitting(label.text(lang), trend), f"figures/{WAVES}/{content.trends[theme].id}"))
    return named


def _fitting(title: str, period: str) -> str:
    """Write a title and its period as one line over a figure; the title gives way."""
    with style():
        room = WIDTH * 72 / DPI - text_width(f", {period}", NAME_SIZE, semibold=True)
        return f"{shorten(title, NAME_SIZE, room, semibold=True)}, {period}"


def _sheet(figures: list[tuple[str, str]], folder: Path, lang: Lang, cache: Cache) -> bytes:
    named = [(name, (folder / f"{stem}.{lang}.png").read_bytes()) for name, stem in figures]
    key = digest(
        {
            "sheet": [[name, sha256(png).hexdigest()] for name, png in named],
            "code": code_digest(),
            "packages": package_versions(DRAWING),
        }
    )
    found = cache.find(key)
    if found is None:
        found = {SHEET: compact_pixels(sheet_of_pictures(named, width=WIDTH), keep=MEANING, dpi=(DPI, DPI))}
        cache.keep(key, found)
    return found[SHEET]
