"""Which groups differ: from the whole, the rest, each other or one of them, and by how much at least."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, cast, get_args

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.comparison_words import (
    ADJUSTMENTS,
    AGAINST_SENTENCES,
    COMPARISON_DF,
    COMPARISON_HEADINGS,
    COMPARISON_NOTES,
    COUNTED,
    FAMILIES,
    METHOD,
    NO_PAIR,
    NOBODY,
    TESTS,
    UNTESTED,
    VERSUS,
    are_apart,
    one_difference,
    stands_out,
)
from barometer.analysis.estimates import PROVENANCE, TOTAL, Estimates
from barometer.analysis.method import DontKnowChoice, Method
from barometer.analysis.peers import PeerGroup
from barometer.analysis.shares import estimate_shares
from barometer.codebook.names import as_names
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import SYNTHETIC, Wave

ComparisonFamily = Literal["indicator", "all"]
"""Tests that are adjusted together: those of one indicator, or everything that was asked."""
SHOWN_ROWS, SHOWN_LINES = 60, 12
SIDES = ["indicator", "direction"]
HTML_COLUMNS = (
    *("indicator", "group", "versus", "share", "share_versus", "difference", "ci_low", "ci_high", "ratio"),
    *("odds_ratio", "p_value", "p_adjusted", "n", "note"),
)
SHARES, DIFFERENCES = ("share", "share_versus"), ("difference", "ci_low", "ci_high")


@dataclass(frozen=True, slots=True)
class ComparisonMethod:
    """
    Everything that decides the numbers besides the answers.

    Attributes
    ----------
    shares : Method
        How the shares were made.
    against : {"all", "rest", "pairs", "group"}
    versus : Label or None
        The group that the others are compared with.
    adjustment : {"holm", "bh", "none"}
    family : {"indicator", "all"}
    test : {"difference", "odds_ratio"}
    df_rule : {"design", "union", "normal"}
    confidence : float
        Of the intervals; 1 less it is the level of the tests.
    """

    shares: Method
    against: Literal["all", "rest", "pairs", "group"]
    versus: Label | None
    adjustment: "survey.Adjustment"
    family: ComparisonFamily
    test: "survey.ComparisonTest"
    df_rule: "survey.ComparisonDf"
    confidence: float

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata are artificial."""
        return self.shares.is_synthetic

    def text(self, lang: Lang) -> str:
        """Say how the comparisons were made in a sentence or two."""
        versus = "" if self.versus is None else self.versus.text(lang)
        text = METHOD.text(lang).format(
            against=AGAINST_SENTENCES[self.against].text(lang).format(versus=versus),
            test=TESTS[self.test].text(lang),
            df=COMPARISON_DF[self.df_rule].text(lang),
            adjustment=ADJUSTMENTS[self.adjustment].text(lang).format(family=FAMILIES[self.family].text(lang)),
            confidence=f"{100 * self.confidence:g}",
        )
        text = " ".join([text, *(step.text(lang) for step in self.shares.weighting)])
        return f"{text} {SYNTHETIC.text(lang)}." if self.is_synthetic else text


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

        Returns
        -------
        DataFrame
            indicator, group, versus, direction ("above", "below"), difference, at_least (near end of the interval that
            holds for all of the family at once, as a distance from zero; 0 where it reaches zero, so that there is a
            difference and its size is not known), p_adjusted, n, n_versus, note, provenance. Indicators stay in order.
        """
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
        return result.iloc[order].reset_index(drop=True)

    def summary(self, lang: Lang = "en") -> str:
        """
        Say which groups stand out, and by how much at least.

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
            "indicator": self.estimates.indicator_labels(lang),
            "group": groups,
            "versus": groups | {code: label.text(lang) for code, label in VERSUS.items()},
            "dont_know": {str(rule): label.text(lang) for rule, label in DONT_KNOW.items()},
            "base": {base.name: base.label.text(lang) for base in self.estimates.codebook.bases.values()},
            "test": {str(test): label.text(lang) for test, label in TESTS.items()},
            "df_rule": {str(rule): label.text(lang) for rule, label in COMPARISON_DF.items()},
            "family": {name: label.text(lang) for name, label in FAMILIES.items()},
            "note": {code: label.text(lang) for code, label in COMPARISON_NOTES.items()},
            "provenance": {kind: label.text(lang) for kind, label in PROVENANCE.items()},
        }
        shown = self.table.assign(**{name: self.table[name].map(of).astype("str") for name, of in words.items()})
        return shown.rename(columns={name: label.text(lang) for name, label in COMPARISON_HEADINGS.items()})

    def __repr__(self) -> str:
        """Say which groups stand out."""
        by = " x ".join(domain.name for domain in self.estimates.domains)
        count, origin = len(self.table), "; SYNTHETIC" if self.is_synthetic else ""
        against = self.method.against if self.method.versus is None else self.method.versus.en
        heading = f"<Comparisons: {count:,} by {by} against {against}, wave {self.method.shares.wave}{origin}>"
        return "\n".join([heading, *self._first_lines(), self.method.text("en")])

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(line)}</li>" for line in self._first_lines())
        headings = [COMPARISON_HEADINGS[name].en for name in HTML_COLUMNS]
        shown = self.to_frame("en")[headings].head(SHOWN_ROWS)
        for names, form in ((SHARES, "{:.1%}"), (DIFFERENCES, "{:+.1%} points")):
            for heading in (COMPARISON_HEADINGS[name].en for name in names):
                shown[heading] = [form.format(value) if value == value else "" for value in shown[heading]]
        table = shown.to_html(index=False, border=0, na_rep="", float_format="{:.3g}".format)
        more = f" {len(self.table) - SHOWN_ROWS:,} more rows." if len(self.table) > SHOWN_ROWS else ""
        return f"<ul>{lines}</ul>{table}<p>{escape(self.method.text('en') + more)}</p>"

    def _first_lines(self) -> list[str]:
        lines = self._lines("en")
        more = [f"... {len(lines) - SHOWN_LINES} more indicators"] if len(lines) > SHOWN_LINES else []
        return [*lines[:SHOWN_LINES], *more]

    def _lines(self, lang: Lang) -> list[str]:
        """Write one line for each indicator: who stands out, and of how many tested."""
        groups, found, pairs = self.estimates.group_labels(lang), self.standouts(), self.method.against == "pairs"
        keys, write, nobody = (["indicator"], are_apart, NO_PAIR) if pairs else (SIDES, stands_out, NOBODY)
        parts = {key: write(_records(rows), groups, lang) for key, rows in found.groupby(keys, observed=True)}
        out = found["indicator"].value_counts()
        lines = []
        for name, rows in self.table.groupby("indicator", observed=True, sort=False):
            label = self.estimates.full_label(str(name)).text(lang)
            if len(rows) == 1:
                lines.append(f"{label}: {one_difference(_records(rows)[0], groups, lang)}.")
                continue
            said = [sentence for key, sentence in parts.items() if key[0] == name]
            tested = int(rows["p_adjusted"].count())
            facts = [COUNTED.text(lang).format(out=int(out.get(name, 0)), tested=tested)]
            if len(rows) > tested:
                facts.append(UNTESTED.text(lang).format(count=len(rows) - tested))
            lines.append(f"{label}: {'. '.join(said) or nobody.text(lang)} ({', '.join(facts)}).")
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
        `.table`, `.to_frame("da")`, `.standouts()`, `.summary("da")`.

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
    {'group': ['state_culture', 'municipal_schools'], 'direction': ['below', 'below']}
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
    if family not in get_args(ComparisonFamily):
        raise ArgumentError("family", f"must be one of {', '.join(get_args(ComparisonFamily))}; got {family!r}")
    codes = as_names("against", against)
    word = against if isinstance(against, str) and against in get_args(survey.Against) else None
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
