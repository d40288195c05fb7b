"""What calibration explains of an outcome: residuals, as facts of a design and as sums."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray, sum_by
from barometer.survey.columns import Columns, measured
from barometer.survey.groups import Groups
from barometer.survey.stages import DesignFacts, around_mean, sample_scale

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from barometer.survey.calibration import Calibration

ResidualRule = Literal["regression", "sweep"]
SWEEPS = 10
"""Rounds of R's `rake`."""
CHUNK = 32_768
"""Rows at a time."""
NO_RANK = 1e-10
"""Eigenvalue of scaled products below which a constraint follows from the others."""


@dataclass(frozen=True, eq=False, repr=False)
class ResidualFacts:
    """
    What variances need of calibrations besides sums over the rows in a group; it belongs to the whole design.

    With s = w z the weighted scores of n rows, their residuals are s - D M L's. D and L have a row for each row of the
    sample and p columns, one for each constraint.

    Attributes
    ----------
    coefficients : (p, p) float
        M, from sums L's to coefficients.
    lever : (F, p) float
        What the score of each finest cluster adds to its covariance with D, but for that between rows.
    spread : (p, p) float
        Design variance of the totals of D.
    words : str
        How the weights were calibrated.
    """

    coefficients: FloatArray
    lever: FloatArray
    spread: FloatArray
    words: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RowResiduals:
    """
    Rows of D and L, s numbers in each.

    Attributes
    ----------
    facts : ResidualFacts
    place : (n, s) int
        Columns of the numbers.
    instrument : (n, s) float
        L times the weight of the row.
    product : (n, s) float or None
        D times the weight and the variance scale of the row's stratum; None where the sampling units are not rows.
    """

    facts: ResidualFacts
    place: IntArray
    instrument: FloatArray
    product: FloatArray | None

    def taken(self, rows: IntArray) -> "RowResiduals":
        """Return some of the rows, with the facts of the whole design."""
        product = None if self.product is None else self.product[rows]
        return RowResiduals(self.facts, self.place[rows], self.instrument[rows], product)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ResidualSums:
    """
    Sums of outcomes times the rows of L and D, for the total (row 0) and each group.

    Attributes
    ----------
    facts : ResidualFacts
    origin : (1 + G, k) float
        Constants that the k numerators are measured from.
    instrument : (1 + G, p, k + b) float
        L'W applied to numerators, and then to denominators.
    product : (1 + G, p, k + b) float or None
        The same of D, scaled by stratum, for the covariance between rows.
    """

    facts: ResidualFacts
    origin: FloatArray
    instrument: FloatArray
    product: FloatArray | None


def residuals_of(
    steps: "tuple[Calibration, ...]",
    weight: FloatArray,
    cluster: IntArray,
    facts: DesignFacts,
    rule: ResidualRule,
    words: str = "",
) -> RowResiduals:
    """
    Find the residuals that calibrations in turn leave.

    Parameters
    ----------
    steps : tuple of Calibration
        In their order.
    weight, cluster : (n,)
        Final weight and finest cluster of each row.
    facts : DesignFacts
    words : str
        How the weights were calibrated.
    rule : {"regression", "sweep"}
        Residuals from the regression on the constraints, weighted by the weights before the step; or, of margins,
        unweighted means of the levels taken away margin by margin, ten times round; there are no totals then.

    Returns
    -------
    RowResiduals

    Notes
    -----
    For step j from weights d to weights w the scores x become x - w X (X'dX)^- X'(d/w) x: R's `calibrate` and
    `postStratify`. "sweep" is what R's `rake` does, with 1/w in place of d/w and the levels of a margin at a time.

    References
    ----------
    Deville and Särndal (1992). Lumley (2010), Complex surveys, section 7.3.
    """
    ends = np.cumsum([0] + [step.targets.size for step in steps])
    rows = [step.targets.columns() for step in steps]
    places = [place + offset for (place, _), offset in zip(rows, ends[:-1], strict=True)]
    amounts = [amount for _, amount in rows]
    instruments, carriers = [], []
    for step, amount in zip(steps, amounts, strict=True):
        after = np.divide(weight, step.weight, out=np.ones_like(weight), where=step.weight != 0.0)
        before = after if rule == "sweep" else step.base_weight * after
        instruments.append(amount * before[:, np.newaxis])
        carriers.append(amount * step.weight[:, np.newaxis])
    place = np.concatenate(places, axis=1)
    instrument, carrier = (np.concatenate(parts, axis=1) for parts in (instruments, carriers))
    coefficients = _coefficients(steps, places, amounts, ends, rule)
    lever, spread, product = _spread(place, carrier, int(ends[-1]), weight, cluster, facts)
    return RowResiduals(ResidualFacts(coefficients, lever, spread, words), place, instrument, product)


def _matrix(place: IntArray, amount: FloatArray, columns: int) -> "csr_array":
    from scipy.sparse import csr_array  # slow to import

    n, s = place.shape
    return csr_array((amount.ravel(), place.ravel(), np.arange(0, n * s + 1, s)), shape=(n, columns))


def _count(code: IntArray, place: IntArray, amount: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Add up amounts (n, s) by the code of their row and their place."""
    total = np.zeros(shape[0] * shape[1])
    for places, amounts in zip(place.T, amount.T, strict=True):
        total += np.bincount(code * shape[1] + places, amounts, total.size)
    return total.reshape(shape)


def _products(one: IntArray, amount: FloatArray, other: IntArray, carried: FloatArray, columns: int) -> FloatArray:
    """Sum over rows the products of amounts at places of one kind with those of another: (p, p)."""
    shape = (columns, columns)
    pairs = zip(one.T, amount.T, strict=True)
    return np.asarray(
        np.sum([_count(places, other, carried * amounts[:, np.newaxis], shape) for places, amounts in pairs], axis=0)
    )


def _coefficients(
    steps: "tuple[Calibration, ...]",
    places: list[IntArray],
    amounts: list[FloatArray],
    ends: IntArray,
    rule: ResidualRule,
) -> FloatArray:
    """Coefficients M (p, p): each step, and in a sweep each margin, takes away what is left to it."""
    columns = int(ends[-1])
    found, unit = np.zeros((columns, columns)), np.eye(columns)
    for position, step in enumerate(steps):
        mine = slice(ends[position], ends[position + 1])
        row = np.ones_like(step.weight) if rule == "sweep" else step.base_weight
        per_weight = np.divide(row, step.weight, out=np.ones_like(row), where=step.weight != 0.0)
        with_all = np.zeros((columns, columns))
        for other in range(position + 1):
            # Of the step itself d/w times w is d, also where w is 0.
            factor = row if other == position else per_weight * steps[other].weight
            carried = amounts[other] * factor[:, np.newaxis]
            with_all += _products(places[position], amounts[position], places[other], carried, columns)
        parts = [mine]
        if rule == "sweep":
            sizes = np.cumsum([ends[position]] + [len(margin.labels) for margin in step.targets.margins])
            parts = [slice(low, high) for low, high in pairwise(sizes)] * SWEEPS
        inverses = {part.start: _inverse(with_all[part, part]) for part in parts}
        for part in parts:
            found[part] += inverses[part.start] @ (unit[part] - with_all[part] @ found)
    return found


def _inverse(products: FloatArray) -> FloatArray:
    """Generalized inverse of products of constraints, scaled to length one."""
    length = np.sqrt(np.maximum(np.diag(products), 0.0))
    length[length == 0.0] = 1.0
    value, vector = np.linalg.eigh(products / np.outer(length, length))
    kept = value > NO_RANK * max(float(value[-1]), 1.0)
    return np.asarray((vector[:, kept] / value[kept]) @ vector[:, kept].T / np.outer(length, length))


def _spread(
    place: IntArray, carrier: FloatArray, columns: int, weight: FloatArray, cluster: IntArray, facts: DesignFacts
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Lever (F, p) and design variance (p, p) of D, and where the units are rows D by row, weighted and scaled."""
    total = _count(cluster, place, carrier, (facts.clusters, columns))
    lever, spread, product = np.zeros_like(total), np.zeros((columns, columns)), None
    for stage in facts.stages:
        scale = sample_scale(facts, stage)
        lifted = around_mean(facts, stage, scale)[:, np.newaxis]
        if stage.unit is None:
            by_row = scale[cluster][:, np.newaxis]
            spread += _products(place, carrier, place, carrier * by_row, columns) - total.T @ (lifted * total)
            lever -= lifted * total
            product = carrier * by_row * weight[:, np.newaxis]
        else:
            of_unit = sum_by(total, stage.unit, stage.stratum.size)
            of_stratum = sum_by(of_unit, stage.stratum, stage.n.size)
            scaled = scale[stage.stratum][:, np.newaxis] * of_unit
            spread += of_unit.T @ scaled - of_stratum.T @ (lifted * of_stratum)
            lever += (scaled - (lifted * of_stratum)[stage.stratum])[stage.unit]
    return lever, spread, product


def sum_residuals(rows: RowResiduals, columns: Columns, groups: Groups, origin: FloatArray) -> ResidualSums:
    """
    Sum outcomes times the rows of L and D by group.

    Parameters
    ----------
    rows : RowResiduals
    columns : Columns
    groups : Groups
        All of n rows.
    origin : (1 + G, k) float
        Constants that the numerators of the total and of each group are measured from.

    Returns
    -------
    ResidualSums
    """
    slot, slots = groups.code + 1, 1 + len(groups.labels)
    p, k = rows.facts.spread.shape[0], columns.base.size
    both = [rows.instrument] if rows.product is None else [rows.instrument, rows.product]
    total = np.zeros((len(both) * slots * p, k + columns.present.shape[1]))
    for start in range(0, slot.size, CHUNK):
        here = slice(start, start + CHUNK)
        where = rows.place[here] + p * slot[here, np.newaxis]
        places = np.concatenate([where + slots * p * position for position in range(len(both))], axis=1)
        amounts = np.concatenate([amount[here] for amount in both], axis=1)
        total += _matrix(places, amounts, total.shape[0]).T @ measured(columns, here, origin[slot[here]])
    sums = total.reshape(len(both), slots, p, -1)
    level = sums.copy()
    level[..., :k] -= (origin[0] - origin)[:, np.newaxis] * sums[..., k + columns.base]
    sums[:, 0] = level.sum(axis=1)
    return ResidualSums(rows.facts, origin, sums[0], sums[1] if len(both) > 1 else None)
