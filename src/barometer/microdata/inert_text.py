"""Texts that a spreadsheet shows and never runs."""

import pandas as pd

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def inert(text: str) -> str:
    """
    Put an apostrophe before a text that a spreadsheet would run when it opens a CSV file.

    Parameters
    ----------
    text : str
        A label, a heading or a note; numbers are no texts and stay as they are.

    References
    ----------
    OWASP, CSV injection.

    Examples
    --------
    >>> inert("=1+1"), inert("Schools")
    ("'=1+1", 'Schools')
    """
    return f"'{text}" if text.startswith(RISKY) else text


def inert_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and headings no spreadsheet runs; numbers are untouched."""
    cells = frame.astype(object).map(lambda value: inert(value) if isinstance(value, str) else value)
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{name: cells[name] for name in texts}).rename(columns=lambda name: inert(str(name)))
