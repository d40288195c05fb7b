"""Variances and covariances from the spread of estimates under replicate weights."""

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.replicate_design import VarianceCentre


def replicate_variance(
    estimate: FloatArray, replicate: FloatArray, scale: float, rscales: FloatArray, centre: VarianceCentre
) -> tuple[FloatArray, IntArray]:
    """
    Variance of each estimate from the spread of its replicates.

    Parameters
    ----------
    estimate : (...) float
        Under the full weight; nan where there is none.
    replicate : (..., R) float
        Under each replicate, measured from the same constant as the estimate; nan where a replicate has none.
    scale : float
    rscales : (R,) float
    centre : {"mean", "estimate"}
        Of the replicates with rscales above 0, or the estimate.

    Returns
    -------
    variance : (...) float
        Squared units of the estimate; nan where there is no estimate or no replicate of it.
    dropped : (...) int
        Replicates without an estimate, which are left out.

    Notes
    -----
    V = scale sum_r rscales_r (t_r - centre)^2 over the replicates that have an estimate; the scale stays as it is when
    some are left out, as in R's `svrVar`.

    References
    ----------
    Wolter (2007), Introduction to variance estimation, chapters 3 to 5.

    Examples
    --------
    >>> replicate_variance(np.array(3.0), np.array([2.0, 4.0, 6.0]), 0.5, np.ones(3), "estimate")
    (array(5.5), array(0))
    """
    positive = (rscales > 0.0).astype(np.float64)
    known = ~np.isnan(replicate)
    dropped = replicate.shape[-1] - np.count_nonzero(known, axis=-1)
    if np.any(dropped):
        value = np.where(known, replicate, 0.0)
        counted = np.asarray(known @ positive)
    else:
        value, counted = replicate, np.asarray(positive.sum())
    middle = np.asarray(value @ positive / np.maximum(counted, 1.0)) if centre == "mean" else estimate
    distance = value - middle[..., np.newaxis]
    if np.any(dropped):
        distance[~known] = 0.0
    distance *= distance
    found = ~np.isnan(estimate) & (counted > 0.0)
    return np.where(found, scale * (distance @ rscales), np.nan), np.asarray(dropped)


def replicate_covariance(
    estimate: FloatArray, replicate: FloatArray, scale: float, rscales: FloatArray, centre: VarianceCentre
) -> tuple[FloatArray, int]:
    """
    Covariance of several estimates from their common replicates.

    Parameters
    ----------
    estimate : (p,) float
        Under the full weight; nan where there is none.
    replicate : (p, R) float
        Under each replicate, measured from the same constants.
    scale : float
    rscales : (R,) float
    centre : {"mean", "estimate"}

    Returns
    -------
    covariance : (p, p) float
        nan in the rows and columns of estimates that there are none of.
    dropped : int
        Replicates left out: those in which one of the other estimates is missing. The diagonal is then not that of
        `replicate_variance`, which leaves out for each estimate its own.

    Examples
    --------
    >>> replicate_covariance(np.zeros(2), np.array([[1.0, -1.0], [2.0, -2.0]]), 0.5, np.ones(2), "mean")[0]
    array([[1., 2.],
           [2., 4.]])
    """
    known = ~np.isnan(estimate) & ~np.isnan(replicate).all(axis=-1)
    kept = ~np.isnan(replicate[known]).any(axis=0)
    value, factors = replicate[known][:, kept], rscales[kept]
    result = np.full((estimate.size, estimate.size), np.nan)
    dropped = int(rscales.size - kept.sum())
    if not (factors > 0.0).any():
        return result, dropped
    middle = value[:, factors > 0.0].mean(axis=1) if centre == "mean" else estimate[known]
    distance = (value - middle[:, np.newaxis]) * np.sqrt(factors)
    result[np.ix_(known, known)] = scale * (distance @ distance.T)
    return result, dropped
