"""The words of a figure: headline, subtitle, footer and text alternative, from the record and the numbers drawn."""

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol

import pandas as pd

from barometer.analysis import Estimates, Method, Model, ModelMargins, Reweighting, Sensitivity
from barometer.analysis.estimates import TOTAL
from barometer.analysis.model_table import ModelFacts
from barometer.codebook.numbers import interval, per_cent
from barometer.codebook.published import FigureRecord, Headline
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.codebook.wording import lower_first
from barometer.microdata import SYNTHETIC
from barometer.publication.battery_rows import left_out_text
from barometer.publication.drawn import Mark, Result, to_marks
from barometer.publication.gaps import gap, gaps_text, is_suppressed, written_n
from barometer.publication.share_axes import share_window

KINDS = {
    "union": Label("Søjlediagram over en sammensat andel og dens dele", "Bar chart of a composite share and its parts"),
    "bars": Label("Søjlediagram", "Bar chart"),
    "domains": Label("Prikdiagram over grupper sammenlignet med alle", "Dot plot of groups beside the share of all"),
    "levels": Label("Prikdiagram over svar efter gruppe", "Dot plot of answers by group"),
    "battery": Label(
        "Søjlediagram med modsatte svar til hver sin side", "Bar chart of opposite answers to either side"
    ),
}
ASSUMED = {
    "domains": Label(
        "Ruder: intet tal er offentliggjort, de hviler på en antagelse.",
        "Diamonds: no number was published, they rest on an assumption.",
    ),
    "levels": Label(
        "Fede tal er offentliggjort; blege mærker hviler på en antagelse.",
        "Numbers in bold were published; pale marks rest on an assumption.",
    ),
    "bars": Label(
        "Stiplede søjler: intet tal er offentliggjort, de hviler på en antagelse.",
        "Dashed bars: no number was published, they rest on an assumption.",
    ),
}
"""How marks that stand for no published number are known, by kind; all others are bars."""
LINES = Label("Linjer: {confidence}-konfidensinterval.", "Lines: {confidence} confidence interval.")
SYNTHETIC_LINES = Label(
    "Linjer: {confidence}-konfidensinterval for det antagne design.",
    "Lines: {confidence} confidence interval of the assumed design.",
)
SOURCE = Label("Kilde: {edition}. n\u00a0=\u00a0{n}. {weighted}.", "Source: {edition}. n\u00a0=\u00a0{n}. {weighted}.")
FITTED_SOURCE = Label(
    "Kilde: syntetiske data, tilpasset {edition}. n\u00a0=\u00a0{n}. {weighted}.",
    "Source: synthetic data, fitted to the {edition}. n\u00a0=\u00a0{n}. {weighted}.",
)
SYNTHETIC_SOURCE = Label(
    "Kilde: syntetiske svar på skemaet fra {edition}. n\u00a0=\u00a0{n}. {weighted}.",
    "Source: synthetic answers to the questionnaire of {edition}. n\u00a0=\u00a0{n}. {weighted}.",
)
WEIGHTED = {True: Label("Vægtet", "Weighted"), False: Label("Uvægtet", "Unweighted")}
WIDEST = Label(
    "Længst fra hinanden: {row}, {high} {share} og {low} {other}.",
    "Furthest apart: {row}, {high} {share} and {low} {other}.",
)
STARTS = Label("Aksen\u00a0begynder\u00a0ved\u00a0{low}.", "The\u00a0axis\u00a0starts\u00a0at\u00a0{low}.")
IN_GROUPS = Label("Svar i grupperne: {groups}.", "Answers in the groups: {groups}.")
IN_PARTS = Label("i delene: {rule}", "in the parts: {rule}")
IN_MADE_GROUPS = Label("i grupperne: {rule}", "in the groups: {rule}")
OUTSIDE = Label(
    "»Alle« omfatter også {n} svar, der ikke er i nogen gruppe.", "“All” also has {n} answers that are in no group."
)
THIN = Label("Hule mærker: under 30 svar.", "Hollow marks: fewer than 30 answers.")


class Standing(Protocol):
    """What a footer asks of a mark."""

    @property
    def basis(self) -> str:
        """Whether it is synthetic and fitted to what was published, synthetic and assumed, or delivered."""

    @property
    def thin(self) -> bool:
        """Whether too few answers stand behind it for a full mark."""


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is written around the marks, in one language."""

    headline: str
    subtitle: str
    footer: tuple[str, ...]
    alt_text: str


def write_words(record: FigureRecord, estimates: Estimates, data: pd.DataFrame, lang: Lang) -> Words:
    """Write a figure's words so that they hold for the numbers drawn."""
    marks = to_marks(data)
    share = main_mark(marks).share
    known = not math.isnan(share)
    facts = {"share": per_cent(share, lang) if known else "\N{EN DASH}", "period": estimates.method.period}
    finding = _finding(record, marks, _claimed(estimates)) if known else record.neutral
    headline = synthetic_first(finding.text(lang).format(**facts), estimates.is_synthetic, lang)
    subtitle = record.subtitle.text(lang).format(**facts)
    sentences = [f"{KINDS[record.kind].text(lang)}. {headline}.", *_described(record, data, lang)]
    return Words(headline, subtitle, _footer(record, estimates, marks, lang), " ".join(sentences))


def synthetic_first(headline: str, is_synthetic: bool, lang: Lang) -> str:
    """Begin a headline with that the data are synthetic, where they are."""
    return (
        f"{Label('Syntetiske data', 'Synthetic data').text(lang)}: {lower_first(headline)}"
        if is_synthetic
        else headline
    )


def main_mark(marks: Sequence[Mark]) -> Mark:
    """Return the mark that a headline is about: the composite, the total, or the first."""
    return next((mark for mark in marks if mark.role in ("main", "total")), marks[0])


def _finding(record: FigureRecord, marks: Sequence[Mark], claimed: Set[str]) -> Label:
    """Choose the first headline that holds, and that more than an assumption speaks for."""
    sayable = (
        headline.label
        for headline in record.headlines
        if holds(headline, marks) and _is_founded(headline, marks, claimed)
    )
    return next(sayable, record.neutral)


def _claimed(estimates: Estimates) -> Set[str]:
    """Return the indicators of which something was published in this wave, be it in words."""
    claims = estimates.codebook.wave_claims(estimates.method.wave)
    return {claim.indicator for claim in claims if claim.check not in ("nothing", "impossible")}


def _is_founded(headline: Headline, marks: Sequence[Mark], claimed: Set[str]) -> bool:
    names = headline.when.split(":")[1:]
    about = [mark for mark in marks if mark.indicator in names] or [mark for mark in marks if mark.group in names]
    return not about or any(mark.basis != "assumed" or mark.indicator in claimed for mark in about)


def holds(headline: Headline, marks: Sequence[Mark]) -> bool:
    """Whether a headline may be said: what it compares must hold over the whole interval."""
    kind, *names = headline.when.split(":")
    if kind == "always":
        return True
    if kind in ("higher_in", "lower_in"):
        within = Headline(headline.label, ":".join([kind.removesuffix("_in"), *names[1:]]))
        return holds(within, [mark for mark in marks if mark.indicator == names[0]])
    named = {name: mark for mark in marks if mark.role != "total" for name in (mark.indicator, mark.group)}
    first = named.get(names[0])
    if first is None:
        return False
    if kind == "above":
        return first.ci_low > float(names[1]) / 100
    if kind == "below":
        return first.ci_high < float(names[1]) / 100
    if kind == "largest":
        other_side = {"left": "right", "right": "left"}.get(first.role)
        rivals = [mark for mark in marks if mark is not first and mark.role != other_side]
        return all(first.ci_low > mark.ci_high for mark in rivals)
    second = named.get(names[1])
    if second is None:
        return False
    return first.ci_low > second.ci_high if kind == "higher" else first.ci_high < second.ci_low


def _footer(record: FigureRecord, estimates: Estimates, marks: Sequence[Mark], lang: Lang) -> tuple[str, ...]:
    source = source_text(estimates, answers_behind(record, marks), lang)
    left_out = left_out_text(marks, lang) if record.kind == "battery" else ""
    starts = axis_text(marks, lang) if record.kind in ("domains", "levels") else ""
    return footer(
        (
            record.note.text(lang),
            _dont_know(record, estimates, lang),
            *_outside(record, marks, lang),
            left_out,
            lines_text(estimates.method, lang),
            starts,
        ),
        " ".join(filter(None, (source, groups_text(marks, lang) if record.kind != "domains" else ""))),
        (
            *([standing_text(record.kind, marks, lang)] if estimates.is_synthetic else []),
            *thin_text(marks, lang),
            *gaps_text(marks, lang),
        ),
    )


def footer(notes: Sequence[str], source: str, standing: Sequence[str]) -> tuple[str, ...]:
    """Put the sentences of a footer into paragraphs: what to know, where from, of what standing."""
    paragraphs = (notes, [source], standing)
    return tuple(" ".join(filter(None, sentences)) for sentences in paragraphs if sentences)


def lines_text(method: Method | ModelFacts, lang: Lang) -> str:
    """Say what the lines are."""
    lines = SYNTHETIC_LINES if method.is_synthetic else LINES
    return lines.text(lang).format(confidence=per_cent(method.confidence, lang))


def axis_text(marks: Sequence[Mark], lang: Lang) -> str:
    """Say where the axis of dots starts, unless that is zero."""
    low, _ = share_window(marks)
    return STARTS.text(lang).format(low=per_cent(low, lang)) if low > 0.0 else ""


def groups_text(marks: Sequence[Mark], lang: Lang) -> str:
    """Say how many answers each group has, where all its marks have as many; empty without groups."""
    counts: dict[str, set[int]] = {}
    labels = {mark.group: mark.label(lang) for mark in marks if mark.group != TOTAL}
    for mark in marks:
        counts.setdefault(mark.group, set()).add(mark.n)
    if len(labels) < 2 or any(len(counts[group]) > 1 for group in labels):
        return ""
    groups = [f"{lower_first(label)} {written_n(min(counts[group]), lang)}" for group, label in labels.items()]
    return IN_GROUPS.text(lang).format(groups="; ".join(groups))


def thin_text(marks: Sequence[Standing], lang: Lang) -> list[str]:
    """Say what hollow marks are, where there are any."""
    return [THIN.text(lang)] if any(mark.thin for mark in marks) else []


def source_text(result: Result | Model | ModelMargins | Reweighting | Sensitivity, n: int, lang: Lang) -> str:
    """Say where the answers come from and how many they are; synthetic ones are fitted to claims, if there are any."""
    method, book = result.method, result.codebook
    if not method.is_synthetic:
        source = SOURCE
    else:
        source = FITTED_SOURCE if any(claim.fitted for claim in book.wave_claims(method.wave)) else SYNTHETIC_SOURCE
    return source.text(lang).format(
        edition=f"{book.wave(method.wave).label.text(lang)}, {method.period}",
        n=written_n(n, lang),
        weighted=WEIGHTED[method.weighted].text(lang),
    )


def answers_behind(record: FigureRecord, marks: Sequence[Mark]) -> int:
    """
    Return how many answers a figure rests on: those in its groups, or in its base.

    Parameters
    ----------
    record : FigureRecord
    marks : sequence of Mark
        Of its data.
    """
    if record.by:
        return sum(max(mark.n, 0) for mark in marks if mark.role != "total" and mark.indicator == marks[0].indicator)
    return main_mark(marks).n


def _dont_know(record: FigureRecord, estimates: Estimates, lang: Lang) -> str:
    """Say what happens to don't know: in the main number, and where it is another rule in the parts and groups."""
    main, *others = dict.fromkeys(estimates.table["dont_know"])
    said = [DONT_KNOW[main].text(lang)]
    said += [IN_PARTS.text(lang).format(rule=DONT_KNOW[rule].text(lang)) for rule in others]
    by = estimates.domains[0].dont_know if record.by else None
    if by and by != main:
        said.append(IN_MADE_GROUPS.text(lang).format(rule=DONT_KNOW[by].text(lang)))
    return "; ".join(said) + "."


def _outside(record: FigureRecord, marks: Sequence[Mark], lang: Lang) -> list[str]:
    """Say how many answers the share of all has that are in no group, where there are any."""
    total = next((mark.n for mark in marks if mark.role == "total"), 0)
    outside = total - answers_behind(record, marks)
    hidden = any(is_suppressed(mark) for mark in marks)
    return [] if outside <= 0 or hidden or not record.by else [OUTSIDE.text(lang).format(n=written_n(outside, lang))]


def standing_text(kind: str, marks: Sequence[Standing], lang: Lang) -> str:
    """Say that the data are synthetic, and which marks stand for no published number."""
    assumed = [mark.basis == "assumed" for mark in marks]
    if all(assumed):
        note = Label(
            "Intet af tallene er offentliggjort; de hviler på en antagelse.",
            "None of the numbers was published; they rest on an assumption.",
        )
    elif not any(assumed):
        return f"{SYNTHETIC.text(lang)}."
    else:
        note = ASSUMED.get(kind, ASSUMED["bars"])
    return f"{SYNTHETIC.text(lang)}. {note.text(lang)}"


def _described(record: FigureRecord, data: pd.DataFrame, lang: Lang) -> list[str]:
    """Say what the marks show: the main share, the highest and the lowest, of several series those of each."""
    marks = to_marks(data)
    if record.kind == "battery":
        return _series_text(data[f"answer_{lang}"].tolist(), marks, lang)
    if record.kind == "levels":
        answers = zip(marks, data["answer_da"], data["answer_en"], strict=True)
        rows = [replace(mark, label_da=da, label_en=en) for mark, da, en in answers]
        return [*_series_text([mark.label(lang) for mark in marks], rows, lang), *widest_text(marks, rows, lang)]
    main = [f"{with_interval(mark, lang)}." for mark in marks if mark.role in ("main", "total")]
    return main + _extremes_text([mark for mark in marks if mark.role in ("part", "plain")], lang)


def _series_text(names: Sequence[str], marks: Sequence[Mark], lang: Lang) -> list[str]:
    """Name the highest and the lowest mark of each series."""
    series: dict[str, list[Mark]] = {}
    for name, mark in zip(names, marks, strict=True):
        series.setdefault(name, []).append(mark)
    return [
        f"{name} \N{EN DASH} {lower_first(text)}" for name, own in series.items() for text in _extremes_text(own, lang)
    ]


def _extremes_text(marks: Sequence[Mark], lang: Lang) -> list[str]:
    known = [mark for mark in marks if not math.isnan(mark.share)]
    if len(known) < 2:
        return []
    top, bottom = max(known, key=lambda mark: mark.share), min(known, key=lambda mark: mark.share)
    if per_cent(top.share, lang) == per_cent(bottom.share, lang):
        return [f"{Label('Alle omkring', 'All about').text(lang)} {per_cent(top.share, lang)}."]
    highest, lowest = Label("Højest", "Highest").text(lang), Label("lavest", "lowest").text(lang)
    return [f"{highest}: {with_interval(top, lang)}; {lowest}: {with_interval(bottom, lang)}."]


def widest_text(marks: Sequence[Mark], rows: Sequence[Mark], lang: Lang) -> list[str]:
    """
    Name the row in which two groups lie furthest apart, with both shares.

    Parameters
    ----------
    marks : sequence of Mark
        Labelled as their groups.
    rows : sequence of Mark
        The same, labelled as their rows.
    lang : {"da", "en"}
    """
    spans: dict[str, list[tuple[Mark, Mark]]] = {}
    for mark, row in zip(marks, rows, strict=True):
        if not math.isnan(mark.share):
            spans.setdefault(mark.indicator, []).append((mark, row))
    ends = [
        (max(found, key=lambda pair: pair[0].share), min(found, key=lambda pair: pair[0].share))
        for found in spans.values()
        if len(found) > 1
    ]
    if not ends:
        return []
    high, low = max(ends, key=lambda pair: pair[0][0].share - pair[1][0].share)
    facts = {"row": lower_first(high[1].label(lang)), "high": lower_first(high[0].label(lang))}
    facts |= {"low": lower_first(low[0].label(lang)), "share": per_cent(high[0].share, lang)}
    return [WIDEST.text(lang).format(other=per_cent(low[0].share, lang), **facts)]


def with_interval(mark: Mark, lang: Lang) -> str:
    """Write a mark's label, share and interval; where there is none, why."""
    if math.isnan(mark.share):
        return f"{mark.label(lang)}, {gap(mark).text(lang)}"
    text = f"{mark.label(lang)}, {per_cent(mark.share, lang)}"
    return text if math.isnan(mark.ci_low) else f"{text} ({interval(mark.ci_low, mark.ci_high, lang)})"
