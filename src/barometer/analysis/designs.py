"""The survey design of a wave, made once, and the facts about the wave that stand beside its results."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.method import DontKnowChoice, Method
from barometer.analysis.weighting import calibrated_design, weighting_text
from barometer.codebook.names import as_names
from barometer.codebook.published import WaveRecord
from barometer.codebook.records import Domain, Label
from barometer.errors import ArgumentError, Fault
from barometer.microdata import Wave

_DESIGNS: "WeakKeyDictionary[Wave, survey.SurveyDesign]" = WeakKeyDictionary()


def wave_design(wave: Wave) -> "survey.SurveyDesign":
    """
    Return the stratified design of a wave: its weights, strata and population sizes; calibrated, if the wave wishes it.

    Notes
    -----
    Answering is treated as a second random draw inside each stratum, so n_h is the number of answers and the finite
    population correction is 1 - n_h/N_h.
    """
    if wave not in _DESIGNS:
        codes, names = wave.stratum
        stratum = pd.Categorical.from_codes(codes, pd.Index(names))
        delivered = survey.declare_design(wave.microdata["weight"], stratum, population=wave.population[codes])
        _DESIGNS[wave] = calibrated_design(wave, delivered) if wave.weighting else delivered
    return _DESIGNS[wave]


def check_wave(wave: object) -> None:
    """
    Refuse what is no wave.

    Raises
    ------
    ArgumentError
    """
    if not isinstance(wave, Wave):
        raise ArgumentError("wave", f"must be a wave, as load_wave gives; got {type(wave).__name__}")


def wave_method(wave: Wave, choices: "survey.Choices", dont_know: DontKnowChoice) -> Method:
    """Say how estimates of a wave are made, under the choices of a call."""
    design = wave_design(wave)
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
        weighting=tuple(weighting_text(wave, step) for step in wave.weighting),
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
        weighted=bool((wave_design(wave).weight != 1.0).any()),
        fitted=wave.is_synthetic and any(claim.fitted for claim in wave.codebook.claims),
        notes=(*corrected, *wave.warnings),
    )
