"""Figures of answers that were given together: the numbers drawn, the words around them."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from barometer.analysis import Overlaps, Parts
from barometer.analysis.combinations import LANGUAGES, NONE, NONE_LABEL, OTHER, OTHER_LABEL, combination_label
from barometer.analysis.estimates import TOTAL
from barometer.analysis.suppression import SUPPRESSED
from barometer.codebook.numbers import integer, per_cent
from barometer.codebook.records import Label, Lang
from barometer.errors import ArgumentError
from barometer.publication.answer_set_words import question_title, write_answer_words
from barometer.publication.drawn import (
    Basis,
    Mark,
    Role,
    ordered,
    share_basis,
    to_data,
    to_marks,
    without_common_answer,
)
from barometer.publication.figure import Figure, in_both_languages
from barometer.publication.gaps import shown_n
from barometer.publication.style import THIN_N
from barometer.publication.upset import MARK_COLUMNS, MOST_COLUMNS, UPSET
from barometer.publication.words import Words, synthetic_first, with_interval

KIND = Label("Diagram over kombinationer (UpSet)", "UpSet plot of combinations")
TOGETHER = Label("{title} – svar, der følges ad", "{title} – answers that go together")
ANSWERS = Label("Svar, der følges ad", "Answers that go together")
UNION = Label("{label} – {share} på mindst én af {k} måder", "{label} – {share} in at least one of {k} ways")
AT_LEAST_ONE = Label("Mindst én", "At least one")
UNDER_ONE = Label("under 1\u202f%", "under 1%")
REST = Label(
    "De øvrige {lumped} kombinationer har tilsammen {share}.", "The other {lumped} combinations have {share} together."
)
NOBODY = Label("{share} har ingen af dem.", "{share} have none of them.")
LEFT_OUT = Label(
    "{count} kombinationer eller svar er undertrykt (få svar) og ikke tegnet.",
    "{count} combinations or answers are suppressed (few answers) and not drawn.",
)
LARGEST = Label("Hyppigste kombinationer", "Most frequent combinations")
FREQUENT = Label("Hyppigste svar", "Most frequent answers")
REST_LABELS = {OTHER: OTHER_LABEL, NONE: NONE_LABEL}
NAMED = 3
"""Marks that the text alternative names of each sort."""


def overlaps_figure(overlaps: Overlaps, lang: Lang) -> Figure:
    """
    Make the figure of answers that come together.

    Raises
    ------
    ArgumentError
        If they are split by a domain, nobody gave any, or there are more combinations than have room.
    """
    _check_total(overlaps)
    shares = overlaps.table[overlaps.table["statistic"] == "share"].rename(columns={"estimate": "share"})
    labels = without_common_answer([option.label for option in overlaps.options])
    rows = zip(overlaps.options, labels, shares.to_dict("records"), strict=True)
    answers = [_mark(overlaps, row, option.name, label, "plain") for option, label, row in rows]
    data = _data(overlaps, ordered(answers, "value"), overlaps.combinations)
    title = question_title(overlaps.codebook, overlaps.options)
    headline = Label(*(TOGETHER.text(each).format(title=title.text(each)) for each in LANGUAGES)) if title else ANSWERS
    name = f"{overlaps.options[0].name.partition('.')[0]}_together"
    return _figure(name, overlaps, overlaps.lumped, data, headline, lang)


def parts_figure(parts: Parts, lang: Lang) -> Figure:
    """
    Make the figure of a union, its parts, and the combinations of parts that make it up.

    Raises
    ------
    ArgumentError
        As `overlaps_figure`.
    """
    _check_total(parts)
    first, *rest = parts.table.to_dict("records")
    union = _mark(parts, first, parts.union.name, AT_LEAST_ONE, "main")
    rows = zip(parts.parts, [row for row in rest if row["role"] == "part"], strict=True)
    answers = [_mark(parts, row, part.name, part.label, "part") for part, row in rows]
    members = parts.combinations.rename(columns={part.name.rpartition(".")[2]: part.name for part in parts.parts})
    listed = parts.table[parts.table["role"].isin(["combination", "none"])].merge(members, on="name", how="left")
    data = _data(parts, [union, *ordered(answers, "value")], listed)
    label, k = parts.union.label, len(parts.parts)
    if math.isnan(union.share):
        return _figure(f"{parts.union.name.replace('.', '_')}_parts", parts, parts.lumped, data, label, lang)
    texts = (
        UNION.text(each).format(label=label.text(each), share=per_cent(union.share, each), k=k) for each in LANGUAGES
    )
    return _figure(f"{parts.union.name.replace('.', '_')}_parts", parts, parts.lumped, data, Label(*texts), lang)


def _check_total(result: Overlaps | Parts) -> None:
    if result.domains:
        raise ArgumentError("what", "combinations by a domain have no figure of their own; estimate without by=")


def _data(result: Overlaps | Parts, answers: Sequence[Mark], listed: pd.DataFrame) -> pd.DataFrame:
    """Rows for the answers, then for the combinations that somebody has, then for what the note says of the others."""
    labels = {mark.indicator: Label(mark.label_da, mark.label_en) for mark in answers if mark.role != "main"}
    names, marks = list(labels), list(answers)
    member = [[name == mark.indicator for name in names] for mark in answers]
    for row in listed[listed["share"] > 0.0].to_dict("records"):
        rest = row["name"] in (OTHER, NONE)
        has = [not rest and bool(row[name]) for name in names]
        # In the order of the rows, and without the answer that all rows of a grid share.
        named = [labels[name] for name, is_in in zip(names, has, strict=True) if is_in]
        label = REST_LABELS[str(row["name"])] if rest else combination_label(named)
        marks.append(_mark(result, row, str(row["name"]), label, "rest" if rest else "combination"))
        member.append(has)
    columns = sum(mark.role == "combination" for mark in marks)
    if columns == 0:
        suppressed = bool((listed["note"] == SUPPRESSED).any())
        why = "every combination is suppressed (few answers)" if suppressed else "nobody gave any of the answers"
        raise ArgumentError("what", f"{why}: there is nothing to draw")
    if columns > MOST_COLUMNS:
        raise ArgumentError("what", f"{columns} combinations have no room: estimate with most={MOST_COLUMNS}")
    return to_data(marks).assign(**dict(zip(names, zip(*member, strict=True), strict=True)))


def _mark(result: Overlaps | Parts, row: Mapping[Hashable, Any], name: str, label: Label, role: Role) -> Mark:
    """Return one row of a table as a mark; no combination was ever published."""
    basis: Basis = "assumed" if result.is_synthetic else "delivery"
    if role in ("main", "part", "plain"):
        basis = share_basis(result, name)
    share, low, high, n = row["share"], row["ci_low"], row["ci_high"], shown_n(row["n"])
    return Mark(name, TOTAL, label.da, label.en, share, low, high, n, role, basis, n < THIN_N)


def _figure(
    name: str, result: Overlaps | Parts, lumped: int, data: pd.DataFrame, headline: Label, lang: Lang
) -> Figure:
    marks = to_marks(data[MARK_COLUMNS])
    words = {each: _words(result, lumped, marks, headline, each) for each in LANGUAGES}
    return Figure(name, "upset", data, lang, words, "", in_both_languages(result.method.text), UPSET)


def _words(result: Overlaps | Parts, lumped: int, marks: Sequence[Mark], headline: Label, lang: Lang) -> Words:
    title = synthetic_first(headline.text(lang), result.is_synthetic, lang)
    rest = {mark.indicator: mark for mark in marks if mark.role == "rest"}
    notes = []
    if OTHER in rest and not math.isnan(rest[OTHER].share):
        share = _rounded(rest[OTHER].share, lang)
        notes.append(REST.text(lang).format(lumped=integer(lumped, lang), share=share))
    if NONE in rest and not math.isnan(rest[NONE].share):
        notes.append(NOBODY.text(lang).format(share=_rounded(rest[NONE].share, lang)))
    listed = result.combinations if isinstance(result, Overlaps) else result.table
    gone = int(((listed["note"] == SUPPRESSED) & listed["share"].isna()).sum())
    if gone:
        notes.append(LEFT_OUT.text(lang).format(count=integer(gone, lang)))
    drawn = [mark for mark in marks if mark.role != "rest"]
    alt_text = _alt_text(title, drawn, lang)
    options = () if isinstance(result, Parts) else result.options
    return write_answer_words(result, title, notes, drawn, alt_text, lang, kind="upset", options=options)


def _rounded(share: float, lang: Lang) -> str:
    return per_cent(share, lang) if share >= 0.005 else UNDER_ONE.text(lang)


def _alt_text(headline: str, marks: Sequence[Mark], lang: Lang) -> list[str]:
    """Name the largest of each sort; the marks are in that order."""
    sentences = [f"{KIND.text(lang)}. {headline}."]
    for heading, roles in ((FREQUENT, ("plain", "part")), (LARGEST, ("combination",))):
        named = [with_interval(mark, lang) for mark in marks if mark.role in roles][:NAMED]
        sentences.append(f"{heading.text(lang)}: {'; '.join(named)}.")
    return sentences
