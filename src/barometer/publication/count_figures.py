"""Figures of how many answers were given: a bar for each number, the mean in the headline."""

import math

from barometer.analysis import Counts
from barometer.analysis.combinations import LANGUAGES
from barometer.analysis.estimates import TOTAL
from barometer.codebook.numbers import decimal
from barometer.codebook.records import Label, Lang
from barometer.codebook.rules import Answered, Ticks
from barometer.errors import ArgumentError
from barometer.publication.answer_set_words import question_title, write_answer_words
from barometer.publication.drawn import Basis, Mark, share_basis, to_data
from barometer.publication.figure import Figure, in_both_languages
from barometer.publication.gaps import shown_n
from barometer.publication.marks import BARS
from barometer.publication.style import THIN_N
from barometer.publication.words import Words, synthetic_first, with_interval

KIND = Label("Søjlediagram over antal", "Bar chart of numbers")
MEAN = Label("{title} – {mean} i gennemsnit", "{title} – {mean} on average")
ANSWERS = Label("Antal svar", "Number of answers")
INTERVAL = Label("Gennemsnit: {mean} ({low}–{high}).", "Mean: {mean} ({low}–{high}).")


def counts_figure(counts: Counts, lang: Lang) -> Figure:
    """
    Make the figure of how many answers workplaces have.

    Raises
    ------
    ArgumentError
        If they are split by a domain, or nobody is in the base.
    """
    if counts.domains:
        raise ArgumentError("what", "numbers by a domain have no figure of their own; estimate without by=")
    mean = counts.row("mean")
    if shown_n(mean["n"]) == 0:
        raise ArgumentError("what", "nobody is in the base: there is nothing to draw")
    marks = []
    for row in counts.table[counts.table["statistic"] == "exactly"].to_dict("records"):
        text, n = str(row["number"]), shown_n(row["n"])
        ends = row["estimate"], row["ci_low"], row["ci_high"]
        basis = _basis(counts, int(row["number"]))
        marks.append(Mark(text, TOTAL, text, text, *ends, n, "plain", basis, n < THIN_N))
    words = {each: _words(counts, marks, each) for each in LANGUAGES}
    name = f"{counts.options[0].name.partition('.')[0]}_number"
    return Figure(name, "bars", to_data(marks), lang, words, "", in_both_languages(counts.method.text), BARS)


def _basis(counts: Counts, number: int) -> Basis:
    """Standing of the indicator that the codebook has for this number of these answers, if it has one."""
    terms = [option.rule.terms[0] for option in counts.options]
    columns = {column for term in terms if isinstance(term, Answered) for column in term.columns}
    for indicator in counts.codebook.indicators.values():
        term = indicator.rule.terms[0]
        if len(indicator.rule.terms) == 1 and isinstance(term, Ticks) and term.counts == (number,):
            same = {term.answers} == {other.answers for other in terms if isinstance(other, Answered)}
            if same and set(term.columns) == columns:
                return share_basis(counts, indicator.name)
    return "assumed" if counts.is_synthetic else "delivery"


def _words(counts: Counts, marks: list[Mark], lang: Lang) -> Words:
    row = counts.row("mean")
    title = question_title(counts.codebook, counts.options) or ANSWERS
    headline = title.text(lang)
    if not math.isnan(row["estimate"]):
        headline = MEAN.text(lang).format(title=headline, mean=decimal(row["estimate"], lang, 1))
    headline = synthetic_first(headline, counts.is_synthetic, lang)
    numbers = [row[name] for name in ("estimate", "ci_low", "ci_high")]
    mean, low, high = ("" if math.isnan(number) else decimal(number, lang, 2) for number in numbers)
    note = INTERVAL.text(lang).format(mean=mean, low=low, high=high) if low else ""
    alt_text = [f"{KIND.text(lang)}. {headline}.", f"{'; '.join(with_interval(mark, lang) for mark in marks)}."]
    return write_answer_words(counts, headline, [note], marks, alt_text, lang, kind="bars", options=counts.options)
