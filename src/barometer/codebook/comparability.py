"""Whether numbers of two waves may be compared: definitions held against each other, and the changes on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from barometer.codebook.published import Change, Effect
from barometer.codebook.records import Indicator, Label, Lang

ORDER: tuple[Effect, ...] = ("comparable", "break", "not_comparable")
VERDICTS: dict[Effect, Label] = {
    "comparable": Label("kan sammenlignes", "comparable"),
    "break": Label("kan sammenlignes med et brud", "comparable with a break"),
    "not_comparable": Label("kan ikke sammenlignes", "not comparable"),
}

OTHER_ANSWERS = Label(
    "Svarene, der tæller med, er ikke de samme i de to bølger.",
    "The answers that count are not the same in the two waves.",
)


@dataclass(frozen=True, slots=True, repr=False)
class Comparability:
    """
    Whether an indicator of two waves may be compared.

    Attributes
    ----------
    indicator : str
    first, second : int
        The waves, the earlier one first.
    verdict : {"comparable", "break", "not_comparable"}
    reasons : tuple of Label
        What is different; may hold remarks even where the waves are comparable.
    """

    indicator: str
    first: int
    second: int
    verdict: Effect
    reasons: tuple[Label, ...]

    def text(self, lang: Lang = "en") -> str:
        """Say it in one line."""
        waves = f"{Label('bølge', 'waves').text(lang)} {self.first} {Label('og', 'and').text(lang)} {self.second}"
        why = " ".join(reason.text(lang) for reason in self.reasons)
        return f"{self.indicator}, {waves}: {VERDICTS[self.verdict].text(lang)}{f'. {why}' if why else ''}"

    def __repr__(self) -> str:
        """Return the verdict with its reasons."""
        return self.text("en")

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.text('en'))}</p>"


def compare_waves(
    name: str, first: tuple[int, Indicator | None], second: tuple[int, Indicator | None], changes: Sequence[Change]
) -> Comparability:
    """
    Compare an indicator's definitions in two waves, and look up what changed between them.

    Parameters
    ----------
    name : str
        Of the indicator.
    first, second : (int, Indicator or None)
        The earlier and the later wave, and how each defined it; None where it cannot be made.
    changes : sequence of Change
        Of the codebook.

    Returns
    -------
    Comparability
        Not comparable where a wave did not ask for it; with a break where the waves define it otherwise; else as the
        gravest change between them says.
    """
    effects: list[Effect] = ["comparable"]
    reasons: list[Label] = []
    for number, definition in (first, second):
        if definition is None:
            effects.append("not_comparable")
            reasons.append(Label(f"Bølge {number} har den ikke.", f"Wave {number} does not have it."))
    numbers, definitions = (first[0], second[0]), [found for _, found in (first, second) if found]
    if len(definitions) == 2 and definitions[0].rule != definitions[1].rule:
        effects.append("break")
        stated = [other.reason for other in definitions[0].elsewhere if set(other.waves) & set(numbers)]
        reasons += stated or [OTHER_ANSWERS]
    for change in changes:
        if numbers[0] < change.wave <= numbers[1] and _concerns(change, name):
            effects.append(change.effect)
            reasons.append(change.reason)
    return Comparability(name, *numbers, max(effects, key=ORDER.index), tuple(dict.fromkeys(reasons)))


def _concerns(change: Change, name: str) -> bool:
    """Whether a change is about everything, or about an indicator, its family or its question."""
    return not change.subjects or any(name == subject or name.startswith(f"{subject}.") for subject in change.subjects)
