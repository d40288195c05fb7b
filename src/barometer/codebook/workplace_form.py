"""The test of one workplace: which questions it asks, of whom, and whether given answers are possible."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from barometer.codebook.published import TEST_PROFILE
from barometer.codebook.records import Answer, Question
from barometer.codebook.rules import Answered, Rule, Term, Ticks, Uses
from barometer.errors import AnswersError, Fault, UnknownNameError

if TYPE_CHECKING:
    from barometer.codebook.book import Codebook

Answers = Mapping[str, Any]
"""
What one workplace answered, by question: a code (single), a list of codes (multi), a code by item (grid). A question
that is left out was not answered.
"""
Condition = dict[str, Any]
"""
When a question is asked, as plain data that another program can read: {"all": [...]}, {"any": [...]}, {"not": ...},
or {"columns": [...], "answers": [...], "counts": [...]}: how many of the columns have one of the answers (without
counts: at least one).
"""
DONT_KNOW = "dont_know"
MOST_PLACES = 2
"""Domains that a workplace can be asked for."""
RULE = "answers"
ASKED = {"single": "one code", "multi": "a list of codes", "grid": "one code by row"}


@dataclass(frozen=True, slots=True)
class WorkplaceForm:
    """
    The questions of one wave's test, in order.

    Attributes
    ----------
    codebook : str
        Its name.
    wave : int
    questions : tuple of Question
        As the wave asked them.
    conditions : dict of str to Condition
        When each is asked.
    """

    codebook: str
    wave: int
    questions: tuple[Question, ...]
    conditions: Mapping[str, Condition]

    def question(self, name: str) -> Question:
        """Return a question of the test."""
        for question in self.questions:
            if question.name == name:
                return question
        raise UnknownNameError("question in the test", name, [question.name for question in self.questions])

    def is_asked(self, name: str, answers: Answers) -> bool:
        """Whether answers to the other questions lead to this one."""
        columns = dict(self._columns(answers))
        return holds(self.conditions[name], columns)

    def check(self, answers: Answers) -> None:
        """
        Refuse answers that nobody can give.

        Parameters
        ----------
        answers : mapping
            See `Answers`.

        Raises
        ------
        AnswersError
            With every question at fault: not in the test, an unknown code, too many ticks, ticks that exclude each
            other, or an answer to a question that is not asked after the answers before it.
        """
        if not hasattr(answers, "items"):
            raise AnswersError([Fault(RULE, "must be a table: question, then answer")])
        faults = list(self._faults(answers))
        if not faults:
            faults = [
                Fault(RULE, "is not asked after the answers before it; leave it out", question.name)
                for question in self.questions
                if question.name in answers and not self.is_asked(question.name, answers)
            ]
        if faults:
            raise AnswersError(faults)

    def _faults(self, answers: Answers) -> Iterator[Fault]:
        known = {question.name: question for question in self.questions}
        for name in answers:
            if name not in known:
                yield Fault(RULE, f"{_short(name)} is no question of the test of wave {self.wave}")
        for name, question in known.items():
            if name in answers:
                for message in answer_faults(question, answers[name]):
                    yield Fault(RULE, message, name)

    def _columns(self, answers: Answers) -> Iterator[tuple[str, str]]:
        for question in self.questions:
            given = answers.get(question.name)
            if given is None:
                continue
            if question.kind == "multi":
                for code in codes_of(question):
                    yield f"{question.name}.{code}", "yes" if code in given else "no"
            elif question.kind == "grid":
                for item, code in given.items():
                    yield f"{question.name}.{item}", code
            else:
                yield question.name, given


def workplace_form(book: "Codebook", wave: int) -> WorkplaceForm:
    """
    Return the test of one wave.

    Parameters
    ----------
    book : Codebook
    wave : int

    Raises
    ------
    UnknownNameError
        If there is no such wave, or none of its questions is in a test.
    """
    narrowed = book.in_wave(wave)
    chosen = sorted(
        (question for question in narrowed.questions.values() if question.test),
        key=lambda question: question.test.place if question.test else 0,
    )
    if not chosen:
        raise UnknownNameError("test of wave", str(wave), (), "No question of its codebook has a `test`.")
    conditions = {question.name: base_condition(narrowed, question.asked_of) for question in chosen}
    return WorkplaceForm(book.about.name, wave, tuple(chosen), conditions)


def codes_of(question: Question) -> tuple[str, ...]:
    """Return the codes that a question can be answered with; don't know is always one of them."""
    codes = tuple(answer.code for answer in question.answers)
    return codes if any(answer.meaning == DONT_KNOW for answer in question.answers) else (*codes, DONT_KNOW)


def exclusive_codes(question: Question) -> frozenset[str]:
    """Return the options that are ticked alone."""
    alone = {answer.code for answer in question.answers if _is_alone(answer)}
    return frozenset(alone | (set(codes_of(question)) - {answer.code for answer in question.answers}))


def answer_faults(question: Question, given: object) -> list[str]:
    """Say what is wrong with the answer to one question; empty if nothing is."""
    codes = codes_of(question)
    if question.kind == "single":
        return [] if isinstance(given, str) and given in codes else _unknown([given], codes)
    if question.kind == "grid":
        if not isinstance(given, Mapping):
            return [f"must be {ASKED['grid']}"]
        rows = [item.code for item in question.items]
        return _unknown([row for row in given if row not in rows], rows, "row") + _unknown(given.values(), codes)
    if not isinstance(given, list | tuple) or not given:
        return [f"must be {ASKED['multi']}, at least one"]
    if faults := _unknown(given, codes):
        return faults
    if len(set(given)) < len(given):
        return ["has the same tick twice"]
    alone = exclusive_codes(question) & set(given)
    if alone and len(given) > 1:
        return [f"{', '.join(sorted(alone))} excludes every other tick"]
    if question.max_ticks and len(given) > question.max_ticks:
        return [f"has {len(given)} ticks; at most {question.max_ticks} are allowed"]
    return []


def base_condition(book: "Codebook", name: str) -> Condition:
    """Return who is in a base as a condition on answers."""
    base = book.bases[name]
    if base.of is None or base.rule is None:
        return {"all": []}
    return {"all": [base_condition(book, base.of), _rule_condition(book, base.rule)]}


def holds(condition: Condition, columns: Mapping[str, str]) -> bool:
    """Whether a condition holds for answers given by column; a column without answer has none."""
    if "all" in condition:
        return all(holds(part, columns) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, columns) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], columns)
    found = sum(columns.get(name) in condition["answers"] for name in condition["columns"])
    return found in condition["counts"] if "counts" in condition else found > 0


def place_faults(book: "Codebook") -> Iterator[tuple[str, str]]:
    """Yield the questions whose place in the test cannot be, with what is wrong."""
    asked = {name: question.test for name, question in book.questions.items() if question.test}
    for name, test in asked.items():
        question = book.questions[name]
        if question.kind == "loop":
            yield name, "a loop cannot be in the test"
        if test.place < 1 or [other.place for other in asked.values()].count(test.place) > 1:
            yield name, "test.place must be 1 or more, and one question's alone"
        for needed in sorted(book.questions_behind_base(question.asked_of)):
            if needed not in asked or asked[needed].place >= test.place:
                yield (
                    name,
                    f"its base {question.asked_of!r} follows from {needed!r}, which the test does not ask before",
                )
        for indicator in (code for pair in test.goes_with for code in pair if code not in book.indicators):
            yield name, f"test.goes_with names no indicator: {indicator!r}"


def profile_faults(book: "Codebook") -> Iterator[str]:
    """Say why a workplace cannot place itself in the domains that a test asks for; nothing without a test."""
    profile = book.about.test_profile
    registers = [domain.name for domain in book.domains.values() if domain.kind == "register"]
    has_test = any(question.test for question in book.questions.values())
    if profile == TEST_PROFILE and not has_test:
        return
    known = [name for name in profile if name in registers]
    if profile != TEST_PROFILE and known != list(profile):
        yield f"must name register domains of domains.toml; there are {', '.join(registers)}"
    elif profile[:1] != tuple(known[:1]):
        yield f"is missing: a question has a `test`, and there is no {TEST_PROFILE[0]!r} to compare within"
    elif not 1 <= len(profile) <= MOST_PLACES or known != sorted(known, key=registers.index):
        yield f"must be 1 or {MOST_PLACES} domains, in the order of domains.toml"


def _is_alone(answer: Answer) -> bool:
    return answer.exclusive or answer.meaning == DONT_KNOW


def _rule_condition(book: "Codebook", rule: Rule) -> Condition:
    return {rule.mode: [_term_condition(book, term) for term in rule.terms]}


def _term_condition(book: "Codebook", term: Term) -> Condition:
    match term:
        case Uses(name, negated):
            indicator = book.indicators[name]
            yes: Condition = {"all": [base_condition(book, indicator.base), _rule_condition(book, indicator.rule)]}
            return {"not": yes} if negated else yes
        case Ticks(columns, counts, answers):
            return {"columns": list(columns), "answers": list(answers), "counts": list(counts)}
        case Answered(columns, answers):
            return {"columns": list(columns), "answers": list(answers)}


def _unknown(given: Any, known: Sequence[str], what: Literal["answer", "row"] = "answer") -> list[str]:
    """Name what is not one of the codes."""
    wrong = [value for value in given if not isinstance(value, str) or value not in known]
    return [f"{_short(value)} is no {what} here; there are {', '.join(known)}" for value in wrong[:1]]


def _short(value: object, write: Callable[[object], str] = repr) -> str:
    """Write what was given so that no length of it fills the message."""
    text = write(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
