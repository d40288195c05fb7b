"""Array types that the arithmetic modules share, and sums by code."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]
SMALL, SMALL_ROWS, SMALL_COLUMNS = 262_144, 64, 128
"""Multiplications, rows and columns of a product up to which OpenBLAS starts no thread."""
SMALL, SMALL_ROWS, SMALL_COLUMNS = 262_144, 64, 128
"""Multiplications, rows and columns of a product up to which OpenBLAS starts no thread."""


def compact(codes: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """
    Renumber codes 0..size-1 to those that occur.

    Parameters
    ----------
    codes : (n,) int
    size : int
        Number of codes that there could be.

    Returns
    -------
    present : (c,) int
        Codes that occur, ascending.
    position : (n,) int
        Place of each row's code in `present`.
    """
    if size <= 4 * codes.size + 1024:
        used = np.bincount(codes, minlength=size) > 0
        if used.all():
            return np.arange(size), codes
        return np.flatnonzero(used), (np.cumsum(used) - 1).take(codes)
    present, position = np.unique(codes, return_inverse=True)
    return present, position


def sum_by(values: FloatArray, code: IntArray, codes: int, factor: FloatArray | None = None) -> FloatArray:
    """
    Add up the rows with the same code; codes without rows get zeros.

    Parameters
    ----------
    values : (c, k) float
    code : (c,) int
        0..codes-1.
    codes : int
    factor : (c,) float, optional
        What each row is multiplied with; 1 without it.

    Returns
    -------
    (codes, k) float
        Every column is added in the order of the rows, so that equal columns have equal sums: a share of one is exactly
        one.
    """
    from scipy.sparse import csc_array  # 15 ms that `import barometer` need not pay

    entries = np.ones(code.size) if factor is None else factor
    return np.asarray(csc_array((entries, code, np.arange(code.size + 1)), shape=(codes, code.size)) @ values)


def small_products(left: FloatArray, right: FloatArray) -> FloatArray:
    """
    Multiply columns with columns in products so small that BLAS leaves each to the thread that asks for it.

    Where threads multiply beside each other, or a machine is busy, BLAS's own threads wait for one another: the same
    product was seen to take ninety times as long.

    Parameters
    ----------
    left : (n, k) float
    right : (n, R) float
        C-ordered.

    Returns
    -------
    (k, R) float
        left' right.
    """
    (n, k), columns = left.shape, right.shape[1]
    stacked = n // SMALL_ROWS * SMALL_ROWS
    first = left[:stacked].reshape(-1, SMALL_ROWS, k).transpose(0, 2, 1)
    second = right[:stacked].reshape(-1, SMALL_ROWS, columns)
    result, width = np.empty((k, columns)), max(8, min(SMALL_COLUMNS, SMALL // (SMALL_ROWS * max(k, 1))))
    for start in range(0, columns, width):
        some = slice(start, start + width)
        result[:, some] = (first @ second[:, :, some]).sum(axis=0)
        result[:, some] += left[stacked:].T @ right[stacked:, some]
    return result
