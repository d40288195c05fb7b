"""Where pages lie: `X.html` in Danish, `X.en.html` in English, and how one leads to another."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from barometer.codebook.records import Lang

FRONT = "index"
GALLERY = "gallery"
VERIFICATION = "verification/all"
METHODS = "methods"
DATA = "data"
CITE = "cite"
CHANGES = "changes"
QUALITY = "quality"
NOTEBOOKS = "notebooks/all"


def file_of(place: str, lang: Lang) -> str:
    """Return the file of a page, from the folder of the report."""
    return f"{place}.html" if lang == "da" else f"{place}.{lang}.html"


def theme_place(theme: str) -> str:
    """Return where the page of a theme lies."""
    return f"themes/{theme or 'other'}"


def wave_claims_place(number: int) -> str:
    """Return where the claims about one wave are listed."""
    return f"verification/wave{number}"


def theme_claims_place(theme: str) -> str:
    """Return where the claims of one theme are listed."""
    return f"verification/theme-{theme}"


@dataclass(frozen=True, slots=True)
class Here:
    """
    The page that is written.

    Attributes
    ----------
    place : str
        For instance "index" or "themes/citizens".
    lang : {"da", "en"}
    rooms : dict of str to (int, int)
        Width and height of drawings, where they are known: `find_rooms`.
    """

    place: str
    lang: Lang
    rooms: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def to(self, place: str, part: str = "") -> str:
        """Return the address of another page of the language, or of a part of it."""
        return self.file(file_of(place, self.lang)) + (f"#{escape(part)}" if part else "")

    def file(self, name: str) -> str:
        """Return the address of a file, named from the folder of the report."""
        return escape(posixpath.relpath(name, posixpath.dirname(self.place) or "."))
