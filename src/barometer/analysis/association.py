"""Whether two answers have to do with each other: a cross table, its test, and what it says in words."""

from dataclasses import dataclass
from html import escape
from typing import get_args

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.association_words import (
    HEADINGS,
    NOTES,
    SHARE_COLUMNS,
    TESTS,
    association_sentence,
    df_rule_text,
    strength_text,
    test_text,
)
from barometer.analysis.crossed_answers import (
    CrossedAnswer,
    Places,
    described,
    described_in_words,
    find_answer,
    rule_texts,
)
from barometer.analysis.designs import wave_design, wave_method
from barometer.analysis.differences import Difference, DifferenceLabels, compare_two
from barometer.analysis.estimates import HEADINGS as ESTIMATE_HEADINGS
from barometer.analysis.estimates import NOTES as SHARE_NOTES
from barometer.analysis.estimates import PROVENANCE
from barometer.analysis.method import DF_RULES, DontKnowChoice, Method
from barometer.analysis.ordered_answers import AnswerTrend
from barometer.codebook import Codebook
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet, base_note, source_note
from barometer.codebook.wording import under_family
from barometer.errors import ArgumentError, UnknownNameError, check_choice
from barometer.microdata import SYNTHETIC, Wave, check_wave


@dataclass(frozen=True, eq=False, repr=False)
class Association:
    """
    Two answers of a wave crossed, and the test of whether they have to do with each other.

    Attributes
    ----------
    rows, columns : CrossedAnswer
        What was crossed: name, label, categories, and the rule for don't know that was used.
    kernel : CrossTable
        Counts, sums of weights, row, column and total shares as arrays, and the covariance of the cells.
    test : AssociationTest
        Statistic, ndf, ddf, p_value, cramers_v, design_effects, and the note where there is no test.
    method : Method
    codebook : Codebook
    """

    rows: CrossedAnswer
    columns: CrossedAnswer
    kernel: "survey.CrossTable"
    test: "survey.AssociationTest"
    method: Method
    codebook: Codebook

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.method.is_synthetic

    @property
    def table(self) -> pd.DataFrame:
        """
        The test as one row.

        Columns: rows, columns, rows_base, columns_base (the table is of those in both), rows_dont_know,
        columns_dont_know (the rules that were used; empty where there is no don't know), test, statistic, ndf, ddf,
        p_value, cramers_v, n, note (why there is no test), provenance.
        """
        row = {
            **described(self.rows, self.columns),
            **{name: getattr(self.test, name) for name in ("test", "statistic", "ndf", "ddf", "p_value", "cramers_v")},
            "n": self.test.n,
            "note": self.test.note,
            "provenance": self.method.provenance.kind,
        }
        return pd.DataFrame([row])

    def shares(self, of: "survey.SharesOf" = "column") -> pd.DataFrame:
        """
        Return the share of every cell.

        Parameters
        ----------
        of : {"row", "column", "total"}
            What each share is of.

        Returns
        -------
        DataFrame
            One row per cell, row by row: row, column, count (answers in the cell), weighted (workplaces), share, se,
            ci_low, ci_high (0 to 1), df, n (answers that the share is of), note (why an interval is empty),
            provenance. Codes, not labels.
        """
        found, cells = self.kernel.shares(of), self.kernel.cells
        reasons = np.array(survey.REASONS, dtype=object)
        shown = pd.DataFrame(
            {
                "row": np.repeat(self.rows.codes, len(self.columns.codes)),
                "column": np.tile(self.columns.codes, len(self.rows.codes)),
                "count": cells.n.ravel(),
                "weighted": cells.weighted.ravel(),
                **{name: getattr(found, name).ravel() for name in SHARE_COLUMNS},
                "note": reasons[found.note.ravel()],
                "provenance": self.method.provenance.kind,
            }
        )
        unknown = {name: shown[name].astype("Int64").mask(shown[name] < 0) for name in ("count", "df", "n")}
        return shown.assign(**{name: values for name, values in unknown.items() if values.hasnans})

    def shares_frame(self, lang: Lang = "en", of: "survey.SharesOf" = "column") -> pd.DataFrame:
        """
        Return the shares with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        of : {"row", "column", "total"}
        """
        shown = self.shares(of)
        for name, answer in (("row", self.rows), ("column", self.columns)):
            shown[name] = shown[name].map({code: label.text(lang) for code, label in answer.categories})
        shown["note"] = shown["note"].map({code: label.text(lang) for code, label in SHARE_NOTES.items()})
        shown["provenance"] = PROVENANCE[self.method.provenance.kind].text(lang)
        headings = {name: label.text(lang) for name, label in (ESTIMATE_HEADINGS | HEADINGS).items()}
        headings |= {"row": self.rows.label.text(lang), "column": self.columns.label.text(lang)}
        headings["share"] = HEADINGS[f"share_of_{of}"].text(lang)
        return shown.rename(columns=headings)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the test with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        shown = self.table.assign(**described_in_words(self.rows, self.columns, self.codebook, lang))
        shown["test"] = TESTS[self.test.test].text(lang)
        shown["note"] = NOTES[self.test.note].text(lang)
        shown["provenance"] = PROVENANCE[self.method.provenance.kind].text(lang)
        return shown.rename(columns={n: label.text(lang) for n, label in (ESTIMATE_HEADINGS | HEADINGS).items()})

    def difference(self, group: str, versus: str, category: str | None = None) -> Difference:
        """
        Difference between two columns in the share of one row, with its interval.

        Parameters
        ----------
        group, versus : str
            Codes of two columns.
        category : str, optional
            Code of a row; the first without it.

        Returns
        -------
        Difference
            Share of `group` less share of `versus`, with interval and test on t with the design's degrees of freedom,
            or a note that says why there is none; the rules are those of `compare_domains`.
        """
        chosen = self.rows.codes[0] if category is None else category
        for kind, code, answer in (
            ("row", chosen, self.rows),
            ("column", group, self.columns),
            ("column", versus, self.columns),
        ):
            if code not in answer.codes:
                raise UnknownNameError(f"{kind} of this table", code, answer.codes)
        shares, words = self.kernel.by_column, dict(self.columns.categories)
        first, second = (self.columns.codes.index(code) for code in (group, versus))
        asked, said = self.rows.label, dict(self.rows.categories)[chosen]
        counted = Label(under_family(asked.da, said.da), under_family(asked.en, said.en))
        split, of_group = self.columns.label, words[group]
        named = Label(f"{split.da}: {of_group.da}", f"{split.en}: {of_group.en}")
        return compare_two(
            shares,
            (shares.row(first), shares.row(second)),
            shares.position(str(self.rows.codes.index(chosen))),
            (f"{self.rows.name} = {chosen}", group, versus),
            DifferenceLabels(counted, named, words[versus]),
            is_synthetic=self.is_synthetic,
        )

    def trend(self) -> AnswerTrend:
        """
        Test whether the rows rise or fall in a line along the columns, both taken in the order that they have here.

        Returns
        -------
        AnswerTrend
            With yes and no in the rows: change of the share of yes for each step along the columns. See
            `barometer.survey.test_ordered_trend` for the formula.

        Raises
        ------
        ArgumentError
            If the categories have no order: their record does not say `ordered`, or don't know is among them.
        """
        for argument, answer in (("rows", self.rows), ("columns", self.columns)):
            if not answer.ordered:
                raise ArgumentError(
                    argument,
                    f"{answer.name!r} has no order to go along: its record does not say `ordered = true`, or don't "
                    'know is among its categories (dont_know="drop" leaves it out)',
                )
        found = survey.test_ordered_trend(
            self.kernel.cells,
            row_scores=np.array(self.rows.scores),
            column_scores=np.array(self.columns.scores),
            confidence=self.method.confidence,
        )
        return AnswerTrend(self.rows, self.columns, found, self.method, self.codebook)

    def sentence(self, lang: Lang = "en") -> str:
        """
        Say what was found: the test, the shares of each group, and how they were made.

        How the degrees of freedom are counted, the rule for don't know, and whether data are synthetic.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        found = association_sentence(self.rows, self.columns, self.kernel, self.test, lang)
        rule = rule_texts(self.rows, self.columns, lang)
        parts = [found, df_rule_text(self.test, lang), rule, SYNTHETIC.text(lang) if self.is_synthetic else ""]
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        title = f"{self.rows.label.text(lang)} x {self.columns.label.text(lang)}"
        method = self.method
        notes = (self.sentence(lang), method.text(lang), *self._base_and_source(lang))
        name, part = f"{self.rows.name} x {self.columns.name}", Label("andele", "shares").text(lang)
        ends = tuple(ESTIMATE_HEADINGS[each].text(lang) for each in ("ci_low", "ci_high", "se"))
        shares = (HEADINGS["share_of_column"].text(lang), *ends)
        return (
            Sheet(name, "", title, notes, self.to_frame(lang)),
            Sheet(name, part, title, notes, self.shares_frame(lang), shares),
        )

    def _base_and_source(self, lang: Lang) -> tuple[str, str]:
        """Say of whom the numbers are, how many answered, and where the answers come from."""
        return (
            base_note(self.codebook, (self.rows.base, self.columns.base), self.test.n, lang),
            source_note(self.codebook, self.method.wave, self.method.period, lang),
        )

    def __repr__(self) -> str:
        """Say what was crossed, the test, and the column shares."""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        shares = pd.DataFrame(100.0 * self.kernel.shares("column").share, self.rows.codes, self.columns.codes)
        shown = shares.map(lambda share: "" if np.isnan(share) else f"{share:.1f}")
        shown.loc["n"] = [_written(n) for n in self.kernel.by_column.n[1:, 0]]
        with pd.option_context("display.width", 120, "display.max_columns", 12):
            body = shown.to_string()
        facts = (
            test_text(self.test, "en"),
            df_rule_text(self.test, "en"),
            strength_text(self.test, "en"),
            rule_texts(self.rows, self.columns, "en"),
        )
        return (
            f"<Association: {self.rows.name} x {self.columns.name}, wave {self.method.wave}{origin}>\n"
            f"{'; '.join(filter(None, facts))}\n"
            f"column %\n{body}"
        )

    def _repr_html_(self) -> str:
        found = self.kernel.shares("column")
        names = [label.en for _, label in self.columns.categories]
        head = "".join(f"<th style='text-align:right'>{escape(name)}</th>" for name in names)
        body = "".join(
            f"<tr><th style='text-align:left'>{escape(label.en)}</th>"
            + "".join(f"<td style='text-align:right'>{_with_interval(*ends)}</td>" for ends in zip(*cells, strict=True))
            + "</tr>"
            for (_, label), *cells in zip(self.rows.categories, found.share, found.ci_low, found.ci_high, strict=True)
        )
        counts = "".join(f"<td style='text-align:right'>{_written(n)}</td>" for n in self.kernel.by_column.n[1:, 0])
        strength = strength_text(self.test, "en")
        said = (self.sentence("en"), f"{strength[:1].upper()}{strength[1:]}.", self.method.text("en"))
        caption = " ".join((*said, *self._base_and_source("en")))
        title = f"{self.rows.label.en} by {self.columns.label.en}, column %"
        return (
            f"<table><caption>{escape(title)}</caption><thead><tr><th></th>{head}</tr></thead>"
            f"<tbody>{body}<tr><th style='text-align:left'>Answers (n)</th>{counts}</tr></tbody></table>"
            f"<p>{escape(caption)}</p>"
        )


def test_association(
    wave: Wave,
    rows: str,
    columns: str,
    *,
    test: "survey.AssociationStatistic" = "F",
    dont_know: DontKnowChoice = "record",
    df: "survey.DfRule" = "domain",
    interval: "survey.IntervalMethod" = "logit",
    confidence: float = 0.95,
) -> Association:
    """
    Cross two answers and test whether they have to do with each other.

    Parameters
    ----------
    wave : Wave
    rows, columns : str
        An indicator ("shared.yes", "positive_role.citizens"), crossed as yes and no; a question that has an answer or
        a group "yes", which stands for that ("shared", "evaluated"); any other question with one answer ("novelty") or
        row of a grid ("culture.risk"), crossed with all its answers; or a domain ("level", "sector", "size"). Shares
        are read down the columns: `rows` is what is counted, `columns` of whom.
    test : {"F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint"}
        Rao and Scott's F by default; see `barometer.survey.test_association`.
    dont_know : {"record", "keep", "drop", "no", "disagree"}
        One rule for both answers, or each indicator's own; the answers of a question have none of their own, and leave
        don't know (and not relevant) out. Domains keep their own rule. The result says which was used.
    df, interval, confidence
        As in `estimate_shares`.

    Returns
    -------
    Association
        `.table` and `.to_frame("da")` with the test, `.shares("row")`, `.sentence("da")`, `.difference(...)` with an
        interval, `.trend()` for ordered answers.

    Raises
    ------
    UnknownNameError
        With names that look like the one given.
    ArgumentError
        If a choice is none of what it may be, both names are the same, nobody has both answers, a question is answered
        by several ticks, or a rule for don't know cannot be applied.

    Examples
    --------
    >>> import barometer as bm
    >>> found = bm.test_association(bm.load_wave(3), "shared", "evaluated", dont_know="drop")
    >>> found.test.shape, found.table["rows_dont_know"].item()
    ((2, 2), 'drop')
    """
    check_wave(wave)
    check_choice("test", test, get_args(survey.AssociationStatistic))
    check_choice("df", df, tuple(DF_RULES))
    first, row = find_answer(wave, "rows", rows, dont_know)
    second, column = find_answer(wave, "columns", columns, dont_know)
    if first.name == second.name:
        raise ArgumentError("columns", f"{first.name!r} is in the rows already: an answer goes with itself")
    if not ((row >= 0) & (column >= 0)).any():
        raise ArgumentError("columns", f"nobody has an answer to both {first.name!r} and {second.name!r}")
    design = wave_design(wave)
    crossed = (_categorical(row, len(first.codes)), _categorical(column, len(second.codes)))
    kernel = survey.cross_tabulate(design, *crossed, confidence=confidence, interval=interval, df=df)
    method = wave_method(wave, survey.Choices(confidence, interval, df=df), dont_know)
    return Association(first, second, kernel, survey.test_association(kernel.cells, test), method, wave.codebook)


def _categorical(place: Places, size: int) -> "pd.Categorical[int]":
    """Places as labels: codes of two answers may be the same."""
    return pd.Categorical.from_codes(place, categories=pd.RangeIndex(size))


def _written(n: int) -> str:
    """Write a count; a dash where it is suppressed."""
    return "\N{EN DASH}" if n < 0 else f"{n:,}"


def _with_interval(share: float, low: float, high: float) -> str:
    if np.isnan(share):
        return ""
    if np.isnan(low):
        return per_cent(share, "en", 1)
    return f"{per_cent(share, 'en', 1)} <small>({100 * low:.1f} to {100 * high:.1f})</small>"
