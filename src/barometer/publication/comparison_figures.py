"""Figures of compared groups: the numbers drawn, the words around them."""

import math
from collections.abc import Sequence
from dataclasses import asdict

from barometer.analysis import Comparisons, Estimates
from barometer.analysis.combinations import LANGUAGES
from barometer.analysis.estimates import TOTAL, TOTAL_LABEL
from barometer.codebook.records import Indicator, Label, Lang
from barometer.errors import ArgumentError
from barometer.publication.compared import SIDES, Compared, compared_data, with_versus
from barometer.publication.compared_rows import compared_marks
from barometer.publication.comparison_dots import COMPARISON_DOTS
from barometer.publication.comparison_figure_words import (
    STROKES,
    colours_text,
    dont_know_text,
    doubts_text,
    extremes_text,
    family_size,
    finding,
    method_label,
    points_note,
    subject_label,
    subtitle_text,
    tests_text,
    untested_text,
    versus_text,
)
from barometer.publication.drawn import Mark, ordered, share_basis
from barometer.publication.figure import Figure
from barometer.publication.gaps import gaps_text, shown_n
from barometer.publication.level_figures import levels_figure
from barometer.publication.levels import MOST_LEVELS
from barometer.publication.pair_figures import pairs_figure
from barometer.publication.style import THIN_N
from barometer.publication.words import (
    Words,
    axis_text,
    footer,
    lines_text,
    source_text,
    standing_text,
    synthetic_first,
    thin_text,
    with_interval,
)

KIND = Label("Prikdiagram over grupper sammenlignet med {versus}", "Dot plot of groups compared with {versus}")
STAND_OUT = Label("Skiller sig ud: {groups}", "Standing out: {groups}")


def comparisons_figure(result: Comparisons, lang: Lang) -> Figure:
    """
    Make the figure of compared groups.

    Raises
    ------
    ArgumentError
        If domains are crossed, or several indicators have more groups than levels have room.
    """
    if len(result.estimates.domains) > 1:
        raise ArgumentError("what", "a cross of domains has no figure of its own; use one domain")
    estimates, pairs = result.estimates, result.method.against == "pairs"
    if len(estimates.indicators) > 1 and len(estimates.groups) <= MOST_LEVELS and not pairs:
        return levels_figure(estimates, lang, result)
    indicator = one_indicator(estimates)
    if pairs:
        return pairs_figure(result, indicator, lang)
    return _dots(result, indicator, compared_marks(result, indicator), lang)


def one_indicator(estimates: Estimates) -> Indicator:
    """
    Find the indicator to draw: the only one, or the yes of a question whose answers these are.

    Raises
    ------
    ArgumentError
        If there are several that no question has as its answers.
    """
    indicators = estimates.indicators
    questions = {indicator.question for indicator in indicators}
    yes = next((indicator for indicator in indicators if indicator.name == f"{indicator.question}.yes"), None)
    if len(indicators) == 1:
        return indicators[0]
    if len(questions) == 1 and yes is not None:
        return yes
    counted = f"{len(indicators)} indicators by {len(estimates.groups)} groups"
    few = len(estimates.groups) <= MOST_LEVELS
    more = ", or compare with the rest instead of in pairs (against='rest')" if few else ""
    raise ArgumentError("what", f"{counted} have no figure; take one indicator{more}")


def _dots(result: Comparisons, indicator: Indicator, marks: Sequence[Compared], lang: Lang) -> Figure:
    domain = result.estimates.domains[0]
    groups = ordered(marks, "given" if domain.ordered else "value")
    line = [] if result.method.against == "rest" else [_reference(result, indicator)]
    words = {each: _words(result, indicator, groups, line, each) for each in LANGUAGES}
    name = f"{indicator.name.replace('.', '_')}_by_{domain.name}_compared"
    return Figure(
        name, "domains", compared_data([*groups, *line]), lang, words, "", method_label(result), COMPARISON_DOTS
    )


def _reference(result: Comparisons, indicator: Indicator) -> Compared:
    """Return the share that all groups are compared with."""
    code = TOTAL if result.method.versus is None else str(result.table["versus"].iloc[0])
    row, domain = result.estimates.row(indicator.name, code), result.estimates.domains[0]
    label = TOTAL_LABEL if result.method.versus is None else result.method.versus
    ends = float(row["share"]), float(row["ci_low"]), float(row["ci_high"])
    basis = share_basis(result.estimates, indicator.name, ("", "") if code == TOTAL else (domain.name, code))
    n = shown_n(row["n"])
    line = Mark(indicator.name, code, label.da, label.en, *ends, n, "total", basis, n < THIN_N)
    return Compared(
        **asdict(line),
        versus_group="",
        versus_da="",
        versus_en="",
        share_versus=math.nan,
        difference=math.nan,
        at_least=math.nan,
        p_adjusted=math.nan,
        direction="",
        note="",
    )


def _words(
    result: Comparisons, indicator: Indicator, groups: Sequence[Compared], line: Sequence[Compared], lang: Lang
) -> Words:
    estimates = result.estimates
    headline = finding(result, subject_label(estimates, indicator), groups, lang)
    headline = synthetic_first(headline, result.is_synthetic, lang)
    marks = [*line, *groups]
    notes = [
        colours_text(result, lang),
        points_note(groups, lang),
        STROKES.text(lang) if not line else "",
        tests_text(result, family_size(result, indicator), lang),
        doubts_text(groups, lang),
        untested_text(groups, lang),
    ]
    answers = [dont_know_text(indicator.name, estimates, lang), lines_text(estimates.method, lang)]
    answers.append(axis_text(with_versus(marks), lang))
    standing = [standing_text("domains", marks, lang)] if result.is_synthetic else []
    n = shown_n(estimates.row(indicator.name)["n"])
    paragraphs = footer(
        [*notes, *answers],
        source_text(estimates, n, lang),
        [*standing, *thin_text(marks, lang), *gaps_text(marks, lang)],
    )
    subtitle = subtitle_text(estimates, indicator, lang)
    return Words(headline, subtitle, paragraphs, _alt_text(result, headline, groups, line, lang))


def _alt_text(
    result: Comparisons, headline: str, groups: Sequence[Compared], line: Sequence[Compared], lang: Lang
) -> str:
    sentences = [f"{KIND.text(lang).format(versus=versus_text(result, lang))}. {headline}."]
    sentences += [f"{with_interval(mark, lang)}." for mark in line]
    out = [f"{with_interval(mark, lang)}, {SIDES[mark.direction].text(lang)}" for mark in groups if mark.direction]
    if out:
        sentences.append(f"{STAND_OUT.text(lang).format(groups='; '.join(out))}.")
    sentences += extremes_text(groups, lang)
    return " ".join(sentences)
