"""The sampling design: declared once, asked by every statistic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from barometer.errors import DesignError, LonelyPSUError
from barometer.survey.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SurveyDesign:
    """
    A stratified element sample without replacement.

    Every row is its own primary sampling unit. Make one with `stratified_design`, which checks the arrays.

    Attributes
    ----------
    weight : (n,) float
        What each row stands for; any scale.
    stratum : (n,) int
        Codes 0..H-1.
    answers : (H,) int
        Rows in each stratum, n_h.
    population : (H,) float
        Units in each stratum, N_h; infinite where no finite population correction is wanted.
    """

    weight: FloatArray
    stratum: IntArray
    answers: IntArray
    population: FloatArray

    def __repr__(self) -> str:
        """Say how large it is; never a weight."""
        return f"<SurveyDesign: {self.weight.size} rows in {self.answers.size} strata>"

    @property
    def spread_factor(self) -> FloatArray:
        """
        (1 - n_h/N_h) n_h/(n_h - 1) for each stratum; 0 for a stratum taken whole.

        What the sum of squares within a stratum is multiplied with to become a variance.
        """
        unsampled = 1.0 - self.answers / self.population
        return np.where(unsampled > 0.0, unsampled * self.answers / np.maximum(self.answers - 1, 1), 0.0)

    @property
    def df(self) -> int:
        """Degrees of freedom of the whole design: rows with weight less their strata."""
        weighted = self.weight > 0.0
        return int(weighted.sum() - np.unique(self.stratum[weighted]).size)


def stratified_design(
    weight: ArrayLike, stratum: ArrayLike, population: ArrayLike | None = None, *, labels: Sequence[str] | None = None
) -> SurveyDesign:
    """
    Declare a stratified element sample.

    Parameters
    ----------
    weight : (n,) array_like of float
        Not negative, finite, not all zero.
    stratum : (n,) array_like of int
        Codes 0..H-1, each used at least once.
    population : (H,) array_like of float, optional
        N_h by stratum code. Without it there is no finite population correction.
    labels : sequence of str, optional
        Names of the strata for messages.

    Returns
    -------
    SurveyDesign

    Raises
    ------
    DesignError
        If an array has the wrong length or sign, or a stratum has more rows than its population.
    LonelyPSUError
        If a stratum that is not taken whole has one row.
    """
    weight = np.array(weight, dtype=np.float64)
    stratum = np.array(stratum, dtype=np.intp)
    if weight.ndim != 1 or stratum.shape != weight.shape:
        raise DesignError("stratum", f"expected one code for each of {weight.size} weights, got shape {stratum.shape}")
    if weight.size == 0:
        raise DesignError("weight", "is empty")
    if bad := int((~np.isfinite(weight)).sum()):
        raise DesignError("weight", f"{bad} of {weight.size} are missing or infinite")
    if bad := int((weight < 0.0).sum()):
        raise DesignError("weight", f"{bad} of {weight.size} are negative")
    if not weight.any():
        raise DesignError("weight", "all are zero")
    if stratum.min() < 0:
        raise DesignError("stratum", f"{int((stratum < 0).sum())} rows have no stratum")
    answers = np.bincount(stratum)
    names = [str(code) for code in range(answers.size)] if labels is None else list(labels)
    if not answers.all():
        raise DesignError("stratum", f"{int((answers == 0).sum())} of the codes 0..{answers.size - 1} are never used")
    if population is None:
        counts = np.full(answers.size, np.inf)
    else:
        counts = np.array(population, dtype=np.float64)
        if counts.shape != answers.shape:
            raise DesignError("population", f"expected one count for each of {answers.size} strata, got {counts.shape}")
        over = [names[h] for h in np.flatnonzero(~(counts >= answers))]
        if over:
            raise DesignError("population", f"{len(over)} strata have more rows than units, or no count: {over[:5]}")
    lonely = [names[h] for h in np.flatnonzero((answers == 1) & (counts > 1))]
    if lonely:
        raise LonelyPSUError(lonely)
    for array in (weight, stratum, answers, counts):
        array.setflags(write=False)
    return SurveyDesign(weight, stratum, answers.astype(np.intp), counts)
