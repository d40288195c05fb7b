"""Any result as a publication table: HTML, LaTeX, Markdown, CSV and Excel, always with what has to stand beside it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Literal

from barometer.analysis.html_tables import html_table
from barometer.codebook.records import Lang, as_lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError, UnknownNameError, check_choice, check_kind
from barometer.microdata.inert_text import inert
from barometer.microdata.store import replacing_file
from barometer.publication.disclosure.policy import DEFAULT, PolicyChoice
from barometer.publication.latex_tables import latex_table
from barometer.publication.result_sheets import Result, result_sheets
from barometer.publication.table_text import is_missing, table_text, yes_or_no
from barometer.publication.typed_text import markdown_paragraph, markdown_text, one_line
from barometer.publication.workbook import workbook_path, write_workbook

CsvForm = Literal["international", "danish"]
ROWS_OF_A_PAGE = 40
"""Rows of a LaTeX table from which it goes on in another."""
_EXACT = 12
"""Decimals of per cent in CSV: what a float carries, and no dust of the multiplication."""


def to_table(
    result: Result, *, part: str = "", lang: Lang = "en", policy: PolicyChoice = DEFAULT
) -> "PublicationTable":
    """
    Make a publication table of a result.

    Parameters
    ----------
    result : a result
        What any question gives, a figure, or claims checked.
    part : str
        Which table, of a result that has several; the first by default. `to_tables` gives all.
    lang : {"da", "en"}
        Language of labels, headings, notes and numbers.
    policy : str or DisclosurePolicy
        What may be shown: see `protect`. With "none" the notes say that it may not be published.

    Returns
    -------
    PublicationTable

    Raises
    ------
    ArgumentError
        If it is no result, or the language is none there is.
    UnknownNameError
        If the result has no such part.

    Examples
    --------
    >>> import barometer as bm
    >>> table = bm.to_table(bm.estimate_shares(bm.load_wave(3), "innovative"))
    >>> print(table.to_markdown().splitlines()[0])
    **Innovative workplaces**
    """
    found = to_tables(result, lang=lang, policy=policy)
    tables = {table.sheet.part: table for table in reversed(found)}
    if part and part not in tables:
        raise UnknownNameError("part of this result", part, [name for name in tables if name])
    return tables.get(part, found[0])


def to_tables(result: Result, *, lang: Lang = "en", policy: PolicyChoice = DEFAULT) -> "tuple[PublicationTable, ...]":
    """
    Make publication tables of everything that a result holds.

    Parameters
    ----------
    result : a result
    lang : {"da", "en"}
    policy : str or DisclosurePolicy
        What may be shown: see `protect`.

    Returns
    -------
    tuple of PublicationTable
        As many as the result takes sheets of a workbook.

    Raises
    ------
    ArgumentError
        If it is no result, or the language is none there is.
    """
    check_kind("result", result, Result, "a result of the barometer, as estimate_shares gives")
    return tuple(PublicationTable(sheet, lang) for sheet in result_sheets(result, as_lang(lang), policy))


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PublicationTable:
    """
    One table of a result in one language, to be shown or written; Jupyter shows it by itself.

    Attributes
    ----------
    sheet : Sheet
        Title, notes (base, n, method, source, and that data are synthetic where they are) and table; numbers at full
        precision, shares as fractions of one.
    lang : {"da", "en"}

    Notes
    -----
    HTML, LaTeX and Markdown are for reading: a column that says the same in every row stands once, as a note, and one
    that is empty is left out. CSV and Excel have every column.
    """

    sheet: Sheet
    lang: Lang

    def to_html(self) -> str:
        """Return it as an HTML fragment: the table with its title as caption, the notes below; a wide one scrolls."""
        text = table_text(self.sheet, self.lang)
        table = html_table(text.headings, text.rows, text.numbers, caption=self.sheet.title)
        notes = "".join(f"<p dir='auto'>{escape(note)}</p>" for note in text.notes)
        return f"<div class='publication-table' lang='{self.lang}' style='overflow-x:auto'>{table}{notes}</div>"

    def to_latex(self) -> str:
        r"""
        Return it as LaTeX tables with title and notes, which need `\usepackage{array,booktabs,graphicx}`.

        Notes
        -----
        Columns of long texts are set in lines, a table that is wider than the line is made smaller, and after every
        40 rows a new one begins. Letters of other scripts than the Latin need LuaLaTeX or XeLaTeX.
        """
        text = table_text(self.sheet, self.lang)
        blocks = [text.rows[first : first + ROWS_OF_A_PAGE] for first in range(0, len(text.rows), ROWS_OF_A_PAGE)] or [
            ()
        ]
        tables = []
        for number, rows in enumerate(blocks, start=1):
            title = self.sheet.title + (f" ({number}/{len(blocks)})" if len(blocks) > 1 else "")
            notes = text.notes if number == len(blocks) else ()
            tables.append(latex_table(replace(text, rows=rows, notes=notes), title))
        return "\n".join(tables)

    def to_markdown(self) -> str:
        """Return it as Markdown: the title, a table as GitHub and Pandoc read it, the notes."""
        text = table_text(self.sheet, self.lang)
        sides = ["---:" if name in text.numbers else ":---" for name in text.headings]
        cells = [[markdown_text(cell) for cell in row] for row in (text.headings, *text.rows)]
        head, *body = (f"| {' | '.join(row)} |" for row in cells)
        table = "\n".join([head, f"| {' | '.join(sides)} |", *body])
        return (
            "\n\n".join([f"**{markdown_text(self.sheet.title)}**", table, *map(markdown_paragraph, text.notes)]) + "\n"
        )

    def to_csv(self, path: str | Path, *, form: CsvForm = "international") -> Path:
        """
        Write it as CSV: title, notes, an empty line, headings, rows.

        Parameters
        ----------
        path : str or Path
            Ends in .csv; replaced only when all of it is written.
        form : {"international", "danish"}
            Comma and decimal point in UTF-8, or semicolon and decimal comma in UTF-8 with the mark by which a Danish
            Excel opens it rightly.

        Returns
        -------
        Path

        Raises
        ------
        ArgumentError
            If the ending or the form is another.
        OutputError
            If it cannot be written.

        Notes
        -----
        Numbers are written at full precision, shares in per cent with "(%)" in their heading, differences of shares in
        percentage points with these words in it, what is missing as an empty field. A text that begins with = + - @, a
        tab or a carriage return gets an apostrophe before it, so that no spreadsheet runs it; numbers never do.
        `pandas.read_csv(path, skiprows=len(table.sheet.notes) + 2)` reads the rows.
        """
        path = Path(path)
        if path.suffix != ".csv":
            raise ArgumentError("path", f"must end in .csv, got {path.name!r}")
        check_choice("form", form, CsvForm)
        delimiter, encoding = (";", "utf-8-sig") if form == "danish" else (",", "utf-8")
        with replacing_file(path) as staged, staged.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
            writer.writerows(self._csv_rows(form))
        return path

    def to_excel(self, path: str | Path) -> Path:
        """
        Write it as a workbook of one sheet after its contents; `barometer.to_excel` puts several results in one.

        Parameters
        ----------
        path : str or Path
            Ends in .xlsx; replaced only when all of it is written.

        Raises
        ------
        ArgumentError
            If the ending is another.
        OutputError
            If it cannot be written, or the package xlsxwriter is missing.
        """
        return write_workbook([self.sheet], workbook_path(path), self.lang)

    def _csv_rows(self, form: CsvForm) -> Iterator[list[str]]:
        """Give title, notes, an empty line, headings and rows as fields."""
        for line in (self.sheet.title, *self.sheet.notes):
            yield [one_line(inert(line))]
        yield []
        columns = list(self.sheet.table.items())
        sheet = self.sheet
        shares = [name in sheet.shares or name in sheet.points for name, _ in columns]
        headings = [f"{name} (%)" if name in sheet.shares else sheet.heading(name, self.lang) for name, _ in columns]
        yield [one_line(inert(heading)) for heading in headings]
        fields = [
            [self._field(_per_cent(value) if share else value, form) for value in column.tolist()]
            for (_, column), share in zip(columns, shares, strict=True)
        ]
        yield from map(list, zip(*fields, strict=True))

    def _field(self, value: object, form: CsvForm) -> str:
        if is_missing(value):
            return ""
        if isinstance(value, bool):
            return yes_or_no(value, self.lang)
        if isinstance(value, int | float):
            number = repr(value)
            return number.replace(".", ",") if form == "danish" else number
        return one_line(inert(str(value)))

    def __repr__(self) -> str:
        """Say what it is and what it can be written as."""
        rows, columns = self.sheet.table.shape
        return f"<PublicationTable: {self.sheet.title}; {rows} rows, {columns} columns, {self.lang}>"

    def _repr_html_(self) -> str:
        return self.to_html()


def _per_cent(share: object) -> object:
    return round(100.0 * share, _EXACT) if isinstance(share, float) else share
