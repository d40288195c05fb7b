"""Figures of two answers that were crossed: how each group answered, and whether the test finds an association."""

from collections.abc import Sequence

from barometer.analysis import Association
from barometer.analysis.association_words import NOTES, RELATED, TESTS, UNRELATED, test_text
from barometer.analysis.combinations import LANGUAGES
from barometer.analysis.crossed_answers import rule_texts
from barometer.analysis.estimates import TOTAL, TOTAL_LABEL
from barometer.analysis.method import SIGNIFICANCE
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first
from barometer.errors import ArgumentError
from barometer.publication.answer_set_words import SAME_ANSWER, SUBTITLE
from barometer.publication.comparison_figure_words import BY, QUOTED, extremes_text
from barometer.publication.drawn import Basis, Mark, Role, ordered, share_basis, to_data
from barometer.publication.figure import Figure, in_both_languages
from barometer.publication.gaps import gaps_text
from barometer.publication.share_panels import SHARE_PANELS
from barometer.publication.style import THIN_N
from barometer.publication.words import (
    Words,
    footer,
    lines_text,
    source_text,
    standing_text,
    synthetic_first,
    thin_text,
    with_interval,
)

KIND = Label("Prikdiagram over {a} efter {b}", "Dot plot of {a} by {b}")
DASHED = Label("Stiplet: alle.", "Dashed: all.")
IN_BOTH = Label(", der også er ", " that are also ")
MOST_ANSWERS = 6
"""Answers that have room beside each other."""


def association_figure(result: Association, lang: Lang) -> Figure:
    """
    Make the figure of an answer by the groups of another: a panel for each answer, of yes and no the yes alone.

    Raises
    ------
    ArgumentError
        If there are more answers than have room.
    """
    rows, columns = result.rows, result.columns
    count = 1 if rows.kind == "indicator" else len(rows.categories)
    if count > MOST_ANSWERS:
        raise ArgumentError("what", f"{count} answers have no room beside each other; cross an indicator instead")
    panels = [_panel(result, place) for place in range(count)]
    order = [mark.group for mark in ordered(panels[0][1:], "given" if columns.ordered else "value")]
    marks, answers = [], []
    for panel, (_, label) in zip(panels, rows.categories, strict=False):
        whole, *groups = panel
        groups.sort(key=lambda mark: order.index(mark.group))
        marks += [whole, *groups]
        answers += [label] * len(panel)
    data = to_data(marks).assign(answer_da=[a.da for a in answers], answer_en=[a.en for a in answers])
    words = {each: _words(result, marks, count, each) for each in LANGUAGES}
    name = "_by_".join(answer.name.replace(".", "_") for answer in (rows, columns))
    method = in_both_languages(lambda lang: f"{TESTS[result.test.test].text(lang)}. {result.method.text(lang)}")
    return Figure(name, "panels", data, lang, words, "", method, SHARE_PANELS)


def _panel(result: Association, place: int) -> list[Mark]:
    """Return the shares of one answer: of all, then of each group."""
    rows, columns, shares = result.rows, result.columns, result.kernel.by_column
    indicator = rows.name if rows.kind == "indicator" else f"{rows.name}.{rows.codes[place]}"
    named = [(TOTAL, TOTAL_LABEL), *columns.categories]
    numbers = zip(*(getattr(shares, name)[:, place] for name in ("estimate", "ci_low", "ci_high", "n")), strict=True)
    marks = []
    for (group, label), (share, low, high, n) in zip(named, numbers, strict=True):
        role: Role = "main" if group == TOTAL else "plain"
        ends, count = (float(share), float(low), float(high)), int(n)
        basis = _basis(result, indicator, group)
        marks.append(Mark(indicator, group, label.da, label.en, *ends, count, role, basis, count < THIN_N))
    return marks


def _basis(result: Association, indicator: str, group: str) -> Basis:
    """Say whether a share of synthetic data was published: only those of a whole base, by a domain, can be."""
    book, columns = result.codebook, result.columns
    if not result.is_synthetic:
        return "delivery"
    known = indicator in book.indicators and book.indicators[indicator].dont_know == result.rows.dont_know
    if known and columns.kind == "domain" and columns.dont_know is None:
        return share_basis(result, indicator, ("", "") if group == TOTAL else (columns.name, group))
    return "assumed"


def _words(result: Association, marks: Sequence[Mark], panels: int, lang: Lang) -> Words:
    test, labels = result.test, _labels(result, lang)
    headline = synthetic_first(_finding(result, lang), result.is_synthetic, lang)
    name = TESTS[test.test].text(lang)
    tested = f"{NOTES[test.note].text(lang)}." if test.note else f"{name}: {test_text(test, lang)}."
    rule = rule_texts(result.rows, result.columns, lang)
    notes = [tested, DASHED.text(lang), f"{rule}." if rule else "", lines_text(result.method, lang)]
    standing = [standing_text("domains", marks, lang)] if result.is_synthetic else []
    paragraphs = footer(
        notes, source_text(result, test.n, lang), [*standing, *thin_text(marks, lang), *gaps_text(marks, lang)]
    )
    facts = {"base": _base(result, lang), "period": result.method.period, "answer": result.rows.label.text(lang)}
    subtitle = (SUBTITLE if panels == 1 else SAME_ANSWER).text(lang).format(**facts)
    first = [mark for mark in marks if mark.indicator == marks[0].indicator]
    answer = "" if panels == 1 else f"{result.rows.categories[0][1].text(lang)}: "
    said = [f"{answer}{with_interval(first[0], lang)}.", *extremes_text(first[1:], lang)]
    return Words(headline, subtitle, paragraphs, " ".join([f"{KIND.text(lang).format(**labels)}. {headline}.", *said]))


def _finding(result: Association, lang: Lang) -> str:
    """Say that there is an association where the test finds one, and no more than that."""
    labels, test = _labels(result, lang), result.test
    if test.note:
        return BY.text(lang).format(
            subject=result.rows.label.text(lang), by=lower_first(result.columns.label.text(lang))
        )
    return (RELATED if test.p_value < SIGNIFICANCE else UNRELATED).text(lang).format(**labels)


def _labels(result: Association, lang: Lang) -> dict[str, str]:
    return {
        "a": QUOTED.text(lang).format(label=result.rows.label.text(lang)),
        "b": QUOTED.text(lang).format(label=result.columns.label.text(lang)),
    }


def _base(result: Association, lang: Lang) -> str:
    """Name the bases that the table is of: those in both, where the widest goes without saying."""
    bases = [result.codebook.base(name) for name in dict.fromkeys((result.rows.base, result.columns.base))]
    narrower = [base for base in bases if base.of is not None] or bases
    return IN_BOTH.text(lang).join(base.label.text(lang) for base in narrower)
