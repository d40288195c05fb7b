"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""

from barometer.analysis import (
    CountryComparison,
    Counts,
    Estimates,
    Overlaps,
    Parts,
    compare_countries,
    estimate_counts,
    estimate_overlaps,
    estimate_parts,
    estimate_shares,
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
    "Counts",
    "Estimates",
    "Figure",
    "Overlaps",
    "Parts",
    "RawTable",
    "Verification",
    "Wave",
    "build_report",
    "check_delivery",
    "check_layout",
    "codebook",
    "compare_countries",
    "draw",
    "estimate_counts",
    "estimate_overlaps",
    "estimate_parts",
    "estimate_shares",
    "ingest",
    "load_wave",
    "propose_layout",
    "read_microdata",
    "to_excel",
    "verify",
    "write_microdata",
]
