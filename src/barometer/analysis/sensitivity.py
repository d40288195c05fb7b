"""What published shares would be if those who did not answer differ: bounds, tipping points, one sentence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.designs import check_wave, wave_design
from barometer.analysis.drawn_sample import DrawnSample, drawn_sample
from barometer.analysis.estimates import TOTAL, Estimates
from barometer.analysis.sensitivity_words import HEADINGS, NOTES, sentence
from barometer.analysis.shares import estimate_shares
from barometer.analysis.tables import as_html, group_label, in_words
from barometer.codebook import Codebook
from barometer.codebook.records import Label, Lang
from barometer.codebook.sheet import Sheet, source_note
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC, Wave

SHOWN = ("domain", "group", "share", "response_rate", "low", "high", "covered_low", "covered_high", "tip", "note_tip")


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """
    A share, or a difference of two, and what it would be if those who did not answer differ.

    Attributes
    ----------
    table : DataFrame
        One row per group, the total first, or one of a difference (its group is "first - second"): indicator, domain,
        group, share, se, response_rate (weighted), share_answered (with design weights), share_imputed (what the
        weights give to those who did not answer), worst_low, worst_high, delta, low, high (bounds at delta),
        covered_low, covered_high (interval of Imbens and Manski around them), mixture_low, mixture_high (a normal
        opinion whose standard deviation is half of delta), threshold, tip (delta at which the statement fails),
        tip_sampling (the same with sampling error), tip_share (of those who did not answer), note, note_tip,
        note_tip_sampling, provenance. Fractions of one; codes, not labels.
    delta, confidence : float
    wave : int
    codebook : Codebook
    is_synthetic : bool
    """

    table: pd.DataFrame
    delta: float
    confidence: float
    wave: int
    codebook: Codebook
    is_synthetic: bool

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
        return sentence(facts, group, self.is_synthetic, lang)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        notes = (
            self.text(lang),
            *((f"{SYNTHETIC.text(lang)}.",) if self.is_synthetic else ()),
            source_note(self.codebook, self.wave, self.codebook.wave(self.wave).period, lang),
        )
        title = Label("Hvis de, der ikke svarede, er anderledes", "If those who did not answer differ").text(lang)
        name = f"{self.table['indicator'].iloc[0]} bounds"
        return (Sheet(name, "", title, notes, self.to_frame(lang)),)

    def __repr__(self) -> str:
        """Show the bounds, and say the first row in words."""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        body = self.table[list(SHOWN)].to_string(index=False, float_format="{:.3f}".format, na_rep="")
        return f"<Sensitivity: {self.table['indicator'].iloc[0]}, wave {self.wave}{origin}>\n{body}\n{self.text('en')}"

    def _repr_html_(self) -> str:
        note = f"{SYNTHETIC.en}. " if self.is_synthetic else ""
        return as_html(self.to_frame("en"), note + self.text("en"))


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
    estimates = estimate_shares(wave, _one(wave, indicator), by=_register(sample, by), confidence=confidence)
    parts = _parts(wave, sample, estimates, by)
    rows = [_row(part, delta, at_least, confidence) | part.keys for part in parts]
    return _result(wave, rows, delta, confidence)


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
    sample = drawn_sample(wave, wave_design(wave).weight)
    _check_numbers(delta, None)
    estimates = estimate_shares(wave, _one(wave, indicator), by=_register(sample, by), confidence=confidence)
    found = estimates.difference(first, second)
    parts = {part.keys["group"]: part for part in _parts(wave, sample, estimates, by)}
    one, two = parts[first], parts[second]
    bounds = survey.bound_difference(one.missing, two.missing, delta, se=found.se, confidence=confidence)
    tip = survey.tipping_difference(one.missing, two.missing, se=found.se, threshold=more_than, confidence=confidence)
    _, _, low, high = survey.mixture_difference(
        one.missing, two.missing, se=found.se, spread=delta / 2.0, confidence=confidence
    )
    row = {
        "group": f"{first} - {second}",
        "share": found.estimate,
        "se": found.se,
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
    return _result(wave, [one.keys | row], delta, confidence)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One group: its keys, the kernel's view of it, the answered share, the worst case, and what is assumed."""

    keys: dict[str, object]
    missing: "survey.MissingPart"
    answered: float
    worst: tuple[float, float]
    note: str


def _parts(wave: Wave, sample: DrawnSample, estimates: Estimates, by: str | None) -> list[_Part]:
    indicator = estimates.indicators[0]
    arrays = wave.indicator_arrays([indicator], [indicator.dont_know])
    yes, base = arrays.yes[:, 0], arrays.bases[:, arrays.base[0]]
    groups: list[tuple[str, str]] = [(TOTAL, TOTAL)]
    masks: list[NDArray[np.bool_]] = [np.ones(sample.answered.size, dtype=np.bool_)]
    for codes in estimates.groups:
        groups.append((str(by), codes[0]))
        masks.append((sample.registers[str(by)] == codes[0]).to_numpy(dtype=np.bool_))
    parts = []
    for (domain, group), mask, (_, row) in zip(groups, masks, estimates.table.iterrows(), strict=True):
        keys: dict[str, object] = {"indicator": indicator.name, "domain": domain, "group": group}
        parts.append(_part(keys, sample, mask, yes, base, row["se"]))
    return parts


def _part(
    keys: dict[str, object],
    sample: DrawnSample,
    mask: NDArray[np.bool_],
    yes: NDArray[np.bool_],
    base: NDArray[np.bool_],
    se: float,
) -> _Part:
    inside = mask[sample.answered]
    d = np.where(inside, sample.weight[sample.answered], 0.0)
    w = np.where(inside, sample.delivered[sample.answered], 0.0)
    drawn = sample.weight[mask].sum()
    if not (w @ base > 0.0 and d @ base > 0.0):
        raise ArgumentError("by", f"nobody in the group {keys['group']!r} is in the base of {keys['indicator']!r}")
    w *= drawn / w.sum()
    share, answered = float(w @ yes / (w @ base)), float(d @ yes / (d @ base))
    rate = min(float(d @ base / (w @ base)), 1.0)
    imputed = share if rate == 1.0 else (share - rate * answered) / (1.0 - rate)
    note = "" if base.all() else "base_assumed"
    if not -1e-9 <= imputed <= 1.0 + 1e-9:
        note = "weights_moved"
    part = survey.MissingPart(min(share, 1.0), rate, float(np.clip(imputed, 0.0, 1.0)), 0.0 if np.isnan(se) else se)
    everybody = min(float(d.sum() / drawn), 1.0)
    worst = survey.worst_case_bounds(min(answered, 1.0), everybody, min(float(d @ base / d.sum()), 1.0))
    return _Part(keys, part, answered, worst, note)


def _row(part: _Part, delta: float, at_least: float | None, confidence: float) -> dict[str, object]:
    bounds = survey.bound_share(part.missing, delta, confidence=confidence)
    _, _, low, high = survey.pattern_mixture(part.missing, spread=delta / 2.0, confidence=confidence)
    tip = None if at_least is None else survey.tipping_point(part.missing, at_least, confidence=confidence)
    return {
        "share": part.missing.share,
        "se": part.missing.se,
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


def _result(wave: Wave, rows: list[dict[str, object]], delta: float, confidence: float) -> Sensitivity:
    table = pd.DataFrame([row | {"provenance": wave.provenance.kind} for row in rows])
    table = table.reindex(columns=list(HEADINGS))
    return Sensitivity(table, delta, confidence, wave.record.number, wave.codebook, wave.is_synthetic)


def _one(wave: Wave, indicator: str) -> str:
    chosen = wave.select(indicator)
    if len(chosen) != 1:
        raise ArgumentError("indicator", f"{indicator!r} stands for {len(chosen)} indicators: name one")
    return chosen[0].name


def _register(sample: DrawnSample, by: str | None) -> str | None:
    known = tuple(sample.registers.columns)
    if by is not None and by not in known:
        raise ArgumentError(
            "by",
            f"must be a register that the frame has ({', '.join(known)}): of {by!r} nobody knows who else is in it",
        )
    return by


def _check_numbers(delta: float, at_least: float | None) -> None:
    for argument, value in (("delta", delta), ("at_least", at_least)):
        if value is not None and not (isinstance(value, int | float) and 0.0 <= value <= 1.0):
            raise ArgumentError(argument, f"is a fraction from 0 to 1 (0.10 for ten points), got {value!r}")
