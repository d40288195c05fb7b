"""The codebook: every record by name, with lookups that suggest near names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from barometer.codebook.comparability import Comparability, Counterpart, compare_domain, compare_waves, find_counterpart
from barometer.codebook.editions import edition
from barometer.codebook.elsewhere import unknown_name
from barometer.codebook.names import as_name, as_names
from barometer.codebook.published import About, Change, Claim, FigureRecord, Match, WaveRecord
from barometer.codebook.records import Base, Column, Domain, Group, Indicator, Label, Lang, Question
from barometer.codebook.relations import Relations, relate
from barometer.codebook.rules import Rule, Uses
from barometer.codebook.statbank import StatBankTable
from barometer.errors import ArgumentError, UnknownNameError

if TYPE_CHECKING:
    from barometer.codebook.browse import (
        IndicatorView,
        Overview,
        RecordKind,
        SearchIndex,
        SearchResult,
        View,
        ViewKind,
    )

T = TypeVar("T")
YES_NO = (Group("yes", Label("Ja", "Yes")), Group("no", Label("Nej", "No")))


@dataclass(frozen=True, eq=False, repr=False)
class Codebook:
    """
    Questions, indicators, domains, waves, claims and figures, as one metadata folder holds them.

    `in_wave(number)` is the same codebook narrowed to one wave: its questions with the options they had, and only what
    can be made of them. A `Wave` carries that.

    Attributes
    ----------
    folder : Path
    about : About
        What the codebook is for.
    family_labels : dict of str to Label
        Titles of families of indicators that are not a question.
    themes : dict of str to Label
        What the themes of questions and figures are called, in the order of the overview.
    changes : tuple of Change
        What is different from one wave on.
    matches : tuple of Match
        Indicators that other codebooks ask for too.
    statbank : dict of str to StatBankTable
        StatBank's tables by their id, with what their codes are here.
    """

    folder: Path
    about: About
    questions: Mapping[str, Question]
    bases: Mapping[str, Base]
    indicators: Mapping[str, Indicator]
    domains: Mapping[str, Domain]
    waves: Mapping[int, WaveRecord]
    claims: tuple[Claim, ...]
    figures: Mapping[str, FigureRecord]
    family_labels: Mapping[str, Label]
    themes: Mapping[str, Label]
    changes: tuple[Change, ...]
    matches: tuple[Match, ...]
    statbank: Mapping[str, StatBankTable] = field(default_factory=dict)
    _columns: Mapping[int, Mapping[str, Column]] = field(default_factory=dict)
    _editions: dict[int, "Codebook"] = field(default_factory=dict)
    _whole: "Codebook | None" = None

    def in_wave(self, number: int) -> "Codebook":
        """
        Return the codebook as one wave used it.

        Raises
        ------
        UnknownNameError
            If there is no such wave.
        """
        record = self.wave(number)
        if number in self._columns:
            return self
        if number not in self._editions:
            found = edition(number, record.questions, self.questions, self.bases, self.indicators, self.domains)
            self._editions[number] = replace(
                self,
                questions=found.questions,
                bases=found.bases,
                indicators=found.indicators,
                domains=found.domains,
                claims=tuple(self.wave_claims(number)),
                figures={
                    name: figure.in_wave(number, found.indicators)
                    for name, figure in self.figures.items()
                    if number in figure.waves
                },
                _columns={number: found.columns},
                _editions={},
                _whole=self,
            )
        return self._editions[number]

    def columns(self, number: int) -> Mapping[str, Column]:
        """Return the answer columns of one wave, in questionnaire order."""
        return self.in_wave(number)._columns[number]

    def comparability(self, indicator: str, first: int, second: int) -> Comparability:
        """
        Say whether an indicator of two waves may be compared, and why not.

        Parameters
        ----------
        indicator : str
            Full name, or that of a domain.
        first, second : int
            Waves, in any order.
        """
        early, late = sorted((first, second))
        if indicator in self.domains:
            return compare_domain(indicator, (early, self.in_wave(early)), (late, self.in_wave(late)))
        self.indicator(indicator)
        definitions = [self.in_wave(number).indicators.get(indicator) for number in (early, late)]
        return compare_waves(indicator, (early, definitions[0]), (late, definitions[1]), self.changes)

    @property
    def narrowed_to(self) -> int | None:
        """The wave that this codebook is narrowed to; None for a whole one."""
        return next(iter(self._columns), None)

    @property
    def whole(self) -> "Codebook":
        """The codebook of all waves, of which this may be one wave's part."""
        return self._whole or self

    def match(self, indicator: str, other: "Codebook") -> Counterpart:
        """
        Say what another country's codebook has in the place of an indicator, and whether the two may be compared.

        Parameters
        ----------
        indicator : str
            Full name.
        other : Codebook
        """
        return find_counterpart(indicator, self, other)

    @cached_property
    def relations(self) -> Relations:
        """Where names are used: the waves that have them, the indicators, figures and claims made of them."""
        return relate(self)

    @cached_property
    def _index(self) -> "SearchIndex":
        from barometer.codebook import browse

        return browse.index_records(self)

    def wave(self, number: int) -> WaveRecord:
        """Return the record of one wave."""
        if not isinstance(number, int):
            raise ArgumentError("wave", f"is a whole number, for instance 3; got {number!r}")
        if number not in self.waves:
            raise UnknownNameError("wave", str(number), map(str, self.waves))
        return self.waves[number]

    def base(self, name: str) -> Base:
        """Return one base."""
        return _lookup("base", name, self.bases)

    @property
    def widest_base(self) -> str:
        """Name of the base that all others lie in: everybody."""
        return next(base.name for base in self.bases.values() if base.of is None)

    def question(self, name: str) -> Question:
        """Return one question."""
        return _lookup("question", name, self.questions)

    def figure(self, name: str) -> FigureRecord:
        """Return one published figure."""
        if as_name("figure", name) not in self.figures:
            raise unknown_name("figure", name, self.figures, self)
        return self.figures[name]

    def indicator(self, name: str) -> Indicator:
        """Return one indicator by its full name."""
        if as_name("indicator", name) not in self.indicators:
            raise unknown_name("indicator", name, self.indicators, self)
        return self.indicators[name]

    def family_label(self, family: str) -> Label:
        """Title of a family of indicators: its own, the composite it is made of, or the question."""
        if family in self.family_labels:
            return self.family_labels[family]
        if family in self.indicators:
            return self.indicators[family].label
        return self.question(family.partition(".")[0]).title

    def has_domain(self, name: str) -> bool:
        """Whether results can be split by this name: a domain or an indicator."""
        return name in self.domains or name in self.indicators

    def domain(self, name: str) -> Domain:
        """Return a domain; an indicator is one too, with the groups yes and no."""
        if as_name("domain", name) in self.domains:
            return self.domains[name]
        if name in self.indicators:
            indicator = self.indicators[name]
            return Domain(name, "indicator", indicator.label, YES_NO, name, indicator.dont_know)
        raise unknown_name("domain", name, [*self.domains, *self.indicators], self)

    def wave_indicators(self, number: int) -> list[str]:
        """Names of the indicators whose questions one wave asked, in record order."""
        return list(self.in_wave(number).indicators)

    def select(self, names: str | Sequence[str], number: int) -> list[Indicator]:
        """
        Find the indicators that names stand for, in the order given and without repeats.

        Parameters
        ----------
        names : str or sequence of str
            A full name ("positive_role.citizens"); a family ("positive_role", "partner"), which gives its members but
            not their parts nor answer groups; "name.*" for everything below a name; "*" for all.
        number : int
            The wave.

        Raises
        ------
        UnknownNameError
            If a name is neither, or if this wave did not ask for it.
        """
        book = self.in_wave(number)
        chosen: dict[str, None] = {}
        for name in as_names("indicators", names):
            chosen.update(dict.fromkeys(book._expand(name)))
        return [book.indicators[name] for name in chosen]

    def _expand(self, name: str) -> Iterable[str]:
        known = list(self.indicators)
        if name == "*":
            return known
        if not name:
            raise UnknownNameError("indicator", name, known)
        if name in known:
            return (name,)
        if name.endswith(".*"):
            found = [k for k in known if k.startswith(name[:-1])]
        else:
            groups = self._group_codes(name)
            found = [k for k in known if self.indicators[k].family == name and k.rpartition(".")[2] not in groups]
        if not found:
            families = {self.indicators[k].family for k in known} - {""}
            raise unknown_name("indicator", name, [*known, *families], self)
        return found

    def _group_codes(self, family: str) -> set[str]:
        question = self.questions.get(family.partition(".")[0])
        return {group.code for group in question.groups} if question else set()

    def questions_behind_base(self, name: str) -> set[str]:
        """Return the questions that decide who is in a base."""
        base = self.bases[name]
        if base.of is None or base.rule is None:
            return set()
        return self.questions_behind_base(base.of) | self.questions_behind(base.rule)

    def questions_behind(self, rule: Rule) -> set[str]:
        """Return the questions whose answers a rule uses, those of the indicators it names included."""
        behind: set[str] = set()
        for term in rule.terms:
            if isinstance(term, Uses):
                behind |= self.questions_behind(self.indicators[term.indicator].rule)
            else:
                behind |= {column.partition(".")[0] for column in term.columns}
        return behind

    def rivals(self, claim: Claim) -> list[str]:
        """Return the indicators that a "most often" compares with: those named, or the rest of the family."""
        if claim.rivals:
            return list(claim.rivals)
        return [indicator.name for indicator in self.select(self.indicator(claim.indicator).family, claim.wave)]

    def wave_claims(self, number: int) -> list[Claim]:
        """Return the published statements about one wave."""
        return [claim for claim in self.claims if claim.wave == number]

    def to_frame(self, kind: "RecordKind" = "indicators", lang: Lang = "en") -> pd.DataFrame:
        """
        List one kind of record with its label.

        Parameters
        ----------
        kind : {"questions", "indicators", "domains", "bases", "figures", "claims", "waves", "changes"}
        lang : {"da", "en"}
            Language of the labels.

        Returns
        -------
        DataFrame
            One row per record; several waves are one text, for instance "1, 3, 4".
        """
        from barometer.codebook import browse

        return browse.list_records(self, kind, lang)

    def search(self, words: str, lang: Lang = "en") -> "SearchResult":
        """
        Find records by words in Danish or English.

        Parameters
        ----------
        words : str
            One or more. A record must hold each in its name, its label or its texts of either language; upper and lower
            case, accents, and ae, oe, aa for æ, ø, å make no difference.
        lang : {"da", "en"}
            Language of the labels shown.

        Returns
        -------
        SearchResult
            Best first: what has the words in its name, then in its label, then in its texts.

        Examples
        --------
        >>> import barometer as bm
        >>> bm.codebook().search("borgere partner").hits[0].name
        'partner.citizens'
        """
        from barometer.codebook import browse

        return browse.search_records(self._index, words, lang)

    def show(self, name: str | int, lang: Lang = "en", *, kind: "ViewKind | None" = None) -> "View":
        """
        Show one record with everything that is known of it.

        Parameters
        ----------
        name : str or int
            Of a question, an indicator, a family of indicators, a domain, a base, a figure or a claim; or the number of
            a wave.
        lang : {"da", "en"}
        kind : {"question", "indicator", "family", "domain", "base", "figure", "claim", "wave"}, optional
            Which one, where records of several kinds have the name; by default the first in this order.

        Raises
        ------
        UnknownNameError
            If there is none; with near names.

        Examples
        --------
        >>> import barometer as bm
        >>> bm.codebook().show("novelty", lang="da").label
        'Nyhedsgrad'
        """
        from barometer.codebook import browse

        return browse.show_record(self, name, lang, kind)

    def explain(self, indicator: str, lang: Lang = "en") -> "IndicatorView":
        """
        Say what an indicator is: of whom, by which rule, in which waves, what was published about it.

        Parameters
        ----------
        indicator : str
            Full name.
        lang : {"da", "en"}
        """
        from barometer.codebook import browse

        return browse.view_indicator(self, self.indicator(indicator).name, lang)

    def overview(self, lang: Lang = "en") -> "Overview":
        """Show everything by theme: questions and figures, then composites, domains, bases, waves and changes."""
        from barometer.codebook import browse

        return browse.outline(self, lang)

    def _repr_html_(self) -> str:
        return self.overview()._repr_html_()

    def __repr__(self) -> str:
        """Say how much there is and how to look."""
        return (
            f"<Codebook: {len(self.waves)} wave(s), {len(self.questions)} questions, "
            f"{len(self.indicators)} indicators, {len(self.domains)} domains, "
            f"{len(self.claims)} claims, {len(self.figures)} figures; "
            ".overview(), .search('word'), .show('name') or .to_frame('indicators')>"
        )


def _lookup(kind: str, name: str, records: Mapping[str, T]) -> T:
    if as_name(kind, name) not in records:
        raise UnknownNameError(kind, name, records)
    return records[name]
