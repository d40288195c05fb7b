"""Shares of several samples side by side, from sums that were exchanged in place of microdata."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.countries import COUNTRY_HEADINGS
from barometer.analysis.differences import COMPARISON_NOTES
from barometer.analysis.estimates import HEADINGS
from barometer.analysis.tables import as_html
from barometer.codebook.names import as_names
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError, MomentsError, check_all

OWN_HEADINGS = {
    "indicator": Label("Indikator", "Indicator"),
    "group": Label("Gruppe", "Group"),
    "first": Label("Den ene", "First"),
    "second": Label("Den anden", "Second"),
    "share_first": Label("Andel: den ene", "Share: first"),
    "share_second": Label("Andel: den anden", "Share: second"),
    "n_first": Label("Svar (n): den ene", "Answers (n): first"),
    "n_second": Label("Svar (n): den anden", "Answers (n): second"),
    "statistic": Label("t", "t"),
    "p_adjusted": Label("p-værdi, korrigeret (Holm)", "p-value, corrected (Holm)"),
}
ENDS = ("se", "ci_low", "ci_high")
TITLE = Label("Andele og forskelle mellem stikprøver", "Shares and differences between samples")
POOLED = Label("Alle stikprøver under ét", "All samples pooled")
ALONE = Label(
    "Ikke alle filer har disse indikatorer, som er udeladt: {names}.",
    "Not all files have these indicators, which are left out: {names}.",
)
OTHER_GROUPS = Label(
    "Filerne har ikke de samme grupper: kun hele stikprøver er sammenlignet.",
    "The files do not have the same groups: only whole samples are compared.",
)
NOT_CHECKED = Label(
    "Mindst en af filerne er ikke tjekket efter en regel for diskretionering.",
    "At least one of the files has not been checked by a policy of disclosure.",
)


@dataclass(frozen=True, eq=False, repr=False)
class MomentsComparison:
    """
    Shares of several samples, their differences, and all samples pooled.

    Attributes
    ----------
    table : DataFrame
        One row per indicator, group and pair of samples: indicator, group ("" for all), first, second (samples),
        share_first, n_first, share_second, n_second, difference (first less second), se, ci_low, ci_high, df,
        statistic, p_value, p_adjusted (Holm's, over the pairs of an indicator), note. Shares and differences are
        fractions of one. Whole samples stand before their groups; Holm's correction is within each.
    shares : survey.DomainEstimates
        By sample, and by the groups that the files have.
    pooled : survey.DomainEstimates
        Of all samples together, each weighing what its weights sum to.
    notes : tuple of survey.MomentsNote
        What the files say has to stand beside the numbers.
    left_out : tuple of str
        Indicators that some files lack.
    checked : str
        The policy of disclosure under which all files were released; empty where one was not.
    alike : bool
        Whether all files have the same groups; otherwise samples are compared as wholes only.
    """

    table: pd.DataFrame
    shares: "survey.DomainEstimates"
    pooled: "survey.DomainEstimates"
    notes: "tuple[survey.MomentsNote, ...]"
    left_out: tuple[str, ...]
    checked: str
    alike: bool

    def remarks(self, lang: Lang = "en") -> tuple[str, ...]:
        """Return what has to stand beside the numbers, in one language."""
        said = [f"{note.outcome}: {note.text(lang)}" if note.outcome else note.text(lang) for note in self.notes]
        if self.left_out:
            said.append(ALONE.text(lang).format(names=", ".join(self.left_out)))
        if not self.alike:
            said.append(OTHER_GROUPS.text(lang))
        return (*said, *(() if self.checked else (NOT_CHECKED.text(lang),)))

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with headings and notes in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        words = {**HEADINGS, **COUNTRY_HEADINGS, **OWN_HEADINGS}
        note = [COMPARISON_NOTES[code].text(lang) for code in self.table["note"]]
        headings = {name: words[name].text(lang) for name in self.table.columns}
        return self.table.assign(note=note).rename(columns=headings)

    def pooled_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the pooled shares, with headings in words: one row per indicator, and group where there are groups.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        table = self.pooled.to_frame()
        domains = {name: name for name in self.pooled.domains}
        columns = {"outcome": "indicator"} | domains | {"estimate": "share"}
        columns |= {name: name for name in ("se", "ci_low", "ci_high", "df", "n")}
        words = {**HEADINGS, **{name: Label(name, name) for name in domains}}
        return table[[*columns]].rename(columns={old: words[new].text(lang) for old, new in columns.items()})

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the differences, and the pooled shares, with what has to stand beside them.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        told, words = self.remarks(lang), {**HEADINGS, **COUNTRY_HEADINGS, **OWN_HEADINGS}
        shares, points, pooled = (
            tuple(words[name].text(lang) for name in names)
            for names in (("share_first", "share_second"), ("difference", *ENDS), ("share", *ENDS))
        )
        return (
            Sheet("samples", "", TITLE.text(lang), told, self.to_frame(lang), shares, points),
            Sheet("samples", "pooled", POOLED.text(lang), told, self.pooled_frame(lang), pooled),
        )

    def __repr__(self) -> str:
        """Show the first rows and the remarks."""
        shown = self.table[["indicator", "group", "first", "second", "difference", "ci_low", "ci_high", "p_adjusted"]]
        body = shown.head(12).to_string(index=False, float_format="{:.4g}".format)
        return "\n".join([f"<MomentsComparison: {len(self.table):,} differences>", body, *self.remarks()])

    def _repr_html_(self) -> str:
        left_out = [
            {**HEADINGS, **COUNTRY_HEADINGS, **OWN_HEADINGS}[name].en for name in ("df", "statistic", "p_value")
        ]
        shown = as_html(self.to_frame("en").drop(columns=left_out), " ".join([f"{TITLE.en}.", *self.remarks("en")]))
        return shown + as_html(self.pooled_frame("en"), f"{POOLED.en}.")


def compare_moments(
    several: "Sequence[survey.Moments]",
    indicators: str | Sequence[str] = "*",
    *,
    domain: str = "country",
    confidence: float = 0.95,
) -> MomentsComparison:
    """
    Compare the shares of several samples, and pool them, from their sums.

    Parameters
    ----------
    several : sequence of survey.Moments
        Of two samples or more, drawn independently; several parts of a sample are added up first.
    indicators : str or sequence of str
        "*" for all that every file has.
    domain : str
        What tells the samples apart.
    confidence : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    MomentsComparison

    Raises
    ------
    MomentsError
        If files do not fit together, one lacks an indicator that was named, or all are of one sample.
    ArgumentError
        If these are no shares, or a choice is none of what it may be.

    Notes
    -----
    Samples are independent: the difference is that of `compare_countries`, which needs the microdata of both. Samples
    of one population that share units, as waves of one barometer do, are not: compare these with `estimate_trend`,
    which sees the units.

    Examples
    --------
    >>> import barometer as bm
    >>> home, abroad = (
    ...     bm.release_moments(bm.collect_wave_moments(bm.load_wave(number), "innovative", sample=name)).moments
    ...     for number, name in ((2, "home"), (3, "abroad"))
    ... )
    >>> found = bm.compare_moments([home, abroad])
    >>> found.table[["first", "second", "difference"]].round(3).to_numpy().tolist()
    [['home', 'abroad', -0.005]]
    """
    check_all("several", several, survey.Moments, "moments in a list, as collect_wave_moments makes")
    if any(moments.sums.statistic != "share" for moments in several):
        raise ArgumentError("several", "must be moments of shares, as collect_wave_moments makes")
    names = _wanted(several, indicators)
    kept = [replace(moments, sums=survey.keep_outcomes(moments.sums, names)) for moments in several]
    whole = [replace(moments, sums=survey.drop_groups(moments.sums)) for moments in kept]
    merged = survey.merge_moments(whole, domain=domain)
    if len(merged.samples) < 2:
        raise MomentsError(merged.samples[0], "is the only sample: there is nothing to compare it with")
    alike = len({moments.sums.domains for moments in kept}) == 1
    grouped = survey.merge_moments(kept, domain=domain) if alike else merged
    choices = survey.Choices(confidence=confidence)
    totals, shares = (survey.summarise(each.sums, choices) for each in (merged, grouped))
    pooled = survey.summarise(survey.merge_moments(kept if alike else whole).sums, choices)
    tables = [_table(each, confidence) for each in ((totals, shares) if shares.domains[1:] else (totals,))]
    table = pd.concat(tables).sort_values("indicator", key=lambda column: column.map(names.index), kind="stable")
    every = dict.fromkeys(name for moments in several for name in moments.sums.names)
    left_out = tuple(name for name in every if name not in names) if indicators == "*" else ()
    return MomentsComparison(
        table.reset_index(drop=True), shares, pooled, merged.notes, left_out, merged.checked, alike
    )


def _wanted(several: "Sequence[survey.Moments]", indicators: str | Sequence[str]) -> list[str]:
    """Return the outcomes that were named, or those that all files have."""
    if indicators == "*":
        common = [name for name in several[0].sums.names if all(name in each.sums.names for each in several)]
        if not common:
            raise MomentsError(str(several[-1].parts[0]), "has no outcome in common with the files before")
        return common
    names = as_names("indicators", indicators)
    for moments in several:
        if lacking := [name for name in names if name not in moments.sums.names]:
            raise MomentsError(str(moments.parts[0]), f"lacks {', '.join(lacking)}: its questions do not match there")
    return [*names]


def _table(shares: "survey.DomainEstimates", confidence: float) -> pd.DataFrame:
    """Lay out the differences between samples within each group, outcome by outcome."""
    place = {label: 1 + row for row, label in enumerate(shares.groups)}
    samples = tuple(dict.fromkeys(label[0] for label in shares.groups))
    within = tuple(dict.fromkeys(label[1:] for label in shares.groups))
    pairs = [
        (group, first, second)
        for group in within
        for first, second in combinations(samples, 2)
        if (first, *group) in place and (second, *group) in place
    ]
    sides = np.array([[place[side, *group] for side in both] for group, *both in pairs], dtype=np.intp).T
    tables = []
    for outcome, name in enumerate(shares.names):
        share, variance, df, n = (
            values[sides, outcome]
            for values in (shares.estimate, shares.variance, shares.df.astype(np.float64), shares.n)
        )
        found, reason = survey.independent_shares(share, variance, df, n, confidence)
        columns = {
            "indicator": name,
            "group": [", ".join(map(str, group)) for group, _, _ in pairs],
            "first": [str(first) for _, first, _ in pairs],
            "second": [str(second) for _, _, second in pairs],
            **{"share_first": share[0], "n_first": n[0], "share_second": share[1], "n_second": n[1]},
            **{"difference": found.estimate, "se": found.se, "ci_low": found.ci_low, "ci_high": found.ci_high},
            **{"df": found.df, "statistic": found.statistic, "p_value": found.p_value},
            "p_adjusted": survey.adjust_p_values(found.p_value),
            "note": np.array(survey.COMPARISON_REASONS, dtype=object)[reason],
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)
