"""Sums under replicate weights that are columns of the source, or factors of its sampling units."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from barometer.survey.arrays import FloatArray, sum_by
from barometer.survey.centring import origins
from barometer.survey.engines.drawn_sums import draw_totals, rows_of_request
from barometer.survey.engines.planning import WEIGHT, ask_sums, find_bases
from barometer.survey.engines.plans import Product, Query, Total
from barometer.survey.engines.queried import Answer, cells_of, checked_answer, incomplete
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
    the units and the rows are not looked at again. Where every row is a unit they are read a second time, and the
    bootstrap is drawn on the way.
    """
    if not replicates.columns:
        cells = arranged(design, design.engine.sums(request, design), by)
        if replicates.drawn is None:
            return replicate_cells(cells, replicates.factor, replicates.facts)
        origin, k = origins(cells), cells.base.size
        rows = rows_of_request(design, request, cells.labels)
        sums = draw_totals(design, replicates.drawn, replicates.facts, rows, origin)
        return ReplicateSums(replicates.facts, cells, origin, sums[:, :k], sums[:, k:])
    bases = find_bases(request, incomplete(design.engine, request))
    of_rows = design.facts.last.of_rows
    query = ask_sums(request, design.declared, design.pilot_keys, bases, of_rows, design.zero_weights)
    outcome, unit = "y" if request.statistic == "share" else "u", "v" if request.statistic == "ratio" else "x"
    columns = [(f"{outcome}{j}",) for j in range(len(bases.of))] + [(f"{unit}{b}",) for b in range(len(bases.columns))]
    answer = checked_answer(design.engine, request, with_replicates(query, replicates, columns))
    parts, k = cells_of(answer, request, design, bases), len(bases.of)
    cells = arranged(design, parts, by)
    origin = origins(cells)
    sums = sums_by_group(answer, replicates, parts, cells, origin)
    return ReplicateSums(replicates.facts, cells, origin, sums[:, :k], sums[:, k:])


def with_replicates(query: Query, replicates: SourceReplicates, columns: Sequence[tuple[str, ...]]) -> Query:
    """Add the products of replicate weights with columns, or with products of columns, to a query."""
    asked = replicates.asked(WEIGHT)
    products = [
        Product(f"m{_name(r, z)}", (*weight, *factors))
        for r, weight in enumerate(asked.weights)
        for z, factors in enumerate(columns)
    ]
    totals = [Total(one.name.removeprefix("m"), "sum", one.name) for one in products]
    return replace(
        query,
        made=(*query.made, *asked.made),
        products=(*query.products, *products),
        totals=(*query.totals, *totals),
    )


def _name(replicate: int, column: int) -> str:
    return f"replicate{replicate}_{column}"


def sums_by_group(
    answer: Answer, replicates: SourceReplicates, parts: CellSums, cells: CellSums, origin: FloatArray
) -> FloatArray:
    """
    Add up by group what a query with replicates delivered for each of its parts.

    Parameters
    ----------
    answer : Answer
        To a query of `with_replicates`, its columns being k numerators and then b denominators.
    replicates : SourceReplicates
    parts : CellSums
        The c rows of the answer as cells.
    cells : CellSums
        The same with the groups in their order.
    origin : (1 + G, k) float
        Constants that the numerators of the total and of each group are to be measured from.

    Returns
    -------
    (1 + G, k + b, R) float
    """
    k, width = parts.base.size, parts.base.size + parts.denominator.shape[1]
    columns = [[answer.totals[_name(r, z)] for r in range(replicates.replicates)] for z in range(width)]
    own = np.moveaxis(np.array(columns), 2, 0)
    place = {label: position for position, label in enumerate(cells.labels)}
    group = np.array([*(place[label] for label in parts.labels), -1], dtype=np.intp)[parts.group] + 1

    def measured(from_: FloatArray) -> FloatArray:
        shift = (parts.centre - from_)[:, :, np.newaxis]
        values = np.concatenate([own[:, :k] + shift * own[:, k + parts.base], own[:, k:]], axis=1)
        return values.reshape(len(values), -1)

    shape = own.shape[1:]
    result = sum_by(measured(origin[group]), group, 1 + cells.groups).reshape(-1, *shape)
    result[0] = measured(np.broadcast_to(origin[0], parts.centre.shape)).sum(axis=0).reshape(shape)
    return result
