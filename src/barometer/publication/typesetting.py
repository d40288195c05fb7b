"""Measure and wrap text in the figure's own font."""

from functools import cache, lru_cache

from barometer.publication.style import FAMILY, SEMIBOLD, register_fonts

TABULAR: tuple[str] = ("tnum",)
"""Font feature that gives all digits one width."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_MEASURE = 100.0
"""Size in points at which text is measured."""


def text_width(text: str, points: float, semibold: bool = False, features: tuple[str] | None = None) -> float:
    """
    Width of one line in points.

    Measured without hinting, which is how figures are drawn: the same at every resolution.
    """
    return _measured(text, semibold, features) * points / _MEASURE


@lru_cache(maxsize=65536)
def _measured(text: str, semibold: bool, features: tuple[str] | None) -> float:
    """Width at the size of measuring: one measure serves every size of type, since widths without hinting scale."""
    from matplotlib.font_manager import get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(_font_files(semibold))
    font.set_size(_MEASURE, 72.0)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING, features=features)
    return float(font.get_width_height()[0]) / 64.0


@cache
def _font_files(semibold: bool) -> list[str]:
    """Files of the figure's font and of the one behind it."""
    from matplotlib.font_manager import FontProperties, findfont

    register_fonts()
    weight = SEMIBOLD if semibold else 400
    return [findfont(FontProperties(family=family, weight=weight)) for family in FAMILY]


def longest_word(text: str, points: float, *, semibold: bool = False) -> float:
    """Width in points of the widest word of a text: `wrap` breaks it where there is less room; 0 without words."""
    return max((text_width(word, points, semibold) for word in _words(text)), default=0.0)


def wrap(text: str, points: float, width: float, *, semibold: bool = False) -> list[str]:
    """
    Break a text into lines no wider than `width` points, as even as a greedy break with a second look gives.

    A single word that is wider is broken where it reaches the width.
    """
    return list(_wrapped(text, points, width, semibold))


@lru_cache(maxsize=8192)
def _wrapped(text: str, points: float, width: float, semibold: bool) -> list[str]:
    words = _words(text)
    if not words:
        return []
    lines = _greedy(words, points, width, semibold)
    if len(lines) == 1:
        return lines
    # No narrower than its longest word, which would be broken.
    longest = longest_word(text, points, semibold=semibold)
    narrow, wide = min(max(width / 2, longest), width), width
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


def shorten(text: str, points: float, width: float, *, semibold: bool = False) -> str:
    """Return a text on one line no wider than `width` points; what has no room gives place to an ellipsis."""
    if text_width(text, points, semibold) <= width:
        return text
    words = _words(text)
    kept = [" ".join(words[:count]).rstrip(",:") + ELLIPSIS for count in range(len(words) - 1, 0, -1)]
    return next((line for line in kept if text_width(line, points, semibold) <= width), ELLIPSIS)


def _words(text: str) -> list[str]:
    """Split at plain spaces only: a no-break space holds its words together."""
    return [word for word in text.split(" ") if word]


def _greedy(words: list[str], points: float, width: float, semibold: bool) -> list[str]:
    fitting = [piece for word in words for piece in _pieces(word, points, width, semibold)]
    lines = fitting[:1]
    for word in fitting[1:]:
        longer = f"{lines[-1]} {word}"
        if text_width(longer, points, semibold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _pieces(word: str, points: float, width: float, semibold: bool) -> list[str]:
    """Split a word that is wider than the line."""
    pieces = [word]
    while len(pieces[-1]) > 1 and text_width(pieces[-1], points, semibold) > width:
        rest = pieces.pop()
        fits = next((n for n in range(len(rest) - 1, 1, -1) if text_width(rest[:n], points, semibold) <= width), 1)
        pieces += [rest[:fits], rest[fits:]]
    return pieces
