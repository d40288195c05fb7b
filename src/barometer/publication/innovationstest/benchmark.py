"""Where one workplace stands: its answers beside the shares of its peers, and what is unusual about it in words."""

from dataclasses import dataclass, replace
from html import escape

import numpy as np
import pandas as pd

from barometer.analysis import PeerGroup
from barometer.analysis.html_tables import html_table
from barometer.analysis.peers import MINIMUM
from barometer.codebook.answer_codes import WorkplaceAnswers, answer_codes
from barometer.codebook.numbers import integer, interval, p_value_text, per_cent, signed
from barometer.codebook.records import Label, Lang, as_lang
from barometer.codebook.sheet import Sheet, source_note
from barometer.codebook.wording import lower_first
from barometer.codebook.workplace_form import Answers
from barometer.errors import ArgumentError
from barometer.microdata import SYNTHETIC, Wave, load_wave
from barometer.publication.disclosure.policy import DEFAULT, DisclosurePolicy, PolicyChoice
from barometer.publication.innovationstest.measures import Measure
from barometer.publication.innovationstest.peer_shares import (
    COLUMNS,
    GoesWith,
    PeerShares,
    estimate_peer_shares,
    peers_of,
)
from barometer.publication.innovationstest.texts import text

RARE = 0.25
"""An answer is unusual where the whole interval of the share of peers who gave the same one lies below this."""
SHOWN = 0.5
"""Part of the shares that disclosure control must leave of a group that is narrower than a sector."""
NAME = "innovationstest"
HEADINGS = ("question", "item", "own", "share", "ci_low", "ci_high", "n", "unusual")


@dataclass(frozen=True, eq=False, repr=False)
class WorkplaceBenchmark:
    """
    The answers of one workplace beside those of its peers.

    Attributes
    ----------
    given : WorkplaceAnswers
    peers : PeerGroup
        With whom it is compared, and what was tried before.
    shares : PeerShares
        What was compared; only numbers that passed disclosure control.
    table : DataFrame
        One row for each measure, codes: question, item, answer, indicator, own ("yes", "no", "dont_know",
        "not_relevant", "" where not asked or not answered), share, ci_low, ci_high (of peers who answer yes; fractions
        of one, missing where disclosure control hid them), n, same (share of peers who answer as the workplace, where
        it gave the answer or did not set the tick),
        unusual ("rare": it said what few say; "lacking": it did not say what most say; "" else).
    """

    given: WorkplaceAnswers
    peers: PeerGroup
    shares: PeerShares
    table: pd.DataFrame

    @property
    def is_synthetic(self) -> bool:
        """Whether the microdata behind the shares are artificial."""
        return self.shares.wave.is_synthetic

    @property
    def policy(self) -> DisclosurePolicy:
        """Disclosure control of the shares."""
        return self.shares.policy

    @property
    def associations(self) -> tuple[GoesWith, ...]:
        """What the barometer says goes with answers of the test."""
        return self.shares.associations

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """
        Return the table in words: question, answer, own answer, share, bounds, n and what is unusual.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        lang = as_lang(lang)
        columns = {
            "question": [measure.question.title.text(lang) for measure in self.shares.measures],
            "item": [measure_label(measure).text(lang) for measure in self.shares.measures],
            "own": [text(f"own_{own}" if own else "own_none").text(lang) for own in self.table["own"]],
            **{name: self.table[name].tolist() for name in COLUMNS[:3]},
            "n": self.table["n"].astype("Int64"),
            "unusual": [text(f"unusual_{kind}").text(lang) if kind else "" for kind in self.table["unusual"]],
        }
        return pd.DataFrame({text(f"column_{name}").text(lang): columns[name] for name in HEADINGS})

    def summary(self, lang: Lang = "en") -> str:
        """
        Say in words what is unusual about the workplace, with whom it is compared and by which rule.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        return "\n".join([self.headline(lang), *self.findings(lang), *self.notes(lang)])

    def headline(self, lang: Lang = "en") -> str:
        """Say how many of the answers are unusual."""
        compared = int(self.table["same"].notna().sum())
        found = int((self.table["unusual"] != "").sum())
        name = "headline" if found else "headline_none" if compared else "headline_nothing"
        return text(name).text(lang).format(found=found, compared=compared, group=self.peers.label.text(lang))

    def findings(self, lang: Lang = "en") -> list[str]:
        """Say what is unusual, one sentence each."""
        rows = zip(self.table.to_dict("records"), self.shares.measures, strict=True)
        return [
            text(f"finding_{row['unusual']}")
            .text(lang)
            .format(
                question=measure.question.title.text(lang),
                item=measure_label(measure).text(lang),
                share=per_cent(row["share"], lang),
                interval=interval(row["ci_low"], row["ci_high"], lang, 0),
            )
            for row, measure in rows
            if row["unusual"]
        ]

    def notes(self, lang: Lang = "en") -> list[str]:
        """Say the rule of what is unusual, how peers were found, the source, and what disclosure control did."""
        wave = self.shares.wave
        notes = [text("rule").text(lang).format(rare=per_cent(RARE, lang))]
        notes.append(peer_note(self.peers, lang))
        notes.append(source_note(wave.codebook, wave.record.number, wave.record.period, lang))
        if self.is_synthetic:
            notes.append(f"{SYNTHETIC.text(lang)}.")
        return [*notes, self.shares.policy.text(lang)]

    def sheets(self, lang: Lang = "en") -> tuple[Sheet, ...]:
        """
        Return the tables with what has to stand beside them, for a workbook.

        Parameters
        ----------
        lang : {"da", "en"}
        """
        title, notes = text("title").text(lang), (self.headline(lang), *self.notes(lang)[:-1])
        shares = tuple(text(f"column_{name}").text(lang) for name in COLUMNS[:3])
        beside = pd.DataFrame({text("goes_with").text(lang): [association_text(a, lang) for a in self.associations]})
        return (
            Sheet(NAME, "", title, notes, self.to_frame(lang), shares),
            Sheet(NAME, "goes_with", text("goes_with").text(lang), (text("no_advice").text(lang),), beside),
        )

    def __repr__(self) -> str:
        """Say what is unusual."""
        return f"<WorkplaceBenchmark: {self.summary('en')}>"

    def _repr_html_(self) -> str:
        found = self.to_frame("en")
        shown = pd.DataFrame({name: [_cell(value) for value in found[name]] for name in found.columns})
        words = "".join(f"<p>{escape(line)}</p>" for line in self.summary("en").splitlines())
        return words + html_table(list(shown.columns), shown.itertuples(index=False), found.columns[3:7])


def benchmark_workplace(
    answers: Answers,
    *,
    sector: str,
    size: str | None = None,
    wave: Wave | int | None = None,
    minimum: int = MINIMUM,
    policy: PolicyChoice = DEFAULT,
) -> WorkplaceBenchmark:
    """
    Compare the answers of one workplace with those of workplaces like it.

    Parameters
    ----------
    answers : mapping
        By question of the test (`bm.codebook().show("novelty")` lists its answers): a code, a list of codes where
        several may be ticked, a code by row for a grid. Don't know is always allowed; a question may be left out.
    sector : str
        Code of the part of the public sector: of the first domain in the codebook's `test_profile`.
    size : str, optional
        Code of the size, the second domain of the profile; without it workplaces of every size are compared with. A
        size of a sector of which disclosure control would hide more than half is left out.
    wave : Wave or int, optional
        The shipped wave of a number; by default the last one.
    minimum : int
        Answers that the peer group must have; a smaller one is widened, as `find_peers` says.
    policy : str or DisclosurePolicy
        Disclosure control of the shares.

    Returns
    -------
    WorkplaceBenchmark
        `.table`, `.to_frame("da")`, `.summary("da")`, `.sheets("da")`.

    Raises
    ------
    AnswersError
        With every question whose answer is not possible.
    UnknownNameError, ArgumentError
        If there is no such wave, sector, size or policy, or they contradict each other.

    Notes
    -----
    An answer is unusual when the whole confidence interval of the share of peers who answer the same lies below a
    quarter. An answer given by none or few is hidden by disclosure control, and is never called unusual.

    Examples
    --------
    >>> import barometer as bm
    >>> found = bm.benchmark_workplace({"introduced": {"product": "yes"}, "novelty": "copy"}, sector="state_culture")
    >>> found.peers.label.en, found.table.loc[found.table["indicator"] == "novelty.copy", "own"].item()
    ('State culture', 'yes')
    """
    chosen = _wave(wave)
    codes = answer_codes(chosen.codebook, chosen.record.number)
    profile = {name: code for name, code in zip(codes.places, (sector, size), strict=False) if code is not None}
    if size is not None and len(codes.places) == 1:
        raise ArgumentError("size", "is not asked in the test of this codebook: leave it out")
    peers = peers_of(chosen, profile, minimum=minimum)
    given = WorkplaceAnswers(profile, answers)
    codes.check(given)
    if len(peers.codes) > 1:
        shares = estimate_peer_shares(chosen, policy=policy, peers=peers)
        if shares.groups[peers.codes]["share"].notna().mean() >= SHOWN:
            return place(given, peers, shares)
        wider = peers_of(chosen, {codes.places[0]: sector}, minimum=minimum)
        peers = replace(peers, steps=(*peers.steps, *wider.steps))
    return place(given, peers, estimate_peer_shares(chosen, policy=policy))


def place(given: WorkplaceAnswers, peers: PeerGroup, shares: PeerShares) -> WorkplaceBenchmark:
    """
    Put answers beside shares that were estimated before.

    Raises
    ------
    AnswersError
        With every question whose answer is not possible.
    """
    shares.codes.check(given)
    table = pd.DataFrame(
        {
            "question": [measure.question.name for measure in shares.measures],
            "item": [measure.item.code if measure.item else "" for measure in shares.measures],
            "answer": [measure.answer.code for measure in shares.measures],
            "indicator": [measure.indicator for measure in shares.measures],
            "own": [measure.own(given.answers) for measure in shares.measures],
        }
    ).join(shares.groups[peers.codes])
    said = table["own"] == "yes"
    not_said = (table["own"] == "no") & np.array([measure.is_tick for measure in shares.measures])
    table["same"] = table["share"].where(said, (1.0 - table["share"]).where(not_said))
    rare = said & (table["ci_high"] < RARE)
    lacking = not_said & (table["ci_low"] > 1.0 - RARE)
    table["unusual"] = np.select([rare, lacking], ["rare", "lacking"], "")
    return WorkplaceBenchmark(given, peers, shares, table)


def measure_label(measure: Measure) -> Label:
    """Name what the share is of, without the question."""
    answer, item = measure.answer.label, measure.item
    if item is None:
        return answer
    if measure.answer.code == "yes":
        return item.label
    return Label(f"{item.label.da}: {lower_first(answer.da)}", f"{item.label.en}: {lower_first(answer.en)}")


def peer_note(peers: PeerGroup, lang: Lang) -> str:
    """Say with whom a workplace is compared, and if that is not whom it asked for, why."""
    asked, found = (step.label.text(lang) for step in (peers.steps[0], peers.steps[-1]))
    first = peers.steps[0].n or 0
    widened = "peers_widened" if first < peers.minimum else "peers_hidden"
    name = "peers" if len(peers.steps) == 1 else widened
    return text(name).text(lang).format(asked=asked, group=found, n=integer(peers.n, lang), minimum=peers.minimum)


def association_text(found: GoesWith, lang: Lang) -> str:
    """Say how often the one is so with and without the other, with the interval of the difference."""
    name = "association" if found.ci_low > 0.0 or found.ci_high < 0.0 else "association_uncertain"
    low, high = (signed(100.0 * bound, lang) for bound in (found.ci_low, found.ci_high))
    return (
        text(name)
        .text(lang)
        .format(
            given=found.given.text(lang),
            then=found.then.text(lang),
            share=per_cent(found.share, lang),
            rest=per_cent(found.share_rest, lang),
            difference=signed(100.0 * found.difference, lang),
            low=low,
            high=high,
            p=p_value_text(found.p_value, lang),
        )
    )


def _wave(wave: Wave | int | None) -> Wave:
    if isinstance(wave, Wave):
        return wave
    if wave is None:
        from barometer.codebook import codebook

        return load_wave(max(codebook().waves))
    if not isinstance(wave, int):
        raise ArgumentError("wave", f"must be a wave or its number; got {type(wave).__name__}")
    return load_wave(wave)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.3f}"
    return "" if value is pd.NA else str(value)
