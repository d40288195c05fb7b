"""What may be shown: thresholds, dominance, merging and rounding, as a named policy."""

from dataclasses import dataclass
from typing import Literal, get_args

from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError, UnknownNameError, check_choice, check_kind

Zeros = Literal["small", "shown"]
Merging = Literal["ordered", "never"]
NO_CONTROL = Label("Ingen diskretionering: må ikke offentliggøres.", "No disclosure control: may not be published.")
"""What stands on everything that is shown unprotected."""
UNCHECKED = Label(
    "Ikke diskretioneret: gennemgå tallene, før de offentliggøres.",
    "Not under disclosure control: check the numbers before they are published.",
)
"""What stands on results of a type that disclosure control does not know."""
CONTROLLED = Label(
    "Af hensyn til fortrolighed er celler, der bygger på færre end {threshold} svar, og celler, de kan beregnes af, "
    "undertrykt.",
    "Disclosure control: cells that rest on fewer than {threshold} answers, and cells they can be worked back from, "
    "are suppressed.",
)

ROUNDED = Label(
    "Antal svar og frihedsgrader er afrundet til nærmeste {multiple}.",
    "Numbers of answers and degrees of freedom are rounded to the nearest {multiple}.",
)


@dataclass(frozen=True, slots=True)
class DisclosurePolicy:
    """
    Rules for what may be published.

    Attributes
    ----------
    name : str
    threshold : int
        Fewest respondents: of those who answered so, of those in the base who did not, and of the base; also the least
        width, in respondents, of what a reader can find out about a suppressed cell. 0 is no control at all.
    zeros : {"small", "shown"}
        Whether shares of 0 and 100 per cent count as small: they say of everybody what they answered.
    merging : {"ordered", "never"}
        Whether neighbouring answers of an ordered scale are taken together before anything is suppressed.
    rounding : int
        Counts of answers are shown to the nearest multiple; 1 leaves them as they are.
    largest : (int, float) or None
        Dominance in totals of amounts: the n largest contributions may not be more than this part of the total.
    prior : float or None
        The same as the p% rule: nobody may be able to find the largest contribution to within this part of it.
    """

    name: str
    threshold: int = 5
    zeros: Zeros = "small"
    merging: Merging = "ordered"
    rounding: int = 1
    largest: tuple[int, float] | None = None
    prior: float | None = None

    def __post_init__(self) -> None:
        """Refuse rules that mean nothing."""
        for argument, allowed in (("zeros", Zeros), ("merging", Merging)):
            check_choice(argument, getattr(self, argument), allowed)
        if self.threshold < 0:
            raise ArgumentError("threshold", f"must be 0 or more respondents; got {self.threshold}")
        if self.rounding < 1:
            raise ArgumentError("rounding", f"must be a whole number of 1 or more; got {self.rounding}")
        if self.largest is not None and not (self.largest[0] >= 1 and 0.0 < self.largest[1] <= 1.0):
            raise ArgumentError(
                "largest", f"must be like (2, 0.9): how many, and part of the total; got {self.largest}"
            )
        if self.prior is not None and not 0.0 < self.prior < 1.0:
            raise ArgumentError("prior", f"must lie between 0 and 1, for instance 0.1; got {self.prior}")

    @property
    def is_control(self) -> bool:
        """Whether anything is protected at all."""
        return self.threshold > 0

    @property
    def note(self) -> Label:
        """What was done, or that nothing was."""
        if not self.is_control:
            return NO_CONTROL
        told = (CONTROLLED,) if self.rounding == 1 else (CONTROLLED, ROUNDED)
        said = (" ".join(label.text(lang) for label in told) for lang in get_args(Lang))
        return Label(*(text.format(threshold=self.threshold, multiple=self.rounding) for text in said))

    def text(self, lang: Lang) -> str:
        """Say in one language what was done, or that nothing was."""
        return self.note.text(lang)


POLICIES = {
    policy.name: policy
    for policy in (
        DisclosurePolicy("5", largest=(2, 0.9)),
        DisclosurePolicy("3", threshold=3, largest=(2, 0.9)),
        DisclosurePolicy("10", threshold=10, rounding=5, largest=(2, 0.9), prior=0.1),
        DisclosurePolicy("none", threshold=0, zeros="shown", merging="never"),
    )
}
"""
Policies by name. "5", the default; "3", the number rule of business statistics with a rule of dominance; "10", the
defaults of ACRO, a checker of research outputs; and "none", for the analyst's own eyes.
"""
PolicyChoice = str | DisclosurePolicy
DEFAULT = "5"


def find_policy(policy: PolicyChoice) -> DisclosurePolicy:
    """
    Return a policy by its name; one that is given is returned as it is.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    ArgumentError
        If it is no name and no policy.
    """
    if isinstance(policy, DisclosurePolicy):
        return policy
    check_kind("policy", policy, str, "a name or a DisclosurePolicy")
    if policy not in POLICIES:
        raise UnknownNameError("disclosure policy", policy, POLICIES)
    return POLICIES[policy]
