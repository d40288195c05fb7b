"""A trend along the categories of an ordered answer, with labels."""

from dataclasses import dataclass
from html import escape

import pandas as pd

from barometer import survey
from barometer.analysis.association_words import HEADINGS, NOTES, trend_df_text, trend_sentence
from barometer.analysis.crossed_answers import CrossedAnswer, described, described_in_words, rule_texts
from barometer.analysis.estimates import HEADINGS as ESTIMATE_HEADINGS
from barometer.analysis.estimates import PROVENANCE
from barometer.analysis.method import Method
from barometer.codebook import Codebook
from barometer.codebook.records import Label, Lang
from barometer.microdata import SYNTHETIC


@dataclass(frozen=True, eq=False, repr=False)
class AnswerTrend:
    """
    Whether an answer rises or falls in a line along an ordered one.

    Attributes
    ----------
    rows, columns : CrossedAnswer
        What rises or falls, and along what.
    kernel : OrderedTrend
        Slope, interval and test.
    method : Method
    codebook : Codebook
    """

    rows: CrossedAnswer
    columns: CrossedAnswer
    kernel: "survey.OrderedTrend"
    method: Method
    codebook: Codebook

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.method.is_synthetic

    @property
    def table(self) -> pd.DataFrame:
        """
        The trend as one row.

        Columns: rows, columns, rows_base, columns_base, rows_dont_know, columns_dont_know, slope, se, ci_low, ci_high
        (a share where the rows are yes and no, otherwise steps of the answer), statistic, df, p_value, n, note,
        provenance.
        """
        names = ("slope", "se", "ci_low", "ci_high", "statistic", "df", "p_value", "n", "note")
        row = {
            **described(self.rows, self.columns),
            **{name: getattr(self.kernel, name) for name in names},
            "provenance": self.method.provenance.kind,
        }
        return pd.DataFrame([row])

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the trend with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        shown = self.table.assign(**described_in_words(self.rows, self.columns, self.codebook, lang))
        shown["note"] = NOTES[self.kernel.note].text(lang)
        shown["provenance"] = PROVENANCE[self.method.provenance.kind].text(lang)
        return shown.rename(columns={n: label.text(lang) for n, label in (ESTIMATE_HEADINGS | HEADINGS).items()})

    def sentence(self, lang: Lang = "en") -> str:
        """
        Say what was found, the order that was taken, the rule for don't know, and whether data are synthetic.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        steps = Label("Trin", "Steps").text(lang)
        order = " \N{RIGHTWARDS ARROW} ".join(label.text(lang) for label in self.columns.in_order)
        rule = rule_texts(self.rows, self.columns, lang)
        found = trend_sentence(self.rows, self.columns, self.kernel, lang)
        df = trend_df_text(self.kernel, lang)
        parts = [found, df, f"{steps}: {order}", rule, SYNTHETIC.text(lang) if self.is_synthetic else ""]
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)

    def __repr__(self) -> str:
        """Say what was found."""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        names = f"{self.rows.name} along {self.columns.name}, wave {self.method.wave}{origin}"
        return f"<AnswerTrend: {names}>\n{self.sentence('en')}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence('en'))}</p>"
