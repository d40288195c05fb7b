"""The words of figures of bounds: what a statement survives, what the rows are, and the sentence below them."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from barometer.analysis import Sensitivity
from barometer.analysis.estimates import TOTAL
from barometer.analysis.sensitivity_words import NOTES, statement_text
from barometer.analysis.tables import domain_label, group_label
from barometer.codebook.numbers import integer, per_cent
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.publication.bounds import Bound, axis_window, is_cut, plain_points, range_text, value_text
from barometer.publication.comparison_figure_words import subject_label, subtitle_text
from barometer.publication.words import Words, footer, source_text, standing_text, synthetic_first, thin_text

KIND = Label(
    "Intervaldiagram over det, bortfaldet kan ændre", "Interval chart of what those who did not answer could change"
)
TIPS = Label(
    "{subject} – »{statement}« holder ikke længere, hvis de, der ikke har svaret, afviger {tip} procentpoint{sampling}",
    "{subject} – “{statement}” no longer holds if those who did not answer differ by {tip} percentage points{sampling}",
)
SAMPLING = Label(" ({tip} med stikprøveusikkerhed)", " ({tip} with sampling error)")
UNSURE = Label(
    "{subject} – »{statement}« er usikkert alene på grund af stikprøven",
    "{subject} – “{statement}” is uncertain because of sampling error alone",
)
NEVER = Label(
    "{subject} – »{statement}« holder, hvad de, der ikke har svaret, end ville have sagt",
    "{subject} – “{statement}” holds whatever those who did not answer would have said",
)
NOT_HELD = Label(
    "{subject} – »{statement}« holder ikke, som det står", "{subject} – “{statement}” does not hold as it stands"
)
RANGE = Label(
    "{subject} – {range}, hvis de, der ikke har svaret, afviger højst {delta} procentpoint",
    "{subject} – {range} if those who did not answer differ by at most {delta} percentage points",
)
POINTS = Label("{range} procentpoint", "{range} percentage points")
GROUPS_HOLD = Label(
    "{subject} – »{statement}« holder i {held} grupper, hvis de, der ikke har svaret, afviger højst {delta} "
    "procentpoint",
    "{subject} – “{statement}” holds in {held} groups if those who did not answer differ by at most {delta} percentage "
    "points",
)
SOME = Label("{held} af {all}", "{held} of {all}")
ALL = Label("alle {all}", "all {all}")
NONE = Label("ingen af de {all}", "none of the {all}")
GROUPS = Label(
    "{subject} efter {domain}, hvis de, der ikke har svaret, afviger",
    "{subject} by {domain} if those who did not answer differ",
)
MISSING = Label("{missing} svarede ikke", "{missing} did not answer")
LESS = Label("Forskel i procentpoint: {group}", "Difference in percentage points: {group}")
ROWS = Label(
    "Bånd: grænser, når de afviger fra det, vægtene antager; tynde linjer: med {confidence} stikprøveusikkerhed "
    "(Imbens og Manski). Stikprøve og bortfald i ét: normalfordelt afvigelse, standardafvigelse {spread} procentpoint.",
    "Bands: bounds if they differ from what the weights assume; thin lines: with {confidence} sampling error (Imbens "
    "and Manski). Sampling and non-response in one: normal difference, standard deviation {spread} percentage points.",
)
RINGS = Label("Ringe: her vælter udsagnet.", "Rings: here the statement tips.")
LAYERS = Label(
    "Prik og streg: andel med {confidence}-stikprøveinterval; bånd: grænser, når de, der ikke har svaret, afviger "
    "højst {delta} procentpoint fra det, vægtene antager; linje ud over båndet: med stikprøveusikkerhed (Imbens og "
    "Manski); grå: hvad de end ville have svaret.",
    "Dot and stroke: share with {confidence} sampling interval; band: bounds if those who did not answer differ by at "
    "most {delta} percentage points from what the weights assume; line beyond the band: with sampling error (Imbens "
    "and Manski); grey: whatever they would have said.",
)
TIPS_AT = Label(
    "Vælter ved: afvigelse i procentpoint, hvor udsagnet ikke længere holder.",
    "Tips at: difference in percentage points at which the statement no longer holds.",
)
FAILS = Label(
    "Ravgult: udsagnet holder ikke over hele rækken.", "Amber: the statement does not hold all along the row."
)
ARROWS = Label("Pile: videre end aksen.", "Arrows: beyond the axis.")
ESTIMATE = Label("Estimat {share} ({ends})", "Estimate {share} ({ends})")
WIDENS = Label(
    "Grænserne går fra {first} ved højst {small} til {last} ved højst {large} procentpoint",
    "The bounds go from {first} at {small} to {last} at {large} percentage points at most",
)
EXTREMES = Label(
    "Lavest og højest, hvad de end ville have svaret: {worst}",
    "Lowest and highest, whatever they would have said: {worst}",
)
COMBINED = Label("Stikprøve og bortfald i ét: {both}", "Sampling and non-response in one: {both}")
HIGHEST = Label("Højest: {top}; lavest: {bottom}", "Highest: {top}; lowest: {bottom}")
WITH_BOUNDS = Label("{label}, {share} (grænser {bounds})", "{label}, {share} (bounds {bounds})")
Facts = Mapping[Hashable, Any]


def one_row_words(found: Sensitivity, marks: Sequence[Bound], lang: Lang) -> Words:
    """Write the words around the steps of one share or difference."""
    row = found.table.iloc[0].to_dict()
    headline = synthetic_first(_finding(found, row, lang), found.is_synthetic, lang)
    differs = marks[0].measure == "points"
    rest = (
        LESS.text(lang).format(group=group_label(found.codebook, row["domain"], row["group"], lang))
        if differs
        else MISSING.text(lang).format(missing=per_cent(1.0 - row["response_rate"], lang))
    )
    rings = any(mark.kind in ("tip", "tip_sampling") for mark in marks)
    rows = ROWS.text(lang).format(
        confidence=per_cent(found.method.confidence, lang), spread=plain_points(found.delta / 2.0, lang)
    )
    notes = [rows, *([RINGS.text(lang)] if rings else []), *_fails(marks, lang)]
    return _words(found, marks, headline, rest, notes, _one_alt(marks, lang), lang)


def bound_words(found: Sensitivity, marks: Sequence[Bound], lang: Lang) -> Words:
    """Write the words around one row per group."""
    indicator = found.codebook.indicator(marks[0].indicator)
    facts = {
        "subject": subject_label(found, indicator).text(lang),
        "statement": statement_text(found.table.iloc[0].to_dict(), "", lang),
        "domain": domain_label(found.codebook, str(found.table["domain"].iloc[-1]), lang).lower(),
        "delta": plain_points(found.delta, lang),
        "held": _how_many(sum(mark.holds for mark in marks[1:]), len(marks) - 1, lang),
    }
    stated = bool(facts["statement"])
    finding = (GROUPS_HOLD if stated else GROUPS).text(lang).format(**facts)
    headline = synthetic_first(finding, found.is_synthetic, lang)
    missing = per_cent(1.0 - found.table["response_rate"].iloc[0], lang)
    layers = LAYERS.text(lang).format(confidence=per_cent(found.method.confidence, lang), delta=facts["delta"])
    notes = [layers, *([TIPS_AT.text(lang)] if stated else []), *_fails(marks, lang)]
    rest = MISSING.text(lang).format(missing=missing)
    return _words(found, marks, headline, rest, notes, _groups_alt(marks, lang), lang)


def _words(
    found: Sensitivity,
    marks: Sequence[Bound],
    headline: str,
    rest: str,
    notes: Sequence[str],
    alt: Sequence[str],
    lang: Lang,
) -> Words:
    """Put the words together, with what stands under every figure of bounds."""
    indicator = found.codebook.indicator(marks[0].indicator)
    assumed = [NOTES[code].text(lang) for code in dict.fromkeys(found.table["note"]) if code]
    moved = [step.text(lang) for step in found.method.weighting]
    rule = DONT_KNOW[indicator.dont_know].text(lang)
    dots = [mark for mark in marks if mark.kind in ("sampling", "group")]
    standing = [standing_text("domains", dots, lang)] if found.is_synthetic else []
    arrows = [ARROWS.text(lang)] if any(is_cut(mark, axis_window(marks)) for mark in marks) else []
    explained = [f"{rule}.", *notes, *arrows, *(f"{note}." for note in assumed), *moved]
    tail = footer(explained, source_text(found, int(marks[0].n), lang), [*standing, *thin_text(dots, lang)])
    return Words(
        headline,
        f"{subtitle_text(found, indicator, lang)}. {rest}",
        (found.text(lang), *tail),
        " ".join(f"{part}." for part in (KIND.text(lang), headline, *alt)),
    )


def _finding(found: Sensitivity, row: Facts, lang: Lang) -> str:
    """Say what the statement survives; without one, between what the bounds lie."""
    indicator = found.codebook.indicator(row["indicator"])
    label = "" if row["domain"] == TOTAL else group_label(found.codebook, row["domain"], row["group"], lang)
    facts = {"subject": subject_label(found, indicator).text(lang), "statement": statement_text(row, label, lang)}
    if row["note_tip"] == "no_statement":
        ends = range_text(row["low"], row["high"], "share", lang)
        return RANGE.text(lang).format(**facts, range=ends, delta=plain_points(found.delta, lang))
    if row["note_tip"] != "tips":
        return (NEVER if row["note_tip"] == "never" else NOT_HELD).text(lang).format(**facts)
    if row["note_tip_sampling"] == "not_held":
        return UNSURE.text(lang).format(**facts)
    sampled = SAMPLING.text(lang).format(tip=plain_points(row["tip_sampling"], lang))
    said = sampled if row["note_tip_sampling"] == "tips" else ""
    return TIPS.text(lang).format(**facts, tip=plain_points(row["tip"], lang), sampling=said)


def _how_many(held: int, groups: int, lang: Lang) -> str:
    words = NONE if held == 0 else ALL if held == groups else SOME
    return words.text(lang).format(held=integer(held, lang), all=integer(groups, lang))


def _fails(marks: Sequence[Bound], lang: Lang) -> list[str]:
    return [] if all(mark.holds for mark in marks) else [FAILS.text(lang)]


def _one_alt(marks: Sequence[Bound], lang: Lang) -> list[str]:
    """Say the estimate, how the bounds change with delta, the one interval and the worst case."""
    first, measure = marks[0], marks[0].measure
    steps = [mark for mark in marks if not math.isnan(mark.bound_low)]
    ends = "" if math.isnan(first.ci_low) else range_text(first.ci_low, first.ci_high, measure, lang)
    estimate = ESTIMATE.text(lang).format(share=value_text(first.share, measure, lang), ends=ends)
    widens = WIDENS.text(lang).format(
        first=range_text(steps[0].bound_low, steps[0].bound_high, measure, lang),
        small=plain_points(steps[0].delta, lang),
        last=range_text(steps[-1].bound_low, steps[-1].bound_high, measure, lang),
        large=plain_points(steps[-1].delta, lang),
    )
    mixture, worst = marks[-2], marks[-1]
    both = COMBINED.text(lang).format(both=range_text(mixture.ci_low, mixture.ci_high, measure, lang))
    extremes = EXTREMES.text(lang).format(worst=range_text(worst.worst_low, worst.worst_high, measure, lang))
    return [estimate if ends else estimate.removesuffix(" ()"), widens, both, extremes]


def _groups_alt(marks: Sequence[Bound], lang: Lang) -> list[str]:
    """Say the whole, and the groups that are highest and lowest, with their bounds."""
    top, bottom = (pick(marks[1:], key=lambda mark: mark.share) for pick in (max, min))
    named = {"top": _with_bounds(top, lang), "bottom": _with_bounds(bottom, lang)}
    return [_with_bounds(marks[0], lang), HIGHEST.text(lang).format(**named)]


def _with_bounds(mark: Bound, lang: Lang) -> str:
    bounds = range_text(mark.bound_low, mark.bound_high, mark.measure, lang)
    share = value_text(mark.share, mark.measure, lang)
    return WITH_BOUNDS.text(lang).format(label=mark.label(lang), share=share, bounds=bounds)
