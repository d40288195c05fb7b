"""Queries answered from batches of rows: each batch is added to a small table of totals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.engines.batches import Batches, combined
from barometer.survey.engines.plans import (
    Flag,
    Kept,
    Lookup,
    Made,
    Number,
    One,
    Present,
    Product,
    Query,
    Round,
    Signed,
    Strangeness,
    Total,
    Within,
)
from barometer.survey.engines.queried import Answer
from barometer.survey.engines.request import Label
from barometer.survey.engines.small_tables import encoded
from barometer.survey.inputs import as_vector

if TYPE_CHECKING:
    import pyarrow as pa

Columns = dict[str, FloatArray]


def answer_batches(engine: Batches, query: Query) -> Answer:
    """
    Answer a query by one pass over the rows, and one before it for each round of constants of groups of rows.

    Parameters
    ----------
    engine : Batches
    query : Query

    Returns
    -------
    Answer
    """
    known: list[Sequence[_Constants]] = []
    for measured in query.rounds:
        asked = [(lookup.keys, lookup.totals) for lookup in measured.lookups]
        totals = _add_up(engine, query, measured.before, known, asked)
        known.append([_Constants.of(*each) for each in zip(measured.lookups, totals, strict=True)])
    (found,) = _add_up(engine, query, query.products, known, [(query.keys, query.totals)])
    labels = list(zip(*found.code, strict=True)) if query.keys else []
    return Answer({name: labels[place] if labels else () for place, name in enumerate(query.keys)}, found.totals)


@dataclass(slots=True)
class _Growing:
    """Totals by label, in arrays that grow."""

    of: Sequence[Total]
    code: dict[Label, int] = field(default_factory=dict)
    totals: Columns = field(default_factory=dict)

    def add(self, row: IntArray, labels: Sequence[Label], columns: Columns) -> None:
        """Add the rows of one batch."""
        place = np.array([self.code.setdefault(label, len(self.code)) for label in labels], dtype=np.intp)[row]
        size = len(self.code)
        for one in self.of:
            known, none = self.totals.get(one.name, np.zeros(0)), np.nan if one.how in ("min", "max") else 0.0
            self.totals[one.name] = total = np.concatenate([known, np.full(size - known.size, none)])
            values = columns[one.column]
            if one.how == "sum":
                total += np.bincount(place, np.nan_to_num(values), size)
            elif one.how == "count":
                total += np.bincount(place, ~np.isnan(values), size)
            else:
                (np.fmin if one.how == "min" else np.fmax).at(total, place, values)


@dataclass(frozen=True, slots=True)
class _Constants:
    """Constants of groups of rows, (labels, constants), and the row of each label."""

    keys: Sequence[str]
    names: Sequence[str]
    code: Mapping[Label, int]
    values: FloatArray

    @classmethod
    def of(cls, lookup: Lookup, found: _Growing) -> "_Constants":
        parts = {part for one in lookup.quotients for part in (one.above, one.below)}
        made = {name: np.nan_to_num(total) for name, total in found.totals.items() if name not in parts}
        for one in lookup.quotients:
            above, below = found.totals[one.above], found.totals[one.below]
            made[one.name] = np.divide(above, below, out=np.zeros_like(above), where=below > 0.0)
        return cls(lookup.keys, tuple(made), found.code, np.column_stack(list(made.values())))

    def beside(self, batch: "pa.RecordBatch") -> Columns:
        """Put the constants beside the rows of a batch."""
        row, labels, _ = combined(batch, self.keys)
        values = self.values[np.array([self.code[label] for label in labels], dtype=np.intp)[row]]
        return dict(zip(self.names, values.T, strict=True))


def _add_up(
    engine: Batches,
    query: Query,
    last: Sequence[Kept | Signed | Product | Strangeness],
    known: Sequence[Sequence[_Constants]],
    asked: Sequence[tuple[Sequence[str], Sequence[Total]]],
) -> list[_Growing]:
    """Add up columns after the rounds whose constants are known, and after the `last` that are made."""
    found = [_Growing(totals) for _, totals in asked]
    for batch in _batches(engine, query):
        columns: Columns = {}
        for made in query.made:
            columns[made.name] = _made(made, batch, columns)
        for measured, constants in zip(query.rounds, known, strict=False):
            _measure(measured, constants, batch, columns)
        for one in last:
            columns |= _combined(one, columns)
        for (keys, _), growing in zip(asked, found, strict=True):
            row, labels, _ = combined(batch, keys)
            growing.add(row, labels, columns)
    return found


def _measure(measured: Round, constants: Sequence[_Constants], batch: "pa.RecordBatch", columns: Columns) -> None:
    """Add the columns of a round to those of a batch."""
    for one in measured.before:
        columns |= _combined(one, columns)
    for each in constants:
        columns |= each.beside(batch)
    for moved in measured.moved:
        shift = columns[moved.constant] if moved.unit is None else columns[moved.constant] * columns[moved.unit]
        columns[moved.name] = columns[moved.column] - shift


def _batches(engine: Batches, query: Query) -> "Iterator[pa.RecordBatch]":
    """Read the columns that a query needs, in batches that have rows."""
    lookups = [lookup for measured in query.rounds for lookup in measured.lookups]
    needed = [*query.keys, *(name for lookup in lookups for name in lookup.keys)]
    wanted = list(dict.fromkeys([*needed, *(name for made in query.made for name in _read(made))]))
    for part in engine.parts:
        for batch in part.batches(wanted or list(engine.columns())[:1], engine.size):
            if batch.num_rows:
                yield batch


def _read(made: Made) -> Sequence[str]:
    match made:
        case One():
            return ()
        case Present(_, columns, where):
            return columns if where is None else (*columns, where)
        case _:
            return (made.column,)


def _made(made: Made, batch: "pa.RecordBatch", before: Columns) -> FloatArray:
    """Make a column of those of a batch, or of one that was made before it."""
    match made:
        case One():
            return np.ones(batch.num_rows)
        case Number(_, column, otherwise):
            values = as_vector(column, batch.column(column))
            return values if otherwise is None else np.where(np.isnan(values), otherwise, values)
        case Present(_, columns, where):
            inside = np.ones(batch.num_rows) if where is None else as_vector(where, batch.column(where))
            return np.where(np.isnan(inside) | _lacking(batch, columns), 0.0, inside)
        case Within(_, column, None, present):
            return np.nan_to_num(as_vector(column, batch.column(column))) * before[present]
        case Within(_, column, label, present):
            code, labels = encoded(batch.column(column))
            chosen = np.array([*(known == label for known in labels), False], dtype=np.float64)
            return np.asarray(chosen[code] * before[present])
        case Flag(_, column, what):
            return _flagged(batch, column, what).astype(np.float64)


def _flagged(batch: "pa.RecordBatch", column: str, what: str) -> BoolArray:
    if what == "missing":
        return _lacking(batch, [column])
    values = as_vector(column, batch.column(column))
    return np.asarray(
        {
            "unusable": ~np.isfinite(values),
            "negative": values < 0.0,
            "positive": values > 0.0,
            "unsized": ~(values > 0.0),
            "not_binary": ~(np.isnan(values) | (values == 0.0) | (values == 1.0)),
        }[what]
    )


def _lacking(batch: "pa.RecordBatch", columns: Sequence[str]) -> BoolArray:
    """Rows that lack a value in one of some columns."""
    lacking = np.zeros(batch.num_rows, dtype=np.bool_)
    for column in columns:
        lacking |= np.asarray(batch.column(column).is_null(nan_is_null=True))
    return lacking


def _combined(one: Kept | Signed | Product | Strangeness, columns: Columns) -> Columns:
    """Make columns of those that are there."""
    if isinstance(one, Product | Strangeness):
        return {one.name: _multiplied(one, columns)}
    if isinstance(one, Kept):
        inside = np.all([columns[name] == 1.0 for name in one.present], axis=0)
        return {one.name: np.where(inside, columns[one.column], np.nan)}
    return {one.size: np.abs(columns[one.x]), one.signed: np.sign(columns[one.x]) * columns[one.y]}


def _multiplied(product: Product | Strangeness, columns: Columns) -> FloatArray:
    if isinstance(product, Strangeness):
        return np.asarray(sum(np.abs(columns[name] * (columns[name] - 1.0)) for name in product.columns))
    result = columns[product.factors[0]]
    for name in product.factors[1:]:
        result = result * columns[name]
    return result
