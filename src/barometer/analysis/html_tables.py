"""Tables of results in a notebook."""

from collections.abc import Collection, Iterable, Sequence
from html import escape


def html_table(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Collection[str] = ()) -> str:
    """
    Return a table as HTML.

    Parameters
    ----------
    headings : sequence of str
    rows : iterable of sequence of str
        Cells as text, one for each heading.
    numbers : collection of str
        Headings of the columns that are aligned at the right.
    """
    sides = ["right" if heading in numbers else "left" for heading in headings]
    head = "".join(f"<th style='text-align:left'>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{_cells(row, sides)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Sequence[str], sides: Sequence[str]) -> str:
    return "".join(f"<td style='text-align:{side}'>{escape(text)}</td>" for text, side in zip(row, sides, strict=True))
