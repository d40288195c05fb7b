"""One thing that is wrong with a file, and how a message lists several."""

from collections.abc import Sequence
from dataclasses import dataclass

FEW = 5
"""Names that a message lists at the most."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is wrong with a file, without any of the values in it.

    Attributes
    ----------
    rule : str
        Short code of the rule that was broken, as the documentation lists it.
    message : str
        What was expected, what came, and what to do next.
    column : str
        Column, record or key where it is; empty when the whole file is meant.
    rows : tuple of int
        Row numbers as an editor or a spreadsheet shows them (the header is row 1); the first of them where there are
        very many.
    count : int
        Rows concerned.
    """

    rule: str
    message: str
    column: str = ""
    rows: tuple[int, ...] = ()
    count: int = 0

    def __post_init__(self) -> None:
        """Count the rows where that was not done."""
        if self.count < len(self.rows):
            object.__setattr__(self, "count", len(self.rows))

    def __str__(self) -> str:
        """Place first, then the message."""
        where = self.column
        if self.rows:
            shown = ", ".join(str(row) for row in self.rows[:FEW])
            more = f" and {self.count - FEW} more" if self.count > FEW else ""
            where = f"{where} row {shown}{more}".strip()
        return f"[{self.rule}] {where}: {self.message}" if where else f"[{self.rule}] {self.message}"


def listing(heading: str, faults: Sequence[Fault]) -> str:
    """Put faults below a heading, one a line."""
    return "\n  ".join([heading + ":", *(str(fault) for fault in faults)])


def counted(faults: Sequence[Fault]) -> str:
    """Say how many faults there are."""
    return "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
