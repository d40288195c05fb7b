"""Effects: ratios, differences and adjusted shares as dots with intervals, term by term. It computes no statistic.

Rows are measured in points from the top of the axes, as those of bars are.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from barometer.analysis.model_words import points
from barometer.codebook.numbers import decimal, integer, per_cent
from barometer.codebook.records import Label, Lang
from barometer.publication.drawing import Drawing
from barometer.publication.drawn import Basis
from barometer.publication.marks import GAP, LINE, points_wide, write_text
from barometer.publication.style import (
    FAMILY,
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
    register_fonts,
)
from barometer.publication.typesetting import TABULAR, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Scale = Literal["odds_ratio", "rate_ratio", "points", "share"]
RATIOS: tuple[Scale, ...] = ("odds_ratio", "rate_ratio")
FURTHEST = 64.0
"""Ratio, and one by it, beyond which an interval is cut and ends in an arrow."""
LADDERS = (
    tuple(2.0**power for power in range(-6, 7)),
    (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0),
    (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
    (0.1, 1.0, 10.0),
)
"""Ticks of ratios, the best first."""
MOST_TICKS = 7
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
HEADINGS: dict[Scale, Label] = {
    "odds_ratio": Label("Odds\u00adforhold", "Odds ratio"),
    "rate_ratio": Label("Andels\u00adforhold", "Ratio of shares"),
    "points": Label("Procent\u00adpoint", "Percentage points"),
    "share": Label("\N{BLACK CIRCLE}\u00a0Justeret", "\N{BLACK CIRCLE}\u00a0Adjusted"),
}
OBSERVED = Label("\N{BLACK SQUARE}\u00a0Ikke justeret", "\N{BLACK SQUARE}\u00a0Not adjusted")
LESS, MORE = Label("sjældnere", "less often"), Label("oftere", "more often")


@dataclass(frozen=True, slots=True)
class Effect:
    """
    One group of a term.

    Attributes
    ----------
    term, level : str
        Codes; level "total" is everybody as they are, which becomes the dashed line.
    heading_da, heading_en : str
        Above the groups of the term; empty where there is one term only.
    value, ci_low, ci_high : float
        A ratio, or a difference or share (0 to 1); nan where there is none.
    observed : float
        Share that is not adjusted; nan where there is none.
    scale : {"odds_ratio", "rate_ratio", "points", "share"}
    stands_out : bool
        Whether it is drawn in the accent colour.
    basis : {"assumed", "delivery"}
    thin : bool
        Whether too few answers stand behind it for a full mark.
    """

    term: str
    level: str
    heading_da: str
    heading_en: str
    label_da: str
    label_en: str
    value: float
    ci_low: float
    ci_high: float
    observed: float
    scale: Scale
    n: int
    stands_out: bool
    basis: Basis
    thin: bool

    def label(self, lang: Lang) -> str:
        """Return its label in one language."""
        return self.label_da if lang == "da" else self.label_en

    def heading(self, lang: Lang) -> str:
        """Return the heading of its term in one language."""
        return self.heading_da if lang == "da" else self.heading_en

    def written(self, lang: Lang) -> str:
        """Write its value."""
        return effect_text(self.value, self.scale, lang)


def effect_text(value: float, scale: Scale, lang: Lang) -> str:
    """Write a ratio, difference or share; a dash where there is none."""
    if math.isnan(value):
        return "\N{EN DASH}"
    if scale == "share":
        return per_cent(value, lang)
    if scale == "points":
        return points(value, lang)
    return decimal(value, lang, 2 if value < 9.995 else 0 if value >= 99.95 else 1)


def is_cut(effect: Effect) -> bool:
    """Whether its interval is longer than the axis may be."""
    ends = (effect.value, effect.ci_low, effect.ci_high)
    return effect.scale in RATIOS and any(end < 1.0 / FURTHEST or end > FURTHEST for end in ends)


def effects_data(effects: Sequence[Effect]) -> pd.DataFrame:
    """Return effects as a frame, one row each."""
    return pd.DataFrame([asdict(effect) for effect in effects])


def to_effects(data: pd.DataFrame) -> list[Effect]:
    """Return the rows of a frame as effects."""
    return [Effect(*row) for row in data.itertuples(index=False, name=None)]


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
            height = max(0.8 * size.row, (len(label) * LINE + 0.1) * size.label)
            rows.append(_Row(effect, "\n".join(label), bottom + height / 2))
            bottom += height
        blocks.append(_Block(lines, start, top, bottom, tuple(rows)))
    return blocks


def _frame(ax: "Axes", effects: Sequence[Effect], height: float, lang: Lang, size: Size) -> None:
    """Set the scales, and write the ticks."""
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_ylim(height, 0.0)
    ax.set_yticks([])
    scale = effects[0].scale
    low, high = _window(effects)
    if scale in RATIOS:
        ax.set_xscale("log")
    ax.set_xlim(low, high)
    ticks = _ratio_ticks(ax, lang, size) if scale in RATIOS else _even_ticks(ax, scale, lang, size)
    ax.set_xticks(ticks, [_tick(tick, scale, lang, last=tick == ticks[-1]) for tick in ticks])
    ax.minorticks_off()
    ax.tick_params(axis="x", length=0, labelsize=size.axis, pad=4, labelcolor=MUTED, labelfontfamily=FAMILY)


def _window(effects: Sequence[Effect]) -> tuple[float, float]:
    """Ends of an axis that holds every interval, and the line."""
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
    """First ladder that gives at least three ticks with room beside each other, else 1 alone."""
    low, high = ax.get_xlim()
    per_unit = points_wide(ax) / math.log(high / low)
    for ladder in LADDERS:
        ticks = [tick for tick in ladder if low <= tick <= high]
        widths = [text_width(_tick(tick, "odds_ratio", lang, last=False), size.axis) for tick in ticks]
        apart = [
            math.log(after / before) * per_unit - (first + second) / 2
            for before, after, first, second in zip(ticks, ticks[1:], widths, widths[1:], strict=False)
        ]
        if 3 <= len(ticks) <= MOST_TICKS and min(apart) >= GAP:
            return ticks
    return [1.0]


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
        dot = {"markersize": 0.75 * size.label, "markeredgecolor": colour, "markeredgewidth": 1.5}
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
    """Yield the columns from the left: value, the share that is not adjusted, n."""
    nothing = tuple(False for _ in effects)
    scale = effects[0].scale
    strong = nothing if scale == "share" else tuple(effect.stands_out for effect in effects)
    head = TEAL if scale == "share" else MUTED
    given = [(HEADINGS[scale], tuple(e.written(lang) for e in effects), head, INK, size.value, strong)]
    if any(not math.isnan(effect.observed) for effect in effects):
        shares = tuple(effect_text(effect.observed, "share", lang) for effect in effects)
        given.append((OBSERVED, shares, MUTED, MUTED, size.axis, nothing))
    counts = tuple(integer(effect.n, lang) for effect in effects)
    given.append((Label("n", "n"), counts, MUTED, MUTED, size.axis, nothing))
    edge = 0.0
    for heading, texts, head_colour, colour, points_, bold in given:
        lines = tuple(_heading_lines(heading.text(lang)))
        widths = [text_width(line, size.axis, features=TABULAR) for line in lines]
        widths += [text_width(t, points_, semibold=b, features=TABULAR) for t, b in zip(texts, bold, strict=True)]
        edge += 2 * GAP + max(widths)
        yield _Column(edge, lines, head_colour, texts, colour, points_, bold)


def _heading_lines(text: str) -> list[str]:
    """Break a heading at its soft hyphen, with a hyphen, or at its first space."""
    if "\u00ad" in text:
        first, rest = text.split("\u00ad")
        return [f"{first}-", rest]
    return text.split(" ", 1)


def _write_columns(
    ax: "Axes", effects: Sequence[Effect], blocks: Sequence[_Block], lang: Lang, size: Size
) -> None:
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
    most = size.label_share * (size.width - 2 * size.margin)
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
    from matplotlib.figure import Figure as Canvas

    register_fonts()
    left, right = _beside_effects(data, lang, size)
    above, below = _above_effects(size) + size.margin, _below_effects(size) + size.margin
    height = _effects_height(data, lang, size)
    whole = height + above + below
    canvas = Canvas(figsize=(size.width / 72, whole / 72))
    wide = size.width - 2 * size.margin - left - right
    return canvas.add_axes(((size.margin + left) / size.width, below / whole, wide / size.width, height / whole))


EFFECTS = Drawing(draw_effects, _effects_height, _beside_effects, _above_effects, _below_effects)
