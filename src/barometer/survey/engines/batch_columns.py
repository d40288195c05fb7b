"""Outcomes of one batch, in the types they are stored in."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from barometer.survey.arrays import BoolArray, IntArray
from barometer.survey.columns import Columns, ratio_columns, whole_columns
from barometer.survey.engines.request import Measure, Request
from barometer.survey.engines.small_tables import encoded
from barometer.survey.inputs import as_vector

if TYPE_CHECKING:
    import pyarrow as pa


def batch_columns(batch: "pa.RecordBatch", request: Request, own: BoolArray, where: BoolArray | None) -> Columns:
    """
    Prepare the measures of one batch, with the same bases in every batch.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Of n rows.
    request : Request
        Of k measures.
    own : (k,) bool
        Whether a measure may be missing somewhere, and so has a base of its own.
    where : (n,) bool or None
        Rows that everything is of.

    Returns
    -------
    Columns

    Raises
    ------
    ArgumentError
        If a value is not what the statistic takes.

    Notes
    -----
    Whole numbers stay as narrow as they are stored, whether some are missing or not: a batch of answers is a byte for
    each, where floats would be eight and several copies of them.
    """
    measures, n = request.measures, batch.num_rows
    if request.statistic == "ratio":
        above = {measure.name: batch.column(measure.column) for measure in measures}
        below = {measure.name: batch.column(str(measure.over)) for measure in measures}
        return replace(ratio_columns(above, below, n, where), names=tuple(above))
    inside = np.ones(n, dtype=np.bool_) if where is None else where
    of_labels = measures[0].label is not None
    found = _of_labels(batch, measures, inside) if of_labels else _of_numbers(batch, measures, inside)
    values = np.array([values for values, _ in found]).T
    if where is not None:
        values = np.where(where[:, np.newaxis], values, values.dtype.type(0))
    one = len({measure.column for measure in measures}) == 1
    present, base = _bases(
        [mask for _, mask in found], np.zeros_like(own) if one else own, found[0][1] if one else inside
    )
    return whole_columns(request.statistic, tuple(measure.name for measure in measures), values, present, base)


def _bases(masks: Sequence[BoolArray], own: BoolArray, others: BoolArray) -> tuple[BoolArray, IntArray]:
    """Return the rows in each base, and the base of each measure: its own, or that of all others."""
    present = list(compress(masks, own))
    base = np.where(own, np.cumsum(own) - 1, len(present))
    return np.array(present if own.all() else [*present, others]).T, base


def _of_labels(
    batch: "pa.RecordBatch", measures: Sequence[Measure], inside: BoolArray
) -> list[tuple[NDArray[Any], BoolArray]]:
    """Return 1 where the label is a measure's and 0 where not, and the rows inside that have one, of one column."""
    code, labels = encoded(batch.column(measures[0].column))
    present = (code >= 0) & inside
    found = []
    for measure in measures:
        chosen = np.array([*(label == measure.label for label in labels), False], dtype=np.int8)
        found.append((chosen[code], present))
    return found


def _of_numbers(
    batch: "pa.RecordBatch", measures: Sequence[Measure], inside: BoolArray
) -> list[tuple[NDArray[Any], BoolArray]]:
    """Return numbers with 0 where one is missing, and the rows inside that have one."""
    import pyarrow as pa

    found = []
    for measure in measures:
        column = batch.column(measure.column)
        truth = pa.types.is_boolean(column.type)
        if truth or pa.types.is_integer(column.type):
            if not column.null_count:
                found.append((np.asarray(column.to_numpy(zero_copy_only=False)), inside))
                continue
            present = np.asarray(column.is_valid().to_numpy(zero_copy_only=False))
            found.append(
                (np.asarray(column.fill_null(False if truth else 0).to_numpy(zero_copy_only=False)), present & inside)
            )
            continue
        numbers = as_vector("outcome", column)
        present = ~np.isnan(numbers)
        found.append((np.where(present, numbers, 0.0), present & inside))
    return found
