"""Checks of answers: routing, ticks, and answers that stand alone."""

from collections.abc import Collection, Mapping

import numpy as np

from barometer.codebook.records import Column, Question
from barometer.errors import Fault
from barometer.microdata.arrays import BoolArray
from barometer.microdata.evaluate import CodedAnswers
from barometer.microdata.layout import Layout
from barometer.microdata.placing import at_rows, in_short
from barometer.microdata.wave import Wave

_MISROUTED = {
    "blank": ("was asked and is blank", "were asked and are blank"),
    "answered": ("was not asked and is answered", "were not asked and are answered"),
}
"""What is said of one column, and of several."""


def check_answers(wave: Wave, layout: Layout, unread: Mapping[str, BoolArray], faults: list[Fault]) -> None:
    """
    Check routing, tick limits and exclusive options.

    Parameters
    ----------
    wave : Wave
    layout : Layout
    unread : dict of str to (n,) bool
        Where answers could not be read. That was told already; what follows from it is not told again.
    faults : list of Fault
        Gets what is found: rules routing, ticks and exclusive.
    """
    answers = wave.answers
    _check_routing(answers, layout, unread, faults)
    for question in wave.codebook.questions.values():
        if question.kind in ("multi", "loop"):
            for names in _tick_groups(answers, question):
                sound = ~unread_rows(unread, answers.n, [*names, *_deciding(answers, answers.columns[names[0]])])
                _check_ticks(answers, question, names, layout, sound, faults)


def unread_rows(unread: Mapping[str, BoolArray], n: int, columns: Collection[str]) -> BoolArray:
    """
    Find the rows in which one of some answer columns could not be read.

    Parameters
    ----------
    unread : dict of str to (n,) bool
    n : int
        Rows.
    columns : collection of str

    Returns
    -------
    (n,) bool
    """
    masks = [mask for name, mask in unread.items() if name in columns]
    return np.asarray(np.logical_or.reduce(masks)) if masks else np.zeros(n, dtype=np.bool_)


def _check_routing(answers: CodedAnswers, layout: Layout, unread: Mapping[str, BoolArray], faults: list[Fault]) -> None:
    """Find blanks where one was asked and answers where not; columns that are wrong in the same rows are one fault."""
    found: dict[tuple[str, bytes], list[str]] = {}
    for name, column in answers.columns.items():
        answered, asked = answers.codes[name] >= 0, answers.asked(column)
        sound = ~unread_rows(unread, answers.n, [name, *_deciding(answers, column)])
        for problem, wrong in (("blank", asked & ~answered & sound), ("answered", answered & ~asked & sound)):
            if wrong.any():
                found.setdefault((problem, np.packbits(wrong).tobytes()), []).append(name)
    for (problem, packed), names in found.items():
        rows = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=answers.n).astype(np.bool_)
        one, several = _MISROUTED[problem]
        message = f"{names[0]} {one}" if len(names) == 1 else f"{in_short(names)} {several} in the same rows"
        faults.append(at_rows("routing", message, in_short([layout.answers[name].name for name in names]), rows))


def _deciding(answers: CodedAnswers, column: Column) -> list[str]:
    """Return the columns that decide whether one is asked."""
    book = answers.codebook
    behind = book.questions_behind_base(book.questions[column.question].asked_of)
    return [name for name, other in answers.columns.items() if other.question in behind or name == column.asked_if]


def _tick_groups(answers: CodedAnswers, question: Question) -> list[list[str]]:
    """Return the columns of a question that are ticked together: all, or those asked about one option of a loop."""
    groups: dict[str, list[str]] = {}
    for name, column in answers.columns.items():
        if column.question == question.name:
            groups.setdefault(name.rpartition(".")[0], []).append(name)
    return list(groups.values())


def _check_ticks(
    answers: CodedAnswers, question: Question, names: list[str], layout: Layout, sound: BoolArray, faults: list[Fault]
) -> None:
    prefix = names[0].rpartition(".")[0]
    first, last = layout.answers[names[0]].name, layout.answers[names[-1]].name
    place = first if first == last else f"{first} to {last}"
    asked = sound & (answers.codes[names[0]] >= 0)
    count = np.zeros(answers.n, dtype=np.int16)
    for name in names:
        count += answers.codes[name] == 1
    if (none := asked & (count == 0)).any():
        faults.append(at_rows("ticks", f"{prefix} was asked, but nothing is ticked", place, none))
    if question.max_ticks is not None and (over := sound & (count > question.max_ticks)).any():
        faults.append(at_rows("ticks", f"{prefix} has more than {question.max_ticks} ticks", place, over))
    for answer, name in zip(question.answers, names, strict=True):
        if answer.exclusive and (both := sound & (answers.codes[name] == 1) & (count > 1)).any():
            message = f"{prefix}: {answer.code!r} is ticked together with another"
            faults.append(at_rows("exclusive", message, layout.answers[name].name, both))
