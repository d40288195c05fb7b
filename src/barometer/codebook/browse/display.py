"""Facts and listings as plain text of a given width, and as HTML without scripts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from barometer.codebook.browse.headings import heading
from barometer.codebook.records import Lang

WIDTH = 100
"""Characters of a line where nobody says otherwise."""
LEAST = 20
"""Characters that a column is left at the least, or its longest word if that is shorter."""
KEPT_WHOLE = ("name", "indicator", "waves", "only_waves", "versus", "source")
"""Columns whose cells are not broken."""
CODES = ("name", "indicator")
"""Columns whose cells are typed as they stand."""
STYLE = """<style>
.barometer.codebook { overflow-x: auto; }
.barometer.codebook table { border-collapse: collapse; margin: .2em 0 .8em; table-layout: auto; }
.barometer.codebook table th, .barometer.codebook table td { text-align: left; vertical-align: top;
  padding: .2em 1.2em .2em 0; border-bottom: 1px solid rgba(128, 128, 128, .25); max-width: 40em; }
.barometer.codebook table tr { background: none; }
.barometer.codebook table.facts th { white-space: nowrap; font-weight: normal; opacity: .75; }
.barometer.codebook td.address { overflow-wrap: anywhere; min-width: 12em; }
.barometer.codebook td.short { white-space: nowrap; }
.barometer.codebook details { margin: .1em 0; }
.barometer.codebook details details { margin-left: 1.2em; }
.barometer.codebook summary { cursor: pointer; padding: .1em 0; }
.barometer.codebook code { background: none; padding: 0; white-space: nowrap; }
</style>"""
"""Two classes, so that it counts before what a notebook says of tables; colours are left to the notebook."""


@dataclass(frozen=True, slots=True)
class Listing:
    """
    A small table of texts.

    Attributes
    ----------
    columns : tuple of str
        Codes of the columns.
    rows : tuple of tuple of str
        One text per column.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def filled(self) -> tuple[str, ...]:
        """Return the columns in which something stands."""
        return tuple(column for position, column in enumerate(self.columns) if any(row[position] for row in self.rows))

    def only(self, columns: Sequence[str]) -> "Listing":
        """Return it with some of its columns."""
        held = [self.columns.index(column) for column in columns]
        return Listing(tuple(columns), tuple(tuple(row[position] for position in held) for row in self.rows))

    def to_records(self) -> list[dict[str, str]]:
        """Return one dict per row, with the codes of the columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


Facts = Sequence[tuple[str, str]]
"""Headings and what is said under each."""


def facts_text(facts: Facts, width: int) -> list[str]:
    """Write one fact after the other, all texts beginning at the same place."""
    indent = min(max((len(name) for name, _ in facts), default=0) + 4, max(width // 3, 4))
    lines = []
    for name, text in facts:
        begin = f"  {name}"
        address = " " not in text and width - indent < len(text) <= width - 4
        if address or len(begin) > indent - 2:
            lines.append(begin)
            begin = ""
        room = width - 4 if address else width - indent
        first, *rest = wrapped(text, room)
        lines.append((" " * 4 if address else begin.ljust(indent)) + first)
        lines += [" " * indent + line for line in rest]
    return lines


def listing_text(listing: Listing, lang: Lang, width: int) -> list[str]:
    """Write a table in columns; where the width does not hold them, each row as lines of its own."""
    return grouped_text([("", listing)], lang, width)


def grouped_text(groups: Sequence[tuple[str, Listing]], lang: Lang, width: int) -> list[str]:
    """Write tables of the same columns under each other, each under its title, with columns of the same widths."""
    together = Listing(groups[0][1].columns, tuple(row for _, listing in groups for row in listing.rows))
    shown = together.only(together.filled())
    headings = [heading(column, lang) for column in shown.columns]
    indent = 4 if any(title for title, _ in groups) else 2
    widths = _column_widths(shown, headings, width - indent - 2 * (len(headings) - 1))
    lines = _row_text(headings, widths, indent) if widths else []
    for title, listing in groups:
        if title and listing.rows:
            lines += [f"  {line}" for line in wrapped(title, width - 2)]
        for row in listing.only(shown.columns).rows:
            lines += _row_text(row, widths, indent) if widths else _stacked_text(row, shown.columns, lang, width)
    return lines


def _stacked_text(row: Sequence[str], columns: Sequence[str], lang: Lang, width: int) -> list[str]:
    """Write a row as lines: its name, or its first cell under its heading, and under that the other cells."""
    said = [f"{heading(column, lang)}: {text}" for column, text in zip(columns, row, strict=True) if text]
    first = row[0] if columns[0] in CODES else said[0]
    lines = [f"  {line}" for line in wrapped(first, width - 2)]
    return [*lines, *(f"      {line}" for text in said[1:] for line in wrapped(text, width - 6))]


def _row_text(row: Sequence[str], widths: Sequence[int], indent: int) -> list[str]:
    cells = [wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(map(len, cells))):
        parts = (cell[number] if number < len(cell) else "" for cell in cells)
        padded = (part.ljust(size) for part, size in zip(parts, widths, strict=True))
        lines.append((" " * indent + "  ".join(padded)).rstrip())
    return lines


def _column_widths(listing: Listing, headings: Sequence[str], room: int) -> list[int]:
    """Return how wide each column is, the widest texts broken first; empty where they do not fit."""
    rows = (headings, *listing.rows)
    widths = [max(len(row[position]) for row in rows) for position in range(len(headings))]
    least = {
        position: min(max(len(word) for row in rows for word in (row[position].split() or [""])), LEAST)
        for position, column in enumerate(listing.columns)
        if column not in KEPT_WHOLE
    }
    while (over := sum(widths) - room) > 0:
        loose = [position for position in least if widths[position] > least[position]]
        if not loose:
            return []
        widest = max(loose, key=lambda position: widths[position])
        next_widest = max((widths[p] for p in loose if widths[p] < widths[widest]), default=0)
        widths[widest] = max(widths[widest] - over, next_widest, least[widest])
    return widths


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most so many characters."""
    if len(text) <= width:
        return [text]
    return wrap(text, max(width, 1), break_on_hyphens=False) or [""]


def page(body: str, lang: Lang) -> str:
    """Wrap HTML in what gives it its looks."""
    return f"<div class='barometer codebook' lang='{lang}'>{STYLE}{body}</div>"


def facts_html(facts: Facts) -> str:
    """Write facts as a table of two columns."""
    rows = "".join(f"<tr><th scope='row'>{escape(name)}</th>{_cell('', text)}</tr>" for name, text in facts)
    return f"<table class='facts'>{rows}</table>" if facts else ""


def listing_html(listing: Listing, lang: Lang) -> str:
    """Write a table."""
    shown = listing.only(listing.filled())
    head = "".join(f"<th scope='col'>{escape(heading(column, lang))}</th>" for column in shown.columns)
    rows = "".join(f"<tr>{''.join(map(_cell, shown.columns, row))}</tr>" for row in shown.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def folded(summary: str, body: Iterable[str], *, opened: bool = False) -> str:
    """Write HTML that opens and closes under its summary, which is HTML too."""
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{''.join(body)}</details>"


def _cell(column: str, text: str) -> str:
    """Write a cell: names as they are typed, waves on one line, addresses broken anywhere."""
    if column in CODES and text:
        return f"<td><code>{escape(text)}</code></td>"
    if text.startswith("http"):
        return f"<td class='address'>{escape(text)}</td>"
    return f"<td class='short'>{escape(text)}</td>" if column in KEPT_WHOLE else f"<td>{escape(text)}</td>"
