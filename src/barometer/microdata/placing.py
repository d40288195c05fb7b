"""Where a fault is: row numbers as an editor shows them, and long lists of names in short."""

from collections.abc import Sequence

import numpy as np

from barometer.errors import FEW, Fault
from barometer.microdata.arrays import BoolArray
from barometer.microdata.read import FIRST_ROW

LISTED = 1000
"""Row numbers that a fault lists at the most; it counts them all."""


def at_rows(rule: str, message: str, column: str, mask: BoolArray) -> Fault:
    """
    Return a fault of some rows.

    Parameters
    ----------
    rule, message, column : str
        As `Fault`.
    mask : (n,) bool
        The rows at fault.
    """
    found = np.flatnonzero(mask)
    return Fault(rule, message, column, tuple((found[:LISTED] + FIRST_ROW).tolist()), int(found.size))


def in_short(names: Sequence[str]) -> str:
    """
    Name the first five, and say how many more there are.

    Examples
    --------
    >>> in_short(["a", "b"]), in_short(list("abcdefg"))
    ('a, b', 'a, b, c, d, e and 2 more')
    """
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more
