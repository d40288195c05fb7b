"""Series over waves in one plot, labelled at their ends; of two waves, a slope chart. It computes no statistic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from barometer.codebook.records import Lang
from barometer.publication.label_places import spread_labels
from barometer.publication.lettering import GAP, LINE, casing, write_text
from barometer.publication.palette import GREY, GRID, MUTED
from barometer.publication.plain_axes import bare
from barometer.publication.series import TEXTS, Fault, Series, find_faults, wave_years
from barometer.publication.series_marks import (
    TEXT_LINE,
    draw_faults,
    draw_series,
    fault_lines,
    fault_text,
    period_rows,
    period_texts,
    series_window,
    share_grid,
    value_text,
    write_periods,
)
from barometer.publication.style import SEMIBOLD, Size
from barometer.publication.typesetting import TABULAR, text_width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_ROWS = 7.5
"""Height of the plot, in rows, where a page is as tall as it needs; on a slide the least."""
SLIDE_ROWS = 5.5
MOST_LINES = 6
MOST_SLOPES = 9
FARTHEST = 3.2
"""Lines of text that a label may be moved before the figure becomes small multiples."""
LANE = 12.0
"""Points in which a leader goes from the end of a line to its label."""
DODGE = 2.6
"""Points between the intervals of two series in one wave."""
NARROWEST_SPAN, NARROWEST_SLOPE = 0.27, 0.16
"""Width from the first wave to the last, as a share of the whole, below which there are small multiples."""
NARROWEST_NOTE = 0.33
MOST_NOTE_LINES = 5


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A label beside a line's end: its lines, and where its centre is in points above the foot of the plot."""

    series: Series
    lines: tuple[str, ...]
    wanted: float
    centre: float


@dataclass(frozen=True, slots=True)
class LinePlan:
    """
    Where everything is, in points from the left or from the top.

    Attributes
    ----------
    left, right : float
        Room beside the plot.
    edges : (float, float)
        Room in the plot before the first and after the last wave.
    foot, head : float
        Room below and above it.
    notes : tuple of (float, tuple of str)
        What stands beside each rule: where it starts, and its lines; empty where they stand in running text.
    running : tuple of str
        Lines of running text above the plot.
    """

    left: float
    right: float
    foot: float
    head: float
    edges: tuple[float, float]
    notes: tuple[tuple[float, tuple[str, ...]], ...]
    running: tuple[str, ...]


def lines_fit(series: Sequence[Series], lang: Lang, size: Size, wide: float) -> bool:
    """Whether all series can be told apart and labelled in one plot."""
    waves = {point.wave for each in series for point in each.points}
    if len(series) > (MOST_SLOPES if len(waves) == 2 else MOST_LINES):
        return False
    plan, room = _plan(series, lang, size, wide), plot_height(size)
    narrowest = NARROWEST_SLOPE if len(waves) == 2 else NARROWEST_SPAN
    if wide - plan.left - plan.right - sum(plan.edges) < narrowest * wide:
        return False
    labels = _end_labels(series, lang, size, wide, room)
    if sum(len(label.lines) for label in labels) * size.label * LINE > room:
        return False
    return all(abs(label.centre - label.wanted) <= FARTHEST * size.label * LINE for label in labels)


def plot_height(size: Size) -> float:
    """Points that the plot is tall where nothing else decides."""
    return (PLOT_ROWS if size.height is None else SLIDE_ROWS) * size.row


def lines_height(series: Sequence[Series], lang: Lang, size: Size, wide: float) -> float:
    """Points that the plot, its periods and what is said above it need."""
    plan = _plan(series, lang, size, wide)
    return plan.head + plot_height(size) + plan.foot


def draw_lines(ax: "Axes", series: Sequence[Series], lang: Lang, size: Size, wide: float, tall: float) -> None:
    """Draw all series in one plot that is inset into axes of a width and a height in points."""
    plan = _plan(series, lang, size, wide)
    high = tall - plan.head - plan.foot
    plot = ax.inset_axes((plan.left / wide, plan.foot / tall, (wide - plan.left - plan.right) / wide, high / tall))
    bare(plot)
    years, faults = wave_years(series), find_faults(series)
    low, top = _ends(years, wide - plan.left - plan.right, plan.edges)
    plot.set_xlim(low, top)
    slopes = len(years) == 2
    share_grid(plot, series_window(series), lang, size, written=True)
    if slopes:
        for year in years.values():
            plot.axvline(year, color=GRID, linewidth=0.9, zorder=0.1)
    draw_faults(plot, faults, years)
    unit = (top - low) / (wide - plan.left - plan.right)
    order = sorted(series, key=lambda each: each.role in ("main", "up", "down"))
    shifts = {id(each): (place - (len(series) - 1) / 2) * DODGE * unit for place, each in enumerate(series)}
    for each in order:
        places = {wave: year + shifts[id(each)] for wave, year in years.items()}
        draw_series(plot, each, places, band=each.role in ("main", "up", "down"))
    write_periods(plot, series, years, lang, size)
    if len(series) == 1:
        _write_values(plot, series[0], years, lang, size)
    else:
        _write_ends(plot, series, years, lang, size, wide, high)
    _write_notes(ax, plan, wide, tall, size)


def _plan(series: Sequence[Series], lang: Lang, size: Size, wide: float) -> LinePlan:
    window = series_window(series)
    ticks = text_width("100 %", size.axis, features=TABULAR) if window[1] >= 1.0 else text_width("00 %", size.axis)
    left, right = ticks + GAP, size.axis
    inside = outside = DODGE * len(series) / 2 + GAP
    if len(series) > 1:
        labels = _end_labels(series, lang, size, wide, plot_height(size))
        right = LANE + max((_width(label, size) for label in labels), default=0.0) + 1.0
        inside += 2 * GAP + text_width("100 %", size.value, features=TABULAR)
    else:
        inside = outside = inside + text_width("2013-14", size.axis) / 2
    years, faults = wave_years(series), find_faults(series)
    span = wide - left - right
    low, high = _ends(years, span, (inside, outside))
    texts = period_texts(series, lang)
    rows = period_rows(texts, {wave: (year - low) / (high - low) * span for wave, year in years.items()}, size)
    lines = (max(rows.values()) + 1) * max(text.count("\n") + 1 for text in texts.values())
    foot = GAP + lines * size.axis * TEXT_LINE
    notes = _notes(faults, years, (low, high), (left, span), wide, lang, size)
    running = () if notes or not faults else tuple(fault_lines(faults, series, wide, lang, size))
    head = max([len(lines) for _, lines in notes] + [len(running)]) if faults else 0
    return LinePlan(
        left, right, foot, head * size.axis * TEXT_LINE + GAP + 0.6 * size.axis, (inside, outside), notes, running
    )


def _notes(
    faults: Sequence[Fault],
    years: Mapping[int, float],
    ends: tuple[float, float],
    plot: tuple[float, float],
    wide: float,
    lang: Lang,
    size: Size,
) -> tuple[tuple[float, tuple[str, ...]], ...]:
    """Break what is said of each rule into lines beside it; nothing where one has no room."""
    starts = [
        plot[0] + plot[1] * ((years[f.before] + years[f.after]) / 2 - ends[0]) / (ends[1] - ends[0]) for f in faults
    ]
    found = []
    for fault, start, following in zip(faults, starts, [*starts[1:], wide], strict=False):
        room = following - start - 1.5 * GAP
        if room < NARROWEST_NOTE * wide:
            return ()
        lines = tuple(wrap(fault_text(fault, lang), size.axis, min(room, 34 * size.axis)))
        if len(lines) > MOST_NOTE_LINES:
            return ()
        found.append((start, lines))
    return tuple(found)


def _write_notes(
    ax: "Axes",
    plan: LinePlan,
    wide: float,
    tall: float,
    size: Size,
) -> None:
    look: dict[str, Any] = {"ha": "left", "va": "top", "fontsize": size.axis, "color": MUTED, "linespacing": 1.1}
    if plan.running:
        write_text(ax, "\n".join(plan.running), (0.0, 1.0), (0, 0), xycoords="axes fraction", **look)
    for start, lines in plan.notes:
        write_text(ax, "\n".join(lines), (start / wide, 1.0), (0.5 * GAP, 0), xycoords="axes fraction", **look)
        # The rule goes on beside what is said of it.
        line: dict[str, Any] = {"color": MUTED, "linewidth": 1.1, "linestyle": (0, (1, 2)), "clip_on": False}
        ax.plot([start / wide] * 2, [1.0 - plan.head / tall, 1.0], transform=ax.transAxes, **line)


def _ends(years: Mapping[int, float], width: float, edges: tuple[float, float]) -> tuple[float, float]:
    """Return the years at the ends of the axis, so that the first and the last wave stand so many points inside."""
    first, last = min(years.values()), max(years.values())
    unit = (last - first) / max(width - sum(edges), 1.0)
    return first - edges[0] * unit, last + edges[1] * unit


def _end_labels(series: Sequence[Series], lang: Lang, size: Size, wide: float, high: float) -> list[EndLabel]:
    """Break and place the labels at the right of a plot that is so many points tall."""
    window = series_window(series)
    most = size.label_share * wide
    shown = [each for each in series if each.shown]
    texts = [wrap(f"{s.label(lang)} {value_text(s.shown[-1], lang)}", size.label, most, semibold=True) for s in shown]
    wanted = [high * (each.shown[-1].share - window[0]) / (window[1] - window[0]) for each in shown]
    heights = [(len(lines) + 0.3) * size.label * LINE for lines in texts]
    centres = spread_labels(wanted, heights, -0.5 * size.label, high + 0.5 * size.label)
    return [EndLabel(*label) for label in zip(shown, map(tuple, texts), wanted, centres, strict=True)]


def _width(label: EndLabel, size: Size) -> float:
    return max(text_width(line, size.label, semibold=True) for line in label.lines)


def _write_ends(
    plot: "Axes", series: Sequence[Series], years: Mapping[int, float], lang: Lang, size: Size, wide: float, high: float
) -> None:
    """Write label and share at the right, the first share at the left, with leaders where they had to move."""
    window, (low, top) = series_window(series), plot.get_xlim()
    unit = (top - low) * 72.0 / plot.figure.dpi / plot.get_window_extent().width
    reach = (DODGE * len(series) / 2 + GAP) * unit
    labels = _end_labels(series, lang, size, wide, high)
    for label in labels:
        strong = label.series.role in ("main", "up", "down", "total")
        y = window[0] + label.centre / high * (window[1] - window[0])
        last = label.series.shown[-1]
        start = years[last.wave] + reach
        if abs(label.centre - label.wanted) > 2.0 or last.wave != max(years):
            _leader(plot, (start, last.share), (top + 0.75 * LANE * unit, y))
        look: dict[str, Any] = {"ha": "left", "va": "center", "fontsize": size.label, "linespacing": 1.1}
        look |= {"color": TEXTS[label.series.role], "fontweight": SEMIBOLD if strong else 400}
        write_text(plot, "\n".join(label.lines), (top, y), (LANE, 0), annotation_clip=False, **look)
    first = min(years)
    shown = [each for each in series if each.shown and each.shown[0].wave == first]
    wanted = [high * (each.shown[0].share - window[0]) / (window[1] - window[0]) for each in shown]
    centres = spread_labels(wanted, [size.value * 1.3] * len(shown), 0.0, high)
    for each, centre in zip(shown, centres, strict=True):
        y = window[0] + centre / high * (window[1] - window[0])
        stop = years[first] - reach
        if abs(y - each.shown[0].share) * high > 2.0 * (window[1] - window[0]):
            _leader(plot, (stop, each.shown[0].share), (stop - 1.5 * GAP * unit, y))
        look = {"ha": "right", "va": "center", "fontsize": size.value, "color": TEXTS[each.role]}
        text = value_text(each.shown[0], lang)
        write_text(plot, text, (stop - 1.5 * GAP * unit, y), (-2.0, 0), path_effects=[casing()], **look)


def _leader(plot: "Axes", start: tuple[float, float], end: tuple[float, float]) -> None:
    line: dict[str, Any] = {"color": GREY, "linewidth": 0.7, "clip_on": False, "zorder": 1.0}
    plot.plot([start[0], end[0]], [start[1], end[1]], **line)


def _write_values(plot: "Axes", each: Series, years: Mapping[int, float], lang: Lang, size: Size) -> None:
    """Write the share at every point of the only series, on the side that its line leaves free."""
    shown = each.shown
    for place, point in enumerate(shown):
        beside = [other.share for other in (*shown[max(place - 1, 0) : place], *shown[place + 1 : place + 2])]
        above = not beside or float(np.mean(beside)) <= point.share
        end = point.ci_high if above else point.ci_low
        at = (years[point.wave], point.share if np.isnan(end) else end)
        assumed = point.basis == "assumed"
        look: dict[str, Any] = {"ha": "center", "va": "bottom" if above else "top"}
        look |= {"fontweight": 400 if assumed else SEMIBOLD, "color": MUTED if assumed else TEXTS[each.role]}
        look |= {"fontsize": size.value, "path_effects": [casing()]}
        write_text(plot, value_text(point, lang), at, (0, 0.6 * GAP if above else -0.6 * GAP), **look)
