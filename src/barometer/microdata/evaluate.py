"""Rules of the codebook applied to coded answers: bases, indicators, domains as arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.codebook.records import Column, DontKnowRule, Indicator
from barometer.codebook.rules import Answered, Rule, Ticks, Uses
from barometer.errors import ArgumentError
from barometer.microdata.arrays import BoolArray

CodeArray = NDArray[np.int8]

UNSURE = ("dont_know",)


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

    def holds(self, rule: Rule) -> BoolArray:
        """Where a rule holds, don't-know answers not counted."""
        truths = [self._term(term) for term in rule.terms]
        return np.asarray(np.logical_or.reduce(truths) if rule.mode == "any" else np.logical_and.reduce(truths))

    def counted(self, indicator: Indicator, rule: DontKnowRule) -> tuple[BoolArray, BoolArray]:
        """
        Who is counted and who is in the base, under a rule for "don't know".

        Parameters
        ----------
        indicator : Indicator
        rule : {"keep", "drop", "no", "disagree"}

        Returns
        -------
        yes, base : (n,) bool
            "drop" takes those out of the base who answered don't know to a question that the indicator is made from,
            unless another answer counts them. "no" moves them to the negative answer, "disagree" moves them and "not
            relevant" there; a composite has no negative answer of its own: those who are not counted are its no.

        Raises
        ------
        ArgumentError
            If the question has no negative answer to move them to, or only part of it is asked for.
        """
        base, yes = self.base(indicator.base), self.indicator(indicator.name)
        if rule == "drop":
            unsure = np.logical_or.reduce([self._answered_with(column, UNSURE) for column in self.behind(indicator)])
            known_yes = yes & ~unsure if self._is_answer(indicator, UNSURE) else yes
            base = base & (known_yes | ~unsure)
            return yes & base, base
        if rule == "keep" or not indicator.question:
            return yes, base
        return self._moved(indicator, rule, yes, base), base

    def _moved(self, indicator: Indicator, rule: DontKnowRule, yes: BoolArray, base: BoolArray) -> BoolArray:
        """Who is counted when don't know is moved to the negative answer of the indicator's question."""
        moving = UNSURE if rule == "no" else (*UNSURE, "not_relevant")
        answers = self._answers_of(indicator)
        question = self.codebook.questions[indicator.question]
        negative = {answer.code for answer in question.answers if answer.meaning == "no"}
        if question.kind in ("single", "grid") and not negative:
            message = f"{rule!r} has nowhere to move don't know: {question.name!r} has no negative answer"
            raise ArgumentError("dont_know", message)
        if {answer.meaning for answer in question.answers if answer.code in answers} <= set(moving):
            return np.zeros_like(yes)
        if not answers & negative:
            return yes
        if not negative <= answers:
            name = indicator.name
            message = (
                f"{rule!r} cannot be split over the negative answers of {question.name!r}; ask for all, not {name!r}"
            )
            raise ArgumentError("dont_know", message)
        moved = [self._answered_with(column, moving) for column in self.behind(indicator)]
        return np.asarray(yes | (base & np.logical_or.reduce(moved)))

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

    def _term(self, term: Answered | Ticks | Uses) -> BoolArray:
        if isinstance(term, Uses):
            yes = self.indicator(term.indicator)
            return ~yes if term.negated else yes
        if isinstance(term, Ticks):
            counted = np.sum([self.is_one_of(column, term.answers) for column in term.columns], axis=0)
            return np.asarray(np.isin(counted, term.counts))
        if term.answers == ("yes",) and self.columns[term.columns[0]].is_tick:
            return np.asarray(np.logical_or.reduce([self.is_yes(column) for column in term.columns]))
        held = [self.is_one_of(column, term.answers) for column in term.columns]
        return np.asarray(np.logical_or.reduce(held))

    def _answers_of(self, indicator: Indicator) -> set[str]:
        """Answers of its question that an indicator counts."""
        question = self.codebook.questions[indicator.question]
        return set(question.answer_codes(indicator.name.rpartition(".")[2]))

    def _is_answer(self, indicator: Indicator, meanings: tuple[str, ...]) -> bool:
        """Whether an indicator is an answer of such a meaning."""
        if not indicator.question:
            return False
        question = self.codebook.questions[indicator.question]
        counted = self._answers_of(indicator)
        return all(answer.meaning in meanings for answer in question.answers if answer.code in counted)

    def _answered_with(self, column: str, meanings: tuple[str, ...]) -> BoolArray:
        """Where a column, or the question that a tick belongs to, was answered with such a meaning."""
        record = self.columns[column]
        if record.is_tick:
            question = self.codebook.questions[record.question]
            prefix = column.rpartition(".")[0]
            ticks = [f"{prefix}.{answer.code}" for answer in question.answers if answer.meaning in meanings]
            found = [self.is_yes(name) for name in ticks]
            return np.asarray(np.logical_or.reduce(found)) if found else np.zeros(self.n, np.bool_)
        return self.is_one_of(column, tuple(answer.code for answer in record.answers if answer.meaning in meanings))

    def _once(self, key: str, make: Callable[[], BoolArray]) -> BoolArray:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]
