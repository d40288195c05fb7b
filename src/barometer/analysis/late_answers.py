"""Early and late answers compared: those who answer late are often taken to be like those who never do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.designs import wave_design, wave_method
from barometer.analysis.estimates import NOTES
from barometer.analysis.method import Method
from barometer.analysis.tables import as_html, in_words
from barometer.codebook import Codebook
from barometer.codebook.records import DONT_KNOW, Label, Lang
from barometer.codebook.sheet import Sheet, base_note, most_answers, source_note
from barometer.errors import ArgumentError, check_confidence
from barometer.microdata import SYNTHETIC, Wave, check_wave

Days = NDArray[np.datetime64]
HEADINGS = {
    "indicator": Label("Indikator", "Indicator"),
    "early": Label("Andel, tidlige svar", "Share, early answers"),
    "late": Label("Andel, sene svar", "Share, late answers"),
    "difference": Label("Sene minus tidlige", "Late less early"),
    "se": Label("Standardfejl", "Standard error"),
    "ci_low": Label("Nedre grænse", "Lower bound"),
    "ci_high": Label("Øvre grænse", "Upper bound"),
    "df": Label("Frihedsgrader", "Degrees of freedom"),
    "p_value": Label("p-værdi", "p-value"),
    "n_early": Label("Tidlige svar (n)", "Early answers (n)"),
    "n_late": Label("Sene svar (n)", "Late answers (n)"),
    "note": Label("Bemærkning", "Note"),
    "provenance": Label("Data", "Data"),
}

COMPARED = Label(
    "Sene svar: fra {date}. Forskellen er testet med kovariansen mellem tidlige og sene svar og t-fordelingen med alle "
    "svar minus alle strata som frihedsgrader; {confidence}\u202f%-konfidensinterval.",
    "Late answers: from {date}. The difference is tested with the covariance of early and late answers and Student's "
    "t, degrees of freedom: all answers less all strata; {confidence}% confidence intervals.",
)


@dataclass(frozen=True, eq=False, repr=False)
class LateAnswers:
    """
    Shares of early and of late answers.

    Attributes
    ----------
    table : DataFrame
        One row per indicator: indicator, early, late, difference (late less early), se, ci_low, ci_high, df, p_value,
        n_early, n_late, note, provenance. Fractions of one; codes, not labels.
    from_date : str
        First day that counts as late.
    method : Method
        Of the shares.
    codebook : Codebook
    kernel : DomainEstimates
        The shares of all, of early and of late answers as arrays.
    answered : (3, k) int
        Answers behind each of them, without weights.
    """

    table: pd.DataFrame
    from_date: str
    method: Method
    codebook: Codebook
    kernel: "survey.DomainEstimates"
    answered: NDArray[np.intp]

    @property
    def wave(self) -> int:
        """Number of the wave."""
        return self.method.wave

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata are artificial."""
        return self.method.is_synthetic

    @property
    def weighting(self) -> tuple[Label, ...]:
        """How the weights were moved, step by step; empty where they are those of the delivery."""
        return self.method.weighting

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the table with labels instead of codes and headings in words, in Danish or English."""
        return in_words(self.table, self.codebook, HEADINGS, NOTES, lang)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        indicators = [self.codebook.indicators[name] for name in self.table["indicator"]]
        notes = (
            COMPARED.text(lang).format(date=self.from_date, confidence=f"{100 * self.method.confidence:g}"),
            self.method.text(lang),
            *(f"{DONT_KNOW[rule].text(lang)}." for rule in dict.fromkeys(each.dont_know for each in indicators)),
            *self._base_and_source(lang),
        )
        title = Label("Tidlige og sene svar", "Early and late answers").text(lang)
        shares, points = (
            tuple(HEADINGS[name].text(lang) for name in names)
            for names in (("early", "late"), ("difference", "se", "ci_low", "ci_high"))
        )
        return (Sheet("early and late", "", title, notes, self.to_frame(lang), shares, points),)

    def _base_and_source(self, lang: Lang) -> tuple[str, str]:
        """Say of whom the numbers are, how many answered, and where the answers come from."""
        bases = [self.codebook.indicators[name].base for name in self.table["indicator"]]
        return (
            base_note(self.codebook, bases, most_answers(self.table["n_early"] + self.table["n_late"]), lang),
            source_note(self.codebook, self.wave, self.method.period, lang),
        )

    def __repr__(self) -> str:
        """Say when late begins and show the first rows."""
        origin = "; SYNTHETIC" if self.is_synthetic else ""
        shown = self.table[["indicator", "early", "late", "difference", "se", "p_value", "note"]].head(12)
        body = shown.to_string(index=False, float_format="{:.3f}".format)
        name = f"<LateAnswers: wave {self.wave}, late from {self.from_date}{origin}>"
        return "\n".join([name, body, *(step.en for step in self.weighting)])

    def _repr_html_(self) -> str:
        note = f"{SYNTHETIC.en}. " if self.is_synthetic else ""
        said = (f"{note}Late from {self.from_date}.", *(w.en for w in self.weighting), *self._base_and_source("en"))
        return as_html(self.to_frame("en"), " ".join(said))


def compare_early_late(
    wave: Wave,
    indicators: str | Sequence[str] = "*",
    *,
    dates: Any = None,
    late: float = 1 / 3,
    confidence: float = 0.95,
) -> LateAnswers:
    """
    Compare the shares of early and late answers.

    Parameters
    ----------
    wave : Wave
    indicators : str or sequence of str
        As for `estimate_shares`.
    dates : (n,) Series or array of dates, optional
        Day on which each workplace answered, in the order of the microdata; without it the column that the layout names
        as `answered_on`.
    late : float
        Part of the answers that counts as late, above 0 and below 1; a day is never divided, so that it may be less.
    confidence : float

    Returns
    -------
    LateAnswers

    Raises
    ------
    ArgumentError
        If dates are missing, are no dates or not one for each answer, or all answers are of one day.

    Notes
    -----
    Late less early, both domains of one sample, with the covariance between them and Student's t with the design's
    degrees of freedom. That late answers stand for those who never came is an assumption, not a finding.

    References
    ----------
    Armstrong and Overton (1977), Estimating nonresponse bias in mail surveys. J. Marketing Res. 14. Lin and Schaeffer
    (1995), Using survey participants to estimate the impact of nonparticipation. Public Opin. Q. 59.
    """
    check_wave(wave)
    if not 0.0 < late < 1.0:
        raise ArgumentError("late", f"is a part of the answers above 0 and below 1, got {late!r}")
    confidence = check_confidence(confidence)
    if dates is None and "answered_on" not in wave.microdata:
        raise ArgumentError(
            "dates",
            "are needed: give one for each answer, or name their column as answered_on in [design] of the layout",
        )
    days = _days(wave.microdata["answered_on"] if dates is None else dates, wave.n)
    start = _start(days, late)
    chosen = wave.select(indicators)
    arrays = wave.indicator_arrays(chosen, [indicator.dont_know for indicator in chosen])
    names = tuple(indicator.name for indicator in chosen)
    columns = survey.Columns("share", names, arrays.yes, arrays.bases, arrays.base, None)
    groups = survey.Groups((days >= start).astype(np.intp), ("time",), (("early",), ("late",)))
    choices = survey.Choices(confidence, "logit")
    found = survey.estimate_columns(wave_design(wave), columns, groups, choices)
    rows = []
    for position, name in enumerate(names):
        gap = found.difference("late", "early", name)
        half = float(survey.t_quantile(gap.df, confidence)) * gap.se
        rows.append(
            {
                "indicator": name,
                "early": found.estimate[1, position],
                "late": found.estimate[2, position],
                "difference": gap.estimate,
                "se": gap.se,
                "ci_low": gap.estimate - half,
                "ci_high": gap.estimate + half,
                "df": gap.df,
                "p_value": gap.p_value,
                "n_early": int(found.n[1, position]),
                "n_late": int(found.n[2, position]),
                "note": gap.note,
                "provenance": wave.provenance.kind,
            }
        )
    day = str(np.datetime_as_string(start, unit="D"))
    method = wave_method(wave, choices, "record")
    return LateAnswers(pd.DataFrame(rows), day, method, wave.codebook, found, survey.count_answered(columns, groups))


def _days(dates: Any, n: int) -> Days:
    try:
        days = pd.to_datetime(pd.Series(np.asarray(dates))).to_numpy().astype("datetime64[D]")
    except (ValueError, TypeError):
        raise ArgumentError("dates", "must be dates, one for each answer") from None
    if days.shape != (n,):
        raise ArgumentError("dates", f"has {days.size:,} rows, the wave has {n:,} answers")
    if missing := int(np.isnat(days).sum()):
        raise ArgumentError("dates", f"{missing:,} of {n:,} answers have no date")
    return days


def _start(days: Days, late: float) -> np.datetime64:
    """Return the first day after which at most the wanted part of the answers came; at least the last day."""
    distinct, counts = np.unique(days, return_counts=True)
    if distinct.size == 1:
        raise ArgumentError("dates", "all answers are of one day: there is no early and late")
    after = np.cumsum(counts[::-1])[::-1] / days.size
    enough = np.flatnonzero((after <= late + 1e-12) & (np.arange(distinct.size) > 0))
    return np.datetime64(distinct[enough[0]] if enough.size else distinct[-1])
