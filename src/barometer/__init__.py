"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from barometer.analysis import (
    CountryComparison,
    Estimates,
    LateAnswers,
    ResponseReport,
    Sensitivity,
    bound_difference,
    bound_share,
    check_response,
    compare_countries,
    compare_early_late,
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

if TYPE_CHECKING:
    from barometer.publication.draw import draw
    from barometer.publication.figure import Figure
    from barometer.publication.report import build_report
    from barometer.publication.verification import Verification, verify
    from barometer.publication.workbook import to_excel

__all__ = [
    "BarometerError",
    "BarometerWarning",
    "CheckReport",
    "CountryComparison",
    "Estimates",
    "Figure",
    "LateAnswers",
    "RawTable",
    "ResponseReport",
    "Sensitivity",
    "Verification",
    "Wave",
    "bound_difference",
    "bound_share",
    "build_report",
    "check_delivery",
    "check_layout",
    "check_response",
    "codebook",
    "compare_countries",
    "compare_early_late",
    "draw",
    "estimate_shares",
    "ingest",
    "load_wave",
    "propose_layout",
    "read_microdata",
    "to_excel",
    "verify",
    "write_microdata",
]

_OF_PUBLICATION = ("Figure", "Verification", "build_report", "draw", "to_excel", "verify")
"""Names whose room is entered when one of them is asked for: `import barometer` need not wait for figures."""


def __getattr__(name: str) -> object:
    if name == "publication" or name in _OF_PUBLICATION:
        publication = import_module("barometer.publication")
        return publication if name == "publication" else getattr(publication, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__])


def __dir__() -> list[str]:
    return __all__
