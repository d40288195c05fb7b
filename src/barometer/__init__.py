"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""

from barometer.analysis import (
    CountryComparison,
    Decomposition,
    Estimates,
    Trend,
    compare_countries,
    decompose_change,
    estimate_shares,
    estimate_trend,
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
    "CountryComparison",
    "Decomposition",
    "Estimates",
    "Figure",
    "RawTable",
    "Trend",
    "Verification",
    "Wave",
    "build_report",
    "check_delivery",
    "check_layout",
    "codebook",
    "compare_countries",
    "decompose_change",
    "draw",
    "estimate_shares",
    "estimate_trend",
    "ingest",
    "load_wave",
    "propose_layout",
    "read_microdata",
    "to_excel",
    "verify",
    "write_microdata",
]
