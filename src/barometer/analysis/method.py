"""How an estimate was made, as facts and as a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from barometer import survey
from barometer.codebook.records import DontKnowRule, Indicator, Label, Lang
from barometer.errors import check_choice
from barometer.microdata import SYNTHETIC, Provenance

DontKnowChoice = Literal["record"] | DontKnowRule

DF_RULES: "dict[survey.DfRule, Label]" = {
    "domain": Label(
        "svar i gruppen minus strata i gruppen", "answers in the group inside its base, less the strata they are in"
    ),
    "design": Label("svar i alt minus strata i alt", "all answers less all strata"),
}
SIGNIFICANCE = 0.05
"""Below this p a difference or a relation is said to be there."""
WEIGHTED = Label(
    "Vægtede andele; standardfejl ved Taylor-linearisering", "Weighted shares; standard errors by Taylor linearization"
)
UNWEIGHTED = Label(
    "Uvægtede andele; standardfejl ved Taylor-linearisering",
    "Unweighted shares; standard errors by Taylor linearization",
)
REPLICATED = Label(
    "Vægtede andele; standardfejl fra {replicates} replikater",
    "Weighted shares; standard errors from {replicates} replicates",
)
STRATIFIED = Label(" i {strata} strata", " in {strata} strata")
UNSTRATIFIED = Label(" uden strata", " without strata")
CORRECTED = Label(" med endelighedskorrektion", " with finite population correction")
UNCORRECTED = Label(" og uden endelighedskorrektion", " and no finite population correction")
INTERVALS = Label(
    "; {confidence}\u202f%-konfidensinterval {interval} med t-fordeling, frihedsgrader: {df}.",
    "; {confidence}% {interval} confidence intervals with Student's t, degrees of freedom: {df}.",
)
INTERVAL_NAMES: "dict[survey.IntervalMethod, Label]" = {
    "logit": Label("på logit-skala", "logit"),
    "xlogit": Label("på logit-skala", "logit"),
    "wilson": Label("efter Wilson", "Wilson"),
    "beta": Label("efter Korn og Graubard", "Korn-Graubard"),
    "likelihood": Label("efter likelihood", "likelihood"),
    "arcsine": Label("på arcsinus-skala", "arcsine"),
    "wald": Label("efter Wald", "Wald"),
}


@dataclass(frozen=True, slots=True)
class Method:
    """
    Everything that decides the numbers besides the answers.

    Attributes
    ----------
    strata, design_df : int
        Number of strata; all answers less all strata.
    df_rule, interval, confidence, dont_know
        How the df of an interval are counted, its formula, its coverage (0 to 1), and the rule for don't know
        ("record": each indicator's own, which the table shows).
    weighted : bool
        Whether answers stand for more than themselves.
    corrected : bool
        Whether the sizes of the strata are known, so that there is a finite population correction.
    weighting : tuple of Label
        What was done to the weights, step by step; empty where they are those of the delivery.
    replicates : int
        Replicates that standard errors come from; 0 where they are linearized.
    """

    wave: int
    period: str
    provenance: Provenance
    strata: int
    design_df: int
    df_rule: "survey.DfRule"
    confidence: float
    dont_know: DontKnowChoice
    weighted: bool = True
    corrected: bool = True
    interval: "survey.IntervalMethod" = "logit"
    lonely_psu: str = "error"
    weighting: tuple[Label, ...] = ()
    replicates: int = 0

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata are artificial."""
        return self.provenance.kind == "synthetic"

    @property
    def variance(self) -> str:
        """How the variance was found."""
        stratified = ", stratified" if self.strata > 1 else ""
        corrected = ", finite population correction" if self.corrected else ""
        if self.replicates:
            return f"{self.replicates:,} replicates{stratified}{corrected}, reweighted each"
        calibrated = ", residuals of the weighting" if self.weighting else ""
        return f"Taylor linearization{stratified}{corrected}{calibrated}"

    def text(self, lang: Lang) -> str:
        """Say how it was made in a sentence or two."""
        facts = {
            "replicates": self.replicates,
            "strata": self.strata,
            "confidence": f"{100 * self.confidence:g}",
            "df": DF_RULES[self.df_rule].text(lang),
            "interval": INTERVAL_NAMES[self.interval].text(lang),
        }
        parts = (
            (REPLICATED if self.replicates else WEIGHTED if self.weighted else UNWEIGHTED).text(lang),
            (STRATIFIED if self.strata > 1 else UNSTRATIFIED).text(lang),
            (CORRECTED if self.corrected else UNCORRECTED).text(lang),
            INTERVALS.text(lang),
        )
        text = " ".join(["".join(parts).format(**facts), *(step.text(lang) for step in self.weighting)])
        return f"{text} {SYNTHETIC.text(lang)}." if self.is_synthetic else text


def dont_know_rules(indicators: Sequence[Indicator], choice: DontKnowChoice) -> list[DontKnowRule]:
    """
    Return the rule for don't know of each indicator: its own, or the one chosen for all.

    Raises
    ------
    ArgumentError
        If the choice is none of what it may be.
    """
    check_choice("dont_know", choice, ("record", *get_args(DontKnowRule)))
    return [indicator.dont_know if choice == "record" else choice for indicator in indicators]
