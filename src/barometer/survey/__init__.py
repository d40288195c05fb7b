"""Design-based estimation: arrays in, arrays out, for any survey."""

from barometer.survey.aggregate import CellSums, sum_cells
from barometer.survey.contrasts import Contrast, contrast
from barometer.survey.design import SurveyDesign, stratified_design
from barometer.survey.independent import IndependentDifferences, independent_differences
from barometer.survey.intervals import REASONS, Intervals, logit_interval, t_quantile
from barometer.survey.shares import DfRule, ShareEstimates, covariance, estimate_all

__all__ = [
    "REASONS",
    "CellSums",
    "Contrast",
    "DfRule",
    "IndependentDifferences",
    "Intervals",
    "ShareEstimates",
    "SurveyDesign",
    "contrast",
    "covariance",
    "estimate_all",
    "independent_differences",
    "logit_interval",
    "stratified_design",
    "sum_cells",
    "t_quantile",
]
