"""The best one-to-one assignment of rows to columns."""

import numpy as np
from numpy.typing import NDArray


def best_pairs(scores: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """
    Assign rows to columns so that the sum of scores is highest, each row and each column at most once.

    Returns
    -------
    rows, columns : (min(shape),) int
    """
    from scipy.optimize import linear_sum_assignment  # 150 ms that only a proposal need pay

    rows, columns = linear_sum_assignment(scores, maximize=True)
    return rows, columns
