"""What the kernel accepts: NumPy arrays, pandas, and anything with the Arrow interface, made into plain arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

Values = Any
"""An array, a sequence, a pandas object or an object with `__arrow_c_stream__` or `__arrow_c_array__`."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Labelled:
    """
    One label for each row, as codes.

    Attributes
    ----------
    code : (n,) int
        Position in `labels`; -1 where the label is missing.
    labels : tuple
        Distinct labels in their order; categories that no row has are among them.
    """

    code: IntArray
    labels: tuple[object, ...]


def as_vector(argument: str, values: Values) -> FloatArray:
    """
    Return numbers as floats, nan where one is missing.

    Parameters
    ----------
    argument : str
        For messages.
    values : array_like, pandas.Series or Arrow array

    Returns
    -------
    (n,) float
        May share memory with `values`.

    Raises
    ------
    ArgumentError
        If it has not one dimension or is not numeric.
    """
    columns = columns_by_name(argument, values)
    if columns is not None:
        if len(columns) != 1:
            raise ArgumentError(argument, f"has {len(columns)} columns, expected one")
        (values,) = columns.values()
    numbers = _numbers(argument, values)
    if numbers.ndim != 1:
        raise ArgumentError(argument, f"expected one dimension, got shape {numbers.shape}")
    return np.asarray(numbers, dtype=np.float64)


def as_numbers(argument: str, values: Values) -> FloatArray:
    """
    Return numbers of any shape as floats, nan where one is missing.

    Raises
    ------
    ArgumentError
        If they are not numeric.
    """
    return np.asarray(_numbers(argument, values), dtype=np.float64)


def as_matrix(argument: str, values: Values) -> tuple[NDArray[Any], tuple[str, ...]]:
    """
    Return columns of numbers with their names.

    Parameters
    ----------
    argument : str
        For messages, and the name of a column that has none.
    values : (n,) or (n, k) array_like, mapping of name to (n,), DataFrame, Series or Arrow table

    Returns
    -------
    matrix : (n, k)
        bool, integer or float as it came; nan where a number is missing.
    names : (k,) tuple of str

    Raises
    ------
    ArgumentError
        If a column is not numeric, or columns have different lengths.
    """
    columns = columns_by_name(argument, values)
    if columns is None:
        matrix = _numbers(argument, values)
        if matrix.ndim == 1:
            name = getattr(values, "name", None)
            return matrix[:, np.newaxis], (argument if name in (None, "") else str(name),)
        if matrix.ndim != 2:
            raise ArgumentError(argument, f"expected one or two dimensions, got shape {matrix.shape}")
        return matrix, tuple(f"{argument}_{position}" for position in range(matrix.shape[1]))
    if not columns:
        raise ArgumentError(argument, "has no columns")
    arrays = [_numbers(argument, column, f"column {name!r} ") for name, column in columns.items()]
    lengths = {array.shape for array in arrays}
    if len(lengths) > 1:
        raise ArgumentError(argument, f"columns have different shapes: {sorted(lengths)}")
    # Columns stay together in memory: laying out rows would take longer than summing them.
    return np.array(arrays).T, tuple(columns)


def as_labelled(argument: str, values: Values) -> Labelled:
    """
    Return labels as codes, in the order of their categories or of their values.

    Parameters
    ----------
    argument : str
        For messages.
    values : (n,) array_like of int, bool, str, categories or dates

    Returns
    -------
    Labelled

    Raises
    ------
    ArgumentError
        If it has not one dimension.
    """
    if _is_arrow(values) and not hasattr(values, "iloc"):
        values = _arrow_array(values).to_pandas(integer_object_nulls=True)
    categorical = getattr(values, "cat", None)
    if categorical is not None and hasattr(categorical, "codes"):
        return Labelled(np.asarray(categorical.codes, dtype=np.intp), tuple(categorical.categories))
    if hasattr(values, "codes") and hasattr(values, "categories"):
        return Labelled(np.asarray(values.codes, dtype=np.intp), tuple(values.categories))
    try:
        array = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    except ValueError:
        raise ArgumentError(argument, "holds labels of different lengths: give text, numbers or dates") from None
    if array.ndim != 1:
        raise ArgumentError(argument, f"expected one label for each row, got shape {array.shape}")
    if array.dtype.kind == "U" and isinstance(values, list | tuple):
        array = np.array(values, dtype=object)  # NumPy makes the text "nan" of a missing label
    if array.dtype.kind == "b":
        return Labelled(array.astype(np.intp), (False, True))
    if array.dtype.kind in "iu" and array.size:
        low, high = int(array.min()), int(array.max())
        if high - low <= 4 * array.size:
            return _dense(array.astype(np.intp) - low, low, high)
    import pandas as pd

    try:
        code, labels = pd.factorize(array, sort=True)
    except TypeError:
        raise ArgumentError(argument, "holds labels of kinds that have no order: give text, numbers or dates") from None
    found = Labelled(code.astype(np.intp), tuple(np.asarray(labels).tolist()))
    return _both_truths(found) if found.labels and isinstance(found.labels[-1], bool) else found


def _both_truths(found: Labelled) -> Labelled:
    """Give truths of which some are missing both labels, as truths have of which none is."""
    if found.labels != (True,):
        return Labelled(found.code, (False, True))
    return Labelled(np.where(found.code < 0, -1, 1).astype(np.intp), (False, True))


def as_mask(argument: str, values: Values, n: int | None = None) -> BoolArray:
    """
    Return a mask of n rows, or of as many as it has.

    Raises
    ------
    ArgumentError
        If it is not boolean, has another length, or selects nobody.
    """
    numbers = _array(argument, values)
    if numbers.dtype.kind != "b" or numbers.ndim != 1:
        raise ArgumentError(
            argument,
            f"must be true or false for each row without missing, got {numbers.dtype} {numbers.shape}",
        )
    n = numbers.size if n is None else n
    if numbers.shape != (n,):
        raise ArgumentError(argument, f"has shape {numbers.shape}, the design has {n} rows")
    if not numbers.any():
        raise ArgumentError(argument, f"selects 0 of {n:,} rows: nobody is in this domain")
    return numbers


def columns_by_name(argument: str, values: Values) -> dict[str, Values] | None:
    """Return columns by name where there are any; None for a bare array or a vector."""
    if isinstance(values, Mapping):
        return _named(argument, [str(name) for name in values], list(values.values()))
    if hasattr(values, "columns") and hasattr(values, "iloc"):
        names = [str(name) for name in values.columns]
        return _named(argument, names, [values.iloc[:, position] for position in range(len(names))])
    if _is_arrow(values) and not hasattr(values, "iloc"):
        table = _arrow_table(values)
        if table is not None:
            return _named(argument, table.column_names, table.columns)
    return None


def as_several(argument: str, values: Values) -> dict[str, Values]:
    """Return the label vectors in `values` by name: a mapping, a frame, a list of vectors, or one vector."""
    columns = columns_by_name(argument, values)
    if columns is not None:
        if not columns:
            raise ArgumentError(argument, "has no columns")
        return columns
    if isinstance(values, list | tuple) and values and not np.isscalar(values[0]) and values[0] is not None:
        return _named(argument, [_name(vector, f"domain_{position}") for position, vector in enumerate(values)], values)
    return {_name(values, "domain"): values}


def _name(values: Values, otherwise: str) -> str:
    name = getattr(values, "name", None)
    return otherwise if name in (None, "") else str(name)


def _dense(shifted: IntArray, low: int, high: int) -> Labelled:
    used = np.bincount(shifted, minlength=high - low + 1) > 0
    position = np.cumsum(used) - 1
    return Labelled(position[shifted].astype(np.intp), tuple((np.flatnonzero(used) + low).tolist()))


def _named(argument: str, names: Sequence[str], columns: Sequence[Values]) -> dict[str, Values]:
    twice = len(names) - len(set(names))
    if twice:
        raise ArgumentError(argument, f"{twice} of {len(names)} columns have the name of another: give each its own")
    return dict(zip(names, columns, strict=True))


def _numbers(argument: str, values: Values, column: str = "") -> NDArray[Any]:
    array = _array(argument, values)
    if array.dtype.kind not in "biuf":
        instead = ", or labels to estimate_categories" if argument == "outcome" else ""
        raise ArgumentError(argument, f"{column}is not numeric ({array.dtype}): give numbers{instead}")
    return array


def _array(argument: str, values: Values) -> NDArray[Any]:
    if values is None:
        raise ArgumentError(argument, "is None: give an array, a list or a column")
    if _is_arrow(values) and not hasattr(values, "iloc"):
        values = _arrow_numbers(_arrow_array(values))
    elif hasattr(values, "isna") and hasattr(values, "to_numpy"):
        kind = getattr(values.dtype, "kind", "O")
        nullable = not isinstance(values.dtype, np.dtype)
        if nullable and kind in "biuf":
            values = values.to_numpy(dtype=np.float64, na_value=np.nan) if values.isna().any() else values.to_numpy()
        else:
            values = values.to_numpy()
    if isinstance(values, np.ma.MaskedArray):
        values = np.where(np.ma.getmaskarray(values), np.nan, values.data)
    try:
        array = np.asarray(values)
    except ValueError:
        raise ArgumentError(argument, "its rows have different lengths") from None
    if array.dtype.kind == "O":
        array = _from_objects(array)
    return array


def _from_objects(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers among Python objects, None and pandas' NA being missing; others are left and refused later."""
    import pandas as pd

    flat = [None if value is pd.NA else value for value in array.ravel()]
    if not all(value is None or isinstance(value, bool | int | float | np.number | np.bool_) for value in flat):
        return array
    kind = np.bool_ if flat and all(isinstance(value, bool | np.bool_) for value in flat) else np.float64
    return np.array([np.nan if value is None else value for value in flat], dtype=kind).reshape(array.shape)


def _is_arrow(values: Values) -> bool:
    return hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__")


def _arrow_table(values: Values) -> "pa.Table | None":
    import pyarrow as pa

    if isinstance(values, pa.Array | pa.ChunkedArray):
        return None
    try:
        return pa.table(values)
    except (TypeError, ValueError, pa.ArrowException):
        return None


def _arrow_array(values: Values) -> "pa.ChunkedArray | pa.Array":
    import pyarrow as pa

    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if hasattr(values, "__arrow_c_array__"):
        return pa.array(values)
    return pa.chunked_array(values)


def _arrow_numbers(column: "pa.ChunkedArray | pa.Array") -> NDArray[Any]:
    import pyarrow as pa

    if pa.types.is_boolean(column.type) and column.null_count:
        column = column.cast(pa.uint8())
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    return np.asarray(column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy())


def check_lengths(n: int, arrays: Sequence[tuple[str, NDArray[Any]]]) -> None:
    """
    Refuse arrays that do not have a row for each row of the design.

    Raises
    ------
    ArgumentError
        With the argument's name and both counts.
    """
    for argument, array in arrays:
        if array.shape[0] != n:
            raise ArgumentError(argument, f"has {array.shape[0]:,} rows, the design has {n:,}")
