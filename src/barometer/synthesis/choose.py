"""Choose who says yes: the best total score under linear constraints on sums."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from barometer.errors import SynthesisError
from barometer.microdata.arrays import FloatArray

FREE = 40
"""Rows, besides the fractional ones, that the rounding may still change."""
PENALTY = 1e6
TOLERANCE = 1e-7
NODES = 20_000
"""Branches that a rounding may take: a bound on work that does not depend on the clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """
    A sum over the chosen rows that must lie in a window.

    Attributes
    ----------
    name : str
        What it stands for, in messages.
    coefficient : (m,) float
        What each row adds if chosen.
    low, high : float
        The window that must hold.
    aim_low, aim_high : float
        A narrower window inside it that the relaxed problem is held to, so that rounding has room.
    offset : float
        What is settled already; taken off the windows, and added back in messages.
    hard : bool
        Whether it may never give way: counts of workplaces.
    """

    name: str
    coefficient: FloatArray
    low: float
    high: float
    aim_low: float
    aim_high: float
    offset: float = 0.0
    hard: bool = False

    def holds(self, chosen: NDArray[np.bool_]) -> bool:
        """Whether a choice keeps it."""
        return self.low - TOLERANCE <= float(self.coefficient[chosen].sum()) <= self.high + TOLERANCE

    def miss(self, chosen: NDArray[np.bool_]) -> "Miss":
        """Say how near a choice came."""
        reached = float(self.coefficient[chosen].sum())
        return Miss(self.name, self.low + self.offset, self.high + self.offset, reached + self.offset)


@dataclass(frozen=True, slots=True)
class Miss:
    """A constraint that no choice can keep together with the others, and the nearest that was reached."""

    name: str
    low: float
    high: float
    reached: float


def choose(score: FloatArray, constraints: Sequence[Constraint], step: str) -> tuple[NDArray[np.bool_], list[Miss]]:
    """
    Choose rows so that their total score is highest and every constraint holds.

    Parameters
    ----------
    score : (m,) float
        Log odds plus logistic noise: without constraints, positive scores are chosen.
    constraints : sequence of Constraint
    step : str
        Named in the error.

    Returns
    -------
    chosen : (m,) bool
    misses : list of Miss
        Constraints that clash; the choice comes as near to them as the others allow.

    Raises
    ------
    SynthesisError
        If not even the hard constraints can be kept.

    Notes
    -----
    The relaxed problem max s'y, 0 <= y <= 1, A y in the aimed windows, has a vertex for its answer with at most as many
    fractions as constraints; those and the `FREE` rows nearest to the margin are then rounded exactly. By duality,
    row i is chosen where s_i + lambda'a_i > 0: the constraints calibrate a logistic threshold model.
    """
    if not constraints:
        return score > 0.0, []
    matrix = np.stack([c.coefficient for c in constraints])
    scale = np.maximum(np.abs(matrix).max(axis=1), 1e-300)
    matrix = matrix / scale[:, np.newaxis]
    windows = [(np.array([c.low for c in constraints]) / scale, np.array([c.high for c in constraints]) / scale)]
    windows.insert(
        0, (np.array([c.aim_low for c in constraints]) / scale, np.array([c.aim_high for c in constraints]) / scale)
    )
    for low, high in windows:
        relaxed = _relax(score, matrix, low, high)
        if relaxed is None:
            continue
        for room in ((low, high), windows[1]):
            rounded = _round(score, matrix, *room, *relaxed)
            if rounded is not None:
                return rounded, []
    return _nearest(score, matrix, scale, constraints, *windows[1], step)


def _relax(
    score: FloatArray, matrix: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray] | None:
    """Fractional answer and each row's distance to the margin, or None where there is none."""
    bound = np.concatenate([high, -low]) + 1e-9
    finite = np.isfinite(bound)
    answer = linprog(
        -score,
        A_ub=np.concatenate([matrix, -matrix])[finite],
        b_ub=bound[finite],
        bounds=(0.0, 1.0),
        method="highs-ds",
    )
    if answer.status != 0:
        return None
    return answer.x, np.abs(answer.lower.marginals + answer.upper.marginals)


def _round(
    score: FloatArray, matrix: FloatArray, low: FloatArray, high: FloatArray, fraction: FloatArray, margin: FloatArray
) -> NDArray[np.bool_] | None:
    fixed = np.rint(fraction)
    fractional = np.abs(fraction - fixed) > 1e-7
    for free_rows in (FREE, 5 * FREE):
        order = np.argsort(np.where(fractional, -1.0, margin), kind="stable")
        free = np.sort(order[: int(fractional.sum()) + free_rows])
        rest = np.ones(score.size, dtype=np.bool_)
        rest[free] = False
        done = matrix[:, rest] @ fixed[rest]
        answer = milp(
            -score[free],
            integrality=np.ones(free.size),
            bounds=Bounds(0.0, 1.0),
            constraints=LinearConstraint(matrix[:, free], low - done, high - done),
            options={"mip_rel_gap": 0.0, "node_limit": NODES},
        )
        if answer.x is not None:
            chosen = fixed > 0.5
            chosen[free] = answer.x > 0.5
            return chosen
    return None


def _nearest(
    score: FloatArray,
    matrix: FloatArray,
    scale: FloatArray,
    constraints: Sequence[Constraint],
    low: FloatArray,
    high: FloatArray,
    step: str,
) -> tuple[NDArray[np.bool_], list[Miss]]:
    """Let soft constraints give way at a price, and say which did."""
    m, k = score.size, len(constraints)
    slack = np.where([c.hard for c in constraints], 0.0, np.inf)
    unit = np.diag(1.0 / np.maximum(scale, 1e-12))
    answer = milp(
        np.concatenate([-score, np.full(2 * k, PENALTY)]),
        integrality=np.concatenate([np.ones(m), np.zeros(2 * k)]),
        bounds=Bounds(np.zeros(m + 2 * k), np.concatenate([np.ones(m), slack, slack])),
        constraints=LinearConstraint(np.hstack([matrix, unit, -unit]), low, high),
        options={"mip_rel_gap": 1e-4, "node_limit": NODES},
    )
    if answer.x is None:
        named = ", ".join(c.name for c in constraints if c.hard)
        raise SynthesisError(step, f"no choice of workplaces keeps {named}")
    chosen = answer.x[:m] > 0.5
    return chosen, [constraint.miss(chosen) for constraint in constraints if not constraint.holds(chosen)]
