"""What a reviewer looks at before a wave is published: answers per base, and weights against the frame."""

from dataclasses import dataclass

import numpy as np

from barometer.analysis.designs import wave_design
from barometer.codebook.records import Label
from barometer.microdata import Wave


@dataclass(frozen=True, slots=True)
class BaseCount:
    """
    Units of one base.

    Attributes
    ----------
    label : Label
    answers : int or None
        Counted; None where it is suppressed.
    published : int or None
        As printed; None where no number is.
    """

    label: Label
    answers: int | None
    published: int | None


@dataclass(frozen=True, slots=True)
class MarginCheck:
    """
    What the weights of a group add up to, beside its size.

    Attributes
    ----------
    domain, group : Label
    answers : int or None
        None where it is suppressed.
    weights : float
        Their sum; nan where it is suppressed.
    population : float
        Units of the group in the frame, or in the strata that have answers where no frame was delivered.
    """

    domain: Label
    group: Label
    answers: int | None
    weights: float
    population: float

    @property
    def ratio(self) -> float:
        """Sum of weights over units; 1 where the weights reach the frame, nan for a group without units."""
        return self.weights / self.population if self.population else float("nan")


@dataclass(frozen=True, slots=True)
class WaveQuality:
    """
    Counts of one wave, no row of it.

    Attributes
    ----------
    bases : tuple of BaseCount
        Those that indicators of the wave use.
    margins : tuple of MarginCheck
        Groups of the domains whose cross is the strata; empty where their sizes are not known.
    """

    bases: tuple[BaseCount, ...]
    margins: tuple[MarginCheck, ...]


def wave_quality(wave: Wave) -> WaveQuality:
    """Count the answers of every base, and hold the weights against the frame."""
    book = wave.codebook
    used = dict.fromkeys(indicator.base for indicator in book.indicators.values())
    printed = {
        claim.base: int(claim.published)
        for claim in book.claims
        if claim.statistic == "count" and not claim.domain and claim.published is not None
    }
    bases = tuple(BaseCount(book.base(name).label, wave.base_size(name), printed.get(name)) for name in used)
    known = bool(np.isfinite(wave.population).all())
    return WaveQuality(bases, tuple(_margins(wave)) if known else ())


def _margins(wave: Wave) -> list[MarginCheck]:
    weights = wave_design(wave).weight
    stratum, _ = wave.stratum
    # Each row's part of its stratum: parts of the rows of a group add up to the units of its strata.
    part = wave.population[stratum] / np.bincount(stratum)[stratum]
    rows = []
    for name in wave.record.stratum:
        domain, codes = wave.codebook.domain(name), wave.domain_codes(name)
        framed = _framed(wave, name)
        for position, group in enumerate(domain.groups):
            inside = codes == position
            units = float(part[inside].sum()) if framed is None else framed.get(group.code, 0.0)
            answers = int(inside.sum())
            if answers or units:
                rows.append(MarginCheck(domain.label, group.label, answers, float(weights[inside].sum()), units))
    return rows


def _framed(wave: Wave, domain: str) -> dict[str, float] | None:
    """Units of each group in the frame; None where the frame does not know the domain."""
    if wave.frame is None or domain not in wave.frame.registers:
        return None
    units = wave.frame.counts.groupby(domain, observed=True)["units"].sum()
    return {str(group): float(count) for group, count in units.items()}
