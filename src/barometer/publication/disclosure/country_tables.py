"""Shares of two countries as the cells of two codebooks."""

from dataclasses import replace

import numpy as np

from barometer.analysis import CountryComparison
from barometer.analysis.suppression import suppress_rows
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.share_tables import estimates_cells, hide_estimates
from barometer.publication.disclosure.tables import CellTable, in_codebook, side_by_side


def country_cells(result: CountryComparison) -> CellTable:
    """Return the shares of both countries, each under the name of its codebook."""
    sides = [in_codebook(estimates_cells(side), side.codebook.about.name) for side in (result.first, result.second)]
    return side_by_side(" and ".join(side.name for side in sides), sides)


def hide_countries(result: CountryComparison, hidden: Hidden) -> CountryComparison:
    """Empty the rows of which the share of either country is suppressed."""
    size = len(result.first.table)
    sides, lost = [], []
    for side, own in ((result.first, slice(None, size)), (result.second, slice(size, None))):
        cell, base = hidden.cell[own], hidden.base[own]
        sides.append(hide_estimates(side, Hidden(cell, base, hidden.reason[own])))
        lost.append(set(side.table["indicator"][cell | base]))
    rows = zip(result.table["indicator"], result.table["theirs"], strict=True)
    gone = np.array([first in lost[0] or second in lost[1] for first, second in rows], dtype=np.bool_)
    table = suppress_rows(result.table, gone, np.zeros_like(gone))
    counts = {name: table[name].astype("Int64") for name in ("n_first", "n_second")}
    return replace(result, table=table.assign(**counts), first=sides[0], second=sides[1])
