"""All figures of some waves on one sheet, each with its name, to be looked over."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from barometer.codebook.records import Lang, as_lang
from barometer.errors import ArgumentError
from barometer.microdata import Wave, as_waves
from barometer.microdata.store import replacing_file
from barometer.publication.compact_pictures import compact_png
from barometer.publication.draw import draw
from barometer.publication.figure import Figure
from barometer.publication.palette import AMBER, AMBER_LIGHT, INK, TEAL, TEAL_LIGHT
from barometer.publication.style import SEMIBOLD, SizeName, style

if TYPE_CHECKING:
    from numpy.typing import NDArray

DPI = 100
BESIDE = 6
"""Figures in a row of the sheet."""
AIR = 16
"""Pixels between figures."""
NAME = 22
"""Pixels that the name of a figure takes."""
NAME_SIZE = 9
"""Points of the name."""
MEANING = (TEAL, TEAL_LIGHT, AMBER, AMBER_LIGHT)
"""Colours that few pixels of a sheet have, and that would be grey among so many drawings."""


@dataclass(frozen=True, slots=True, repr=False)
class ContactSheet:
    """
    Figures on one sheet. A notebook shows it in few colours; the file has all of them.

    Attributes
    ----------
    png : bytes
        The picture; the same at every run.
    figures : tuple of str
        What each figure is called on it, in their order.
    """

    png: bytes
    figures: tuple[str, ...]

    def save(self, path: str | Path) -> Path:
        """
        Write the picture.

        Parameters
        ----------
        path : str or Path
            Ends in .png; its folder is made if it is not there.

        Raises
        ------
        ArgumentError
            If the path has another ending.
        OutputError
            If it cannot be written; what was there stays as it was.
        """
        path = Path(path)
        if path.suffix != ".png":
            raise ArgumentError("path", f"must end in .png, got {path.name!r}")
        with replacing_file(path) as staged:
            staged.write_bytes(self.png)
        return path

    def __repr__(self) -> str:
        """Say how much there is; never the picture."""
        return f"<ContactSheet: {len(self.figures):,} figures, {len(self.png) / 1e6:.1f} MB; .save('sheet.png')>"

    def _repr_png_(self) -> bytes:
        return compact_png(self.png, keep=MEANING)


def contact_sheet(waves: Wave | Iterable[Wave], lang: Lang = "en") -> ContactSheet:
    """
    Draw every published figure of some waves on one sheet, by theme, each under its name and period.

    Parameters
    ----------
    waves : Wave or iterable of Wave
    lang : {"da", "en"}

    Returns
    -------
    ContactSheet
        A notebook shows it; `save` writes it.

    Raises
    ------
    ArgumentError
        If no wave has a figure, or the language is none there is.

    Examples
    --------
    >>> import barometer as bm
    >>> bm.contact_sheet(bm.load_wave(2)).figures[:2]
    ('innovative_types, 2015-2016', 'innovative_by_level, 2015-2016')
    """
    as_lang(lang)
    chosen = as_waves(waves)
    named = [(wave.codebook.figures[name].theme, wave, name) for wave in chosen for name in wave.codebook.figures]
    if not named:
        raise ArgumentError("waves", "have no published figure; give a wave whose codebook has one")
    themes, order = list(chosen[0].codebook.themes), list(chosen[0].codebook.whole.figures)
    # The waves of one figure stand beside each other.
    named.sort(key=lambda found: (themes.index(found[0]) if found[0] in themes else len(themes), order.index(found[2])))
    figures = [(f"{name}, {wave.record.period}", draw(name, wave, lang=lang)) for _, wave, name in named]
    return ContactSheet(sheet_of(figures), tuple(name for name, _ in figures))


def sheet_of(figures: Sequence[tuple[str, Figure]], *, size: SizeName = "column", beside: int = BESIDE) -> bytes:
    """
    Put figures on one sheet.

    Parameters
    ----------
    figures : sequence of (name, Figure)
    size : {"column", "text", "slide", "web"}
    beside : int
        Figures in a row.

    Returns
    -------
    bytes
        A PNG; the same at every run.
    """
    stream = io.BytesIO()
    with style():
        sheet = _sheet([(name, figure.pixels(size, DPI)) for name, figure in figures], beside)
        sheet.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    return stream.getvalue()


def sheet_of_pictures(
    pictures: Sequence[tuple[str, bytes]], *, width: int = 380, beside: int = BESIDE
) -> "NDArray[np.uint8]":
    """
    Put pictures that were drawn before on one sheet, smaller.

    Parameters
    ----------
    pictures : sequence of (name, PNG)
    width : int
        Pixels of each.
    beside : int
        Pictures in a row.

    Returns
    -------
    (h, w, 4) uint8
        Pixels of the sheet; the same at every run.
    """
    from PIL import Image

    drawn = []
    for name, png in pictures:
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        size = (width, round(width * picture.height / picture.width))
        drawn.append((name, np.asarray(picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))))
    with style():
        canvas = _sheet(drawn, beside).canvas
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())


def _sheet(drawn: "Sequence[tuple[str, NDArray[Any]]]", beside: int) -> Any:
    """Put images on one sheet of matplotlib's; those of a row hang from one line."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    rows = [drawn[start : start + beside] for start in range(0, len(drawn), beside)]
    step = max(image.shape[1] for _, image in drawn) + AIR
    heights = [max(image.shape[0] for _, image in row) + NAME + AIR for row in rows]
    wide, tall = min(beside, len(drawn)) * step + AIR, sum(heights) + AIR
    sheet = Canvas(figsize=(wide / DPI, tall / DPI), dpi=DPI)
    FigureCanvasAgg(sheet)
    top = tall - AIR
    for row, height in zip(rows, heights, strict=True):
        for place, (name, image) in enumerate(row):
            _paste(sheet, name, image, AIR + place * step, top)
        top -= height
    return sheet


def _paste(sheet: Any, name: str, image: "NDArray[Any]", left: int, top: int) -> None:
    """Write a name on the sheet and put the figure under it; lengths in pixels from the lower left corner."""
    wide, tall = sheet.get_size_inches() * DPI
    sheet.text(
        left / wide, top / tall, name, fontsize=NAME_SIZE, fontweight=SEMIBOLD, color=INK, va="top", parse_math=False
    )
    sheet.figimage(image, xo=left, yo=top - NAME - image.shape[0])
