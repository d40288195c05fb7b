"""Design-based estimation: arrays in, arrays out, for any survey."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from barometer.survey.answers import ShareOf, estimate_categories, estimate_responses
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
    from barometer.survey.merging import merge_sums
    from barometer.survey.mixtures import mixture_difference, pattern_mixture
    from barometer.survey.parquet import sum_parquet
    from barometer.survey.propensity import Propensities, fit_propensities
    from barometer.survey.propensity_weights import (
        ModelWeight,
        PropensityAdjustment,
        PropensityRule,
        adjust_by_propensity,
        replicate_propensity,
    )
    from barometer.survey.quality import FLAGS, ReliabilityRule
    from barometer.survey.quantiles import QuantileRule, weighted_quantiles
    from barometer.survey.replicate_design import ReplicateDesign, declare_replicates
    from barometer.survey.replicate_making import make_replicates
    from barometer.survey.replicate_sums import ReplicateSums, sum_replicates
    from barometer.survey.representativity import (
        Correction,
        IndicatorInterval,
        PartialIndicator,
        Representativity,
        estimate_representativity,
    )
    from barometer.survey.response import DesignWeights, ResponseRates, design_weights, response_rates
    from barometer.survey.response_cells import CellAdjustment, MergedCell, adjust_by_cells
    from barometer.survey.sensitivity import (
        MissingPart,
        ShareBounds,
        TippingPoint,
        bound_difference,
        bound_share,
        imbens_manski,
        tipping_difference,
        tipping_point,
        worst_case_bounds,
    )
    from barometer.survey.stages import DesignFacts, LonelyDomainRule, LonelyRule, Stage
    from barometer.survey.summaries import Choices, estimate_columns, summarise
    from barometer.survey.sums import Across, CellSums, sum_cells
    from barometer.survey.variances import estimate_variances
    from barometer.survey.weight_report import FrameMargin, WeightReport, WeightSpread, report_weights, weight_spread
    from barometer.survey.woodruff import estimate_quantiles

__all__ = [
    "FLAGS",
    "REASONS",
    "TOTAL",
    "Across",
    "CellAdjustment",
    "CellSums",
    "Choices",
    "Columns",
    "Contrast",
    "Correction",
    "DesignFacts",
    "DesignWeights",
    "DfRule",
    "Distribution",
    "DomainEstimates",
    "EstimationMethod",
    "FrameMargin",
    "Groups",
    "IndependentDifferences",
    "IndicatorInterval",
    "IntervalMethod",
    "Intervals",
    "LonelyDomainRule",
    "LonelyRule",
    "MergedCell",
    "MissingPart",
    "ModelWeight",
    "PSULabels",
    "PartialIndicator",
    "Propensities",
    "PropensityAdjustment",
    "PropensityRule",
    "QuantileRule",
    "ReliabilityRule",
    "ReplicateDesign",
    "ReplicateSums",
    "Representativity",
    "ResponseRates",
    "ShareBounds",
    "ShareOf",
    "Stage",
    "SurveyDesign",
    "TippingPoint",
    "WeightReport",
    "WeightSpread",
    "adjust_by_cells",
    "adjust_by_propensity",
    "bound_difference",
    "bound_share",
    "contrast",
    "declare_design",
    "declare_replicates",
    "design_weights",
    "estimate_categories",
    "estimate_columns",
    "estimate_means",
    "estimate_quantiles",
    "estimate_ratios",
    "estimate_representativity",
    "estimate_responses",
    "estimate_shares",
    "estimate_totals",
    "estimate_variances",
    "fit_propensities",
    "group_rows",
    "imbens_manski",
    "independent_differences",
    "make_replicates",
    "merge_sums",
    "mixture_difference",
    "pattern_mixture",
    "ratio_columns",
    "replicate_propensity",
    "report_weights",
    "response_rates",
    "share_columns",
    "share_interval",
    "sum_cells",
    "sum_parquet",
    "sum_replicates",
    "summarise",
    "symmetric_interval",
    "t_quantile",
    "tipping_difference",
    "tipping_point",
    "value_columns",
    "weight_spread",
    "weighted_quantiles",
    "worst_case_bounds",
]

_MODULES = {
    "answers": ("ShareOf", "estimate_categories", "estimate_responses"),
    "columns": ("Columns", "ratio_columns", "share_columns", "value_columns"),
    "contrasts": ("Contrast", "contrast"),
    "design": ("PSULabels", "SurveyDesign", "declare_design"),
    "estimates": ("DfRule", "DomainEstimates", "EstimationMethod", "TOTAL"),
    "estimators": ("estimate_means", "estimate_ratios", "estimate_shares", "estimate_totals"),
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
    "merging": ("merge_sums",),
    "mixtures": ("mixture_difference", "pattern_mixture"),
    "parquet": ("sum_parquet",),
    "propensity": ("Propensities", "fit_propensities"),
    "propensity_weights": (
        "ModelWeight",
        "PropensityAdjustment",
        "PropensityRule",
        "adjust_by_propensity",
        "replicate_propensity",
    ),
    "quality": ("FLAGS", "ReliabilityRule"),
    "quantiles": ("QuantileRule", "weighted_quantiles"),
    "replicate_design": ("ReplicateDesign", "declare_replicates"),
    "replicate_making": ("make_replicates",),
    "replicate_sums": ("ReplicateSums", "sum_replicates"),
    "representativity": (
        "Correction",
        "IndicatorInterval",
        "PartialIndicator",
        "Representativity",
        "estimate_representativity",
    ),
    "response": ("DesignWeights", "ResponseRates", "design_weights", "response_rates"),
    "response_cells": ("CellAdjustment", "MergedCell", "adjust_by_cells"),
    "sensitivity": (
        "MissingPart",
        "ShareBounds",
        "TippingPoint",
        "bound_difference",
        "bound_share",
        "imbens_manski",
        "tipping_difference",
        "tipping_point",
        "worst_case_bounds",
    ),
    "stages": ("DesignFacts", "LonelyDomainRule", "LonelyRule", "Stage"),
    "summaries": ("Choices", "estimate_columns", "summarise"),
    "sums": ("Across", "CellSums", "sum_cells"),
    "variances": ("estimate_variances",),
    "weight_report": ("FrameMargin", "WeightReport", "WeightSpread", "report_weights", "weight_spread"),
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
