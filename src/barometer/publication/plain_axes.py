"""Axes without a frame: made for a drawing that is given none, bared, and marked with ticks and a faint grid."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from barometer.codebook.numbers import THIN_SPACE
from barometer.publication.palette import GRID, MUTED
from barometer.publication.style import FAMILY, Size, register_fonts
from barometer.publication.typesetting import text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def own_axes(size: Size, height: float, sides: tuple[float, float], above: float, below: float) -> "Axes":
    """
    Make axes on a canvas of their own.

    Parameters
    ----------
    size : Size
    height : float
        Of the axes, in points.
    sides : tuple of float
        Room at the left and at the right of the axes, inside the margins, in points.
    above, below : float
        Room over and under the axes, inside the margins, in points.
    """
    from matplotlib.figure import Figure as Canvas

    register_fonts()
    (left, right), edge = sides, size.margin
    tall = height + above + below + 2 * edge
    canvas = Canvas(figsize=(size.width / 72, tall / 72))
    wide = size.width - 2 * edge - left - right
    return canvas.add_axes(((edge + left) / size.width, (edge + below) / tall, wide / size.width, height / tall))


def bare(ax: "Axes") -> None:
    """Take away frame, ground and ticks."""
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.patch.set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])


def write_ticks(
    ax: "Axes", ticks: Sequence[float], labels: Sequence[str], size: Size, *, axis: Literal["x", "y"] = "x"
) -> None:
    """Write ticks in grey, without strokes."""
    (ax.set_xticks if axis == "x" else ax.set_yticks)(ticks, labels)
    ax.tick_params(axis=axis, length=0, labelsize=size.axis, pad=4, labelcolor=MUTED, labelfontfamily=FAMILY)


def centre_digits(ax: "Axes", size: Size) -> None:
    """Put the digits of the last label under its tick, its per cent sign beyond: it needs no more room than digits."""
    from matplotlib.transforms import ScaledTranslation

    last = ax.get_xticklabels()[-1]
    text = last.get_text()
    sign = text_width(text, size.axis) - text_width(text.rstrip(f"%{THIN_SPACE}"), size.axis)
    last.set_transform(last.get_transform() + ScaledTranslation(sign / 144, 0, ax.figure.dpi_scale_trans))


def draw_grid(ax: "Axes", *, axis: Literal["x", "y"] = "x") -> None:
    """Draw a faint line from each tick, behind everything."""
    ax.grid(axis=axis, color=GRID, linewidth=0.9, zorder=0)
    ax.set_axisbelow(True)


def points_wide(ax: "Axes") -> float:
    """Width of the axes in points."""
    width: float = ax.get_window_extent().width * 72.0 / ax.figure.dpi
    return width


def points_tall(ax: "Axes") -> float:
    """Height of the axes in points."""
    height: float = ax.get_window_extent().height * 72.0 / ax.figure.dpi
    return height
