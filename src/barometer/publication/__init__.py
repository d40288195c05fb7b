"""What is shown: figures, tables, verification, report."""

from barometer.publication.disclosure import DisclosurePolicy, Protected, check_differencing, protect
from barometer.publication.draw import draw
from barometer.publication.figure import Figure
from barometer.publication.report import build_report
from barometer.publication.verification import Verification, verify
from barometer.publication.workbook import to_excel

__all__ = [
    "DisclosurePolicy",
    "Figure",
    "Protected",
    "Verification",
    "build_report",
    "check_differencing",
    "draw",
    "protect",
    "to_excel",
    "verify",
]
