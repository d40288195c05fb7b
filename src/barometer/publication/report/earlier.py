"""The numbers of the report that a new one takes the place of."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from barometer.errors import OutputError
from barometer.microdata.store import sha256
from barometer.publication.numbers import read_numbers
from barometer.publication.report.folder import MARK

NUMBERS = "numbers.csv"


@dataclass(frozen=True, slots=True, eq=False)
class EarlierNumbers:
    """
    Numbers of an earlier report.

    Attributes
    ----------
    table : DataFrame
        As `numbers_of` gives.
    sha256 : str
        Of their file.
    """

    table: pd.DataFrame
    sha256: str


def find_earlier(out: Path) -> EarlierNumbers | None:
    """Return the numbers of the report in a folder; None where there is none, or its file is not as it was written."""
    try:
        listed = json.loads((out / MARK).read_text(encoding="utf-8"))["outputs"]
        written = next(str(file["sha256"]) for file in listed if file["file"] == NUMBERS)
        found = EarlierNumbers(read_numbers(out / NUMBERS), sha256(out / NUMBERS))
    except (OSError, ValueError, KeyError, TypeError, StopIteration, OutputError):
        return None
    return found if found.sha256 == written else None
