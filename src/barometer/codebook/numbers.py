"""Numbers as text, in Danish and English."""

import math
from collections.abc import Sequence

from barometer.codebook.records import Label, Lang

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
LEAST_P = 0.001
"""Below it a p-value is not written out."""


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


def signed(value: float, lang: Lang, decimals: int = 1) -> str:
    """Write a number with its sign, which a zero has not: +3,2 or \N{MINUS SIGN}3.2."""
    text = decimal(value, lang, decimals)
    return f"+{text}" if round_half_up(value, decimals) > 0.0 else text


def p_value_text(p_value: float, lang: Lang) -> str:
    """Write a p-value: p = 0,034 or p = 0.034, and p < 0.001 below that."""
    if math.isnan(p_value):
        return Label("p ikke beregnet", "p not computed").text(lang)
    return f"p < {decimal(LEAST_P, lang, 3)}" if p_value < LEAST_P else f"p = {decimal(p_value, lang, 3)}"


def df_text(df: float, lang: Lang) -> str:
    """Write degrees of freedom without a thousands mark, which would be read as one more number: 1702 or 2.6."""
    text = f"{df:.0f}" if df == int(df) else f"{df:.1f}"
    return text.replace(".", ",") if lang == "da" else text


def statistic_text(name: str, df: Sequence[float], statistic: float, p_value: float, lang: Lang) -> str:
    """
    Write a test with its degrees of freedom and p-value.

    Parameters
    ----------
    name : str
        Of the statistic: "F", "t", "X\N{SUPERSCRIPT TWO}".
    df : sequence of float
        Degrees of freedom, those of the numerator first.
    statistic, p_value : float
    lang : {"da", "en"}

    Returns
    -------
    str
        "F(1, 1702) = 12.41, p < 0.001"; in Danish "F(1; 1702) = 12,41, p < 0,001".
    """
    between = "; " if lang == "da" else ", "
    found = between.join(df_text(each, lang) for each in df)
    return f"{name}({found}) = {decimal(statistic, lang, 2)}, {p_value_text(p_value, lang)}"
