"""Rows of comparisons as marks: shares from the estimates, differences and findings from the tests."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from barometer.analysis import Comparisons, Estimates
from barometer.analysis.comparison_words import VERSUS
from barometer.codebook.records import Indicator
from barometer.publication.compared import Compared, Direction
from barometer.publication.drawn import share_basis
from barometer.publication.gaps import is_gap, shown_n
from barometer.publication.style import THIN_N

TURNED: dict[Direction, Direction] = {"above": "below", "below": "above", "": ""}


def compared_marks(result: Comparisons, indicator: Indicator) -> list[Compared]:
    """Return the comparisons of one indicator with one thing as marks, in the order of the groups."""
    return [_mark(result.estimates, indicator, row) for row in _rows(result, indicator)]


def pair_marks(result: Comparisons, indicator: Indicator, order: Sequence[str]) -> list[Compared]:
    """
    Return every group less every other as marks, row by row; the diagonal has the shares alone.

    Parameters
    ----------
    result : Comparisons
        Of pairs.
    indicator : Indicator
    order : sequence of str
        Codes of the groups.
    """
    cells, estimates = {}, result.estimates
    for row in _rows(result, indicator):
        group, versus = str(row["group"]), str(row["versus"])
        turned: dict[Hashable, Any] = {
            "group": versus,
            "versus": group,
            "share_versus": row["share"],
            "n": row["n_versus"],
        }
        turned |= {"difference": -row["difference"], "direction": TURNED[row["direction"]]}
        cells[group, versus] = _mark(estimates, indicator, row)
        cells[versus, group] = _mark(estimates, indicator, {**row, **turned})
    return [cells.get((row, column)) or share_mark(estimates, indicator, row) for row in order for column in order]


def share_mark(estimates: Estimates, indicator: Indicator, group: str) -> Compared:
    """Return the share of a group that is compared with nothing."""
    row: dict[Hashable, Any] = {"group": group, "versus": group, "direction": "", "note": ""}
    row |= dict.fromkeys(("share_versus", "difference", "at_least", "p_adjusted"), math.nan)
    row["n"] = estimates.row(indicator.name, group)["n"]
    return _mark(estimates, indicator, row)


def _rows(result: Comparisons, indicator: Indicator) -> list[dict[Hashable, Any]]:
    """Rows of the table with what was found in them."""
    keys = ["indicator", "group", "versus"]
    # Doubtful findings are drawn hollow, with the note that says why.
    found = pd.concat([result.standouts(), result.uncertain()])
    found = found[[*keys, "direction", "at_least"]].astype({"direction": "str"})
    table = result.table[result.table["indicator"] == indicator.name]
    return table.merge(found, on=keys, how="left").fillna({"direction": ""}).to_dict("records")


def level_marks(estimates: Estimates, indicator: Indicator, result: Comparisons | None) -> list[Compared]:
    """Return the shares of one indicator in every group, with what was found where they were compared."""
    compared = {} if result is None else {mark.group: mark for mark in compared_marks(result, indicator)}
    return [compared.get(group) or share_mark(estimates, indicator, group) for (group,) in estimates.groups]


def _mark(estimates: Estimates, indicator: Indicator, row: Mapping[Hashable, Any]) -> Compared:
    domain = estimates.domains[0]
    labels = {group.code: group.label for group in domain.groups} | VERSUS
    group, versus, n = str(row["group"]), str(row["versus"]), shown_n(row["n"])
    share = estimates.row(indicator.name, group)
    return Compared(
        indicator=indicator.name,
        group=group,
        label_da=labels[group].da,
        label_en=labels[group].en,
        share=float(share["share"]),
        ci_low=float(share["ci_low"]),
        ci_high=float(share["ci_high"]),
        n=n,
        role="plain",
        basis=share_basis(estimates, indicator.name, (domain.name, group)),
        thin=n < THIN_N and not is_gap(share),
        versus_group=versus,
        versus_da=labels[versus].da,
        versus_en=labels[versus].en,
        share_versus=float(row["share_versus"]),
        difference=float(row["difference"]),
        at_least=float(row["at_least"]),
        p_adjusted=float(row["p_adjusted"]),
        direction=row["direction"],
        note=str(row["note"]),
    )
