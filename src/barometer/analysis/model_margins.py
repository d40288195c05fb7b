"""What a model predicts: adjusted shares, their differences, and average effects."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.estimates import PROVENANCE
from barometer.analysis.model_table import ModelFacts
from barometer.analysis.model_words import (
    ADJUSTED,
    ALL_LABEL,
    HEADINGS,
    INTERVALS,
    MODEL_NOTES,
    POPULATIONS,
    factor_text,
    points,
    synthetic_text,
)
from barometer.codebook import Codebook
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import Indicator, Lang
from barometer.codebook.sheet import Sheet, base_note, source_note

MarginKind = Literal["margins", "differences", "effects"]
ALL = "total"
"""Everybody as they are, in the place of a group."""


@dataclass(frozen=True, eq=False, repr=False)
class ModelMargins:
    """
    Adjusted shares, or differences of adjusted shares.

    Attributes
    ----------
    table : DataFrame
        One row per group: term, level ("total": everybody as they are), versus (of differences), estimate (a share or a
        difference of shares, 0 to 1), se, ci_low, ci_high, statistic and p_value (of differences), df, n (answers in
        the group), observed (of margins: its weighted share, not adjusted), note, provenance.
    kind : {"margins", "differences", "effects"}
    population : {"independent", "fixed", "joint"}
        What the errors are of; see `barometer.survey.Margins.covariance`.
    covariance : DataFrame
        Across the rows that have an estimate, named `term[level]`.
    codebook : Codebook
    outcome : Indicator
        What is explained.
    method : ModelFacts
    p_values : dict of str to float
        Of each factor's Wald test that it has no effect, its crosses included; nan where there is none.
    """

    table: pd.DataFrame
    kind: MarginKind
    population: "survey.Population"
    covariance: pd.DataFrame
    codebook: Codebook
    outcome: Indicator
    method: ModelFacts
    p_values: Mapping[str, float]

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.method.is_synthetic

    @property
    def n(self) -> int:
        """Answers that the model is fitted to."""
        return sum(next(iter(self.method.levels.values())).values())

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
                    level_text(self.codebook, (term,), level, lang)
                    for term, level in zip(shown["term"], shown[column], strict=True)
                ]
        shown["term"] = [factor_text(self.codebook, term, lang) for term in shown["term"]]
        shown["note"] = [MODEL_NOTES[note].text(lang) for note in shown["note"]]
        shown["provenance"] = [PROVENANCE[kind].text(lang) for kind in shown["provenance"]]
        return shown.rename(columns={name: HEADINGS[name].text(lang) for name in shown.columns})

    def text(self, lang: Lang = "en") -> str:
        """Say what the numbers are, in a sentence or two."""
        parts = (
            ADJUSTED.text(lang),
            POPULATIONS[self.population].text(lang) + ".",
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
            base_note(self.codebook, [self.outcome.base], self.n, lang),
            source_note(self.codebook, self.method.wave, self.method.period, lang),
        )
        title = factor_text(self.codebook, self.outcome.name, lang)
        name = f"{self.outcome.name} {self.kind}"
        return (Sheet(name, "", title, notes, self.to_frame(lang), tuple(shares) if self.kind == "margins" else ()),)

    def __repr__(self) -> str:
        """Show the rows, and what they are."""
        columns = [name for name in self.table.columns if name not in ("statistic", "df", "provenance")]
        body = self.table[columns].to_string(index=False, float_format="{:.4f}".format)
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        return f"<ModelMargins: {self.kind}{origin}>\n{body}\n{self.text()}"

    def _repr_html_(self) -> str:
        shown = self.to_frame("en").drop(columns=HEADINGS["provenance"].en)
        percent = per_cent_text if self.kind == "margins" else points_text
        for name in ("estimate", "se", "ci_low", "ci_high", "observed"):
            if name in self.table:
                write = per_cent_text if name in ("se", "observed") else percent
                shown[HEADINGS[name].en] = [write(value) for value in self.table[name]]
        return frame_html(shown, self.text("en"))


def per_cent_text(value: float) -> str:
    """Write a share for a page in English; nothing where there is none."""
    return "" if np.isnan(value) else per_cent(value, "en", 1)


def points_text(value: float) -> str:
    """Write a difference of shares in percentage points; nothing where there is none."""
    return "" if np.isnan(value) else f"{points(value, 'en')} points"


def level_text(book: Codebook, term: tuple[str, ...], level: str, lang: Lang) -> str:
    """Label of a group, or of the groups of a cross."""
    if level == ALL:
        return ALL_LABEL.text(lang)
    codes = level.split(" x ")
    labels = [
        {group.code: group.label.text(lang) for group in book.domain(name).groups}.get(code, code)
        for name, code in zip(term, codes, strict=False)
    ]
    return " x ".join(labels)


def margin_table(
    margins: "survey.Margins",
    population: "survey.Population",
    confidence: float,
    facts: Mapping[str, list[object]],
    known: NDArray[np.bool_],
    provenance: str,
    tested: bool,
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
    known : (rows,) bool
        Rows that have an estimate; the others get the note "empty_cell".
    provenance : str
    tested : bool
        Whether the rows are differences, which have a test against zero.
    """
    low, high = margins.confint(confidence, population).T
    se = margins.se(population)
    columns: dict[str, object] = {name: facts[name] for name in ("term", "level", "versus") if name in facts}
    numbers = {"estimate": margins.estimate, "se": se, "ci_low": low, "ci_high": high}
    columns |= {name: _placed(values, known) for name, values in numbers.items()}
    if tested:
        statistic = np.divide(margins.estimate, se, out=np.full_like(se, np.nan), where=se > 0.0)
        columns["statistic"] = _placed(statistic, known)
    columns["df"] = margins.df
    if tested:
        columns["p_value"] = _placed(margins.p_value(population), known)
    columns |= {name: facts[name] for name in ("observed", "n") if name in facts}
    notes = np.where(known, "", "empty_cell").astype(object)
    notes[known] = margins.note(population)
    return pd.DataFrame(columns | {"note": notes.tolist(), "provenance": provenance})


def _placed(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Values in the rows that are known, nan in the others."""
    result = np.full(known.size, np.nan)
    result[known] = values
    return result


def frame_html(frame: pd.DataFrame, caption: str) -> str:
    """Return a small table for a notebook, with a sentence below it."""
    body = frame.to_html(index=False, escape=True, float_format="{:.4g}".format, na_rep="", border=0)
    return f"{body}<p>{escape(caption)}</p>"
