"""Run a recipe: every answer of every artificial workplace, step by step."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from barometer.codebook import Codebook
from barometer.codebook.records import Indicator
from barometer.errors import SynthesisError
from barometer.microdata.arrays import BoolArray, FloatArray
from barometer.survey import SurveyDesign
from barometer.synthesis.board import Board
from barometer.synthesis.choose import Miss, choose
from barometer.synthesis.recipe import Recipe, Step
from barometer.synthesis.targets import Decision, Targets, prepare

STANDARD_ERROR_ROUNDS = 5
"""Times a choice is made again because its standard errors moved, before the nearest fit is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class MadeAnswers:
    """
    Answers of the artificial workplaces.

    Attributes
    ----------
    codes : dict of str to (n,) int8
        Position of the answer; -1 where not asked.
    misses : list of Miss
        Constraints that clashed, with the nearest fit.
    """

    codes: dict[str, NDArray[np.int8]]
    misses: list[Miss]


def make_answers(
    recipe: Recipe,
    codebook: Codebook,
    design: SurveyDesign,
    registers: dict[str, NDArray[np.str_]],
    tell: Callable[[str], None],
) -> MadeAnswers:
    """
    Decide every answer in the recipe's order.

    Parameters
    ----------
    recipe : Recipe
    codebook : Codebook
    design : SurveyDesign
        Of the n workplaces that answer.
    registers : dict of str to (n,) str
        Level, sector, size.
    tell : callable
        Gets a line of progress for each step.
    """
    maker = _Maker(recipe, codebook, design, registers)
    for step in recipe.steps:
        tell(f"answers: {step.question or ', '.join(step.flags)}")
        maker.run(step)
    return MadeAnswers({name: maker.codes(name) for name in codebook.columns(recipe.wave)}, maker.misses)


class _Maker:
    """The board, the targets and the dice of one run."""

    def __init__(
        self, recipe: Recipe, codebook: Codebook, design: SurveyDesign, registers: dict[str, NDArray[np.str_]]
    ) -> None:
        self._recipe = recipe
        self._codebook = codebook
        self._board = Board(codebook, registers)
        claims = [claim for claim in codebook.wave_claims(recipe.wave) if claim.fitted]
        self._targets = Targets(self._board, design, claims)
        self._weight = design.weight
        self._openness = _normal(self._dice("openness").random(self._board.n))
        self._sectors, self._sector = np.unique(registers["sector"], return_inverse=True)
        self.misses: list[Miss] = []

    def run(self, step: Step) -> None:
        """Take one step of the recipe."""
        self._board.open_questions(self._codebook.wave(self._recipe.wave).questions)
        if step.question:
            for name, source in step.implied_by.items():
                cause = self._caused(source)
                self._board.decide(self._codebook.indicators[name], cause, cause)
        for name, share in {**step.flags, **step.shares}.items():
            self._decide(self._codebook.indicators[name], share, step)
            self._fill(step, name)
        self._finish(step)

    def codes(self, column: str) -> NDArray[np.int8]:
        """Position of the one answer that is left; -1 where not asked."""
        masks = self._board.masks[column]
        if ((masks & (masks - 1)) > 0).any():
            raise SynthesisError(column, "the recipe leaves more than one answer open")
        positions = np.full(256, -1, dtype=np.int8)
        positions[[1, 2, 4, 8, 16, 32, 64, 128]] = np.arange(8)
        return positions[masks]

    def _decide(self, indicator: Indicator, assumed: float | None, step: Step) -> None:
        decision = prepare(self._board, indicator)
        if decision.open.size == 0:
            return
        dice = self._dice(indicator.name)
        draw = dice.random(8)
        score = self._score(decision, assumed, step, dice)
        constraints = self._targets.constraints(decision, assumed, draw)
        chosen, misses = choose(score, constraints, indicator.name)
        for attempt in range(1 + STANDARD_ERROR_ROUNDS):
            differences = self._targets.differences(decision, decision.after(chosen))
            broken = [constraint for constraint in differences if not constraint.holds(chosen)]
            if not broken or attempt == STANDARD_ERROR_ROUNDS:
                break
            chosen, misses = choose(score, [*constraints, *differences], indicator.name)
        named = {miss.name for miss in misses}
        self.misses += [*misses, *(c.miss(chosen) for c in broken if c.name not in named)]
        yes = decision.after(chosen)
        rows = np.zeros(self._board.n, dtype=np.bool_)
        rows[decision.open] = True
        self._board.decide(indicator, yes, rows)

    def _score(self, decision: Decision, assumed: float | None, step: Step, dice: np.random.Generator) -> FloatArray:
        """
        Log odds of yes for each open workplace, plus logistic noise.

        The odds are centred so that the open workplaces give, in expectation, what the target still needs from them:
        the program then has little left to move, and moves no size of workplace more than another.
        """
        spread = self._recipe.sector_spread * _normal(dice.random(self._sectors.size))
        lean = spread[self._sector]
        if self._is_substantive(decision.indicator):
            lean = lean + self._recipe.openness * self._openness
        for source, shift in step.leans.items():
            lean = lean + shift * self._where(source)
        u = dice.random(self._board.n)[decision.open]
        lean = lean[decision.open]
        centre = centred(lean, self._weight[decision.open], self._targets.needed(decision, assumed))
        return np.asarray(lean + centre + np.log(u / (1.0 - u)))

    def _is_substantive(self, indicator: Indicator) -> bool:
        """Whether it is more than a no, a don't know or a not relevant."""
        if not indicator.question:
            return True
        meanings = {answer.code: answer.meaning for answer in self._codebook.questions[indicator.question].answers}
        return meanings.get(indicator.name.rpartition(".")[2], "answer") == "answer"

    def _where(self, source: str) -> FloatArray:
        domain, _, group = source.partition(":")
        if group:
            groups = self._board.groups(domain)
            if groups is None or group not in groups:
                raise SynthesisError(source, "leans on a group that is not there yet")
            return groups[group].astype(np.float64)
        return self._board.indicator(source).certain.astype(np.float64)

    def _caused(self, source: str) -> BoolArray:
        """Where what brings an answer about holds for certain: an indicator, or "!" and one that does not."""
        name = source.removeprefix("!")
        truth = self._board.indicator(name)
        if name == source:
            return truth.certain
        return self._board.base(self._codebook.indicators[name].base) & ~truth.possible

    def _fill(self, step: Step, name: str) -> None:
        """Draw the columns behind an option that has a probability but no target of its own."""
        option = name.rpartition(".")[2]
        if option not in step.fill:
            return
        for column in [
            c for c in self._board.columns if c.startswith(f"{step.question}.") and c.endswith(f".{option}")
        ]:
            open_rows = self._open(column)
            ticked = self._dice(f"fill {column}").random(self._board.n) < step.fill[option]
            self._board.narrow(column, open_rows & ticked, np.uint8(2))
            self._board.narrow(column, open_rows & ~ticked, np.uint8(1))
            self._board.settle()

    def _finish(self, step: Step) -> None:
        """Give what the recipe did not list: the one answer that is left, or no tick."""
        if not step.question:
            return
        for column in [c for c in self._board.columns.values() if c.question == step.question and c.is_tick]:
            open_rows = self._open(column.name)
            if open_rows.any():
                self._board.narrow(column.name, open_rows, np.uint8(1))
                self._board.settle()

    def _open(self, column: str) -> BoolArray:
        masks = self._board.masks[column]
        return (masks & (masks - 1)) > 0

    def _dice(self, name: str) -> np.random.Generator:
        """Random numbers of their own for each name, so that one step does not move the others."""
        return np.random.default_rng([self._recipe.seed, zlib.crc32(name.encode())])


def centred(lean: FloatArray, weight: FloatArray, needed: float) -> float:
    """
    Constant that, added to log odds, makes the weighted sum of the probabilities what is needed.

    A need of nearly nobody or nearly everybody is taken as a quarter of a per cent of either.
    """
    total = float(weight.sum())
    aim = min(max(needed, 0.0025 * total), 0.9975 * total)

    def gap(constant: float) -> float:
        return float(weight @ (1.0 / (1.0 + np.exp(-(lean + constant))))) - aim

    low, high = -6.0 - float(lean.max()), 6.0 - float(lean.min())
    return float(brentq(gap, low, high, xtol=1e-12))


def _normal(uniform: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    return np.asarray(ndtri(uniform))
