"""Shares of two countries side by side, where records say that the questions match."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.differences import COMPARISON_NOTES
from barometer.analysis.estimates import HEADINGS, PROVENANCE, Estimates
from barometer.analysis.html_tables import html_table
from barometer.analysis.method import Method
from barometer.analysis.shares import estimate_shares
from barometer.codebook import Counterpart
from barometer.codebook.comparability import MATCHES
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.codebook.wording import lower_first
from barometer.errors import ArgumentError, MixedCodebooksError, NoMatchError
from barometer.microdata import SYNTHETIC, Wave, check_wave

COUNTRY_HEADINGS = {
    "theirs": Label("Indikator i den anden", "Indicator of the second"),
    "match": Label("Spørgsmålene", "The questions"),
    "difference": Label("Forskel", "Difference"),
    "p_value": Label("p-værdi", "p-value"),
    "note": Label("Bemærkning", "Note"),
    "reason": Label("Forbehold", "Reservation"),
}
SHARES = ("share_first", "share_second")


@dataclass(frozen=True, eq=False, repr=False)
class CountryComparison:
    """
    Shares of two countries' waves and their differences.

    Attributes
    ----------
    table : DataFrame
        One row per indicator: indicator, theirs, match ("same" or "similar"), share_first, se_first, n_first,
        share_second, se_second, n_second, difference (first less second), se, ci_low, ci_high, df, statistic,
        p_value, note (why there is no test, or why it is to be doubted), provenance. Shares and differences are
        fractions of one.
    counterparts : tuple of Counterpart
        For each row why the questions may be compared, and with which reservation.
    first, second : Estimates
        The shares themselves, each with its method.
    """

    table: pd.DataFrame
    counterparts: tuple[Counterpart, ...]
    first: Estimates
    second: Estimates

    @property
    def methods(self) -> tuple[Method, Method]:
        """How the two countries' shares were made."""
        return self.first.method, self.second.method

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata of either country are artificial."""
        return any(method.is_synthetic for method in self.methods)

    def confint(self) -> pd.DataFrame:
        """Return the confidence intervals of the differences alone: indicator, ci_low, ci_high."""
        return self.table[["indicator", "ci_low", "ci_high"]]

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with labels instead of codes, and what to bear in mind with each row.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        columns: dict[str, object] = {}
        for role, estimates in (("indicator", self.first), ("theirs", self.second)):
            labels = estimates.indicator_labels(lang)
            heading = (HEADINGS | COUNTRY_HEADINGS)[role].text(lang)
            columns[heading] = self.table[role].map(labels).astype("str")
        for side, estimates in (("first", self.first), ("second", self.second)):
            country = estimates.codebook.about.label.text(lang)
            for name in ("share", "se", "n"):
                columns[f"{HEADINGS[name].text(lang)}: {country}"] = self.table[f"{name}_{side}"]
        columns[COUNTRY_HEADINGS["difference"].text(lang)] = self.table["difference"]
        for name in ("se", "ci_low", "ci_high", "df"):
            columns[HEADINGS[name].text(lang)] = self.table[name]
        columns[COUNTRY_HEADINGS["p_value"].text(lang)] = self.table["p_value"]
        columns[COUNTRY_HEADINGS["note"].text(lang)] = [
            COMPARISON_NOTES[code].text(lang) for code in self.table["note"]
        ]
        columns[COUNTRY_HEADINGS["match"].text(lang)] = [MATCHES[c.verdict].text(lang) for c in self.counterparts]
        columns[COUNTRY_HEADINGS["reason"].text(lang)] = [c.reason(lang) for c in self.counterparts]
        kinds = {kind: label.text(lang) for kind, label in PROVENANCE.items()}
        columns[HEADINGS["provenance"].text(lang)] = self.table["provenance"].map(kinds).astype("str")
        return pd.DataFrame(columns)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        own = [estimates.sheets(lang)[0] for estimates in (self.first, self.second)]
        countries = [estimates.codebook.about.label.text(lang) for estimates in (self.first, self.second)]
        notes = tuple(f"{who}: {note}" for who, sheet in zip(countries, own, strict=True) for note in sheet.notes)
        shares = tuple(f"{HEADINGS['share'].text(lang)}: {country}" for country in countries)
        name = f"{own[0].name} countries"
        ends = tuple(HEADINGS[each].text(lang) for each in ("se", "ci_low", "ci_high"))
        shares += tuple(f"{HEADINGS['se'].text(lang)}: {country}" for country in countries)
        points = (COUNTRY_HEADINGS["difference"].text(lang), *ends)
        return (Sheet(name, "", " / ".join(countries), notes, self.to_frame(lang), shares, points),)

    def __repr__(self) -> str:
        """Return one line an indicator."""
        names = " less ".join(
            f"{e.codebook.about.name} wave {e.method.wave} ({e.method.period})" for e in (self.first, self.second)
        )
        origin = f"; {SYNTHETIC.en}" if self.is_synthetic else ""
        lines = [_line(row) for row in self.table.to_dict("records")]
        return "\n".join([f"<CountryComparison: {names}{origin}>", *lines])

    def _repr_html_(self) -> str:
        countries = [e.codebook.about.label.en for e in (self.first, self.second)]
        headings = (
            "Indicator",
            *countries,
            "Difference, percentage points",
            "Interval",
            "The questions",
            "Reservation",
        )
        rows = [
            _cells(row, counterpart, self.first)
            for row, counterpart in zip(self.table.to_dict("records"), self.counterparts, strict=True)
        ]
        note = f"<p><strong>{escape(SYNTHETIC.en)}.</strong></p>" if self.is_synthetic else ""
        said = zip(countries, (self.first, self.second), strict=True)
        beside = [f"{who}: {' '.join(estimates.base_and_source('en'))}" for who, estimates in said]
        return note + html_table(headings, rows) + "".join(f"<p>{escape(line)}</p>" for line in beside)


def compare_countries(
    first: Wave, second: Wave, indicators: str | Sequence[str] = "*", *, confidence: float = 0.95
) -> CountryComparison:
    """
    Set the shares of two countries side by side, where records say that the questions match.

    Parameters
    ----------
    first, second : Wave
        Of two codebooks with the same unit.
    indicators : str or sequence of str
        Names in the codebook of `first`, as for `estimate_shares`; "*" for all that have a match.
    confidence : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    CountryComparison
        Each country's share with its standard error, the difference with its interval, and the match's reservation.

    Raises
    ------
    MixedCodebooksError
        If the units differ.
    NoMatchError
        If an indicator has no match on record, or "*" finds none that has.
    ArgumentError
        If both waves answer to the same codebook.

    Notes
    -----
    The samples are independent: the difference's variance is the sum of the two. See
    `barometer.survey.independent_differences`. A share of 0 or 1, or of one answer, has a linearized variance of 0,
    which is no knowledge of it: the difference is given, its standard error, interval and test are not. Units,
    periods, frames and who answers differ between countries too: `matches.toml` is where to say so.
    """
    check_wave(first, "first")
    check_wave(second, "second")
    books = first.codebook, second.codebook
    if books[0].about.unit != books[1].about.unit:
        raise MixedCodebooksError([b.about.name for b in books], [b.about.unit_label.en for b in books])
    if books[0].about.name == books[1].about.name:
        raise ArgumentError(
            "second", f"answers to the codebook {books[1].about.name!r} too: estimate_trend compares waves"
        )
    found = [books[0].match(indicator.name, books[1]) for indicator in first.select(indicators)]
    matched = tuple(counterpart for counterpart in found if counterpart.verdict != "no_match")
    refused = {c.indicator: c.reason("en") for c in found if c.verdict == "no_match"}
    if not matched or (refused and indicators != "*"):
        raise NoMatchError(refused if indicators != "*" else {"*": "no indicator has a match on record"})
    ours = estimate_shares(first, [c.indicator for c in matched], confidence=confidence)
    theirs = estimate_shares(second, [c.theirs for c in matched], confidence=confidence)
    return CountryComparison(_table(ours, theirs, matched, confidence), matched, ours, theirs)


def _line(row: Mapping[Hashable, Any]) -> str:
    """Write one row of the table as a sentence."""
    if np.isnan(row["difference"]):
        return "; ".join([f"{row['indicator']}: no difference", _noted(row), MATCHES[row["match"]].en])
    percent = {name: 100 * row[name] for name in (*SHARES, "difference", "ci_low", "ci_high")}
    numbers = "{share_first:.1f}% less {share_second:.1f}% is {difference:+.1f} percentage points".format(**percent)
    if not np.isnan(row["ci_low"]):
        numbers += " ({ci_low:.1f} to {ci_high:.1f})".format(**percent)
    return "; ".join(filter(None, (f"{row['indicator']}: {numbers}", _noted(row), MATCHES[row["match"]].en)))


def _noted(row: Mapping[Hashable, Any]) -> str:
    return lower_first(COMPARISON_NOTES[row["note"]].en)


def _cells(row: Mapping[Hashable, Any], counterpart: Counterpart, first: Estimates) -> tuple[str, ...]:
    """Write the cells of one row of the table."""
    percent = [f"{100 * row[name]:.1f}%" for name in SHARES]
    points = f"{100 * row['difference']:+.1f}"
    if np.isnan(row["difference"]):
        percent, points = ["" if np.isnan(row[name]) else text for name, text in zip(SHARES, percent, strict=True)], ""
    known = not np.isnan(row["ci_low"])
    interval = "; ".join(
        filter(None, (f"{100 * row['ci_low']:.1f} to {100 * row['ci_high']:.1f}" * known, _noted(row)))
    )
    label = first.indicator_labels("en")[counterpart.indicator]
    return (label, *percent, points, interval, MATCHES[counterpart.verdict].en, counterpart.reason("en"))


def _table(ours: Estimates, theirs: Estimates, matched: Sequence[Counterpart], confidence: float) -> pd.DataFrame:
    first = ours.table.set_index("indicator").loc[[c.indicator for c in matched]]
    second = theirs.table.set_index("indicator").loc[[c.theirs for c in matched]]
    estimate, se, df = (
        np.stack([side[name].to_numpy(np.float64) for side in (first, second)]) for name in ("share", "se", "df")
    )
    n = np.stack([side["n"].to_numpy(np.intp) for side in (first, second)])
    found, reason = survey.independent_shares(estimate, se**2, df, n, confidence)
    either = "synthetic" if ours.is_synthetic or theirs.is_synthetic else "delivery"
    return pd.DataFrame(
        {
            "indicator": [c.indicator for c in matched],
            "theirs": [c.theirs for c in matched],
            "match": [c.verdict for c in matched],
            "share_first": estimate[0],
            "se_first": se[0],
            "n_first": first["n"].to_numpy(),
            "share_second": estimate[1],
            "se_second": se[1],
            "n_second": second["n"].to_numpy(),
            "difference": found.estimate,
            "se": found.se,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "df": found.df,
            "statistic": found.statistic,
            "p_value": found.p_value,
            "note": np.array(survey.COMPARISON_REASONS, dtype=object)[reason],
            "provenance": either,
        }
    )
