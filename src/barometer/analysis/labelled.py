"""What results have in common: a tidy table of codes, and the same in words."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from barometer.analysis.answer_sets import dont_know_text
from barometer.analysis.estimates import HEADINGS, NOTES, PROVENANCE, SHOWN_ROWS, TOTAL, TOTAL_LABEL
from barometer.analysis.html_tables import html_table
from barometer.analysis.method import Method
from barometer.analysis.wording import group_texts, in_words, texts
from barometer.codebook import Codebook
from barometer.codebook.records import Domain, Label, Lang
from barometer.codebook.sheet import Sheet, base_note, most_answers, source_note
from barometer.errors import UnknownNameError
from barometer.microdata import SYNTHETIC

REPR_ROWS = 12
OTHERS = Label("andre mål", "other measures")
"""Rows whose estimate is no share."""


@dataclass(frozen=True, eq=False, repr=False)
class LabelledResult:
    """
    Estimates with codes, and their words.

    Attributes
    ----------
    table : DataFrame
        One row per estimate and group, the total first. Codes, not labels.
    method : Method
    codebook : Codebook
        As the wave used it.
    domains : tuple of Domain
        What the estimates are split by.
    groups : tuple of tuple of str
        Codes of each group, one per domain, in table order after the total.
    """

    table: pd.DataFrame
    method: Method
    codebook: Codebook
    domains: tuple[Domain, ...]
    groups: tuple[tuple[str, ...], ...]

    keys: ClassVar[tuple[str, ...]]
    """Columns that say what is estimated."""
    estimate: ClassVar[str]
    """Column of the estimate."""
    headings: ClassVar[Mapping[str, Label]]
    """Headings of columns that no other result has."""

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.method.is_synthetic

    def confint(self) -> pd.DataFrame:
        """Return the confidence intervals alone, with what they are of."""
        names = [domain.name for domain in self.domains]
        return self.table[[*self.keys, *names, "ci_low", "ci_high", "note", "provenance"]]

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return self._in_words(self.table, {**self._common_words(lang), **self._words(lang)}, lang)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        first, name, title = self.table.iloc[0], type(self).__name__.lower(), self._heading(lang)
        notes = (
            self.method.text(lang),
            f"{dont_know_text(first['dont_know'], lang)}.",
            base_note(self.codebook, self.table["base"].unique(), most_answers(self.table["n"]), lang),
            source_note(self.codebook, self.method.wave, self.method.period, lang),
        )
        columns, frame = {**HEADINGS, **self.headings}, self.to_frame(lang)
        headings = tuple(columns[c].text(lang) for c in (self.estimate, "se", "ci_low", "ci_high"))
        of_one = np.array([self._is_share(row) for row in self.table.to_dict("records")])
        shares = Sheet(name, "", title, notes, frame[of_one].reset_index(drop=True), headings)
        if of_one.all():
            return (shares,)
        others = frame[~of_one].reset_index(drop=True)  # a column has one unit, which a reader must be able to tell
        return (shares, Sheet(name, OTHERS.text(lang), title, notes, others))

    def group_position(self, codes: Sequence[str]) -> int:
        """
        Return the row of a group among total and groups.

        Raises
        ------
        UnknownNameError
        """
        if not codes or set(codes) == {TOTAL}:
            return 0
        if tuple(codes) not in self.groups:
            kind = f"group of {' x '.join(domain.name for domain in self.domains) or 'this result'}"
            raise UnknownNameError(kind, " x ".join(codes), [" x ".join(group) for group in self.groups])
        return 1 + self.groups.index(tuple(codes))

    def _in_words(self, table: pd.DataFrame, words: Mapping[str, Mapping[str, str]], lang: Lang) -> pd.DataFrame:
        """Put words in the place of codes, and headings over the columns."""
        headings = texts({**HEADINGS, **self.headings}, lang)
        return in_words(table, words, headings | {domain.name: domain.label.text(lang) for domain in self.domains})

    def _words(self, lang: Lang) -> dict[str, dict[str, str]]:
        """Words of each column of codes that no other result has."""
        raise NotImplementedError

    def _title(self) -> str:
        raise NotImplementedError

    def _heading(self, lang: Lang) -> str:
        """Say in words what was estimated."""
        raise NotImplementedError

    def _is_share(self, row: Mapping[Hashable, Any]) -> bool:
        """Whether the estimate of a row is a fraction of one, to be shown as per cent."""
        raise NotImplementedError

    def _common_words(self, lang: Lang) -> dict[str, dict[str, str]]:
        words = {
            "base": {base.name: base.label.text(lang) for base in self.codebook.bases.values()},
            "dont_know": {rules: dont_know_text(rules, lang) for rules in self.table["dont_know"].cat.categories},
            "note": texts(NOTES, lang),
            "provenance": texts(PROVENANCE, lang),
        }
        for domain in self.domains:
            words[domain.name] = group_texts(domain, lang) | {TOTAL: TOTAL_LABEL.text(lang)}
        return words

    def __repr__(self) -> str:
        """Say what was estimated, and show the first rows."""
        by = f" by {' x '.join(domain.name for domain in self.domains)}" if self.domains else ""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        names = [*self.keys, *(domain.name for domain in self.domains), self.estimate, "ci_low", "ci_high", "n", "note"]
        with pd.option_context("display.width", 140, "display.max_columns", 12, "display.max_colwidth", 60):
            body = self.table[names].head(REPR_ROWS).to_string(index=False, float_format="{:.3f}".format)
        more = f"\n... {len(self.table) - REPR_ROWS} more rows" if len(self.table) > REPR_ROWS else ""
        return f"<{type(self).__name__}: {self._title()}{by}, wave {self.method.wave}{origin}>\n{body}{more}"

    def _repr_html_(self) -> str:
        words = {**self._common_words("en"), **self._words("en")}
        headings = {name: label.text("en") for name, label in {**HEADINGS, **self.headings}.items()}
        headings |= {domain.name: domain.label.text("en") for domain in self.domains}
        labels = [*self.keys, *(domain.name for domain in self.domains)]
        head = [*(headings[name] for name in (*labels, self.estimate)), "Interval", headings["n"], headings["note"]]
        rows = [self._shown(row, labels, words) for row in self.table.head(SHOWN_ROWS).to_dict("records")]
        more = f"{len(self.table) - SHOWN_ROWS} more rows. " if len(self.table) > SHOWN_ROWS else ""
        note = f"{SYNTHETIC.en}. " if self.is_synthetic else ""
        rules = "; ".join(words["dont_know"].values())
        bases = "; ".join(words["base"][name] for name in self.table["base"].cat.categories)
        caption = f"<strong>{escape(note)}</strong>{escape(f'{more}{self.method.period}. Of: {bases}. {rules}.')}"
        return f"{html_table(head, rows)}<p>{caption}</p>"

    def _shown(
        self, row: Mapping[Hashable, Any], labels: Sequence[str], words: Mapping[str, Mapping[str, str]]
    ) -> list[str]:
        """Write the cells of one row."""
        named = ["" if pd.isna(row[name]) else words.get(name, {}).get(row[name], str(row[name])) for name in labels]
        form = "{:.1%}".format if self._is_share(row) else "{:.2f}".format
        value, low, high = ("" if pd.isna(row[end]) else form(row[end]) for end in (self.estimate, "ci_low", "ci_high"))
        n = "" if pd.isna(row["n"]) else f"{row['n']:,}"
        return [*named, value, f"{low} to {high}" if low else "", n, words["note"][row["note"]]]
