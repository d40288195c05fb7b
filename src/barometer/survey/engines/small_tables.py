"""The small tables that engines deliver, made into clusters, groups and cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from barometer.errors import ArgumentError, DesignError
from barometer.survey.arrays import IntArray
from barometer.survey.engines.request import ClusterTable, Label
from barometer.survey.merging import add_up
from barometer.survey.sums import CellSums

if TYPE_CHECKING:
    import pyarrow as pa


def is_missing(label: object) -> bool:
    """Whether a label stands for none: null, or a float that is no number."""
    return label is None or label != label


def encoded(column: "pa.Array") -> tuple[IntArray, list[object]]:
    """
    Code the labels in a column.

    Parameters
    ----------
    column : (n,) pyarrow.Array

    Returns
    -------
    code : (n,) int
        Place of each row's label; -1 where it is missing.
    labels : list

    Raises
    ------
    ArgumentError
        If what it holds is no label.
    """
    import pyarrow as pa

    if pa.types.is_nested(column.type):
        raise ArgumentError("by", "holds labels of kinds that have no order: give text, numbers or dates")
    coded = column.dictionary_encode()
    labels = coded.dictionary.to_pylist()
    indices = coded.indices.fill_null(-1) if coded.null_count else coded.indices
    code = np.asarray(indices, dtype=np.intp)
    missing = [is_missing(label) for label in labels]
    return (np.where(np.array([*missing, True])[code], -1, code) if any(missing) else code), labels


def in_order(labels: Sequence[Any]) -> list[Any]:
    """Return labels in the order of their kinds and values."""

    def of_part(part: object) -> tuple[str, object]:
        return ("" if isinstance(part, int | float) else type(part).__name__, part)

    def key(label: Any) -> tuple[tuple[str, object], ...]:
        return tuple(of_part(part) for part in (label if isinstance(label, tuple) else (label,)))

    return sorted(labels, key=key)


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """
    What is wrong with weights, strata and population sizes: counts of rows.

    Attributes
    ----------
    n, missing, negative : int
    unlabelled : mapping of (argument, column) to int
        Rows without a label.
    sizeless : int
        Rows whose population size is missing, zero or negative.
    """

    n: int
    missing: int
    negative: int
    unlabelled: Mapping[tuple[str, str], int]
    sizeless: int


def check_rows(found: Weights) -> None:
    """
    Refuse what no design may have.

    Raises
    ------
    DesignError
        With the argument and the count.
    """
    faults = [
        ("weight", found.missing, "missing or infinite"),
        ("weight", found.negative, "negative"),
        *((argument, count, "without a label") for (argument, _), count in found.unlabelled.items()),
        ("population", found.sizeless, "missing, zero or negative"),
    ]
    for argument, count, what in faults:
        if count:
            raise DesignError(argument, f"{count:,} of {found.n:,} rows are {what}")


def sorted_clusters(table: ClusterTable) -> ClusterTable:
    """Put clusters in the order of their labels, whatever the order an engine gave them in."""
    place = {label: position for position, label in enumerate(table.labels)}
    order = np.array([place[label] for label in in_order(table.labels)], dtype=np.intp)
    arrays = {name: getattr(table, name)[order] for name in ("n", "weighted", "lightest", "heaviest", "low", "high")}
    return ClusterTable(tuple(table.labels[position] for position in order), **arrays)


def code_groups(labels: Sequence[Label]) -> tuple[IntArray, tuple[Label, ...]]:
    """Code labels of domains by their first appearance; -1 where one of them is missing."""
    known: dict[Label, int] = {}
    code = [
        -1 if not label or any(is_missing(part) for part in label) else known.setdefault(label, len(known))
        for label in labels
    ]
    return np.array(code, dtype=np.intp), tuple(known)


def check_among(argument: str, name: str, found: Iterable[object], labels: Iterable[object]) -> None:
    """
    Refuse labels of rows that were not given.

    Raises
    ------
    ArgumentError
        With their number.
    """
    known = set(labels)
    if strange := len({label for label in found if label not in known}):
        raise ArgumentError(
            argument,
            f"{strange} labels in {name!r} are not among those that were given: name every one, as it is stored",
        )


def with_levels(sums: CellSums, by: tuple[str, ...], levels: Sequence[tuple[object, ...] | None]) -> CellSums:
    """
    Put the groups in the order of their labels, and add those that no row is in.

    Parameters
    ----------
    sums : CellSums
        Groups in any order.
    by : tuple of str
        Names of the domains.
    levels : sequence of tuple or None
        For each domain, all its labels where they are known.

    Returns
    -------
    CellSums
        As of arrays: a single domain keeps the labels that no row has, a cross keeps the cells that have rows.

    Raises
    ------
    ArgumentError
        If a label is not among those that were said, or every label is missing.
    """
    if not by:
        return add_up([sums], sums.facts)
    found = list(sums.labels)
    if not found:
        raise ArgumentError("by", "0 rows are in a group: every label is missing")
    ranks: list[dict[object, int]] = []
    for position, (name, known) in enumerate(zip(by, levels, strict=True)):
        seen = dict.fromkeys(label[position] for label in found)
        if "total" in seen:
            raise ArgumentError("by", "a group is called 'total', as all rows together are: rename it")
        if known is not None:
            check_among("by", name, seen, known)
        ranks.append({label: rank for rank, label in enumerate(known if known is not None else in_order(list(seen)))})
    labels = [(label,) for label in ranks[0]] if len(by) == 1 else found
    ordered = sorted(labels, key=lambda label: tuple(rank[part] for rank, part in zip(ranks, label, strict=True)))
    code = {label: position for position, label in enumerate(ordered)}
    place = np.array([*(code[label] for label in found), -1], dtype=np.intp)
    groups = replace(sums, group=place[sums.group], domains=by, labels=tuple(ordered))
    return add_up([groups], sums.facts)
