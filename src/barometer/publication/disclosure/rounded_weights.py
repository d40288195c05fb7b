"""Reports on weights and on response whose numbers follow from rounded counts."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis import ResponseReport, Reweighting
from barometer.analysis.response_factors import ResponseFactors
from barometer.analysis.withheld import with_part

Near = Callable[[int], int]


def rounded_response(result: ResponseReport, near: Near) -> ResponseReport:
    """
    Make the response rates of a report those of its rounded counts, and round the counts that its sentence has.

    Parameters
    ----------
    result : ResponseReport
        Its table rounded already.
    near : callable of int
        Rounds a count.

    Notes
    -----
    A weighted rate is replaced where it is the rate without weights, as in a stratum, whose units all weigh the same.
    """
    found, table = result.representativity, result.table
    counts = table[["sampled", "answered"]].astype("Float64").astype(np.float64)
    rate = (counts["answered"] / counts["sampled"]).where(table["rate"].notna())
    same = np.isclose(table["rate"], table["weighted_rate"], rtol=1e-9)
    found = with_part(with_part(found, "n", near(found.n)), "answered", near(found.answered))
    rates = {"rate": rate, "weighted_rate": table["weighted_rate"].mask(same, rate)}
    weights = result.weights
    for name in ("before", "after"):
        weights = with_part(weights, name, _rounded_spread(getattr(weights, name), near))
    return replace(result, representativity=found, weights=weights, table=table.assign(**rates))


def _rounded_spread(spread: "survey.WeightSpread", near: Near) -> "survey.WeightSpread":
    """Make the mean and the effective number those of the rounded number of rows."""
    rows = near(spread.rows)
    return replace(spread, rows=rows, mean=spread.total / rows, n_effective=rows / spread.deff)


def rounded_weights(result: Reweighting, near: Near) -> Reweighting:
    """
    Make means and effective numbers of weights those of the rounded number of answers.

    Parameters
    ----------
    result : Reweighting
        Its tables rounded already.
    near : callable of int
        Rounds a count.

    Notes
    -----
    A mean weight is the population over the answers, and an effective number the answers over the design effect: with
    what stands beside them either would give the number of answers.
    """
    n = int(result.weight.size)
    scale = n / near(n)
    of_weights = result.spread["weights"] != "ratio"
    spread = result.spread.assign(
        mean=result.spread["mean"].mask(of_weights, result.spread["mean"] * scale),
        n_effective=result.spread["n_effective"] / scale,
    )
    factors = None if result.factors is None else _rounded_factors(result.factors, near)
    weight = with_part(result.weight, "size", near(n))
    return replace(result, spread=spread, factors=factors, weight=weight, trimmed=near(result.trimmed))


def _rounded_factors(factors: ResponseFactors, near: Near) -> ResponseFactors:
    """Round cells and what was joined; rates and factors move as the quotients of the counts do."""
    cells, joined = factors.cells, factors.joined
    if len(cells):
        moved = _moved(cells, "answered", near) / _moved(cells, "sampled", near)
        cells = cells.assign(rate=cells["rate"] * moved, factor=cells["factor"] / moved)
    if len(joined):
        moved = _moved(joined, "answered", near) / _moved(joined, "sampled", near)
        after = _moved(joined, "merged_answered", near)
        joined = joined.assign(factor=joined["factor"] / moved, merged_factor=joined["merged_factor"] / after)
    return replace(factors, cells=_rounded(cells, near), joined=_rounded(joined, near))


def _rounded(table: pd.DataFrame, near: Near) -> pd.DataFrame:
    names = [name for name in ("sampled", "answered", "merged_answered") if name in table and len(table)]
    return table.assign(**{name: table[name].map(near, na_action="ignore").astype(table[name].dtype) for name in names})


def _moved(table: pd.DataFrame, name: str, near: Near) -> pd.Series:
    """Return what a rounded count is of the count."""
    return table[name].map(near, na_action="ignore").astype("Float64") / table[name].astype("Float64")
