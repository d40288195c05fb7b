"""One picture of all figures per language: pasted once, and again only when one of them has changed."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from barometer.codebook.records import Lang
from barometer.microdata.store import writing_to
from barometer.publication.compact import compact_png
from barometer.publication.contact_sheet import sheet_of_pictures
from barometer.publication.fingerprints import DRAWING, code_digest, digest, package_versions
from barometer.publication.report.cache import Cache
from barometer.publication.report.drawings import LANGUAGES
from barometer.publication.site.content import Drawn
from barometer.publication.site.gallery import sheet_file

SHEET = "sheet.png"


def write_sheets(drawn: Sequence[Drawn], folder: Path, cache: Cache) -> None:
    """
    Write the contact sheets of a report whose figures lie in its folder; none where there is no figure.

    Parameters
    ----------
    drawn : sequence of Drawn
        In the order of the sheet.
    folder : Path
        Of the report.
    cache : Cache

    Raises
    ------
    OutputError
        If the folder or the cache cannot be written to.
    """
    for lang in LANGUAGES if drawn else ():
        with writing_to(folder):
            (folder / sheet_file(lang)).write_bytes(_sheet(drawn, folder, lang, cache))


def _sheet(drawn: Sequence[Drawn], folder: Path, lang: Lang, cache: Cache) -> bytes:
    named = [
        (f"{one.figure.id}, {one.edition.facts.record.period}", (folder / f"{one.stem}.{lang}.png").read_bytes())
        for one in drawn
    ]
    key = digest(
        {
            "sheet": [[name, sha256(png).hexdigest()] for name, png in named],
            "code": code_digest(),
            "packages": package_versions(DRAWING),
        }
    )
    found = cache.find(key)
    if found is None:
        found = {SHEET: compact_png(sheet_of_pictures(named))}
        cache.keep(key, found)
    return found[SHEET]
