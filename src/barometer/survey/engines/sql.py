"""DuckDB: queries as SQL, answered where the rows are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray
from barometer.survey.engines.planning import ask_presence
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
    Round,
    Signed,
    Strangeness,
    Total,
    Within,
)
from barometer.survey.engines.queried import Answer, count_clusters, query_sums
from barometer.survey.engines.request import ClusterTable, Coded, Column, Declared, Request
from barometer.survey.engines.rounded import Leaf, Rounded, Split
from barometer.survey.engines.small_tables import in_order, is_missing
from barometer.survey.engines.unreadable import unreadable
from barometer.survey.sums import CellSums

VIEW = "rows_of_the_source"
LOOKUP = "lookup"
GLANCE = 2_048
"""Rows that are looked at for missing values before all rows are: as many as DuckDB works on at a time."""


@dataclass(frozen=True, eq=False, repr=False)
class DuckDB:
    """
    A DuckDB relation.

    Attributes
    ----------
    relation : duckdb.DuckDBPyRelation
    name : str
    """

    relation: Any
    name: str

    def __repr__(self) -> str:
        """Say what it is; never a row."""
        return f"<DuckDB: {self.name}>"

    @cached_property
    def known(self) -> Mapping[str, Column]:
        """Columns by their types in the relation."""
        return {name: _column(kind) for name, kind in zip(self.relation.columns, self.relation.types, strict=True)}

    def columns(self) -> Mapping[str, Column]:
        """Return what is known of each column."""
        return self.known

    def clusters(self, declared: Declared) -> ClusterTable:
        """Count the rows of each finest cluster."""
        return count_clusters(self, declared)

    def distinct(self, column: str) -> tuple[object, ...]:
        """Return the labels in a column, or all values of an enumeration, in their order."""
        if (levels := self.known[column].levels) is not None:
            return levels
        sql = f"SELECT DISTINCT {_quoted(column)} FROM {VIEW}"
        found = self._ask(sql).column(0).to_pylist()
        return tuple(in_order([label for label in found if not is_missing(label)]))

    def sums(self, request: Request, design: Coded) -> CellSums:
        """Add up the rows of each cluster and group."""
        return query_sums(self, request, design)

    def answer(self, query: Query) -> Answer:
        """Return labels and totals of a query."""
        return self._answer(query, VIEW)

    def lacking(self, columns: Sequence[str]) -> set[str]:
        """Return the columns where one of the first rows lacks a value; files often know of the rest that none does."""
        few = f"(SELECT {', '.join(map(_quoted, columns))} FROM {VIEW} LIMIT {GLANCE})"
        found = self._answer(ask_presence(columns), few).totals
        return {name for position, name in enumerate(columns) if found[f"x{position}"][0] < found["n"][0]}

    def _answer(self, query: Query, rows: str) -> Answer:
        table = self._ask(as_sql(query, self.known, rows))
        keys = {name: table.column(place).to_pylist() for place, name in enumerate(query.keys)}
        rest = range(len(query.keys), table.num_columns)
        return Answer(keys, {table.column_names[place]: _floats(table.column(place)) for place in rest})

    def _ask(self, sql: str) -> Any:
        try:
            return self.relation.query(VIEW, sql).to_arrow_table()
        except Exception as error:
            raise unreadable(self.name, error, self.known) from None

    def in_order(self) -> bool:
        """Whether the database keeps the order of its rows, as it does unless it was told not to."""
        return bool(self._ask("SELECT current_setting('preserve_insertion_order')").column(0)[0].as_py())

    def with_rounded(self, rounded: Rounded) -> "DuckDB":
        """Return the same rows with one more column."""
        value = f"CASE WHEN {_has(rounded.column, self.known)} THEN {_rounded(rounded)} END"
        sql = f"SELECT *, {value} AS {_quoted(rounded.name)} FROM {VIEW}"
        return DuckDB(self.relation.query(VIEW, sql), self.name)


def open_database(duckdb: Any, path: Path, table: str | None) -> DuckDB:
    """
    Return the engine of a table in a database file, which is opened for reading.

    Raises
    ------
    ArgumentError
        If it is no database, or it is not said which of its tables is meant.
    """
    try:
        connection = duckdb.connect(str(path), read_only=True)
        tables = [
            name
            for (name,) in connection.sql(
                "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
            ).fetchall()
        ]
    except duckdb.Error:
        raise ArgumentError("data", f"{path.name} cannot be opened as a DuckDB database") from None
    if table is None and len(tables) != 1:
        raise ArgumentError("table", f"say which of the {len(tables)} tables of {path.name}")
    chosen = tables[0] if table is None else table
    if chosen not in tables:
        raise ArgumentError("table", f"{path.name} has no table {chosen!r}")
    return DuckDB(connection.table(_quoted(chosen)), f"the table {chosen} of {path.name}")


def as_sql(query: Query, known: Mapping[str, Column], view: str) -> str:
    """
    Write a query as SQL, each step a table of its own, so that the last only adds up columns.

    Parameters
    ----------
    query : Query
    known : mapping of str to Column
    view : str
        Name of the rows, or a query for them in parentheses.

    Returns
    -------
    str
    """
    keys = [f"{_quoted(name)} AS {_key(query.keys, name)}" for name in query.keys]
    steps = [("made", f"SELECT {', '.join([*keys, *(_made(one, known) for one in query.made)])} FROM {view}")]
    for number, one in enumerate(query.rounds):
        steps += _round(number, one, query, steps[-1][0])
    if query.products:
        products = ", ".join(_product(one) for one in query.products)
        steps.append(("products", f"SELECT *, {products} FROM {steps[-1][0]}"))
    labels = [_key(query.keys, name) for name in query.keys]
    wanted = ", ".join([*labels, *(_total(one) for one in query.totals)])
    grouped = f" GROUP BY {', '.join(labels)}" if labels else ""
    tables = ",\n".join(f"{name} AS {_kept(name)} ({sql})" for name, sql in steps)
    return f"WITH {tables}\nSELECT {wanted} FROM {steps[-1][0]}{grouped}"


def _round(number: int, measured: Round, query: Query, rows: str) -> list[tuple[str, str]]:
    """Write the tables of a round; the last of them has its columns."""
    steps = []
    if measured.before:
        before = ", ".join(text for one in measured.before for text in _before(one))
        steps.append((f"before{number}", f"SELECT *, {before} FROM {rows}"))
        rows = steps[-1][0]
    tables = [f"{LOOKUP}{number}_{place}" for place in range(len(measured.lookups))]
    named = list(zip(tables, measured.lookups, strict=True))
    steps += [(table, _lookup(lookup, query.keys, rows)) for table, lookup in named]
    joins = " ".join(_join(table, lookup, query.keys) for table, lookup in named)
    moved = ", ".join(["of_rows.*", *_carried(query, measured), *(_moved(one) for one in measured.moved)])
    return [*steps, (f"moved{number}", f"SELECT {moved} FROM {rows} AS of_rows {joins}")]


def _kept(table: str) -> str:
    """Say that constants are found once, however many rounds need them, and that rows are not copied."""
    return "MATERIALIZED" if table.startswith(LOOKUP) else "NOT MATERIALIZED"


def _key(keys: Sequence[str], name: str) -> str:
    return f"key{keys.index(name)}"


def _made(one: Made, known: Mapping[str, Column]) -> str:
    match one:
        case One(name):
            return f"1.0::DOUBLE AS {name}"
        case Number(name, column, None) if not known[column].floating:
            return f"{_quoted(column)} AS {name}"
        case Number(name, column, None):
            return f"CASE WHEN {_has(column, known)} THEN {_double(column)} END AS {name}"
        case Number(name, column, otherwise) if not known[column].floating:
            return f"coalesce({_double(column)}, {otherwise}) AS {name}"
        case Number(name, column, otherwise):
            return f"CASE WHEN {_has(column, known)} THEN {_double(column)} ELSE {otherwise} END AS {name}"
        case Present(name, columns, where):
            all_of = [*(_has(column, known) for column in columns), *(() if where is None else (_quoted(where),))]
            return f"CAST({' AND '.join(all_of) or 'TRUE'} AS DOUBLE) AS {name}"
        case Within(name, column, label, present):
            value = (
                _double(column)
                if label is None
                else f"CASE WHEN {_quoted(column)} = {_literal(label)} THEN 1.0::DOUBLE ELSE 0.0 END"
            )
            return f"CASE WHEN {present} = 1.0 THEN {value} ELSE 0.0 END AS {name}"
        case Flag(name, column, what):
            return f"CASE WHEN {_flagged(column, what, known)} THEN 1.0::DOUBLE ELSE 0.0 END AS {name}"


def _rounded(rounded: Rounded) -> str:
    value = _double(rounded.column)

    def text(node: Split | Leaf) -> str:
        if isinstance(node, Leaf):
            return value if node.edge is None else f"'{node.edge!r}'::DOUBLE"
        return f"CASE WHEN {value} <= '{node.at!r}'::DOUBLE THEN {text(node.below)} ELSE {text(node.above)} END"

    return f"CASE WHEN {value} <= '{rounded.edges[-1]!r}'::DOUBLE THEN {text(rounded.tree())} END"


def _flagged(column: str, what: str, known: Mapping[str, Column]) -> str:
    value, lacking = _double(column), f"NOT ({_has(column, known)})"
    return {
        "missing": lacking,
        "unusable": f"{lacking} OR isinf({value})",
        "negative": f"{value} < 0.0",
        "positive": f"{value} > 0.0",
        "unsized": f"{lacking} OR NOT ({value} > 0.0)",
        "not_binary": f"{_has(column, known)} AND {_quoted(column)} <> 0 AND {_quoted(column)} <> 1",
    }[what]


def _before(one: Kept | Signed | Product) -> tuple[str, ...]:
    if isinstance(one, Product):
        return (_product(one),)
    if isinstance(one, Kept):
        inside = " AND ".join(f"{name} = 1.0" for name in one.present)
        return (f"CASE WHEN {inside} THEN {one.column} END AS {one.name}",)
    return (f"abs({one.x}) AS {one.size}", f"sign({one.x}) * {one.y} AS {one.signed}")


def _lookup(lookup: Lookup, keys: Sequence[str], rows: str) -> str:
    labels = [_key(keys, name) for name in lookup.keys]
    grouped = f" GROUP BY {', '.join(labels)}" if labels else ""
    found = f"SELECT {', '.join([*labels, *(_total(one) for one in lookup.totals)])} FROM {rows}{grouped}"
    parts = {part for one in lookup.quotients for part in (one.above, one.below)}
    constants = [f"coalesce({one.name}, 0.0) AS {one.name}" for one in lookup.totals if one.name not in parts]
    constants += [
        f"CASE WHEN {one.below} > 0.0 THEN {one.above} / {one.below} ELSE 0.0 END AS {one.name}"
        for one in lookup.quotients
    ]
    return f"SELECT {', '.join([*labels, *constants])} FROM ({found})"


def _join(table: str, lookup: Lookup, keys: Sequence[str]) -> str:
    labels = [_key(keys, name) for name in lookup.keys]
    equal = " AND ".join(f"of_rows.{label} IS NOT DISTINCT FROM {table}.{label}" for label in labels)
    return f"JOIN {table} ON {equal or 'TRUE'}"


def _carried(query: Query, measured: Round) -> list[str]:
    """Constants that the totals name too."""
    named = {one.column for one in query.totals}
    return [one.constant for one in measured.moved if one.constant in named]


def _moved(one: Moved) -> str:
    unit = "" if one.unit is None else f" * {one.unit}"
    return f"{one.column} - {one.constant}{unit} AS {one.name}"


def _product(one: Product | Strangeness) -> str:
    if isinstance(one, Product):
        return f"{' * '.join(one.factors)} AS {one.name}"
    return f"{' + '.join(f'abs({name} * ({name} - 1.0))' for name in one.columns)} AS {one.name}"


def _total(one: Total) -> str:
    return f"{one.how}({one.column}) AS {one.name}"


def _has(column: str, known: Mapping[str, Column]) -> str:
    present = f"{_quoted(column)} IS NOT NULL"
    return f"{present} AND NOT isnan({_quoted(column)})" if known[column].floating else present


def _double(column: str) -> str:
    return f"CAST({_quoted(column)} AS DOUBLE)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(label: object) -> str:
    if isinstance(label, bool | int | float):
        return repr(label)
    text = label.isoformat(" ") if isinstance(label, datetime) else str(label)
    quoted = "'" + text.replace("'", "''") + "'"
    return f"{'TIMESTAMP ' if isinstance(label, datetime) else 'DATE ' if isinstance(label, date) else ''}{quoted}"


def _column(type_of: Any) -> Column:
    kind = str(type_of)
    if type_of.id == "enum":
        return Column("category", levels=tuple(dict(type_of.children)["values"]))
    if kind == "BOOLEAN":
        return Column("truth")
    if kind.startswith("DECIMAL") or kind.lstrip("U") in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"):
        return Column("number")
    if kind in ("FLOAT", "DOUBLE"):
        return Column("number", floating=True)
    if kind == "VARCHAR":
        return Column("text")
    return Column("time" if kind.startswith(("DATE", "TIME")) else "other")


def _floats(column: Any) -> FloatArray:
    return np.asarray(column.to_numpy(), dtype=np.float64)
