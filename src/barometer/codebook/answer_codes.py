"""A short code that holds the answers of one workplace, to be read aloud or typed; and back again."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from barometer.codebook.book import Codebook
from barometer.codebook.records import Domain
from barometer.codebook.workplace_form import Answers, WorkplaceForm, codes_of, workplace_form
from barometer.errors import AnswersError, Fault, UnknownNameError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which are misread."""
MISREAD = str.maketrans("ILO", "110", "- \t\r\n")
"""What a hand may have made of 1 and 0, and marks between groups of letters."""
MARK = 4
"""Letters of the mark of the questions, and of the check at the end: 20 bits each."""
GROUP = 5
"""Letters between dashes."""
RULE = "code"


@dataclass(frozen=True, slots=True)
class WorkplaceAnswers:
    """
    What one workplace answered in a test.

    Attributes
    ----------
    profile : dict of str to str
        By domain: its sector (what it is compared within), and its size where that was given.
    answers : dict
        By question; see `barometer.codebook.workplace_form.Answers`.
    """

    profile: Mapping[str, str]
    answers: Answers


@dataclass(frozen=True, slots=True)
class Slot:
    """One digit of a code: what it is about, and what its digits 1, 2, ... stand for; 0 is no answer."""

    name: str
    part: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerCodes:
    """
    How the answers to one test are written as a short code.

    The answers are digits of a number with as many values each as the question has answers; its base-32 letters stand
    between a mark of the questions and a check of the whole (both CRC-32, cut to 20 bits). The check finds typing
    errors and careless edits; it is no signature.

    Attributes
    ----------
    form : WorkplaceForm
    profile : tuple of Domain
        Those that a workplace may place itself in; the first one it must.
    slots : tuple of Slot
    """

    form: WorkplaceForm
    profile: tuple[Domain, ...]
    slots: tuple[Slot, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Names of the domains in `profile`."""
        return tuple(domain.name for domain in self.profile)

    @property
    def mark(self) -> str:
        """Letters that only a test with the same questions and answers in the same order has."""
        lines = [f"{self.form.codebook} {self.form.wave}"]
        lines += [f"{slot.name} {slot.part} {' '.join(slot.codes)}" for slot in self.slots]
        return _check("\n".join(lines))

    @property
    def length(self) -> int:
        """Letters of the answers, without mark and check."""
        return -(-(prod(len(slot.codes) + 1 for slot in self.slots) - 1).bit_length() // 5)

    def encode(self, given: WorkplaceAnswers) -> str:
        """Write answers, which must be possible ones, as a code of letters in groups of five."""
        self.check(given)
        number = 0
        for slot in self.slots:
            value = given.profile.get(slot.name) if slot.name in self.places else _answer(slot, given)
            number = number * (len(slot.codes) + 1) + (slot.codes.index(value) + 1 if value else 0)
        letters = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(self.length)))
        whole = self.mark + letters
        whole += _check(whole)
        return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))

    def decode(self, code: str) -> WorkplaceAnswers:
        """
        Read a code.

        Raises
        ------
        AnswersError
            If it is of another test, mistyped or cut short, or holds answers that nobody can give.
        """
        letters = code.upper().translate(MISREAD)
        if not letters or set(letters) - set(ALPHABET):
            raise AnswersError([Fault(RULE, "holds letters that no code has")])
        if letters[:MARK] != self.mark:
            raise AnswersError([Fault(RULE, f"is of another test, not that of wave {self.form.wave}")])
        if len(letters) != self.length + 2 * MARK:
            expected = self.length + 2 * MARK
            raise AnswersError([Fault(RULE, f"has {len(letters)} letters, not {expected}: is it cut short?")])
        if _check(letters[:-MARK]) != letters[-MARK:]:
            raise AnswersError([Fault(RULE, "does not add up: a letter is wrong")])
        found = self._answers(letters[MARK:-MARK])
        self.check(found)
        return found

    def check(self, given: WorkplaceAnswers) -> None:
        """
        Refuse a workplace that there cannot be.

        Raises
        ------
        AnswersError
            With every fault of its profile and answers.
        """
        faults = []
        for domain in self.profile:
            code = given.profile.get(domain.name)
            codes = [group.code for group in domain.groups]
            if code is None and domain is self.profile[0]:
                faults.append(Fault(RULE, "is missing", domain.name))
            elif code is not None and code not in codes:
                faults.append(Fault(RULE, f"is none of {', '.join(codes)}", domain.name))
        if set(given.profile) - set(self.places):
            faults.append(Fault(RULE, f"has more than {' and '.join(self.places)}", "profile"))
        if faults:
            raise AnswersError(faults)
        self.form.check(given.answers)

    def _answers(self, letters: str) -> WorkplaceAnswers:
        number = 0
        for letter in letters:
            number = number * 32 + ALPHABET.index(letter)
        digits: list[int] = []
        for slot in reversed(self.slots):
            number, digit = divmod(number, len(slot.codes) + 1)
            digits.append(digit)
        if number:
            raise AnswersError([Fault(RULE, "does not add up: a letter is wrong")])
        values = {
            (slot.name, slot.part): slot.codes[digit - 1]
            for slot, digit in zip(self.slots, digits[::-1], strict=True)
            if digit
        }
        profile = {domain.name: values[domain.name, ""] for domain in self.profile if (domain.name, "") in values}
        answers: dict[str, object] = {}
        for question in self.form.questions:
            parts = {part: value for (name, part), value in values.items() if name == question.name}
            if question.kind == "multi":
                answers[question.name] = [part for part in codes_of(question) if part in parts]
            else:
                answers[question.name] = parts.get("") if question.kind == "single" else parts
        return WorkplaceAnswers(profile, {name: answer for name, answer in answers.items() if answer})


def answer_codes(book: Codebook, wave: int) -> AnswerCodes:
    """
    Return how answers to the test of one wave are written.

    Parameters
    ----------
    book : Codebook
    wave : int

    Raises
    ------
    UnknownNameError
        If the wave has no test, or the codebook no register domain to compare within.
    """
    form = workplace_form(book, wave)
    asked = book.about.test_profile
    domains = [book.domains[name] for name in asked if name in book.domains]
    if asked[0] not in book.domains:
        hint = "A test compares within it; name another as `test_profile` in codebook.toml."
        raise UnknownNameError("register domain", asked[0], book.domains, hint)
    slots = [Slot(domain.name, "", tuple(group.code for group in domain.groups)) for domain in domains]
    return AnswerCodes(form, tuple(domains), (*slots, *_slots(form)))


def _slots(form: WorkplaceForm) -> Iterator[Slot]:
    for question in form.questions:
        codes = codes_of(question)
        if question.kind == "single":
            yield Slot(question.name, "", codes)
        elif question.kind == "grid":
            yield from (Slot(question.name, item.code, codes) for item in question.items)
        else:
            yield from (Slot(question.name, code, ("yes",)) for code in codes)


def _answer(slot: Slot, given: WorkplaceAnswers) -> str | None:
    answer = given.answers.get(slot.name)
    if answer is None or isinstance(answer, str):
        return answer
    if isinstance(answer, Mapping):
        return answer.get(slot.part)
    return "yes" if slot.part in answer else None


def _check(text: str) -> str:
    """Return CRC-32 of a text, its lowest 20 bits as four letters."""
    number = zlib.crc32(text.encode())
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(MARK)))
