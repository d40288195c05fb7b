"""Drawings as small files that look the same."""

import io
import re
from zlib import crc32

GLYPH = re.compile(r'id="([A-Za-z][\w]*-[\w-]*-[0-9a-f]+)"')
"""The id of a glyph's outline: font, style, number."""
GLYPH_OUTLINE = re.compile(r' d="([^"]*)" transform="scale\(0\.015625\)"/>')
"""A glyph in the units of its font, 64 of them to a unit of the text it is used in, which has 100 to its size."""
COARSER = 16
TWICE = re.compile(r'<path d="([^"]{99,})"([^>]*)/><path d="\1"([^>]*)/>')
"""An outline over its own halo."""
COLOURS = 24
"""Of a figure's PNG: its few colours and their blends with the paper."""


def compact_svg(svg: str) -> str:
    """
    Write a drawing of matplotlib's in fewer characters.

    Parameters
    ----------
    svg : str
        Text as outlines, one glyph defined once and used by its id.

    Returns
    -------
    str
        The same drawing: lengths to a hundredth of a point, outlines of letters to a thirtieth, short ids, no
        indentation and no comments.
    """
    return _with_short_ids(_without_air(svg)).strip() + "\n"


def compact_page(html: str) -> str:
    """
    Write the drawings inside a page in fewer characters; they share their glyphs, each defined where it is met first.

    Parameters
    ----------
    html : str
        With drawings of matplotlib's inline.
    """
    met: set[str] = set()

    def first(found: re.Match[str]) -> str:
        if found[0] in met:
            return ""
        met.add(found[0])
        return found[0]

    page = re.sub(r"<svg\b.*?</svg>", lambda found: _without_air(found[0]), html, flags=re.DOTALL)
    return _with_short_ids(re.sub(r'<path id="[A-Za-z]\w*-[\w-]*-[0-9a-f]+"[^>]*/>', first, page))


def _without_air(svg: str) -> str:
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE.*?>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<use xlink:href="(#[^"]+)" transform="translate\(([\d.-]+) 0\)"/>', _placed, svg)
    for blank in re.findall(r'<path id="([^"]*)" transform="[^"]*"/>', svg):
        svg = re.sub(rf'<use xlink:href="#{re.escape(blank)}"[^>]*/>|<path id="{re.escape(blank)}"[^>]*/>', "", svg)
    svg = GLYPH_OUTLINE.sub(_coarser, svg)
    svg = re.sub(r' d="([^"]*)"', lambda found: f' d="{_path(found[1])}"', svg)
    svg = re.sub(r"translate\([^)]*\)", lambda found: _rounded(found[0]), svg)
    svg = re.sub(r">\s+<", "><", svg)
    svg = TWICE.sub(_once, svg)
    svg = re.sub(r' id="(?:text|patch|line2d|LineCollection|PathCollection|xtick|ytick|matplotlib\.axis)_\d+"', "", svg)
    svg = re.sub(r'style="[^"]*"', lambda found: found[0].replace(": ", ":").replace("; ", ";"), svg)
    return re.sub(r"<defs></defs>|<defs/>|<g/>", "", svg)


def _with_short_ids(text: str) -> str:
    """Name glyphs g0, g1, ... in the order in which they are met."""
    short = {name: f"g{number}" for number, name in enumerate(dict.fromkeys(GLYPH.findall(text)))}
    return re.sub(r'(id="|href="#)([^"]+)"', lambda found: f'{found[1]}{short.get(found[2], found[2])}"', text)


def compact_png(png: bytes) -> bytes:
    """Write a picture of few colours with a palette, without dithering."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png))
    few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=8, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    few.save(stream, "PNG", optimize=True, dpi=picture.info.get("dpi"))
    return stream.getvalue()


def _coarser(found: re.Match[str]) -> str:
    """Write a glyph in whole units of a sixteenth of the font's: at most a thirtieth of a point in any text."""
    path = re.sub(r"-?[\d.]+", lambda number: str(round(float(number[0]) / COARSER)), found[1])
    return f' d="{path}" transform="scale({0.015625 * COARSER:g})"/>'


def _once(found: re.Match[str]) -> str:
    """Define an outline once, by a name that its points give, and use it for halo and text."""
    path, halo, text = found.groups()
    name = f"h{crc32(path.encode()):x}"
    return (
        f'<defs><path id="{name}" d="{path}"/></defs><use xlink:href="#{name}"{halo}/><use xlink:href="#{name}"{text}/>'
    )


def _placed(found: re.Match[str]) -> str:
    """Place a glyph by an attribute in place of a transformation."""
    return f'<use xlink:href="{found[1]}" x="{_rounded(found[2])}"/>'


def _path(text: str) -> str:
    """Write a path of absolute steps in relative ones, which are short; in whole hundredths, so that none drifts."""
    x = y = start_x = start_y = 0
    written = []
    for step, numbers in re.findall(r"([MLQCz])([^MLQCz]*)", text):
        ends = [round(100 * float(number)) for number in numbers.split()]
        if step == "z":
            x, y = start_x, start_y
            written.append("z")
            continue
        shifts = [end - (y if position % 2 else x) for position, end in enumerate(ends)]
        x, y = ends[-2:]
        if step == "M":
            start_x, start_y = x, y
        written.append(step.lower() + _joined(shifts))
    return "".join(written)


def _joined(hundredths: list[int]) -> str:
    """Write numbers in a row; a minus parts them as well as a blank."""
    texts = [re.sub(r"^(-?)0\.", r"\1.", f"{value / 100:.2f}".rstrip("0").rstrip(".")) or "0" for value in hundredths]
    return " ".join(text if text not in ("-0", "-") else "0" for text in texts).replace(" -", "-")


def _rounded(text: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), text)
