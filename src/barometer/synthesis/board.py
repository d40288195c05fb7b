"""The working state: which answers are still possible for each artificial workplace, and what follows from that."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.codebook import Codebook
from barometer.codebook.derive import question_columns
from barometer.codebook.grammar import loop_partners
from barometer.codebook.records import Column, Indicator, Question
from barometer.codebook.rules import Answered, Rule, Ticks, Uses
from barometer.errors import SynthesisError
from barometer.microdata.arrays import BoolArray

Masks = NDArray[np.uint8]

NO, YES = 1, 2
"""Bits of the two answers of a tick column."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a rule certainly holds, and where it still can."""

    certain: BoolArray
    possible: BoolArray

    @property
    def open(self) -> BoolArray:
        """Where it is not decided."""
        return self.possible & ~self.certain


@dataclass(slots=True)
class _Limit:
    """Least and most ticks among columns, by workplace."""

    columns: tuple[str, ...]
    least: NDArray[np.intp]
    most: NDArray[np.intp]


class Board:
    """
    Possible answers of n workplaces, narrowed step by step until one is left for each.

    An answer column is a bit mask per workplace: bit i is set while answer i is possible, 0 means not asked. Decided
    indicators, tick limits and exclusive options are kept as facts; `settle` draws every forced conclusion from them.

    Parameters
    ----------
    codebook : Codebook
    registers : dict of str to (n,) str
        Level, sector, size of each workplace.
    """

    def __init__(self, codebook: Codebook, registers: dict[str, NDArray[np.str_]]) -> None:
        self.codebook = codebook
        self.registers = registers
        self.n = len(next(iter(registers.values())))
        self.columns: dict[str, Column] = {}
        self.masks: dict[str, Masks] = {}
        self._flags: dict[str, BoolArray] = {}
        self._bases: dict[str, BoolArray] = {}
        self._limits: list[_Limit] = []
        self._exclusive: list[tuple[str, tuple[str, ...]]] = []

    def open_questions(self, names: Sequence[str]) -> None:
        """Open every question of which it is decided who is asked, so that conclusions reach across questions."""
        waiting = [name for name in names if not any(c.question == name for c in self.columns.values())]
        for name in waiting:
            if self._can_open(self.codebook.questions[name]):
                self._open(self.codebook.questions[name])
        self.settle()

    def _can_open(self, question: Question) -> bool:
        if not self._base_decided(question.asked_of):
            return False
        if question.loop_over is None:
            return True
        ticks = [f"{question.loop_over}.{code}" for code in loop_partners(question, self.codebook.questions)]
        return all(tick in self.masks and (self.masks[tick] < (NO | YES)).all() for tick in ticks)

    def _base_decided(self, name: str) -> bool:
        base = self.codebook.bases[name]
        if name in self._bases or base.of is None or base.rule is None:
            return True
        return self._base_decided(base.of) and not (self.truth(base.rule).open & self.base(base.of)).any()

    def _open(self, question: Question) -> None:
        asked = self.base(question.asked_of)
        columns = question_columns(question, self.codebook.questions)
        for column in columns:
            whole = np.uint8(2 ** len(column.answers) - 1)
            where = asked & (self.masks[column.asked_if] == YES) if column.asked_if else asked
            self.columns[column.name] = column
            self.masks[column.name] = np.where(where, whole, np.uint8(0))
        if question.kind in ("multi", "loop"):
            for prefix in dict.fromkeys(column.name.rpartition(".")[0] for column in columns):
                self._limit_ticks(prefix, question.max_ticks)

    def _limit_ticks(self, prefix: str, most: int | None) -> None:
        question = self.codebook.questions[prefix.partition(".")[0]]
        names = tuple(f"{prefix}.{answer.code}" for answer in question.answers)
        asked = self.masks[names[0]] > 0
        self._limits.append(_Limit(names, asked.astype(np.intp), np.where(asked, most or len(names), 0)))
        for answer in question.answers:
            if answer.exclusive:
                lone = f"{prefix}.{answer.code}"
                self._exclusive.append((lone, tuple(name for name in names if name != lone)))

    def bits(self, column: str, answers: Sequence[str]) -> np.uint8:
        """Bit mask of some answers of a column."""
        return np.uint8(sum(2**i for i, answer in enumerate(self.columns[column].answers) if answer.code in answers))

    def truth(self, rule: Rule) -> Truth:
        """Where a rule holds for certain and where it still can; a question not opened leaves everything possible."""
        truths = [self._term(term) for term in rule.terms]
        join = np.logical_or.reduce if rule.mode == "any" else np.logical_and.reduce
        return Truth(join([t.certain for t in truths]), join([t.possible for t in truths]))

    def indicator(self, name: str) -> Truth:
        """Truth of an indicator inside its base."""
        if name in self._flags:
            return Truth(self._flags[name], self._flags[name])
        indicator = self.codebook.indicators[name]
        base = self.base(indicator.base)
        truth = self.truth(indicator.rule)
        return Truth(truth.certain & base, truth.possible & base)

    def base(self, name: str) -> BoolArray:
        """
        Who is in a base.

        Raises
        ------
        SynthesisError
            If it is not decided yet; the recipe has its steps in the wrong order.
        """
        if name not in self._bases:
            base = self.codebook.bases[name]
            if base.of is None or base.rule is None:
                self._bases[name] = np.ones(self.n, dtype=np.bool_)
            else:
                outer, truth = self.base(base.of), self.truth(base.rule)
                if (truth.open & outer).any():
                    raise SynthesisError(name, "the base is needed before the answers that make it are decided")
                self._bases[name] = outer & truth.certain
        return self._bases[name]

    def groups(self, domain_name: str) -> dict[str, BoolArray] | None:
        """Members of each group of a domain, or None while it is not decided."""
        domain = self.codebook.domain(domain_name)
        if domain.kind == "register":
            return {group.code: self.registers[domain_name] == group.code for group in domain.groups}
        if domain.kind == "indicator":
            indicator = self.codebook.indicators[domain_name]
            if not self._can_tell(indicator):
                return None
            truth = self.indicator(domain_name)
            base = self.base(indicator.base)
            return None if truth.open.any() else {"yes": truth.certain, "no": base & ~truth.certain}
        if domain.column not in self.masks:
            return None
        held = {g.code: self._term(Answered((domain.column,), g.answers)) for g in domain.groups}
        return None if any(t.open.any() for t in held.values()) else {code: t.certain for code, t in held.items()}

    def narrow(self, column: str, rows: BoolArray, allowed: np.uint8) -> None:
        """Allow only some answers of a column for some workplaces."""
        masks = self.masks[column]
        narrowed = np.where(rows, masks & allowed, masks)
        if ((narrowed == 0) & (masks > 0)).any():
            count = int(((narrowed == 0) & (masks > 0)).sum())
            raise SynthesisError(
                column, f"no answer is left for {count} workplaces; earlier steps contradict each other"
            )
        self.masks[column] = narrowed

    def decide(self, indicator: Indicator, yes: BoolArray, rows: BoolArray) -> None:
        """Settle an indicator for some workplaces, as a fact about its columns or as a flag to be fulfilled later."""
        term = indicator.rule.terms[0]
        if (
            len(indicator.rule.terms) == 1
            and isinstance(term, Answered)
            and len(term.columns) == 1
            and term.columns[0] in self.masks
        ):
            bits = self.bits(term.columns[0], term.answers)
            self.narrow(term.columns[0], rows & yes, bits)
            self.narrow(term.columns[0], rows & ~yes, ~bits)
        elif isinstance(term, Ticks):
            self._limit_flag(term, yes, rows)
        else:
            self._flags[indicator.name] = np.where(rows, yes, self.indicator(indicator.name).certain)
        self.settle()

    def _limit_flag(self, term: Ticks, yes: BoolArray, rows: BoolArray) -> None:
        if any(not self.columns[column].is_tick for column in term.columns):
            raise SynthesisError("counts", "answers to a grid cannot be counted before they are given")
        least, most = min(term.counts), max(term.counts)
        top = len(term.columns)
        if sorted(term.counts) != list(range(least, top + 1)):
            raise SynthesisError("ticks", "only 'that many ticks or more' can be decided before the ticks")
        asked = self.masks[term.columns[0]] > 0
        low = np.where(rows & yes, least, asked.astype(np.intp))
        high = np.where(rows & ~yes, least - 1, np.where(asked, most, 0))
        self._limits.append(_Limit(term.columns, low, high))

    def settle(self) -> None:
        """Draw every forced conclusion until nothing changes."""
        while True:
            before = dict(self.masks)
            for name, flag in self._flags.items():
                self._settle_flag(self.codebook.indicators[name], flag)
            for limit in self._limits:
                self._settle_limit(limit)
            for lone, others in self._exclusive:
                self._settle_exclusive(lone, others)
            if all((masks == before[name]).all() for name, masks in self.masks.items()):
                return

    def _settle_flag(self, indicator: Indicator, flag: BoolArray) -> None:
        base = self.base(indicator.base)
        places = [(c, t.answers) for t in indicator.rule.terms if isinstance(t, Answered) for c in t.columns]
        if not any(column in self.masks for column, _ in places):
            return
        certain = self.truth(indicator.rule).certain
        possible = []
        for column, answers in places:
            if column in self.masks:
                bits = self.bits(column, answers)
                self.narrow(column, base & ~flag & (self.masks[column] > 0), ~bits)
                possible.append((self.masks[column] & bits) > 0)
            else:
                possible.append(np.ones(self.n, dtype=np.bool_))
        left = np.sum(possible, axis=0)
        stuck = base & flag & ~certain & (left == 0)
        if stuck.any():
            raise SynthesisError(
                indicator.name, f"{int(stuck.sum())} workplaces are counted but no answer can count them"
            )
        needed = base & flag & ~certain
        for (column, answers), can in zip(places, possible, strict=True):
            if column in self.masks:
                self.narrow(column, needed & (left == 1) & can, self.bits(column, answers))
        for lone, others in self._exclusive:
            shut = [can for (column, _), can in zip(places, possible, strict=True) if column in others]
            if shut:
                self.narrow(lone, needed & (np.sum(shut, axis=0) == left) & (self.masks[lone] > 0), np.uint8(NO))

    def _settle_limit(self, limit: _Limit) -> None:
        masks = np.stack([self.masks[column] for column in limit.columns])
        ticked = (masks == YES).sum(axis=0)
        could = ((masks & YES) > 0).sum(axis=0)
        full, short = ticked >= limit.most, could <= limit.least
        for column in limit.columns:
            undecided = self.masks[column] == NO | YES
            self.narrow(column, undecided & full, np.uint8(NO))
            self.narrow(column, undecided & short & ~full, np.uint8(YES))

    def _settle_exclusive(self, lone: str, others: tuple[str, ...]) -> None:
        alone = self.masks[lone] == YES
        crowd = np.logical_or.reduce([self.masks[name] == YES for name in others])
        self.narrow(lone, crowd & (self.masks[lone] > 0), np.uint8(NO))
        for name in others:
            self.narrow(name, alone & (self.masks[name] > 0), np.uint8(NO))

    def _term(self, term: Answered | Ticks | Uses) -> Truth:
        if isinstance(term, Uses):
            truth = self.indicator(term.indicator)
            return Truth(~truth.possible, ~truth.certain) if term.negated else truth
        if any(column not in self.masks for column in term.columns):
            return Truth(np.zeros(self.n, dtype=np.bool_), np.ones(self.n, dtype=np.bool_))
        if isinstance(term, Ticks):
            truths = [self._term(Answered((column,), term.answers)) for column in term.columns]
            least = np.sum([truth.certain for truth in truths], axis=0)
            most = np.sum([truth.possible for truth in truths], axis=0)
            asked = np.logical_or.reduce([self.masks[column] > 0 for column in term.columns])
            inside = np.isin(least, term.counts) & (least == most)
            reachable = np.logical_or.reduce([(least <= c) & (c <= most) for c in term.counts])
            return Truth(inside & asked, reachable & asked)
        certain, possible = [], []
        for column in term.columns:
            bits, masks = self.bits(column, term.answers), self.masks[column]
            certain.append((masks > 0) & ((masks & ~bits) == 0))
            possible.append((masks & bits) > 0)
        return Truth(np.logical_or.reduce(certain), np.logical_or.reduce(possible))

    def _can_tell(self, indicator: Indicator) -> bool:
        if indicator.name in self._flags:
            return True
        return all(
            self._can_tell(self.codebook.indicators[term.indicator])
            if isinstance(term, Uses)
            else all(column in self.masks for column in term.columns)
            for term in indicator.rule.terms
        )
