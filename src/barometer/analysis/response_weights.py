"""The wish of a wave that those who answered stand for those who did not, carried out on its sample."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.drawn_sample import DrawnSample, drawn_sample
from barometer.codebook.records import Label
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import ResponseAdjustment, Wave
from barometer.microdata.weighting import CROSS

SEED = 2026
"""Of the replicates, so that standard errors can be had again."""
ADJUSTED = Label(
    "Designvægtene er justeret for bortfald {how}; {errors}.",
    "The design weights were adjusted for non-response {how}; {errors}.",
)
CELLS = Label("i celler efter {domains}{joined}", "by cells of {domains}{joined}")
JOINED = Label(
    ", hvor celler med {rule} er lagt sammen med den, hvis svarandel ligger nærmest{within}",
    ", those with {rule} joined to the one of the nearest response rate{within}",
)
FEWER = Label("færre end {minimum} svar", "fewer than {minimum} answers")
LARGER = Label("en faktor over {largest}", "a factor above {largest}")
OR = Label(" eller ", " or ")
WITHIN = Label(" inden for samme {domain}", " in the same {domain}")
CLASSES = Label(
    "i {classes} klasser efter svartilbøjelighed (logistisk model af {domains})",
    "by {classes} classes of response propensity (logistic model of {domains})",
)
INVERSE = Label(
    "med den omvendte svartilbøjelighed (logistisk model af {domains})",
    "by the inverse response propensity (logistic model of {domains})",
)
LINEARIZED = Label(
    "standardfejlene regner med, at faktorerne er skønnet på stikprøven, ved linearisering over hele stikprøven",
    "the standard errors know that the factors were estimated from the sample, by linearization over all of it",
)
LIMITS = Label(", med klassernes grænser som fundet", ", with the limits of the classes as found")
REPLICATED = Label(
    "standardfejlene er fra {replicates} replikater af stikprøven, der hver beregner faktorerne forfra",
    "the standard errors come from {replicates} replicates of the sample, each of which makes the factors anew",
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AdjustedSample:
    """
    The sample of a wave, and the adjustment of its design weights.

    Attributes
    ----------
    sample : DrawnSample
    adjustment : CellAdjustment or PropensityAdjustment
    design : SurveyDesign
        Of those who answered, in the order of the microdata.
    """

    sample: DrawnSample
    adjustment: "survey.CellAdjustment | survey.PropensityAdjustment"
    design: "survey.SurveyDesign"


def adjust_sample(wave: Wave, wish: ResponseAdjustment) -> AdjustedSample:
    """
    Adjust the design weights of a wave for non-response.

    Parameters
    ----------
    wave : Wave
        With the frame it was drawn from.
    wish : ResponseAdjustment

    Raises
    ------
    ArgumentError
        If the wave has no frame, or a variable of the model follows from others.
    UnknownNameError
        If the frame has no register of a name.
    ResponseError
        If nobody in a cell answered, or a propensity is 0 or 1; nothing is weighted then.

    Notes
    -----
    The finite population correction is that of the answers, 1 - r_h/N_h, as in a wave that is not adjusted: a
    correction by units drawn would shrink the part of the variance that is of the answering too.
    """
    sample = drawn_sample(wave)
    found: survey.CellAdjustment | survey.PropensityAdjustment
    if wish.method == "cells":
        found = _by_cells(wish, sample)
    else:
        variables = {title: labels_of(sample.registers, title) for title in wish.domains}
        found = survey.adjust_by_propensity(
            sample.weight,
            sample.answered,
            variables,
            rule=wish.rule,
            classes=wish.classes,
            model_weight=wish.model_weight,
        )
    drawn = np.bincount(sample.stratum, minlength=len(sample.strata))
    reached = np.bincount(sample.stratum, sample.answered, len(sample.strata))
    # A sample of n_h from as many as N_h n_h / r_h has the sampling fraction r_h / N_h.
    size = np.divide(sample.population * drawn, reached, out=np.full(drawn.size, np.inf), where=reached > 0.0)
    design = survey.declare_design(sample.weight, sample.stratum, population=size[sample.stratum], lonely_psu="adjust")
    return AdjustedSample(sample, found, survey.adjust_design(design, sample.answered, found))


def _by_cells(wish: ResponseAdjustment, sample: DrawnSample) -> "survey.CellAdjustment":
    cell = labels_of(sample.registers, CROSS.join(wish.domains))
    return survey.adjust_by_cells(
        sample.weight,
        sample.answered,
        cell,
        parent=labels_of(sample.registers, wish.within) if wish.within else None,
        minimum=wish.minimum,
        largest=np.inf if wish.largest is None else wish.largest,
    )


def labels_of(registers: pd.DataFrame, title: str) -> "pd.Categorical[str]":
    """
    Label units by a register domain of the frame, or by a cross of several, in the codebook's order.

    Raises
    ------
    UnknownNameError
        If the frame has no register of a name.
    ArgumentError
        If the frame leaves one blank for some units.
    """
    codes = np.zeros(len(registers), dtype=np.intp)
    labels = [""]
    for position, name in enumerate(title.split(CROSS)):
        if name not in registers:
            raise UnknownNameError("register in this frame", name, list(registers.columns))
        own = registers[name].cat
        if bad := int((own.codes < 0).sum()):
            raise ArgumentError("margins", f"{name}: {bad:,} units of the sample have no group in the frame")
        groups = [str(group) for group in own.categories]
        labels = groups if position == 0 else [a + CROSS + b for a in labels for b in groups]
        codes = codes * len(groups) + own.codes.to_numpy()
    return pd.Categorical.from_codes(codes, categories=pd.Index(labels))


def response_text(wave: Wave, wish: ResponseAdjustment, *, linearized: bool = False) -> Label:
    """
    Say in both languages how weights were adjusted.

    Parameters
    ----------
    wave : Wave
    wish : ResponseAdjustment
    linearized : bool
        Whether a result took standard errors by linearization where the wish has replicates.
    """

    def written(lang: str) -> str:
        def of(label: Label) -> str:
            return label.da if lang == "da" else label.en

        def named(title: str) -> str:
            return CROSS.join(of(wave.codebook.domain(name).label).lower() for name in title.split(CROSS))

        domains = (CROSS if wish.method == "cells" else ", ").join(named(title) for title in wish.domains)
        if wish.method == "cells":
            how = of(CELLS).format(domains=domains, joined=_joined(wish, of, named))
        else:
            how = of(INVERSE if wish.rule == "inverse" else CLASSES).format(domains=domains, classes=wish.classes)
        if wish.replicates and not linearized:
            errors = of(REPLICATED).format(replicates=wish.replicates)
        else:
            in_classes = wish.method == "propensity" and wish.rule == "classes"
            errors = of(LINEARIZED) + (of(LIMITS) if in_classes else "")
        return of(ADJUSTED).format(how=how, errors=errors)

    return Label(written("da"), written("en"))


def _joined(wish: ResponseAdjustment, of: Callable[[Label], str], named: Callable[[str], str]) -> str:
    rules = []
    if wish.minimum:
        rules.append(of(FEWER).format(minimum=wish.minimum))
    if wish.largest is not None:
        rules.append(of(LARGER).format(largest=f"{wish.largest:g}"))
    if not rules:
        return ""
    within = of(WITHIN).format(domain=named(wish.within)) if wish.within else ""
    return of(JOINED).format(rule=of(OR).join(rules), within=within)
