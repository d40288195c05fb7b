"""How many: the number of types, of ticks, of statements agreed with."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.answer_sets import AnswerSet, choose_answers
from barometer.analysis.coded_tables import covariance_within, numbers_of, put_together, share_of_base, tidy
from barometer.analysis.designs import wave_design, wave_groups, wave_method
from barometer.analysis.labelled import LabelledResult
from barometer.analysis.method import DontKnowChoice
from barometer.codebook.records import Indicator, Label, Lang
from barometer.codebook.sheet import first_few
from barometer.errors import ArgumentError, check_choice
from barometer.microdata import Wave

CountStatistic = Literal["exactly", "at_least", "mean"]
STATISTICS: dict[CountStatistic, Label] = {
    "exactly": Label("Netop", "Exactly"),
    "at_least": Label("Mindst", "At least"),
    "mean": Label("Gennemsnit", "Mean"),
}
"""What a row of the table of counts says, by the code in column `statistic`."""


HEADING = Label("Antal svar", "Number of answers")


@dataclass(frozen=True, eq=False, repr=False)
class Counts(LabelledResult):
    """
    How many of several answers a workplace has: the distribution and the mean.

    Attributes
    ----------
    table : DataFrame
        One row per estimate and group, the total first: statistic ("exactly", "at_least", "mean"), number (missing for
        the mean), the domains, base, dont_know, estimate, se, ci_low, ci_high, df, n, weighted_base (workplaces), note,
        provenance. Shares are 0 to 1, "exactly" of a group adds up to one; the mean is in answers.
    options : tuple of Indicator
        What is counted.
    kernel : DomainEstimates
        The shares as arrays, with their covariances: named "0", "1", ..., then "at_least_1", ...
    means : DomainEstimates
        The mean as arrays.
    answered : (rows,) int
        Answers behind each row of the table, without weights; of a mean all in its base.
    """

    options: tuple[Indicator, ...]
    kernel: "survey.DomainEstimates"
    means: "survey.DomainEstimates"
    answered: NDArray[np.intp]

    keys: ClassVar[tuple[str, ...]] = ("statistic", "number")
    estimate: ClassVar[str] = "estimate"
    headings: ClassVar[Mapping[str, Label]] = {
        "statistic": Label("Mål", "Statistic"),
        "number": Label("Antal", "Number"),
        "estimate": Label("Skøn", "Estimate"),
    }

    def row(self, statistic: CountStatistic, number: int | None = None, *group: str) -> pd.Series:
        """
        Return one row of the table.

        Parameters
        ----------
        statistic : {"exactly", "at_least", "mean"}
        number : int, optional
            None for the mean.
        *group : str
            One code per domain; nothing or "total" for the total.
        """
        check_choice("statistic", statistic, tuple(STATISTICS))
        of = self.table[self.table["statistic"] == statistic]
        found = of[of["number"].isna()] if number is None else of[(of["number"] == number).fillna(False)]
        if found.empty:
            raise ArgumentError(
                "number", f"{statistic!r} has numbers up to {len(self.options)}, the mean none: {number!r}"
            )
        return found.iloc[self.group_position(group)]

    def covariance(self, *group: str) -> pd.DataFrame:
        """
        Covariance of the shares of one group, or of the total.

        Parameters
        ----------
        *group : str
            One code per domain; nothing or "total" for the total.

        Returns
        -------
        DataFrame
            Squared units of the share; rows and columns "0", "1", ..., "at_least_1", ...; `.attrs["provenance"]` says
            whether the data are synthetic.
        """
        return covariance_within(self.kernel, self.group_position(group), self.method.provenance.kind)

    def _words(self, lang: Lang) -> dict[str, dict[str, str]]:
        return {"statistic": {str(code): label.text(lang) for code, label in STATISTICS.items()}}

    def _title(self) -> str:
        return f"number of {len(self.options)} answers"

    def _heading(self, lang: Lang) -> str:
        answers = first_few([option.label.text(lang) for option in self.options])
        return f"{HEADING.text(lang)}: {answers}"

    def _is_share(self, row: Mapping[Hashable, Any]) -> bool:
        return bool(row["statistic"] != "mean")


def estimate_counts(
    wave: Wave,
    indicators: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    answer: str | None = None,
    dont_know: DontKnowChoice = "record",
    df: "survey.DfRule" = "domain",
    interval: "survey.IntervalMethod" = "logit",
    confidence: float = 0.95,
) -> Counts:
    """
    Estimate how many of several answers workplaces have: types of innovation, ticks, statements agreed with.

    Parameters
    ----------
    wave : Wave
    indicators : str or sequence of str
        What is counted: a question of several ticks ("latest_type"), a grid ("culture", "introduced"), or names of
        indicators; as in `estimate_overlaps`.
    by, df, interval, confidence
        As in `estimate_shares`.
    answer : str, optional
        The answer or group of answers of a grid; by default what the codebook itself counts in its rows, or yes.
    dont_know : {"record", "keep", "drop", "no", "disagree"}
        "keep", "no" and "disagree" count a don't know as an answer that is not there; "drop" takes out of the base who
        did not know about any one of them.

    Returns
    -------
    Counts

    Raises
    ------
    UnknownNameError
        If there is no such question, indicator, answer or domain in the wave.
    ArgumentError
        If the answers exclude each other or have no base in common, a grid has no answer to count by default, or
        another argument is none of what it may be.

    Notes
    -----
    A share with exactly or at least so many is a share as any other. The mean is sum w (number) / sum w, linearized,
    with a symmetric interval: it is the sum of the shares of all answers.

    Examples
    --------
    >>> import barometer as bm
    >>> found = bm.estimate_counts(bm.load_wave(3), "latest_type")
    >>> found.table.loc[found.table["statistic"] == "exactly", "number"].tolist()
    [0, 1, 2, 3, 4]
    """
    answers = choose_answers(wave, indicators, answer=answer, dont_know=dont_know)
    design, choices = wave_design(wave), survey.Choices(confidence, interval, df=df)
    domains, groups = wave_groups(wave, by)
    count = answers.yes.sum(axis=1)
    highest = _highest(wave, answers, int(count.max(initial=0)))
    exactly, at_least = np.arange(highest + 1), np.arange(1, highest + 1)
    has = [count[:, np.newaxis] == exactly, count[:, np.newaxis] >= at_least]
    yes = np.concatenate(has, axis=1) & answers.present[:, np.newaxis]
    names = [*map(str, exactly), *(f"at_least_{number}" for number in at_least)]
    columns = share_of_base(names, yes, answers.present)
    shares = survey.estimate_columns(design, columns, groups, choices, "outcomes")
    numbers = np.where(answers.present, count, np.nan)
    means = survey.estimate_means(design, {"mean": numbers}, by=groups, confidence=confidence, df=df)
    keys = {
        "statistic": ["exactly"] * len(exactly) + ["at_least"] * len(at_least),
        "number": [*exactly, *at_least],
    }
    blocks = [
        tidy(keys, numbers_of(shares, "estimate"), domains, shares.groups),
        tidy({"statistic": ["mean"], "number": [pd.NA]}, numbers_of(means, "estimate"), domains, means.groups),
    ]
    table = put_together(blocks, ("statistic",), answers, wave)
    return Counts(
        table=table.assign(number=table["number"].astype("Int64")),
        method=wave_method(wave, choices, dont_know),
        codebook=wave.codebook,
        domains=domains,
        groups=tuple(tuple(map(str, labels)) for labels in shares.groups),
        options=answers.indicators,
        kernel=shares,
        means=means,
        answered=np.concatenate([survey.count_answered(columns, groups).T.ravel(), means.n.T.ravel()]),
    )


def _highest(wave: Wave, answers: AnswerSet, seen: int) -> int:
    """Return the most answers that one workplace can have."""
    questions = {indicator.question for indicator in answers.indicators}
    allowed = (
        wave.codebook.questions[questions.pop()].max_ticks if len(questions) == 1 and "" not in questions else None
    )
    return max(seen, min(len(answers.indicators), allowed or len(answers.indicators)))
