"""Squares of numbers around their means, summed where the rows are: what population variances follow from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from barometer.survey.arrays import FloatArray
from barometer.survey.bootstrap import Bootstrap
from barometer.survey.engines.drawn_sums import draw_totals, rows_of_request
from barometer.survey.engines.planning import EXCESS, PILOT, POSITIVE, WEIGHT, Bases, find_bases
from barometer.survey.engines.plans import (
    Flag,
    Lookup,
    Made,
    Moved,
    Number,
    Present,
    Product,
    Query,
    Quotient,
    Round,
    Total,
    Within,
)
from barometer.survey.engines.queried import Answer, cells_of, incomplete
from barometer.survey.engines.replicated_sums import sums_by_group, with_replicates
from barometer.survey.engines.request import Measure, Request
from barometer.survey.engines.source_design import Names, SourceDesign
from barometer.survey.engines.source_replicates import SourceReplicates
from barometer.survey.engines.sums_of_source import Domains, arranged, as_measures, as_request, check_chosen
from barometer.survey.engines.whole_blocks import Rows
from barometer.survey.linearization import by_group, linearize
from barometer.survey.replicate_design import ReplicateFacts
from barometer.survey.replicate_sums import replicate_cells
from barometer.survey.sums import CellSums, Products


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SquareSums:
    """
    Sums of k numbers by their squared distance from the mean of the total, and then from that of their own group.

    Attributes
    ----------
    cells : CellSums
        Of the 2 k squares times their factor.
    factor : (1 + G, 2 k) float
        n/(n - 1); 0 with one row.
    replicated : (1 + G, 4 k + b, R) float or None
        Sums of squares without their factor, of distances and of bases under each replicate.
    """

    cells: CellSums
    factor: FloatArray
    replicated: FloatArray | None


def sum_squares(design: SourceDesign, outcome: Names, by: Domains, where: str | None) -> SquareSums:
    """
    Sum squares around means by cluster and group.

    Parameters
    ----------
    design : SourceDesign
    outcome : str or sequence of str
        Columns of numbers.
    by, where
        As in `sum_source`.

    Returns
    -------
    SquareSums

    Raises
    ------
    ArgumentError
        As `sum_source`.

    Notes
    -----
    The engine finds the means first, then the means of the distances from these, which have the digits that a large
    mean has no room for, and adds up powers of the distances from both.
    """
    asked = as_request(design, as_measures(outcome, "mean", None), "mean", by, where, "outcomes")
    bases, k = find_bases(asked, incomplete(design.engine, asked)), len(asked.measures)
    twice = tuple(Measure(f"{part}{one.name}", one.column) for part in ("", "own ") for one in asked.measures)
    request, both = replace(asked, measures=twice), Bases(bases.columns, bases.of * 2)
    query = _query(design, request, both)
    columns: list[tuple[str, ...]] = [(f"d{i}", f"d{i}") for i in range(2 * k)]
    columns += [(f"d{i}",) for i in range(2 * k)] + [(f"x{b}",) for b in range(len(bases.columns))]
    if design.replicates is not None:
        query = with_replicates(query, design.replicates, columns)
    answer = design.engine.answer(query)
    nothing = dict.fromkeys((f"c{i}" for i in range(2 * k)), np.zeros(answer.totals["rows0"].size))
    raw = cells_of(Answer(answer.labels, {**answer.totals, **nothing}), request, design, both)
    cells = replace(arranged(design, raw, by), names=tuple(one.name for one in asked.measures))
    check_chosen(design, where, cells.rows)
    n = by_group(cells, cells.weighted)[:, cells.base]
    factor = np.divide(n, n - 1.0, out=np.zeros_like(n), where=n > 1.0)
    of_cells = np.concatenate([np.tile(factor[0, :k], (cells.group.size, 1)), factor[cells.group + 1, k:]], axis=1)
    own = design.replicates
    if own is None:
        replicated = None
    elif own.drawn is None:
        replicated = _replicated(design, own, answer, raw, by)
    else:
        replicated = _drawn(design, own.drawn, own.facts, asked, by)
    return SquareSums(_scaled(cells, of_cells), factor, replicated)


def _query(design: SourceDesign, request: Request, bases: Bases) -> Query:
    """Return the query of powers of distances from the means of the total and of the groups."""
    k, by_row, declared = len(bases.of) // 2, design.facts.last.of_rows, design.declared
    made: list[Made] = [Number(WEIGHT, declared.weight), Flag(POSITIVE, declared.weight, "positive")]
    made += [Present(f"x{b}", columns, request.where) for b, columns in enumerate(bases.columns)]
    made += [Within(f"y{j}", request.measures[j].column, None, f"x{bases.of[j]}") for j in range(k)]
    roughly = _around_means("rough", [f"y{i % k}" for i in range(2 * k)], "u", request.by, bases)
    exactly = _around_means("rest", [f"u{i}" for i in range(2 * k)], "d", request.by, bases)
    before = tuple(Product(f"wx{b}", (WEIGHT, f"x{b}")) for b in range(len(bases.columns)))
    pilots = (Lookup(design.pilot_keys, (Total(PILOT, "min", WEIGHT),)),) if by_row else ()
    excess = (Moved(EXCESS, WEIGHT, PILOT),) if by_row else ()
    first = Round((*before, *roughly.before), (*roughly.lookups, *pilots), (*roughly.moved, *excess))
    wanted = _wanted(bases, by_row)
    return Query(
        (*declared.keys, *(name for name in request.by if name not in declared.keys)),
        tuple(made),
        tuple(Total(name, "sum", f"m_{name}") for name in wanted),
        (first, exactly),
        tuple(Product(f"m_{name}", factors) for name, factors in wanted.items()),
    )


def _around_means(name: str, columns: Sequence[str], to: str, by: tuple[str, ...], bases: Bases) -> Round:
    """Return the round that measures columns from means: the first half from those of all rows, then of their group."""
    half = len(columns) // 2
    weighted = {column: f"w{column}" for column in columns}
    lookups: list[Lookup] = []
    for keys, own in (((), range(half)), (by, range(half, 2 * half)))[: 2 if by else 1]:
        part = f"{name}{len(lookups)}"
        totals = [Total(f"{part}sum{i}", "sum", weighted[columns[i]]) for i in own]
        totals += [Total(f"{part}base{b}", "sum", f"wx{b}") for b in range(len(bases.columns))]
        means = [Quotient(f"{name}{i}", f"{part}sum{i}", f"{part}base{bases.of[i]}") for i in own]
        lookups.append(Lookup(keys, tuple(totals), tuple(means)))
    return Round(
        tuple(Product(product, (WEIGHT, column)) for column, product in weighted.items()),
        tuple(lookups),
        tuple(
            Moved(f"{to}{i}", column, f"{name}{i if by else i % half}", f"x{bases.of[i]}")
            for i, column in enumerate(columns)
        ),
    )


def _wanted(bases: Bases, by_row: bool) -> dict[str, tuple[str, ...]]:
    """Products to be added up, by the names that cells are made of."""
    wanted: dict[str, tuple[str, ...]] = {}
    for b in range(len(bases.columns)):
        x = f"x{b}"
        wanted |= {f"rows{b}": (x,), f"weighted{b}": (POSITIVE, x), f"weight{b}": (WEIGHT, x)}
        wanted |= {f"weight_sq{b}": (WEIGHT, WEIGHT, x), **({f"square_xx{b}": (EXCESS, EXCESS, x)} if by_row else {})}
    squares = [(f"d{i}", f"d{i}") for i in range(len(bases.of))]
    for i, z in enumerate(squares):
        wanted |= {f"numerator{i}": (WEIGHT, *z), f"flat_uu{i}": (WEIGHT, *z, *z), f"distance{i}": (WEIGHT, z[0])}
        if by_row:
            wanted |= {f"square_uu{i}": (WEIGHT, WEIGHT, *z, *z), f"square_ux{i}": (WEIGHT, EXCESS, *z)}
    if by_row:
        every = [*squares, *((f"x{b}",) for b in range(len(bases.columns)))]
        for first, one in enumerate(every):
            wanted |= {f"z{first}_{second}": (WEIGHT, WEIGHT, *one, *every[second]) for second in range(first + 1)}
    return wanted


def _scaled(sums: CellSums, factor: FloatArray) -> CellSums:
    """Multiply the numerators of cells, which are measured from 0, by factors (c, 2 k)."""
    flat, square, products = sums.flat, sums.square, sums.products
    if square is not None:
        square = Products(square.uu * factor**2, square.ux * factor, square.xx)
    if products is not None:
        every = np.concatenate([factor, np.ones((len(factor), products.shape[1] - factor.shape[1]))], axis=1)
        products = products * every[:, :, np.newaxis] * every[:, np.newaxis]
    numerator = sums.numerator * factor
    flat = Products(flat.uu * factor**2, numerator, flat.xx)
    return replace(sums, numerator=numerator, flat=flat, square=square, products=products)


def _replicated(
    design: SourceDesign, replicates: SourceReplicates, answer: Answer, raw: CellSums, by: Domains
) -> FloatArray:
    """Add squares, distances and bases up under each replicate: (1 + G, 4 k + b, R)."""
    distance = np.column_stack([answer.totals[f"distance{i}"] for i in range(raw.base.size)])
    numerator = np.concatenate([raw.numerator, distance], axis=1)
    parts = replace(
        raw,
        base=np.tile(raw.base, 2),
        centre=np.zeros_like(numerator),
        numerator=numerator,
        flat=Products(numerator, numerator, raw.flat.xx),
        square=None,
        products=None,
    )
    cells = arranged(design, parts, by)
    if not replicates.columns:
        found = replicate_cells(cells, replicates.factor, replicates.facts)
        return np.concatenate([found.numerator, found.denominator], axis=1)
    return sums_by_group(answer, replicates, parts, cells, np.zeros((1 + cells.groups, numerator.shape[1])))


def _drawn(
    design: SourceDesign, bootstrap: Bootstrap, facts: ReplicateFacts, asked: Request, by: Domains
) -> FloatArray:
    """Draw the rows, and add squares, distances and bases up under each replicate: (1 + G, 4 k + b, R)."""
    cells = arranged(design, design.engine.sums(asked, design), by)
    means = linearize(cells)
    origin, ratio = np.nan_to_num(means.origin), np.nan_to_num(means.ratio)

    def around_means() -> Iterator[Rows]:
        for rows in rows_of_request(design, asked, cells.labels):
            of = rows.columns
            inside = of.present[:, of.base]
            own = (0, rows.group + 1)  # in two steps: a mean far from 0 has no room for the digits of its distance
            distance = np.concatenate(
                [np.where(inside, of.numerator - origin[each] - ratio[each], 0.0) for each in own], axis=1
            )
            numerator = np.concatenate([distance**2, distance], axis=1)
            columns = replace(of, names=of.names * 4, numerator=numerator, base=np.tile(of.base, 4))
            yield replace(rows, columns=columns)

    return draw_totals(design, bootstrap, facts, around_means(), np.zeros((len(ratio), 4 * ratio.shape[1])))
