"""Sums of a sample beside others of it that have left before: nothing new may follow from the two together."""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from barometer.microdata.arrays import FloatArray, IntArray
from barometer.publication.disclosure.collapsing import can_be_collapsed, in_strata, members_of, put_outside
from barometer.publication.disclosure.revealing import CLOSE, Rules, find_revealing, rules_for
from barometer.survey import CellSums, keep_outcomes
from barometer.survey.arrays import sum_by
from barometer.survey.centring import moved, weighed_from
from barometer.survey.merging import add_up
from barometer.survey.moments.outcomes import drop_groups
from barometer.survey.sums import Products

TOTAL, OUTSIDE, EVERY = "total", "outside", "*"
"""All rows, those in no group, and any label of a domain, as differences name them."""
SIGNED = ("numerator", "denominator", "flat.ux", "square.ux")
"""Sums that can be below zero, of amounts."""
PER_OUTCOME = ("numerator", "flat.uu", "flat.ux", "square.uu", "square.ux")
SUMMED = ("rows", "weighted", "weight", "weight_sq", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Difference:
    """
    Two groups, one of each file, that may differ by a few respondents.

    Attributes
    ----------
    group, other : tuple
        Labels in the file that is to leave and in the one before.
    outcome : str
    """

    group: tuple[object, ...]
    other: tuple[object, ...]
    outcome: str


def as_coarse(sums: CellSums, earlier: CellSums) -> CellSums:
    """
    Merge strata and put groups outside until the sums tell nothing apart within what earlier ones kept together.

    Parameters
    ----------
    sums, earlier : CellSums
        Of one sample.

    Returns
    -------
    CellSums
        Every stratum is made of whole strata of the earlier sums, so that no stratum follows from a difference. Of the
        same domains, groups that counted for the total only do so again.
    """
    if can_be_collapsed(sums) and can_be_collapsed(earlier):
        sums = in_strata(sums, common_strata(sums, earlier))
    if sums.domains == earlier.domains:
        sums = put_outside(sums, np.array([label not in earlier.labels for label in sums.labels], dtype=np.bool_))
    return sums


def common_strata(sums: CellSums, earlier: CellSums) -> IntArray:
    """
    Give numbers to the finest strata that both sums can be merged to.

    Returns
    -------
    (H,) int
        Of the strata of the first.
    """
    if sums.facts.names is None or earlier.facts.names is None:
        same = np.array_equal(sums.facts.last.n, earlier.facts.last.n)
        return np.arange(sums.facts.strata) if same else np.zeros(sums.facts.strata, dtype=np.intp)
    code: dict[object, int] = {}
    pairs = [
        (block + start, code.setdefault(member, len(code)))
        for names, start in ((sums.facts.names, 0), (earlier.facts.names, sums.facts.strata))
        for block, label in enumerate(names.stages[0].stratum)
        for member in members_of(label)
    ]
    blocks, members = np.array(pairs, dtype=np.intp).T
    size = sums.facts.strata + earlier.facts.strata + len(code)
    links = coo_array((np.ones(blocks.size), (blocks, members + size - len(code))), shape=(size, size))
    found = connected_components(links, directed=False)[1][: sums.facts.strata]
    return np.unique(found, return_inverse=True)[1].astype(np.intp)


def find_differences(sums: CellSums, earlier: CellSums, rules: Rules) -> list[Difference]:
    """
    Find groups of two files of a sample, one of which can be inside the other, whose difference would reveal somebody.

    Parameters
    ----------
    sums, earlier : CellSums
        Of one sample; the first after `as_coarse`.
    rules : Rules

    Notes
    -----
    The files do not say which group is inside which. One can be inside another when none of their sums contradicts it,
    in any stratum and any outcome that both have; the sums of the difference are then looked at as those of a cell.
    """
    names = [name for name in sums.names if name in earlier.names]
    kinds = [(each.statistic, each.square is None) for each in (sums, earlier)]
    if not names or kinds[0] != kinds[1] or not rules.policy.is_control:
        return []
    chosen = [np.array([each.names.index(name) for name in names], dtype=np.intp) for each in (sums, earlier)]
    bases = np.stack([sums.base[chosen[0]], earlier.base[chosen[1]]])
    _, first, base = np.unique(bases, axis=1, return_index=True, return_inverse=True)
    ours, theirs = (
        _of_outcomes(each, places, each.base[places[first]], base.ravel())
        for each, places in zip((sums, earlier), chosen, strict=True)
    )
    ours, theirs = _in_common_strata(ours, theirs)
    groups, tables = zip(*(_table(each) for each in (ours, theirs)), strict=True)
    found = []
    for one, other in ((0, 1), (1, 0)):
        for larger, smaller in _nested(tables[one]["rows"], tables[other]["rows"]):
            rest = _rest(ours, _at(tables[one], larger), _at(tables[other], smaller))
            labels = {one: groups[one][larger], other: groups[other][smaller]}
            outcomes = () if rest is None else np.flatnonzero((find_revealing(rest, rules) > 0).any(axis=0))
            found += [Difference(labels[0], labels[1], names[outcome]) for outcome in outcomes]
    return found


def find_answers_together(sums: CellSums, earlier: CellSums, rules: Rules) -> list[str]:
    """
    Find outcomes of two files that tell few respondents apart together: one may be part of the other, or all but few.

    Parameters
    ----------
    sums, earlier : CellSums
        Of one sample; the first after `as_coarse`.
    rules : Rules

    Notes
    -----
    What the two have in common, strata and groups, is one file with the outcomes of both, and is checked as that.
    """
    shares = all(each.statistic == "share" for each in (sums, earlier))
    others = [name for name in earlier.names if name not in sums.names]
    if not (shares and others and rules.policy.is_control) or (sums.square is None) != (earlier.square is None):
        return []
    theirs = keep_outcomes(replace(earlier, products=None, across="none"), others)
    ours = replace(sums, products=None, across="none")
    if (ours.domains, ours.labels) != (theirs.domains, theirs.labels):
        ours, theirs = drop_groups(ours), drop_groups(theirs)
    ours, theirs = (_in_order(each) for each in _in_common_strata(ours, theirs))
    if not (np.array_equal(ours.cluster, theirs.cluster) and np.array_equal(ours.group, theirs.group)):
        return []
    both = _beside(ours, theirs)
    found = find_revealing(both, rules_for(both, rules.policy))
    return [both.names[outcome] for outcome in np.flatnonzero(found.any(axis=0))]


def _in_order(sums: CellSums) -> CellSums:
    """Return shares with their cells by stratum and group."""
    order = np.lexsort([sums.group, sums.cluster])

    def products(of: Products | None) -> Products | None:
        return None if of is None else Products(of.uu[order], of.ux[order], of.xx[order])

    flat = products(sums.flat)
    assert flat is not None
    arrays = {name: getattr(sums, name)[order] for name in ("cluster", "group", "centre", *SUMMED)}
    return replace(sums, flat=flat, square=products(sums.square), **arrays)


def _beside(ours: CellSums, theirs: CellSums) -> CellSums:
    """Return the outcomes of both, whose cells are the same; a base of theirs that is one of ours is that one."""
    bases = np.arange(theirs.rows.shape[1]) + ours.rows.shape[1]
    for place, (rows, weight) in enumerate(zip(theirs.rows.T, theirs.weight.T, strict=True)):
        same = (rows == ours.rows.T).all(axis=1) & np.isclose(ours.weight.T, weight, rtol=CLOSE, atol=0.0).all(axis=1)
        bases[place] = np.flatnonzero(same)[0] if same.any() else bases[place]

    def joined(name: str) -> FloatArray:
        return np.concatenate([getattr(ours, name), getattr(theirs, name)], axis=1)

    def products(one: Products | None, other: Products | None) -> Products | None:
        if one is None or other is None:
            return None
        return Products(*(np.concatenate([getattr(one, p), getattr(other, p)], axis=1) for p in ("uu", "ux", "xx")))

    flat = products(ours.flat, theirs.flat)
    assert flat is not None
    arrays: dict[str, Any] = {name: joined(name) for name in ("centre", *SUMMED)}
    return replace(
        ours,
        names=(*ours.names, *theirs.names),
        base=np.concatenate([ours.base, bases[theirs.base]]),
        flat=flat,
        square=products(ours.square, theirs.square),
        **arrays,
    )


def _nested(larger: FloatArray, smaller: FloatArray) -> list[tuple[int, int]]:
    """Return pairs of sets, by their rows in each stratum and base, the second of which can be inside the first."""
    found = []
    for place, rows in enumerate(larger):
        more = rows - smaller
        inside = (more >= 0.0).all(axis=(1, 2)) & (more > 0.0).any(axis=(1, 2))
        found += [(place, int(each)) for each in np.flatnonzero(inside)]
    return found


def _at(table: dict[str, FloatArray], place: int) -> dict[str, FloatArray]:
    return {name: values[place] for name, values in table.items()}


def _of_outcomes(sums: CellSums, chosen: IntArray, base: IntArray, own: IntArray) -> CellSums:
    """Return the sums of some outcomes and bases, measured from zero; `own` is the new base of each outcome."""
    plain = moved(
        weighed_from(replace(sums, products=None, across="none"), np.zeros_like(sums.pilot)), np.zeros_like(sums.centre)
    )

    def products(of: Any) -> Any:
        return None if of is None else replace(of, uu=of.uu[:, chosen], ux=of.ux[:, chosen], xx=of.xx[:, base])

    arrays = {name: getattr(plain, name)[:, base] for name in SUMMED if name != "numerator"}
    return replace(
        plain,
        names=tuple(sums.names[outcome] for outcome in chosen),
        base=own,
        centre=np.zeros((sums.group.size, chosen.size)),
        numerator=plain.numerator[:, chosen],
        flat=products(plain.flat),
        square=products(plain.square),
        **arrays,
    )


def _in_common_strata(ours: CellSums, theirs: CellSums) -> tuple[CellSums, CellSums]:
    """Give both the strata that they have in common, or one stratum where these cannot be found."""
    if all(can_be_collapsed(each) for each in (ours, theirs)):
        places = common_strata(ours, theirs), common_strata(theirs, ours)
        if places[0].max() == places[1].max():
            return in_strata(ours, places[0]), in_strata(theirs, places[1])
    one, other = (add_up([replace(each, cluster=np.zeros_like(each.cluster))], each.facts) for each in (ours, theirs))
    return one, other


def _sets(sums: CellSums) -> tuple[list[tuple[object, ...]], FloatArray]:
    """Return groups, margins of crossed ones, those outside and all, and (sets, groups + 1) who is in them."""
    members: dict[tuple[object, ...], list[int]] = {}
    domains = range(len(sums.domains))
    for kept in (kept for size in domains for kept in combinations(domains, size + 1)):
        for group, label in enumerate(sums.labels):
            members.setdefault(tuple(part if at in kept else EVERY for at, part in enumerate(label)), []).append(group)
    members[OUTSIDE,], members[TOTAL,] = [sums.groups], [*range(sums.groups + 1)]
    inside = np.zeros((len(members), sums.groups + 1))
    for place, groups in enumerate(members.values()):
        inside[place, groups] = 1.0
    return list(members), inside


def _table(sums: CellSums) -> tuple[list[tuple[object, ...]], dict[str, FloatArray]]:
    """Return sets of groups, and every sum by set and stratum: (sets, H, k)."""
    strata, size = int(sums.cluster.max()) + 1, sums.groups + 1
    values = {name: getattr(sums, name) for name in SUMMED}
    for name, products in (("flat", sums.flat), ("square", sums.square)):
        if products is not None:
            values |= {f"{name}.{part}": getattr(products, part) for part in ("uu", "ux", "xx")}
    place = np.where(sums.group >= 0, sums.group, sums.groups) * strata + sums.cluster
    labels, inside = _sets(sums)
    by_group = {name: sum_by(array, place, size * strata).reshape(size, -1) for name, array in values.items()}
    return labels, {name: (inside @ array).reshape(len(labels), strata, -1) for name, array in by_group.items()}


def _rest(of: CellSums, larger: dict[str, FloatArray], smaller: dict[str, FloatArray]) -> CellSums | None:
    """Return the sums of those in one set and not in the other, by stratum; None where these cannot be of rows."""
    rest = {}
    for name in larger:
        rounding = CLOSE * np.maximum(np.abs(larger[name]), np.abs(smaller[name]))
        difference = larger[name] - smaller[name]
        rest[name] = np.where(np.abs(difference) <= rounding, 0.0, difference)
    nobody = rest["rows"] == 0.0
    for name, values in rest.items():
        of_nobody = values[nobody[:, of.base] if name in PER_OUTCOME else nobody]
        positive = of.statistic == "share" or name not in SIGNED
        if of_nobody.any() or (positive and (values < 0.0).any()):
            return None
    if of.statistic == "share" and (rest["weight"][:, of.base] < rest["numerator"] * (1.0 - CLOSE)).any():
        return None
    strata = nobody.shape[0]

    def products(name: str) -> Products:
        return Products(*(rest[f"{name}.{part}"] for part in ("uu", "ux", "xx")))

    return replace(
        of,
        cluster=np.arange(strata),
        group=np.zeros(strata, dtype=np.intp),
        centre=np.zeros((strata, of.base.size)),
        rows=rest["rows"],
        weighted=rest["weighted"],
        weight=rest["weight"],
        weight_sq=rest["weight_sq"],
        numerator=rest["numerator"],
        denominator=rest["denominator"],
        flat=products("flat"),
        square=None if of.square is None else products("square"),
    )
