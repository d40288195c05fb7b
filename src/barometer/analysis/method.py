"""How an estimate was made, as facts and as a sentence."""

from dataclasses import dataclass
from typing import Literal

from barometer.codebook.records import DontKnowRule, Label, Lang
from barometer.microdata import SYNTHETIC, Provenance
from barometer.survey import DfRule

DontKnowChoice = Literal["record"] | DontKnowRule

DF_RULES: dict[DfRule, Label] = {
    "domain": Label(
        "svar i gruppen minus strata i gruppen", "answers in the group inside its base, less the strata they are in"
    ),
    "design": Label("svar i alt minus strata i alt", "all answers less all strata"),
}


@dataclass(frozen=True, slots=True)
class Method:
    """
    Everything that decides the numbers besides the answers.

    Attributes
    ----------
    strata, design_df : int
        Number of strata; all answers less all strata.
    df_rule, confidence, dont_know
        How the df of an interval are counted, coverage of the intervals (0 to 1), and the rule for don't know
        ("record": each indicator's own, which the table shows).
    """

    wave: int
    period: str
    provenance: Provenance
    strata: int
    design_df: int
    df_rule: DfRule
    confidence: float
    dont_know: DontKnowChoice
    variance: str = "Taylor linearization, stratified, finite population correction"
    interval: str = "logit"
    lonely_psu: str = "error"

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata are artificial."""
        return self.provenance.kind == "synthetic"

    def text(self, lang: Lang) -> str:
        """Say how it was made in a sentence or two."""
        per_cent = f"{100 * self.confidence:g}"
        if lang == "da":
            text = (
                f"Vægtede andele; standardfejl ved Taylor-linearisering i {self.strata} strata med "
                f"endelighedskorrektion; {per_cent}\u202f%-konfidensinterval på logit-skala med t-fordeling, "
                f"frihedsgrader: {DF_RULES[self.df_rule].da}."
            )
        else:
            text = (
                f"Weighted shares; standard errors by Taylor linearization in {self.strata} strata with finite "
                f"population correction; {per_cent}% logit confidence intervals with Student's t, degrees of freedom: "
                f"{DF_RULES[self.df_rule].en}."
            )
        return f"{text} {SYNTHETIC.text(lang)}." if self.is_synthetic else text
