"""From a frame and a sample: design weights and response rates."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, ResponseError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.groups import Groups, group_rows
from barometer.survey.inputs import Labelled, Values, as_labelled, as_mask, as_vector


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DesignWeights:
    """
    Weights of the units drawn, and what they were made of.

    Attributes
    ----------
    weight : (n,) float
        N_h / n_h of each unit drawn, in the order of the frame.
    stratum : (n,) int
        Stratum of each unit drawn, 0..H-1.
    labels : (H,) tuple
    population, sampled : (H,) int
        N_h, units of the frame, and n_h, units drawn.
    """

    weight: FloatArray
    stratum: IntArray
    labels: tuple[object, ...]
    population: IntArray
    sampled: IntArray

    def __repr__(self) -> str:
        """Say what it is; never a weight."""
        drawn, units = int(self.sampled.sum()), int(self.population.sum())
        return f"<DesignWeights: {drawn:,} of {units:,} units drawn in {len(self.labels):,} strata>"


def design_weights(stratum: Values, sampled: Values) -> DesignWeights:
    """
    Weight the units drawn in a stratified sample by N_h / n_h.

    Parameters
    ----------
    stratum : (N,) labels
        Stratum of each unit of the frame.
    sampled : (N,) array_like of bool
        Whether it was drawn.

    Returns
    -------
    DesignWeights

    Raises
    ------
    ArgumentError
        If arrays have different lengths or labels are missing.
    ResponseError
        If none is drawn of a stratum: its units would be represented by nobody.

    Notes
    -----
    The inverse of the inclusion probability of a simple random sample in each stratum (Horvitz and Thompson 1952).

    Examples
    --------
    >>> design_weights(["a", "a", "a", "b"], [True, True, False, True]).weight
    array([1.5, 1.5, 1. ])
    """
    found = complete_labels("stratum", stratum)
    drawn = as_mask("sampled", sampled, found.code.size)
    population = np.bincount(found.code, minlength=len(found.labels))
    count = np.bincount(found.code[drawn], minlength=len(found.labels))
    for position in np.flatnonzero((count == 0) & (population > 0)):
        units = int(population[position])
        message = f"none of {units:,} units is drawn, so that nobody stands for them. Join it to another stratum"
        raise ResponseError("stratum", str(found.labels[position]), units, message)
    code = found.code[drawn]
    return DesignWeights(population[code] / count[code], code, found.labels, population, count)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ResponseRates:
    """
    Response of the sample: row 0 is the total, rows 1..G are the groups.

    Attributes
    ----------
    domains : tuple of str
    groups : (G,) tuple of tuple
    sampled, answered : (1 + G,) int
    rate, weighted_rate : (1 + G,) float
        Answers over units drawn, and of their design weights; nan in a group of which none was drawn.
    """

    domains: tuple[str, ...]
    groups: tuple[tuple[object, ...], ...]
    sampled: IntArray
    answered: IntArray
    rate: FloatArray
    weighted_rate: FloatArray

    def __repr__(self) -> str:
        """Say what it is."""
        by = f" by {' x '.join(self.domains)}" if self.domains else ""
        answered, sampled, weighted = self.answered[0], self.sampled[0], 100.0 * self.weighted_rate[0]
        return f"<ResponseRates{by}: {answered:,} of {sampled:,} answered, weighted {weighted:.1f}%>"


def response_rates(answered: Values, *, weight: Values = None, by: Values = None) -> ResponseRates:
    """
    Response rates in total and by groups of the sample.

    Parameters
    ----------
    answered : (n,) array_like of bool
        Of each unit drawn.
    weight : (n,) array_like of float, optional
        Design weights; 1 without them.
    by : (n,) labels, or several of them, optional
        Several are crossed, as in `estimate_shares`.

    Returns
    -------
    ResponseRates

    Notes
    -----
    The rate is AAPOR's response rate 1, which here equals 2, 5 and 6: every unit drawn is eligible, none answers in
    part. The weighted rate estimates the share of the population that would answer.

    References
    ----------
    AAPOR (2023), Standard definitions, 10th edition.
    """
    mask = answers_of(answered)
    w = weights_of(weight, mask.size)
    groups = group_rows(by, mask.size)
    sampled, reached = counted(groups, np.ones(mask.size)), counted(groups, mask.astype(np.float64))
    return ResponseRates(
        domains=groups.domains,
        groups=groups.labels,
        sampled=sampled.astype(np.intp),
        answered=reached.astype(np.intp),
        rate=ratio(reached, sampled),
        weighted_rate=ratio(counted(groups, w * mask), counted(groups, w)),
    )


def complete_labels(argument: str, values: Values, n: int | None = None, name: str = "") -> Labelled:
    """
    Return labels of which none is missing.

    Raises
    ------
    ArgumentError
        With the count of rows without one, or both lengths.
    """
    found, which = as_labelled(argument, values), f"{name!r} " if name else ""
    if n is not None and found.code.size != n:
        raise ArgumentError(argument, f"{which}has {found.code.size:,} rows, answered has {n:,}")
    if bad := int((found.code < 0).sum()):
        in_it = f" in {name!r}" if name else ""
        raise ArgumentError(argument, f"{bad:,} of {found.code.size:,} rows have no label{in_it}: the frame must say")
    return found


def answers_of(answered: Values) -> BoolArray:
    """
    Return who answered.

    Raises
    ------
    ArgumentError
        If it is not boolean or nobody did.
    """
    return as_mask("answered", answered)


def weights_of(weight: Values, n: int) -> FloatArray:
    """
    Return design weights of n units; 1 where none are given.

    Raises
    ------
    ArgumentError
        If one is missing, infinite, zero or negative, or there are not n.
    """
    if weight is None:
        return np.ones(n)
    w = as_vector("weight", weight).astype(np.float64)
    if w.size != n:
        raise ArgumentError("weight", f"has {w.size:,} rows, answered has {n:,}")
    if bad := int((~(np.isfinite(w) & (w > 0.0))).sum()):
        raise ArgumentError("weight", f"{bad:,} of {n:,} are missing, infinite, zero or negative")
    return w


def counted(groups: Groups, values: FloatArray) -> FloatArray:
    """Sum values in total and by group: (1 + G,)."""
    inside = groups.code >= 0
    by_group = sums_by(groups.code[inside], values[inside], len(groups.labels))
    return np.concatenate([[values.sum()], by_group])


def ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Divide; nan where the whole is 0."""
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0.0))


def sums_by(code: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Sum values by code 0..size-1."""
    return np.bincount(code, values, size).astype(np.float64)
