"""Drawings as small files: what a reader sees is the same, to a hundredth of a point."""

import io
import re
from typing import Literal

GLYPH = re.compile(r'id="([A-Za-z][\w]*-[\w-]*-[0-9a-f]+)"')
"""The id of a glyph's outline: font, style, number."""
COLOURS = 128
"""Of a figure's PNG: its few colours and their blends with the paper."""


def compact_svg(svg: str, *, ids: Literal["short", "kept"] = "short") -> str:
    """
    Write a drawing of matplotlib's in fewer characters.

    Parameters
    ----------
    svg : str
        Text as outlines, one glyph defined once and used by its id.
    ids : {"short", "kept"}
        Of glyphs. Several drawings inside one page share their ids, so that these must go on naming a glyph of a font.

    Returns
    -------
    str
        The same drawing: lengths rounded to a hundredth of a point, no indentation and no comments.
    """
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE.*?>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<use xlink:href="(#[^"]+)" transform="translate\(([\d.-]+) 0\)"/>', _placed, svg)
    glyphs = dict.fromkeys(GLYPH.findall(svg)) if ids == "short" else {}
    short = {name: _letters(number) for number, name in enumerate(glyphs)}
    svg = re.sub(r'(id="|href="#)([^"]+)"', lambda found: f'{found[1]}{short.get(found[2], found[2])}"', svg)
    svg = re.sub(r'( d="|points=")([^"]*)"', lambda found: f'{found[1]}{_path(found[2])}"', svg)
    svg = re.sub(r"translate\([^)]*\)", lambda found: _rounded(found[0]), svg)
    svg = re.sub(r">\s+<", "><", svg)
    svg = re.sub(r' id="(?:text|patch|line2d|LineCollection|PathCollection|xtick|ytick|matplotlib\.axis)_\d+"', "", svg)
    svg = re.sub(r'style="[^"]*"', lambda found: found[0].replace(": ", ":").replace("; ", ";"), svg)
    return re.sub(r"<defs></defs>|<defs/>|<g/>", "", svg).strip() + "\n"


def compact_png(png: bytes) -> bytes:
    """Write a picture of few colours with a palette, without dithering."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png))
    few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    few.save(stream, "PNG", optimize=True, dpi=picture.info.get("dpi"))
    return stream.getvalue()


def _placed(found: re.Match[str]) -> str:
    """Place a glyph by an attribute in place of a transformation."""
    return f'<use xlink:href="{found[1]}" x="{_rounded(found[2])}"/>'


def _path(text: str) -> str:
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", _rounded(text)).replace("\n", " ").strip()


def _rounded(text: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), text)


def _letters(number: int) -> str:
    """Return a, b, ... z, aa, ab, ... for 0, 1, ...: ids that no drawing of matplotlib's has."""
    text = ""
    while number >= 0:
        number, rest = divmod(number, 26)
        text, number = chr(ord("a") + rest) + text, number - 1
    return text
