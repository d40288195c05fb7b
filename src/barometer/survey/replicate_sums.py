"""One pass over rows and replicate weights: totals and estimates under every replicate."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from barometer.errors import check_kind
from barometer.survey.arrays import FloatArray, IntArray, compact, small_products, sum_by
from barometer.survey.centring import moved, origins
from barometer.survey.columns import Columns, Statistic, check_columns, measured
from barometer.survey.groups import Groups
from barometer.survey.linearization import Linearized, by_group, count_groups, level
from barometer.survey.replicate_design import ReplicateDesign, ReplicateFacts
from barometer.survey.replicate_rank import products_of_weights, rank_of_products
from barometer.survey.sums import CellSums, sum_cells
from barometer.survey.threads import work_in_order

CHUNK = 4_096
"""Rows multiplied at a time: bounds the memory, and fixes the order of addition."""
Rows = slice | IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReplicateSums:
    """
    Totals of k numerators and b denominators in the total (row 0) and in each group, under each of R replicates.

    Attributes
    ----------
    facts : ReplicateFacts
    cells : CellSums
        Sums under the full weight, with the counts.
    origin : (1 + G, k) float
        Constants c that the numerators of the total and of each group are measured from.
    numerator : (1 + G, k, R) float
        Sum of w_r u, with u = y - c x.
    denominator : (1 + G, b, R) float
        Sum of w_r x.
    """

    facts: ReplicateFacts
    cells: CellSums
    origin: FloatArray
    numerator: FloatArray
    denominator: FloatArray

    def __repr__(self) -> str:
        """Say what it is."""
        groups, outcomes, replicates = self.numerator.shape
        kind = self.facts.kind
        return f"<ReplicateSums: {outcomes:,} outcomes in {groups - 1:,} groups, {replicates:,} replicates ({kind})>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReplicateEstimates:
    """
    Estimates under the full weight and under each replicate, measured from constants near them, which keeps digits.

    Attributes
    ----------
    origin : (1 + G, k) float
        The constants.
    estimate : (1 + G, k) float
        Estimate less origin; nan where there is none.
    replicate : (1 + G, k, R) float
        Replicate estimates less origin; nan where a replicate has nobody in the base.
    """

    origin: FloatArray
    estimate: FloatArray
    replicate: FloatArray


def sum_replicates(design: ReplicateDesign, columns: Columns, groups: Groups) -> ReplicateSums:
    """
    Sum weighted outcomes by group under the full weight and every replicate, for all outcomes at once.

    Parameters
    ----------
    design : ReplicateDesign
        Of n rows.
    columns : Columns
        Of n rows.
    groups : Groups
        Of n rows; those in no group count for the total only.

    Returns
    -------
    ReplicateSums
        8 (1 + G)(k + b) R bytes; no row is kept.

    Raises
    ------
    ArgumentError
        If an array does not have a row for each row of the design.

    Notes
    -----
    Rows are ordered by group once; each group's totals are products X'W of outcomes and replicate weights, of which
    4,096 rows are held at a time. Where the replicates are factors of sampling units, the outcomes are summed by
    sampling unit and group first, so that the cost depends on units and not on rows.
    """
    check_kind(
        "design", design, ReplicateDesign, "a design with replicates, as declare_replicates and make_replicates make"
    )
    check_columns(columns, groups)
    cells, k = sum_cells(design.sample, columns, groups), columns.base.size
    origin = origins(cells)
    sums = replicate_totals(design, columns, groups, origin)
    return ReplicateSums(design.facts, cells, origin, sums[:, :k], sums[:, k:])


def replicate_totals(
    design: ReplicateDesign,
    columns: Columns,
    groups: Groups,
    origin: FloatArray,
    *,
    threads: int | None = None,
) -> FloatArray:
    """
    Sum weighted outcomes under every replicate alone, as `sum_replicates` does.

    Parameters
    ----------
    design, columns, groups
        As in `sum_replicates`.
    origin : (1 + G, k) float
        Constants that the numerators of the total and of each group are measured from.
    threads : int, optional
        At most the processors there are. The result is the same to the last bit for any number.

    Returns
    -------
    (1 + G, k + b, R) float
        Sums of w_r u, and then of w_r x.
    """
    count = len(groups.labels)
    if design.unit is None:
        slot, table_row = groups.code + 1, None

        def values(rows: Rows) -> FloatArray:
            return measured(columns, rows, origin[slot[rows]])

    else:
        size = count + 1
        present, place = compact(design.unit * size + groups.code + 1, design.table.shape[0] * size)
        slot, table_row = present % size, present // size
        by_unit = _sum_by_unit(design, columns, place, origin[slot])

        def values(rows: Rows) -> FloatArray:
            return by_unit[rows]

    width = columns.base.size + columns.present.shape[1]  # also of bases that no outcome of these has
    return _totals(values, width, columns.base, columns.statistic, slot, design.table, table_row, origin, threads)


def replicate_cells(cells: CellSums, factor: FloatArray, facts: ReplicateFacts) -> ReplicateSums:
    """
    Sum weighted outcomes under every replicate from the sums of sampling units, without another look at the rows.

    Parameters
    ----------
    cells : CellSums
        Of a design whose sampling units have several rows.
    factor : (U, R) float
        Factors of the sampling units of the first stage.
    facts : ReplicateFacts

    Returns
    -------
    ReplicateSums
        What `sum_replicates` makes of the rows: all rows of a unit have the same factor.
    """
    origin, slot = origins(cells), cells.group + 1
    at = moved(cells, origin[slot])
    found = np.concatenate([at.numerator, at.denominator], axis=1)
    unit = np.asarray(cells.facts.stages[0].unit)[cells.cluster]
    sums = _totals(lambda rows: found[rows], found.shape[1], cells.base, cells.statistic, slot, factor, unit, origin)
    k = cells.base.size
    return ReplicateSums(facts, cells, origin, sums[:, :k], sums[:, k:])


def _totals(
    values: Callable[[Rows], FloatArray],
    width: int,
    base: IntArray,
    statistic: Statistic,
    slot: IntArray,
    table: FloatArray,
    table_row: IntArray | None,
    origin: FloatArray,
    threads: int | None = None,
) -> FloatArray:
    """Sum values, each measured from the constant of its slot, under every replicate: (1 + G, k + b, R)."""
    k = base.size
    sums, plain = _multiply(values, width, slot, origin.shape[0], table, table_row, threads)
    shift = (origin - origin[0])[:, :, np.newaxis]
    if shift.any():
        sums[0, :k] += (shift * sums[:, k + base]).sum(axis=0)
    if statistic == "share":
        # Equal columns may differ in their last digit after a matrix product; a share of one is exactly one.
        group, outcome = np.nonzero(plain[:, :k] == plain[:, k + base])
        sums[group, outcome] = sums[group, k + base[outcome]]
    return sums


def estimate_replicates(sums: ReplicateSums, linear: Linearized) -> ReplicateEstimates:
    """
    Estimate every share, mean, ratio or total under every replicate.

    Parameters
    ----------
    sums : ReplicateSums
    linear : Linearized
        Of `sums.cells`: the estimates under the full weight.

    Returns
    -------
    ReplicateEstimates

    Notes
    -----
    A ratio c + U/X is measured from the constant c of its column; a total U + c X from c times X under the full weight.
    """
    cells = sums.cells
    u = sums.numerator
    if not np.array_equal(linear.pick, [np.arange(u.shape[1])] * 2):
        u = np.concatenate([u[:1, linear.pick[0]], u[1:, linear.pick[1]]])
    x = sums.denominator if sums.denominator.shape[1] == 1 else sums.denominator[:, linear.base]
    origin = linear.of_outcomes(sums.origin)
    full = linear.of_outcomes(level(cells, sums.origin).add_up(lambda each: each.numerator)) * linear.slope
    if cells.statistic != "total":
        replicate = np.divide(u, x, out=np.full(u.shape, np.nan), where=x != 0.0)
    elif origin.any():
        base = by_group(cells, cells.denominator)[:, linear.base]
        replicate = u + origin[:, :, np.newaxis] * (x - base[:, :, np.newaxis])
        origin = origin * base
    else:
        replicate = u
    return ReplicateEstimates(origin, np.where(linear.known, full, np.nan), replicate)


def domain_df(sums: ReplicateSums) -> IntArray:
    """
    Degrees of freedom of the total and of each group in each base.

    Returns
    -------
    (1 + G, b) int
        Sampling units present with weight less the strata they are in, at most those of the design. Where replicates
        were given, a row is a unit: an upper bound of `rank_df` that costs nothing.
    """
    return np.minimum(count_groups(sums.cells).df, sums.facts.df)


def rank_df(design: ReplicateDesign, columns: Columns, groups: Groups) -> IntArray:
    """
    Degrees of freedom by R's rule: rank of the replicate weights of the rows in each group and base, less one.

    Parameters
    ----------
    design : ReplicateDesign
    columns : Columns
    groups : Groups
        All of n rows.

    Returns
    -------
    (1 + G, b) int
        At least 0.

    Notes
    -----
    Costs about n R^2 operations for each base and a factorization of R x R for each group; see `rank_of_weights`.
    """
    result = np.zeros((1 + len(groups.labels), columns.present.shape[1]), dtype=np.intp)
    for base, present in enumerate(columns.present.T):
        inside = np.flatnonzero(present)
        whole = np.zeros((design.replicates, design.replicates))
        for slot, rows in enumerate(_rows_by_slot(groups.code[inside] + 1, result.shape[0])):
            products = np.zeros_like(whole)
            for start in range(0, rows.size, CHUNK):
                products += products_of_weights(design.replicate_weights(inside[rows[start : start + CHUNK]]))
            whole += products
            result[slot, base] = max(rank_of_products(products) - 1, 0)
        result[0, base] = max(rank_of_products(whole) - 1, 0)
    return result


def _sum_by_unit(design: ReplicateDesign, columns: Columns, place: IntArray, origin: FloatArray) -> FloatArray:
    """Sum w u and w x over the rows of each place, a sampling unit in a group, from `origin` (places, k)."""
    places = origin.shape[0]
    total = np.zeros((places, columns.base.size + columns.present.shape[1]))
    for start in range(0, design.n, CHUNK):
        rows = slice(start, min(start + CHUNK, design.n))
        values = measured(columns, rows, origin[place[rows]])
        total += sum_by(values, place[rows], places, design.weight[rows])
    return total


def _rows_by_slot(slot: IntArray, slots: int) -> list[IntArray]:
    """Rows of each slot, ascending."""
    narrow = slot.astype(np.int16) if slots < 2**15 else slot  # NumPy sorts 16 bits by radix
    order = np.argsort(narrow, kind="stable")
    return np.split(order, np.cumsum(np.bincount(slot, minlength=slots))[:-1])


def _multiply(
    values: Callable[[Rows], FloatArray],
    width: int,
    slot: IntArray,
    slots: int,
    table: FloatArray,
    table_row: IntArray | None,
    threads: int | None,
) -> tuple[FloatArray, FloatArray]:
    """Multiply values with rows of the table by slot, (slots, width, R), and sum them, (slots, width); 0 is all."""
    sums, plain = np.zeros((slots, width, table.shape[1])), np.zeros((slots, width))
    pieces = [
        (position, rows[start : start + CHUNK])
        for position, rows in enumerate(_rows_by_slot(slot, slots))
        for start in range(0, rows.size, CHUNK)
    ]

    def of_piece(piece: tuple[int, IntArray]) -> tuple[int, FloatArray, FloatArray]:
        taken = _as_slice(piece[1])
        x = values(taken)
        return piece[0], small_products(x, table[taken if table_row is None else table_row[taken]]), x.sum(axis=0)

    for position, product, total in work_in_order(of_piece, pieces, threads):
        sums[position] += product
        plain[position] += total
    sums[0] = sums.sum(axis=0)
    plain[0] = plain.sum(axis=0)
    return sums, plain


def _as_slice(rows: IntArray) -> Rows:
    """Ascending rows as a slice where they are neighbours, which are looked at in place rather than gathered."""
    together = rows[-1] - rows[0] == rows.size - 1
    return slice(int(rows[0]), int(rows[-1]) + 1) if together else rows
