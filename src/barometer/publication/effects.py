"""Effects: ratios, differences and adjusted shares of the groups of a model's terms, as a figure draws them."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from barometer.analysis.model_words import points
from barometer.codebook.numbers import decimal, per_cent
from barometer.codebook.records import Lang
from barometer.publication.drawn import Basis

Scale = Literal["odds_ratio", "rate_ratio", "points", "share"]
RATIOS: tuple[Scale, ...] = ("odds_ratio", "rate_ratio")
FURTHEST = 64.0
"""Ratio, and one by it, beyond which an interval is cut and ends in an arrow."""


@dataclass(frozen=True, slots=True)
class Effect:
    """
    One group of a term.

    Attributes
    ----------
    term, level : str
        Codes; level "total" is everybody as they are, which becomes the dashed line.
    heading_da, heading_en : str
        Above the groups of the term; empty where there is one term only.
    value, ci_low, ci_high : float
        A ratio, or a difference or share (0 to 1); nan where there is none.
    observed : float
        Share that is not adjusted; nan where there is none.
    scale : {"odds_ratio", "rate_ratio", "points", "share"}
    stands_out : bool
        Whether it is drawn in the accent colour.
    basis : {"assumed", "delivery"}
    thin : bool
        Whether too few answers stand behind it for a full mark.
    """

    term: str
    level: str
    heading_da: str
    heading_en: str
    label_da: str
    label_en: str
    value: float
    ci_low: float
    ci_high: float
    observed: float
    scale: Scale
    n: int
    stands_out: bool
    basis: Basis
    thin: bool

    def label(self, lang: Lang) -> str:
        """Return its label in one language."""
        return self.label_da if lang == "da" else self.label_en

    def heading(self, lang: Lang) -> str:
        """Return the heading of its term in one language."""
        return self.heading_da if lang == "da" else self.heading_en

    def written(self, lang: Lang) -> str:
        """Write its value."""
        return effect_text(self.value, self.scale, lang)


def effect_text(value: float, scale: Scale, lang: Lang) -> str:
    """Write a ratio, difference or share; a dash where there is none."""
    if math.isnan(value):
        return "\N{EN DASH}"
    if scale == "share":
        return per_cent(value, lang)
    if scale == "points":
        return points(value, lang)
    return decimal(value, lang, 2 if value < 9.995 else 0 if value >= 99.95 else 1)


def is_cut(effect: Effect) -> bool:
    """Whether its interval is longer than the axis may be."""
    ends = (effect.value, effect.ci_low, effect.ci_high)
    return effect.scale in RATIOS and any(end < 1.0 / FURTHEST or end > FURTHEST for end in ends)


def effects_data(effects: Sequence[Effect]) -> pd.DataFrame:
    """Return effects as a frame, one row each."""
    return pd.DataFrame([asdict(effect) for effect in effects])


def to_effects(data: pd.DataFrame) -> list[Effect]:
    """Return the rows of a frame as effects."""
    return [Effect(*row) for row in data.itertuples(index=False, name=None)]
