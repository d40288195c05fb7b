"""A table as LaTeX: booktabs rules, long texts in lines, never wider than the line."""

from collections.abc import Sequence
from textwrap import wrap

from barometer.publication.table_text import TableText
from barometer.publication.typed_text import latex_text, one_line

LONG_TEXT = 40
"""Characters of a cell from which its column is set in lines."""
NARROW = 14
"""Characters of a heading over numbers from which it goes on in another line."""
LINES = r">{\raggedright\arraybackslash}p{0.3\linewidth}"
FIT = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%"


def latex_table(text: TableText, title: str) -> str:
    """
    Write one table with its title above and its notes below.

    Parameters
    ----------
    text : TableText
    title : str
    """
    head = " & ".join(_heading(name, name in text.numbers) for name in text.headings) + r" \\"
    body = (" & ".join(map(latex_text, row)) + r" \\" for row in text.rows)
    notes = [rf"{latex_text(note)}\par" for note in text.notes]
    below = [r"\begin{flushleft}\footnotesize", *notes, r"\end{flushleft}"] if notes else []
    lines = [
        r"\begin{table}",
        rf"\caption{{{latex_text(title)}}}",
        FIT,
        rf"\begin{{tabular}}{{{_columns(text)}}}",
        r"\toprule",
        head,
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}}",
        *below,
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _heading(name: str, of_numbers: bool) -> str:
    """Write a heading; over numbers, which are narrow, in several lines."""
    lines = wrap(one_line(name), NARROW, break_long_words=False, break_on_hyphens=False) if of_numbers else [name]
    stacked = r"\\".join(map(latex_text, lines))
    return stacked if len(lines) < 2 else rf"\shortstack[r]{{{stacked}}}"


def _columns(text: TableText) -> str:
    columns: Sequence[Sequence[str]] = list(zip(*text.rows, strict=True)) or [()] * len(text.headings)
    longest = [max(map(len, column), default=0) for column in columns]
    return "".join(
        "r" if name in text.numbers else LINES if length > LONG_TEXT else "l"
        for name, length in zip(text.headings, longest, strict=True)
    )
