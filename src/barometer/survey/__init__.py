"""Design-based estimation: arrays in, arrays out, for any survey."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from barometer.survey.answers import ShareOf, estimate_categories, estimate_responses
    from barometer.survey.association import AssociationNote, AssociationStatistic, AssociationTest, test_association
    from barometer.survey.columns import Columns, ratio_columns, share_columns, value_columns
    from barometer.survey.contrasts import Contrast, contrast
    from barometer.survey.cross_tables import CellShares, CrossTable, SharesOf, cross_tabulate
    from barometer.survey.design import PSULabels, SurveyDesign, declare_design
    from barometer.survey.estimates import TOTAL, DfRule, DomainEstimates, EstimationMethod
    from barometer.survey.estimators import (
        estimate_means,
        estimate_ratios,
        estimate_shares,
        estimate_totals,
        estimate_variances,
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
    from barometer.survey.joint_cells import JointCells, count_cells
    from barometer.survey.merging import merge_sums
    from barometer.survey.ordered_trend import OrderedTrend, TrendNote, test_ordered_trend
    from barometer.survey.parquet import sum_parquet
    from barometer.survey.quadratic_forms import TailMethod, chi_square_sum_tail
    from barometer.survey.quality import FLAGS, ReliabilityRule
    from barometer.survey.quantiles import QuantileRule, weighted_quantiles
    from barometer.survey.replicate_design import ReplicateDesign, declare_replicates
    from barometer.survey.replicate_making import make_replicates
    from barometer.survey.replicate_sums import ReplicateSums
    from barometer.survey.stages import DesignFacts, LonelyDomainRule, LonelyRule, Stage
    from barometer.survey.summaries import Choices, estimate_columns, summarise
    from barometer.survey.sums import Across, CellSums, sum_cells
    from barometer.survey.woodruff import estimate_quantiles

__all__ = [
    "FLAGS",
    "REASONS",
    "TOTAL",
    "Across",
    "AssociationNote",
    "AssociationStatistic",
    "AssociationTest",
    "CellShares",
    "CellSums",
    "Choices",
    "Columns",
    "Contrast",
    "CrossTable",
    "DesignFacts",
    "DfRule",
    "Distribution",
    "DomainEstimates",
    "EstimationMethod",
    "Groups",
    "IndependentDifferences",
    "IntervalMethod",
    "Intervals",
    "JointCells",
    "LonelyDomainRule",
    "LonelyRule",
    "OrderedTrend",
    "PSULabels",
    "QuantileRule",
    "ReliabilityRule",
    "ReplicateDesign",
    "ReplicateSums",
    "ShareOf",
    "SharesOf",
    "Stage",
    "SurveyDesign",
    "TailMethod",
    "TrendNote",
    "chi_square_sum_tail",
    "contrast",
    "count_cells",
    "cross_tabulate",
    "declare_design",
    "declare_replicates",
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
    "share_columns",
    "share_interval",
    "sum_cells",
    "sum_parquet",
    "summarise",
    "symmetric_interval",
    "t_quantile",
    "test_association",
    "test_ordered_trend",
    "value_columns",
    "weighted_quantiles",
]

_MODULES = {
    "answers": ("ShareOf", "estimate_categories", "estimate_responses"),
    "association": ("AssociationNote", "AssociationStatistic", "AssociationTest", "test_association"),
    "columns": ("Columns", "ratio_columns", "share_columns", "value_columns"),
    "contrasts": ("Contrast", "contrast"),
    "cross_tables": ("CellShares", "CrossTable", "SharesOf", "cross_tabulate"),
    "design": ("PSULabels", "SurveyDesign", "declare_design"),
    "estimates": ("DfRule", "DomainEstimates", "EstimationMethod", "TOTAL"),
    "estimators": ("estimate_means", "estimate_ratios", "estimate_shares", "estimate_totals", "estimate_variances"),
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
    "joint_cells": ("JointCells", "count_cells"),
    "merging": ("merge_sums",),
    "ordered_trend": ("OrderedTrend", "TrendNote", "test_ordered_trend"),
    "parquet": ("sum_parquet",),
    "quadratic_forms": ("TailMethod", "chi_square_sum_tail"),
    "quality": ("FLAGS", "ReliabilityRule"),
    "quantiles": ("QuantileRule", "weighted_quantiles"),
    "replicate_design": ("ReplicateDesign", "declare_replicates"),
    "replicate_making": ("make_replicates",),
    "replicate_sums": ("ReplicateSums",),
    "stages": ("DesignFacts", "LonelyDomainRule", "LonelyRule", "Stage"),
    "summaries": ("Choices", "estimate_columns", "summarise"),
    "sums": ("Across", "CellSums", "sum_cells"),
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
