"""Parts of one sample: the design of the whole from theirs, and their sums added up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from barometer.errors import MomentsError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.centring import weighed_from
from barometer.survey.merging import add_up, alike, merge_sums, same_design
from barometer.survey.sample_names import ObjectArray, SampleNames, StageNames
from barometer.survey.stages import DesignFacts, Stage
from barometer.survey.sums import CellSums

CLOSE = 1e-9
"""How far, relatively, two statements of one number may differ for the rounding of files."""


@dataclass(frozen=True, slots=True, eq=False)
class NamedSums:
    """Sums of one part, and what the part is called in messages."""

    name: str
    sums: CellSums

    @property
    def facts(self) -> DesignFacts:
        """Design that the part was declared with."""
        return self.sums.facts


@dataclass(frozen=True, slots=True, eq=False)
class _Declared(NamedSums):
    """A part that was declared by itself, with what its strata and units are called."""

    names: SampleNames


def add_parts(parts: Sequence[NamedSums]) -> CellSums:
    """
    Add up parts of one sample that have no row in common.

    Parameters
    ----------
    parts : sequence of NamedSums
        Each declared by itself, or all of one design of the whole sample (`design.subset`).

    Returns
    -------
    CellSums
        What one pass over all the rows gives: to the last bit where the sums are exact.

    Raises
    ------
    MomentsError
        With the name of the part that does not fit.

    Notes
    -----
    Parts declared by themselves: strata and units of the same label are the same. Units drawn add up, a unit that is in
    several parts being one; a stratum's population size, or sampling fraction, is the whole's and has to agree; degrees
    of freedom and what is lonely follow from the whole.
    """
    first = parts[0]
    if len(parts) == 1:
        return first.sums
    declared = [_Declared(part.name, part.sums, names) for part in parts if (names := part.facts.names) is not None]
    if not declared:
        for part in parts[1:]:
            if not same_design(replace(part.facts, pilot=first.facts.pilot), first.facts):
                raise MomentsError(
                    part.name,
                    f"is of another design than {first.name}: parts of one design have its strata, population sizes "
                    "and units in common",
                )
        return merge_sums([_from_pilot(part.sums, first.facts) for part in parts])
    if len(declared) < len(parts):
        other = next(part for part in parts if (part.facts.names is None) != (first.facts.names is None))
        raise MomentsError(
            other.name,
            f"does not fit {first.name}: one has the design of the whole sample (`subset`), the other that of a part",
        )
    _check_kinds(declared)
    whole, clusters = _whole(declared)
    placed = [replace(part.sums, cluster=of[part.sums.cluster]) for part, of in zip(parts, clusters, strict=True)]
    return add_up(alike([_in_whole(sums, of, whole) for sums, of in zip(placed, clusters, strict=True)]), whole)


def _from_pilot(sums: CellSums, facts: DesignFacts) -> CellSums:
    """Measure the sums from the weights that those of another part are measured from."""
    pilot = facts.pilot if sums.pilot.any() else sums.pilot
    return replace(weighed_from(sums, pilot), facts=replace(sums.facts, pilot=facts.pilot))


def _in_whole(sums: CellSums, clusters: IntArray, whole: DesignFacts) -> CellSums:
    """Return sums, whose cells have the codes of the whole, as they are measured from the weights of the whole."""
    if not sums.pilot.any():
        return replace(sums, facts=whole, pilot=np.zeros(whole.clusters))
    own = whole.pilot.copy()
    own[clusters] = sums.pilot
    return weighed_from(replace(sums, facts=whole, pilot=own), whole.pilot)


def _check_kinds(parts: Sequence[_Declared]) -> None:
    first = parts[0]
    for part in parts[1:]:
        kinds = [
            (
                each.facts.lonely_psu,
                each.facts.lonely_domain,
                each.names.psu_labels,
                [stage.of_rows for stage in each.facts.stages],
                [names.population is None for names in each.names.stages],
            )
            for each in (first, part)
        ]
        if kinds[0] != kinds[1]:
            raise MomentsError(
                part.name,
                f"has other stages of sampling, or another rule for lonely units, than {first.name}: declare all parts "
                "in the same way",
            )


@dataclass(frozen=True, slots=True, eq=False)
class _Joined:
    """One stage of the whole, and the place in it of the strata and units of each part."""

    stage: Stage
    names: StageNames
    strata: list[IntArray]
    units: list[IntArray]


def _whole(parts: Sequence[_Declared]) -> tuple[DesignFacts, list[IntArray]]:
    """Return the design of the whole, and the place in it of the finest clusters of each part."""
    joined: list[_Joined] = []
    for position in range(len(parts[0].facts.stages)):
        joined.append(_join_stage(parts, position, joined[-1] if joined else None))
    last = joined[-1]
    clusters = last.strata if last.stage.of_rows else last.units
    size = last.stage.n.size if last.stage.of_rows else last.stage.stratum.size
    pilot = np.full(size, np.inf)
    for part, of in zip(parts, clusters, strict=True):
        np.minimum.at(pilot, of, part.facts.pilot)
    stages = []
    for position, each in enumerate(joined):
        unit = None if each.stage.of_rows else np.zeros(size, dtype=np.intp)
        for part, of, units in zip(parts, clusters, each.units, strict=True):
            own = part.facts.stages[position].unit
            if unit is not None and own is not None:
                unit[of] = units[own]
        stages.append(replace(each.stage, unit=unit))
    weighted, df = _count_weighted(parts, joined[0])
    names = SampleNames(tuple(each.names for each in joined), parts[0].names.psu_labels, weighted)
    facts = parts[0].facts
    return DesignFacts(tuple(stages), facts.lonely_psu, facts.lonely_domain, df, pilot, names), clusters


def _count_weighted(parts: Sequence[_Declared], first: _Joined) -> tuple[IntArray, int]:
    """Count first-stage units with weight, and the degrees of freedom: these less the strata that they are in."""
    if first.stage.of_rows:
        weighted = np.zeros(first.stage.n.size, dtype=np.intp)
        for part, strata in zip(parts, first.strata, strict=True):
            np.add.at(weighted, strata, part.names.weighted)
        return weighted, int(weighted.sum() - (weighted > 0).sum())
    weighted = np.zeros(first.stage.stratum.size, dtype=np.intp)
    for part, units in zip(parts, first.units, strict=True):
        np.maximum.at(weighted, units, part.names.weighted)
    return weighted, int(weighted.sum() - np.unique(first.stage.stratum[weighted > 0]).size)


def _join_stage(parts: Sequence[_Declared], position: int, before: _Joined | None) -> _Joined:
    """Find which strata and units of a stage are the same in several parts."""
    stages = [part.facts.stages[position] for part in parts]
    named = [part.names.stages[position] for part in parts]
    inside = [
        stage.parent if before is None else units[stage.parent]
        for stage, units in zip(stages, [s.parent for s in stages] if before is None else before.units, strict=True)
    ]
    _check_merged(parts, [names.stratum for names in named])
    ranks, labels = _ranks([names.stratum for names in named])
    strata = _numbered([of * len(labels) + rank for of, rank in zip(inside, ranks, strict=True)])
    size = 1 + max(int(of.max()) for of in strata)
    label, parent = np.empty(size, dtype=object), np.zeros(size, dtype=np.intp)
    for names, of, within in zip(named, strata, inside, strict=True):
        label[of], parent[of] = names.stratum, within
    units, unit_label, stratum = _join_units(parts, position, strata, parent)
    if stages[0].of_rows:
        stratum = np.arange(size)
        drawn = [np.bincount(of, stage.n, size) for of, stage in zip(strata, stages, strict=True)]
        n = np.sum(drawn, axis=0).astype(np.intp)
    else:
        n = np.bincount(stratum, minlength=size)
    population, fraction = _sizes(parts, position, strata, n)
    reached = np.ones(1) if before is None else before.stage.multiplier * before.stage.fraction
    multiplier = reached[np.zeros(size, np.intp) if before is None else before.stage.stratum[parent]]
    stage = Stage(None if stages[0].of_rows else stratum, stratum, n, fraction, multiplier, parent)
    return _Joined(stage, StageNames(label, unit_label, population), strata, units)


def _check_merged(parts: Sequence[_Declared], labels: Sequence[ObjectArray]) -> None:
    """Refuse strata that were merged before with others in each part: what they have in common cannot be told."""
    seen: dict[object, tuple[object, str]] = {}
    for part, own in zip(parts, labels, strict=True):
        for label in own:
            for member in label if isinstance(label, tuple) else (label,):
                whole, name = seen.setdefault(member, (label, part.name))
                if whole != label:
                    raise MomentsError(
                        part.name,
                        f"has strata merged in another way than {name}: merge the parts before they are checked and "
                        "coarsened",
                    )


def _ranks(labels: Sequence[ObjectArray]) -> tuple[list[IntArray], list[object]]:
    """Give equal labels equal numbers, in the order of labels that have one, else as they appear."""
    known = list(dict.fromkeys(label for own in labels for label in own))
    try:
        known = sorted(known)
    except TypeError:
        known = list(known)
    place = {label: rank for rank, label in enumerate(known)}
    return [np.array([place[label] for label in own], dtype=np.intp) for own in labels], known


def _numbered(codes: Sequence[IntArray]) -> list[IntArray]:
    """Renumber the codes of all parts together, in their order."""
    where = np.unique(np.concatenate(codes), return_inverse=True)[1].astype(np.intp)
    return np.split(where, np.cumsum([code.size for code in codes])[:-1])


def _join_units(
    parts: Sequence[_Declared], position: int, strata: Sequence[IntArray], parent: IntArray
) -> tuple[list[IntArray], ObjectArray | None, IntArray]:
    """Return place, labels and strata of the units of a stage; units that are rows have to be different ones."""
    stages = [part.facts.stages[position] for part in parts]
    named = [part.names.stages[position].unit for part in parts]
    of_rows = stages[0].of_rows
    if of_rows and any(own is None for own in named):
        return [np.zeros(0, dtype=np.intp) for _ in parts], None, np.zeros(0, dtype=np.intp)
    if any(own is None for own in named):
        return _units_apart(parts, stages, strata)
    labels = [own for own in named if own is not None]
    ranks, known = _ranks(labels)
    if of_rows:
        _check_apart(
            parts,
            ranks,
            "has one row of each sampling unit, and some of these units are in other parts too: put the rows of a unit "
            "in one part, or sum the parts together",
        )
        return [np.zeros(0, dtype=np.intp) for _ in parts], np.concatenate(labels), np.zeros(0, dtype=np.intp)
    within = [of[stage.stratum] for of, stage in zip(strata, stages, strict=True)]
    outer = within if parts[0].names.psu_labels == "within_stratum" else [parent[of] for of in within]
    units = _numbered([of * len(known) + rank for of, rank in zip(outer, ranks, strict=True)])
    size = 1 + max(int(of.max()) for of in units)
    label, stratum = np.empty(size, dtype=object), np.full(size, -1, dtype=np.intp)
    for part, of, own, inside in zip(parts, units, labels, within, strict=True):
        if ((stratum[of] >= 0) & (stratum[of] != inside)).any():
            raise MomentsError(part.name, "has a sampling unit that is in another stratum in a part before")
        label[of], stratum[of] = own, inside
    return units, label, stratum


def _check_apart(parts: Sequence[_Declared], codes: Sequence[IntArray], fault: str) -> None:
    """Refuse a part that has a code which a part before has."""
    seen = np.zeros(0, dtype=np.intp)
    for part, own in zip(parts, codes, strict=True):
        if np.isin(own, seen).any():
            raise MomentsError(part.name, fault)
        seen = np.concatenate([seen, own])


def _units_apart(
    parts: Sequence[_Declared], stages: Sequence[Stage], strata: Sequence[IntArray]
) -> tuple[list[IntArray], None, IntArray]:
    """Units without labels are different ones where no stratum is in two parts; elsewhere nobody can tell."""
    _check_apart(
        parts,
        strata,
        "shares strata with other parts, and its sampling units have no labels any more: merge the parts before they "
        "are checked",
    )
    starts = np.cumsum([0, *(stage.stratum.size for stage in stages)])
    units = [np.arange(stage.stratum.size) + start for stage, start in zip(stages, starts[:-1], strict=True)]
    return units, None, np.concatenate([of[stage.stratum] for of, stage in zip(strata, stages, strict=True)])


def _sizes(
    parts: Sequence[_Declared], position: int, strata: Sequence[IntArray], n: IntArray
) -> tuple[FloatArray | None, FloatArray]:
    """Return population sizes and sampling fractions of the whole's strata, on which the parts have to agree."""
    by_size = parts[0].names.stages[position].population is not None
    known = np.full(n.size, np.nan)
    for part, of in zip(parts, strata, strict=True):
        population = part.names.stages[position].population
        stated = part.facts.stages[position].fraction if population is None else population
        before = known[of]
        other = ~np.isnan(before) & (before != stated) & ~(np.abs(before - stated) <= CLOSE * np.abs(stated))
        if other.any():
            what = "population size" if by_size else "sampling fraction"
            raise MomentsError(
                part.name,
                f"has another {what} than the parts before for {int(other.sum()):,} strata, its stratum number "
                f"{int(np.argmax(other)) + 1} for one: each states that of the whole stratum",
            )
        known[of] = np.where(np.isnan(before), stated, before)
    if not by_size:
        return None, known
    if (more := n > known * (1.0 + CLOSE)).any():
        raise MomentsError(
            parts[-1].name,
            f"and the parts before have more sampling units than there are in {int(more.sum()):,} strata: are some "
            "counted twice?",
        )
    return known, np.asarray(n / known)
