"""Colours: teal and amber carry meaning, greys carry the rest."""

INK = "#1f2a37"
MUTED = "#56616b"
GRID = "#e2e6e9"
TEAL = "#0b6b74"
TEAL_LIGHT = "#5b9da4"
AMBER = "#a85400"
AMBER_LIGHT = "#c8843c"
TEAL_PALE = "#cfe3e5"
AMBER_PALE = "#f3dfc8"
GREY = "#7d8893"
GREY_LIGHT = "#868f98"
PAPER = "#ffffff"


def contrast_ratio(first: str, second: str) -> float:
    """Contrast of two hex colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
