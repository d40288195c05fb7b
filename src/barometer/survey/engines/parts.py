"""Parquet files and tables in memory as batches of rows, and whether the files of a folder fit together."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometer.errors import ArgumentError, MissingFileError
from barometer.survey.engines.request import Column, Kind
from barometer.survey.engines.rounded import Rounded
from barometer.survey.inputs import as_vector

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 131_072
"""Rows read at a time."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stream:
    """
    Rows that another engine hands over.

    Attributes
    ----------
    schema : pyarrow.Schema
    read : callable
        Takes names of columns and how many rows are wanted at a time, and returns batches, the same at every call.
    """

    schema: "pa.Schema"
    read: "Callable[[list[str], int], Iterator[pa.RecordBatch]]"


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """
    A part of the rows.

    Attributes
    ----------
    name : str
        Of the file; empty for a table in memory.
    where : Path, pyarrow.Table or Stream
    rounded : tuple of Rounded
        Columns that are made while the rows are read.
    """

    name: str
    where: Any
    rounded: tuple[Rounded, ...] = ()

    @property
    def schema(self) -> "pa.Schema":
        """Names and types of its columns."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        stored = pq.read_schema(self.where) if isinstance(self.where, Path) else self.where.schema
        for made in self.rounded:
            stored = stored.append(pa.field(made.name, pa.float64()))
        return stored

    def batches(self, columns: Sequence[str], size: int) -> "Iterator[pa.RecordBatch]":
        """Read some columns, and make those that are to be made, `size` rows at a time."""
        made = [one for one in self.rounded if one.name in columns]
        if not made:
            yield from self._stored(columns, size)
            return
        import pyarrow as pa

        names = {one.name for one in made}
        stored = dict.fromkeys([*(name for name in columns if name not in names), *(one.column for one in made)])
        for batch in self._stored(list(stored), size):
            values = {name: batch.column(name) for name in stored}
            values |= {
                one.name: pa.array(one.of_numbers(as_vector(one.column, values[one.column])), from_pandas=True)
                for one in made
            }
            yield pa.RecordBatch.from_arrays([values[name] for name in columns], names=list(columns))

    def _stored(self, columns: Sequence[str], size: int) -> "Iterator[pa.RecordBatch]":
        """Read columns that are stored, `size` rows at a time."""
        if isinstance(self.where, Stream):
            yield from self.where.read(list(columns), size)
            return
        if not isinstance(self.where, Path):
            yield from self.where.select(columns).combine_chunks().to_batches(max_chunksize=size)
            return
        import pyarrow.parquet as pq

        # Buffering what comes would hold the whole file.
        with pq.ParquetFile(self.where, pre_buffer=False) as file:
            yield from file.iter_batches(batch_size=size, columns=list(columns), use_threads=False)

    def may_be_missing(self, columns: Sequence[str]) -> list[bool]:
        """Whether each column can have missing values: it has, or it is not known that it has none."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if isinstance(self.where, Stream):
            return [True] * len(columns)
        schema = self.schema
        floating = [pa.types.is_floating(schema.field(name).type) for name in columns]
        if not isinstance(self.where, Path):
            return [
                may or bool(self.where.column(name).null_count) for may, name in zip(floating, columns, strict=True)
            ]
        metadata = pq.read_metadata(self.where)
        place = {name: position for position, name in enumerate(metadata.schema.names)}
        row_groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]

        def lacks(name: str) -> bool:
            found = (group.column(place[name]).statistics for group in row_groups)
            return any(one is None or not one.has_null_count or one.null_count > 0 for one in found)

        return [may or lacks(name) for may, name in zip(floating, columns, strict=True)]


def find_parts(path: Path) -> tuple[Part, ...]:
    """
    Return the Parquet files at a path: itself, or those in a folder and the folders in it, in the order of names.

    Raises
    ------
    MissingFileError
        If a folder has none.
    ArgumentError
        If a file cannot be read as Parquet.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    if not files:
        raise MissingFileError(path, "Parquet file", "Its files must be named *.parquet.")
    parts = tuple(Part(str(file.relative_to(path)) if file != path else file.name, file) for file in files)
    check_readable(parts)
    return parts


def check_readable(parts: Sequence[Part]) -> None:
    """
    Refuse files that are no Parquet.

    Raises
    ------
    ArgumentError
        With the name of the first.
    """
    import pyarrow as pa

    for part in parts:
        try:
            _ = part.schema
        except pa.ArrowException:
            raise ArgumentError("data", f"{part.name} is no Parquet file, or it is damaged") from None


def known_columns(parts: Sequence[Part], *, among: Collection[str] | None = None) -> Mapping[str, Column]:
    """
    Return the columns that every part has.

    Parameters
    ----------
    parts : sequence of Part
    among : collection of str, optional
        The columns that are looked at; all without it.

    Returns
    -------
    mapping of str to Column

    Raises
    ------
    ArgumentError
        If a part lacks a column that another has, or has another kind of values in it; with the names of both.
    """
    first = parts[0]
    known = _columns(first, among)
    for part in parts[1:]:
        own = _columns(part, among)
        for lacking, name, having in (
            *((part, name, first) for name in known if name not in own),
            *((first, name, part) for name in own if name not in known),
        ):
            raise ArgumentError("data", f"{lacking.name} has no column {name!r}, which {having.name} has")
        for name, column in own.items():
            if _alike(column.kind) != _alike(known[name].kind):
                raise ArgumentError(
                    "data",
                    f"column {name!r} is of kind {column.kind} in {part.name} and {known[name].kind} in {first.name}",
                )
            if column.floating and not known[name].floating:
                known[name] = column
    return known


def _columns(part: Part, among: Collection[str] | None) -> dict[str, Column]:
    return {field.name: _column(field.type) for field in part.schema if among is None or field.name in among}


def _alike(kind: Kind) -> Kind:
    """Categories are text that is stored another way."""
    return "text" if kind == "category" else kind


def _column(kind: "pa.DataType") -> Column:
    import pyarrow as pa

    is_ = pa.types
    if is_.is_dictionary(kind):
        return Column("category")
    if is_.is_boolean(kind):
        return Column("truth")
    if is_.is_integer(kind) or is_.is_floating(kind) or is_.is_decimal(kind) or is_.is_null(kind):
        return Column("number", is_.is_floating(kind))
    if is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind):
        return Column("text")
    return Column("time" if is_.is_temporal(kind) else "other")
