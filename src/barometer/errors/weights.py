"""Weights that cannot be made."""

from collections.abc import Sequence
from dataclasses import dataclass

from barometer.errors.root import BarometerError

LISTED = 20
"""Faults that a message lists at the most."""


@dataclass(frozen=True, slots=True)
class TargetFault:
    """
    One target that weights cannot be fitted to.

    Attributes
    ----------
    margin : str
        Name of the margin or total.
    level : str
        Its level; empty where the whole margin is meant.
    count : float
        Rows concerned, or the target, as the message says.
    message : str
    place : str
        Margin and level in words; empty where there are none besides the codes.
    """

    margin: str
    level: str
    count: float
    message: str
    place: str = ""

    def __str__(self) -> str:
        """Place first, then the message."""
        codes = f"{self.margin}, level {self.level!r}" if self.level else self.margin
        return f"{self.place or codes}: {self.message}"


class CalibrationError(BarometerError, ValueError):
    """
    Targets that are wrong, contradict each other, or cannot be met.

    Attributes
    ----------
    faults : tuple of TargetFault
        Every margin and level at fault, with a count.
    heading : str
        What could not be done.
    """

    def __init__(self, faults: Sequence[TargetFault], heading: str = "The weights cannot be calibrated") -> None:
        self.faults = tuple(faults)
        self.heading = heading
        listed = "\n  ".join(str(fault) for fault in self.faults[:LISTED])
        more = f"\n  ... and {len(self.faults) - LISTED} more" if len(self.faults) > LISTED else ""
        super().__init__(f"{heading}:\n  {listed}{more}")


class ResponseError(BarometerError, ValueError):
    """
    Non-response that cannot be weighted for: a group in which nobody, or nobody but those who answered, is found.

    Attributes
    ----------
    variable, level : str
        Where it is.
    count : int
        Units concerned.
    reason : str
        What is wrong there.
    """

    def __init__(self, variable: str, level: str, count: int, reason: str, place: str = "") -> None:
        self.variable = variable
        self.level = level
        self.count = count
        self.reason = reason
        super().__init__(f"{place or f'{variable} {level!r}'}: {reason}")
