"""What is not shown of the rows of a table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.microdata.arrays import BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """
    What is not shown of the rows of a table.

    Attributes
    ----------
    cell, base : (rows,) bool
        Rows whose estimate, and whose base, is not shown.
    reason : (rows,) int8
        Index into `REASONS`: why of itself; 0 where it is to protect others, or shown.
    """

    cell: BoolArray
    base: BoolArray
    reason: NDArray[np.int8]
