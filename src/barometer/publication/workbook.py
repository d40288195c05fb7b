"""Results as an Excel workbook: a contents sheet, then one sheet a result with its notes; numbers stay numbers."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError, OutputError, as_path
from barometer.microdata import SYNTHETIC
from barometer.microdata.store import replacing_file
from barometer.publication.disclosure.policy import DEFAULT, PolicyChoice
from barometer.publication.result_sheets import Results, result_sheets

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_EPOCH = datetime(2000, 1, 1)  # a workbook says when it was made; ours says the same at every run
CONTENTS = Label("Indhold", "Contents")
RESERVED = ("history",)
"""Sheet names that Excel keeps for itself."""
LONGEST_NAME = 31
_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\']")


def to_excel(
    results: Results,
    path: str | Path,
    *,
    lang: Lang = "en",
    policy: PolicyChoice = DEFAULT,
) -> Path:
    """
    Write results to an Excel workbook.

    Parameters
    ----------
    results : result, sequence of results, or dict of sheet name to result
        What any question gives: shares, comparisons, trends, models, figures, claims checked, and so on. A result of
        several tables takes several sheets.
    path : str or Path
        Ends in .xlsx; replaced only when all of it is written.
    lang : {"da", "en"}
        Language of labels, headings and notes.
    policy : str or DisclosurePolicy
        What may be shown: see `protect`. Results are protected together; with "none" every sheet says that it may not
        be published. Figures and what was protected before are written as they are.

    Returns
    -------
    Path

    Raises
    ------
    ArgumentError
        If there is nothing to write, or the ending is another.
    UnknownNameError
        If there is no such policy.
    OutputError
        If it cannot be written, or the package xlsxwriter is missing.
    """
    path = workbook_path(path)
    return write_workbook(result_sheets(results, lang, policy), path, lang)


def workbook_path(path: str | Path) -> Path:
    """
    Take the path of a workbook.

    Raises
    ------
    ArgumentError
        If it does not end in .xlsx.
    """
    path = as_path("path", path)
    if path.suffix != ".xlsx":
        raise ArgumentError("path", f"must end in .xlsx, got {path.name!r}")
    return path


def write_workbook(sheets: Sequence[Sheet], path: Path, lang: Lang) -> Path:
    """
    Write sheets to a workbook, the contents before them.

    Raises
    ------
    OutputError
        If it cannot be written, or the package xlsxwriter is missing.
    """
    try:
        import xlsxwriter
        from xlsxwriter.exceptions import FileCreateError
    except ImportError:
        raise OutputError(path, "needs xlsxwriter: pip install 'innovation-barometer[report]'") from None
    with replacing_file(path) as staged:
        # Labels come from files: nothing in them may become a formula or a link.
        options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
        try:
            with xlsxwriter.Workbook(staged, options) as book:
                book.set_properties({"title": "barometer", "created": _EPOCH})
                _write(book, _named(sheets, lang), lang)
        except FileCreateError as error:
            raise OutputError(path, f"cannot be written to ({error})") from error
    return path


def _named(sheets: Sequence[Sheet], lang: Lang) -> list[Sheet]:
    """Give sheets names that Excel takes."""
    taken = {*RESERVED, CONTENTS.text(lang).lower()}
    return [replace(sheet, name=_unique(f"{sheet.name} {sheet.part}".strip(), taken)) for sheet in sheets]


def _unique(name: str, taken: set[str]) -> str:
    """Return a sheet name that Excel takes: at most 31 characters, none of a few, not used yet."""
    clean = _BAD_IN_NAME.sub("_", name) or "sheet"
    unique, number = _shortened(clean, LONGEST_NAME), 1
    while unique.lower() in taken:
        number += 1
        ending = f"_{number}"
        unique = _shortened(clean, LONGEST_NAME - len(ending)) + ending
    taken.add(unique.lower())
    return unique


def _shortened(name: str, longest: int) -> str:
    """Cut a name after the last word that fits; a word that is longer than a name is cut."""
    if len(name) <= longest:
        return name
    whole = name[: longest + 1].rpartition(" ")[0]
    return whole.rstrip(" ,:") or name[:longest]


def _write(book: "Workbook", sheets: Sequence[Sheet], lang: Lang) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    forms = _Forms(*(book.add_format({"num_format": form}) for form in ("0.0%", "#,##0", "#,##0.0##", "General")))
    contents = book.add_worksheet(CONTENTS.text(lang))
    contents.write_string(0, 0, CONTENTS.text(lang), bold)
    contents.set_column(0, 0, 34)
    contents.set_column(1, 1, 90)
    for row, sheet in enumerate(sheets, start=2):
        contents.write_url(row, 0, f"internal:'{sheet.name}'!A1", string=sheet.name)
        contents.write_string(row, 1, sheet.title, wrap)
    if any(SYNTHETIC.text(lang) in note for sheet in sheets for note in sheet.notes):
        contents.write_string(1, 0, SYNTHETIC.text(lang), bold)
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.title, bold)
        for row, note in enumerate(sheet.notes, start=1):
            page.write_string(row, 0, note)
        top = len(sheet.notes) + 2
        for column, heading in enumerate(sheet.table.columns):
            page.write_string(top, column, sheet.heading(heading, lang), head)
            values = sheet.table[heading].tolist()
            form = forms.of(str(heading), values, sheet)
            for row, value in enumerate(values, start=top + 1):
                _cell(page, row, column, value, form)
            longest = max(
                [len(sheet.heading(heading, lang)) // 2, *(len(str(v)) for v in values if isinstance(v, str))],
                default=8,
            )
            page.set_column(column, column, min(max(longest + 2, 11), 60))
        page.freeze_panes(top + 1, 1)


@dataclass(frozen=True, slots=True)
class _Forms:
    """Formats of numbers."""

    share: Any
    whole: Any
    number: Any
    year: Any

    def of(self, heading: str, values: Sequence[object], sheet: Sheet) -> Any:
        """Return the format of a column; differences of shares have that of shares, so that formulas add up."""
        if heading in sheet.shares or heading in sheet.points:
            return self.share
        if heading in sheet.years:
            return self.year
        parts = any(isinstance(value, float) and not value.is_integer() and math.isfinite(value) for value in values)
        return self.number if parts else self.whole


def _cell(page: Any, row: int, column: int, value: object, form: Any) -> None:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, float) and math.isinf(value):  # which Excel has no number for
        page.write_string(row, column, "\N{INFINITY}" if value > 0 else "\N{MINUS SIGN}\N{INFINITY}")
    elif isinstance(value, int | float):
        page.write_number(row, column, value, form)
    else:
        page.write_string(row, column, str(value))
