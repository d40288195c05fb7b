"""What is shown: figures, tables, verification, report."""

from barometer.publication.draw import draw
from barometer.publication.figure import Figure
from barometer.publication.report import build_report
from barometer.publication.statbank import (
    StatBankComparison,
    StatBankExtract,
    StatBankShares,
    read_statbank,
    statbank_table,
    write_statbank,
)
from barometer.publication.tables import PublicationTable, to_table, to_tables
from barometer.publication.verification import Verification, verify
from barometer.publication.workbook import to_excel

__all__ = [
    "Figure",
    "PublicationTable",
    "StatBankComparison",
    "StatBankExtract",
    "StatBankShares",
    "Verification",
    "build_report",
    "draw",
    "read_statbank",
    "statbank_table",
    "to_excel",
    "to_table",
    "to_tables",
    "verify",
    "write_statbank",
]
