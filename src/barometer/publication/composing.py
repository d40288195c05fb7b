"""A whole figure on its canvas: headline, subtitle, marks and footer under each other."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from barometer.errors import ArgumentError
from barometer.publication.palette import INK, MUTED
from barometer.publication.style import SEMIBOLD, Size
from barometer.publication.typesetting import wrap, wrap_full

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

    from barometer.publication.figure import Figure

READABLE = 10.0
"""Points below which the row labels of a slide get room from its headings first."""
SMALLEST_LABEL = 7.5
"""Points below which a row label is no longer readable on a slide."""
CLOSEST_ROWS = 1.5
"""Height of a row of one line, in sizes of its type, that rows may come down to."""
DENSE = 0.75
"""Size of headings, footer and margins of a slide that has many rows, beside those of others."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Lines over and under the marks, and the points that all but the marks takes."""

    headline: list[str]
    subtitle: list[str]
    footer: list[str]
    fixed: float


def _set_text(figure: "Figure", size: Size) -> _Text:
    words, inner = figure.words[figure.lang], size.width - 2 * size.margin
    headline = wrap(words.headline, size.headline, inner, semibold=True)
    subtitle = wrap(words.subtitle, size.subtitle, inner)
    footer = [line for part in words.footer for line in wrap_full(part, size.footer, inner)]
    heading = len(headline) * size.headline * 1.22 + 4 + len(subtitle) * size.subtitle * 1.3
    around = figure.drawing.above(size) + figure.drawing.below(size)
    return _Text(headline, subtitle, footer, 2 * size.margin + heading + around + len(footer) * size.footer * 1.45)


def compose(figure: "Figure", size: Size) -> "Canvas":
    """
    Put headline, subtitle, marks and footer into one column, all lengths in points.

    Raises
    ------
    ArgumentError
        If the rows do not fit a size of fixed height.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    size = _fitted(figure, size)
    text, data = _set_text(figure, size), figure.data
    fixed = text.fixed
    rows = figure.drawing.height(data, figure.lang, size) if size.height is None else size.height - fixed
    height = fixed + rows
    canvas = Canvas(figsize=(size.width / 72, height / 72), dpi=72)
    FigureCanvasAgg(canvas)

    top = height - size.margin
    for line in text.headline:
        _write(canvas, size, height, top, line, size.headline, INK, SEMIBOLD)
        top -= size.headline * 1.22
    top -= 4
    for line in text.subtitle:
        _write(canvas, size, height, top, line, size.subtitle, MUTED)
        top -= size.subtitle * 1.3
    bottom = size.margin + len(text.footer) * size.footer * 1.45
    for position, line in enumerate(text.footer):
        _write(canvas, size, height, bottom - position * size.footer * 1.45, line, size.footer, MUTED)

    left, right = (size.margin + room for room in figure.drawing.sides(data, figure.lang, size))
    foot = bottom + figure.drawing.below(size)
    box = (left / size.width, foot / height, (size.width - left - right) / size.width, rows / height)
    figure.drawing.draw(data, ax=canvas.add_axes(box), lang=figure.lang, size=size)
    return canvas


def _fitted(figure: "Figure", size: Size) -> Size:
    """Bring a figure into a size of fixed height: closer rows and smaller type, then smaller headings as well."""
    if size.height is None:
        return size
    around = {name: DENSE * getattr(size, name) for name in ("margin", "headline", "subtitle", "footer")}
    for tried, smallest in ((size, READABLE), (replace(size, **around), SMALLEST_LABEL)):
        found = _shrunk(figure, tried, size.height - _set_text(figure, tried).fixed, smallest)
        if found is not None:
            return found
    raise ArgumentError(
        "size", f"{size.name}: the rows do not fit; use another size: text and web grow with their rows"
    )


def _shrunk(figure: "Figure", size: Size, room: float, smallest: float) -> Size | None:
    """Move the rows closer, and then make their type smaller, until they fit; None where they do not."""
    while figure.drawing.height(figure.data, figure.lang, size) > room:
        if size.row > CLOSEST_ROWS * size.label:
            size = replace(size, row=0.95 * size.row)
        elif size.label > smallest:
            smaller = {name: 0.95 * getattr(size, name) for name in ("row", "label", "value", "axis")}
            size = replace(size, **smaller)
        else:
            return None
    return size


def _write(
    canvas: "Canvas", size: Size, height: float, top: float, text: str, points: float, colour: str, weight: int = 400
) -> None:
    canvas.text(
        size.margin / size.width, top / height, text, fontsize=points, color=colour, fontweight=weight, va="top"
    )
