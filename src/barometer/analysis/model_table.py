"""The table of a model: its coefficients, reference groups, and groups without answers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.method import DontKnowChoice
from barometer.analysis.model_cells import CROSS
from barometer.analysis.model_columns import INTERCEPT, Column, ModelColumns
from barometer.analysis.model_words import RATIOS
from barometer.codebook.records import DontKnowRule, Label
from barometer.microdata import Provenance

REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """
    What decides a model's numbers besides the answers.

    Attributes
    ----------
    wave : int
    period : str
    provenance : Provenance
    strata : int
    confidence : float
    dont_know : str
    references : dict of str to str
        Reference group of each factor.
    n : int
        Answers that the model is fitted to.
    terms : tuple of str
        Factors and crosses: the names in `levels`, which a result made safe has no more.
    levels : dict of str to dict of str to int
        Answers in each group of each factor and each cell of each cross ("evaluated.yes:size": "yes x small"), inside
        the model's base.
    answered : dict of str to dict of str to int
        Those of them whose outcome is yes.
    left_out : int
        Rows in the outcome's base that lack one of the factors.
    weighted : bool
        Whether answers stand for more than themselves.
    without : dict of str to tuple of str
        Groups of each factor that the model is not of, by choice.
    dont_know_rules : dict of str to str
        What happened to don't-know answers to the outcome and to each indicator among the factors.
    weighting : tuple of Label
        How the weights were moved, step by step; empty where they are those of the delivery.
    """

    wave: int
    period: str
    provenance: Provenance
    strata: int
    confidence: float
    dont_know: DontKnowChoice
    references: Mapping[str, str]
    n: int
    terms: tuple[str, ...]
    levels: Mapping[str, Mapping[str, int]]
    answered: Mapping[str, Mapping[str, int]]
    left_out: int
    weighted: bool
    without: Mapping[str, tuple[str, ...]]
    dont_know_rules: Mapping[str, DontKnowRule]
    weighting: tuple[Label, ...] = ()

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata are artificial."""
        return self.provenance.kind == "synthetic"

    def note_of_nobody(self, term: tuple[str, ...], level: str) -> str:
        """Why a group or cell has no estimate: "left_out" by choice, or "empty_cell"."""
        chosen = any(code in self.without.get(name, ()) for name, code in zip(term, level.split(CROSS), strict=True))
        return "left_out" if chosen else "empty_cell"


def coefficient_table(fit: "survey.Regression", columns: ModelColumns, facts: ModelFacts) -> pd.DataFrame:
    """
    Lay out coefficients, reference groups and groups without answers, term by term.

    Parameters
    ----------
    fit : survey.Regression
    columns : ModelColumns
    facts : ModelFacts
    """
    numbers, told = _numbers(fit, facts.confidence), columns.column_notes()
    notes = {name: told[name] or note for name, note in zip(fit.names, fit.note, strict=True)}
    for name, values in numbers.items():
        if name != "estimate":
            values[np.array([told[column] != "" for column in fit.names])] = np.nan
    rows = [_row(columns.columns[0], notes[INTERCEPT], numbers, 0)]
    place = {column.name: position for position, column in enumerate(columns.columns)}
    for term in columns.formula.terms:
        own = [column for column in (*columns.columns, *columns.empty) if column.term == term]
        if len(term) == 1:
            factor = columns.factors[term[0]]
            level = factor.levels[factor.reference]
            own.append(Column(term, (factor.reference,), REFERENCE, level, int(factor.n[factor.reference])))
        for column in sorted(own, key=lambda each: each.groups):
            at = place.get(column.name)
            if column.name == REFERENCE:
                note = REFERENCE
            else:
                note = facts.note_of_nobody(term, column.level) if at is None else notes[column.name]
            rows.append(_row(column, note, numbers, at))
    table = pd.DataFrame(rows)
    order = ["term", "level", "estimate", "se", "ci_low", "ci_high"]
    if ratio := RATIOS[fit.family]:
        for source, name in (("estimate", ratio), ("ci_low", f"{ratio}_low"), ("ci_high", f"{ratio}_high")):
            table[name] = np.exp(table[source].to_numpy(np.float64))
            order.append(name)
    table = table.assign(df=fit.df, provenance=facts.provenance.kind)
    return table[[*order, "statistic", "df", "p_value", "n", "note", "provenance"]]


def _numbers(fit: "survey.Regression", confidence: float) -> dict[str, NDArray[np.float64]]:
    low, high = fit.confint(confidence).T
    return {
        "estimate": fit.coefficients,
        "se": fit.se,
        "ci_low": low,
        "ci_high": high,
        "statistic": fit.statistic,
        "p_value": fit.p_value,
    }


def _row(column: Column, note: str, numbers: dict[str, NDArray[np.float64]], place: int | None) -> dict[str, object]:
    """One row of the table; a reference group is at zero, a group without answers has no numbers."""
    found = {name: float("nan") if place is None else float(values[place]) for name, values in numbers.items()}
    if note == REFERENCE:
        found["estimate"] = 0.0
    term = ":".join(column.term) or INTERCEPT
    return {"term": term, "level": column.level, **found, "n": column.n, "note": note}
