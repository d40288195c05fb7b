"""Measure and wrap text in the figure's own font."""

from functools import lru_cache

from barometer.publication.style import FAMILY, SEMIBOLD, register_fonts


@lru_cache(maxsize=4096)
def text_width(text: str, points: float, semibold: bool = False) -> float:
    """Width of one line in points."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

    register_fonts()
    renderer = RendererAgg(1, 1, 72.0)  # type: ignore[no-untyped-call]
    font = FontProperties(family=FAMILY, weight=SEMIBOLD if semibold else 400, size=points)
    width: float = renderer.get_text_width_height_descent(text, font, ismath=False)[0]  # type: ignore[no-untyped-call]
    return width


def wrap(text: str, points: float, width: float, *, semibold: bool = False) -> list[str]:
    """
    Break a text into lines no wider than `width` points, as even as a greedy break with a second look gives.

    A single word that is wider keeps a line of its own.
    """
    words = _words(text)
    if not words:
        return []
    lines = _greedy(words, points, width, semibold)
    if len(lines) == 1:
        return lines
    narrow, wide = width / 2, width
    for _ in range(8):
        middle = (narrow + wide) / 2
        if len(_greedy(words, points, middle, semibold)) <= len(lines):
            wide = middle
        else:
            narrow = middle
    return _greedy(words, points, wide, semibold)


def wrap_full(text: str, points: float, width: float) -> list[str]:
    """Break a text into lines that fill the width; for running text."""
    return _greedy(_words(text), points, width, semibold=False)


def _words(text: str) -> list[str]:
    """Split at plain spaces only: a no-break space holds its words together."""
    return [word for word in text.split(" ") if word]


def _greedy(words: list[str], points: float, width: float, semibold: bool) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if text_width(longer, points, semibold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
