"""Marks: bars and dots with their intervals, from a frame of drawn numbers to an Axes. They compute no statistic.

Rows are measured in points from the top of the axes, so that a row is as tall as its label needs.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.publication.drawing import Drawing
from barometer.publication.drawn import Mark, to_marks
from barometer.publication.gaps import BRIEF, gap, written_n
from barometer.publication.lettering import GAP, casing, write_text, written_share
from barometer.publication.palette import AMBER_LIGHT, GREY, INK, MUTED, PAPER, TEAL, TEAL_LIGHT
from barometer.publication.plain_axes import points_wide
from barometer.publication.rows import Rows, frame_rows, label_room, lay_out, row_axes, rows_height, rule_below
from barometer.publication.share_axes import share_axis, share_axis_room, share_window
from barometer.publication.style import SEMIBOLD, SIZES, Size
from barometer.publication.typesetting import TABULAR, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import ErrorbarContainer

FILLS = {"main": TEAL, "left": AMBER_LIGHT}
"""Colours of bars that are not of the common one."""
WHISKER: dict[str, Any] = {"color": INK, "linewidth": 1.3, "capsize": 3.2, "capthick": 1.3, "zorder": 3}
"""Look of an interval on a bar."""


def draw_bars(data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]) -> "Axes":
    """
    Draw horizontal bars from zero, each with its interval and its number.

    Parameters
    ----------
    data : DataFrame
        One row per bar from the top, with the fields of `Mark` as columns.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
    """
    marks = to_marks(data)
    rows = lay_out(marks, lang, size)
    ax = row_axes(ax, rows, size)
    draw_bar_rows(ax, marks, rows, lang, size)
    share_axis(ax, ax.get_xlim()[1], lang, size)
    return ax


def draw_domains(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw one share per group as a dot with its interval, beside the share of all.

    Parameters
    ----------
    data : DataFrame
        As for `draw_bars`, the row of all with role "total"; it becomes the dashed line.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
    """
    marks = to_marks(data)
    groups = [mark for mark in marks if mark.role != "total"]
    rows = lay_out(groups, lang, size)
    ax = row_axes(ax, rows, size)
    frame_rows(ax, groups, rows, size)
    low, high = share_window(marks)
    ax.set_xlim(low, high)
    share_axis(ax, high, lang, size, low)
    for y, mark in zip(rows.centres, groups, strict=True):
        if not np.isnan(mark.ci_low):
            ax.plot(
                [mark.ci_low, mark.ci_high],
                [y, y],
                color=TEAL_LIGHT,
                linewidth=2.2,
                solid_capstyle="round",
                zorder=2,
            )
        if np.isnan(mark.share):
            write_gap(ax, y, mark, lang, size, beside=[m.share for m in marks if m.role == "total"])
            continue
        draw_dot(ax, y, mark, TEAL_LIGHT if mark.basis == "assumed" else TEAL, size)
    for total in (mark for mark in marks if mark.role == "total"):
        ax.axvline(total.share, color=INK, linewidth=1.1, linestyle=(0, (3, 2)), zorder=1.5)
        write_text(
            ax,
            f"{total.label(lang)} {written_share(total.share, lang)}",
            (total.share, 1.0),
            (0, 4),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="bottom",
            fontsize=size.axis,
            fontweight=SEMIBOLD,
            color=INK,
        )
    _number_columns(ax, groups, rows, lang, size)
    return ax


def draw_dot(ax: "Axes", y: float, mark: Mark, colour: str, size: Size, *, zorder: float = 3.0) -> None:
    """Draw a share as a dot, as a diamond where it is assumed; hollow where few answers stand behind it."""
    assumed = mark.basis == "assumed"
    ax.plot(
        [mark.share],
        [y],
        marker="D" if assumed else "o",
        markersize=size.label * (0.7 if assumed else 0.85),
        markerfacecolor=PAPER if mark.is_hollow else colour,
        markeredgecolor=colour,
        markeredgewidth=1.6,
        zorder=zorder,
    )


def bar_look(mark: Mark) -> dict[str, Any]:
    """Colours and edge of a bar: filled, hollow where few answers stand behind it, dashed where it is assumed."""
    fill = FILLS.get(mark.role, TEAL_LIGHT)
    hollow = mark.thin or mark.basis == "assumed"
    return {
        "facecolor": PAPER if hollow else fill,
        "edgecolor": GREY if mark.basis == "assumed" else fill,
        "linewidth": 1.0 if hollow else 0.0,
        "linestyle": (0, (3, 2)) if mark.basis == "assumed" else "solid",
    }


def draw_bar_rows(ax: "Axes", marks: Sequence[Mark], rows: Rows, lang: Lang, size: Size) -> None:
    """Draw a bar in each row, with its label, its interval and its number; the axis is as long as they need."""
    frame_rows(ax, marks, rows, size)
    ax.set_xlim(0.0, _limit(ax, marks, size, lang))
    for y, mark in zip(rows.centres, marks, strict=True):
        ax.barh(y, mark.share, height=0.6 * size.row, zorder=2, **bar_look(mark))
        _whisker(ax, y, mark)
        if np.isnan(mark.share):
            write_gap(ax, y, mark, lang, size)
        else:
            _number(ax, y, mark, lang, size)
    if len(marks) > 1 and marks[0].role == "main":
        rule_below(ax, rows.rule, size)


def _limit(ax: "Axes", marks: Sequence[Mark], size: Size, lang: Lang) -> float:
    """Find the upper end of the axis that leaves every number its place beside its bar."""
    width = points_wide(ax)
    strong = size.value + 2.0
    room = [text_width(written_share(mark.share, lang), strong, semibold=True, features=TABULAR) for mark in marks]
    needed = [mark.end * width / (width - taken - 2 * GAP) for mark, taken in zip(marks, room, strict=True)]
    return max(*needed, 0.05) if needed else 1.0


def _whisker(ax: "Axes", y: float, mark: Mark) -> None:
    if not np.isnan(mark.ci_low):
        ends = [[mark.share - mark.ci_low], [mark.ci_high - mark.share]]
        case_whisker(ax.errorbar(mark.share, y, xerr=ends, **WHISKER))


def case_whisker(drawn: "ErrorbarContainer") -> None:
    """Give an interval a pale casing: ink on teal has less than 3:1, and on it the line shows over its whole length."""
    for line in (*drawn.lines[1], *drawn.lines[2]):
        line.set_path_effects([casing(3.3)])


def _number(ax: "Axes", y: float, mark: Mark, lang: Lang, size: Size) -> None:
    strong = mark.role == "main"
    write_text(
        ax,
        written_share(mark.share, lang),
        (mark.end, y),
        (GAP, 0),
        va="center",
        fontsize=size.value + (2.0 if strong else 0.0),
        fontweight=SEMIBOLD if strong else 400,
        color=MUTED if mark.basis == "assumed" else INK,
        path_effects=[casing()],
    )


def write_gap(ax: "Axes", y: float, mark: Mark, lang: Lang, size: Size, *, beside: Sequence[float] = ()) -> None:
    """Say in the place of a mark why there is none, on the side of a dashed line where it has room."""
    look: dict[str, Any] = {"va": "center", "fontsize": size.axis, "color": MUTED, "path_effects": [casing()]}
    text, (low, high) = gap(mark).text(lang), ax.get_xlim()
    lines = [(share - low) / (high - low) * points_wide(ax) for share in beside if not np.isnan(share)]
    start = next((line for line in lines if line < text_width(text, size.axis) + 2 * GAP), 0.0)
    if start + GAP + text_width(text, size.axis) > points_wide(ax):
        text = BRIEF[gap(mark)].text(lang)
    at = {"xycoords": ("axes fraction", "data"), "zorder": 4}
    write_text(ax, text, (0.0, y), (start + GAP, 0), **at, **look)


def _number_columns(ax: "Axes", marks: Sequence[Mark], rows: Rows, lang: Lang, size: Size) -> None:
    """Write share and n as two right-aligned columns beside the axes."""
    shares = [written_share(mark.share, lang) for mark in marks]
    counts = [written_n(mark.n, lang) for mark in marks]
    tones = [MUTED if mark.basis == "assumed" else INK for mark in marks]
    columns = (
        (share_column(size), Label("Andel", "Share").text(lang), shares, tones, size.value),
        (n_column(size), "n", counts, [MUTED] * len(marks), size.axis),
    )
    for edge, heading, texts, colours, points in columns:
        head = {"va": "bottom", "fontsize": size.axis, "color": MUTED}
        start = edge - text_width(heading, size.axis, features=TABULAR)
        write_text(ax, heading, (1.0, 1.0), (start, 4), xycoords="axes fraction", ha="left", **head)
        for y, text, colour in zip(rows.centres, texts, colours, strict=True):
            # Aligned by its own measure: matplotlib's "right" does not know that all digits have one width.
            start = edge - text_width(text, points, features=TABULAR)
            place = {"xycoords": ("axes fraction", "data"), "ha": "left", "va": "center"}
            write_text(ax, text, (1.0, y), (start, 0), fontsize=points, color=colour, **place)


def share_column(size: Size) -> float:
    """Points from the axes to the right edge of the column of shares."""
    return 2 * GAP + text_width("100 %", size.value, features=TABULAR)


def n_column(size: Size) -> float:
    """Points from the axes to the right edge of the column of n."""
    return share_column(size) + 2 * GAP + text_width("0.000", size.axis, features=TABULAR)


def _beside_bars(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    return label_room(data, lang, size) + 8, size.axis


def _beside_domains(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    return label_room(data, lang, size) + 8, n_column(size)


def _above_bars(_: Size) -> float:
    return 12.0


def _above_domains(size: Size) -> float:
    return size.axis * 1.2 + 14


BARS = Drawing(draw_bars, rows_height, _beside_bars, _above_bars, share_axis_room)
DOMAINS = Drawing(draw_domains, rows_height, _beside_domains, _above_domains, share_axis_room)
