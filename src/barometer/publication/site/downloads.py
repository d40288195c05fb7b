"""The report's numbers as files."""

from barometer.publication.site import places
from barometer.publication.site.content import Content
from barometer.publication.site.frame import bullets, page, paragraphs
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
    more = [f"<a href='{here.to(places.GALLERY)}'>{text('figure_files', lang)}</a>"] if content.figures else []
    return page(content, here, heading("downloads", lang), bullets(items) + paragraphs(more))
