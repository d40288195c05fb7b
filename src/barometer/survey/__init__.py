"""Design-based estimation: arrays in, arrays out, for any survey."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from barometer.survey.answers import ShareOf, estimate_categories, estimate_responses
    from barometer.survey.calibrated import Calibrated, calibrate_design, trim_design
    from barometer.survey.calibration import (
        Calibration,
        Influential,
        TargetFit,
        WeightSpread,
        calibrate_weights,
        weight_spread,
    )
    from barometer.survey.columns import Columns, ratio_columns, share_columns, value_columns
    from barometer.survey.contrasts import Contrast, contrast
    from barometer.survey.design import PSULabels, SurveyDesign, declare_design
    from barometer.survey.estimates import TOTAL, DfRule, DomainEstimates, EstimationMethod
    from barometer.survey.estimators import (
        estimate_means,
        estimate_ratios,
        estimate_shares,
        estimate_totals,
    )
    from barometer.survey.fitting import CalibrationMethod, CalibrationRule
    from barometer.survey.groups import Groups, group_rows
    from barometer.survey.independent import IndependentDifferences, independent_differences
    from barometer.survey.intervals import (
        REASONS,
        Distribution,
        IntervalMethod,
        Intervals,
        share_interval,
        symmetric_interval,
        t_quantile,
    )
    from barometer.survey.margins import Margin, Targets, Total, declare_targets
    from barometer.survey.merging import merge_sums
    from barometer.survey.parquet import sum_parquet
    from barometer.survey.quality import FLAGS, ReliabilityRule
    from barometer.survey.quantiles import QuantileRule, weighted_quantiles
    from barometer.survey.replicate_calibration import reweight_replicates
    from barometer.survey.replicate_design import ReplicateDesign, declare_replicates
    from barometer.survey.replicate_making import make_replicates
    from barometer.survey.replicate_sums import ReplicateSums, sum_replicates
    from barometer.survey.residuals import ResidualRule
    from barometer.survey.stages import DesignFacts, LonelyDomainRule, LonelyRule, Stage
    from barometer.survey.summaries import Choices, estimate_columns, summarise
    from barometer.survey.sums import Across, CellSums, sum_cells
    from barometer.survey.trimming import Trimming, trim_weights
    from barometer.survey.variances import estimate_variances
    from barometer.survey.woodruff import estimate_quantiles

__all__ = [
    "FLAGS",
    "REASONS",
    "TOTAL",
    "Across",
    "Calibrated",
    "Calibration",
    "CalibrationMethod",
    "CalibrationRule",
    "CellSums",
    "Choices",
    "Columns",
    "Contrast",
    "DesignFacts",
    "DfRule",
    "Distribution",
    "DomainEstimates",
    "EstimationMethod",
    "Groups",
    "IndependentDifferences",
    "Influential",
    "IntervalMethod",
    "Intervals",
    "LonelyDomainRule",
    "LonelyRule",
    "Margin",
    "PSULabels",
    "QuantileRule",
    "ReliabilityRule",
    "ReplicateDesign",
    "ReplicateSums",
    "ResidualRule",
    "ShareOf",
    "Stage",
    "SurveyDesign",
    "TargetFit",
    "Targets",
    "Total",
    "Trimming",
    "WeightSpread",
    "calibrate_design",
    "calibrate_weights",
    "contrast",
    "declare_design",
    "declare_replicates",
    "declare_targets",
    "estimate_categories",
    "estimate_columns",
    "estimate_means",
    "estimate_quantiles",
    "estimate_ratios",
    "estimate_responses",
    "estimate_shares",
    "estimate_totals",
    "estimate_variances",
    "group_rows",
    "independent_differences",
    "make_replicates",
    "merge_sums",
    "ratio_columns",
    "reweight_replicates",
    "share_columns",
    "share_interval",
    "sum_cells",
    "sum_parquet",
    "sum_replicates",
    "summarise",
    "symmetric_interval",
    "t_quantile",
    "trim_design",
    "trim_weights",
    "value_columns",
    "weight_spread",
    "weighted_quantiles",
]

_MODULES = {
    "answers": ("ShareOf", "estimate_categories", "estimate_responses"),
    "calibrated": ("Calibrated", "calibrate_design", "trim_design"),
    "calibration": ("Calibration", "Influential", "TargetFit", "WeightSpread", "calibrate_weights", "weight_spread"),
    "columns": ("Columns", "ratio_columns", "share_columns", "value_columns"),
    "contrasts": ("Contrast", "contrast"),
    "design": ("PSULabels", "SurveyDesign", "declare_design"),
    "estimates": ("DfRule", "DomainEstimates", "EstimationMethod", "TOTAL"),
    "estimators": ("estimate_means", "estimate_ratios", "estimate_shares", "estimate_totals"),
    "fitting": ("CalibrationMethod", "CalibrationRule"),
    "groups": ("Groups", "group_rows"),
    "independent": ("IndependentDifferences", "independent_differences"),
    "intervals": (
        "Distribution",
        "IntervalMethod",
        "Intervals",
        "REASONS",
        "share_interval",
        "symmetric_interval",
        "t_quantile",
    ),
    "margins": ("Margin", "Targets", "Total", "declare_targets"),
    "merging": ("merge_sums",),
    "parquet": ("sum_parquet",),
    "quality": ("FLAGS", "ReliabilityRule"),
    "quantiles": ("QuantileRule", "weighted_quantiles"),
    "replicate_calibration": ("reweight_replicates",),
    "replicate_design": ("ReplicateDesign", "declare_replicates"),
    "replicate_making": ("make_replicates",),
    "replicate_sums": ("ReplicateSums", "sum_replicates"),
    "residuals": ("ResidualRule",),
    "stages": ("DesignFacts", "LonelyDomainRule", "LonelyRule", "Stage"),
    "summaries": ("Choices", "estimate_columns", "summarise"),
    "sums": ("Across", "CellSums", "sum_cells"),
    "trimming": ("Trimming", "trim_weights"),
    "variances": ("estimate_variances",),
    "woodruff": ("estimate_quantiles",),
}
"""Where each name is. A module is imported when a name of its is asked for: `import barometer` need not wait for it."""

_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__])
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
