"""What a model predicts: adjusted shares, their differences, and average effects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.comparison_words import ADJUSTMENTS
from barometer.analysis.estimates import PROVENANCE
from barometer.analysis.model_cells import CROSS
from barometer.analysis.model_table import ModelFacts
from barometer.analysis.model_words import (
    ADJUSTED,
    ALL_LABEL,
    HEADINGS,
    INTERVALS,
    LOGIT_INTERVALS,
    MARGIN_FAMILY,
    MODEL_NOTES,
    POPULATIONS,
    factor_text,
    points,
    synthetic_text,
    term_text,
)
from barometer.codebook import Codebook
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import Indicator, Lang
from barometer.codebook.sheet import Sheet, base_note, source_note

MarginKind = Literal["margins", "differences", "effects"]
ALL = "total"
"""Everybody as they are, in the place of a group."""
NOBODY = ("empty_cell", "left_out")
"""Notes of groups that have no estimate."""


@dataclass(frozen=True, eq=False, repr=False)
class ModelMargins:
    """
    Adjusted shares, or differences of adjusted shares.

    Attributes
    ----------
    table : DataFrame
        One row per group or cell: term, level ("total": everybody as they are), versus (of differences), estimate (a
        share or a difference of shares, 0 to 1), se, ci_low, ci_high, statistic and p_value (of differences), df, n
        (answers in the group), observed (of margins: its weighted share, not adjusted), note (why a row lacks its
        interval), provenance. Of kind "differences" also p_adjusted, family (the term whose comparisons are adjusted
        together), family_size, and together_low and together_high (intervals that hold together).
    kind : {"margins", "differences", "effects"}
    population : {"independent", "fixed", "joint"}
        What the errors are of; see `barometer.survey.Margins.covariance`.
    covariance : DataFrame
        Across the rows that have an estimate, named `term[level]`.
        Of a group whose answers do not vary it holds what the model takes for certain, and is not to be used.
    codebook : Codebook
    outcome : Indicator
        What is explained.
    method : ModelFacts
    p_values : dict of str to float
        Of each factor's Wald test that it has no effect, its crosses included; nan where there is none.
    adjustment : {"holm", "bh", "none"}
        Of the p-values of differences.
    logit : bool
        Whether the intervals are on the logit scale: shares of a logistic model.
    """

    table: pd.DataFrame
    kind: MarginKind
    population: "survey.Population"
    covariance: pd.DataFrame
    codebook: Codebook
    outcome: Indicator
    method: ModelFacts
    p_values: Mapping[str, float]
    adjustment: "survey.Adjustment" = "none"
    logit: bool = False

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.method.is_synthetic

    @property
    def n(self) -> int:
        """Answers that the model is fitted to."""
        return self.method.n

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        shown = self.table.copy()
        for column in ("level", "versus"):
            if column in shown:
                shown[column] = [
                    level_text(self.codebook, tuple(term.split(":")), level, lang)
                    for term, level in zip(shown["term"], shown[column], strict=True)
                ]
        for column in ("term", "family"):
            if column in shown:
                shown[column] = [term_text(self.codebook, term.split(":"), lang) for term in shown[column]]
        shown["note"] = [MODEL_NOTES[note].text(lang) for note in shown["note"]]
        shown["provenance"] = [PROVENANCE[kind].text(lang) for kind in shown["provenance"]]
        return shown.rename(columns={name: HEADINGS[name].text(lang) for name in shown.columns})

    def text(self, lang: Lang = "en") -> str:
        """Say what the numbers are, in a sentence or two."""
        parts = (
            ADJUSTED.text(lang),
            POPULATIONS[self.population].text(lang) + ".",
            LOGIT_INTERVALS.text(lang) if self.logit else "",
            self._adjusted(lang),
            synthetic_text(self.is_synthetic, lang),
        )
        return " ".join(part for part in parts if part)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        shares = [HEADINGS[name].text(lang) for name in ("estimate", "se", "ci_low", "ci_high", "observed")]
        notes = (
            self.text(lang),
            INTERVALS.text(lang).format(confidence=f"{100 * self.method.confidence:g}"),
            *self._base_and_source(lang),
        )
        title = factor_text(self.codebook, self.outcome.name, lang)
        name = f"{self.outcome.name} {self.kind}"
        if self.kind == "margins":
            return (Sheet(name, "", title, notes, self.to_frame(lang), tuple(shares)),)
        ends = ("estimate", "se", "ci_low", "ci_high", "together_low", "together_high")
        points = tuple(HEADINGS[each].text(lang) for each in ends)
        return (Sheet(name, "", title, notes, self.to_frame(lang), (), points),)

    def _base_and_source(self, lang: Lang) -> tuple[str, str]:
        """Say of whom the numbers are, how many answered, and where the answers come from."""
        return (
            base_note(self.codebook, [self.outcome.base], self.n, lang),
            source_note(self.codebook, self.method.wave, self.method.period, lang),
        )

    def _adjusted(self, lang: Lang) -> str:
        if self.kind != "differences":
            return ""
        term = term_text(self.codebook, str(self.table["family"].iloc[0]).split(":"), lang)
        said = ADJUSTMENTS[self.adjustment].text(lang).format(family=MARGIN_FAMILY.text(lang).format(term=term))
        return said[:1].upper() + said[1:] + "."

    def __repr__(self) -> str:
        """Show the rows, and what they are."""
        columns = [name for name in self.table.columns if name not in ("statistic", "df", "provenance")]
        body = self.table[columns].to_string(index=False, float_format="{:z.4f}".format)
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        return f"<ModelMargins: {self.kind}{origin}>\n{body}\n{self.text()}"

    def _repr_html_(self) -> str:
        shown = self.to_frame("en").drop(columns=[HEADINGS["provenance"].en, HEADINGS["df"].en])
        ends = ("estimate", "ci_low", "ci_high", "together_low", "together_high")
        for name in (*ends, "se", "observed"):
            if (heading := HEADINGS[name].en) in shown:
                write = _points if self.kind != "margins" and name in ends else _per_cent
                shown[heading] = ["" if np.isnan(value) else write(value) for value in self.table[name]]
        return frame_html(shown, " ".join([self.text("en"), *self._base_and_source("en")]))


def level_text(book: Codebook, term: tuple[str, ...], level: str, lang: Lang) -> str:
    """Label of a group, or of the groups of a cross."""
    if level == ALL:
        return ALL_LABEL.text(lang)
    codes = level.split(CROSS)
    labels = [
        {group.code: group.label.text(lang) for group in book.domain(name).groups}.get(code, code)
        for name, code in zip(term, codes, strict=False)
    ]
    return CROSS.join(labels)


def margin_table(
    margins: "survey.Margins",
    population: "survey.Population",
    confidence: float,
    facts: Mapping[str, list[object]],
    told: Sequence[str],
    provenance: str,
    adjust: "survey.Adjustment | None" = None,
) -> pd.DataFrame:
    """
    Lay out margins beside what is known of their rows.

    Parameters
    ----------
    margins : survey.Margins
        Of the rows that are known, in their order.
    population : {"independent", "fixed", "joint"}
    confidence : float
    facts : mapping of str to list
        term, level and n, and versus or observed where there is one.
    told : (rows,) sequence of str
        Why a row has no estimate ("empty_cell", "left_out"), or why the error of its estimate is not known.
    provenance : str
    adjust : {"holm", "bh", "none"}, optional
        Of differences that are one family: adds adjusted p-values and intervals that hold together.
    """
    notes = np.array(told, dtype=object)
    known, measured = ~np.isin(notes, NOBODY), notes == ""
    tested = "versus" in facts
    low, high = margins.confint(confidence, population).T
    columns: dict[str, object] = {name: facts[name] for name in ("term", "level", "versus") if name in facts}
    estimate = _placed(margins.estimate, known)
    columns["estimate"] = estimate
    se = np.where(measured, _placed(margins.se(population), known), np.nan)
    columns |= {"se": se} | {
        name: np.where(measured, _placed(ends, known), np.nan) for name, ends in (("ci_low", low), ("ci_high", high))
    }
    if tested:
        columns["statistic"] = np.divide(estimate, se, out=np.full_like(se, np.nan), where=se > 0.0)
    columns["df"] = margins.df
    if tested:
        p_value = np.where(measured, _placed(margins.p_value(population), known), np.nan)
        columns["p_value"] = p_value
        if adjust is not None:
            columns |= _together(estimate, se, p_value, margins.df, confidence, adjust, facts["term"])
    columns |= {name: facts[name] for name in ("observed", "n") if name in facts}
    own = np.full(known.size, "", dtype=object)
    own[known] = margins.note(population)
    return pd.DataFrame(columns | {"note": np.where(measured, own, notes).tolist(), "provenance": provenance})


def _together(
    estimate: NDArray[np.float64],
    se: NDArray[np.float64],
    p_value: NDArray[np.float64],
    df: int,
    confidence: float,
    adjust: "survey.Adjustment",
    family: list[object],
) -> dict[str, object]:
    """Adjust the p-values of one family of differences, and widen their intervals to hold together."""
    size = survey.family_size(p_value)
    each = float(survey.simultaneous_confidence(confidence, size, adjust))
    half = np.where(np.isnan(p_value), np.nan, survey.t_quantile(float(max(df, 1)), each) * se)
    return {
        "p_adjusted": survey.adjust_p_values(p_value, adjust),
        "family": family,
        "family_size": int(size),
        "together_low": estimate - half,
        "together_high": estimate + half,
    }


def _placed(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Values in the rows that are known, nan in the others."""
    result = np.full(known.size, np.nan)
    result[known] = values
    return result


def frame_html(frame: pd.DataFrame, caption: str) -> str:
    """Return a small table for a notebook, with a sentence below it."""
    body = frame.to_html(index=False, escape=True, float_format="{:.4g}".format, na_rep="", border=0)
    return f"{body}<p>{escape(caption)}</p>"


def _per_cent(value: float) -> str:
    return per_cent(value, "en", 1)


def _points(value: float) -> str:
    return f"{points(value, 'en')} points"
