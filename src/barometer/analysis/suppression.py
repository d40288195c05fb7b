"""Numbers taken out of tables of results, with a note that says so."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from barometer.codebook.records import Label
from barometer.microdata.arrays import BoolArray

FEW_ANSWERS = Label("Undertrykt (få svar)", "Suppressed (few answers)")
SUPPRESSED = "suppressed"
"""Note of a row whose numbers are not shown."""
COUNTS = ("n", "df", "weighted_base", "n_versus")
"""What tells how many are in the base of a row."""
KEPT = (
    *COUNTS,
    "wave",
    "year",
    "number",
    "first",
    "last",
    "second",
    "waves",
    "family_size",
    "common",
    "delta",
    "threshold",
)
"""Numbers that say what a row is of."""


def suppress_rows(table: pd.DataFrame, hidden: BoolArray, hidden_base: BoolArray) -> pd.DataFrame:
    """
    Take the numbers out of some rows.

    Parameters
    ----------
    table : DataFrame
        Codes, numbers and a column `note`.
    hidden : (rows,) bool
        Rows that lose their estimates and everything made from them.
    hidden_base : (rows,) bool
        Rows that lose the size of their base too; of these alone the counts become whole numbers with gaps.
    """
    if not hidden.any() and not hidden_base.any():
        return table
    shown = table.copy()
    for name in (str(column) for column in table.columns):
        values = table[name]
        if name in COUNTS:
            if hidden_base.any():
                whole = pd.api.types.is_integer_dtype(values)
                shown[name] = values.astype("Int64" if whole else "Float64").mask(hidden_base)
        elif name not in KEPT and pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            shown[name] = values.mask(hidden)
    note = shown["note"].astype("str").mask(hidden | hidden_base, SUPPRESSED)
    known = [*table["note"].cat.categories] if isinstance(table["note"].dtype, pd.CategoricalDtype) else []
    shown["note"] = pd.Categorical(note, categories=list(dict.fromkeys([*known, *note])))
    return shown


def shrouded(rows: pd.DataFrame, keys: Sequence[str], suppressed: set[tuple[object, ...]]) -> BoolArray:
    """
    Find the rows that are of something suppressed.

    Parameters
    ----------
    rows : DataFrame
    keys : sequence of str
        Columns that name it.
    suppressed : set of tuple
        Names of what is suppressed.
    """
    named = zip(*(rows[key].astype(object) for key in keys), strict=True)
    return np.fromiter((each in suppressed for each in named), np.bool_, len(rows))
