"""Answers of one workplace that nobody can give."""

from collections.abc import Sequence

from barometer.errors.faults import Fault, counted, listing
from barometer.errors.root import BarometerError


class AnswersError(BarometerError, ValueError):
    """
    The answers to a test are not possible answers.

    Attributes
    ----------
    faults : tuple of Fault
        Every question at fault, in `column`, and what is wrong.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(listing(f"the answers cannot be used: {counted(faults)}", faults))
