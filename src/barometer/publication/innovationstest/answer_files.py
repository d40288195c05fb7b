"""Read what participants hand over: answer files, short codes, and lists of codes."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barometer.codebook.answer_codes import AnswerCodes, WorkplaceAnswers
from barometer.errors import AnswersError, BarometerError, Fault
from barometer.publication.innovationstest.page import FORMAT, VERSION

LARGEST = 64_000
"""Bytes of a file that is read at all; an answer file has a few thousand."""
ENDINGS = (".json", ".txt")
"""Of answer files, and of lists of codes."""
RULE = "file"


@dataclass(frozen=True, slots=True, repr=False)
class HandedOver:
    """
    What one participant handed over.

    Attributes
    ----------
    source : str
        The file, with the line where it holds several codes; or the code that was typed.
    answers : WorkplaceAnswers or None
        None where they cannot be used.
    fault : str
        What is wrong; empty where nothing is.
    """

    source: str
    answers: WorkplaceAnswers | None
    fault: str


def read_handed_over(sources: Sequence[str | Path], codes: AnswerCodes) -> list[HandedOver]:
    """
    Read answer files and codes; what cannot be used is named, and the rest is read on.

    Parameters
    ----------
    sources : sequence of str or Path
        Answer files (.json), text files with a code on each line, or codes themselves.
    codes : AnswerCodes
        Of the test that was answered.

    Returns
    -------
    list of HandedOver
        In the order given. The same answers handed over twice, as a file and as its code, count once.
    """
    found: list[HandedOver] = []
    first: dict[str, str] = {}
    for source, content in _contents(sources):
        try:
            if isinstance(content, Fault):
                raise AnswersError([content])
            answers = _read(content, codes)
            code = codes.encode(answers)
        except BarometerError as error:
            found.append(HandedOver(source, None, _first_fault(error)))
            continue
        twice = f"holds the same answers as {first[code]}; counted once" if code in first else ""
        first.setdefault(code, source)
        found.append(HandedOver(source, None if twice else answers, twice))
    return found


def read_answers(source: str | Path, codes: AnswerCodes) -> WorkplaceAnswers:
    """
    Read one answer file or code.

    Raises
    ------
    AnswersError
        If it cannot be used.
    """
    found = read_handed_over([source], codes)
    if len(found) != 1 or found[0].answers is None:
        raise AnswersError([Fault(RULE, each.fault or "holds several codes", each.source) for each in found])
    return found[0].answers


def _contents(sources: Sequence[str | Path]) -> Iterator[tuple[str, str | Fault]]:
    """Yield every file, line of codes or code with what it holds, or with why it cannot be read."""
    for source in sources:
        path = Path(source)
        try:
            is_file = path.is_file()
        except (OSError, ValueError):
            is_file = False
        if not is_file:
            is_named = path.suffix in ENDINGS
            yield str(source)[:80], Fault(RULE, "is not there") if is_named else str(source)
            continue
        content = _text(path)
        if isinstance(content, Fault):
            yield path.name, content
            continue
        lines = [line for line in content.splitlines() if line.strip()]
        if path.suffix == ENDINGS[0] or content.lstrip().startswith("{") or not lines:
            yield path.name, content if content.lstrip().startswith("{") else "{"
        else:
            for number, line in enumerate(lines, 1):
                yield (f"{path.name}, line {number}" if len(lines) > 1 else path.name), line


def _text(path: Path) -> str | Fault:
    try:
        if path.stat().st_size > LARGEST:
            return Fault(RULE, f"is no answer file: it has more than {LARGEST:,} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return Fault(RULE, f"cannot be read ({error.strerror or error})")
    except UnicodeDecodeError:
        return Fault(RULE, "is no answer file: it is no text in UTF-8")


def _read(content: str, codes: AnswerCodes) -> WorkplaceAnswers:
    if not content.startswith("{") and "{" not in content[:20]:
        return codes.decode(content)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise AnswersError([Fault(RULE, "is no whole answer file: is it cut short?")]) from error
    _check_heading(document, codes)
    code, profile, answers = document.get("code"), document.get("profile"), document.get("answers")
    if not isinstance(code, str) or not isinstance(profile, dict) or not isinstance(answers, dict):
        raise AnswersError([Fault(RULE, "lacks its code, profile or answers")])
    given = WorkplaceAnswers(profile, answers)
    codes.check(given)
    if codes.encode(given) != code:
        raise AnswersError([Fault(RULE, "was edited: its answers are not those of its code")])
    return given


def _check_heading(document: Any, codes: AnswerCodes) -> None:
    """Refuse what is no answer file, or one of another version or test."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise AnswersError([Fault(RULE, "is no answer file of this test")])
    if document.get("version") != VERSION:
        raise AnswersError([Fault(RULE, f"is of another version than {VERSION}: make it again with this page")])
    asked = (codes.form.codebook, codes.form.wave)
    if (document.get("codebook"), document.get("wave")) != asked:
        raise AnswersError([Fault(RULE, f"is of another test, not that of {asked[0]}, wave {asked[1]}")])


def _first_fault(error: BarometerError) -> str:
    faults = getattr(error, "faults", ())
    return "; ".join(f"{each.column}: {each.message}" if each.column else each.message for each in faults) or str(error)
