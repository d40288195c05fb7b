"""UpSet: answers that were given together, as columns of shares over a matrix of dots. It computes no statistic.

Lex et al. (2014), UpSet: visualization of intersecting sets, IEEE TVCG 20.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError
from barometer.publication.drawing import Drawing
from barometer.publication.drawn import Mark, to_marks
from barometer.publication.lettering import GAP, LINE, casing, write_text
from barometer.publication.marks import WHISKER, bar_look, case_whisker, draw_bar_rows
from barometer.publication.palette import GRID, INK, MUTED, TEAL
from barometer.publication.plain_axes import bare, draw_grid, own_axes, points_tall, points_wide, write_ticks
from barometer.publication.rows import Rows, labels_room, lay_out
from barometer.publication.style import SIZES, Size
from barometer.publication.typesetting import TABULAR, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_COLUMNS = 12
"""Combinations that have room beside each other."""
COLUMN_ROWS = 5.0
"""Height of the columns, in rows."""
WIDEST_COLUMN = 0.075
"""Width that a column may have, as a share of the whole."""
MARK_COLUMNS = list(Mark.__dataclass_fields__)
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
WHOLE = Label("I alt", "In all")
EXACTLY = Label("Netop denne kombination", "Exactly this combination")


def draw_upset(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw which answers were given together.

    Parameters
    ----------
    data : DataFrame
        One row per share, with the fields of `Mark` as columns and one more, true or false, for each answer. Rows of
        role "plain" or "part" are the answers from the top, one of role "main" stands over them; those of role
        "combination" are the columns from the left. Rows of role "rest" are not drawn.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
        Without marks of its own: its `child_axes` are the shares of the combinations, those of the answers, the dots.

    Raises
    ------
    ArgumentError
        If the columns do not fit the size.
    """
    answers, combinations = _answers(data), [mark for mark in _marks(data) if mark.role == "combination"]
    ax = ax or own_axes(size, upset_height(data, lang, size), (0.0, 0.0), 0.0, 0.0)
    ax.set_axis_off()
    wide, tall = points_wide(ax), points_tall(ax)
    places = _place(wide, answers, combinations, lang, size)
    rows = lay_out(answers, lang, places.size)
    matrix, top = rows.height / tall, 1.0 - (rows.height + _between(size)) / tall
    dots_width = places.column * len(combinations) / wide
    columns = ax.inset_axes((places.dots / wide, 1.0 - top, dots_width, top))
    sizes = ax.inset_axes((places.bars / wide, 0.0, places.bars_width / wide, matrix))
    dots = ax.inset_axes((places.dots / wide, 0.0, dots_width, matrix))
    _draw_columns(columns, combinations, lang, places)
    draw_bar_rows(sizes, answers, rows, lang, places.size)
    sizes.set_xticks([])
    _draw_dots(dots, data, rows, places)
    _write_headings(columns, sizes, lang, places)
    return ax


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the blocks stand, in points from the left: bars of the answers, dots; the width of both, and the type."""

    bars: float
    bars_width: float
    dots: float
    column: float
    size: Size


def _marks(data: pd.DataFrame) -> list[Mark]:
    return to_marks(data[MARK_COLUMNS])


def _answers(data: pd.DataFrame) -> list[Mark]:
    return [mark for mark in _marks(data) if mark.role in ("main", "part", "plain")]


def _place(wide: float, answers: Sequence[Mark], combinations: Sequence[Mark], lang: Lang, size: Size) -> _Places:
    """Give the columns the width that their numbers need, at the cost of the labels and the bars of the answers."""
    number = 2 * GAP + text_width("100 %", size.value, features=TABULAR)
    needed = max((text_width(_percent(mark, lang), size.axis, features=TABULAR) for mark in combinations), default=0.0)
    words = [word for mark in answers for word in mark.label(lang).split(" ")]
    longest = max((text_width(word, size.label, semibold=True) for word in words), default=0.0) / wide
    for labels, bars in ((1.0, 0.15), (0.85, 0.12), (0.75, 0.10)):
        # No narrower than a word, which would be broken.
        share = max(labels * size.label_share, min(longest, size.label_share))
        narrow = replace(size, label_share=share)
        left = labels_room(answers, lang, narrow) + GAP
        width = bars * wide + number
        column = min((wide - left - width - GAP) / max(len(combinations), 1), WIDEST_COLUMN * wide)
        if column >= needed + 2.0:
            return _Places(left, width, left + width + GAP, column, narrow)
    raise ArgumentError(
        "size",
        f"{size.name}: {len(combinations)} combinations do not fit; use another size, or estimate fewer of them, for "
        f"instance with most={max(len(combinations) // 2, 1)}",
    )


def _draw_columns(ax: "Axes", combinations: Sequence[Mark], lang: Lang, places: _Places) -> None:
    """Draw the shares of the combinations as columns from zero, each with its interval and its number."""
    size = places.size
    bare(ax)
    ax.set_xlim(-0.5, len(combinations) - 0.5)
    tall = points_tall(ax)
    room = size.axis * LINE + 0.75 * GAP
    highest = max((mark.end for mark in combinations), default=0.0)
    limit = max(highest * tall / (tall - room), 0.01)
    ax.set_ylim(0.0, limit)
    step = next((s for s in STEPS if limit / s <= 4.5), 1.0)
    ticks = [step * position for position in range(int(limit / step + 1e-9) + 1)]
    decimals = 0 if step >= 0.01 else 1
    labels = [decimal(100 * tick, lang, decimals) for tick in ticks[:-1]] + [per_cent(ticks[-1], lang, decimals)]
    write_ticks(ax, ticks, labels, size, axis="y")
    draw_grid(ax, axis="y")
    for x, mark in enumerate(combinations):
        ax.bar(x, mark.share, width=0.62, zorder=2, **bar_look(mark))
        if not np.isnan(mark.ci_low):
            ends = [[mark.share - mark.ci_low], [mark.ci_high - mark.share]]
            case_whisker(ax.errorbar(x, mark.share, yerr=ends, **(WHISKER | {"capsize": min(3.2, places.column / 5)})))
        look = {"ha": "center", "va": "bottom", "fontsize": size.axis, "color": _ink(mark), "path_effects": [casing()]}
        write_text(ax, _percent(mark, lang), (x, mark.end), (0, 0.75 * GAP), **look)


def _draw_dots(ax: "Axes", data: pd.DataFrame, rows: Rows, places: _Places) -> None:
    """Draw for each combination which answers it has: full dots on a line, pale ones where it has not."""
    answers = [(y, mark.indicator) for y, mark in zip(rows.centres, _answers(data), strict=True) if mark.role != "main"]
    members = data.loc[data["role"] == "combination", [name for _, name in answers]].to_numpy(dtype=bool)
    bare(ax)
    ax.set_xlim(-0.5, len(members) - 0.5)
    ax.set_ylim(rows.height, 0.0)
    heights = np.array([y for y, _ in answers])
    points = min(0.62 * places.column, 0.5 * places.size.row)
    dot: dict[str, Any] = {
        "marker": "o",
        "linestyle": "",
        "markersize": points,
        "markeredgewidth": 0.0,
        "clip_on": False,
    }
    for y in heights:
        ax.axhline(y, color=GRID, linewidth=0.9, zorder=0)
    for x, has in enumerate(members):
        ax.plot([x] * int((~has).sum()), heights[~has], color=GRID, zorder=1, **dot)
        ax.plot([x] * int(has.sum()), heights[has], color=TEAL, zorder=3, **dot)
        ax.plot([x, x], [heights[has].min(), heights[has].max()], color=TEAL, linewidth=0.22 * points, zorder=2)


def _write_headings(columns: "Axes", sizes: "Axes", lang: Lang, places: _Places) -> None:
    """Say above the bars of the answers, and beside the columns, what they are shares of."""
    size = places.size
    look = {"xycoords": "axes fraction", "fontsize": size.axis, "color": MUTED}
    write_text(sizes, WHOLE.text(lang), (0.0, 1.0), (0, 0.5 * GAP), ha="left", va="bottom", **look)
    ticks = [label.get_text() for label in columns.get_yticklabels()]
    taken = max((text_width(text, size.axis, features=TABULAR) for text in ticks), default=0.0) + 3 * GAP
    lines = wrap(EXACTLY.text(lang), size.axis, min(places.dots - taken, 12 * size.axis))
    write_text(columns, "\n".join(lines), (0.0, 1.0), (-taken, 0), ha="right", va="top", linespacing=1.1, **look)


def upset_height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    """Height in points that columns and rows need."""
    answers, combinations = _answers(data), [mark for mark in _marks(data) if mark.role == "combination"]
    places = _place(size.width - 2 * size.margin, answers, combinations, lang, size)
    return lay_out(answers, lang, places.size).height + _between(size) + COLUMN_ROWS * size.row


def _between(size: Size) -> float:
    """Points between the columns and the first row, for the heading of the bars."""
    return size.axis * LINE + GAP


def _ink(mark: Mark) -> str:
    return MUTED if mark.basis == "assumed" else INK


def _percent(mark: Mark, lang: Lang) -> str:
    """Write a share without its sign, which the axis has."""
    number = decimal(100 * mark.share, lang, 0)
    return "<1" if number == "0" else number


def _nothing_beside(*_: object) -> tuple[float, float]:
    return 0.0, 0.0


def _above(_: Size) -> float:
    return 12.0


def _below(size: Size) -> float:
    return 0.5 * size.row


UPSET = Drawing(draw_upset, upset_height, _nothing_beside, _above, _below)
