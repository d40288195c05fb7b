"""The survey design of a wave, made once, and the facts about the wave that stand beside its results."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from barometer import survey
from barometer.codebook.published import WaveRecord
from barometer.codebook.records import Label
from barometer.errors import Fault
from barometer.microdata import Wave

_DESIGNS: "WeakKeyDictionary[Wave, survey.SurveyDesign]" = WeakKeyDictionary()


def wave_design(wave: Wave) -> "survey.SurveyDesign":
    """
    Return the stratified design of a wave: its weights, strata and population sizes.

    Notes
    -----
    Answering is treated as a second random draw inside each stratum, so n_h is the number of answers and the finite
    population correction is 1 - n_h/N_h.
    """
    if wave not in _DESIGNS:
        codes, names = wave.stratum
        stratum = pd.Categorical.from_codes(codes, pd.Index(names))
        _DESIGNS[wave] = survey.declare_design(wave.microdata["weight"], stratum, population=wave.population[codes])
    return _DESIGNS[wave]


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """
    What a wave is, counted from its microdata and never quoted.

    Attributes
    ----------
    record : WaveRecord
    unit : Label
        What answered, in the plural.
    answers : int
    sampled : int or None
        Units drawn; None when the frame was not delivered.
    population : int or None
        Units in the strata together; None where their sizes are not known.
    strata : tuple of Label
        The register domains whose cross is the strata; empty for a sample without.
    weighted : bool
        Whether answers stand for more than themselves.
    fitted : bool
        Whether synthetic microdata are made to agree with claims of the codebook.
    notes : tuple of Fault
        What the checks found odd about the delivery, and that values were corrected.
    """

    record: WaveRecord
    unit: Label
    answers: int
    sampled: int | None
    population: int | None
    strata: tuple[Label, ...]
    weighted: bool
    fitted: bool
    notes: tuple[Fault, ...]


def wave_facts(wave: Wave) -> WaveFacts:
    """Count what answered, was drawn, and makes up the population."""
    population = float(wave.population.sum())
    changed = wave.provenance.corrections
    corrected = [Fault("correction", f"answers corrected after the file was read: {changed:,}")] if changed else []
    return WaveFacts(
        record=wave.record,
        unit=wave.codebook.about.unit_label,
        answers=wave.n,
        sampled=wave.sampled,
        population=round(population) if np.isfinite(population) else None,
        strata=tuple(wave.codebook.domain(name).label for name in wave.record.stratum),
        weighted=bool((wave.microdata["weight"] != 1.0).any()),
        fitted=wave.is_synthetic and any(claim.fitted for claim in wave.codebook.claims),
        notes=(*corrected, *wave.warnings),
    )
