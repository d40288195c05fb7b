"""What stands where a share is missing: nobody is in the base, or it is suppressed."""

import math
from collections.abc import Iterable
from typing import Protocol

import pandas as pd

from barometer.analysis.suppression import SUPPRESSED as SUPPRESSED_NOTE
from barometer.codebook.numbers import integer
from barometer.codebook.records import Label, Lang

NO_N = -1
"""In the place of the answers behind a mark whose base is suppressed too."""
NOBODY = Label("ingen i basis", "nobody in the base")
SUPPRESSED = Label("undertrykt (få svar)", "suppressed (few answers)")
BRIEF = {NOBODY: NOBODY, SUPPRESSED: Label("undertrykt", "suppressed")}
"""The same where there is room for a word."""
SHORT = {NOBODY: Label("Ingen", "Nobody"), SUPPRESSED: Label("få svar", "few")}
"""The same where there is room for a number only."""
WHY = Label(
    "Undertrykt: få svar, eller kunne beregnes af andre tal.",
    "Suppressed: few answers, or could be worked back from other numbers.",
)


class Countable(Protocol):
    """What has a share, and answers behind it."""

    @property
    def share(self) -> float:
        """0 to 1; nan where there is none."""

    @property
    def n(self) -> int:
        """Answers in the base; `NO_N` where that is not shown."""


def is_suppressed(mark: Countable) -> bool:
    """Whether there is a share that is not shown."""
    return math.isnan(mark.share) and mark.n != 0


def gap(mark: Countable) -> Label:
    """Return what stands in the place of a share that is missing."""
    return SUPPRESSED if is_suppressed(mark) else NOBODY


def written_n(n: int, lang: Lang) -> str:
    """Write the answers behind a mark; a dash where they are not shown."""
    return "\N{EN DASH}" if n == NO_N else integer(n, lang)


def shown_n(value: object) -> int:
    """Return the answers of a row of a table; `NO_N` where they are suppressed."""
    return NO_N if pd.isna(value) else int(value)  # type: ignore[call-overload]


def is_gap(row: pd.Series) -> bool:
    """Whether the share of a row is suppressed, so that there is no mark to be hollow."""
    return bool(row["note"] == SUPPRESSED_NOTE)


def gaps_text(marks: Iterable[Countable], lang: Lang) -> list[str]:
    """Say why marks are missing, where some are suppressed."""
    return [WHY.text(lang)] if any(is_suppressed(mark) for mark in marks) else []
