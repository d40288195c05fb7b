"""What is shown: figures, tables, verification, report."""

from barometer.publication.contact_sheet import ContactSheet, contact_sheet
from barometer.publication.disclosure import (
    DisclosurePolicy,
    MomentsRelease,
    MomentsReport,
    Protected,
    check_differencing,
    check_moments,
    protect,
    release_moments,
)
from barometer.publication.draw import draw
from barometer.publication.figure import Figure
from barometer.publication.innovationstest import (
    GroupPicture,
    WorkplaceBenchmark,
    benchmark_workplace,
    build_test,
    draw_workplace,
    picture_group,
    save_document,
)
from barometer.publication.report import ManifestCheck, build_report, verify_manifest
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
    "ContactSheet",
    "DisclosurePolicy",
    "Figure",
    "GroupPicture",
    "ManifestCheck",
    "MomentsRelease",
    "MomentsReport",
    "Protected",
    "PublicationTable",
    "StatBankComparison",
    "StatBankExtract",
    "StatBankShares",
    "Verification",
    "WorkplaceBenchmark",
    "benchmark_workplace",
    "build_report",
    "build_test",
    "check_differencing",
    "check_moments",
    "contact_sheet",
    "draw",
    "draw_workplace",
    "picture_group",
    "protect",
    "read_statbank",
    "release_moments",
    "save_document",
    "statbank_table",
    "to_excel",
    "to_table",
    "to_tables",
    "verify",
    "verify_manifest",
    "write_statbank",
]
