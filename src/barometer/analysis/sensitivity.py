"""What published shares would be if those who did not answer differ: bounds, tipping points, one sentence."""

from dataclasses import dataclass

import pandas as pd

from barometer import survey
from barometer.analysis.answer_sets import dont_know_text
from barometer.analysis.designs import wave_design
from barometer.analysis.drawn_sample import drawn_sample
from barometer.analysis.estimates import TOTAL, Estimates
from barometer.analysis.method import Method
from barometer.analysis.missing_parts import GroupPart, group_parts, register_of
from barometer.analysis.sensitivity_steps import steps_of
from barometer.analysis.sensitivity_words import HEADINGS, NOTES, sentence
from barometer.analysis.shares import estimate_shares
from barometer.analysis.tables import as_html, group_label, in_words
from barometer.codebook import Codebook
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC, Wave, check_wave

OF_THE_SHARE = (
    *("share", "se", "ci_low", "ci_high", "share_answered", "share_imputed", "worst_low", "worst_high", "low", "high"),
    *("covered_low", "covered_high", "mixture_low", "mixture_high", "threshold", "tip_share"),
)
"""Columns that hold what is bounded: shares, or a difference of two."""
APART = ("delta", "tip", "tip_sampling")
"""Columns that say how far shares are apart."""
DIFFERENCE = " - "
"""Between the two groups of a difference."""
SHOWN = ("domain", "group", "share", "response_rate", "low", "high", "covered_low", "covered_high", "tip", "note_tip")


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """
    A share, or a difference of two, and what it would be if those who did not answer differ.

    Attributes
    ----------
    table : DataFrame
        One row per group, the total first, or one of a difference (its group is "first - second"): indicator, domain,
        group, n, share, se, ci_low, ci_high (sampling interval, response taken as given), response_rate (weighted),
        share_answered (with design weights), share_imputed (what the weights give to those who did not answer),
        worst_low, worst_high, delta, low, high (bounds at delta),
        covered_low, covered_high (interval of Imbens and Manski around them), mixture_low, mixture_high (a normal
        opinion whose standard deviation is half of delta), threshold, tip (delta at which the statement fails),
        tip_sampling (the same with sampling error), tip_share (of those who did not answer), note, note_tip,
        note_tip_sampling, provenance. Fractions of one; codes, not labels.
    parts : tuple of tuple of MissingPart
        What the bounds of each row are made of: one part of a share, two of a difference.
        Of a suppressed row none.
    delta : float
    shares : Estimates
        What is bounded: the share of the whole, and of every group of the domain.
    """

    table: pd.DataFrame
    parts: "tuple[tuple[survey.MissingPart, ...], ...]"
    delta: float
    shares: Estimates

    @property
    def method(self) -> Method:
        """How the shares and their sampling error were made."""
        return self.shares.method

    @property
    def codebook(self) -> Codebook:
        """Codebook of the wave."""
        return self.shares.codebook

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind it are artificial."""
        return self.method.is_synthetic

    def steps(self, row: int = 0) -> pd.DataFrame:
        """
        Return the bounds at several deltas: how they widen, and where the statement tips.

        Parameters
        ----------
        row : int
            Of the table; 0 is the total, or the difference.

        Returns
        -------
        DataFrame
            One row per step, by delta: kind ("half", "chosen", "double" of delta, "tip", "tip_sampling"), delta, low,
            high, covered_low, covered_high, holds (whether the statement holds between them all).

        Raises
        ------
        ArgumentError
            If the row is suppressed.
        """
        if not self.parts[row]:
            raise ArgumentError("row", f"{row} is suppressed (few answers), and so are its bounds at any delta")
        return steps_of(self.parts[row], self.table.iloc[row].to_dict(), self.method.confidence)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the table with labels instead of codes and headings in words, in Danish or English."""
        return in_words(self.table, self.codebook, HEADINGS, NOTES, lang)

    def text(self, lang: Lang = "en", row: int = 0) -> str:
        """
        Say one row of the table in one sentence that can stand under a figure.

        From a synthetic wave it begins by saying that design and weights are assumed.

        Parameters
        ----------
        lang : {"da", "en"}
        row : int
            Of the table; 0 is the total, or the difference.
        """
        facts = self.table.iloc[row].to_dict()
        total = facts["domain"] == TOTAL
        group = "" if total else group_label(self.codebook, facts["domain"], facts["group"], lang)
        return sentence(facts, group, lang, synthetic=self.is_synthetic, moved=bool(self.method.weighting))

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        notes = (
            self.text(lang),
            self.method.text(lang),
            *(f"{dont_know_text(rule, lang)}." for rule in self.shares.table["dont_know"].unique()),
            *self.shares.base_and_source(lang),
        )
        title = Label("Hvis de, der ikke svarede, er anderledes", "If those who did not answer differ").text(lang)
        name = f"{self.table['indicator'].iloc[0]} bounds"
        own = [HEADINGS[each].text(lang) for each in OF_THE_SHARE if each in self.table]
        apart = [HEADINGS[each].text(lang) for each in APART if each in self.table]
        rate = HEADINGS["response_rate"].text(lang)
        difference = DIFFERENCE in str(self.table["group"].iloc[0])
        units = ((rate,), (*own, *apart)) if difference else ((rate, *own), tuple(apart))
        return (Sheet(name, "", title, notes, self.to_frame(lang), *units),)

    def __repr__(self) -> str:
        """Show the bounds, and say the first row in words."""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        body = self.table[list(SHOWN)].to_string(index=False, float_format="{:.3f}".format, na_rep="")
        name = f"<Sensitivity: {self.table['indicator'].iloc[0]}, wave {self.method.wave}{origin}>"
        return "\n".join([name, body, self.text("en"), *(step.en for step in self.method.weighting)])

    def _repr_html_(self) -> str:
        note = f"{SYNTHETIC.en}. " if self.is_synthetic else ""
        said = (self.text("en"), *(w.en for w in self.method.weighting), *self.shares.base_and_source("en"))
        return as_html(self.to_frame("en"), note + " ".join(said))


def bound_share(
    wave: Wave,
    indicator: str,
    *,
    by: str | None = None,
    delta: float = 0.10,
    at_least: float | None = None,
    confidence: float = 0.95,
) -> Sensitivity:
    """
    Bound a share under answers that nobody gave.

    Parameters
    ----------
    wave : Wave
        With the frame it was drawn from.
    indicator : str
    by : str, optional
        A register domain that the frame has.
    delta : float
        Largest distance between the true share of those who did not answer and what their weights assume, a fraction of
        one (0.10 for ten points).
    at_least : float, optional
        The published statement "at least this share", 0 to 1: 0.8 for "four of five".
    confidence : float

    Returns
    -------
    Sensitivity

    Raises
    ------
    ArgumentError
        If the wave has no frame, the domain is none that the frame knows, or a number is no fraction.
    UnknownNameError
        If there is no such indicator or domain.

    Notes
    -----
    In a group, d being design weights of the units drawn and w the delivered weights on the same scale, the response
    rate is sum d over those who answered, divided by sum w; the share is that of w, the answered share that of d, and
    what the weights give to the others follows from the two. Where the base is not everybody, those who did not answer
    are taken to be in it as often as their weights say, but not in the worst case. Formulas: `barometer.survey`
    `MissingPart`, `bound_share`, `tipping_point`, `worst_case_bounds`, `pattern_mixture`.

    Examples
    --------
    >>> import barometer as bm
    >>> found = bm.bound_share(bm.load_wave(4), "innovative", at_least=0.8)
    >>> found.text("en").startswith("Design and weights are assumed")
    True
    """
    check_wave(wave)
    sample = drawn_sample(wave, wave_design(wave).weight)
    _check_numbers(delta, at_least)
    estimates = estimate_shares(wave, _one(wave, indicator), by=register_of(sample, by), confidence=confidence)
    parts = group_parts(wave, sample, estimates, by)
    rows = [_row(part, delta, at_least, confidence) | part.keys for part in parts]
    return _result(estimates, rows, tuple((part.missing,) for part in parts), delta)


def bound_difference(
    wave: Wave,
    indicator: str,
    first: str,
    second: str,
    *,
    by: str,
    delta: float = 0.10,
    more_than: float = 0.0,
    confidence: float = 0.95,
) -> Sensitivity:
    """
    Bound the difference of two groups under answers that nobody gave.

    Parameters
    ----------
    wave, indicator, delta, confidence
        As in `bound_share`; those who did not answer differ against the difference in both groups.
    first, second : str
        Groups of the domain: "state", "municipality".
    by : str
        A register domain that the frame has.
    more_than : float
        The published statement: first less second is more than this, a fraction of one.

    Returns
    -------
    Sensitivity
        Of one row.

    Raises
    ------
    ArgumentError, UnknownNameError
        As `bound_share`, or if a group is none of the domain.
    """
    check_wave(wave)
    if first == second:
        raise ArgumentError("second", f"is the group {second!r}, as the first is: a difference needs two")
    sample = drawn_sample(wave, wave_design(wave).weight)
    _check_numbers(delta, None)
    estimates = estimate_shares(wave, _one(wave, indicator), by=register_of(sample, by), confidence=confidence)
    found = estimates.difference(first, second)
    parts = {part.keys["group"]: part for part in group_parts(wave, sample, estimates, by)}
    one, two = parts[first], parts[second]
    bounds = survey.bound_difference(one.missing, two.missing, delta, se=found.se, confidence=confidence)
    tip = survey.tipping_difference(one.missing, two.missing, se=found.se, threshold=more_than, confidence=confidence)
    _, _, low, high = survey.mixture_difference(
        one.missing, two.missing, se=found.se, spread=delta / 2.0, confidence=confidence
    )
    row = {
        "group": f"{first} - {second}",
        "n": one.n + two.n,
        "share": found.estimate,
        "se": found.se,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "response_rate": float("nan"),
        "share_answered": one.answered - two.answered,
        "share_imputed": one.missing.imputed - two.missing.imputed,
        "worst_low": one.worst[0] - two.worst[1],
        "worst_high": one.worst[1] - two.worst[0],
        "delta": delta,
        "low": bounds.low,
        "high": bounds.high,
        "covered_low": bounds.ci_low,
        "covered_high": bounds.ci_high,
        "mixture_low": low,
        "mixture_high": high,
        "threshold": more_than,
        **_tip(tip),
        "note": one.note or two.note,
    }
    return _result(estimates, [one.keys | row], ((one.missing, two.missing),), delta)


def _row(part: GroupPart, delta: float, at_least: float | None, confidence: float) -> dict[str, object]:
    bounds = survey.bound_share(part.missing, delta, confidence=confidence)
    _, _, low, high = survey.pattern_mixture(part.missing, spread=delta / 2.0, confidence=confidence)
    tip = None if at_least is None else survey.tipping_point(part.missing, at_least, confidence=confidence)
    return {
        "n": part.n,
        "share": part.missing.share,
        "se": part.missing.se,
        "ci_low": part.ci_low,
        "ci_high": part.ci_high,
        "response_rate": part.missing.rate,
        "share_answered": part.answered,
        "share_imputed": part.missing.imputed,
        "worst_low": part.worst[0],
        "worst_high": part.worst[1],
        "delta": delta,
        "low": bounds.low,
        "high": bounds.high,
        "covered_low": bounds.ci_low,
        "covered_high": bounds.ci_high,
        "mixture_low": low,
        "mixture_high": high,
        "threshold": float("nan") if at_least is None else at_least,
        **_tip(tip),
        "note": part.note,
    }


def _tip(tip: "survey.TippingPoint | None") -> dict[str, object]:
    nothing = float("nan")
    if tip is None:
        words = {"note_tip": "no_statement", "note_tip_sampling": "no_statement"}
        return {"tip": nothing, "tip_sampling": nothing, "tip_share": nothing, **words}
    return {
        "tip": tip.delta,
        "tip_sampling": tip.delta_sampling,
        "tip_share": tip.share,
        "note_tip": tip.note,
        "note_tip_sampling": tip.note_sampling,
    }


def _result(
    estimates: Estimates,
    rows: list[dict[str, object]],
    parts: "tuple[tuple[survey.MissingPart, ...], ...]",
    delta: float,
) -> Sensitivity:
    table = pd.DataFrame([row | {"provenance": estimates.method.provenance.kind} for row in rows])
    return Sensitivity(table.reindex(columns=list(HEADINGS)), parts, delta, estimates)


def _one(wave: Wave, indicator: str) -> str:
    chosen = wave.select(indicator)
    if len(chosen) != 1:
        raise ArgumentError("indicator", f"{indicator!r} stands for {len(chosen)} indicators: name one")
    return chosen[0].name


def _check_numbers(delta: float, at_least: float | None) -> None:
    for argument, value in (("delta", delta), ("at_least", at_least)):
        if value is not None and not (isinstance(value, int | float) and 0.0 <= value <= 1.0):
            raise ArgumentError(argument, f"is a fraction from 0 to 1 (0.10 for ten points), got {value!r}")
