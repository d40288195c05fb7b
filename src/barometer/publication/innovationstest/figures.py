"""The figure set of a benchmark: for every question the shares of the peers, the workplace's own answers marked."""

import math
from collections.abc import Hashable, Iterable
from typing import Any

from barometer.codebook.numbers import integer
from barometer.codebook.records import Label, Lang, as_lang
from barometer.codebook.sheet import source_note
from barometer.codebook.wording import lower_first
from barometer.errors import check_kind
from barometer.publication.drawn import Basis, Mark, fitted_basis, to_data
from barometer.publication.figure import Figure
from barometer.publication.gaps import NO_N
from barometer.publication.innovationstest.benchmark import NAME, WorkplaceBenchmark
from barometer.publication.innovationstest.measures import Measure
from barometer.publication.innovationstest.texts import text
from barometer.publication.marks import BARS
from barometer.publication.style import THIN_N
from barometer.publication.words import Words, footer, standing_text, synthetic_first, with_interval

Row = dict[Hashable, Any]
Rows = list[tuple[Measure, Row]]
LANGUAGES: tuple[Lang, ...] = ("da", "en")


def draw_workplace(found: WorkplaceBenchmark, *, lang: Lang = "da") -> list[Figure]:
    """
    Draw a benchmark: a figure for every question that the workplace answered.

    Parameters
    ----------
    found : WorkplaceBenchmark
    lang : {"da", "en"}

    Returns
    -------
    list of Figure
        In the order of the test. Bars are the shares of the peers with their intervals, the workplace's own answers in
        the accent colour and called so. A grid has a figure for each of its answers.
    """
    check_kind("found", found, WorkplaceBenchmark, "what benchmark_workplace gives")
    as_lang(lang)
    rows = list(zip(found.shares.measures, found.table.to_dict("records"), strict=True))
    names = dict.fromkeys(_name(measure) for measure, row in rows if row["own"])
    return [_figure(found, name, [each for each in rows if _name(each[0]) == name], lang) for name in names]


def _name(measure: Measure) -> str:
    """Name the figure of a measure: its question; of a grid its answer too, whose rows are drawn together."""
    return f"{measure.question.name}_{measure.answer.code}" if measure.item else measure.question.name


def _figure(found: WorkplaceBenchmark, name: str, rows: Rows, lang: Lang) -> Figure:
    measure = rows[0][0]
    title, answer = measure.question.title, measure.answer.label
    if measure.item:
        title = Label(*(f"{title.text(each)}: {lower_first(answer.text(each))}" for each in LANGUAGES))
    # Own answers first: the kind of figure sets what is in the accent colour apart from the rest.
    marks = [_mark(found, *each) for each in sorted(rows, key=lambda each: each[1]["own"] != "yes")]
    words = {each: _words(found, title.text(each), marks, each) for each in LANGUAGES}
    return Figure(f"{NAME}_{name}", "bars", to_data(marks), lang, words, "", Label("", ""), BARS)


def _mark(found: WorkplaceBenchmark, measure: Measure, row: Row) -> Mark:
    """Return a bar; the own answer is said in its label, so that it is not in the colour alone."""
    label, own = (measure.item or measure.answer).label, row["own"] == "yes"
    labels = [f"{label.text(each)} ({text('own_mark').text(each)})" if own else label.text(each) for each in LANGUAGES]
    return Mark(
        indicator=measure.indicator,
        group="",
        label_da=labels[0],
        label_en=labels[1],
        share=row["share"],
        ci_low=row["ci_low"],
        ci_high=row["ci_high"],
        n=NO_N if math.isnan(row["n"]) else int(row["n"]),
        role="main" if own else "plain",
        basis=_basis(found, measure),
        thin=row["n"] < THIN_N,
    )


def _basis(found: WorkplaceBenchmark, measure: Measure) -> Basis:
    """Say what the peers' share rests on; nothing was published of a group that is none of a domain."""
    if not found.is_synthetic:
        return "delivery"
    codes, wave = found.peers.codes, found.shares.wave
    if len(codes) > 1:
        return "assumed"
    return fitted_basis(wave.codebook, wave.record.number, measure.indicator, codes[0] if codes else ("", ""))


def _words(found: WorkplaceBenchmark, title: str, marks: list[Mark], lang: Lang) -> Words:
    wave = found.shares.wave
    headline = synthetic_first(title, found.is_synthetic, lang)
    subtitle = text("figure_subtitle").text(lang).format(group=found.peers.label.text(lang))
    known = [mark.n for mark in marks if mark.n != NO_N]
    sizes = [text("base").text(lang).format(n=integer(max(known), lang))] if known else []
    notes = [text("figure_lines").text(lang), *sizes, found.shares.policy.text(lang)]
    source = source_note(wave.codebook, wave.record.number, wave.record.period, lang)
    standing = [standing_text("bars", marks, lang)] if found.is_synthetic else []
    alt_text = f"{headline}. {'; '.join(_shown(marks, lang))}."
    return Words(headline, subtitle, footer(notes, source, standing), alt_text)


def _shown(marks: Iterable[Mark], lang: Lang) -> list[str]:
    hidden = text("hidden").text(lang)
    return [f"{mark.label(lang)}: {hidden}" if math.isnan(mark.share) else with_interval(mark, lang) for mark in marks]
