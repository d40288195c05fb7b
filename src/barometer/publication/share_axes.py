"""The axis of shares: its ends, and its round ticks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Lang
from barometer.publication.drawn import Mark
from barometer.publication.lettering import GAP
from barometer.publication.plain_axes import centre_digits, draw_grid, points_wide, write_ticks
from barometer.publication.style import Size
from barometer.publication.typesetting import text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
"""Shares that ticks may stand apart."""
MOST_STEPS = 6.5
"""Steps on an axis."""
FEWEST = 2
"""Ticks below which they come closer: one alone gives no scale."""


def share_axis(ax: "Axes", high: float, lang: Lang, size: Size, low: float = 0.0) -> None:
    """Mark round shares on the axis below, as many as have room."""
    unit = points_wide(ax) / (high - low)
    ticks = _ticks(low, high, (text_width("100 %", size.axis) + GAP) / unit)
    is_narrow = len(ticks) < FEWEST
    if is_narrow:
        ticks = _ticks(low, high, (text_width("50", size.axis) + 0.6 * GAP) / unit)
    labels = [decimal(100 * tick, lang, 0) for tick in ticks[:-1]] + [per_cent(ticks[-1], lang)]
    write_ticks(ax, ticks, labels, size)
    if is_narrow:
        centre_digits(ax, size)
    draw_grid(ax)


def _ticks(low: float, high: float, apart: float) -> list[float]:
    """Find round shares that stand so far apart."""
    step = next((s for s in STEPS if s >= apart and (high - low) / s <= MOST_STEPS), 1.0)
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(min(high, 1.0) / step + 1e-9))
    return [step * position for position in range(first, last + 1)]


def share_window(marks: Sequence[Mark]) -> tuple[float, float]:
    """Find the ends of an axis that holds every interval and shows whole tens."""
    ends = [end for mark in marks for end in (mark.ci_low, mark.share, mark.ci_high) if not np.isnan(end)]
    if not ends:
        return 0.0, 1.0
    low, high = np.floor(min(ends) * 10 - 0.2) / 10, np.ceil(max(ends) * 10 + 0.2) / 10
    return max(float(low), -0.02), min(float(high), 1.02)


def share_axis_room(size: Size) -> float:
    """Room in points that the axis of shares takes below."""
    return size.axis + 18


def tight_axis_room(size: Size) -> float:
    """Room below rows with columns beside them: where the height is fixed, they need it more than the air does."""
    return share_axis_room(size) if size.height is None else size.axis + 8
