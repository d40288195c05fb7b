"""Marks: bars and dots with their intervals, from a frame of drawn numbers to an Axes. They compute no statistic."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from barometer.codebook.records import Lang
from barometer.publication.numbers import decimal, integer, per_cent
from barometer.publication.style import (
    GREY,
    GRID,
    INK,
    MUTED,
    PAPER,
    SEMIBOLD,
    SIZES,
    TEAL,
    TEAL_LIGHT,
    Size,
)
from barometer.publication.typesetting import text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 6.0
"""Points between a mark and the number beside it."""
TABULAR = ("tnum",)


def draw_bars(data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]) -> "Axes":
    """
    Draw horizontal bars from zero, each with its interval and its number.

    Parameters
    ----------
    data : DataFrame
        One row per bar from the top: label, share, ci_low, ci_high (0 to 1), n, role ("main", "part" or "plain"), basis
        ("published", "assumed" or "delivery") and thin.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
    """
    ax = _axes(ax, len(data), size)
    positions = _row_positions(data)
    _frame_rows(ax, data, positions, size)
    limit = _limit(ax, data, size, lang)
    ax.set_xlim(0.0, limit)
    _share_axis(ax, limit, lang, size)
    for y, row in zip(positions, data.to_dict("records"), strict=True):
        fill = TEAL if row["role"] == "main" else TEAL_LIGHT
        hollow = row["thin"] or row["basis"] == "assumed"
        ax.barh(
            y,
            row["share"],
            height=0.6,
            facecolor=PAPER if hollow else fill,
            edgecolor=GREY if row["basis"] == "assumed" else fill,
            linewidth=1.0 if hollow else 0.0,
            linestyle=(0, (3, 2)) if row["basis"] == "assumed" else "solid",
            zorder=2,
        )
        _whisker(ax, y, row)
        _number(ax, y, row, lang, size)
    if "main" in set(data["role"]) and len(data) > 1:
        _rule_below(ax, (positions[0] + positions[1]) / 2, size)
    return ax


def draw_domains(data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]) -> "Axes":
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
    groups = data[data["role"] != "total"].reset_index(drop=True)
    total = data[data["role"] == "total"]
    ax = _axes(ax, len(groups), size)
    positions = _row_positions(groups)
    _frame_rows(ax, groups, positions, size)
    low, high = _window(data)
    ax.set_xlim(low, high)
    _share_axis(ax, high, lang, size, low)
    for y, row in zip(positions, groups.to_dict("records"), strict=True):
        if not np.isnan(row["ci_low"]):
            ax.plot([row["ci_low"], row["ci_high"]], [y, y], color=TEAL_LIGHT, linewidth=2.2, solid_capstyle="round", zorder=2)
        if np.isnan(row["share"]):
            continue
        colour = TEAL_LIGHT if row["basis"] == "assumed" else TEAL
        ax.plot(
            [row["share"]],
            [y],
            marker="o",
            markersize=size.label * 0.85,
            markerfacecolor=PAPER if row["thin"] else colour,
            markeredgecolor=colour,
            markeredgewidth=1.6,
            zorder=3,
        )
    for row in total.to_dict("records"):
        ax.axvline(row["share"], color=INK, linewidth=1.1, linestyle=(0, (3, 2)), zorder=1.5)
        ax.annotate(
            f"{row['label']} {per_cent(row['share'], lang)}",
            (row["share"], 1.0),
            (0, 4),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=size.axis,
            fontweight=SEMIBOLD,
            color=INK,
        )
    _number_columns(ax, groups, positions, lang, size)
    return ax


def _axes(ax: "Axes | None", rows: int, size: Size) -> "Axes":
    from matplotlib.figure import Figure as Canvas

    if ax is not None:
        return ax
    canvas = Canvas(figsize=(size.width / 72, (rows + 1.5) * size.row / 72))
    return canvas.add_axes((size.label_share, 0.15, 0.95 - size.label_share, 0.8))


def _row_positions(data: pd.DataFrame) -> list[float]:
    """Rows from the top, with half a row of air after the composite of a union."""
    shift = np.cumsum([0.0, *((data["role"].to_numpy()[:-1] == "main") * 0.5)]) if len(data) else np.zeros(0)
    return [float(len(data) - 1 - i - shift[i]) for i in range(len(data))]


def row_count(data: pd.DataFrame) -> float:
    """Height of the drawing in rows."""
    groups = data[data["role"] != "total"]
    positions = _row_positions(groups.reset_index(drop=True))
    return positions[0] - positions[-1] + 1.0 if positions else 1.0


def _frame_rows(ax: "Axes", data: pd.DataFrame, positions: Sequence[float], size: Size) -> None:
    """Row labels at the left, no frame."""
    for spine in ax.spines.values():
        spine.set_visible(False)
    if not positions:
        return
    ax.set_ylim(min(positions) - 0.5, max(positions) + 0.5)
    ax.set_yticks([])
    room = label_room(data, size)
    for y, row in zip(positions, data.to_dict("records"), strict=True):
        strong = row["role"] == "main"
        ax.annotate(
            "\n".join(wrap(row["label"], size.label, room, semibold=strong)),
            (0.0, y),
            (-GAP, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=size.label,
            fontweight=SEMIBOLD if strong else 400,
            linespacing=1.05,
            color=INK,
        )


def label_room(data: pd.DataFrame, size: Size) -> float:
    """Width of the label column in points: what the labels need, within what the size allows."""
    most = size.label_share * (size.width - 2 * size.margin)
    needed = [
        max(text_width(line, size.label, role == "main") for line in wrap(label, size.label, most, semibold=role == "main"))
        for label, role in zip(data["label"], data["role"], strict=True)
        if role != "total"
    ]
    return max(needed, default=0.0) + 0.5


def _share_axis(ax: "Axes", high: float, lang: Lang, size: Size, low: float = 0.0) -> None:
    step = next(s for s in (0.05, 0.1, 0.2, 0.25, 0.5) if (high - low) / s <= 6.5)
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(min(high, 1.0) / step + 1e-9))
    ticks = [step * position for position in range(first, last + 1)]
    labels = [decimal(100 * tick, lang, 0) for tick in ticks[:-1]] + [per_cent(ticks[-1], lang)]
    ax.set_xticks(ticks, labels)
    ax.tick_params(axis="x", length=0, labelsize=size.axis, pad=4, labelcolor=MUTED)
    ax.grid(axis="x", color=GRID, linewidth=0.9, zorder=0)
    ax.set_axisbelow(True)


def _limit(ax: "Axes", data: pd.DataFrame, size: Size, lang: Lang) -> float:
    """Upper end of the axis that leaves every number its place beside its bar."""
    width = ax.get_window_extent().width * 72.0 / ax.get_figure(root=True).dpi
    ends = data["ci_high"].fillna(data["share"]).fillna(0.0)
    needed = [
        end * width / (width - text_width(_written(share, lang), size.value + 2.0, semibold=True) - 2 * GAP)
        for end, share in zip(ends, data["share"], strict=True)
    ]
    return max(max(needed, default=1.0), 0.05)


def _window(data: pd.DataFrame) -> tuple[float, float]:
    """Ends of an axis that holds every interval and shows whole tens."""
    low = data["ci_low"].fillna(data["share"]).min()
    high = data["ci_high"].fillna(data["share"]).max()
    return max(np.floor(low * 10 - 0.2) / 10, -0.02), min(np.ceil(high * 10 + 0.2) / 10, 1.02)


def _rule_below(ax: "Axes", y: float, size: Size) -> None:
    """Line across the figure, between a composite and its parts."""
    from matplotlib.transforms import blended_transform_factory

    canvas = ax.get_figure(root=True)
    edge = size.margin / size.width
    place = blended_transform_factory(canvas.transFigure, ax.transData)
    ax.plot([edge, 1.0 - edge], [y, y], color=GRID, linewidth=1.0, transform=place, clip_on=False, zorder=1)


def _whisker(ax: "Axes", y: float, row: dict[str, float]) -> None:
    if np.isnan(row["ci_low"]):
        return
    ends = [[row["share"] - row["ci_low"]], [row["ci_high"] - row["share"]]]
    ax.errorbar(row["share"], y, xerr=ends, color=INK, linewidth=1.3, capsize=3.2, capthick=1.3, zorder=3)


def _number(ax: "Axes", y: float, row: dict[str, float], lang: Lang, size: Size) -> None:
    strong = row["role"] == "main"
    end = row["share"] if np.isnan(row["ci_high"]) else row["ci_high"]
    text = ax.annotate(
        _written(row["share"], lang),
        (0.0 if np.isnan(end) else end, y),
        (GAP, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=size.value + (2.0 if strong else 0.0),
        fontweight=SEMIBOLD if strong else 400,
        color=MUTED if row["basis"] == "assumed" else INK,
    )
    text.set_fontfeatures(TABULAR)


def _number_columns(ax: "Axes", data: pd.DataFrame, positions: Sequence[float], lang: Lang, size: Size) -> None:
    """Share and n as two right-aligned columns beside the axes."""
    columns = (
        (share_column(size), {"da": "Andel", "en": "Share"}[lang], [_written(s, lang) for s in data["share"]], INK, size.value),
        (n_column(size), "n", [integer(int(n), lang) for n in data["n"]], MUTED, size.axis),
    )
    for offset, heading, texts, colour, points in columns:
        place = {"textcoords": "offset points", "ha": "right", "annotation_clip": False}
        ax.annotate(heading, (1.0, 1.0), (offset, 4), xycoords="axes fraction", va="bottom", fontsize=size.axis, color=MUTED, **place)
        for y, text in zip(positions, texts, strict=True):
            shown = ax.annotate(
                text, (1.0, y), (offset, 0), xycoords=("axes fraction", "data"), va="center", fontsize=points, color=colour, **place
            )
            shown.set_fontfeatures(TABULAR)


def share_column(size: Size) -> float:
    """Points from the axes to the right edge of the column of shares."""
    return 2 * GAP + text_width("100 %", size.value)


def n_column(size: Size) -> float:
    """Points from the axes to the right edge of the column of n."""
    return share_column(size) + 2 * GAP + text_width("0.000", size.axis)


def _written(share: float, lang: Lang) -> str:
    return "\N{EN DASH}" if np.isnan(share) else per_cent(share, lang)
