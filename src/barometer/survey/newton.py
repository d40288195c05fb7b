"""Newton's steps of a generalized linear model on cross-products, and why there may be no solution."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ModelError
from barometer.survey.arrays import FloatArray
from barometer.survey.families import Family
from barometer.survey.model_rows import ModelRows

TOLERANCE = 1e-10
"""Largest change of a standardized coefficient in the last step, in units of the linear predictor."""
ROUNDING = 1e-9
"""Share of the likelihood by which it may fall for no other reason."""
STEPS = 100
SLOW = 10
"""Steps after which a solution that still moves is examined for separation."""
COLLINEAR = 1e-10
"""Share of a column's sum of squares that the columns before it must leave; below, digits would be noise."""
FAR, AGAINST = 0.5, 0.01
"""A separated row moves by about 1 in each late step; a row that resists moves against it."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Solution:
    """
    Coefficients of standardized columns.

    Attributes
    ----------
    coefficients : (p,) float
    information : (p, p) float
        Weighted sum of slope x x', at the solution.
    iterations : int
        Passes over the rows.
    """

    coefficients: FloatArray
    information: FloatArray
    iterations: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Pass:
    """Weighted log likelihood, its gradient (p,), and the information (p, p)."""

    likelihood: float
    gradient: FloatArray
    information: FloatArray


def solve_newton(rows: ModelRows, family: Family) -> Solution:
    """
    Maximize the weighted log likelihood.

    Parameters
    ----------
    rows : ModelRows
    family : Family

    Returns
    -------
    Solution

    Raises
    ------
    ModelError
        If columns are collinear, an outcome is separated, or the steps do not come to rest.

    Notes
    -----
    With mean m(eta), eta = x'b and slope m', a step is (sum w m' x x')^-1 sum w (y - m) x; the first is a weighted
    least squares fit to linear predictors that lie near the outcomes. A step that lowers the likelihood is halved; the
    first one leads away from the model of the intercept alone.
    """
    state = _sum(rows, family, None)
    check_collinear(rows, state.information)
    null, before = _null_model(rows, family)
    first = newton_step(state.information, state.gradient)
    b = null if first is None else first
    step = b - null
    for iteration in range(2, STEPS + 2):
        state = _sum(rows, family, b)
        if not state.likelihood >= before - ROUNDING * abs(before):  # a mean that overflows is a fall too
            step = step / 2.0
            b = b - step
            continue
        found = newton_step(state.information, state.gradient)
        if found is None:
            break
        before, step = state.likelihood, found
        if np.abs(step).max() <= TOLERANCE * max(1.0, float(np.abs(b).max())):
            return Solution(b + step, state.information, iteration)
        if iteration > SLOW:
            check_separated(rows, step)
        b = b + step
    raise ModelError(
        "not_converged", rows.names, f"the coefficients did not come to rest in {STEPS} steps; leave out a term"
    )


def newton_step(information: FloatArray, gradient: FloatArray) -> FloatArray | None:
    """
    Return what a step adds to the coefficients; None where the columns do not tell them apart.

    Parameters
    ----------
    information : (p, p) float
    gradient : (p,) float
    """
    try:
        np.linalg.cholesky(information)
        step = np.linalg.solve(information, gradient)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(step, dtype=np.float64) if np.isfinite(step).all() else None


def check_collinear(rows: ModelRows, information: FloatArray) -> None:
    """
    Refuse columns that are sums of the columns before them.

    Parameters
    ----------
    rows : ModelRows
    information : (p, p) float
        Weighted cross-products of the standardized columns.

    Raises
    ------
    ModelError
        With each such column and those that make it up.
    """
    kept: list[int] = []
    made: dict[str, list[str]] = {}
    for column in range(information.shape[0]):
        own, cross = information[column, column], information[kept, column]
        share = np.linalg.solve(information[np.ix_(kept, kept)], cross) if kept else np.zeros(0)
        if own - cross @ share > COLLINEAR * own:
            kept.append(column)
            continue
        parts = [rows.names[other] for other, part in zip(kept, share, strict=True) if abs(part) > 1e-6]
        made[rows.names[column]] = parts
    if made:
        told = "; ".join(f"{name!r} follows from {', '.join(map(repr, parts))}" for name, parts in made.items())
        raise ModelError("collinear", tuple(made), f"columns say the same as others: {told}. Leave one of them out")


def check_separated(rows: ModelRows, step: FloatArray) -> None:
    """
    Refuse an outcome that a combination of columns foretells without exception.

    Parameters
    ----------
    rows : ModelRows
    step : (p,) float
        A late Newton step of the standardized coefficients.

    Raises
    ------
    ModelError
        With the columns, and how many rows they foretell.

    Notes
    -----
    Where the likelihood rises for ever along a direction, late steps go along it, by about one unit of the linear
    predictor each, and other rows stand still. The direction separates where no row moves away from its outcome.

    References
    ----------
    Albert and Anderson (1984), On the existence of maximum likelihood estimates in logistic regression models.
    Biometrika 71.
    """
    toward, against, foretold = 0.0, 0.0, 0
    for chunk in rows.chunks():
        moved = rows.standardized(chunk) @ step
        toward_outcome = np.where(rows.outcome[chunk] > 0.0, moved, -moved)
        toward, against = max(toward, toward_outcome.max()), min(against, toward_outcome.min())
        foretold += int((toward_outcome > FAR).sum())
    if toward < FAR or against < -AGAINST:
        return
    spread = np.abs(step / rows.scale) * (rows.high - rows.low)
    guilty = np.flatnonzero(spread > FAR).tolist()
    told = [text for text in (_one_sided(rows, column) for column in guilty) if text]
    named = tuple(rows.names[column] for column in guilty)
    verb = "foretells" if len(named) == 1 else "together foretell"
    told = told or [f"{', '.join(map(repr, named))} {verb} the outcome of {foretold:,} rows without exception"]
    raise ModelError(
        "separated",
        named,
        f"{'; '.join(told)}, so that a coefficient has no bound. Join the group with another, or leave the term out",
    )


def _one_sided(rows: ModelRows, column: int) -> str:
    """Say so if a column is 0 or 1 and all rows on one side have the same outcome; a number could name a row."""
    x, y = rows.matrix[rows.used, column], rows.outcome[rows.used]
    if not ((x == 0.0) | (x == 1.0)).all():
        return ""
    for end in (1, 0):
        found = y[x == end]
        if found.min() == found.max():
            return f"all {found.size:,} rows with {rows.names[column]!r} at {end} have the outcome {found[0]:g}"
    return ""


def _null_model(rows: ModelRows, family: Family) -> tuple[FloatArray, float]:
    """Coefficients and likelihood of the intercept alone, at the weighted mean; of nothing without an intercept."""
    b, y, w = np.zeros(len(rows.names)), rows.outcome[rows.used], rows.weight[rows.used]
    eta = 0.0
    if rows.constant is not None:
        eta = float(family.link(np.array([w @ y / w.sum()]))[0])
        b[rows.constant] = eta * np.sign(rows.high[rows.constant])
    return b, float(w @ family.log_likelihood(y, np.full(y.size, eta)))


def _sum(rows: ModelRows, family: Family, b: FloatArray | None) -> _Pass:
    """One pass; without coefficients at the starting values, the gradient then being that of the first fit."""
    p = len(rows.names)
    likelihood, gradient, information = 0.0, np.zeros(p), np.zeros((p, p))
    for chunk in rows.chunks():
        x, y, w = rows.standardized(chunk), rows.outcome[chunk], rows.weight[chunk]
        eta = family.start(y) if b is None else x @ b
        with np.errstate(over="ignore", invalid="ignore"):
            mean = family.mean(eta)
            slope = w * family.slope(mean)
            residual = w * (y - mean)
            if b is None:
                residual += slope * eta
            else:
                likelihood += float(w @ family.log_likelihood(y, eta))
            gradient += residual @ x
            information += (x * slope[:, np.newaxis]).T @ x
    return _Pass(likelihood, gradient, information)
