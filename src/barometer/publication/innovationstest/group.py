"""The picture of a group, at a conference for instance: its answers together, beside the barometer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from barometer.analysis.html_tables import html_table
from barometer.codebook.numbers import interval, per_cent
from barometer.codebook.records import Lang, as_lang
from barometer.codebook.sheet import Sheet, source_note
from barometer.codebook.wording import lower_first
from barometer.errors import ArgumentError, check_all
from barometer.microdata import SYNTHETIC, Wave, check_wave
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice
from barometer.publication.innovationstest.answer_files import HandedOver, read_handed_over
from barometer.publication.innovationstest.benchmark import measure_label
from barometer.publication.innovationstest.documents import write_page
from barometer.publication.innovationstest.group_counts import (
    CONFERENCE,
    Band,
    GroupPolicy,
    columns_of,
    group_bands,
    group_shares,
    spread_measures,
)
from barometer.publication.innovationstest.group_page import MOST, group_page
from barometer.publication.innovationstest.peer_shares import PeerShares, estimate_peer_shares
from barometer.publication.innovationstest.texts import text

NAME = "innovationstest_group"
HEADINGS = ("question", "item", "group", "barometer", "interval")


@dataclass(frozen=True, eq=False, repr=False)
class GroupPicture:
    """
    The answers of a group beside those of all workplaces, and beside its own spread.

    Attributes
    ----------
    table : DataFrame
        One row for each measure: question, item, answer, indicator, group (share of the group, rounded; missing where
        the policy hides it), share, ci_low, ci_high, n (of everybody in the barometer; fractions of
        one).
    spread : DataFrame
        One row for each band: question, low, high, most, share. The share of the group, rounded, that gave low to high
        of at most so many answers: ticks, or rows of a grid with its first answer.
    n : int
        Participants counted.
    refused : tuple of HandedOver
        What could not be counted, by name.
    shares : PeerShares
    group_policy : GroupPolicy
    """

    table: pd.DataFrame
    spread: pd.DataFrame
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
        not_shown, hidden, table = text("group_hidden").text(lang), text("hidden").text(lang), self.table
        columns = {
            "question": [measure.question.title.text(lang) for measure in self.shares.measures],
            "item": [measure_label(measure).text(lang) for measure in self.shares.measures],
            "group": [not_shown if pd.isna(share) else per_cent(share, lang) for share in table["group"]],
            "barometer": [hidden if pd.isna(share) else per_cent(share, lang) for share in table["share"]],
            "interval": [
                "" if pd.isna(low) else interval(low, high, lang, 0)
                for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
            ],
        }
        return pd.DataFrame({text(f"group_{name}").text(lang): columns[name] for name in HEADINGS})

    def spread_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the spread in words: question, how many of its answers, share of the group.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        lang = as_lang(lang)
        hidden = text("group_hidden").text(lang)
        columns = {
            "question": [self.spread_title(name, lang) for name in self.spread["question"]],
            "item": [band_text(row, lang) for row in self.spread.to_dict("records")],
            "group": [hidden if pd.isna(share) else per_cent(share, lang) for share in self.spread["share"]],
        }
        return pd.DataFrame({text(f"group_{name}").text(lang): column for name, column in columns.items()})

    def spread_title(self, question: str, lang: Lang) -> str:
        """Say what is counted over one question."""
        measure = spread_measures(self.shares.measures, question)[0]
        title = measure.question.title.text(lang)
        answer = lower_first(measure.answer.label.text(lang))
        return f"{title}: {answer}" if measure.item else title

    def notes(self, lang: Lang = "en") -> list[str]:
        """Tell the organiser how many are in it, by which rule, what was refused by name, and where shares are from."""
        refused = [f"{each.source}: {each.fault}" for each in self.refused]
        return [*self._counted(lang), *refused, text("group_once").text(lang), *self._origin(lang)]

    def shown_notes(self, lang: Lang = "en") -> list[str]:
        """Return the notes for a page that the group sees: how many were refused, without their names."""
        refused = [text("group_refused").text(lang).format(n=len(self.refused))] if self.refused else []
        return [*self._counted(lang), *refused, *self._origin(lang)]

    def summary(self, lang: Lang = "en") -> str:
        """
        Say where the group lies outside the barometer's interval, and what it rests on.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return "\n".join([*self.findings(lang), *self.notes(lang)])

    def findings(self, lang: Lang = "en") -> list[str]:
        """
        Say which shares of the group lie outside the barometer's interval by more than the rounding.

        Of answers that exclude each other, only the one that lies furthest away is named; of all, the `MOST` furthest.
        """
        far = pd.concat([self._furthest(column.places) for column in columns_of(self.shares.measures)])
        lines = []
        for place in sorted(far.nlargest(MOST).index):
            row, measure = self.table.iloc[place], self.shares.measures[place]
            said = {
                "question": measure.question.title.text(lang),
                "item": measure_label(measure).text(lang),
                "group": per_cent(row["group"], lang),
                "share": per_cent(row["share"], lang),
                "interval": interval(row["ci_low"], row["ci_high"], lang, 0),
            }
            lines.append(text("group_finding").text(lang).format(**said))
        return lines

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        title, notes = text("group_title").text(lang), tuple(self.notes(lang)[:-1])
        spread = text("group_spread").text(lang)
        return (
            Sheet(NAME, "", title, notes, self.to_frame(lang)),
            Sheet(NAME, "spread", spread, (text("group_spread_text").text(lang),), self.spread_frame(lang)),
        )

    def html(self, lang: Lang = "en") -> str:
        """
        Return a page of its own, with charts; it names no participant and no file.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return group_page(self, as_lang(lang))

    def save(self, path: str | Path, lang: Lang = "en") -> Path:
        """Write the page of `html`."""
        return write_page(self.html(lang), Path(path))

    def __repr__(self) -> str:
        """Say how many are in it."""
        return f"<GroupPicture: {self.n} participants, {len(self.refused)} refused>"

    def _repr_html_(self) -> str:
        found = self.to_frame("en")
        words = "".join(f"<p>{escape(line)}</p>" for line in self.summary("en").splitlines())
        return words + html_table(list(found.columns), found.itertuples(index=False), found.columns[2:])

    def _counted(self, lang: Lang) -> list[str]:
        rule = {"fewest": self.group_policy.fewest, "minimum": self.group_policy.minimum}
        step = self.group_policy.step(self.n)
        return [
            text("group_n").text(lang).format(n=self.n),
            text("group_rule").text(lang).format(**rule, step=step),
        ]

    def _origin(self, lang: Lang) -> list[str]:
        wave = self.shares.wave
        synthetic = [f"{SYNTHETIC.text(lang)}."] if self.is_synthetic else []
        source = source_note(wave.codebook, wave.record.number, wave.record.period, lang)
        return [source, *synthetic, self.shares.policy.text(lang)]

    def _furthest(self, places: Sequence[int]) -> "pd.Series[float]":
        """Return how far answers of one question lie outside; the furthest of those that exclude each other."""
        rows = self.table.iloc[list(places)]
        slack = self.group_policy.step(self.n) / 200.0
        sides = [rows["group"] - slack - rows["ci_high"], rows["ci_low"] - rows["group"] - slack]
        far = pd.concat(sides, axis=1).max(axis=1)
        outside = far[far > 0.0]
        return outside if self.shares.measures[places[0]].question.kind == "multi" else outside.nlargest(1)


def band_text(band: Mapping[Any, Any], lang: Lang) -> str:
    """Say which band it is: "3 to 4 of 7"."""
    name = "group_band_one" if band["low"] == band["high"] else "group_band"
    return text(name).text(lang).format(low=band["low"], high=band["high"], most=band["most"])


def picture_group(
    sources: Sequence[str | Path],
    *,
    wave: Wave,
    earlier: Sequence[Sequence[str | Path]] = (),
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
    earlier : sequence of sequences
        What each earlier picture of some of the same participants was made of.
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
        If fewer can be counted than the policy's minimum, or an earlier picture differs from this one by fewer.

    Notes
    -----
    A question is shown where at least `minimum` participants answered it; how many did is not shown. A tick is shown
    where at least `fewest` set it and at least `fewest` did not. Of questions with one answer, those
    given by fewer than `fewest` are pooled, with the smallest of the others where the pool would still be fewer; what
    was pooled is hidden, so that nothing follows from the rest. Shares are rounded to a step that is at least two of
    the participants.

    Two pictures can be taken from each other. Those who are in one of them only are a group of their own: there must be
    none, or `minimum`; a question of which the difference would not be shown is left out.
    """
    check_wave(wave)
    check_all("sources", sources, (str, Path), "answer files or codes in a list")
    shares = estimate_peer_shares(wave, policy=policy)
    handed = read_handed_over(sources, shares.codes)
    counted = {shares.codes.encode(each.answers): each.answers.answers for each in handed if each.answers is not None}
    refused = tuple(each for each in handed if each.answers is None)
    if len(counted) < group_policy.minimum:
        named = "".join(f"\n  {each.source}: {each.fault}" for each in refused)
        raise ArgumentError(
            "sources",
            f"hold {len(counted)} answers that can be counted; a group has {group_policy.minimum} or more{named}",
        )
    apart = [part for files in earlier for part in _apart(counted, files, shares, group_policy)]
    members, measures = list(counted.values()), shares.measures
    table = pd.DataFrame(
        {
            "question": [measure.question.name for measure in measures],
            "item": [measure.item.code if measure.item else "" for measure in measures],
            "answer": [measure.answer.code for measure in measures],
            "indicator": [measure.indicator for measure in measures],
            "group": group_shares(measures, members, apart, group_policy),
        }
    ).join(shares.groups[()])
    bands = [asdict(band) for band in group_bands(measures, members, apart, group_policy)]
    spread = pd.DataFrame(bands, columns=[field.name for field in fields(Band)])
    return GroupPicture(table, spread, len(counted), refused, shares, group_policy)


def _apart(
    counted: Mapping[str, Mapping[str, object]], files: Sequence[str | Path], shares: PeerShares, policy: GroupPolicy
) -> list[list[Mapping[str, object]]]:
    """Return those who are in this picture or an earlier one only; refuse a few."""
    handed = [each.answers for each in read_handed_over(files, shares.codes) if each.answers is not None]
    before = {shares.codes.encode(each): each.answers for each in handed}
    if not before.keys() & counted.keys():
        return []
    parts = [
        [answers for code, answers in one.items() if code not in other]
        for one, other in ((counted, before), (before, counted))
    ]
    if any(0 < len(part) < policy.minimum for part in parts):
        raise ArgumentError(
            "earlier",
            f"differs from this group by fewer than {policy.minimum} participants: two pictures would show what these"
            " few answered; show the earlier one, or wait for more",
        )
    return [part for part in parts if part]
