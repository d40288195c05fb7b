"""The page of a theme: each figure of each wave with what was asked, of whom, by which rules, and its numbers."""

from collections.abc import Sequence
from html import escape

from barometer.publication.site.content import Content, Drawn
from barometer.publication.site.drawn import drawn_article, trend_section
from barometer.publication.site.frame import bullets, page
from barometer.publication.site.places import Here, theme_claims_place, theme_place
from barometer.publication.site.texts import heading, text


def theme_page(content: Content, here: Here, theme: str) -> str:
    """Write the page of one theme."""
    lang = here.lang
    named = {name: drawn for name, drawn in content.figures.items() if content.theme_of(name) == theme}
    titles = {name: drawn[0].edition.codebook.figures[name].neutral.text(lang) for name, drawn in named.items()}
    trend = [f"<a href='#trend'>{heading('trend', lang)}</a>"] if theme in content.trends else []
    body = bullets([*(_contents(titles[name], drawn) for name, drawn in named.items()), *trend])
    for name, drawn in named.items():
        articles = "".join(drawn_article(one, here) for one in drawn)
        body += f"<section id='{escape(name)}' class='drawn'><h2>{escape(titles[name])}</h2>{articles}</section>"
    if theme in content.trends:
        body += trend_section(content, content.trends[theme], here)
    if theme in content.claims_by_theme:
        count = len(content.claims_by_theme[theme])
        address = here.to(theme_claims_place(theme))
        body += (
            f"<p><a href='{address}'>{text('theme_claims' if count > 1 else 'theme_claim', lang, claims=count)}</a></p>"
        )
    return page(content, here, content.themes[theme].text(lang), body + _neighbours(content, here, theme))


def _contents(title: str, drawn: Sequence[Drawn]) -> str:
    """Lead to a figure, and to each wave of it."""
    name = escape(drawn[0].figure.id)
    waves = " · ".join(
        f"<a href='#{name}-wave{one.edition.number}'>{escape(one.edition.facts.record.period)}</a>" for one in drawn
    )
    return f"<a href='#{name}'>{escape(title)}</a>: {waves}"


def _neighbours(content: Content, here: Here, theme: str) -> str:
    """Lead to the theme before and the theme after."""
    themes = list(content.themes)
    at = themes.index(theme)
    links = []
    if at > 0:
        links.append(_link(content, here, themes[at - 1], "previous"))
    if at + 1 < len(themes):
        links.append(_link(content, here, themes[at + 1], "next"))
    if not links:
        return ""
    return f"<nav class='neighbours' aria-label='{heading('themes', here.lang)}'>{''.join(links)}</nav>"


def _link(content: Content, here: Here, theme: str, way: str) -> str:
    label = escape(content.themes[theme].text(here.lang))
    return f"<a href='{here.to(theme_place(theme))}' rel='{way[:4]}'>{heading(way, here.lang)}: {label}</a>"
