"""The report's numbers as files."""

from html import escape

from barometer.publication.site import places
from barometer.publication.site.content import WAVES, Content
from barometer.publication.site.frame import bullets, page, paragraphs, section
from barometer.publication.site.places import Here
from barometer.publication.site.texts import heading, text

DOWNLOADS = {
    "workbook": ("barometer.xlsx", "barometer.en.xlsx"),
    "verification": ("verification.da.csv", "verification.csv"),
    "disclosure": ("disclosure.csv",),
    "numbers": ("numbers.csv",),
    "manifest": ("manifest.json",),
}
"""Files by what they are, the Danish one first."""


def downloads_page(content: Content, here: Here) -> str:
    """List the files of the whole report, and say where those of a figure are."""
    lang = here.lang
    items = []
    for name, files in DOWNLOADS.items():
        links = " · ".join(f"<a href='{here.file(file)}'>{file}</a>" for file in files)
        items.append(f"{links}: {text(f'downloads.{name}', lang)}")
    items += [_statbank(table, here) for table in content.statbank]
    more = [f"<a href='{here.to(places.GALLERY)}'>{text('figure_files', lang)}</a>"] if content.figures else []
    body = bullets(items) + paragraphs(more) + section("records", heading("records", lang), _records(content, here))
    return page(content, here, heading("downloads", lang), body)


def _records(content: Content, here: Here) -> str:
    """Lead to the record of every figure, wave by wave, and of every trend."""
    lang, items = here.lang, []
    for name, drawn in content.figures.items():
        title = escape(drawn[0].edition.codebook.figures[name].neutral.text(lang))
        waves = " · ".join(
            f"<a href='{here.file(f'{one.stem}.json')}'>{escape(one.edition.facts.record.period)}</a>" for one in drawn
        )
        items.append(f"{title}: {waves}")
    for theme, figure in content.trends.items():
        file = here.file(f"figures/{WAVES}/{figure.id}.json")
        label = escape(content.theme_label(theme).text(lang))
        items.append(f"{label}: <a href='{file}'>{heading('trend', lang).lower()}</a>")
    return paragraphs([text("downloads.figures", lang)]) + bullets(items) if items else ""


def _statbank(table: str, here: Here) -> str:
    """Lead to the files of one table of StatBank's in the language of the page."""
    names = (f"{table}.{here.lang}.csv", f"{table}.{here.lang}.json", f"{table}.intervals.{here.lang}.csv")
    links = " · ".join(f"<a href='{here.file(f'statbank/{name}')}'>{name}</a>" for name in names)
    return f"{links}: {text('downloads.statbank', here.lang, table=table)}"
