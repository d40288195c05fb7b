"""Covariances between estimates of samples that share units, by stratum."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Literal

import numpy as np

from barometer.errors import DesignError, check_all, check_choice
from barometer.survey.arrays import FloatArray, IntArray, sum_by

OverlapRule = Literal["conditional", "stacked"]
"""Whether the number of units that each sample has in a stratum is given, or random in the stack of all samples."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnitScores:
    """
    What each row of one stratified sample adds to the errors of k estimates, and who it is.

    Attributes
    ----------
    score : (n, k) float
        Weighted linearized scores, in the unit of the estimates.
    group : (n,) int
        The group whose estimate each row adds to, 0..G-1; -1 for none.
    unit : (n,) int
        Codes that all samples share; none comes twice in one sample.
    stratum : (n,) int
        Codes that all samples share, 0..H-1.
    fraction : (n,) float
        Sampling fraction of the row's stratum; 0 without finite population correction.
    """

    score: FloatArray
    group: IntArray
    unit: IntArray
    stratum: IntArray
    fraction: FloatArray

    def __repr__(self) -> str:
        """Say what it is; never a row."""
        rows, estimates = self.score.shape
        return f"<UnitScores: {rows:,} rows, {estimates:,} estimate(s)>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Strata:
    """Rows (H,), sampling fractions (H,) and sums of scores (H, G, k) of one sample by stratum and group."""

    n: FloatArray
    fraction: FloatArray
    total: FloatArray


def covariance_of_samples(samples: Sequence[UnitScores], groups: int, rule: OverlapRule) -> FloatArray:
    """
    Covariance of the same estimates in several samples that share units.

    Parameters
    ----------
    samples : sequence of UnitScores
        W of them, with scores of the same k estimates.
    groups : int
        G.
    rule : {"conditional", "stacked"}

    Returns
    -------
    (W, W, G, k) float
        Squared units of the estimate; between samples a and b for each group and estimate. Under "conditional" the
        diagonal is 0: a variance is that of the sample's own design.

    Raises
    ------
    DesignError
        If units that are in two samples are in different strata.

    Notes
    -----
    In stratum h let n1, n2 be the rows of the samples, m the units in both, N the smaller of the population sizes.

    "conditional": given n1, n2 and m, with z the score less the mean score of its sample in the stratum,

        C = sum over h of (1 - n1 n2 / (m N)) / (1 - 1/n1 - 1/n2 + m / (n1 n2)) sum over common units of z1 z2,

    which has no bias for totals of simple random samples from one population: the covariance is (m - n1 n2/N) S12
    (Tam 1984), and the sum over common units estimates m (1 - 1/n1 - 1/n2 + m/(n1 n2)) S12. A number m that chance
    alone would give adds about nothing. The factor is held to what a correlation of one would allow, so that no change
    has a negative variance.

    "stacked": the samples as one sample of units, clusters of rows, drawn with replacement within strata:

        C = sum over h of n/(n - 1) (sum over common units of z1 z2 - (sum z1) (sum z2) / n),

    n being the distinct units of all samples; R's `svydesign(ids = ~id, strata = ~stratum)` of the stacked rows. How
    many of the n are in each sample counts as random there, so that the strata help little and a change seems less
    certain than it is.

    References
    ----------
    Tam (1984), On covariances from overlapping samples. American Statistician 38. Qualité and Tillé (2008), Variance
    estimation of changes in repeated surveys. Survey Methodology 34. Berger and Priam (2016), A simple variance
    estimator of change for rotating repeated surveys. JRSS A 179.
    """
    check_all("samples", samples, UnitScores, "samples in a list, each UnitScores(...)")
    check_choice("rule", rule, OverlapRule)
    strata = 1 + max(int(sample.stratum.max()) for sample in samples)
    held = [_by_stratum(sample, strata, groups) for sample in samples]
    distinct = _distinct(samples, strata)
    size, k = len(samples), samples[0].score.shape[1]
    result = np.zeros((size, size, groups, k))
    for a, b in combinations_with_replacement(range(size), 2):
        rows = common_rows(samples[a], samples[b])
        if rule == "stacked":
            result[a, b] = _in_stack(samples[a], samples[b], held[a], held[b], rows, distinct)
        elif a != b:
            result[a, b] = _given_sizes(samples[a], samples[b], held[a], held[b], rows)
        result[b, a] = result[a, b]
    return result


def common_rows(first: UnitScores, second: UnitScores) -> tuple[IntArray, IntArray]:
    """
    Find the rows of the units that are in both samples.

    Raises
    ------
    DesignError
        If some are in different strata.
    """
    _, of_first, of_second = np.intersect1d(first.unit, second.unit, assume_unique=True, return_indices=True)
    moved = int((first.stratum[of_first] != second.stratum[of_second]).sum())
    if moved:
        raise DesignError(
            "stratum",
            f"{moved:,} of {of_first.size:,} units that are in both samples are in different strata, so there is no "
            "stratum to take their covariance in. If the ids of the two do not mean the same units, treat the samples "
            "as independent; if units moved, give both samples the strata of one of them",
        )
    return of_first, of_second


def _by_stratum(sample: UnitScores, strata: int, groups: int) -> _Strata:
    fraction = np.zeros(strata)
    fraction[sample.stratum] = sample.fraction
    n = np.bincount(sample.stratum, minlength=strata).astype(np.float64)
    inside = sample.group >= 0
    cell = sample.stratum[inside] * groups + sample.group[inside]
    total = sum_by(sample.score[inside], cell, strata * groups)
    return _Strata(n, fraction, total.reshape(strata, groups, -1))


def _products(
    first: UnitScores, second: UnitScores, rows: tuple[IntArray, IntArray], strata: int, groups: int
) -> FloatArray:
    """(H, G, k) sums of z1 z2 over the units that are in the same group of both samples."""
    of_first, of_second = rows
    group = first.group[of_first]
    same = (group >= 0) & (group == second.group[of_second])
    product = first.score[of_first[same]] * second.score[of_second[same]]
    cell = first.stratum[of_first[same]] * groups + group[same]
    return sum_by(product, cell, strata * groups).reshape(strata, groups, -1)


def _given_sizes(
    first: UnitScores, second: UnitScores, one: _Strata, two: _Strata, rows: tuple[IntArray, IntArray]
) -> FloatArray:
    strata, groups, _ = one.total.shape
    part = [_rows_of(sample, chosen) for sample, chosen in zip((first, second), rows, strict=True)]
    common = [_by_stratum(sample, strata, groups) for sample in part]
    m = common[0].n
    mean = [held.total / np.maximum(held.n, 1.0)[:, np.newaxis, np.newaxis] for held in (one, two)]
    around = _products(first, second, rows, strata, groups)
    around -= mean[1] * common[0].total + mean[0] * common[1].total
    around += m[:, np.newaxis, np.newaxis] * mean[0] * mean[1]
    return np.asarray(np.einsum("h,hgk->gk", _factor(one, two, m), around))


def _factor(one: _Strata, two: _Strata, m: FloatArray) -> FloatArray:
    """(H,) what the sum around the means is multiplied with; see `covariance_of_samples`."""
    usable = (one.n > 1.0) & (two.n > 1.0) & (m > 0.0)
    n1, n2, both = (np.where(usable, values, 2.0) for values in (one.n, two.n, m))
    per_unit = np.maximum(one.fraction / n1, two.fraction / n2)
    factor = (1.0 - n1 * n2 * per_unit / both) / (1.0 - 1.0 / n1 - 1.0 / n2 + both / (n1 * n2))
    most = np.sqrt((1.0 - one.fraction) * n1 / (n1 - 1.0) * (1.0 - two.fraction) * n2 / (n2 - 1.0))
    return np.where(usable, np.clip(factor, -most, most), 0.0)


def _in_stack(
    first: UnitScores,
    second: UnitScores,
    one: _Strata,
    two: _Strata,
    rows: tuple[IntArray, IntArray],
    distinct: FloatArray,
) -> FloatArray:
    strata, groups, _ = one.total.shape
    n = np.maximum(distinct, 2.0)
    scale = np.where(distinct > 1.0, n / (n - 1.0), 0.0)
    around = _products(first, second, rows, strata, groups) - one.total * two.total / n[:, np.newaxis, np.newaxis]
    return np.asarray(np.einsum("h,hgk->gk", scale, around))


def _rows_of(sample: UnitScores, rows: IntArray) -> UnitScores:
    return UnitScores(
        sample.score[rows], sample.group[rows], sample.unit[rows], sample.stratum[rows], sample.fraction[rows]
    )


def _distinct(samples: Sequence[UnitScores], strata: int) -> FloatArray:
    """(H,) distinct units of all samples in each stratum."""
    pairs = np.unique(np.concatenate([sample.unit * strata + sample.stratum for sample in samples]))
    return np.bincount(pairs % strata, minlength=strata).astype(np.float64)
