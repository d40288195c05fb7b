"""Models, adjusted shares and moved weights as cells: the groups that their numbers are of."""

from dataclasses import replace

import numpy as np
import pandas as pd

from barometer.analysis import Model, ModelMargins, Reweighting
from barometer.analysis.model_table import ModelFacts
from barometer.analysis.suppression import shrouded, suppress_rows
from barometer.analysis.withheld import keep_only, withhold
from barometer.microdata.arrays import BoolArray
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.tables import TOTAL, Cell, CellTable


def model_cells(result: Model | ModelMargins) -> CellTable:
    """Return the groups of every factor and cross, and how many of each answered so."""
    facts, name = result.method, result.outcome.name
    first = next(iter(facts.levels))
    n = [sum(facts.levels[first].values()), *(count for levels in facts.levels.values() for count in levels.values())]
    yes = [
        sum(facts.answered[first].values()),
        *(count for levels in facts.answered.values() for count in levels.values()),
    ]
    base = f"model of {name}: {', '.join(facts.levels)}"
    cells = [Cell(facts.wave, base, name, *place) for place in [("", TOTAL), *_places(facts)]]
    count, size = np.array(yes, np.intp), np.array(n, np.intp)
    return CellTable(
        f"{name} model", tuple(cells), count, size, count.astype(np.float64), size.astype(np.float64), (), {}
    )


def _places(facts: ModelFacts) -> list[tuple[str, str]]:
    return [(term, level) for term, levels in facts.levels.items() for level in levels]


def hide_model(result: Model | ModelMargins, hidden: Hidden) -> Model | ModelMargins:
    """Empty the rows of suppressed groups; all of a term where it is the group that others are measured from."""
    places = _places(result.method)
    out_of_table = (hidden.cell | hidden.base)[1:]
    gone: set[tuple[object, ...]] = {place for place, out in zip(places, out_of_table, strict=True) if out}
    for term in result.method.levels:
        references = {
            (name, result.method.references[name]) for name in term.split(":") if name in result.method.references
        }
        if references & gone:
            gone |= {(name, level) for name, level in places if name == term}
    table: pd.DataFrame = result.table
    out = shrouded(table, ["term", "level"], gone)
    if "versus" in table:
        out = out | shrouded(table, ["term", "versus"], gone)
    few: set[tuple[object, ...]] = {place for place, small in zip(places, hidden.base[1:], strict=True) if small}
    shown = suppress_rows(table, out, shrouded(table, ["term", "level"], few))
    if isinstance(result, ModelMargins):
        return withhold(
            replace(result, table=shown, method=withhold(result.method, "levels", "answered")), "covariance"
        )
    tested, facts = result.term_tests(), withhold(result.facts, "levels", "answered")
    kernel = keep_only(result.kernel, "kernel", "names", "df", "design_df", "n", "missing")
    return withhold(
        replace(result, table=shown, tested=tested, facts=facts, kernel=kernel), "observed", "kernel_margins"
    )


def weights_cells(result: Reweighting) -> CellTable:
    """Return how many answers each group of the margins has."""
    wave, cells, counts, weights = result.method.wave, list[Cell](), list[pd.Series](), list[pd.Series]()
    for base, places, answered, weight in _margins_of(result):
        cells += [Cell(wave, base, "", *place) for place in places]
        counts.append(answered)
        weights.append(weight)
    n, weighted = np.concatenate(counts).astype(np.intp), np.concatenate(weights).astype(np.float64)
    return CellTable(f"weights of wave {wave}", tuple(cells), n, n, weighted, weighted, (), {})


def _margins_of(result: Reweighting) -> list[tuple[str, list[tuple[str, str]], pd.Series, pd.Series]]:
    """Return base, places and sizes of the margins, and of the cells of those who answered."""
    table, factors = result.table, result.factors
    places = list(zip(table["domain"].astype(str), table["group"].astype(str), strict=True))
    found = [("weights", places, table["n"], table["before"])]
    if factors is not None:
        for base, cells in (("adjusted weights", factors.cells), ("weights before joining", factors.joined)):
            own = [("response cell", f"{place} {cell}") for place, cell in enumerate(cells.get("cell", ()))]
            if own:
                found.append((base, own, cells["answered"], cells["sampled"]))
    return found


def hide_weights(result: Reweighting, hidden: Hidden) -> Reweighting:
    """Empty the groups with few answers; what tells of single workplaces, and the microdata themselves, go."""
    sizes = [len(places) for _, places, _, _ in _margins_of(result)]
    margins, *cells = np.split(hidden.base, np.cumsum(sizes)[:-1])
    table = suppress_rows(result.table.assign(note=""), margins, margins).drop(columns="note")
    factors = result.factors
    if factors is not None:
        parts = iter(cells)
        own, joined = (
            _emptied(each, next(parts)) if len(each.get("cell", ())) else each
            for each in (factors.cells, factors.joined)
        )
        factors = replace(factors, cells=own, joined=joined)
    wave = keep_only(result.wave, "wave", "codebook", "weighting", "is_synthetic", "record")
    weight = keep_only(result.weight, "weight", "size")
    return withhold(replace(result, table=table, factors=factors, wave=wave, weight=weight), "base_weight")


def _emptied(table: pd.DataFrame, gone: BoolArray) -> pd.DataFrame:
    numbers = table.select_dtypes("number")
    return table.assign(**{str(name): numbers[name].convert_dtypes().mask(gone) for name in numbers})
