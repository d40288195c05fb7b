"""Series over waves, as a figure draws them: points in order, and how each joins the one before."""

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.publication.drawn import Basis
from barometer.publication.style import AMBER, AMBER_LIGHT, GREY, GRID, INK, MUTED, TEAL, TEAL_LIGHT

SeriesRole = Literal["main", "up", "down", "plain", "total"]
Join = Literal["", "line", "break", "gap"]
LINES = {"main": TEAL, "up": TEAL, "down": AMBER, "plain": GREY, "total": INK}
"""Colour of a series' marks, by its role."""
TEXTS = {"main": TEAL, "up": TEAL, "down": AMBER, "plain": MUTED, "total": INK}
"""Colour of its labels."""
BANDS = {"main": TEAL_LIGHT, "up": TEAL_LIGHT, "down": AMBER_LIGHT, "plain": GREY, "total": GRID}


@dataclass(frozen=True, slots=True)
class Point:
    """
    One share of a series in one wave.

    Attributes
    ----------
    share, ci_low, ci_high : float
        0 to 1; nan where there is none.
    role : {"main", "up", "down", "plain", "total"}
        Of the series: the only one, one that clearly rose or fell, one that did not, or that of all workplaces.
    basis, thin
        As of a `Mark`.
    note : str
        Why there is no share or no interval; a code of `TREND_NOTES`.
    join : {"", "line", "break", "gap"}
        Whether it may be compared with the point before: nothing is before it, it may, with a break, it may not.
    cause_da, cause_en : str
        Why not.
    """

    indicator: str
    group: str
    label_da: str
    label_en: str
    wave: int
    period: str
    year: float
    share: float
    ci_low: float
    ci_high: float
    n: int
    role: SeriesRole
    basis: Basis
    thin: bool
    note: str
    join: Join
    cause_da: str
    cause_en: str

    @property
    def drawn(self) -> bool:
        """Whether there is a share to draw."""
        return not math.isnan(self.share)

    def label(self, lang: Lang) -> str:
        """Return the label of its series in one language."""
        return self.label_da if lang == "da" else self.label_en


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one indicator or group, by wave."""

    points: tuple[Point, ...]

    @property
    def role(self) -> SeriesRole:
        """What the series is in the figure."""
        return self.points[0].role

    @property
    def shown(self) -> tuple[Point, ...]:
        """Points that have a share."""
        return tuple(point for point in self.points if point.drawn)

    def label(self, lang: Lang) -> str:
        """Return its label in one language."""
        return self.points[0].label(lang)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place between two waves that series do not run through unbroken: its waves, whether a gap, and why."""

    before: int
    after: int
    gap: bool
    causes: tuple[Label, ...]


def to_series(data: pd.DataFrame) -> list[Series]:
    """Return the rows of a frame as series, in the order of their first rows."""
    found: dict[tuple[str, str], list[Point]] = {}
    for row in data.itertuples(index=False, name=None):
        point = Point(*row)
        found.setdefault((point.indicator, point.group), []).append(point)
    return [Series(tuple(points)) for points in found.values()]


def from_points(points: Sequence[Point]) -> pd.DataFrame:
    """Return points as a frame, one row each."""
    return pd.DataFrame([asdict(point) for point in points])


def wave_years(series: Sequence[Series]) -> dict[int, float]:
    """Return where each wave stands: at its year, or in a row where a period names none."""
    years = {point.wave: point.year for each in series for point in each.points}
    ordered = dict(sorted(years.items()))
    if any(math.isnan(year) for year in ordered.values()):
        return {wave: float(place) for place, wave in enumerate(ordered)}
    return ordered


def wave_periods(series: Sequence[Series]) -> dict[int, str]:
    """Return the short period of every wave: 2013-14."""
    periods = {point.wave: short_period(point.period) for each in series for point in each.points}
    return dict(sorted(periods.items()))


def short_period(period: str) -> str:
    """Shorten the second year of a period of one century."""
    return re.sub(r"^(\d\d)(\d\d)-\1(\d\d)$", "\\1\\2-\\3", period)


def find_faults(series: Sequence[Series]) -> list[Fault]:
    """Return every place where a series is broken or may not be compared, with the reasons of all."""
    found: dict[tuple[int, int], tuple[bool, dict[Label, None]]] = {}
    for each in series:
        for earlier, later in zip(each.shown, each.shown[1:], strict=False):
            if later.join in ("break", "gap"):
                place = (earlier.wave, later.wave)
                gap, causes = found.get(place, (True, {}))
                cause = {Label(later.cause_da, later.cause_en): None} if later.cause_en else {}
                found[place] = (gap and later.join == "gap", causes | cause)
    return [Fault(*place, gap, tuple(causes)) for place, (gap, causes) in sorted(found.items())]
