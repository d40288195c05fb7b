"""Answers that come together: pairs of ticks, and the combinations that were ticked."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.answer_sets import AnswerSet, choose_answers
from barometer.analysis.coded_tables import Arrays, covariance_within, numbers_of, put_together, share_of_base, tidy
from barometer.analysis.combinations import find_combinations
from barometer.analysis.designs import wave_design, wave_groups, wave_method
from barometer.analysis.estimates import HEADINGS
from barometer.analysis.labelled import LabelledResult
from barometer.analysis.method import DontKnowChoice
from barometer.codebook.records import Indicator, Label, Lang
from barometer.codebook.sheet import Sheet, first_few
from barometer.errors import ArgumentError, check_choice
from barometer.microdata import Wave

OverlapStatistic = Literal["share", "both", "among", "lift", "odds_ratio"]
STATISTICS: dict[OverlapStatistic, Label] = {
    "share": Label("Andel med det første", "Share with the first"),
    "both": Label("Andel med begge", "Share with both"),
    "among": Label("Blandt dem med det første: andel med det andet", "Of those with the first: share with the second"),
    "lift": Label(
        "Begge, gange så ofte som uden sammenhæng", "Both, times as often as if one had nothing to do with the other"
    ),
    "odds_ratio": Label("Odds-forhold", "Odds ratio"),
}
"""What a row of the table of overlaps says, by the code in column `statistic`."""
COMBINATIONS = Label("kombinationer", "combinations")
HEADING = Label("Svar, der følges ad", "Answers that go together")
RATIOS = ("lift", "odds_ratio")


@dataclass(frozen=True, eq=False, repr=False)
class Overlaps(LabelledResult):
    """
    Which of several answers come together.

    Attributes
    ----------
    table : DataFrame
        One row per estimate and group, the total first: statistic, first, second (indicators), the domains, base,
        dont_know, estimate, se, ci_low, ci_high, df, n, weighted_base (workplaces), note, provenance. Of statistic
        "share" (of the first alone), "both" and "among" (of those with the first, with the second) estimates are 0 to
        1; "lift" and "odds_ratio" are 1 where the two have nothing to do with each other, with intervals that are
        symmetric on the log scale and `se` in the unit of the ratio. A pair is one row but for "among", which has two.
    options : tuple of Indicator
    combinations : DataFrame
        Exclusive combinations of the answers, the largest first, then "other_combinations" where some are not listed,
        then "none": name, the domains, a yes or no for each option, share, se, ci_low, ci_high, df, n, weighted_base,
        note. They add up to one in every group.
    lumped : int
        Combinations that are not listed.
    kernel : DomainEstimates
        Shares of the combinations as arrays, with their covariances.
    pairs : PairEstimates
        Everything about pairs, as arrays.
    combination_labels : dict of str to Label
    answered, combinations_answered : (rows,) int
        Answers behind each row of the table (of a ratio those with both) and of the combinations, without weights.
    """

    options: tuple[Indicator, ...]
    combinations: pd.DataFrame
    lumped: int
    kernel: "survey.DomainEstimates"
    pairs: "survey.PairEstimates"
    combination_labels: Mapping[str, Label]
    answered: NDArray[np.intp]
    combinations_answered: NDArray[np.intp]

    keys: ClassVar[tuple[str, ...]] = ("statistic", "first", "second")
    estimate: ClassVar[str] = "estimate"
    headings: ClassVar[Mapping[str, Label]] = {
        "statistic": Label("Mål", "Statistic"),
        "first": Label("Det første", "First"),
        "second": Label("Det andet", "Second"),
        "estimate": Label("Skøn", "Estimate"),
        "name": Label("Kombination", "Combination"),
    }

    def row(self, statistic: OverlapStatistic, first: str, second: str = "", *group: str) -> pd.Series:
        """
        Return one row of the table.

        Parameters
        ----------
        statistic : {"share", "both", "among", "lift", "odds_ratio"}
        first, second : str
            Names of the answers, in any order but for "among"; "share" has no second.
        *group : str
            One code per domain; nothing or "total" for the total.
        """
        check_choice("statistic", statistic, tuple(STATISTICS))
        of = self.table[self.table["statistic"] == statistic]
        pair = (of["first"] == first) & (of["second"] == second)
        if statistic in ("both", *RATIOS) and not pair.any():
            pair = (of["first"] == second) & (of["second"] == first)
        if not pair.any():
            names = ", ".join(option.name for option in self.options)
            raise ArgumentError(
                "first", f"there is no {statistic!r} of {first!r} and {second!r}; the answers are {names}"
            )
        return of[pair].iloc[self.group_position(group)]

    def matrix(self, statistic: OverlapStatistic = "among", *group: str) -> pd.DataFrame:
        """
        Return one statistic of all pairs as a square, one row for the first answer and one column for the second.

        Parameters
        ----------
        statistic : {"both", "among", "lift", "odds_ratio"}
        *group : str
            One code per domain; nothing or "total" for the total.

        Returns
        -------
        DataFrame
            The diagonal is the share itself for "both", 1 for "among", and empty otherwise.
        """
        check_choice("statistic", statistic, ("both", "among", *RATIOS))
        row, (a, b), k = self.group_position(group), self.pairs.pairs.T, len(self.options)
        m = len(a)
        square = np.full((k, k), np.nan)
        if statistic == "among":
            square[a, b], square[b, a] = np.split(self.pairs.among.estimate[row], [m])
            np.fill_diagonal(square, 1.0)
        elif statistic == "both":
            square[a, b] = square[b, a] = self.pairs.shares.estimate[row, :m]
            np.fill_diagonal(square, self.pairs.shares.estimate[row, m:])
        else:
            ratios = self.pairs.lift if statistic == "lift" else self.pairs.odds_ratio
            square[a, b] = square[b, a] = ratios.estimate[row]
        names = [option.name for option in self.options]
        return pd.DataFrame(square, index=names, columns=names)

    def combinations_to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the combinations with labels instead of codes and headings in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        words = self._common_words(lang)
        words["name"] = {code: label.text(lang) for code, label in self.combination_labels.items()}
        headings = {option.name: option.label.text(lang) for option in self.options}
        return self._in_words(self.combinations, words, lang).rename(columns=headings)

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        first, *others = LabelledResult.sheets(self, lang)
        part = COMBINATIONS.text(lang)
        shares = tuple(HEADINGS[name].text(lang) for name in ("share", "se", "ci_low", "ci_high"))
        combined = replace(first, part=part, table=self.combinations_to_frame(lang), shares=shares)
        return first, *others, combined

    def covariance(self, *group: str) -> pd.DataFrame:
        """
        Covariance of the shares of the combinations in one group, or in total.

        Parameters
        ----------
        *group : str
            One code per domain; nothing or "total" for the total.

        Returns
        -------
        DataFrame
            Squared units of the share; `.attrs["provenance"]` says whether the data are synthetic.
        """
        return covariance_within(self.kernel, self.group_position(group), self.method.provenance.kind)

    def _words(self, lang: Lang) -> dict[str, dict[str, str]]:
        names = {option.name: option.label.text(lang) for option in self.options} | {"": ""}
        return {
            "statistic": {str(code): label.text(lang) for code, label in STATISTICS.items()},
            "first": names,
            "second": names,
        }

    def _title(self) -> str:
        return f"{len(self.options)} answers"

    def _heading(self, lang: Lang) -> str:
        answers = first_few([option.label.text(lang) for option in self.options])
        return f"{HEADING.text(lang)}: {answers}"

    def _is_share(self, row: Mapping[Hashable, Any]) -> bool:
        return row["statistic"] not in RATIOS


def estimate_overlaps(
    wave: Wave,
    indicators: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    answer: str | None = None,
    dont_know: DontKnowChoice = "record",
    df: "survey.DfRule" = "domain",
    interval: "survey.IntervalMethod" = "logit",
    confidence: float = 0.95,
    most: int = 12,
) -> Overlaps:
    """
    Estimate which of several answers come together, in pairs and in combinations.

    Parameters
    ----------
    wave : Wave
    indicators : str or sequence of str
        A question of several ticks ("partner"), which gives its options without those that exclude all others; a grid
        ("culture"), which gives one answer of each row; or names of indicators of one base, or of bases one inside the
        other.
    by, df, interval, confidence
        As in `estimate_shares`.
    answer : str, optional
        The answer or group of answers of a grid; by default what the codebook itself counts in its rows, or yes.
    dont_know : {"record", "keep", "drop", "no", "disagree"}
        "drop" takes out of the base who did not know about any one of the answers.
    most : int
        Combinations that are listed at the most: see `estimate_parts`.

    Returns
    -------
    Overlaps

    Raises
    ------
    UnknownNameError
        If there is no such question, indicator, answer or domain in the wave.
    ArgumentError
        If there are fewer than two answers, they exclude each other or have no base in common, a grid has no answer to
        count by default, or another argument is none of what it may be.

    Notes
    -----
    "among" is a share whose base is a domain: those with the first answer. See `barometer.survey.estimate_pairs` for
    lift and odds ratio.

    Examples
    --------
    >>> import barometer as bm
    >>> found = bm.estimate_overlaps(bm.load_wave(3), ["partner.citizens", "partner.private_firms"])
    >>> list(found.combinations["name"])
    ['partner.citizens', 'partner.private_firms', 'partner.citizens+partner.private_firms', 'none']
    """
    answers = choose_answers(wave, indicators, answer=answer, dont_know=dont_know)
    if len(answers.names) < 2:
        raise ArgumentError("indicators", f"an overlap takes two answers; {answers.names[0]!r} is one")
    design, choices = wave_design(wave), survey.Choices(confidence, interval, df=df)
    domains, groups = wave_groups(wave, by)
    combinations = find_combinations(answers.yes, answers.present, design.weight, most)
    codes = combinations.codes(answers.names)
    columns = share_of_base(codes, combinations.chosen, answers.present)
    found = survey.estimate_columns(design, columns, groups, choices, "outcomes")
    ticks = np.where(answers.present[:, np.newaxis], answers.yes, np.nan)
    pairs = survey.estimate_pairs(
        design,
        dict(zip(answers.names, ticks.T, strict=True)),
        by=groups,
        confidence=confidence,
        interval=interval,
        df=df,
    )
    blocks = [
        tidy({"statistic": [statistic] * len(first), "first": first, "second": second}, numbers, domains, found.groups)
        for statistic, first, second, numbers in _statistics(pairs)
    ]
    listed = tidy({"name": codes}, numbers_of(found), domains, found.groups)
    outside = [(False,) * len(answers.names)] * (len(codes) - len(combinations.members))
    member = np.array([*map(tuple, combinations.members), *outside], np.bool_).repeat(1 + len(found.groups), axis=0)
    for position, name in enumerate(answers.names):
        listed.insert(1 + len(domains) + position, name, member[:, position])
    return Overlaps(
        table=put_together(blocks, Overlaps.keys, answers, wave),
        method=wave_method(wave, choices, dont_know),
        codebook=wave.codebook,
        domains=domains,
        groups=tuple(tuple(map(str, labels)) for labels in found.groups),
        options=answers.indicators,
        combinations=listed,
        lumped=combinations.lumped,
        kernel=found,
        pairs=pairs,
        combination_labels=dict(
            zip(codes, combinations.labels(tuple(option.label for option in answers.indicators)), strict=True)
        ),
        answered=_answered(answers, pairs, groups),
        combinations_answered=survey.count_answered(columns, groups).T.ravel(),
    )


def _answered(answers: AnswerSet, pairs: "survey.PairEstimates", groups: "survey.Groups") -> NDArray[np.intp]:
    """Count who stands behind each row of the table: of `_statistics`, in their order."""
    first, second = pairs.pairs.T
    yes = np.concatenate([answers.yes, answers.yes[:, first] & answers.yes[:, second]], axis=1)
    counted = survey.count_answered(share_of_base([""] * yes.shape[1], yes, answers.present), groups)
    alone, both = np.split(counted, [len(answers.names)], axis=1)
    return np.concatenate([each.T.ravel() for each in (alone, both, both, both, both, both)])


def _statistics(
    pairs: "survey.PairEstimates",
) -> list[tuple[OverlapStatistic, list[str], list[str], Arrays]]:
    """Return each statistic with the names of its first and second answers, and its numbers."""
    m, names = len(pairs.pairs), list(pairs.names)
    first, second = ([names[position] for position in column] for column in pairs.pairs.T)
    shares, among = numbers_of(pairs.shares, "estimate"), numbers_of(pairs.among, "estimate")
    both = {name: values[:, :m] for name, values in shares.items()}
    alone = {name: values[:, m:] for name, values in shares.items()}
    return [
        ("share", names, [""] * len(names), alone),
        ("both", first, second, both),
        ("among", first + second, second + first, among),
        ("lift", first, second, _ratios(pairs.lift, both)),
        ("odds_ratio", first, second, _ratios(pairs.odds_ratio, both)),
    ]


def _ratios(found: "survey.LogRatios", both: Arrays) -> Arrays:
    return {
        "estimate": found.estimate,
        "se": found.estimate * found.log_se,
        "ci_low": found.low,
        "ci_high": found.high,
        "df": found.df,
        "n": both["n"],
        "weighted_base": both["weighted_base"],
        "note": found.reason,
    }
