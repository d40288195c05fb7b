"""What moving the weights of a wave did to them: the report."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer.analysis.method import Method
from barometer.analysis.response_factors import CLASS_HEADINGS, ResponseFactors
from barometer.analysis.tables import as_html, in_words
from barometer.codebook import Codebook
from barometer.codebook.numbers import per_cent
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet, base_note, source_note
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC, ResponseAdjustment, Wave, WeightingStep

NOTES = {"": Label("", "")}
HEADINGS = {
    "domain": Label("Inddeling", "Domain"),
    "group": Label("Gruppe", "Group"),
    "n": Label("Svar (n)", "Answers (n)"),
    "before": Label("Vægtet antal før", "Weighted count before"),
    "target": Label("Antal i populationen", "Count in the population"),
    "achieved": Label("Vægtet antal efter", "Weighted count after"),
    "share_before": Label("Andel før", "Share before"),
    "share_target": Label("Andel i populationen", "Share in the population"),
    "share_achieved": Label("Andel efter", "Share after"),
    "provenance": Label("Data", "Data"),
}
SPREAD_HEADINGS = {
    "weights": Label("Vægte", "Weights"),
    "smallest": Label("Mindste", "Smallest"),
    "median": Label("Median", "Median"),
    "mean": Label("Gennemsnit", "Mean"),
    "largest": Label("Største", "Largest"),
    "cv": Label("Variationskoefficient", "Coefficient of variation"),
    "deff": Label("Designeffekt af vægtning", "Design effect of weighting"),
    "n_effective": Label("Effektivt antal svar", "Effective answers"),
}
LEFT = Label(
    "Ingen gruppe i rammens registre vejer mere end {gap} fra sit antal i populationen. {joined}",
    "No group in the registers of the frame weighs more than {gap} off its count in the population. {joined}",
)
JOINED = Label("Celler lagt sammen med en anden: {number}.", "Cells joined to another: {number}.")
ALONE = Label(
    "Celler, der bryder reglen og ikke har nogen nabo: {number}.",
    "Cells that break the rule and have no neighbour: {number}.",
)
SHOWN_CELLS = 20
"""Rows of a table of cells or classes that are shown without being asked for."""
SPREADS = {
    "before": Label("Før", "Before"),
    "after": Label("Efter", "After"),
    "ratio": Label("Ny over gammel", "New over old"),
}


@dataclass(frozen=True, eq=False, repr=False)
class Reweighting:
    """
    A wave with moved weights, and what moving did to them.

    Attributes
    ----------
    wave : Wave
        Estimates of it are made with the new weights, and their standard errors know it; its microdata keep the old.
    table : DataFrame
        One row per margin and group: domain, group, n, before, target, achieved (weighted counts), share_before,
        share_target, share_achieved (0 to 1 of the margin), provenance. Codes, not labels.
    spread : DataFrame
        Rows before, after and ratio (new weight over old): smallest, median, mean, largest, cv, deff (Kish's design
        effect of unequal weights, 1 + cv^2; of the ratio too), n_effective.
    distribution : DataFrame
        Workplaces by new weight over old: low, high, n of 20 classes of the same width, from the smallest ratio to the
        largest; one where all are the same.
    base_weight, weight : (n,) float
        Weights that were moved, before any trimming, and those they became.
    trimmed : int
        Weights that were beyond the limits of `trim` before.
    gap : float
        Largest relative distance of a count from its target, or where nothing was calibrated, from the population.
    iterations : int
        Of the calibration; 0 without one.
    method : Method
        Of estimates with the new weights.
    factors : ResponseFactors or None
        Cells, what was joined and why, or the model; None where nothing was adjusted for non-response.
    """

    wave: Wave
    table: pd.DataFrame
    spread: pd.DataFrame
    distribution: pd.DataFrame
    base_weight: NDArray[np.float64]
    weight: NDArray[np.float64]
    trimmed: int
    gap: float
    iterations: int
    method: Method
    factors: ResponseFactors | None = None

    @property
    def codebook(self) -> Codebook:
        """Of the wave."""
        return self.wave.codebook

    @property
    def weighting(self) -> WeightingStep:
        """What was asked for last."""
        return self.wave.weighting[-1]

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata are artificial."""
        return self.wave.is_synthetic

    @property
    def ratio(self) -> NDArray[np.float64]:
        """(n,) new weight over old, g; 1 where both are 0."""
        ones = np.ones_like(self.weight)
        return np.asarray(np.divide(self.weight, self.base_weight, out=ones, where=self.base_weight > 0.0))

    def influential(self, rows: int = 10, *, ids: bool = False) -> pd.DataFrame:
        """
        Return the groups of workplaces that weigh most: counts and weights, no answers.

        Parameters
        ----------
        rows : int
            Groups, or workplaces if `ids`.
        ids : bool
            Whether to tell which workplaces they are: confidential for a delivery.

        Returns
        -------
        DataFrame
            A column for each domain that makes the strata, n, base_weight, weight, ratio, share (part that they have
            together of the sum of squared weights, from which the design effect of weighting comes); the heaviest
            first. Workplaces of the same stratum and weights are one row, but with `ids` each has its own, and its id.

        Raises
        ------
        ArgumentError
            If `rows` is not a whole number above 0.
        """
        if not isinstance(rows, int) or isinstance(rows, bool) or rows < 1:
            raise ArgumentError("rows", f"must be a whole number above 0; got {rows!r}")
        squares = np.square(self.weight)
        strata = list(self.wave.record.stratum)
        found = self.wave.microdata[["id", *strata]].astype(str).reset_index(drop=True)
        found = found.assign(
            n=1, base_weight=self.base_weight, weight=self.weight, ratio=self.ratio, share=squares / squares.sum()
        )
        if not ids:
            same = [*strata, *(found[name].map("{:.9e}".format) for name in ("base_weight", "weight"))]
            sums = {"n": "sum", "base_weight": "first", "weight": "first", "ratio": "first", "share": "sum"}
            found = (
                found.groupby(same, sort=False).agg({**dict.fromkeys(strata, "first"), **sums}).reset_index(drop=True)
            )
        return found.sort_values("weight", ascending=False, kind="stable").head(rows).reset_index(drop=True)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the margins with labels instead of codes and headings in words, in Danish or English."""
        return in_words(self.table, self.wave.codebook, HEADINGS, NOTES, lang)

    def spread_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the spread of the weights with headings in words, in Danish or English."""
        shown = self.spread.assign(weights=[SPREADS[code].text(lang) for code in self.spread["weights"]])
        return shown.rename(columns={name: label.text(lang) for name, label in SPREAD_HEADINGS.items()})

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        notes = (self.text(lang), *self._base_and_source(lang))
        title = Label("Vægte", "Weights").text(lang)
        shares = tuple(HEADINGS[name].text(lang) for name in ("share_before", "share_target", "share_achieved"))
        rates = tuple(CLASS_HEADINGS[name].text(lang) for name in ("rate", "low", "high"))
        return (
            Sheet("weights", "", title, notes, self.to_frame(lang), shares),
            Sheet("weights", Label("spredning", "spread").text(lang), title, notes, self.spread_frame(lang)),
            *(
                Sheet("weights", name, title, notes, table, tuple(rate for rate in rates if rate in table))
                for name, table in self._factor_frames(lang)
            ),
        )

    def _base_and_source(self, lang: Lang) -> tuple[str, str]:
        """Say of whom the numbers are, how many answered, and where the answers come from."""
        record = self.wave.record
        return (
            base_note(self.codebook, [self.codebook.widest_base], self.weight.size, lang),
            source_note(self.codebook, record.number, record.period, lang),
        )

    def text(self, lang: Lang = "en") -> str:
        """Say in a sentence or two how the weights were moved and what it cost."""
        before, after = (self.spread.set_index("weights").loc[name] for name in ("before", "after"))
        ratio = self.spread.set_index("weights").loc["ratio"]
        cost = Label(
            "Ny vægt over gammel går fra {low} til {high}; designeffekten af vægtningen er {before} før og {after} "
            "efter.",
            "New weight over old goes from {low} to {high}; the design effect of weighting is {before} before and "
            "{after} after.",
        ).text(lang)
        numbers = {
            "low": f"{ratio['smallest']:.2f}",
            "high": f"{ratio['largest']:.2f}",
            "before": f"{before['deff']:.2f}",
            "after": f"{after['deff']:.2f}",
        }
        if lang == "da":
            numbers = {name: number.replace(".", ",") for name, number in numbers.items()}
        said = " ".join([*(step.text(lang) for step in self.method.weighting), cost.format(**numbers)])
        if isinstance(self.weighting, ResponseAdjustment):
            left = LEFT.text(lang).format(gap=per_cent(self.gap, lang, 1), joined=self._joined(lang))
            said = f"{said} {left}".rstrip()
        return f"{SYNTHETIC.text(lang)}. {said}" if self.is_synthetic else said

    def _joined(self, lang: Lang) -> str:
        if self.factors is None or self.factors.wish.method != "cells":
            return ""
        alone = int((self.factors.cells["note"] == "alone").sum())
        numbers = ((JOINED, len(self.factors.joined)), (ALONE, alone))
        return " ".join(words.text(lang).format(number=number) for words, number in numbers if number)

    def _factor_frames(self, lang: Lang) -> tuple[tuple[str, pd.DataFrame], ...]:
        return () if self.factors is None else self.factors.frames(lang)

    def moved(self, lang: Lang = "en") -> str:
        """Say in a sentence what was done to the weights last."""
        return self.method.weighting[-1].text(lang)

    def __repr__(self) -> str:
        """Say how weights were moved and show margins and spread; never a workplace."""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        what = f"<Reweighting: wave {self.wave.record.number}, {self.weight.size:,} weights"
        if isinstance(self.weighting, ResponseAdjustment):
            heading = f"{what} adjusted for non-response by {self.weighting.title}{origin}>"
        else:
            heading = (
                f"{what} by {self.weighting.method} to {len(self.table)} counts in {self.iterations} iterations, "
                f"largest gap {self.gap:.1e}{origin}>"
            )
        margins = self.table[["domain", "group", "n", "before", "target", "achieved"]]
        lines = (
            heading,
            self.text("en"),
            margins.to_string(index=False, float_format="{:,.1f}".format),
            self.spread.to_string(index=False, float_format="{:,.3f}".format),
            *(
                table.to_string(index=False, float_format="{:,.3f}".format)
                for _, table in self._factor_frames("en")
                if len(table) <= SHOWN_CELLS
            ),
        )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        said = " ".join([self.text("en"), *self._base_and_source("en")])
        shown = as_html(self.to_frame("en"), said) + as_html(self.spread_frame("en"), "")
        return shown + "".join(as_html(table, f"{name.capitalize()}.") for name, table in self._factor_frames("en"))
