"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""

from barometer.analysis import (
    Comparisons,
    CountryComparison,
    Estimates,
    PeerGroup,
    compare_countries,
    compare_domains,
    estimate_shares,
    find_peers,
)
from barometer.codebook import codebook
from barometer.errors import BarometerError, BarometerWarning
from barometer.microdata import (
    CheckReport,
    RawTable,
    Wave,
    check_delivery,
    check_layout,
    ingest,
    load_wave,
    propose_layout,
    read_microdata,
    write_microdata,
)
from barometer.publication import Figure, Verification, build_report, draw, to_excel, verify

__all__ = [
    "BarometerError",
    "BarometerWarning",
    "CheckReport",
    "Comparisons",
    "CountryComparison",
    "Estimates",
    "Figure",
    "PeerGroup",
    "RawTable",
    "Verification",
    "Wave",
    "build_report",
    "check_delivery",
    "check_layout",
    "codebook",
    "compare_countries",
    "compare_domains",
    "draw",
    "estimate_shares",
    "find_peers",
    "ingest",
    "load_wave",
    "propose_layout",
    "read_microdata",
    "to_excel",
    "verify",
    "write_microdata",
]
