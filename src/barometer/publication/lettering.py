"""Text on axes: set in the figure's own font, placed in points, readable over lines."""

from typing import TYPE_CHECKING, Any

import numpy as np

from barometer.codebook.numbers import per_cent
from barometer.codebook.records import Lang
from barometer.publication.palette import PAPER
from barometer.publication.style import FAMILY
from barometer.publication.typesetting import TABULAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patheffects import withStroke

GAP = 6.0
"""Points between a mark and the number beside it."""
LINE = 1.2
"""Height of a line of text, in sizes of its type."""


def write_text(ax: "Axes", text: str, at: tuple[float, float], offset: tuple[float, float], **look: Any) -> None:
    """Write a text beside a point; a label is never read as mathematics, and figures stand in columns."""
    label = ax.annotate(text, at, offset, textcoords="offset points", parse_math=False, fontfamily=FAMILY, **look)
    label.set_fontfeatures(TABULAR)


def written_share(share: float, lang: Lang) -> str:
    """Write a share beside its mark."""
    return "\N{EN DASH}" if np.isnan(share) else per_cent(share, lang)


def casing(points: float = 3.0) -> "withStroke":
    """Return a rim in the colour of the paper, so that no grid line goes through what has it."""
    from matplotlib.patheffects import withStroke

    return withStroke(linewidth=points, foreground=PAPER)
