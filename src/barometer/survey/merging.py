"""Sums of parts of a sample, put together to the sums of the whole."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, overload

import numpy as np

from barometer.errors import ArgumentError, check_all
from barometer.survey.arrays import FloatArray, IntArray, compact, sum_by
from barometer.survey.centring import moved, origins
from barometer.survey.linearization import count_groups
from barometer.survey.stages import DesignFacts, Stage
from barometer.survey.sums import CellSums, Products

if TYPE_CHECKING:
    from barometer.survey.replicate_sums import ReplicateSums
    from barometer.survey.residuals import ResidualSums


@overload
def merge_sums(parts: "Sequence[CellSums]") -> CellSums: ...
@overload
def merge_sums(parts: "Sequence[ReplicateSums]") -> "ReplicateSums": ...
def merge_sums(parts: "Sequence[CellSums] | Sequence[ReplicateSums]") -> "CellSums | ReplicateSums":
    """
    Add up the sums of parts of one sample that have no row in common.

    Parameters
    ----------
    parts : sequence of CellSums or of ReplicateSums
        Of the same design (`design.subset(...)` of each part), statistic, outcomes and domains. Groups may be those of
        the part alone, and outcomes may be missing in some parts only.

    Returns
    -------
    CellSums or ReplicateSums
        What one pass over all the rows gives: to the last bit where the sums are exact, to rounding otherwise. Groups
        that the first part lacks come after its own.

    Raises
    ------
    ArgumentError
        If there is no part, or parts are of other outcomes, domains or designs.
    """
    check_all("parts", parts, object, "sums in a list, as sum_cells, sum_replicates and sum_parquet make")
    if all(isinstance(part, CellSums) for part in parts):
        return _merge_cells([part for part in parts if isinstance(part, CellSums)])
    if all(hasattr(part, "cells") for part in parts):
        return _merge_replicates([part for part in parts if not isinstance(part, CellSums)])
    raise ArgumentError("parts", "must be sums, as sum_cells, sum_replicates and sum_parquet make, all of one kind")


def _merge_cells(parts: Sequence[CellSums]) -> CellSums:
    first = parts[0]
    for position, part in enumerate(parts[1:], start=2):
        for what in ("statistic", "names", "domains", "across"):
            if getattr(part, what) != getattr(first, what):
                raise ArgumentError("parts", f"part {position} has another {what} than the first")
        if not same_design(part.facts, first.facts):
            raise ArgumentError("parts", f"part {position} is of another design than the first")
        if (part.residuals and part.residuals.facts) is not (first.residuals and first.residuals.facts):
            raise ArgumentError("parts", f"part {position} was calibrated in another way than the first")
    merged = add_up(alike(parts), first.facts)
    # Units present in any base; a unit that answered nothing is in no sum.
    df = int(count_groups(merged).df[0].max())
    merged = replace(merged, facts=replace(first.facts, df=df), residuals=None)
    return merged if first.residuals is None else replace(merged, residuals=_merge_residuals(parts, merged))


def _merge_replicates(parts: "Sequence[ReplicateSums]") -> "ReplicateSums":
    first = parts[0]
    for position, part in enumerate(parts[1:], start=2):
        one, other = ((f.kind, f.scale, f.centre, f.rscales.tolist()) for f in (first.facts, part.facts))
        if one != other:
            raise ArgumentError("parts", f"part {position} has other replicates than the first")
    cells = _merge_cells([part.cells for part in parts])
    origin, bases = origins(cells), _bases([part.cells for part in parts])
    shape = (1 + cells.groups, first.facts.rscales.size)
    numerator = np.zeros((shape[0], cells.base.size, shape[1]))
    denominator = np.zeros((shape[0], cells.denominator.shape[1], shape[1]))
    for part in parts:
        rows = np.concatenate([[0], 1 + _places(part.cells.labels, cells.labels)])
        shift = (part.origin - origin[rows])[:, :, np.newaxis]
        numerator[rows] += part.numerator + shift * part.denominator[:, part.cells.base]
        denominator[rows] += part.denominator[:, part.cells.base[bases]]
    # The rank of all the weights is at least that of any part's.
    df = max(part.facts.df for part in parts)
    if first.facts.df_source == "sampling_units":
        df = min(cells.facts.df, first.facts.rscales.size - 1)
    facts = replace(first.facts, df=df)
    return replace(first, facts=facts, cells=cells, origin=origin, numerator=numerator, denominator=denominator)


def _merge_residuals(parts: Sequence[CellSums], merged: CellSums) -> "ResidualSums":
    """Add up what the constraints explain, measured from the constants of the whole."""
    origin, bases, k = origins(merged), _bases(parts), merged.base.size
    found = [part.residuals for part in parts if part.residuals is not None]

    def added(values: Callable[["ResidualSums"], FloatArray]) -> FloatArray:
        first = values(found[0])
        total = np.zeros((1 + merged.groups, first.shape[1], k + merged.denominator.shape[1]))
        for part, residuals in zip(parts, found, strict=True):
            rows = np.concatenate([[0], 1 + _places(part.labels, merged.labels)])
            own, shift = values(residuals), (residuals.origin - origin[rows])[:, np.newaxis]
            total[rows, :, :k] += own[:, :, :k] + shift * own[:, :, k + part.base]
            total[rows, :, k:] += own[:, :, k + part.base[bases]]
        return total

    product = None if found[0].product is None else added(lambda each: np.asarray(each.product))
    return replace(found[0], origin=origin, instrument=added(lambda each: each.instrument), product=product)


def add_up(parts: Sequence[CellSums], facts: DesignFacts) -> CellSums:
    """
    Add the cells of parts that have their codes and shapes in common.

    Each part measures a cell from a constant of its own; its sums are moved to the constant of the first part that has
    the cell. The last part has a pilot for every cluster.
    """
    first = parts[0]
    size = max(part.groups for part in parts) + 1
    key = np.concatenate([part.cluster * size + part.group + 1 for part in parts])
    present, cell = compact(key, facts.clusters * size)
    in_step = np.array_equal(cell, np.tile(np.arange(present.size), len(parts)))
    if any(part.centre.any() for part in parts):
        centre = np.concatenate([part.centre for part in parts])
        centre = centre[np.unique(cell, return_index=True)[1]]
        places = np.split(cell, np.cumsum([part.group.size for part in parts])[:-1])
        parts = [moved(part, centre[place]) for part, place in zip(parts, places, strict=True)]
    else:
        centre = np.zeros((present.size, first.base.size))

    done: dict[tuple[int, ...], FloatArray] = {}

    def added(values: Callable[[CellSums], FloatArray]) -> FloatArray:
        found = [values(part) for part in parts]
        same = tuple(map(id, found))  # a share's squares are its sums: the same arrays, added once
        if same not in done and in_step:  # every part has every cell: nothing need be sorted out
            done[same] = reduce(lambda total, one: np.add(total, one, out=total), found[1:], found[0].copy())
        elif same not in done:
            stacked = np.concatenate(found)
            width = int(np.prod(stacked.shape[1:]))
            done[same] = sum_by(stacked.reshape(-1, width), cell, present.size).reshape(-1, *stacked.shape[1:])
        return done[same]

    def products(of: Callable[[CellSums], Products]) -> Products:
        return Products(
            added(lambda part: of(part).uu), added(lambda part: of(part).ux), added(lambda part: of(part).xx)
        )

    return replace(
        first,
        facts=facts,
        centre=centre,
        pilot=parts[-1].pilot,
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


def alike(parts: Sequence[CellSums]) -> list[CellSums]:
    """Give the parts the same groups and bases."""
    labels = tuple(dict.fromkeys(label for part in parts for label in part.labels))
    bases = _bases(parts)
    base = np.empty_like(parts[0].base)
    stacked = np.stack([part.base for part in parts])
    for position, outcome in enumerate(bases):
        base[(stacked == stacked[:, [outcome]]).all(axis=0)] = position
    return [_with_groups(_with_bases(part, base, part.base[bases]), labels) for part in parts]


def _bases(parts: Sequence[CellSums]) -> IntArray:
    """One outcome of each base of the whole: outcomes share a base where they do in every part."""
    return np.sort(np.unique(np.stack([part.base for part in parts]), axis=1, return_index=True)[1])


def _places(labels: Sequence[object], among: Sequence[object]) -> IntArray:
    position = {label: place for place, label in enumerate(among)}
    return np.array([position[label] for label in labels], dtype=np.intp)


def _with_groups(sums: CellSums, labels: tuple[tuple[object, ...], ...]) -> CellSums:
    if sums.labels == labels:
        return sums
    place = np.concatenate([_places(sums.labels, labels), [-1]])
    return replace(sums, labels=labels, group=place[sums.group])


def _with_bases(sums: CellSums, base: IntArray, taken: IntArray) -> CellSums:
    """Return the sums with other bases, each of them `taken` from one that there is."""
    if np.array_equal(taken, np.arange(sums.rows.shape[1])) and np.array_equal(base, sums.base):
        return sums
    products = sums.products
    if products is not None:
        columns = np.concatenate([np.arange(base.size), base.size + taken])
        products = products[:, columns[:, np.newaxis], columns]
    square = None if sums.square is None else replace(sums.square, xx=sums.square.xx[:, taken])
    return replace(
        sums,
        base=base,
        rows=sums.rows[:, taken],
        weighted=sums.weighted[:, taken],
        weight=sums.weight[:, taken],
        weight_sq=sums.weight_sq[:, taken],
        denominator=sums.denominator[:, taken],
        flat=replace(sums.flat, xx=sums.flat.xx[:, taken]),
        square=square,
        products=products,
    )


def _products(part: CellSums) -> FloatArray:
    return np.zeros((0, 0, 0)) if part.products is None else part.products


def same_design(one: DesignFacts, other: DesignFacts) -> bool:
    """Whether two designs have the same stages, sizes and rules; degrees of freedom may differ."""
    if one.stages is other.stages:
        return True
    rules = [(facts.lonely_psu, facts.lonely_domain, len(facts.stages)) for facts in (one, other)]
    return (
        rules[0] == rules[1]
        and np.array_equal(one.pilot, other.pilot)
        and all(_same_stage(*pair) for pair in zip(one.stages, other.stages, strict=True))
    )


def _same_stage(one: Stage, other: Stage) -> bool:
    if (one.unit is None) != (other.unit is None):
        return False
    units = one.unit is None or np.array_equal(one.unit, np.asarray(other.unit))
    return units and all(
        np.array_equal(getattr(one, what), getattr(other, what)) for what in ("n", "fraction", "stratum", "parent")
    )
