"""One pass over the rows: sums by cluster and group, from which every estimate and covariance follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import local
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, check_kind
from barometer.survey.arrays import FloatArray, IntArray, compact, sum_by
from barometer.survey.columns import Columns, Statistic, check_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.groups import Groups
from barometer.survey.stages import DesignFacts
from barometer.survey.tallies import row_factors
from barometer.survey.threads import work_in_order

if TYPE_CHECKING:
    from barometer.survey.residuals import ResidualSums

CHUNK = 8192
"""Rows at a time: bounds the memory, and fixes the order of addition whatever the number of threads."""
TURNED = 400_000
"""Numbers that are turned from columns to rows at a time."""
FAR = 16.0
"""Spreads from zero below which the squares of a ratio's residuals lose no digit that counts."""
Across = Literal["none", "outcomes"]


Sums = dict[str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Products:
    """
    Sums of products of numerators u and denominators x over the rows of each cell.

    Attributes
    ----------
    uu, ux : (c, k) float
    xx : (c, b) float
    """

    uu: FloatArray
    ux: FloatArray
    xx: FloatArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CellSums:
    """
    Sums over the rows of each cell, a cell being the rows of one finest cluster in one group.

    Only cells that have rows are kept. w is the weight, u = y - centre * x a numerator and x its denominator.

    Attributes
    ----------
    facts : DesignFacts
    statistic : {"share", "mean", "ratio", "total"}
    names : (k,) tuple of str
    domains : tuple of str
        What the groups are made of.
    labels : tuple of tuple
        Labels of each group, one for each domain; with or without rows.
    base : (k,) int
        Which of the bases each numerator is of.
    centre : (c, k) float
        Constant that the numerators of a cell are measured from, per unit of their denominators; 0 for shares. Each
        cell has its own, so that groups and strata that lie far from each other keep the digits of their spread.
    pilot : (F,) float
        Constant that the weights of each cluster are measured from in the squares of means and totals; 0 elsewhere.
    cluster, group : (c,) int
        Where each cell is. Group -1 holds the rows outside every group; they count for the total only.
    rows, weighted : (c, b) float
        Number of rows, and of rows with weight, in each base.
    weight, weight_sq : (c, b) float
        Sum of w and of w squared in each base.
    numerator : (c, k) float
        Sum of w u.
    denominator : (c, b) float
        Sum of w x.
    flat : Products
        Weighted by w: for design effects.
    square : Products or None
        Of w u and (w - pilot) x: for the variance between rows; None where the sampling units are not rows.
    products : (c, k + b, k + b) float or None
        Of w u and w x, all with all: for covariances between outcomes; None unless they were asked for.
    residuals : ResidualSums or None
        What the constraints of a calibrated design explain.
    """

    facts: DesignFacts
    statistic: Statistic
    names: tuple[str, ...]
    domains: tuple[str, ...]
    labels: tuple[tuple[object, ...], ...]
    base: IntArray
    centre: FloatArray
    pilot: FloatArray
    cluster: IntArray
    group: IntArray
    rows: FloatArray
    weighted: FloatArray
    weight: FloatArray
    weight_sq: FloatArray
    numerator: FloatArray
    denominator: FloatArray
    flat: Products
    square: Products | None
    across: Across
    products: FloatArray | None
    residuals: "ResidualSums | None" = None

    def __repr__(self) -> str:
        """Say what it is."""
        outcomes = f"{self.statistic} of {len(self.names):,} outcome(s)"
        by = f" by {' x '.join(self.domains)}" if self.domains else ""
        return f"<CellSums: {outcomes}{by}, {self.cluster.size:,} cells>"

    @property
    def groups(self) -> int:
        """Number of groups, with or without rows."""
        return len(self.labels)


def sum_cells(
    design: SurveyDesign,
    columns: Columns,
    groups: Groups,
    *,
    across: Across = "none",
    threads: int | None = None,
    chunk: int = CHUNK,
) -> CellSums:
    """
    Sum weighted outcomes and their squares by cluster and group, for all outcomes at once.

    Parameters
    ----------
    design : SurveyDesign
        Of n rows.
    columns : Columns
        Of n rows.
    groups : Groups
        Of n rows.
    across : {"none", "outcomes"}
        "outcomes" also keeps the products of the outcomes with each other, for covariances between them.
    threads : int, optional
        At most the processors there are. The result is the same to the last bit for any number.
    chunk : int
        Rows added up at a time.

    Returns
    -------
    CellSums

    Raises
    ------
    ArgumentError
        If an array does not have a row for each row of the design.

    Notes
    -----
    Chunks are added in their order, so that neither threads nor memory change a digit.
    """
    check_kind("design", design, SurveyDesign, "a design, as declare_design makes")
    check_columns(columns, groups)
    n = design.n
    for argument, rows in (("outcome", columns.numerator.shape[0]), ("groups", groups.code.shape[0])):
        if rows != n:
            raise ArgumentError(argument, f"has {rows:,} rows, the design has {n:,}")
    size = len(groups.labels) + 1
    present, cell = compact(design.cluster * size + groups.code + 1, design.facts.clusters * size)
    by_row = design.facts.last.of_rows
    pilot = _pilot(design, columns)
    if columns.denominator is None:
        centre = _first_values(design, columns, cell, present.size)
    else:
        centre = _cell_ratios(design, columns, cell, present.size, threads, chunk)

    space = local()

    def of_chunk(rows: slice) -> tuple[IntArray | slice, Sums]:
        # One block of floats for each thread: fresh memory for every chunk would take longer than the sums.
        if not hasattr(space, "block"):
            space.block = np.empty((min(chunk, n), columns.base.size))
        u = space.block[: rows.stop - rows.start]
        _lay_out(columns.numerator[rows], u)
        here, place, cells = _cells_of(cell[rows], present.size)
        return here, _sum_rows(design, columns, place, cells, centre[here], pilot, rows, u)

    total = _add_chunks(of_chunk, n, present.size, chunk, threads)
    xx = total["weight"] if columns.denominator is None else total["flat_xx"]
    flat = Products(total.get("flat_uu", total["numerator"]), total.get("flat_ux", total["numerator"]), xx)
    square = None
    if by_row:
        cross = total["square_ux"]
        square = Products(total.get("square_uu", cross), cross, total["square_xx"])
    found = CellSums(
        facts=design.facts,
        statistic=columns.statistic,
        names=columns.names,
        domains=groups.domains,
        labels=groups.labels,
        base=columns.base,
        centre=centre,
        pilot=pilot,
        cluster=present // size,
        group=present % size - 1,
        rows=total["rows"],
        weighted=total["weighted"],
        weight=total["weight"],
        weight_sq=total["weight_sq"],
        numerator=total["numerator"],
        denominator=total.get("denominator", total["weight"]),
        flat=flat,
        square=square,
        across=across,
        products=_sum_products(design, columns, cell, centre) if across == "outcomes" and by_row else None,
    )
    return found if design.calibration is None else design.calibration.with_residuals(found, columns, groups)


def _add_chunks(
    of_chunk: Callable[[slice], tuple[IntArray | slice, Sums]], n: int, cells: int, chunk: int, threads: int | None
) -> Sums:
    """Add up the chunks in their order; a single one holds every cell."""
    if n <= chunk:
        return of_chunk(slice(0, n))[1]
    total: Sums = {}
    slices = [slice(start, min(start + chunk, n)) for start in range(0, n, chunk)]
    for here, part in work_in_order(of_chunk, slices, threads):
        for name, values in part.items():
            if name not in total:
                total[name] = np.zeros((cells, values.shape[1]))
            total[name][here] += values
    return total


def _cells_of(cell: IntArray, cells: int) -> tuple[IntArray | slice, IntArray, int]:
    """Cells of one chunk: all of them, or, where there are more than the chunk can have rows in, those it has."""
    if cells <= cell.size // 4:
        return slice(None), cell, cells
    here, place = np.unique(cell, return_inverse=True)
    return here, place, here.size


def _lay_out(values: NDArray[Any], rows: FloatArray) -> None:
    """Copy numerators or bases to floats row by row in memory."""
    if values.strides[0] >= values.strides[1]:
        np.copyto(rows, values, casting="unsafe")
        return
    # From column to column, in blocks that stay in the cache, and single bytes before they are floats: a third of the
    # time of NumPy's own order.
    block = max(1, TURNED // values.shape[1])
    for start in range(0, values.shape[0], block):
        of_block = values[start : start + block]
        turned = np.empty(of_block.shape, values.dtype) if values.itemsize == 1 else rows[start : start + block]
        for column in range(values.shape[1]):
            turned[:, column] = of_block[:, column]
        if turned.dtype != rows.dtype:
            np.copyto(rows[start : start + block], turned, casting="unsafe")


def _sum_rows(
    design: SurveyDesign,
    columns: Columns,
    cell: IntArray,
    cells: int,
    centre: FloatArray,
    pilot: FloatArray,
    rows: slice,
    u: FloatArray,
) -> Sums:
    """Add up one chunk of rows; u holds its numerators and is overwritten."""
    w, count = design.weight[rows], row_factors(design, pilot, rows)
    by_row, plain, ww = design.facts.last.of_rows, columns.statistic == "share", count.weight_sq
    inside = np.empty((w.size, columns.present.shape[1]))
    _lay_out(columns.present[rows], inside)
    found = dict(
        zip(
            ("rows", "weighted", "weight", "weight_sq"),
            _multiply(cell, cells, (count.rows, count.weighted, w, ww), inside),
            strict=True,
        )
    )
    x = inside if columns.denominator is None else columns.denominator[rows]
    if not plain:
        u -= centre[cell] * x[:, columns.base]
    if by_row and columns.denominator is None:
        found["numerator"], found["square_ux"] = _multiply(cell, cells, (w, count.weight_excess), u)
        found["square_xx"] = (
            found["weight_sq"] if count.excess_sq is ww else _multiply(cell, cells, (count.excess_sq,), inside)[0]
        )
    else:
        (found["numerator"],) = _multiply(cell, cells, (w,), u)
    if not plain:
        found["flat_uu"], *of_rows = _multiply(cell, cells, (w, ww) if by_row else (w,), u * u)
        if by_row:
            found["square_uu"] = of_rows[0]
    if columns.denominator is not None:
        (found["denominator"],) = _multiply(cell, cells, (w,), x)
        found["flat_ux"], *ux = _multiply(cell, cells, (w, ww) if by_row else (w,), u * x[:, columns.base])
        found["flat_xx"], *xx = _multiply(cell, cells, (w, ww) if by_row else (w,), x * x)
        if by_row:
            found["square_ux"], found["square_xx"] = ux[0], xx[0]
    return found


def _multiply(cell: IntArray, cells: int, factors: Sequence[FloatArray], values: FloatArray) -> list[FloatArray]:
    """For each factor, the sums of factor times values over the rows of each cell, (cells, columns)."""
    return [sum_by(values, cell, cells, factor) for factor in factors]


def _sum_products(design: SurveyDesign, columns: Columns, cell: IntArray, centre: FloatArray) -> FloatArray:
    """Add up w w z z' over the rows of each cell, z being all numerators and then all denominators."""
    cells = centre.shape[0]
    order = np.argsort(cell, kind="stable")
    edges = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=cells))])
    width = columns.base.size + columns.present.shape[1]
    scale = design.weight if design.tally is None else np.sqrt(design.tally.weight_sq)
    result = np.zeros((cells, width, width))
    for position, (low, high) in enumerate(pairwise(edges)):
        for start in range(low, high, CHUNK):
            rows = order[start : min(start + CHUNK, high)]
            x = (columns.present if columns.denominator is None else columns.denominator)[rows].astype(np.float64)
            u = columns.numerator[rows] - centre[position] * x[:, columns.base]
            z = np.concatenate([u, x], axis=1) * scale[rows, np.newaxis]
            result[position] += z.T @ z
    return result


def _first_values(design: SurveyDesign, columns: Columns, cell: IntArray, cells: int) -> FloatArray:
    """
    Return the number in the first row with weight of each cell, the constant of its means and totals: (cells, k).

    A constant that is one of the numbers keeps whole numbers whole, and costs no digit even where it lies far from the
    others, as it is then part of the spread.
    """
    result = np.zeros((cells, columns.base.size))
    if columns.statistic == "share":
        return result
    for position, inside in enumerate(columns.present.T):
        rows = np.flatnonzero(inside & (design.weight > 0.0))[::-1]
        first, mine = np.full(cells, -1), np.flatnonzero(columns.base == position)
        first[cell[rows]] = rows  # the last that is put there stays: the first row
        if rows.size:  # a cell where nobody has a number takes that of another: 0 might be far from all of them
            first[first < 0] = rows[-1]
            result[:, mine] = columns.numerator[np.ix_(first, mine)]
    return result


def _cell_ratios(
    design: SurveyDesign, columns: Columns, cell: IntArray, cells: int, threads: int | None, chunk: int
) -> FloatArray:
    """
    Return the ratio of each cell, without weights, the constant of its ratios: (cells, k).

    Rounded to a power of two no coarser than the spread around it, and 0 where it is not far from zero by its spread:
    sums that would be exact without a constant stay so.
    """

    def sum_up(values: Callable[[FloatArray, FloatArray, IntArray], Sums]) -> Sums:
        def of_chunk(rows: slice) -> tuple[IntArray | slice, Sums]:
            here, place, some = _cells_of(cell[rows], cells)
            x = np.asarray(columns.denominator)[rows][:, columns.base]
            ones = (np.ones(place.size),)
            found = values(x, columns.numerator[rows], cell[rows])
            return here, {name: _multiply(place, some, ones, each)[0] for name, each in found.items()}

        return _add_chunks(of_chunk, design.n, cells, chunk, threads)

    total = sum_up(lambda x, y, _: {"size": np.abs(x), "ratio": np.sign(x) * y})
    size = total["size"]
    ratio = np.divide(total["ratio"], size, out=np.zeros_like(size), where=size > 0.0)
    residual = sum_up(lambda x, y, of: {"spread": np.abs(y - ratio[of] * x)})["spread"]
    spread = np.divide(residual, size, out=np.zeros_like(size), where=size > 0.0)
    step = np.exp2(np.floor(np.log2(np.where(spread > 0.0, spread, 1.0))))
    rounded = np.where(spread > 0.0, np.round(ratio / step) * step, ratio)
    return np.where(np.abs(ratio) > FAR * spread, rounded, 0.0)


def _pilot(design: SurveyDesign, columns: Columns) -> FloatArray:
    """
    Return the smallest weight of each stratum where means and totals are measured from constants, otherwise 0.

    A constant times the weights would swamp the squares of the rest; measured from it, equal weights leave nothing.
    """
    measured = columns.statistic in ("mean", "total") and design.facts.last.of_rows
    return design.facts.pilot if measured else np.zeros(design.facts.clusters)
