"""Tables of whole numbers with their margins, and what a reader can find out about them by trying everything."""

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from barometer.publication.disclosure.scales import Cells
from barometer.publication.disclosure.systems import Knowledge

BoolArray = NDArray[np.bool_]


def with_margins(inner: NDArray[np.float64]) -> NDArray[np.float64]:
    """Total first in both directions."""
    rows = np.concatenate([inner.sum(axis=1, keepdims=True), inner], axis=1)
    return np.concatenate([rows.sum(axis=0, keepdims=True), rows])


def table_cells(full: NDArray[np.float64], unit: float = 1.0, dear: float = 5.0) -> Cells:
    """Cells of a table with margins: no base, every row and column adds up."""
    number = np.arange(full.size).reshape(full.shape)
    rows = []
    for lines in (number, number.T):
        for number_of_total, number_of_parts in zip(lines[:, 0], lines[:, 1:], strict=True):
            row = np.zeros(full.size)
            row[number_of_parts], row[number_of_total] = 1.0, -1.0
            if number_of_parts.size:
                rows.append(row)
    value = full.ravel()
    margin = ((number < full.shape[1]) & (full.shape[0] > 1) | (number % full.shape[1] == 0)).ravel()
    return Cells(
        count=value,
        weighted=unit * value,
        unit=np.full(value.size, unit),
        cost=np.sqrt(1.0 + value) * np.where(margin, dear, 1.0),
        shown=np.ones(value.size, dtype=np.bool_),
        base=np.arange(value.size),
        knowledge=Knowledge(csc_array(np.array(rows)), np.ones(len(rows), dtype=np.bool_)),
        known=np.zeros(value.size, dtype=np.bool_),
        left_out=np.zeros(value.size, dtype=np.bool_),
    )


def whole_number_bounds(cells: Cells, hidden: BoolArray, most: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and largest value of every cell over all tables of whole numbers up to `most` that fit what is shown."""
    places = np.flatnonzero(hidden)
    rows = cells.knowledge.rows.toarray()
    right = -rows @ np.where(hidden, 0.0, cells.count)
    tries = np.array(list(product(range(most + 1), repeat=places.size)), dtype=np.float64)
    fits = tries[(np.abs(tries @ rows[:, places].T - right) < 1e-9).all(axis=1)]
    low, high = cells.count.copy(), cells.count.copy()
    low[places], high[places] = fits.min(axis=0), fits.max(axis=0)
    return low, high
