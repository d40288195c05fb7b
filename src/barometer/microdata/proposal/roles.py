"""Which delivered columns are the workplace's number, the weight, the stratum's population, the synthetic mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from barometer.microdata.arrays import FloatArray, IntArray
from barometer.microdata.proposal.columns import DeliveredColumn, numbers_of
from barometer.microdata.proposal.wording import delivery_words, name_words, plain

Strata = Sequence[str] | None


@dataclass(frozen=True, slots=True)
class FoundRole:
    """
    The column of a role, and why it was chosen.

    Attributes
    ----------
    role : {"mark", "id", "weight", "population"}
    column : str
    because : str
        What speaks for it, in words.
    is_sure : bool
        Whether its values and its name or label do, and no other column has both.
    codes : tuple of str
        For a mark the code that all rows have.
    """

    role: str
    column: str
    because: str
    is_sure: bool
    codes: tuple[str, ...] = ()


def find_roles(
    frame: pd.DataFrame, columns: Sequence[DeliveredColumn], roles: Sequence[str], strata: Strata = ()
) -> list[FoundRole]:
    """
    Find the design columns of a file by name or label and by what their values can be.

    Parameters
    ----------
    frame : DataFrame
    columns : sequence of DeliveredColumn
        Those that may have a role.
    roles : sequence of {"mark", "id", "weight", "population"}
        What to look for, in this order.
    strata : sequence of str or None
        Delivered columns that strata are made of; empty for a sample without strata, None when not all are known.

    Notes
    -----
    A number of a workplace is there once and never blank; a weight is a number and not negative; a population is a
    whole number, constant within its stratum and not smaller than the answers in it; a mark is the same on every row.
    A column that no word gives away is taken for the number if its values fit, and for the weight if it is the only
    one with decimals; both are unsure.
    """
    found: dict[str, FoundRole] = {}
    for choose in (_named, _guessed):
        for role in roles:
            taken = {other.column for other in found.values()}
            free = [column for column in columns if column.name not in taken and role not in found]
            if chosen := choose(role, frame, free, strata):
                found[role] = chosen
    if "population" in found and strata is None:
        found["population"] = replace(found["population"], is_sure=False)
    return [found[role] for role in roles if role in found]


def _named(role: str, frame: pd.DataFrame, free: Sequence[DeliveredColumn], strata: Strata) -> FoundRole | None:
    """Choose the column that a word gives away, in its name rather than in its label."""
    named = [column for column in free if _says(role, column) and _fits(role, frame, column, strata)]
    if not named:
        return None
    best = max(named, key=lambda column: _says(role, column, label=False))
    codes = (best.codes or ()) if role == "mark" else ()
    return FoundRole(role, best.name, "by name and values", len(named) == 1, codes)


def _guessed(role: str, frame: pd.DataFrame, free: Sequence[DeliveredColumn], strata: Strata) -> FoundRole | None:
    """Choose a column by its values alone, where those are telling."""
    if role == "id":
        many = (column for column in free if column.codes is None and _fits(role, frame, column, strata))
        first = next(many, None)
        return FoundRole(role, first.name, "each value is there once", is_sure=False) if first else None
    if role == "weight":
        decimals = [c for c in free if _has_decimals(frame[c.name]) and _fits(role, frame, c, strata)]
        if len(decimals) == 1:
            return FoundRole(role, decimals[0].name, "the only numbers with decimals", is_sure=False)
    return None


def _says(role: str, column: DeliveredColumn, *, label: bool = True) -> bool:
    """Whether a column's name or label has a word of the role."""
    known = delivery_words()[role]
    texts = [plain(column.name.replace("_", " ")), plain(column.label) if label else ""]
    if any(part in text for part in known["parts"] for text in texts):
        return True
    return bool(set(known["words"]) & {*name_words(column.name), *texts[1].split()})


def _fits(role: str, frame: pd.DataFrame, column: DeliveredColumn, strata: Strata) -> bool:
    """Whether a column's values can be those of a role."""
    values = frame[column.name]
    if role == "mark":
        return column.codes is not None and len(column.codes) == 1 and not values.isna().any()
    if role == "id":
        return _is_unique(values)
    numbers = numbers_of(values)
    if numbers is None or len(numbers) < 2 or not (np.isfinite(numbers) & (numbers >= 0)).all():
        return False
    if role == "weight":
        return True
    is_whole = bool(((numbers >= 1) & (numbers % 1 == 0)).all())
    return is_whole and (strata is None or _is_population(numbers, stratum_codes(frame, strata)))


def _is_unique(values: pd.Series) -> bool:
    """Whether every row has a value of its own that can be a number or name of a workplace."""
    if len(values) < 2 or values.isna().any() or not values.is_unique:
        return False
    return not pd.api.types.is_float_dtype(values) or bool((values % 1 == 0).all())


def _has_decimals(values: pd.Series) -> bool:
    if values.dtype.kind in "iu":
        return False
    numbers = numbers_of(values)
    return numbers is not None and bool((np.isfinite(numbers) & (np.floor(numbers) != numbers)).any())


def _is_population(numbers: FloatArray, stratum: IntArray) -> bool:
    """Whether numbers are one for each stratum, and not smaller than the answers in it."""
    sizes = pd.Series(numbers).groupby(stratum)
    return bool((sizes.min() == sizes.max()).all() and (sizes.min() >= sizes.size()).all())


def stratum_codes(frame: pd.DataFrame, names: Iterable[str]) -> IntArray:
    """Return the number of the stratum of each row; all in one when there are no names."""
    codes = np.zeros(len(frame), dtype=np.int64)
    for name in names:
        factor, levels = pd.factorize(frame[name].astype("str"))
        codes = codes * (len(levels) + 1) + factor
    return codes
