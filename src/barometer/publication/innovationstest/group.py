"""The picture of a group, at a conference for instance: its answers together, beside the barometer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from barometer.analysis.html_tables import html_table
from barometer.codebook.numbers import interval, per_cent
from barometer.codebook.records import Lang, Question, as_lang
from barometer.codebook.sheet import Sheet
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC, Wave
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice
from barometer.publication.innovationstest.answer_files import HandedOver, read_handed_over
from barometer.publication.innovationstest.benchmark import measure_label
from barometer.publication.innovationstest.documents import write_page
from barometer.publication.innovationstest.measures import Measure
from barometer.publication.innovationstest.peer_shares import PeerShares, estimate_peer_shares
from barometer.publication.innovationstest.texts import text

NAME = "innovationstest_group"


@dataclass(frozen=True, slots=True)
class GroupPolicy:
    """
    What may be shown of a group.

    Attributes
    ----------
    name : str
    minimum : int
        Participants that a question must have been answered by.
    fewest : int
        Participants who must have given an answer, and who must have given another, for its share to be shown.
    step : int
        Shares are rounded to a multiple of so many per cent, so that no head can be counted.
    """

    name: str
    minimum: int
    fewest: int
    step: int

    def __post_init__(self) -> None:
        """Refuse rules under which a participant could be seen."""
        if self.fewest < 2 or self.minimum < 2 * self.fewest or self.step < 1:
            raise ArgumentError("policy", "needs fewest of 2 or more, a minimum of twice that, and a step of 1 or more")


CONFERENCE = GroupPolicy("conference", minimum=8, fewest=3, step=5)
"""The policy of groups."""
HEADINGS = ("question", "item", "group", "barometer", "interval")


@dataclass(frozen=True, eq=False, repr=False)
class GroupPicture:
    """
    The answers of a group beside those of all workplaces; no single participant can be read from it.

    Attributes
    ----------
    table : DataFrame
        One row for each measure: question, item, answer, indicator, group (share of the group, rounded; missing where
        the policy hides it), share, ci_low, ci_high (of everybody in the barometer; fractions of one).
    n : int
        Participants counted.
    refused : tuple of HandedOver
        What could not be counted, by name.
    shares : PeerShares
    group_policy : GroupPolicy
    """

    table: pd.DataFrame
    n: int
    refused: tuple[HandedOver, ...]
    shares: PeerShares
    group_policy: GroupPolicy

    @property
    def policy(self) -> DisclosurePolicy:
        """Disclosure control of the barometer's shares."""
        return self.shares.policy

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind the barometer's shares are artificial."""
        return self.shares.wave.is_synthetic

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table in words.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        lang = as_lang(lang)
        hidden, table = text("hidden").text(lang), self.table
        columns = {
            "question": [measure.question.title.text(lang) for measure in self.shares.measures],
            "item": [measure_label(measure).text(lang) for measure in self.shares.measures],
            "group": [hidden if pd.isna(share) else per_cent(share, lang) for share in table["group"]],
            "barometer": [hidden if pd.isna(share) else per_cent(share, lang) for share in table["share"]],
            "interval": [
                "" if pd.isna(low) else interval(low, high, lang, 0)
                for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
            ],
        }
        return pd.DataFrame({text(f"group_{name}").text(lang): columns[name] for name in HEADINGS})

    def notes(self, lang: Lang = "en") -> list[str]:
        """Say how many are in it, which rule protects them, and what was refused."""
        rule = {
            "fewest": self.group_policy.fewest,
            "minimum": self.group_policy.minimum,
            "step": self.group_policy.step,
        }
        lines = [text("group_n").text(lang).format(n=self.n), text("group_rule").text(lang).format(**rule)]
        lines += [f"{each.source}: {each.fault}" for each in self.refused]
        synthetic = [f"{SYNTHETIC.text(lang)}."] if self.is_synthetic else []
        return [*lines, *synthetic, self.shares.policy.text(lang)]

    def summary(self, lang: Lang = "en") -> str:
        """
        Say where the group lies outside the barometer's interval, and what it rests on.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return "\n".join([*self.findings(lang), *self.notes(lang)])

    def findings(self, lang: Lang = "en") -> list[str]:
        """Say which shares of the group lie outside the barometer's interval by more than the rounding."""
        slack = self.group_policy.step / 200.0
        lines = []
        for row, measure in zip(self.table.to_dict("records"), self.shares.measures, strict=True):
            if row["group"] - slack > row["ci_high"] or row["group"] + slack < row["ci_low"]:
                lines.append(
                    text("group_finding")
                    .text(lang)
                    .format(
                        question=measure.question.title.text(lang),
                        item=measure_label(measure).text(lang),
                        group=per_cent(row["group"], lang),
                        share=per_cent(row["share"], lang),
                        interval=interval(row["ci_low"], row["ci_high"], lang, 0),
                    )
                )
        return lines

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the table with what has to stand beside it, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return (Sheet(NAME, "", text("group_title").text(lang), tuple(self.notes(lang)[:-1]), self.to_frame(lang)),)

    def html(self, lang: Lang = "en") -> str:
        """
        Return a page of its own.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        title = escape(text("group_title").text(lang))
        return (
            f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;padding:1rem}"
            "td,th{padding:.25rem .75rem .25rem 0;border-top:1px solid #c9d2d6}</style></head><body><main>"
            f"<h1>{title}</h1>{self._body(lang)}</main></body></html>\n"
        )

    def save(self, path: str | Path, lang: Lang = "en") -> Path:
        """Write the page of `html`."""
        return write_page(self.html(lang), Path(path))

    def __repr__(self) -> str:
        """Say how many are in it."""
        return f"<GroupPicture: {self.n} participants, {len(self.refused)} refused>"

    def _body(self, lang: Lang) -> str:
        found = self.to_frame(lang)
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.findings(lang))
        notes = "".join(f"<p>{escape(line)}</p>" for line in self.notes(lang))
        table = html_table(list(found.columns), found.itertuples(index=False), found.columns[2:])
        return f"<ul>{lines}</ul>{table}{notes}"

    def _repr_html_(self) -> str:
        return self._body("en")


def picture_group(
    sources: Sequence[str | Path],
    *,
    wave: Wave,
    group_policy: GroupPolicy = CONFERENCE,
    policy: PolicyChoice = DEFAULT,
) -> GroupPicture:
    """
    Count what the participants of a group handed over, and put it beside the barometer.

    Parameters
    ----------
    sources : sequence of str or Path
        Answer files, text files with a code on each line, or codes.
    wave : Wave
        Whose test was answered.
    group_policy : GroupPolicy
        What may be shown of the group.
    policy : str or DisclosurePolicy
        Disclosure control of the barometer's shares.

    Returns
    -------
    GroupPicture
        With what was refused by name; the rest is counted.

    Raises
    ------
    ArgumentError
        If fewer can be counted than the policy's minimum.

    Notes
    -----
    A question is shown where at least `minimum` participants answered it, and none or at least `fewest` did not. A
    tick is shown where at least `fewest` set it and at least `fewest` did not. Of questions with one answer, those
    given by fewer than `fewest` are pooled, with the smallest of the others where the pool would still be fewer; what
    was pooled is hidden, so that nothing follows from the rest. Shares are rounded to `step` per cent.
    """
    shares = estimate_peer_shares(wave, policy=policy)
    handed = read_handed_over(sources, shares.codes)
    counted = [each.answers for each in handed if each.answers is not None]
    refused = tuple(each for each in handed if each.answers is None)
    if len(counted) < group_policy.minimum:
        named = "".join(f"\n  {each.source}: {each.fault}" for each in refused)
        raise ArgumentError(
            "FILES",
            f"hold {len(counted)} answers that can be counted; a group has {group_policy.minimum} or more{named}",
        )
    answers = [each.answers for each in counted]
    group = [
        share
        for question, item in _columns(shares.measures)
        for share in _shares(question, _measured(shares.measures, question, item), answers, group_policy)
    ]
    table = pd.DataFrame(
        {
            "question": [measure.question.name for measure in shares.measures],
            "item": [measure.item.code if measure.item else "" for measure in shares.measures],
            "answer": [measure.answer.code for measure in shares.measures],
            "indicator": [measure.indicator for measure in shares.measures],
            "group": pd.Series(group, dtype=float),
        }
    ).join(shares.groups[()][["share", "ci_low", "ci_high"]])
    return GroupPicture(table, len(counted), refused, shares, group_policy)


def _columns(measures: Sequence[Measure]) -> list[tuple[Question, str | None]]:
    """Return the questions and rows of grids, each once, in order."""
    seen: list[tuple[Question, str | None]] = []
    for measure in measures:
        column = (measure.question, measure.item.code if measure.item else None)
        if column not in seen:
            seen.append(column)
    return seen


def _measured(measures: Sequence[Measure], question: Question, item: str | None) -> list[Measure]:
    return [each for each in measures if each.question is question and (each.item and each.item.code) == item]


def _shares(
    question: Question, measured: Sequence[Measure], answers: Sequence[Mapping[str, object]], policy: GroupPolicy
) -> list[float | None]:
    """Return the share of the group for each measure of one question or row; None where it is hidden."""
    own = [[measure.own(each) for measure in measured] for each in answers]
    given = [row for row in own if any(row)]
    missing = len(own) - len(given)
    if len(given) < policy.minimum or 0 < missing < policy.fewest:
        return [None] * len(measured)
    counts = [sum(row[place] == "yes" for row in given) for place in range(len(measured))]
    n = len(given)
    if question.kind == "multi" or len(measured) == 1:
        shown = [min(count, n - count) >= policy.fewest for count in counts]
    else:
        shown = shown_cells(counts, n, policy.fewest)
    step = policy.step / 100.0
    return [round(count / n / step) * step if show else None for count, show in zip(counts, shown, strict=True)]


def shown_cells(counts: Sequence[int], n: int, fewest: int) -> list[bool]:
    """
    Say which cells of a distribution may be shown.

    Parameters
    ----------
    counts : sequence of int
        Those who gave each answer.
    n : int
        Those who gave any, the answers without a cell included.
    fewest : int

    Returns
    -------
    list of bool
        The hidden cells and the answers without a cell hold together nobody or at least `fewest`.

    Examples
    --------
    >>> shown_cells([6, 3, 1], 10, 3), shown_cells([6, 4], 10, 3), shown_cells([10, 0], 10, 3)
    ([True, False, False], [True, True], [False, False])
    """
    shown = [count >= fewest for count in counts]
    pool = n - sum(count for count, show in zip(counts, shown, strict=True) if show)
    if 0 < pool < fewest:
        smallest = min((count, place) for place, (count, show) in enumerate(zip(counts, shown, strict=True)) if show)
        shown[smallest[1]] = False
        pool += smallest[0]
    largest = max((count for count, show in zip(counts, shown, strict=True) if show), default=0)
    return shown if n - largest >= fewest else [False] * len(counts)
