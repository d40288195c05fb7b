"""The questions analysts ask, answered with labels: shares, differences, published claims computed again."""

from barometer.analysis.countries import CountryComparison, compare_countries
from barometer.analysis.designs import WaveFacts, wave_facts
from barometer.analysis.differences import Difference
from barometer.analysis.estimates import Estimates
from barometer.analysis.method import Method
from barometer.analysis.model_margins import ModelMargins
from barometer.analysis.model_results import Model
from barometer.analysis.models import fit_model
from barometer.analysis.shares import estimate_shares

__all__ = [
    "CountryComparison",
    "Difference",
    "Estimates",
    "Method",
    "Model",
    "ModelMargins",
    "WaveFacts",
    "compare_countries",
    "estimate_shares",
    "fit_model",
    "wave_facts",
]
