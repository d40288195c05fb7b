"""Replicate weights that are calibrated, or made anew from base weights, all at once."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from barometer.errors import ArgumentError, CalibrationError, DesignError, TargetFault, check_kind
from barometer.survey.arrays import FloatArray
from barometer.survey.calibrated import Calibrated, with_weight
from barometer.survey.calibration import Calibration
from barometer.survey.design import frozen
from barometer.survey.fitting import CalibrationMethod, CalibrationRule, fit_weights
from barometer.survey.limits import Limiting
from barometer.survey.replicate_design import ReplicateDesign
from barometer.survey.replicate_rank import rank_of_weights
from barometer.survey.targets import Targets
from barometer.survey.trimming import trim_weights

Reweight = Callable[[FloatArray], FloatArray]
"""Makes weights (n, R) of base weights (n, R), the columns each by itself."""


def reweight_replicates(design: ReplicateDesign, reweight: Reweight, words: str = "reweighted") -> ReplicateDesign:
    """
    Do to every replicate what is done to the weights.

    Parameters
    ----------
    design : ReplicateDesign
        Of n rows and R replicates, with base weights.
    reweight : callable
        From base weights (n, R) to weights (n, R), each column by itself; called with the full weights as one column,
        and with all replicates. Rows outside a replicate have base weight 0 there. A model of response that is fitted
        anew to each column belongs here.
    words : str
        What it does, for results.

    Returns
    -------
    ReplicateDesign
        With the weights that it gave: n x R numbers.

    Raises
    ------
    DesignError
        If it gives weights of another shape, or missing, infinite or negative ones; with the count.

    Examples
    --------
    >>> from barometer.survey import declare_replicates
    >>> design = declare_replicates([4.0, 4.0], [[8.0, 0.0], [0.0, 8.0]], kind="brr")
    >>> reweight_replicates(design, lambda weight: 10.0 * weight / weight.sum(axis=0)).weight
    array([5., 5.])
    """
    check_kind(
        "design", design, ReplicateDesign, "a design with replicates, as declare_replicates and make_replicates make"
    )
    full = _checked(reweight(design.weight[:, np.newaxis].copy()), (design.n, 1))
    table = _checked(reweight(np.array(design.replicate_weights())), (design.n, design.replicates))
    df = rank_of_weights(table) - 1 if design.facts.df_source == "rank" else design.df
    facts = replace(design.facts, df=df, calibration=words)
    return ReplicateDesign(with_weight(design.sample, full[:, 0].copy()), frozen(table), None, facts)


def calibrate_replicates(
    design: ReplicateDesign,
    targets: Targets,
    method: CalibrationMethod = "raking",
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-10,
    iterations: int = 1000,
) -> ReplicateDesign:
    """
    Calibrate the full weights and every replicate to the same targets.

    Parameters
    ----------
    design : ReplicateDesign
    targets, method, bounds, tolerance, iterations
        As in `calibrate_weights`.

    Returns
    -------
    ReplicateDesign

    Raises
    ------
    ArgumentError, CalibrationError
        As `calibrate_design`; a level without weight in a replicate is named, with the number of replicates.
    """
    check_kind("targets", targets, Targets, "targets, as declare_targets makes")
    rule = CalibrationRule(method, bounds, tolerance, iterations)
    earlier = f"{design.facts.calibration}, " if design.facts.calibration else "replicates calibrated by "
    return reweight_replicates(design, lambda weight: _fit(weight, targets, rule), f"{earlier}{method}")


def recalibrate_replicates(made: ReplicateDesign, calibration: Calibrated) -> ReplicateDesign:
    """
    Repeat the steps of a calibrated design in replicates of its base weights.

    Parameters
    ----------
    made : ReplicateDesign
        Of the design before calibration; of the whole sample, where its weights were adjusted for non-response.
    calibration : Calibrated

    Returns
    -------
    ReplicateDesign
    """

    def repeat(weight: FloatArray) -> FloatArray:
        for step in calibration.steps:
            if isinstance(step, Calibration):
                weight = _fit(weight, step.targets, step.rule)
            elif isinstance(step, Limiting):
                weight = weight * step.factor[:, np.newaxis]
            else:
                columns = [trim_weights(column, *step.bounds, strict=step.strict).weight for column in weight.T]
                weight = np.stack(columns, axis=1)
        return weight

    methods = ", ".join(step.rule.method if isinstance(step, Calibration) else "trimming" for step in calibration.steps)
    calibrated = f"replicates calibrated by {methods}" if methods else ""
    response = calibration.response
    if response is None:
        return reweight_replicates(made, repeat, calibrated)
    words = f"replicates adjusted by {response.words}{', ' if calibrated else ''}{calibrated}"
    base = calibration.base
    table = _checked(repeat(response.repeat(made.replicate_weights())), (base.n, made.replicates))
    sample = with_weight(base, calibration.weight.copy())
    facts = replace(made.facts, df=min(base.df, made.df), calibration=words)
    return ReplicateDesign(sample, frozen(table), None, facts)


def _fit(weight: FloatArray, targets: Targets, rule: CalibrationRule) -> FloatArray:
    found = fit_weights(weight, targets, rule).weight
    if negative := int((found < 0.0).sum()):
        text = f"{negative:,} of {found.size:,} weights would be below 0: give bounds, or use raking"
        raise CalibrationError([TargetFault("all margins", "", negative, text)])
    return found


def _checked(weight: FloatArray, shape: tuple[int, int]) -> FloatArray:
    if not isinstance(weight, np.ndarray) or weight.shape != shape:
        raise ArgumentError("reweight", f"gave an array of shape {np.shape(weight)}, expected {shape}")
    if bad := int((~np.isfinite(weight)).sum()):
        raise DesignError("reweight", f"{bad:,} of {weight.size:,} weights are missing or infinite")
    if bad := int((weight < 0.0).sum()):
        raise DesignError("reweight", f"{bad:,} of {weight.size:,} weights are negative")
    return np.ascontiguousarray(weight, dtype=np.float64)
