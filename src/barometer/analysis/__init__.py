"""The questions analysts ask, answered with labels: shares, differences, published claims computed again."""

from barometer.analysis.association import Association, test_association
from barometer.analysis.comparisons import Comparisons, compare_domains
from barometer.analysis.composites import Parts, estimate_parts
from barometer.analysis.countries import CountryComparison, compare_countries
from barometer.analysis.counts import Counts, estimate_counts
from barometer.analysis.decomposition import Decomposition, decompose_change
from barometer.analysis.designs import WaveFacts, wave_facts
from barometer.analysis.differences import Difference
from barometer.analysis.estimates import Estimates
from barometer.analysis.late_answers import LateAnswers, compare_early_late
from barometer.analysis.method import Method
from barometer.analysis.model_margins import ModelMargins
from barometer.analysis.model_results import Model
from barometer.analysis.models import fit_model
from barometer.analysis.moments_comparison import MomentsComparison, compare_moments
from barometer.analysis.overlaps import Overlaps, estimate_overlaps
from barometer.analysis.peers import PeerGroup, find_peers
from barometer.analysis.response import ResponseReport, check_response
from barometer.analysis.response_factors import ResponseFactors
from barometer.analysis.reweighting import report_weights, reweight
from barometer.analysis.sensitivity import Sensitivity, bound_difference, bound_share
from barometer.analysis.shares import estimate_shares
from barometer.analysis.trend import Trend, TrendMethod
from barometer.analysis.trends import estimate_trend
from barometer.analysis.wave_moments import collect_wave_moments
from barometer.analysis.wave_quality import WaveQuality, wave_quality
from barometer.analysis.weight_report import Reweighting

__all__ = [
    "Association",
    "Comparisons",
    "CountryComparison",
    "Counts",
    "Decomposition",
    "Difference",
    "Estimates",
    "LateAnswers",
    "Method",
    "Model",
    "ModelMargins",
    "MomentsComparison",
    "Overlaps",
    "Parts",
    "PeerGroup",
    "ResponseFactors",
    "ResponseReport",
    "Reweighting",
    "Sensitivity",
    "Trend",
    "TrendMethod",
    "WaveFacts",
    "WaveQuality",
    "bound_difference",
    "bound_share",
    "check_response",
    "collect_wave_moments",
    "compare_countries",
    "compare_domains",
    "compare_early_late",
    "compare_moments",
    "decompose_change",
    "estimate_counts",
    "estimate_overlaps",
    "estimate_parts",
    "estimate_shares",
    "estimate_trend",
    "find_peers",
    "fit_model",
    "report_weights",
    "reweight",
    "test_association",
    "wave_facts",
    "wave_quality",
]
