"""Executed notebooks as pages that need no network."""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from barometer.publication.compact import DRAWING, checksum, compact_drawings, share_glyphs
from barometer.publication.site.pictures import PIXELS

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

ALTERNATIVE = re.compile(
    r'^<svg data-drawing="(\w+)"[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>(?:<title>.*?</title>)?<desc>(.*?)</desc>',
    re.DOTALL,
)
"""Which drawing it is, its width and height, and what is said of it to those who do not see it."""


def notebook_title(source: str) -> str:
    """Return the first heading of a notebook."""
    for cell in json.loads(source)["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and (match := re.search(r"^#\s+(.+)$", text, re.MULTILINE)):
            return match[1].strip()
    return "Notebook"


def notebook_body(notebook: "NotebookNode") -> str:
    """
    Return an executed notebook as the inner HTML of a page, without style sheets and scripts of its own.

    What leads to another notebook of its folder leads to the page of that one.
    """
    body: str = _exporter().from_notebook_node(notebook)[0]
    # As a picture a drawing would lose its text alternative, and carry its glyphs by itself.
    inline = re.sub(r'<img\b[^>]*src="data:image/svg\+xml;base64,([^"]*)"[^>]*>', _decoded, body)
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", compact_drawings(inline), flags=re.DOTALL)
    return re.sub(r'href="(\w+)\.ipynb"', r'href="\1.html"', _reachable(bare))


@cache
def _exporter() -> "HTMLExporter":
    """Return what knows how a notebook is written as HTML; its templates are compiled once."""
    from nbconvert import HTMLExporter

    return HTMLExporter(template_name="basic", anchor_link_text="")


def drawings_by_checksum(folder: Path) -> dict[str, str]:
    """Return the drawings in the folder of a report: addresses from there, by what tells them apart."""
    paths = sorted(folder.glob("figures/*/*.svg"))
    return {checksum(path.read_text(encoding="utf-8")): path.relative_to(folder).as_posix() for path in paths}


def show_drawings(body: str, drawings: Mapping[str, str]) -> str:
    """
    Let a notebook's page show the report's own file of a drawing where it is the very same, and share other glyphs.

    Parameters
    ----------
    body : str
        As `notebook_body` gives it.
    drawings : dict of str to str
        As `drawings_by_checksum` gives them.
    """

    def shown(found: re.Match[str]) -> str:
        told = ALTERNATIVE.search(found[0])
        address = drawings.get(told[1]) if told else None
        if told is None or address is None:
            return found[0]
        width, height = (round(float(side) * PIXELS) for side in told.group(2, 3))
        return f'<img src="../{address}" alt="{told[4]}" width="{width}" height="{height}" loading="lazy">'

    return share_glyphs(DRAWING.sub(shown, body))


def _reachable(body: str) -> str:
    """Let the keyboard reach a table that scrolls; the empty corner of a frame is the head of nothing."""
    return body.replace('<div class="output_html ', '<div tabindex="0" class="output_html ').replace(
        "<th></th>", "<td></td>"
    )


def _decoded(found: re.Match[str]) -> str:
    svg = b64decode(found[1]).decode()
    return svg[svg.index("<svg") :]
