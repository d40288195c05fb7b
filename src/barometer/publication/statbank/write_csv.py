"""StatBank's CSV: a column for each variable, then INDHOLD; semicolons between."""

import csv
import io
from typing import TYPE_CHECKING

from barometer.codebook.records import Lang, as_lang
from barometer.codebook.statbank import StatBankVariable
from barometer.errors import check_choice
from barometer.microdata import SYNTHETIC
from barometer.microdata.inert_text import inert
from barometer.publication.statbank.cells import CONTENT, DATA, MISSING, Presentation, check_decimals, write_number

if TYPE_CHECKING:
    from barometer.publication.statbank.shares import StatBankShares


def csv_text(computed: "StatBankShares", lang: Lang, presentation: Presentation, decimals: int) -> str:
    """
    Write a computed table as StatBank's CSV.

    Parameters
    ----------
    computed : StatBankShares
    lang : {"da", "en"}
    presentation : {"code", "value", "code_and_value"}
    decimals : int

    Raises
    ------
    ArgumentError
        If an argument is none of what it may be.
    """
    as_lang(lang)
    check_decimals(decimals)
    check_choice("presentation", presentation, Presentation)
    columns = {}
    for variable in computed.record.variables:
        if variable.rows == "time" and computed.is_synthetic:
            columns[DATA] = [SYNTHETIC.text(lang)] * len(computed.table)
        shown = _shown(variable, lang, presentation)
        columns[variable.code.upper()] = [shown[code] for code in computed.table[variable.code]]
    shares = computed.table["share"]
    columns[CONTENT] = [MISSING if share != share else write_number(share, lang, decimals) for share in shares]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerows([list(columns), *zip(*columns.values(), strict=True)])
    return stream.getvalue()


def _shown(variable: StatBankVariable, lang: Lang, presentation: Presentation) -> dict[str, str]:
    """Return what stands for each code of a variable; a year is a year."""
    if presentation == "code" or variable.rows == "time":
        return {code.code: code.code for code in variable.codes}
    labels = {code.code: code.label.text(lang) for code in variable.codes}
    return {
        code: inert(f"{code} {label}" if presentation == "code_and_value" else label) for code, label in labels.items()
    }
