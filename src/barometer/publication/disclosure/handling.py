"""How each type of result is made into cells, and its suppressed cells emptied."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from barometer.analysis import (
    Association,
    Comparisons,
    Counts,
    Decomposition,
    Estimates,
    Model,
    ModelMargins,
    Overlaps,
    Parts,
    Reweighting,
    Trend,
)
from barometer.publication.disclosure.crossed_tables import association_cells, hide_association
from barometer.publication.disclosure.hidden import Hidden
from barometer.publication.disclosure.labelled_tables import (
    counts_cells,
    hide_overlaps,
    hide_rows,
    overlaps_cells,
    parts_cells,
)
from barometer.publication.disclosure.model_tables import hide_model, hide_weights, model_cells, weights_cells
from barometer.publication.disclosure.share_tables import (
    comparisons_cells,
    estimates_cells,
    hide_comparisons,
    hide_estimates,
)
from barometer.publication.disclosure.tables import CellTable
from barometer.publication.disclosure.wave_tables import (
    decomposition_cells,
    hide_decomposition,
    hide_trend,
    trend_cells,
)


@dataclass(frozen=True, slots=True)
class Handling:
    """
    What disclosure control has to know of a type of result.

    Attributes
    ----------
    cells : callable of a result
        Its rows as cells.
    hide : callable of a result and `Hidden`
        The same with empty cells.
    """

    cells: Callable[[Any], CellTable]
    hide: Callable[[Any, Hidden], Any]


HANDLED: dict[type, Handling] = {
    Estimates: Handling(estimates_cells, hide_estimates),
    Comparisons: Handling(comparisons_cells, hide_comparisons),
    Parts: Handling(parts_cells, hide_rows),
    Counts: Handling(counts_cells, hide_rows),
    Overlaps: Handling(overlaps_cells, hide_overlaps),
    Association: Handling(association_cells, hide_association),
    Trend: Handling(trend_cells, hide_trend),
    Decomposition: Handling(decomposition_cells, hide_decomposition),
    Model: Handling(model_cells, hide_model),
    ModelMargins: Handling(model_cells, hide_model),
    Reweighting: Handling(weights_cells, hide_weights),
}
"""By type of result."""
