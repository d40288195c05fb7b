"""Trends: one plot where its labels have room, small multiples where not."""

from typing import TYPE_CHECKING

import pandas as pd

from barometer.codebook.records import Lang
from barometer.publication.drawing import Drawing
from barometer.publication.plain_axes import own_axes, points_tall, points_wide
from barometer.publication.series import to_series
from barometer.publication.style import SIZES, Size
from barometer.publication.trend_lines import draw_lines, lines_fit, lines_height
from barometer.publication.trend_panels import draw_panels, panels_height

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_trend(
    data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = SIZES["text"]
) -> "Axes":
    """
    Draw shares over waves, at the waves' years.

    Parameters
    ----------
    data : DataFrame
        One row per series and wave, with the fields of `Point` as columns, waves in order.
    ax : Axes, optional
    lang : {"da", "en"}
    size : Size

    Returns
    -------
    Axes
        Without marks of its own but what is said above the plots: its `child_axes` are the plot, or one for each
        series.
    """
    series = to_series(data)
    ax = ax or own_axes(size, trend_height(data, lang, size), (0.0, 0.0), 0.0, 0.0)
    ax.set_axis_off()
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(0.0, 1.0)
    wide, tall = points_wide(ax), points_tall(ax)
    draw = draw_lines if lines_fit(series, lang, size, _inner(size)) else draw_panels
    draw(ax, series, lang, size, wide, tall)
    return ax


def trend_height(data: pd.DataFrame, lang: Lang, size: Size) -> float:
    """Height in points that the plots need."""
    series = to_series(data)
    needed = lines_height if lines_fit(series, lang, size, _inner(size)) else panels_height
    return needed(series, lang, size, _inner(size))


def _inner(size: Size) -> float:
    return size.width - 2 * size.margin


def _nothing_beside(*_: object) -> tuple[float, float]:
    return 0.0, 0.0


def _above(size: Size) -> float:
    return 0.3 * size.row


def _below(size: Size) -> float:
    return 0.15 * size.row


TREND = Drawing(draw_trend, trend_height, _nothing_beside, _above, _below)
