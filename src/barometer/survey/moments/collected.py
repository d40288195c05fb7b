"""Moments: the sums of a sample, and of what they are."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from barometer.errors import ArgumentError, MomentsError, check_all, check_choice, check_kind
from barometer.survey.arrays import IntArray
from barometer.survey.merging import add_up, alike
from barometer.survey.moments.outcomes import keep_outcomes, listed
from barometer.survey.moments.partitions import NamedSums, add_parts
from barometer.survey.stages import DesignFacts, Stage
from barometer.survey.sums import CellSums

CommonOutcomes = Literal["same", "common"]


@dataclass(frozen=True, slots=True)
class MomentsNote:
    """
    What has to stand beside numbers that are made of the sums.

    Attributes
    ----------
    outcome : str
        Empty where it is about all of them.
    da, en : str
    """

    outcome: str
    da: str
    en: str

    def text(self, lang: Literal["da", "en"]) -> str:
        """Return it in one language."""
        return self.da if lang == "da" else self.en


@dataclass(frozen=True, slots=True)
class MomentsPart:
    """
    One set of rows that was added up, once.

    Attributes
    ----------
    id : str
        What its sums are, as a fingerprint: the same rows and outcomes give the same.
    sample : str
        The sample it is of, for instance a country and a year. Samples are drawn independently.
    name : str
        The part of that sample; empty where it is the whole.
    notes : tuple of MomentsNote
    """

    id: str
    sample: str
    name: str
    notes: tuple[MomentsNote, ...] = ()

    def __str__(self) -> str:
        """Say which it is."""
        return f"{self.sample}, {self.name}" if self.name else self.sample


KINDS = {
    "statistic": "another statistic",
    "names": "other outcomes",
    "domains": "other domains",
    "across": "products of outcomes where the other has none, or none where it has,",
}
"""What sums have to have in common, in words."""
TOLD = ("names", "domains")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Moments:
    """
    Sums with their history.

    Attributes
    ----------
    sums : CellSums
        Give it to `summarise`.
    parts : tuple of MomentsPart
        What has been added up.
    checked : str
        The policy under which they may leave the place where they were made; empty where nobody has checked.
    """

    sums: CellSums
    parts: tuple[MomentsPart, ...]
    checked: str = ""

    def __repr__(self) -> str:
        """Say what it is."""
        sums = self.sums
        return (
            f"<Moments: {len(sums.names)} outcomes in {sums.groups} groups, {sums.group.size:,} cells, "
            f"{len(self.parts)} part(s) of {len(self.samples)} sample(s)>"
        )

    @property
    def notes(self) -> tuple[MomentsNote, ...]:
        """What has to stand beside numbers made of the sums: about all outcomes, and about those that are there."""
        found = dict.fromkeys(note for part in self.parts for note in part.notes)
        return tuple(note for note in found if note.outcome in ("", *self.sums.names))

    @property
    def samples(self) -> tuple[str, ...]:
        """Samples in the order in which they were added."""
        return tuple(dict.fromkeys(part.sample for part in self.parts))

    def save(self, path: str | Path) -> None:
        """
        Write a folder with the sums and what they are; see `load_moments`.

        Raises
        ------
        OutputError
            If the folder is there already, or cannot be written.
        """
        from barometer.survey.moments.files import write_moments

        write_moments(self, Path(path))


def collect_moments(sums: CellSums, *, sample: str, part: str = "", notes: Sequence[MomentsNote] = ()) -> Moments:
    """
    Name sums by the sample, and the part of it, that they are of.

    Parameters
    ----------
    sums : CellSums
    sample : str
        For instance "denmark 2023".
    part : str
        For instance a region; empty for the whole sample.
    notes : sequence of MomentsNote
        What has to stand beside every number made of them.

    Returns
    -------
    Moments

    Raises
    ------
    ArgumentError
        If the sample has no name, or the sums are of a calibrated design, whose residuals are not in a file.

    Examples
    --------
    >>> from barometer.survey import collect_moments, declare_design, estimate_shares
    >>> found = estimate_shares(declare_design([2.0, 2.0, 4.0]), [1, 0, 1])
    >>> collect_moments(found.sums, sample="denmark 2023")
    <Moments: 1 outcomes in 0 groups, 1 cells, 1 part(s) of 1 sample(s)>
    """
    check_kind("sums", sums, CellSums, "sums, as sum_cells makes and the .sums of estimates")
    check_kind("sample", sample, str, "the name of the sample, for instance 'denmark 2023'")
    if not sample:
        raise ArgumentError("sample", "is empty: name the sample, so that it is not counted twice")
    if sums.residuals is not None:
        raise ArgumentError("sums", "are of calibrated weights; only sums of weights as they are can be kept in files")
    return Moments(sums, (MomentsPart(fingerprint(sums), sample, part, tuple(notes)),))


def fingerprint(sums: CellSums) -> str:
    """Return a fingerprint of the numbers of sums and of what they are of."""
    digest = hashlib.sha256(repr((sums.statistic, sums.names, sums.domains, sums.labels)).encode())
    for array in (sums.cluster, sums.group, sums.rows, sums.weight, sums.weight_sq, sums.centre, sums.numerator):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def merge_moments(
    several: Sequence[Moments], *, domain: str | None = None, outcomes: CommonOutcomes = "same"
) -> Moments:
    """
    Add up moments: parts of one sample, or samples that were drawn independently.

    Parameters
    ----------
    several : sequence of Moments
        Of the same outcomes, statistic and domains. Samples have designs of their own, with strata of their own.
    domain : str, optional
        Name of a domain that tells the samples apart in the result, for comparisons between them; without it they are
        pooled only. What was merged so before takes further samples.
    outcomes : {"same", "common"}
        Whether all have to be of the same outcomes, or those are kept that all have, in the order of the first.

    Returns
    -------
    Moments

    Raises
    ------
    MomentsError
        If a part is counted twice, or does not fit the others; with its name.
    ArgumentError
        If there is nothing to merge, or the domain is there already.

    Notes
    -----
    Samples share no unit, so that the variance of their sum is the sum of their variances: the strata of each stand
    beside those of the others. Under the rule "average" a lonely stratum gets the mean of its own sample's.

    Parts of one sample that were declared by themselves, a file or a region each, may have strata and sampling units in
    common or not: those of the same label are the same. Units drawn add up, a stratum's population size (or sampling
    fraction) is that of the whole stratum in every part, and which strata are lonely follows from the whole. Declare
    such parts with a rule for lonely units where a part may have one alone. Parts made by `design.subset` carry the
    design of the whole sample already.
    """
    check_all("several", several, Moments, "moments in a list, as collect_moments makes")
    check_choice("outcomes", outcomes, CommonOutcomes)
    if outcomes == "common":
        several = _of_common_outcomes(several)
    if domain is not None:
        several = [_with_domain(moments, domain) for moments in several]
    check_fit(several)
    of_sample: dict[str, list[Moments]] = {}
    together: dict[str, str] = {}
    for moments in several:
        key = " + ".join(moments.samples)
        if any(together.setdefault(sample, key) != key for sample in moments.samples):
            raise _several_samples(moments)
        of_sample.setdefault(key, []).append(moments)
    whole = [add_parts([NamedSums(str(m.parts[0]), m.sums) for m in parts]) for parts in of_sample.values()]
    parts = tuple(part for moments in several for part in moments.parts)
    checked = several[0].checked if len({moments.checked for moments in several}) == 1 else ""
    return Moments(whole[0] if len(whole) == 1 else _beside(whole, list(of_sample)), parts, checked)


def _of_common_outcomes(several: Sequence[Moments]) -> list[Moments]:
    common = [name for name in several[0].sums.names if all(name in moments.sums.names for moments in several)]
    if not common:
        names = [str(moments.parts[0]) for moments in several]
        raise MomentsError(names[-1], f"has no outcome in common with {listed(names[:-1])}")
    return [replace(moments, sums=keep_outcomes(moments.sums, common)) for moments in several]


def check_fit(several: Sequence[Moments]) -> None:
    """
    Refuse what is counted twice or is of something else than the first.

    Raises
    ------
    MomentsError
        With the name of the part.
    """
    seen: dict[str, str] = {}
    parts_of: dict[str, list[MomentsPart]] = {}
    first = several[0].sums
    for moments in several:
        for part in moments.parts:
            if part.id in seen:
                raise MomentsError(str(part), f"is counted twice: it has the sums of {seen[part.id]!r}")
            if str(part) in seen.values():
                raise MomentsError(str(part), "is counted twice: another part has its name")
            seen[part.id] = str(part)
            parts_of.setdefault(part.sample, []).append(part)
        for what, word in KINDS.items():
            if getattr(moments.sums, what) != getattr(first, what):
                told = _difference(getattr(moments.sums, what), getattr(first, what)) if what in TOLD else ""
                raise MomentsError(str(moments.parts[0]), f"has {word} than {several[0].parts[0]}{told}")
    for sample, parts in parts_of.items():
        if len(parts) > 1 and not all(part.name for part in parts):
            named = next((str(part) for part in parts if part.name), "")
            raise MomentsError(named, f"is counted twice: {sample} is there as a whole, with all of its parts")


def _difference(own: Sequence[str], others: Sequence[str]) -> str:
    """Say which names are lacking and which are more."""
    lacking, more = ([name for name in one if name not in other] for one, other in ((others, own), (own, others)))
    said = [f"{word} {listed(names)}" for word, names in (("it lacks", lacking), ("it has", more)) if names]
    return f": {'; '.join(said)}" if said else ": they stand in another order"


def _with_domain(moments: Moments, domain: str) -> Moments:
    """Put the sample before the labels of each group, unless that was done when it was merged of several samples."""
    sums = moments.sums
    if len(moments.samples) > 1 and sums.domains[:1] == (domain,):
        return moments
    if len(moments.samples) > 1:
        raise _several_samples(moments)
    if domain in sums.domains:
        raise ArgumentError("domain", f"the moments have a domain {domain!r} already: give another name")
    (sample,) = moments.samples
    if not sums.domains:  # without other domains every row of it is in its group
        told = replace(sums, domains=(domain,), labels=((sample,),), group=np.zeros_like(sums.group))
    else:
        labels = tuple((sample, *label) for label in sums.labels)
        told = replace(sums, domains=(domain, *sums.domains), labels=labels)
    return replace(moments, sums=told)


def _several_samples(moments: Moments) -> MomentsError:
    return MomentsError(
        str(moments.parts[0]),
        "meets a file that holds several samples already: put the parts of each sample together first",
    )


def _beside(whole: Sequence[CellSums], names: Sequence[str]) -> CellSums:
    """Put samples beside each other, each with clusters of its own."""
    facts = _facts_beside([sums.facts for sums in whole], names)
    pilot = np.concatenate([sums.pilot for sums in whole])
    starts = np.cumsum([0, *(sums.facts.clusters for sums in whole)])
    parts = [
        replace(sums, facts=facts, cluster=sums.cluster + int(start), pilot=pilot)
        for sums, start in zip(whole, starts[:-1], strict=True)
    ]
    return add_up(alike(parts), facts)


def _facts_beside(several: Sequence[DesignFacts], names: Sequence[str]) -> DesignFacts:
    first = several[0]
    for facts, name in zip(several[1:], names[1:], strict=True):
        kinds = [(one.lonely_psu, one.lonely_domain, [stage.of_rows for stage in one.stages]) for one in (first, facts)]
        if kinds[0] != kinds[1]:
            raise MomentsError(name, f"has other stages of sampling, or another rule for lonely units, than {names[0]}")
    stages = []
    for position in range(len(first.stages)):
        before = [facts.stages[position - 1] if position else None for facts in several]
        stages.append(_stage_beside([facts.stages[position] for facts in several], before))
    pilot = np.concatenate([facts.pilot for facts in several])
    df = sum(facts.df for facts in several)
    return DesignFacts(tuple(stages), first.lonely_psu, first.lonely_domain, df, pilot)


def _stage_beside(stages: Sequence[Stage], before: Sequence[Stage | None]) -> Stage:
    units = [stage.stratum.size for stage in stages]
    unit = None
    if all(stage.unit is not None for stage in stages):
        unit = _shifted([np.asarray(stage.unit) for stage in stages], units)
    parents = [1 if stage is None else stage.stratum.size for stage in before]
    return Stage(
        unit,
        _shifted([stage.stratum for stage in stages], [stage.n.size for stage in stages]),
        np.concatenate([stage.n for stage in stages]),
        np.concatenate([stage.fraction for stage in stages]),
        np.concatenate([stage.multiplier for stage in stages]),
        _shifted([stage.parent for stage in stages], parents),
    )


def _shifted(codes: Sequence[IntArray], sizes: Sequence[int]) -> IntArray:
    """Give the codes of each sample numbers of their own."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.concatenate([code + int(start) for code, start in zip(codes, starts, strict=True)])
