"""Records that describe data, and cannot be used."""

from collections.abc import Sequence
from pathlib import Path

from barometer.errors.faults import Fault, counted, listing
from barometer.errors.root import BarometerError


class CodebookError(BarometerError, ValueError):
    """
    The records in a metadata folder contradict each other or are incomplete.

    Attributes
    ----------
    folder : Path
        The metadata folder.
    faults : tuple of Fault
        Everything that was found, in reading order.
    """

    def __init__(self, folder: Path, faults: Sequence[Fault]) -> None:
        self.folder = folder
        self.faults = tuple(faults)
        super().__init__(listing(f"The codebook in {folder} has {counted(faults)}", faults))


class LayoutError(BarometerError, ValueError):
    """
    A layout file does not describe a delivery completely.

    Attributes
    ----------
    path : Path
        The layout file.
    faults : tuple of Fault
    """

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.path = path
        self.faults = tuple(faults)
        super().__init__(listing(f"The layout {path} has {counted(faults)}", faults))
