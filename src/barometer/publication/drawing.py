"""What a kind of figure is to the page it stands on: the room it takes, and the function that draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from barometer.codebook.records import Lang
from barometer.publication.style import Size

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Draw(Protocol):
    """A `draw_<kind>` function."""

    def __call__(self, data: pd.DataFrame, *, ax: "Axes | None" = None, lang: Lang = "en", size: Size = ...) -> "Axes":
        """Draw the numbers of a figure on axes."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    One kind of figure. All lengths in points. Named functions only: figures travel between processes.

    Attributes
    ----------
    draw : callable
    height : callable of data, language, size
        Of the axes. Falls with the rows and the type of the size, which is how a figure comes to fit a slide.
    sides : callable of data, language, size
        Room at the left and at the right of the axes, for what is written beside them.
    above, below : callable of size
        Room between heading and axes, and between axes and footer.
    """

    draw: Draw
    height: Callable[[pd.DataFrame, Lang, Size], float]
    sides: Callable[[pd.DataFrame, Lang, Size], tuple[float, float]]
    above: Callable[[Size], float]
    below: Callable[[Size], float]
