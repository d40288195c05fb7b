"""Tables of results in a notebook and on a page."""

from collections.abc import Collection, Iterable, Sequence
from html import escape


def html_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Collection[str] = (), *, caption: str = ""
) -> str:
    """
    Return a table as HTML.

    Parameters
    ----------
    headings : sequence of str
    rows : iterable of sequence of str
        Cells as text, one for each heading.
    numbers : collection of str
        Headings of the columns that are aligned at the right, heading and cells.
    caption : str
        What stands above it; empty for none.

    Notes
    -----
    Every text has a direction of its own, so that a label from right to left does not turn its row around.
    """
    sides = ["right" if heading in numbers else "left" for heading in headings]
    head = "".join(
        f"<th scope='col' dir='auto' style='text-align:{side}'>{escape(heading)}</th>"
        for heading, side in zip(headings, sides, strict=True)
    )
    body = "".join(f"<tr>{_cells(row, sides)}</tr>" for row in rows)
    above = f"<caption dir='auto' style='text-align:left'>{escape(caption)}</caption>" if caption else ""
    return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Sequence[str], sides: Sequence[str]) -> str:
    cells = zip(row, sides, strict=True)
    return "".join(f"<td dir='auto' style='text-align:{side}'>{escape(text)}</td>" for text, side in cells)
