"""Files that are not there, break a rule, or cannot be written."""

from collections.abc import Sequence
from pathlib import Path

from barometer.errors.faults import Fault, counted, listing
from barometer.errors.root import BarometerError, BarometerWarning


class DeliveryError(BarometerError, ValueError):
    """
    A delivered file breaks the rules of its layout or of the codebook.

    Attributes
    ----------
    path : Path
        The delivered file.
    faults : tuple of Fault
        Every fault in the file, with column and row numbers, never a value.
    """

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.path = path
        self.faults = tuple(faults)
        super().__init__(listing(f"{path} cannot be used: {counted(faults)}", faults))


class DeliveryWarning(BarometerWarning):
    """Something in a delivery that is odd but does not stop the work."""


class MissingFileError(BarometerError, FileNotFoundError):
    """
    A file that was named is not there.

    Attributes
    ----------
    path : Path
    """

    def __init__(self, path: Path, what: str, next_step: str) -> None:
        self.path = path
        super().__init__(f"There is no {what} at {path}. {next_step}")


class OutputError(BarometerError, OSError):
    """
    A result cannot be written where it was asked for.

    Attributes
    ----------
    path : Path
    reason : str
        Why not.
    """

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        self.reason = message
        super().__init__(f"{path}: {message}")


class MomentsError(BarometerError, ValueError):
    """
    Sums from a file cannot be read, or do not fit those they should be added to.

    Attributes
    ----------
    part : str
        The file, or the sample and its part.
    """

    def __init__(self, part: str, message: str) -> None:
        self.part = part
        super().__init__(f"{part} {message}")


class NotebookError(BarometerError, RuntimeError):
    """
    A notebook stopped with an error.

    Attributes
    ----------
    path : Path
        The notebook.
    """

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(f"{path.name} stopped: {message}")
