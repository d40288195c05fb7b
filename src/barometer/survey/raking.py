"""Raking: weights fitted to margins in turn, on the table of cells, for any number of weights at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Raked:
    """
    Factors of c cells under R sets of weights.

    Attributes
    ----------
    factor : (c, R) float
    sweeps : int
        Rounds over all margins that the slowest set took.
    converged : bool
    """

    factor: FloatArray
    sweeps: int
    converged: bool


def rake_cells(
    table: FloatArray, level: IntArray, targets: list[FloatArray], *, tolerance: float, sweeps: int
) -> Raked:
    """
    Fit a table of weights to its margins.

    Parameters
    ----------
    table : (c, R) float
        Weight in each cell; no level of a margin is empty.
    level : (m, c) int
        Level of each cell in each margin.
    targets : list of m (L,) float
    tolerance : float
        Largest relative distance of a margin from its target.
    sweeps : int
        Rounds at the most.

    Returns
    -------
    Raked

    Notes
    -----
    Iterative proportional fitting: each margin in turn, the cells of a level are multiplied with its target over its
    sum. The factors depend on the cell alone, so that rows need one multiplication at the end.

    References
    ----------
    Deming and Stephan (1940), On a least squares adjustment of a sampled frequency table. Annals of Mathematical
    Statistics 11.

    Examples
    --------
    >>> cells = np.array([[4.0], [1.0], [2.0], [3.0]])
    >>> rake_cells(cells, np.array([[0, 0, 1, 1]]), [np.array([10.0, 20.0])], tolerance=1e-10, sweeps=9).factor[:, 0]
    array([2., 2., 4., 4.])
    """
    single = table.shape[1] == 1
    # One set of weights is a vector: at a few hundred cells, what NumPy does before it adds up is most of the time.
    fitted = table[:, 0].copy() if single else table.copy()
    aims = [target if single else target[:, np.newaxis] for target in targets]
    sums = [_sum_levels(codes, target.size, single) for codes, target in zip(level, targets, strict=True)]
    done, converged = 0, False
    while done < sweeps and not converged:
        done += 1
        farthest = 0.0
        for codes, aim, add_up in zip(level, aims, sums, strict=True):
            ratio = aim / add_up(fitted)
            away = (ratio - 1.0).ravel() if single else np.abs(ratio - 1.0).max(axis=1)
            farthest = max(farthest, float(away @ away))
            fitted *= ratio[codes]
        # A margin moved by less than the tolerance moves the sums of those before it by less, too.
        converged = farthest <= tolerance**2 or level.shape[0] == 1
    fitted = fitted.reshape(table.shape)
    factor = np.divide(fitted, table, out=np.ones_like(table), where=table > 0.0)
    return Raked(factor, done, converged)


def _sum_levels(codes: IntArray, levels: int, single: bool) -> Callable[[FloatArray], FloatArray]:
    """Return what adds up cells by level: a vector of them by counting, which is faster, or (c, R)."""
    if single:
        return lambda cells: np.asarray(np.bincount(codes, cells, levels), dtype=np.float64)
    from scipy.sparse import csr_array  # slow to import

    order = np.argsort(codes, kind="stable")
    ends = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=levels))])
    chosen = csr_array((np.ones(codes.size), order, ends), shape=(levels, codes.size))
    return lambda cells: np.asarray(chosen @ cells)
