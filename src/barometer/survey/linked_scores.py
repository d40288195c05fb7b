"""Scores of several samples laid side by side by unit: of calibrated and adjusted weights their residuals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.constraint_rows import ConstraintRows
from barometer.survey.overlap import UnitScores

if TYPE_CHECKING:
    from barometer.survey.changes import Occasion
    from barometer.survey.design import SurveyDesign
    from barometer.survey.response_steps import ResponseStep


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LinkedSample:
    """
    One of several samples: who its rows are, and what its weights were made to keep.

    Attributes
    ----------
    weight : (n,) float
        Of the rows that estimates are made of.
    constraints : ConstraintRows or None
        Of all N rows; None where the weights were neither calibrated nor adjusted.
    unit, stratum : (N,) int
        In codes that all samples share.
    fraction : (N,) float
        Sampling fraction of each row's stratum.
    """

    weight: FloatArray
    constraints: ConstraintRows | None
    unit: IntArray
    stratum: IntArray
    fraction: FloatArray

    def scores(self, z: FloatArray) -> UnitScores:
        """
        Weight linearized variables, and take away what the constraints explain.

        Parameters
        ----------
        z : (n, k) float
            Of k estimates, per unit of the weight; 0 of rows outside the group that they are of.

        Returns
        -------
        UnitScores
            Of N rows in one group: those outside have residuals too.
        """
        score = self.weight[:, np.newaxis] * z
        if self.constraints is not None:
            score = self.constraints.residuals(z, self.weight)
        return UnitScores(score, np.zeros(self.unit.size, dtype=np.intp), self.unit, self.stratum, self.fraction)


def link_samples(occasions: "Sequence[Occasion]") -> list[LinkedSample]:
    """
    Lay several samples side by side.

    Parameters
    ----------
    occasions : sequence of Occasion

    Returns
    -------
    list of LinkedSample
        One whose weights were adjusted for non-response has a row for each unit drawn: those that did not answer are
        in no other sample.
    """
    units, strata = (1 + max(int(codes.max()) for codes in each) for each in zip(*map(_codes, occasions), strict=True))
    result = []
    for occasion in occasions:
        design, calibration = occasion.design, occasion.design.calibration
        constraints = None if calibration is None else calibration.constraints()
        unit, stratum = _codes(occasion)
        if calibration is not None and (response := calibration.response) is not None:
            design = response.sample
            unit, stratum = _of_sample(response, unit, stratum, (units, strata))
            units, strata = units + design.n, strata + design.facts.clusters
        result.append(LinkedSample(occasion.design.weight, constraints, unit, stratum, sampling_fractions(design)))
    return result


def sampling_fractions(design: "SurveyDesign") -> FloatArray:
    """Return the sampling fraction of each row's first-stage stratum, (n,); 0 without finite population correction."""
    first = design.facts.stages[0]
    return np.asarray(first.fraction[first.stratum_of_cluster[design.cluster]])


def _codes(occasion: "Occasion") -> tuple[IntArray, IntArray]:
    """Return unit and stratum of each row; without units all are the same."""
    nobody = np.zeros(occasion.design.n, dtype=np.intp)
    return nobody if occasion.unit is None else occasion.unit, occasion.stratum


def _of_sample(
    response: "ResponseStep", unit: IntArray, stratum: IntArray, free: tuple[int, int]
) -> tuple[IntArray, IntArray]:
    """Code units and strata of a whole sample: those of no other sample from the free codes on."""
    units = free[0] + np.arange(response.sample.n)
    units[response.answered] = unit
    strata = free[1] + np.arange(response.sample.facts.clusters)
    strata[response.sample.cluster[response.answered]] = stratum
    return units, strata[response.sample.cluster]
