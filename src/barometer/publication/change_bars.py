"""A change and its parts as bars from zero, in percentage points, each with its interval. It computes no statistic."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.analysis.trend_words import signed
from barometer.codebook.numbers import MINUS, decimal
from barometer.codebook.records import Label, Lang
from barometer.publication.drawing import Drawing
from barometer.publication.drawn import Mark, to_data, to_marks
from barometer.publication.lettering import GAP, LINE, casing, write_text
from barometer.publication.marks import WHISKER, case_whisker
from barometer.publication.palette import AMBER, GREY, INK, MUTED, PAPER, TEAL
from barometer.publication.plain_axes import draw_grid, points_wide, write_ticks
from barometer.publication.rows import Rows, frame_rows, labels_room, lay_out, row_axes, rule_below
from barometer.publication.style import SEMIBOLD, SIZES, Size
from barometer.publication.typesetting import TABULAR, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = Label("Procentpoint", "Percentage points")
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
SMALLEST_END = 0.01
"""Least end of the axis, so that a change of nothing does not fill it."""


def changes_data(marks: Sequence[Mark]) -> pd.DataFrame:
    """Return marks whose `share` is a change as a frame that says so."""
    return to_data(marks).rename(columns={"share": "change"})


def draw_changes(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw changes as horizontal bars from zero, to the right where they add and to the left where they take away.

    Parameters
    ----------
    data : DataFrame
        One row per bar from the top, with the fields of `Mark` as columns but `change` (a fraction of one) for `share`.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
    """
    marks = _marks(data)
    rows = lay_out(marks, lang, size)
    ax = row_axes(ax, rows, size)
    frame_rows(ax, marks, rows, size)
    _change_axis(ax, marks, lang, size)
    ax.axvline(0.0, color=INK, linewidth=1.0, zorder=2.5)
    for y, mark in zip(rows.centres, marks, strict=True):
        ax.barh(y, mark.share, height=0.55 * size.row, zorder=2, **change_look(mark))
        if not np.isnan(mark.ci_low):
            ends = [[mark.share - mark.ci_low], [mark.ci_high - mark.share]]
            case_whisker(ax.errorbar(mark.share, y, xerr=ends, **WHISKER))
    _write_column(ax, marks, rows, lang, size)
    if len(marks) > 1 and marks[0].role == "main":
        rule_below(ax, rows.rule, size)
    return ax


def change_look(mark: Mark) -> dict[str, Any]:
    """Teal where the change is clearly upward, amber where downward, grey where not clear; dashed where assumed."""
    clear = mark.ci_low > 0.0 or mark.ci_high < 0.0
    colour = GREY if not clear else TEAL if mark.share > 0.0 else AMBER
    hollow = mark.thin or mark.basis == "assumed"
    return {
        "facecolor": PAPER if hollow else colour,
        "edgecolor": colour,
        "linewidth": 1.4 if hollow else 0.0,
        "linestyle": (0, (3, 2)) if mark.basis == "assumed" else "solid",
    }


def _change_axis(ax: "Axes", marks: Sequence[Mark], lang: Lang, size: Size) -> None:
    """Make the axis hold zero and every interval, and mark whole percentage points."""
    ends = [0.0, *(end for m in marks for end in (m.ci_low, m.share, m.ci_high) if not np.isnan(end))]
    low, high = min(*ends, -0.3 * SMALLEST_END), max(*ends, 0.3 * SMALLEST_END)
    wide = max(high - low, SMALLEST_END)
    low, high = low - 0.04 * wide, high + 0.04 * wide
    apart = (text_width(f"{MINUS}10", size.axis, features=TABULAR) + GAP) / points_wide(ax) * (high - low)
    step = next((step for step in STEPS if step >= apart and (high - low) / step <= 7.0), STEPS[-1])
    places = range(int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9)) + 1)
    ticks = [step * place for place in places]
    decimals = 0 if step >= 0.01 else 1
    ax.set_xlim(low, high)
    write_ticks(ax, ticks, [decimal(100.0 * tick, lang, decimals) for tick in ticks], size)
    draw_grid(ax)


def _write_column(ax: "Axes", marks: Sequence[Mark], rows: Rows, lang: Lang, size: Size) -> None:
    """Write the changes as a right-aligned column beside the axes, and what they are above it."""
    edge = _column(size)
    heading = POINTS.text(lang)
    start = edge - text_width(heading, size.axis, features=TABULAR)
    head: dict[str, Any] = {"ha": "left", "va": "bottom", "fontsize": size.axis, "color": MUTED}
    write_text(ax, heading, (1.0, 1.0), (start, 4), xycoords="axes fraction", **head)
    for y, mark in zip(rows.centres, marks, strict=True):
        strong = mark.role == "main"
        text = "\N{EN DASH}" if np.isnan(mark.share) else signed(mark.share, lang)
        start = edge - text_width(text, size.value, semibold=strong, features=TABULAR)
        look: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "ha": "left", "va": "center"}
        look |= {"fontsize": size.value, "fontweight": SEMIBOLD if strong else 400, "color": INK}
        write_text(ax, text, (1.0, y), (start, 0), path_effects=[casing()], **look)


def _marks(data: pd.DataFrame) -> list[Mark]:
    return to_marks(data.rename(columns={"change": "share"}))


def changes_height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    """Height in points that the rows need."""
    return lay_out(_marks(data), lang, size).height


def _column(size: Size) -> float:
    """Points from the axes to the right edge of the column of changes."""
    return 2 * GAP + text_width("+100,0", size.value, semibold=True, features=TABULAR)


def _beside(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    return labels_room(_marks(data), lang, size) + 8, _column(size)


def _above(size: Size) -> float:
    return size.axis * LINE + 14


def _below(size: Size) -> float:
    return size.axis + 18


CHANGES = Drawing(draw_changes, changes_height, _beside, _above, _below)
