"""Counts of a delivery held against what was published of its wave."""

from collections.abc import Mapping

import numpy as np

from barometer.errors import Fault
from barometer.microdata.arrays import BoolArray
from barometer.microdata.wave import Wave

ROUNDED = 0.05
"""Relative gap from which units drawn and the population differ from a record; those are published in round numbers."""


def check_published(wave: Wave, unread: Mapping[str, BoolArray], faults: list[Fault]) -> None:
    """
    Hold the wave's counts, and the answers in each base, against those on record.

    Parameters
    ----------
    wave : Wave
        A real delivery; synthetic microdata are held against their claims by `verify`.
    unread : dict of str to (n,) bool
        Answer columns with something that could not be read; bases that rest on them are passed over.
    faults : list of Fault
        Gets what is found: rules wave-record and published-n.
    """
    _check_record(wave, faults)
    lost = {wave.columns[name].question for name in unread}
    counts = [
        (claim.base, wave.base_size(claim.base), int(claim.published))
        for claim in wave.codebook.wave_claims(wave.record.number)
        if claim.statistic == "count"
        and claim.published is not None
        and wave.codebook.base(claim.base).of is not None
        and not lost & wave.codebook.questions_behind_base(claim.base)
    ]
    differing = [f"{base} {n:,} ({published:,})" for base, n, published in dict.fromkeys(counts) if n != published]
    if differing:
        message = f"answers in a base, and in brackets as many as were published: {', '.join(differing)}"
        faults.append(Fault("published-n", message))


def _check_record(wave: Wave, faults: list[Fault]) -> None:
    record = wave.record
    found = [
        ("answers", wave.n, record.answers, 0.0),
        ("drawn", wave.sampled, record.sample, ROUNDED),
        ("population", _population(wave), record.population, ROUNDED),
    ]
    differing = [
        f"{name} {n:,} ({known:,})"
        for name, n, known, margin in found
        if n is not None and known is not None and abs(n - known) > margin * known
    ]
    if differing:
        faults.append(Fault("wave-record", f"counted, and in brackets as on record: {', '.join(differing)}"))


def _population(wave: Wave) -> int | None:
    """Add up the sizes of the strata; None where they are not known, or a row lacks its size or its stratum."""
    data, registers = wave.microdata, wave.record.stratum
    if "population" not in data or any(name not in data or data[name].isna().any() for name in registers):
        return None
    population = wave.population.sum()
    return round(population) if np.isfinite(population) else None
