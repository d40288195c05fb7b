"""Some of what sums hold: some of their outcomes, or no groups."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from barometer.errors import UnknownNameError, check_kind
from barometer.survey.merging import add_up
from barometer.survey.sums import CellSums, Products

LISTED = 6
"""Names that a message lists."""


def keep_outcomes(sums: CellSums, names: Sequence[str]) -> CellSums:
    """
    Return the sums of some outcomes, and of the bases that these have.

    Parameters
    ----------
    sums : CellSums
        Not of a calibrated design.
    names : sequence of str
        All of them outcomes of the sums.

    Returns
    -------
    CellSums
        In the order of the names.
    """
    check_kind("sums", sums, CellSums, "sums, as sum_cells makes and the .sums of estimates")
    if unknown := [name for name in names if name not in sums.names]:
        raise UnknownNameError("outcome in these sums", str(unknown[0]), sums.names)
    if tuple(names) == sums.names:
        return sums
    chosen = np.array([sums.names.index(name) for name in names], dtype=np.intp)
    bases, base = np.unique(sums.base[chosen], return_inverse=True)
    done: dict[tuple[int, bool], Any] = {}

    def taken(values: Any, *, of_bases: bool = False) -> Any:
        key = id(values), of_bases
        if key not in done:  # a share's squares are its sums: the same array stays the same
            done[key] = values[:, bases if of_bases else chosen]
        return done[key]

    def products(of: Products) -> Products:
        return Products(taken(of.uu), taken(of.ux), taken(of.xx, of_bases=True))

    every = np.concatenate([chosen, sums.base.size + bases])
    return replace(
        sums,
        names=tuple(names),
        base=base.astype(np.intp),
        centre=taken(sums.centre),
        rows=taken(sums.rows, of_bases=True),
        weighted=taken(sums.weighted, of_bases=True),
        weight=taken(sums.weight, of_bases=True),
        weight_sq=taken(sums.weight_sq, of_bases=True),
        numerator=taken(sums.numerator),
        denominator=taken(sums.denominator, of_bases=True),
        flat=products(sums.flat),
        square=None if sums.square is None else products(sums.square),
        products=None if sums.products is None else sums.products[:, every[:, np.newaxis], every],
    )


def drop_groups(sums: CellSums) -> CellSums:
    """
    Return the sums of all rows of each cluster, whatever group they are in.

    Parameters
    ----------
    sums : CellSums
        Not of a calibrated design.
    """
    check_kind("sums", sums, CellSums, "sums, as sum_cells makes and the .sums of estimates")
    if not sums.domains:
        return sums
    return add_up([replace(sums, domains=(), labels=(), group=np.full_like(sums.group, -1))], sums.facts)


def listed(names: Sequence[str]) -> str:
    """Write the first names, and how many there are more."""
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more} more" if more > 0 else "")
