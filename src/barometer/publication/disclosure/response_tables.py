"""Who answered, and when, as cells."""

from dataclasses import replace

import numpy as np
import pandas as pd

from barometer.analysis import LateAnswers, ResponseReport
from barometer.analysis.suppression import suppress_rows
from barometer.analysis.withheld import keep_only, withhold
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.share_tables import base_name, weighted_count
from barometer.publication.disclosure.tables import TOTAL, Cell, CellTable

SPLIT = "day of answering"
"""Domain of early and late answers."""
COUNTED = ("population", "sampled", "answered")


def response_cells(result: ResponseReport) -> CellTable:
    """Return how many of the units drawn answered in each group, as an answer of all that were drawn."""
    table = result.table
    names = zip(table["domain"].astype(str), table["group"].astype(str), strict=True)
    places = [("", TOTAL) if domain == TOTAL or group == "" else (domain, group) for domain, group in names]
    drawn = {name: table[name].to_numpy(np.float64) for name in (*COUNTED, "weighted_rate")}
    return CellTable(
        f"response to wave {result.wave}",
        tuple(Cell(result.wave, "drawn", "answered", *place) for place in places),
        drawn["answered"],
        drawn["sampled"].astype(np.intp),
        weighted_count(drawn["weighted_rate"], drawn["population"]),
        drawn["population"],
        (),
        {domain: result.codebook.domains[domain] for domain, _ in places if domain in result.codebook.domains},
    )


def hide_response(result: ResponseReport, hidden: Hidden) -> ResponseReport:
    """Empty the groups of which few were drawn, answered or did not; what is said of all stays."""
    gone = hidden.cell | hidden.base
    table = suppress_rows(result.table, gone, hidden.base)
    found, weights = result.representativity, result.weights
    scalars = [name for name in found.__dataclass_fields__ if name not in ("partial", "model")]
    return replace(
        result,
        table=table.assign(**{name: table[name].astype("Float64").astype("Int64") for name in COUNTED}),
        representativity=keep_only(found, "representativity", *scalars),
        weights=keep_only(weights, "weights", "before", "after"),
    )


def late_cells(result: LateAnswers) -> CellTable:
    """Return the shares of all, of early and of late answers as cells."""
    indicators = [result.codebook.indicator(name) for name in result.table["indicator"]]
    places = [("", TOTAL), (SPLIT, f"before {result.from_date}"), (SPLIT, f"from {result.from_date}")]
    kernel = result.kernel
    weighted = kernel.weighted_base.T.ravel()
    return CellTable(
        "early and late",
        tuple(
            Cell(result.wave, base_name(one.base, one.dont_know, one.name), one.name, *place)
            for one in indicators
            for place in places
        ),
        result.answered.T.ravel(),
        kernel.n.T.ravel().astype(np.intp),
        weighted_count(kernel.estimate.T.ravel(), weighted),
        weighted,
        (),
        {},
    )


def hide_late(result: LateAnswers, hidden: Hidden) -> LateAnswers:
    """Empty the rows of which the early or the late share is suppressed; their counts go too."""
    gone = np.asarray((hidden.cell | hidden.base).reshape(-1, 3)[:, 1:].any(axis=1), dtype=np.bool_)
    table: pd.DataFrame = suppress_rows(result.table, gone, np.zeros_like(gone))
    counts = {name: table[name].astype("Int64") for name in ("n_early", "n_late")}
    return withhold(replace(result, table=table.assign(**counts)), "kernel", "answered")
