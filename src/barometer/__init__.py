"""Weighted shares with honest uncertainty for the barometer of public-sector innovation."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

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
    from barometer.analysis import (
        Association,
        Comparisons,
        CountryComparison,
        Counts,
        Decomposition,
        Estimates,
        LateAnswers,
        Model,
        ModelMargins,
        MomentsComparison,
        Overlaps,
        Parts,
        PeerGroup,
        ResponseFactors,
        ResponseReport,
        Reweighting,
        Sensitivity,
        Trend,
        bound_difference,
        bound_share,
        check_response,
        collect_wave_moments,
        compare_countries,
        compare_domains,
        compare_early_late,
        compare_moments,
        decompose_change,
        estimate_counts,
        estimate_overlaps,
        estimate_parts,
        estimate_shares,
        estimate_trend,
        find_peers,
        fit_model,
        report_weights,
        reweight,
        test_association,
    )
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
    "Association",
    "BarometerError",
    "BarometerWarning",
    "CheckReport",
    "Comparisons",
    "ContactSheet",
    "CountryComparison",
    "Counts",
    "Decomposition",
    "DisclosurePolicy",
    "Estimates",
    "Figure",
    "GroupPicture",
    "LateAnswers",
    "ManifestCheck",
    "Model",
    "ModelMargins",
    "MomentsComparison",
    "MomentsRelease",
    "MomentsReport",
    "Overlaps",
    "Parts",
    "PeerGroup",
    "Protected",
    "PublicationTable",
    "RawTable",
    "ResponseFactors",
    "ResponseReport",
    "Reweighting",
    "Sensitivity",
    "StatBankComparison",
    "StatBankExtract",
    "StatBankShares",
    "Trend",
    "Verification",
    "Wave",
    "WorkplaceBenchmark",
    "benchmark_workplace",
    "bound_difference",
    "bound_share",
    "build_report",
    "build_test",
    "check_delivery",
    "check_differencing",
    "check_layout",
    "check_moments",
    "check_response",
    "codebook",
    "collect_wave_moments",
    "compare_countries",
    "compare_domains",
    "compare_early_late",
    "compare_moments",
    "contact_sheet",
    "decompose_change",
    "draw",
    "draw_workplace",
    "estimate_counts",
    "estimate_overlaps",
    "estimate_parts",
    "estimate_shares",
    "estimate_trend",
    "find_peers",
    "fit_model",
    "ingest",
    "load_wave",
    "picture_group",
    "propose_layout",
    "protect",
    "read_microdata",
    "read_statbank",
    "release_moments",
    "report_weights",
    "reweight",
    "save_document",
    "statbank_table",
    "test_association",
    "to_excel",
    "to_table",
    "to_tables",
    "verify",
    "verify_manifest",
    "write_microdata",
    "write_statbank",
]

_LATER = ("analysis", "publication")
"""Rooms that are entered when one of their names is asked for: `import barometer` need not wait for them."""


def __getattr__(name: str) -> object:
    if name in (*_LATER, "survey"):
        return import_module(f"{__name__}.{name}")
    if name in __all__:
        for room in map(import_module, (f"{__name__}.{later}" for later in _LATER)):
            if name in room.__all__:
                return getattr(room, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__])


def __dir__() -> list[str]:
    return __all__
