"""The words of a model's figures: a headline that says a finding only where its test does, and how to read the dots."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from barometer.analysis import Model, ModelMargins
from barometer.analysis.estimates import TOTAL
from barometer.analysis.model_margins import MarginKind
from barometer.analysis.model_words import factor_text
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.codebook.wording import lower_first
from barometer.publication.effects import Effect, Scale, effect_text, is_cut
from barometer.publication.words import (
    Words,
    footer,
    lines_text,
    source_text,
    standing_text,
    synthetic_first,
    thin_text,
)

KINDS: dict[Scale, Label] = {
    "odds_ratio": Label("Prikdiagram over oddsforhold", "Dot plot of odds ratios"),
    "rate_ratio": Label("Prikdiagram over andelsforhold", "Dot plot of ratios of shares"),
    "points": Label("Prikdiagram over justerede forskelle", "Dot plot of adjusted differences"),
    "share": Label("Prikdiagram over justerede andele", "Dot plot of adjusted shares"),
}
NEUTRAL: dict[Scale, Label] = {
    "odds_ratio": Label("Hvad hænger sammen med {outcome}?", "What goes with {outcome}?"),
    "rate_ratio": Label("Hvad hænger sammen med {outcome}?", "What goes with {outcome}?"),
    "points": Label("{outcome}: forskelle", "{outcome}: differences"),
    "share": Label("{outcome} efter {terms}", "{outcome} by {terms}"),
}
FOUND = Label("{terms} hænger sammen med {outcome}", "{terms} {go} with {outcome}")
ALL_ELSE = Label(", når alt andet er ens", ", all else equal")
SUBTITLES: dict[Scale, Label] = {
    "odds_ratio": Label("Oddsforhold for {base}, {period}", "Odds ratios of {base}, {period}"),
    "rate_ratio": Label("Andelsforhold for {base}, {period}", "Ratios of shares of {base}, {period}"),
    "points": Label(
        "Forskel på andele af {base}, {period}, i procentpoint",
        "Difference of shares of {base}, {period}, in percentage points",
    ),
    "share": Label("Andel af {base}, {period}", "Share of {base}, {period}"),
}
IN_MODEL = Label("I modellen: {factors}.", "In the model: {factors}.")
READ: dict[Scale, Label] = {
    "odds_ratio": Label(
        "Over 1: oftere end den gruppe, der sammenlignes med.", "Above 1: more often than the group compared with."
    ),
    "rate_ratio": Label(
        "2 er dobbelt så ofte som den gruppe, der sammenlignes med.", "2 is twice as often as the group compared with."
    ),
    "points": Label("", ""),
    "share": Label(
        "Justeret: som om alle var i gruppen og ellers er, som de er.",
        "Adjusted: as if everybody were in the group and otherwise as they are.",
    ),
}
COLOURED = Label(
    "Grøn: leddets F-test finder en forskel ved {level}-niveau, og intervallet når ikke den stiplede linje (ikke "
    "korrigeret for antallet af grupper); grå: ingen sikker forskel.",
    "Green: the term's F test finds a difference at the {level} level, and the interval does not reach the dashed line "
    "(not corrected for the number of groups); grey: no certain difference.",
)
CROSSED = Label(
    "Et led, der indgår i et samspil, gælder i referencegruppen for det andet.",
    "A term that is in an interaction holds in the reference group of the other.",
)
TEST = Label("F-test af {term}: {result}.", "F test of {term}: {result}.")
TESTED = {
    True: Label("forskel ved {level}-niveau", "a difference at the {level} level"),
    False: Label("ingen sikker forskel ved {level}-niveau", "no certain difference at the {level} level"),
}
CUT = Label("Pile: intervallet er længere end aksen.", "Arrows: the interval is longer than the axis.")
HIGHEST, LOWEST, AND = Label("højest", "highest"), Label("lavest", "lowest"), Label(" og ", " and ")


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What a figure of a model may say.

    Attributes
    ----------
    kind : {"coefficients", "margins", "differences", "effects"}
    scale : {"odds_ratio", "rate_ratio", "points", "share"}
    terms : tuple of str
        Those that are spoken of: of a model with crosses not the terms inside them, which have no effect of their own.
    p_values : dict of str to float
        Of each term's test; nan where there is none.
    crossed : bool
        Whether coefficients of a cross are drawn.
    """

    kind: Literal["coefficients"] | MarginKind
    scale: Scale
    terms: tuple[str, ...]
    p_values: Mapping[str, float]
    crossed: bool = False

    def found(self, confidence: float) -> list[str]:
        """Terms whose test finds a difference."""
        return [term for term in self.terms if self.p_values[term] < 1.0 - confidence]


def write_model_words(result: Model | ModelMargins, effects: Sequence[Effect], finding: Finding, lang: Lang) -> Words:
    """
    Write the words around the dots of a model.

    Parameters
    ----------
    result : Model or ModelMargins
    effects : sequence of Effect
        Those that are drawn.
    finding : Finding
    lang : {"da", "en"}
    """
    headline = synthetic_first(_headline(result, finding, lang), result.is_synthetic, lang)
    facts = {
        "base": result.codebook.bases[result.outcome.base].label.text(lang),
        "period": result.method.period,
    }
    subtitle = SUBTITLES[finding.scale].text(lang).format(**facts)
    paragraphs = footer(
        _notes(result, effects, finding, lang),
        source_text(result, result.n, lang),
        [*([standing_text("effects", effects, lang)] if result.is_synthetic else []), *thin_text(effects, lang)],
    )
    return Words(headline, subtitle, paragraphs, _alt_text(result, headline, effects, finding, lang))


def _headline(result: Model | ModelMargins, finding: Finding, lang: Lang) -> str:
    quoted = _term(result, result.outcome.name, lang)
    found = finding.found(result.method.confidence)
    if found:
        text = FOUND.text(lang).format(
            terms=_joined([_term(result, term, lang) for term in found], lang),
            outcome=quoted,
            go="goes" if len(found) == 1 else "go",
        )
    else:
        terms = _joined([_term(result, term, lang) for term in finding.terms], lang)
        text = NEUTRAL[finding.scale].text(lang).format(outcome=quoted, terms=terms)
    if len(result.method.terms) > 1 and not text.endswith("?"):
        text += ALL_ELSE.text(lang)
    return text[:1].upper() + text[1:]


def _term(result: Model | ModelMargins, term: str, lang: Lang) -> str:
    """Name a term in the middle of a sentence: an indicator in quotation marks, a domain as a word."""
    marks = Label("»{text}«", "\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}").text(lang)
    words = []
    for factor in term.split(":"):
        text = factor_text(result.codebook, factor, lang)
        words.append(lower_first(text) if factor in result.codebook.domains else marks.format(text=text))
    return " x ".join(words)


def _joined(texts: Sequence[str], lang: Lang) -> str:
    return AND.text(lang).join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def _notes(result: Model | ModelMargins, effects: Sequence[Effect], finding: Finding, lang: Lang) -> list[str]:
    method = result.method
    level = per_cent(1.0 - method.confidence, lang)
    notes = [READ[finding.scale].text(lang)]
    factors = _joined([_term(result, name, lang) for name in method.terms], lang)
    notes.append(IN_MODEL.text(lang).format(factors=factors))
    if finding.crossed:
        notes.append(CROSSED.text(lang))
    if finding.scale == "share":
        (term,) = finding.terms
        said = TESTED[bool(finding.found(method.confidence))].text(lang).format(level=level)
        notes.append(TEST.text(lang).format(term=_term(result, term, lang), result=said))
    else:
        notes.append(COLOURED.text(lang).format(level=level))
    rule = result.outcome.dont_know if method.dont_know == "record" else method.dont_know
    notes += [f"{DONT_KNOW[rule].text(lang)}.", lines_text(method, lang)]
    return [*notes, *([CUT.text(lang)] if any(is_cut(effect) for effect in effects) else [])]


def _alt_text(
    result: Model | ModelMargins, headline: str, effects: Sequence[Effect], finding: Finding, lang: Lang
) -> str:
    """Name the highest and the lowest of each term."""
    mark = "" if headline.endswith("?") else "."
    sentences = [f"{KINDS[finding.scale].text(lang)}. {headline}{mark}"]
    for term, members in groupby(effects, key=lambda effect: effect.term):
        all_of = list(members)
        sentences += [f"{_with_interval(effect, lang)}." for effect in all_of if effect.level == TOTAL]
        known = [effect for effect in all_of if effect.level != TOTAL and not math.isnan(effect.value)]
        if not known:
            continue
        name = all_of[0].heading(lang) or factor_text(result.codebook, term, lang)
        top, bottom = max(known, key=lambda e: e.value), min(known, key=lambda e: e.value)
        said = _with_interval(top, lang)
        if len(known) > 1:
            said = f"{HIGHEST.text(lang)} {said}; {LOWEST.text(lang)} {_with_interval(bottom, lang)}"
        sentences.append(f"{name} – {said}.")
    return " ".join(sentences)


def _with_interval(effect: Effect, lang: Lang) -> str:
    text = f"{effect.label(lang)}, {effect.written(lang)}"
    if math.isnan(effect.ci_low):
        return text
    low, high = (effect_text(end, effect.scale, lang) for end in (effect.ci_low, effect.ci_high))
    return f"{text} ({low} {Label('til', 'to').text(lang)} {high})"
