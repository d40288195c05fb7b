"""What the metadata folder holds, as frozen records."""

from dataclasses import dataclass
from typing import Literal

from barometer.codebook.rules import Rule
from barometer.errors import ArgumentError

Lang = Literal["da", "en"]
QuestionKind = Literal["single", "multi", "grid", "loop"]
Meaning = Literal["answer", "no", "dont_know", "not_relevant"]
DontKnowRule = Literal["keep", "drop", "no", "disagree"]
DomainKind = Literal["register", "answers", "indicator"]
Statistic = Literal["share", "difference", "ratio", "rank", "count", "response_rate"]
ClaimCheck = Literal["exact", "range", "direction", "nothing", "impossible"]
Direction = Literal["more", "less", "none", "overall"]
FigureKind = Literal["union", "bars", "domains"]


@dataclass(frozen=True, slots=True)
class Label:
    """A text in Danish and English."""

    da: str
    en: str

    def text(self, lang: Lang) -> str:
        """Return the text in one language."""
        if lang not in ("da", "en"):
            raise ArgumentError("lang", f"must be da or en; got {lang!r}")
        return self.da if lang == "da" else self.en


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question, or one option that can be ticked."""

    code: str
    label: Label
    meaning: Meaning = "answer"
    exclusive: bool = False
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """A named set of answers that publications add up."""

    code: str
    answers: tuple[str, ...]
    label: Label


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a grid question."""

    code: str
    label: Label
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """
    One question of the questionnaire.

    Attributes
    ----------
    kind : {"single", "multi", "grid", "loop"}
        One answer; ticks; one answer an item; ticks asked once for each option ticked in `loop_over`.
    asked_of : str
        Name of the base that was asked.
    title, label : Label
        A short name, and what was asked in full.
    max_ticks : int or None
        Most options one workplace may tick.
    inferred : str
        What is not shown on a public page; empty when nothing is.
    """

    name: str
    theme: str
    kind: QuestionKind
    asked_of: str
    title: Label
    label: Label
    answers: tuple[Answer, ...]
    groups: tuple[AnswerGroup, ...] = ()
    items: tuple[Item, ...] = ()
    max_ticks: int | None = None
    loop_over: str | None = None
    source: str = ""
    inferred: str = ""

    def answer_codes(self, name: str) -> tuple[str, ...]:
        """Return the answers that an answer or group code stands for; empty if there is none."""
        for group in self.groups:
            if group.code == name:
                return group.answers
        return (name,) if any(answer.code == name for answer in self.answers) else ()


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a wave's answers.

    Attributes
    ----------
    name : str
        "question", "question.item", "question.option" or "question.partner.option".
    answers : tuple of Answer
        Its categories in order; a tick column has "no" and "yes".
    option : str
        The option a tick column is for; empty otherwise.
    asked_if : str
        For a loop: the tick column that must be "yes" for this one to be asked.
    """

    name: str
    question: str
    answers: tuple[Answer, ...]
    label: Label
    option: str = ""
    asked_if: str = ""

    @property
    def is_tick(self) -> bool:
        """Whether the column holds a tick."""
        return bool(self.option)


@dataclass(frozen=True, slots=True)
class Base:
    """Who a share is of: a rule inside a wider base."""

    name: str
    label: Label
    of: str | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    A yes/no per workplace in a base, made from answers by a rule.

    Attributes
    ----------
    dont_know : {"keep", "drop", "no", "disagree"}
        What happens to don't-know answers: they stay in the base uncounted, leave it, or are merged with "no" or
        with disagreement.
    parts : tuple of str
        Names of the indicators whose union this is; empty when it is not one.
    question : str
        The question it was made from when one answer or group gives it; empty for composites.
    """

    name: str
    base: str
    rule: Rule
    label: Label
    dont_know: DontKnowRule = "keep"
    parts: tuple[str, ...] = ()
    question: str = ""
    source: str = ""
    inferred: str = ""

    @property
    def family(self) -> str:
        """The name without its last part."""
        return self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a domain; `of` names the group of the wider domain it lies in."""

    code: str
    label: Label
    answers: tuple[str, ...] = ()
    of: str = ""
    industry: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Domain:
    """
    What results can be split by.

    Attributes
    ----------
    kind : {"register", "answers", "indicator"}
        A column of the delivery, groups of answers to one column, or the yes and no of an indicator.
    column : str
        The answer column or indicator it is made from; for a register domain its own name.
    """

    name: str
    kind: DomainKind
    label: Label
    groups: tuple[Group, ...]
    column: str
    dont_know: DontKnowRule | None = None
    inside: str = ""
    inferred: str = ""


@dataclass(frozen=True, slots=True)
class WaveRecord:
    """
    One edition of the barometer as it was designed and published.

    Attributes
    ----------
    answers, sample, population : int
        Workplaces that answered, were drawn, and make up the frame.
    response_rate : float
        Published share of the sample that answered, 0 to 1.
    stratum : tuple of str
        The register domains whose cross is the strata.
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
    response_rate: float
    sample: int
    population: int
    stratum: tuple[str, ...]
    inferred: str


@dataclass(frozen=True, slots=True)
class Claim:
    """
    One published statement and how to compute its counterpart.

    Attributes
    ----------
    statistic : {"share", "difference", "ratio", "rank", "count", "response_rate"}
        What is computed. A difference or ratio is that of `group` and `versus`; a rank is the indicator's place among
        its family, 1 the highest.
    check : {"exact", "range", "direction", "nothing", "impossible"}
        Compared with the published whole per cent or count; with the range that the words allow; with the published
        direction of significance; with nothing, since no number is in the text; or not computable.
    indicator, base : str
        What is counted, of whom.
    domain, group, versus : str
        Where, when not in total. `group` may be empty for the total.
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
    fitted : bool
        Whether synthetic waves are made to agree with it.
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
    inferred: str
    confidence: Literal["high", "medium", "low"]
    source: str


@dataclass(frozen=True, slots=True)
class Headline:
    """
    A finding in words, and when it may be said.

    Attributes
    ----------
    when : str
        "always"; "above:INDICATOR:PERCENT" or "below:INDICATOR:PERCENT" (the whole interval lies there);
        "largest:INDICATOR" (its interval lies above every other one drawn); "higher:GROUP:GROUP" and
        "lower:GROUP:GROUP" (the intervals of two drawn groups do not meet).
    """

    label: Label
    when: str = "always"


@dataclass(frozen=True, slots=True)
class FigureRecord:
    """
    One published figure: what is drawn, and the words around it.

    Attributes
    ----------
    kind : {"union", "bars", "domains"}
        A composite over its parts; answers as bars; one indicator over the groups of a domain.
    indicators : tuple of str
        Drawn in this order before any sorting; for a union the composite alone, its parts follow from the codebook.
    by : str
        The domain, for kind "domains".
    order : {"value", "given"}
        Bars by value or as the answers are ordered.
    """

    id: str
    kind: FigureKind
    theme: str
    wave: int
    indicators: tuple[str, ...]
    by: str
    order: Literal["value", "given"]
    headlines: tuple[Headline, ...]
    neutral: Label
    subtitle: Label
    note: Label
    source: str
