"""Sums of parts of a sample, put together to the sums of the whole."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import FloatArray, compact, sum_by
from barometer.survey.linearization import count_groups
from barometer.survey.stages import DesignFacts
from barometer.survey.sums import CellSums, Products


def merge_sums(parts: Sequence[CellSums]) -> CellSums:
    """
    Add up the sums of parts of one sample that have no row in common.

    Parameters
    ----------
    parts : sequence of CellSums
        Of the same design (`design.subset(...)` of each part), outcomes, bases and groups.

    Returns
    -------
    CellSums
        What one pass over all the rows gives: to the last bit where the sums are exact and the constants the same, to
        rounding otherwise.

    Raises
    ------
    ArgumentError
        If there is no part, or parts are of other outcomes, groups or designs.

    Notes
    -----
    Each part may measure its outcomes from a constant of its own; sums are first moved to that of the first part: with
    u' = u + d x, sum w u' = sum w u + d sum w x, and sum w u' u' = sum w u u + 2 d sum w u x + d^2 sum w x x.
    """
    if not parts:
        raise ArgumentError("parts", "is empty: there are no sums to add up")
    if not all(isinstance(part, CellSums) for part in parts):
        raise ArgumentError("parts", "must be sums, as sum_cells and sum_parquet make")
    first = parts[0]
    for position, part in enumerate(parts[1:], start=2):
        for what in ("statistic", "names", "domains", "labels", "across"):
            if getattr(part, what) != getattr(first, what):
                raise ArgumentError("parts", f"part {position} has another {what} than the first")
        if not np.array_equal(part.base, first.base):
            raise ArgumentError("parts", f"part {position} has other bases than the first")
        if not _same_design(part.facts, first.facts):
            raise ArgumentError("parts", f"part {position} is of another design than the first")
    merged = add_up([moved(part, first.centre) for part in parts], first.facts)
    # Units present in any base; a unit that answered nothing is in no sum.
    df = int(count_groups(merged).df[0].max())
    return replace(merged, facts=replace(first.facts, df=df))


def add_up(parts: Sequence[CellSums], facts: DesignFacts) -> CellSums:
    """Add the cells of parts that have their constants, codes and shapes in common."""
    first = parts[0]
    size = max(part.groups for part in parts) + 1
    key = np.concatenate([part.cluster * size + part.group + 1 for part in parts])
    present, cell = compact(key, facts.clusters * size)

    def added(values: Callable[[CellSums], FloatArray]) -> FloatArray:
        stacked = np.concatenate([values(part) for part in parts])
        width = int(np.prod(stacked.shape[1:]))
        return sum_by(stacked.reshape(-1, width), cell, present.size).reshape(-1, *stacked.shape[1:])

    def products(of: Callable[[CellSums], Products]) -> Products:
        return Products(
            added(lambda part: of(part).uu), added(lambda part: of(part).ux), added(lambda part: of(part).xx)
        )

    return replace(
        first,
        facts=facts,
        pilot=first.pilot if first.pilot.size == facts.clusters else np.zeros(facts.clusters),
        cluster=present // size,
        group=present % size - 1,
        rows=added(lambda part: part.rows),
        weighted=added(lambda part: part.weighted),
        weight=added(lambda part: part.weight),
        weight_sq=added(lambda part: part.weight_sq),
        numerator=added(lambda part: part.numerator),
        denominator=added(lambda part: part.denominator),
        flat=products(lambda part: part.flat),
        square=None if first.square is None else products(lambda part: part.square or part.flat),
        products=None if first.products is None else added(_products),
    )


def _products(part: CellSums) -> FloatArray:
    return np.zeros((0, 0, 0)) if part.products is None else part.products


def moved(sums: CellSums, centre: FloatArray) -> CellSums:
    """Return the sums with their outcomes measured from another constant."""
    shift = sums.centre - centre
    if not shift.any():
        return sums
    pilot = sums.pilot[sums.cluster][:, np.newaxis]
    square = sums.square
    if square is not None:
        raw_ux = square.ux + pilot * sums.flat.ux
        raw_xx = sums.weight_sq if pilot.any() else square.xx
        uu = square.uu + 2.0 * shift * raw_ux + shift**2 * raw_xx[:, sums.base]
        without_pilot = raw_xx[:, sums.base] - pilot * sums.flat.xx[:, sums.base]
        square = Products(uu, square.ux + shift * without_pilot, square.xx)
    products = sums.products
    if products is not None:
        k, width = sums.base.size, products.shape[1]
        move = np.eye(width)
        move[np.arange(k), k + sums.base] = shift
        products = move @ products @ move.T
    xx = sums.flat.xx[:, sums.base]
    return replace(
        sums,
        centre=centre,
        numerator=sums.numerator + shift * sums.denominator[:, sums.base],
        flat=Products(
            sums.flat.uu + 2.0 * shift * sums.flat.ux + shift**2 * xx, sums.flat.ux + shift * xx, sums.flat.xx
        ),
        square=square,
        products=products,
    )


def _same_design(one: DesignFacts, other: DesignFacts) -> bool:
    if one.stages is other.stages:
        return True
    alike = (one.lonely_psu, one.lonely_domain, one.clusters, len(one.stages)) == (
        other.lonely_psu,
        other.lonely_domain,
        other.clusters,
        len(other.stages),
    )
    return alike and all(
        np.array_equal(a.n, b.n) and np.array_equal(a.fraction, b.fraction) and np.array_equal(a.stratum, b.stratum)
        for a, b in zip(one.stages, other.stages, strict=True)
    )
