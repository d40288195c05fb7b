"""Rows of the constraints that adjusted weights keep: what each reads of the scores, and takes away from them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from barometer.survey.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from barometer.survey.calibration import Calibration
    from barometer.survey.response_steps import ResponseRows

T = TypeVar("T", bound=np.generic)
ResidualRule = Literal["regression", "sweep"]
SWEEPS = 10
"""Rounds of R's `rake`."""
NO_RANK = 1e-10
"""Eigenvalue of scaled products below which a constraint follows from the others."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ConstraintRows:
    """
    L and D with a row for each row of the sample, and what they are joined by: residuals are s - D M L's.

    Attributes
    ----------
    place : (N, s) int
        Columns of the s numbers in each row of L and D.
    instrument : (N, s) float
        L times the final weight of the row.
    carrier : (N, s) float
        D.
    coefficients : (p, p) float
        M, from sums L's to coefficients.
    inside : (N,) bool or None
        Rows that estimates are made of, where the sample has others: those that did not answer.
    """

    place: IntArray
    instrument: FloatArray
    carrier: FloatArray
    coefficients: FloatArray
    inside: BoolArray | None = None

    def residuals(self, z: FloatArray, weight: FloatArray) -> FloatArray:
        """
        Take away from scores what the constraints explain.

        Parameters
        ----------
        z : (n, k) float
            Linearized variables of the rows that estimates are made of.
        weight : (n,) float

        Returns
        -------
        (N, k) float
            Weighted residuals, of all rows of the sample.
        """
        rows = slice(None) if self.inside is None else np.flatnonzero(self.inside)
        size = self.coefficients.shape[0]
        read = np.zeros((size, z.shape[1]))
        for places, amounts in zip(self.place[rows].T, self.instrument[rows].T, strict=True):
            np.add.at(read, places, amounts[:, np.newaxis] * z)
        explained = self.coefficients @ read
        left = np.zeros((self.place.shape[0], z.shape[1]))
        left[rows] = weight[:, np.newaxis] * z
        for places, amounts in zip(self.place.T, self.carrier.T, strict=True):
            left -= amounts[:, np.newaxis] * explained[places]
        return left


def constraint_rows(
    steps: "tuple[Calibration, ...]", weight: FloatArray, rule: ResidualRule, response: "ResponseRows | None" = None
) -> ConstraintRows:
    """
    Find the rows of the constraints of calibrations in turn, and of an adjustment for non-response before them.

    Parameters
    ----------
    steps : tuple of Calibration
        In their order.
    weight : (n,) float
        Final weights.
    rule : {"regression", "sweep"}
        As in `residuals_of`.
    response : ResponseRows, optional
        Of the whole sample, n of whose rows answered.

    Returns
    -------
    ConstraintRows

    Notes
    -----
    For step j from weights d to weights w the scores x become x - w X (X'dX)^- X'(d/w) x: R's `calibrate` and
    `postStratify`. "sweep" is what R's `rake` does, with 1/w in place of d/w and the levels of a margin at a time. The
    response comes last, although it was the first thing done to the weights: what the calibrations leave of the scores
    is what its estimated factors can still move.

    References
    ----------
    Deville and Särndal (1992). Lumley (2010), Complex surveys, section 7.3. Kim and Kim (2007), Nonresponse weighting
    adjustment using estimated response probability. Can. J. Stat. 35.
    """
    ends = np.cumsum([0] + [step.targets.size for step in steps])
    rows = [step.targets.columns() for step in steps]
    places = [place + offset for (place, _), offset in zip(rows, ends[:-1], strict=True)]
    amounts = [amount for _, amount in rows]
    instruments, carriers = [], []
    for step, amount in zip(steps, amounts, strict=True):
        after = _over(weight, step.weight)
        before = after if rule == "sweep" else step.base_weight * after
        instruments.append(amount * before[:, np.newaxis])
        carriers.append(amount * step.weight[:, np.newaxis])
    coefficients = _coefficients(steps, places, amounts, ends, rule)
    if response is None:
        place, instrument, carrier = (np.concatenate(parts, axis=1) for parts in (places, instruments, carriers))
        return ConstraintRows(place, instrument, carrier, coefficients)
    inside, ones = response.answered, np.ones(response.place.shape)
    final = np.zeros(inside.size)
    final[inside] = weight
    blocks = list(zip(places, carriers, strict=True))
    own_instrument = ones * (response.instrument * final)[:, np.newaxis]
    own_carrier = ones * response.carrier[:, np.newaxis]
    return ConstraintRows(
        place=np.concatenate([*(_at(inside, place) for place in places), response.place + ends[-1]], axis=1),
        instrument=np.concatenate([*(_at(inside, part) for part in instruments), own_instrument], axis=1),
        carrier=np.concatenate([*(_at(inside, part) for part in carriers), own_carrier], axis=1),
        coefficients=_with_response(coefficients, response, blocks),
        inside=inside,
    )


def _at(inside: BoolArray, part: NDArray[T]) -> NDArray[T]:
    """Rows (n, s) among those of the whole sample (N, s); the others count for nothing."""
    whole = np.zeros((inside.size, part.shape[1]), dtype=part.dtype)
    whole[inside] = part
    return whole


def count_by(code: IntArray, place: IntArray, amount: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """
    Add up amounts by the code of their row and their place.

    Parameters
    ----------
    code : (n,) int
    place : (n, s) int
    amount : (n, s) float
    shape : (int, int)
        Of the result: codes and places.
    """
    total = np.zeros(shape[0] * shape[1])
    for places, amounts in zip(place.T, amount.T, strict=True):
        total += np.bincount(code * shape[1] + places, amounts, total.size)
    return total.reshape(shape)


def sum_products(one: IntArray, amount: FloatArray, other: IntArray, carried: FloatArray, columns: int) -> FloatArray:
    """Sum over rows the products of amounts at places of one kind with those of another: (p, p)."""
    shape = (columns, columns)
    pairs = zip(one.T, amount.T, strict=True)
    return np.asarray(
        np.sum([count_by(places, other, carried * amounts[:, np.newaxis], shape) for places, amounts in pairs], axis=0)
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
            with_all += sum_products(places[position], amounts[position], places[other], carried, columns)
        parts = [mine]
        if rule == "sweep":
            sizes = np.cumsum([ends[position]] + [len(margin.labels) for margin in step.targets.margins])
            parts = [slice(low, high) for low, high in pairwise(sizes)] * SWEEPS
        inverses = {part.start: generalized_inverse(with_all[part, part]) for part in parts}
        for part in parts:
            found[part] += inverses[part.start] @ (unit[part] - with_all[part] @ found)
    return found


def _with_response(
    calibrated: FloatArray, response: "ResponseRows", blocks: list[tuple[IntArray, FloatArray]]
) -> FloatArray:
    """Coefficients M of the calibrations (q, q), and of the response after them: (p, p)."""
    inside, q = response.answered, calibrated.shape[0]
    p = q + response.coefficients.shape[0]
    place = response.place[inside] + q
    instrument = response.instrument[inside][:, np.newaxis] * np.ones(place.shape)
    with_all = np.zeros((p, p))
    for places, carrier in blocks:
        with_all += sum_products(place, instrument, places, carrier, p)
    found = np.zeros((p, p))
    found[:q, :q] = calibrated
    found[q:] = response.coefficients @ (np.eye(p)[q:] - with_all[q:] @ found)
    return found


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Divide weights; 1 where there are none."""
    return np.asarray(np.divide(part, whole, out=np.ones_like(part), where=whole != 0.0))


def generalized_inverse(products: FloatArray) -> FloatArray:
    """Generalized inverse of products of constraints, scaled to length one."""
    length = np.sqrt(np.maximum(np.diag(products), 0.0))
    length[length == 0.0] = 1.0
    value, vector = np.linalg.eigh(products / np.outer(length, length))
    kept = value > NO_RANK * max(float(value[-1]), 1.0)
    return np.asarray((vector[:, kept] / value[kept]) @ vector[:, kept].T / np.outer(length, length))
