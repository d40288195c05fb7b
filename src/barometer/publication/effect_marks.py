"""Marks of effects: dots with intervals, term by term, from a frame to an Axes. They compute no statistic.

Rows are measured in points from the top of the axes, as those of bars are.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Label, Lang
from barometer.publication.drawing import Drawing
from barometer.publication.effects import FURTHEST, RATIOS, Effect, Scale, effect_text, to_effects
from barometer.publication.gaps import written_n
from barometer.publication.lettering import GAP, LINE, write_text
from barometer.publication.palette import GREY, GRID, INK, MUTED, PAPER, TEAL, TEAL_LIGHT
from barometer.publication.plain_axes import bare, own_axes, points_wide, write_ticks
from barometer.publication.style import CM, SEMIBOLD, SIZES, Size
from barometer.publication.typesetting import TABULAR, longest_word, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LADDERS = (
    (0.25, 0.5, 1.0, 2.0, 4.0),
    (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0),
    (0.5, 0.8, 1.0, 1.25, 2.0),
    (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
    (0.05, 0.2, 1.0, 5.0, 20.0),
    (0.01, 0.1, 1.0, 10.0, 100.0),
)
"""Ticks of ratios, the best first."""
MOST_TICKS = 7
NARROW = 12 * CM
"""Width below which labels and numbers are kept short, so that the dots have room."""
NARROW_LABELS = 0.29
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
HEADINGS: dict[Scale, Label] = {
    "odds_ratio": Label("Odds\u00adforhold", "Odds ratio"),
    "rate_ratio": Label("Andels\u00adforhold", "Ratio of shares"),
    "points": Label("Procent\u00adpoint", "Percentage points"),
    "share": Label("\N{BLACK CIRCLE}\u00a0Justeret", "\N{BLACK CIRCLE}\u00a0Adjusted"),
}
OBSERVED = Label("\N{BLACK SQUARE}\u00a0Ikke justeret", "\N{BLACK SQUARE}\u00a0Not adjusted")
LESS, MORE = Label("sjældnere", "less often"), Label("oftere", "more often")


def draw_effects(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw effects as dots with their intervals, the groups of a term below its heading.

    Parameters
    ----------
    data : DataFrame
        One row per effect from the top, with the fields of `Effect` as columns; all of one scale.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
        Ratios on a log axis around 1, differences around 0, shares beside the share of everybody.
    """
    effects = to_effects(data)
    rows = [effect for effect in effects if effect.level != "total"]
    blocks = _lay_out(rows, lang, size)
    ax = ax or _axes(data, lang, size)
    _frame(ax, effects, blocks[-1].bottom, lang, size)
    line = _line_at(effects)
    for block in blocks:
        _write_heading(ax, block, rows, lang, size)
        _draw_grid(ax, block, line)
        for row in block.rows:
            _write_label(ax, row, size)
            _draw_effect(ax, row, size)
    _write_line(ax, effects, line, lang, size)
    _write_columns(ax, rows, blocks, lang, size)
    return ax


@dataclass(frozen=True, slots=True)
class _Row:
    effect: Effect
    label: str
    centre: float


@dataclass(frozen=True, slots=True)
class _Block:
    """The groups of one term: lines of its heading, where heading and rows begin, and where they end."""

    heading: tuple[str, ...]
    start: float
    top: float
    bottom: float
    rows: tuple[_Row, ...]


def _lay_out(effects: Sequence[Effect], lang: Lang, size: Size) -> list[_Block]:
    room, inner = _label_room(effects, lang, size), size.width - 2 * size.margin
    blocks: list[_Block] = []
    bottom = 0.0
    for heading, members in groupby(effects, key=lambda effect: effect.heading(lang)):
        lines = tuple(wrap(heading, size.label, inner, semibold=True))
        start = bottom + (0.3 * size.row if blocks else 0.0)
        top = bottom = start + (len(lines) * LINE + 0.3) * size.label * bool(lines)
        rows = []
        for effect in members:
            label = wrap(effect.label(lang), size.label, room)
            air = 0.1 if len(label) == 1 else 0.5
            height = max(0.8 * size.row, (len(label) * LINE + air) * size.label)
            rows.append(_Row(effect, "\n".join(label), bottom + height / 2))
            bottom += height
        blocks.append(_Block(lines, start, top, bottom, tuple(rows)))
    return blocks


def _frame(ax: "Axes", effects: Sequence[Effect], height: float, lang: Lang, size: Size) -> None:
    """Set the scales, and write the ticks."""
    bare(ax)
    ax.set_ylim(height, 0.0)
    scale = effects[0].scale
    low, high = _window(effects)
    if scale in RATIOS:
        ax.set_xscale("log")
    ax.set_xlim(low, high)
    ticks = _ratio_ticks(ax, lang, size) if scale in RATIOS else _even_ticks(ax, scale, lang, size)
    write_ticks(ax, ticks, [_tick(tick, scale, lang, last=tick == ticks[-1]) for tick in ticks], size)
    ax.minorticks_off()


def _window(effects: Sequence[Effect]) -> tuple[float, float]:
    """Find the ends of an axis that holds every interval, and the line."""
    scale = effects[0].scale
    ends = np.array([(e.value, e.ci_low, e.ci_high, e.observed) for e in effects if e.scale == scale]).ravel()
    ends = ends[~np.isnan(ends)]
    if scale in RATIOS:
        ends = np.clip([*ends, 0.7, 1.4], 1.0 / FURTHEST, FURTHEST)
        return 0.95 * float(ends.min()), 1.05 * float(ends.max())
    least = (-0.05, 0.05) if scale == "points" else (0.0, 0.1) if not ends.size else (ends.min(), ends.min() + 0.1)
    low, high = min([*ends, least[0]]), max([*ends, least[1]])
    air = 0.03 * (high - low)
    return float(low - air), float(high + air)


def _ratio_ticks(ax: "Axes", lang: Lang, size: Size) -> list[float]:
    """Take the first ladder with three ticks or more that have room beside each other, else with two, else 1 alone."""
    low, high = ax.get_xlim()
    per_unit = points_wide(ax) / math.log(high / low)
    fitting = []
    for ladder in LADDERS:
        ticks = [tick for tick in ladder if low <= tick <= high]
        widths = [text_width(_tick(tick, "odds_ratio", lang, last=False), size.axis) for tick in ticks]
        apart = [
            math.log(after / before) * per_unit - (first + second) / 2
            for before, after, first, second in zip(ticks, ticks[1:], widths, widths[1:], strict=False)
        ]
        reaches = low >= ladder[0] / 2.0 and high <= ladder[-1] * 2.0
        if reaches and 2 <= len(ticks) <= MOST_TICKS and min(apart) >= GAP:
            fitting.append(ticks)
    return next((ticks for ticks in fitting if len(ticks) > 2), fitting[0] if fitting else [1.0])


def _even_ticks(ax: "Axes", scale: Scale, lang: Lang, size: Size) -> list[float]:
    low, high = ax.get_xlim()
    apart = (text_width(_tick(-0.5 if scale == "points" else 1.0, scale, lang, last=True), size.axis) + GAP) * (
        (high - low) / points_wide(ax)
    )
    step = next((step for step in STEPS if step >= apart and (high - low) / step <= MOST_TICKS), 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [step * position for position in range(first, last + 1) if scale == "points" or 0 <= step * position <= 1]


def _tick(value: float, scale: Scale, lang: Lang, *, last: bool) -> str:
    if scale in RATIOS:
        text = f"{value:g}"
        return text.replace(".", ",") if lang == "da" else text
    text = decimal(100.0 * value, lang, 0)
    if scale == "points":
        return f"+{text}" if value > 0.0 else text
    return per_cent(value, lang) if last else text


def _line_at(effects: Sequence[Effect]) -> float:
    """Where nothing differs: 1, 0, or the share of everybody."""
    if effects[0].scale in RATIOS:
        return 1.0
    return next((effect.value for effect in effects if effect.level == "total"), 0.0)


def _draw_grid(ax: "Axes", block: _Block, line: float) -> None:
    """Draw grid and line behind the rows of a term only, so that no heading lies on them."""
    ends = [block.top, block.bottom]
    for tick in ax.get_xticks():
        ax.plot([tick, tick], ends, color=GRID, linewidth=0.9, zorder=0, gid="grid")
    ax.plot([line, line], ends, color=INK, linewidth=1.1, linestyle=(0, (3, 2)), zorder=1, gid="line")


def _draw_effect(ax: "Axes", row: _Row, size: Size) -> None:
    effect, y = row.effect, row.centre
    low, high = ax.get_xlim()
    colour, pale = (TEAL, TEAL_LIGHT) if effect.stands_out else (GREY, GREY)
    if not math.isnan(effect.ci_low):
        ends = [max(effect.ci_low, low), min(effect.ci_high, high)]
        width = 2.2 if effect.stands_out else 1.6
        ax.plot(ends, [y, y], color=pale, linewidth=width, solid_capstyle="butt", zorder=2, gid="interval")
        for end, beyond, marker in ((low, effect.ci_low < low, "<"), (high, effect.ci_high > high, ">")):
            if beyond:
                ax.plot([end], [y], marker=marker, markersize=0.5 * size.label, color=pale, clip_on=False, zorder=2)
    if not math.isnan(effect.observed):
        look: dict[str, Any] = {"marker": "s", "markersize": 0.5 * size.label, "color": MUTED, "markeredgewidth": 0.0}
        ax.plot([effect.observed], [y], zorder=2.5, gid="observed", **look)
    if low <= effect.value <= high:
        face = PAPER if effect.thin else colour
        dot: dict[str, Any] = {"markersize": 0.75 * size.label, "markeredgecolor": colour, "markeredgewidth": 1.5}
        ax.plot([effect.value], [y], marker="o", markerfacecolor=face, zorder=3, gid="value", **dot)


def _write_heading(ax: "Axes", block: _Block, effects: Sequence[Effect], lang: Lang, size: Size) -> None:
    if not block.heading:
        return
    left = -_left(effects, lang, size)
    look = {"ha": "left", "va": "top", "fontsize": size.label, "fontweight": SEMIBOLD, "linespacing": 1.1}
    place = ("axes fraction", "data")
    write_text(ax, "\n".join(block.heading), (0.0, block.start), (left, 0), xycoords=place, color=INK, **look)


def _write_label(ax: "Axes", row: _Row, size: Size) -> None:
    look = {"ha": "right", "va": "center", "fontsize": size.label, "linespacing": 1.05}
    place = ("axes fraction", "data")
    write_text(ax, row.label, (0.0, row.centre), (-GAP, 0), xycoords=place, color=INK, **look)


def _write_line(ax: "Axes", effects: Sequence[Effect], line: float, lang: Lang, size: Size) -> None:
    """Say above the line what it is, or which way is which."""
    wide = points_wide(ax)
    at = wide * float(ax.transAxes.inverted().transform(ax.transData.transform((line, 0.0)))[0])
    look = {"xycoords": "axes fraction", "ha": "left", "va": "bottom", "fontsize": size.axis}
    totals = [effect for effect in effects if effect.level == "total"]
    for total in totals:
        text = f"{total.label(lang)} {total.written(lang)}"
        width = text_width(text, size.axis, semibold=True, features=TABULAR)
        start = min(at - width / 2, wide - width)
        write_text(ax, text, (0.0, 1.0), (start, 4), color=INK, fontweight=SEMIBOLD, **look)
    less, more = LESS.text(lang), MORE.text(lang)
    if not totals and at + GAP + text_width(more, size.axis) <= wide:
        start = at - GAP - text_width(less, size.axis)
        write_text(ax, less, (0.0, 1.0), (start, 4), color=MUTED, **look)
        write_text(ax, more, (0.0, 1.0), (at + GAP, 4), color=MUTED, **look)


@dataclass(frozen=True, slots=True)
class _Column:
    """Numbers beside the axes: points from the axes to its right edge, lines of its heading, its texts and look."""

    edge: float
    heading: tuple[str, ...]
    heading_colour: str
    texts: tuple[str, ...]
    colour: str
    points: float
    strong: tuple[bool, ...]


def _columns(effects: Sequence[Effect], lang: Lang, size: Size) -> Iterator[_Column]:
    """Yield the columns from the left: value, the share that is not adjusted, and n where it has room."""
    nothing = tuple(False for _ in effects)
    scale = effects[0].scale
    strong = nothing if scale == "share" else tuple(effect.stands_out for effect in effects)
    head = TEAL if scale == "share" else MUTED
    given = [(HEADINGS[scale], tuple(e.written(lang) for e in effects), head, INK, size.value, strong)]
    if any(not math.isnan(effect.observed) for effect in effects):
        shares = tuple(effect_text(effect.observed, "share", lang) for effect in effects)
        given.append((OBSERVED, shares, MUTED, MUTED, size.axis, nothing))
    if len(given) == 1 or size.width >= NARROW:
        counts = tuple(written_n(effect.n, lang) for effect in effects)
        given.append((Label("n", "n"), counts, MUTED, MUTED, size.axis, nothing))
    edge, gap = 0.0, 2 * GAP if size.width >= NARROW else 1.2 * GAP
    for heading, texts, head_colour, colour, points_, bold in given:
        lines = tuple(_heading_lines(heading.text(lang)))
        widths = [text_width(line, size.axis, features=TABULAR) for line in lines]
        widths += [text_width(t, points_, semibold=b, features=TABULAR) for t, b in zip(texts, bold, strict=True)]
        edge += gap + max(widths)
        yield _Column(edge, lines, head_colour, texts, colour, points_, bold)


def _heading_lines(text: str) -> list[str]:
    """Break a heading at its soft hyphen, with a hyphen, or at its first space."""
    if "\u00ad" in text:
        first, rest = text.split("\u00ad")
        return [f"{first}-", rest]
    return text.split(" ", 1)


def _write_columns(ax: "Axes", effects: Sequence[Effect], blocks: Sequence[_Block], lang: Lang, size: Size) -> None:
    centres = [row.centre for block in blocks for row in block.rows]
    for column in _columns(effects, lang, size):
        for up, line in enumerate(reversed(column.heading)):
            start = column.edge - text_width(line, size.axis, features=TABULAR)
            offset = (start, 4 + up * LINE * size.axis)
            look = {"xycoords": "axes fraction", "ha": "left", "va": "bottom", "fontsize": size.axis}
            write_text(ax, line, (1.0, 1.0), offset, color=column.heading_colour, **look)
        for y, text, strong in zip(centres, column.texts, column.strong, strict=True):
            # Aligned by its own measure: matplotlib's "right" does not know that all digits have one width.
            start = column.edge - text_width(text, column.points, semibold=strong, features=TABULAR)
            look = {"ha": "left", "va": "center", "fontsize": column.points, "color": column.colour}
            look |= {"fontweight": SEMIBOLD if strong else 400}
            write_text(ax, text, (1.0, y), (start, 0), xycoords=("axes fraction", "data"), **look)


def _label_room(effects: Sequence[Effect], lang: Lang, size: Size) -> float:
    """Width of the label column in points: what the labels need, within what the size allows."""
    inner = size.width - 2 * size.margin
    longest = max((longest_word(effect.label(lang), size.label) for effect in effects), default=0.0)
    most = size.label_share * inner
    if size.width < NARROW:
        # No narrower than a word, which would be broken.
        most = min(max(NARROW_LABELS * inner, longest), most)
    lines = [line for effect in effects for line in wrap(effect.label(lang), size.label, most)]
    return max((text_width(line, size.label) for line in lines), default=0.0) + 0.5


def _left(effects: Sequence[Effect], lang: Lang, size: Size) -> float:
    return max(_label_room(effects, lang, size), text_width(LESS.text(lang), size.axis)) + 8.0


def _rows_of(data: pd.DataFrame) -> list[Effect]:
    return [effect for effect in to_effects(data) if effect.level != "total"]


def _effects_height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    return _lay_out(_rows_of(data), lang, size)[-1].bottom


def _beside_effects(data: pd.DataFrame, lang: Lang, size: Size) -> tuple[float, float]:
    rows = _rows_of(data)
    return _left(rows, lang, size), list(_columns(rows, lang, size))[-1].edge


def _above_effects(size: Size) -> float:
    return 2 * LINE * size.axis + 14.0


def _below_effects(size: Size) -> float:
    return size.axis + 18.0


def _axes(data: pd.DataFrame, lang: Lang, size: Size) -> "Axes":
    height, sides = _effects_height(data, lang, size), _beside_effects(data, lang, size)
    return own_axes(size, height, sides, _above_effects(size), _below_effects(size))


EFFECTS = Drawing(draw_effects, _effects_height, _beside_effects, _above_effects, _below_effects)
