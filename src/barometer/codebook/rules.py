"""What a rule is, once read: frozen terms, nothing evaluated."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Answered:
    """True where at least one of the columns has one of the answers."""

    columns: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticks:
    """True where the number of columns with one of the answers is one of the counts; a tick is the answer yes."""

    columns: tuple[str, ...]
    counts: tuple[int, ...]
    answers: tuple[str, ...] = ("yes",)


@dataclass(frozen=True, slots=True)
class Uses:
    """True where another indicator is yes, or no when negated."""

    indicator: str
    negated: bool = False


Term = Answered | Ticks | Uses


@dataclass(frozen=True, slots=True)
class Rule:
    """Terms of which at least one ("any") or every one ("all") must hold."""

    mode: Literal["any", "all"]
    terms: tuple[Term, ...]
