"""Weights: shares of groups before and after beside those of the population, and how far weights moved."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook.numbers import MINUS, decimal, integer, per_cent
from barometer.codebook.records import Label, Lang
from barometer.publication.drawing import Drawing
from barometer.publication.drawn import Mark, to_marks
from barometer.publication.lettering import GAP, LINE, write_text
from barometer.publication.palette import GREY, GRID, INK, MUTED, PAPER, TEAL
from barometer.publication.plain_axes import bare, draw_grid, own_axes, points_tall, points_wide, write_ticks
from barometer.publication.rows import Rows, labels_room, lay_out
from barometer.publication.style import SEMIBOLD, SIZES, Size
from barometer.publication.typesetting import TABULAR, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARK_COLUMNS = list(Mark.__dataclass_fields__)
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
RATIO_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0)
MOST_TICKS = 7
SPREAD_ROWS = 2.6
"""Height of the block of ratios, in rows."""
ALONE = 0.002
"""Width of a column that stands alone, as a part of the end of its axis."""
BEFORE = Label("Før", "Before")
AFTER = Label("Efter", "After")
POPULATION = Label("populationen", "population")
WORKPLACES = Label("{n} arbejdspladser", "{n} workplaces")
RATIOS = Label("Ny vægt over gammel", "New weight over old")


def draw_weights(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw shares of groups before and after beside those of the population, over the distribution of the ratios.

    Parameters
    ----------
    data : DataFrame
        One row per group with the fields of `Mark` (share: after), the share `before`, `gap_before` and `gap_after`,
        how far these are from the population, relative to it. Rows of role "total" are headings of margins, those of
        role "rest" the columns of the distribution: `low` and `high` their ends, `n` their height.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
        Without marks of its own: its `child_axes` are the groups and the distribution.
    """
    size = _tight(size)
    groups = data[data["role"] != "rest"]
    marks = to_marks(groups[MARK_COLUMNS])
    rows = lay_out(marks, lang, size)
    ax = ax or _axes(data, lang, size)
    ax.set_axis_off()
    tall = points_tall(ax)
    upper = ax.inset_axes((0.0, 1.0 - rows.height / tall, 1.0, rows.height / tall))
    lower = ax.inset_axes((0.0, 0.0, 1.0, SPREAD_ROWS * size.row / tall))
    _draw_groups(upper, groups, marks, rows, lang, size)
    _draw_ratios(lower, data[data["role"] == "rest"], lang, size)
    return ax


def _draw_groups(ax: "Axes", groups: pd.DataFrame, marks: Sequence[Mark], rows: Rows, lang: Lang, size: Size) -> None:
    bare(ax)
    ax.set_ylim(rows.height, 0.0)
    _gap_axis(ax, groups[["gap_before", "gap_after"]].to_numpy(np.float64), lang, size)
    ax.axvline(0.0, color=INK, linewidth=1.1, linestyle=(0, (3, 2)), zorder=1.5)
    columns = (groups[name].to_numpy(np.float64) for name in ("before", "gap_before", "gap_after"))
    for y, label, mark, before, gap, left in zip(rows.centres, rows.labels, marks, *columns, strict=True):
        heading = mark.role == "total"
        _write_label(ax, label, y, heading, size)
        if heading:
            continue
        ax.plot([gap, left], [y, y], color=GREY, linewidth=1.2, zorder=2)
        _dot(ax, gap, y, PAPER, MUTED, size)
        _dot(ax, left, y, PAPER if mark.thin else TEAL, TEAL, size)
        _write_number(ax, per_cent(before, lang, 1), y, number_room(size), MUTED, size)
        _write_number(ax, per_cent(mark.share, lang, 1), y, 2 * number_room(size), INK, size)
    head = {"xycoords": "axes fraction", "ha": "left", "va": "bottom", "fontsize": size.axis, "color": MUTED}
    for words, edge in ((BEFORE, number_room(size)), (AFTER, 2 * number_room(size))):
        text = words.text(lang)
        write_text(ax, text, (1.0, 1.0), (edge - text_width(text, size.axis, features=TABULAR), 4), **head)
    place = {"xycoords": ("data", "axes fraction"), "ha": "center", "va": "bottom", "fontweight": SEMIBOLD}
    write_text(ax, POPULATION.text(lang), (0.0, 1.0), (0, 4), fontsize=size.axis, color=INK, **place)


def _dot(ax: "Axes", x: float, y: float, fill: str, edge: str, size: Size) -> None:
    ax.plot(
        [x],
        [y],
        marker="o",
        markersize=size.label * 0.75,
        markeredgewidth=1.4,
        markerfacecolor=fill,
        markeredgecolor=edge,
        zorder=3 if edge == MUTED else 4,
    )


def _write_label(ax: "Axes", label: str, y: float, heading: bool, size: Size) -> None:
    # Aligned by its own measure, as numbers are.
    wide = max(text_width(line, size.label, semibold=heading, features=TABULAR) for line in label.split("\n"))
    write_text(
        ax,
        label,
        (0.0, y),
        (-GAP - wide, 0),
        xycoords=("axes fraction", "data"),
        ha="left",
        va="center",
        multialignment="right",
        fontsize=size.label,
        fontweight=SEMIBOLD if heading else 400,
        linespacing=1.05,
        color=INK,
    )


def _write_number(ax: "Axes", text: str, y: float, edge: float, colour: str, size: Size) -> None:
    # Aligned by its own measure: matplotlib's "right" does not know that all digits have one width.
    start = edge - text_width(text, size.axis, features=TABULAR)
    place = {"xycoords": ("axes fraction", "data"), "ha": "left", "va": "center"}
    write_text(ax, text, (1.0, y), (start, 0), fontsize=size.axis, color=colour, **place)


def _gap_axis(ax: "Axes", gaps: "NDArray[np.float64]", lang: Lang, size: Size) -> None:
    """Let the axis hold every distance from the population, with room for the dots and the label of the line."""
    low, high = min(np.nanmin(gaps), 0.0), max(np.nanmax(gaps), 0.0)
    wide = max(high - low, 0.02)
    dots = size.label / points_wide(ax)
    name = 0.5 * text_width(POPULATION.text(lang), size.axis, semibold=True) / points_wide(ax)
    air = 0.6 * dots + 0.02
    left, right = low - air * wide, high + air * wide
    # The label stands over the line at 0 and may not pass the ends of the axis.
    whole = right - left
    left, right = min(left, -name * whole * 1.1), max(right, name * whole * 1.1)
    ax.set_xlim(left, right)
    apart = (text_width("+10,5 %", size.axis) + GAP) / points_wide(ax) * (right - left)
    step = next((s for s in STEPS if s >= max(apart, (right - left) / MOST_TICKS)), 1.0)
    if left > -step and right < step:  # 0 alone would be no scale
        left, right = -1.1 * step, 1.1 * step
        ax.set_xlim(left, right)
    ticks = [float(tick) for tick in step * np.arange(np.ceil(left / step - 1e-9), np.floor(right / step + 1e-9) + 1)]
    places = 0 if step >= 0.01 else 1
    write_ticks(ax, ticks, [_signed(tick, lang, places) for tick in ticks], size)
    draw_grid(ax)


def _signed(gap: float, lang: Lang, places: int) -> str:
    if abs(gap) < 1e-12:
        return "0"
    return ("+" if gap > 0.0 else MINUS) + per_cent(abs(gap), lang, places)


def _draw_ratios(ax: "Axes", ratios: pd.DataFrame, lang: Lang, size: Size) -> None:
    bare(ax)
    low, high = float(ratios["low"].min()), float(ratios["high"].max())
    most = float(ratios["n"].max())
    ax.set_ylim(0.0, 1.05 * most)
    if len(ratios) == 1:
        room = 0.02 * max(high, 1.0)
        ax.set_xlim(low - room, high + room)
        ax.bar([low], [most], width=ALONE * (high + room), color=TEAL, linewidth=0)
    else:
        air = 0.02 * (high - low)
        ax.set_xlim(low - air, high + air)
        ax.bar(
            ratios["low"],
            ratios["n"],
            width=ratios["high"] - ratios["low"],
            align="edge",
            color=TEAL,
            edgecolor=PAPER,
            linewidth=0.6,
        )
    ax.axhline(0.0, color=MUTED, linewidth=0.8)
    left, right = ax.get_xlim()
    apart = (text_width("0,000", size.axis) + GAP) / points_wide(ax) * (right - left)
    step = next((s for s in RATIO_STEPS if s >= max(apart, (right - left) / MOST_TICKS)), right - left)
    places = next((p for p in range(3) if abs(round(step, p) - step) < 1e-9), 3)
    ticks = [float(tick) for tick in step * np.arange(np.ceil(left / step - 1e-9), np.floor(right / step + 1e-9) + 1)]
    write_ticks(ax, ticks, [decimal(tick, lang, places) for tick in ticks], size)
    write_text(
        ax,
        RATIOS.text(lang),
        (0.0, 1.0),
        (0, 4),
        xycoords="axes fraction",
        ha="left",
        va="bottom",
        fontsize=size.axis,
        fontweight=SEMIBOLD,
        color=INK,
    )
    _write_height(ax, ratios, most, lang, size)


def _write_height(ax: "Axes", ratios: pd.DataFrame, most: float, lang: Lang, size: Size) -> None:
    """Say how many workplaces the highest column stands for: beside it, or at the left with a line to it."""
    text, look = WORKPLACES.text(lang).format(n=integer(round(most), lang)), {"fontsize": size.axis, "color": MUTED}
    if len(ratios) == 1:
        at = (float(ratios["low"].iloc[0]) + 0.5 * ALONE * ax.get_xlim()[1], most)
        write_text(ax, text, at, (GAP, 0), xycoords="data", ha="left", va="top", **look)
        return
    left, highest = ax.get_xlim()[0], float(ratios["low"].to_numpy()[ratios["n"].to_numpy().argmax()])
    ax.plot([left, highest], [most, most], color=GRID, linewidth=0.9, zorder=0)
    write_text(ax, text, (0.0, most), (-GAP, 0), xycoords=("axes fraction", "data"), ha="right", va="center", **look)


def number_room(size: Size) -> float:
    """Width in points of a column of numbers."""
    return text_width("100,0 %", size.axis, features=TABULAR) + GAP


def _tight(size: Size) -> Size:
    """Return the size with rows closer than bars need."""
    return replace(size, row=max(0.72 * size.row, 1.3 * size.label))


def weights_height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    """Height in points of the groups, the distribution, and the axis and heading between them."""
    marks = to_marks(data.loc[data["role"] != "rest", MARK_COLUMNS])
    size = _tight(size)
    between = 2 * size.axis * LINE + 4 * GAP
    return lay_out(marks, lang, size).height + between + SPREAD_ROWS * size.row


def _axes(data: pd.DataFrame, lang: Lang, size: Size) -> "Axes":
    return own_axes(size, weights_height(data, lang, size), _beside(data, lang, size), _above(size), _below(size))


def _beside(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    marks = to_marks(data.loc[data["role"] != "rest", MARK_COLUMNS])
    return labels_room(marks, lang, size) + GAP, 2 * number_room(size) + 2


def _above(size: Size) -> float:
    return size.axis * LINE + 2 * GAP


def _below(size: Size) -> float:
    return size.axis * LINE + 2 * GAP


WEIGHTS = Drawing(draw_weights, weights_height, _beside, _above, _below)
