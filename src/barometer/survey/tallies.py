"""Rows that are alike, counted: what each row of a design brings to sums, whether it is one or stands for several."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from barometer.survey.arrays import FloatArray

if TYPE_CHECKING:
    from barometer.survey.design import SurveyDesign


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tally:
    """
    Counts and sums of weights of rows of one cluster that gave the same answers, and are one row of a design.

    Attributes
    ----------
    rows, weighted : (n,) float
        How many there are, and how many of them have weight.
    weight_sq : (n,) float
        Sum of their squared weights; the design holds the sum of the weights.
    weight_excess, excess_sq : (n,) float
        With the excess e of a weight w over the smallest of its cluster, sums of w e and of e squared.
    """

    rows: FloatArray
    weighted: FloatArray
    weight_sq: FloatArray
    weight_excess: FloatArray
    excess_sq: FloatArray


def row_factors(design: "SurveyDesign", pilot: FloatArray, rows: slice) -> Tally:
    """
    Return what some rows of a design count: themselves, or all those that they stand for.

    Parameters
    ----------
    design : SurveyDesign
    pilot : (F,) float
        What excesses are measured from: the pilots of the design, or 0.
    rows : slice

    Returns
    -------
    Tally
        Of these rows.
    """
    measured = bool(pilot.any())
    if (known := design.tally) is not None:
        weight_sq = known.weight_sq[rows]
        if not measured:
            return Tally(known.rows[rows], known.weighted[rows], weight_sq, weight_sq, weight_sq)
        return Tally(
            known.rows[rows], known.weighted[rows], weight_sq, known.weight_excess[rows], known.excess_sq[rows]
        )
    w = design.weight[rows]
    weight_sq, positive = w * w, (w > 0.0).astype(np.float64)
    if not measured:
        return Tally(np.ones(w.size), positive, weight_sq, weight_sq, weight_sq)
    excess = w - pilot[design.cluster[rows]]
    return Tally(np.ones(w.size), positive, weight_sq, w * excess, excess * excess)
