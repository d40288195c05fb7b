"""Trends and changes taken apart, as cells of each wave."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.analysis import Decomposition, Trend
from barometer.analysis.suppression import suppress_rows
from barometer.analysis.withheld import withhold
from barometer.microdata.arrays import BoolArray
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.share_tables import base_name, weighted_count
from barometer.publication.disclosure.tables import CROSS, TOTAL, Answer, Cell, CellTable


def trend_cells(result: Trend) -> CellTable:
    """Return the shares of every wave as cells."""
    names = [domain.name for domain in result.domains]
    bases = {i.name: base_name(i.base, _rule(result, i.dont_know), i.name) for i in result.indicators}
    cells = []
    for row in result.table.to_dict("records"):
        codes = [str(row[name]) for name in names]
        whole = not codes or codes[0] == TOTAL
        place = ("", TOTAL) if whole else (CROSS.join(names), CROSS.join(codes))
        cells.append(Cell(int(row["wave"]), bases[str(row["indicator"])], str(row["indicator"]), *place))
    n = result.table["n"].to_numpy(np.intp)
    return CellTable(
        f"{result.indicators[0].name} over waves",
        tuple(cells),
        result.answered,
        n,
        weighted_count(result.table["share"].to_numpy(np.float64), result.weighted_base),
        result.weighted_base,
        (),
        {domain.name: domain for domain in result.domains},
        answers=tuple(
            Answer(wave, bases[indicator.name], indicator, book)
            for wave, book in result.codebooks.items()
            for indicator in result.indicators
        ),
    )


def _rule(result: Trend, own: str) -> str:
    return own if result.method.dont_know == "record" else str(result.method.dont_know)


def hide_trend(result: Trend, hidden: Hidden) -> Trend:
    """Empty the suppressed shares, and every change and slope with one of them at an end or on the way."""
    keys = ["indicator", *(domain.name for domain in result.domains)]
    gone = hidden.cell | hidden.base
    lost = {(*map(str, key), int(wave)) for *key, wave in result.table.loc[gone, [*keys, "wave"]].to_numpy().tolist()}
    waves = sorted(result.method.periods)

    def emptied(rows: pd.DataFrame, last: str) -> pd.DataFrame:
        touched = _touched(rows, keys, waves, last, lost)
        return suppress_rows(rows, touched, np.zeros_like(touched))

    shown = replace(
        result,
        table=suppress_rows(result.table, gone, hidden.base),
        changes=emptied(result.changes, "second"),
        slopes=emptied(result.slopes, "last"),
        spans=emptied(result.spans, "second"),
    )
    return withhold(shown, "answered", "weighted_base")


def _touched(
    rows: pd.DataFrame, keys: Sequence[str], waves: Sequence[int], last: str, lost: set[tuple[object, ...]]
) -> BoolArray:
    """Whether a change has a suppressed share at an end; a slope anywhere."""
    found = []
    for *key, first, end in rows[[*keys, "first", last]].astype(object).to_numpy().tolist():
        if pd.isna(first) or pd.isna(end):
            found.append(False)
            continue
        between = waves if last == "last" else (first, end)
        found.append(any((*map(str, key), wave) in lost for wave in between if first <= wave <= end))
    return np.array(found, dtype=np.bool_)


def decomposition_cells(result: Decomposition) -> CellTable:
    """Return the cells of both waves, each wave's total first: the parts of the change tell the sum of its cells."""
    name = CROSS.join(domain.name for domain in result.domains)
    waves = (result.comparability[0].first, result.comparability[0].second)
    groups = [CROSS.join(map(str, key)) for key in result.cells[[d.name for d in result.domains]].to_numpy().tolist()]
    indicator, n = result.indicator, result.kernel.n
    base = f"{base_name(indicator.base, indicator.dont_know, indicator.name)} in a cell"
    places = [("", TOTAL), *((name, group) for group in groups)]
    answered, size, weighted = (
        _total_first(values) for values in (result.answered, n, np.nan_to_num(result.kernel.share) * n)
    )
    return CellTable(
        f"{indicator.name} change",
        tuple(Cell(wave, base, indicator.name, *place) for wave in waves for place in places),
        answered,
        size.astype(np.intp),
        weighted,
        size.astype(np.float64),
        (),
        {},
    )


def _total_first(values: NDArray[Any]) -> NDArray[Any]:
    """Of each wave, the sum of its cells before them, one wave after the other."""
    return np.concatenate([values.sum(axis=1, keepdims=True), values], axis=1).ravel()


def hide_decomposition(result: Decomposition, hidden: Hidden) -> Decomposition:
    """
    Empty what a cell adds where it is suppressed in one of the two waves.

    The parts of the change stay, unless the share of all is suppressed in one of the waves: they would tell it.
    """
    total, *cells = np.asarray((hidden.cell | hidden.base).reshape(2, -1).any(axis=0))
    gone = np.array(cells, dtype=np.bool_)
    if total:
        parts, standardised = (
            suppress_rows(of, *(np.ones(len(of), dtype=np.bool_),) * 2) for of in (result.table, result.standardised)
        )
        result = replace(result, table=parts, standardised=standardised)
    table = suppress_rows(result.cells, gone, np.zeros_like(gone))
    counts = [name for name in table.columns if str(name).startswith("n_")]
    shown = replace(result, cells=table.assign(**{name: table[name].astype("Int64") for name in counts}))
    return withhold(shown, "kernel", "answered")
