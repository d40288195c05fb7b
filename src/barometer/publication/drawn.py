"""The numbers that a figure draws: chosen rows of results, with their labels and their standing."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from barometer.analysis import Estimates
from barometer.analysis.estimates import TOTAL, TOTAL_LABEL
from barometer.codebook.records import Label, Lang
from barometer.publication.style import THIN_N

LAST = ("other", "dont_know", "none", "not_relevant")
"""Answers that come last whatever their share."""


def drawn_bars(estimates: Estimates, *, union: bool, order: str) -> pd.DataFrame:
    """
    Rows for bars: the total of each indicator, or a composite followed by its parts.

    Parameters
    ----------
    estimates : Estimates
        Without a domain; the first indicator is the composite of a union.
    union : bool
    order : {"value", "given"}
    """
    rows = [_row(estimates, indicator.name, TOTAL, indicator.label, "plain") for indicator in estimates.indicators]
    if union:
        head, tail = [{**rows[0], "role": "main"}], [{**row, "role": "part"} for row in rows[1:]]
    else:
        head, tail = [], rows
    return _frame([*head, *_ordered(tail, order, "indicator")])


def drawn_domains(estimates: Estimates, *, order: str) -> pd.DataFrame:
    """
    Rows for dots: every group of one domain, and the total.

    Parameters
    ----------
    estimates : Estimates
        One indicator by one domain.
    order : {"value", "given"}
    """
    name = estimates.indicators[0].name
    groups = [_row(estimates, name, group.code, group.label, "plain") for group in estimates.domains[0].groups]
    return _frame([*_ordered(groups, order, "group"), _row(estimates, name, TOTAL, TOTAL_LABEL, "total")])


def with_labels(data: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return the rows with the labels of one language in column `label`."""
    return data.assign(label=data[f"label_{lang}"])


def _row(estimates: Estimates, indicator: str, group: str, label: Label, role: str) -> dict[str, object]:
    found = estimates.row(indicator, *([group] if estimates.domains else []))
    return {
        "indicator": indicator,
        "group": group,
        "label_da": label.da,
        "label_en": label.en,
        "share": float(found["share"]),
        "ci_low": float(found["ci_low"]),
        "ci_high": float(found["ci_high"]),
        "n": int(found["n"]),
        "role": role,
        "basis": _basis(estimates, indicator, group),
        "thin": int(found["n"]) < THIN_N,
    }


def _basis(estimates: Estimates, indicator: str, group: str) -> str:
    """Whether a share of synthetic data was fitted to a published number, or rests on an assumption."""
    if not estimates.is_synthetic:
        return "delivery"
    domain = estimates.domains[0].name if estimates.domains and group != TOTAL else ""
    for claim in estimates.codebook.wave_claims(estimates.method.wave):
        where = (claim.domain, claim.group) if claim.domain else ("", "")
        if claim.indicator == indicator and claim.statistic == "share" and claim.check in ("exact", "range"):
            if claim.fitted and where == (domain, group if domain else ""):
                return "published"
    return "assumed"


def _ordered(rows: Sequence[dict[str, object]], order: str, key: str) -> list[dict[str, object]]:
    last = [row for row in rows if str(row[key]).rpartition(".")[2] in LAST]
    rest = [row for row in rows if row not in last]
    if order == "value":
        rest = sorted(rest, key=lambda row: -np.nan_to_num(row["share"], nan=-1.0))
    return [*rest, *last]


def _frame(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows)
