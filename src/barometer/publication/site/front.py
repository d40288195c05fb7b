"""The front page: what is here, the findings of each theme, and what is synthetic."""

from html import escape

from barometer.publication.site import places
from barometer.publication.site.content import Content, Drawn
from barometer.publication.site.frame import page, paragraphs, section, site_name
from barometer.publication.site.methods import origin_text
from barometer.publication.site.pictures import picture
from barometer.publication.site.places import Here, theme_place
from barometer.publication.site.texts import heading, text


def front_page(content: Content, here: Here) -> str:
    """Write the front page; a section with nothing in it is left out."""
    lang = here.lang
    counts = {"figures": sum(map(len, content.figures.values())), "claims": len(content.claims)}
    name = "intro_sparse" if not all(counts.values()) else "intro_synthetic" if content.is_synthetic else "intro"
    listed = "".join(f"<li>{_theme(content, here, theme)}</li>" for theme in content.themes)
    body = paragraphs([text(name, lang, **counts)])
    body += section("synthetic", heading("what_is_synthetic", lang), _synthetic(content, here))
    body += section("figures", heading("themes", lang), f"<ul class='themes'>{listed}</ul>" if listed else "")
    return page(content, here, site_name(content, lang), body)


def _theme(content: Content, here: Here, theme: str) -> str:
    """Write the name of a theme, its newest finding, and the drawing of it."""
    names = [name for name in content.figures if content.theme_of(name) == theme]
    newest = max((content.figures[name][0] for name in names), key=_wave)
    figure, label = newest.figure.in_language(here.lang), content.themes[theme].text(here.lang)
    drawn = len(content.of_theme(theme))
    count = text("theme_figures" if drawn > 1 else "theme_figure", here.lang, figures=drawn)
    return (
        f"<h3><a href='{here.to(theme_place(theme))}'>{escape(label)}</a></h3>"
        f"<p>{escape(figure.headline)} ({escape(newest.edition.facts.record.period)}).</p>"
        f"{picture(newest.stem, '', here)}<p class='small'>{count}</p>"
    )


def _wave(drawn: Drawn) -> int:
    return drawn.edition.number


def _synthetic(content: Content, here: Here) -> str:
    """Say what is artificial, how to see it in a figure, and what agreement is worth."""
    if not content.is_synthetic:
        return ""
    lang = here.lang
    told = [*dict.fromkeys(origin_text(edition, lang) for edition in content.editions)]
    if content.figures:
        told.append(text("synthetic_marks", lang))
    links = {
        places.METHODS: heading("methods", lang),
        **({places.VERIFICATION: heading("verification", lang)} if content.claims else {}),
        places.QUALITY: heading("quality", lang),
    }
    more = " · ".join(f"<a href='{here.to(place)}'>{name}</a>" for place, name in links.items())
    return paragraphs([*told, more])
