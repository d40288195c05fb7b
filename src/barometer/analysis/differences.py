"""The difference between two groups, as a row that can be read."""

from dataclasses import dataclass
from html import escape

import numpy as np

from barometer import survey
from barometer.analysis.method import DF_RULES
from barometer.analysis.suppression import FEW_ANSWERS, SUPPRESSED
from barometer.codebook.numbers import decimal, signed, statistic_text
from barometer.codebook.records import Label, Lang
from barometer.codebook.wording import lower_first
from barometer.microdata import SYNTHETIC

COMPARISON_NOTES = {
    "": Label("", ""),
    SUPPRESSED: FEW_ANSWERS,
    "empty_base": Label("Ingen i basis i en af de to", "Nobody in the base of one of the two"),
    "same_rows": Label("De to er de samme", "The two are the same"),
    "one_answer": Label("Kun ét svar i en af de to: ingen test", "A single answer in one of the two: no test"),
    "share_zero": Label(
        "En andel er 0: dens usikkerhed kan ikke beregnes", "A share is 0: its uncertainty cannot be computed"
    ),
    "share_one": Label(
        "En andel er 1: dens usikkerhed kan ikke beregnes", "A share is 1: its uncertainty cannot be computed"
    ),
    "no_variance": Label("Ingen varians: ingen test", "No variance: no test"),
    "df_below_1": Label("Under 1 frihedsgrad: ingen test", "Below 1 degree of freedom: no test"),
    "no_spread": Label("Ingen spredning: ingen test", "No spread: no test"),
    "few_counted": Label(
        "Få svar af den sjældne slags i en af de to: testen finder for meget",
        "Few answers of the rarer kind in one of the two: the test finds too much",
    ),
}
"""Why a comparison lacks its test or is to be doubted, by the code in column `note`."""
THE_WHOLE = Label("helheden", "the whole")
LESS = Label("{indicator}. {group} minus {versus}: ", "{indicator}. {group} less {versus}: ")
POINTS = Label("{change} procentpoint", "{change} percentage points")
BETWEEN = Label(" ({low} til {high})", " ({low} to {high})")
NOT_TESTED = Label("ikke testet ({why})", "not tested ({why})")
DF = Label("Frihedsgrader: {rule}", "Degrees of freedom: {rule}")


@dataclass(frozen=True, slots=True)
class DifferenceLabels:
    """Words of what is compared: the indicator, the group, and what it is compared with."""

    indicator: Label
    group: Label
    versus: Label


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """
    Share of one group less the share of another.

    Attributes
    ----------
    indicator, group, versus : str
        Codes.
    labels : DifferenceLabels
        Their words.
    estimate, se, ci_low, ci_high : float
        Fractions of one; the interval is symmetric, with Student's t.
    statistic : float
        estimate / se; nan when there is no test.
    df : int
        The design's degrees of freedom: all answers less all strata.
    p_value : float
        Two-sided, of no difference.
    is_synthetic : bool
        Whether the microdata behind it are artificial.
    note : str
        Why there is no test or it is to be doubted, as in `Comparisons.table`; empty when nothing is to be said.
    """

    indicator: str
    group: str
    versus: str
    labels: DifferenceLabels
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    df: int
    p_value: float
    is_synthetic: bool
    note: str = ""

    def sentence(self, lang: Lang = "en") -> str:
        """
        Say how far the two are from each other, or why that was not tested, and whether data are synthetic.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        why = COMPARISON_NOTES[self.note].text(lang)
        if np.isnan(self.p_value):
            said = [NOT_TESTED.text(lang).format(why=lower_first(why))]
        else:
            df = DF.text(lang).format(rule=DF_RULES["design"].text(lang))
            said = [statistic_text("t", (self.df,), self.statistic, self.p_value, lang), df, why]
        found = self._found(lang)
        told = [f"{found}, {said[0]}" if found else said[0], *said[1:], SYNTHETIC.text(lang) * self.is_synthetic]
        words = {name: getattr(self.labels, name).text(lang) for name in ("indicator", "group", "versus")}
        return LESS.text(lang).format(**words) + " ".join(f"{part}." for part in told if part)

    def _found(self, lang: Lang) -> str:
        """Write the difference and its interval; empty where there is none."""
        if np.isnan(self.estimate):
            return ""
        found = POINTS.text(lang).format(change=signed(100.0 * self.estimate, lang))
        if np.isnan(self.ci_low):
            return found
        low, high = (decimal(100.0 * end, lang) for end in (self.ci_low, self.ci_high))
        return found + BETWEEN.text(lang).format(low=low, high=high)

    def __repr__(self) -> str:
        """Return the finding in one line."""
        return self.sentence("en")

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence('en'))}</p>"


def compare_two(
    estimates: "survey.DomainEstimates",
    rows: tuple[int, int],
    outcome: int,
    codes: tuple[str, str, str],
    labels: DifferenceLabels,
    *,
    is_synthetic: bool,
) -> Difference:
    """
    Compare two groups, or a group and the total, with the covariance between them.

    Parameters
    ----------
    estimates : DomainEstimates
        Shares.
    rows : (int, int)
        Rows of the estimates; 0 is the total.
    outcome : int
        Column of the estimates.
    codes : (str, str, str)
        Indicator, group and versus.
    labels : DifferenceLabels
    is_synthetic : bool

    Returns
    -------
    Difference
        With a note in the place of a test by the rules of `barometer.survey.compare_shares`.
    """
    (i, j), df = rows, estimates.method.design_df
    covariance = estimates.covariance(estimates.names[outcome])
    share, n = estimates.estimate[:, outcome], estimates.n[:, outcome]
    pair = survey.Pairs(
        first=share[[i]],
        second=share[[j]],
        first_variance=covariance[[i], i],
        second_variance=covariance[[j], j],
        covariance=covariance[[i], j],
        first_n=n[[i]],
        second_n=n[[j]],
        df=np.array([df]),
        nested=np.array([j == 0]),
    )
    found = survey.compare_shares(pair, estimates.method.confidence)
    return Difference(
        *codes,
        labels=labels,
        estimate=float(found.difference.estimate[0]),
        se=float(found.difference.se[0]),
        ci_low=float(found.difference.ci_low[0]),
        ci_high=float(found.difference.ci_high[0]),
        statistic=float(found.statistic[0]),
        df=df,
        p_value=float(found.p_value[0]),
        is_synthetic=is_synthetic,
        note=survey.COMPARISON_REASONS[found.reason[0]],
    )
