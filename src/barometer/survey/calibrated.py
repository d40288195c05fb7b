"""Designs with calibrated weights, whose variances know it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np

from barometer.errors import ArgumentError, CalibrationError, TargetFault
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.calibration import Calibration, calibrate_weights
from barometer.survey.centring import origins
from barometer.survey.columns import Columns
from barometer.survey.design import SurveyDesign, degrees_of_freedom, frozen
from barometer.survey.fitting import CalibrationMethod
from barometer.survey.groups import Groups
from barometer.survey.inputs import check_choice
from barometer.survey.residuals import ResidualRule, RowResiduals, residuals_of, sum_residuals
from barometer.survey.stages import lightest
from barometer.survey.summaries import rows_of
from barometer.survey.sums import CellSums
from barometer.survey.targets import Targets
from barometer.survey.trimming import Trimming, trim_weights

if TYPE_CHECKING:
    from barometer.survey.replicate_design import ReplicateDesign

Step = Calibration | Trimming


@dataclass(frozen=True, eq=False, repr=False)
class Calibrated:
    """
    How the weights of a design came from those it was declared with.

    Attributes
    ----------
    base : SurveyDesign
        The design before, with its base weights.
    steps : tuple of Calibration or Trimming
        In their order; the last is the report of the weights that the design has.
    residuals : {"regression", "sweep"}
        What variances are made of, see `calibrate_design`.
    whole : Calibrated or None
        That of all rows, where these are a subpopulation.
    rows : (r,) int or None
        Which rows of all they are.
    """

    base: SurveyDesign
    steps: tuple[Step, ...]
    residuals: ResidualRule
    whole: "Calibrated | None" = None
    rows: IntArray | None = None

    @property
    def report(self) -> Calibration:
        """The last calibration: weights before and after, achieved targets, spread."""
        return [step for step in self.steps if isinstance(step, Calibration)][-1]

    @property
    def words(self) -> str:
        """The steps in words, for results."""
        named = [step.rule.method if isinstance(step, Calibration) else "trimming" for step in self.steps]
        rule = "residuals swept over margins" if self.residuals == "sweep" else "regression residuals"
        return f"calibrated by {', '.join(named)}, {rule}"

    @cached_property
    def by_row(self) -> RowResiduals:
        """What each row adds to the residuals; made when the first estimate asks."""
        if self.whole is not None and self.rows is not None:
            return self.whole.by_row.taken(self.rows)
        steps = tuple(step for step in self.steps if isinstance(step, Calibration))
        base = self.base
        return residuals_of(steps, self.steps[-1].weight, base.cluster, base.facts, self.residuals, self.words)

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
    found = trim_weights(design.weight, lower, upper, strict=strict)
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
    return with_weight(design, step.weight, Calibrated(base, steps, residuals))
