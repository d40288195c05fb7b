"""The type of the pages: the shipped fonts with no more characters than the pages have."""

import io
from collections.abc import Iterable

from barometer.publication.style import FONTS

LICENCE = "OFL.txt"
FEATURES = ("kern", "liga", "tnum")
"""What the pages use of a font: kerning, ligatures, and digits of one width in tables."""


def web_fonts(texts: Iterable[str]) -> dict[str, bytes]:
    """
    Return each shipped font with the characters of some texts only, and their licence.

    Parameters
    ----------
    texts : iterable of str

    Returns
    -------
    dict of str to bytes
        Files by name, the fonts as WOFF; the same for the same characters.
    """
    characters = set[str]().union(*texts)
    fonts = {f"{path.stem}.woff": _with_characters(path.read_bytes(), characters) for path in FONTS.glob("*.ttf")}
    return {**dict(sorted(fonts.items())), LICENCE: (FONTS / LICENCE).read_bytes()}


def _with_characters(font: bytes, characters: set[str]) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    opened = TTFont(io.BytesIO(font), recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=list(FEATURES), hinting=False))
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(opened)
    opened.flavor = "woff"
    stream = io.BytesIO()
    opened.save(stream)
    return stream.getvalue()
