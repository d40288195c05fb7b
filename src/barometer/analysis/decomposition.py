"""A change taken apart: how much the mix of workplaces adds to it, and how much what they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.decomposition_words import CELL_HEADINGS, CELL_NOTES, PART_LABELS, lent_text, outside_text
from barometer.analysis.estimates import HEADINGS, PROVENANCE
from barometer.analysis.html_tables import html_table
from barometer.analysis.method import WEIGHTED, DontKnowChoice
from barometer.analysis.occasions import SampleChoice, align_waves, domain_names
from barometer.analysis.suppression import SUPPRESSED
from barometer.analysis.trend_words import OVERLAP_RULES, SAMPLES, TREND_HEADINGS, between, points, with_interval
from barometer.analysis.wave_verdicts import compare_pair
from barometer.analysis.weighting import waves_text
from barometer.analysis.wording import full_label, group_texts, in_words, texts
from barometer.codebook.comparability import ORDER, VERDICTS, Comparability
from barometer.codebook.names import as_name
from barometer.codebook.numbers import integer, interval, per_cent
from barometer.codebook.published import Effect
from barometer.codebook.records import Domain, Indicator, Label, Lang
from barometer.codebook.sheet import Sheet, period_note
from barometer.errors import ArgumentError, NotComparableError, check_choice, check_confidence
from barometer.microdata import SYNTHETIC, Wave, check_one_codebook, check_wave

if TYPE_CHECKING:
    from barometer.codebook import Codebook

FoldChoice = Literal["twofold", "threefold"]
FOLDS: dict[FoldChoice, tuple[str, ...]] = {
    "twofold": ("mix", "behaviour"),
    "threefold": ("mix_first", "behaviour_first", "interaction"),
}


@dataclass(frozen=True, eq=False, repr=False)
class Decomposition:
    """
    The change of a share between two waves, taken apart by cells of workplaces.

    Attributes
    ----------
    table : DataFrame
        One row per part: part, estimate, se, ci_low, ci_high, statistic, df, p_value, note, provenance. Parts are
        "change" and what adds up to it: "mix" and "behaviour", or "mix_first", "behaviour_first" and "interaction".
    standardised : DataFrame
        Shares with an exchanged mix, with the same columns: "first_standardised" (shares of the first wave, mix of the
        second) and "second_standardised" (the other way).
    cells : DataFrame
        One row per cell: the domains, n_first_wave, n_second_wave, mix_first_wave, mix_second_wave (shares of the
        base), share_first_wave, share_second_wave, the parts of `table` but the change, each with its `se_`, note.
    comparability : tuple of Comparability
        What the codebook says of the indicator and of each domain in the two waves.
    periods : (str, str)
    codebook : Codebook
        As the second wave used it.
    overlapping : bool
        Whether the covariance of workplaces that answered in both is in the standard errors; `common` is their number.
    overlap : {"conditional", "stacked"}
        How that covariance is taken.
    outside : (int, int)
        Workplaces of each wave that are in the base and in no cell: they count for nothing.
    n : (int, int)
        Workplaces of each wave that are in a cell.
    parts : {"twofold", "threefold"}
    confidence : float
    kernel : ChangeParts
        All parts as arrays.
    answered : (2, G) int
        Of the first and the second wave, answers behind the share of each cell, without weights.
    weighting : Label or None
        Of waves whose weights were moved, how; empty where none were.
    """

    table: pd.DataFrame
    standardised: pd.DataFrame
    cells: pd.DataFrame
    indicator: Indicator
    domains: tuple[Domain, ...]
    comparability: tuple[Comparability, ...]
    periods: tuple[str, str]
    codebook: "Codebook"
    overlapping: bool
    common: int
    overlap: "survey.OverlapRule"
    outside: tuple[int, int]
    n: tuple[int, int]
    parts: FoldChoice
    confidence: float
    is_synthetic: bool
    kernel: "survey.ChangeParts"
    answered: "NDArray[np.intp]"
    weighting: Label | None = None

    @property
    def comparable(self) -> Effect:
        """The gravest verdict of the codebook: "comparable" or "break"."""
        return max((found.verdict for found in self.comparability), key=ORDER.index)

    def confint(self) -> pd.DataFrame:
        """Return the confidence intervals alone: part, ci_low, ci_high."""
        return self.table[["part", "ci_low", "ci_high"]]

    def to_frame(self, lang: Lang = "en", part: Literal["parts", "standardised", "cells"] = "parts") -> pd.DataFrame:
        """
        Return a table with labels instead of codes.

        Parameters
        ----------
        lang : {"da", "en"}
        part : {"parts", "standardised", "cells"}
        """
        frames = {"parts": self.table, "standardised": self.standardised, "cells": self.cells}
        check_choice("part", part, frames)
        labels = {"part": PART_LABELS, "note": CELL_NOTES, "provenance": PROVENANCE}
        words = {name: texts(of, lang) for name, of in labels.items()}
        words |= {domain.name: group_texts(domain, lang) for domain in self.domains}
        return in_words(frames[part], words, self._headings(lang))

    def _headings(self, lang: Lang) -> dict[str, str]:
        headings = texts(HEADINGS | TREND_HEADINGS | PART_LABELS | CELL_HEADINGS, lang)
        headings |= {domain.name: domain.label.text(lang) for domain in self.domains}
        for name in FOLDS["threefold"]:
            headings[f"se_{name}"] = f"{HEADINGS['se'].text(lang)}: {PART_LABELS[name].text(lang)}"
        return headings

    def summary(self, lang: Lang = "en") -> str:
        """Say in sentences what the change is made of."""
        rows = {row["part"]: row for row in pd.concat([self.table, self.standardised]).to_dict("records")}
        by = " x ".join(domain.label.text(lang).lower() for domain in self.domains)
        whole = f"{self._subject(lang)}, {self.periods[0]} / {self.periods[1]}"
        if rows["change"]["note"] == SUPPRESSED:
            return "\n".join([f"{whole} ({by}).", *self._remarks(lang)])
        lines = [f"{whole}: {points(rows['change']['estimate'], lang)} ({by})."]
        for name in FOLDS[self.parts]:
            row = rows[name]
            told = with_interval(row["estimate"], row["ci_low"], row["ci_high"], lang)
            lines.append(f"{PART_LABELS[name].text(lang)}: {told}.")
        standard = per_cent(rows["second_standardised"]["estimate"], lang, 1)
        lines.append(f"{PART_LABELS['second_standardised'].text(lang)}: {standard}.")
        lines += self._remarks(lang)
        return "\n".join(lines)

    def _subject(self, lang: Lang) -> str:
        """Name the indicator with its family."""
        return full_label(self.codebook, self.indicator).text(lang)

    def _remarks(self, lang: Lang) -> list[str]:
        note = str(self.table["note"].iloc[0])
        lines = [f"{CELL_NOTES[note].text(lang)}."] if note else []
        lines += [text for text in (lent_text(self.cells, lang), outside_text(self.outside, lang)) if text]
        if self.comparable == "break":
            why = " ".join(dict.fromkeys(label.text(lang) for c in self.comparability for label in c.reasons))
            lines.append(f"{VERDICTS['break'].text(lang).capitalize()}: {why}")
        lines.append(self._samples(lang))
        if self.weighting is not None and self.weighting.en:
            lines.append(self.weighting.text(lang).strip())
        if self.is_synthetic:
            lines.append(f"{SYNTHETIC.text(lang)}.")
        return lines

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        named: list[tuple[Literal["parts", "standardised", "cells"], str]] = [
            ("parts", ""),
            ("standardised", Label("standardiseret", "standardised").text(lang)),
            ("cells", Label("celler", "cells").text(lang)),
        ]
        title = self._subject(lang)
        words, folds = self._headings(lang), FOLDS[self.parts]
        own = ("estimate", "se", "ci_low", "ci_high")
        shares = tuple(f"{name}_{wave}_wave" for name in ("mix", "share") for wave in ("first", "second"))
        units: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
            "parts": ((), own),
            "standardised": (own, ()),
            "cells": (shares, (*folds, *(f"se_{name}" for name in folds))),
        }
        notes = (*self.summary(lang).splitlines(), *self._period_notes(lang), f"{WEIGHTED.text(lang)}.")
        name = f"{self.indicator.name} decomposed"
        return tuple(
            Sheet(
                name,
                part,
                title,
                notes,
                self.to_frame(lang, which),
                *(tuple(words[each] for each in names) for names in units[which]),
            )
            for which, part in named
        )

    def _period_notes(self, lang: Lang) -> list[str]:
        """Say where the answers of both periods come from, of whom they are, and how many answered."""
        answers = zip(self.periods, self.n, self.outside, strict=True)
        return [
            period_note(self.codebook, [self.indicator.base], period, inside + outside, lang)
            for period, inside, outside in answers
        ]

    def _samples(self, lang: Lang) -> str:
        """Say whether workplaces are in both waves, and how their covariance is taken."""
        if not self.overlapping:
            return f"{SAMPLES['independent'].text(lang).capitalize()}."
        both = TREND_HEADINGS["common"].text(lang).lower()
        kind = SAMPLES["overlapping"].text(lang).capitalize()
        return f"{kind} ({integer(self.common, lang)} {both}). {OVERLAP_RULES[self.overlap].text(lang)}"

    def __repr__(self) -> str:
        """Show the parts."""
        by = " x ".join(domain.name for domain in self.domains)
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        broken = "" if self.comparable == "comparable" else f"; {VERDICTS[self.comparable].en}"
        shown = pd.concat([self.table, self.standardised])[["part", "estimate", "se", "ci_low", "ci_high", "note"]]
        body = shown.to_string(index=False, float_format="{:.4f}".format)
        head = f"{self.indicator.name}, {self.periods[0]} to {self.periods[1]}, {len(self.cells)} cells of {by}"
        return f"<Decomposition: {head}{broken}{origin}>\n{body}\n{self._samples('en')}"

    def _repr_html_(self) -> str:
        rows = pd.concat([self.table, self.standardised]).to_dict("records")
        table = html_table(("Part", "Change or share", "Interval", "Note"), [_cells(row) for row in rows])
        remarks = " ".join([f"{self._subject('en')}, {self.periods[0]} to {self.periods[1]}.", *self._remarks("en")])
        return f"{table}<p>{escape(' '.join([remarks, *self._period_notes('en')]))}</p>"


def decompose_change(
    first: Wave,
    second: Wave,
    indicator: str,
    by: str | Sequence[str] = ("sector", "size"),
    *,
    parts: FoldChoice = "twofold",
    samples: SampleChoice = "auto",
    overlap: "survey.OverlapRule" = "stacked",
    dont_know: DontKnowChoice = "record",
    confidence: float = 0.95,
) -> Decomposition:
    """
    Take the change of a share apart: a part due to the mix of workplaces, and a part due to what they do.

    Parameters
    ----------
    first, second : Wave
        Of one codebook; the change is that from the earlier to the later one.
    indicator : str
        Full name.
    by : str or sequence of str
        The domains whose cross is the cells.
    parts : {"twofold", "threefold"}
        "twofold": Kitagawa's mix and behaviour, each at the mean of the two waves, so that neither wave is the
        standard. "threefold": both at the first wave, and the interaction that is left.
    samples, overlap, dont_know, confidence
        As for `estimate_trend`.

    Returns
    -------
    Decomposition
        Parts that add up to the change, with standard errors; shares with an exchanged mix; what each cell adds.

    Raises
    ------
    NotComparableError
        If the codebook says that the indicator or a domain of the two waves cannot be compared, or one of them lacks
        it; with the reason.
    UnknownNameError
        If neither wave has the indicator or a domain.
    ArgumentError
        If these are not two waves, no domain is given, or a choice is none of what it may be.

    Notes
    -----
    With q the share of the base that lies in a cell and r the share in the cell, the mix is
    sum (q2 - q1)(r1 + r2)/2 and behaviour sum (q1 + q2)/2 (r2 - r1) (Kitagawa 1955); see `barometer.survey.decompose`
    for the other parts and the standard errors, in which q and r are both estimated. A cell that one wave lacks has no
    share to compare: all that it adds counts as mix, and its row says so. "Behaviour" is what differs within cells, for
    whatever reason; it is no proof that the mix caused the rest.

    Examples
    --------
    >>> import barometer as bm
    >>> parts = bm.decompose_change(bm.load_wave(3), bm.load_wave(4), "innovative", "level").table
    >>> parts["part"].tolist()
    ['change', 'mix', 'behaviour']
    """
    check_choice("parts", parts, FoldChoice)
    if not domain_names(by):
        raise ArgumentError("by", "names no domain: the cells are made of one or several, for instance 'sector'")
    _check_pair(first, second)
    confidence = check_confidence(confidence)
    check_choice("overlap", overlap, survey.OverlapRule)
    aligned = align_waves([first, second], as_name("indicator", indicator), by, dont_know, samples)
    if len(aligned.indicators) != 1:
        raise ArgumentError("indicator", f"{indicator!r} is {len(aligned.indicators)} indicators; name one of them")
    early, late = aligned.waves
    verdicts = compare_pair(early, late, aligned.indicators, aligned.domains)
    refused = {v.indicator: " ".join(r.en for r in v.reasons) for v in verdicts if v.verdict == "not_comparable"}
    if refused:
        raise NotComparableError((early.record.number, late.record.number), refused)
    found = survey.decompose(aligned.occasions[0], aligned.occasions[1], confidence, overlap)
    inside = [int(o.columns.present[:, o.columns.base[0]].sum()) for o in aligned.occasions]
    kind = "synthetic" if any(wave.is_synthetic for wave in aligned.waves) else "delivery"
    return Decomposition(
        table=_rows(found, ("change", *FOLDS[parts]), kind),
        standardised=_rows(found, ("first_standardised", "second_standardised"), kind),
        cells=_by_cell(found, aligned.domains, aligned.groups, FOLDS[parts]),
        indicator=aligned.indicators[0],
        domains=aligned.domains,
        comparability=tuple(verdicts),
        periods=(early.record.period, late.record.period),
        codebook=late.codebook,
        overlapping=found.overlapping,
        common=found.common,
        overlap=overlap,
        outside=(inside[0] - int(found.n[0].sum()), inside[1] - int(found.n[1].sum())),
        n=(int(found.n[0].sum()), int(found.n[1].sum())),
        parts=parts,
        confidence=confidence,
        is_synthetic=kind == "synthetic",
        kernel=found,
        answered=np.stack([survey.count_answered(o.columns, o.groups)[1:, 0] for o in aligned.occasions]),
        weighting=waves_text(aligned.waves),
    )


def _check_pair(first: Wave, second: Wave) -> None:
    """Refuse what are not two waves of one codebook."""
    for name, wave in (("first", first), ("second", second)):
        check_wave(wave, name)
    check_one_codebook([first, second])
    if first.record.number == second.record.number:
        raise ArgumentError("second", f"is wave {second.record.number}, as the first is: a change needs two waves")


def _rows(found: "survey.ChangeParts", names: Sequence[str], kind: str) -> pd.DataFrame:
    places = [survey.PARTS.index(name) for name in names]
    columns: dict[str, Any] = {"part": list(names)}
    for field in ("estimate", "se", "ci_low", "ci_high", "statistic", "df", "p_value"):
        columns[field] = getattr(found, field)[0, places]
    said = survey.COMPARISON_REASONS[found.reason[0]]
    columns["note"] = np.where(found.se[0, places] == 0.0, "no_spread", "" if said == "no_spread" else said)
    return pd.DataFrame(columns).assign(provenance=kind)


def _by_cell(
    found: "survey.ChangeParts", domains: Sequence[Domain], groups: Sequence[tuple[str, ...]], names: Sequence[str]
) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for position, domain in enumerate(domains):
        categories = [group.code for group in domain.groups]
        columns[domain.name] = pd.Categorical([g[position] for g in groups], categories=categories, ordered=True)
    there = found.n > 0
    for name, values in (("n", found.n), ("mix", found.mix), ("share", np.where(there, found.share, np.nan))):
        columns |= {f"{name}_first_wave": values[0], f"{name}_second_wave": values[1]}
    for name in names:
        place = survey.PARTS.index(name)
        columns |= {name: found.estimate[1:, place], f"se_{name}": found.se[1:, place]}
    cases = [~there[0] & ~there[1], ~there[1], ~there[0]]
    said = np.array(survey.COMPARISON_REASONS)[found.reason[1:]]
    unknown = np.where(np.isin(said, ("one_answer", "share_zero", "share_one")), said, "")
    columns["note"] = np.select(cases, ["empty_base", "only_first", "only_second"], unknown)
    return pd.DataFrame(columns)


def _cells(row: dict[Any, Any]) -> tuple[str, ...]:
    """Write a row of the table: a change in percentage points, a share as per cent."""
    if np.isnan(row["estimate"]):
        value, ends = "\N{EN DASH}", ""
    elif row["part"] in ("first_standardised", "second_standardised"):
        value = per_cent(row["estimate"], "en", 1)
        ends = "" if np.isnan(row["ci_low"]) else interval(row["ci_low"], row["ci_high"], "en")
    else:
        value, ends = points(row["estimate"], "en"), between(row["ci_low"], row["ci_high"], "en")
    return (PART_LABELS[row["part"]].en, value, ends, CELL_NOTES[row["note"]].en)
