"""Which groups differ: from the whole, the rest, each other or one of them, and by how much at least."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, cast, get_args

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.comparison_html import comparison_rows_html
from barometer.analysis.comparison_method import ComparisonFamily, ComparisonMethod
from barometer.analysis.comparison_words import (
    COMPARISON_DF,
    COMPARISON_HEADINGS,
    FAMILIES,
    NO_PAIR,
    NOBODY,
    TESTS,
    VERSUS,
    are_apart,
    how_many,
    none_tested,
    one_difference,
    stands_out,
    uncertain,
)
from barometer.analysis.differences import COMPARISON_NOTES
from barometer.analysis.estimates import PROVENANCE, TOTAL, Estimates
from barometer.analysis.method import DontKnowChoice
from barometer.analysis.peers import PeerGroup
from barometer.analysis.shares import estimate_shares
from barometer.analysis.withheld import is_withheld
from barometer.analysis.wording import in_words, texts
from barometer.codebook.records import DONT_KNOW, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError, UnknownNameError, WithheldError, check_choice
from barometer.microdata import Wave

SHOWN_ROWS, SHOWN_LINES = 60, 12
SIDES = ["indicator", "direction"]
FEW_COUNTED = "few_counted"
SHARES = ("share", "share_versus")
POINTS = ("difference", "se", "ci_low", "ci_high", "together_low", "together_high")


@dataclass(frozen=True, eq=False, repr=False)
class Comparisons:
    """
    Shares of groups compared with something, for one or more indicators.

    Attributes
    ----------
    table : DataFrame
        One row for each indicator and comparison. Codes, not labels:

        - indicator, base, dont_know; group and versus ("total" for the whole, "rest", or a group; crossed domains with
          " x " between their codes);
        - share, share_versus, and their difference (group less versus) with se, ci_low, ci_high: fractions of one;
        - ratio and odds_ratio (group over versus), each with _se, _low and _high;
        - test, statistic, df, df_rule, p_value (of no difference, two-sided), p_adjusted, family, family_size (how many
          were adjusted together), together_low and together_high (intervals of the difference that hold together);
        - n, n_versus, note (why a row lacks its test, or is to be doubted), provenance.
    method : ComparisonMethod
    estimates : Estimates
        The shares themselves.
    kernel : GroupComparisons
        The same comparisons as arrays.
    """

    table: pd.DataFrame
    method: ComparisonMethod
    estimates: Estimates
    kernel: "survey.GroupComparisons"

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.method.is_synthetic

    def row(self, indicator: str, group: str, versus: str | None = None) -> pd.Series:
        """
        Return one row of the table.

        Parameters
        ----------
        indicator, group : str
            Codes; those of crossed domains with " x " between.
        versus : str, optional
            May be left out where the group is compared with one thing.
        """
        table = self.table
        chosen = (table["indicator"] == indicator) & (table["group"] == group)
        if versus is not None:
            chosen &= table["versus"] == versus
        if chosen.sum() != 1:
            known = [f"{g} and {v}" for g, v in zip(table["group"], table["versus"], strict=True)]
            raise UnknownNameError("comparison in this result", f"{group} and {versus or '?'} of {indicator}", known)
        return table[chosen].iloc[0]

    def standouts(self) -> pd.DataFrame:
        """
        Return the comparisons that find a difference after adjustment, those that say most first.

        Findings of a test of the difference that rest on few answers of the rarer kind are not among them; see
        `uncertain`.

        Returns
        -------
        DataFrame
            indicator, group, versus, direction ("above", "below"), difference, at_least (near end of the interval that
            holds for all of the family at once, as a distance from zero; 0 where it reaches zero, so that there is a
            difference and its size is not known), p_adjusted, n, n_versus, note, provenance. Indicators stay in order.
        """
        findings = self._findings()
        return findings[~self._is_uncertain(findings)].reset_index(drop=True)

    def uncertain(self) -> pd.DataFrame:
        """
        Return the findings that are to be doubted, because one of the two has few answers of the rarer kind.

        The test of a difference finds too much there ("few_counted" in `note`). `test="odds_ratio"` tests what bears
        few answers, and then there are none.

        Returns
        -------
        DataFrame
            As `standouts`.
        """
        findings = self._findings()
        return findings[self._is_uncertain(findings)].reset_index(drop=True)

    def _is_uncertain(self, findings: pd.DataFrame) -> "pd.Series[bool]":
        return (findings["note"] == FEW_COUNTED) & (self.method.test == "difference")

    def _findings(self) -> pd.DataFrame:
        table = self.table
        found = table[table["p_adjusted"] < 1.0 - self.method.confidence]
        above = found["difference"] > 0.0
        near = np.where(above, found["together_low"], -found["together_high"])
        result = found[["indicator", "group", "versus"]].assign(
            direction=pd.Categorical(np.where(above, "above", "below"), ["above", "below"]),
            difference=found["difference"],
            at_least=np.maximum(near, 0.0),
            **{name: found[name] for name in ("p_adjusted", "n", "n_versus", "note", "provenance")},
        )
        order = np.lexsort((result["p_adjusted"], -result["at_least"], result["indicator"].cat.codes))
        return result.iloc[order]

    def summary(self, lang: Lang = "en") -> str:
        """
        Say which groups stand out, and by how much at least; findings that rest on few answers are told apart.

        Parameters
        ----------
        lang : {"da", "en"}

        Returns
        -------
        str
            A line for each indicator, and one that says how the tests were made.
        """
        return "\n".join([*self._lines(lang), self.method.text(lang)])

    def confint(self) -> pd.DataFrame:
        """Return the confidence intervals of the differences alone."""
        names = ["indicator", "group", "versus", "ci_low", "ci_high", "together_low", "together_high"]
        return self.table[[*names, "note", "provenance"]]

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        groups = self.estimates.group_labels(lang)
        words: dict[str, dict[str, str]] = {
            "indicator": {i.name: self.estimates.full_label(i.name).text(lang) for i in self.estimates.indicators},
            "group": groups,
            "versus": groups | texts(VERSUS, lang),
            "dont_know": texts(DONT_KNOW, lang),
            "base": {base.name: base.label.text(lang) for base in self.estimates.codebook.bases.values()},
            "test": texts(TESTS, lang),
            "df_rule": texts(COMPARISON_DF, lang),
            "family": texts(FAMILIES, lang),
            "note": texts(COMPARISON_NOTES, lang),
            "provenance": texts(PROVENANCE, lang),
        }
        return in_words(self.table, words, texts(COMPARISON_HEADINGS, lang))

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        (own,) = self.estimates.sheets(lang)
        shares = tuple(COMPARISON_HEADINGS[name].text(lang) for name in SHARES)
        notes = (*self.summary(lang).splitlines(), *own.notes)
        points = tuple(COMPARISON_HEADINGS[name].text(lang) for name in POINTS)
        return (Sheet(f"{own.name} compared", "", own.title, notes, self.to_frame(lang), shares, points),)

    def __repr__(self) -> str:
        """Say which groups stand out."""
        by = " x ".join(domain.name for domain in self.estimates.domains)
        count, origin = len(self.table), "; SYNTHETIC" if self.is_synthetic else ""
        against = self.method.against if self.method.versus is None else self.method.versus.en
        heading = f"<Comparisons: {count:,} by {by} against {against}, wave {self.method.shares.wave}{origin}>"
        return "\n".join([heading, *self._first_lines(), self.method.text("en")])

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(line)}</li>" for line in self._first_lines())
        table = comparison_rows_html(self.to_frame("en").head(SHOWN_ROWS), self.method.test)
        more = f" {len(self.table) - SHOWN_ROWS:,} more rows." if len(self.table) > SHOWN_ROWS else ""
        beside = " ".join([self.method.text("en") + more, *self.estimates.base_and_source("en")])
        return f"<ul>{lines}</ul>{table}<p>{escape(beside)}</p>"

    def _first_lines(self) -> list[str]:
        lines = self._lines("en")
        more = [f"... {len(lines) - SHOWN_LINES} more indicators"] if len(lines) > SHOWN_LINES else []
        return [*lines[:SHOWN_LINES], *more]

    def _lines(self, lang: Lang) -> list[str]:
        """Write one line for each indicator: who stands out, and of how many tested."""
        groups, found, pairs = self.estimates.group_labels(lang), self.standouts(), self.method.against == "pairs"
        doubted = dict(list(self.uncertain().groupby("indicator", observed=True)))
        keys, write, nobody = (["indicator"], are_apart, NO_PAIR) if pairs else (SIDES, stands_out, NOBODY)
        parts = {key: write(_records(rows), groups, lang) for key, rows in found.groupby(keys, observed=True)}
        out = found["indicator"].value_counts()
        lines = []
        for name, rows in self.table.groupby("indicator", observed=True, sort=False):
            label = self.estimates.full_label(str(name)).text(lang)
            if len(rows) == 1:
                lines.append(f"{label}: {one_difference(_records(rows)[0], groups, lang)}.")
                continue
            tested = int(rows["p_adjusted"].count())
            if not tested:
                lines.append(f"{label}: {none_tested(rows['note'], lang)}.")
                continue
            said = [sentence for key, sentence in parts.items() if key[0] == name] or [nobody.text(lang)]
            unsure = doubted.get(name, self.table.head(0))
            said += [] if unsure.empty else [uncertain(_records(unsure), groups, lang, pairs=pairs)]
            count = how_many(tested, len(rows) - tested, int(out.get(name, 0)), len(unsure), lang)
            lines.append(f"{label}: {'. '.join(said)} ({count}).")
        return lines


def compare_domains(
    wave: Wave,
    indicators: str | Sequence[str] = "*",
    by: str | Sequence[str] | PeerGroup = "sector",
    *,
    against: str | tuple[str, ...] = "all",
    adjust: "survey.Adjustment" = "holm",
    family: ComparisonFamily = "indicator",
    test: "survey.ComparisonTest" = "difference",
    df: "survey.ComparisonDf" = "design",
    dont_know: DontKnowChoice = "record",
    confidence: float = 0.95,
) -> Comparisons:
    """
    Compare the shares of sectors, levels, sizes or any other groups.

    Parameters
    ----------
    wave : Wave
    indicators : str or sequence of str
        As for `estimate_shares`.
    by : str, sequence of str or PeerGroup
        As for `estimate_shares`; by sector if nothing else is said.
    against : {"all", "rest", "pairs"}, or the code of a group
        "all": each group less the whole, of which it is a part. "rest": each group less the workplaces of the base that
        are not in it. "pairs": every group less each of those after it. A group: every other group less this one; a
        tuple of codes where domains are crossed.
    adjust : {"holm", "bh", "none"}
        Adjustment of the p-values: Holm's; Benjamini and Hochberg's; or none.
    family : {"indicator", "all"}
        What is adjusted together: each indicator's comparisons, or everything that was asked.
    test : {"difference", "odds_ratio"}
        "difference" agrees with its interval. "odds_ratio" keeps its level with few answers of the rarer kind, where
        the other finds too much: rows with the note "few_counted".
    df : {"design", "union", "normal"}
        Degrees of freedom of t: of the whole design; of the answers in either of the two inside the base, less the
        strata they are in; or the normal distribution.
    dont_know : {"record", "keep", "drop", "no", "disagree"}
        As for `estimate_shares`.
    confidence : float
        Coverage of the intervals, between 0 and 1; a comparison stands out at the level that is left.

    Returns
    -------
    Comparisons
        `.table`, `.to_frame("da")`, `.standouts()`, `.uncertain()`, `.summary("da")`.

    Raises
    ------
    UnknownNameError
        With names that look like the one given.
    ArgumentError
        If an argument is none of what it may be.

    Notes
    -----
    See `barometer.survey.compare_groups` and `barometer.survey.compare_shares` for the formulas. Comparisons that have
    no test, because a group is empty, has one answer or a share of 0 or 1, are rows that say so and count in no family.

    Examples
    --------
    >>> import barometer as bm
    >>> found = bm.compare_domains(bm.load_wave(3), "positive_role.private_firms", by="sector")
    >>> found.standouts()[["group", "direction"]].to_dict("list")
    {'group': ['municipal_schools'], 'direction': ['below']}
    >>> found.uncertain()["group"].tolist()
    ['state_culture']
    """
    estimates = estimate_shares(wave, indicators, by=by, dont_know=dont_know, confidence=confidence)
    return compare_estimates(estimates, against=against, adjust=adjust, family=family, test=test, df=df)


def compare_estimates(
    estimates: Estimates,
    *,
    against: str | tuple[str, ...] = "all",
    adjust: "survey.Adjustment" = "holm",
    family: ComparisonFamily = "indicator",
    test: "survey.ComparisonTest" = "difference",
    df: "survey.ComparisonDf" = "design",
) -> Comparisons:
    """Compare the groups of shares that were estimated before; see `compare_domains`."""
    check_choice("family", family, ComparisonFamily)
    codes = _reference(estimates, against)
    word = against if isinstance(against, str) and against in get_args(survey.Against) else None
    if is_withheld(estimates.kernel):
        raise WithheldError("kernel")
    kernel = survey.compare_groups(
        estimates.kernel,
        word or codes,
        adjust=adjust,
        family="outcome" if family == "indicator" else "all",
        test=test,
        df=df,
    )
    reference = " x ".join(codes)
    method = ComparisonMethod(
        shares=estimates.method,
        against=cast("survey.Against | None", word) or ("all" if reference == TOTAL else "group"),
        versus=None if word or reference == TOTAL else estimates.group_label(codes),
        adjustment=adjust,
        family=family,
        test=test,
        df_rule=df,
        confidence=kernel.confidence,
    )
    return Comparisons(_table(estimates, kernel, method), method, estimates, kernel)


def _reference(estimates: Estimates, against: object) -> tuple[str, ...]:
    """Return what groups are compared with as codes; refuse what is neither a kind of comparison nor a group."""
    groups, kinds = [" x ".join(codes) for codes in estimates.groups], get_args(survey.Against)
    of_group = "the codes of a group" if len(estimates.domains) > 1 else "the code of a group"
    if groups:
        first = estimates.groups[0]
        of_group += f", for instance {first if len(first) > 1 else first[0]!r}"
    allowed = f"{', '.join(map(repr, kinds))} or {of_group}"
    codes = (against,) if isinstance(against, str) else against
    if not isinstance(codes, tuple) or not codes or not all(isinstance(code, str) for code in codes):
        raise ArgumentError(
            "against", f"must be {allowed}; got {'None' if against is None else type(against).__name__}"
        )
    if groups and codes not in {(TOTAL,), *((kind,) for kind in kinds), *estimates.groups}:
        known = [*kinds, *groups]
        raise UnknownNameError("kind of comparison or group", " x ".join(codes), known, more=f"against= is {allowed}.")
    return codes


def _table(estimates: Estimates, kernel: "survey.GroupComparisons", method: ComparisonMethod) -> pd.DataFrame:
    """Add what the kernel does not know to its table."""
    table = kernel.to_frame().rename(columns={"outcome": "indicator"})
    own, rows = estimates.table.iloc[:: 1 + len(estimates.groups)], table["indicator"].cat.codes.to_numpy()
    for position, name in enumerate(("base", "dont_know"), start=1):
        table.insert(position, name, own[name].array.take(rows))
    family = pd.Categorical.from_codes(np.zeros(len(table), dtype=np.int8), pd.Index([method.family]))
    origin = own["provenance"].array.take(rows)
    return table.assign(family=family, provenance=origin)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
