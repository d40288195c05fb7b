"""Numbers as text, in Danish and English."""

import math

from barometer.codebook.records import Lang

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def round_half_up(value: float, decimals: int = 0) -> float:
    """
    Round as official statistics do: 0.5 goes up.

    A value that binary arithmetic left a billionth short of the half counts as the half.
    """
    scale = 10.0**decimals
    return math.floor(value * scale + 0.5 + 1e-9) / scale


def integer(value: int, lang: Lang) -> str:
    """Write a whole number with a thousands mark: 1.877 or 1,877."""
    text = f"{value:,}"
    return text.replace(",", ".") if lang == "da" else text


def decimal(value: float, lang: Lang, decimals: int = 1) -> str:
    """Write a number with a fixed number of decimals: 26,4 or 26.4."""
    rounded = round_half_up(value, decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    if lang == "da":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if rounded < 0 else text


def per_cent(share: float, lang: Lang, decimals: int = 0) -> str:
    """Write a share of one as per cent: 26 % in Danish (with a thin space), 26% in English."""
    text = decimal(100.0 * share, lang, decimals)
    return f"{text}{THIN_SPACE}%" if lang == "da" else f"{text}%"


def interval(low: float, high: float, lang: Lang, decimals: int = 1) -> str:
    """Write a confidence interval of shares as per cent: 24,6-28,3 %."""
    ends = f"{decimal(100.0 * low, lang, decimals)}\N{EN DASH}{decimal(100.0 * high, lang, decimals)}"
    return f"{ends}{THIN_SPACE}%" if lang == "da" else f"{ends}%"
