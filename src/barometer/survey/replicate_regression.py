"""A regression under every replicate: Newton's steps of all replicates at once, from the full sample's solution."""

import warnings

import numpy as np

from barometer.errors import BarometerWarning
from barometer.survey.arrays import FloatArray
from barometer.survey.families import Family
from barometer.survey.model_rows import ModelRows
from barometer.survey.newton import TOLERANCE, Solution, newton_step
from barometer.survey.replicate_design import ReplicateDesign
from barometer.survey.replicate_spread import replicate_covariance

CHUNK = 2_048
"""Rows at a time: their products of columns and their replicate weights are held together."""
STEPS = 25


def refit_replicates(design: ReplicateDesign, rows: ModelRows, family: Family, solution: Solution) -> FloatArray:
    """
    Solve the model under each of R replicate weights.

    Parameters
    ----------
    design : ReplicateDesign
    rows : ModelRows
    family : Family
    solution : Solution
        Under the full weight, where the steps begin.

    Returns
    -------
    (p, R) float
        Of the standardized columns; nan where a replicate has no solution: it leaves a group without rows, or its
        outcome is separated.
    """
    b = np.repeat(solution.coefficients[:, np.newaxis], design.replicates, axis=1)
    known = np.ones(design.replicates, dtype=np.bool_)
    for _ in range(STEPS):
        gradient, information = _sum(design, rows, family, np.where(known, b, 0.0))
        step = np.zeros_like(b)
        for replicate in np.flatnonzero(known):
            found = newton_step(information[replicate], gradient[:, replicate])
            known[replicate] = found is not None
            if found is not None:
                step[:, replicate] = found
        b += step
        resting = np.abs(step).max(axis=0) <= TOLERANCE * np.maximum(1.0, np.abs(b).max(axis=0))
        if resting[known].all():
            break
    known &= resting
    return np.where(known, b, np.nan)


def covariance_of(design: ReplicateDesign, estimate: FloatArray, replicates: FloatArray) -> tuple[FloatArray, str]:
    """
    Covariance of estimates from their replicates, and how it was made.

    Parameters
    ----------
    design : ReplicateDesign
    estimate : (k,) float
    replicates : (k, R) float

    Warns
    -----
    BarometerWarning
        If replicates without a solution are left out.
    """
    facts = design.facts
    covariance, dropped = replicate_covariance(estimate, replicates, facts.scale, facts.rscales, facts.centre)
    if dropped:
        warnings.warn(
            f"{dropped} of {design.replicates} replicates have no solution of the model: left out of its covariance",
            BarometerWarning,
            stacklevel=4,
        )
    return covariance, f"{design.replicates} replicates, {facts.kind}"


def _sum(design: ReplicateDesign, rows: ModelRows, family: Family, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gradients (p, R) and informations (R, p, p) of all replicates, from products of pairs of columns."""
    p, replicates = b.shape
    first, second = np.triu_indices(p)
    gradient, pairs = np.zeros((p, replicates)), np.zeros((first.size, replicates))
    for start in range(0, rows.used.size, CHUNK):
        chunk = rows.used[start : start + CHUNK]
        x, w = rows.standardized(chunk), design.replicate_weights(chunk)
        mean = family.mean(x @ b)
        gradient += x.T @ (w * (rows.outcome[chunk][:, np.newaxis] - mean))
        pairs += (x[:, first] * x[:, second]).T @ (w * family.slope(mean))
    information = np.zeros((replicates, p, p))
    information[:, first, second] = pairs.T
    information[:, second, first] = pairs.T
    return gradient, information


def mean_replicates(design: ReplicateDesign, rows: ModelRows, parts: FloatArray) -> FloatArray:
    """
    Weighted means under each replicate of columns whose weighted mean under the full weight is 0.

    Parameters
    ----------
    design : ReplicateDesign
    rows : ModelRows
    parts : (n, k) float
        Distances from the mean, over the sum of the full weights.

    Returns
    -------
    (k, R) float
    """
    sums, total = np.zeros((parts.shape[1], design.replicates)), np.zeros(design.replicates)
    for start in range(0, rows.used.size, CHUNK):
        chunk = rows.used[start : start + CHUNK]
        w = design.replicate_weights(chunk)
        sums += parts[chunk].T @ w
        total += w.sum(axis=0)
    full = rows.weight[rows.used].sum()
    return np.asarray(np.divide(sums * full, total, out=np.full_like(sums, np.nan), where=total > 0.0))
