"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""

from barometer.analysis import CountryComparison, Estimates, compare_countries, estimate_shares
from barometer.codebook import codebook
from barometer.errors import BarometerError, BarometerWarning
from barometer.microdata import CheckReport, Wave, check_delivery, ingest, load_wave
from barometer.publication import Figure, Verification, build_report, draw, to_excel, verify

__all__ = [
    "BarometerError",
    "BarometerWarning",
    "CheckReport",
    "CountryComparison",
    "Estimates",
    "Figure",
    "Verification",
    "Wave",
    "build_report",
    "check_delivery",
    "codebook",
    "compare_countries",
    "draw",
    "estimate_shares",
    "ingest",
    "load_wave",
    "to_excel",
    "verify",
]
