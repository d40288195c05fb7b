"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""

from barometer.analysis import (
    CountryComparison,
    Estimates,
    Model,
    ModelMargins,
    compare_countries,
    estimate_shares,
    fit_model,
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
    "Estimates",
    "Figure",
    "Model",
    "ModelMargins",
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
    "fit_model",
    "ingest",
    "load_wave",
    "propose_layout",
    "read_microdata",
    "to_excel",
    "verify",
    "write_microdata",
]
