"""Figures of pairs of groups: the matrix of differences, the words around it."""

from collections.abc import Sequence

from barometer.analysis import Comparisons
from barometer.analysis.combinations import LANGUAGES
from barometer.codebook.records import Indicator, Label, Lang
from barometer.codebook.wording import lower_first
from barometer.errors import ArgumentError
from barometer.publication.compared import Compared, compared_data, points_text
from barometer.publication.compared_rows import pair_marks, share_mark
from barometer.publication.comparison_figure_words import (
    by_text,
    dont_know_text,
    doubts_text,
    extremes_text,
    family_size,
    level_text,
    method_label,
    subject_label,
    subtitle_text,
    tests_text,
)
from barometer.publication.drawn import ordered
from barometer.publication.figure import Figure
from barometer.publication.gaps import is_suppressed, shown_n
from barometer.publication.pair_matrix import PAIR_MATRIX, STRONG
from barometer.publication.words import Words, footer, source_text, standing_text, synthetic_first

MOST_GROUPS = 15
"""Groups that have room beside each other."""
KIND = Label("Matrix over forskelle mellem grupper", "Matrix of differences between groups")
ONE_PAIR = Label("{subject} – {high} ligger over {low}", "{subject} – {high} above {low}")
PAIRS = Label("{subject} – {count} af {tested} par adskiller sig", "{subject} – {count} of {tested} pairs differ")
NO_PAIR = Label("{subject} – ingen par adskiller sig sikkert", "{subject} – no two are certain to differ")
KEY = Label(
    "Fyldt: forskel på {level}-niveau, mørk fra {strong} procentpoint; blågrøn og +: rækken ligger over kolonnen; "
    "orange og \N{MINUS SIGN}: under. Uden farve: ingen sikker forskel. Diagonalen: gruppens andel i procent.",
    "Filled: different at the {level} level, dark from {strong} percentage points; blue-green and +: the row is above "
    "the column; orange and \N{MINUS SIGN}: below. Without colour: no certain difference. Diagonal: the group's share "
    "in per cent.",
)
DASH = {
    False: Label("\N{EN DASH}: ingen i basis.", "\N{EN DASH}: nobody in the base."),
    True: Label(
        "\N{EN DASH}: undertrykt (få svar) eller ingen i basis.",
        "\N{EN DASH}: suppressed (few answers) or nobody in the base.",
    ),
}
"""What a dash means, without and with suppressed shares."""
DIFFER = Label("Adskiller sig: {pairs}", "Different: {pairs}")
PAIR = Label("{high} over {low}, {points} procentpoint", "{high} above {low}, {points} percentage points")
MORE = Label("og {count} flere", "and {count} more")
NAMED = 5
"""Pairs that the text alternative names."""


def pairs_figure(result: Comparisons, indicator: Indicator, lang: Lang) -> Figure:
    """
    Make the figure of every group beside every other.

    Raises
    ------
    ArgumentError
        If there are more groups than have room, or only one.
    """
    estimates, domain = result.estimates, result.estimates.domains[0]
    count = len(estimates.groups)
    if not 2 <= count <= MOST_GROUPS:
        raise ArgumentError("what", f"pairs of {count} groups have no figure; it takes 2 to {MOST_GROUPS} groups")
    shares = [share_mark(estimates, indicator, group) for (group,) in estimates.groups]
    order = ordered(shares, "given" if domain.ordered else "value")
    cells = pair_marks(result, indicator, [mark.group for mark in order])
    words = {each: _words(result, indicator, cells, order, each) for each in LANGUAGES}
    name = f"{indicator.name.replace('.', '_')}_by_{domain.name}_pairs"
    return Figure(name, "pairs", compared_data(cells), lang, words, "", method_label(result), PAIR_MATRIX)


def _words(
    result: Comparisons, indicator: Indicator, cells: Sequence[Compared], groups: Sequence[Compared], lang: Lang
) -> Words:
    estimates, table = result.estimates, result.table
    found = sorted((cell for cell in cells if cell.direction == "above"), key=lambda cell: -cell.difference)
    tested = int(table.loc[table["indicator"] == indicator.name, "p_adjusted"].notna().sum())
    headline = synthetic_first(_finding(result, indicator, found, tested, lang), result.is_synthetic, lang)
    key = KEY.text(lang).format(level=level_text(result, lang), strong=f"{100 * STRONG:.0f}")
    notes = [
        key,
        tests_text(result, family_size(result, indicator), lang),
        doubts_text(cells, lang),
        DASH[any(map(is_suppressed, groups))].text(lang) if any(group.share != group.share for group in groups) else "",
        dont_know_text(indicator.name, estimates, lang),
    ]
    standing = [standing_text("pairs", groups, lang)] if result.is_synthetic else []
    source = source_text(estimates, shown_n(estimates.row(indicator.name)["n"]), lang)
    subtitle = subtitle_text(estimates, indicator, lang)
    return Words(headline, subtitle, footer(notes, source, standing), _alt_text(headline, found, groups, lang))


def _finding(result: Comparisons, indicator: Indicator, found: Sequence[Compared], tested: int, lang: Lang) -> str:
    """Say how many pairs differ, where the adjusted test allows it; neutral where its findings are to be doubted."""
    subject = subject_label(result.estimates, indicator)
    certain = [cell for cell in found if not cell.is_doubted]
    if len(certain) == 1:
        high, low = _ends(certain[0], lang)
        return ONE_PAIR.text(lang).format(subject=subject.text(lang), high=high, low=low)
    if certain:
        return PAIRS.text(lang).format(subject=subject.text(lang), count=len(certain), tested=tested)
    if found or tested == 0:
        return by_text(subject, result.estimates, lang)
    return NO_PAIR.text(lang).format(subject=subject.text(lang))


def _ends(cell: Compared, lang: Lang) -> tuple[str, str]:
    high, low = cell.label(lang), cell.versus_da if lang == "da" else cell.versus_en
    return lower_first(high), lower_first(low)


def _alt_text(headline: str, found: Sequence[Compared], groups: Sequence[Compared], lang: Lang) -> str:
    sentences = [f"{KIND.text(lang)}. {headline}."]
    if found:
        pairs = []
        for cell in found[:NAMED]:
            high, low = _ends(cell, lang)
            pairs.append(PAIR.text(lang).format(high=high, low=low, points=points_text(cell.difference, lang)[1:]))
        pairs += [MORE.text(lang).format(count=len(found) - NAMED)] if len(found) > NAMED else []
        sentences.append(f"{DIFFER.text(lang).format(pairs='; '.join(pairs))}.")
    sentences += extremes_text(groups, lang)
    return " ".join(sentences)
