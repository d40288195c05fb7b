"""Whether numbers of two waves or of two codebooks may be compared: definitions, changes and matches on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Literal

from barometer.codebook.published import Change, Effect, Match
from barometer.codebook.records import Indicator, Label, Lang
from barometer.errors import ArgumentError, CodebookError, Fault

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

MatchVerdict = Literal["same", "similar", "no_match"]

ORDER: tuple[Effect, ...] = ("comparable", "break", "not_comparable")
VERDICTS: dict[Effect, Label] = {
    "comparable": Label("kan sammenlignes", "comparable"),
    "break": Label("kan sammenlignes med et brud", "comparable with a break"),
    "not_comparable": Label("kan ikke sammenlignes", "not comparable"),
}

MATCHES: dict[MatchVerdict, Label] = {
    "same": Label("samme spørgsmål", "same question"),
    "similar": Label("lignende spørgsmål", "similar question"),
    "no_match": Label("intet tilsvarende spørgsmål", "no matching question"),
}

OTHER_ANSWERS = Label(
    "Svarene, der tæller med, er ikke de samme i de to bølger.",
    "The answers that count are not the same in the two waves.",
)

OTHER_GROUPS = Label(
    "Grupperne er dannet af andre svar i den ene bølge.", "The groups are made of other answers in one of the waves."
)

OTHER_UNITS = Label("Enhederne er forskellige: {} og {}.", "The units differ: {} and {}.")
NO_RECORD = Label(
    "Intet i matches.toml siger, at spørgsmålene i disse bølger svarer til hinanden.",
    "No record in matches.toml says that the questions of these waves match.",
)
NOT_ASKED = Label("Den anden bølge har ikke {}.", "The other wave does not have {}.")
OTHER_DONT_KNOW = Label("»Ved ikke« behandles forskelligt ({} og {}).", "Don't know is treated otherwise ({} and {}).")


@dataclass(frozen=True, slots=True, repr=False)
class Comparability:
    """
    Whether an indicator, or a domain, of two waves may be compared.

    Attributes
    ----------
    indicator : str
        Or the domain.
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


def compare_domain(name: str, first: tuple[int, "Codebook"], second: tuple[int, "Codebook"]) -> Comparability:
    """
    Compare what a domain is in two waves, and look up what changed between them.

    Parameters
    ----------
    name : str
        Of a domain, or of an indicator used as one.
    first, second : (int, Codebook)
        The earlier and the later wave, and the codebook narrowed to each.

    Returns
    -------
    Comparability
        Not comparable where a wave does not have it; with a break where a group that both have is made of other
        answers; else as the gravest change on record about the domain or its column says. A change about everything is
        one of the indicators, and not counted again.
    """
    numbers, books = (first[0], second[0]), (first[1], second[1])
    named = [change for change in books[0].changes if change.subjects]
    if any(name in book.indicators for book in books):
        early, late = ((number, book.indicators.get(name)) for number, book in (first, second))
        return compare_waves(name, early, late, named)
    domains = [book.domains.get(name) for book in books]
    effects: list[Effect] = ["comparable"]
    reasons: list[Label] = []
    for number, domain in zip(numbers, domains, strict=True):
        if domain is None:
            effects.append("not_comparable")
            reasons.append(Label(f"Bølge {number} har ikke opdelingen.", f"Wave {number} does not have the domain."))
    one, two = ({group.code: group.answers for group in domain.groups} if domain else {} for domain in domains)
    if any(one[code] != two[code] for code in one.keys() & two.keys()):
        effects.append("break")
        reasons.append(OTHER_GROUPS)
    columns = {name, *(domain.column for domain in domains if domain)}
    for change in named:
        if numbers[0] < change.wave <= numbers[1] and any(_concerns(change, column) for column in columns):
            effects.append(change.effect)
            reasons.append(change.reason)
    return Comparability(name, *numbers, max(effects, key=ORDER.index), tuple(dict.fromkeys(reasons)))


def _concerns(change: Change, name: str) -> bool:
    """Whether a change is about everything, or about an indicator, its family or its question."""
    return not change.subjects or any(name == subject or name.startswith(f"{subject}.") for subject in change.subjects)


@dataclass(frozen=True, slots=True, repr=False)
class Counterpart:
    """
    What another codebook has in the place of an indicator, and whether the two may be compared.

    Attributes
    ----------
    indicator, codebook : str
        Its name, and that of its codebook.
    theirs, other : str
        Name of the other indicator, empty where there is no match, and of the other codebook.
    verdict : {"same", "similar", "no_match"}
    reasons : tuple of Label
        What is different, or why there is no match.
    """

    indicator: str
    codebook: str
    theirs: str
    other: str
    verdict: MatchVerdict
    reasons: tuple[Label, ...]

    def reason(self, lang: Lang = "en") -> str:
        """Say what is different, or why there is no match."""
        return " ".join(reason.text(lang) for reason in self.reasons)

    def text(self, lang: Lang = "en") -> str:
        """Say it in one line."""
        there = f"{self.other}: {self.theirs}" if self.theirs else self.other
        why = f". {self.reason(lang)}" if self.reasons else ""
        return f"{self.codebook}: {self.indicator} | {there} | {MATCHES[self.verdict].text(lang)}{why}"

    def __repr__(self) -> str:
        """Return the verdict with its reasons."""
        return self.text("en")

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.text('en'))}</p>"


def find_counterpart(name: str, here: "Codebook", there: "Codebook") -> Counterpart:
    """
    Look up what another codebook has in the place of an indicator.

    Parameters
    ----------
    name : str
        Full name of an indicator of `here`.
    here, there : Codebook
        Whole, or each narrowed to one wave, which its definition of that wave then counts for.

    Returns
    -------
    Counterpart
        No match where the units differ or no record says that the questions match. Similar where the record says so,
        and also where don't know is treated otherwise or a wave made the indicator otherwise.

    Raises
    ------
    UnknownNameError
        If `here` has no such indicator.
    ArgumentError
        If both are the same codebook.
    CodebookError
        If a record names an indicator that the other codebook does not have.
    """
    indicator = here.indicator(name)
    if here.about.name == there.about.name:
        raise ArgumentError("other", f"is the codebook {here.about.name!r} too; `comparability` compares its waves")
    if here.about.unit != there.about.unit:
        return _no_match(name, here, there, _filled(OTHER_UNITS, here.about.unit_label, there.about.unit_label))
    match = _record(name, here, there)
    if match is None:
        return _no_match(name, here, there, NO_RECORD)
    counterpart = there.indicators.get(match.theirs)
    if counterpart is None and there.narrowed_to is not None:
        return _no_match(name, here, there, _filled(NOT_ASKED, Label(match.theirs, match.theirs)))
    if counterpart is None:
        message = f"{name!r} is matched with {match.theirs!r}, which {there.about.name!r} does not have"
        raise CodebookError(here.folder, [Fault("codebook", message, "matches.toml")])
    differences = [*_own_definition(indicator, here.narrowed_to), *_own_definition(counterpart, there.narrowed_to)]
    rules = indicator.dont_know, counterpart.dont_know
    if rules[0] != rules[1]:
        differences.append(_filled(OTHER_DONT_KNOW, *(Label(rule, rule) for rule in rules)))
    return Counterpart(
        indicator=name,
        codebook=here.about.name,
        theirs=match.theirs,
        other=there.about.name,
        verdict="similar" if differences else match.likeness,
        reasons=tuple(reason for reason in (match.reason, *differences) if reason.en),
    )


def _record(name: str, here: "Codebook", there: "Codebook") -> Match | None:
    """Return the record of a match seen from here: one of this codebook's own, else one of the other's turned round."""
    for match in here.matches:
        if (match.indicator, match.codebook) == (name, there.about.name) and _holds(match, there):
            return match
    for match in there.matches:
        if (match.theirs, match.codebook) == (name, here.about.name) and _holds(match, here):
            return replace(match, indicator=name, theirs=match.indicator, codebook=there.about.name)
    return None


def _holds(match: Match, other: "Codebook") -> bool:
    """Whether a record is about the wave that the codebook it names is narrowed to."""
    return not match.waves or other.narrowed_to is None or other.narrowed_to in match.waves


def _own_definition(indicator: Indicator, number: int | None) -> list[Label]:
    """Reasons why a wave made an indicator otherwise than the match on record takes for granted."""
    return [other.reason for other in indicator.elsewhere if number in other.waves]


def _no_match(name: str, here: "Codebook", there: "Codebook", reason: Label) -> Counterpart:
    return Counterpart(name, here.about.name, "", there.about.name, "no_match", (reason,))


def _filled(text: Label, *words: Label) -> Label:
    return Label(text.da.format(*(word.da for word in words)), text.en.format(*(word.en for word in words)))
