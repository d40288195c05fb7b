"""Marks of series over waves: lines, dots, intervals, rules where a series breaks. They compute no statistic."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first
from barometer.publication.lettering import GAP, write_text
from barometer.publication.palette import GRID, MUTED, PAPER
from barometer.publication.plain_axes import points_wide, write_ticks
from barometer.publication.series import BANDS, LINES, PALE, PANEL_LINES, Fault, Point, Series, wave_periods
from barometer.publication.style import Size
from barometer.publication.typesetting import TABULAR, text_width, wrap_full

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS = (0.02, 0.05, 0.1, 0.2, 0.25)
FROM_ZERO = 0.2
"""Lowest number under which an axis begins at zero."""
NARROWEST_WINDOW = 0.10
"""Least stretch of the axis, so that chance does not look like a mountain."""
NUMBER_ROOM = 0.11
"""Part of the axis that a number under an interval takes."""
TEXT_LINE = 1.32
"""Height of a line in a text of several, in sizes of its type."""
DASHES = (0, (2.2, 1.6))
BREAK = Label("Brud", "Break in the series")
GAPPED = Label("Kan ikke sammenlignes", "Not comparable")
BETWEEN = Label("{first} til {second} – {text}", "{first} to {second} – {text}")
NOT_ASKED = Label("ikke spurgt", "not asked")


def series_window(series: Sequence[Series]) -> tuple[float, float, float]:
    """
    Return the ends of an axis, and the step of its grid.

    The axis holds every share and every interval but those of few answers, which may reach past it.
    """
    points = [point for each in series for point in each.shown]
    ends = [p.share for p in points]
    ends += [end for p in points if not p.thin for end in (p.ci_low, p.ci_high) if not np.isnan(end)]
    if not ends:
        return 0.0, 1.0, 0.25
    low, high = (0.0 if min(ends) < FROM_ZERO else min(ends)), max(ends)
    short = max(NARROWEST_WINDOW - (high - low), 0.0) / 2.0
    low, high = max(low - short, 0.0), min(high + short, 1.0)
    step = next((step for step in STEPS if (high - low) / step <= 4.5), STEPS[-1])
    first, last = int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9))
    # The number under the lowest interval of an only series stands above the foot of the plot, not on it.
    if first > 0 and len(series) == 1 and min(ends) - first * step < NUMBER_ROOM * (last - first) * step:
        first -= 1
    return first * step, last * step, step


def reaches_out(point: Point, window: tuple[float, float, float]) -> bool:
    """Whether the interval of a point goes past the axis."""
    return point.ci_low < window[0] - 1e-12 or point.ci_high > window[1] + 1e-12


def draw_series(ax: "Axes", each: Series, places: Mapping[int, float], *, band: bool, panel: bool = False) -> None:
    """
    Draw one series: its line where waves compare, dashed across a break, none across a gap, and every interval.

    Parameters
    ----------
    ax : Axes
    each : Series
    places : dict of int to float
        Where on the axis each wave is.
    band : bool
        Whether the intervals of waves that compare are joined to a band.
    panel : bool
        Whether in one of several panels, where the series of all is a line with a band to compare with.
    """
    colour, shown = (PANEL_LINES if panel else LINES)[each.role], each.shown
    behind = panel and each.role == "total"
    width = 2.4 if each.role in ("main", "up", "down") else 1.7
    z = {"plain": 2.2, "total": 2.0}.get(each.role, 2.6)
    for earlier, later in pairwise(shown):
        x, y = [places[earlier.wave], places[later.wave]], [earlier.share, later.share]
        if later.join == "gap":
            continue
        dashed = DASHES if later.join == "break" else "solid"
        known = earlier.basis != "assumed" and later.basis != "assumed"
        ink = colour if known or behind else PALE[each.role]
        ax.plot(x, y, color=ink, linewidth=1.3 if behind else width, linestyle=dashed, zorder=z)
        if band and later.join == "line":
            lows, highs = ([getattr(p, name) for p in (earlier, later)] for name in ("ci_low", "ci_high"))
            ax.fill_between(x, lows, highs, color=BANDS[each.role], alpha=0.22, linewidth=0.0, zorder=1.2)
    if not behind:
        for point in shown:
            ink = PALE[each.role] if point.basis == "assumed" else colour
            _draw_point(ax, point, places[point.wave], ink, z)


def _draw_point(ax: "Axes", point: Point, x: float, colour: str, z: float) -> None:
    if not np.isnan(point.ci_low):
        look: dict[str, Any] = {"color": colour, "linewidth": 1.2, "capsize": 2.4, "capthick": 1.2, "zorder": z}
        ends = [[point.share - point.ci_low], [point.ci_high - point.share]]
        ax.errorbar(x, point.share, yerr=ends, **look)
        low, high = ax.get_ylim()
        for end, past, arrow in ((low, point.ci_low < low, "v"), (high, point.ci_high > high, "^")):
            if past:
                ax.plot([x], [end], marker=arrow, markersize=4.5, color=colour, linestyle="", clip_on=False, zorder=z)
    ax.plot(
        [x],
        [point.share],
        marker="D" if point.basis == "assumed" else "o",
        markersize=5.0 if point.basis == "assumed" else 6.4,
        markerfacecolor=PAPER if point.thin else colour,
        markeredgecolor=colour if point.thin else PAPER,
        markeredgewidth=1.4 if point.thin else 0.9,
        linestyle="",
        clip_on=False,
        zorder=z + 0.5,
    )


def draw_faults(ax: "Axes", faults: Sequence[Fault], places: Mapping[int, float]) -> None:
    """Draw a dotted rule where a series breaks, and a pale band where waves do not compare."""
    for fault in faults:
        before, after = places[fault.before], places[fault.after]
        middle = (before + after) / 2.0
        if fault.whole:
            half = 0.12 * (after - before)
            ax.axvspan(middle - half, middle + half, color=GRID, alpha=0.7, linewidth=0.0, zorder=0.5)
        else:
            ax.axvline(middle, color=MUTED, linewidth=1.1, linestyle=(0, (1, 2)), zorder=0.8)


def share_grid(ax: "Axes", window: tuple[float, float, float], lang: Lang, size: Size, *, written: bool) -> None:
    """Give the axes faint lines at whole steps of shares, with or without their numbers."""
    low, high, step = window
    ticks = [low + step * place for place in range(round((high - low) / step) + 1)]
    ax.set_ylim(low, high)
    for tick in ticks:
        ax.axhline(tick, color=GRID, linewidth=0.9, zorder=0, clip_on=False)
    texts = [decimal(100.0 * tick, lang, 0) for tick in ticks[:-1]] + [per_cent(ticks[-1], lang)]
    apart = ax.get_window_extent().height * 72.0 / ax.figure.dpi / (len(ticks) - 1)
    stride = int(np.ceil(TEXT_LINE * size.axis / apart))
    shown = [text if written and (len(ticks) - 1 - place) % stride == 0 else "" for place, text in enumerate(texts)]
    write_ticks(ax, ticks, shown, size, axis="y")


def write_periods(
    ax: "Axes", series: Sequence[Series], places: Mapping[int, float], lang: Lang, size: Size, *, ends: bool = False
) -> None:
    """Write the period below each wave, or below the first and the last; on two lines where one has no room."""
    texts = period_texts(series, lang)
    if ends:
        chosen = [min(texts), max(texts)]
        texts = {wave: texts[wave] for wave in chosen}
    low, high = ax.get_xlim()
    scale = points_wide(ax) / (high - low)
    rows = period_rows(texts, {wave: (places[wave] - low) * scale for wave in texts}, size)
    tall = max(text.count("\n") + 1 for text in texts.values()) * size.axis * TEXT_LINE
    for wave, text in texts.items():
        drop = GAP + rows[wave] * tall
        look = {"ha": "center", "va": "top", "fontsize": size.axis, "color": MUTED, "linespacing": 1.1}
        write_text(ax, text, (places[wave], 0.0), (0, -drop), xycoords=("data", "axes fraction"), **look)


def period_rows(texts: Mapping[int, str], centres: Mapping[int, float], size: Size) -> dict[int, int]:
    """Return the line on which each period stands, so that none lies on its neighbour; centres in points."""
    taken = [-np.inf, -np.inf]
    rows = {}
    for wave, text in texts.items():
        width = max(text_width(line, size.axis, features=TABULAR) for line in text.split("\n"))
        rows[wave] = 0 if centres[wave] - width / 2 >= taken[0] else 1
        taken[rows[wave]] = centres[wave] + width / 2 + 0.6 * GAP
    return rows


def period_texts(series: Sequence[Series], lang: Lang) -> dict[int, str]:
    """Return what stands below each wave: its period, and that nothing was asked."""
    asked = {point.wave for each in series for point in each.points if point.note != "not_asked"}
    return {
        wave: period if wave in asked else f"{period}\n{NOT_ASKED.text(lang)}"
        for wave, period in wave_periods(series).items()
    }


def fault_text(fault: Fault, lang: Lang) -> str:
    """Say what is different from one wave to the next, and for which series that forbids to compare."""
    told = []
    if not fault.whole:
        told.append(_with_causes(BREAK.text(lang), fault.breaks, lang))
    if fault.gapped:
        names = "" if fault.whole else f" ({', '.join(lower_first(name.text(lang)) for name in fault.gapped)})"
        told.append(_with_causes(f"{GAPPED.text(lang)}{names}", fault.gaps, lang))
    return " ".join(told)


def _with_causes(word: str, causes: Sequence[Label], lang: Lang) -> str:
    return f"{word}: {' '.join(cause.text(lang) for cause in causes)}" if causes else f"{word}."


def fault_lines(faults: Sequence[Fault], series: Sequence[Series], width: float, lang: Lang, size: Size) -> list[str]:
    """Say it of every place in running text, with its waves, in lines of a width."""
    periods = wave_periods(series)
    lines = []
    for fault in faults:
        facts = {"first": periods[fault.before], "second": periods[fault.after], "text": fault_text(fault, lang)}
        lines += wrap_full(BETWEEN.text(lang).format(**facts), size.axis, width)
    return lines


def value_text(point: Point, lang: Lang) -> str:
    """Write a share beside its point."""
    return per_cent(point.share, lang)
