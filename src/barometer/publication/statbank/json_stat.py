"""A computed table as a JSON-stat 2.0 dataset."""

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from barometer.codebook.numbers import round_half_up
from barometer.codebook.records import Label, Lang, as_lang
from barometer.codebook.statbank import StatBankVariable
from barometer.publication.statbank.cells import CONTENTS_CODE, MISSING, check_decimals, keys, time_variable

if TYPE_CHECKING:
    from barometer.publication.statbank.shares import StatBankShares

PER_CENT = Label("pct.", "per cent")
CONTENTS = Label("Indhold", "Contents")


def json_stat(computed: "StatBankShares", lang: Lang, decimals: int) -> dict[str, Any]:
    """
    Describe a computed table as a JSON-stat dataset.

    Parameters
    ----------
    computed : StatBankShares
    lang : {"da", "en"}
    decimals : int
        Of the numbers in per cent.

    Returns
    -------
    dict
        `value` is in row-major order of `id`, None where there is no number, and then `status` says "..".

    Raises
    ------
    ArgumentError
        If an argument is none of what it may be.

    References
    ----------
    Badosa, X., JSON-stat 2.0 format, https://json-stat.org/full/.
    """
    as_lang(lang)
    check_decimals(decimals)
    record, time = computed.record, time_variable(computed.record).code
    table = computed.table
    present = {name: list(dict.fromkeys(table[name])) for name in keys(record)}
    ids = [name for name in present if name != time] + [CONTENTS_CODE, time]
    cells = table.set_index(keys(record)).reindex(
        _product(present, [name for name in ids if name != CONTENTS_CODE], keys(record))
    )
    shares = cells["share"].tolist()
    dimension = {v.code: _dimension(v, present[v.code], lang) for v in record.variables}
    dimension[CONTENTS_CODE] = _contents(record.id, record.label.text(lang), decimals, lang)
    return {
        "version": "2.0",
        "class": "dataset",
        "label": computed.title(lang),
        "source": " ".join(computed.sources(lang)),
        "note": list(computed.notes(lang)),
        "id": ids,
        "size": [1 if name == CONTENTS_CODE else len(present[name]) for name in ids],
        "role": {"time": [time], "metric": [CONTENTS_CODE]},
        "dimension": dimension,
        "value": [_per_cent(share, decimals) for share in shares],
        "status": {str(place): MISSING for place, share in enumerate(shares) if math.isnan(share)},
        "extension": {
            "barometer": {
                "table": record.id,
                "provenance": "synthetic" if computed.is_synthetic else "delivery",
                "ci_low": [_per_cent(value, decimals) for value in cells["ci_low"]],
                "ci_high": [_per_cent(value, decimals) for value in cells["ci_high"]],
                "n": [None if pd.isna(n) else int(n) for n in cells["n"]],
                "reason": cells["reason"].tolist(),
            }
        },
    }


def _product(present: dict[str, list[str]], order: list[str], names: list[str]) -> list[tuple[str, ...]]:
    """Return every cell in row-major order, as tuples in the order of `names`."""
    cells: list[dict[str, str]] = [{}]
    for name in order:
        cells = [{**cell, name: code} for cell in cells for code in present[name]]
    return [tuple(cell[name] for name in names) for cell in cells]


def _dimension(variable: StatBankVariable, present: list[str], lang: Lang) -> dict[str, Any]:
    labels = {code.code: code.label.text(lang) for code in variable.codes if code.code in present}
    notes = {
        code.code: [code.warning.text(lang)] for code in variable.codes if code.code in present and code.warning.en
    }
    category: dict[str, Any] = {"index": present, "label": labels}
    dimension: dict[str, Any] = {"label": variable.label.text(lang), "category": category}
    if notes:
        category["note"] = notes
    if variable.note.en:
        dimension["note"] = [variable.note.text(lang)]
    return dimension


def _contents(name: str, label: str, decimals: int, lang: Lang) -> dict[str, Any]:
    unit = {name: {"label": PER_CENT.text(lang), "symbol": "%", "position": "end", "decimals": decimals}}
    return {"label": CONTENTS.text(lang), "category": {"index": [name], "label": {name: label}, "unit": unit}}


def _per_cent(share: float, decimals: int) -> float | None:
    return None if math.isnan(share) else round_half_up(100.0 * share, decimals)
