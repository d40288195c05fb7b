"""Rank of replicate weights, from which R takes their degrees of freedom."""

import numpy as np

from barometer.survey.arrays import FloatArray

CHUNK = 4_096
"""Rows multiplied at a time."""
RANK_TOLERANCE = 1e-5
"""A column that is nearer than this to the span of others, as a part of its length, adds no rank; R's bound."""


def rank_of_weights(weights: FloatArray) -> int:
    """
    Rank of replicate weights.

    Parameters
    ----------
    weights : (n, R) float

    Returns
    -------
    int
        Columns that are further than 1e-5 of their length from the span of the others: R's `qr(tol=1e-5)$rank`.

    Notes
    -----
    By pivoted Cholesky factorization of the R x R products of the columns scaled to length one, summed over chunks of
    rows; squares of distances below 1e-10 are well above the rounding of the products.

    Examples
    --------
    >>> rank_of_weights(np.array([[1.0, 2.0, 0.0], [1.0, 0.0, 2.0]]))
    2
    """
    return rank_of_products(products_of_weights(weights))


def products_of_weights(weights: FloatArray) -> FloatArray:
    """(R, R) sums of products of the columns of (n, R) weights; those of parts of the rows add up."""
    total = np.zeros((weights.shape[1], weights.shape[1]))
    for start in range(0, weights.shape[0], CHUNK):
        rows = weights[start : start + CHUNK]
        total += rows.T @ rows
    return total


def rank_of_products(products: FloatArray) -> int:
    """Rank of weights from the (R, R) products of their columns; 0 where all are zero."""
    from scipy.linalg.lapack import dpstrf  # scipy.linalg is slow to import

    length = np.sqrt(np.diag(products))
    used = length > 0.0
    if not used.any():
        return 0
    scaled = products[np.ix_(used, used)] / np.outer(length[used], length[used])
    _, _, rank, _ = dpstrf(scaled, tol=RANK_TOLERANCE**2, overwrite_a=1)
    return int(rank)
