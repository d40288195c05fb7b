"""What is shown: figures, tables, verification, report."""

from barometer.publication.contact_sheet import contact_sheet
from barometer.publication.draw import draw
from barometer.publication.figure import Figure
from barometer.publication.report import ManifestCheck, build_report, verify_manifest
from barometer.publication.verification import Verification, verify
from barometer.publication.workbook import to_excel

__all__ = [
    "Figure",
    "ManifestCheck",
    "Verification",
    "build_report",
    "contact_sheet",
    "draw",
    "to_excel",
    "verify",
    "verify_manifest",
]
