"""What a cell of StatBank can be: a number in per cent, or a symbol in its place."""

import re
from typing import Literal

from barometer.analysis.suppression import FEW_ANSWERS, SUPPRESSED
from barometer.codebook.numbers import round_half_up
from barometer.codebook.records import Label, Lang
from barometer.codebook.statbank import StatBankTable, StatBankVariable
from barometer.errors import ArgumentError

Presentation = Literal["code", "value", "code_and_value"]
"""What StatBank calls valuePresentation: codes, texts, or both."""
DECIMALS = 1
MOST_DECIMALS = 6

CONTENT = "INDHOLD"
"""StatBank's column of numbers, in both languages."""
CONTENTS_CODE = "ContentsCode"
"""The dimension of one category that StatBank puts into JSON-stat: what the numbers are."""
DATA = "DATA"
"""A variable of ours: it is in a CSV file of synthetic data, and says so in every row."""
MISSING = ".."
NIL = "-"
SYMBOLS = {
    MISSING: Label("oplysning foreligger ikke eller kan ikke vises", "not available, or not to be shown"),
    "...": Label("oplysning foreligger ikke", "not available"),
    ":": Label("kan ikke vises", "not to be shown"),
    ".": Label("kan ikke forekomme", "cannot occur"),
    NIL: Label("nul", "nil"),
}
"""What may stand in the place of a number. `..` is seen in extracts; what the others mean is inferred."""
REASONS = {
    "": Label("", ""),
    "no_counterpart": Label("Koden har intet tilsvarende i kodebogen", "The codebook has no counterpart of the code"),
    "not_asked": Label("Bølgen spurgte ikke", "The wave did not ask"),
    "no_group": Label("Bølgen har ikke gruppen", "The wave does not have the group"),
    "empty_base": Label("Ingen i basis", "Nobody in the base"),
    SUPPRESSED: FEW_ANSWERS,
}
"""Why a cell has no number, by code."""
_NUMBER = re.compile(r"\d{1,3}(?:[.,](\d+))?")


def sector_variable(table: StatBankTable) -> StatBankVariable:
    """Return the variable of levels, industries and sizes."""
    return next(variable for variable in table.variables if variable.rows == "parallel")


def time_variable(table: StatBankTable) -> StatBankVariable:
    """Return the variable of years."""
    return next(variable for variable in table.variables if variable.rows == "time")


def answer_variable(table: StatBankTable) -> StatBankVariable:
    """Return the variable whose codes are indicators."""
    return next(variable for variable in table.variables if variable.rows in ("exclusive", "overlapping"))


def keys(table: StatBankTable) -> list[str]:
    """Return StatBank's codes of the variables, in the order of its columns."""
    return [variable.code for variable in table.variables]


def check_decimals(decimals: int) -> None:
    """
    Refuse decimals that a number in per cent cannot have.

    Raises
    ------
    ArgumentError
    """
    if not isinstance(decimals, int) or not 0 <= decimals <= MOST_DECIMALS:
        raise ArgumentError("decimals", f"must be a whole number from 0 to {MOST_DECIMALS}; got {decimals!r}")


def write_number(share: float, lang: Lang, decimals: int) -> str:
    """Write a share as StatBank writes per cent: no sign, no thousands mark, the decimal mark of the language."""
    text = f"{round_half_up(100.0 * share, decimals):.{decimals}f}"
    return text.replace(".", ",") if lang == "da" else text


def read_number(text: str) -> tuple[float, int] | None:
    """Read a number in per cent as a share and its decimals; None if it is none from 0 to 100."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    value = float(text.replace(",", "."))
    return (value / 100.0, len(found.group(1) or "")) if value <= 100.0 else None
