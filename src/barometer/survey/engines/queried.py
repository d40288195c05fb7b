"""Sums by queries: what an engine answers, made into clusters and cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from barometer.errors import ArgumentError, DesignError
from barometer.survey.arrays import BoolArray, FloatArray
from barometer.survey.engines.planning import (
    STRANGE,
    Bases,
    ask_answers,
    ask_clusters,
    ask_sums,
    ask_values,
    find_bases,
)
from barometer.survey.engines.plans import Query
from barometer.survey.engines.request import ClusterTable, Coded, Column, Declared, Label, Request, find_places
from barometer.survey.engines.small_tables import Weights, check_rows, code_groups, is_missing, sorted_clusters
from barometer.survey.sums import CellSums, Products

LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """
    The small table that answers a query.

    Attributes
    ----------
    labels : mapping of str to sequence
        For each key of the query, the label of each row.
    totals : mapping of str to (rows,) float
        Totals by name; nan where there was nothing to take the smallest or largest of.
    """

    labels: Mapping[str, Sequence[object]]
    totals: Mapping[str, FloatArray]


class Answers(Protocol):
    """Something that answers queries about its rows."""

    def columns(self) -> Mapping[str, Column]:
        """Return what is known of each column."""
        ...

    def answer(self, query: Query) -> Answer:
        """Return a column of labels for each key of the query, and one of numbers for each of its totals."""
        ...

    def lacking(self, columns: Sequence[str]) -> set[str]:
        """Return those of some columns that are seen to be incomplete at a glance; of the others it is not known."""
        ...


def count_clusters(engine: Answers, declared: Declared) -> ClusterTable:
    """
    Count the rows of each finest cluster, by one query.

    Raises
    ------
    DesignError
        If there are no rows, or weights, labels or population sizes are what no design may have.
    """
    answer = engine.answer(ask_clusters(declared))
    labels, found = labels_of(answer, declared.keys), answer.totals
    n, stages = np.nan_to_num(found["n"]), range(len(declared.population))
    if not n.any():
        raise DesignError("weight", "is empty")
    unlabelled = {
        ("stratum" if name in declared.stratum else "psu", name): int(
            sum(rows for label, rows in zip(labels, n, strict=True) if label[position] is None)
        )
        for position, name in enumerate(declared.keys)
    }
    sizeless = sum(int(found[f"sizeless{stage}"].sum()) for stage in stages)
    missing, negative = (int(found[name].sum()) for name in ("missing", "negative"))
    check_rows(Weights(int(n.sum()), missing, negative, unlabelled, sizeless))
    low, high = (
        np.column_stack([np.zeros((len(labels), 0)), *(found[f"{end}{stage}"] for stage in stages)])
        for end in ("low", "high")
    )
    weighted = np.nan_to_num(found["weighted"]).astype(np.intp)
    return sorted_clusters(
        ClusterTable(labels, n.astype(np.intp), weighted, found["lightest"], found["heaviest"], low, high)
    )


def query_sums(engine: Answers, request: Request, design: Coded) -> CellSums:
    """
    Add up the rows of each cluster and group, by one query for what may be missing and one for the sums.

    Raises
    ------
    ArgumentError
        If an outcome holds what its statistic does not take.
    """
    bases = find_bases(request, incomplete(engine, request))
    by_row = design.facts.last.of_rows
    query = ask_sums(request, design.declared, design.pilot_keys, bases, by_row, design.zero_weights)
    return cells_of(checked_answer(engine, request, query), request, design, bases)


def checked_answer(engine: Answers, request: Request, query: Query) -> Answer:
    """
    Return the answer to a query of `ask_sums`.

    Raises
    ------
    ArgumentError
        If columns of shares hold other values than 0 and 1.
    """
    answer = engine.answer(query)
    if (answer.totals.get(STRANGE, np.zeros(1)) > 0.0).any():
        _refuse_values(request, _single(engine.answer(ask_answers(request, engine.columns()))))
    return answer


def incomplete(engine: Answers, request: Request) -> set[str]:
    """Return the columns that lack values; refuse numbers that are none."""
    columns = request.outcomes
    lacking = engine.lacking(columns)
    found = _single(engine.answer(ask_values(request, lacking)))
    if found.get("unsaid", 0.0):
        raise ArgumentError(
            "where", f"column {request.where!r} is missing in {int(found['unsaid']):,} rows: it must be true or false"
        )
    _refuse_values(request, found)
    return {name for place, name in enumerate(columns) if name in lacking or found[f"x{place}"] < found["n"]}


def _single(answer: Answer) -> dict[str, float]:
    """Return the totals of all rows together."""
    return {name: float(values[0]) for name, values in answer.totals.items()}


def _refuse_values(request: Request, found: Mapping[str, float]) -> None:
    """Refuse values that the statistic does not take, told by the ends of their columns."""
    columns = request.outcomes
    low, high = (0.0, 1.0) if request.statistic == "share" else (-LARGEST, LARGEST)
    bad = [
        name
        for position, name in enumerate(columns)
        if found.get(f"bad{position}", 0.0)
        or found.get(f"min{position}", low) < low
        or found.get(f"max{position}", high) > high
    ]
    if not bad:
        return
    few = ", ".join(repr(name) for name in bad[:5])
    if request.statistic != "share":
        raise ArgumentError("outcome", f"{len(bad)} of {len(columns)} columns hold infinite values ({few})")
    raise ArgumentError(
        "outcome",
        f"{len(bad)} of {len(columns)} columns hold other values than 0, 1 and missing ({few}): a share counts yes "
        "and no; use estimate_means for numbers and estimate_categories for answers",
    )


def labels_of(answer: Answer, keys: Sequence[str]) -> tuple[Label, ...]:
    """Return the labels of each row of an answer, None where one is missing."""
    if not keys:
        return ((),)
    columns = [[None if is_missing(label) else label for label in answer.labels[name]] for name in keys]
    return tuple(zip(*columns, strict=True))


def cells_of(answer: Answer, request: Request, design: Coded, bases: Bases) -> CellSums:
    """Make cells of an answer; several may be of one cluster and group."""
    found = answer.totals
    cluster = find_places(labels_of(answer, design.declared.keys), design.place)
    cluster = np.resize(cluster, found["rows0"].size)
    group, labels = code_groups(labels_of(answer, request.by) if request.by else [()] * cluster.size)
    b, k = len(bases.columns), len(request.measures)

    def of(name: str, count: int) -> FloatArray:
        return np.column_stack([found[f"{name}{position}"] for position in range(count)])

    share, ratio, by_row = request.statistic == "share", request.statistic == "ratio", design.facts.last.of_rows
    rows, weight, weight_sq, numerator = of("rows", b), of("weight", b), of("weight_sq", b), of("numerator", k)
    uu = numerator if share else of("flat_uu", k)
    ux = of("flat_ux", k) if ratio else numerator
    square = None
    if by_row:
        cross = of("square_ux", k)
        square = Products(cross if share else of("square_uu", k), cross, weight_sq if share else of("square_xx", b))
    return CellSums(
        facts=design.facts,
        statistic=request.statistic,
        names=tuple(measure.name for measure in request.measures),
        domains=request.by,
        labels=labels,
        base=np.array(bases.of, dtype=np.intp),
        centre=np.zeros((cluster.size, k)) if share else _near_others(of("c", k), weight[:, bases.of] > 0.0),
        pilot=design.facts.pilot if by_row and not share and not ratio else np.zeros(design.facts.clusters),
        cluster=cluster,
        group=group,
        rows=rows,
        weighted=of("weighted", b) if design.zero_weights else rows,
        weight=weight,
        weight_sq=weight_sq,
        numerator=numerator,
        denominator=of("denominator", b) if ratio else weight,
        flat=Products(uu, ux, of("flat_xx", b) if ratio else weight),
        square=square,
        across=request.across,
        products=_products(found, b + k) if request.across == "outcomes" and by_row else None,
    )


def _near_others(centre: FloatArray, known: BoolArray) -> FloatArray:
    """Give cells where nobody has a number the constant of one where somebody has: 0 might be far from all of them."""
    first = known.argmax(axis=0)
    return np.where(known, centre, centre[first, np.arange(first.size)])


def _products(found: Mapping[str, FloatArray], size: int) -> FloatArray:
    result = np.zeros((len(found["z0_0"]), size, size))
    for first in range(size):
        for second in range(first + 1):
            result[:, first, second] = result[:, second, first] = found[f"z{first}_{second}"]
    return result
