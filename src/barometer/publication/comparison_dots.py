"""Groups beside what they were compared with: dots and intervals, what stands out in colour. Computes no statistic."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from barometer.analysis.comparison_words import LEAST_SHOWN
from barometer.codebook.numbers import decimal
from barometer.codebook.records import Label, Lang
from barometer.publication.compared import COLOURS, LINE_COLOURS, SIDES, Compared, points_text, to_compared, with_versus
from barometer.publication.drawing import Drawing
from barometer.publication.gaps import BRIEF, gap, is_suppressed, written_n
from barometer.publication.lettering import write_text, written_share
from barometer.publication.marks import draw_dot
from barometer.publication.palette import INK, MUTED
from barometer.publication.plain_axes import points_wide
from barometer.publication.rows import frame_rows, labels_room, lay_out, row_axes
from barometer.publication.share_axes import share_axis, share_window, tight_axis_room
from barometer.publication.style import SEMIBOLD, SIZES, Size
from barometer.publication.text_columns import TextColumn, columns_room, headings_room, write_columns
from barometer.publication.typesetting import TABULAR, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOBODY = Label("ingen i basis", "nobody in base")
UNTESTED = Label("ikke testet", "not tested")


def draw_comparison_dots(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw one share per group as a dot with its interval, beside the share it was compared with.

    Parameters
    ----------
    data : DataFrame
        One row per group from the top, with the fields of `Compared` as columns. A row of role "total" becomes a dashed
        line; without one, each row has a stroke at the share it was compared with.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
    """
    marks = to_compared(data)
    groups = [mark for mark in marks if mark.role != "total"]
    rows = lay_out(groups, lang, size)
    ax = row_axes(ax, rows, size)
    frame_rows(ax, groups, rows, size)
    low, high = share_window(with_versus(marks))
    ax.set_xlim(low, high)
    share_axis(ax, high, lang, size, low)
    total = next((mark for mark in marks if mark.role == "total"), None)
    for y, mark in zip(rows.centres, groups, strict=True):
        _draw_group(ax, y, mark, size)
        if total is None and not np.isnan(mark.share_versus):
            ends = [y - 0.3 * size.row, y + 0.3 * size.row]
            ax.plot([mark.share_versus] * 2, ends, color=INK, linewidth=1.1, zorder=1.5)
    if total is not None:
        ax.axvline(total.share, color=INK, linewidth=1.1, linestyle=(0, (3, 2)), zorder=1.5)
        _name_line(ax, total, lang, size)
    write_columns(ax, _columns(groups, lang, size), rows.centres, size)
    return ax


def _draw_group(ax: "Axes", y: float, mark: Compared, size: Size) -> None:
    """Draw dot and interval in the colour of what was found; where nobody is, the column says so."""
    if np.isnan(mark.share):
        return
    if not np.isnan(mark.ci_low):
        line = LINE_COLOURS[mark.direction]
        ax.plot([mark.ci_low, mark.ci_high], [y, y], color=line, linewidth=2.2, solid_capstyle="round", zorder=2)
    draw_dot(ax, y, mark, COLOURS[mark.direction], size)


def _name_line(ax: "Axes", total: Compared, lang: Lang, size: Size) -> None:
    """Write over the dashed line what it is, no further to the right than the axes."""
    text = f"{total.label(lang)} {written_share(total.share, lang)}"
    (low, high), wide = ax.get_xlim(), points_wide(ax)
    width = text_width(text, size.axis, semibold=True, features=TABULAR)
    start = min((total.share - low) / (high - low) * wide - width / 2, wide - width)
    look = {"ha": "left", "va": "bottom", "fontsize": size.axis, "fontweight": SEMIBOLD, "color": INK}
    write_text(ax, text, (0.0, 1.0), (start, 4), xycoords="axes fraction", **look)


def _columns(groups: Sequence[Compared], lang: Lang, size: Size) -> list[TextColumn]:
    """Choose what is written beside the dots: a narrow size has no room for the difference and for n."""
    strong, plain = tuple(mark.direction != "" for mark in groups), (False,) * len(groups)
    shares = tuple(written_share(mark.share, lang) for mark in groups)
    differences = tuple(points_text(mark.difference, lang) for mark in groups)
    least = tuple(_least(mark, lang) for mark in groups)
    counts = tuple(written_n(mark.n, lang) for mark in groups)
    columns = [
        TextColumn(Label("Andel", "Share").text(lang), shares, strong, INK, size.value),
        TextColumn(Label("Forskel", "Difference").text(lang), differences, strong, INK, size.value),
        TextColumn(Label("Mindst", "At least").text(lang), least, plain, INK, size.axis, to_right=False),
        TextColumn("n", counts, plain, MUTED, size.axis),
    ]
    return [columns[0], columns[2]] if size.name == "column" else columns


def _least(mark: Compared, lang: Lang) -> str:
    if np.isnan(mark.share):
        return (BRIEF[gap(mark)] if is_suppressed(mark) else NOBODY).text(lang)
    if mark.direction == "":
        return "" if mark.is_tested else UNTESTED.text(lang)
    side = SIDES[mark.direction].text(lang)
    return side if mark.at_least < LEAST_SHOWN else f"{decimal(100.0 * mark.at_least, lang)} {side}"


def _groups(data: pd.DataFrame) -> list[Compared]:
    return [mark for mark in to_compared(data) if mark.role != "total"]


def _sides(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    groups = _groups(data)
    return labels_room(groups, lang, size) + 8, columns_room(_columns(groups, lang, size), size)


def _height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    return lay_out(_groups(data), lang, size).height


COMPARISON_DOTS = Drawing(draw_comparison_dots, _height, _sides, headings_room, tight_axis_room)
