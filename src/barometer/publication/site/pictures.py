"""Drawings as pictures on a page, each with the room it takes, so that nothing moves when it has been read."""

from html import escape

from barometer.publication.figure import Figure
from barometer.publication.site.places import Here

PIXELS = 96 / 72
"""Of a page, in a point."""


def picture(figure: Figure, stem: str, alt: str, here: Here) -> str:
    """
    Write the drawing of a figure in the language of a page.

    Parameters
    ----------
    figure : Figure
    stem : str
        Its files, from the folder of the report, without language and ending.
    alt : str
        Text alternative, not escaped; empty where the text beside it says the same.
    here : Here
    """
    width, height = (round(side * PIXELS) for side in figure.in_language(here.lang).extent("web"))
    image = here.file(f"{stem}.{here.lang}.svg")
    return f"<img src='{image}' alt='{escape(alt)}' width='{width}' height='{height}' loading='lazy'>"
