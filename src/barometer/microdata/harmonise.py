"""From delivered columns and codes to the codebook's, collecting every fault."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.errors import Fault
from barometer.microdata.arrays import BoolArray, FloatArray
from barometer.microdata.blanks import fill_blanks, filled
from barometer.microdata.codes import EXACT, CodedValues, as_floats, code_values, is_dated
from barometer.microdata.layout import CodedColumn, Layout
from barometer.microdata.placing import at_rows
from barometer.microdata.raw_table import RawTable

_ABSENT = "the layout needs this column and the file does not have it"
_STRANGE = "is not in the layout; map it, or ignore it"
_DATED = "holds dates where codes belong"
_OTHERWISE = (
    "a listed code written otherwise (capitals, spaces around it, leading zeros or decimals); nothing is guessed: "
    "list it as it is written, or mend the file"
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Harmonised:
    """
    A delivery in the codebook's names and codes, and what of it could not be read.

    Attributes
    ----------
    microdata : DataFrame
        id, synthetic, weight, population, registers, answers, in the codebook's names and order. An id, a weight, a
        population or a register that the file lacks is missing in it; answers that it lacks are blank.
    unread : dict of str to (n,) bool
        Answer columns in which something could not be read, and the rows where.
    """

    microdata: pd.DataFrame
    unread: Mapping[str, BoolArray]


def harmonise(raw: RawTable, layout: Layout, codebook: Codebook, faults: list[Fault]) -> Harmonised:
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
    Harmonised

    Notes
    -----
    A number is the code that it is written as: 1.0 is "1". A code that the layout lists as missing is a blank; one that
    only the file declares missing is a blank where the layout maps it to nothing.
    """
    frame = raw.frame
    _check_columns(frame, layout, faults)
    made: dict[str, Any] = {}
    if layout.id in frame:
        made["id"] = unit_numbers(frame[layout.id], layout, faults)
    if layout.mark and layout.mark.name in frame:
        _check_mark(frame[layout.mark.name], layout.mark, faults)
    made["synthetic"] = np.full(len(frame), layout.kind == "synthetic")
    for role, name, without in (("weight", layout.weight, 1.0), ("population", layout.population, np.inf)):
        if name in frame:
            made[role] = _numbers(frame[name], layout, faults)
        elif not name:
            made[role] = np.full(len(frame), without)
    if layout.answered_on in frame:
        made["answered_on"] = _days(frame[layout.answered_on], faults)
    made |= coded_registers(raw, layout, codebook, faults)
    answers, unread = _answers(raw, layout, codebook, faults)
    made |= answers
    if any(coded.blank for coded in layout.answers.values()):
        made |= fill_blanks(answers, len(frame), layout, codebook)
    return Harmonised(pd.DataFrame(made, copy=False), unread)


def coded_registers(
    raw: RawTable, layout: Layout, codebook: Codebook, faults: list[Fault]
) -> "dict[str, pd.Categorical[str]]":
    """
    Recode the register columns that a file has.

    Parameters
    ----------
    raw, layout, codebook, faults
        As for `harmonise`; the file may be the frame.
    """
    made: dict[str, pd.Categorical[str]] = {}
    for name in (name for name in codebook.domains if name in layout.registers):
        coded = layout.registers[name]
        if coded.name in raw.frame and is_dated(raw.frame[coded.name]):
            faults.append(Fault("codes", _DATED, coded.name))
        elif coded.name in raw.frame:
            groups = [group.code for group in codebook.domains[name].groups]
            values = delivered_codes(raw, coded.name, coded.codes, layout.missing)
            made[name] = _coded(coded, values, groups, faults)
            missing = values.positions < 0
            if coded.blank:
                made[name] = filled(made[name], missing, coded.blank)
            elif missing.any():
                faults.append(at_rows("codes", "a register column has no blanks", coded.name, missing))
    return made


def _answers(
    raw: RawTable, layout: Layout, codebook: Codebook, faults: list[Fault]
) -> "tuple[dict[str, pd.Categorical[str]], dict[str, BoolArray]]":
    """Return the answer columns, and where in them something could not be read."""
    made: dict[str, pd.Categorical[str]] = {}
    unread: dict[str, BoolArray] = {}
    everywhere = np.ones(len(raw.frame), dtype=np.bool_)
    for name, column in codebook.columns(layout.wave).items():
        coded, answers = layout.answers[name], [answer.code for answer in column.answers]
        values = CodedValues([], np.full(len(raw.frame), -1, dtype=np.int8))
        if coded.name not in raw.frame:
            unread[name] = everywhere
        elif is_dated(raw.frame[coded.name]):
            faults.append(Fault("codes", _DATED, coded.name))
            unread[name] = everywhere
        else:
            values = delivered_codes(raw, coded.name, coded.codes, layout.missing)
            strange = [text for text in values.texts if text not in coded.codes]
            if strange and (unknown := values.where(strange)).any():
                unread[name] = unknown
        made[name] = _coded(coded, values, answers, faults)
    return made, unread


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
            faults.append(at_rows("codes", message, column, rows))
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
            faults.append(at_rows("weight", message, str(values.name), mask))
    return np.where(missing, np.nan, numbers)


def _days(values: pd.Series, faults: list[Fault]) -> "pd.Series[pd.Timestamp]":
    """Read days, as dates or written as 2023-04-17."""
    missing = values.isna().to_numpy(dtype=np.bool_)
    written = values if is_dated(values) else values.astype("str")
    days = pd.to_datetime(written, format=None if is_dated(values) else "%Y-%m-%d", errors="coerce").dt.normalize()
    wrong = days.isna().to_numpy(dtype=np.bool_) & ~missing
    for mask, message in ((missing, "is missing"), (wrong, "is no day written as 2023-04-17")):
        if mask.any():
            faults.append(at_rows("codes", message, str(values.name), mask))
    return days


def _written_numbers(values: pd.Series, layout: Layout) -> tuple[FloatArray, BoolArray]:
    """Read numbers written as text; NaN where one is none."""
    coded = code_values(values)
    parsed = [written_number(text, layout.decimal) for text in coded.texts]
    return np.array([*parsed, np.nan])[coded.positions], (coded.positions < 0) | coded.where(layout.missing)


def written_number(text: str, decimal: str) -> float:
    """Read a plainly written number; NaN where it is none."""
    plain = re.fullmatch(rf"\s*[+-]?\d+({re.escape(decimal)}\d+)?([eE][+-]?\d+)?\s*", text)
    return float(text.replace(decimal, ".")) if plain else math.nan


def unit_numbers(values: pd.Series, layout: Layout, faults: list[Fault]) -> pd.Series:
    """
    Write the units' numbers as text.

    Parameters
    ----------
    values : Series
        The delivered column.
    layout : Layout
    faults : list of Fault
        Gets an entry for numbers that are missing, inexact or repeated.
    """
    name = str(values.name)
    if isinstance(values.dtype, pd.CategoricalDtype) or not pd.api.types.is_numeric_dtype(values.dtype):
        ids = values.astype("str")
    else:
        ids = _numbered(values, name, faults)
    blank = (ids.isna() | (ids.str.strip() == "") | ids.isin(list(layout.missing))).to_numpy()
    if blank.any():
        faults.append(at_rows("id", "is missing", name, blank))
    repeated = ids.duplicated(keep="first").to_numpy() & ~blank
    if repeated.any():
        faults.append(at_rows("id", "stands on an earlier row too", name, repeated))
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
        faults.append(at_rows("id", message, name, inexact))
    whole: NDArray[np.int64] = np.where(blank | inexact, 0, numbers).astype(np.int64)
    numbered = pd.Series(whole, name=name).astype("str")
    numbered[inexact] = pd.Series(numbers[inexact]).astype("str").to_numpy()
    numbered[blank] = None
    return numbered


def _check_mark(values: pd.Series, mark: CodedColumn, faults: list[Fault]) -> None:
    wrong = ~code_values(values).where(mark.codes)
    if wrong.any():
        message = "every row of synthetic microdata carries the mark that the layout names"
        faults.append(at_rows("provenance", message, mark.name, wrong))
