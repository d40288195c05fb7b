"""Shares over waves: levels, changes and linear trends, each with what the codebook says of comparing them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.estimates import PROVENANCE, TOTAL, TOTAL_LABEL
from barometer.analysis.html_tables import html_table
from barometer.analysis.method import WEIGHTED, DontKnowChoice
from barometer.analysis.occasions import SampleChoice
from barometer.analysis.trend_sentences import all_sentences, note_texts, stretch_sentences
from barometer.analysis.trend_words import (
    ADJUSTED,
    CHANGE_NOTES,
    FAMILY,
    SAMPLES,
    TESTED,
    TREND_HEADINGS,
    TREND_NOTES,
    UNADJUSTED,
    signed,
)
from barometer.analysis.wave_verdicts import WaveVerdicts
from barometer.analysis.wording import group_texts, in_words, texts
from barometer.codebook.comparability import VERDICTS
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import DONT_KNOW, Domain, Indicator, Label, Lang
from barometer.codebook.sheet import Sheet, first_few, most_answers, period_note
from barometer.codebook.wording import under_family
from barometer.errors import ArgumentError, check_choice
from barometer.microdata import SYNTHETIC

if TYPE_CHECKING:
    from barometer.codebook import Codebook

TrendPart = Literal["shares", "changes", "slopes", "spans"]
Versus = Literal["previous", "first", "all"] | int
SHOWN_ROWS, SHOWN_LINES = 60, 12


LINES = Label("{confidence}\u202f%-konfidensintervaller.", "{confidence}% confidence intervals.")
PARTS: "dict[TrendPart, Label]" = {
    "shares": Label("andele", "shares"),
    "changes": Label("ændringer", "changes"),
    "slopes": Label("ændring om året", "change per year"),
}


@dataclass(frozen=True, slots=True)
class TrendMethod:
    """
    Everything that decides the numbers besides the answers.

    Attributes
    ----------
    periods, years : dict of int to str and float
        By wave: the period, and the year it is placed at, the mean of the years that the period names.
    samples : {"auto", "by_id", "independent"}
        Which ids count as the same workplace.
    linking : Label
        What came of that, in words, and which waves have moved weights.
    overlap : {"conditional", "stacked"}
        How the covariance of workplaces in common is taken.
    adjustment : {"holm", "bh", "none"}
        Of the p-values.
    versus, confidence, interval, dont_know
        As they were asked for; the interval is that of the shares.
    is_synthetic : bool
        Whether the microdata of a wave are artificial.
    """

    periods: Mapping[int, str]
    years: Mapping[int, float]
    samples: SampleChoice
    linking: Label
    overlap: "survey.OverlapRule"
    versus: Versus
    adjustment: "survey.Adjustment"
    confidence: float
    interval: "survey.IntervalMethod"
    dont_know: DontKnowChoice
    is_synthetic: bool

    def text(self, lang: Lang) -> str:
        """Say how the waves were taken together and tested, in a sentence or two."""
        adjusted = ADJUSTED[self.adjustment].text(lang).format(family=FAMILY.text(lang))
        tested = (UNADJUSTED if self.adjustment == "none" else TESTED).text(lang)
        level = per_cent(1.0 - self.confidence, lang)
        return f"{self.linking.text(lang)} {tested.format(level=level, adjusted=adjusted)}"


@dataclass(frozen=True, eq=False, repr=False)
class Trend:
    """
    Shares of several waves, the changes between them and their linear trends.

    Attributes
    ----------
    table : DataFrame
        One row per indicator, group and wave: indicator, the domains, wave, period, year, share, se, ci_low, ci_high,
        df, n, note, break_before ("", "break" or "not_comparable" with the nearest wave before that has the
        indicator), provenance.
    changes : DataFrame
        One row per indicator, group and pair of waves: indicator, the domains, first, second (waves), change (second
        less first), se, ci_low, ci_high, statistic, df, p_value, p_adjusted, samples ("independent" or "overlapping"),
        common (workplaces that answered in both), comparable ("comparable", "break", "not_comparable"), note (why a
        row is empty, lacks its test, or is to be doubted), provenance.
    slopes : DataFrame
        One row per indicator, group and stretch of waves without a break: indicator, the domains, first, last, waves
        (how many), slope (per year), se, ci_low, ci_high, statistic, df, p_value, p_adjusted, samples, common, note,
        provenance.
    spans : DataFrame
        The change over the whole of each of these stretches, whatever `versus` asked for: the columns of `changes`, but
        for p_adjusted the totals of all indicators are one family and their groups another. Stretches
        whose ends the codebook does not let compare without a break are left out.
    method : TrendMethod
    indicators : tuple of Indicator
    families : tuple of Label
        Titles of the families of the indicators; empty where one has none.
    domains : tuple of Domain
    verdicts : WaveVerdicts
        What the codebook says of every pair of waves, with its reasons.
    codebooks : dict of int to Codebook
        By wave, as it used it.
    answered : (rows,) int
        Answers behind each row of the table, without weights.
    weighted_base : (rows,) float
        Sum of weights in the base of each row.
    """

    table: pd.DataFrame
    changes: pd.DataFrame
    slopes: pd.DataFrame
    spans: pd.DataFrame
    method: TrendMethod
    indicators: tuple[Indicator, ...]
    families: tuple[Label, ...]
    domains: tuple[Domain, ...]
    verdicts: WaveVerdicts
    codebooks: "Mapping[int, Codebook]"
    answered: NDArray[np.intp]
    weighted_base: NDArray[np.float64]

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata of a wave are artificial."""
        return self.method.is_synthetic

    def confint(self) -> pd.DataFrame:
        """Return the confidence intervals of the changes: indicator, domains, first, second, ci_low, ci_high, note."""
        names = [domain.name for domain in self.domains]
        return self.changes[["indicator", *names, "first", "second", "ci_low", "ci_high", "note", "provenance"]]

    def reason(self, indicator: str, first: int, second: int, *, grouped: bool = False, lang: Lang = "en") -> str:
        """
        Say what is different between two waves.

        Parameters
        ----------
        indicator : str
        first, second : int
            Waves, the earlier one first.
        grouped : bool
            Whether of its groups, so that the domains count too.
        lang : {"da", "en"}
        """
        if (indicator, first, second) not in self.verdicts.records:
            raise ArgumentError("indicator", f"{indicator!r} with waves {first} and {second} is not in this result")
        return self.verdicts.reason(indicator, first, second, grouped, lang)

    def to_frame(self, lang: Lang = "en", part: TrendPart = "shares") -> pd.DataFrame:
        """
        Return a table with labels instead of codes, and reservations in words.

        Parameters
        ----------
        lang : {"da", "en"}
        part : {"shares", "changes", "slopes", "spans"}
        """
        parts = {"shares": self.table, "changes": self.changes, "slopes": self.slopes, "spans": self.spans}
        check_choice("part", part, parts)
        shown = parts[part].copy()
        if part in ("shares", "changes"):
            shown["reason"] = self._reasons(part, lang)
        shown["note"] = note_texts(self, parts[part], TREND_NOTES if part == "shares" else CHANGE_NOTES, lang)
        words = {
            "indicator": {each.name: self.name_of(place, lang) for place, each in enumerate(self.indicators)},
            "samples": texts(SAMPLES, lang),
            "comparable": texts(VERDICTS, lang),
            "break_before": {"": "", **texts(VERDICTS, lang)},
            "provenance": texts(PROVENANCE, lang),
        }
        words |= {domain.name: group_texts(domain, lang) | {TOTAL: TOTAL_LABEL.text(lang)} for domain in self.domains}
        headings = texts(TREND_HEADINGS, lang) | {domain.name: domain.label.text(lang) for domain in self.domains}
        return in_words(shown, words, headings)

    def summary(self, lang: Lang = "en") -> str:
        """
        Say what happened over each whole stretch of waves, and each other change, in a sentence.

        Parameters
        ----------
        lang : {"da", "en"}

        Notes
        -----
        A share "rose" or "fell" where its adjusted p-value is below the level, and was "measured higher" or "measured
        lower" where that crosses a break. What has no test says why, and a finding from few answers says so.
        """
        lines = [f"{SYNTHETIC.text(lang)}."] if self.is_synthetic else []
        return "\n".join([*lines, *all_sentences(self, lang), self.method.text(lang)])

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        waves = ", ".join(f"{wave} ({period})" for wave, period in self.method.periods.items())
        notes = [f"{TREND_HEADINGS['waves'].text(lang)}: {waves}.", self.method.linking.text(lang)]
        notes += self._period_notes(lang)
        notes += [f"{WEIGHTED.text(lang)}.", LINES.text(lang).format(confidence=f"{100 * self.method.confidence:g}")]
        notes += [f"{SYNTHETIC.text(lang)}."] if self.is_synthetic else []
        rules = [i.dont_know if self.method.dont_know == "record" else self.method.dont_know for i in self.indicators]
        notes += [f"{DONT_KNOW[rule].text(lang)}." for rule in dict.fromkeys(rules)]
        title = first_few([self.name_of(place, lang) for place in range(len(self.indicators))])
        share, change, slope, *ends = (
            TREND_HEADINGS[name].text(lang) for name in ("share", "change", "slope", "se", "ci_low", "ci_high")
        )
        shares = (share, *ends)
        year = TREND_HEADINGS["year"].text(lang)
        units = {"shares": (shares, (), (year,)), "changes": ((), (change, *ends)), "slopes": ((), (slope, *ends))}
        return tuple(
            Sheet(
                f"{self.indicators[0].name} trend",
                "" if part == "shares" else PARTS[part].text(lang),
                f"{title}: {PARTS[part].text(lang)}",
                tuple(notes),
                self.to_frame(lang, part),
                *units[part],
            )
            for part in PARTS
        )

    def __repr__(self) -> str:
        """Show the first changes, and how the samples were taken."""
        by = f" by {' x '.join(domain.name for domain in self.domains)}" if self.domains else ""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        waves = ", ".join(f"{wave} ({period})" for wave, period in self.method.periods.items())
        columns = ["indicator", *(d.name for d in self.domains), "first", "second", "change", "ci_low", "ci_high"]
        columns += ["p_value", "p_adjusted", "samples", "comparable", "note"]
        with pd.option_context("display.width", 160, "display.max_columns", 16):
            body = self.changes[columns].head(12).to_string(index=False, float_format="{:.3f}".format)
        more = f"\n... {len(self.changes) - 12} more rows" if len(self.changes) > 12 else ""
        head = f"<Trend: {len(self.indicators)} indicator(s){by}, waves {waves}{origin}>"
        return f"{head}\n{body}{more}\n{self.method.text('en')}"

    def _repr_html_(self) -> str:
        frame = self.to_frame("en", "changes").head(SHOWN_ROWS)
        names = ["indicator", *(d.name for d in self.domains), "first", "second", "change", "ci_low", "ci_high"]
        names += ["p_value", "p_adjusted", "samples", "comparable", "reason", "note"]
        headings = {domain.name: domain.label.en for domain in self.domains}
        columns = [headings.get(name) or TREND_HEADINGS[name].en for name in names]
        points = {TREND_HEADINGS[name].en for name in ("change", "ci_low", "ci_high")}
        rows = [[_text(row[column], column in points) for column in columns] for row in frame.to_dict("records")]
        table = html_table(columns, rows, {*points, TREND_HEADINGS["p_value"].en})
        more = f"{len(self.changes) - SHOWN_ROWS} more rows. " if len(self.changes) > SHOWN_ROWS else ""
        note = f"<strong>{escape(SYNTHETIC.en)}.</strong> " if self.is_synthetic else ""
        beside = " ".join([more + self.method.text("en"), *self._period_notes("en")])
        caption = f"{note}Changes in percentage points. {escape(beside)}"
        said = list(islice(stretch_sentences(self, "en"), SHOWN_LINES + 1))
        said[SHOWN_LINES:] = ["... and more: .summary()"] if len(said) > SHOWN_LINES else []
        lines = "".join(f"<li>{escape(line)}</li>" for line in said)
        found = f"<ul>{lines}</ul>" if lines else ""
        return f"{found}{table}<p>{caption}</p>"

    def _period_notes(self, lang: Lang) -> list[str]:
        """Say of each wave where the answers come from, of whom they are, and how many answered."""
        bases = [indicator.base for indicator in self.indicators]
        counts = {wave: most_answers(self.table.loc[self.table["wave"] == wave, "n"]) for wave in self.method.periods}
        return [
            period_note(self.codebooks[wave], bases, period, counts[wave], lang)
            for wave, period in self.method.periods.items()
        ]

    def _reasons(self, part: TrendPart, lang: Lang) -> list[str]:
        """Say for each row of shares or changes what is different from the wave it is compared with."""
        rows = self.table if part == "shares" else self.changes
        total = pd.Series(True, index=rows.index)
        for domain in self.domains:
            total &= rows[domain.name] == TOTAL
        if part == "changes":
            pairs = zip(rows["first"], rows["second"], strict=True)
        else:
            asked = rows["wave"].where(rows["note"] != "not_asked")
            same_row = rows.groupby(["indicator", *(domain.name for domain in self.domains)], observed=True, sort=False)
            before = asked.groupby(same_row.ngroup()).transform(lambda waves: waves.ffill().shift())
            pairs = zip(before.where(rows["break_before"] != ""), rows["wave"], strict=True)
        told = cache(
            lambda indicator, first, second, grouped: self.verdicts.reason(indicator, first, second, grouped, lang)
        )
        return [
            "" if pd.isna(first) else told(indicator, int(first), int(second), not whole)
            for indicator, (first, second), whole in zip(rows["indicator"], pairs, total, strict=True)
        ]

    def name_of(self, place: int, lang: Lang) -> str:
        """Name an indicator with its family."""
        return under_family(self.families[place].text(lang), self.indicators[place].label.text(lang))


def _text(value: object, points: bool) -> str:
    """Write a cell."""
    if isinstance(value, float):
        text = "" if np.isnan(value) else signed(value, "en") if points else f"{value:.3f}"
        return "<0.001" if text == "0.000" else text
    return str(value)
