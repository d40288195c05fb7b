"""Regression models of indicators, in the codebook's names."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.designs import sampling_design, wave_design
from barometer.analysis.formulas import read_formula
from barometer.analysis.method import DontKnowChoice, dont_know_rules
from barometer.analysis.model_cells import CROSS
from barometer.analysis.model_columns import ModelColumns, model_columns
from barometer.analysis.model_margins import ALL
from barometer.analysis.model_results import Model
from barometer.analysis.model_table import ModelFacts, coefficient_table
from barometer.analysis.weighting import weighting_texts
from barometer.codebook.records import DontKnowRule
from barometer.errors import check_choice
from barometer.microdata import Wave, check_wave


def fit_model(
    wave: Wave,
    formula: str,
    *,
    family: "survey.FamilyName" = "logistic",
    dont_know: DontKnowChoice = "record",
    reference: Mapping[str, str] | None = None,
    leave_out: Mapping[str, str | Sequence[str]] | None = None,
    confidence: float = 0.95,
) -> Model:
    """
    Explain an indicator by domains and other indicators.

    Parameters
    ----------
    wave : Wave
    formula : str
        `outcome ~ terms` in names of the codebook: "shared ~ evaluated + sector + size"; `a:b` crosses two names,
        `a*b` is `a + b + a:b`. A question that has the answer "yes" may go by its own name.
    family : {"logistic", "linear", "poisson"}
        Coefficients are log odds ratios, differences of shares, or log ratios of shares.
    dont_know : {"record", "keep", "drop", "no", "disagree"}
        What happens to don't-know answers, as in `estimate_shares`; for the outcome and for indicators among the terms.
    reference : mapping of str to str, optional
        Group that others are compared with, by factor: {"size": "large"}. Without it the first group of a domain that
        has answers, and the no of an indicator.
    leave_out : mapping of str to str or sequence of str, optional
        Groups that the model is not of, by factor: {"sector": "state_culture"}.
    confidence : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    Model
        `.table`, `.summary("da")`, `.term_tests()`, `.margins("sector")`, `.compare_margins("sector")`,
        `.marginal_effects()`.

    Raises
    ------
    UnknownNameError
        If the wave has no such name, or a reference is no group of its factor; with what looks like it.
    ArgumentError
        If the formula cannot be read or a choice is none of those above.
    ModelError
        If a factor or the outcome does not vary, a cross is empty, factors follow from each other, or a group's outcome
        is foretold without exception; with the groups.

    Notes
    -----
    The model is of the workplaces that have the outcome and every factor; the others are outside a domain and keep
    their strata. Groups whose answers do not vary (one answer, all yes, all no) have no standard error: linear and
    Poisson models give them an estimate and a note, a logistic model refuses them. See
    `barometer.survey.fit_regression` and `barometer.survey.predictive_margins`.

    Examples
    --------
    >>> import barometer as bm
    >>> model = bm.fit_model(bm.load_wave(3), "shared ~ evaluated + level")
    >>> model.table["level"].tolist()
    ['', 'yes', 'no', 'municipality', 'region', 'state']
    """
    check_wave(wave)
    for argument, value, allowed in (
        ("family", family, get_args(survey.FamilyName)),
        ("dont_know", dont_know, ("record", *get_args(DontKnowRule))),
    ):
        check_choice(argument, value, allowed)
    survey.Choices(confidence)
    read = read_formula(formula, wave.codebook)
    columns = model_columns(wave, read, family, dont_know, reference or {}, leave_out or {})
    design = wave_design(wave)
    fit = survey.fit_regression(design, columns.outcome, columns.matrix, columns.names, family=family)
    margins = _all_margins(design, fit, columns)
    levels = _levels(columns, columns.cells)
    facts = ModelFacts(
        wave=wave.record.number,
        period=wave.record.period,
        provenance=wave.provenance,
        strata=sampling_design(wave).facts.strata,
        confidence=confidence,
        dont_know=dont_know,
        references={name: factor.levels[factor.reference] for name, factor in columns.factors.items()},
        n=fit.n,
        terms=tuple(levels),
        levels=levels,
        answered=_levels(columns, columns.answered),
        left_out=columns.in_base - fit.n,
        weighted=bool((design.weight != 1.0).any()),
        without=columns.left_out,
        dont_know_rules=_rules(wave, columns, dont_know),
        weighting=weighting_texts(wave),
    )
    return Model(
        table=coefficient_table(fit, columns, facts),
        formula=read,
        family=family,
        outcome=wave.codebook.indicator(read.outcome),
        facts=facts,
        terms={column.name: column.term for column in columns.columns},
        observed=_observed(design, columns),
        notes=columns.column_notes(),
        margin_notes=columns.setting_notes(),
        codebook=wave.codebook,
        kernel=fit,
        kernel_margins=margins,
    )


def _all_margins(
    design: "survey.SurveyDesign | survey.ReplicateDesign", fit: "survey.Regression", columns: ModelColumns
) -> "survey.Margins":
    """Margins of every group and cell, and of everybody as they are: the result then needs no row any more."""
    settings = [survey.Setting(ALL, {})]
    settings += [columns.setting(name, groups) for name, groups in columns.settings.items() if columns.can_set(groups)]
    return survey.predictive_margins(design, fit, columns.outcome, columns.matrix, settings)


def _levels(columns: ModelColumns, cells: Mapping[tuple[str, ...], NDArray[np.intp]]) -> dict[str, dict[str, int]]:
    """Name the counts of each group of each factor and each cell of each cross."""
    return {
        ":".join(term): dict(zip(_cell_codes(columns, term), counts.ravel().tolist(), strict=True))
        for term, counts in cells.items()
    }


def _cell_codes(columns: ModelColumns, term: tuple[str, ...]) -> list[str]:
    return [CROSS.join(levels) for levels in product(*(columns.factors[name].levels for name in term))]


def _rules(wave: Wave, columns: ModelColumns, dont_know: DontKnowChoice) -> dict[str, DontKnowRule]:
    """Return the rule for don't-know answers of the outcome and of each indicator among the factors."""
    book, names = wave.codebook, [columns.formula.outcome, *columns.factors]
    indicators = [book.indicator(name) for name in names if book.domain(name).kind == "indicator"]
    rules = dont_know_rules(indicators, dont_know)
    return {indicator.name: rule for indicator, rule in zip(indicators, rules, strict=True)}


def _observed(
    design: "survey.SurveyDesign | survey.ReplicateDesign", columns: ModelColumns
) -> dict[tuple[str, str], float]:
    """Weighted shares in the model's base, in total and by group or cell, not adjusted."""
    base = ~np.isnan(columns.outcome) & ~np.isnan(columns.matrix).any(axis=1)
    found: dict[tuple[str, str], float] = {}
    for term, counts in columns.cells.items():
        codes, name = [columns.factors[each].codes for each in term], ":".join(term)
        inside = np.logical_and.reduce([code >= 0 for code in codes])
        cell = np.where(inside, np.ravel_multi_index([np.maximum(code, 0) for code in codes], counts.shape), -1)
        levels = _cell_codes(columns, term)
        groups = survey.Groups(cell, (name,), tuple((level,) for level in levels))
        shares = survey.estimate_shares(design, columns.outcome, by=groups, where=base).estimate[:, 0].tolist()
        found |= {(name, level): share for level, share in zip((ALL, *levels), shares, strict=True)}
    return found
