"""A fitted model: its coefficients, tests of terms, adjusted shares and effects, and what they say in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import combinations

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.estimates import PROVENANCE
from barometer.analysis.formulas import ModelFormula, full_name
from barometer.analysis.model_cells import CROSS
from barometer.analysis.model_columns import INTERCEPT, setting_name
from barometer.analysis.model_margins import ALL, MarginKind, ModelMargins, frame_html, level_text, margin_table
from barometer.analysis.model_sheets import model_sheets
from barometer.analysis.model_table import ModelFacts
from barometer.analysis.model_words import HEADINGS, INTERCEPT_LABEL, MODEL_NOTES, term_text
from barometer.codebook import Codebook
from barometer.codebook.names import as_name, as_names
from barometer.codebook.records import Indicator, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError, UnknownNameError, check_choice

PAIRS = "pairs"
"""Every group less each of those after it."""


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
        Weighted share of each (factor, group) and (cross, cell), not adjusted.
    notes, margin_notes : dict of str to str
        By coefficient and by margin, why it has no standard error: a group whose answers do not vary.
    codebook : Codebook
    kernel : Regression
        The same coefficients as arrays, with their covariance.
    kernel_margins : Margins
        Adjusted shares of every group of every factor, and of every cell of every cross, as arrays.
    tested : DataFrame or None
        What `term_tests` found, where the arrays that it follows from are withheld.
    """

    table: pd.DataFrame
    formula: ModelFormula
    family: "survey.FamilyName"
    outcome: Indicator
    facts: ModelFacts
    terms: Mapping[str, tuple[str, ...]]
    observed: Mapping[tuple[str, str], float]
    notes: Mapping[str, str]
    margin_notes: Mapping[str, str]
    codebook: Codebook
    kernel: "survey.Regression"
    kernel_margins: "survey.Margins"
    tested: pd.DataFrame | None = None

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
        return self.facts.n

    def covariance(self) -> pd.DataFrame:
        """Covariance of the coefficients, named `factor[group]`, crosses with ":" between."""
        return pd.DataFrame(self.kernel.covariance, index=self.kernel.names, columns=self.kernel.names)

    def term_tests(self) -> pd.DataFrame:
        """
        Test every term: that none of its coefficients differs from zero.

        Returns
        -------
        DataFrame
            term, statistic (F), df, residual_df, p_value, note, provenance, and within: where the test is of a factor
            in the reference groups of those it is crossed with, these groups as `factor[group]`; otherwise empty.

        Notes
        -----
        Groups whose answers do not vary are left out of the test, with the note "some_not_tested".
        """
        if self.tested is not None:
            return self.tested.copy()
        rows = []
        for term in self.formula.terms:
            test = self.test_term(":".join(term))
            found = {name: getattr(test, name) for name in ("statistic", "df", "residual_df", "p_value", "note")}
            within = CROSS.join(setting_name(name, self.facts.references[name]) for name in self.crossed_with(term))
            rows.append({"term": ":".join(term), **found, "provenance": self.facts.provenance.kind, "within": within})
        return pd.DataFrame(rows)

    def crossed_with(self, term: tuple[str, ...]) -> list[str]:
        """Return the other factors of crosses that a term is part of: its test is of their reference groups."""
        wider = [other for other in self.formula.terms if set(term) < set(other)]
        return [name for name in self.facts.references if name not in term and any(name in other for other in wider)]

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

        Notes
        -----
        R's `regTermTest(method = "Wald")`. Of a factor that is crossed with another, the coefficients are of the
        other's reference group, and so is the test. Coefficients that a model takes for certain because a group's
        answers do not vary are left out: the note is "some_not_tested", or "none_tested" where no other is left.
        """
        chosen = [self._term(name) for name in names]
        columns = [name for name, term in self.terms.items() if term in chosen]
        if not columns:
            raise ArgumentError("names", "no term was named")
        tested = [name for name in columns if not self.notes[name]]
        if not tested:
            return survey.TermTest(float("nan"), len(columns), self.kernel.df, float("nan"), "none_tested")
        test = survey.test_coefficients(self.kernel, tested)
        return replace(test, note=test.note or "some_not_tested") if len(tested) < len(columns) else test

    def margins(self, term: str | Sequence[str], *, population: "survey.Population" = "independent") -> ModelMargins:
        """
        Average the predictions as if everybody were in a group and otherwise as they are: adjusted shares.

        Parameters
        ----------
        term : str or sequence of str
            A factor: by "sector", every sector is as if it had the sizes, and whatever else is in the model, of all.
            Or a cross of the formula, by its cells: "evaluated:size" or ["evaluated", "size"].
        population : {"independent", "fixed", "joint"}
            What the errors are of: coefficients and the sample's make-up, taken to be independent (R's `svypredmeans`);
            coefficients only (delta method); both with their covariance.

        Returns
        -------
        ModelMargins
            "total" (everybody as they are) and every group or cell.

        Notes
        -----
        Intervals of a logistic model are on the logit scale; those of other models are symmetric, and may leave 0 to 1.
        """
        name = self._margin_term(term)
        levels = [ALL, *self.facts.levels[name]]
        rows, told = self._kernel_rows(name, levels)
        margins = self._combined([row for row in rows if row is not None], None)
        facts: dict[str, list[object]] = {
            "term": [name] * len(levels),
            "level": list(levels),
            "n": [self.n, *self.facts.levels[name].values()],
        }
        facts["observed"] = [self.observed[name, level] for level in levels]
        table = margin_table(margins, population, self.facts.confidence, facts, told, self.facts.provenance.kind)
        return self._margins(table, "margins", population, margins)

    def compare_margins(
        self,
        term: str | Sequence[str],
        *,
        versus: str | None = None,
        adjust: "survey.Adjustment" = "holm",
        population: "survey.Population" = "independent",
    ) -> ModelMargins:
        """
        Differences of adjusted shares, with the covariance between them.

        Parameters
        ----------
        term : str or sequence of str
            A factor, or a cross of the formula.
        versus : str, optional
            Group that the others are compared with; "total": everybody as they are; "pairs": every group less each of
            those after it. The reference group without it.
        adjust : {"holm", "bh", "none"}
            Adjustment of the p-values for the number of comparisons, which are one family; see `compare_domains`.
        population : {"independent", "fixed", "joint"}
            See `margins`.

        Returns
        -------
        ModelMargins
        """
        check_choice("adjust", adjust, survey.Adjustment)
        name = self._margin_term(term)
        levels = list(self.facts.levels[name])
        against = self._reference(name) if versus is None else versus
        if against == PAIRS:
            pairs = [(name, level, other) for level, other in combinations(levels, 2)]
        elif against in (ALL, *levels):
            pairs = [(name, level, against) for level in levels if level != against]
        else:
            raise UnknownNameError(f"group of {name!r}", str(against), [ALL, PAIRS, *levels])
        return self._differences(pairs, "differences", population, adjust)

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
        references = self.facts.references.items()
        pairs = [(name, level, own) for name, own in references for level in self.facts.levels[name] if level != own]
        return self._differences(pairs, "effects", population, None)

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
        return term_text(self.codebook, term, lang) if term else INTERCEPT_LABEL.text(lang)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return model_sheets(self, lang)

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

    def _margin_term(self, term: str | Sequence[str]) -> str:
        """Return the factor, or the cross of the formula, that a name or several stand for."""
        parts = [part for name in as_names("term", term) for part in name.split(":")]
        full = [full_name(part, self.codebook) for part in parts]
        for name in self.facts.levels:
            if set(name.split(":")) == set(full):
                return name
        kind = "factor in this model" if len(full) == 1 else "cross in this model"
        hint = "" if len(full) == 1 else f"Write {' * '.join(parts)} in the formula to have it."
        raise UnknownNameError(kind, ":".join(parts), self.facts.levels, hint)

    def _reference(self, name: str) -> str:
        return CROSS.join(self.facts.references[each] for each in name.split(":"))

    def _kernel_rows(self, term: str, levels: list[str]) -> tuple[list[int | None], list[str]]:
        """Place of each group's margin, None where the model has no prediction for it; and what is to be said of it."""
        place = {name: position for position, name in enumerate(self.kernel_margins.names)}
        parts, rows, told = tuple(term.split(":")), list[int | None](), list[str]()
        for level in levels:
            codes = level.split(CROSS)
            name = ALL if level == ALL else ":".join(map(setting_name, parts, codes))
            rows.append(place.get(name))
            nobody = name not in place
            told.append(self.facts.note_of_nobody(parts, level) if nobody else self.margin_notes.get(name, ""))
        return rows, told

    def _combined(self, rows: list[int], versus: list[int] | None) -> "survey.Margins":
        """Margins at some rows, or less those at others."""
        weights = np.zeros((len(rows), len(self.kernel_margins.names)))
        weights[np.arange(len(rows)), rows] = 1.0
        if versus is not None:
            weights[np.arange(len(rows)), versus] -= 1.0
        return self.kernel_margins.combine(weights, [self.kernel_margins.names[row] for row in rows])

    def _differences(
        self,
        pairs: Sequence[tuple[str, str, str]],
        kind: MarginKind,
        population: "survey.Population",
        adjust: "survey.Adjustment | None",
    ) -> ModelMargins:
        """Differences between two groups of a term, for each (term, group, group compared with)."""
        rows: list[int] = []
        others: list[int] = []
        told: list[str] = []
        for term, level, versus in pairs:
            (row, base), notes = self._kernel_rows(term, [level, versus])
            if row is None or base is None:
                told.append(notes[0] if row is None else notes[1])
                continue
            told.append(notes[0] or notes[1])
            rows.append(row)
            others.append(base)
        margins = self._combined(rows, others)
        facts: dict[str, list[object]] = {
            name: [pair[place] for pair in pairs] for place, name in enumerate(("term", "level", "versus"))
        }
        facts["n"] = [self.facts.levels[term][level] for term, level, _ in pairs]
        table = margin_table(
            margins, population, self.facts.confidence, facts, told, self.facts.provenance.kind, adjust
        )
        return self._margins(table, kind, population, margins, adjust or "none")

    def _margins(
        self,
        table: pd.DataFrame,
        kind: MarginKind,
        population: "survey.Population",
        margins: "survey.Margins",
        adjustment: "survey.Adjustment" = "none",
    ) -> ModelMargins:
        covariance = pd.DataFrame(margins.covariance(population), index=margins.names, columns=margins.names)
        logit = bool(margins.shares.any())
        tests = {factor: self._factor_test(factor).p_value for factor in table["term"].unique()}
        return ModelMargins(
            table,
            kind,
            population,
            covariance,
            self.codebook,
            self.outcome,
            self.facts,
            tests,
            adjustment,
            logit,
        )

    def _factor_test(self, factor: str) -> "survey.TermTest":
        """Test that a factor explains nothing, by itself or in a cross; or a cross."""
        names = set(factor.split(":"))
        return self.test_term(*(":".join(term) for term in self.formula.terms if names <= set(term)))
