"""Bounds as rows: an estimate, bands that widen as those who did not answer differ more, and the statement's line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from barometer.codebook.numbers import decimal, per_cent, signed
from barometer.codebook.records import Label, Lang
from barometer.publication.bounds import Bound, axis_window, is_hidden, plain_points, range_text, to_bounds, value_text
from barometer.publication.drawing import Drawing
from barometer.publication.lettering import GAP, write_text
from barometer.publication.marks import draw_dot, write_gap
from barometer.publication.palette import (
    AMBER,
    AMBER_LIGHT,
    AMBER_PALE,
    GREY,
    INK,
    MUTED,
    PAPER,
    TEAL,
    TEAL_LIGHT,
    TEAL_PALE,
)
from barometer.publication.plain_axes import draw_grid, points_wide, write_ticks
from barometer.publication.rows import Rows, frame_rows, labels_room, lay_out, row_axes, rule_below
from barometer.publication.share_axes import share_axis, tight_axis_room
from barometer.publication.style import SEMIBOLD, SIZES, Size
from barometer.publication.text_columns import TextColumn, columns_room, headings_room, write_columns
from barometer.publication.typesetting import TABULAR, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS = (0.05, 0.1, 0.2, 0.25, 0.5)
AT_LEAST = Label("Mindst {share}", "At least {share}")
MORE = Label("Over {points} point", "More than {points} points")
NO_DIFFERENCE = Label("Ingen forskel", "No difference")
SHARE = Label("Andel", "Share")
BOUNDS = Label("Fra\N{EN DASH}til", "From\N{EN DASH}to")
WITHOUT = Label("Grænser", "Bounds")
WITH = Label("Med stikprøve", "With sampling")
TIPS = Label("Vælter ved", "Tips at")
NEVER = Label("aldrig", "never")
DASH = "\N{EN DASH}"
UNTRUE = Label("holder ikke", "untrue")


def draw_bound_rows(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw one row per bound: dots with intervals, bands with whiskers, the worst case as a thin line.

    Parameters
    ----------
    data : DataFrame
        One row per bound from the top, with the fields of `Bound` as columns.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
    """
    marks = to_bounds(data)
    rows = lay_out(marks, lang, size)
    ax = row_axes(ax, rows, size)
    frame_rows(ax, marks, rows, size)
    _axis(ax, marks, lang, size)
    for y, mark in zip(rows.centres, marks, strict=True):
        _draw_row(ax, y, mark, axis_window(marks), size)
        if is_hidden(mark):
            write_gap(ax, y, mark, lang, size, beside=[mark.threshold])
    if len(marks) > 1 and marks[0].role == "main":
        rule_below(ax, rows.rule, size)
    _draw_lines(ax, marks, rows, lang, size)
    write_columns(ax, _columns(marks, lang, size), rows.centres, size)
    return ax


def _draw_row(ax: "Axes", y: float, mark: Bound, window: tuple[float, float], size: Size) -> None:
    strong, edge, fill = (TEAL, TEAL_LIGHT, TEAL_PALE) if mark.holds else (AMBER, AMBER_LIGHT, AMBER_PALE)
    if not np.isnan(mark.worst_low):
        _span(ax, y, (mark.worst_low, mark.worst_high), window, GREY, size)
    if not np.isnan(mark.covered_low):
        _span(ax, y, (mark.covered_low, mark.covered_high), window, strong, size)
    if not np.isnan(mark.bound_low):
        wide = mark.bound_high - mark.bound_low
        ax.barh(y, wide, 0.46 * size.row, mark.bound_low, facecolor=fill, edgecolor=edge, linewidth=1.1, zorder=2.5)
    if not np.isnan(mark.ci_low):
        ax.plot([mark.ci_low, mark.ci_high], [y, y], color=strong, linewidth=2.4, solid_capstyle="round", zorder=3)
    if mark.kind in ("tip", "tip_sampling"):
        _ring(ax, mark.bound_low if mark.kind == "tip" else mark.covered_low, y, size)
    if not np.isnan(mark.share):
        draw_dot(ax, y, mark, strong, size, zorder=5.0)


def _span(
    ax: "Axes", y: float, ends: tuple[float, float], window: tuple[float, float], colour: str, size: Size
) -> None:
    """Draw a thin line with ends; an end beyond the axis is an arrow."""
    tick, drawn = 0.14 * size.row, np.clip(ends, *window)
    ax.plot(drawn, [y, y], color=colour, linewidth=1.3, zorder=2)
    for end, at, arrow in zip(ends, drawn, ("<", ">"), strict=True):
        if end == at:
            ax.plot([end, end], [y - tick, y + tick], color=colour, linewidth=1.3, zorder=2)
        else:
            ax.plot([at], [y], marker=arrow, markersize=0.6 * size.label, color=colour, zorder=2)


def _ring(ax: "Axes", x: float, y: float, size: Size) -> None:
    ax.plot(
        [x],
        [y],
        marker="o",
        markersize=0.75 * size.label,
        markerfacecolor=PAPER,
        markeredgecolor=AMBER,
        markeredgewidth=1.8,
        zorder=4,
    )


def _axis(ax: "Axes", marks: Sequence[Bound], lang: Lang, size: Size) -> None:
    """Mark round shares or differences on an axis with room for the dots at its ends."""
    first, last = axis_window(marks)
    air = 0.6 * size.label / points_wide(ax) * (last - first)
    low, high = first - air, last + air
    ax.set_xlim(low, high)
    if marks[0].measure == "share":
        share_axis(ax, last, lang, size, first)
        return
    apart = (text_width("+100", size.axis) + GAP) / points_wide(ax) * (high - low)
    step = next((s for s in STEPS if s >= apart and (high - low) / s <= 6.5), 1.0)
    ticks = [float(tick) for tick in step * np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1)]
    write_ticks(ax, ticks, [signed(100.0 * tick, lang, 0) for tick in ticks], size)
    draw_grid(ax)


def _draw_lines(ax: "Axes", marks: Sequence[Bound], rows: Rows, lang: Lang, size: Size) -> None:
    """Draw the statement's line with its name above, and the estimate as a faint line through its bounds."""
    first = marks[0]
    if first.kind == "sampling":
        ax.plot([first.share] * 2, [rows.centres[0], rows.height], color=MUTED, linewidth=0.9, zorder=2.7)
    if np.isnan(first.threshold):
        return
    ax.axvline(first.threshold, color=INK, linewidth=1.1, linestyle=(0, (3, 2)), zorder=2.8)
    text, wide = _statement(first, lang), points_wide(ax)
    (low, high), width = ax.get_xlim(), text_width(text, size.axis, semibold=True, features=TABULAR)
    start = (first.threshold - low) / (high - low) * wide - width / 2
    start = max(min(start, wide - width), 0.0)
    look = {"ha": "left", "va": "bottom", "fontsize": size.axis, "fontweight": SEMIBOLD, "color": INK}
    write_text(ax, text, (0.0, 1.0), (start, 4), xycoords="axes fraction", **look)


def _statement(mark: Bound, lang: Lang) -> str:
    if mark.measure == "points":
        points = plain_points(mark.threshold, lang)
        return NO_DIFFERENCE.text(lang) if mark.threshold == 0.0 else MORE.text(lang).format(points=points)
    whole = abs(100.0 * mark.threshold - round(100.0 * mark.threshold)) < 1e-9
    return AT_LEAST.text(lang).format(share=per_cent(mark.threshold, lang, 0 if whole else 1))


def _columns(marks: Sequence[Bound], lang: Lang, size: Size) -> list[TextColumn]:
    """Choose what is written beside the rows: a narrow size has room for less."""
    narrow, strong = size.name == "column", tuple(mark.role == "main" for mark in marks)
    without, covered = tuple(_bounds(m, lang) for m in marks), tuple(_covered(m, lang) for m in marks)
    if marks[0].kind == "group":
        share = tuple(DASH if is_hidden(m) else value_text(m.share, m.measure, lang) for m in marks)
        columns = [(SHARE, share, INK), (WITHOUT, without, INK), (TIPS, tuple(_tip(m, lang) for m in marks), MUTED)]
        columns = columns[int(narrow) : 2 if np.isnan(marks[0].threshold) else 3]
    elif narrow:
        columns = [(BOUNDS, tuple(a or b for a, b in zip(without, covered, strict=True)), INK)]
    else:
        columns = [(WITHOUT, without, INK), (WITH, covered, MUTED)]
    return [TextColumn(heading.text(lang), texts, strong, colour, size.axis) for heading, texts, colour in columns]


def _bounds(mark: Bound, lang: Lang) -> str:
    """Write the bounds that hold but for sampling error."""
    low, high = (mark.worst_low, mark.worst_high) if mark.kind == "worst" else (mark.bound_low, mark.bound_high)
    if np.isnan(low):
        return DASH if is_hidden(mark) else ""
    return range_text(low, high, mark.measure, lang)


def _covered(mark: Bound, lang: Lang) -> str:
    """Write the interval that knows of sampling error."""
    low, high = (mark.ci_low, mark.ci_high) if np.isnan(mark.covered_low) else (mark.covered_low, mark.covered_high)
    return "" if np.isnan(low) else range_text(low, high, mark.measure, lang)


def _tip(mark: Bound, lang: Lang) -> str:
    if is_hidden(mark):
        return DASH
    if np.isnan(mark.tip):
        return (NEVER if mark.share >= mark.threshold else UNTRUE).text(lang)
    return decimal(100.0 * mark.tip, lang)


def _sides(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    marks = to_bounds(data)
    return labels_room(marks, lang, size) + 8, columns_room(_columns(marks, lang, size), size)


def _height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    return lay_out(to_bounds(data), lang, size).height


BOUND_ROWS = Drawing(draw_bound_rows, _height, _sides, headings_room, tight_axis_room)
