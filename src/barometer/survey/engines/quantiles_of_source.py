"""Where the quantiles of a source lie: weights are counted between edges, and then the few values that are left."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.levels import given_levels
from barometer.survey.engines.planning import WEIGHT
from barometer.survey.engines.plans import Number, One, Query, Total
from barometer.survey.engines.queried import incomplete
from barometer.survey.engines.rounded import Rounded
from barometer.survey.engines.source_design import Names, SourceDesign, as_names
from barometer.survey.engines.sums_of_source import Domains, as_measures, as_request
from barometer.survey.engines.tallied import Tallied, coded_answers, tally_source
from barometer.survey.quantiles import SAME_SHARE, OrderedDomains, QuantileRule, order_domains

EDGES = 64
"""Edges that a pass over the rows counts between, or a few more: a database takes longer for each of them."""
FEW = 100_000
"""Rows among which the quantiles are, above which another pass narrows them down before their values are asked for."""


def order_source(
    design: SourceDesign, column: str, by: Domains, where: str | None, probabilities: FloatArray, rule: QuantileRule
) -> OrderedDomains:
    """
    Order the values of a source around the quantiles that are asked for.

    Parameters
    ----------
    design : SourceDesign
    column : str
        Numbers, none of them infinite.
    by, where
        As in `sum_source`.
    probabilities : (q,) or (1 + G, q) float
        Of all domains, or of the total and of each group; nan, and numbers outside 0 to 1, are not asked for.
    rule : {"math", "school"}

    Returns
    -------
    OrderedDomains
        Give it to `quantiles_at` with these probabilities: the values around them are exact, and those between stand
        together.

    Raises
    ------
    ArgumentError
        If the rule looks at single rows, or every number is missing.

    Notes
    -----
    Each pass over the rows counts the weight between some 64 edges in every group. Where a quantile is, the edges of
    the next pass are: half of them evenly spaced, and half spaced evenly among the numbers that a float can be, so
    that a bracket narrows quickly whatever the distribution. When at most 100,000 rows are left in the brackets, or
    each holds one value, the values are asked for. The result is exact: no error is left to be bounded.
    """
    if rule not in ("math", "school"):
        raise ArgumentError("rule", f'"{rule}" needs single rows, which are not here; "math" and "school" need sums')
    low, high = find_ends(design, column)
    if np.isnan(low):
        raise ArgumentError("outcome", f"column {column!r} is missing in every row")
    brackets = _Brackets(np.array([high]), np.array([True])) if design.n <= FEW else _divided([(low, high)], high)
    while True:
        counted = _count(design, column, by, where, brackets)
        if brackets.kept.any():
            return counted.ordered(rule)
        narrower = _narrowed(counted, brackets, probabilities)
        if narrower is None:
            return counted.ordered(rule)
        brackets = narrower


def check_numbers(design: SourceDesign, outcome: Names, by: Domains, where: str | None) -> tuple[str, ...]:
    """
    Return the columns that are named.

    Raises
    ------
    ArgumentError
        If one is not there, is not numeric or holds infinite values, or a domain is none.
    """
    request = as_request(design, as_measures(outcome, "mean", None), "mean", by, where, "none")
    incomplete(design.engine, request)
    return as_names(outcome)


def tally_rounded(design: SourceDesign, edges: Mapping[str, FloatArray], by: Domains, where: str | None) -> Tallied:
    """
    Count rows by what is at or below edges.

    Parameters
    ----------
    design : SourceDesign
    edges : mapping of str to array of float
        Of each column of numbers; nan is none.
    by, where
        As in `sum_source`.

    Returns
    -------
    Tallied
        With each column rounded up to its edges, or to its largest number, under its `rounded_name`.
    """
    engine = design.engine
    for name, of_column in edges.items():
        every = np.unique([*of_column[~np.isnan(of_column)].tolist(), find_ends(design, name)[1]])
        rounded = Rounded(rounded_name(name), name, tuple(every.tolist()), (False,) * every.size)
        engine = engine.with_rounded(rounded)
    named = [("outcome", rounded_name(name)) for name in edges]
    return tally_source(replace(design, engine=engine), named, by, where)


def rounded_name(column: str) -> str:
    """Return the name of the column of rounded numbers."""
    return f"{column} rounded up"


def find_ends(design: SourceDesign, column: str) -> tuple[float, float]:
    """Return the smallest and the largest number of a column; nan where all are missing."""
    query = Query((), (Number("v", column, None),), (Total("low", "min", "v"), Total("high", "max", "v")))
    found = design.engine.answer(query).totals
    return float(found["low"][0]), float(found["high"][0])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Brackets:
    """Edges that numbers are rounded up to, and between which of them all values are to be kept."""

    edges: FloatArray
    kept: BoolArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Counted:
    """
    What lies between the edges in each group.

    `value` (c,) is what numbers were rounded up to; `weight` and `rows` are theirs, `low` and `high` their ends, and
    `group` where they are, -1 being in none of the `groups`.
    """

    value: FloatArray
    weight: FloatArray
    rows: FloatArray
    low: FloatArray
    high: FloatArray
    group: IntArray
    groups: int

    def ordered(self, rule: QuantileRule) -> OrderedDomains:
        """Order what was counted; a single value is itself, whatever the edge above it."""
        value = np.where(self.low == self.high, self.high, self.value)
        return order_domains(value, self.weight, self.group, self.groups, rule=rule)


def _count(design: SourceDesign, column: str, by: Domains, where: str | None, brackets: _Brackets) -> _Counted:
    name = rounded_name(column)
    rounded = Rounded(name, column, tuple(brackets.edges.tolist()), tuple(brackets.kept.tolist()))
    source = replace(design, engine=design.engine.with_rounded(rounded))
    names = tuple(dict.fromkeys((*given_levels("by", by), *as_names(where))))
    made = (One("n"), Number(WEIGHT, design.declared.weight), Number("v", column, None))
    sums = (Total("n", "sum", "n"), Total("weight", "sum", WEIGHT), Total("low", "min", "v"), Total("high", "max", "v"))
    answer = source.engine.answer(Query((*names, name), made, sums))
    found, nowhere = answer.totals, np.zeros(answer.totals["n"].size, dtype=np.intp)
    cells = SurveyDesign(found["weight"], nowhere, nowhere, nowhere, design.facts)
    tallied = Tallied(cells, coded_answers(source, answer, names))
    groups, inside = tallied.groups(by), tallied.mask(where)
    value = np.array([np.nan if number is None else number for number in answer.labels[name]], dtype=np.float64)
    kept = ~np.isnan(value) if inside is None else ~np.isnan(value) & inside
    weight, rows, low, high = (found[what][kept] for what in ("weight", "n", "low", "high"))
    return _Counted(value[kept], weight, rows, low, high, groups.code[kept], len(groups.labels))


def _narrowed(counted: _Counted, brackets: _Brackets, probabilities: FloatArray) -> _Brackets | None:
    """Return the brackets of the next pass; None where each of those that hold a quantile holds a single value."""
    edges = brackets.edges
    place = np.searchsorted(edges, counted.value)
    low, high, rows = np.full(edges.size, np.inf), np.full(edges.size, -np.inf), np.zeros(edges.size)
    np.minimum.at(low, place, counted.low)
    np.maximum.at(high, place, counted.high)
    np.add.at(rows, place, counted.rows)
    wanted = _holding(counted, place, edges.size, probabilities)
    several = wanted & (low < high)
    if not several.any():
        return None
    ends = [(float(low[here]), float(high[here])) for here in np.flatnonzero(wanted)]
    if rows[several].sum() > FEW:
        return _divided(ends, float(edges[-1]))
    below = [np.nextafter(first, -np.inf) for first, _ in ends]
    every = np.unique([*below, *(last for _, last in ends), edges[-1]])
    return _Brackets(every, np.isin(every, [last for _, last in ends]))


def _holding(counted: _Counted, place: IntArray, size: int, probabilities: FloatArray) -> BoolArray:
    """
    Tell which brackets hold a quantile of any domain.

    A share that is equal to the probability but for rounding may be reached by one value or the next: both are wanted.
    """
    weight = np.zeros((1 + counted.groups, size))
    np.add.at(weight, (counted.group + 1, place), counted.weight)
    weight[0] = np.bincount(place, counted.weight, size)
    total = weight.sum(axis=1, keepdims=True)
    share = np.cumsum(weight, axis=1) / np.where(total > 0.0, total, 1.0)
    asked = np.broadcast_to(probabilities, (len(weight), np.shape(probabilities)[-1]))
    domain, which = np.nonzero((asked >= 0.0) & (asked <= 1.0) & (total > 0.0))
    wanted = np.zeros(size, dtype=np.bool_)
    for margin in (-2.0 * SAME_SHARE, 2.0 * SAME_SHARE):
        some = weight[domain] > 0.0
        reached = some & (share[domain] >= (asked[domain, which] + margin)[:, np.newaxis])
        last = size - 1 - some[:, ::-1].argmax(axis=1)
        wanted[np.where(reached.any(axis=1), reached.argmax(axis=1), last)] = True
    return wanted


def _divided(ends: list[tuple[float, float]], highest: float) -> _Brackets:
    """Put edges between the ends of brackets, and one below each."""
    parts = max(2, EDGES // (2 * len(ends)))
    edges = [highest]
    for low, high in ends:
        evenly = np.linspace(low, high, parts + 1)
        as_floats = _from_ordinal(np.linspace(_ordinal(low), _ordinal(high), parts + 1))
        inner = [*evenly[1:-1].tolist(), *as_floats[1:-1].tolist()]
        edges += [float(np.nextafter(low, -np.inf)), low, high, *(edge for edge in inner if low < edge < high)]
    every = np.unique(edges)
    return _Brackets(every, np.zeros(every.size, dtype=np.bool_))


def _ordinal(value: float) -> float:
    """Place of a number among all that a float can be, 0 being that of zero."""
    bits = float(np.abs(np.float64(value)).view(np.int64))
    return -bits if value < 0.0 else bits


def _from_ordinal(place: FloatArray) -> FloatArray:
    """Return the numbers at some places, to the digits that the place has."""
    return np.sign(place) * np.abs(place).astype(np.int64).view(np.float64)
