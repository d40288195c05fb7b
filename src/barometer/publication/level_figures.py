"""Figures of several shares by two or three groups: the numbers drawn, the words around them."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from barometer.analysis import Comparisons, Estimates
from barometer.analysis.combinations import LANGUAGES
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.codebook.wording import lower_first
from barometer.errors import ArgumentError
from barometer.publication.answer_set_words import SAME_ANSWER, SUBTITLE, common_answer, question_title
from barometer.publication.compared import Compared, compared_data, to_compared
from barometer.publication.compared_rows import level_marks
from barometer.publication.comparison_figure_words import (
    by_text,
    doubts_text,
    extremes_text,
    family_size,
    level_text,
    method_label,
    tests_text,
    versus_text,
)
from barometer.publication.drawn import LAST, Order, without_common_answer
from barometer.publication.figure import Figure, in_both_languages
from barometer.publication.gaps import gaps_text, shown_n
from barometer.publication.levels import LEVELS, MOST_LEVELS
from barometer.publication.words import (
    Words,
    axis_text,
    footer,
    groups_text,
    lines_text,
    source_text,
    standing_text,
    synthetic_first,
    thin_text,
)

KIND = Label(
    "Prikdiagram over {count} svar i hver af {groups} grupper", "Dot plot of {count} answers in each of {groups} groups"
)
MOST_ROWS = 15
"""Indicators that have room under each other."""
ANSWERS = Label("Andele", "Shares")
SAID = Label(
    "»Over« og »under«: forskel fra {versus} på {level}-niveau; hvor intet står: ingen sikker forskel.",
    "Above and below: different from {versus} at the {level} level; where nothing is said: no certain difference.",
)
FOUND = Label(
    "{subject} – sikre forskelle fra {versus}: {count} af {tested}",
    "{subject} – certain differences from {versus}: {count} of {tested}",
)
NOTHING_FOUND = Label(
    "{subject} – ingen sikre forskelle fra {versus}", "{subject} – no certain differences from {versus}"
)


def levels_figure(estimates: Estimates, lang: Lang, result: Comparisons | None = None) -> Figure:
    """
    Make the figure of several shares by the groups of one domain.

    Parameters
    ----------
    estimates : Estimates
    lang : {"da", "en"}
    result : Comparisons, optional
        What was found where the groups were compared with one thing.

    Raises
    ------
    ArgumentError
        If there are more groups than have room in a row, or more indicators than have room under each other.
    """
    domain, indicators = estimates.domains[0], estimates.indicators
    if len(estimates.groups) > MOST_LEVELS:
        raise ArgumentError(
            "what",
            f"several indicators by more than {MOST_LEVELS} groups have no figure of their own; take one indicator",
        )
    if len(indicators) > MOST_ROWS:
        raise ArgumentError("what", f"{len(indicators)} indicators by a domain have no room; take {MOST_ROWS} or fewer")
    data = drawn_levels(estimates, order="value", result=result)
    marks = to_compared(data.drop(columns=["answer_da", "answer_en"]))
    words = {each: _words(estimates, result, marks, each) for each in LANGUAGES}
    family = indicators[0].family or indicators[0].question or "shares"
    name = f"{family.replace('.', '_')}_by_{domain.name}" + ("" if result is None else "_compared")
    method = in_both_languages(estimates.method.text) if result is None else method_label(result)
    return Figure(name, "levels", data, lang, words, "", method, LEVELS)


def drawn_levels(estimates: Estimates, *, order: Order, result: Comparisons | None = None) -> pd.DataFrame:
    """
    Rows for dots: every indicator in each group of one domain.

    Parameters
    ----------
    estimates : Estimates
    order : {"value", "given"}
    result : Comparisons, optional
        What was found where the groups were compared with one thing.

    Returns
    -------
    DataFrame
        The fields of `Compared`, and answer_da and answer_en: what the indicator is called.
    """
    labels = without_common_answer(list(_labels(estimates).values()))
    rows = [(a, level_marks(estimates, i, result)) for a, i in zip(labels, estimates.indicators, strict=True)]
    if order == "value":
        rows.sort(key=_last_or_largest)
    answers = [answer for answer, row in rows for _ in row]
    data = compared_data([mark for _, row in rows for mark in row])
    return data.assign(answer_da=[a.da for a in answers], answer_en=[a.en for a in answers])


def _last_or_largest(row: tuple[Label, list[Compared]]) -> tuple[bool, float]:
    """Put the row with the largest share first, answers such as "other" last."""
    known = [mark.share for mark in row[1] if not math.isnan(mark.share)]
    return row[1][0].indicator.rpartition(".")[2] in LAST, -max(known, default=0.0)


def _words(estimates: Estimates, result: Comparisons | None, marks: Sequence[Compared], lang: Lang) -> Words:
    subject = _subject(estimates)
    finding = by_text(subject, estimates, lang) if result is None else _finding(result, subject, marks, lang)
    headline = synthetic_first(finding, estimates.is_synthetic, lang)
    book, indicators = estimates.codebook, estimates.indicators
    first, *others = dict.fromkeys(DONT_KNOW[estimates.row(i.name)["dont_know"]].text(lang) for i in indicators)
    rules = "; ".join([first, *map(lower_first, others)])
    notes = [] if result is None else _test_notes(result, marks, lang)
    notes += [f"{rules}.", lines_text(estimates.method, lang), axis_text(marks, lang)]
    standing = [standing_text("levels", marks, lang)] if estimates.is_synthetic else []
    n = max(shown_n(estimates.row(indicator.name)["n"]) for indicator in indicators)
    source = " ".join(filter(None, (source_text(estimates, n, lang), groups_text(marks, lang))))
    paragraphs = footer(notes, source, [*standing, *thin_text(marks, lang), *gaps_text(marks, lang)])
    bases = dict.fromkeys(book.base(indicator.base).label.text(lang) for indicator in indicators)
    facts = {"base": "; ".join(bases), "period": estimates.method.period}
    facts["answer"] = common_answer(book, indicators, lang)
    subtitle = (SAME_ANSWER if facts["answer"] else SUBTITLE).text(lang).format(**facts)
    return Words(headline, subtitle, paragraphs, _alt_text(estimates, headline, marks, lang))


def _subject(estimates: Estimates) -> Label:
    """Return what the shares have in common: their question, their family, or nothing but being shares."""
    title = question_title(estimates.codebook, estimates.indicators)
    families = {indicator.family for indicator in estimates.indicators}
    if title is None and len(families) == 1 and families != {""}:
        return estimates.codebook.family_label(families.pop())
    return title or ANSWERS


def _finding(result: Comparisons, subject: Label, marks: Sequence[Compared], lang: Lang) -> str:
    """Say how many differences are certain; neutral where all that was found is to be doubted."""
    found, tested = [mark for mark in marks if mark.direction], sum(mark.is_tested for mark in marks)
    certain = sum(mark.is_certain for mark in found)
    facts = {"subject": subject.text(lang), "versus": versus_text(result, lang), "count": certain, "tested": tested}
    if certain:
        return FOUND.text(lang).format(**facts)
    if found or not tested:
        return by_text(subject, result.estimates, lang)
    return NOTHING_FOUND.text(lang).format(**facts)


def _test_notes(result: Comparisons, marks: Sequence[Compared], lang: Lang) -> list[str]:
    said = SAID.text(lang).format(versus=versus_text(result, lang), level=level_text(result, lang))
    count = max(family_size(result, indicator) for indicator in result.estimates.indicators)
    return [said, tests_text(result, count, lang), doubts_text(marks, lang)]


def _labels(estimates: Estimates) -> dict[str, Label]:
    """Label of each indicator, with its family where they are of several: a "Yes" alone says nothing."""
    alone = len({indicator.family for indicator in estimates.indicators}) == 1
    return {i.name: i.label if alone else estimates.full_label(i.name) for i in estimates.indicators}


def _alt_text(estimates: Estimates, headline: str, marks: Sequence[Compared], lang: Lang) -> str:
    """Name the highest and the lowest share of each group."""
    counts = {"count": len(estimates.indicators), "groups": len(estimates.groups)}
    sentences = [f"{KIND.text(lang).format(**counts)}. {headline}."]
    labels = _labels(estimates)
    for (group,) in estimates.groups:
        own = [mark for mark in marks if mark.group == group]
        name = own[0].label(lang)
        as_answers = [
            replace(mark, label_da=labels[mark.indicator].da, label_en=labels[mark.indicator].en) for mark in own
        ]
        sentences += [f"{name} \N{EN DASH} {lower_first(text)}" for text in extremes_text(as_answers, lang)]
    return " ".join(sentences)
