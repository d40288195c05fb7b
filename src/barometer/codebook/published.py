"""What was published: waves and their designs, claims, figures, and what changed between waves, as frozen records."""

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Literal

from barometer.codebook.records import NOTHING, DontKnowRule, Label

Statistic = Literal["share", "difference", "ratio", "rank", "count", "response_rate", "nonresponse_rate"]
ClaimCheck = Literal["exact", "range", "direction", "nothing", "impossible"]
Direction = Literal["more", "less", "none", "overall"]
FigureKind = Literal["union", "bars", "domains", "levels", "battery"]
Effect = Literal["comparable", "break", "not_comparable"]
Likeness = Literal["same", "similar"]


TEST_PROFILE = ("sector", "size")
"""Where a workplace places itself, unless a codebook says otherwise."""


@dataclass(frozen=True, slots=True)
class About:
    """
    What a codebook is for.

    Attributes
    ----------
    name : str
        A short name, for instance "denmark".
    unit : str
        What answers: "workplace", "administration". Units are never mixed.
    label, unit_label : Label
        The survey's name, and the unit in the plural.
    test_profile : tuple of str
        Register domains that a workplace places itself in, in a test: what it is compared within, and what may narrow
        that.
    apart : Label
        What the survey has published that is not in this codebook, and why; empty where there is nothing.
    """

    name: str
    unit: str
    label: Label
    unit_label: Label
    test_profile: tuple[str, ...] = TEST_PROFILE
    apart: Label = NOTHING


@dataclass(frozen=True, slots=True)
class Change:
    """
    Something that is different from one wave on, and what it does to comparisons across it.

    Attributes
    ----------
    wave : int
        The first wave that has it; comparisons from an earlier wave to this or a later one cross it.
    subjects : tuple of str
        Questions, families, indicators or domains it concerns; empty for everything.
    effect : {"comparable", "break", "not_comparable"}
        Worth knowing, a break in the series, or no comparison at all.
    inferred : Label
        What of it no page says; empty when a page does.
    """

    wave: int
    subjects: tuple[str, ...]
    effect: Effect
    reason: Label
    source: str
    inferred: Label


@dataclass(frozen=True, slots=True)
class Match:
    """
    An indicator that another codebook asks for too.

    Attributes
    ----------
    indicator, theirs : str
        Its name here and there.
    codebook : str
        Name of the other codebook.
    likeness : {"same", "similar"}
        Asked and counted alike, or with the difference that `reason` states.
    waves : tuple of int
        The other codebook's waves that it holds for; empty for all.
    """

    indicator: str
    codebook: str
    theirs: str
    likeness: Likeness
    reason: Label
    waves: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveRecord:
    """
    One edition of the barometer as it was designed and published.

    Attributes
    ----------
    answers : int
        Units that answered.
    sample, population : int or None
        Units that were drawn, and that make up the frame; None where no page says so.
    response_rate : float or None
        Published share of the sample that answered, 0 to 1.
    weighted : bool
        Whether the answers are weighted to the population.
    stratum : tuple of str
        The register domains whose cross is the strata; empty for a sample without.
    inferred : Label
        What of this no page says and is worked out.
    """

    number: int
    period: str
    label: Label
    publisher: Label
    unit: str
    fieldwork: str
    source: str
    questions: tuple[str, ...]
    answers: int
    response_rate: float | None
    sample: int | None
    population: int | None
    weighted: bool
    stratum: tuple[str, ...]
    inferred: Label


@dataclass(frozen=True, slots=True)
class Claim:
    """
    One published statement and how to compute its counterpart.

    Attributes
    ----------
    statistic : {"share", "difference", "ratio", "rank", "count", "response_rate", "nonresponse_rate"}
        What is computed. A difference or ratio is that of `group` and `versus`; a rank is the indicator's place among
        its family, 1 the highest. The rates are of the sample: those who answered, and those who did not.
    check : {"exact", "range", "direction", "nothing", "impossible"}
        Compared with the published whole per cent or count; with the range that the words allow; with the published
        direction of significance; with nothing, since no number is in the text; or not computable.
    indicator, base : str
        What is counted, of whom.
    domain, group, versus : str
        Where, when not in total. `group` may be empty for the total.
    rivals : tuple of str
        For a rank: the indicators it compares with; empty for the rest of the family.
    published : float or None
        The published number: per cent for shares and rates, workplaces for counts.
    published_n : int or None
        The n printed with it.
    low, high : float or None
        The range that a worded number stands for (low < value <= high), in the statistic's unit: per cent, ratio or
        rank.
    direction : {"more", "less", "none", "overall"} or None
        Published significance; "overall" is an omnibus test of the whole cross.
    order : tuple of (str, str)
        For "overall": pairs of groups of which the text says that the first has the higher share.
    alternatives : tuple of float
        Other values that the source gives for the same number; never counted as a failure.
    dont_know : str
        The rule that the publication used.
    reason, contradiction, fitted_to : Label
        Why the range is as it is or what cannot be computed; how the source contradicts itself; which value synthetic
        data are fitted to then, and why.
    inferred : Label
        What no page says and is worked out; empty when nothing is.
    fitted : bool
        Whether synthetic waves are made to agree with it.
    question : str
        What a claim without an indicator, which cannot be computed, was asked by; empty for every other.
    """

    id: str
    wave: int
    statistic: Statistic
    check: ClaimCheck
    indicator: str
    base: str
    domain: str
    group: str
    versus: str
    rivals: tuple[str, ...]
    published: float | None
    published_n: int | None
    low: float | None
    high: float | None
    direction: Direction | None
    order: tuple[tuple[str, str], ...]
    alternatives: tuple[float, ...]
    dont_know: DontKnowRule
    reason: Label
    contradiction: Label
    fitted_to: Label
    fitted: bool
    inferred: Label
    confidence: Literal["high", "medium", "low"]
    source: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """
    A finding in words, and when it may be said.

    Attributes
    ----------
    when : str
        "always"; "above:INDICATOR:PERCENT" or "below:INDICATOR:PERCENT" (the whole interval lies there);
        "largest:INDICATOR" (its interval lies above every other one drawn, of a battery on its side);
        "higher:GROUP:GROUP" and "lower:GROUP:GROUP" (the intervals of two drawn groups do not meet);
        "higher_in:INDICATOR:GROUP:GROUP" and "lower_in:INDICATOR:GROUP:GROUP" (those of one indicator do not).
    """

    label: Label
    when: str = "always"


@dataclass(frozen=True, slots=True)
class FigureRecord:
    """
    One published figure: what is drawn, and the words around it.

    Attributes
    ----------
    kind : {"union", "bars", "domains", "levels", "battery"}
        A composite over its parts; answers as bars; one indicator over the groups of a domain; several indicators in
        two or three groups; two sides of the rows of a grid, or of one row in the groups of a domain.
    indicators : tuple of str
        Drawn in this order before any sorting; for a union the composite alone, its parts follow from the codebook;
        for a battery pairs of the left and the right side of a row.
    by : str
        The domain, for kinds "domains" and "levels", and for a battery of one row.
    order : {"value", "given"}
        Bars by value or as the answers are ordered.
    note : Label
        Said under every wave's drawing.
    sources : tuple of (int, str)
        The waves that published it, and the address of the page.
    notes : tuple of (int, Label)
        What is said of one wave's numbers besides.
    groups : tuple of (str, Label)
        What the groups of its domain are called here, where "yes" and "no" would not say it.
    """

    id: str
    kind: FigureKind
    theme: str
    indicators: tuple[str, ...]
    by: str
    order: Literal["value", "given"]
    headlines: tuple[Headline, ...]
    neutral: Label
    subtitle: Label
    note: Label
    sources: tuple[tuple[int, str], ...]
    notes: tuple[tuple[int, Label], ...] = ()
    groups: tuple[tuple[str, Label], ...] = ()

    @property
    def waves(self) -> tuple[int, ...]:
        """The waves that published it."""
        return tuple(wave for wave, _ in self.sources)

    def source(self, wave: int) -> str:
        """Return the address of one wave's page; empty if there is none."""
        return dict(self.sources).get(wave, "")

    def in_wave(self, number: int, known: Container[str]) -> "FigureRecord":
        """Return it as one wave draws it: without options that the wave did not have, and with what is said of it."""
        note, own = self.note, dict(self.notes).get(number)
        if own:
            note = Label(f"{note.da} {own.da}".strip(), f"{note.en} {own.en}".strip())
        return replace(self, indicators=tuple(name for name in self.indicators if name in known), note=note)
