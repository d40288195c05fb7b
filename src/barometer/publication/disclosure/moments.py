"""Sums that are to leave the place where they were made: checked, coarsened where that helps, or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError, MomentsError, check_kind
from barometer.publication.disclosure.collapsing import (
    can_be_collapsed,
    with_merged_strata,
    without_small_groups,
    without_small_outcomes,
)
from barometer.publication.disclosure.earlier import as_coarse, find_answers_together, find_differences
from barometer.publication.disclosure.moments_report import (
    COLUMNS,
    MomentsReport,
    difference_rows,
    found_rows,
    strata_of,
)
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice, find_policy
from barometer.publication.disclosure.revealing import Rules, cell_means, find_revealing, reason_counts, rules_for
from barometer.survey import CellSums, Moments
from barometer.survey.centring import moved, weighed_from
from barometer.survey.moments.collected import fingerprint
from barometer.survey.moments.outcomes import listed
from barometer.survey.sample_names import SampleNames

LEFT = Label(
    "{cells} celler tjekket efter regel {policy}: {small} hvilede på for få svar. {merged} strata er slået sammen med "
    "andre; tilbage er {strata}. {dropped} grupper er kun med i totalen.",
    "{cells} cells checked under policy {policy}: {small} rested on too few answers. {merged} strata were merged with "
    "others, which leaves {strata}. {dropped} groups count for the total only.",
)
KEPT = Label(
    "{cells} celler tjekket efter regel {policy}: alle må videregives.",
    "{cells} cells checked under policy {policy}: all may leave.",
)
OMITTED = Label("Udeladt: {names}.", "Left out: {names}.")
FEWER = Label(
    "De sjældneste svar afgør, hvor mange strata der slås sammen: færre indikatorer eller grupper lader flere være.",
    "The rarest answers decide how many strata are merged: fewer indicators or groups leave more of them.",
)
NO_MERGING = "only rows in strata can be coarsened, and these sums are of sampling units"
NO_HELP = "no merging of strata helps, as too few gave the answers in all strata together"


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
    omitted : tuple of str
        Outcomes that were left out, as too few gave them or did not.
    report : MomentsReport
        The same, line by line: `.to_frame("da")`, `.to_csv(path)`. It is for whoever made the sums.
    """

    moments: Moments
    policy: DisclosurePolicy
    cells: int
    small: tuple[tuple[str, int], ...]
    merged: int
    dropped: tuple[tuple[object, ...], ...]
    omitted: tuple[str, ...]
    report: MomentsReport

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
        if not self.policy.is_control:
            return self.policy.text(lang)
        done = self.small or self.merged or self.dropped
        said = [(LEFT if done else KEPT).text(lang).format(**facts)]
        if self.merged > self.moments.sums.facts.strata:
            said.append(FEWER.text(lang))
        if self.omitted:
            said.append(OMITTED.text(lang).format(names=listed(self.omitted)))
        return " ".join(said)

    def reasons(self) -> pd.DataFrame:
        """Return the reasons with their numbers of cells: columns reason, cells."""
        return pd.DataFrame([*self.small], columns=["reason", "cells"])

    def __repr__(self) -> str:
        """Say what was done."""
        return f"<MomentsRelease: {self.text('en')}>"


def check_moments(moments: Moments, policy: PolicyChoice = DEFAULT) -> MomentsReport:
    """
    Find the cells of moments that reveal too much, before anything is done about them.

    Parameters
    ----------
    moments : Moments
    policy : str or DisclosurePolicy

    Returns
    -------
    MomentsReport
        One row for each cell and outcome; none where all may leave as they are.

    Raises
    ------
    ArgumentError, UnknownNameError
        As `find_policy`. Or if an earlier file is of other samples: those of the same respondents have one name.
    """
    check_kind("moments", moments, Moments, "moments, as collect_moments and collect_wave_moments make")
    sums = _without_products(moments.sums)
    rules = rules_for(sums, find_policy(policy))
    return _report(found_rows(sums, find_revealing(sums, rules)), rules.policy)


def release_moments(
    moments: Moments, policy: PolicyChoice = DEFAULT, *, earlier: Sequence[Moments] = ()
) -> MomentsRelease:
    """
    Check what moments would reveal, and coarsen them until they may leave.

    Parameters
    ----------
    moments : Moments
    policy : str or DisclosurePolicy
    earlier : sequence of Moments
        Those of the same sample that have left before, as they were released: what two files tell together is checked
        too.

    Returns
    -------
    MomentsRelease

    Raises
    ------
    MomentsError
        If no coarsening helps, with how many cells rest on too few and why; `check_moments` says which. Or if groups
        can be taken from those of an earlier file, and few are left.
    ArgumentError, UnknownNameError
        As `find_policy`.

    Notes
    -----
    Whoever has the sums of a cell knows its rows and, where they weigh the same, how many answered so. Cells are the
    smallest sets that anybody can tell apart in a file: those outside every group are a cell too, so that totals less
    groups are looked at as well. Sums of cells that may be shown may be shown too. See `find_revealing` for what a cell
    tells.

    An outcome that too few gave in all strata together is left out. Where rows are the sampling units, strata are
    merged with the next one until each cell holds enough; that makes standard errors, in expectation, larger rather
    than smaller (collapsed strata: Wolter 2007, section 2.5), as the smallest sampling fraction holds for the whole of
    a merged stratum. A group that is too small in all strata together counts for the total only. Sums of sampling units
    cannot be coarsened so: a unit is a respondent's workplace.

    What is left out of a file whatever its cells hold: products of outcomes with each other, which tell who gave both;
    the answers and weights of single rows that sums are measured from, in whose place means stand; labels of sampling
    units; and the fingerprint of the sums as they were, from which a reader could guess them by trying.

    Strata are merged at least as they were in earlier files, so that none follows from a difference, and of the same
    domains no group is told apart that was not. Groups of other domains are refused where they can differ from earlier
    ones by few.

    Examples
    --------
    >>> import numpy as np
    >>> from barometer.survey import collect_moments, declare_design, estimate_shares
    >>> design = declare_design(np.ones(40), np.repeat([1, 2, 3, 4], 10))
    >>> moments = collect_moments(estimate_shares(design, np.arange(40) % 3 == 0).sums, sample="denmark 2023")
    >>> release_moments(moments).moments.sums.facts.strata
    2
    """
    check_kind("moments", moments, Moments, "moments, as collect_moments and collect_wave_moments make")
    before = _without_products(moments.sums)
    rules = rules_for(before, find_policy(policy))
    found = find_revealing(before, rules)
    small = reason_counts(found)
    sums = before
    _check_samples(moments, earlier)
    for each in earlier:
        sums = as_coarse(sums, each.sums)
    out = tuple(label for label in before.labels if label not in sums.labels)
    omitted: tuple[str, ...] = ()
    if find_revealing(sums, rules).any():
        sums, omitted = without_small_outcomes(sums, rules)
        if omitted == before.names:
            raise _refusal(moments, small, NO_HELP if can_be_collapsed(sums) else NO_MERGING)
    if find_revealing(sums, rules).any():
        sums, fewer = without_small_groups(sums, rules)
        out += fewer
        sums = with_merged_strata(sums, rules)
        if find_revealing(sums, rules).any():
            raise _refusal(moments, small, NO_HELP)
    for each in earlier:
        _check_differences(moments, sums, each, rules)
    released = _as_released(moments, sums, rules.policy)
    merged = _merged_strata(before, sums)
    steps = [
        *found_rows(before, found),
        *(("merged", strata, "", "", "") for strata in merged),
        *(("omitted", "", "", name, "") for name in omitted),
        *(("left_out", "", ", ".join(map(str, label)), "", "") for label in out),
        *(("taken_off", "", "", "", what) for what in _taken_off(moments.sums)),
    ]
    count = int((before.rows[:, before.base] > 0.0).sum())
    together = before.facts.strata - (sums.facts.strata - len(merged))
    return MomentsRelease(
        released, rules.policy, count, small, together if merged else 0, out, omitted, _report(steps, rules.policy)
    )


def _without_products(sums: CellSums) -> CellSums:
    return replace(sums, across="none", products=None)


def _report(rows: Iterable[tuple[str, ...]], policy: DisclosurePolicy) -> MomentsReport:
    return MomentsReport(pd.DataFrame([*rows], columns=list(COLUMNS), dtype=str), policy)


def _refusal(moments: Moments, small: Sequence[tuple[str, int]], advice: str) -> MomentsError:
    counts = ", ".join(f"{reason}: {count:,}" for reason, count in small)
    return MomentsError(str(moments.parts[0]), f"may not leave: cells that rest on too few ({counts}); {advice}")


def _check_samples(moments: Moments, earlier: Sequence[Moments]) -> None:
    own = set(moments.samples)
    if others := [str(each.parts[0]) for each in earlier if not own & set(each.samples)]:
        raise ArgumentError(
            "earlier",
            f"{', '.join(others)} shares no sample with {', '.join(moments.samples)}: give what left before of the "
            "same respondents, under the same name of the sample",
        )


def _check_differences(moments: Moments, sums: CellSums, earlier: Moments, rules: Rules) -> None:
    found = find_differences(sums, earlier.sums, rules)
    if found:
        first = difference_rows(found[:1])[0]
        raise MomentsError(
            str(moments.parts[0]),
            f"may not leave beside {earlier.parts[0]}, which has left before: {len(found):,} pairs of groups can "
            f"differ by a few respondents (for {first[3]}: {first[2]}); take the same groups and bases",
        )
    if together := find_answers_together(sums, earlier.sums, rules):
        raise MomentsError(
            str(moments.parts[0]),
            f"may not leave beside {earlier.parts[0]}, which has left before: answers of the two can differ by a few "
            f"respondents ({listed(together)}); leave these out",
        )


def _as_released(moments: Moments, sums: CellSums, policy: DisclosurePolicy) -> Moments:
    """Take out what is of single rows or units, and name the parts by what is left."""
    if policy.is_control:
        sums = _without_single_rows(sums)
    mark = fingerprint(sums)
    ids = [mark if len(moments.parts) == 1 else f"{mark}-{number}" for number in range(len(moments.parts))]
    parts = tuple(replace(part, id=each) for part, each in zip(moments.parts, ids, strict=True))
    return Moments(sums, parts, policy.name if policy.is_control else "")


def _without_single_rows(sums: CellSums) -> CellSums:
    """Measure sums from means of cells, and weights from means of strata; take off the labels of units."""
    rows = np.bincount(sums.cluster, sums.rows[:, 0], sums.facts.clusters)
    weight = np.bincount(sums.cluster, sums.weight[:, 0], sums.facts.clusters)
    mean = np.divide(weight, rows, out=np.zeros_like(weight), where=rows > 0.0)
    pilot = mean if sums.statistic in ("mean", "total") and sums.square is not None else np.zeros_like(mean)
    sums = weighed_from(moved(sums, cell_means(sums)) if sums.statistic != "share" else sums, pilot)
    names = sums.facts.names
    return replace(sums, facts=replace(sums.facts, pilot=pilot, names=None if names is None else _without_units(names)))


def _without_units(names: SampleNames) -> SampleNames:
    return replace(names, stages=tuple(replace(stage, unit=None) for stage in names.stages))


def _taken_off(sums: CellSums) -> list[str]:
    names = sums.facts.names
    there = {
        "products": sums.products is not None,
        "constants": sums.facts.pilot.any() or bool(sums.centre.any()),
        "units": names is not None and any(stage.unit is not None for stage in names.stages),
    }
    return [what for what, so in there.items() if so]


def _merged_strata(before: CellSums, after: CellSums) -> list[str]:
    """Strata of the sums that are to leave that are made of several, in words."""
    known = set(strata_of(before))
    if before.facts.names is None:
        return [] if after.facts.strata == before.facts.strata else strata_of(after)
    return [label for label in strata_of(after) if label not in known]
