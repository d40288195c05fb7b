"""The type of the pages: the shipped fonts with no more characters than the pages have."""

import io
from collections.abc import Iterable

from barometer.publication.style import FONTS

LICENCE = "OFL.txt"
FEATURES = ("kern", "liga", "tnum")
"""What the pages use of a font: kerning, ligatures, and digits of one width in tables."""


def characters_of(texts: Iterable[str]) -> str:
    """Return the characters that some texts have, in their order."""
    return "".join(sorted(set[str]().union(*texts)))


def web_fonts(characters: str) -> dict[str, bytes]:
    """
    Return each shipped font with some characters only, and their licence.

    Parameters
    ----------
    characters : str

    Returns
    -------
    dict of str to bytes
        Files by name, the fonts as WOFF; the same for the same characters.
    """
    fonts = {f"{path.stem}.woff": _with_characters(path.read_bytes(), characters) for path in FONTS.glob("*.ttf")}
    return {**dict(sorted(fonts.items())), LICENCE: (FONTS / LICENCE).read_bytes()}


def _with_characters(font: bytes, characters: str) -> bytes:
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
