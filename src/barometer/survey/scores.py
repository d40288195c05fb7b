"""What the rows of a cell add to an estimate: the linearized scores, summed."""

from typing import TYPE_CHECKING

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.sums import CellSums

if TYPE_CHECKING:
    from barometer.survey.linearization import Linearized


def scores_of_cells(sums: CellSums, linear: "Linearized", outcomes: IntArray) -> tuple[FloatArray, FloatArray]:
    """Score of each cell for the total, and for its own group: two (c, q)."""
    x = sums.denominator[:, linear.base[outcomes]]
    scores = []
    for row, group in ((0, np.zeros_like(sums.group)), (1, sums.group + 1)):
        u = sums.numerator[:, linear.pick[row, outcomes]]
        slope, ratio = seen_from_cells(sums, linear, outcomes, row, group)
        scores.append(slope * (u - ratio * x))
    return scores[0], scores[1]


def seen_from_cells(
    sums: CellSums, linear: "Linearized", outcomes: IntArray, row: int, group: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Slope and ratio of each cell's group, the ratio as measured from the cell's constant: two (c, q)."""
    centre = sums.centre[:, linear.pick[row]]
    return linear.slope[group][:, outcomes], linear.ratio_from(centre, group)[:, outcomes]
