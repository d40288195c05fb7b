"""A model in sentences."""

import math
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
    IN_REFERENCE,
    IS_GROUP,
    LEFT_OUT,
    LOGIT_INTERVALS,
    MODEL_NOTES,
    NO_INTERVAL,
    NOT_SHOWN,
    NOT_TESTED,
    POPULATIONS,
    RANGE,
    RATIO,
    RATIOS,
    TESTED,
    UNTESTED_EFFECT,
    WITH_ENDS,
    WITHOUT,
    factor_text,
    points,
    synthetic_text,
)
from barometer.analysis.withheld import is_withheld
from barometer.codebook.numbers import decimal, df_text, integer, per_cent, statistic_text
from barometer.codebook.records import DONT_KNOW, Lang
from barometer.codebook.wording import lower_first

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
        A line for the model, one for each term, some for the method, and that data are synthetic where they are.
    """
    lines = [_headline(model, lang), *(_term(model, row, lang) for _, row in model.term_tests().iterrows())]
    adjusted = f"{ADJUSTED.text(lang)} {POPULATIONS['independent'].text(lang)}."
    if model.family == "logistic":
        adjusted = f"{adjusted} {LOGIT_INTERVALS.text(lang)}"
    lines += [adjusted, _errors(model, lang), _dont_know(model, lang)]
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
    chosen = [
        f"{factor_text(book, name, lang)} {_quoted(model, name, group, lang)}"
        for name, groups in facts.without.items()
        for group in groups
    ]
    without = WITHOUT.text(lang).format(groups=", ".join(chosen)) if chosen else ""
    return f"{first} {second}{left_out}{without}"


def _term(model: "Model", test: pd.Series, lang: Lang) -> str:
    names = tuple(str(test["term"]).split(":"))
    label = model.term_text(names, lang)
    if within := model.crossed_with(names):
        label = IN_REFERENCE.text(lang).format(term=label, factors=", ".join(_is_reference(model, within, lang)))
    note = MODEL_NOTES[str(test["note"])].text(lang)
    if math.isnan(test["p_value"]):
        said = NOT_TESTED.text(lang).format(term=label, why=lower_first(note))
    else:
        df = (float(test["df"]), float(test["residual_df"]))
        tested = statistic_text("F", df, float(test["statistic"]), float(test["p_value"]), lang)
        said = TESTED.text(lang).format(term=label, tested=tested)
        said += f" ({note}.)" if note else ""
    if len(names) > 1 or is_withheld(model.kernel_margins):
        return said
    return said + (
        _effect(model, names[0], lang) if len(model.facts.levels[names[0]]) == 2 else _range(model, names[0], lang)
    )


def _is_reference(model: "Model", factors: list[str], lang: Lang) -> list[str]:
    return [
        IS_GROUP.text(lang).format(
            factor=lower_first(factor_text(model.codebook, name, lang)),
            group=_quoted(model, name, model.facts.references[name], lang),
        )
        for name in factors
    ]


def _effect(model: "Model", factor: str, lang: Lang) -> str:
    """Say how two groups differ, and by what ratio where it is the same in all groups of the others."""
    row = model.compare_margins(factor).table.iloc[0]
    if math.isnan(row["estimate"]):
        return _without_share(model, factor, lang)
    groups = {
        "level": _quoted(model, factor, row["level"], lang),
        "reference": _quoted(model, factor, row["versus"], lang),
        "effect": points(row["estimate"], lang),
    }
    if math.isnan(row["ci_low"]):
        return UNTESTED_EFFECT.text(lang).format(note=NO_INTERVAL.text(lang), **groups)
    ratio, name = "", RATIOS[model.family]
    if name and not any(factor in term and len(term) > 1 for term in model.formula.terms):
        table = model.table
        own = table[(table["term"] == factor) & (table["level"] == row["level"])].iloc[0]
        values = {"value": own[name], "low": own[f"{name}_low"], "high": own[f"{name}_high"]}
        ratio = RATIO[name].text(lang).format(**{key: decimal(float(value), lang, 2) for key, value in values.items()})
    return EFFECT.text(lang).format(
        low=decimal(100.0 * row["ci_low"], lang),
        high=decimal(100.0 * row["ci_high"], lang),
        ratio=ratio,
        **groups,
    )


def _range(model: "Model", factor: str, lang: Lang) -> str:
    """Say which groups have the lowest and the highest adjusted share, and which have none."""
    table = model.margins(factor).table
    known = table[(table["level"] != ALL) & table["estimate"].notna()].sort_values("estimate", kind="stable")
    if known.empty:
        return _without_share(model, factor, lang)
    words: dict[str, str] = {}
    for end, place in (("lowest", 0), ("highest", -1)):
        row = known.iloc[place]
        words |= {end: _quoted(model, factor, row["level"], lang), f"{end}_share": _share(row, lang)}
    return RANGE.text(lang).format(**words) + _without_share(model, factor, lang)


def _without_share(model: "Model", factor: str, lang: Lang) -> str:
    """Name the groups that have no adjusted share, but for those left out by choice, which the headline names."""
    table, chosen = model.margins(factor).table, model.facts.without.get(factor, ())
    missing = [level for level in table.loc[table["estimate"].isna(), "level"] if level not in chosen]
    named = ", ".join(_quoted(model, factor, level, lang) for level in missing)
    return NOT_SHOWN.text(lang).format(groups=named) if missing else ""


def _share(row: pd.Series, lang: Lang) -> str:
    """Write a share with its interval, or why it has none."""
    share = per_cent(row["estimate"], lang, 1)
    if math.isnan(row["ci_low"]):
        return f"{share}; {NO_INTERVAL.text(lang)}"
    ends = {"low": decimal(100.0 * row["ci_low"], lang), "high": decimal(100.0 * row["ci_high"], lang)}
    return WITH_ENDS.text(lang).format(share=share, **ends)


def _quoted(model: "Model", factor: str, level: str, lang: Lang) -> str:
    label = level_text(model.codebook, (factor,), level, lang)
    return f"»{label}«" if lang == "da" else f'"{label}"'


def _errors(model: "Model", lang: Lang) -> str:
    fit, strata = model.kernel, model.facts.strata
    text = ERRORS.text(lang).format(
        strata=STRATIFIED.text(lang).format(strata=strata) if strata > 1 else "",
        confidence=f"{100 * model.facts.confidence:g}",
        df=df_text(fit.df, lang),
        design_df=df_text(fit.design_df, lang),
        p=len(fit.names),
    )
    return " ".join([text, *(step.text(lang) for step in model.facts.weighting)])


def _dont_know(model: "Model", lang: Lang) -> str:
    """Say what happened to don't-know answers: once where it is the same for all indicators."""
    rules = model.facts.dont_know_rules
    if len(set(rules.values())) == 1:
        return DONT_KNOW[next(iter(rules.values()))].text(lang) + "."
    told = [f"{factor_text(model.codebook, name, lang)}: {DONT_KNOW[rule].text(lang)}" for name, rule in rules.items()]
    return "; ".join(told) + "."
