"""Sums under replicate weights that are columns of the source, or factors of its sampling units."""

from dataclasses import replace

import numpy as np

from barometer.survey.arrays import FloatArray, sum_by
from barometer.survey.centring import origins
from barometer.survey.engines.planning import WEIGHT, Bases, ask_sums, find_bases
from barometer.survey.engines.plans import Product, Query, Total
from barometer.survey.engines.queried import cells_of, incomplete
from barometer.survey.engines.request import Request
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.engines.source_replicates import SourceReplicates
from barometer.survey.engines.sums_of_source import Domains, arranged
from barometer.survey.replicate_sums import ReplicateSums, replicate_cells
from barometer.survey.sums import CellSums


def sum_replicated(design: SourceDesign, replicates: SourceReplicates, request: Request, by: Domains) -> ReplicateSums:
    """
    Sum outcomes by group under the full weight and under every replicate, where the rows are.

    Parameters
    ----------
    design : SourceDesign
    replicates : SourceReplicates
    request : Request
    by : str, sequence of str, or mapping, optional
        As in `sum_source`.

    Returns
    -------
    ReplicateSums
        What `sum_replicates` makes of the same rows.

    Notes
    -----
    Columns of replicate weights are multiplied by the outcomes and added up in the query that takes the other sums. A
    replicate that was made multiplies all rows of a sampling unit by one factor, so that its sums follow from those of
    the units and the rows are not looked at again.
    """
    if not replicates.columns:
        cells = arranged(design, design.engine.sums(request, design), by)
        return replicate_cells(cells, replicates.factor, replicates.facts)
    bases = find_bases(request, incomplete(design.engine, request))
    of_rows = design.facts.last.of_rows
    query = ask_sums(request, design.declared, design.pilot_keys, bases, of_rows, design.zero_weights)
    answer = design.engine.answer(_with_replicates(query, replicates, request, bases))
    parts = cells_of(answer, request, design, bases)
    k, width = len(bases.of), len(bases.of) + len(bases.columns)
    own = np.array([[answer.totals[_name(r, z)] for r in range(replicates.replicates)] for z in range(width)])
    cells = arranged(design, parts, by)
    origin = origins(cells)
    sums = _by_group(np.moveaxis(own, 2, 0), parts, cells, origin)
    return ReplicateSums(replicates.facts, cells, origin, sums[:, :k], sums[:, k:])


def _with_replicates(query: Query, replicates: SourceReplicates, request: Request, bases: Bases) -> Query:
    """Add the products of replicate weights with numerators and denominators to a query."""
    asked = replicates.asked(WEIGHT)
    outcome = "y" if request.statistic == "share" else "u"
    unit = "v" if request.statistic == "ratio" else "x"
    columns = [*(f"{outcome}{j}" for j in range(len(bases.of))), *(f"{unit}{b}" for b in range(len(bases.columns)))]
    products = [
        Product(f"q{_name(r, z)}", (*weight, column))
        for r, weight in enumerate(asked.weights)
        for z, column in enumerate(columns)
    ]
    totals = [Total(one.name.removeprefix("q"), "sum", one.name) for one in products]
    return replace(
        query,
        made=(*query.made, *asked.made),
        products=(*query.products, *products),
        totals=(*query.totals, *totals),
    )


def _name(replicate: int, column: int) -> str:
    return f"r{replicate}_{column}"


def _by_group(own: FloatArray, parts: CellSums, cells: CellSums, origin: FloatArray) -> FloatArray:
    """Add up sums of parts, (c, k + b, R), by group and from the constant of each: (1 + G, k + b, R)."""
    k, place = parts.base.size, {label: position for position, label in enumerate(cells.labels)}
    group = np.array([*(place[label] for label in parts.labels), -1], dtype=np.intp)[parts.group] + 1

    def measured(from_: FloatArray) -> FloatArray:
        shift = (parts.centre - from_)[:, :, np.newaxis]
        values = np.concatenate([own[:, :k] + shift * own[:, k + parts.base], own[:, k:]], axis=1)
        return values.reshape(len(values), -1)

    shape = (-1, *own.shape[1:])
    result = sum_by(measured(origin[group]), group, 1 + cells.groups).reshape(shape)
    result[0] = measured(np.broadcast_to(origin[0], parts.centre.shape)).sum(axis=0).reshape(shape[1:])
    return result
