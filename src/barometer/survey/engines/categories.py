"""Categories that the engine of a frame knows, those that no row has included, and narwhals does not tell."""

from collections.abc import Mapping
from typing import Any


def categories_behind(native: Any) -> Mapping[str, tuple[object, ...]]:
    """
    Return the categories of the columns of a frame, in their order.

    Parameters
    ----------
    native : frame of an engine

    Returns
    -------
    mapping of str to tuple
        Of Dask, categoricals whose categories are known; of Ibis over DuckDB, enumerations. No other column: the labels
        of those are seen when their rows are.
    """
    home = type(native).__module__.partition(".")[0]
    return {"dask": _of_dask, "ibis": _of_ibis}[home](native) if home in ("dask", "ibis") else {}


def with_text(native: Any) -> Any:
    """
    Return a Dask frame with text in the place of its categories; another frame as it is.

    Numbers that are categories would otherwise become text in two ways, "10.0" in a part that lacks some and "10" in
    another.
    """
    if not type(native).__module__.startswith("dask"):
        return native
    return native.assign(**{name: native[name].map_partitions(_as_text, meta=(name, "str")) for name in _coded(native)})


def _as_text(column: Any) -> Any:
    return column.cat.rename_categories(lambda label: str(label)).astype("str")


def _coded(native: Any) -> list[str]:
    return [name for name, kind in native.dtypes.items() if str(kind) == "category"]


def _of_dask(native: Any) -> Mapping[str, tuple[object, ...]]:
    return {name: tuple(native[name].cat.categories) for name in _coded(native) if native[name].cat.known}


def _of_ibis(native: Any) -> Mapping[str, tuple[object, ...]]:
    import ibis
    from ibis.expr.operations import InMemoryTable

    if native.op().find(InMemoryTable) or (backend := native.get_backend()).name != "duckdb":
        return {}
    relation = backend.con.sql(str(ibis.to_sql(native)))
    kinds = zip(relation.columns, relation.types, strict=True)
    return {name: tuple(dict(kind.children)["values"]) for name, kind in kinds if kind.id == "enum"}
