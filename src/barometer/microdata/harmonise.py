"""From delivered columns and codes to the codebook's, collecting every fault."""

import math
import re
from typing import Any

import numpy as np
import pandas as pd

from barometer.codebook import Codebook
from barometer.errors import Fault
from barometer.microdata.blanks import fill_blanks
from barometer.microdata.evaluate import BoolArray, FloatArray
from barometer.microdata.layout import CodedColumn, Layout
from barometer.microdata.read import FIRST_ROW


def harmonise(raw: pd.DataFrame, layout: Layout, codebook: Codebook, faults: list[Fault]) -> pd.DataFrame:
    """
    Rename and recode a delivery.

    Parameters
    ----------
    raw : DataFrame of text
        As `read_delivery` gives it.
    layout : Layout
    codebook : Codebook
    faults : list of Fault
        Gets an entry for every missing or unexpected column, unknown code and unreadable number.

    Returns
    -------
    DataFrame
        id, synthetic, weight, population, registers, answers, in the codebook's names and order. Columns that are at
        fault are missing or blank in it.
    """
    expected = layout.delivered_columns
    absent, strange = (
        "the layout needs this column and the file does not have it",
        "is not in the layout; map it, or ignore it",
    )
    faults += [Fault("columns", absent, name) for name in expected if name not in raw]
    unknown = [name for name in raw.columns if name not in expected and not layout.ignores(name)]
    faults += [Fault("columns", strange, name) for name in unknown]
    made: dict[str, Any] = {}
    if layout.id in raw:
        made["id"] = raw[layout.id].astype("str")
        _check_ids(made["id"], layout.id, faults)
    if layout.mark and layout.mark.name in raw:
        _check_mark(raw[layout.mark.name], layout.mark, faults)
    made["synthetic"] = np.full(len(raw), layout.kind == "synthetic")
    for role, name, without in (("weight", layout.weight, 1.0), ("population", layout.population, np.inf)):
        if name in raw:
            made[role] = _numbers(raw[name], layout.decimal, faults)
        elif not name:
            made[role] = np.full(len(raw), without)
    for name, coded in layout.registers.items():
        if coded.name in raw:
            groups = [group.code for group in codebook.domains[name].groups]
            made[name] = _group(raw[coded.name], coded, groups, faults)
    for name, column in codebook.columns(layout.wave).items():
        coded = layout.answers[name]
        if coded.name in raw:
            made[name] = _coded(raw[coded.name], coded, [answer.code for answer in column.answers], faults)
    if any(coded.blank for coded in layout.answers.values()):
        made |= fill_blanks(made, len(raw), layout, codebook)
    return pd.DataFrame(made)


def rows_where(mask: BoolArray) -> tuple[int, ...]:
    """Row numbers as an editor shows them."""
    return tuple(int(row) + FIRST_ROW for row in np.flatnonzero(mask))


def _coded(values: pd.Series, column: CodedColumn, answers: list[str], faults: list[Fault]) -> "pd.Categorical[str]":
    meant = [column.answer(str(code)) for code in values.cat.categories]
    found = [-2 if answer is None else answers.index(answer) for answer in meant]
    small = np.int8 if len(answers) <= np.iinfo(np.int8).max else np.int16
    result = np.array([*found, -1], dtype=small)[values.cat.codes.to_numpy()]
    if (unknown := result == -2).any():
        message = f"a code that the layout does not list; it lists {', '.join(column.codes)}"
        faults.append(Fault("codes", message, str(values.name), rows_where(unknown)))
        result = np.where(unknown, small(-1), result)
    return pd.Categorical.from_codes(result, categories=pd.Index(answers), ordered=True)


def _group(values: pd.Series, column: CodedColumn, groups: list[str], faults: list[Fault]) -> "pd.Categorical[str]":
    """Recode a register column, of which no cell may be blank unless the layout says what a blank means."""
    made = _coded(values, column, groups, faults)
    missing = values.isna().to_numpy()
    if not missing.any():
        return made
    if not column.blank:
        faults.append(Fault("codes", "a register column has no blanks", str(values.name), rows_where(missing)))
        return made
    filled = np.where(missing, groups.index(column.blank), made.codes)
    return pd.Categorical.from_codes(filled.astype(np.int16), dtype=made.dtype)


def _numbers(values: pd.Series, decimal: str, faults: list[Fault]) -> FloatArray:
    plain = re.compile(rf"\s*[+-]?\d+({re.escape(decimal)}\d+)?([eE][+-]?\d+)?\s*")
    parsed = [
        float(text.replace(decimal, ".")) if plain.fullmatch(text) else math.nan for text in values.cat.categories
    ]
    numbers = np.array([*parsed, math.nan])[values.cat.codes.to_numpy()]
    missing = values.isna().to_numpy()
    for mask, message in (
        (missing, "is missing"),
        (~missing & np.isnan(numbers), f"is not a number with {decimal!r} as decimal mark"),
        (numbers < 0, "is negative"),
        (np.isinf(numbers), "is infinite"),
    ):
        if mask.any():
            faults.append(Fault("weight", message, str(values.name), rows_where(mask)))
    return numbers


def _check_ids(ids: pd.Series, name: str, faults: list[Fault]) -> None:
    blank = ids.isna() | (ids.str.strip() == "")
    if blank.any():
        faults.append(Fault("id", "is missing", name, rows_where(blank.to_numpy())))
    repeated = ids.duplicated(keep="first") & ~blank
    if repeated.any():
        faults.append(Fault("id", "stands on an earlier row too", name, rows_where(repeated.to_numpy())))


def _check_mark(values: pd.Series, mark: CodedColumn, faults: list[Fault]) -> None:
    wrong = ~values.isin(list(mark.codes))
    if wrong.any():
        message = "every row of synthetic microdata carries the mark that the layout names"
        faults.append(Fault("provenance", message, mark.name, rows_where(wrong.to_numpy())))
