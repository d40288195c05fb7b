"""Files of SPSS, Stata and SAS, by pyreadstat: labels and declared missing codes kept."""

import codecs
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometer.errors import DeliveryError, Fault
from barometer.microdata.codes import code_text, text_values
from barometer.microdata.raw_table import MissingRange, RawTable
from barometer.microdata.read_guards import check_names, check_size, parsed, required_package
from barometer.microdata.spss_guards import check_dictionary

_READERS = {
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".por": "read_por",
    ".dta": "read_dta",
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
}
_KEEPING_CODES = (".sav", ".zsav", ".dta", ".sas7bdat")
"""Formats of which the library returns codes that are declared missing."""

_WITH_DICTIONARY = (".sav", ".zsav")
_PER_BYTE = {".sav": 1032, ".zsav": 1032, ".por": 0, ".dta": 1, ".sas7bdat": 4096, ".xpt": 1}
"""Values that a byte can stand for: the most that deflate, or the run lengths of SAS, can pack into one."""

_LOST = Fault(
    "user-missing",
    "codes that a file of this format declares missing come as blanks; ask for .sav, .dta or .sas7bdat to keep them",
)
_RECORD = 80
"""Bytes of a record of SAS transport files."""

_BAD_TEXT = "Unable to convert string"


def read_statistical(path: Path, name: str, encoding: str | None) -> RawTable:
    """
    Read a file of SPSS, Stata or SAS.

    Codes that the file declares missing stay in the frame: numbers of SPSS as they are, letters of Stata and SAS as
    ".a", which makes the whole column text.

    Parameters
    ----------
    path : Path
    name : str
        Of the format.
    encoding : str or None
        Of its texts, where the file does not say or says wrong.

    Raises
    ------
    MissingPackageError
    DeliveryError
        If the file is damaged or cut short, too large, or its texts are in another encoding.
    """
    read = _reader(path, encoding)
    if path.suffix.lower() in _WITH_DICTIONARY:
        check_dictionary(path, encoding)
    _, declared = _run(path, name, lambda: read(metadataonly=True))
    rows = max(declared.number_rows or 0, 0)
    check_names(path, declared.column_names)
    check_size(path, rows, len(declared.column_names), per_byte=_PER_BYTE[path.suffix.lower()])
    frame, about = _run(path, name, read)
    if path.suffix.lower() == ".xpt" and path.stat().st_size % _RECORD:
        raise DeliveryError(path, [Fault("file", f"is no whole number of {_RECORD}-byte records: it is cut short")])
    if rows and len(frame) != rows:
        message = f"declares {rows:,} rows and holds {len(frame):,}: it is cut short"
        raise DeliveryError(path, [Fault("file", message)])
    if frame.empty:
        raise DeliveryError(path, [Fault("file", "has columns but no rows")])
    lettered = _lettered(path, name, read, frame, about)
    made = {column: lettered[column] if column in lettered else _typed(frame[column]) for column in frame.columns}
    blanks = frame.select_dtypes("number").isna().any(axis=None)
    may_have_lost_codes = blanks and path.suffix.lower() not in _KEEPING_CODES
    return RawTable(
        frame=pd.DataFrame(made),
        format=name,
        encoding=encoding or about.file_encoding or "",
        labels={column: text for column, text in about.column_names_to_labels.items() if text},
        value_labels=_value_labels(about, lettered),
        user_missing=_user_missing(about, lettered),
        warnings=(_LOST,) if may_have_lost_codes else (),
    )


def _reader(path: Path, encoding: str | None) -> Callable[..., Any]:
    pyreadstat = required_package("pyreadstat", "spss", path)
    ending = path.suffix.lower()
    function = getattr(pyreadstat, _READERS[ending])
    fixed: dict[str, Any] = {"user_missing": True} if ending in _KEEPING_CODES else {}
    if encoding:
        fixed["encoding"] = codecs.lookup(encoding).name
    catalog = path.with_suffix(".sas7bcat")
    if ending == ".sas7bdat" and catalog.is_file():
        fixed["catalog_file"] = str(catalog)

    def read(**asked: Any) -> Any:
        return function(str(path), dates_as_pandas_datetime=True, **fixed, **asked)

    return read


def _run(path: Path, name: str, read: Callable[[], Any]) -> Any:
    def naming_encodings() -> Any:
        try:
            return read()
        except Exception as error:
            if _BAD_TEXT in str(error) or isinstance(error, UnicodeDecodeError):
                message = "holds text in another encoding than it says; give `encoding`, often cp1252"
                raise DeliveryError(path, [Fault("encoding", message)]) from None
            raise

    return parsed(path, f"a file of {name}", naming_encodings)


def _lettered(path: Path, name: str, read: Callable[..., Any], frame: pd.DataFrame, about: Any) -> dict[str, pd.Series]:
    """
    Read the columns with letter codes (.a) once more, value by value.

    In the library's own frames a blank after the first letter of a whole-number column comes as 0.
    """
    texts = {column for column, kind in about.readstat_variable_types.items() if kind == "string"}
    columns = [c for c in frame.columns if c not in texts and frame[c].dtype == object and _has_text(frame[c])]
    if not columns:
        return {}
    values, _ = _run(path, name, lambda: read(usecols=columns, output_format="dict"))
    return {column: text_values([_lettered_value(value) for value in values[column]]) for column in columns}


def _lettered_value(value: object) -> object:
    return f".{value.lower()}" if isinstance(value, str) else _known(value)


def _has_text(column: pd.Series) -> bool:
    return any(isinstance(value, str) for value in column)


def _known(value: object) -> object:
    """Return a value, None where it is not a number or no time."""
    return value if value == value else None


def _typed(column: pd.Series) -> pd.Series:
    """Give a column of the library its own type: text as categorical, whole numbers with blanks as such."""
    if isinstance(column.dtype, pd.StringDtype):
        return pd.Series(pd.Categorical(column.mask(column == "")))
    if column.dtype != object:
        return column
    values = [_known(value) for value in column]
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return pd.Series(values, dtype="Int64")
    if kinds and kinds <= {int, float}:
        return pd.Series(values, dtype=np.float64)
    return text_values([None if value == "" else value for value in values])


def _value_labels(about: Any, lettered: Collection[str]) -> dict[str, dict[str, str]]:
    return {
        column: {_labelled_code(code, column in lettered): text for code, text in labels.items()}
        for column, labels in about.variable_value_labels.items()
    }


def _labelled_code(code: object, lettered: bool) -> str:
    if lettered and isinstance(code, str):
        return f".{code.lower()}"
    return code_text(code)


def _user_missing(about: Any, lettered: Mapping[str, pd.Series]) -> dict[str, tuple[MissingRange, ...]]:
    ranges = {
        column: tuple(MissingRange(each["lo"], each["hi"]) for each in found)
        for column, found in about.missing_ranges.items()
    }
    letters = {
        column: tuple(MissingRange(code, code) for code in values.cat.categories if code.startswith("."))
        for column, values in lettered.items()
    }
    return {**ranges, **letters}
