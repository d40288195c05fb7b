"""Where the texts and marks of a figure lie, in points, and which of them meet."""

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import barometer as bm
from barometer.publication.figure import DPI, _compose
from barometer.publication.style import SIZES, SizeName, style


@dataclass(frozen=True)
class Placed:
    """Canvas, texts, and dots, bars and intervals."""

    whole: Bbox
    texts: list[tuple[str, Bbox]]
    marks: list[Bbox]

    def faults(self) -> list[str]:
        """Texts that lie on each other, on a mark, or outside the canvas."""
        both = [f"{a} | {b}" for (a, one), (b, other) in combinations(self.texts, 2) if meet(one, other)]
        on_marks = [text for text, box in self.texts if any(meet(box, mark) for mark in self.marks)]
        return both + on_marks + [text for text, box in self.texts if not inside(box, self.whole)]


def meet(first: Bbox, second: Bbox) -> bool:
    """Whether two boxes lie on each other by more than a hair."""
    wide = min(first.x1, second.x1) - max(first.x0, second.x0)
    high = min(first.y1, second.y1) - max(first.y0, second.y0)
    return bool(wide > 0.2 and high > 0.2)


def inside(box: Bbox, whole: Bbox) -> bool:
    """Whether a box lies on the canvas."""
    return bool(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= whole.x1 and box.y1 <= whole.y1)


def placed(figure: bm.Figure, size: SizeName) -> Placed:
    """Ask the renderer how much room everything takes; cells of a matrix are meant to be written in."""
    with style():
        canvas = _compose(figure, SIZES[size])
        canvas.dpi = DPI
        agg: Any = canvas.canvas
        renderer = agg.get_renderer()
        canvas.draw_without_rendering()

        def place(artist: Any) -> Bbox:
            return Bbox(artist.get_window_extent(renderer).get_points() * 72.0 / DPI)

        (ax,) = canvas.axes
        panels = [ax, *(child for child in ax.child_axes if isinstance(child, Axes))]
        texts = [text for text in canvas.findobj(Text) if text.get_visible() and text.get_text().strip()]
        lines = [line for panel in panels for line in panel.lines]
        marks = [box for line in lines for box in (segments(line) or [place(line)])]
        whole = Bbox(canvas.bbox.get_points() * 72.0 / DPI)
        return Placed(whole, [(text.get_text(), place(text)) for text in texts], marks)


def segments(line: Line2D) -> list[Bbox]:
    """Boxes around the pieces of a line, in points; a dot has none."""
    points = line.get_transform().transform(np.asarray(line.get_xydata())) * 72.0 / DPI
    half = line.get_linewidth() / 2
    return [Bbox([np.min(pair, axis=0) - half, np.max(pair, axis=0) + half]) for pair in pairwise(points)]
