"""The rows a model is fitted to: who is in its base, and columns that are centred and scaled a chunk at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, ModelError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.families import FamilyName
from barometer.survey.inputs import Values, as_mask, as_matrix, as_vector, check_lengths
from barometer.survey.summaries import rows_of

if TYPE_CHECKING:
    from barometer.survey.design import SurveyDesign
    from barometer.survey.replicate_design import ReplicateDesign

CHUNK = 2_048
"""Rows at a time: bounds the memory of every pass; products of so few rows stay in the cache and in one thread."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ModelRows:
    """
    Outcome and p predictors of the rows in a model's base.

    Attributes
    ----------
    names : (p,) tuple of str
    outcome : (n,) float
    matrix : (n, p)
        Predictors as they came: bool, integer or float.
    weight : (n,) float
    base : (n,) bool
        Rows with outcome and all predictors, where the model is of.
    used : (m,) int
        Rows of the base with weight.
    missing : int
        Rows that the model is of but for a missing outcome or predictor.
    constant : int or None
        Column that does not vary: the intercept.
    low, high : (p,) float
        Least and largest value of each column among the rows used.
    centre, scale : (p,) float
        Columns are fitted as (x - centre) / scale, which keeps digits; without an intercept the centre is zero.
    """

    names: tuple[str, ...]
    outcome: FloatArray
    matrix: NDArray[Any]
    weight: FloatArray
    base: BoolArray
    used: IntArray
    missing: int
    constant: int | None
    low: FloatArray
    high: FloatArray
    centre: FloatArray
    scale: FloatArray

    def standardized(self, rows: IntArray | slice) -> FloatArray:
        """(r, p) centred and scaled predictors of some rows."""
        x = self.matrix[rows].astype(np.float64)
        x -= self.centre
        x /= self.scale
        return x

    def chunks(self) -> Iterator[IntArray | slice]:
        """Yield the rows used, a chunk at a time; a slice where they are neighbours."""
        for start in range(0, self.used.size, CHUNK):
            rows = self.used[start : start + CHUNK]
            together = rows[-1] - rows[0] == rows.size - 1
            yield slice(int(rows[0]), int(rows[-1]) + 1) if together else rows

    @property
    def to_columns(self) -> FloatArray:
        """(p, p) what takes coefficients of the standardized columns to those of the columns themselves."""
        change = np.diag(1.0 / self.scale)
        if self.constant is not None:
            change[self.constant] -= self.centre / self.scale / self.high[self.constant]
        return change


def model_rows(
    design: "SurveyDesign | ReplicateDesign",
    outcome: Values,
    predictors: Values,
    names: Sequence[str] | None = None,
    where: Values = None,
) -> ModelRows:
    """
    Find the base of a model, and how its columns are centred and scaled.

    Parameters
    ----------
    design : SurveyDesign or ReplicateDesign
    outcome : (n,) array_like of float
    predictors : (n, p) array_like, mapping, DataFrame or Arrow table
    names : (p,) sequence of str, optional
    where : (n,) bool, optional

    Returns
    -------
    ModelRows

    Raises
    ------
    ArgumentError
        If lengths or names do not fit, a number is infinite, or nobody is left.
    ModelError
        If a column besides the intercept does not vary.
    """
    n = rows_of(design)
    y = as_vector("outcome", outcome)
    matrix, own = as_matrix("predictors", predictors)
    check_lengths(n, [("outcome", y), ("predictors", matrix)])
    labels = own if names is None else tuple(names)
    if len(labels) != matrix.shape[1] or len(set(labels)) < len(labels):
        raise ArgumentError("names", f"expected {matrix.shape[1]} different names, one for each column of predictors")
    inside = np.ones(n, dtype=np.bool_) if where is None else as_mask("where", where, n)
    known = ~np.isnan(y)
    if matrix.dtype.kind == "f":
        known &= ~np.isnan(matrix).any(axis=1)
    base = inside & known
    used = np.flatnonzero(base & (design.weight > 0.0))
    if used.size == 0:
        raise ArgumentError(
            "outcome", f"0 of {int(inside.sum()):,} rows have the outcome, every predictor and a weight"
        )
    if not np.isfinite(y[used]).all():
        raise ArgumentError("outcome", "holds infinite numbers")
    low, high = _ends(matrix, used, labels)
    constant = _intercept(low, high, labels)
    centre, scale = _standards(matrix, design.weight, used, constant)
    return ModelRows(
        names=labels,
        outcome=y,
        matrix=matrix,
        weight=design.weight,
        base=base,
        used=used,
        missing=int(inside.sum() - base.sum()),
        constant=constant,
        low=low,
        high=high,
        centre=centre,
        scale=scale,
    )


def check_outcome(rows: ModelRows, family: FamilyName) -> None:
    """
    Refuse an outcome that the family cannot have, or that does not vary.

    Raises
    ------
    ArgumentError
        If it is not 0, 1 and missing ("logistic"), or is negative ("poisson").
    ModelError
        If all rows used have the same.
    """
    y = rows.outcome[rows.used]
    if family == "logistic" and (bad := int(((y != 0.0) & (y != 1.0)).sum())):
        raise ArgumentError("outcome", f"{bad:,} of {y.size:,} are not 0 or 1, as a logistic regression needs")
    if family == "poisson" and (bad := int((y < 0.0).sum())):
        raise ArgumentError("outcome", f"{bad:,} of {y.size:,} are negative, and a Poisson regression is of counts")
    if y.min() == y.max():
        raise ModelError(
            "constant_outcome",
            ("outcome",),
            f"all {y.size:,} rows have the same outcome, so nothing can be explained: look at the base of the model",
        )


def _ends(matrix: NDArray[Any], used: IntArray, names: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    for start in range(0, used.size, CHUNK):
        x = matrix[used[start : start + CHUNK]]
        low, high = np.minimum(low, x.min(axis=0)), np.maximum(high, x.max(axis=0))
    infinite = ~(np.isfinite(low) & np.isfinite(high))
    if infinite.any():
        few = ", ".join(repr(names[position]) for position in np.flatnonzero(infinite)[:5])
        raise ArgumentError("predictors", f"infinite numbers in {few}")
    return low, high


def _intercept(low: FloatArray, high: FloatArray, names: tuple[str, ...]) -> int | None:
    """Return the column that does not vary; there may be one, and it may not be zero."""
    still = np.flatnonzero(low == high)
    wrong = [position for place, position in enumerate(still) if place > 0 or high[position] == 0.0]
    if wrong:
        listed = tuple(names[position] for position in wrong)
        raise ModelError(
            "constant_column",
            listed,
            f"{', '.join(map(repr, listed))}: the same number in every row of the base, so that nothing can be told of "
            "it. Leave it out; only one column may be constant, the intercept",
        )
    return int(still[0]) if still.size else None


def _standards(
    matrix: NDArray[Any], weight: FloatArray, used: IntArray, constant: int | None
) -> tuple[FloatArray, FloatArray]:
    """Weighted mean (zero without an intercept) and root mean square around it of each column."""
    p = matrix.shape[1]
    centre, square, total = np.zeros(p), np.zeros(p), weight[used].sum()
    for around in ("zero", "centre"):
        sums = np.zeros(p)
        for start in range(0, used.size, CHUNK):
            rows = used[start : start + CHUNK]
            x = matrix[rows].astype(np.float64) - centre
            sums += weight[rows] @ (x if around == "zero" else x * x)
        if around == "centre":
            square = sums / total
        elif constant is not None:
            centre = sums / total
            centre[constant] = 0.0
    scale = np.sqrt(square)
    if constant is not None:
        scale[constant] = abs(float(matrix[used[0], constant]))
    return centre, np.where(scale > 0.0, scale, 1.0)
