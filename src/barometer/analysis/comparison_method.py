"""How groups were compared: against what, by which test, adjusted over what."""

from dataclasses import dataclass
from typing import Literal

from barometer import survey
from barometer.analysis.comparison_words import (
    ADJUSTMENTS,
    AGAINST_SENTENCES,
    COMPARISON_DF,
    FAMILIES,
    METHOD,
    TESTS,
)
from barometer.analysis.method import Method
from barometer.codebook.records import Label, Lang
from barometer.microdata import SYNTHETIC

ComparisonFamily = Literal["indicator", "all"]
"""Tests that are adjusted together: those of one indicator, or everything that was asked."""


@dataclass(frozen=True, slots=True)
class ComparisonMethod:
    """
    Everything that decides the numbers besides the answers.

    Attributes
    ----------
    shares : Method
        How the shares were made.
    against : {"all", "rest", "pairs", "group"}
    versus : Label or None
        The group that the others are compared with.
    adjustment : {"holm", "bh", "none"}
    family : {"indicator", "all"}
    test : {"difference", "odds_ratio"}
    df_rule : {"design", "union", "normal"}
    confidence : float
        Of the intervals; 1 less it is the level of the tests.
    """

    shares: Method
    against: Literal["all", "rest", "pairs", "group"]
    versus: Label | None
    adjustment: "survey.Adjustment"
    family: ComparisonFamily
    test: "survey.ComparisonTest"
    df_rule: "survey.ComparisonDf"
    confidence: float

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata are artificial."""
        return self.shares.is_synthetic

    def text(self, lang: Lang) -> str:
        """Say how the comparisons were made in a sentence or two."""
        versus = "" if self.versus is None else self.versus.text(lang)
        text = METHOD.text(lang).format(
            against=AGAINST_SENTENCES[self.against].text(lang).format(versus=versus),
            test=TESTS[self.test].text(lang),
            df=COMPARISON_DF[self.df_rule].text(lang),
            adjustment=ADJUSTMENTS[self.adjustment].text(lang).format(family=FAMILIES[self.family].text(lang)),
            confidence=f"{100 * self.confidence:g}",
        )
        text = " ".join([text, *(step.text(lang) for step in self.shares.weighting)])
        return f"{text} {SYNTHETIC.text(lang)}." if self.is_synthetic else text
