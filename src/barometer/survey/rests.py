"""Each group of a sample beside the rest of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from barometer.survey.arrays import FloatArray
from barometer.survey.residuals import ResidualSums
from barometer.survey.sums import CellSums, Products

if TYPE_CHECKING:
    from barometer.survey.replicate_sums import ReplicateSums


def beside_rests(sums: CellSums) -> CellSums:
    """
    Tell every row G times: in its own group, or in the rest that stands beside each of the other groups.

    Parameters
    ----------
    sums : CellSums
        Of shares in G groups; rows in no group are in every rest.

    Returns
    -------
    CellSums
        Of 2 G groups: group 2 g is g, group 2 g + 1 its rest. The two have no row in common, so that their estimates,
        variances and covariance are those of any two groups. Nothing else may be read from it: the total counts rows
        G times, and rests overlap with each other and with other groups.

    Notes
    -----
    A rest is the sum of the groups before and after, never the total less the group: nothing cancels, and a share of
    one stays exactly one.
    """
    groups, clusters = sums.groups, sums.facts.clusters
    filled = np.zeros((clusters, 1 + groups), dtype=np.bool_)
    filled[sums.cluster, sums.group + 1] = True
    own = filled[:, 1:]
    elsewhere = filled.sum(axis=1, keepdims=True) > own
    cluster, group = np.nonzero(np.stack([own, elsewhere], axis=-1).reshape(clusters, 2 * groups))
    done: dict[int, FloatArray] = {}

    def both(values: FloatArray) -> FloatArray:
        # Arrays that were the same array stay so: the variances look at that.
        if id(values) not in done:
            done[id(values)] = _split(values, sums, clusters)[cluster, group]
        return done[id(values)]

    def products(of: Products) -> Products:
        return Products(both(of.uu), both(of.ux), both(of.xx))

    return replace(
        sums,
        domains=(*sums.domains, "side"),
        labels=tuple((*label, side) for label in sums.labels for side in ("group", "rest")),
        cluster=cluster,
        group=group,
        centre=np.zeros((cluster.size, sums.base.size)),
        rows=both(sums.rows),
        weighted=both(sums.weighted),
        weight=both(sums.weight),
        weight_sq=both(sums.weight_sq),
        numerator=both(sums.numerator),
        denominator=both(sums.denominator),
        flat=products(sums.flat),
        square=None if sums.square is None else products(sums.square),
        across="none",
        products=None,
        residuals=None if sums.residuals is None else _residuals_beside_rests(sums.residuals),
    )


def replicates_beside_rests(sums: "ReplicateSums") -> "ReplicateSums":
    """
    Return the same under replicate weights; see `beside_rests`.

    Replicate totals of a rest are those of the total less the group's.
    """
    return replace(
        sums,
        cells=beside_rests(sums.cells),
        origin=_less(sums.origin),
        numerator=_less(sums.numerator),
        denominator=_less(sums.denominator),
    )


def _residuals_beside_rests(sums: ResidualSums) -> ResidualSums:
    product = None if sums.product is None else _less(sums.product)
    return replace(sums, origin=_less(sums.origin), instrument=_less(sums.instrument), product=product)


def _less(values: FloatArray) -> FloatArray:
    """Of the total and G groups, the total, and each group beside the total less the group: (1 + 2 G, ...)."""
    pairs = np.stack([values[1:], values[:1] - values[1:]], axis=1).reshape(-1, *values.shape[1:])
    return np.concatenate([values[:1], pairs])


def _split(values: FloatArray, sums: CellSums, clusters: int) -> FloatArray:
    """Sum each group and its rest by cluster: (F, 2 G, columns)."""
    table = np.zeros((clusters, 1 + sums.groups, values.shape[1]))
    table[sums.cluster, sums.group + 1] = values
    rest = np.zeros_like(table[:, 1:])
    np.cumsum(table[:, :-1], axis=1, out=rest)
    if sums.groups > 1:
        rest[:, :-1] += np.cumsum(table[:, :1:-1], axis=1)[:, ::-1]
    return np.stack([table[:, 1:], rest], axis=2).reshape(clusters, -1, values.shape[1])
