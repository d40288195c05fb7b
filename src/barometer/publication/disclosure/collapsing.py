"""Sums with fewer strata and groups: what is done to those that reveal too much."""

from dataclasses import replace
from typing import Any

import numpy as np

from barometer.microdata.arrays import BoolArray, IntArray
from barometer.publication.disclosure.revealing import FEW_OTHERS, Rules, find_revealing
from barometer.survey import CellSums, Stage, keep_outcomes
from barometer.survey.centring import weighed_from
from barometer.survey.merging import add_up
from barometer.survey.sample_names import SampleNames, StageNames
from barometer.survey.stages import lightest
from barometer.survey.sums import Products

PER_CELL = ("centre", "cluster", "group", "rows", "weighted", "weight", "weight_sq", "numerator", "denominator")
Labels = tuple[object, ...]


def can_be_collapsed(sums: CellSums) -> bool:
    """Whether the sampling units are rows in strata: strata of units are not merged, as a unit is a workplace."""
    return sums.facts.last.of_rows and len(sums.facts.stages) == 1


def without_small_outcomes(sums: CellSums, rules: Rules) -> tuple[CellSums, tuple[str, ...]]:
    """
    Leave out the outcomes that reveal too much however their cells are added up.

    Parameters
    ----------
    sums : CellSums
    rules : Rules

    Returns
    -------
    CellSums
        As it was where no outcome would be left.
    tuple of str
        The outcomes that are left out; all of them where no outcome would be left.
    """
    left = sums
    while (found := find_revealing(_added_up(left), rules)).any():
        mine = ((found > 0) & (found != FEW_OTHERS)).any(axis=0)
        if (
            not mine.any()
        ):  # few others may be those of a question that gave no answer shown: one answer less hides them
            flagged = np.flatnonzero(found.any(axis=0))
            mine[flagged[np.argmin(left.numerator.sum(axis=0)[flagged])]] = True
        if mine.all():
            return sums, sums.names
        left = keep_outcomes(left, [name for name, out in zip(left.names, mine, strict=True) if not out])
    return left, tuple(name for name in sums.names if name not in left.names)


def _added_up(sums: CellSums) -> CellSums:
    """Return the coarsest sums that there can be of the outcomes: of all rows, or of each unit."""
    if not can_be_collapsed(sums):
        return sums
    everyone = replace(sums, group=np.full_like(sums.group, -1), labels=(), domains=())
    return in_strata(everyone, np.zeros(sums.facts.strata, dtype=np.intp))


def without_small_groups(sums: CellSums, rules: Rules) -> tuple[CellSums, tuple[Labels, ...]]:
    """
    Put groups outside that are too small in all strata together.

    The groups less the total would tell those outside: where they are too few, the smallest group joins them.

    Returns
    -------
    CellSums
    tuple of tuple
        Labels of the groups that count for the total only.
    """
    whole = in_strata(sums, np.zeros(sums.facts.strata, dtype=np.intp))
    small = np.zeros(sums.groups, dtype=np.bool_)
    small[whole.group[find_revealing(whole, rules).any(axis=1) & (whole.group >= 0)]] = True
    size = np.full(sums.groups, np.inf)
    size[whole.group[whole.group >= 0]] = whole.rows[whole.group >= 0].max(axis=1)
    apart = put_outside(whole, small)
    while not small.all() and find_revealing(apart, rules)[apart.group < 0].any():
        small[np.argmin(np.where(small, np.inf, size))] = True
        apart = put_outside(whole, small)
    return put_outside(sums, small), tuple(sums.labels[group] for group in np.flatnonzero(small))


def put_outside(sums: CellSums, small: BoolArray) -> CellSums:
    """
    Return the sums with some groups counting for the total only.

    Parameters
    ----------
    sums : CellSums
    small : (groups,) bool
    """
    place = np.where(small, -1, np.cumsum(~small) - 1)
    labels = tuple(label for label, out in zip(sums.labels, small, strict=True) if not out)
    return add_up([replace(sums, group=np.append(place, -1)[sums.group], labels=labels)], sums.facts)


def with_merged_strata(sums: CellSums, rules: Rules) -> CellSums:
    """
    Merge each stratum with the next until no cell reveals anything; what is left at the end joins those before.

    Parameters
    ----------
    sums : CellSums
        Of rows in strata.
    rules : Rules

    Returns
    -------
    CellSums
        Strata without a group in common are kept apart, where that is enough.
    """
    present = np.zeros((sums.facts.strata, sums.groups + 1), dtype=np.bool_)
    present[sums.cluster, sums.group + 1] = True
    merged = in_strata(sums, _places(sums, rules, present))
    if not find_revealing(merged, rules).any():
        return merged
    return in_strata(sums, _places(sums, rules, np.ones_like(present)))


def _places(sums: CellSums, rules: Rules, present: BoolArray) -> IntArray:
    """Return the merged stratum of each; where the next has no group of those merged, these join what was before."""
    strata = sums.facts.strata
    place, current, start = np.zeros(strata, dtype=np.intp), 0, 0
    enough = False
    for stratum in range(strata):
        apart = not (present[start:stratum].any(axis=0) & present[stratum]).any()
        if enough:
            current, start = current + 1, stratum
        elif apart and current > 0:
            place[start:stratum], start = current - 1, stratum
        place[stratum] = current
        enough = not find_revealing(_as_one(sums, start, stratum), rules).any()
    if not enough and current > 0:
        place[place == current] = current - 1
    return place


def _as_one(sums: CellSums, start: int, end: int) -> CellSums:
    """Return the cells of some strata as those of the first of them."""
    inside = np.flatnonzero((sums.cluster >= start) & (sums.cluster <= end))
    return add_up([replace(cells_of(sums, inside), cluster=np.full(inside.size, start))], sums.facts)


def cells_of(sums: CellSums, cells: IntArray) -> CellSums:
    """
    Return some of the cells.

    Parameters
    ----------
    sums : CellSums
        Without products of outcomes with each other.
    cells : (p,) int
    """
    done: dict[int, Any] = {}

    def taken(values: Any) -> Any:
        if id(values) not in done:  # a share's squares are its sums: the same array stays the same
            done[id(values)] = values[cells]
        return done[id(values)]

    def products(of: Products) -> Products:
        return Products(taken(of.uu), taken(of.ux), taken(of.xx))

    return replace(
        sums,
        flat=products(sums.flat),
        square=None if sums.square is None else products(sums.square),
        **{name: taken(getattr(sums, name)) for name in PER_CELL},
    )


def in_strata(sums: CellSums, place: IntArray) -> CellSums:
    """
    Return the sums of a design whose strata are merged.

    Parameters
    ----------
    sums : CellSums
        Of rows in strata.
    place : (H,) int
        Stratum h becomes stratum `place[h]`.

    Notes
    -----
    A merged stratum gets the smallest sampling fraction of those in it: with that of all their rows together, strata
    that were sampled densely would make the others look better known than they are.
    """
    facts, (old,) = sums.facts, sums.facts.stages
    strata = int(place.max()) + 1
    n = np.bincount(place, old.n, strata).astype(np.intp)
    fraction = lightest(old.fraction, place, strata)
    stage = Stage(None, np.arange(strata), n, fraction, np.ones(strata), np.zeros(strata, dtype=np.intp))
    names = None if facts.names is None else _merged_names(facts.names, place, stage)
    df = facts.df + facts.strata - strata
    merged = replace(facts, stages=(stage,), df=df, pilot=lightest(facts.pilot, place, strata), names=names)
    flat = weighed_from(sums, np.zeros(facts.clusters))
    return add_up([replace(flat, facts=merged, cluster=place[sums.cluster], pilot=np.zeros(strata))], merged)


def _merged_names(names: SampleNames, place: IntArray, merged: Stage) -> SampleNames:
    (stage,), strata = names.stages, merged.n.size
    label = np.empty(strata, dtype=object)
    for stratum in range(strata):
        members = [each for name in stage.stratum[place == stratum] for each in members_of(name)]
        label[stratum] = members[0] if len(members) == 1 else tuple(members)
    population = None
    if stage.population is not None:
        alone, known = np.bincount(place) == 1, merged.fraction > 0.0
        population = np.divide(merged.n, merged.fraction, out=np.full(strata, np.inf), where=known)
        population[place[alone[place]]] = stage.population[alone[place]]
    weighted = np.bincount(place, names.weighted, strata).astype(np.intp)
    return SampleNames((StageNames(label, stage.unit, population),), names.psu_labels, weighted)


def members_of(label: object) -> tuple[object, ...]:
    """Return the labels of the strata that were merged under a label; itself where none were."""
    return label if isinstance(label, tuple) else (label,)
