"""Series over waves, as a figure draws them: points in order, and how each joins the one before."""

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from barometer.codebook.records import Label, Lang
from barometer.publication.drawn import Basis
from barometer.publication.palette import AMBER, AMBER_LIGHT, GREY, INK, MUTED, TEAL, TEAL_LIGHT

SeriesRole = Literal["main", "up", "down", "plain", "total"]
Join = Literal["", "line", "break", "gap"]
LINES = {"main": TEAL, "up": TEAL, "down": AMBER, "plain": GREY, "total": INK}
"""Colour of a series' marks, by its role."""
PANEL_LINES = LINES | {"plain": MUTED, "total": GREY}
"""The same in small multiples, where the series of all is a pale line behind."""
TEXTS = {"main": TEAL, "up": TEAL, "down": AMBER, "plain": MUTED, "total": INK}
"""Colour of its labels."""
PALE = {"main": TEAL_LIGHT, "up": TEAL_LIGHT, "down": AMBER_LIGHT, "plain": GREY, "total": GREY}
"""Colour of points that rest on an assumption, and of the lines to and from them."""
BANDS = {"main": TEAL_LIGHT, "up": TEAL_LIGHT, "down": AMBER_LIGHT, "plain": GREY, "total": GREY}


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
    """
    A place between two waves that series do not run through unbroken.

    Attributes
    ----------
    before, after : int
        The waves.
    breaks, gaps : tuple of Label
        Why series break, and why some may not be compared.
    gapped : tuple of Label
        Series that may not be compared.
    whole : bool
        Whether that is all of them.
    """

    before: int
    after: int
    breaks: tuple[Label, ...]
    gaps: tuple[Label, ...]
    gapped: tuple[Label, ...]
    whole: bool


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
    found: dict[tuple[int, int], list[Point]] = {}
    for each in series:
        for earlier, later in pairwise(each.shown):
            if later.join in ("break", "gap"):
                found.setdefault((earlier.wave, later.wave), []).append(later)
    return [_fault(place, points) for place, points in sorted(found.items())]


def _fault(place: tuple[int, int], points: Sequence[Point]) -> Fault:
    gapped = [point for point in points if point.join == "gap"]
    broken = [point for point in points if point.join == "break"]
    names = tuple(Label(point.label_da, point.label_en) for point in gapped)
    return Fault(*place, _causes(broken), _causes(gapped), names, not broken)


def _causes(points: Sequence[Point]) -> tuple[Label, ...]:
    causes = (Label(point.cause_da, point.cause_en) for point in points if point.cause_en)
    return tuple(dict.fromkeys(causes))
