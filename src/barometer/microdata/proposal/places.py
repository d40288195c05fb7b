"""What a layout has to find a column for: the answer columns and register domains of a wave, with their texts."""

from dataclasses import dataclass

from barometer.codebook import Codebook
from barometer.codebook.grammar import loop_partners
from barometer.codebook.records import Answer, Column, Group, Label, Question


@dataclass(frozen=True, slots=True)
class Place:
    """
    A column of the codebook that a delivered column may be mapped to.

    Attributes
    ----------
    name : str
        As the layout names it.
    question : str
        The question it belongs to; for a register domain empty.
    own : tuple of str
        What tells it from its neighbours, in each language; for a question with one column its short title.
    shared : tuple of str
        The question that it shares with its neighbours, in each language; empty for a register domain.
    answers : tuple of Answer or Group
        The answers or groups that codes lead to.
    """

    name: str
    question: str
    own: tuple[str, ...]
    shared: tuple[str, ...]
    answers: tuple[Answer | Group, ...]
    is_tick: bool = False

    @property
    def is_register(self) -> bool:
        """Whether it is a register domain."""
        return not self.question


def wave_places(codebook: Codebook, wave: int) -> tuple[Place, ...]:
    """Return the register domains and answer columns of a wave, in the codebook's order."""
    book = codebook.in_wave(wave)
    registers = [
        Place(domain.name, "", _texts(domain.label), (), domain.groups)
        for domain in book.domains.values()
        if domain.kind == "register"
    ]
    return (*registers, *(_answer_place(book, column) for column in book.columns(wave).values()))


def _answer_place(book: Codebook, column: Column) -> Place:
    question = book.questions[column.question]
    if question.kind == "single":
        return Place(column.name, question.name, _texts(question.title), _texts(question.label), column.answers)
    own, asked = _texts(column.label), _texts(question.title, question.label)
    if question.kind == "loop":
        partner = _partner_label(book, question, column)
        own = tuple(f"{who} {what}" for who, what in zip(_texts(partner), own, strict=True))
    return Place(column.name, question.name, own, asked, column.answers, column.is_tick)


def _partner_label(book: Codebook, question: Question, column: Column) -> Label:
    outer = book.questions[question.loop_over or ""]
    code = next(code for code in loop_partners(question, book.questions) if column.asked_if.endswith(f".{code}"))
    return next(answer.label for answer in outer.answers if answer.code == code)


def _texts(*labels: Label) -> tuple[str, ...]:
    """Join labels to one text per language."""
    return " ".join(label.da for label in labels), " ".join(label.en for label in labels)
