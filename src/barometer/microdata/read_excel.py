"""One sheet of a workbook: .xlsx, .xls and .ods, by calamine."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer.errors import DeliveryError, Fault
from barometer.microdata.codes import code_text, numbers_where_plain, text_values
from barometer.microdata.old_excel_guards import check_old_excel
from barometer.microdata.raw_table import RawTable
from barometer.microdata.read_guards import check_names, parsed, required_package
from barometer.microdata.workbook_guards import SheetContents, check_workbook, sheet_parts

ZIPPED = (".xlsx", ".xlsm", ".ods")
_HEADER_HINT = "; is the header in row 1?"
_MOMENTS = {date, datetime}


def read_excel(path: Path, name: str, sheet: str | None, decimal: str | None) -> RawTable:
    """
    Read one sheet of a workbook, its header in row 1.

    Parameters
    ----------
    path : Path
    name : str
        Of the format.
    sheet : str or None
        None: the only sheet there is.
    decimal : {",", "."} or None
        Text columns of plain numbers with this mark become numbers.

    Raises
    ------
    MissingPackageError
    DeliveryError
        If the workbook is damaged, encrypted or too large, the sheet is not there, several are and none was chosen, or
        it has no usable header or no rows.
    """
    calamine: Any = required_package("python_calamine", "excel", path)
    contents = check_workbook(path) if path.suffix.lower() in ZIPPED else {}
    if path.suffix.lower() not in ZIPPED:
        check_old_excel(path)
    book = parsed(path, "a workbook", lambda: _opened(calamine, path))
    chosen = _chosen(path, book, calamine.SheetTypeEnum.WorkSheet, sheet)
    cells = parsed(path, "a workbook", lambda: _cells(path, book.get_sheet_by_name(chosen)))
    header, columns = _table(path, cells)
    frame, mixed = _frame(header, columns)
    if decimal:
        frame = pd.DataFrame({column: numbers_where_plain(frame[column], decimal) for column in frame.columns})
    warnings = _sheet_warnings(contents.get(sheet_parts(path).get(chosen, "")) if contents else None)
    return RawTable(frame, name, warnings=(*warnings, *mixed))


def _opened(calamine: Any, path: Path) -> Any:
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError:
        raise DeliveryError(path, [Fault("file", "is encrypted; save it without a password")]) from None


def _chosen(path: Path, book: Any, worksheet: Any, sheet: str | None) -> str:
    names = [known.name for known in book.sheets_metadata if known.typ == worksheet]
    listed = ", ".join(map(repr, names))
    if sheet is None:
        if len(names) != 1:
            raise DeliveryError(path, [Fault("sheet", f"has {len(names)} sheets, choose one with `sheet`: {listed}")])
        return str(names[0])
    if sheet not in names:
        raise DeliveryError(path, [Fault("sheet", f"has no sheet {sheet!r}; it has {listed}")])
    return sheet


def _cells(path: Path, sheet: Any) -> list[list[Any]]:
    if sheet.start is None:
        raise DeliveryError(path, [Fault("file", "the sheet is empty")])
    if sheet.start[0] > 0:
        message = f"the header is expected in row 1; the first filled row is {sheet.start[0] + 1}"
        raise DeliveryError(path, [Fault("columns", f"{message}: delete the rows above it")])
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=True)
    return rows


def _table(path: Path, cells: list[list[Any]]) -> tuple[list[str], list[Sequence[Any]]]:
    """Split the cells into a header and columns, without rows and columns at the end that hold nothing."""
    header, *rows = cells
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise DeliveryError(path, [Fault("file", "has a header but no rows")])
    names: list[str] = []
    columns: list[Sequence[Any]] = []
    for title, column in zip(header, zip(*rows, strict=True), strict=True):
        if title == "" and not any(cell != "" for cell in column):
            continue
        names.append(code_text(title))
        columns.append(column)
    check_names(path, names, _HEADER_HINT)
    return names, columns


def _frame(header: list[str], columns: list[Sequence[Any]]) -> tuple[pd.DataFrame, list[Fault]]:
    made: dict[str, pd.Series] = {}
    faults = []
    for name, column in zip(header, columns, strict=True):
        kinds = {type(cell) for cell in column}
        values = list(column)
        if str in kinds:
            values = [None if cell == "" else cell for cell in column]
            kinds = {type(cell) for cell in values if cell is not None}
        made[name] = _typed(values, kinds)
        if len(kinds) > 1 and not (kinds <= _MOMENTS or kinds <= {int, float}):
            message = f"holds {_listed(kinds)} in one column; all were read as text"
            faults.append(Fault("mixed", message, name))
    return pd.DataFrame(made), faults


def _typed(values: list[Any], kinds: set[type]) -> pd.Series:
    if kinds and kinds <= {int, float}:
        return pd.Series([np.nan if value is None else value for value in values], dtype=np.float64)
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean" if None in values else "bool")
    if kinds and kinds <= _MOMENTS:
        return pd.to_datetime(pd.Series(values, dtype=object), format="mixed")
    if kinds == {timedelta}:
        return pd.to_timedelta(pd.Series(values, dtype=object))
    return text_values(values)


def _listed(kinds: set[type]) -> str:
    words = {str: "text", bool: "truth", date: "dates", datetime: "dates", time: "times", timedelta: "times"}
    return " and ".join(sorted({words.get(kind, "numbers") for kind in kinds}))


def _sheet_warnings(contents: SheetContents | None) -> list[Fault]:
    faults = []
    if contents and contents.formulas:
        message = (
            f"{contents.formulas:,} cells are formulas: their stored results were read, and a blank where there is none"
        )
        faults.append(Fault("formula", message))
    if contents and contents.failed:
        message = f"{contents.failed:,} cells hold an error such as #N/A and were read as blank"
        faults.append(Fault("formula", message))
    return faults
