"""All figures at a glance, theme by theme."""

from html import escape

from barometer.codebook.records import Lang
from barometer.publication.figure import Figure
from barometer.publication.site.content import WAVES, Content, Drawn
from barometer.publication.site.frame import page, section
from barometer.publication.site.pictures import picture
from barometer.publication.site.places import Here, theme_place
from barometer.publication.site.texts import heading, text


def gallery_page(content: Content, here: Here) -> str:
    """Show every figure of every wave, small, each a link to where it stands with its numbers."""
    body = f"<p>{text('gallery', here.lang, figures=sum(map(len, content.figures.values())))}</p>"
    body += f"<p><a href='{here.file(sheet_file(here.lang))}'>{text('gallery_sheet', here.lang)}</a></p>"
    for theme, label in content.themes.items():
        shown = "".join(_of_wave(one, here, theme) for one in content.of_theme(theme))
        if theme in content.trends:
            shown += _of_all_waves(content.trends[theme], here, theme)
        title = f"<a href='{here.to(theme_place(theme))}'>{escape(label.text(here.lang))}</a>"
        body += section(theme or "other", title, f"<ul class='gallery'>{shown}</ul>")
    return page(content, here, heading("gallery", here.lang), body)


def sheet_file(lang: Lang) -> str:
    """Return the file of the picture that holds all figures."""
    return f"gallery_{lang}.png"


def _of_wave(one: Drawn, here: Here, theme: str) -> str:
    address = here.to(theme_place(theme), f"{one.figure.id}-wave{one.edition.number}")
    return _small(one.figure, one.stem, address, escape(one.edition.facts.record.period), here)


def _of_all_waves(figure: Figure, here: Here, theme: str) -> str:
    address = here.to(theme_place(theme), "trend")
    return _small(figure, f"figures/{WAVES}/{figure.id}", address, heading("trend", here.lang), here)


def _small(figure: Figure, stem: str, address: str, label: str, here: Here) -> str:
    shown = picture(stem, figure.in_language(here.lang).headline, here)
    return f"<li><a href='{address}'>{shown}<span>{label}</span></a></li>"
