"""What was asked and counted, as frozen records: questions, bases, indicators, domains."""

from dataclasses import dataclass, replace
from typing import Literal

from barometer.codebook.rules import Rule
from barometer.errors import ArgumentError

Lang = Literal["da", "en"]
QuestionKind = Literal["single", "multi", "grid", "loop"]
Meaning = Literal["answer", "no", "dont_know", "not_relevant"]
DontKnowRule = Literal["keep", "drop", "no", "disagree"]
DomainKind = Literal["register", "answers", "indicator"]


def as_lang(lang: Lang) -> Lang:
    """
    Take a language.

    Raises
    ------
    ArgumentError
        If it is neither Danish nor English.
    """
    if lang not in ("da", "en"):
        raise ArgumentError("lang", f"must be da or en; got {lang!r}")
    return lang


@dataclass(frozen=True, slots=True)
class Label:
    """A text in Danish and English."""

    da: str
    en: str

    def text(self, lang: Lang) -> str:
        """Return the text in one language."""
        return self.da if as_lang(lang) == "da" else self.en


NOTHING = Label("", "")
INFERRED = Label("udledt", "inferred")
"""What is said of a record that no public page shows, where it does not say more."""
DONT_KNOW: dict[DontKnowRule, Label] = {
    "keep": Label("»Ved ikke« indgår i basis", "“Don't know” stays in the base"),
    "drop": Label("»Ved ikke« er taget ud af basis", "“Don't know” is taken out of the base"),
    "no": Label("»Ved ikke« er regnet med til »nej«", "“Don't know” is counted with “no”"),
    "disagree": Label(
        "»Ved ikke« og »ikke relevant« er regnet med til »uenig«",
        "“Don't know” and “not relevant” are counted with “disagree”",
    ),
}
"""What happens to don't-know answers, in words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    One answer to a question, or one option that can be ticked.

    Attributes
    ----------
    waves : tuple of int
        The waves that had it; empty for all.
    since : int
        The first wave that had it, and every later one; 0 for all.
    """

    code: str
    label: Label
    meaning: Meaning = "answer"
    exclusive: bool = False
    inferred: bool = False
    waves: tuple[int, ...] = ()
    since: int = 0


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """A named set of answers that publications add up."""

    code: str
    answers: tuple[str, ...]
    label: Label


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a grid question; `waves` and `since` as for an answer, of the waves that asked the question."""

    code: str
    label: Label
    inferred: bool = False
    waves: tuple[int, ...] = ()
    since: int = 0


@dataclass(frozen=True, slots=True)
class InTest:
    """
    That a question is in the test of one workplace.

    Attributes
    ----------
    place : int
        Where, from 1 on.
    goes_with : tuple of (str, str)
        Indicators that the test shows beside its result: how often the second is so with and without the first.
    """

    place: int
    goes_with: tuple[tuple[str, str], ...] = ()


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
    inferred : Label
        What is not shown on a public page; empty when nothing is.
    ordered : bool
        Whether the answers lie on a scale, don't know and not relevant aside.
    test : InTest or None
        Its place in the test of one workplace; None where it is not in it.
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
    inferred: Label = NOTHING
    ordered: bool = False
    test: InTest | None = None

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
class Definition:
    """
    How some waves made an indicator otherwise than the rest.

    Attributes
    ----------
    waves : tuple of int
    parts : tuple of str
        As for the indicator.
    reason : Label
        What is different.
    source : str
        Where that is said.
    """

    waves: tuple[int, ...]
    rule: Rule
    parts: tuple[str, ...]
    reason: Label
    source: str


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
    elsewhere : tuple of Definition
        How it was made in waves that defined it otherwise.
    """

    name: str
    base: str
    rule: Rule
    label: Label
    dont_know: DontKnowRule = "keep"
    parts: tuple[str, ...] = ()
    question: str = ""
    source: str = ""
    inferred: Label = NOTHING
    elsewhere: tuple[Definition, ...] = ()

    def in_wave(self, number: int) -> "Indicator":
        """Return it as one wave defined it."""
        for other in self.elsewhere:
            if number in other.waves:
                return replace(self, rule=other.rule, parts=other.parts)
        return self

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
    ordered : bool
        Whether the groups lie on a scale.
    """

    name: str
    kind: DomainKind
    label: Label
    groups: tuple[Group, ...]
    column: str
    dont_know: DontKnowRule | None = None
    inside: str = ""
    inferred: Label = NOTHING
    ordered: bool = False
