"""One pass over the rows: sums by stratum and group, from which every share and covariance follows."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import DesignError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.design import SurveyDesign

CHUNK = 65_536  # rows at a time: bounds the memory, and fixes the order of addition whatever the number of threads


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CellSums:
    """
    Sums over the rows of each cell, a cell being the rows of one stratum in one group.

    Only cells that have rows are kept. Sums of parts of a sample over the same strata and groups add up to the sums
    of the whole.

    Attributes
    ----------
    stratum, group : (c,) int
        Where each cell is. Group -1 holds the rows outside every group; they count for the total only.
    count, weighted : (c, b) float
        Number of rows, and of rows with weight, in each of b bases.
    weight, weight_sq : (c, b) float
        Sum of w and sum of w squared in each base.
    yes, yes_sq : (c, k) float
        Sum of w and of w squared where each of k indicators is yes.
    base : (k,) int
        Which of the bases each indicator is a share of.
    groups : int
        Number of groups, with or without rows.
    answers, spread_factor : (H,)
        Rows of each whole stratum, and what its sum of squares is multiplied with.
    """

    stratum: IntArray
    group: IntArray
    count: FloatArray
    weighted: FloatArray
    weight: FloatArray
    weight_sq: FloatArray
    yes: FloatArray
    yes_sq: FloatArray
    base: IntArray
    groups: int
    answers: IntArray
    spread_factor: FloatArray


def sum_cells(
    design: SurveyDesign, yes: BoolArray, bases: BoolArray, base: IntArray, group: IntArray, groups: int
) -> CellSums:
    """
    Sum weights and squared weights by stratum and group, for all indicators at once.

    Parameters
    ----------
    design : SurveyDesign
        Of n rows.
    yes : (n, k) bool
        Whether each row is counted by each indicator; false outside the indicator's base.
    bases : (n, b) bool
        Whether each row is in each base.
    base : (k,) int
        The base of each indicator.
    group : (n,) int
        Codes 0..groups-1, or -1 for no group.
    groups : int

    Returns
    -------
    CellSums

    Raises
    ------
    DesignError
        If an array does not have a row for each row of the design.
    """
    from scipy.sparse import csr_array  # 15 ms that `import barometer` need not pay

    n = design.weight.size
    for argument, array in (("yes", yes), ("bases", bases), ("group", group)):
        if array.shape[0] != n:
            raise DesignError(argument, f"has {array.shape[0]} rows, the design has {n}")
    cell = design.stratum * (groups + 1) + group + 1
    present, cell = np.unique(cell, return_inverse=True)
    c, b, k = present.size, bases.shape[1], yes.shape[1]
    count, weighted, weight, weight_sq = (np.zeros((c, b)) for _ in range(4))
    yes_sum, yes_sq = np.zeros((c, k)), np.zeros((c, k))
    for start in range(0, n, CHUNK):
        rows = slice(start, start + CHUNK)
        w = design.weight[rows]
        where = (cell[rows], np.arange(w.size))
        by_weight = csr_array((w, where), shape=(c, w.size))
        by_square = csr_array((w * w, where), shape=(c, w.size))
        in_base = bases[rows].astype(np.float64)
        said_yes = yes[rows].astype(np.float64)
        count += csr_array((np.ones(w.size), where), shape=(c, w.size)) @ in_base
        weighted += csr_array(((w > 0.0).astype(np.float64), where), shape=(c, w.size)) @ in_base
        weight += by_weight @ in_base
        weight_sq += by_square @ in_base
        yes_sum += by_weight @ said_yes
        yes_sq += by_square @ said_yes
    return CellSums(
        stratum=present // (groups + 1),
        group=present % (groups + 1) - 1,
        count=count,
        weighted=weighted,
        weight=weight,
        weight_sq=weight_sq,
        yes=yes_sum,
        yes_sq=yes_sq,
        base=base,
        groups=groups,
        answers=design.answers,
        spread_factor=design.spread_factor,
    )
