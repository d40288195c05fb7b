"""Models, adjusted shares and moved weights as cells: the groups that their numbers are of."""

from dataclasses import replace

import numpy as np
import pandas as pd

from barometer.analysis import Model, ModelMargins, Reweighting
from barometer.analysis.model_table import ModelFacts
from barometer.analysis.suppression import shrouded, suppress_rows
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
    return replace(result, table=suppress_rows(table, out, shrouded(table, ["term", "level"], few)))


def weights_cells(result: Reweighting) -> CellTable:
    """Return how many answers each group of the margins has."""
    table, wave = result.table, result.method.wave
    n = table["n"].to_numpy(np.intp)
    places = zip(table["domain"].astype(str), table["group"].astype(str), strict=True)
    weight = table["before"].to_numpy(np.float64)
    cells = tuple(Cell(wave, "weights", "", *place) for place in places)
    return CellTable(f"weights of wave {wave}", cells, n, n, weight, weight, (), {})


def hide_weights(result: Reweighting, hidden: Hidden) -> Reweighting:
    """Empty the groups with few answers."""
    table = result.table.assign(note="")
    shown = suppress_rows(table, hidden.base, hidden.base).drop(columns="note")
    return replace(result, table=shown)
