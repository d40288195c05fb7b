"""Rows of a figure: as tall as their labels need, measured in points from the top of the axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from barometer.codebook.records import Lang
from barometer.publication.drawn import Mark, to_marks
from barometer.publication.lettering import GAP, LINE, write_text
from barometer.publication.palette import GRID, INK
from barometer.publication.plain_axes import bare, own_axes
from barometer.publication.style import SEMIBOLD, Size
from barometer.publication.typesetting import text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows lie, in points from the top: their centres, the line below a composite, and the height of all."""

    labels: tuple[str, ...]
    centres: tuple[float, ...]
    rule: float
    height: float


def lay_out(marks: Sequence[Mark], lang: Lang, size: Size) -> Rows:
    """Give each row the height that its label needs, and half a row of air below the composite of a union."""
    room = labels_room(marks, lang, size)
    labels, centres, rule, top = [], [], 0.0, 0.0
    for mark in marks:
        lines = wrap(mark.label(lang), size.label, room, semibold=mark.role == "main")
        height = max(size.row, len(lines) * size.label * LINE + 0.25 * size.row)
        labels.append("\n".join(lines))
        centres.append(top + height / 2)
        top += height
        if mark.role == "main":
            rule = top + 0.25 * size.row
            top += 0.5 * size.row
    return Rows(tuple(labels), tuple(centres), rule, max(top, size.row))


def rows_height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    """Height in points that the rows of a figure need."""
    return lay_out([mark for mark in to_marks(data) if mark.role != "total"], lang, size).height


def row_axes(ax: "Axes | None", rows: Rows, size: Size) -> "Axes":
    """Return the axes to draw rows on; some of its own where none are given."""
    left = size.label_share * (size.width - 2 * size.margin) + GAP
    return ax or own_axes(size, rows.height, (left, 4 * GAP), size.row, size.row)


def frame_rows(ax: "Axes", marks: Sequence[Mark], rows: Rows, size: Size) -> None:
    """Write row labels at the left, and draw no frame."""
    bare(ax)
    ax.set_ylim(rows.height, 0.0)
    for y, label, mark in zip(rows.centres, rows.labels, marks, strict=True):
        write_text(
            ax,
            label,
            (0.0, y),
            (-GAP, 0),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="center",
            fontsize=size.label,
            fontweight=SEMIBOLD if mark.role == "main" else 400,
            linespacing=1.05,
            color=INK,
        )


def label_room(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    """Width of the label column in points: what the labels need, within what the size allows."""
    return labels_room([mark for mark in to_marks(data) if mark.role != "total"], lang, size)


def labels_room(marks: Sequence[Mark], lang: Lang, size: Size) -> float:
    """Width of the label column in points, for marks that all have a row."""
    most = size.label_share * (size.width - 2 * size.margin)
    needed = [
        text_width(line, size.label, mark.role == "main")
        for mark in marks
        for line in wrap(mark.label(lang), size.label, most, semibold=mark.role == "main")
    ]
    return max(needed, default=0.0) + 0.5


def rule_below(ax: "Axes", y: float, size: Size) -> None:
    """Line across the figure, between a composite and its parts."""
    from matplotlib.transforms import blended_transform_factory

    canvas = ax.figure
    edge = size.margin / size.width
    place = blended_transform_factory(canvas.transFigure, ax.transData)
    ax.plot([edge, 1.0 - edge], [y, y], color=GRID, linewidth=1.0, transform=place, clip_on=False, zorder=1)
