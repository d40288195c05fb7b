"""What is added up in one pass: numerators, and the bases they are of."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, check_choice, check_kind
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.groups import Groups
from barometer.survey.inputs import Values, as_matrix, check_lengths

Statistic = Literal["share", "mean", "ratio", "total"]
MOST_NAMED = 5
"""Outcomes whose names are written out."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Columns:
    """
    k numerators, each of one of b bases.

    Attributes
    ----------
    statistic : {"share", "mean", "ratio", "total"}
    names : (k,) tuple of str
    numerator : (n, k) bool, integer or float
        What is counted or measured; 0 outside the base.
    present : (n, b) bool
        Rows in each base.
    base : (k,) int
        The base of each numerator.
    denominator : (n, b) float or None
        What a ratio is divided by, 0 outside the base; None where it is the base itself.
    """

    statistic: Statistic
    names: tuple[str, ...]
    numerator: NDArray[Any]
    present: BoolArray
    base: IntArray
    denominator: FloatArray | None

    def __repr__(self) -> str:
        """Say what it is; never a respondent's answer."""
        rows, outcomes = self.numerator.shape
        named = ", ".join([*self.names[:MOST_NAMED], *(["..."] if outcomes > MOST_NAMED else [])])
        return f"<Columns: {self.statistic} of {outcomes:,} outcome(s), {named}; {rows:,} rows>"


def check_columns(columns: object, groups: object) -> None:
    """
    Refuse what are no outcomes, or no groups of rows.

    Raises
    ------
    ArgumentError
    """
    check_kind("columns", columns, Columns, "outcomes, as share_columns, value_columns and ratio_columns make")
    check_kind("groups", groups, Groups, "groups, as group_rows makes")


def share_columns(outcome: Values, n: int, where: BoolArray | None = None) -> Columns:
    """
    Prepare yes/no outcomes: 1 where the row is counted, 0 where not, missing where it is not in the base.

    Raises
    ------
    ArgumentError
        If an outcome is not numeric, has another length, or holds anything but 0, 1 and missing.
    """
    matrix, names = as_matrix("outcome", outcome)
    check_lengths(n, [("outcome", matrix)])
    return whole_columns("share", names, *_bases(matrix, where))


def value_columns(outcome: Values, n: int, statistic: Statistic, where: BoolArray | None = None) -> Columns:
    """
    Prepare numbers for means or totals.

    Raises
    ------
    ArgumentError
        If an outcome is not numeric, infinite, or has another length.
    """
    check_choice("statistic", statistic, ("mean", "total"))
    matrix, names = as_matrix("outcome", outcome)
    check_lengths(n, [("outcome", matrix)])
    return whole_columns(statistic, names, *_bases(matrix, where))


def whole_columns(
    statistic: Statistic, names: tuple[str, ...], values: NDArray[Any], present: BoolArray, base: IntArray
) -> Columns:
    """
    Prepare outcomes whose missing values have been told apart.

    Parameters
    ----------
    statistic : {"share", "mean", "total"}
    names : (k,) tuple of str
    values : (n, k)
        0 outside the base.
    present : (n, b) bool
    base : (k,) int

    Raises
    ------
    ArgumentError
        As `share_columns` and `value_columns`.
    """
    if statistic == "share":
        _check_binary(values, names)
    else:
        _check_finite("outcome", values, names)
    return Columns(statistic, names, values, present, base, None)


def ratio_columns(numerator: Values, denominator: Values, n: int, where: BoolArray | None = None) -> Columns:
    """
    Prepare ratios of two totals, over the rows that have both.

    One denominator serves all numerators; otherwise they are paired in order.

    Raises
    ------
    ArgumentError
        If one is not numeric, infinite, or the numbers of rows or columns do not fit.
    """
    above, names = as_matrix("numerator", numerator)
    below, below_names = as_matrix("denominator", denominator)
    check_lengths(n, [("numerator", above), ("denominator", below)])
    if below.shape[1] not in (1, above.shape[1]):
        raise ArgumentError(
            "denominator", f"has {below.shape[1]} columns, expected 1 or {above.shape[1]}, one for each numerator"
        )
    pair = np.arange(above.shape[1]) if below.shape[1] > 1 else np.zeros(above.shape[1], dtype=np.intp)
    x = below[:, pair].astype(np.float64)
    y = above.astype(np.float64)
    present = ~(np.isnan(x) | np.isnan(y))
    if where is not None:
        present &= where[:, np.newaxis]
    x, y = np.where(present, x, 0.0), np.where(present, y, 0.0)
    _check_finite("numerator", y, names)
    _check_finite("denominator", x, below_names)
    base = np.arange(above.shape[1])
    named = tuple(f"{name}/{below_names[position]}" for name, position in zip(names, pair, strict=True))
    return Columns("ratio", named, y, present, base, x)


def measured(columns: Columns, rows: slice | IntArray, origin: FloatArray) -> FloatArray:
    """Numerators of some rows, measured from `origin` (r, k), and then the denominators: (r, k + b)."""
    k = columns.base.size
    x = columns.present if columns.denominator is None else columns.denominator
    u = columns.numerator[rows]
    result = np.empty((u.shape[0], k + x.shape[1]))
    result[:, :k] = u
    result[:, k:] = x[rows]
    if origin.any():
        result[:, :k] -= origin * result[:, k + columns.base]
    return result


def _bases(matrix: NDArray[Any], where: BoolArray | None) -> tuple[NDArray[Any], BoolArray, IntArray]:
    """Numerators with zeros outside their bases, the distinct bases, and which is whose."""
    n, k = matrix.shape
    missing = np.isnan(matrix) if matrix.dtype.kind == "f" else None
    if missing is None or not missing.any():
        inside = np.ones(n, dtype=np.bool_) if where is None else where
        values = matrix if where is None else np.where(where[:, np.newaxis], matrix, matrix.dtype.type(0))
        return values, inside[:, np.newaxis], np.zeros(k, dtype=np.intp)
    answered = ~missing if where is None else ~missing & where[:, np.newaxis]
    patterns: dict[bytes, int] = {}
    base = np.empty(k, dtype=np.intp)
    columns: list[int] = []
    for position, packed in enumerate(np.packbits(answered, axis=0).T):
        base[position] = patterns.setdefault(packed.tobytes(), len(patterns))
        if len(columns) < len(patterns):
            columns.append(position)
    return np.where(answered, matrix, 0.0), np.ascontiguousarray(answered[:, columns]), base


def _check_binary(values: NDArray[Any], names: tuple[str, ...]) -> None:
    if values.dtype.kind == "b":
        return
    if values.dtype.kind == "u":
        if values.max(initial=0) <= 1:
            return
        wrong = values.max(axis=0) > 1
    elif values.dtype.kind == "i":
        wrong = (values.max(axis=0, initial=0) > 1) | (values.min(axis=0, initial=0) < 0)
    else:
        wrong = ~((values == 0.0) | (values == 1.0)).all(axis=0)
    if wrong.any():
        few = ", ".join(repr(names[position]) for position in np.flatnonzero(wrong)[:5])
        raise ArgumentError(
            "outcome",
            f"{int(wrong.sum())} of {len(names)} columns hold other values than 0, 1 and missing ({few}): a share "
            "counts yes and no; use estimate_means for numbers and estimate_categories for answers",
        )


def _check_finite(argument: str, values: NDArray[Any], names: tuple[str, ...]) -> None:
    if values.dtype.kind != "f":
        return
    infinite = np.isinf(values).sum(axis=0)
    if infinite.any():
        few = ", ".join(repr(names[position]) for position in np.flatnonzero(infinite)[:5])
        raise ArgumentError(argument, f"{int(infinite.sum()):,} values are infinite, in {few}")
