"""The check that no unit was delivered twice under two numbers."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from barometer.errors import Fault
from barometer.microdata.arrays import BoolArray
from barometer.microdata.check_answers import unread_rows
from barometer.microdata.layout import Layout
from barometer.microdata.placing import at_rows
from barometer.microdata.wave import Wave

LEAST_ANSWERS = 30
"""Answers that two rows must have before it is odd that they are all the same."""

_PRIME = np.uint64(1099511628211)


def check_repeats(wave: Wave, layout: Layout, unread: Mapping[str, BoolArray], faults: list[Fault]) -> None:
    """
    Check that no two rows with many answers have the same registers and the same answers.

    Parameters
    ----------
    wave : Wave
    layout : Layout
    unread : dict of str to (n,) bool
        Where answers could not be read; such rows are not compared.
    faults : list of Fault
        Gets what is found: rule duplicates.
    """
    given = np.zeros(wave.n, dtype=np.int16)
    for codes in wave.answers.codes.values():
        given += codes >= 0
    rich = np.flatnonzero((given >= LEAST_ANSWERS) & ~unread_rows(unread, wave.n, unread))
    registers = [wave.microdata[name].cat.codes.to_numpy() for name in layout.registers if name in wave.microdata]
    repeated = np.zeros(wave.n, dtype=np.bool_)
    repeated[rich] = _repeated([*registers, *wave.answers.codes.values()], rich)
    if repeated.any():
        message = "rows have the same registers and answers under different numbers; was a unit delivered twice?"
        faults.append(at_rows("duplicates", message, layout.id, repeated))


def _repeated(columns: Sequence[NDArray[np.integer]], rows: NDArray[np.intp]) -> BoolArray:
    """
    Find which of some rows are equal to another in every column.

    Notes
    -----
    Rows are ordered by a mark of 64 bits that equal rows share (Fowler, Noll and Vo's), and neighbours are compared.
    """
    marks = np.zeros(columns[0].size, dtype=np.uint64)
    codes = np.empty_like(marks)
    for column in columns:
        np.copyto(codes, column, casting="unsafe")
        marks ^= codes
        marks *= _PRIME
    marks = marks[rows]
    order = np.argsort(marks, kind="stable")
    same = marks[order[1:]] == marks[order[:-1]]
    close = np.flatnonzero(same)
    upper, lower = rows[order[close]], rows[order[close + 1]]
    equal = np.ones(close.size, dtype=np.bool_)
    for column in columns:
        equal &= column[upper] == column[lower]
    found = np.zeros(rows.size, dtype=np.bool_)
    found[order[close[equal]]] = True
    found[order[close[equal] + 1]] = True
    return found
