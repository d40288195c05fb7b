"""The wish of a wave about its weights carried out: targets by codebook names, and the calibrated design."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.drawn_sample import DrawnSample, drawn_sample
from barometer.analysis.response_weights import adjust_sample, response_text
from barometer.analysis.weighting_faults import faults_in_words
from barometer.codebook.records import Label
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import ResponseAdjustment, Wave, Weighting
from barometer.microdata.weighting import CROSS

METHODS = {
    "raking": Label("raking", "raking"),
    "linear": Label("lineær kalibrering", "linear calibration"),
    "logit": Label("logit-kalibrering", "logit calibration"),
    "poststratify": Label("efterstratificering", "post-stratification"),
}
REWEIGHTED = Label(
    "Vægtene er flyttet fra {start} ved {method} til {counts} efter {margins}{cut}; standardfejlene regner det med"
    "{swept}.",
    "The weights were moved from {start} by {method} to {counts} by {margins}{cut}; the standard errors know it"
    "{swept}.",
)
SWEPT = Label(
    ", af residualer taget margen for margen som i R's rake",
    ", from residuals swept over the margins in turn as in R's rake",
)
GOING_ON = Label("dem fra trinnet før", "those of the step before")
AFTER_RESPONSE = Label("dem, der er justeret for bortfald,", "those adjusted for non-response")
STARTS = {
    "delivered": Label("de leverede", "those delivered"),
    "design": Label("designvægtene, skaleret til populationen,", "the design weights, scaled to the population,"),
}
COUNTS = {
    True: Label("rammens antal", "the counts of the frame"),
    False: Label("oplyste antal", "given counts"),
}
BOUNDS = Label(", ny over gammel mellem {low} og {high}", ", new over old between {low} and {high}")
TRIMMED = Label(", ingen vægt under {low} eller over {high}", ", no weight below {low} or above {high}")


def reweighted_design(wave: Wave, delivered: "survey.SurveyDesign") -> "survey.SurveyDesign":
    """
    Adjust and move the delivered weights of a wave as it wishes, one step after the other.

    Raises
    ------
    CalibrationError, ResponseError
        With every group and count at fault, in the words of the codebook; nothing is weighted then.
    ArgumentError, UnknownNameError
        If there are no counts, or no such domain or group.
    """
    design = delivered
    for step in wave.weighting:
        with faults_in_words(wave):
            if isinstance(step, ResponseAdjustment):
                design = adjust_sample(wave, step).design
            else:
                design = _calibrated(wave, step, design)
    return design


def _calibrated(wave: Wave, step: Weighting, design: "survey.SurveyDesign") -> "survey.SurveyDesign":
    if step.start == "design":
        design = _design_weights(wave)
    targets = targets_of(wave, step)
    if step.trim is not None:
        design = survey.limit_design(design, targets, *step.trim, method=step.method, bounds=step.bounds)
    return survey.calibrate_design(design, targets, method=step.method, bounds=step.bounds, residuals=step.residuals)


def _design_weights(wave: Wave) -> "survey.SurveyDesign":
    """Return the design of those who answered: units of the frame over units drawn, scaled to the population."""
    codes, names = wave.stratum
    stratum = pd.Categorical.from_codes(codes, pd.Index(names))
    return survey.declare_design(scaled_design_weights(drawn_sample(wave)), stratum, population=wave.population[codes])


def scaled_design_weights(sample: DrawnSample) -> NDArray[np.float64]:
    """Return the design weights of those who answered, scaled to the population: (r,)."""
    weight = sample.weight[sample.answered]
    return np.asarray(weight * (sample.population.sum() / weight.sum()))


def targets_of(wave: Wave, step: Weighting) -> "survey.Targets":
    """
    Return the counts that a wish aims at, with the group of every workplace.

    Raises
    ------
    CalibrationError, ArgumentError, UnknownNameError
        As `calibrated_design`.
    """
    counts = {title: frame_counts(wave, title) for title in step.domains} if step.counts is None else step.counts
    columns = {title: _labels(wave, title) for title in step.domains}
    known = {title: _checked(wave, title, counts[title]) for title in step.domains}
    return survey.declare_targets(columns, known)


def frame_counts(wave: Wave, title: str) -> dict[str, float]:
    """
    Count the population by a register domain, or by a cross of several.

    Raises
    ------
    ArgumentError
        If neither the frame nor the sizes of the strata tell.
    """
    names = title.split(CROSS)
    for name in names:
        wave.codebook.domain(name)
    if wave.frame is not None and set(names) <= set(wave.frame.registers):
        table, size = wave.frame.counts, wave.frame.counts["units"].to_numpy(np.float64)
    elif set(names) <= set(wave.record.stratum) and np.isfinite(wave.population).all():
        codes, names_of = wave.stratum
        _, first = np.unique(codes, return_index=True)
        table, size = wave.microdata.iloc[first], wave.population[: len(names_of)]
    else:
        known = wave.frame.registers if wave.frame is not None else wave.record.stratum
        raise ArgumentError(
            "margins",
            f"{title}: the frame does not tell how many there are of each group (it knows "
            f"{', '.join(known) or 'none'}); give the counts",
        )
    groups = [table[name].astype(str).to_numpy() for name in names]
    labels = pd.Index([CROSS.join(parts) for parts in zip(*groups, strict=True)])
    summed = pd.Series(size, index=labels).groupby(level=0, sort=False).sum()
    return {label: float(summed[label]) for label in _in_order(wave, names, list(summed.index))}


def _in_order(wave: Wave, names: list[str], labels: list[str]) -> list[str]:
    """Sort groups as the codebook has them."""
    places = [{group.code: i for i, group in enumerate(wave.codebook.domain(name).groups)} for name in names]
    return sorted(
        labels,
        key=lambda label: [place.get(code, -1) for place, code in zip(places, label.split(CROSS), strict=True)],
    )


def _labels(wave: Wave, title: str) -> list[str | None]:
    """Group of each workplace by a domain or a cross; None where it is in none."""
    labels: list[str | None] = [""] * wave.n
    for position, name in enumerate(title.split(CROSS)):
        codes = [group.code for group in wave.codebook.domain(name).groups]
        own = [codes[code] if code >= 0 else None for code in wave.domain_codes(name)]
        pairs = zip(labels, own, strict=True)
        labels = own if position == 0 else [None if a is None or b is None else a + CROSS + b for a, b in pairs]
    return labels


def _checked(wave: Wave, title: str, counts: Mapping[str, float]) -> Mapping[str, float]:
    """
    Refuse groups that the codebook does not have.

    Raises
    ------
    UnknownNameError
    """
    domains = [wave.codebook.domain(name) for name in title.split(CROSS)]
    for label in counts:
        parts = label.split(CROSS)
        if len(parts) != len(domains):
            raise ArgumentError("margins", f"{title}: {label!r} does not name one group of each domain")
        for domain, code in zip(domains, parts, strict=True):
            known = [group.code for group in domain.groups]
            if code not in known:
                raise UnknownNameError(f"group of {domain.name}", code, known)
    return counts


def waves_text(waves: Sequence[Wave]) -> Label:
    """Say of several waves whose weights were moved, and how; empty where none were. Changes are by linearization."""
    found = [
        (wave, weighting_text(wave, place, linearized=True)) for wave in waves for place in range(len(wave.weighting))
    ]
    return Label(
        "".join(f" Bølge {wave.record.number}: {said.da}" for wave, said in found),
        "".join(f" Wave {wave.record.number}: {said.en}" for wave, said in found),
    )


def weighting_texts(wave: Wave) -> tuple[Label, ...]:
    """Say in both languages what was done to the weights of a wave, step by step."""
    return tuple(weighting_text(wave, place) for place in range(len(wave.weighting)))


def weighting_text(wave: Wave, place: int, *, linearized: bool = False) -> Label:
    """
    Say in both languages what one step did to the weights.

    Parameters
    ----------
    wave : Wave
    place : int
        Of the step.
    linearized : bool
        As for `response_text`.
    """
    step = wave.weighting[place]
    if isinstance(step, ResponseAdjustment):
        return response_text(wave, step, linearized=linearized)
    if place == 0:
        return _moved_text(wave, step, STARTS[step.start])
    before = wave.weighting[place - 1]
    return _moved_text(wave, step, AFTER_RESPONSE if isinstance(before, ResponseAdjustment) else GOING_ON)


def _moved_text(wave: Wave, step: Weighting, start: Label) -> Label:
    def written(lang: str) -> str:
        def of(label: Label) -> str:
            return label.da if lang == "da" else label.en

        def number(end: float) -> str:
            return f"{end:g}".replace(".", "," if lang == "da" else ".")

        margins = [CROSS.join(of(wave.codebook.domain(n).label).lower() for n in t.split(CROSS)) for t in step.domains]
        cut = "".join(
            of(words).format(low=number(pair[0]), high=number(pair[1]))
            for words, pair in ((TRIMMED, step.trim), (BOUNDS, step.bounds))
            if pair is not None
        )
        return of(REWEIGHTED).format(
            start=of(start),
            method=of(METHODS[step.method]),
            counts=of(COUNTS[step.counts is None]),
            margins=", ".join(margins),
            cut=cut,
            swept=of(SWEPT) if step.residuals == "sweep" else "",
        )

    return Label(written("da"), written("en"))
