"""The survey design of a wave, made once, and the facts about the wave that stand beside its results."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.method import DontKnowChoice, Method
from barometer.analysis.response_weights import SEED
from barometer.analysis.weighting import reweighted_design, weighting_texts
from barometer.analysis.weighting_faults import faults_in_words
from barometer.codebook.names import as_names
from barometer.codebook.published import WaveRecord
from barometer.codebook.records import Domain, Label
from barometer.errors import ArgumentError, Fault
from barometer.microdata import ResponseAdjustment, Wave

_SAMPLES: "WeakKeyDictionary[Wave, survey.SurveyDesign]" = WeakKeyDictionary()
_REPLICATES: "WeakKeyDictionary[Wave, survey.ReplicateDesign]" = WeakKeyDictionary()


def wave_design(wave: Wave) -> "survey.SurveyDesign | survey.ReplicateDesign":
    """
    Return the design that estimates of a wave are made with: its sampling design, or replicates if it wishes them.

    Notes
    -----
    Replicates are Rao and Wu's bootstrap of the whole sample, in which every step of the weighting is done anew; they
    are the same at every run.
    """
    design, replicates = sampling_design(wave), replicates_of(wave)
    if not replicates:
        return design
    if wave not in _REPLICATES:
        with faults_in_words(wave):
            _REPLICATES[wave] = survey.make_replicates(design, "rao_wu", replicates=replicates, seed=SEED)
    return _REPLICATES[wave]


def replicates_of(wave: Wave) -> int:
    """Return how many replicates the standard errors of a wave come from; 0 where they are linearized."""
    return max((step.replicates for step in wave.weighting if isinstance(step, ResponseAdjustment)), default=0)


def sampling_design(wave: Wave) -> "survey.SurveyDesign":
    """
    Return the stratified design of a wave: its weights, strata and population sizes; reweighted, if the wave wishes it.

    Notes
    -----
    Answering is treated as a second random draw inside each stratum, so n_h is the number of answers and the finite
    population correction is 1 - n_h/N_h.
    """
    if wave not in _SAMPLES:
        codes, names = wave.stratum
        stratum = pd.Categorical.from_codes(codes, pd.Index(names))
        delivered = survey.declare_design(wave.microdata["weight"], stratum, population=wave.population[codes])
        _SAMPLES[wave] = reweighted_design(wave, delivered) if wave.weighting else delivered
    return _SAMPLES[wave]


def wave_method(wave: Wave, choices: "survey.Choices", dont_know: DontKnowChoice) -> Method:
    """Say how estimates of a wave are made, under the choices of a call."""
    design = sampling_design(wave)
    return Method(
        wave=wave.record.number,
        period=wave.record.period,
        provenance=wave.provenance,
        strata=design.facts.strata,
        design_df=design.df,
        df_rule=choices.df,
        interval=choices.interval,
        confidence=choices.confidence,
        dont_know=dont_know,
        weighted=bool((design.weight != 1.0).any()),
        corrected=design.facts.corrected,
        weighting=weighting_texts(wave),
        replicates=replicates_of(wave),
    )


def wave_groups(wave: Wave, by: str | Sequence[str] | None) -> "tuple[tuple[Domain, ...], survey.Groups]":
    """
    Code the workplaces of a wave by one domain, or by several that are crossed.

    Returns
    -------
    tuple of Domain
    Groups
        All groups of one domain; of a cross those that have answers.

    Raises
    ------
    UnknownNameError
        If there is no such domain in the wave.
    ArgumentError
        If one is named twice.
    """
    names = () if by is None else as_names("by", by, "sector")
    if len(set(names)) < len(names):
        raise ArgumentError("by", "names the same domain twice")
    domains = tuple(wave.codebook.domain(name) for name in names)
    labels = {
        domain.name: pd.Categorical.from_codes(
            wave.domain_codes(domain.name), pd.Index([group.code for group in domain.groups])
        )
        for domain in domains
    }
    return domains, survey.group_rows(labels or None, wave.n)


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
        weighted=bool((sampling_design(wave).weight != 1.0).any()),
        fitted=wave.is_synthetic and any(claim.fitted for claim in wave.codebook.claims),
        notes=(*corrected, *wave.warnings),
    )
