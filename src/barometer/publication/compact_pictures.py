"""Pictures of few colours as small files that look the same."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOURS = 16
"""Of a figure's PNG, the paper included: its few colours and their blends. So many take half a byte each."""
WHITE = 0xFFFFFF
LOOKED_AT = 200_000
"""Pixels that the palette is chosen by, evenly from all of a larger picture."""


def compact_png(png: bytes, *, keep: Sequence[str] = ()) -> bytes:
    """
    Write a PNG in fewer bytes: `compact_pixels`.

    Parameters
    ----------
    png : bytes
    keep : sequence of str
        Hex colours.
    """
    from PIL import Image

    picture = Image.open(io.BytesIO(png))
    return compact_pixels(np.asarray(picture.convert("RGB")), keep=keep, dpi=picture.info.get("dpi"))


def compact_pixels(
    pixels: "NDArray[np.uint8]", *, keep: Sequence[str] = (), dpi: tuple[float, float] | None = None
) -> bytes:
    """
    Write a picture of few colours on white paper with a palette, each pixel the nearest of it.

    The palette is that of the pixels that are not paper, which are few; the paper stays what it is.

    Parameters
    ----------
    pixels : (h, w, 3 or 4) uint8
        Red, green and blue.
    keep : sequence of str
        Hex colours that are in the palette however few pixels have them: of many drawings, those that mean something.
    dpi : (float, float), optional

    Returns
    -------
    bytes
        A PNG; the same at every run.
    """
    from PIL import Image

    red, green, blue = (pixels[..., channel].astype(np.int32) for channel in range(3))
    codes = (red << 16) | (green << 8) | blue
    kept = np.array([WHITE, *(int(colour[1:], 16) for colour in keep)])
    met, other = np.zeros(WHITE + 1, dtype=bool), np.ones(WHITE + 1, dtype=bool)
    met[codes], other[kept] = True, False
    others = codes[other[codes]]
    seen = others[:: -(-others.size // LOOKED_AT) or 1]
    palette = np.vstack([_channels(kept), _palette(_channels(seen), COLOURS - len(kept))])
    colours = np.flatnonzero(met)
    nearest = np.zeros(WHITE + 1, dtype=np.uint8)
    nearest[colours] = ((_channels(colours)[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
    few = Image.fromarray(nearest[codes], mode="P")
    few.putpalette(palette.astype(np.uint8).tobytes())
    stream = io.BytesIO()
    few.save(stream, "PNG", optimize=True, bits=4, dpi=dpi)
    return stream.getvalue()


def _channels(codes: "NDArray[np.integer]") -> "NDArray[np.integer]":
    """Return red, green and blue of colours, one a row."""
    return np.stack([codes >> 16, (codes >> 8) & 255, codes & 255], axis=-1)


def _palette(pixels: "NDArray[np.integer]", most: int) -> "NDArray[np.integer]":
    """Choose the colours of some pixels, one a row."""
    from PIL import Image

    if not len(pixels):
        return pixels
    inked = Image.fromarray(pixels[None].astype(np.uint8))
    chosen = inked.quantize(most, method=Image.Quantize.MEDIANCUT, kmeans=8).getpalette() or []
    return np.array(chosen[: 3 * most]).reshape(-1, 3)
