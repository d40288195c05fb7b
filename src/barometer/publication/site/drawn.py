"""One drawing on a theme page: its files, what stands behind it, and its numbers."""

from html import escape

from barometer.publication.figure import Figure
from barometer.publication.site.asked import figure_facts, trend_facts
from barometer.publication.site.beside import figure_numbers, trend_numbers
from barometer.publication.site.content import WAVES, Content, Drawn
from barometer.publication.site.frame import scroll
from barometer.publication.site.pictures import picture
from barometer.publication.site.places import Here
from barometer.publication.site.texts import heading, text


def drawn_article(drawn: Drawn, here: Here) -> str:
    """Write one figure of one wave with all that stands beside it."""
    record = drawn.edition.facts.record
    title = f"{escape(record.label.text(here.lang))}, <span class='period'>{escape(record.period)}</span>"
    of = f"{drawn.edition.codebook.figures[drawn.figure.id].neutral.text(here.lang)}, {record.period}"
    return (
        f"<article id='{escape(drawn.figure.id)}-wave{record.number}'><h3>{title}</h3>"
        f"{_figure(drawn.figure, drawn.stem, of, here)}{figure_facts(drawn, here.lang)}"
        f"{figure_numbers(drawn, of, here)}</article>"
    )


def trend_section(content: Content, figure: Figure, here: Here) -> str:
    """Write the figure that is drawn over all waves with all that stands beside it."""
    title = heading("trend", here.lang)
    waves = {int(number) for number in figure.data["wave"]}
    editions = {edition.number: edition for edition in content.editions if edition.number in waves}
    drawing = _figure(figure, f"figures/{WAVES}/{figure.id}", title, here)
    facts = trend_facts(editions.values(), figure.data["indicator"], here.lang)
    numbers = trend_numbers(figure, editions, title, here)
    return f"<section id='trend' class='drawn'><h2>{title}</h2><article>{drawing}{facts}{numbers}</article></section>"


def _figure(figure: Figure, stem: str, title: str, here: Here) -> str:
    """Write a drawing with the links to its files; the title is not escaped."""
    shown = picture(stem, figure.in_language(here.lang).alt_text, here)
    label = f"{heading('figure', here.lang)}: {escape(title)}"
    swipe = f"<p class='swipe' aria-hidden='true'>{text('swipe', here.lang)}</p>"
    return f"<figure>{scroll(label, shown)}{swipe}<figcaption>{_files(stem, here)}</figcaption></figure>"


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
