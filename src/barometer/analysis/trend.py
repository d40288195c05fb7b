"""Shares over waves: levels, changes and linear trends, each with what the codebook says of comparing them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, Literal

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.estimates import HEADINGS, NOTES, PROVENANCE, TOTAL, TOTAL_LABEL
from barometer.analysis.method import DontKnowChoice
from barometer.analysis.occasions import SampleChoice
from barometer.analysis.wave_verdicts import WaveVerdicts
from barometer.codebook.comparability import VERDICTS
from barometer.codebook.numbers import MINUS, decimal, per_cent
from barometer.codebook.records import Domain, Indicator, Label, Lang
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC

TrendPart = Literal["shares", "changes", "slopes"]
Versus = Literal["previous", "first", "all"] | int
SHOWN_ROWS = 60

TREND_NOTES = NOTES | {
    "not_asked": Label("En bølge har ikke indikatoren", "A wave does not have the indicator"),
    "no_domain": Label("En bølge har ikke opdelingen", "A wave does not have the domain"),
    "no_group": Label("En bølge har ikke gruppen", "A wave does not have the group"),
    "not_comparable": Label("Bølgerne kan ikke sammenlignes", "The waves cannot be compared"),
    "no_stretch": Label(
        "Ingen to bølger i træk kan sammenlignes uden brud", "No two waves in a row can be compared without a break"
    ),
    "no_year": Label("Perioden nævner intet år", "The period names no year"),
}
"""Why a row is empty, by the code in column `note`."""

SAMPLES = {
    "independent": Label("uafhængige stikprøver", "independent samples"),
    "overlapping": Label("overlappende stikprøver", "overlapping samples"),
}
TREND_HEADINGS = HEADINGS | {
    "wave": Label("Bølge", "Wave"),
    "period": Label("Periode", "Period"),
    "year": Label("Midterår", "Mid-year"),
    "break_before": Label("I forhold til bølgen før", "Against the wave before"),
    "first": Label("Fra", "From"),
    "second": Label("Til", "To"),
    "change": Label("Ændring", "Change"),
    "last": Label("Til", "To"),
    "waves": Label("Bølger", "Waves"),
    "slope": Label("Ændring om året", "Change per year"),
    "statistic": Label("t", "t"),
    "p_value": Label("p-værdi", "p-value"),
    "samples": Label("Stikprøver", "Samples"),
    "common": Label("Svarede i begge", "Answered in both"),
    "comparable": Label("Sammenlignelighed", "Comparability"),
    "reason": Label("Forbehold", "Reservation"),
}
MOVED = {
    (True, False): Label("steg", "rose"),
    (False, False): Label("faldt", "fell"),
    (True, True): Label("målt højere", "measured higher"),
    (False, True): Label("målt lavere", "measured lower"),
}
"""A clear change, by whether it is upward and across a break."""
UNCLEAR = Label("ingen sikker ændring", "no clear change")
BREAK = Label("Serien brydes", "The series breaks")


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
    confidence: float
    interval: "survey.IntervalMethod"
    dont_know: DontKnowChoice
    is_synthetic: bool


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
        less first), se, ci_low, ci_high, statistic, df, p_value, samples ("independent" or "overlapping"), common
        (workplaces that answered in both), comparable ("comparable", "break", "not_comparable"), note, provenance.
    slopes : DataFrame
        One row per indicator, group and stretch of waves without a break: indicator, the domains, first, last, waves
        (how many), slope (per year), se, ci_low, ci_high, statistic, df, p_value, samples, common, note, provenance.
    method : TrendMethod
    indicators : tuple of Indicator
    families : tuple of Label
        Titles of the families of the indicators; empty where one has none.
    domains : tuple of Domain
    verdicts : WaveVerdicts
        What the codebook says of every pair of waves, with its reasons.
    """

    table: pd.DataFrame
    changes: pd.DataFrame
    slopes: pd.DataFrame
    method: TrendMethod
    indicators: tuple[Indicator, ...]
    families: tuple[Label, ...]
    domains: tuple[Domain, ...]
    verdicts: WaveVerdicts

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
        part : {"shares", "changes", "slopes"}
        """
        parts = {"shares": self.table, "changes": self.changes, "slopes": self.slopes}
        if part not in parts:
            raise ArgumentError("part", f"must be one of {', '.join(parts)}; got {part!r}")
        shown = parts[part].copy()
        if part != "slopes":
            shown["reason"] = self._reasons(part, lang)
        labels = {indicator.name: indicator.label.text(lang) for indicator in self.indicators}
        words: dict[str, Mapping[Any, str]] = {"indicator": labels}
        for domain in self.domains:
            words[domain.name] = {g.code: g.label.text(lang) for g in domain.groups} | {TOTAL: TOTAL_LABEL.text(lang)}
        words["note"] = {code: label.text(lang) for code, label in TREND_NOTES.items()}
        words["samples"] = {code: label.text(lang) for code, label in SAMPLES.items()}
        words["comparable"] = {code: label.text(lang) for code, label in VERDICTS.items()}
        words["break_before"] = {"": "", **words["comparable"]}
        words["provenance"] = {code: label.text(lang) for code, label in PROVENANCE.items()}
        for name, mapping in words.items():
            if name in shown:
                shown[name] = shown[name].map(mapping).astype("str")
        headings = {domain.name: domain.label.text(lang) for domain in self.domains}
        headings |= {name: label.text(lang) for name, label in TREND_HEADINGS.items() if name not in headings}
        return shown.rename(columns=headings)

    def summary(self, lang: Lang = "en") -> str:
        """
        Say each change in a sentence.

        Parameters
        ----------
        lang : {"da", "en"}

        Notes
        -----
        A share "rose" or "fell" where zero lies outside the interval of its change, and was "measured higher" or
        "measured lower" where that crosses a break; nothing is corrected for the number of changes looked at.
        """
        reasons = self._reasons("changes", lang)
        shares = self.table.set_index(["indicator", *(d.name for d in self.domains), "wave"])["share"].to_dict()
        lines = [
            self._sentence(row, shares, reason, lang)
            for row, reason in zip(self.changes.to_dict("records"), reasons, strict=True)
        ]
        if self.is_synthetic:
            lines.insert(0, f"{SYNTHETIC.text(lang)}.")
        return "\n".join([*lines, f"{self.method.linking.text(lang)}"])

    def __repr__(self) -> str:
        """Show the first changes, and how the samples were taken."""
        by = f" by {' x '.join(domain.name for domain in self.domains)}" if self.domains else ""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        waves = ", ".join(f"{wave} ({period})" for wave, period in self.method.periods.items())
        columns = ["indicator", *(d.name for d in self.domains), "first", "second", "change", "ci_low", "ci_high"]
        columns += ["p_value", "samples", "comparable", "note"]
        with pd.option_context("display.width", 160, "display.max_columns", 16):
            body = self.changes[columns].head(12).to_string(index=False, float_format="{:.3f}".format)
        more = f"\n... {len(self.changes) - 12} more rows" if len(self.changes) > 12 else ""
        head = f"<Trend: {len(self.indicators)} indicator(s){by}, waves {waves}{origin}>"
        return f"{head}\n{body}{more}\n{self.method.linking.en}"

    def _repr_html_(self) -> str:
        frame = self.to_frame("en", "changes").head(SHOWN_ROWS)
        names = ["indicator", *(d.name for d in self.domains), "first", "second", "change", "ci_low", "ci_high"]
        names += ["p_value", "samples", "comparable", "reason", "note"]
        headings = {domain.name: domain.label.en for domain in self.domains}
        columns = [headings.get(name) or TREND_HEADINGS[name].en for name in names]
        head = "".join(f"<th style='text-align:left'>{escape(column)}</th>" for column in columns)
        points = {TREND_HEADINGS[name].en for name in ("change", "ci_low", "ci_high")}
        body = "".join(
            "<tr>" + "".join(_cell(row[column], column in points) for column in columns) + "</tr>"
            for row in frame.to_dict("records")
        )
        more = f"{len(self.changes) - SHOWN_ROWS} more rows. " if len(self.changes) > SHOWN_ROWS else ""
        note = f"<strong>{escape(SYNTHETIC.en)}.</strong> " if self.is_synthetic else ""
        caption = f"{note}Changes in percentage points. {escape(more + self.method.linking.en)}"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{caption}</p>"

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

    def _sentence(self, row: Mapping[Hashable, Any], shares: Mapping[Any, float], reason: str, lang: Lang) -> str:
        codes = tuple(row[domain.name] for domain in self.domains)
        subject, periods = self._subject(row["indicator"], codes, lang), self.method.periods
        first, second = row["first"], row["second"]
        if np.isnan(row["change"]):
            why = f" {reason}" if row["note"] == "not_comparable" else ""
            return f"{subject}, {periods[first]} / {periods[second]}: {TREND_NOTES[row['note']].text(lang)}.{why}"
        one, two = (per_cent(shares[row["indicator"], *codes, wave], lang, 1) for wave in (first, second))
        to, broken = Label("til", "to").text(lang), row["comparable"] == "break"
        level = f"{one} ({periods[first]}) {to} {two} ({periods[second]})"
        change = f"{signed(row['change'], lang)} {Label('procentpoint', 'percentage points').text(lang)}"
        verb = UNCLEAR
        if not np.isnan(row["ci_low"]):
            change += f" ({signed(row['ci_low'], lang)} {to} {signed(row['ci_high'], lang)})"
            if not row["ci_low"] <= 0.0 <= row["ci_high"]:
                verb = MOVED[row["change"] > 0.0, broken]
        told = f"{subject}: {level}, {verb.text(lang)}: {change}."
        return f"{told} {BREAK.text(lang)}: {reason}" if broken else told

    def _subject(self, name: str, codes: Sequence[str], lang: Lang) -> str:
        """Name an indicator with its family, and the group it is of."""
        place = next(place for place, indicator in enumerate(self.indicators) if indicator.name == name)
        family, label = self.families[place].text(lang), self.indicators[place].label.text(lang)
        held = [{g.code: g.label.text(lang) for g in domain.groups} for domain in self.domains]
        groups = [labels[code] for labels, code in zip(held, codes, strict=True) if code != TOTAL]
        return ", ".join([f"{family}: {label}" if family else label, *groups])


def signed(value: float, lang: Lang) -> str:
    """Write a fraction of one as percentage points with its sign."""
    text = decimal(100.0 * value, lang, 1)
    return text if text.startswith(MINUS) else f"+{text}"


def _cell(value: object, points: bool) -> str:
    if isinstance(value, float):
        text = "" if np.isnan(value) else signed(value, "en") if points else f"{value:.3f}"
        return f"<td style='text-align:right'>{text}</td>"
    return f"<td style='text-align:left'>{escape(str(value))}</td>"
