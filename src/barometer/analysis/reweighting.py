"""Weights of a wave adjusted for non-response or moved to counts of the population, and what that did."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.designs import sampling_design, wave_design, wave_method
from barometer.analysis.drawn_sample import delivered_frame
from barometer.analysis.response_factors import response_factors
from barometer.analysis.response_weights import adjust_sample
from barometer.analysis.weight_report import HEADINGS, Reweighting
from barometer.analysis.weighting import frame_counts, scaled_design_weights
from barometer.analysis.weighting_faults import faults_in_words
from barometer.analysis.weighting_wishes import weighting_step
from barometer.errors import ArgumentError, check_choice
from barometer.microdata import ResponseAdjustment, StartWeights, Wave, Weighting, WeightingMethod, check_wave
from barometer.microdata.response_wish import (
    RESPONSE_METHODS,
    ModelWeight,
    PropensityRule,
    ResponseMethod,
)
from barometer.microdata.weighting import (
    FRAME,
    METHODS,
    ResidualRule,
)

Name = str | tuple[str, ...]
Margins = Mapping[Name, Mapping[Name, float]] | pd.DataFrame | Sequence[Name] | Literal["frame"]

CLASSES = 20
"""Of new weight over old."""


def reweight(
    wave: Wave,
    margins: Margins = FRAME,
    *,
    method: WeightingMethod | ResponseMethod = "raking",
    bounds: tuple[float, float] | None = None,
    trim: tuple[float, float] | None = None,
    start: StartWeights | None = None,
    residuals: ResidualRule | None = None,
    minimum: int | None = None,
    largest: float | None = None,
    within: str | None = None,
    rule: PropensityRule | None = None,
    classes: int | None = None,
    model_weight: ModelWeight | None = None,
    replicates: int | None = None,
) -> Reweighting:
    """
    Adjust the weights of a wave for non-response, or move them to counts of the population.

    Parameters
    ----------
    wave : Wave
        It stays as it is. One that was reweighted is reweighted again, on top: adjust first, then calibrate.
    margins : mapping, DataFrame, sequence of names, or "frame"
        Population counts: a mapping of a domain to a mapping of its groups to counts; a tuple of domains crosses them,
        with tuples of groups, or "sector x size" with "health x small". A DataFrame has the columns domain, group and
        count. Names alone take the counts of the wave's frame, or of the sizes of its strata; "frame" does so for all
        registers that the frame knows. For non-response, names of registers of the frame: cells are the cross of all,
        propensities are modelled on each ("sector x size" is one variable); "frame" is those of the strata.
    method : {"raking", "linear", "logit", "poststratify", "cells", "propensity"}
        Calibration, see `barometer.survey.calibrate_weights`; or adjustment for non-response of the design weights,
        units of the frame over units drawn, in cells or by a logistic model of who answered.
    bounds : (float, float), optional
        Calibration: least and most of new weight over old.
    trim : (float, float), optional
        Calibration: limits of the new weights themselves. What is cut is given to others, and cutting and calibration
        alternate until both hold; see `barometer.survey.limit_weights`.
    start : {"delivered", "design"}, optional
        Calibration: move the delivered weights, which is the default, or units of the frame over units drawn in the
        stratum, scaled so that those who answered stand for the population.
    residuals : {"regression", "sweep"}, optional
        Calibration: standard errors from the regression on the margins, which is the default, as R's `calibrate`; or
        from residuals swept over the margins in turn, as R's `rake`.
    minimum : int, optional
        Cells with fewer answers are joined to the one of the nearest weighted response rate.
    largest : float, optional
        So are cells with a larger factor.
    within : str, optional
        One of the domains of cells, across whose groups none are joined.
    rule : {"classes", "inverse"}, optional
        Of propensities: weighting classes, which is the default, or one over the propensity.
    classes : int, optional
        How many; 5 without it.
    model_weight : {"design", "none"}, optional
        Whether the likelihood of the propensities is weighted; "design" without it.
    replicates : int, optional
        Non-response: take standard errors from so many replicates of the sample, each with its own factors, in place of
        linearization.

    Returns
    -------
    Reweighting
        `.wave` for estimates, `.table`, `.spread`, `.influential()`, `bm.draw(...)`.

    Raises
    ------
    ResponseError
        If nobody in a cell answered and no rule lets it be joined, or a propensity is 0 or 1: with domain, group and
        count. No weight is changed then.
    CalibrationError
        With every margin, level and count at fault: groups without a count or without answers, margins with different
        totals, bounds that no weights meet. No weight is changed then, and no group joined to another.
    UnknownNameError
        If there is no such domain or group.
    ArgumentError
        If a choice is none of what it may be or not one of the method's, or the frame does not tell a count.

    Notes
    -----
    What estimates of the wave say of their method names it. Standard errors of calibrated weights come from residuals.
    Those of adjusted weights know that the factors are estimated, see `barometer.survey.adjust_design`: linearized they
    are exact to the first order, for classes by propensity with the limits of the classes held. Changes between waves
    are always linearized.

    Examples
    --------
    >>> import barometer as bm
    >>> moved = bm.reweight(bm.load_wave(4), ["level", "sector", "size"], start="design")
    >>> moved.wave.weighting[0].method, len(moved.table)
    ('raking', 21)
    """
    check_wave(wave)
    check_choice("method", method, (*METHODS, *RESPONSE_METHODS))
    given: dict[str, Any] = {
        "bounds": bounds,
        "trim": trim,
        "start": start,
        "residuals": residuals,
        "minimum": minimum,
        "largest": largest,
        "within": within,
        "rule": rule,
        "classes": classes,
        "model_weight": model_weight,
        "replicates": replicates,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    return report_weights(replace(wave, weighting=(*wave.weighting, weighting_step(wave, margins, method, chosen))))


def report_weights(wave: Wave) -> Reweighting:
    """
    Report what moving the weights of a wave did to them.

    Parameters
    ----------
    wave : Wave
        Reweighted by `reweight`, or by the section [weighting] of its layout.

    Raises
    ------
    ArgumentError
        If its weights are those of the delivery.
    CalibrationError, ResponseError
        If a wish of its layout cannot be carried out.
    """
    check_wave(wave)
    if not wave.weighting:
        raise ArgumentError("wave", "has the weights of its delivery: reweight it, or put [weighting] into its layout")
    design = sampling_design(wave)
    wave_design(wave)  # replicates that cannot be made are told now, not by the first estimate
    last, first = wave.weighting[-1], wave.weighting[0]
    factors = None
    if isinstance(first, ResponseAdjustment):
        with faults_in_words(wave):
            adjusted = adjust_sample(wave, first)
        factors = response_factors(adjusted, first, wave.codebook)
    if isinstance(last, ResponseAdjustment):
        base, trimmed, iterations = scaled_design_weights(adjusted.sample), 0, 0
        table = _margins_of_frame(wave, base, design.weight)
    else:
        base, table, iterations = _calibrated(wave, last, design)
        trimmed = 0 if last.trim is None else int(((base < last.trim[0]) | (base > last.trim[1])).sum())
    for name in ("before", "target", "achieved"):
        table[f"share_{name}"] = table[name] / table.groupby("domain", sort=False)[name].transform("sum")
    table["provenance"] = wave.provenance.kind
    table = table[list(HEADINGS)]
    gap = float((np.abs(table["achieved"] - table["target"]) / table["target"]).max())
    ratio = np.divide(design.weight, base, out=np.ones_like(base), where=base > 0.0)
    weighted = base > 0.0
    spread = _spread({"before": base[weighted], "after": design.weight[weighted], "ratio": ratio[weighted]})
    method = wave_method(wave, survey.Choices(), "record")
    classes = _distribution(ratio[weighted])
    return Reweighting(wave, table, spread, classes, base, design.weight, trimmed, gap, iterations, method, factors)


def _distribution(ratio: NDArray[np.float64]) -> pd.DataFrame:
    low, high = float(ratio.min()), float(ratio.max())
    if high - low < 1e-9 * high:
        return pd.DataFrame({"low": [low], "high": [high], "n": [ratio.size]})
    counts, edges = np.histogram(ratio, bins=CLASSES, range=(low, high))
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n": counts})


def _calibrated(
    wave: Wave, wish: Weighting, design: "survey.SurveyDesign"
) -> tuple[NDArray[np.float64], pd.DataFrame, int]:
    """Weights before the last calibration, its counts, and how many iterations it took."""
    if design.calibration is None:
        raise ArgumentError("wave", "has a design that was not calibrated")
    report = design.calibration.report
    base = report.base_weight if wish.trim is None else _before_trimming(wave, replace(wish, trim=None))
    fit = report.fit
    table = pd.DataFrame(
        {
            "domain": fit.margin,
            "group": [str(level) for level in fit.level],
            "n": fit.n,
            "before": np.concatenate([np.bincount(m.code, base, len(m.labels)) for m in report.targets.margins]),
            "target": fit.target,
            "achieved": fit.achieved,
        }
    )
    return base, table, report.iterations


def _margins_of_frame(wave: Wave, before: NDArray[np.float64], after: NDArray[np.float64]) -> pd.DataFrame:
    """Count the registers of the frame by weights before and after; nothing was fitted to these counts."""
    rows = []
    for name in delivered_frame(wave).registers:
        code, groups = wave.domain_codes(name), [group.code for group in wave.codebook.domain(name).groups]
        for group, target in frame_counts(wave, name).items():
            inside = code == groups.index(group)
            rows.append(
                {
                    "domain": name,
                    "group": group,
                    "n": int(inside.sum()),
                    "before": before[inside].sum(),
                    "target": target,
                    "achieved": after[inside].sum(),
                }
            )
    return pd.DataFrame(rows)


def _before_trimming(wave: Wave, wish: Weighting) -> NDArray[np.float64]:
    """Return the weights that the last step began with."""
    untrimmed = sampling_design(replace(wave, weighting=(*wave.weighting[:-1], wish))).calibration
    if untrimmed is None:
        raise ArgumentError("wave", "has a design that was not calibrated")
    return untrimmed.report.base_weight


def _spread(weights: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    rows = []
    for name, values in weights.items():
        found = survey.weight_spread(values)
        median = float(found.quantiles[list(found.probabilities).index(0.5)])
        rows.append(
            {
                "weights": name,
                "smallest": found.smallest,
                "median": median,
                "mean": found.mean,
                "largest": found.largest,
                "cv": found.cv,
                "deff": found.deff,
                "n_effective": found.n_effective,
            }
        )
    return pd.DataFrame(rows)
