"""The questions analysts ask, answered with labels: shares, differences, published claims computed again."""

from barometer.analysis.countries import CountryComparison, compare_countries
from barometer.analysis.designs import WaveFacts, wave_facts
from barometer.analysis.differences import Difference
from barometer.analysis.estimates import Estimates
from barometer.analysis.late_answers import LateAnswers, compare_early_late
from barometer.analysis.method import Method
from barometer.analysis.response import ResponseReport, check_response
from barometer.analysis.sensitivity import Sensitivity, bound_difference, bound_share
from barometer.analysis.shares import estimate_shares

__all__ = [
    "CountryComparison",
    "Difference",
    "Estimates",
    "LateAnswers",
    "Method",
    "ResponseReport",
    "Sensitivity",
    "WaveFacts",
    "bound_difference",
    "bound_share",
    "check_response",
    "compare_countries",
    "compare_early_late",
    "estimate_shares",
    "wave_facts",
]
