"""Columns of text beside the rows of a figure, set by the texts' own measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from barometer.publication.lettering import GAP, LINE, write_text
from barometer.publication.palette import MUTED
from barometer.publication.style import SEMIBOLD, Size
from barometer.publication.typesetting import TABULAR, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class TextColumn:
    """
    A heading and one text per row, with the look of the texts.

    Attributes
    ----------
    heading : str
    texts : tuple of str
        Empty where a row has none.
    strong : tuple of bool
        Which of them stand out.
    colour : str
    points : float
        Size of the texts.
    to_right : bool
        Whether they are flush right, as numbers are.
    """

    heading: str
    texts: tuple[str, ...]
    strong: tuple[bool, ...]
    colour: str
    points: float
    to_right: bool = True

    def width(self, size: Size) -> float:
        """Width in points of the widest of heading and texts."""
        heading = text_width(self.heading, size.axis, features=TABULAR)
        return max([heading, *(self.text_width(place) for place in range(len(self.texts)))])

    def text_width(self, place: int) -> float:
        """Width in points of one of the texts."""
        return text_width(self.texts[place], self.points, self.strong[place], features=TABULAR)


def columns_room(columns: Sequence[TextColumn], size: Size) -> float:
    """Room in points that columns take at the right of the axes."""
    return sum(2 * GAP + column.width(size) for column in columns)


def headings_room(size: Size) -> float:
    """Room for the headings of the columns; where the height is fixed, the rows need it more than the air does."""
    return size.axis * LINE + (14 if size.height is None else 6)


def write_columns(ax: "Axes", columns: Sequence[TextColumn], centres: Sequence[float], size: Size) -> None:
    """Write columns side by side at the right of the axes, a text at the centre of each row."""
    left = 0.0
    for column in columns:
        left += 2 * GAP
        _write_column(ax, column, left, centres, size)
        left += column.width(size)


def _write_column(ax: "Axes", column: TextColumn, left: float, centres: Sequence[float], size: Size) -> None:
    width = column.width(size)
    start = width - text_width(column.heading, size.axis, features=TABULAR) if column.to_right else 0.0
    head = {"xycoords": "axes fraction", "ha": "left", "va": "bottom", "fontsize": size.axis, "color": MUTED}
    write_text(ax, column.heading, (1.0, 1.0), (left + start, 4), **head)
    for place, (y, text) in enumerate(zip(centres, column.texts, strict=True)):
        if text:
            start = width - column.text_width(place) if column.to_right else 0.0
            weight = SEMIBOLD if column.strong[place] else 400
            look = {"ha": "left", "va": "center", "fontsize": column.points, "color": column.colour}
            at = {"xycoords": ("axes fraction", "data"), "fontweight": weight}
            write_text(ax, text, (1.0, y), (left + start, 0), **at, **look)
