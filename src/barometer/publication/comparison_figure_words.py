"""The words of figures of comparisons: what a headline may say, what colours and numbers mean, how it was tested."""

import math
from collections.abc import Sequence

from barometer.analysis import Comparisons, Estimates, Sensitivity
from barometer.analysis.adjustment_words import by_correction
from barometer.analysis.comparison_words import FAMILIES, LEAST_SHOWN, TESTS
from barometer.analysis.differences import COMPARISON_NOTES
from barometer.analysis.suppression import SUPPRESSED
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import DONT_KNOW, Indicator, Label, Lang
from barometer.codebook.wording import lower_first
from barometer.publication.answer_set_words import SAME_ANSWER, SUBTITLE
from barometer.publication.compared import DOUBTED, Compared
from barometer.publication.drawn import Mark
from barometer.publication.figure import in_both_languages
from barometer.publication.words import with_interval

BY = Label("{subject} efter {by}", "{subject} by {by}")
NOBODY = Label("{subject} – ingen skiller sig sikkert ud fra {versus}", "{subject} – nobody stands out from {versus}")
ONE_SIDE = {
    "above": Label("{subject} – {groups} ligger over {versus}", "{subject} – {groups} above {versus}"),
    "below": Label("{subject} – {groups} ligger under {versus}", "{subject} – {groups} below {versus}"),
}
BOTH_SIDES = Label(
    "{subject} – {above} ligger over {versus}, {below} under", "{subject} – {above} above {versus}, {below} below"
)
AND = Label("{first} og {second}", "{first} and {second}")
GROUPS = Label("{count} grupper", "{count} groups")
NAMED = 2
"""Groups that a headline names on each side."""
VERSUS = {"all": Label("alle", "all"), "rest": Label("resten", "the rest")}
QUOTED = Label("»{label}«", "“{label}”")
COLOURS = Label(
    "Farve: forskel fra {versus} på {level}-niveau; grå: ingen sikker forskel.",
    "Colour: different from {versus} at the {level} level; grey: no certain difference.",
)
POINTS = Label(
    "Forskel og mindst (intervallets ende nærmest nul) i procentpoint.",
    "Difference and at least (near end of its interval) in percentage points.",
)
UNKNOWN = Label(
    "Over eller under uden tal: hvor meget vides ikke.", "Above or below without a number: by how much is not known."
)
STROKES = Label("Streger på tværs: andelen i resten.", "Upright strokes: the share of the rest.")
TESTED = Label("t-test{of}, {adjustment} ({count}).", "t tests{of}, {adjustment} ({count}).")
OF_TEST = Label(" af {test}", " of {test}")
ADJUSTED = by_correction(
    Label(
        "p efter {correction}, samtidige intervaller efter Bonferroni, over {family}",
        "p by {correction}, simultaneous intervals by Bonferroni, over {family}",
    ),
    Label("hverken p eller intervaller er justeret", "neither p nor intervals are adjusted"),
)
DOUBTS = Label(
    "Hul og farvet: få svar af den sjældne slags, testen finder for meget.",
    "Hollow and coloured: few answers of the rarer kind, the test finds too much.",
)
HIGHEST = Label("Højest: {top}; lavest: {bottom}", "Highest: {top}; lowest: {bottom}")
UNTESTED = Label("Ikke testet: {groups}.", "Not tested: {groups}.")


def subject_label(estimates: Estimates | Sensitivity, indicator: Indicator) -> Label:
    """Name an indicator in a headline; the yes of a question is the question itself."""
    return estimates.codebook.question(indicator.question).title if _is_yes(indicator) else indicator.label


def subtitle_text(estimates: Estimates | Sensitivity, indicator: Indicator, lang: Lang) -> str:
    """Say what is counted, of whom, when; with the family where the headline leaves it out."""
    book, family = estimates.codebook, ""
    if indicator.family and not _is_yes(indicator):
        family = book.family_label(indicator.family).text(lang)
    base = book.base(indicator.base).label.text(lang)
    subtitle = (SAME_ANSWER if family else SUBTITLE).text(lang)
    return subtitle.format(answer=family, base=base, period=estimates.method.period)


def _is_yes(indicator: Indicator) -> bool:
    return indicator.question != "" and indicator.name == f"{indicator.question}.yes"


def versus_text(result: Comparisons, lang: Lang) -> str:
    """Name what groups are compared with, for the middle of a sentence."""
    if result.method.versus is None:
        return VERSUS[result.method.against].text(lang)
    return QUOTED.text(lang).format(label=result.method.versus.text(lang))


def finding(result: Comparisons, subject: Label, groups: Sequence[Compared], lang: Lang) -> str:
    """Say who stands out, where the adjusted test allows it; neutral where its findings are to be doubted."""
    versus, said = versus_text(result, lang), {"subject": subject.text(lang)}
    sides = {side: [m for m in groups if m.is_certain and m.direction == side] for side in ("above", "below")}
    named = {side: _named(marks, lang) for side, marks in sides.items() if marks}
    if len(named) == 2:
        return BOTH_SIDES.text(lang).format(**said, **named, versus=versus)
    if named:
        (side, text), *_ = named.items()
        return ONE_SIDE[side].text(lang).format(**said, groups=text, versus=versus)
    doubted = any(mark.direction for mark in groups) or not any(mark.is_tested for mark in groups)
    if doubted:
        return by_text(subject, result.estimates, lang)
    return NOBODY.text(lang).format(**said, versus=versus)


def by_text(subject: Label, estimates: Estimates, lang: Lang) -> str:
    """Return the neutral headline."""
    by = lower_first(estimates.domains[0].label.text(lang))
    return BY.text(lang).format(subject=subject.text(lang), by=by)


def _named(marks: Sequence[Compared], lang: Lang) -> str:
    if len(marks) > NAMED:
        return GROUPS.text(lang).format(count=len(marks))
    names = [lower_first(mark.label(lang)) for mark in marks]
    return names[0] if len(names) == 1 else AND.text(lang).format(first=names[0], second=names[1])


def level_text(result: Comparisons, lang: Lang) -> str:
    """Write the level of the tests."""
    level = 1.0 - result.method.confidence
    decimals = len(f"{100.0 * level:.6g}".partition(".")[2])
    return per_cent(level, lang, decimals)


def colours_text(result: Comparisons, lang: Lang) -> str:
    """Say what the colours mean."""
    return COLOURS.text(lang).format(versus=versus_text(result, lang), level=level_text(result, lang))


def tests_text(result: Comparisons, count: int, lang: Lang) -> str:
    """Say how it was tested, and what was adjusted together."""
    method = result.method
    adjustment = ADJUSTED[method.adjustment].text(lang).format(family=FAMILIES[method.family].text(lang))
    of = "" if method.test == "difference" else OF_TEST.text(lang).format(test=TESTS[method.test].text(lang))
    return TESTED.text(lang).format(of=of, adjustment=adjustment, count=count)


def points_note(groups: Sequence[Compared], lang: Lang) -> str:
    """Say what the columns of differences are in."""
    unknown = any(mark.direction and mark.at_least < LEAST_SHOWN for mark in groups)
    return " ".join([POINTS.text(lang), *([UNKNOWN.text(lang)] if unknown else [])])


def doubts_text(groups: Sequence[Compared], lang: Lang) -> str:
    """Say what hollow findings are, where there are any."""
    return DOUBTS.text(lang) if any(mark.is_doubted for mark in groups) else ""


def untested_text(groups: Sequence[Compared], lang: Lang) -> str:
    """Say who was not tested, and why; what is suppressed says so in its row."""
    told = [
        f"{mark.label(lang)} ({lower_first(COMPARISON_NOTES[mark.note].text(lang))})"
        for mark in groups
        if not mark.is_tested and mark.note not in ("", DOUBTED, SUPPRESSED)
    ]
    return UNTESTED.text(lang).format(groups=", ".join(told)) if told else ""


def dont_know_text(indicator: str, estimates: Estimates, lang: Lang) -> str:
    """Say what became of don't know."""
    return f"{DONT_KNOW[estimates.row(indicator)['dont_know']].text(lang)}."


def method_label(result: Comparisons) -> Label:
    """Say how shares and comparisons were made."""
    return in_both_languages(lambda lang: f"{result.estimates.method.text(lang)} {result.method.text(lang)}")


def family_size(result: Comparisons, indicator: Indicator) -> int:
    """Count the tests that were adjusted together."""
    table = result.table
    sizes = table.loc[(table["indicator"] == indicator.name) & table["p_adjusted"].notna(), "family_size"]
    return int(sizes.max()) if len(sizes) else 0


def extremes_text(groups: Sequence[Mark], lang: Lang) -> list[str]:
    """Name the highest and the lowest share, where there are two."""
    known = [mark for mark in groups if not math.isnan(mark.share)]
    if len(known) < 2:
        return []
    top, bottom = (pick(known, key=lambda mark: mark.share) for pick in (max, min))
    return [f"{HIGHEST.text(lang).format(top=with_interval(top, lang), bottom=with_interval(bottom, lang))}."]
