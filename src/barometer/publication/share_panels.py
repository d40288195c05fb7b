"""Answers of groups: a panel for each answer, in it a dot and an interval for each group. It computes no statistic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.codebook.records import Lang
from barometer.publication.drawing import Drawing
from barometer.publication.drawn import Mark, to_marks
from barometer.publication.gaps import SHORT, gap, written_n
from barometer.publication.lettering import GAP, LINE, casing, write_text, written_share
from barometer.publication.palette import INK, MUTED, PAPER, TEAL, TEAL_LIGHT
from barometer.publication.rows import Rows, frame_rows, labels_room, lay_out
from barometer.publication.share_axes import share_axis, share_axis_room, share_window
from barometer.publication.style import SEMIBOLD, SIZES, Size, register_fonts
from barometer.publication.typesetting import TABULAR, longest_word, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROWEST = 45.0
"""Width of a panel in points below which intervals can no longer be told apart."""


def draw_share_panels(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw how each group answered: a panel for each answer, a row for each group, all panels on one scale.

    Parameters
    ----------
    data : DataFrame
        One row per dot with the fields of `Mark` and the columns answer_da and answer_en, panel by panel and in each
        panel the same groups. A row of role "main" is the share of all: it becomes a dashed line too.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
        Without marks of its own: its `child_axes` are the panels.
    """
    panels = _panels(data, lang)
    first = panels[0].marks
    rows = lay_out(first, lang, size)
    bands = _bands(panels, lang, size)
    ax = ax or _axes(data, lang, size)
    ax.set_axis_off()
    tall, wide, width = (
        _height(data, lang, size),
        _wide(first, lang, size),
        _panel_width(first, len(bands[0]), lang, size),
    )
    step, window = width + _number_width(size), share_window([mark for panel in panels for mark in panel.marks])
    top = 0.0
    for band in bands:
        top += _heads_height(band, step, size)
        for place, panel in enumerate(band):
            box = (place * step / wide, 1.0 - (top + rows.height) / tall, width / wide, rows.height / tall)
            inside = ax.inset_axes(box)
            frame_rows(inside, first, rows if place == 0 else replace(rows, labels=("",) * len(first)), size)
            _draw_panel(inside, panel.marks, rows, window, lang, size)
            if len(panels) > 1:
                _write_head(inside, panel, step, size)
        _write_counts(inside, first, rows, lang, size)
        top += rows.height + share_axis_room(size)
    return ax


@dataclass(frozen=True, slots=True)
class _Panel:
    """One answer, and how many of each group gave it."""

    label: str
    marks: list[Mark]


def _panels(data: pd.DataFrame, lang: Lang) -> list[_Panel]:
    marks = to_marks(data.drop(columns=["answer_da", "answer_en"]))
    panels: dict[str, _Panel] = {}
    for mark, label in zip(marks, data[f"answer_{lang}"], strict=True):
        panels.setdefault(mark.indicator, _Panel(label, [])).marks.append(mark)
    return list(panels.values())


def _draw_panel(
    ax: "Axes", marks: Sequence[Mark], rows: Rows, window: tuple[float, float], lang: Lang, size: Size
) -> None:
    """Draw the dots of one answer, with their numbers in a column at the right."""
    low, high = window
    ax.patch.set_visible(False)
    ax.set_xlim(low, high)
    share_axis(ax, high, lang, size, low)
    edge = _number_width(size) - GAP
    for y, mark in zip(rows.centres, marks, strict=True):
        main, assumed = mark.role == "main", mark.basis == "assumed"
        colour, line = (INK, MUTED) if main else (TEAL_LIGHT if assumed else TEAL, TEAL_LIGHT)
        if main:
            ax.axvline(mark.share, color=INK, linewidth=1.0, linestyle=(0, (3, 2)), zorder=1.5)
        if not np.isnan(mark.ci_low):
            ax.plot([mark.ci_low, mark.ci_high], [y, y], color=line, linewidth=2.2, solid_capstyle="round", zorder=2)
        if not np.isnan(mark.share):
            dot: dict[str, Any] = {
                "marker": "D" if assumed else "o",
                "markersize": size.label * (0.6 if assumed else 0.75),
            }
            face = PAPER if mark.thin else colour
            ax.plot(
                [mark.share], [y], markerfacecolor=face, markeredgecolor=colour, markeredgewidth=1.4, zorder=3, **dot
            )
        text = SHORT[gap(mark)].text(lang) if np.isnan(mark.share) else written_share(mark.share, lang)
        start = edge - text_width(text, size.axis, main, features=TABULAR)
        look = {"ha": "left", "va": "center", "fontsize": size.axis, "fontweight": SEMIBOLD if main else 400}
        at = {"xycoords": ("axes fraction", "data"), "color": MUTED if assumed or np.isnan(mark.share) else INK}
        write_text(ax, text, (1.0, y), (start, 0), path_effects=[casing()], **at, **look)


def _write_counts(ax: "Axes", marks: Sequence[Mark], rows: Rows, lang: Lang, size: Size) -> None:
    """Write how many answers stand behind each row, right of the last panel."""
    edge = _number_width(size) + _count_width(marks, lang, size)
    texts = [
        ("n", 1.0, "axes fraction"),
        *((written_n(m.n, lang), y, "") for m, y in zip(marks, rows.centres, strict=True)),
    ]
    for text, y, coords in texts:
        start = edge - text_width(text, size.axis, features=TABULAR)
        at: Any = coords or ("axes fraction", "data")
        look = {"ha": "left", "va": "bottom" if coords else "center", "fontsize": size.axis, "color": MUTED}
        write_text(ax, text, (1.0, y), (start, 0.5 * GAP if coords else 0), xycoords=at, **look)


def _number_width(size: Size) -> float:
    """Room right of a panel for its numbers, and the air before the next."""
    return text_width("100 %", size.axis, semibold=True, features=TABULAR) + 2 * GAP


def _count_width(marks: Sequence[Mark], lang: Lang, size: Size) -> float:
    return max(text_width(written_n(mark.n, lang), size.axis, features=TABULAR) for mark in marks)


def _wide(marks: Sequence[Mark], lang: Lang, size: Size) -> float:
    """Width of all panels with their numbers, in points."""
    inner = size.width - 2 * size.margin
    return inner - labels_room(marks, lang, size) - 8 - _count_width(marks, lang, size)


def _bands(panels: Sequence[_Panel], lang: Lang, size: Size) -> list[Sequence[_Panel]]:
    """Put as many panels beside each other as have room without a word of a heading broken, the others under them."""
    count, marks = len(panels), panels[0].marks
    word = max(longest_word(panel.label, size.axis, semibold=True) for panel in panels)
    least = max(NARROWEST, word + GAP - _number_width(size))
    beside = next((k for k in range(count, 1, -1) if _panel_width(marks, k, lang, size) >= least), 1)
    beside = ceil(count / ceil(count / beside))
    return [panels[start : start + beside] for start in range(0, count, beside)]


def _panel_width(marks: Sequence[Mark], beside: int, lang: Lang, size: Size) -> float:
    return _wide(marks, lang, size) / beside - _number_width(size)


def _heads_height(band: Sequence[_Panel], step: float, size: Size) -> float:
    """Height of what stands over the panels of a band."""
    return max(len(_head(panel, step, size)) for panel in band) * size.axis * LINE + GAP


def _head(panel: _Panel, step: float, size: Size) -> list[str]:
    return wrap(panel.label, size.axis, step - GAP, semibold=True)


def _write_head(ax: "Axes", panel: _Panel, step: float, size: Size) -> None:
    look = {"va": "bottom", "fontsize": size.axis, "fontweight": SEMIBOLD, "linespacing": 1.05, "color": INK}
    text = "\n".join(_head(panel, step, size))
    write_text(ax, text, (0.0, 1.0), (0, 0.5 * GAP), xycoords="axes fraction", ha="left", **look)


def _axes(data: pd.DataFrame, lang: Lang, size: Size) -> "Axes":
    from matplotlib.figure import Figure as Canvas

    register_fonts()
    left, right = _sides(data, lang, size)
    wide = size.width - 2 * size.margin
    canvas = Canvas(figsize=(wide / 72, (_height(data, lang, size) + share_axis_room(size)) / 72))
    bottom = share_axis_room(size) / (_height(data, lang, size) + share_axis_room(size))
    return canvas.add_axes((left / wide, bottom, (wide - left - right) / wide, 1.0 - bottom))


def _height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    panels = _panels(data, lang)
    marks, bands = panels[0].marks, _bands(panels, lang, size)
    step = _panel_width(marks, len(bands[0]), lang, size) + _number_width(size)
    heads = sum(_heads_height(band, step, size) for band in bands)
    return heads + len(bands) * lay_out(marks, lang, size).height + (len(bands) - 1) * share_axis_room(size)


def _sides(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    marks = _panels(data, lang)[0].marks
    return labels_room(marks, lang, size) + 8, _count_width(marks, lang, size)


def _above(_: Size) -> float:
    return 12.0


SHARE_PANELS = Drawing(draw_share_panels, _height, _sides, _above, share_axis_room)
