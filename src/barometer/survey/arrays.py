"""Array types that the arithmetic modules share, and sums by code."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


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
        return np.flatnonzero(used), (np.cumsum(used) - 1)[codes]
    present, position = np.unique(codes, return_inverse=True)
    return present, position


def sum_by(values: FloatArray, code: IntArray, codes: int) -> FloatArray:
    """
    Add up the rows with the same code; codes without rows get zeros.

    Parameters
    ----------
    values : (c, k) float
    code : (c,) int
        0..codes-1.
    codes : int

    Returns
    -------
    (codes, k) float
        Every column is added in the same order, so that equal columns have equal sums: a share of one is exactly one.
    """
    result = np.zeros((codes, values.shape[1]))
    if code.size == 0:
        return result
    if np.all(code[1:] >= code[:-1]):
        ordered, rows = code, values
    else:
        # NumPy sorts 16 bits by radix.
        order = np.argsort(code.astype(np.int16) if codes <= 2**15 else code, kind="stable")
        ordered, rows = code[order], values[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    result[ordered[starts]] = np.add.reduceat(rows, starts, axis=0)
    return result
