"""A model in sentences."""

from typing import TYPE_CHECKING

import pandas as pd

from barometer.analysis.method import STRATIFIED
from barometer.analysis.model_margins import ALL, level_text
from barometer.analysis.model_words import (
    ADJUSTED,
    ANSWERS,
    EFFECT,
    ERRORS,
    FAMILIES,
    HEADLINE,
    LEFT_OUT,
    MODEL_NOTES,
    NOT_TESTED,
    POPULATIONS,
    RANGE,
    RATIO,
    RATIOS,
    TESTED,
    factor_text,
    p_text,
    points,
    synthetic_text,
)
from barometer.codebook.numbers import decimal, integer, per_cent
from barometer.codebook.records import Lang

if TYPE_CHECKING:
    from barometer.analysis.model_results import Model


def summarise_model(model: "Model", lang: Lang) -> str:
    """
    Say what was fitted to whom, what each term does, and how the errors were found.

    Parameters
    ----------
    model : Model
    lang : {"da", "en"}

    Returns
    -------
    str
        A line for the model, one for each term, one for the method, and that data are synthetic where they are.
    """
    lines = [_headline(model, lang), *(_term(model, row, lang) for _, row in model.term_tests().iterrows())]
    lines += [f"{ADJUSTED.text(lang)} {POPULATIONS['independent'].text(lang)}.", _errors(model, lang)]
    if model.is_synthetic:
        lines.append(synthetic_text(model.is_synthetic, lang) + ".")
    return "\n".join(lines)


def _headline(model: "Model", lang: Lang) -> str:
    facts, book = model.facts, model.codebook
    first = HEADLINE.text(lang).format(
        family=FAMILIES[model.family].text(lang),
        outcome=factor_text(book, model.outcome.name, lang),
        wave=facts.wave,
        period=facts.period,
    )
    base = book.bases[model.outcome.base].label.text(lang)
    second = ANSWERS.text(lang).format(base=base[:1].upper() + base[1:], n=integer(model.n, lang))
    left_out = LEFT_OUT.text(lang).format(missing=integer(facts.left_out, lang)) if facts.left_out else ""
    return f"{first} {second}{left_out}"


def _term(model: "Model", test: pd.Series, lang: Lang) -> str:
    names = tuple(str(test["term"]).split(":"))
    label = model.term_text(names, lang)
    if test["note"]:
        said = NOT_TESTED.text(lang).format(term=label, why=MODEL_NOTES[str(test["note"])].text(lang))
    else:
        said = TESTED.text(lang).format(
            term=label,
            df=integer(test["df"], lang),
            residual=integer(test["residual_df"], lang),
            statistic=decimal(test["statistic"], lang, 2),
            p=p_text(test["p_value"], lang),
        )
    if len(names) > 1:
        return said
    return said + (
        _effect(model, names[0], lang) if len(model.facts.levels[names[0]]) == 2 else _range(model, names[0], lang)
    )


def _effect(model: "Model", factor: str, lang: Lang) -> str:
    """Say how two groups differ, and by what ratio where it is the same in all groups of the others."""
    row = model.compare_margins(factor).table.iloc[0]
    if row["note"]:
        return ""
    ratio, name = "", RATIOS[model.family]
    if name and not any(factor in term and len(term) > 1 for term in model.formula.terms):
        table = model.table
        own = table[(table["term"] == factor) & (table["level"] == row["level"])].iloc[0]
        values = {"value": own[name], "low": own[f"{name}_low"], "high": own[f"{name}_high"]}
        ratio = RATIO[name].text(lang).format(**{key: decimal(float(value), lang, 2) for key, value in values.items()})
    return EFFECT.text(lang).format(
        level=_quoted(model, factor, row["level"], lang),
        reference=_quoted(model, factor, row["versus"], lang),
        effect=points(row["estimate"], lang),
        low=decimal(100.0 * row["ci_low"], lang),
        high=decimal(100.0 * row["ci_high"], lang),
        ratio=ratio,
    )


def _range(model: "Model", factor: str, lang: Lang) -> str:
    """Say which groups have the lowest and the highest adjusted share."""
    table = model.margins(factor).table
    known = table[(table["level"] != ALL) & (table["note"] == "")]
    if known.empty:
        return ""
    words: dict[str, str] = {}
    ordered = known.sort_values("estimate", kind="stable")
    for end, place in (("lowest", 0), ("highest", -1)):
        row = ordered.iloc[place]
        words |= _share(end, _quoted(model, factor, row["level"], lang), row, lang)
    return RANGE.text(lang).format(**words)


def _share(end: str, label: str, row: pd.Series, lang: Lang) -> dict[str, str]:
    return {
        end: label,
        f"{end}_share": per_cent(row["estimate"], lang, 1),
        f"{end}_low": decimal(100.0 * row["ci_low"], lang),
        f"{end}_high": decimal(100.0 * row["ci_high"], lang),
    }


def _quoted(model: "Model", factor: str, level: str, lang: Lang) -> str:
    label = level_text(model.codebook, (factor,), level, lang)
    return f"»{label}«" if lang == "da" else f'"{label}"'


def _errors(model: "Model", lang: Lang) -> str:
    fit, strata = model.kernel, model.facts.strata
    text = ERRORS.text(lang).format(
        strata=STRATIFIED.text(lang).format(strata=strata) if strata > 1 else "",
        confidence=f"{100 * model.facts.confidence:g}",
        df=integer(fit.df, lang),
        design_df=integer(fit.design_df, lang),
        p=len(fit.names),
    )
    return " ".join([text, *(step.text(lang) for step in model.facts.weighting)])
