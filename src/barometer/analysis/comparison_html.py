"""Rows of comparisons as a table of a page: what a reader needs, in units that are said."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from barometer import survey
from barometer.analysis.comparison_words import COMPARISON_HEADINGS
from barometer.analysis.html_tables import html_table
from barometer.codebook.numbers import p_value_text

COLUMNS = (
    *("indicator", "group", "versus", "share", "share_versus", "difference", "ci_low", "ci_high", "odds_ratio"),
    *("p_value", "p_adjusted", "n", "note"),
)


def comparison_rows_html(rows: pd.DataFrame, test: "survey.ComparisonTest") -> str:
    """
    Write rows of comparisons as an HTML table.

    A note that no row has is left out, and so are odds ratios where the test was of differences: a table that is too
    wide breaks its names into single words.

    Parameters
    ----------
    rows : DataFrame
        As `Comparisons.to_frame("en")` gives them.
    test : {"difference", "odds_ratio"}
    """
    left_out = {"odds_ratio"} if test == "difference" else set()
    headings = {name: COMPARISON_HEADINGS[name].en for name in COLUMNS if name not in left_out}
    if not rows[headings["note"]].any():
        del headings["note"]
    written = pd.DataFrame({heading: rows[heading].map(FORMS[name]) for name, heading in headings.items()})
    numbers = [heading for name, heading in headings.items() if FORMS[name] is not str]
    return html_table(list(headings.values()), written.to_numpy(), numbers)


def _number(form: str) -> Callable[[float], str]:
    return lambda value: "" if pd.isna(value) else form.format(value)


def _points(difference: float) -> str:
    return _number("{:+.1f} points")(100.0 * difference)


def _p_value(p_value: float) -> str:
    return "" if pd.isna(p_value) else p_value_text(p_value, "en").removeprefix("p ").removeprefix("= ")


FORMS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("indicator", "group", "versus", "note"), str),
    **dict.fromkeys(("share", "share_versus"), _number("{:.1%}")),
    **dict.fromkeys(("difference", "ci_low", "ci_high"), _points),
    **dict.fromkeys(("p_value", "p_adjusted"), _p_value),
    "odds_ratio": _number("{:.2f}"),
    "n": _number("{:,}"),
}
"""How the values of a column are written."""
