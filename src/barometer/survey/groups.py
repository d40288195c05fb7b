"""Domains as codes: one set of labels, or several that are crossed."""

from dataclasses import dataclass

import numpy as np

from barometer.errors import ArgumentError
from barometer.survey.arrays import IntArray, compact
from barometer.survey.inputs import Labelled, Values, as_labelled, as_several


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Groups:
    """
    Which group each row is in.

    Attributes
    ----------
    code : (n,) int
        0..len(labels)-1; -1 where a label is missing.
    domains : tuple of str
        Names of the sets of labels; empty when there is only the total.
    labels : tuple of tuple
        Labels of each group, one for each domain.
    """

    code: IntArray
    domains: tuple[str, ...]
    labels: tuple[tuple[object, ...], ...]

    def __repr__(self) -> str:
        """Say what it is; never the group of a row."""
        by = f" by {' x '.join(self.domains)}" if self.domains else ""
        return f"<Groups: {self.code.size:,} rows in {len(self.labels):,} groups{by}>"


def group_rows(by: Values, n: int) -> Groups:
    """
    Code the domains of n rows.

    Parameters
    ----------
    by : None, Groups, (n,) labels, or several of them as a mapping, a frame or a list
        Several are crossed. A single one keeps the categories that no row has; a cross keeps the cells that have rows.
    n : int

    Returns
    -------
    Groups

    Raises
    ------
    ArgumentError
        If labels have another length, or no row has one.
    """
    if by is None:
        return Groups(np.full(n, -1, dtype=np.intp), (), ())
    if isinstance(by, Groups):
        return _checked(by, n)
    several = as_several("by", by)
    found = [as_labelled("by", values) for values in several.values()]
    for name, labelled in zip(several, found, strict=True):
        if labelled.code.size != n:
            raise ArgumentError("by", f"{name!r} has {labelled.code.size:,} rows, the design has {n:,}")
    if len(found) == 1:
        groups = Groups(found[0].code, tuple(several), tuple((label,) for label in found[0].labels))
    else:
        groups = _crossed(tuple(several), found)
    return _checked(groups, n)


def _crossed(names: tuple[str, ...], found: list[Labelled]) -> Groups:
    sizes = [max(len(labelled.labels), 1) for labelled in found]
    inside = np.logical_and.reduce([labelled.code >= 0 for labelled in found])
    cell = np.ravel_multi_index([np.maximum(labelled.code, 0) for labelled in found], sizes)
    present, position = compact(cell[inside], int(np.prod(sizes)))
    code = np.full(inside.size, -1, dtype=np.intp)
    code[inside] = position
    places = np.unravel_index(present, sizes)
    labels = tuple(
        tuple(labelled.labels[place] for labelled, place in zip(found, cell_places, strict=True))
        for cell_places in zip(*places, strict=True)
    )
    return Groups(code, names, labels)


RESERVED = (
    *("outcome", "estimate", "se", "ci_low", "ci_high", "df", "n", "weighted_base"),
    *("cv", "deff", "deff_replacement", "n_effective", "note", "flag"),
)
"""Columns of a result, which no domain may be called."""


def _checked(groups: Groups, n: int) -> Groups:
    for name in groups.domains:
        if name in RESERVED:
            raise ArgumentError("by", f"a domain is called {name!r}, as a column of the result is: rename it")
    if any(label == "total" for labels in groups.labels for label in labels):
        raise ArgumentError("by", "a group is called 'total', as all rows together are: rename it")
    if groups.code.size != n:
        raise ArgumentError("by", f"has {groups.code.size:,} rows, the design has {n:,}")
    if groups.domains and not (groups.code >= 0).any():
        raise ArgumentError("by", f"0 of {n:,} rows are in a group: every label is missing")
    return groups
