"""Verdicts on published claims: what they are called, what they mean, and when each is given."""

from dataclasses import dataclass
from typing import Literal

from barometer.analysis.association_words import NOTES
from barometer.analysis.claims import ComputedClaim
from barometer.analysis.method import SIGNIFICANCE
from barometer.codebook.numbers import round_half_up
from barometer.codebook.published import Claim
from barometer.codebook.records import Label

Verdict = Literal[
    "reproduced",
    "differs",
    "source_contradicts_itself",
    "fits_the_words",
    "does_not_fit_the_words",
    "confirmed",
    "contradicted",
    "not_significant",
    "no_number_published",
    "cannot_be_computed",
]
NO_DIRECTION = Label("", "")

VERDICTS: dict[Verdict, Label] = {
    "reproduced": Label("genfundet", "reproduced"),
    "differs": Label("afviger", "differs"),
    "source_contradicts_itself": Label("kilden modsiger sig selv", "the source contradicts itself"),
    "fits_the_words": Label("passer med ordene", "fits the words"),
    "does_not_fit_the_words": Label("passer ikke med ordene", "does not fit the words"),
    "confirmed": Label("bekræftet", "confirmed"),
    "contradicted": Label("modsagt", "contradicted"),
    "not_significant": Label("ikke signifikant", "not significant"),
    "no_number_published": Label("intet tal i teksten", "no number in the text"),
    "cannot_be_computed": Label("kan ikke beregnes", "cannot be computed"),
}
MEANINGS: dict[Verdict, Label] = {
    "reproduced": Label(
        "Den beregnede andel afrundes til det offentliggjorte hele procenttal; antallet er det samme.",
        "The computed share rounds to the published whole per cent; the count is equal.",
    ),
    "differs": Label(
        "Den beregnede andel afrundes til et andet tal, uanset om det offentliggjorte ligger i intervallet.",
        "The computed share rounds to another number, whether or not the published one lies in the interval.",
    ),
    "source_contradicts_itself": Label(
        "Det beregnede tal er et andet, som den samme kilde også skriver.",
        "The computed number is another one that the same source prints.",
    ),
    "fits_the_words": Label(
        "Et tal i ord (»tre af ti«) ligger i det område, som ordene dækker.",
        "A worded number ('three in ten') lies in the range that the words cover.",
    ),
    "does_not_fit_the_words": Label(
        "Det beregnede tal ligger uden for det område, som ordene dækker.",
        "The computed number lies outside the range that the words cover.",
    ),
    "confirmed": Label(
        "Forskellen går samme vej som den offentliggjorte, og p er under 0,05; for »ingen forskel« mindst 0,05. En "
        "samlet forskel er testet over alle grupper med Rao og Scotts F.",
        "The difference goes the published way and p is below 0.05; for 'no difference' at least 0.05. An overall "
        "difference is tested over all groups by Rao and Scott's F.",
    ),
    "contradicted": Label(
        "Forskellen er signifikant imod det offentliggjorte.",
        "The difference is significant against what was published.",
    ),
    "not_significant": Label(
        "En forskel er offentliggjort, og p er mindst 0,05.", "A difference was published, and p is at least 0.05."
    ),
    "no_number_published": Label(
        "Tallet står kun i et billede; det beregnede vises.",
        "The number stands in a picture only; the computed one is shown.",
    ),
    "cannot_be_computed": Label("Årsagen står ved udsagnet.", "The reason stands with the claim."),
}
FAILURES: tuple[Verdict, ...] = ("differs", "does_not_fit_the_words", "contradicted", "not_significant")
AGREEMENTS: tuple[Verdict, ...] = ("reproduced", "fits_the_words", "confirmed")
WHY_NOT = {
    "": Label("", ""),
    "not_asked": Label("Bølgen har ikke spørgsmålet.", "The wave does not have the question."),
    "no_frame": Label("Stikprøvens størrelse er ikke leveret.", "The size of the sample was not delivered."),
    "suppressed": Label("Undertrykt: for få svar ligger bag.", "Suppressed: too few answers stand behind it."),
    "empty": Label("Der er ingen i en af grupperne.", "There is nobody in one of the groups."),
    "no_spread": Label(
        "Svarene i grupperne er ens; der er intet at teste.",
        "The answers in the groups are all alike; there is nothing to test.",
    ),
    **{note: Label(f"{told.da}.", f"{told.en}.") for note, told in NOTES.items() if note not in ("", "no_spread")},
}


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """
    One claim, its computed counterpart and the verdict.

    Attributes
    ----------
    statement : Label
        What it is about, in words.
    why : Label
        Why the range of a worded claim is as it is, or why nothing was computed.
    contradiction : Label
        How the source contradicts itself; for synthetic data also which value they were fitted to.
    matched_by_construction : bool
        Whether the microdata are synthetic and were made to agree with it, or with another claim of the cross that its
        test is over.
    published_direction, computed_direction : Label
        Of a claim about significance: which group is higher; empty for others.
    themes : tuple of str
        Codes of the themes it speaks of: of what is counted, and of the answers it is split by.
    """

    computed: ComputedClaim
    verdict: Verdict
    statement: Label
    why: Label
    contradiction: Label
    provenance: str
    matched_by_construction: bool
    published_direction: Label = NO_DIRECTION
    computed_direction: Label = NO_DIRECTION
    themes: tuple[str, ...] = ()

    @property
    def claim(self) -> Claim:
        """The published statement."""
        return self.computed.claim

    @property
    def published_inside_interval(self) -> bool | None:
        """Whether the published number lies in the computed interval; never reproduction."""
        low, high, published = self.computed.low, self.computed.high, self.claim.published
        return None if None in (low, high, published) else bool(low <= published <= high)  # type: ignore[operator]

    @property
    def n_agrees(self) -> bool | None:
        """Whether the base counted in the file is the published n."""
        if self.computed.n is None or self.claim.published_n is None:
            return None
        return self.computed.n == self.claim.published_n


def judge(computed: ComputedClaim) -> Verdict:
    """Give the verdict on one claim."""
    claim, value = computed.claim, computed.value
    if value is None:
        return "cannot_be_computed"
    if claim.check == "nothing":
        return "no_number_published"
    if claim.check == "exact":
        found = round_half_up(value)
        if found == claim.published:
            return "reproduced"
        return "source_contradicts_itself" if found in claim.alternatives else "differs"
    if claim.check == "range":
        inside = (claim.low or 0.0) < value <= (claim.high or 0.0)
        return "fits_the_words" if inside else "does_not_fit_the_words"
    return _judge_direction(computed, value)


def _judge_direction(computed: ComputedClaim, value: float) -> Verdict:
    claim = computed.claim
    if computed.p_value is None:
        return "cannot_be_computed"
    significant = computed.p_value < SIGNIFICANCE
    if claim.direction == "none":
        return "contradicted" if significant else "confirmed"
    if not significant:
        return "not_significant"
    if claim.direction == "overall":
        return _judge_order(claim, computed.order)
    return "confirmed" if (value > 0) == (claim.direction == "more") else "contradicted"


def _judge_order(claim: Claim, order: tuple[str, ...]) -> Verdict:
    """Compare the pairs of groups that the text puts in an order with the order that was found."""
    holds = all(order.index(higher) < order.index(lower) for higher, lower in claim.order)
    return "confirmed" if holds else "contradicted"
