"""The questions analysts ask, answered with labels: shares, differences, published claims computed again."""

from barometer.analysis.comparisons import Comparisons, compare_domains
from barometer.analysis.countries import CountryComparison, compare_countries
from barometer.analysis.designs import WaveFacts, wave_facts
from barometer.analysis.differences import Difference
from barometer.analysis.estimates import Estimates
from barometer.analysis.method import Method
from barometer.analysis.peers import PeerGroup, find_peers
from barometer.analysis.shares import estimate_shares

__all__ = [
    "Comparisons",
    "CountryComparison",
    "Difference",
    "Estimates",
    "Method",
    "PeerGroup",
    "WaveFacts",
    "compare_countries",
    "compare_domains",
    "estimate_shares",
    "find_peers",
    "wave_facts",
]
