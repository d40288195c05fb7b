"""Estimated shares: a tidy table, its method, and its covariance."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.differences import THE_WHOLE, Difference, DifferenceLabels, compare_two
from barometer.analysis.html_tables import html_table
from barometer.analysis.method import Method
from barometer.analysis.suppression import FEW_ANSWERS, SUPPRESSED
from barometer.analysis.wording import full_label, group_texts, in_words, indicator_texts, texts
from barometer.codebook import Codebook
from barometer.codebook.names import as_names
from barometer.codebook.records import DONT_KNOW, Domain, Indicator, Label, Lang
from barometer.codebook.sheet import Sheet, base_note, first_few, most_answers, source_note
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import SYNTHETIC

if TYPE_CHECKING:
    from barometer.analysis.comparison_method import ComparisonFamily
    from barometer.analysis.comparisons import Comparisons

TOTAL = "total"
"""Code of the whole base in a domain column."""
TOTAL_LABEL = Label("Alle", "All")
NOTES = {
    "": Label("", ""),
    "empty_base": Label("Ingen i basis", "Nobody in the base"),
    "share_zero": Label(
        "Andel 0: logit, arcsinus og Wald har intet interval", "Share 0: logit, arcsine and Wald have no interval"
    ),
    "share_one": Label(
        "Andel 1: logit, arcsinus og Wald har intet interval", "Share 1: logit, arcsine and Wald have no interval"
    ),
    "df_below_1": Label("Under 1 frihedsgrad: intet interval", "Below 1 degree of freedom: no interval"),
    "no_spread": Label("Ingen spredning: intervallet har ingen bredde", "No spread: the interval has no width"),
    "no_variance": Label("Ingen varians: intet interval", "No variance: no interval"),
    "open_end": Label("Intervallet mangler en grænse", "The interval lacks a bound"),
    "denominator_zero": Label("Nævneren er nul: intet forhold", "The denominator is zero: no ratio"),
    "one_row": Label("Kun ét svar: ingen varians", "Only one answer: no variance"),
    "lonely_removed": Label(
        "Alle strata har én enhed og er udeladt: usikkerheden kendes ikke",
        "Every stratum has one unit and is left out: the uncertainty is not known",
    ),
    "census": Label("Alle er spurgt: ingen stikprøveusikkerhed", "Everybody was asked: no sampling error"),
    "cell_empty": Label(
        "Ingen i en af de celler, forholdet er dannet af", "Nobody in one of the cells that the ratio is made of"
    ),
    "calibrated": Label(
        "Vægtene er kalibreret til tallet: ingen stikprøveusikkerhed",
        "The weights were calibrated to it: no sampling error",
    ),
    SUPPRESSED: FEW_ANSWERS,
}
"""Why an interval is empty or has no width, by the code in column `note`."""
HEADINGS = {
    "indicator": Label("Indikator", "Indicator"),
    "base": Label("Basis", "Base"),
    "dont_know": Label("Ved ikke", "Don't know"),
    "share": Label("Andel", "Share"),
    "se": Label("Standardfejl", "Standard error"),
    "ci_low": Label("Nedre grænse", "Lower bound"),
    "ci_high": Label("Øvre grænse", "Upper bound"),
    "df": Label("Frihedsgrader", "Degrees of freedom"),
    "n": Label("Svar (n)", "Answers (n)"),
    "weighted_base": Label("Vægtet basis", "Weighted base"),
    "note": Label("Bemærkning", "Note"),
    "provenance": Label("Data", "Data"),
}
PROVENANCE = {"synthetic": SYNTHETIC, "delivery": Label("Leverede data", "Delivered data")}
SHOWN_ROWS = 60


@dataclass(frozen=True, eq=False, repr=False)
class Estimates:
    """
    Shares of one or more indicators, in total and by the groups of a domain.

    Attributes
    ----------
    table : DataFrame
        One row per indicator and group, the total first: indicator, the domains, base, dont_know, share, se, ci_low,
        ci_high (0 to 1), df, n, weighted_base (workplaces), note (why an interval is empty), provenance. Codes, not
        labels.
    method : Method
    indicators : tuple of Indicator
    domains : tuple of Domain
    groups : tuple of tuple of str
        Codes of each group, one per domain, in table order after the total.
    kernel : DomainEstimates
        The same estimates as arrays, with the sums that covariances follow from.
    answered : (1 + G, k) int
        Answers behind each share, without weights: how many of the base are counted.
    """

    table: pd.DataFrame
    method: Method
    codebook: Codebook
    indicators: tuple[Indicator, ...]
    domains: tuple[Domain, ...]
    groups: tuple[tuple[str, ...], ...]
    kernel: "survey.DomainEstimates"
    answered: "NDArray[np.intp]"

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.method.is_synthetic

    def row(self, indicator: str, *group: str) -> pd.Series:
        """
        Return one row of the table.

        Parameters
        ----------
        indicator : str
        *group : str
            One code per domain; nothing or "total" for the total.
        """
        return self.table.iloc[self._position(indicator) * (1 + len(self.groups)) + self._group(group)]

    def answers_behind(self, indicator: str, *group: str) -> tuple[int, int]:
        """
        Return how many respondents a share rests on, without weights: those who answered so, and the base.

        Parameters
        ----------
        indicator : str
        *group : str
            One code per domain; nothing or "total" for the total.
        """
        row, column = self._group(group), self._position(indicator)
        return int(self.answered[row, column]), int(self.kernel.n[row, column])

    def covariance(self, indicator: str | None = None) -> pd.DataFrame:
        """
        Covariance of an indicator's shares across the total and the groups.

        Parameters
        ----------
        indicator : str, optional
            May be left out when there is only one.

        Returns
        -------
        DataFrame
            Squared units of the share; row and column labels are the groups, "total" first; `.attrs["provenance"]`
            says whether the data are synthetic.
        """
        names = [TOTAL, *(" x ".join(codes) for codes in self.groups)]
        matrix = pd.DataFrame(
            self.kernel.covariance(self.indicators[self._position(indicator)].name), index=names, columns=names
        )
        matrix.attrs["provenance"] = self.method.provenance.kind
        return matrix

    def difference(
        self, group: str | tuple[str, ...], versus: str | tuple[str, ...] = TOTAL, indicator: str | None = None
    ) -> Difference:
        """
        Difference between two groups, or a group and the total, with the covariance between them.

        Parameters
        ----------
        group, versus : str or tuple of str
            Group codes, one per domain; "total" is the whole base.
        indicator : str, optional
            May be left out when there is only one.

        Returns
        -------
        Difference
            Share of `group` less share of `versus`, with interval and test on t with the design's degrees of freedom,
            or a note that says why there is none; see `barometer.survey.compare_shares`.
        """
        position = self._position(indicator)
        first, second = (as_names("group", codes, self._group_example) for codes in (group, versus))
        rows = (self._group(first), self._group(second))
        if rows[0] == rows[1]:
            raise ArgumentError("versus", f"is {versus!r}, as the group is: a difference needs two")
        name = self.indicators[position].name
        words = [THE_WHOLE if row == 0 else self.group_label(self.groups[row - 1]) for row in rows]
        return compare_two(
            self.kernel,
            rows,
            position,
            (name, " x ".join(first), " x ".join(second)),
            DifferenceLabels(self.full_label(name), *words),
            is_synthetic=self.is_synthetic,
        )

    def compare(
        self,
        against: "str | tuple[str, ...]" = "all",
        *,
        adjust: "survey.Adjustment" = "holm",
        family: "ComparisonFamily" = "indicator",
        test: "survey.ComparisonTest" = "difference",
        df: "survey.ComparisonDf" = "design",
    ) -> "Comparisons":
        """
        Compare the groups with the whole, the rest, each other or one of them.

        Parameters
        ----------
        against, adjust, family, test, df
            As in `compare_domains`.

        Returns
        -------
        Comparisons
            At the confidence of these estimates.
        """
        from barometer.analysis.comparisons import compare_estimates

        return compare_estimates(self, against=against, adjust=adjust, family=family, test=test, df=df)

    def confint(self) -> pd.DataFrame:
        """Return the confidence intervals alone: indicator, domains, ci_low, ci_high, note, provenance."""
        names = [domain.name for domain in self.domains]
        return self.table[["indicator", *names, "ci_low", "ci_high", "note", "provenance"]]

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        words = {
            "indicator": self.indicator_labels(lang),
            "base": {base.name: base.label.text(lang) for base in self.codebook.bases.values()},
            "dont_know": texts(DONT_KNOW, lang),
            "note": texts(NOTES, lang),
            "provenance": texts(PROVENANCE, lang),
        }
        words |= {domain.name: group_texts(domain, lang) | {TOTAL: TOTAL_LABEL.text(lang)} for domain in self.domains}
        headings = texts(HEADINGS, lang) | {domain.name: domain.label.text(lang) for domain in self.domains}
        return in_words(self.table, words, headings)

    def indicator_labels(self, lang: Lang) -> dict[str, str]:
        """Return the label of each indicator; one that others of the codebook have too, with its family or question."""
        return indicator_texts(self.codebook, self.indicators, lang)

    def full_label(self, indicator: str) -> Label:
        """Return the label of an indicator with that of the family or question it belongs to."""
        return full_label(self.codebook, self.indicators[self._position(indicator)])

    def group_label(self, codes: Sequence[str]) -> Label:
        """Return the label of a group, by its codes; crossed ones with " x " between."""
        groups = [{g.code: g.label for g in domain.groups} for domain in self.domains]
        labels = [of[code] for of, code in zip(groups, codes, strict=True)]
        return Label(" x ".join(label.da for label in labels), " x ".join(label.en for label in labels))

    def group_labels(self, lang: Lang) -> dict[str, str]:
        """Return the label of each group by its codes with " x " between."""
        return {" x ".join(codes): self.group_label(codes).text(lang) for codes in self.groups}

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        title = first_few(list(self.indicator_labels(lang).values()))
        by = f" by {self.domains[0].name}" if self.domains else ""
        notes = (
            self.method.text(lang),
            *self.base_and_source(lang),
        )
        shares = tuple(HEADINGS[name].text(lang) for name in ("share", "se", "ci_low", "ci_high"))
        return (Sheet(f"{self.indicators[0].name}{by}", "", title, notes, self.to_frame(lang), shares),)

    def base_and_source(self, lang: Lang = "en") -> tuple[str, str]:
        """Say of whom the shares are, how many answered, and where the answers come from."""
        return (
            base_note(self.codebook, [i.base for i in self.indicators], most_answers(self.table["n"]), lang),
            source_note(self.codebook, self.method.wave, self.method.period, lang),
        )

    def __repr__(self) -> str:
        """Say what was estimated, and show the first rows."""
        by = f" by {' x '.join(domain.name for domain in self.domains)}" if self.domains else ""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        columns = ["indicator", *(domain.name for domain in self.domains), "share", "ci_low", "ci_high", "n"]
        with pd.option_context("display.width", 120, "display.max_columns", 12):
            body = self.table[columns].head(12).to_string(index=False, float_format="{:.3f}".format)
        more = f"\n... {len(self.table) - 12} more rows" if len(self.table) > 12 else ""
        return f"<Estimates: {len(self.indicators)} indicator(s){by}, wave {self.method.wave}{origin}>\n{body}{more}"

    def _repr_html_(self) -> str:
        shown = self.to_frame("en").head(SHOWN_ROWS)
        hidden = {"Degrees of freedom", "Weighted base", "Base", "Don't know", "Data"}
        if not shown["Note"].any():
            hidden.add("Note")
        shown = shown[[name for name in shown.columns if name not in hidden]]
        shares = [HEADINGS[name].en for name in ("share", "se", "ci_low", "ci_high")]
        shown[shares] = shown[shares].map(_per_cent)
        answers = HEADINGS["n"].en
        shown[answers] = ["" if pd.isna(n) else f"{n:,}" for n in shown[answers]]
        table = html_table(list(shown.columns), shown.to_numpy(), [*shares, answers])
        note = SYNTHETIC.en + ". " if self.is_synthetic else ""
        more = f"{len(self.table) - SHOWN_ROWS} more rows. " if len(self.table) > SHOWN_ROWS else ""
        caption = f"<strong>{escape(note)}</strong>{escape(more + self.method.period)}. {escape(self._bases('en'))}"
        return f"{table}<p>{caption}</p>"

    def _bases(self, lang: Lang) -> str:
        names = dict.fromkeys(self.codebook.bases[i.base].label.text(lang) for i in self.indicators)
        return "Of: " + "; ".join(names)

    @property
    def _group_example(self) -> str:
        """A group to name in messages; crossed ones are given as tuples."""
        return TOTAL if not self.groups or len(self.domains) > 1 else self.groups[0][0]

    def _position(self, indicator: str | None) -> int:
        names = [i.name for i in self.indicators]
        if indicator is None:
            if len(names) > 1:
                raise ArgumentError("indicator", f"there are {len(names)}; name one, for instance {names[0]!r}")
            return 0
        if indicator not in names:
            raise UnknownNameError("indicator in this result", indicator, names)
        return names.index(indicator)

    def _group(self, codes: Sequence[str]) -> int:
        if not codes or set(codes) == {TOTAL}:
            return 0
        if tuple(codes) not in self.groups:
            kind = f"group of {' x '.join(domain.name for domain in self.domains) or 'this result'}"
            raise UnknownNameError(kind, " x ".join(codes), [" x ".join(g) for g in self.groups])
        return 1 + self.groups.index(tuple(codes))


def _per_cent(share: float) -> str:
    return "" if pd.isna(share) else f"{100 * share:.1f}%"
