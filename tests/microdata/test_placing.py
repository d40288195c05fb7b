"""Faults of very many rows keep a few of their numbers and count them all."""

import numpy as np

from barometer.microdata.placing import LISTED, at_rows


def test_a_fault_of_many_rows_lists_the_first_and_counts_all() -> None:
    fault = at_rows("routing", "is blank", "sp06", np.arange(1_000_000) % 2 == 1)
    assert fault.rows == tuple(range(3, 3 + 2 * LISTED, 2))
    assert fault.count == 500_000
    assert str(fault) == "[routing] sp06 row 3, 5, 7, 9, 11 and 499995 more: is blank"
