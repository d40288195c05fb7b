"""Marks of groups that were compared: a share beside what it was compared with, and what the test found."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

import pandas as pd

from barometer.codebook.numbers import decimal
from barometer.codebook.records import Label, Lang
from barometer.publication.drawn import Mark
from barometer.publication.palette import AMBER, AMBER_LIGHT, GREY_LIGHT, TEAL, TEAL_LIGHT

Direction = Literal["above", "below", ""]
COLOURS = {"above": TEAL, "below": AMBER, "": GREY_LIGHT}
"""Of dots, by what the adjusted test found."""
LINE_COLOURS = {"above": TEAL_LIGHT, "below": AMBER_LIGHT, "": GREY_LIGHT}
DOUBTED = "few_counted"
"""Note of findings that the test makes too often."""
SIDES = {"above": Label("over", "above"), "below": Label("under", "below")}


@dataclass(frozen=True, slots=True)
class Compared(Mark):
    """
    A share that was compared with another.

    Attributes
    ----------
    versus_group, versus_da, versus_en : str
        Code and label of what it was compared with.
    share_versus, difference, at_least : float
        The other share; this less the other; near end of the simultaneous interval, as a distance from zero: nan where
        nothing was found, 0 where the size of a difference is not known. Fractions of one.
    p_adjusted : float
        nan without a test.
    direction : {"above", "below", ""}
        What the adjusted test found.
    note : str
        Code: why there is no test, or why it is to be doubted.
    """

    versus_group: str
    versus_da: str
    versus_en: str
    share_versus: float
    difference: float
    at_least: float
    p_adjusted: float
    direction: Direction
    note: str

    @property
    def is_tested(self) -> bool:
        """Whether there is a test."""
        return not math.isnan(self.p_adjusted)

    @property
    def is_doubted(self) -> bool:
        """Whether a finding rests on few answers of the rarer kind."""
        return self.direction != "" and self.note == DOUBTED

    @property
    def is_hollow(self) -> bool:
        """Whether few answers stand behind the share or behind what was found."""
        return self.thin or self.is_doubted

    @property
    def is_certain(self) -> bool:
        """Whether something was found that may be said without more ado."""
        return self.direction != "" and not (self.is_doubted or self.thin)


def compared_data(marks: Sequence[Compared]) -> pd.DataFrame:
    """Return marks as a frame, one row each."""
    return pd.DataFrame([asdict(mark) for mark in marks])


def to_compared(data: pd.DataFrame) -> list[Compared]:
    """Return the rows of a frame as marks."""
    return [Compared(*row) for row in data.itertuples(index=False, name=None)]


def with_versus(marks: Sequence[Compared]) -> list[Compared]:
    """Return marks, and a mark without interval at each share that they were compared with: all that an axis holds."""
    versus = [replace(mark, share=mark.share_versus, ci_low=math.nan, ci_high=math.nan) for mark in marks]
    return [*marks, *versus]


def points_text(difference: float, lang: Lang, decimals: int = 0) -> str:
    """Write a difference in percentage points with its sign."""
    if math.isnan(difference):
        return "\N{EN DASH}"
    text = decimal(100.0 * difference, lang, decimals)
    is_zero = not any(digit in text for digit in "123456789")
    return text if difference < 0.0 or is_zero else f"+{text}"
