"""Drawings as small files that look the same."""

import re
from functools import lru_cache
from hashlib import sha256
from zlib import crc32

GLYPH = re.compile(r'id="([A-Za-z][\w]*-[\w-]*-[0-9a-f]+)"')
"""The id of a glyph's outline: font, style, number."""
GLYPH_OUTLINE = re.compile(r' d="([^"]*)" transform="scale\(0\.015625\)"/>')
"""A glyph in the units of its font, 64 of them to a unit of the text it is used in, which has 100 to its size."""
TYPE_SIZE = re.compile(r"scale\(([\d.]+) -\1\)")
"""What brings a text to its size; its axis points up."""
COARSER = 16
TO_A_SIZE = 4
"""Units of a coarser glyph to one of a text: texts are written in these, so that no glyph has a scale of its own."""
NUMBERED = re.compile(
    r' id="(?:figure|axes|text|patch|line2d|LineCollection|PathCollection|xtick|ytick|matplotlib\.axis)_\d+"'
)
"""Names that nothing asks for."""
GROUP = re.compile(r"<g\b[^>]*>|</g>")
CLIP = re.compile(r'<clipPath id="(\w+)"')
SECOND_POINT = re.compile(r"(\.\d+) (?=\.\d)")
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
LINK = "xlink:href"
"""What SVG 1.1 called `href`; every browser since 2019 takes the short one."""
TWICE = re.compile(r'<path d="([^"]{99,})"([^>]*)/><path d="\1"([^>]*)/>')
"""An outline over its own halo."""


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
    return _shortest(_without_air(svg))


def compact_drawings(html: str) -> str:
    """
    Write the drawings inside a page in fewer characters, each with the checksum of what `compact_svg` makes of it.

    Parameters
    ----------
    html : str
        With drawings of matplotlib's inline.
    """

    def smaller(found: re.Match[str]) -> str:
        svg = _without_air(found[0])
        return svg.replace("<svg", f'<svg data-drawing="{checksum(_shortest(svg))}"', 1)

    return DRAWING.sub(smaller, html)


def share_glyphs(html: str) -> str:
    """
    Let the drawings of a page share their glyphs, each defined where it is met first.

    Parameters
    ----------
    html : str
        As `compact_drawings` writes it.
    """
    met: set[str] = set()

    def first(found: re.Match[str]) -> str:
        if found[0] in met:
            return ""
        met.add(found[0])
        return found[0]

    plain = re.sub(r'<svg data-drawing="\w+"', "<svg", html)
    return _with_short_ids(re.sub(r'<path id="[A-Za-z]\w*-[\w-]*-[0-9a-f]+"[^>]*/>', first, plain))


def checksum(svg: str) -> str:
    """Return what tells one drawing from another."""
    return sha256(svg.strip().encode()).hexdigest()[:20]


def _without_air(svg: str) -> str:
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE.*?>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<use xlink:href="(#[^"]+)" transform="translate\(([\d.-]+) 0\)"/>', _placed, svg)
    for blank in re.findall(r'<path id="([^"]*)" transform="[^"]*"/>', svg):
        svg = re.sub(rf'<use xlink:href="#{re.escape(blank)}"[^>]*/>|<path id="{re.escape(blank)}"[^>]*/>', "", svg)
    svg = GLYPH_OUTLINE.sub(_coarser, svg)
    svg = TYPE_SIZE.sub(lambda found: f"scale({float(found[1]) / TO_A_SIZE:g} -{float(found[1]) / TO_A_SIZE:g})", svg)
    svg = re.sub(r' d="([^"]*)"', lambda found: f' d="{_path(found[1])}"', svg)
    svg = re.sub(r"translate\([^)]*\)", lambda found: _rounded(found[0]), svg)
    svg = re.sub(r">\s+<", "><", svg)
    svg = TWICE.sub(_once, svg)
    svg = NUMBERED.sub("", svg)
    svg = re.sub(r'style="[^"]*"', lambda found: found[0].replace(": ", ":").replace("; ", ";"), svg)
    return _without_bare_groups(re.sub(r"<defs></defs>|<defs/>|<g/>", "", svg))


def _without_bare_groups(svg: str) -> str:
    """Take out groups that say nothing of what is in them."""
    says: list[bool] = []

    def kept(found: re.Match[str]) -> str:
        if found[0] != "</g>":
            says.append(found[0] != "<g>")
            return found[0] if says[-1] else ""
        return "</g>" if says.pop() else ""

    return GROUP.sub(kept, svg)


def _shortest(svg: str) -> str:
    return _with_short_ids(svg).replace(LINK, "href").strip() + "\n"


def _with_short_ids(text: str) -> str:
    """Name glyphs g0, g1, ... and frames c0, c1, ... in the order in which they are met."""
    short = {name: f"g{number}" for number, name in enumerate(dict.fromkeys(GLYPH.findall(text)))}
    short |= {name: f"c{number}" for number, name in enumerate(dict.fromkeys(CLIP.findall(text)))}
    return re.sub(r'(id="|href="#|url\(#)([\w-]+)', lambda found: found[1] + short.get(found[2], found[2]), text)


def _coarser(found: re.Match[str]) -> str:
    """Write a glyph in whole units of a sixteenth of the font's: at most a thirtieth of a point in any text."""
    path = re.sub(r"-?[\d.]+", lambda number: str(round(float(number[0]) / COARSER)), found[1])
    return f' d="{path}"/>'


def _once(found: re.Match[str]) -> str:
    """Define an outline once, by a name that its points give, and use it for halo and text."""
    path, halo, text = found.groups()
    name = f"h{crc32(path.encode()):x}"
    return (
        f'<defs><path id="{name}" d="{path}"/></defs><use xlink:href="#{name}"{halo}/><use xlink:href="#{name}"{text}/>'
    )


def _placed(found: re.Match[str]) -> str:
    """Place a glyph by an attribute in place of a transformation, in whole units of a coarser glyph."""
    return f'<use xlink:href="{found[1]}" x="{round(TO_A_SIZE * float(found[2]))}"/>'


@lru_cache(2_000)  # letters are the same in every drawing
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
    """Write numbers in a row; a minus parts them as well as a blank, and so does a second point."""
    texts = [re.sub(r"^(-?)0\.", r"\1.", f"{value / 100:.2f}".rstrip("0").rstrip(".")) or "0" for value in hundredths]
    joined = " ".join(text if text not in ("-0", "-") else "0" for text in texts).replace(" -", "-")
    return SECOND_POINT.sub(r"\1", joined)


def _rounded(text: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), text)
