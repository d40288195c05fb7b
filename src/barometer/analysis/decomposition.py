"""A change taken apart: how much the mix of workplaces adds to it, and how much what they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from barometer import survey
from barometer.analysis.estimates import HEADINGS, PROVENANCE
from barometer.analysis.method import DontKnowChoice
from barometer.analysis.occasions import SampleChoice, align_waves
from barometer.analysis.trend import SAMPLES, TREND_HEADINGS, signed
from barometer.analysis.wave_verdicts import compare_pair
from barometer.analysis.weighting import waves_text
from barometer.codebook.comparability import ORDER, VERDICTS, Comparability
from barometer.codebook.numbers import integer, per_cent
from barometer.codebook.published import Effect
from barometer.codebook.records import Domain, Indicator, Label, Lang
from barometer.errors import ArgumentError, NotComparableError
from barometer.microdata import SYNTHETIC, Wave

FoldChoice = Literal["twofold", "threefold"]
FOLDS: dict[FoldChoice, tuple[str, ...]] = {
    "twofold": ("mix", "behaviour"),
    "threefold": ("mix_first", "behaviour_first", "interaction"),
}
PART_LABELS = {
    "first": Label("Andel i den første bølge", "Share of the first wave"),
    "second": Label("Andel i den anden bølge", "Share of the second wave"),
    "change": Label("Ændring", "Change"),
    "mix": Label("Ændret sammensætning", "Change of the mix"),
    "behaviour": Label("Ændret adfærd", "Change of behaviour"),
    "mix_first": Label(
        "Ændret sammensætning, med den første bølges andele", "Change of the mix, at the first wave's shares"
    ),
    "behaviour_first": Label(
        "Ændret adfærd, med den første bølges sammensætning", "Change of behaviour, at the first wave's mix"
    ),
    "interaction": Label("Samspil", "Interaction"),
    "first_standardised": Label(
        "Andel i den første bølge med den andens sammensætning", "Share of the first wave with the second's mix"
    ),
    "second_standardised": Label(
        "Andel i den anden bølge med den førstes sammensætning", "Share of the second wave with the first's mix"
    ),
}
CELL_NOTES = {
    "": Label("", ""),
    "only_first": Label(
        "Kun i den første bølge: alt regnes som sammensætning", "Only in the first wave: all of it counts as mix"
    ),
    "only_second": Label(
        "Kun i den anden bølge: alt regnes som sammensætning", "Only in the second wave: all of it counts as mix"
    ),
    "empty_base": Label("Ingen i basis", "Nobody in the base"),
    "no_spread": Label("Ingen spredning", "No spread"),
}
LENT = Label(
    "celler findes kun i én bølge; alt i dem regnes som sammensætning",
    "cells are in one wave only; all that they add counts as mix",
)
OUTSIDE = Label("svar er i ingen celle og er ikke med", "answers are in no cell and left out")
CELL_HEADINGS = {
    "part": Label("Del", "Part"),
    "estimate": Label("Andel eller ændring", "Share or change"),
    "mix_first_wave": Label("Del af den første bølge", "Share of the first wave's base"),
    "mix_second_wave": Label("Del af den anden bølge", "Share of the second wave's base"),
    "share_first_wave": Label("Andel, første bølge", "Share, first wave"),
    "share_second_wave": Label("Andel, anden bølge", "Share, second wave"),
    "n_first_wave": Label("Svar, første bølge", "Answers, first wave"),
    "n_second_wave": Label("Svar, anden bølge", "Answers, second wave"),
    "se_mix": Label("Standardfejl, sammensætning", "Standard error, mix"),
    "se_behaviour": Label("Standardfejl, adfærd", "Standard error, behaviour"),
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
    overlapping : bool
        Whether the covariance of workplaces that answered in both is in the standard errors; `common` is their number.
    outside : (int, int)
        Workplaces of each wave that are in the base and in no cell: they count for nothing.
    parts : {"twofold", "threefold"}
    confidence : float
    kernel : ChangeParts
        All parts as arrays.
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
    overlapping: bool
    common: int
    outside: tuple[int, int]
    parts: FoldChoice
    confidence: float
    is_synthetic: bool
    kernel: "survey.ChangeParts"
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
        if part not in frames:
            raise ArgumentError("part", f"must be one of {', '.join(frames)}; got {part!r}")
        shown = frames[part].copy()
        words = {"part": PART_LABELS, "note": CELL_NOTES, "provenance": PROVENANCE}
        for name, labels in words.items():
            if name in shown:
                shown[name] = shown[name].map({code: label.text(lang) for code, label in labels.items()}).astype("str")
        for domain in self.domains:
            if domain.name in shown:
                codes = {group.code: group.label.text(lang) for group in domain.groups}
                shown[domain.name] = shown[domain.name].map(codes).astype("str")
        headings = {domain.name: domain.label.text(lang) for domain in self.domains}
        known = HEADINGS | TREND_HEADINGS | PART_LABELS | CELL_HEADINGS
        headings |= {name: label.text(lang) for name, label in known.items() if name not in headings}
        for name in FOLDS["threefold"]:
            headings[f"se_{name}"] = f"{HEADINGS['se'].text(lang)}: {PART_LABELS[name].text(lang)}"
        return shown.rename(columns=headings)

    def summary(self, lang: Lang = "en") -> str:
        """Say in sentences what the change is made of."""
        rows = {row["part"]: row for row in pd.concat([self.table, self.standardised]).to_dict("records")}
        unit, to = Label("procentpoint", "percentage points").text(lang), Label("til", "to").text(lang)
        by = " x ".join(domain.label.text(lang).lower() for domain in self.domains)
        whole = f"{self.indicator.label.text(lang)}, {self.periods[0]} / {self.periods[1]}"
        lines = [f"{whole}: {signed(rows['change']['estimate'], lang)} {unit} ({by})."]
        for name in FOLDS[self.parts]:
            row = rows[name]
            ends = (
                "" if np.isnan(row["ci_low"]) else f"{signed(row['ci_low'], lang)} {to} {signed(row['ci_high'], lang)}"
            )
            told = f"{PART_LABELS[name].text(lang)}: {signed(row['estimate'], lang)} {unit}"
            lines.append(f"{told} ({ends})." if ends else f"{told}.")
        standard = per_cent(rows["second_standardised"]["estimate"], lang, 1)
        lines.append(f"{PART_LABELS['second_standardised'].text(lang)}: {standard}.")
        lines += self._remarks(lang)
        return "\n".join(lines)

    def _remarks(self, lang: Lang) -> list[str]:
        lent = int(self.cells["note"].isin(["only_first", "only_second"]).sum())
        lines = []
        if lent:
            lines.append(f"{integer(lent, lang)} {LENT.text(lang)}.")
        if any(self.outside):
            counts = " / ".join(integer(number, lang) for number in self.outside)
            lines.append(f"{counts} {OUTSIDE.text(lang)}.")
        if self.comparable == "break":
            why = " ".join(dict.fromkeys(label.text(lang) for c in self.comparability for label in c.reasons))
            lines.append(f"{VERDICTS['break'].text(lang).capitalize()}: {why}")
        lines.append(f"{SAMPLES['overlapping' if self.overlapping else 'independent'].text(lang).capitalize()}.")
        if self.weighting is not None and self.weighting.en:
            lines.append(self.weighting.text(lang).strip())
        if self.is_synthetic:
            lines.append(f"{SYNTHETIC.text(lang)}.")
        return lines

    def __repr__(self) -> str:
        """Show the parts."""
        by = " x ".join(domain.name for domain in self.domains)
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        broken = "" if self.comparable == "comparable" else f"; {VERDICTS[self.comparable].en}"
        shown = pd.concat([self.table, self.standardised])[["part", "estimate", "se", "ci_low", "ci_high", "note"]]
        body = shown.to_string(index=False, float_format="{:.4f}".format)
        head = f"{self.indicator.name}, {self.periods[0]} to {self.periods[1]}, {len(self.cells)} cells of {by}"
        return f"<Decomposition: {head}{broken}{origin}>\n{body}"

    def _repr_html_(self) -> str:
        rows = pd.concat([self.table, self.standardised]).to_dict("records")
        head = "".join(
            f"<th style='text-align:left'>{escape(name)}</th>"
            for name in ("Part", "Percentage points", "Interval", "Note")
        )
        body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
        remarks = " ".join(
            [f"{self.indicator.label.en}, {self.periods[0]} to {self.periods[1]}.", *self._remarks("en")]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{escape(remarks)}</p>"


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
        If no domain is given, or a choice is none of what it may be.

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
    if parts not in get_args(FoldChoice):
        raise ArgumentError("parts", f"must be one of {', '.join(get_args(FoldChoice))}; got {parts!r}")
    if not by:
        raise ArgumentError("by", "names no domain: the cells are made of one or several, for instance 'sector'")
    if not isinstance(confidence, int | float) or not 0.0 < confidence < 1.0:
        raise ArgumentError("confidence", f"must lie between 0 and 1, for instance 0.95; got {confidence!r}")
    aligned = align_waves([first, second], indicator, by, dont_know, samples)
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
        overlapping=found.overlapping,
        common=found.common,
        outside=(inside[0] - int(found.n[0].sum()), inside[1] - int(found.n[1].sum())),
        parts=parts,
        confidence=confidence,
        is_synthetic=kind == "synthetic",
        kernel=found,
        weighting=waves_text(aligned.waves),
    )


def _rows(found: "survey.ChangeParts", names: Sequence[str], kind: str) -> pd.DataFrame:
    places = [survey.PARTS.index(name) for name in names]
    columns: dict[str, Any] = {"part": list(names)}
    for field in ("estimate", "se", "ci_low", "ci_high", "statistic", "df", "p_value"):
        columns[field] = getattr(found, field)[0, places]
    columns["note"] = np.where(found.se[0, places] == 0.0, "no_spread", "")
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
    columns["note"] = np.select(cases, ["empty_base", "only_first", "only_second"], "")
    return pd.DataFrame(columns)


def _cells(row: dict[Any, Any]) -> str:
    ends = "" if np.isnan(row["ci_low"]) else f"{signed(row['ci_low'], 'en')} to {signed(row['ci_high'], 'en')}"
    words = (PART_LABELS[row["part"]].en, signed(row["estimate"], "en"), ends, CELL_NOTES[row["note"]].en)
    return "".join(f"<td style='text-align:left'>{escape(word)}</td>" for word in words)
