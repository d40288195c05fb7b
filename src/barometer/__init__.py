"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""

from barometer.analysis import (
    Association,
    CountryComparison,
    Estimates,
    compare_countries,
    estimate_shares,
    test_association,
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
    "Association",
    "BarometerError",
    "BarometerWarning",
    "CheckReport",
    "CountryComparison",
    "Estimates",
    "Figure",
    "RawTable",
    "Verification",
    "Wave",
    "build_report",
    "check_delivery",
    "check_layout",
    "codebook",
    "compare_countries",
    "draw",
    "estimate_shares",
    "ingest",
    "load_wave",
    "propose_layout",
    "read_microdata",
    "test_association",
    "to_excel",
    "verify",
    "write_microdata",
]
