"""Parts of a union and how they overlap: only started, only promoted, both, and so on."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from barometer import survey
from barometer.analysis.answer_sets import AnswerSet
from barometer.analysis.coded_tables import covariance_within, numbers_of, put_together, share_of_base, tidy
from barometer.analysis.combinations import NONE, find_combinations
from barometer.analysis.designs import wave_design, wave_groups, wave_method
from barometer.analysis.labelled import LabelledResult
from barometer.analysis.method import DontKnowChoice, dont_know_rules
from barometer.codebook.names import as_name
from barometer.codebook.records import Indicator, Label, Lang
from barometer.errors import ArgumentError, UnknownNameError
from barometer.microdata import Wave, check_wave

ROLES = {
    "union": Label("Mindst én af delene", "At least one of the parts"),
    "part": Label("Del", "Part"),
    "combination": Label("Netop disse dele", "Exactly these parts"),
    "none": Label("Ingen af delene", "None of the parts"),
}
"""What a row of a union's table is, by the code in column `role`."""


@dataclass(frozen=True, eq=False, repr=False)
class Parts(LabelledResult):
    """
    A union, its parts, and the combinations of parts that make it up without overlap.

    Attributes
    ----------
    table : DataFrame
        One row per share and group, the total first: role ("union", "part", "combination", "none"), name, the domains,
        base, dont_know, share, se, ci_low, ci_high (0 to 1), df, n, weighted_base (workplaces), note, provenance. The
        combinations of a group add up to its union, those with a part to that part, and with "none" to one.
    union : Indicator
    parts : tuple of Indicator
        As the wave defined them.
    combinations : DataFrame
        One row per combination that is listed, the largest first: name, and for each part whether it is in it.
    lumped : int
        Combinations that are not listed; the row "other_combinations" holds them together.
    kernel : DomainEstimates
        The same shares as arrays, with their covariances.
    combination_labels : dict of str to Label
    answered : (rows,) int
        Answers behind each row of the table, without weights.
    """

    union: Indicator
    parts: tuple[Indicator, ...]
    combinations: pd.DataFrame
    lumped: int
    kernel: "survey.DomainEstimates"
    combination_labels: Mapping[str, Label]
    answered: NDArray[np.intp]

    keys: ClassVar[tuple[str, ...]] = ("role", "name")
    estimate: ClassVar[str] = "share"
    headings: ClassVar[Mapping[str, Label]] = {"role": Label("Rolle", "Role"), "name": Label("Del", "Part")}

    def row(self, name: str, *group: str) -> pd.Series:
        """
        Return one row of the table.

        Parameters
        ----------
        name : str
            Of the union, a part or a combination.
        *group : str
            One code per domain; nothing or "total" for the total.
        """
        names = list(self.table["name"].iloc[:: 1 + len(self.groups)])
        if name not in names:
            raise UnknownNameError("outcome in this result", name, names)
        return self.table.iloc[names.index(name) * (1 + len(self.groups)) + self.group_position(group)]

    def covariance(self, *group: str) -> pd.DataFrame:
        """
        Covariance of all shares of one group, or of the total.

        Parameters
        ----------
        *group : str
            One code per domain; nothing or "total" for the total. `.kernel.covariance()` holds those across groups.

        Returns
        -------
        DataFrame
            Squared units of the share; row and column labels are the names; `.attrs["provenance"]` says whether the
            data are synthetic.
        """
        return covariance_within(self.kernel, self.group_position(group), self.method.provenance.kind)

    def _words(self, lang: Lang) -> dict[str, dict[str, str]]:
        names = {indicator.name: indicator.label.text(lang) for indicator in (self.union, *self.parts)}
        names |= {code: label.text(lang) for code, label in self.combination_labels.items()}
        return {"role": {code: label.text(lang) for code, label in ROLES.items()}, "name": names}

    def _title(self) -> str:
        return f"{self.union.name}, {len(self.parts)} parts"

    def _heading(self, lang: Lang) -> str:
        return self.union.label.text(lang)

    def _is_share(self, row: Mapping[Hashable, Any]) -> bool:  # noqa: ARG002
        return True


def estimate_parts(
    wave: Wave,
    indicator: str,
    *,
    by: str | Sequence[str] | None = None,
    dont_know: DontKnowChoice = "record",
    df: "survey.DfRule" = "domain",
    interval: "survey.IntervalMethod" = "logit",
    confidence: float = 0.95,
    most: int = 12,
) -> Parts:
    """
    Estimate a union, its parts, and the combinations of parts that make it up without overlap.

    Parameters
    ----------
    wave : Wave
    indicator : str
        A union of named parts, for instance "positive_role.private_firms".
    by, df, interval, confidence
        As in `estimate_shares`.
    dont_know : {"record", "keep", "drop", "no", "disagree"}
        "drop" takes out of the base who is counted by no part and did not know about one. Who is counted by one part
        and did not know about another does not have the other.
    most : int
        Combinations that are listed at the most. Where there can be no more, all of them, those that nobody has too;
        otherwise the largest by weight, and the rest as "other_combinations".

    Returns
    -------
    Parts

    Raises
    ------
    UnknownNameError
        If there is no such indicator or domain in the wave.
    ArgumentError
        If it is no union of named parts, or another argument is none of what it may be.

    Notes
    -----
    A combination is a share of its own, sum w (exactly these parts) / sum w over the base of the union, linearized as
    every share; see `barometer.survey.estimate_shares`. All are estimated in one pass, with their covariances.

    Examples
    --------
    >>> import barometer as bm
    >>> parts = bm.estimate_parts(bm.load_wave(3), "positive_role.employees")
    >>> list(parts.combinations["name"])
    ['promoted', 'promoted+started', 'started']
    """
    check_wave(wave)
    union = _union(wave, indicator)
    parts = tuple(wave.codebook.indicators[name] for name in union.parts)
    answers, counted = _parts_of(wave, union, parts, dont_know)
    design, choices = wave_design(wave), survey.Choices(confidence, interval, df=df)
    domains, groups = wave_groups(wave, by)
    combinations = find_combinations(answers.yes, answers.present, design.weight, most)
    short = tuple(name.rpartition(".")[2] for name in union.parts)
    codes = combinations.codes(short)
    names = (union.name, *union.parts, *codes)
    yes = np.concatenate([counted[:, np.newaxis], answers.yes, combinations.chosen], axis=1)
    columns = share_of_base(names, yes, answers.present)
    found = survey.estimate_columns(design, columns, groups, choices, "outcomes")
    roles = ["union", *("part" for _ in parts), *("none" if code == NONE else "combination" for code in codes)]
    block = tidy({"role": roles, "name": names}, numbers_of(found), domains, found.groups)
    return Parts(
        table=put_together([block], Parts.keys, answers, wave),
        method=wave_method(wave, choices, dont_know),
        codebook=wave.codebook,
        domains=domains,
        groups=tuple(tuple(map(str, labels)) for labels in found.groups),
        union=union,
        parts=parts,
        combinations=combinations.to_frame(short),
        lumped=combinations.lumped,
        kernel=found,
        combination_labels=dict(zip(codes, combinations.labels(tuple(part.label for part in parts)), strict=True)),
        answered=survey.count_answered(columns, groups).T.ravel(),
    )


def _union(wave: Wave, name: str) -> Indicator:
    chosen = wave.select(as_name("indicator", name))
    if len(chosen) == 1 and chosen[0].parts:
        return chosen[0]
    unions = [indicator.name for indicator in wave.codebook.indicators.values() if indicator.parts]
    raise ArgumentError(
        "indicator",
        f"{name!r} is no union of named parts. Those of wave {wave.record.number} are: {', '.join(unions) or 'none'}. "
        "estimate_overlaps crosses any answers.",
    )


def _parts_of(
    wave: Wave, union: Indicator, parts: Sequence[Indicator], dont_know: DontKnowChoice
) -> tuple[AnswerSet, np.ndarray]:
    """Return the parts inside the base of the union, and who is in the union."""
    rule = dont_know_rules([union], dont_know)[0]
    counted, present = wave.answers.counted(union, rule)
    yes = np.stack([wave.answers.indicator(part.name) & present for part in parts], axis=1)
    return AnswerSet(tuple(parts), (rule,) * len(parts), union.base, yes, present), counted
