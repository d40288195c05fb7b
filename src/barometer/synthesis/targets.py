"""What the claims and the recipe ask of one decision, as linear constraints on who says yes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.codebook.published import Claim
from barometer.codebook.records import Indicator
from barometer.codebook.rules import Answered, Uses
from barometer.errors import SynthesisError
from barometer.microdata.arrays import BoolArray, FloatArray
from barometer.survey import Groups, SurveyDesign, estimate_shares
from barometer.synthesis.board import Board
from barometer.synthesis.choose import Constraint
from barometer.synthesis.windows import leeway

WHOLE_PER_CENT = 0.42
"""Per cent from the published whole number within which a share must end, inside the 0.5 that rounding allows."""
ASSUMED = 0.45
"""The same for an assumed share."""
STRONG = {"more": (2.85, 3.1, 4.0, 4.4), "less": (2.85, 3.1, 4.0, 4.4), "overall": (3.7, 3.9, 5.0, 5.6)}
"""Standard errors that a published difference must reach: least, aimed at (from, to), most."""
MARGIN = 0.5
"""Per cent by which what is published as most often is above the others."""
NONE = (0.9, 0.6)
"""Standard errors that a difference published as not significant may reach: most, aimed at."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """
    Who is about to say yes to one indicator, and what else that settles.

    Attributes
    ----------
    indicator : Indicator
        The one decided.
    base : (n,) bool
    known : (n,) bool
        Who says yes already.
    open : (n,) int
        Positions of those who are still to be decided.
    settled : dict of str to (sign, known)
        Indicators that the decision settles too: +1 where yes makes them true, -1 where no does, and who has them
        already.
    """

    indicator: Indicator
    base: BoolArray
    known: BoolArray
    open: NDArray[np.intp]
    settled: Mapping[str, tuple[int, BoolArray]]

    def after(self, chosen: BoolArray) -> BoolArray:
        """Who says yes once some of the open ones are chosen."""
        yes = self.known.copy()
        yes[self.open[chosen]] = True
        return yes


def prepare(board: Board, indicator: Indicator) -> Decision:
    """Find who is open, and every indicator on the same column that the decision settles."""
    truth = board.indicator(indicator.name)
    base = board.base(indicator.base)
    open_rows = np.flatnonzero(truth.open)
    settled: dict[str, tuple[int, BoolArray]] = {indicator.name: (1, truth.certain)}
    term = indicator.rule.terms[0]
    if (
        len(indicator.rule.terms) == 1
        and isinstance(term, Answered)
        and len(term.columns) == 1
        and term.columns[0] in board.masks
    ):
        column = term.columns[0]
        masks, bits = board.masks[column][open_rows], board.bits(column, term.answers)
        for other in board.codebook.indicators.values():
            theirs = other.rule.terms[0]
            if len(other.rule.terms) > 1 or not isinstance(theirs, Answered) or theirs.columns != (column,):
                continue
            wanted = masks & board.bits(column, theirs.answers)
            held = board.indicator(other.name)
            if (wanted == masks & bits).all():
                settled[other.name] = (1, held.certain)
            elif (wanted == masks & ~bits).all():
                settled[other.name] = (-1, held.certain)
    return Decision(indicator, base, truth.certain, open_rows, settled)


@dataclass(frozen=True, slots=True)
class Ask:
    """A window for a linear function of an indicator's yes/no array: low <= constant + coefficient'y <= high."""

    name: str
    coefficient: FloatArray
    low: float
    high: float
    aim_low: float
    aim_high: float
    hard: bool = False


class Targets:
    """
    Everything that was published about a wave, ready to be asked of decisions.

    Parameters
    ----------
    board : Board
    design : SurveyDesign
        Of the same workplaces.
    claims : list of Claim
        Those that are fitted.
    """

    def __init__(self, board: Board, design: SurveyDesign, claims: list[Claim]) -> None:
        self._board = board
        self._design = design
        self._claims = claims
        self._published = {
            claim.indicator: (claim.published - WHOLE_PER_CENT, claim.published + WHOLE_PER_CENT)
            for claim in claims
            if claim.statistic == "share" and claim.published is not None and not claim.domain
        }

    def needed(self, decision: Decision, assumed: float | None) -> float:
        """Weight that the open workplaces must still say yes with: to an assumed share, a published one or a count."""
        weight = self._design.weight
        share = self._expected(decision, assumed)
        base, known = float(weight[decision.base].sum()), float(weight[decision.known].sum())
        return share / 100.0 * base - known

    def _expected(self, decision: Decision, assumed: float | None) -> float:
        if assumed is not None:
            return assumed
        name = decision.indicator.name
        for claim in self._claims:
            if claim.indicator == name and claim.statistic == "share" and not claim.domain:
                if claim.published is not None:
                    return claim.published
                if claim.low is not None and claim.high is not None:
                    return (claim.low + claim.high) / 2
        raise SynthesisError(name, "is neither assumed nor published")

    def constraints(self, decision: Decision, assumed: float | None, draw: FloatArray) -> list[Constraint]:
        """
        Constraints on the open workplaces, without those on differences.

        Parameters
        ----------
        assumed : float or None
            Per cent of the base, where no share was published.
        draw : (k,) float
            Uniform numbers that place each target inside its window.
        """
        found: list[Constraint] = []
        for name, (sign, known) in decision.settled.items():
            indicator = self._board.codebook.indicators[name]
            base = self._board.base(indicator.base)
            asks = self._asks(indicator, base, assumed if name == decision.indicator.name else None, draw)
            found += [_on_open(ask, sign, known, decision.open) for ask in asks]
        return found

    def differences(self, decision: Decision, pilot: BoolArray) -> list[Constraint]:
        """
        Constraints from published differences, in the standard errors of a choice that was tried.

        Parameters
        ----------
        pilot : (n,) bool
            Who says yes in that choice.
        """
        found: list[Constraint] = []
        for name, (sign, known) in decision.settled.items():
            indicator = self._board.codebook.indicators[name]
            base = self._board.base(indicator.base)
            counted = known | (base & pilot if sign > 0 else base & ~pilot & _rows(decision.open, self._board.n))
            asks = self._difference_asks(indicator, base, counted)
            found += [_on_open(ask, sign, known, decision.open) for ask in asks]
        if decision.indicator.name in {claim.domain for claim in self._claims}:
            found += [_on_open(ask, 1, decision.known, decision.open) for ask in self._reverse_asks(decision, pilot)]
        found += [_on_open(ask, 1, decision.known, decision.open) for ask in self._rank_asks(decision)]
        return found

    def _rank_asks(self, decision: Decision) -> Iterator[Ask]:
        """Keep the highest of a family above those that are decided, and the others below it once it is."""
        codebook, name = self._board.codebook, decision.indicator.name
        for claim in self._claims:
            if claim.statistic != "rank":
                continue
            rivals = [rival for rival in codebook.rivals(claim) if rival != claim.indicator]
            if name not in (claim.indicator, *rivals):
                continue
            rows = decision.base
            if claim.domain:
                groups = self._board.groups(claim.domain)
                if groups is None:
                    continue
                rows = rows & groups[claim.group]
            share = 100 * np.where(rows, self._design.weight, 0.0) / self._design.weight[rows].sum()
            others = rivals if name == claim.indicator else [claim.indicator]
            for other in others:
                held = self._board.indicator(other)
                if (held.open & rows).any():
                    continue
                bound = float(share[held.certain].sum())
                if name == claim.indicator:
                    yield Ask(claim.id, share, bound + MARGIN, np.inf, bound + 2 * MARGIN, np.inf)
                else:
                    yield Ask(claim.id, share, -np.inf, bound - MARGIN, -np.inf, bound - 2 * MARGIN)

    def _asks(self, indicator: Indicator, base: BoolArray, assumed: float | None, draw: FloatArray) -> Iterator[Ask]:
        weight = self._design.weight
        total = np.where(base, weight, 0.0)
        grain = 60.0 * float(total.max()) / float(total.sum())
        if assumed is not None:
            yield _window(f"{indicator.name} assumed", 100 * total / total.sum(), assumed, max(ASSUMED, grain), draw[0])
        count = self._published_count(indicator)
        if count is not None:
            yield Ask(f"{indicator.name} n", base.astype(np.float64), count, count, count, count, hard=True)
        told: set[tuple[object, ...]] = set()
        for position, claim in enumerate(
            c for c in self._claims if c.indicator == indicator.name and c.statistic == "share"
        ):
            number = (claim.domain, claim.group, claim.published, claim.low, claim.high)
            if claim.check not in ("exact", "range") or number in told:
                continue
            told.add(number)
            rows = base
            if claim.domain:
                groups = self._board.groups(claim.domain)
                if groups is None:
                    continue
                rows = base & groups[claim.group]
            share = 100 * np.where(rows, weight, 0.0) / weight[rows].sum()
            if claim.published is not None:
                room = None if claim.domain else leeway(indicator, self._board, weight, self._published)
                middle, half = room or (claim.published, WHOLE_PER_CENT)
                yield _window(claim.id, share, middle, half, draw[1 + position % (draw.size - 1)])
            elif claim.low is not None and claim.high is not None:
                width = claim.high - claim.low
                middle = claim.low + width * (0.4 + 0.2 * draw[1])
                low, high = claim.low + 0.1 * width, claim.high - 0.1 * width
                yield Ask(claim.id, share, low, high, max(low, middle - 1.0), min(high, middle + 1.0))

    def _published_count(self, indicator: Indicator) -> int | None:
        """Return the published n of the base that this indicator makes."""
        counts = {claim.base: claim.published for claim in self._claims if claim.statistic == "count"}
        codebook = self._board.codebook
        for name, published in counts.items():
            base = codebook.bases[name]
            if base.of is None or base.rule is None or published is None:
                continue
            term = base.rule.terms[0]
            used = isinstance(term, Uses) and not term.negated and term.indicator == indicator.name
            same = base.rule.terms == indicator.rule.terms
            if (used or same) and self._nested(indicator.base, base.of):
                return int(published)
        return None

    def _nested(self, inner: str, outer: str) -> bool:
        """Whether counting inside one base is the same as inside the other for what the rule lets in."""
        bases = self._board.codebook.bases
        while outer != inner and bases[outer].of is not None:
            outer = bases[outer].of or ""
        return outer == inner

    def _difference_asks(self, indicator: Indicator, base: BoolArray, counted: BoolArray) -> Iterator[Ask]:
        mine = [c for c in self._claims if c.indicator == indicator.name and c.domain]
        seen: set[tuple[str, str, str]] = set()
        for claim in mine:
            groups = self._board.groups(claim.domain)
            if groups is None:
                continue
            if claim.statistic in ("difference", "ratio") and claim.check == "range":
                yield from self._worded(claim, base, groups)
            for rank, (first, second) in enumerate(_pairs(claim)):
                if (claim.domain, first, second) in seen:
                    continue
                seen.add((claim.domain, first, second))
                coefficient = self._contrast(base, groups[first], groups[second])
                se = 100 * self._se(counted, base, groups, first, second)
                yield _standardised(claim, rank, coefficient, se)

    def _worded(self, claim: Claim, base: BoolArray, groups: Mapping[str, BoolArray]) -> Iterator[Ask]:
        low, high = claim.low or 0.0, claim.high or 0.0
        if claim.statistic == "ratio":
            inside = (low + 0.15 * (high - low), high - 0.15 * (high - low))
            for bound, sign in zip(inside, (1.0, -1.0), strict=True):
                coefficient = sign * self._contrast(base, groups[claim.group], groups[claim.versus], bound)
                yield Ask(f"{claim.id} ratio", coefficient, 0.0, np.inf, 0.0, np.inf)
        else:
            coefficient = self._contrast(base, groups[claim.group], groups[claim.versus])
            yield Ask(claim.id, coefficient, max(low, 0.0) + 3.0, high, 4.0, high)

    def _reverse_asks(self, decision: Decision, pilot: BoolArray) -> Iterator[Ask]:
        """Ratios whose outcome is known and whose groups are being decided: linear once the groups' size is held."""
        weight, codebook = self._design.weight, self._board.codebook
        for claim in self._claims:
            if claim.domain != decision.indicator.name or claim.statistic != "ratio":
                continue
            if not self._board.indicator(claim.indicator).possible.any():
                continue
            held = self._board.indicator(claim.indicator)
            if held.open.any():
                continue
            inside = self._board.base(codebook.indicators[claim.indicator].base) & decision.base
            total, size = weight[inside].sum(), weight[inside & pilot].sum()
            outcome = np.where(inside & held.certain, weight, 0.0)
            low, high = claim.low or 0.0, claim.high or 0.0
            for ratio, sign in ((low + 0.15 * (high - low), 1.0), (high - 0.15 * (high - low), -1.0)):
                # f/S - ratio (F - f)/(T - S) >= 0, with f = sum of the outcome among the yes
                coefficient = sign * 100 * outcome * (1.0 / size + ratio / (total - size))
                bound = sign * 100 * ratio * outcome.sum() / (total - size)
                yield Ask(f"{claim.id} ratio", coefficient, bound, np.inf, bound, np.inf)

    def _contrast(self, base: BoolArray, first: BoolArray, second: BoolArray, ratio: float = 1.0) -> FloatArray:
        """100 (share in the first group - ratio x share in the second), as coefficients of the yes/no array."""
        weight = self._design.weight
        one, two = base & first, base & second
        return np.asarray(
            100
            * (np.where(one, weight / weight[one].sum(), 0.0) - ratio * np.where(two, weight / weight[two].sum(), 0.0))
        )

    def _se(
        self, counted: BoolArray, base: BoolArray, groups: Mapping[str, BoolArray], first: str, second: str
    ) -> float:
        code = np.full(self._board.n, -1, dtype=np.intp)
        for position, members in enumerate(groups.values()):
            code[members] = position
        by = Groups(code, ("group",), tuple((name,) for name in groups))
        return estimate_shares(self._design, counted & base, by=by, where=base).difference(first, second).se


def _pairs(claim: Claim) -> list[tuple[str, str]]:
    if claim.check != "direction":
        return []
    return [(claim.group, claim.versus)] if claim.direction != "overall" else list(claim.order)


def _standardised(claim: Claim, rank: int, coefficient: FloatArray, se: float) -> Ask:
    direction = claim.direction or "none"
    name = f"{claim.id} {direction}"
    if direction == "none":
        return Ask(name, coefficient, -NONE[0] * se, NONE[0] * se, -NONE[1] * se, NONE[1] * se)
    least, aim_low, aim_high, most = STRONG[direction]
    if direction == "overall" and rank > 0:
        return Ask(name, coefficient, 1.0 * se, np.inf, 1.5 * se, np.inf)
    if direction == "less":
        return Ask(name, coefficient, -most * se, -least * se, -aim_high * se, -aim_low * se)
    return Ask(name, coefficient, least * se, most * se, aim_low * se, aim_high * se)


def _window(name: str, share: FloatArray, target: float, room: float, draw: float) -> Ask:
    """Aim at a point inside the room around the target, so that shares do not all end at whole per cents."""
    point = target + 0.6 * room * (2.0 * draw - 1.0)
    slack = 0.3 * room
    return Ask(name, share, target - room, target + room, point - slack, point + slack)


def _on_open(ask: Ask, sign: int, known: BoolArray, open_rows: NDArray[np.intp]) -> Constraint:
    """Move what is settled already, and a negative sign, to the bounds."""
    done = float(ask.coefficient[known].sum())
    coefficient = ask.coefficient[open_rows]
    if sign < 0:
        done += float(coefficient.sum())
        coefficient = -coefficient
    windows = (ask.low - done, ask.high - done, ask.aim_low - done, ask.aim_high - done)
    return Constraint(ask.name, coefficient, *windows, offset=done, hard=ask.hard)


def _rows(positions: NDArray[np.intp], n: int) -> BoolArray:
    mask = np.zeros(n, dtype=np.bool_)
    mask[positions] = True
    return mask
