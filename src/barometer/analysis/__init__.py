"""The questions analysts ask, answered with labels: shares, differences, published claims computed again."""

from barometer.analysis.association import Association, test_association
from barometer.analysis.countries import CountryComparison, compare_countries
from barometer.analysis.designs import WaveFacts, wave_facts
from barometer.analysis.differences import Difference
from barometer.analysis.estimates import Estimates
from barometer.analysis.method import Method
from barometer.analysis.shares import estimate_shares

__all__ = [
    "Association",
    "CountryComparison",
    "Difference",
    "Estimates",
    "Method",
    "WaveFacts",
    "compare_countries",
    "estimate_shares",
    "test_association",
    "wave_facts",
]
