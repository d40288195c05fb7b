"""Engines whose rows have an order, read as batches in that order."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from barometer.errors import DesignError
from barometer.survey.engines.batches import Batches
from barometer.survey.engines.parts import Part, Stream
from barometer.survey.engines.request import Engine
from barometer.survey.engines.unreadable import unreadable

if TYPE_CHECKING:
    import pyarrow as pa


def as_batches(engine: Engine) -> Batches:
    """
    Return the engine that reads the same rows in their order.

    Parameters
    ----------
    engine : Engine

    Returns
    -------
    Batches
        Itself, where it is one already.

    Raises
    ------
    DesignError
        If the rows have no order: those of Dask, Spark and Ibis, and of a database that was told not to keep one.
    """
    if isinstance(engine, Batches):
        return engine
    from barometer.survey.engines.frames import Frame
    from barometer.survey.engines.sql import DuckDB

    if isinstance(engine, DuckDB) and engine.in_order():
        return _of_stream(engine.name, engine.relation.limit(0).to_arrow_table().schema, _of_duckdb(engine.relation))
    if isinstance(engine, Frame) and engine.frame.implementation.is_polars():
        frame = engine.frame.to_native()
        return _of_stream(engine.name, frame.head(0).collect().to_arrow().schema, _of_polars(frame))
    raise DesignError(
        "psu",
        f"every row of {engine.name} is a sampling unit, and its rows have no order in which they could be drawn "
        "again: give declare_source a Parquet file or folder, an Arrow, pandas or Polars table or a DuckDB relation, "
        "declare units of several rows, give replicate weights as columns to declare_replicates, or linearize",
    )


def _of_stream(
    name: str, schema: "pa.Schema", opened: "Callable[[list[str], int], Iterator[pa.RecordBatch]]"
) -> Batches:
    def read(columns: list[str], size: int) -> "Iterator[pa.RecordBatch]":
        try:
            yield from opened(columns, size)
        except Exception as error:
            raise unreadable(name, error, schema.names) from None

    return Batches(name, (Part("", Stream(schema, read)),))


def _of_duckdb(relation: Any) -> "Callable[[list[str], int], Iterator[pa.RecordBatch]]":
    def opened(columns: list[str], size: int) -> "Iterator[pa.RecordBatch]":
        return iter(relation.select(*columns).to_arrow_reader(size))

    return opened


def _of_polars(frame: Any) -> "Callable[[list[str], int], Iterator[pa.RecordBatch]]":
    def opened(columns: list[str], size: int) -> "Iterator[pa.RecordBatch]":
        for some in frame.select(columns).collect_batches(chunk_size=size, maintain_order=True):
            yield from some.to_arrow().to_batches()

    return opened
