"""All pages of a report by their files."""

from collections.abc import Callable

from barometer.codebook.records import Lang
from barometer.publication.site import places
from barometer.publication.site.changes import changes_page
from barometer.publication.site.citation import citation_page
from barometer.publication.site.claims import claim_pages
from barometer.publication.site.content import Content
from barometer.publication.site.downloads import downloads_page
from barometer.publication.site.front import front_page
from barometer.publication.site.gallery import gallery_page
from barometer.publication.site.methods import methods_page
from barometer.publication.site.notebooks import notebook_page, notebooks_page
from barometer.publication.site.places import Here, file_of, theme_place
from barometer.publication.site.quality import quality_page
from barometer.publication.site.themes import theme_page

LANGUAGES: tuple[Lang, ...] = ("da", "en")
Writer = Callable[[Content, Here], str]
ALWAYS: dict[str, Writer] = {
    places.FRONT: front_page,
    places.METHODS: methods_page,
    places.QUALITY: quality_page,
    places.DATA: downloads_page,
    places.CHANGES: changes_page,
    places.CITE: citation_page,
}


def site_pages(content: Content) -> dict[str, str]:
    """
    Write every page.

    Returns
    -------
    dict of str to str
        HTML by file, from the folder of the report. A page with nothing to show is not there.
    """
    pages = {}
    for lang in LANGUAGES:
        for place, text in _written(content, lang).items():
            pages[file_of(place, lang)] = text
    for notebook in content.notebooks:
        here = Here(f"notebooks/{notebook.stem}", "en")
        pages[f"{here.place}.html"] = notebook_page(content, here, notebook)
    return pages


def _written(content: Content, lang: Lang) -> dict[str, str]:
    written = {place: write(content, Here(place, lang, content.rooms)) for place, write in ALWAYS.items()}
    if content.figures:
        written[places.GALLERY] = gallery_page(content, Here(places.GALLERY, lang, content.rooms))
    for theme in content.themes:
        place = theme_place(theme)
        written[place] = theme_page(content, Here(place, lang, content.rooms), theme)
    if content.claims:
        written |= claim_pages(content, lang)
    if content.notebooks:
        written[places.NOTEBOOKS] = notebooks_page(content, Here(places.NOTEBOOKS, lang))
    return written
