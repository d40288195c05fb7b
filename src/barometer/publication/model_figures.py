"""Figures of models: coefficients, adjusted shares and their differences; the numbers drawn, and the words around."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from barometer.analysis import Model, ModelMargins
from barometer.analysis.combinations import LANGUAGES
from barometer.analysis.estimates import TOTAL, TOTAL_LABEL
from barometer.analysis.model_margins import level_text
from barometer.analysis.model_words import MODEL_NOTES, RATIOS, factor_text
from barometer.analysis.suppression import SUPPRESSED as NOTE
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first
from barometer.publication.drawn import LAST
from barometer.publication.effect_marks import EFFECTS
from barometer.publication.effects import Effect, Scale, effects_data
from barometer.publication.figure import Figure
from barometer.publication.gaps import SUPPRESSED, shown_n
from barometer.publication.model_figure_words import Finding, write_model_words
from barometer.publication.style import THIN_N

AGAINST = Label("{term}, i forhold til: {reference}", "{term}, compared with: {reference}")
CROSSED = Label("{term}: samspil, ud over leddene hver for sig", "{term}: interaction, beyond the terms by themselves")


def model_figure(model: Model, lang: Lang) -> Figure:
    """Make the figure of a model's coefficients: odds ratios, ratios of shares, or percentage points."""
    ratio = RATIOS[model.family]
    scale: Scale = ratio or "points"  # type: ignore[assignment]
    columns = [ratio, f"{ratio}_low", f"{ratio}_high"] if ratio else ["estimate", "ci_low", "ci_high"]
    table = model.term_tests()
    tests: dict[str, float] = dict(zip(table["term"], table["p_value"], strict=True))
    level = 1.0 - model.method.confidence
    effects: list[Effect] = []
    for term in model.formula.terms:
        name = ":".join(term)
        heading = _term_heading(model, term)
        rows = model.table[(model.table["term"] == name) & (model.table["note"] != "reference")].to_dict("records")
        drawn = [
            _effect(model, row, term, heading, [row[column] for column in columns], scale, tests[name] < level)
            for row in rows
        ]
        effects += _ordered(model, term, drawn)
    crossed = [set(term) for term in model.formula.terms if len(term) > 1]
    # A term inside a cross is about one group of the other: only the cross is spoken of.
    spoken = [term for term in model.formula.terms if not any(set(term) < cross for cross in crossed)]
    finding = Finding("coefficients", scale, tuple(":".join(term) for term in spoken), tests, bool(crossed))
    return _figure(f"{_stem(model)}_model", model, effects, finding, lang)


def margins_figure(margins: ModelMargins, lang: Lang) -> Figure:
    """Make the figure of adjusted shares beside those that are not, of differences between them, or of effects."""
    level, shares = 1.0 - margins.method.confidence, margins.kind == "margins"
    scale: Scale = "share" if shares else "points"
    effects: list[Effect] = []
    terms = tuple(dict.fromkeys(margins.table["term"]))
    for factor in terms:
        rows = margins.table[margins.table["term"] == factor].to_dict("records")
        heading = Label("", "") if shares else _against(margins, factor, rows[0]["versus"])
        found = margins.p_values[factor] < level
        drawn = [
            _effect(margins, row, (factor,), heading, [row[c] for c in ("estimate", "ci_low", "ci_high")], scale, found)
            for row in rows
        ]
        effects += _ordered(margins, (factor,), drawn)
    finding = Finding(margins.kind, scale, terms, margins.p_values)
    of = terms[0].replace(".", "_") if len(terms) == 1 else "factors"
    return _figure(f"{_stem(margins)}_{margins.kind}_{of}", margins, effects, finding, lang)


def _effect(
    result: Model | ModelMargins,
    row: Mapping[Hashable, Any],
    term: tuple[str, ...],
    heading: Label,
    ends: Sequence[float],
    scale: Scale,
    found: bool,
) -> Effect:
    """Return one row of a table as an effect; a row without numbers says why in its label."""
    value, low, high = (float(end) for end in ends)
    same = 1.0 if scale in ("odds_ratio", "rate_ratio") else 0.0
    apart = not low <= same <= high and not math.isnan(low)
    level, n = str(row["level"]), shown_n(row["n"])
    whole = level == TOTAL
    label = TOTAL_LABEL if whole else _level_label(result, term, level, str(row["note"]))
    return Effect(
        term=":".join(term),
        level=level,
        heading_da=heading.da,
        heading_en=heading.en,
        label_da=label.da,
        label_en=label.en,
        value=value,
        ci_low=low,
        ci_high=high,
        observed=float(row.get("observed", math.nan)),
        scale=scale,
        n=n,
        stands_out=scale == "share" or (found and apart),
        basis="assumed" if result.is_synthetic else "delivery",
        thin=n < THIN_N and not math.isnan(value),
    )


def _level_label(result: Model | ModelMargins, term: tuple[str, ...], level: str, note: str) -> Label:
    texts = (level_text(result.codebook, term, level, lang) for lang in LANGUAGES)
    if not note:
        return Label(*texts)
    if note == NOTE:
        return Label(*(f"{text}: {SUPPRESSED.text(lang)}" for text, lang in zip(texts, LANGUAGES, strict=True)))
    reasons = (lower_first(MODEL_NOTES[note].text(lang)) for lang in LANGUAGES)
    return Label(*(f"{text} ({reason})" for text, reason in zip(texts, reasons, strict=True)))


def _term_heading(model: Model, term: tuple[str, ...]) -> Label:
    if len(term) == 1:
        return _against(model, term[0], model.method.references[term[0]])
    return Label(*(CROSSED.text(lang).format(term=model.term_text(term, lang)) for lang in LANGUAGES))


def _against(result: Model | ModelMargins, factor: str, versus: str) -> Label:
    texts = []
    for lang in LANGUAGES:
        reference = level_text(result.codebook, (factor,), versus, lang)
        texts.append(AGAINST.text(lang).format(term=factor_text(result.codebook, factor, lang), reference=reference))
    return Label(*texts)


def _ordered(result: Model | ModelMargins, term: tuple[str, ...], effects: Sequence[Effect]) -> list[Effect]:
    """Put groups in order of value, unless they lie on a scale; "other" and those without a value come last."""
    if any(result.codebook.domain(factor).ordered for factor in term):
        return list(effects)
    by_value = sorted(effects, key=lambda e: -math.inf if math.isnan(e.value) else e.value, reverse=True)
    return sorted(by_value, key=lambda effect: effect.level in LAST)


def _stem(result: Model | ModelMargins) -> str:
    return result.outcome.name.replace(".", "_")


def _figure(name: str, result: Model | ModelMargins, effects: Sequence[Effect], finding: Finding, lang: Lang) -> Figure:
    words = {each: write_model_words(result, effects, finding, each) for each in LANGUAGES}
    data: pd.DataFrame = effects_data(effects)
    return Figure(name, "effects", data, lang, words, "", _method(result), EFFECTS)


def _method(result: Model | ModelMargins) -> str:
    return result.text("en") if isinstance(result, ModelMargins) else result.summary("en").splitlines()[-1]
