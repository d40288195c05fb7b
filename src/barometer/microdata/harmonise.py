"""From delivered columns and codes to the codebook's, collecting every fault."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.errors import Fault
from barometer.microdata.blanks import fill_blanks, filled
from barometer.microdata.codes import EXACT, CodedValues, as_floats, code_values, is_dated
from barometer.microdata.evaluate import BoolArray, FloatArray
from barometer.microdata.layout import CodedColumn, Layout
from barometer.microdata.raw_table import RawTable
from barometer.microdata.read import FIRST_ROW

_ABSENT = "the layout needs this column and the file does not have it"
_STRANGE = "is not in the layout; map it, or ignore it"
_DATED = "holds dates where codes belong"
_OTHERWISE = (
    "a listed code written otherwise (capitals, spaces around it, leading zeros or decimals); nothing is guessed: "
    "list it as it is written, or mend the file"
)


def harmonise(raw: RawTable, layout: Layout, codebook: Codebook, faults: list[Fault]) -> pd.DataFrame:
    """
    Rename and recode a delivery.

    Parameters
    ----------
    raw : RawTable
        As `read_delivery` gives it: text, numbers and dates.
    layout : Layout
    codebook : Codebook
    faults : list of Fault
        Gets an entry for every missing or unexpected column, unknown code and unreadable number.

    Returns
    -------
    DataFrame
        id, synthetic, weight, population, registers, answers, in the codebook's names and order. Columns that are at
        fault are missing or blank in it.

    Notes
    -----
    A number is the code that it is written as: 1.0 is "1". A code that the layout lists as missing is a blank; one that
    only the file declares missing is a blank where the layout maps it to nothing.
    """
    frame = raw.frame
    _check_columns(frame, layout, faults)
    made: dict[str, Any] = {}
    if layout.id in frame:
        made["id"] = _ids(frame[layout.id], layout, faults)
    if layout.mark and layout.mark.name in frame:
        _check_mark(frame[layout.mark.name], layout.mark, faults)
    made["synthetic"] = np.full(len(frame), layout.kind == "synthetic")
    for role, name, without in (("weight", layout.weight, 1.0), ("population", layout.population, np.inf)):
        if name in frame:
            made[role] = _numbers(frame[name], layout, faults)
        elif not name:
            made[role] = np.full(len(frame), without)
    for name in (name for name in codebook.domains if name in layout.registers):
        coded = layout.registers[name]
        if coded.name in frame:
            groups = [group.code for group in codebook.domains[name].groups]
            values = delivered_codes(raw, coded.name, coded.codes, layout.missing)
            made[name] = _coded(coded, values, groups, faults)
            missing = values.positions < 0
            if coded.blank:
                made[name] = filled(made[name], missing, coded.blank)
            elif missing.any():
                faults.append(Fault("codes", "a register column has no blanks", coded.name, rows_where(missing)))
    for name, column in codebook.columns(layout.wave).items():
        coded = layout.answers[name]
        if coded.name in frame:
            if is_dated(frame[coded.name]):
                faults.append(Fault("codes", _DATED, coded.name))
                continue
            values = delivered_codes(raw, coded.name, coded.codes, layout.missing)
            made[name] = _coded(coded, values, [answer.code for answer in column.answers], faults)
    if any(coded.blank for coded in layout.answers.values()):
        made |= fill_blanks(made, len(frame), layout, codebook)
    return pd.DataFrame(made, copy=False)


def delivered_codes(raw: RawTable, column: str, mapped: Collection[str], missing: Collection[str]) -> CodedValues:
    """
    Find the codes of a delivered column, blank where a code counts as missing.

    Parameters
    ----------
    raw : RawTable
    column : str
        Delivered name.
    mapped : collection of str
        Codes that mean something.
    missing : collection of str
        Codes that never do; they win over `mapped`, and `mapped` over what the file itself declares missing.
    """
    values = code_values(raw.frame[column])
    blank = [text in missing or (text not in mapped and raw.declares_missing(column, text)) for text in values.texts]
    if not any(blank):
        return values
    moved = np.where([*blank, True], -1, np.arange(len(blank) + 1)).astype(np.int32)
    return CodedValues(values.texts, moved[values.positions])


def rows_where(mask: BoolArray) -> tuple[int, ...]:
    """Row numbers as an editor shows them."""
    return tuple((np.flatnonzero(mask) + FIRST_ROW).tolist())


def unlisted(column: str, values: CodedValues, codes: Collection[str]) -> list[Fault]:
    """Faults of the rows whose code is not among some; those that come near one are told apart."""
    near_forms = {form for code in codes for form in _forms(code)}
    unknown = [position for position, text in enumerate(values.texts) if text not in codes]
    near = [position for position in unknown if near_forms & _forms(values.texts[position])]
    far = sorted(set(unknown) - set(near))
    listed = f"a code that the layout does not list; it lists {', '.join(codes)}"
    faults = []
    for positions, message in ((far, listed), (near, _OTHERWISE)):
        if positions and (rows := np.isin(values.positions, positions)).any():
            faults.append(Fault("codes", message, column, rows_where(rows)))
    return faults


def _forms(code: str) -> set[str | float]:
    """Return what a code is without capitals and spaces, and as a number."""
    plain = code.strip().casefold()
    try:
        return {plain, float(plain.replace(",", "."))}
    except ValueError:
        return {plain}


def _check_columns(frame: pd.DataFrame, layout: Layout, faults: list[Fault]) -> None:
    expected = layout.delivered_columns
    loose = {name.strip().casefold(): name for name in frame.columns}
    for name in expected:
        if name not in frame:
            similar = loose.get(name.strip().casefold())
            hint = f"; it has {similar!r}, with other capitals or spaces" if similar else ""
            faults.append(Fault("columns", _ABSENT + hint, name))
    faults += [
        Fault("columns", _STRANGE, name) for name in frame.columns if name not in expected and not layout.ignores(name)
    ]


def _coded(
    column: CodedColumn, values: CodedValues, answers: Sequence[str], faults: list[Fault]
) -> "pd.Categorical[str]":
    codes: Mapping[str, str] = column.codes
    place = {answer: position for position, answer in enumerate(answers)}
    found = [place[codes[text]] if text in codes else -1 for text in values.texts]
    faults += unlisted(column.name, values, codes)
    result = np.array([*found, -1], dtype=np.min_scalar_type(-len(answers) - 1))[values.positions]
    return pd.Categorical.from_codes(result, categories=pd.Index(answers), ordered=True)


def _numbers(values: pd.Series, layout: Layout, faults: list[Fault]) -> FloatArray:
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        numbers = as_floats(values)
        blanks = [float(code) for code in layout.missing if re.fullmatch(r"[+-]?\d+(\.\d+)?", code)]
        missing = np.isnan(numbers) | np.isin(numbers, blanks)
        kind = "is not a number"
    else:
        numbers, missing = _written_numbers(values, layout)
        kind = f"is not a number with {layout.decimal!r} as decimal mark"
    for mask, message in (
        (missing, "is missing"),
        (~missing & np.isnan(numbers), kind),
        (~missing & (numbers < 0), "is negative"),
        (np.isinf(numbers), "is infinite"),
    ):
        if mask.any():
            faults.append(Fault("weight", message, str(values.name), rows_where(mask)))
    return np.where(missing, np.nan, numbers)


def _written_numbers(values: pd.Series, layout: Layout) -> tuple[FloatArray, BoolArray]:
    """Read numbers written as text; NaN where one is none."""
    decimal = layout.decimal
    plain = re.compile(rf"\s*[+-]?\d+({re.escape(decimal)}\d+)?([eE][+-]?\d+)?\s*")
    coded = code_values(values)
    parsed = [float(text.replace(decimal, ".")) if plain.fullmatch(text) else np.nan for text in coded.texts]
    return np.array([*parsed, np.nan])[coded.positions], (coded.positions < 0) | coded.where(layout.missing)


def _ids(values: pd.Series, layout: Layout, faults: list[Fault]) -> pd.Series:
    """Return the workplaces' numbers as text, and find those that are missing, inexact or repeated."""
    name = str(values.name)
    if isinstance(values.dtype, pd.CategoricalDtype) or not pd.api.types.is_numeric_dtype(values.dtype):
        ids = values.astype("str")
    else:
        ids = _numbered(values, name, faults)
    blank = (ids.isna() | (ids.str.strip() == "") | ids.isin(list(layout.missing))).to_numpy()
    if blank.any():
        faults.append(Fault("id", "is missing", name, rows_where(blank)))
    repeated = ids.duplicated(keep="first").to_numpy() & ~blank
    if repeated.any():
        faults.append(Fault("id", "stands on an earlier row too", name, rows_where(repeated)))
    return ids


def _numbered(values: pd.Series, name: str, faults: list[Fault]) -> pd.Series:
    """Write numbers that are ids as text, whole and exact."""
    if values.dtype.kind in "iu":
        return values.astype("str")
    numbers = as_floats(values)
    blank = np.isnan(numbers)
    inexact = ~blank & ((np.abs(numbers) >= EXACT) | (numbers != np.floor(numbers)))
    if inexact.any():
        message = "is no whole number, or one too large to be exact in this format; deliver it as text"
        faults.append(Fault("id", message, name, rows_where(inexact)))
    whole: NDArray[np.int64] = np.where(blank | inexact, 0, numbers).astype(np.int64)
    return pd.Series(whole, name=name).astype("str").mask(pd.Series(blank | inexact))


def _check_mark(values: pd.Series, mark: CodedColumn, faults: list[Fault]) -> None:
    wrong = ~code_values(values).where(mark.codes)
    if wrong.any():
        message = "every row of synthetic microdata carries the mark that the layout names"
        faults.append(Fault("provenance", message, mark.name, rows_where(wrong)))
