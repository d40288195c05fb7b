"""Figures of a change taken apart: the numbers drawn, the words around them."""

from collections.abc import Hashable, Mapping
from typing import Any

from barometer.analysis.combinations import LANGUAGES
from barometer.analysis.decomposition import FOLDS, Decomposition
from barometer.analysis.decomposition_words import CELL_NOTES, PART_LABELS, lent_text, outside_text
from barometer.analysis.suppression import SUPPRESSED
from barometer.analysis.trend_words import SAMPLES, signed
from barometer.analysis.wording import full_label
from barometer.codebook.comparability import VERDICTS
from barometer.codebook.numbers import integer, per_cent
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.codebook.wording import lower_first
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC
from barometer.publication.change_bars import CHANGES, changes_data
from barometer.publication.drawn import Mark
from barometer.publication.figure import Figure
from barometer.publication.style import THIN_N
from barometer.publication.trend_words import ASSUMED_DESIGN, source_of_waves
from barometer.publication.words import ASSUMED, Words, footer, synthetic_first

KIND = Label("Søjlediagram over en ændring og dens dele", "Bar chart of a change and its parts")
MOVED = {
    True: Label(
        "{subject} – steget {points} procentpoint fra {first} til {second}",
        "{subject} – up {points} percentage points from {first} to {second}",
    ),
    False: Label(
        "{subject} – faldet {points} procentpoint fra {first} til {second}",
        "{subject} – down {points} percentage points from {first} to {second}",
    ),
}
MOSTLY = {
    "behaviour": Label(", mest ved ændret adfærd", ", mostly by changed behaviour"),
    "mix": Label(", mest ved ændret sammensætning", ", mostly by a changed mix"),
}
NEUTRAL = Label(
    "{subject} – ændringen fra {first} til {second} i dele",
    "{subject} – the change from {first} to {second} in parts",
)
SUBTITLE = Label("Ændring i andelen af {base}, delt efter {by}", "Change of the share of {base}, taken apart by {by}")
MEANING = Label(
    "Sammensætning: andre arbejdspladser i basis. Adfærd: andre andele inden for samme celle, uanset hvorfor.",
    "Mix: other workplaces in the base. Behaviour: other shares within the same cell, for whatever reason.",
)
LINES = Label(
    "Linjer: {confidence}-konfidensinterval{of}. Grøn: klart op; orange: klart ned; grå: ikke sikkert forskellig fra "
    "nul (t-test, hver for sig).",
    "Lines: {confidence} confidence interval{of}. Green: clearly up; orange: clearly down; grey: not clearly different "
    "from zero (t-tests, each on its own).",
)


def decomposition_figure(found: Decomposition, lang: Lang) -> Figure:
    """
    Make the figure of a change, and of the parts that add up to it.

    Raises
    ------
    ArgumentError
        If the change is suppressed.
    """
    if found.table["note"].eq(SUPPRESSED).all():
        raise ArgumentError("what", "has no figure: the share of all is suppressed (few answers), and so is its change")
    rows = {str(row["part"]): row for row in found.table.to_dict("records")}
    n = sum(found.n)
    marks = [_mark(found, rows[name], n) for name in ("change", *FOLDS[found.parts])]
    words = {each: _words(found, rows, marks, each) for each in LANGUAGES}
    name = f"{found.indicator.name.replace('.', '_')}_{'_'.join(d.name for d in found.domains)}_change"
    method = SAMPLES["overlapping" if found.overlapping else "independent"]
    return Figure(name, "changes", changes_data(marks), lang, words, "", method, CHANGES)


def _mark(found: Decomposition, row: Mapping[Hashable, Any], n: int) -> Mark:
    part = str(row["part"])
    change, low, high = (float(row[name]) for name in ("estimate", "ci_low", "ci_high"))
    return Mark(
        found.indicator.name,
        part,
        PART_LABELS[part].da,
        PART_LABELS[part].en,
        change,
        low,
        high,
        n,
        "main" if part == "change" else "part",
        "assumed" if found.is_synthetic else "delivery",
        n < THIN_N,
    )


def _words(found: Decomposition, rows: Mapping[str, Mapping[Hashable, Any]], marks: list[Mark], lang: Lang) -> Words:
    headline = synthetic_first(_headline(found, rows, lang), found.is_synthetic, lang)
    by = " x ".join(domain.label.text(lang).lower() for domain in found.domains)
    base = found.codebook.base(found.indicator.base).label.text(lang)
    of = ASSUMED_DESIGN.text(lang) if found.is_synthetic else ""
    waves = (found.comparability[0].first, found.comparability[0].second)
    paragraphs = footer(
        [
            MEANING.text(lang),
            f"{DONT_KNOW[found.indicator.dont_know].text(lang)}.",
            LINES.text(lang).format(confidence=per_cent(found.confidence, lang), of=of),
            *_reservations(found, rows, lang),
        ],
        source_of_waves(
            dict.fromkeys(waves, found.codebook),
            [integer(n, lang) for n in found.n],
            is_synthetic=found.is_synthetic,
            lang=lang,
        ),
        [f"{SYNTHETIC.text(lang)}.", ASSUMED["bars"].text(lang)] if found.is_synthetic else [],
    )
    told = "; ".join(_with_interval(mark, lang) for mark in marks)
    alt_text = f"{KIND.text(lang)}. {headline}. {told}."
    return Words(headline, SUBTITLE.text(lang).format(base=base, by=by), paragraphs, alt_text)


def _headline(found: Decomposition, rows: Mapping[str, Mapping[Hashable, Any]], lang: Lang) -> str:
    """Say what changed where its test allows, and which part was larger where their intervals are apart."""
    facts = {
        "subject": full_label(found.codebook, found.indicator).text(lang),
        "first": found.periods[0],
        "second": found.periods[1],
    }
    change = rows["change"]
    clear = change["ci_low"] > 0.0 or change["ci_high"] < 0.0
    if not clear or found.comparable != "comparable":
        return NEUTRAL.text(lang).format(**facts)
    up = change["estimate"] > 0.0
    points = signed(abs(change["estimate"]), lang).lstrip("+")
    return MOVED[up].text(lang).format(points=points, **facts) + _mostly(found, rows, up, lang)


def _mostly(found: Decomposition, rows: Mapping[str, Mapping[Hashable, Any]], up: bool, lang: Lang) -> str:
    if found.parts != "twofold":
        return ""
    for name, other in (("behaviour", "mix"), ("mix", "behaviour")):
        larger, smaller = rows[name], rows[other]
        apart = larger["ci_low"] > smaller["ci_high"] if up else larger["ci_high"] < smaller["ci_low"]
        if apart and (larger["ci_low"] > 0.0 if up else larger["ci_high"] < 0.0):
            return MOSTLY[name].text(lang)
    return ""


def _reservations(found: Decomposition, rows: Mapping[str, Mapping[Hashable, Any]], lang: Lang) -> list[str]:
    """Say what is different between the waves, which cells only one has, and what has no interval."""
    said = []
    if found.comparable == "break":
        reasons = dict.fromkeys(reason.text(lang) for each in found.comparability for reason in each.reasons)
        said.append(f"{VERDICTS['break'].text(lang).capitalize()}: {' '.join(reasons)}")
    said += [text for text in (lent_text(found.cells, lang), outside_text(found.outside, lang)) if text]
    for part, row in rows.items():
        if row["note"]:
            said.append(f"{PART_LABELS[part].text(lang)}: {lower_first(CELL_NOTES[row['note']].text(lang))}.")
    return said


def _with_interval(mark: Mark, lang: Lang) -> str:
    text = f"{mark.label(lang)} {signed(mark.share, lang)}"
    if mark.ci_low != mark.ci_low:
        return text
    to = Label("til", "to").text(lang)
    return f"{text} ({signed(mark.ci_low, lang)} {to} {signed(mark.ci_high, lang)})"
