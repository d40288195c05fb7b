"""Every group beside every other: a matrix of differences, filled where the test finds one. Computes no statistic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.codebook.numbers import decimal
from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError
from barometer.publication.compared import COLOURS, Compared, points_text, to_compared
from barometer.publication.drawing import Drawing
from barometer.publication.lettering import GAP, LINE, write_text
from barometer.publication.palette import AMBER, AMBER_PALE, GRID, INK, MUTED, PAPER, TEAL, TEAL_PALE
from barometer.publication.plain_axes import bare, own_axes
from barometer.publication.rows import labels_room
from barometer.publication.style import SEMIBOLD, SIZES, Size
from barometer.publication.typesetting import TABULAR, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STRONG = 0.2
"""Difference from which a cell is filled in the full colour."""
SMALLEST_NUMBER = 6.5
"""Points below which the number in a cell is no longer readable."""
FILLS = {("above", True): TEAL, ("above", False): TEAL_PALE, ("below", True): AMBER, ("below", False): AMBER_PALE}
"""Of cells, by direction and strength."""
WIDEST_CELL = 60.0
"""Width of a cell at text size, in points, that few groups may have."""
INSET = 0.04
"""Air around a cell, as a share of it."""
MOST_LINES = 3
CORNER = Label("Række minus kolonne, procentpoint", "Row less column, percentage points")


def draw_pair_matrix(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw the difference of every group, in the rows, less every other, in the columns.

    Parameters
    ----------
    data : DataFrame
        One row per cell with the fields of `Compared` as columns, row by row from the top; the versus of a cell is its
        column. A cell on the diagonal has no difference: it shows the share of its group.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
        One unit to the right is a column, one unit down a row, both from the first.

    Raises
    ------
    ArgumentError
        If the numbers do not fit the size.
    """
    cells = to_compared(data)
    groups = _groups(cells)
    heads = _heads(groups, lang, size)
    points = _number_points(cells, _cell_width(groups, lang, size), lang, size)
    ax = ax or own_axes(size, _height(data, lang, size), _sides(data, lang, size), _above(size), _below(size))
    bare(ax)
    ax.set_xlim(0.0, len(groups))
    ax.set_ylim(len(groups), -_heads_height(heads, size) / _cell_height(groups, lang, size))
    for place, cell in enumerate(cells):
        _draw_cell(ax, *divmod(place, len(groups)), cell, points, lang)
    _write_labels(ax, groups, heads, lang, size)
    return ax


def _draw_cell(ax: "Axes", row: int, column: int, cell: Compared, points: float, lang: Lang) -> None:
    """Fill a cell where the adjusted test found a difference, and write it; hollow where that is to be doubted."""
    from matplotlib.patches import Rectangle

    look: dict[str, Any] = {"facecolor": GRID if row == column else PAPER, "edgecolor": GRID, "linewidth": 0.7}
    ink = INK if row == column else MUTED
    if cell.direction:
        ink = COLOURS[cell.direction]
        look |= {"edgecolor": ink, "linewidth": 1.4, "zorder": 2}
        if not cell.is_doubted:
            strong = abs(cell.difference) >= STRONG
            look["facecolor"] = FILLS[cell.direction, strong]
            ink = PAPER if strong else INK
    ax.add_patch(Rectangle((column + INSET, row + INSET), 1 - 2 * INSET, 1 - 2 * INSET, **look))
    weight = SEMIBOLD if cell.direction else 400
    text = _number(cell, lang)
    # Centred by its own measure: matplotlib's "center" does not know that all digits have one width.
    start = -text_width(text, points, weight == SEMIBOLD, features=TABULAR) / 2
    written = {"ha": "left", "va": "center", "fontsize": points, "fontweight": weight, "color": ink, "zorder": 3}
    write_text(ax, text, (column + 0.5, row + 0.5), (start, 0), **written)


def _number(cell: Compared, lang: Lang) -> str:
    if cell.group != cell.versus_group:
        return points_text(cell.difference, lang)
    return "\N{EN DASH}" if np.isnan(cell.share) else decimal(100.0 * cell.share, lang, 0)


def _groups(cells: Sequence[Compared]) -> list[Compared]:
    """Return the cells on the diagonal, one for each group."""
    return [cell for cell in cells if cell.group == cell.versus_group]


@dataclass(frozen=True, slots=True)
class _Heads:
    """What stands over the columns, and whether it stands upright."""

    lines: tuple[tuple[str, ...], ...]
    upright: bool


def _heads(groups: Sequence[Compared], lang: Lang, size: Size) -> _Heads:
    """Write the heads level where no word is wider than its column, and upright in up to two lines elsewhere."""
    width, points = _cell_width(groups, lang, size), size.footer
    labels = [group.label(lang) for group in groups]
    room = width - 0.5 * GAP
    if all(text_width(word, points) <= room for label in labels for word in label.split(" ")):
        level = tuple(tuple(wrap(label, points, room)) for label in labels)
        if max(map(len, level)) <= MOST_LINES:
            return _Heads(level, upright=False)
    room = 0.75 * max(text_width(label, points) for label in labels)
    room = max(room, *(text_width(word, points) + 0.5 for label in labels for word in label.split(" ")))
    most = 2 if width >= 2.3 * points else 1
    while max(len(wrap(label, points, room)) for label in labels) > most:
        room *= 1.05
    return _Heads(tuple(tuple(wrap(label, points, room)) for label in labels), upright=True)


def _heads_height(heads: _Heads, size: Size) -> float:
    if not heads.upright:
        return max(map(len, heads.lines)) * size.footer * LINE + GAP
    return max(text_width(line, size.footer) for lines in heads.lines for line in lines) + GAP


def _cell_width(groups: Sequence[Compared], lang: Lang, size: Size) -> float:
    room = size.width - 2 * size.margin - labels_room(groups, lang, size) - GAP
    return min(room / len(groups), WIDEST_CELL * size.label / SIZES["text"].label)


def _cell_height(groups: Sequence[Compared], lang: Lang, size: Size) -> float:
    """Room for the label of a row."""
    room = labels_room(groups, lang, size)
    lines = max(len(wrap(group.label(lang), size.label, room)) for group in groups)
    return max(0.8 * size.row, lines * size.label * LINE + 2.0)


def _number_points(cells: Sequence[Compared], width: float, lang: Lang, size: Size) -> float:
    """Choose the largest type in which every number fits its cell."""
    widest = max(text_width(_number(cell, lang), 1.0, semibold=True, features=TABULAR) for cell in cells)
    points = min(size.axis, (width - 4.0) / widest)
    if points < SMALLEST_NUMBER:
        count = len(_groups(cells))
        said = f"{size.name}: differences of {count} groups do not fit; use another size, text or web"
        raise ArgumentError("size", said)
    return points


def _write_labels(ax: "Axes", groups: Sequence[Compared], heads: _Heads, lang: Lang, size: Size) -> None:
    """Write groups beside their rows and over their columns, and in the corner what is taken from what."""
    room = labels_room(groups, lang, size)
    for place, (group, lines) in enumerate(zip(groups, heads.lines, strict=True)):
        label = "\n".join(wrap(group.label(lang), size.label, room))
        look = {"va": "center", "fontsize": size.label, "linespacing": 1.05, "color": INK}
        write_text(ax, label, (0.0, place + 0.5), (-GAP, 0), ha="right", **look)
        look = {"va": "bottom", "fontsize": size.footer, "color": INK}
        turned = {"rotation": 90, "multialignment": "left", "linespacing": 0.9} if heads.upright else {}
        write_text(ax, "\n".join(lines), (place + 0.5, 0.0), (0, 0.5 * GAP), ha="center", **turned, **look)
    corner = "\n".join(wrap(CORNER.text(lang), size.footer, room))
    look = {"va": "bottom", "fontsize": size.footer, "linespacing": 1.1, "color": MUTED}
    write_text(ax, corner, (0.0, 0.0), (-GAP, 0.5 * GAP), ha="right", **look)


def _height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    groups = _groups(to_compared(data))
    return len(groups) * _cell_height(groups, lang, size) + _heads_height(_heads(groups, lang, size), size)


def _sides(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    groups = _groups(to_compared(data))
    left = labels_room(groups, lang, size) + GAP
    wide = size.width - 2 * size.margin
    return left, wide - left - len(groups) * _cell_width(groups, lang, size)


def _above(_: Size) -> float:
    return 12.0


def _below(size: Size) -> float:
    return 0.5 * size.row


PAIR_MATRIX = Drawing(draw_pair_matrix, _height, _sides, _above, _below)
