"""Checks of answers: routing, ticks, answers that stand alone, rows that repeat, bases against their published size."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from barometer.codebook.records import Question
from barometer.errors import Fault
from barometer.microdata.evaluate import BoolArray, CodedAnswers
from barometer.microdata.harmonise import rows_where
from barometer.microdata.layout import Layout
from barometer.microdata.wave import Wave

LEAST_ANSWERS = 30
"""Answers that two rows must have before it is odd that they are all the same."""


def check_answers(
    wave: Wave, layout: Layout, faults: list[Fault], *, sound: BoolArray, absent: Collection[str] = ()
) -> None:
    """
    Check routing, tick limits and exclusive options.

    Parameters
    ----------
    wave : Wave
    layout : Layout
    faults : list of Fault
        Gets what is found.
    sound : (n,) bool
        Rows in which every code could be read; the others are told once, by their codes.
    absent : collection of str
        Answer columns that the file lacks; what depends on them is not checked.
    """
    answers = CodedAnswers(wave.codebook, wave.columns, wave.answers.codes, wave.n)
    lacking = {name.partition(".")[0] for name in absent}
    for question in wave.codebook.questions.values():
        behind = {question.name, *wave.codebook.questions_behind_base(question.asked_of)}
        behind |= {question.loop_over} if question.loop_over else set()
        if behind & lacking:
            continue
        _check_routing(answers, question, layout, sound, faults)
        if question.kind == "multi":
            _check_ticks(answers, question, question.name, layout, sound, faults)
        if question.kind == "loop" and question.loop_over:
            for answer in wave.codebook.questions[question.loop_over].answers:
                if not answer.exclusive:
                    _check_ticks(answers, question, f"{question.name}.{answer.code}", layout, sound, faults)


def _check_routing(
    answers: CodedAnswers, question: Question, layout: Layout, sound: BoolArray, faults: list[Fault]
) -> None:
    for name, column in answers.columns.items():
        if column.question != question.name:
            continue
        answered, asked = answers.codes[name] >= 0, answers.asked(column)
        delivered = layout.answers[name].name
        if (missing := sound & asked & ~answered).any():
            faults.append(Fault("routing", f"{name} was asked and is blank", delivered, rows_where(missing)))
        if (extra := sound & answered & ~asked).any():
            faults.append(Fault("routing", f"{name} was not asked and is answered", delivered, rows_where(extra)))


def _check_ticks(
    answers: CodedAnswers, question: Question, prefix: str, layout: Layout, sound: BoolArray, faults: list[Fault]
) -> None:
    names = [f"{prefix}.{answer.code}" for answer in question.answers]
    first, last = layout.answers[names[0]].name, layout.answers[names[-1]].name
    place = first if first == last else f"{first} to {last}"
    asked = sound & (answers.codes[names[0]] >= 0)
    count = np.zeros(answers.n, dtype=np.int16)
    for name in names:
        count += answers.codes[name] == 1
    if (none := asked & (count == 0)).any():
        faults.append(Fault("ticks", f"{prefix} was asked, but nothing is ticked", place, rows_where(none)))
    if question.max_ticks is not None and (over := sound & (count > question.max_ticks)).any():
        faults.append(Fault("ticks", f"{prefix} has more than {question.max_ticks} ticks", place, rows_where(over)))
    for answer, name in zip(question.answers, names, strict=True):
        if answer.exclusive and (both := sound & (answers.codes[name] == 1) & (count > 1)).any():
            message = f"{prefix}: {answer.code!r} is ticked together with another"
            faults.append(Fault("exclusive", message, layout.answers[name].name, rows_where(both)))


def check_repeats(wave: Wave, layout: Layout, faults: list[Fault]) -> None:
    """Check that no two rows with many answers are the same in registers and answers."""
    marks = np.zeros(wave.n, dtype=np.uint64)
    given = np.zeros(wave.n, dtype=np.int16)
    registers = [wave.microdata[name].cat.codes.to_numpy() for name in layout.registers if name in wave.microdata]
    for codes in (*registers, *wave.answers.codes.values()):
        marks = _mixed(marks, codes)
    for codes in wave.answers.codes.values():
        given += codes >= 0
    rich = given >= LEAST_ANSWERS
    _, where, times = np.unique(marks[rich], return_inverse=True, return_counts=True)
    repeated = np.zeros(wave.n, dtype=np.bool_)
    repeated[np.flatnonzero(rich)] = times[where] > 1
    if repeated.any():
        message = "rows are equal in everything but their number; was a unit delivered twice?"
        faults.append(Fault("duplicates", message, layout.id, rows_where(repeated)))


def _mixed(marks: NDArray[np.uint64], codes: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Fold one column into each row's mark (Fowler, Noll and Vo's prime; equal rows have equal marks)."""
    return np.asarray((marks ^ (codes.astype(np.int16) + 2).astype(np.uint64)) * np.uint64(1099511628211))


def check_published_sizes(wave: Wave, faults: list[Fault]) -> None:
    """Hold the number of answers in each base against the one that was published for the wave."""
    counts = [
        (claim.base, wave.base_size(claim.base), int(claim.published))
        for claim in wave.codebook.wave_claims(wave.record.number)
        if claim.statistic == "count" and claim.published is not None
    ]
    differing = [f"{base} {n:,} ({published:,})" for base, n, published in dict.fromkeys(counts) if n != published]
    if differing:
        message = f"answers in a base, and in brackets as many as were published: {', '.join(differing)}"
        faults.append(Fault("published-n", message))
