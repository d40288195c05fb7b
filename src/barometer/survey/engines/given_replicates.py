"""Replicate weights that are columns of a source: looked at by a query before they are used."""

import numpy as np

from barometer.errors import DesignError, check_choice
from barometer.survey.arrays import FloatArray
from barometer.survey.engines.plans import Flag, Made, Number, Product, Query, Total
from barometer.survey.engines.request import check_columns
from barometer.survey.engines.source_design import Names, SourceDesign, as_names
from barometer.survey.replicate_design import Contents, check_sums
from barometer.survey.replicate_rank import rank_of_products

AT_ONCE = 1_000
"""Sums that are asked for in one query."""


def checked_columns(design: SourceDesign, names: Names, contents: Contents) -> tuple[str, ...]:
    """
    Return the columns of replicate weights, after a query for what no weight may be.

    Raises
    ------
    ArgumentError
        If a column is not there.
    DesignError
        If the source was declared by more than its weight, or weights are missing, infinite, negative or all zero.
    """
    argument = "replicate_weights"
    check_choice("contents", contents, Contents)
    if design.declared.keys or design.declared.population or design.replicates is not None:
        raise DesignError(argument, "hold what is to be known of the design: declare the source by its weight alone")
    columns = as_names(names)
    if len(columns) < 2 or len(set(columns)) < len(columns):
        raise DesignError(argument, f"expected at least 2 different columns, got {len(set(columns))}")
    check_columns(design.engine, [(argument, name) for name in columns])
    known = design.engine.columns()
    if text := [name for name in columns if known[name].kind != "number"]:
        raise DesignError(argument, f"{len(text)} of {len(columns)} columns are not numeric")
    found = _totals(design, columns)
    missing, negative, largest, sums = (
        np.array([found[f"{what}{place}"] for place in range(len(columns))]) for what in ("bad", "low", "top", "sum")
    )
    _refuse(missing, "missing or infinite", design.n)
    _refuse(negative, "negative", design.n)
    if bad := int((largest == 0.0).sum()):
        raise DesignError(argument, f"{bad:,} of {len(columns):,} columns are all zero")
    if contents == "weights":
        check_sums(float(sums.mean() / found["weight"]))
    return columns


def rank_in_source(design: SourceDesign, columns: tuple[str, ...], contents: Contents) -> int:
    """
    Return the rank of replicate weights from the sums of their products, as `rank_of_weights` finds it.

    Notes
    -----
    R (R + 1)/2 sums, a thousand to a query.
    """
    made: list[Made] = [Number(f"r{place}", name) for place, name in enumerate(columns)]
    weight: tuple[str, ...] = ()
    if contents == "factors":
        made, weight = [*made, Number("w", design.declared.weight)], ("w", "w")
    products = np.zeros((len(columns), len(columns)))
    pairs = [(a, b) for a in range(len(columns)) for b in range(a + 1)]
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        asked = [Product(f"p{a}_{b}", (*weight, f"r{a}", f"r{b}")) for a, b in some]
        totals = tuple(Total(f"t{one.name}", "sum", one.name) for one in asked)
        found = design.engine.answer(Query((), tuple(made), totals, products=tuple(asked))).totals
        for a, b in some:
            products[a, b] = products[b, a] = found[f"tp{a}_{b}"][0]
    return rank_of_products(products)


def _totals(design: SourceDesign, columns: tuple[str, ...]) -> dict[str, float]:
    made: list[Made] = [Number("w", design.declared.weight)]
    totals = [Total("weight", "sum", "w")]
    for place, name in enumerate(columns):
        flags = (Flag(f"f{place}", name, "unusable"), Flag(f"g{place}", name, "negative"))
        made += [Number(f"r{place}", name), *flags]
        totals += [Total(f"bad{place}", "sum", f"f{place}"), Total(f"low{place}", "sum", f"g{place}")]
        totals += [Total(f"top{place}", "max", f"r{place}"), Total(f"sum{place}", "sum", f"r{place}")]
    found = design.engine.answer(Query((), tuple(made), tuple(totals))).totals
    return {name: float(values[0]) for name, values in found.items()}


def _refuse(count: FloatArray, what: str, n: int) -> None:
    if total := int(count.sum()):
        raise DesignError("replicate_weights", f"{total:,} of {n * count.size:,} are {what}")
