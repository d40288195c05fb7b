"""Sums that are to leave the place where they were made: checked, coarsened where that helps, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.codebook.records import Label, Lang
from barometer.errors import MomentsError
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice, find_policy
from barometer.publication.disclosure.small_cells import REASONS, find_small
from barometer.survey import CellSums, Moments, Stage
from barometer.survey.arrays import IntArray
from barometer.survey.centring import moved
from barometer.survey.merging import add_up
from barometer.survey.stages import lightest

Labels = tuple[object, ...]

LEFT = Label(
    "{cells} celler tjekket efter regel {policy}: {small} hvilede på for få svar. {merged} strata er slået sammen med "
    "andre, så der er {strata} tilbage, og {dropped} grupper er kun med i totalen.",
    "{cells} cells checked under policy {policy}: {small} rested on too few answers. {merged} strata were merged with "
    "others, so that {strata} are left, and {dropped} groups count for the total only.",
)
KEPT = Label(
    "{cells} celler tjekket efter regel {policy}: alle må videregives.",
    "{cells} cells checked under policy {policy}: all may leave.",
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MomentsRelease:
    """
    Moments that may leave, and what was done to them.

    Attributes
    ----------
    moments : Moments
    policy : DisclosurePolicy
    cells : int
        Cells that were checked: those of a stratum or unit, a group and an outcome.
    small : tuple of (str, int)
        Why cells rested on too few before anything was done, and how many did.
    merged : int
        Strata that were merged with others.
    dropped : tuple of tuple
        Groups that count for the total only.
    """

    moments: Moments
    policy: DisclosurePolicy
    cells: int
    small: tuple[tuple[str, int], ...]
    merged: int
    dropped: tuple[Labels, ...]

    def text(self, lang: Lang) -> str:
        """Say in one language what was done."""
        facts = {
            "cells": f"{self.cells:,}",
            "policy": self.policy.name,
            "small": f"{sum(count for _, count in self.small):,}",
            "merged": f"{self.merged:,}",
            "strata": f"{self.moments.sums.facts.strata:,}",
            "dropped": f"{len(self.dropped):,}",
        }
        return (LEFT if self.small else KEPT).text(lang).format(**facts)

    def reasons(self) -> pd.DataFrame:
        """Return the reasons with their numbers of cells: columns reason, cells."""
        return pd.DataFrame([*self.small], columns=["reason", "cells"])

    def __repr__(self) -> str:
        """Say what was done."""
        return f"<MomentsRelease: {self.text('en')}>"


def release_moments(moments: Moments, policy: PolicyChoice = DEFAULT) -> MomentsRelease:
    """
    Check what moments would reveal, and coarsen them until they may leave.

    Parameters
    ----------
    moments : Moments
    policy : str or DisclosurePolicy

    Returns
    -------
    MomentsRelease

    Raises
    ------
    MomentsError
        If no coarsening helps, with how many cells rest on too few and why.
    ArgumentError, UnknownNameError
        As `find_policy`.

    Notes
    -----
    Whoever has the sums of a cell knows its rows and, where they weigh the same, how many answered so. Cells are the
    smallest sets that anybody can tell apart in a file, so that sums of cells that may be shown may be shown too.
    Where rows are the sampling units, strata are merged with the next one until each cell holds enough; that makes
    standard errors, in expectation, larger rather than smaller (collapsed strata: Wolter 2007, section 2.5). A group
    that is too small in all strata together counts for the total only. Sums of sampling units cannot be coarsened so:
    a unit is a respondent's workplace. Products of outcomes with each other are left out: they tell who gave both.

    Examples
    --------
    >>> import numpy as np
    >>> from barometer.survey import collect_moments, declare_design, estimate_shares
    >>> design = declare_design(np.ones(40), np.repeat([1, 2, 3, 4], 10))
    >>> moments = collect_moments(estimate_shares(design, np.arange(40) % 3 == 0).sums, sample="denmark 2023")
    >>> release_moments(moments).moments.sums.facts.strata
    2
    """
    rules = find_policy(policy)
    sums = replace(moments.sums, across="none", products=None)
    before = find_revealing(sums, rules)
    counts = np.bincount(before.ravel(), minlength=len(REASONS)).tolist()
    small = tuple((reason, count) for reason, count in zip(REASONS, counts, strict=True) if reason and count)
    merged, dropped = 0, tuple[Labels]()
    if small:
        if not sums.facts.last.of_rows or len(sums.facts.stages) > 1 or sums.pilot.any():
            raise _refusal(moments, small, "only shares and ratios of rows in strata can be coarsened")
        sums, dropped = _without_small_groups(sums, rules)
        sums, merged = _with_merged_strata(sums, rules)
        if find_revealing(sums, rules).any():
            raise _refusal(moments, small, "no merging of strata helps; leave out the outcomes that few gave")
    released = Moments(sums, moments.parts, rules.name)
    return MomentsRelease(
        released, rules, int((moments.sums.rows[:, moments.sums.base] > 0.0).sum()), small, merged, dropped
    )


def _refusal(moments: Moments, small: Sequence[tuple[str, int]], advice: str) -> MomentsError:
    counts = ", ".join(f"{reason}: {count:,}" for reason, count in small)
    return MomentsError(str(moments.parts[0]), f"may not leave: cells that rest on too few ({counts}); {advice}")


def find_revealing(sums: CellSums, policy: DisclosurePolicy) -> NDArray[np.int8]:
    """
    Find the cells that would reveal what single respondents answered.

    Parameters
    ----------
    sums : CellSums
    policy : DisclosurePolicy

    Returns
    -------
    (c, k) int8
        Index into `REASONS` of each cell and outcome.

    Notes
    -----
    Of shares, the answers counted are rows times the share of the cell. Of amounts, the two largest of positive
    contributions are at most the root of twice the sum of their squares: a cell where that is more than the policy's
    part of the total, or whose squares were not summed, is taken to be dominated. By the p% rule it is where what is
    left without the two largest could be less than that part of the largest, which is at most the root of the sum.
    """
    rows = sums.rows[:, sums.base]
    if not policy.is_control:
        return np.zeros(rows.shape, dtype=np.int8)
    if sums.statistic == "share":
        weight = sums.weight[:, sums.base]
        share = np.divide(sums.numerator, weight, out=np.zeros_like(weight), where=weight > 0.0)
        return find_small(np.rint(rows * share), rows.astype(np.intp), policy)
    found = np.where((rows > 0.0) & (rows < policy.threshold), np.int8(REASONS.index("few_in_base")), np.int8(0))
    plain = moved(replace(sums, products=None), np.zeros_like(sums.centre))
    squares = np.full(rows.shape, np.inf) if plain.square is None else plain.square.uu
    total, dominated = np.abs(plain.numerator), np.zeros(rows.shape, dtype=np.bool_)
    if policy.largest is not None:
        n, part = policy.largest
        dominated |= np.sqrt(n * squares) > part * total
    if policy.prior is not None:
        dominated |= total - np.sqrt(2.0 * squares) < policy.prior * np.sqrt(squares)
    found = np.where(dominated & (rows > 0.0) & (found == 0), np.int8(REASONS.index("dominance")), found)
    return found.astype(np.int8)


def _without_small_groups(sums: CellSums, policy: DisclosurePolicy) -> tuple[CellSums, tuple[Labels, ...]]:
    """
    Put groups outside that are too small in all strata together.

    The groups less the total would tell those outside: where they are too few, the smallest group joins them.
    """
    whole = _in_strata(sums, np.zeros(sums.facts.strata, dtype=np.intp))
    small = np.zeros(sums.groups, dtype=np.bool_)
    small[whole.group[find_revealing(whole, policy).any(axis=1) & (whole.group >= 0)]] = True
    size = np.full(sums.groups, np.inf)
    size[whole.group[whole.group >= 0]] = whole.rows[whole.group >= 0].max(axis=1)
    apart = _outside(whole, small)
    while not small.all() and find_revealing(apart, policy)[apart.group < 0].any():
        small[np.argmin(np.where(small, np.inf, size))] = True
        apart = _outside(whole, small)
    return _outside(sums, small), tuple(sums.labels[group] for group in np.flatnonzero(small))


def _outside(sums: CellSums, small: NDArray[np.bool_]) -> CellSums:
    """Return the sums with some groups counting for the total only."""
    place = np.where(small, -1, np.cumsum(~small) - 1)
    labels = tuple(label for label, out in zip(sums.labels, small, strict=True) if not out)
    return add_up([replace(sums, group=np.append(place, -1)[sums.group], labels=labels)], sums.facts)


def _with_merged_strata(sums: CellSums, policy: DisclosurePolicy) -> tuple[CellSums, int]:
    """Merge each stratum with the next until no cell is too small; what is left at the end joins those before."""
    strata = sums.facts.strata
    place, current, enough = np.zeros(strata, dtype=np.intp), 0, False
    for stratum in range(strata):
        current += enough
        place[stratum] = current
        place[stratum + 1 :] = current + 1
        merged = _in_strata(sums, place)
        enough = not find_revealing(merged, policy)[merged.cluster == current].any()
    if not enough and current > 0:
        place[place == current] = current - 1
    size = np.bincount(place)
    return _in_strata(sums, place), int(size[size > 1].sum())


def _in_strata(sums: CellSums, place: IntArray) -> CellSums:
    """Return the sums of a design whose strata are merged: stratum h becomes stratum `place[h]`."""
    facts, (old,) = sums.facts, sums.facts.stages
    strata = int(place.max()) + 1
    n = np.bincount(place, old.n, strata).astype(np.intp)
    size = np.divide(old.n, old.fraction, out=np.full(old.n.size, np.inf), where=old.fraction > 0.0)
    stage = Stage(
        None,
        np.arange(strata),
        n,
        n / np.bincount(place, size, strata),
        np.ones(strata),
        np.zeros(strata, dtype=np.intp),
    )
    df = facts.df + facts.strata - strata
    merged = replace(facts, stages=(stage,), df=df, pilot=lightest(facts.pilot, place, strata))
    moved_in = replace(sums, facts=merged, cluster=place[sums.cluster], pilot=np.zeros(strata))
    return add_up([moved_in], merged)
