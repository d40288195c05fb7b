"""Several shares by two or three groups: a row for each share, in it a dot for each group. It computes no statistic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.analysis.comparison_words import REST
from barometer.analysis.estimates import TOTAL
from barometer.codebook.records import Label, Lang
from barometer.publication.compared import SIDES, Compared, to_compared
from barometer.publication.drawing import Drawing
from barometer.publication.gaps import gap
from barometer.publication.lettering import GAP, LINE, casing, write_text, written_share
from barometer.publication.palette import AMBER, AMBER_LIGHT, GREY, INK, MUTED, PAPER, TEAL, TEAL_LIGHT
from barometer.publication.plain_axes import points_wide
from barometer.publication.rows import frame_rows, labels_room, lay_out, row_axes
from barometer.publication.share_axes import share_axis, share_axis_room, share_window
from barometer.publication.style import SEMIBOLD, SIZES, Size
from barometer.publication.typesetting import TABULAR, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

LOOKS = (("o", TEAL, TEAL_LIGHT), ("s", AMBER, AMBER_LIGHT), ("^", INK, GREY))
"""Marker, colour and colour of the interval of the first, second and third group."""
MOST_LEVELS = len(LOOKS)
NAMED_BESIDE = 0.42
"""Share of the axes that the name of a group may take beside a dot."""
VERSUS = {TOTAL: Label("alle", "all"), REST: Label("resten", "the rest")}


def draw_levels(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw a dot and an interval for each group under each other in the row of an answer, joined by a line.

    Parameters
    ----------
    data : DataFrame
        One row per dot, with the fields of `Compared` and the columns answer_da and answer_en, the label of the row;
        row by row from the top, and in each row the same groups, two or three. The first row names them.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
    """
    rows = _rows(data, lang)
    heads, lanes = [row.head for row in rows], len(rows[0].marks)
    lane, size = _lane(size), _lane_size(size, lanes)
    layout = lay_out(heads, lang, size)
    ax = row_axes(ax, layout, size)
    frame_rows(ax, heads, layout, size)
    names = _names(rows, lang, size)
    ax.set_ylim(layout.height, -_names_height(names, size))
    named = 0 if not names else len(rows)
    low, high = _ends(ax, rows, named, lang, size)
    ax.set_xlim(low, high)
    share_axis(ax, high, lang, size, low)
    for place, (y, row) in enumerate(zip(layout.centres, rows, strict=True)):
        lanes_at = y + lane * (np.arange(lanes) - (lanes - 1) / 2)
        _join(ax, row.marks, lanes_at)
        for mark, at, look in zip(row.marks, lanes_at, LOOKS, strict=False):
            _draw_mark(ax, float(at), mark, look, size)
            _write_mark(ax, float(at), mark, look[1], _beside(mark, lang, named=place == named), lang, size)
    _write_names(ax, names, size)
    return ax


@dataclass(frozen=True, slots=True)
class _Row:
    """The dots of one answer, and what it is called."""

    label: str
    marks: list[Compared]

    @property
    def head(self) -> Compared:
        """Return a mark that is labelled as the row."""
        return replace(self.marks[0], label_da=self.label, label_en=self.label)


def _rows(data: pd.DataFrame, lang: Lang) -> list[_Row]:
    labels = data[f"answer_{lang}"].tolist()
    marks = to_compared(data.drop(columns=["answer_da", "answer_en"]))
    rows: list[_Row] = []
    seen = ""
    for label, mark in zip(labels, marks, strict=True):
        if not rows or mark.indicator != seen:
            rows.append(_Row(label, []))
            seen = mark.indicator
        rows[-1].marks.append(mark)
    return rows


def _lane(size: Size) -> float:
    """Height of the line of one group inside a row."""
    return max(0.42 * size.row, 1.3 * size.axis)


def _lane_size(size: Size, lanes: int) -> Size:
    """Give rows room for their lanes and half a lane of air."""
    return replace(size, row=(lanes + 0.5) * _lane(size))


def _names(rows: Sequence[_Row], lang: Lang, size: Size) -> list[list[str]]:
    """Break the names of the groups to lines over the rows where they have no room beside the dots of the first."""
    labels = [mark.label(lang) for mark in rows[0].marks]
    left, right = _room([row.head for row in rows], lang, size)
    wide = size.width - 2 * size.margin - left - right
    if max(text_width(label, size.axis, semibold=True) for label in labels) <= NAMED_BESIDE * wide:
        return []
    return [wrap(label, size.axis, wide - 2 * size.axis, semibold=True) for label in labels]


def _names_height(names: Sequence[Sequence[str]], size: Size) -> float:
    return sum(_name_height(lines, size) for lines in names) + (GAP if names else 0.0)


def _name_height(lines: Sequence[str], size: Size) -> float:
    return (len(lines) + 0.25) * size.axis * LINE


def _write_names(ax: "Axes", names: Sequence[Sequence[str]], size: Size) -> None:
    """Write the names of the groups over the rows, each after its marker."""
    y = -_names_height(names, size)
    for lines, (marker, colour, _) in zip(names, LOOKS, strict=False):
        middle = y + 0.5 * size.axis * LINE
        dot: dict[str, Any] = {"marker": marker, "markersize": 0.72 * size.label, "color": colour, "clip_on": False}
        ax.plot([0.5 * size.axis / points_wide(ax)], [middle], transform=ax.get_yaxis_transform(), **dot)
        look: dict[str, Any] = {"va": "top", "fontsize": size.axis, "fontweight": SEMIBOLD, "linespacing": 1.05}
        at = {"xycoords": ("axes fraction", "data"), "color": colour}
        write_text(ax, "\n".join(lines), (0.0, y), (1.4 * size.axis, 0), **at, **look)
        y += _name_height(lines, size)


def _ends(ax: "Axes", rows: Sequence[_Row], named: int, lang: Lang, size: Size) -> tuple[float, float]:
    """Find the ends of an axis that holds every interval and what is written beside it."""
    low, high = share_window([mark for row in rows for mark in row.marks])
    wide = points_wide(ax)
    for place, row in enumerate(rows):
        for mark in row.marks:
            if not np.isnan(mark.share):
                taken = _text_width(mark, _beside(mark, lang, named=place == named), lang, size) + 2 * GAP
                high = max(high, low + (mark.end - low) * wide / max(wide - taken, 0.25 * wide))
    return low, high


def _join(ax: "Axes", marks: Sequence[Compared], lanes_at: "NDArray[np.floating[Any]]") -> None:
    """Join the dots of a row by a stair, which keeps clear of what is written in the lanes."""
    known = [(mark.share, float(at)) for mark, at in zip(marks, lanes_at, strict=True) if not np.isnan(mark.share)]
    for (x, y), (next_x, next_y) in pairwise(known):
        middle = (y + next_y) / 2
        ax.plot([x, x, next_x, next_x], [y, middle, middle, next_y], color=GREY, linewidth=0.8, zorder=1.5)


def _draw_mark(ax: "Axes", y: float, mark: Compared, look: tuple[str, str, str], size: Size) -> None:
    marker, colour, line = look
    if np.isnan(mark.share):
        return
    colour = line if mark.basis == "assumed" else colour
    if not np.isnan(mark.ci_low):
        ax.plot([mark.ci_low, mark.ci_high], [y, y], color=line, linewidth=2.0, solid_capstyle="round", zorder=2)
    ax.plot(
        [mark.share],
        [y],
        marker=marker,
        markersize=0.72 * size.label,
        markerfacecolor=PAPER if mark.is_hollow else colour,
        markeredgecolor=colour,
        markeredgewidth=1.3,
        zorder=3,
    )


def _beside(mark: Compared, lang: Lang, *, named: bool) -> str:
    """Write after a number which group it is of, and what the test found."""
    parts = [mark.label(lang)] if named or np.isnan(mark.share) else []
    if np.isnan(mark.share):
        parts.append(gap(mark).text(lang))
    elif mark.direction:
        versus = VERSUS.get(mark.versus_group, Label(mark.versus_da, mark.versus_en))
        parts.append(f"{SIDES[mark.direction].text(lang)} {versus.text(lang)}")
    return ", ".join(parts)


def _text_width(mark: Compared, beside: str, lang: Lang, size: Size) -> float:
    return _number_width(mark, lang, size) + text_width(f" {beside}", size.axis, semibold=True)


def _number_width(mark: Compared, lang: Lang, size: Size) -> float:
    return text_width(written_share(mark.share, lang), size.axis, _is_strong(mark), features=TABULAR)


def _is_strong(mark: Compared) -> bool:
    """Whether the number was published, or comes from a delivery."""
    return mark.basis == "published"


def _write_mark(ax: "Axes", y: float, mark: Compared, colour: str, beside: str, lang: Lang, size: Size) -> None:
    """Write the number of a dot after its interval, then which group it is of and what was found."""
    look: dict[str, Any] = {"va": "center", "fontsize": size.axis, "path_effects": [casing()], "zorder": 4}
    if np.isnan(mark.share):
        at = {"xycoords": ("axes fraction", "data"), "color": MUTED}
        write_text(ax, beside, (0.0, y), (GAP, 0), **at, **look)
        return
    weight = SEMIBOLD if _is_strong(mark) else 400
    tone = MUTED if mark.basis == "assumed" else INK
    write_text(ax, written_share(mark.share, lang), (mark.end, y), (GAP, 0), color=tone, fontweight=weight, **look)
    if beside:
        offset = GAP + _number_width(mark, lang, size) + text_width(" ", size.axis)
        write_text(ax, beside, (mark.end, y), (offset, 0), color=colour, fontweight=SEMIBOLD, **look)


def _height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    rows = _rows(data, lang)
    layout = lay_out([row.head for row in rows], lang, _lane_size(size, len(rows[0].marks)))
    return layout.height + _names_height(_names(rows, lang, size), size)


def _sides(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    return _room([row.head for row in _rows(data, lang)], lang, size)


def _room(heads: Sequence[Compared], lang: Lang, size: Size) -> tuple[float, float]:
    return labels_room(heads, lang, size) + 8, size.axis


def _above(_: Size) -> float:
    return 12.0


LEVELS = Drawing(draw_levels, _height, _sides, _above, share_axis_room)
