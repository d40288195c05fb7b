"""Where the texts and marks of a figure lie, in points, and which of them meet."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

import barometer as bm
from barometer.codebook.records import Lang
from barometer.publication.composing import compose
from barometer.publication.figure import DPI
from barometer.publication.style import SIZES, SizeName, style

# Every size is measured at the resolution of its PNG; the SVG has the same unhinted widths.
SCALE = 72.0 / DPI
# Danish words are the longer ones; English is looked at where there is least room.
VIEWS: list[tuple[SizeName, Lang]] = [*((size, "da") for size in SIZES), ("column", "en")]
"""Size and language in which a figure is looked at."""
TOUCHING = 0.2
"""Points by which boxes may lie on each other, or leave the canvas: a hair."""


def all_marks(panel: Axes) -> Iterable[Any]:
    """Bars, dots, lines and intervals."""
    return (*panel.patches, *panel.lines, *panel.collections)


def lines_alone(panel: Axes) -> Iterable[Any]:
    """Dots and lines, where cells are meant to be written in."""
    return panel.lines


@dataclass(frozen=True)
class Placed:
    """
    Canvas, axes, texts, row labels with the left edge of their axes, and dots, bars and intervals.

    `dots` is how many there are of each marker, `patches` how many bars and cells.
    """

    whole: Bbox
    axes: Bbox
    texts: list[tuple[str, Bbox]]
    row_labels: list[tuple[str, Bbox, float]]
    marks: list[Bbox]
    dots: Counter[str]
    patches: int

    def faults(self) -> list[str]:
        """Texts that lie on each other, on a mark or outside the canvas, and row labels that reach into the axes."""
        both = [f"{a} | {b}" for (a, one), (b, other) in combinations(self.texts, 2) if meet(one, other)]
        on_marks = [f"{text} on a mark" for text, box in self.texts if any(meet(box, mark) for mark in self.marks)]
        outside = [f"{text} outside" for text, box in self.texts if not inside(box, self.whole)]
        return both + on_marks + outside + [f"{t} in the axes" for t, b, edge in self.row_labels if b.x1 > edge]


def meet(first: Bbox, second: Bbox) -> bool:
    """Whether two boxes lie on each other by more than a hair."""
    wide = min(first.x1, second.x1) - max(first.x0, second.x0)
    high = min(first.y1, second.y1) - max(first.y0, second.y0)
    return bool(wide > TOUCHING and high > TOUCHING)


def inside(box: Bbox, whole: Bbox) -> bool:
    """Whether a box lies on the canvas."""
    low, high = -TOUCHING, TOUCHING
    return bool(box.x0 >= low and box.y0 >= low and box.x1 <= whole.x1 + high and box.y1 <= whole.y1 + high)


def placed(figure: bm.Figure, size: SizeName, marks: Callable[[Axes], Iterable[Any]] = all_marks) -> Placed:
    """Ask the renderer how much room everything takes."""
    with style():
        return measured(compose(figure, SIZES[size]), marks)


def measured(canvas: Canvas, marks: Callable[[Axes], Iterable[Any]] = all_marks) -> Placed:
    """Measure a canvas that is composed."""
    canvas.dpi = DPI
    agg: Any = canvas.canvas
    renderer = agg.get_renderer()
    canvas.draw_without_rendering()

    def place(artist: Any) -> Bbox:
        return Bbox(artist.get_window_extent(renderer).get_points() * SCALE)

    (ax,) = canvas.axes
    panels = [ax, *(child for child in ax.child_axes if isinstance(child, Axes))]
    texts = [text for text in canvas.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = {text: place(text) for text in texts}
    drawn = [mark for panel in panels for mark in marks(panel) if mark.get_visible()]
    alone = [line for panel in panels for line in panel.lines if line.get_visible() and is_dot(line)]
    return Placed(
        whole=Bbox(canvas.bbox.get_points() * SCALE),
        axes=place(ax),
        texts=[(text.get_text(), box) for text, box in boxes.items()],
        row_labels=[(text.get_text(), boxes[text], place(text.axes).x0) for text in texts if is_row_label(text)],
        marks=[box for mark in drawn for box in (segments(mark) or [place(mark)]) if np.isfinite(box.extents).all()],
        dots=Counter(str(line.get_marker()) for line in alone),
        patches=sum(len(panel.patches) for panel in panels),
    )


def is_dot(line: Line2D) -> bool:
    """Whether a line is one marker at a place that there is."""
    points = np.asarray(line.get_xydata())
    return len(points) == 1 and bool(np.isfinite(points).all()) and line.get_marker() not in ("None", "", None)


def is_row_label(text: Text) -> bool:
    """Whether a text stands at the left of the axes, in the middle of a row."""
    stands = text.get_horizontalalignment(), text.get_verticalalignment()
    return isinstance(text, Annotation) and stands == ("right", "center") and text.xy[0] == 0.0


def segments(mark: Any) -> list[Bbox]:
    """Boxes around the pieces of a line, in points; a dot or anything else has none."""
    if not isinstance(mark, Line2D):
        return []
    points = mark.get_transform().transform(np.asarray(mark.get_xydata())) * SCALE
    half = mark.get_linewidth() / 2
    return [Bbox([np.min(pair, axis=0) - half, np.max(pair, axis=0) + half]) for pair in pairwise(points)]
