"""Rules of the codebook applied to coded answers: bases, indicators, domains as arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.codebook.records import Column, DontKnowRule, Indicator
from barometer.codebook.rules import Answered, Rule, Ticks, Uses

BoolArray = NDArray[np.bool_]
CodeArray = NDArray[np.int8]
FloatArray = NDArray[np.float64]

NOT_ASKED = -1


@dataclass(frozen=True, eq=False, repr=False)
class CodedAnswers:
    """
    The answers of n workplaces as small integers, and what the rules make of them.

    Attributes
    ----------
    codebook : Codebook
    columns : dict of str to Column
        The wave's answer columns.
    codes : dict of str to (n,) int8
        Position of the answer among the column's answers; -1 for a blank.
    n : int
        Workplaces.
    """

    codebook: Codebook
    columns: Mapping[str, Column]
    codes: Mapping[str, CodeArray]
    n: int
    _known: dict[str, BoolArray] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Say how much there is; never an answer."""
        return f"<CodedAnswers: {self.n} workplaces, {len(self.codes)} columns>"

    def base(self, name: str) -> BoolArray:
        """Who is in a base."""
        return self._once(f"base {name}", lambda: self._base(name))

    def indicator(self, name: str) -> BoolArray:
        """Who is counted by an indicator, inside its base, with don't-know answers not counted."""
        return self._once(f"indicator {name}", lambda: self._indicator(name))

    def asked(self, column: Column) -> BoolArray:
        """Who was asked a column, by the routing."""
        asked = self.base(self.codebook.questions[column.question].asked_of)
        if column.asked_if:
            asked = asked & self.is_yes(column.asked_if)
        return asked

    def is_yes(self, tick: str) -> BoolArray:
        """Where a tick column is ticked."""
        return self._once(f"tick {tick}", lambda: self.codes[tick] == 1)

    def is_one_of(self, column: str, answers: tuple[str, ...]) -> BoolArray:
        """Where a column has one of the answers."""
        positions = [i for i, answer in enumerate(self.columns[column].answers) if answer.code in answers]
        return np.asarray(np.isin(self.codes[column], positions))

    def holds(self, rule: Rule, merged: tuple[str, ...] = ()) -> BoolArray:
        """
        Where a rule holds.

        Parameters
        ----------
        rule : Rule
        merged : tuple of str
            Meanings ("dont_know", "not_relevant") that count as the column's negative answers, where a term asks for
            all of those.
        """
        truths = [self._term(term, merged) for term in rule.terms]
        return np.asarray(np.logical_or.reduce(truths) if rule.mode == "any" else np.logical_and.reduce(truths))

    def counted(self, indicator: Indicator, rule: DontKnowRule) -> tuple[BoolArray, BoolArray]:
        """
        Who is counted and who is in the base, under a rule for "don't know".

        Returns
        -------
        yes, base : (n,) bool
            "drop" takes those out of the base who are not counted and answered don't know to a question that the
            indicator is made from; "no" and "disagree" count them where the indicator is the negative answer itself.
        """
        base = self.base(indicator.base)
        if rule in ("no", "disagree"):
            merged = ("dont_know",) if rule == "no" else ("dont_know", "not_relevant")
            return self.holds(indicator.rule, merged) & base, base
        yes = self.indicator(indicator.name)
        if rule == "drop":
            unknown = np.logical_or.reduce([self._dont_know(column) for column in self.behind(indicator)])
            base = base & (yes | ~unknown)
        return yes, base

    def behind(self, indicator: Indicator) -> list[str]:
        """Return the columns that an indicator is made from."""
        columns: dict[str, None] = {}
        for term in indicator.rule.terms:
            if isinstance(term, Uses):
                columns.update(dict.fromkeys(self.behind(self.codebook.indicators[term.indicator])))
            else:
                columns.update(dict.fromkeys(term.columns))
        return list(columns)

    def _base(self, name: str) -> BoolArray:
        base = self.codebook.base(name)
        if base.of is None or base.rule is None:
            return np.ones(self.n, dtype=np.bool_)
        return self.base(base.of) & self.holds(base.rule)

    def _indicator(self, name: str) -> BoolArray:
        indicator = self.codebook.indicators[name]
        return self.holds(indicator.rule) & self.base(indicator.base)

    def _term(self, term: Answered | Ticks | Uses, merged: tuple[str, ...]) -> BoolArray:
        if isinstance(term, Uses):
            yes = self.indicator(term.indicator)
            return ~yes if term.negated else yes
        if isinstance(term, Ticks):
            ticks = np.sum([self.is_yes(column) for column in term.columns], axis=0)
            return np.asarray(np.isin(ticks, term.counts))
        if term.answers == ("yes",) and self.columns[term.columns[0]].is_tick:
            return np.asarray(np.logical_or.reduce([self.is_yes(column) for column in term.columns]))
        held = [self.is_one_of(column, self._widened(column, term.answers, merged)) for column in term.columns]
        return np.asarray(np.logical_or.reduce(held))

    def _widened(self, column: str, answers: tuple[str, ...], merged: tuple[str, ...]) -> tuple[str, ...]:
        listed = self.columns[column].answers
        negative = {answer.code for answer in listed if answer.meaning == "no"}
        if not merged or not negative or not negative <= set(answers):
            return answers
        return answers + tuple(answer.code for answer in listed if answer.meaning in merged)

    def _dont_know(self, column: str) -> BoolArray:
        record = self.columns[column]
        if record.is_tick:
            question = self.codebook.questions[record.question]
            prefix = column.rpartition(".")[0]
            unsure = [f"{prefix}.{answer.code}" for answer in question.answers if answer.meaning == "dont_know"]
            return (
                np.logical_or.reduce([self.is_yes(name) for name in unsure]) if unsure else np.zeros(self.n, np.bool_)
            )
        codes = tuple(answer.code for answer in record.answers if answer.meaning == "dont_know")
        return self.is_one_of(column, codes)

    def _once(self, key: str, make: Callable[[], BoolArray]) -> BoolArray:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]
