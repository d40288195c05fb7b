"""Weights cut at bounds, what was cut being given to the others."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError, check_number
from barometer.survey.arrays import BoolArray, FloatArray
from barometer.survey.design_rows import checked_weights
from barometer.survey.inputs import Values

ROUNDS = 1000
ROUNDING = 1e-14
"""Relative distance from a bound that is rounding: passing it on would never end."""


@dataclass(frozen=True, slots=True, eq=False)
class Trimming:
    """
    Weights after trimming.

    Attributes
    ----------
    weight : (n,) float
        They add up to what the weights before did.
    cut : int
        Rows that were cut at a bound.
    moved : float
        Weight taken from those that were above the bound, less that given to those below, in all rounds.
    rounds : int
    beyond : int
        Rows that the redistribution moved over a bound; 0 if strict.
    bounds : (float, float)
    strict : bool
    """

    weight: FloatArray
    cut: int
    moved: float
    rounds: int
    beyond: int
    bounds: tuple[float, float]
    strict: bool

    def __repr__(self) -> str:
        """Say what was done; never a weight."""
        return (
            f"<Trimming: {self.cut:,} of {self.weight.size:,} weights cut, {self.moved:,.6g} redistributed in "
            f"{self.rounds} round(s), {self.beyond:,} beyond the bounds after>"
        )


def trim_weights(weight: Values, lower: float = 0.0, upper: float = np.inf, *, strict: bool = False) -> Trimming:
    """
    Cut weights at bounds and give what was cut to the others, the same to each.

    Parameters
    ----------
    weight : (n,) array_like of float
        Not negative.
    lower, upper : float
        Bounds of the weights.
    strict : bool
        Whether to go on until none is beyond the bounds. Otherwise one round is made, after which some may be.

    Returns
    -------
    Trimming

    Raises
    ------
    ArgumentError
        If the bounds are not in order, or nothing lies between them that could take what was cut.

    Notes
    -----
    R's `trimWeights(upper, lower, strict)`. A row once cut stays so, but for what later rounds give to all within.
    Trimmed weights no longer meet targets: trim before calibration, or calibrate with bounds.

    References
    ----------
    Potter (1990), A study of procedures to identify and trim extreme sampling weights. Proceedings of the Section on
    Survey Research Methods, American Statistical Association.

    Examples
    --------
    >>> trim_weights([1.0, 2.0, 9.0], upper=6.0).weight
    array([2.5, 3.5, 6. ])
    """
    base = checked_weights(weight)
    check_bounds(lower, upper)
    trimmed, cut, moved, rounds = base.copy(), np.zeros(base.size, dtype=np.bool_), 0.0, 0
    while (outside := _beyond(trimmed, lower, upper)).any():
        if rounds == (ROUNDS if strict else 1):
            break
        rounds += 1
        cut |= outside
        held = np.clip(trimmed, lower, upper)
        excess = float((trimmed - held).sum())
        if (inside := int((~outside).sum())) == 0:
            raise ArgumentError(
                "upper" if excess > 0.0 else "lower",
                f"all {base.size:,} weights are beyond the bounds ({lower:g}, {upper:g}) after {rounds} round(s): none "
                "is left to take what was cut",
            )
        held[~outside] += excess / inside
        trimmed, moved = held, moved + excess
    beyond = int(_beyond(trimmed, lower, upper).sum())
    if strict and beyond:
        raise ArgumentError(
            "upper", f"{beyond:,} weights are still beyond the bounds after {ROUNDS} rounds: widen them"
        )
    trimmed.setflags(write=False)
    return Trimming(trimmed, int(cut.sum()), moved, rounds, beyond, (lower, upper), strict)


def check_bounds(lower: float, upper: float) -> None:
    """
    Refuse bounds that are no numbers, or out of order.

    Raises
    ------
    ArgumentError
    """
    for argument, bound in (("lower", lower), ("upper", upper)):
        if bound not in (-np.inf, np.inf):
            check_number(argument, bound)
    if not lower < upper:
        raise ArgumentError("lower", f"must be below upper; got {lower!r} and {upper!r}")


def _beyond(weight: FloatArray, lower: float, upper: float) -> BoolArray:
    return np.asarray((weight < lower * (1.0 - ROUNDING)) | (weight > upper * (1.0 + ROUNDING)))
