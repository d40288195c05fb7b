"""Weights, labels and sizes of a design as they are given: checked row by row."""

from collections.abc import Sequence

import numpy as np

from barometer.errors import ArgumentError, DesignError
from barometer.survey.arrays import FloatArray, compact
from barometer.survey.inputs import Labelled, Values, as_labelled, as_vector, columns_by_name

HEAVIEST = 1e100
"""Weights above it overflow when they are squared."""


def checked_weights(weight: Values) -> FloatArray:
    """
    Return weights as a new array of floats.

    Raises
    ------
    DesignError
        If one is missing, infinite, negative or too large, or all are zero; with the count.
    """
    try:
        w = np.array(as_vector("weight", weight), dtype=np.float64)
    except ArgumentError as error:
        raise DesignError("weight", str(error).removeprefix("weight: ")) from None
    if w.size == 0:
        raise DesignError("weight", "is empty")
    if bad := int((~np.isfinite(w)).sum()):
        raise DesignError("weight", f"{bad:,} of {w.size:,} are missing or infinite")
    if bad := int((w < 0.0).sum()):
        raise DesignError("weight", f"{bad:,} of {w.size:,} are negative")
    if not w.any():
        raise DesignError("weight", f"all {w.size:,} are zero")
    if w.max() > HEAVIEST:
        raise DesignError(
            "weight", f"{int((w > HEAVIEST).sum()):,} of {w.size:,} are above {HEAVIEST:g}: change their scale"
        )
    return w


def per_stage(argument: str, values: Values | Sequence[Values] | None, stages: int = 1) -> list[Values]:
    """
    Return one entry a stage: a frame, a list of vectors, or of a number for each of several stages, is taken apart.

    Raises
    ------
    DesignError
        If an array has several dimensions.
    """
    if values is None:
        return []
    if (columns := columns_by_name(argument, values)) is not None:
        return list(columns.values())
    if isinstance(values, list | tuple):
        vectors = any(hasattr(value, "__len__") and not isinstance(value, str) for value in values)
        return list(values) if vectors or (len(values) == stages and stages > 1) else [values]
    if len(shape := getattr(values, "shape", ())) > 1:
        raise DesignError(argument, f"has shape {shape}: give a list of columns, one for each stage")
    return [values]


def labels_of_rows(argument: str, values: Values, n: int) -> Labelled:
    """
    Return labels of strata or units as codes of those that occur.

    Raises
    ------
    DesignError
        If one is missing, or there are more or fewer than weights; with the count.
    """
    try:
        labelled = as_labelled(argument, values)
    except ArgumentError as error:
        raise DesignError(argument, str(error).removeprefix(f"{argument}: ")) from None
    if labelled.code.size != n:
        raise DesignError(argument, f"has {labelled.code.size:,} rows, weight has {n:,}")
    if bad := int((labelled.code < 0).sum()):
        raise DesignError(argument, f"{bad:,} of {n:,} rows have no label")
    present, code = compact(labelled.code, max(len(labelled.labels), 1))
    return Labelled(code, tuple(labelled.labels[position] for position in present))


def sizes_of_rows(kind: str, size: Values, n: int) -> FloatArray:
    """
    Return population sizes or sampling fractions, one for each row.

    Raises
    ------
    DesignError
        If they are no numbers above 0, or have another length than the weights; with the count.
    """
    if np.isscalar(size):
        size = np.full(n, size)
    try:
        values = as_vector(kind, size)
    except ArgumentError as error:
        raise DesignError(kind, str(error).removeprefix(f"{kind}: ")) from None
    if values.size != n:
        raise DesignError(kind, f"has {values.size:,} rows, weight has {n:,}: it is given row by row")
    if bad := int((~(values > 0.0)).sum()):
        raise DesignError(kind, f"{bad:,} of {n:,} are missing, zero or negative")
    return values
