"""A fitted model: its coefficients, tests of terms, adjusted shares and effects, and what they say in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.estimates import PROVENANCE
from barometer.analysis.formulas import ModelFormula, full_name
from barometer.analysis.model_columns import CROSS, INTERCEPT, setting_name
from barometer.analysis.model_margins import ALL, MarginKind, ModelMargins, frame_html, level_text, margin_table
from barometer.analysis.model_table import ModelFacts
from barometer.analysis.model_words import HEADINGS, INTERCEPT_LABEL, MODEL_NOTES, factor_text
from barometer.codebook import Codebook
from barometer.codebook.names import as_name
from barometer.codebook.records import DONT_KNOW, Indicator, Label, Lang
from barometer.codebook.sheet import Sheet, source_note
from barometer.errors import ArgumentError, UnknownNameError


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """
    A regression of one indicator. It keeps sums, never rows.

    Attributes
    ----------
    table : DataFrame
        One row per coefficient, the intercept first, with a row for each reference group: term, level, estimate, se,
        ci_low, ci_high, odds_ratio (or rate_ratio) with _low and _high, statistic, df, p_value, n, note, provenance.
    formula : ModelFormula
    family : {"logistic", "linear", "poisson"}
    outcome : Indicator
    facts : ModelFacts
    terms : dict of str to tuple of str
        Term of each coefficient.
    observed : dict
        Weighted share of each (factor, group), not adjusted.
    codebook : Codebook
    kernel : Regression
        The same coefficients as arrays, with their covariance.
    kernel_margins : Margins
        Adjusted shares of every group of every factor as arrays.
    """

    table: pd.DataFrame
    formula: ModelFormula
    family: "survey.FamilyName"
    outcome: Indicator
    facts: ModelFacts
    terms: Mapping[str, tuple[str, ...]]
    observed: Mapping[tuple[str, str], float]
    codebook: Codebook
    kernel: "survey.Regression"
    kernel_margins: "survey.Margins"

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.facts.is_synthetic

    @property
    def method(self) -> ModelFacts:
        """What decides the numbers besides the answers."""
        return self.facts

    @property
    def n(self) -> int:
        """Answers that the model is fitted to."""
        return self.kernel.n

    def covariance(self) -> pd.DataFrame:
        """Covariance of the coefficients, named `factor[group]`, crosses with ":" between."""
        return pd.DataFrame(self.kernel.covariance, index=self.kernel.names, columns=self.kernel.names)

    def term_tests(self) -> pd.DataFrame:
        """
        Test every term: that none of its coefficients differs from zero.

        Returns
        -------
        DataFrame
            term, statistic (F), df, residual_df, p_value, note, provenance.
        """
        rows = []
        for term in self.formula.terms:
            test = self.test_term(":".join(term))
            found = {name: getattr(test, name) for name in ("statistic", "df", "residual_df", "p_value", "note")}
            rows.append({"term": ":".join(term), **found})
        return pd.DataFrame(rows).assign(provenance=self.facts.provenance.kind)

    def test_term(self, *names: str) -> "survey.TermTest":
        """
        Test that one or several terms explain nothing: a Wald F test with the design's degrees of freedom.

        Parameters
        ----------
        *names : str
            Terms of the formula: "sector", "evaluated:size"; several are tested together.

        Raises
        ------
        UnknownNameError
            If the model has no such term.
        """
        chosen = [self._term(name) for name in names]
        columns = [name for name, term in self.terms.items() if term in chosen]
        if not columns:
            raise ArgumentError("names", "no term was named")
        return survey.test_coefficients(self.kernel, columns)

    def margins(self, term: str, *, population: "survey.Population" = "independent") -> ModelMargins:
        """
        Average the predictions as if everybody were in a group and otherwise as they are: adjusted shares.

        Parameters
        ----------
        term : str
            A factor: by "sector", every sector is as if it had the sizes, and whatever else is in the model, of all.
        population : {"independent", "fixed", "joint"}
            What the errors are of: coefficients and the sample's make-up, taken to be independent (R's `svypredmeans`);
            coefficients only (delta method); both with their covariance.

        Returns
        -------
        ModelMargins
            "total" (everybody as they are) and every group.
        """
        factor = self._factor(term)
        levels = [ALL, *self.facts.levels[factor]]
        found = self._kernel_rows(factor, levels)
        known = np.array([row is not None for row in found])
        margins = self._combined([row for row in found if row is not None], None)
        facts: dict[str, list[object]] = {
            "term": [factor] * len(levels),
            "level": list(levels),
            "n": [self.n, *self.facts.levels[factor].values()],
        }
        facts["observed"] = [self.observed[factor, level] for level in levels]
        table = margin_table(
            margins, population, self.facts.confidence, facts, known, self.facts.provenance.kind, tested=False
        )
        return self._margins(table, "margins", population, margins)

    def compare_margins(
        self, term: str, *, versus: str | None = None, population: "survey.Population" = "independent"
    ) -> ModelMargins:
        """
        Differences of adjusted shares, with the covariance between them.

        Parameters
        ----------
        term : str
            A factor.
        versus : str, optional
            Group that the others are compared with, or "total": everybody as they are. The reference group without it.
        population : {"independent", "fixed", "joint"}
            See `margins`.

        Returns
        -------
        ModelMargins
        """
        factor = self._factor(term)
        against = self.facts.references[factor] if versus is None else versus
        if against not in (ALL, *self.facts.levels[factor]):
            raise UnknownNameError(f"group of {factor!r}", str(against), [ALL, *self.facts.levels[factor]])
        return self._differences({factor: against}, "differences", population)

    def marginal_effects(self, *, population: "survey.Population" = "fixed") -> ModelMargins:
        """
        Average effects of every factor: the adjusted share of each group less that of the reference group.

        Parameters
        ----------
        population : {"fixed", "independent", "joint"}
            See `margins`; "fixed" is the delta method of most programs.

        Returns
        -------
        ModelMargins
        """
        return self._differences(dict(self.facts.references), "effects", population)

    def summary(self, lang: "Lang" = "en") -> str:
        """
        Say what the model is and found, in sentences.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        from barometer.analysis.model_summary import summarise_model

        return summarise_model(self, lang)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        shown = self.table.copy()
        terms = [() if term == INTERCEPT else tuple(term.split(":")) for term in shown["term"]]
        shown["level"] = [level_text(self.codebook, t, v, lang) for t, v in zip(terms, shown["level"], strict=True)]
        shown["term"] = [self.term_text(term, lang) for term in terms]
        shown["note"] = [MODEL_NOTES[note].text(lang) for note in shown["note"]]
        shown["provenance"] = [PROVENANCE[kind].text(lang) for kind in shown["provenance"]]
        return shown.rename(columns={name: HEADINGS[name].text(lang) for name in shown.columns})

    def term_text(self, term: tuple[str, ...], lang: Lang) -> str:
        """Label of a term."""
        if not term:
            return INTERCEPT_LABEL.text(lang)
        return CROSS.join(factor_text(self.codebook, name, lang) for name in term)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        notes = (*self.summary(lang).splitlines(), self._source(lang))
        title, name = f"{factor_text(self.codebook, self.outcome.name, lang)}", f"{self.outcome.name} model"
        tests = self.term_tests()
        tests["term"] = [self.term_text(tuple(term.split(":")), lang) for term in tests["term"]]
        tests["note"] = [MODEL_NOTES[note].text(lang) for note in tests["note"]]
        tests["provenance"] = [PROVENANCE[kind].text(lang) for kind in tests["provenance"]]
        tests = tests.rename(columns={each: HEADINGS[each].text(lang) for each in tests.columns})
        return (
            Sheet(name, "", title, notes, self.to_frame(lang)),
            Sheet(name, Label("test af led", "tests of terms").text(lang), title, notes, tests),
        )

    def _source(self, lang: Lang) -> str:
        rule = self.outcome.dont_know if self.facts.dont_know == "record" else self.facts.dont_know
        source = source_note(self.codebook, self.facts.wave, self.facts.period, lang)
        return f"{DONT_KNOW[rule].text(lang)}. {source}"

    def __repr__(self) -> str:
        """Say what was fitted, and show the coefficients."""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        columns = [c for c in self.table.columns if c not in ("df", "provenance", "statistic", "ci_low", "ci_high")]
        with pd.option_context("display.width", 140, "display.max_columns", 14):
            body = self.table[columns].to_string(index=False, float_format="{:.4g}".format)
        about = f"<Model: {self.family}, {self.formula.text}, n = {self.n:,}, wave {self.facts.wave}{origin}>"
        return f"{about}\n{body}"

    def _repr_html_(self) -> str:
        shown = frame_html(self.to_frame("en").drop(columns=HEADINGS["provenance"].en), "")
        said = "".join(f"<p>{escape(line)}</p>" for line in self.summary("en").splitlines())
        return said + shown

    def _term(self, name: str) -> tuple[str, ...]:
        wanted = {full_name(part, self.codebook) for part in as_name("term", name).split(":")}
        for term in self.formula.terms:
            if set(term) == wanted:
                return term
        raise UnknownNameError("term in this model", name, [":".join(term) for term in self.formula.terms])

    def _factor(self, name: str) -> str:
        full = full_name(as_name("term", name), self.codebook)
        if full not in self.facts.levels:
            raise UnknownNameError("factor in this model", name, self.facts.levels)
        return full

    def _kernel_rows(self, factor: str, levels: list[str]) -> list[int | None]:
        """Place of each group's margin; None where the model has no prediction for it."""
        names = [ALL if level == ALL else setting_name(factor, level) for level in levels]
        place = {name: position for position, name in enumerate(self.kernel_margins.names)}
        return [place.get(name) for name in names]

    def _combined(self, rows: list[int], versus: list[int] | None) -> "survey.Margins":
        """Margins at some rows, or less those at others."""
        weights = np.zeros((len(rows), len(self.kernel_margins.names)))
        weights[np.arange(len(rows)), rows] = 1.0
        if versus is not None:
            weights[np.arange(len(rows)), versus] -= 1.0
        return self.kernel_margins.combine(weights, [self.kernel_margins.names[row] for row in rows])

    def _differences(
        self, against: Mapping[str, str], kind: MarginKind, population: "survey.Population"
    ) -> ModelMargins:
        facts: dict[str, list[object]] = {"term": [], "level": [], "versus": [], "n": []}
        rows: list[int] = []
        others: list[int] = []
        known: list[bool] = []
        for factor, versus in against.items():
            (base,) = self._kernel_rows(factor, [versus])
            levels = [level for level in self.facts.levels[factor] if level != versus]
            for level, row in zip(levels, self._kernel_rows(factor, levels), strict=True):
                for name, value in (("term", factor), ("level", level), ("versus", versus)):
                    facts[name].append(value)
                facts["n"].append(self.facts.levels[factor][level])
                known.append(row is not None and base is not None)
                if row is not None and base is not None:
                    rows.append(row)
                    others.append(base)
        margins = self._combined(rows, others)
        table = margin_table(
            margins, population, self.facts.confidence, facts, np.array(known), self.facts.provenance.kind, tested=True
        )
        return self._margins(table, kind, population, margins)

    def _margins(
        self, table: pd.DataFrame, kind: MarginKind, population: "survey.Population", margins: "survey.Margins"
    ) -> ModelMargins:
        covariance = pd.DataFrame(margins.covariance(population), index=margins.names, columns=margins.names)
        tests = {factor: self._factor_test(factor).p_value for factor in table["term"].unique()}
        return ModelMargins(table, kind, population, covariance, self.codebook, self.outcome, self.facts, tests)

    def _factor_test(self, factor: str) -> "survey.TermTest":
        """Test that a factor explains nothing, by itself or in a cross."""
        return self.test_term(*(":".join(term) for term in self.formula.terms if factor in term))
