"""All figures at a glance, theme by theme."""

from html import escape

from barometer.publication.site.content import Content, Drawn
from barometer.publication.site.frame import page, section
from barometer.publication.site.places import Here, theme_place
from barometer.publication.site.texts import heading, text


def gallery_page(content: Content, here: Here) -> str:
    """Show every figure of every wave, small, each a link to where it stands with its numbers."""
    body = f"<p>{text('gallery', here.lang, figures=sum(map(len, content.figures.values())))}</p>"
    for theme, label in content.themes.items():
        drawn = [one for name, found in content.figures.items() if content.theme_of(name) == theme for one in found]
        shown = "".join(_small(one, here, theme) for one in drawn)
        title = f"<a href='{here.to(theme_place(theme))}'>{escape(label.text(here.lang))}</a>"
        body += section(theme or "other", title, f"<ul class='gallery'>{shown}</ul>")
    return page(content, here, heading("gallery", here.lang), body)


def _small(one: Drawn, here: Here, theme: str) -> str:
    figure, record = one.figure.in_language(here.lang), one.edition.facts.record
    address = here.to(theme_place(theme), f"{figure.id}-wave{one.edition.number}")
    image = here.file(f"{one.stem}.{here.lang}.svg")
    return (
        f"<li><a href='{address}'><img src='{image}' alt='{escape(figure.headline)}' loading='lazy'>"
        f"<span>{escape(record.period)}</span></a></li>"
    )
