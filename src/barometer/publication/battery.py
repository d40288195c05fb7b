"""Two opposite answers to each row of a battery: bars to both sides of zero. It computes no statistic."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Lang
from barometer.publication.drawing import Drawing
from barometer.publication.drawn import Mark, to_marks
from barometer.publication.lettering import GAP, LINE, casing, write_text, written_share
from barometer.publication.marks import WHISKER, bar_look, case_whisker
from barometer.publication.palette import AMBER, INK, MUTED, TEAL
from barometer.publication.plain_axes import centre_digits, draw_grid, points_wide, write_ticks
from barometer.publication.rows import Rows, frame_rows, labels_room, lay_out, row_axes
from barometer.publication.share_axes import share_axis_room
from barometer.publication.style import SEMIBOLD, SIZES, Size
from barometer.publication.typesetting import TABULAR, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_STEPS = 8
"""Steps on the axis, both sides together."""
LEAST = 0.05
"""Share that each side of the axis shows at least."""


def draw_battery(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw for each row a bar to the left and one to the right of zero, each with its interval and its number.

    Parameters
    ----------
    data : DataFrame
        Two rows per row of the battery from the top, the left side and the right, with the fields of `Mark` and the
        columns answer_da and answer_en, what the side is called.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
        Shares to the left of zero are negative on it.
    """
    pairs = _pairs(data)
    layout = lay_out([left for left, _ in pairs], lang, size)
    ax = row_axes(ax, layout, size)
    scale = _scale(pairs, points_wide(ax), lang, size)
    frame_rows(ax, [left for left, _ in pairs], layout, size)
    heads = _heads(data, scale, lang, size)
    ax.set_ylim(layout.height, -_heads_height(heads, size))
    ax.set_xlim(-scale.left, scale.right)
    _mark_axis(ax, scale, lang, size)
    _write_heads(ax, heads, size)
    for y, pair in zip(layout.centres, pairs, strict=True):
        for sign, mark in zip((-1.0, 1.0), pair, strict=True):
            _draw_side(ax, y, mark, sign, lang, size)
    ax.plot([0.0, 0.0], [0.0, layout.height], color=INK, linewidth=1.0, zorder=2.5)
    return ax


@dataclass(frozen=True, slots=True)
class _Scale:
    """Shares that the axis shows at each side, the furthest marks of each, and the points that a share of one takes."""

    left: float
    right: float
    furthest: tuple[float, float]
    unit: float


def _pairs(data: pd.DataFrame) -> list[tuple[Mark, Mark]]:
    marks = to_marks(data.drop(columns=["answer_da", "answer_en"]))
    return list(zip(marks[::2], marks[1::2], strict=True))


def _scale(pairs: Sequence[tuple[Mark, Mark]], wide: float, lang: Lang, size: Size) -> _Scale:
    """Give both sides one unit that leaves every number its place beside its bar."""
    sides = list(zip(*pairs, strict=True))
    furthest = [max(LEAST, *(mark.end for mark in side)) for side in sides]
    rooms = [max(_number_width(mark, lang, size) for mark in side) + 2 * GAP for side in sides]
    unit = max((wide - sum(rooms)) / sum(furthest), 1.0)
    left, right = (end + room / unit for end, room in zip(furthest, rooms, strict=True))
    return _Scale(left, right, (furthest[0], furthest[1]), unit)


def _mark_axis(ax: "Axes", scale: _Scale, lang: Lang, size: Size) -> None:
    """Mark round shares to both sides, as many as have room; the last has its digits under its tick, as the others."""
    apart = (text_width("50", size.axis) + 0.6 * GAP) / scale.unit
    apart = max(apart, sum(scale.furthest) / MOST_STEPS)
    step = next((step for step in (0.1, 0.2, 0.25, 0.5) if step >= apart), 1.0)
    first, last = (floor(end / step + 1e-9) for end in scale.furthest)
    ticks = [step * place for place in range(-first, last + 1)]
    labels = [decimal(100 * abs(tick), lang, 0) for tick in ticks[:-1]] + [per_cent(ticks[-1], lang)]
    write_ticks(ax, ticks, labels, size)
    centre_digits(ax, size)
    draw_grid(ax)


def _draw_side(ax: "Axes", y: float, mark: Mark, sign: float, lang: Lang, size: Size) -> None:
    """Draw one bar with its interval, and its number beyond them."""
    if not np.isnan(mark.share):
        ax.barh(y, sign * mark.share, height=0.6 * size.row, zorder=2, **bar_look(mark))
    if not np.isnan(mark.ci_low):
        ends = [[mark.share - mark.ci_low], [mark.ci_high - mark.share]]
        case_whisker(ax.errorbar(sign * mark.share, y, xerr=ends if sign > 0 else ends[::-1], **WHISKER))
    # Placed by its own measure: matplotlib's "right" does not know that all digits have one width.
    offset = GAP if sign > 0 else -GAP - _number_width(mark, lang, size)
    look: dict[str, Any] = {"ha": "left", "va": "center", "fontsize": size.value, "path_effects": [casing()]}
    colour = MUTED if mark.basis == "assumed" else INK
    write_text(ax, written_share(mark.share, lang), (sign * mark.end, y), (offset, 0), color=colour, **look)


def _number_width(mark: Mark, lang: Lang, size: Size) -> float:
    return text_width(written_share(mark.share, lang), size.value, features=TABULAR)


def _heads(data: pd.DataFrame, scale: _Scale, lang: Lang, size: Size) -> tuple[list[str], list[str]]:
    """Break what the sides are called to lines: the left may run over the row labels, up to the middle."""
    left, right = data[f"answer_{lang}"].tolist()[:2]
    beside = labels_room([mark for mark, _ in _pairs(data)], lang, size)
    rooms = beside + scale.left * scale.unit - GAP, scale.right * scale.unit - GAP
    return wrap(left, size.axis, rooms[0], semibold=True), wrap(right, size.axis, rooms[1], semibold=True)


def _heads_height(heads: tuple[list[str], list[str]], size: Size) -> float:
    return max(map(len, heads)) * size.axis * LINE + GAP


def _write_heads(ax: "Axes", heads: tuple[list[str], list[str]], size: Size) -> None:
    look: dict[str, Any] = {"va": "bottom", "fontsize": size.axis, "fontweight": SEMIBOLD, "linespacing": 1.05}
    look["path_effects"] = [casing()]
    write_text(ax, "\n".join(heads[0]), (0.0, 0.0), (-GAP, 2), ha="right", color=AMBER, **look)
    write_text(ax, "\n".join(heads[1]), (0.0, 0.0), (GAP, 2), ha="left", color=TEAL, **look)


def _height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    pairs = _pairs(data)
    left, right = _sides(data, lang, size)
    scale = _scale(pairs, size.width - 2 * size.margin - left - right, lang, size)
    rows: Rows = lay_out([mark for mark, _ in pairs], lang, size)
    return rows.height + _heads_height(_heads(data, scale, lang, size), size)


def _sides(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    return labels_room([mark for mark, _ in _pairs(data)], lang, size) + 8, size.axis


def _above(_: Size) -> float:
    return 10.0


BATTERY = Drawing(draw_battery, _height, _sides, _above, share_axis_room)
