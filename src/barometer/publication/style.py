"""Type and sizes of figures, and the settings that they are drawn with."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from barometer.publication.palette import GRID, INK, MUTED, PAPER

FONTS = Path(__file__).parent / "fonts"
FAMILY = ["Fira Sans", "DejaVu Sans"]
SEMIBOLD = 600

THIN_N = 30
"""Answers below which a mark is hollow."""

CM = 72.0 / 2.54
"""Points in a centimetre."""

SizeName = Literal["column", "text", "slide", "web"]


@dataclass(frozen=True, slots=True)
class Size:
    """
    A layout of its own for one place: lengths in points, type in points.

    Attributes
    ----------
    height : float or None
        Fixed height; None lets the figure be as tall as its rows need.
    label_share : float
        Most of the width that row labels may take.
    """

    name: SizeName
    width: float
    height: float | None
    margin: float
    headline: float
    subtitle: float
    label: float
    value: float
    axis: float
    footer: float
    row: float
    label_share: float


SIZES: dict[SizeName, Size] = {
    "column": Size("column", 9 * CM, None, 7, 11.0, 8.5, 8.0, 8.5, 7.5, 6.5, 22, 0.40),
    "text": Size("text", 16 * CM, None, 10, 14.0, 10.5, 10.0, 10.5, 9.0, 7.8, 27, 0.38),
    "slide": Size("slide", 25 * CM, 14 * CM, 18, 22.0, 15.0, 14.0, 15.0, 12.0, 10.0, 40, 0.36),
    "web": Size("web", 18 * CM, None, 10, 15.0, 11.5, 11.0, 11.5, 10.0, 9.0, 30, 0.38),
}


@cache
def register_fonts() -> None:
    """Make the shipped font files known to matplotlib."""
    from matplotlib import font_manager

    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(path)


@contextmanager
def style() -> Iterator[None]:
    """Matplotlib settings for one drawing: from the defaults, so that a user's own settings have no say."""
    import matplotlib as mpl

    register_fonts()
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    # The thin space comes from DejaVu Sans, which has no semibold; its absence is no news on every line.
    log.setLevel(logging.ERROR)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": FAMILY,
                "font.size": 10.0,
                "text.color": INK,
                "text.parse_math": False,
                "axes.edgecolor": GRID,
                "axes.labelcolor": MUTED,
                "axes.unicode_minus": True,
                "xtick.color": MUTED,
                "ytick.color": INK,
                "figure.facecolor": PAPER,
                "savefig.facecolor": PAPER,
                "svg.fonttype": "path",
                "svg.hashsalt": "barometer",
                "path.simplify": False,
                "text.hinting": "none",
            }
        )
        try:
            yield
        finally:
            log.setLevel(level)
