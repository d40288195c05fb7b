"""How each type of result is made into cells, and its suppressed cells emptied."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from barometer.analysis import (
    Association,
    Comparisons,
    CountryComparison,
    Counts,
    Decomposition,
    Estimates,
    LateAnswers,
    Model,
    ModelMargins,
    Overlaps,
    Parts,
    ResponseReport,
    Reweighting,
    Sensitivity,
    Trend,
)
from barometer.codebook import Codebook
from barometer.publication.disclosure.bound_tables import bounds_cells, hide_bounds
from barometer.publication.disclosure.country_tables import country_cells, hide_countries
from barometer.publication.disclosure.crossed_tables import association_cells, hide_association
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.labelled_tables import (
    counts_cells,
    hide_counts,
    hide_overlaps,
    hide_parts,
    overlaps_cells,
    parts_cells,
)
from barometer.publication.disclosure.model_tables import hide_model, hide_weights, model_cells, weights_cells
from barometer.publication.disclosure.response_tables import hide_late, hide_response, late_cells, response_cells
from barometer.publication.disclosure.share_tables import (
    comparisons_cells,
    estimates_cells,
    hide_comparisons,
    hide_estimates,
)
from barometer.publication.disclosure.tables import CellTable, in_codebook
from barometer.publication.disclosure.wave_tables import (
    decomposition_cells,
    hide_decomposition,
    hide_trend,
    trend_cells,
)


def _own_codebook(result: Any) -> Codebook:
    found: Codebook = result.codebook
    return found


def _codebook_of_estimates(result: Comparisons) -> Codebook:
    return result.estimates.codebook


def _codebook_of_waves(result: Trend) -> Codebook:
    return next(iter(result.codebooks.values()))


@dataclass(frozen=True, slots=True)
class Handling:
    """
    What disclosure control has to know of a type of result.

    Attributes
    ----------
    rows : callable of a result
        Its rows as cells, as its codebook names them.
    hide : callable of a result and `Hidden`
        The same with empty cells.
    codebook : callable of a result, or None
        The codebook that its wave answers to; None where the rows are of several, and name them.
    """

    rows: Callable[[Any], CellTable]
    hide: Callable[[Any, Hidden], Any]
    codebook: Callable[[Any], Codebook] | None = _own_codebook

    def cells(self, result: Any) -> CellTable:
        """Return its rows as cells, bases under the name of their codebook."""
        table = self.rows(result)
        return table if self.codebook is None else in_codebook(table, self.codebook(result).about.name)


HANDLED: dict[type, Handling] = {
    Estimates: Handling(estimates_cells, hide_estimates),
    Comparisons: Handling(comparisons_cells, hide_comparisons, _codebook_of_estimates),
    Parts: Handling(parts_cells, hide_parts),
    Counts: Handling(counts_cells, hide_counts),
    Overlaps: Handling(overlaps_cells, hide_overlaps),
    Association: Handling(association_cells, hide_association),
    Trend: Handling(trend_cells, hide_trend, _codebook_of_waves),
    Decomposition: Handling(decomposition_cells, hide_decomposition),
    Model: Handling(model_cells, hide_model),
    ModelMargins: Handling(model_cells, hide_model),
    Reweighting: Handling(weights_cells, hide_weights),
    Sensitivity: Handling(bounds_cells, hide_bounds),
    ResponseReport: Handling(response_cells, hide_response),
    LateAnswers: Handling(late_cells, hide_late),
    CountryComparison: Handling(country_cells, hide_countries, None),
}
"""By type of result."""
