"""Replicate factors: what the weight of each primary sampling unit is multiplied with in each replicate."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, DesignError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.bootstrap import plan_bootstrap
from barometer.survey.stages import TAKEN_WHOLE, LonelyRule, check_sampled, classify_strata

ReplicationKind = Literal["jk1", "jkn", "brr", "fay", "rao_wu"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Replicates:
    """
    Factors of U primary sampling units in R replicates, and how the spread of the replicates becomes a variance.

    The variance is scale times the sum over replicates of rscales times the squared distance from the centre.

    Attributes
    ----------
    factor : (U, R) float
        Not negative; 1 leaves a weight as it is.
    scale : float
    rscales : (R,) float
    kind : {"jk1", "jkn", "brr", "fay", "rao_wu"}
    df : int
        Sampling units less strata, at most one less than there are replicates.
    """

    factor: FloatArray
    scale: float
    rscales: FloatArray
    kind: ReplicationKind
    df: int

    def __repr__(self) -> str:
        """Say what it is."""
        units, replicates = self.factor.shape
        return f"<Replicates: {self.kind}, {replicates:,} replicates of {units:,} sampling units, df {self.df:,}>"


def delete_one(units: int, fraction: float = 0.0) -> Replicates:
    """
    Jackknife of an unstratified sample (JK1): each replicate leaves out one sampling unit.

    Parameters
    ----------
    units : int
        n, sampling units drawn; at least 2.
    fraction : float
        f, the sampling fraction; 0 without finite population correction.

    Returns
    -------
    Replicates
        n of them, with factor n/(n - 1) for the units that stay and scale (1 - f)(n - 1)/n, as R's `jk1weights`.

    Raises
    ------
    DesignError
        If there is one unit, or the population was taken whole.

    References
    ----------
    Wolter (2007), Introduction to variance estimation, chapter 4.

    Examples
    --------
    >>> delete_one(3).factor
    array([[0. , 1.5, 1.5],
           [1.5, 0. , 1.5],
           [1.5, 1.5, 0. ]])
    """
    if units < 2:
        raise DesignError("psu", f"a jackknife needs at least 2 sampling units, got {units}")
    check_sampled(np.array([1.0 - fraction < TAKEN_WHOLE]))
    factor = np.full((units, units), units / (units - 1))
    np.fill_diagonal(factor, 0.0)
    return Replicates(factor, (1.0 - fraction) * (units - 1) / units, np.ones(units), "jk1", units - 1)


def delete_one_by_stratum(
    stratum: IntArray, units: IntArray, fraction: FloatArray, *, lonely_psu: LonelyRule = "error"
) -> Replicates:
    """
    Jackknife of a stratified sample (JKn): each replicate leaves out one sampling unit of one stratum.

    Parameters
    ----------
    stratum : (U,) int
        Stratum of each sampling unit, 0..H-1.
    units : (H,) int
        n_h, sampling units drawn from each stratum.
    fraction : (H,) float
        f_h, sampling fraction of each stratum; 0 without finite population correction.
    lonely_psu : {"error", "remove", "certainty", "adjust", "average"}
        What becomes of a stratum with one unit that was not taken whole.

    Returns
    -------
    Replicates
        One for each unit of a stratum that has several and was not taken whole. Factors are n_h/(n_h - 1) for the
        units that stay in the stratum and 1 elsewhere; rscales (1 - f_h)(n_h - 1)/n_h; scale 1.

    Raises
    ------
    DesignError
        If nothing can be left out: every stratum was taken whole or has one unit.
    LonelyPSUError
        If a stratum that is not taken whole has one unit and no rule was chosen.

    Notes
    -----
    Lonely strata follow R's `jknweights`: "remove" and "certainty" leave nothing out of them; "adjust" leaves the whole
    stratum out in one replicate, with factor H/(H - 1) elsewhere and rscale (H - 1)/H; "average" multiplies the
    variance with the number of units over the number of replicates. Units of strata that were taken whole are not
    counted there (R counts them, although they add nothing to the average).

    References
    ----------
    Rust and Rao (1996), Variance estimation for complex surveys using replication techniques. Stat. Methods Med.
    Res. 5.
    """
    _check_counts(stratum, units)
    whole, lonely = classify_strata(units, fraction, lonely_psu)
    n = units[stratum]
    deleted = np.flatnonzero(~(whole | lonely)[stratum])
    alone = np.flatnonzero(lonely) if lonely_psu == "adjust" else np.empty(0, dtype=np.intp)
    strata = units.size
    if deleted.size + alone.size == 0 or (alone.size and strata == 1):
        raise DesignError("psu", f"no sampling unit can be left out: none of {strata:,} strata has two units or more")
    factor = np.ones((stratum.size, deleted.size + alone.size))
    same = stratum[:, np.newaxis] == stratum[deleted]
    np.copyto(factor[:, : deleted.size], n[deleted] / np.maximum(n[deleted] - 1.0, 1.0), where=same)
    factor[deleted, np.arange(deleted.size)] = 0.0
    if alone.size:
        factor[:, deleted.size :] = np.where(stratum[:, np.newaxis] == alone, 0.0, strata / (strata - 1.0))
    rscales = np.full(factor.shape[1], 1.0 - 1.0 / strata)
    rscales[: deleted.size] = (1.0 - fraction[stratum[deleted]]) * (1.0 - 1.0 / n[deleted])
    scale = float((~whole[stratum]).sum() / deleted.size) if lonely_psu == "average" and lonely.any() else 1.0
    return Replicates(factor, scale, rscales, "jkn", _degrees_of_freedom(stratum, units, factor.shape[1]))


def balanced_half_samples(stratum: IntArray, units: IntArray, *, rho: float = 0.0) -> Replicates:
    """
    Balanced repeated replication of a sample with two units in each stratum, plain (BRR) or Fay's.

    Parameters
    ----------
    stratum : (U,) int
        Stratum of each sampling unit, 0..H-1.
    units : (H,) int
        2 for each stratum.
    rho : float
        Part of its weight that a unit keeps when it is not in the half sample, 0 <= rho < 1; 0 is plain BRR.

    Returns
    -------
    Replicates
        As many as the smallest Hadamard matrix with more than H rows has, with factors 2 - rho and rho and scale
        1/(R (1 - rho)^2). They are fully balanced: every unit is in half of the half samples.

    Raises
    ------
    ArgumentError
        If rho is outside its range.
    DesignError
        If a stratum has not two units.

    Notes
    -----
    There is no finite population correction in these replicates.

    References
    ----------
    McCarthy (1969), Pseudo-replication: half samples. Rev. Int. Stat. Inst. 37. Judkins (1990), Fay's method for
    variance estimation. J. Off. Stat. 6.

    Examples
    --------
    >>> balanced_half_samples(np.array([0, 0]), np.array([2])).factor
    array([[2., 0.],
           [0., 2.]])
    """
    if not 0.0 <= rho < 1.0:
        raise ArgumentError("rho", f"expected a number from 0 to below 1, got {rho}")
    _check_counts(stratum, units)
    if bad := int((units != 2).sum()):
        raise DesignError(
            "psu",
            f"{bad:,} of {units.size:,} strata have not exactly 2 sampling units, which half samples need; "
            'join or split strata, or use "jkn" or "rao_wu"',
        )
    sign = hadamard_matrix(units.size + 1)[1 : units.size + 1]
    replicates = sign.shape[1]
    pairs = np.argsort(stratum, kind="stable").reshape(-1, 2)
    factor = np.empty((stratum.size, replicates))
    factor[pairs[:, 0]] = np.where(sign > 0, 2.0 - rho, rho)
    factor[pairs[:, 1]] = np.where(sign > 0, rho, 2.0 - rho)
    scale = 1.0 / (replicates * (1.0 - rho) ** 2)
    df = _degrees_of_freedom(stratum, units, replicates)
    return Replicates(factor, scale, np.ones(replicates), "fay" if rho > 0.0 else "brr", df)


def rescaled_bootstrap(
    stratum: IntArray,
    units: IntArray,
    fraction: FloatArray,
    *,
    replicates: int,
    seed: int,
    draws: IntArray | None = None,
    lonely_psu: LonelyRule = "error",
) -> Replicates:
    """
    Rescaled bootstrap of Rao and Wu: sampling units drawn again with replacement within strata.

    Parameters
    ----------
    stratum : (U,) int
        Stratum of each sampling unit, 0..H-1.
    units : (H,) int
        n_h, sampling units drawn from each stratum.
    fraction : (H,) float
        f_h, sampling fraction of each stratum; 0 without finite population correction.
    replicates : int
        R, at least 2.
    seed : int
        The same seed gives the same factors.
    draws : (H,) int, optional
        m_h, units drawn again from each stratum; n_h - 1 without it. At most (n_h - 1)/(1 - f_h), so that no factor is
        negative.
    lonely_psu : {"error", "remove", "certainty"}
        What becomes of a stratum with one unit that was not taken whole: an error, or its factors stay 1.

    Returns
    -------
    Replicates
        With scale 1/(R - 1). Strata that were taken whole have factor 1 throughout.

    Raises
    ------
    ArgumentError
        If there are fewer than 2 replicates or a number of draws is out of range.
    DesignError
        If every stratum was taken whole, or the lonely rule is one that a bootstrap does not have.
    LonelyPSUError
        If a stratum that is not taken whole has one unit and no rule was chosen.

    Notes
    -----
    The factor of a unit drawn r times is 1 - lambda + lambda (n/m) r with lambda = sqrt(m (1 - f)/(n - 1)): its mean is
    1, and the variance over draws of a total is the linearization variance with its finite population correction.
    Units of a stratum are drawn in blocks of 256, each from the seed, the stratum and the block's place: rows that are
    read from a source in the same order, their strata in the order of their labels, have the same factors.

    References
    ----------
    Rao and Wu (1988), Resampling inference with complex survey data. JASA 83. Rao, Wu and Yue (1992), Some recent work
    on resampling methods for complex surveys. Surv. Methodol. 18.
    """
    _check_counts(stratum, units)
    plan = plan_bootstrap(units, fraction, replicates=replicates, seed=seed, draws=draws, lonely_psu=lonely_psu)
    factor, order = np.empty((stratum.size, replicates)), np.argsort(stratum, kind="stable")
    for code, first in enumerate((np.cumsum(units) - units).tolist()):
        for block in plan.blocks(code):
            start = first + block.first
            factor[order[start : start + block.size]] = plan.factors(block).T
    df = _degrees_of_freedom(stratum, units, replicates)
    return Replicates(factor, 1.0 / (replicates - 1), np.ones(replicates), "rao_wu", df)


def hadamard_matrix(at_least: int) -> NDArray[np.int8]:
    """
    Return the smallest Hadamard matrix of Sylvester's and Paley's kinds that has `at_least` rows.

    Parameters
    ----------
    at_least : int

    Returns
    -------
    (m, m) int8
        1 and -1, rows orthogonal, the first all 1: every other row sums to 0. Paley's are those of primes, so that
        now and then m is 4 or 8 more than it need be.

    References
    ----------
    Paley (1933), On orthogonal matrices. J. Math. Phys. 12.

    Examples
    --------
    >>> hadamard_matrix(3)
    array([[ 1,  1,  1,  1],
           [ 1, -1,  1, -1],
           [ 1,  1, -1, -1],
           [ 1, -1, -1,  1]], dtype=int8)
    """
    order = 1 if at_least <= 1 else 2 if at_least == 2 else 4 * -(-at_least // 4)
    while True:
        matrix = _hadamard(order)
        if matrix is not None:
            return np.asarray(matrix * matrix[0])
        order += 4


def _hadamard(order: int) -> NDArray[np.int8] | None:
    """Construct a Hadamard matrix of exactly this order; None where neither Sylvester nor Paley gives one."""
    if order == 1:
        return np.ones((1, 1), dtype=np.int8)
    half = None if order % 2 or (order % 4 and order > 2) else _hadamard(order // 2)
    if half is not None:
        return np.kron(np.array([[1, 1], [1, -1]], dtype=np.int8), half)
    if order % 4 == 0 and _is_prime(order - 1):
        border = np.pad(_residues(order - 1), ((1, 0), (1, 0)), constant_values=1)
        border[0, 0] = 0
        border[1:, 0] = -1
        return border + np.eye(order, dtype=np.int8)
    if order % 4 == 0 and order % 8 and _is_prime(order // 2 - 1):
        border = np.pad(_residues(order // 2 - 1), ((1, 0), (1, 0)), constant_values=1)
        border[0, 0] = 0
        double = np.array([[1, 1], [1, -1]], dtype=np.int8)
        turned = np.array([[1, -1], [-1, -1]], dtype=np.int8)
        return np.kron(border, double) + np.kron(np.eye(order // 2, dtype=np.int8), turned)
    return None


def _residues(prime: int) -> NDArray[np.int8]:
    """(q, q) 1 where row - column is a square modulo q, -1 where not, 0 on the diagonal."""
    character = np.full(prime, -1, dtype=np.int8)
    character[np.arange(1, prime) ** 2 % prime] = 1
    character[0] = 0
    places = np.arange(prime)
    return np.asarray(character[(places[:, np.newaxis] - places) % prime])


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def _check_counts(stratum: IntArray, units: IntArray) -> None:
    found = np.bincount(stratum, minlength=units.size)
    if found.size != units.size or (found != units).any():
        raise DesignError("stratum", f"{stratum.size:,} sampling units do not have the counts of {units.size:,} strata")


def _degrees_of_freedom(stratum: IntArray, units: IntArray, replicates: int) -> int:
    return min(stratum.size - units.size, replicates - 1)
