"""Variances and covariances of calibrated estimates: those of the scores, less what the constraints explain."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.residuals import ResidualSums
from barometer.survey.scores import scores_of_cells
from barometer.survey.sums import CellSums, Products

if TYPE_CHECKING:
    from barometer.survey.linearization import Linearized

ROUNDING = 1e-12
"""Part of the variance of the scores that rounding can leave of one that calibration takes away."""


def without_constants(sums: CellSums, linear: "Linearized") -> "Linearized":
    """
    Measure totals from constants where calibration fixes the number of rows that they are added up over.

    Parameters
    ----------
    sums : CellSums
        Of a calibrated design.
    linear : Linearized

    Returns
    -------
    Linearized
        With the same residuals. Numbers far from zero would otherwise lose the digits of their spread: a total is that
        of their distances from a constant, and the constant times a count that has no error.
    """
    residuals = sums.residuals
    if residuals is None or sums.statistic != "total" or not residuals.origin.any():
        return linear
    from barometer.survey.linearization import variance

    ones = np.ones_like(linear.ratio)
    of_counts = replace(linear, slope=linear.known * ones, origin=0.0 * ones, ratio=-ones)
    fixed = variance(_counts_alone(sums, residuals), of_counts) == 0.0
    return replace(linear, origin=np.where(fixed, linear.of_outcomes(residuals.origin), linear.origin))


def _counts_alone(sums: CellSums, residuals: ResidualSums) -> CellSums:
    """Return the sums with all numerators 0: what is left of a score is its denominator."""
    k, zero = sums.base.size, np.zeros_like(sums.numerator)
    instrument, product = residuals.instrument.copy(), residuals.product
    instrument[:, :, :k] = 0.0
    if product is not None:
        product = product.copy()
        product[:, :, :k] = 0.0
    square = None if sums.square is None else Products(zero, zero, sums.square.xx)
    left = replace(residuals, origin=np.zeros_like(residuals.origin), instrument=instrument, product=product)
    flat = Products(zero, zero, sums.flat.xx)
    return replace(
        sums, statistic="mean", centre=zero, numerator=zero, flat=flat, square=square, products=None, residuals=left
    )


def explained(
    sums: CellSums, linear: "Linearized", residuals: ResidualSums, outcomes: IntArray
) -> tuple[FloatArray, FloatArray]:
    """
    Coefficients of the constraints for each estimate, and the covariance of its scores with the constraints.

    Parameters
    ----------
    sums : CellSums
    linear : Linearized
    residuals : ResidualSums
    outcomes : (q,) int

    Returns
    -------
    coefficients, covariance : (1 + G, q, p) float

    Notes
    -----
    Residuals are s - D b with b the coefficients, so that Cov(s - D b, t - D c) = Cov(s, t) - b'Cov(D, t) -
    Cov(D, s)'c + b'Var(D)c. All four follow from sums.
    """
    facts, groups, p = residuals.facts, 1 + sums.groups, residuals.facts.spread.shape[0]
    coefficients = _scored(linear, residuals, residuals.instrument, outcomes) @ facts.coefficients.T
    total, own = scores_of_cells(sums, linear, outcomes)
    lever = facts.lever[sums.cluster]
    covariance = np.zeros((groups, outcomes.size, p))
    for group, rows in enumerate(np.split(np.argsort(sums.group, kind="stable"), _ends(sums))):
        covariance[group] = own[rows].T @ lever[rows]
    covariance[0] = total.T @ lever
    if residuals.product is not None:
        covariance += _scored(linear, residuals, residuals.product, outcomes)
    return coefficients, covariance


def residual_variance(sums: CellSums, linear: "Linearized", residuals: ResidualSums, plain: FloatArray) -> FloatArray:
    """Return variances (1 + G, k) of the residuals, from those of the scores; 0 where rounding is all that is left."""
    b, c = explained(sums, linear, residuals, np.arange(linear.base.size))
    crossed = 2.0 * (b * c).sum(axis=2)
    square = ((b @ residuals.facts.spread) * b).sum(axis=2)
    left = plain - crossed + square
    return np.where(left > ROUNDING * (plain + np.abs(crossed) + square), left, 0.0)


def residual_correction(
    sums: CellSums, linear: "Linearized", residuals: ResidualSums, outcomes: IntArray
) -> FloatArray:
    """Return what covariances across groups change by: (q, 1 + G, 1 + G)."""
    b, c = (values.swapaxes(0, 1) for values in explained(sums, linear, residuals, outcomes))
    crossed = b @ c.swapaxes(1, 2)
    return np.asarray(b @ residuals.facts.spread @ b.swapaxes(1, 2) - crossed - crossed.swapaxes(1, 2))


def residual_correction_of_pairs(
    sums: CellSums,
    linear: "Linearized",
    residuals: ResidualSums,
    outcomes: IntArray,
    first: IntArray,
    second: IntArray,
) -> FloatArray:
    """Return what covariances of pairs of groups change by: (m, q)."""
    b, c = explained(sums, linear, residuals, outcomes)
    crossed = (b[first] * c[second]).sum(axis=2) + (c[first] * b[second]).sum(axis=2)
    return np.asarray(((b @ residuals.facts.spread)[first] * b[second]).sum(axis=2) - crossed)


def residual_correction_of_all(sums: CellSums, linear: "Linearized", residuals: ResidualSums) -> FloatArray:
    """Return what covariances of all outcomes change by, groups within outcomes: ((1 + G) k, (1 + G) k)."""
    p = residuals.facts.spread.shape[0]
    b, c = (
        values.swapaxes(0, 1).reshape(-1, p)
        for values in explained(sums, linear, residuals, np.arange(linear.base.size))
    )
    crossed = b @ c.T
    return np.asarray(b @ residuals.facts.spread @ b.T - crossed - crossed.T)


def _scored(linear: "Linearized", residuals: ResidualSums, values: FloatArray, outcomes: IntArray) -> FloatArray:
    """Of sums (1 + G, p, k + b) of numerators and denominators, those of the scores: (1 + G, q, p)."""
    k, groups = residuals.origin.shape[1], np.arange(values.shape[0])
    base, result = linear.base[outcomes], []
    for row, some in ((0, groups[:1]), (1, groups[1:])):
        pick = linear.pick[row]
        ratio = linear.ratio_from(residuals.origin[some][:, pick], some)[:, np.newaxis, outcomes]
        u = values[some][:, :, pick[outcomes]] - ratio * values[some][:, :, k + base]
        result.append(linear.slope[some][:, np.newaxis, outcomes] * u)
    return np.concatenate(result).swapaxes(1, 2)


def _ends(sums: CellSums) -> IntArray:
    """Where the cells of each group end when they are sorted by group, those outside first."""
    return np.cumsum(np.bincount(sums.group + 1, minlength=1 + sums.groups))[:-1]
