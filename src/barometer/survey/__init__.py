"""Design-based estimation: arrays in, arrays out, for any survey."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from barometer.survey.answered import count_answered
    from barometer.survey.answers import ShareOf, estimate_categories, estimate_responses
    from barometer.survey.association import AssociationNote, AssociationStatistic, AssociationTest, test_association
    from barometer.survey.calibrated import Calibrated, adjust_design, calibrate_design, limit_design, trim_design
    from barometer.survey.calibration import (
        Calibration,
        Influential,
        TargetFit,
        calibrate_weights,
    )
    from barometer.survey.changes import Changes, Occasion, RepeatedEstimates, estimate_occasions
    from barometer.survey.columns import Columns, ratio_columns, share_columns, value_columns
    from barometer.survey.comparisons import COMPARISON_REASONS, ComparedShares, Effect, Pairs, compare_shares
    from barometer.survey.constraint_rows import ResidualRule
    from barometer.survey.contrasts import Contrast, contrast
    from barometer.survey.cross_tables import CellShares, CrossTable, SharesOf, cross_tabulate
    from barometer.survey.crossed_groups import cross_groups
    from barometer.survey.decomposition import PARTS, ChangeParts, decompose
    from barometer.survey.design import SurveyDesign, declare_design
    from barometer.survey.engines.source_design import SourceDesign, declare_source
    from barometer.survey.engines.sums_of_source import sum_answers, sum_source
    from barometer.survey.estimates import TOTAL, DfRule, DomainEstimates, EstimationMethod
    from barometer.survey.estimators import (
        estimate_means,
        estimate_ratios,
        estimate_shares,
        estimate_totals,
    )
    from barometer.survey.families import FamilyName
    from barometer.survey.fitting import CalibrationMethod, CalibrationRule
    from barometer.survey.group_comparisons import (
        Against,
        ComparisonDf,
        ComparisonTest,
        Family,
        GroupComparisons,
        compare_groups,
    )
    from barometer.survey.groups import Groups, group_rows
    from barometer.survey.independent import IndependentDifferences, independent_differences, independent_shares
    from barometer.survey.intervals import (
        REASONS,
        Distribution,
        IntervalMethod,
        Intervals,
        share_interval,
        symmetric_interval,
        t_quantile,
    )
    from barometer.survey.joint_cells import JointCells, count_cells
    from barometer.survey.limits import Limiting, limit_weights
    from barometer.survey.margins import Margins, Population, Setting, predictive_margins
    from barometer.survey.merging import merge_sums
    from barometer.survey.mixtures import mixture_difference, pattern_mixture
    from barometer.survey.moments.collected import Moments, MomentsNote, MomentsPart, collect_moments, merge_moments
    from barometer.survey.moments.files import load_moments
    from barometer.survey.moments.outcomes import drop_groups, keep_outcomes
    from barometer.survey.multiplicity import Adjustment, adjust_p_values, family_size, simultaneous_confidence
    from barometer.survey.ordered_trend import OrderedTrend, TrendNote, test_ordered_trend
    from barometer.survey.overlap import OverlapRule, UnitScores, covariance_of_samples
    from barometer.survey.pairs import PAIR_REASONS, LogRatios, PairEstimates, estimate_pairs
    from barometer.survey.parquet import sum_parquet
    from barometer.survey.partial_indicators import PartialIndicator
    from barometer.survey.propensity import Propensities, fit_propensities
    from barometer.survey.propensity_weights import (
        ModelWeight,
        PropensityAdjustment,
        PropensityRule,
        adjust_by_propensity,
        replicate_propensity,
    )
    from barometer.survey.quadratic_forms import TailMethod, chi_square_sum_tail
    from barometer.survey.quality import FLAGS, ReliabilityRule
    from barometer.survey.quantiles import QuantileRule, weighted_quantiles
    from barometer.survey.regression import Regression, fit_regression
    from barometer.survey.replicate_calibration import reweight_replicates
    from barometer.survey.replicate_design import ReplicateDesign, declare_replicates
    from barometer.survey.replicate_making import make_replicates
    from barometer.survey.replicate_sums import ReplicateSums, sum_replicates
    from barometer.survey.representativity import (
        Correction,
        IndicatorInterval,
        Representativity,
        estimate_representativity,
    )
    from barometer.survey.response import DesignWeights, ResponseRates, design_weights, response_rates
    from barometer.survey.response_cells import CellAdjustment, MergedCell, adjust_by_cells
    from barometer.survey.sample_names import PSULabels
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
    from barometer.survey.targets import Margin, Targets, Total, declare_targets
    from barometer.survey.term_tests import TermTest, test_coefficients, wald_test
    from barometer.survey.trimming import Trimming, trim_weights
    from barometer.survey.variances import estimate_variances
    from barometer.survey.weight_report import FrameMargin, WeightReport, report_weights
    from barometer.survey.weight_spreads import WeightSpread, weight_spread
    from barometer.survey.woodruff import estimate_quantiles

__all__ = [
    "COMPARISON_REASONS",
    "FLAGS",
    "PAIR_REASONS",
    "PARTS",
    "REASONS",
    "TOTAL",
    "Across",
    "Adjustment",
    "Against",
    "AssociationNote",
    "AssociationStatistic",
    "AssociationTest",
    "Calibrated",
    "Calibration",
    "CalibrationMethod",
    "CalibrationRule",
    "CellAdjustment",
    "CellShares",
    "CellSums",
    "ChangeParts",
    "Changes",
    "Choices",
    "Columns",
    "ComparedShares",
    "ComparisonDf",
    "ComparisonTest",
    "Contrast",
    "Correction",
    "CrossTable",
    "DesignFacts",
    "DesignWeights",
    "DfRule",
    "Distribution",
    "DomainEstimates",
    "Effect",
    "EstimationMethod",
    "Family",
    "FamilyName",
    "FrameMargin",
    "GroupComparisons",
    "Groups",
    "IndependentDifferences",
    "IndicatorInterval",
    "Influential",
    "IntervalMethod",
    "Intervals",
    "JointCells",
    "Limiting",
    "LogRatios",
    "LonelyDomainRule",
    "LonelyRule",
    "Margin",
    "Margins",
    "MergedCell",
    "MissingPart",
    "ModelWeight",
    "Moments",
    "MomentsNote",
    "MomentsPart",
    "Occasion",
    "OrderedTrend",
    "OverlapRule",
    "PSULabels",
    "PairEstimates",
    "Pairs",
    "PartialIndicator",
    "Population",
    "Propensities",
    "PropensityAdjustment",
    "PropensityRule",
    "QuantileRule",
    "Regression",
    "ReliabilityRule",
    "RepeatedEstimates",
    "ReplicateDesign",
    "ReplicateSums",
    "Representativity",
    "ResidualRule",
    "ResponseRates",
    "Setting",
    "ShareBounds",
    "ShareOf",
    "SharesOf",
    "SourceDesign",
    "Stage",
    "SurveyDesign",
    "TailMethod",
    "TargetFit",
    "Targets",
    "TermTest",
    "TippingPoint",
    "Total",
    "TrendNote",
    "Trimming",
    "UnitScores",
    "WeightReport",
    "WeightSpread",
    "adjust_by_cells",
    "adjust_by_propensity",
    "adjust_design",
    "adjust_p_values",
    "bound_difference",
    "bound_share",
    "calibrate_design",
    "calibrate_weights",
    "chi_square_sum_tail",
    "collect_moments",
    "compare_groups",
    "compare_shares",
    "contrast",
    "count_answered",
    "count_cells",
    "covariance_of_samples",
    "cross_groups",
    "cross_tabulate",
    "declare_design",
    "declare_replicates",
    "declare_source",
    "declare_targets",
    "decompose",
    "design_weights",
    "drop_groups",
    "estimate_categories",
    "estimate_columns",
    "estimate_means",
    "estimate_occasions",
    "estimate_pairs",
    "estimate_quantiles",
    "estimate_ratios",
    "estimate_representativity",
    "estimate_responses",
    "estimate_shares",
    "estimate_totals",
    "estimate_variances",
    "family_size",
    "fit_propensities",
    "fit_regression",
    "group_rows",
    "imbens_manski",
    "independent_differences",
    "independent_shares",
    "keep_outcomes",
    "limit_design",
    "limit_weights",
    "load_moments",
    "make_replicates",
    "merge_moments",
    "merge_sums",
    "mixture_difference",
    "pattern_mixture",
    "predictive_margins",
    "ratio_columns",
    "replicate_propensity",
    "report_weights",
    "response_rates",
    "reweight_replicates",
    "share_columns",
    "share_interval",
    "simultaneous_confidence",
    "sum_answers",
    "sum_cells",
    "sum_parquet",
    "sum_replicates",
    "sum_source",
    "summarise",
    "symmetric_interval",
    "t_quantile",
    "test_association",
    "test_coefficients",
    "test_ordered_trend",
    "tipping_difference",
    "tipping_point",
    "trim_design",
    "trim_weights",
    "value_columns",
    "wald_test",
    "weight_spread",
    "weighted_quantiles",
    "worst_case_bounds",
]

_MODULES = {
    "answered": ("count_answered",),
    "answers": ("ShareOf", "estimate_categories", "estimate_responses"),
    "changes": ("Changes", "Occasion", "RepeatedEstimates", "estimate_occasions"),
    "association": ("AssociationNote", "AssociationStatistic", "AssociationTest", "test_association"),
    "calibrated": ("Calibrated", "adjust_design", "calibrate_design", "limit_design", "trim_design"),
    "calibration": ("Calibration", "Influential", "TargetFit", "calibrate_weights"),
    "columns": ("Columns", "ratio_columns", "share_columns", "value_columns"),
    "comparisons": ("COMPARISON_REASONS", "ComparedShares", "Effect", "Pairs", "compare_shares"),
    "contrasts": ("Contrast", "contrast"),
    "decomposition": ("ChangeParts", "PARTS", "decompose"),
    "cross_tables": ("CellShares", "CrossTable", "SharesOf", "cross_tabulate"),
    "engines.source_design": ("SourceDesign", "declare_source"),
    "engines.sums_of_source": ("sum_answers", "sum_source"),
    "design": ("SurveyDesign", "declare_design"),
    "estimates": ("DfRule", "DomainEstimates", "EstimationMethod", "TOTAL"),
    "estimators": ("estimate_means", "estimate_ratios", "estimate_shares", "estimate_totals"),
    "group_comparisons": (
        *("Against", "ComparisonDf", "ComparisonTest", "Family", "GroupComparisons"),
        "compare_groups",
    ),
    "families": ("FamilyName",),
    "fitting": ("CalibrationMethod", "CalibrationRule"),
    "groups": ("Groups", "group_rows"),
    "independent": ("IndependentDifferences", "independent_differences", "independent_shares"),
    "intervals": (
        "Distribution",
        "IntervalMethod",
        "Intervals",
        "REASONS",
        "share_interval",
        "symmetric_interval",
        "t_quantile",
    ),
    "margins": ("Margins", "Population", "Setting", "predictive_margins"),
    "targets": ("Margin", "Targets", "Total", "declare_targets"),
    "merging": ("merge_sums",),
    "pairs": ("PAIR_REASONS", "LogRatios", "PairEstimates", "estimate_pairs"),
    "overlap": ("OverlapRule", "UnitScores", "covariance_of_samples"),
    "moments.collected": ("Moments", "MomentsNote", "MomentsPart", "collect_moments", "merge_moments"),
    "moments.files": ("load_moments",),
    "moments.outcomes": ("drop_groups", "keep_outcomes"),
    "sample_names": ("PSULabels",),
    "multiplicity": ("Adjustment", "adjust_p_values", "family_size", "simultaneous_confidence"),
    "joint_cells": ("JointCells", "count_cells"),
    "crossed_groups": ("cross_groups",),
    "ordered_trend": ("OrderedTrend", "TrendNote", "test_ordered_trend"),
    "parquet": ("sum_parquet",),
    "quadratic_forms": ("TailMethod", "chi_square_sum_tail"),
    "limits": ("Limiting", "limit_weights"),
    "mixtures": ("mixture_difference", "pattern_mixture"),
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
    "regression": ("Regression", "fit_regression"),
    "replicate_calibration": ("reweight_replicates",),
    "replicate_design": ("ReplicateDesign", "declare_replicates"),
    "replicate_making": ("make_replicates",),
    "replicate_sums": ("ReplicateSums", "sum_replicates"),
    "constraint_rows": ("ResidualRule",),
    "partial_indicators": ("PartialIndicator",),
    "representativity": (
        "Correction",
        "IndicatorInterval",
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
    "trimming": ("Trimming", "trim_weights"),
    "variances": ("estimate_variances",),
    "term_tests": ("TermTest", "test_coefficients", "wald_test"),
    "weight_report": ("FrameMargin", "WeightReport", "report_weights"),
    "weight_spreads": ("WeightSpread", "weight_spread"),
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
