"""What strata and units are called, so that parts of one sample can be put together when the rows are gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.inputs import Labelled

PSULabels = Literal["unique", "within_stratum"]
ObjectArray = NDArray[Any]
NO_LABEL = ""
"""Of the only stratum, where no strata were declared."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StageNames:
    """
    What tells whether the strata and units of a stage are those of another part of the sample.

    Attributes
    ----------
    stratum : (H,) object
        Label of each stratum, inside the unit of the stage before; a tuple of labels where strata were merged.
    unit : (U,) object or None
        Label of each unit; None where only rows were declared, or where labels were taken off before the sums left.
    population : (H,) float or None
        N_h of each stratum, infinite where it was drawn with replacement; None where fractions, or nothing, were given.
    """

    stratum: ObjectArray
    unit: ObjectArray | None
    population: FloatArray | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SampleNames:
    """
    What another part of the sample is added by; nothing of it enters an estimate.

    Attributes
    ----------
    stages : tuple of StageNames
    psu_labels : {"unique", "within_stratum"}
    weighted : int array
        Units of the first stage with weight: (H,) of each stratum where they are rows, otherwise (U,) 0 or 1 of each.
    """

    stages: tuple[StageNames, ...]
    psu_labels: PSULabels
    weighted: IntArray


def label_first(labelled: Labelled | None, first: IntArray) -> ObjectArray:
    """
    Return the label of each stratum or unit of a stage.

    Parameters
    ----------
    labelled : Labelled or None
        Labels of the rows; None where there is one stratum.
    first : (C,) int
        First row of each.
    """
    if labelled is None:
        return np.full(first.size, NO_LABEL, dtype=object)
    labels = np.empty(len(labelled.labels), dtype=object)
    labels[:] = labelled.labels
    return np.asarray(labels[labelled.code[first]])


def name_sample(
    stages: Sequence[StageNames], psu_labels: PSULabels, weight: FloatArray, stratum: IntArray, unit: IntArray | None
) -> SampleNames:
    """
    Return the names of a sample's stages, with the units of the first that have weight.

    Parameters
    ----------
    stages : sequence of StageNames
    psu_labels : {"unique", "within_stratum"}
    weight : (n,) float
    stratum : (n,) int
        First-stage stratum of each row.
    unit : (n,) int or None
        First-stage unit of each row; None where the rows are the units.
    """
    rows = np.bincount(stratum if unit is None else unit, weights=weight > 0.0).astype(np.intp)
    return SampleNames(tuple(stages), psu_labels, rows if unit is None else np.minimum(rows, 1))
