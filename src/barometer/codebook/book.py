"""The codebook: every record by name, with lookups that suggest near names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from html import escape
from pathlib import Path
from typing import Literal, TypeVar, get_args

import pandas as pd

from barometer.codebook.comparability import Comparability, compare_waves
from barometer.codebook.editions import edition
from barometer.codebook.names import as_name, as_names
from barometer.codebook.published import About, Change, Claim, FigureRecord, Match, WaveRecord
from barometer.codebook.records import Base, Column, Domain, Group, Indicator, Label, Lang, Question
from barometer.codebook.rules import Rule, Term, Ticks, Uses
from barometer.errors import ArgumentError, UnknownNameError

RecordKind = Literal["questions", "indicators", "domains", "bases", "figures", "claims"]
T = TypeVar("T")
YES_NO = (Group("yes", Label("Ja", "Yes")), Group("no", Label("Nej", "No")))


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """
    What an indicator is, in words.

    Attributes
    ----------
    name, label, base : str
        What it is called, and of whom it is a share.
    counted : str
        The answers that count.
    dont_know, inferred, source : str
        Rule for don't know; what no public page shows; address of the page.
    """

    name: str
    label: str
    base: str
    counted: str
    dont_know: str
    inferred: str
    source: str

    def __repr__(self) -> str:
        """One fact a line."""
        return "\n".join(f"{field.name:>10}  {getattr(self, field.name)}" for field in fields(self))

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{field.name}</th>"
            f"<td style='text-align:left'>{escape(getattr(self, field.name))}</td></tr>"
            for field in fields(self)
        )
        return f"<table>{rows}</table>"


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
    changes : tuple of Change
        What is different from one wave on.
    matches : tuple of Match
        Indicators that other codebooks ask for too.
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
    changes: tuple[Change, ...]
    matches: tuple[Match, ...]
    _columns: Mapping[int, Mapping[str, Column]] = field(default_factory=dict)
    _editions: dict[int, "Codebook"] = field(default_factory=dict)

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
            Full name.
        first, second : int
            Waves, in any order.
        """
        self.indicator(indicator)
        early, late = sorted((first, second))
        definitions = [self.in_wave(number).indicators.get(indicator) for number in (early, late)]
        return compare_waves(indicator, (early, definitions[0]), (late, definitions[1]), self.changes)

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

    def question(self, name: str) -> Question:
        """Return one question."""
        return _lookup("question", name, self.questions)

    def figure(self, name: str) -> FigureRecord:
        """Return one published figure."""
        return _lookup("figure", name, self.figures)

    def indicator(self, name: str) -> Indicator:
        """Return one indicator by its full name."""
        return _lookup("indicator", name, self.indicators)

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
        raise UnknownNameError("domain", name, [*self.domains, *self.indicators])

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
            raise UnknownNameError("indicator", name, [*known, *families])
        return found

    def _group_codes(self, family: str) -> set[str]:
        question = self.questions.get(family.partition(".")[0])
        return {group.code for group in question.groups} if question else set()

    def questions_behind_base(self, name: str) -> set[str]:
        """Return the questions that decide who is in a base."""
        base = self.bases[name]
        if base.of is None or base.rule is None:
            return set()
        return self.questions_behind_base(base.of) | self._questions_in(base.rule)

    def _questions_behind(self, name: str) -> set[str]:
        return self._questions_in(self.indicators[name].rule)

    def _questions_in(self, rule: Rule) -> set[str]:
        behind: set[str] = set()
        for term in rule.terms:
            if isinstance(term, Uses):
                behind |= self._questions_behind(term.indicator)
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

    def to_frame(self, kind: RecordKind = "indicators", lang: Lang = "en") -> pd.DataFrame:
        """
        List one kind of record with its label.

        Parameters
        ----------
        kind : {"questions", "indicators", "domains", "bases", "figures", "claims"}
        lang : {"da", "en"}
            Language of the labels.
        """
        if kind not in get_args(RecordKind):
            raise ArgumentError("kind", f"must be one of {', '.join(get_args(RecordKind))}; got {kind!r}")
        if kind == "claims":
            return pd.DataFrame(
                [
                    (c.id, c.wave, c.indicator, c.domain, c.group, c.published, c.direction, c.source)
                    for c in self.claims
                ],
                columns=["id", "wave", "indicator", "domain", "group", "published", "direction", "source"],
            )
        if kind == "figures":
            rows = [
                (f.id, f.neutral.text(lang), f.theme, ", ".join(map(str, f.waves)), f.source(max(f.waves)))
                for f in self.figures.values()
            ]
            return pd.DataFrame(rows, columns=["name", "label", "theme", "waves", "source"])
        if kind == "indicators":
            listed = [(i.name, i.label.text(lang), i.base, i.dont_know, i.inferred) for i in self.indicators.values()]
            return pd.DataFrame(listed, columns=["name", "label", "base", "dont_know", "inferred"])
        if kind == "questions":
            asked = [
                (q.name, q.title.text(lang), q.label.text(lang), q.asked_of, q.kind, q.inferred)
                for q in self.questions.values()
            ]
            return pd.DataFrame(asked, columns=["name", "label", "question", "asked_of", "kind", "inferred"])
        if kind == "domains":
            split = [
                (d.name, d.label.text(lang), ", ".join(g.label.text(lang) for g in d.groups))
                for d in self.domains.values()
            ]
            return pd.DataFrame(split, columns=["name", "label", "groups"])
        return pd.DataFrame([(b.name, b.label.text(lang)) for b in self.bases.values()], columns=["name", "label"])

    def explain(self, indicator: str, lang: Lang = "en") -> Explanation:
        """
        Say in words what an indicator is: of whom, by which rule, what happens to don't know, what is inferred.

        Parameters
        ----------
        indicator : str
            Full name.
        lang : {"da", "en"}
        """
        found = self.indicator(indicator)
        return Explanation(
            name=found.name,
            label=found.label.text(lang),
            base=self.base(found.base).label.text(lang),
            counted=self._rule_text(found, lang),
            dont_know=found.dont_know,
            inferred=found.inferred,
            source=found.source,
        )

    def _rule_text(self, indicator: Indicator, lang: Lang) -> str:
        join = {"any": {"da": " eller ", "en": " or "}, "all": {"da": " og ", "en": " and "}}[indicator.rule.mode][lang]
        return join.join(self._term_text(term, lang) for term in indicator.rule.terms)

    def _term_text(self, term: Term, lang: Lang) -> str:
        if isinstance(term, Uses):
            label = self.indicators[term.indicator].label.text(lang)
            return f"{'ikke ' if lang == 'da' else 'not '}{label}" if term.negated else label
        question = self.questions[term.columns[0].partition(".")[0]]
        if isinstance(term, Ticks):
            counts, title = "/".join(map(str, term.counts)), question.title.text(lang)
            if question.kind == "grid":
                held = [answer.label.text(lang) for answer in question.answers if answer.code in term.answers]
                return f"{title}, {counts} {'af' if lang == 'da' else 'of'} {len(term.columns)}: {'/'.join(held)}"
            ticks = "kryds" if lang == "da" else "tick" if term.counts == (1,) else "ticks"
            return f"{title}: {counts} {ticks}"
        ticked = question.kind in ("multi", "loop")
        codes = {column.rpartition(".")[2] for column in term.columns} if ticked else set(term.answers)
        names = [answer.label.text(lang) for answer in question.answers if answer.code in codes]
        if question.kind == "grid":
            item = next(i for i in question.items if i.code == term.columns[0].partition(".")[2])
            return f"{question.title.text(lang)}, {item.label.text(lang)}: {'/'.join(names)}"
        return f"{question.title.text(lang)}: {'/'.join(names)}"

    def search(self, word: str, lang: Lang = "en") -> pd.DataFrame:
        """List questions, indicators, domains, bases and figures with a word in their name or text, in any language."""
        hits = []
        for kind in ("questions", "indicators", "domains", "bases", "figures"):
            here, there = self.to_frame(kind, lang), self.to_frame(kind, "en" if lang == "da" else "da")
            searched = [c for c in ("name", "label", "question", "groups") if c in here]
            text = pd.concat([here[searched], there[searched]], axis=1).agg(" ".join, axis=1)
            found = here.loc[text.str.contains(word, case=False, regex=False), ["name", "label"]]
            hits.append(found.assign(kind=kind.removesuffix("s")))
        return pd.concat(hits, ignore_index=True)[["kind", "name", "label"]]

    def __repr__(self) -> str:
        """Say how much there is and how to look."""
        return (
            f"<Codebook: {len(self.waves)} wave(s), {len(self.questions)} questions, "
            f"{len(self.indicators)} indicators, {len(self.domains)} domains, "
            f"{len(self.claims)} claims, {len(self.figures)} figures; "
            ".search('word') or .to_frame('indicators')>"
        )


def _lookup(kind: str, name: str, records: Mapping[str, T]) -> T:
    if as_name(kind, name) not in records:
        raise UnknownNameError(kind, name, records)
    return records[name]
