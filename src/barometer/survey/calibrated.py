"""Designs with calibrated weights, whose variances know it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np

from barometer.errors import ArgumentError, CalibrationError, TargetFault, check_choice, check_kind
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.calibration import Calibration, calibrate_weights
from barometer.survey.centring import origins
from barometer.survey.columns import Columns
from barometer.survey.constraint_rows import ConstraintRows, ResidualRule, constraint_rows
from barometer.survey.design import SurveyDesign, degrees_of_freedom, frozen
from barometer.survey.fitting import CalibrationMethod
from barometer.survey.groups import Groups
from barometer.survey.inputs import Values, as_mask
from barometer.survey.limits import Limiting, limit_weights
from barometer.survey.residuals import RowResiduals, residuals_of, sum_residuals
from barometer.survey.response_steps import Adjustment, ResponseStep, adjusted_sample
from barometer.survey.stages import lightest
from barometer.survey.summaries import rows_of
from barometer.survey.sums import CellSums
from barometer.survey.targets import Targets
from barometer.survey.trimming import Trimming, trim_weights

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign

Step = Calibration | Trimming | Limiting


@dataclass(frozen=True, eq=False, repr=False)
class Calibrated:
    """
    How the weights of a design came from those it was declared with.

    Attributes
    ----------
    base : SurveyDesign
        The design before, with its base weights.
    steps : tuple of Calibration, Trimming or Limiting
        In their order; the last is the report of the weights that the design has.
    residuals : {"regression", "sweep"}
        What variances are made of, see `calibrate_design`.
    whole : Calibrated or None
        That of all rows, where these are a subpopulation.
    rows : (r,) int or None
        Which rows of all they are.
    response : ResponseStep or None
        How the base weights came from those of a sample, some of whose units did not answer.
    """

    base: SurveyDesign
    steps: tuple[Step, ...]
    residuals: ResidualRule
    whole: "Calibrated | None" = None
    rows: IntArray | None = None
    response: ResponseStep | None = None

    def __repr__(self) -> str:
        """Say what was done; never a weight."""
        return f"<Calibrated: {self.base.weight.size:,} rows {self.words}>"

    @property
    def report(self) -> Calibration:
        """
        The last calibration: weights before and after, achieved targets, spread.

        Raises
        ------
        ArgumentError
            If the weights were adjusted for non-response and not calibrated.
        """
        found = [step for step in self.steps if isinstance(step, Calibration)]
        if not found:
            raise ArgumentError("design", "was adjusted for non-response, not calibrated: see .calibration.response")
        return found[-1]

    @property
    def words(self) -> str:
        """The steps in words, for results."""
        named = [step.rule.method if isinstance(step, Calibration) else "trimming" for step in self.steps]
        rule = "residuals swept over margins" if self.residuals == "sweep" else "regression residuals"
        calibrated = f"calibrated by {', '.join(named)}, {rule}"
        if self.response is None:
            return calibrated
        adjusted = f"adjusted by {self.response.words}, residuals of the whole sample"
        return f"{adjusted}; {calibrated}" if named else adjusted

    @cached_property
    def by_row(self) -> RowResiduals:
        """What each row adds to the residuals; made when the first estimate asks."""
        if self.whole is not None and self.rows is not None:
            return self.whole.by_row.taken(self.rows)
        rows, sample = self.constraints(), self.base if self.response is None else self.response.sample
        return residuals_of(rows, self._whole_weight(rows), sample.cluster, sample.facts, self.words)

    def constraints(self) -> ConstraintRows:
        """Return the rows of the constraints, of the whole sample."""
        steps = tuple(step for step in self.steps if isinstance(step, Calibration))
        response = None if self.response is None else self.response.rows()
        return constraint_rows(steps, self.weight, self.residuals, response)

    @property
    def weight(self) -> FloatArray:
        """(n,) final weights."""
        return self.steps[-1].weight if self.steps else self.base.weight

    def _whole_weight(self, rows: ConstraintRows) -> FloatArray:
        """(N,) final weights, 0 of those who did not answer."""
        if rows.inside is None:
            return self.weight
        weight = np.zeros(rows.inside.size)
        weight[rows.inside] = self.weight
        return weight

    def with_residuals(self, sums: CellSums, columns: Columns, groups: Groups) -> CellSums:
        """Return sums together with those that the residuals need."""
        return replace(sums, residuals=sum_residuals(self.by_row, columns, groups, origins(sums)))

    def subset(self, rows: IntArray) -> "Calibrated":
        """Return what belongs to some of the rows; the constraints stay those of the whole sample."""
        whole, taken = (self, rows) if self.whole is None or self.rows is None else (self.whole, self.rows[rows])
        return replace(self, whole=whole, rows=taken)

    def whole_base(self) -> SurveyDesign:
        """
        Return the design before calibration.

        Raises
        ------
        ArgumentError
            If this is a subpopulation, whose weights cannot be made again without the other rows.
        """
        if self.whole is not None:
            raise ArgumentError(
                "design", "is a subset of a calibrated design: take the whole one, and the subset of what it gives"
            )
        return self.base


@overload
def calibrate_design(
    design: SurveyDesign,
    targets: Targets,
    *,
    method: CalibrationMethod = ...,
    bounds: tuple[float, float] | None = ...,
    residuals: ResidualRule = ...,
    tolerance: float = ...,
    iterations: int = ...,
) -> SurveyDesign: ...
@overload
def calibrate_design(
    design: "ReplicateDesign",
    targets: Targets,
    *,
    method: CalibrationMethod = ...,
    bounds: tuple[float, float] | None = ...,
    residuals: ResidualRule = ...,
    tolerance: float = ...,
    iterations: int = ...,
) -> "ReplicateDesign": ...
def calibrate_design(
    design: "SurveyDesign | ReplicateDesign",
    targets: Targets,
    *,
    method: CalibrationMethod = "raking",
    bounds: tuple[float, float] | None = None,
    residuals: ResidualRule = "regression",
    tolerance: float = 1e-10,
    iterations: int = 1000,
) -> "SurveyDesign | ReplicateDesign":
    """
    Calibrate the weights of a design to population counts and totals.

    Parameters
    ----------
    design : SurveyDesign or ReplicateDesign
        Of n rows. A calibrated one is calibrated again, on top; under replicate weights every replicate is.
    targets : Targets
        Of n rows, see `declare_targets`.
    method, bounds, tolerance, iterations
        As in `calibrate_weights`.
    residuals : {"regression", "sweep"}
        Standard errors from the residuals of the regression on the constraints, with the weights before calibration, as
        R's `calibrate` and `postStratify`; or, of margins, by taking unweighted level means away margin by margin,
        ten times round, as R's `rake`. The rule is for all steps of a design. Replicates need neither.

    Returns
    -------
    SurveyDesign or ReplicateDesign
        As was given, with the new weights. A SurveyDesign has the report as `.calibration.report`.

    Raises
    ------
    ArgumentError
        As `calibrate_weights`, if "sweep" is asked for with totals, or the design is a subset of a calibrated one.
    CalibrationError
        As `calibrate_weights`, and if a weight is below 0.

    Notes
    -----
    With z the linearized variable of an estimate, x what a row counts for, d the weights before and w those after, a
    row adds w (z - x'b) to the error, b being the regression of z on x weighted by d, over all rows of the sample:
    those outside a domain have z = 0 and a residual that is not. Lonely strata are those of the sample in every domain.

    References
    ----------
    Deville and Särndal (1992), Calibration estimators in survey sampling. JASA 87. Lumley (2010), Complex surveys,
    chapter 7.

    Examples
    --------
    >>> from barometer.survey import declare_design, declare_targets, estimate_shares
    >>> design = declare_design([2.0, 2.0, 5.0, 5.0, 5.0])
    >>> targets = declare_targets({"level": ["a", "a", "b", "b", "b"]}, {"level": {"a": 6, "b": 14}})
    >>> estimate_shares(calibrate_design(design, targets), [1, 0, 1, 1, 0]).estimate.round(4)
    array([[0.6167]])
    """
    check_choice("residuals", residuals, ResidualRule)
    if not isinstance(design, SurveyDesign):
        rows_of(design)
        from barometer.survey.replicate_calibration import calibrate_replicates

        return calibrate_replicates(design, targets, method, bounds, tolerance, iterations)
    found = calibrate_weights(
        design.weight, targets, method=method, bounds=bounds, tolerance=tolerance, iterations=iterations
    )
    if found.negative:
        text = f"{found.negative:,} of {design.n:,} weights would be below 0: give bounds, or use raking"
        raise CalibrationError([TargetFault("all margins", "", found.negative, text)])
    return _reweighted(design, found, residuals)


def adjust_design(design: SurveyDesign, answered: Values, adjustment: Adjustment) -> SurveyDesign:
    """
    Give the weights of a sample over to those who answered.

    Parameters
    ----------
    design : SurveyDesign
        Of the N units drawn, those who did not answer among them, with design weights.
    answered : (N,) array_like of bool
    adjustment : CellAdjustment or PropensityAdjustment
        Of these weights and answers, by `adjust_by_cells` or `adjust_by_propensity`.

    Returns
    -------
    SurveyDesign
        Of those who answered, in their order, with the adjusted weights; it can be trimmed and calibrated. Variances
        hold that the factors are estimated: by linearization, of `make_replicates` by making them anew.

    Raises
    ------
    ArgumentError
        If the design was calibrated, or the adjustment is of other weights, answers or lengths.

    Notes
    -----
    A unit that did not answer has weight 0 and still adds to the error, because the factors rest on it; formulas in
    `ResponseStep.rows`. A finite population correction of the sample shrinks the part of the variance that is of the
    answering too: declare the sample with `sampling_fraction` answers over units of the frame, see
    `replicate_propensity`.

    References
    ----------
    Kim and Kim (2007), Nonresponse weighting adjustment using estimated response probability. Can. J. Stat. 35.
    Särndal, Swensson and Wretman (1992), section 15.6 (response homogeneity groups).

    Examples
    --------
    >>> from barometer.survey import adjust_by_cells, declare_design, estimate_shares
    >>> design, answered = declare_design([2.0, 2.0, 3.0, 3.0]), [True, False, True, True]
    >>> adjusted = adjust_design(design, answered, adjust_by_cells(design.weight, answered, ["a", "a", "b", "b"]))
    >>> estimate_shares(adjusted, [1, 0, 1]).estimate
    array([[0.7]])
    """
    check_kind("design", design, SurveyDesign, "a design, as declare_design makes")
    step = adjusted_sample(design, as_mask("answered", answered), adjustment)
    base = with_weight(design, adjustment.weight.copy()).subset(step.answered)
    return replace(base, calibration=Calibrated(base, (), "regression", response=step))


def trim_design(
    design: SurveyDesign, lower: float = 0.0, upper: float = np.inf, *, strict: bool = False
) -> SurveyDesign:
    """
    Trim the weights of a design, see `trim_weights`.

    Parameters
    ----------
    design : SurveyDesign
    lower, upper, strict
        As in `trim_weights`.

    Returns
    -------
    SurveyDesign
        With trimmed weights. If it was calibrated, variances still rest on the residuals, as in R; the trimmed weights
        no longer meet the targets.

    Raises
    ------
    ArgumentError
        As `trim_weights`, or if the design is a subset of a calibrated one.
    """
    check_kind("design", design, SurveyDesign, "a design, as declare_design makes")
    found = trim_weights(design.weight, lower, upper, strict=strict)
    if design.calibration is None:
        return with_weight(design, found.weight)
    return _reweighted(design, found, design.calibration.residuals)


def limit_design(
    design: SurveyDesign,
    targets: Targets,
    lower: float = 0.0,
    upper: float = np.inf,
    *,
    method: CalibrationMethod = "raking",
    bounds: tuple[float, float] | None = None,
) -> SurveyDesign:
    """
    Trim the weights of a design so that calibration leaves them within limits, see `limit_weights`.

    Parameters
    ----------
    design : SurveyDesign
    targets, lower, upper, method, bounds
        As in `limit_weights`, and of the calibration that is to follow.

    Returns
    -------
    SurveyDesign
        With trimmed weights: `calibrate_design` it to the same targets by the same method. Variances take the trimmed
        weights as the base weights; replicates are trimmed by the same factors.

    Raises
    ------
    ArgumentError, CalibrationError
        As `limit_weights`, or if the design is a subset of a calibrated one.
    """
    check_kind("design", design, SurveyDesign, "a design, as declare_design makes")
    found = limit_weights(design.weight, targets, lower, upper, method=method, bounds=bounds)
    if design.calibration is None:
        return with_weight(design, found.weight)
    return _reweighted(design, found, design.calibration.residuals)


def with_weight(design: SurveyDesign, weight: FloatArray, calibration: Calibrated | None = None) -> SurveyDesign:
    """Return the design with other weights (n,)."""
    facts = replace(
        design.facts,
        df=degrees_of_freedom(weight, design.psu, design.psu_stratum),
        pilot=frozen(lightest(weight, design.cluster, design.facts.clusters)),
    )
    return replace(design, weight=frozen(weight), facts=facts, calibration=calibration)


def _reweighted(design: SurveyDesign, step: Step, residuals: ResidualRule) -> SurveyDesign:
    before = design.calibration
    base = design if before is None else before.whole_base()
    steps = (step,) if before is None else (*before.steps, step)
    if residuals == "sweep" and any(isinstance(each, Calibration) and each.targets.totals for each in steps):
        raise ArgumentError("residuals", '"sweep" goes over margins in turn, and there are totals: use "regression"')
    response = None if before is None else before.response
    return with_weight(design, step.weight, Calibrated(base, steps, residuals, response=response))
