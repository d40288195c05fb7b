"""The factors by which those who answered stand for those who did not: cells, what was joined and why, or the model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.response_weights import AdjustedSample
from barometer.codebook import Codebook
from barometer.codebook.records import Label, Lang
from barometer.microdata import ResponseAdjustment
from barometer.microdata.weighting import CROSS

SEVERAL = " + "
"""Between cells that were joined."""
REASONS = {
    "few_answers": Label("For få svar", "Too few answers"),
    "large_factor": Label("For stor faktor", "Factor too large"),
    "few_answers, large_factor": Label("For få svar og for stor faktor", "Too few answers, factor too large"),
}
NOTES = {
    "": Label("", ""),
    "joined": Label("Lagt sammen af flere", "Joined of several"),
    "alone": Label("Bryder reglen, har ingen nabo", "Breaks the rule, has no neighbour"),
}
CELL_HEADINGS = {
    "cell": Label("Celle", "Cell"),
    "sampled": Label("Udtrukket", "Drawn"),
    "answered": Label("Besvaret", "Answered"),
    "rate": Label("Vægtet svarandel", "Weighted response rate"),
    "factor": Label("Faktor", "Factor"),
    "note": Label("Bemærkning", "Note"),
}
CLASS_HEADINGS = {
    "cell": Label("Klasse", "Class"),
    "low": Label("Mindste svartilbøjelighed", "Smallest propensity"),
    "high": Label("Største svartilbøjelighed", "Largest propensity"),
    "sampled": CELL_HEADINGS["sampled"],
    "answered": CELL_HEADINGS["answered"],
    "rate": CELL_HEADINGS["rate"],
    "factor": CELL_HEADINGS["factor"],
}
JOINED_HEADINGS = {
    "cell": Label("Celle", "Cell"),
    "into": Label("Lagt sammen med", "Joined to"),
    "reason": Label("Hvorfor", "Why"),
    "sampled": Label("Udtrukket før", "Drawn before"),
    "answered": Label("Svar før", "Answers before"),
    "factor": Label("Faktor før", "Factor before"),
    "merged_answered": Label("Svar efter", "Answers after"),
    "merged_factor": Label("Faktor efter", "Factor after"),
}
MODEL_HEADINGS = {
    "term": Label("Led", "Term"),
    "estimate": Label("Koefficient (logit)", "Coefficient (logit)"),
    "se": Label("Standardfejl", "Standard error"),
}


@dataclass(frozen=True, eq=False, repr=False)
class ResponseFactors:
    """
    How the design weights of a wave were adjusted for non-response.

    Attributes
    ----------
    wish : ResponseAdjustment
    cells : DataFrame
        A row for each cell or class: cell (codes; joined ones with " + "), for classes low and high (their
        propensities), sampled, answered, rate (weighted), factor, for cells note ("joined", "alone"). Without rows for
        inverse propensities, whose factor is each unit's own.
    joined : DataFrame
        A row for each joining, in its order: cell, into, reason ("few_answers", "large_factor" or both), sampled,
        answered and factor before, merged_answered and merged_factor after.
    model : DataFrame
        Of propensities: term ("level: state"), estimate and se on the logit scale; without rows for cells.
    factor_range : (float, float)
        Least and largest factor of those who answered.
    codebook : Codebook
    """

    wish: ResponseAdjustment
    cells: pd.DataFrame
    joined: pd.DataFrame
    model: pd.DataFrame
    factor_range: tuple[float, float]
    codebook: Codebook

    def __repr__(self) -> str:
        """Say what was done; never a unit."""
        low, high = self.factor_range
        made = f"{self.wish.method} of {', '.join(self.wish.domains)}"
        groups = f", {len(self.cells):,} groups" if len(self.cells) else ""
        return f"<ResponseFactors: {made}{groups}; factors {low:.3g} to {high:.3g}>"

    def cells_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return cells or classes with labels and headings in words, in Danish or English."""
        headings = CELL_HEADINGS if self.wish.method == "cells" else CLASS_HEADINGS
        shown = self.cells.copy()
        if self.wish.method == "cells":
            shown["cell"] = [self._named(cell, lang) for cell in shown["cell"]]
            shown["note"] = [NOTES[note].text(lang) for note in shown["note"]]
        return shown.rename(columns={name: label.text(lang) for name, label in headings.items()})

    def joined_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return what was joined and why, with labels and headings in words, in Danish or English."""
        shown = self.joined.copy()
        for name in ("cell", "into"):
            shown[name] = [self._named(cell, lang) for cell in shown[name]]
        shown["reason"] = [REASONS[reason].text(lang) for reason in shown["reason"]]
        return shown.rename(columns={name: label.text(lang) for name, label in JOINED_HEADINGS.items()})

    def model_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the coefficients of the propensity model with labels in words, in Danish or English."""
        shown = self.model.copy()
        shown["term"] = [self._term(term, lang) for term in shown["term"]]
        return shown.rename(columns={name: label.text(lang) for name, label in MODEL_HEADINGS.items()})

    def frames(self, lang: Lang = "en") -> tuple[tuple[str, pd.DataFrame], ...]:
        """Return the tables that have rows, each with its title, in Danish or English."""
        titles = (
            Label("celler", "cells") if self.wish.method == "cells" else Label("klasser", "classes"),
            Label("sammenlagt", "joined"),
            Label("svarmodel", "response model"),
        )
        tables = (self.cells_frame(lang), self.joined_frame(lang), self.model_frame(lang))
        return tuple((title.text(lang), table) for title, table in zip(titles, tables, strict=True) if len(table))

    def _named(self, cell: str, lang: Lang) -> str:
        names = [name for title in self.wish.domains for name in title.split(CROSS)]
        known = [{g.code: g.label.text(lang) for g in self.codebook.domain(name).groups} for name in names]
        parts = [zip(known, one.split(CROSS), strict=True) for one in cell.split(SEVERAL)]
        return SEVERAL.join(CROSS.join(labels[code] for labels, code in part) for part in parts)

    def _term(self, term: str, lang: Lang) -> str:
        title, _, level = term.partition(": ")
        if not level:
            return Label("Konstant", "Intercept").text(lang)
        pairs = list(zip(title.split(CROSS), level.split(CROSS), strict=True))
        domain = CROSS.join(self.codebook.domain(name).label.text(lang) for name, _ in pairs)
        groups = [{g.code: g.label.text(lang) for g in self.codebook.domain(name).groups}[code] for name, code in pairs]
        return f"{domain}: {CROSS.join(groups)}"


def response_factors(adjusted: AdjustedSample, wish: ResponseAdjustment, codebook: Codebook) -> ResponseFactors:
    """
    Tell what the factors of an adjusted sample are.

    Parameters
    ----------
    adjusted : AdjustedSample
    wish : ResponseAdjustment
    codebook : Codebook
        Of the wave.
    """
    found = adjusted.adjustment
    own = found.factor[adjusted.sample.answered]
    model = pd.DataFrame(columns=list(MODEL_HEADINGS))
    joined = pd.DataFrame(columns=list(JOINED_HEADINGS))
    if isinstance(found, survey.CellAdjustment):
        cells, joined = _cells(adjusted, found), _joined(found, wish)
    else:
        cells = _classes(adjusted, found)
        fitted = found.model
        se = np.sqrt(np.diag(fitted.covariance))
        model = pd.DataFrame({"term": list(fitted.names), "estimate": fitted.coefficients, "se": se})
    return ResponseFactors(wish, cells, joined, model, (float(own.min()), float(own.max())), codebook)


def _cells(adjusted: AdjustedSample, found: "survey.CellAdjustment") -> pd.DataFrame:
    alone = set(found.alone)
    notes = ["alone" if cell in alone else "joined" if len(cell) > 1 else "" for cell in found.cells]
    table = _counts(adjusted, found.cell, len(found.cells))
    table.insert(0, "cell", [SEVERAL.join(map(str, cell)) for cell in found.cells])
    return table.assign(note=notes)


def _joined(found: "survey.CellAdjustment", wish: ResponseAdjustment) -> pd.DataFrame:
    rows = []
    for merged in found.merged:
        few = merged.answered < wish.minimum
        large = wish.largest is not None and merged.factor > wish.largest
        rows.append(
            {
                "cell": SEVERAL.join(map(str, merged.cell)),
                "into": SEVERAL.join(map(str, merged.into)),
                "reason": ", ".join([*(["few_answers"] if few else []), *(["large_factor"] if large else [])]),
                "sampled": merged.sampled,
                "answered": merged.answered,
                "factor": merged.factor,
                "merged_answered": merged.merged_answered,
                "merged_factor": merged.merged_factor,
            }
        )
    return pd.DataFrame(rows, columns=list(JOINED_HEADINGS))


def _classes(adjusted: AdjustedSample, found: "survey.PropensityAdjustment") -> pd.DataFrame:
    if found.rule == "inverse":
        return pd.DataFrame(columns=list(CLASS_HEADINGS))
    present, code = np.unique(found.class_of, return_inverse=True)
    table = _counts(adjusted, code.astype(np.intp), present.size)
    ends = pd.Series(found.model.propensity).groupby(code).agg(["min", "max"])
    table.insert(0, "cell", [str(number + 1) for number in present.tolist()])
    table.insert(1, "low", ends["min"].to_numpy())
    table.insert(2, "high", ends["max"].to_numpy())
    return table


def _counts(adjusted: AdjustedSample, code: NDArray[np.intp], size: int) -> pd.DataFrame:
    """Units drawn and answered, weighted response rate and factor of each cell."""
    sample, answered = adjusted.sample, adjusted.sample.answered
    drawn = np.bincount(code, sample.weight, size)
    reached = np.bincount(code[answered], sample.weight[answered], size)
    return pd.DataFrame(
        {
            "sampled": np.bincount(code, minlength=size),
            "answered": np.bincount(code[answered], minlength=size),
            "rate": reached / drawn,
            "factor": drawn / reached,
        }
    )
