"""The constants that sums are measured from: where they come from, and how sums move from one to another."""

from dataclasses import replace

import numpy as np

from barometer.survey.arrays import FloatArray
from barometer.survey.sums import CellSums, Products


def origins(sums: CellSums) -> FloatArray:
    """
    Return the constant of the first cell of the total and of each group.

    Parameters
    ----------
    sums : CellSums

    Returns
    -------
    (1 + groups, k) float
        0 for groups without cells.
    """
    result = np.zeros((1 + sums.groups, sums.base.size))
    if sums.centre.any():
        place, first = np.unique(sums.group + 1, return_index=True)
        result[place] = sums.centre[first]
        result[0] = sums.centre[0]
    return result


def moved(sums: CellSums, centre: FloatArray) -> CellSums:
    """
    Return the sums with their outcomes measured from other constants.

    Parameters
    ----------
    sums : CellSums
    centre : (c, k) float

    Returns
    -------
    CellSums

    Notes
    -----
    With u' = u + d x, sum w u' = sum w u + d sum w x, and sum w u' u' = sum w u u + 2 d sum w u x + d^2 sum w x x.
    """
    shift = sums.centre - centre
    if not shift.any():
        return sums
    pilot = sums.pilot[sums.cluster][:, np.newaxis]
    square = sums.square
    if square is not None:
        raw_ux = square.ux + pilot * sums.flat.ux
        raw_xx = sums.weight_sq if pilot.any() else square.xx
        uu = square.uu + 2.0 * shift * raw_ux + shift**2 * raw_xx[:, sums.base]
        without_pilot = raw_xx[:, sums.base] - pilot * sums.flat.xx[:, sums.base]
        square = Products(uu, square.ux + shift * without_pilot, square.xx)
    products = sums.products
    if products is not None:
        k = sums.base.size
        products = products.copy()
        products[:, :k] += shift[:, :, np.newaxis] * products[:, k + sums.base]
        products[:, :, :k] += shift[:, np.newaxis] * products[:, :, k + sums.base]
    xx = sums.flat.xx[:, sums.base]
    return replace(
        sums,
        centre=centre,
        numerator=sums.numerator + shift * sums.denominator[:, sums.base],
        flat=Products(
            sums.flat.uu + 2.0 * shift * sums.flat.ux + shift**2 * xx, sums.flat.ux + shift * xx, sums.flat.xx
        ),
        square=square,
        products=products,
    )


def weighed_from(sums: CellSums, pilot: FloatArray) -> CellSums:
    """
    Return the sums with the weights of their squares measured from other constants.

    Parameters
    ----------
    sums : CellSums
    pilot : (F,) float
        Of each finest cluster.

    Returns
    -------
    CellSums

    Notes
    -----
    With e = w - p and e' = e - d, sum w e' u = sum w e u - d sum w u, and
    sum e' e' = sum e e - 2 d (sum w - p n) + d^2 n.
    """
    further = (pilot - sums.pilot)[sums.cluster][:, np.newaxis]
    if not further.any() or sums.square is None:
        return replace(sums, pilot=pilot)
    excess = sums.weight - sums.pilot[sums.cluster][:, np.newaxis] * sums.rows
    xx = sums.square.xx - 2.0 * further * excess + further**2 * sums.rows
    return replace(sums, pilot=pilot, square=Products(sums.square.uu, sums.square.ux - further * sums.flat.ux, xx))
