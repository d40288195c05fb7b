"""Drawings as pictures on a page, each with the room it takes, so that nothing moves when it has been read."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from barometer.publication.site.places import Here

PIXELS = 96 / 72
"""Of a page, in a point."""
VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
Rooms = Mapping[str, tuple[int, int]]
"""Width and height in pixels, by the address of a drawing from the folder of the report."""


def find_rooms(folder: Path) -> Rooms:
    """Return the room of every drawing in the folder of a report."""
    found = {}
    for path in sorted(folder.glob("figures/*/*.svg")):
        if view := VIEW.search(path.read_text(encoding="utf-8")):
            found[path.relative_to(folder).as_posix()] = (_pixels(view[1]), _pixels(view[2]))
    return found


def picture(stem: str, alt: str, here: Here) -> str:
    """
    Write a drawing in the language of a page.

    Parameters
    ----------
    stem : str
        Its files, from the folder of the report, without language and ending.
    alt : str
        Text alternative, not escaped; empty where the text beside it says the same.
    here : Here
        With the rooms of drawings; one that it does not know takes the room it needs when it has been read.
    """
    address = f"{stem}.{here.lang}.svg"
    room = "".join(
        f" {side}='{pixels}'" for side, pixels in zip(("width", "height"), here.rooms.get(address, ()), strict=False)
    )
    return f"<img src='{here.file(address)}' alt='{escape(alt)}'{room} loading='lazy'>"


def _pixels(points: str) -> int:
    return round(float(points) * PIXELS)
