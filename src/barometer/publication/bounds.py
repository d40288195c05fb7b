"""Marks of a share or a difference that rests on answers nobody gave: what each row of a figure of bounds draws."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from barometer.codebook.numbers import decimal, per_cent, signed
from barometer.codebook.records import Lang
from barometer.publication.drawn import Mark

BoundKind = Literal["sampling", "tip_sampling", "tip", "step", "mixture", "worst", "group"]
Measure = Literal["share", "points"]


@dataclass(frozen=True, slots=True)
class Bound(Mark):
    """
    One row: a share or a difference, and how far it may be off.

    Attributes
    ----------
    kind : {"sampling", "tip_sampling", "tip", "step", "mixture", "worst", "group"}
        The estimate with its sampling interval; where the statement tips, with and without sampling error; bounds at a
        delta; sampling and non-response in one interval; the worst case; or a group with all of them in one row.
    measure : {"share", "points"}
        A share, or a difference of two. All numbers are fractions of one.
    threshold : float
        Of the published statement: nan where there is none.
    holds : bool
        Whether the statement holds between the ends of the row, with sampling error; true where there is none, or the
        row is suppressed.
    delta : float
        What those who did not answer differ by at the most; nan where the row has none.
    bound_low, bound_high, covered_low, covered_high, worst_low, worst_high : float
        Bounds at delta, without and with sampling error, and the worst case; nan where the row does not draw them.
    tip : float
        Delta at which the statement of a group tips; nan where it does not.
    """

    kind: BoundKind
    measure: Measure
    threshold: float
    holds: bool
    delta: float = math.nan
    bound_low: float = math.nan
    bound_high: float = math.nan
    covered_low: float = math.nan
    covered_high: float = math.nan
    worst_low: float = math.nan
    worst_high: float = math.nan
    tip: float = math.nan

    @property
    def ends(self) -> tuple[float, ...]:
        """Every number that the axis has to hold, which the worst case is not; some may be nan."""
        bounds = (self.bound_low, self.bound_high, self.covered_low, self.covered_high)
        return (self.share, self.ci_low, self.ci_high, *bounds, self.threshold)


def bounds_data(marks: Sequence[Bound]) -> pd.DataFrame:
    """Return marks as a frame, one row each."""
    return pd.DataFrame([asdict(mark) for mark in marks])


def to_bounds(data: pd.DataFrame) -> list[Bound]:
    """Return the rows of a frame as marks."""
    return [Bound(*row) for row in data.itertuples(index=False, name=None)]


def axis_window(marks: Sequence[Bound]) -> tuple[float, float]:
    """Find the ends of an axis that holds all but the worst case; of shares whole tens, no further than 0 and 1."""
    ends = [end for mark in marks for end in mark.ends if not math.isnan(end)]
    low, high = min(ends), max(ends)
    if marks[0].measure == "points":
        air = 0.05 * max(high - low, 0.05)
        return low - air, high + air
    air = 0.005
    return max(math.floor(10.0 * (low - air)) / 10.0, 0.0), min(math.ceil(10.0 * (high + air)) / 10.0, 1.0)


def is_cut(mark: Bound, window: tuple[float, float]) -> bool:
    """Whether the worst case goes on beyond the axis."""
    return mark.worst_low < window[0] or mark.worst_high > window[1]


def is_hidden(mark: Bound) -> bool:
    """Whether a group is suppressed: of the rows of one share some never have a share of their own."""
    return mark.kind == "group" and math.isnan(mark.share)


def measure_of(group: str) -> Measure:
    """Say whether a group of a sensitivity is a share, or the difference of two groups."""
    return "points" if " - " in group else "share"


def plain_points(fraction: float, lang: Lang) -> str:
    """Write percentage points with one decimal, and with none where they are whole: 4,8 or 10."""
    return decimal(100.0 * fraction, lang, 0 if abs(100.0 * fraction - round(100.0 * fraction)) < 1e-9 else 1)


def value_text(value: float, measure: Measure, lang: Lang) -> str:
    """Write a share as per cent, a difference with its sign in percentage points."""
    return per_cent(value, lang, 1) if measure == "share" else signed(100.0 * value, lang)


def range_text(low: float, high: float, measure: Measure, lang: Lang) -> str:
    """Write two ends: 76,7–89,6 as per cent, or −9,3 to +15,6 points."""
    if measure == "share":
        ends = (decimal(100.0 * low, lang), per_cent(high, lang, 1))
        return "\N{EN DASH}".join(ends)
    between = " til " if lang == "da" else " to "
    return between.join(signed(100.0 * end, lang) for end in (low, high))
