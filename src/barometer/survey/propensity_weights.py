"""Weights adjusted by response propensities, and their replicates, each of which fits the model again."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from barometer.errors import ArgumentError, ResponseError, check_choice
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.inputs import Values, as_mask
from barometer.survey.propensity import (
    FrameClasses,
    Propensities,
    fit_logistic,
    fit_propensities,
    pattern_propensities,
)
from barometer.survey.replicate_design import ReplicateDesign, declare_replicates
from barometer.survey.response import answers_of, weights_of

PropensityRule = Literal["inverse", "classes"]
ModelWeight = Literal["design", "none"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PropensityAdjustment:
    """
    Weights adjusted for non-response by a model of who answers.

    Attributes
    ----------
    weight : (n,) float
        Of each unit drawn; 0 for those who did not answer.
    factor : (n,) float
        Adjustment of each unit.
    rule : {"inverse", "classes"}
    model : Propensities
    class_of : (n,) int
        Weighting class of each unit, 0 of the lowest propensities; all 0 under "inverse".
    classes : int
        Classes that were asked for.
    model_weight : {"design", "none"}
    """

    weight: FloatArray
    factor: FloatArray
    rule: PropensityRule
    model: Propensities
    class_of: IntArray
    classes: int = 5
    model_weight: ModelWeight = "design"

    def __repr__(self) -> str:
        """Say what was done; never a weight."""
        rule = f"{self.classes} classes" if self.rule == "classes" else self.rule
        answered = int(np.count_nonzero(self.weight))
        return f"<PropensityAdjustment: {rule}, {answered:,} of {self.weight.size:,} units answered>"


def adjust_by_propensity(
    weight: Values,
    answered: Values,
    variables: Values,
    *,
    rule: PropensityRule = "classes",
    classes: int = 5,
    model_weight: ModelWeight = "design",
) -> PropensityAdjustment:
    """
    Let those who answered stand for those who did not, by how likely they were to answer.

    Parameters
    ----------
    weight : (n,) array_like of float
        Design weights of the units drawn.
    answered : (n,) array_like of bool
    variables : (n,) labels, or several of them
        Frame variables of the model, as in `fit_propensities`.
    rule : {"classes", "inverse"}
        Weighting classes by weighted quantiles of the propensity, or the inverse of each unit's own.
    classes : int
        Of "classes", at least 2; fewer come out where propensities are tied.
    model_weight : {"design", "none"}
        Whether the likelihood is weighted.

    Returns
    -------
    PropensityAdjustment

    Raises
    ------
    ArgumentError
        If a choice is none of what it may be, or as in `fit_propensities`.
    ResponseError
        If a propensity is 0 or 1, or nobody in a class answered; nothing is weighted then.

    Notes
    -----
    "inverse": d / rho. "classes": a unit is in class floor(c F), F being the weighted share of units of lower
    propensity, plus half of its ties; the factor of a class is its weight drawn over its weight answered, so that a
    wrong model does less harm and few weights are extreme.

    References
    ----------
    Rosenbaum and Rubin (1984), JASA 79. Little (1986), Int. Stat. Rev. 54. Kim and Kim (2007), Nonresponse weighting
    adjustment using estimated response probability. Can. J. Stat. 35.
    """
    mask = answers_of(answered)
    w = weights_of(weight, mask.size)
    _check(rule, classes, model_weight)
    model = fit_propensities(mask, variables, weight=w if model_weight == "design" else None)
    of_pattern = model.classes
    rho = pattern_propensities(of_pattern, model.coefficients[:, np.newaxis])
    drawn, reached = of_pattern.sums(w)[:, np.newaxis], of_pattern.sums(w * mask)[:, np.newaxis]
    factor, class_of = _factors(rho, drawn, reached, rule, classes)
    if not np.isfinite(factor).all():
        empty = int(class_of[np.flatnonzero(~np.isfinite(factor[:, 0]))[0], 0])
        units = int((class_of[of_pattern.pattern, 0] == empty).sum())
        message = f"none of {units:,} units drawn answered. Ask for fewer classes"
        raise ResponseError("propensity class", str(empty + 1), units, message)
    own = factor[of_pattern.pattern, 0]
    weight = np.where(mask, w * own, 0.0)
    return PropensityAdjustment(weight, own, rule, model, class_of[of_pattern.pattern, 0], classes, model_weight)


def replicate_propensity(
    design: ReplicateDesign,
    answered: Values,
    variables: Values,
    *,
    rule: PropensityRule = "classes",
    classes: int = 5,
    model_weight: ModelWeight = "design",
) -> ReplicateDesign:
    """
    Adjust weights by propensities, fitting the model again under every replicate of the sample.

    Parameters
    ----------
    design : ReplicateDesign
        Of the n units drawn, those who did not answer among them: `make_replicates(sample, "rao_wu", ...)`.
    answered, variables, rule, classes, model_weight
        As in `adjust_by_propensity`.

    Returns
    -------
    ReplicateDesign
        Of those who answered, in their order, with adjusted weights and adjusted replicate weights: variances then
        hold that the propensities are estimated.

    Raises
    ------
    ArgumentError, ResponseError
        As `adjust_by_propensity`; also if under some replicate the model has no solution or a class has no answers.

    Notes
    -----
    A finite population correction of the sample shrinks the part of the variance that is of the answering too, which
    it should not. Declare the sample with `sampling_fraction` r_h / N_h, answers over units of the frame: exact where
    answering is at random inside strata, and what `benchmarks/nonresponse.py` measures.

    References
    ----------
    Wolter (2007), Introduction to variance estimation, section 5.3. Shao and Steel (1999), Variance estimation for
    survey data with composite imputation and nonnegligible sampling fractions. JASA 94.
    """
    if not isinstance(design, ReplicateDesign):
        raise ArgumentError("design", f"must have replicate weights, of the whole sample; got {type(design).__name__}")
    mask = as_mask("answered", answered, design.n)
    full = adjust_by_propensity(design.weight, mask, variables, rule=rule, classes=classes, model_weight=model_weight)
    weights = design.replicate_weights()
    table = weights[mask] * refit_factors(full, mask, weights, design.weight)[mask]
    facts = design.facts
    return declare_replicates(
        full.weight[mask],
        table,
        kind="other",
        scale=facts.scale,
        rscales=facts.rscales,
        centre=facts.centre,
        df=facts.df,
    )


def refit_factors(
    adjustment: PropensityAdjustment, answered: BoolArray, weights: FloatArray, design_weight: FloatArray
) -> FloatArray:
    """
    Fit the model of an adjustment again under replicate weights.

    Parameters
    ----------
    adjustment : PropensityAdjustment
        Its variables, rule and number of classes.
    answered : (n,) bool
    weights : (n, R) float
        Replicate weights of the sample.
    design_weight : (n,) float

    Returns
    -------
    (n, R) float
        Factors of the units under each replicate.

    Raises
    ------
    ResponseError
        If under some replicate the model has no solution or a class has no answers; with the number.
    """
    of_pattern = adjustment.model.classes
    counted = weights if adjustment.model_weight == "design" else weights / design_weight[:, np.newaxis]
    factor = _replicate_factors(of_pattern, answered, weights, counted, adjustment.rule, adjustment.classes)
    return factor[of_pattern.pattern]


def _replicate_factors(
    classes: FrameClasses,
    mask: BoolArray,
    weights: FloatArray,
    counted: FloatArray,
    rule: PropensityRule,
    number: int,
) -> FloatArray:
    """Return the adjustments (P, R) under each replicate."""
    b, known = fit_logistic(classes.matrix, classes.sums(counted), classes.sums(counted * mask[:, np.newaxis]))
    drawn, reached = classes.sums(weights), classes.sums(weights * mask[:, np.newaxis])
    rho = pattern_propensities(classes, np.where(known, b, 0.0))
    factor, _ = _factors(rho, drawn, reached, rule, number)
    lost = int((~(known & np.isfinite(factor).all(axis=0))).sum())
    if lost:
        message = (
            f"{lost:,} of {known.size:,} replicates leave a level or a class without answers, or without anybody else. "
            "Join small levels, or ask for fewer classes"
        )
        raise ResponseError(" x ".join(classes.variables), "replicates", lost, message)
    return factor


def _factors(
    rho: FloatArray, drawn: FloatArray, reached: FloatArray, rule: PropensityRule, classes: int
) -> tuple[FloatArray, IntArray]:
    """Return factor and class (P, R) of each pattern, from its propensity and its weights."""
    if rule == "inverse":
        return 1.0 / rho, np.zeros(rho.shape, dtype=np.intp)
    factor, class_of = np.empty_like(rho), np.empty(rho.shape, dtype=np.intp)
    for replicate in range(rho.shape[1]):
        _, rank = np.unique(np.round(rho[:, replicate], 12), return_inverse=True)
        tied = np.bincount(rank, drawn[:, replicate])
        middle = (np.cumsum(tied) - tied / 2.0) / tied.sum()
        own = np.minimum((classes * middle).astype(np.intp), classes - 1)[rank]
        whole = np.bincount(own, drawn[:, replicate], classes)
        found = np.bincount(own, reached[:, replicate], classes)
        ratios = np.divide(whole, found, out=np.full(classes, np.inf), where=found > 0.0)
        factor[:, replicate], class_of[:, replicate] = ratios[own], own
    return factor, class_of


def _check(rule: PropensityRule, classes: int, model_weight: ModelWeight) -> None:
    check_choice("rule", rule, PropensityRule)
    check_choice("model_weight", model_weight, ModelWeight)
    if not isinstance(classes, int) or classes < 2:
        raise ArgumentError("classes", f"must be a whole number of at least 2, got {classes!r}")
