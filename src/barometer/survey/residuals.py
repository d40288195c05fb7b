"""What calibration explains of an outcome: residuals, as facts of a design and as sums."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray, sum_by
from barometer.survey.columns import Columns, measured
from barometer.survey.constraint_rows import ConstraintRows, count_by, sum_products
from barometer.survey.groups import Groups
from barometer.survey.stages import DesignFacts, around_mean, sample_scale

if TYPE_CHECKING:
    from scipy.sparse import csr_array

CHUNK = 32_768
"""Rows at a time."""


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
    rows: ConstraintRows, weight: FloatArray, cluster: IntArray, facts: DesignFacts, words: str = ""
) -> RowResiduals:
    """
    Find the residuals that the constraints of a design leave.

    Parameters
    ----------
    rows : ConstraintRows
        Of N rows.
    weight, cluster : (N,)
        Final weight and finest cluster of each row of the sample.
    facts : DesignFacts
    words : str
        How the weights were made.

    Returns
    -------
    RowResiduals
        Of the rows that estimates are made of.
    """
    columns = rows.coefficients.shape[0]
    lever, spread, product = _spread(rows.place, rows.carrier, columns, weight, cluster, facts)
    made = RowResiduals(ResidualFacts(rows.coefficients, lever, spread, words), rows.place, rows.instrument, product)
    return made if rows.inside is None else made.taken(np.flatnonzero(rows.inside))


def _matrix(place: IntArray, amount: FloatArray, columns: int) -> "csr_array":
    from scipy.sparse import csr_array  # slow to import

    n, s = place.shape
    return csr_array((amount.ravel(), place.ravel(), np.arange(0, n * s + 1, s)), shape=(n, columns))


def _spread(
    place: IntArray, carrier: FloatArray, columns: int, weight: FloatArray, cluster: IntArray, facts: DesignFacts
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Lever (F, p) and design variance (p, p) of D, and where the units are rows D by row, weighted and scaled."""
    total = count_by(cluster, place, carrier, (facts.clusters, columns))
    lever, spread, product = np.zeros_like(total), np.zeros((columns, columns)), None
    for stage in facts.stages:
        scale = sample_scale(facts, stage)
        lifted = around_mean(facts, stage, scale)[:, np.newaxis]
        if stage.unit is None:
            by_row = scale[cluster][:, np.newaxis]
            spread += sum_products(place, carrier, place, carrier * by_row, columns) - total.T @ (lifted * total)
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
