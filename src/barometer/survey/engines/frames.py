"""Frames of other engines through narwhals: Polars, Dask, Spark, Ibis."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from barometer.errors import ArgumentError, BarometerError
from barometer.survey.arrays import FloatArray
from barometer.survey.engines.categories import categories_behind, with_text
from barometer.survey.engines.plans import (
    Flag,
    Kept,
    Lookup,
    Made,
    Moved,
    Number,
    One,
    Present,
    Product,
    Query,
    Signed,
    Strangeness,
    Total,
    Within,
)
from barometer.survey.engines.queried import Answer, count_clusters, query_sums
from barometer.survey.engines.request import ClusterTable, Coded, Column, Declared, Request
from barometer.survey.engines.rounded import Leaf, Rounded, Split
from barometer.survey.engines.small_tables import in_order, is_missing
from barometer.survey.engines.unreadable import check_files_behind, unreadable
from barometer.survey.sums import CellSums

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa


Piece: TypeAlias = "Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]"


@dataclass(frozen=True, eq=False, repr=False)
class Frame:
    """
    A lazy frame.

    Attributes
    ----------
    frame : narwhals.LazyFrame
    name : str
    categories : mapping of str to tuple
        What is known of categories besides their types.
    """

    frame: "nw.LazyFrame[Any]"
    name: str
    categories: Mapping[str, tuple[object, ...]]

    def __repr__(self) -> str:
        """Say what it is; never a row."""
        return f"<Frame: {self.name}>"

    @cached_property
    def known(self) -> Mapping[str, Column]:
        """Columns by their types in the frame."""
        of_type = {name: _column(kind) for name, kind in self.frame.collect_schema().items()}
        return of_type | {name: Column("category", levels=labels) for name, labels in self.categories.items()}

    def columns(self) -> Mapping[str, Column]:
        """Return what is known of each column."""
        return self.known

    def clusters(self, declared: Declared) -> ClusterTable:
        """Count the rows of each finest cluster."""
        return count_clusters(self, declared)

    def distinct(self, column: str) -> tuple[object, ...]:
        """Return the labels in a column, or all categories that its type has, in their order."""
        if (levels := self.known[column].levels) is not None:
            return levels
        found = self.answer(Query((column,), (One("n"),), (Total("n", "sum", "n"),))).labels[column]
        return tuple(in_order([label for label in found if not is_missing(label)]))

    def sums(self, request: Request, design: Coded) -> CellSums:
        """Add up the rows of each cluster and group."""
        return query_sums(self, request, design)

    def answer(self, query: Query) -> Answer:
        """Return labels and totals of a query."""
        try:
            table = as_frame(query, self.known, self.frame).collect("pyarrow").to_native()
        except BarometerError:
            raise
        except Exception as error:
            raise unreadable(self.name, error, self.known) from None
        labels = {name: _labels(table, place, self.known[name]) for place, name in enumerate(query.keys)}
        return Answer(labels, {one.name: _floats(table.column(one.name)) for one in query.totals})

    def with_rounded(self, rounded: Rounded) -> "Frame":
        """Return the same rows with one more column."""
        made = _rounded(rounded, self.known[rounded.column]).alias(rounded.name)
        return replace(self, frame=self.frame.with_columns(made))

    def lacking(self, columns: Sequence[str]) -> set[str]:
        """Return none: whatever is asked of these engines, they read all rows."""
        del columns
        return set()


def of_frame(data: Any) -> Frame:
    """
    Return the engine of a frame that narwhals knows.

    Raises
    ------
    ArgumentError
        If it knows none of that type.
    """
    import narwhals as nw

    native = nw.to_native(data, pass_through=True)
    try:
        frame = _wrapped(with_text(native)).lazy()
    except TypeError:
        raise ArgumentError(
            "data",
            f"must be a path, a DuckDB relation, or a pandas, Arrow, Polars, Dask, Spark or Ibis table; got "
            f"{type(data).__name__}",
        ) from None
    engine = Frame(frame, f"the {frame.implementation.value} frame", categories_behind(native))
    check_files_behind(frame.to_native(), engine.known)
    return engine


def as_frame(query: Query, known: Mapping[str, Column], frame: "nw.LazyFrame[Any]") -> "nw.LazyFrame[Any]":
    """
    Write a query as a lazy frame: all columns first, and then nothing but sums and ends of columns.

    Parameters
    ----------
    query : Query
    known : mapping of str to Column
    frame : narwhals.LazyFrame

    Returns
    -------
    narwhals.LazyFrame
        Not collected. Each key has a column of its labels, filled where one is missing, and one that says so: engines
        disagree on whether missing labels are equal.
    """
    keys = [part for place, name in enumerate(query.keys) for part in _key(place, name, known[name])]
    rows = frame.select(*keys, *(part for one in query.made for part in _made(one, known)))
    rows = _with(rows, _within(query))
    for number, measured in enumerate(query.rounds):
        rows = _with(rows, [part for one in measured.before for part in _before(one)])
        found = _in_one_piece if measured is query.rounds[-1] else _at_once
        for place, lookup in enumerate(measured.lookups):
            rows = _beside(rows, lookup, query.keys, f"{number}_{place}", found)
        rows = _with(rows, [_moved(one).alias(one.name) for one in measured.moved])
    rows = _with(rows, [_product(one).alias(one.name) for one in query.products])
    return _grouped(rows, _parts(query.keys, query.keys), query.totals)


def _with(rows: "nw.LazyFrame[Any]", columns: "Sequence[nw.Expr]") -> "nw.LazyFrame[Any]":
    return rows.with_columns(*columns) if columns else rows


def _grouped(rows: "nw.LazyFrame[Any]", keys: Sequence[str], totals: Sequence[Total]) -> "nw.LazyFrame[Any]":
    """Add up columns by labels that none lacks."""
    import narwhals as nw

    everything = keys or ["all_rows"]
    needed = dict.fromkeys(one.column for one in totals)
    if not keys:
        rows = rows.with_columns(nw.lit(0).alias("all_rows"))
    rows = rows.select(*everything, *needed)
    return rows.group_by(*everything).agg(*(getattr(nw.col(one.column), one.how)().alias(one.name) for one in totals))


def _beside(
    rows: "nw.LazyFrame[Any]", lookup: Lookup, keys: Sequence[str], place: str, piece: Piece
) -> "nw.LazyFrame[Any]":
    """Put the constants of groups of rows beside the rows."""
    import narwhals as nw

    labels = _parts(lookup.keys, keys)
    if not labels:
        rows = rows.with_columns(nw.lit(0).alias(f"every{place}"))
        labels = [f"every{place}"]
    found = _grouped(rows, labels, lookup.totals)
    parts = {part for one in lookup.quotients for part in (one.above, one.below)}
    constants = [nw.col(one.name).fill_null(0.0).alias(one.name) for one in lookup.totals if one.name not in parts]
    constants += [
        nw.when(nw.col(one.below) > 0.0).then(nw.col(one.above) / nw.col(one.below)).otherwise(0.0).alias(one.name)
        for one in lookup.quotients
    ]
    return rows.join(piece(found.select(*labels, *constants)), on=labels, how="left")


def _in_one_piece(small: "nw.LazyFrame[Any]") -> "nw.LazyFrame[Any]":
    """Compute a small Dask frame at once: where a sum by labels is joined, Dask looks for the labels and fails."""
    if not small.implementation.is_dask():
        return small
    import dask.dataframe as dd

    computed: nw.LazyFrame[Any] = _wrapped(dd.from_pandas(small.to_native().compute(), npartitions=1))
    return computed


def _at_once(small: "nw.LazyFrame[Any]") -> "nw.LazyFrame[Any]":
    """Compute a small frame of Spark too: it plans constants anew for every table of a later round that needs them."""
    if not (small.implementation.is_pyspark() or small.implementation.is_pyspark_connect()):
        return _in_one_piece(small)
    session = small.to_native().sparkSession
    computed: nw.LazyFrame[Any] = _wrapped(session.createDataFrame(small.collect("pyarrow").to_native()))
    return computed


def _wrapped(data: Any) -> Any:
    """Return a frame of narwhals, without the word that its Dask part is to become a package of its own."""
    import narwhals as nw

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Dask support is moving", FutureWarning)
        return nw.from_native(data)


def _parts(names: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Columns that hold the labels of some keys."""
    return [f"{part}{keys.index(name)}" for name in names for part in ("key", "lacking")]


def _key(place: int, name: str, column: Column) -> "tuple[nw.Expr, nw.Expr]":
    import narwhals as nw

    label, lacking = nw.col(name), nw.col(name).is_null()
    if column.kind in ("text", "category") or column.decimal:
        label = label.cast(nw.String()).fill_null("")
    elif column.kind == "truth" or column.floating:
        lacking = ~_has(name, column)
        label = nw.when(~lacking).then(label.cast(nw.Float64())).otherwise(0.0)
    elif column.kind == "number":
        label = label.fill_null(0)  # as a float, a long number would become that of its neighbour
    else:
        raise ArgumentError("columns", f"{name!r} holds no text, numbers or categories: make its labels text first")
    return label.alias(f"key{place}"), lacking.cast(nw.Int64()).alias(f"lacking{place}")


def _made(one: Made, known: Mapping[str, Column]) -> "tuple[nw.Expr, ...]":
    import narwhals as nw

    match one:
        case One(name):
            return (nw.lit(1.0).alias(name),)
        case Number(name, column, otherwise):
            missing = nw.lit(None, nw.Float64()) if otherwise is None else nw.lit(otherwise)
            return (nw.when(_has(column, known[column])).then(_double(column)).otherwise(missing).alias(name),)
        case Present(name, columns, where):
            conditions = [
                *(_has(column, known[column]) for column in columns),
                *(() if where is None else (nw.col(where),)),
            ]
            if not conditions:
                return (nw.lit(1.0).alias(name),)
            return (_one_where(nw.all_horizontal(*conditions, ignore_nulls=False)).alias(name),)
        case Within(name, column, None):
            return (nw.when(_has(column, known[column])).then(_double(column)).otherwise(0.0).alias(f"{name}_"),)
        case Within(name, column, label):
            text = known[column].kind in ("text", "category")
            value, wanted = (nw.col(column).cast(nw.String()), str(label)) if text else (nw.col(column), label)
            return (_one_where((value == wanted).fill_null(False)).alias(f"{name}_"),)
        case Flag(name, column, what):
            return (_one_where(_flagged(column, what, known[column])).alias(name),)


def _rounded(rounded: Rounded, known: Column) -> "nw.Expr":
    import narwhals as nw

    value = _double(rounded.column)

    def made(node: Split | Leaf) -> "nw.Expr":
        if isinstance(node, Leaf):
            return value if node.edge is None else nw.lit(node.edge)
        return nw.when(value <= node.at).then(made(node.below)).otherwise(made(node.above))

    inside = _has(rounded.column, known) & (value <= rounded.edges[-1]).fill_null(False)
    return nw.when(inside).then(made(rounded.tree())).otherwise(nw.lit(None, nw.Float64()))


def _within(query: Query) -> "list[nw.Expr]":
    """Values are 0 where the base, which was made beside them, is not."""
    import narwhals as nw

    return [
        nw.when(nw.col(one.present) == 1.0).then(nw.col(f"{one.name}_")).otherwise(0.0).alias(one.name)
        for one in query.made
        if isinstance(one, Within)
    ]


def _flagged(column: str, what: str, known: Column) -> "nw.Expr":
    value, has = _double(column), _has(column, known)
    infinite = value.is_in([np.inf, -np.inf]).fill_null(False)
    if what == "missing":
        return ~has
    if what == "unusable":
        return ~has | infinite
    if what == "unsized":
        return ~has | (value <= 0.0).fill_null(False)
    if what == "not_binary":
        return has & ((value != 0.0) & (value != 1.0)).fill_null(False)
    return has & (value < 0.0 if what == "negative" else value > 0.0).fill_null(False)


def _before(one: Kept | Signed | Product) -> "tuple[nw.Expr, ...]":
    import narwhals as nw

    if isinstance(one, Product):
        return (_product(one).alias(one.name),)
    if isinstance(one, Kept):
        inside = nw.all_horizontal(*(nw.col(name) == 1.0 for name in one.present), ignore_nulls=False)
        return (nw.when(inside).then(nw.col(one.column)).alias(one.name),)
    x, y = nw.col(one.x), nw.col(one.y)
    return x.abs().alias(one.size), nw.when(x < 0.0).then(0.0 - y).otherwise(y).alias(one.signed)


def _moved(one: Moved) -> "nw.Expr":
    import narwhals as nw

    shift = nw.col(one.constant) if one.unit is None else nw.col(one.constant) * nw.col(one.unit)
    return nw.col(one.column) - shift


def _product(one: Product | Strangeness) -> "nw.Expr":
    import narwhals as nw

    if isinstance(one, Strangeness):
        return nw.sum_horizontal(*((nw.col(name) * (nw.col(name) - 1.0)).abs() for name in one.columns))
    result = nw.col(one.factors[0])
    for name in one.factors[1:]:
        result = result * nw.col(name)
    return result


def _has(column: str, known: Column) -> "nw.Expr":
    import narwhals as nw

    has = ~nw.col(column).is_null()
    return has & ~nw.col(column).is_nan().fill_null(False) if known.floating else has


def _double(column: str) -> "nw.Expr":
    import narwhals as nw

    return nw.col(column).cast(nw.Float64())


def _one_where(condition: "nw.Expr") -> "nw.Expr":
    import narwhals as nw

    return nw.when(condition).then(nw.lit(1.0)).otherwise(nw.lit(0.0))


def _column(kind: Any) -> Column:
    import narwhals as nw

    if isinstance(kind, nw.Enum):
        return Column("category", levels=tuple(kind.categories))
    if kind == nw.Categorical:
        return Column("category")
    if kind == nw.Boolean:
        return Column("truth")
    if kind.is_numeric():
        return Column("number", floating=kind.is_float(), decimal=kind.is_decimal())
    if kind == nw.String:
        return Column("text")
    return Column("time" if kind.is_temporal() else "other")


def _labels(table: "pa.Table", place: int, column: Column) -> list[object]:
    """Return labels as they were; truths went by as floats, categories and decimals as text."""
    labels = table.column(f"key{place}").to_pylist()
    lacking = table.column(f"lacking{place}").to_pylist()
    if column.kind == "truth":
        labels = [bool(label) for label in labels]
    elif column.decimal:
        labels = [Decimal(label or 0) for label in labels]
    of_text = {} if column.levels is None else {str(level): level for level in column.levels}
    return [None if missing else of_text.get(label, label) for label, missing in zip(labels, lacking, strict=True)]


def _floats(column: Any) -> FloatArray:
    return np.asarray(column.to_numpy(), dtype=np.float64)
