"""What weights shall add up to: counts by level of categories, and totals of numbers, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from barometer.errors import ArgumentError, CalibrationError, TargetFault, UnknownNameError
from barometer.survey.arrays import FloatArray, IntArray, compact
from barometer.survey.groups import group_rows
from barometer.survey.inputs import Values, as_labelled, as_vector, columns_by_name

SAME_TOTAL = 1e-9
"""Margins whose totals differ by less than this, relative to the larger, are of one population."""
Name = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Margin:
    """
    Counts that the weights of a category shall add up to.

    Attributes
    ----------
    name : str
    code : (n,) int
        Level of each row, 0..L-1.
    labels : (L,) tuple
    target : (L,) float
        Population count of each level, above 0.
    """

    name: str
    code: IntArray
    labels: tuple[object, ...]
    target: FloatArray

    def __repr__(self) -> str:
        """Say what it is; never a row."""
        return f"<Margin: {self.name}, {len(self.labels):,} levels>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Total:
    """
    A sum that a weighted number shall have.

    Attributes
    ----------
    name : str
    value : (n,) float
    target : float
        In the unit of the number.
    """

    name: str
    value: FloatArray
    target: float

    def __repr__(self) -> str:
        """Say what it is; never a row."""
        return f"<Total: {self.name}>"


@dataclass(frozen=True, eq=False, repr=False)
class Targets:
    """
    Everything that the weights of n rows shall add up to; make it with `declare_targets`.

    Attributes
    ----------
    margins : tuple of Margin
        All of the same population count.
    totals : tuple of Total
    """

    margins: tuple[Margin, ...]
    totals: tuple[Total, ...] = ()

    def __repr__(self) -> str:
        """Say what there is; never a row."""
        named = [f"{margin.name} ({len(margin.labels)} levels)" for margin in self.margins]
        return f"<Targets: {', '.join(named + [total.name for total in self.totals])}>"

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.margins[0].code.size if self.margins else self.totals[0].value.size

    @property
    def size(self) -> int:
        """Number of constraints p: levels of all margins, and totals."""
        return sum(len(margin.labels) for margin in self.margins) + len(self.totals)

    @cached_property
    def target(self) -> FloatArray:
        """(p,) what is aimed at: level by level, margin by margin, and then the totals."""
        parts = [margin.target for margin in self.margins] + [np.array([total.target for total in self.totals])]
        return np.concatenate(parts)

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """(p,) margin and level of each constraint; the level of a total is empty."""
        levels = [(margin.name, _text(label)) for margin in self.margins for label in margin.labels]
        return (*levels, *((total.name, "") for total in self.totals))

    @cached_property
    def cells(self) -> tuple[IntArray, IntArray]:
        """
        Cells of the crossed margins: cell of each row (n,), and level of each cell in each margin (m, c).

        Only cells that have rows are kept.
        """
        sizes = [len(margin.labels) for margin in self.margins]
        crossed = self.margins[0].code
        for margin, size in zip(self.margins[1:], sizes[1:], strict=True):
            crossed = crossed * size + margin.code
        present, cell = compact(crossed, int(np.prod([float(size) for size in sizes])))
        return cell, np.stack(np.unravel_index(present, sizes))

    def columns(self, rows: slice | IntArray = slice(None)) -> tuple[IntArray, FloatArray]:
        """
        Constraints that rows count for, and how much: two (r, s), s being margins and totals.

        Row i adds its weight times the j-th number to the constraint at the j-th place.
        """
        offsets = np.cumsum([0] + [len(margin.labels) for margin in self.margins])
        codes = [margin.code[rows] + offset for margin, offset in zip(self.margins, offsets[:-1], strict=True)]
        values = [total.value[rows] for total in self.totals]
        r = (codes + values)[0].size
        place = [*codes, *(np.full(r, offsets[-1] + position) for position in range(len(values)))]
        amount = [*(np.ones(r) for _ in codes), *values]
        return np.stack(place, axis=1), np.stack(amount, axis=1)


def declare_targets(variables: Values, targets: Mapping[Any, Mapping[Any, float] | float]) -> Targets:
    """
    Declare what weights shall add up to.

    Parameters
    ----------
    variables : mapping of name to (n,), or DataFrame or Arrow table
        Labels and numbers of the rows.
    targets : mapping
        For a name of a category the population count of each level, as a mapping of label to count; for a name of a
        number its population total. A tuple of names crosses them: its labels are tuples. Counts of the whole
        population follow from any margin; with totals alone, give a column of ones where it is known.

    Returns
    -------
    Targets

    Raises
    ------
    CalibrationError
        With every margin, level and count at fault: rows without a label, a level of the rows without a target or the
        reverse, targets that are not above 0, margins whose totals differ.
    UnknownNameError
        If a target names no variable.
    ArgumentError
        If there are no targets, or lengths differ.

    Examples
    --------
    >>> declare_targets({"level": ["a", "b", "b"], "staff": [3, 9, 4]}, {"level": {"a": 10, "b": 20}, "staff": 160})
    <Targets: level (2 levels), staff>
    """
    columns = columns_by_name("variables", variables)
    if columns is None:
        raise ArgumentError("variables", "expected columns with names: a mapping of name to values, or a frame")
    if not isinstance(targets, Mapping) or not targets:
        raise ArgumentError("targets", "expected a mapping of a variable's name to its counts by level or its total")
    margins, totals, faults = [], [], []
    for name, wanted in targets.items():
        for part in name if isinstance(name, tuple) else (name,):
            if part not in columns:
                raise UnknownNameError("variable with a target", str(part), list(columns))
        if isinstance(wanted, Mapping):
            margin, wrong = _margin(name, columns, wanted)
            margins.append(margin)
        else:
            total, wrong = _total(name, columns, wanted)
            totals.append(total)
        faults += wrong
    if not faults:
        faults = _inconsistent(margins)
    if faults:
        raise CalibrationError(faults, "The targets do not fit the rows or each other")
    found = Targets(tuple(margins), tuple(totals))
    lengths = {margin.code.size for margin in margins} | {total.value.size for total in totals}
    if len(lengths) > 1:
        raise ArgumentError("variables", f"have different lengths: {', '.join(map(str, sorted(lengths)))}")
    return found


def _margin(name: Name, columns: Mapping[str, Values], wanted: Mapping[Any, float]) -> tuple[Margin, list[TargetFault]]:
    """Code the levels in the order of the targets, and collect what does not fit."""
    title = " x ".join(name) if isinstance(name, tuple) else name
    labels: tuple[object, ...]
    if isinstance(name, tuple):
        first = as_labelled(name[0], columns[name[0]])
        groups = group_rows({part: columns[part] for part in name}, first.code.size)
        code, labels = groups.code, groups.labels
    else:
        labelled = as_labelled(title, columns[name])
        code, labels = labelled.code, labelled.labels
    rows = np.bincount(code[code >= 0], minlength=len(labels))
    faults = []
    if missing := int((code < 0).sum()):
        faults.append(TargetFault(title, "", missing, f"{missing:,} of {code.size:,} rows have no label"))
    place = {label: position for position, label in enumerate(wanted)}
    for label, count in zip(labels, rows, strict=True):
        if count and label not in place:
            hint = _other_kind(label, wanted)
            faults.append(TargetFault(title, _text(label), int(count), f"{count:,} rows have it, and no target{hint}"))
    present = {label for label, count in zip(labels, rows, strict=True) if count}
    for label, number in wanted.items():
        try:
            count = float(number)
        except (TypeError, ValueError):
            count = float("nan")
        if not (np.isfinite(count) and count > 0.0):
            faults.append(TargetFault(title, _text(label), count, f"its target is {count:g}: a count is above 0"))
        elif label not in present:
            text = (
                f"its target is {count:,.10g}, and none of {code.size:,} rows has it: join it to a level that has rows"
            )
            faults.append(TargetFault(title, _text(label), count, text))
    to_target = np.array([place.get(label, -1) for label in labels], dtype=np.intp)
    coded = np.where(code >= 0, to_target[code], -1) if labels else code
    target = np.array(list(wanted.values()), dtype=np.float64) if not faults else np.zeros(len(wanted))
    return Margin(title, coded, tuple(wanted), target), faults


def _text(label: object) -> str:
    return " x ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _other_kind(label: object, wanted: Mapping[Any, float]) -> str:
    same = [other for other in wanted if str(other) == str(label)]
    return f" (the target's label is of type {type(same[0]).__name__}, not {type(label).__name__})" if same else ""


def _total(name: Name, columns: Mapping[str, Values], wanted: object) -> tuple[Total, list[TargetFault]]:
    if isinstance(name, tuple):
        raise ArgumentError("targets", f"{' x '.join(name)} crosses categories: give counts by level, not a number")
    if isinstance(wanted, bool) or not isinstance(wanted, int | float | np.number) or not np.isfinite(float(wanted)):
        raise ArgumentError(
            "targets", f"{name}: expected counts by level or a finite total, got {type(wanted).__name__}"
        )
    value = as_vector(name, columns[name])
    faults = []
    if bad := int((~np.isfinite(value)).sum()):
        faults.append(TargetFault(name, "", bad, f"{bad:,} of {value.size:,} rows have no finite number"))
    elif not value.any():
        faults.append(
            TargetFault(name, "", float(wanted), f"all {value.size:,} rows are 0, the target is {wanted:,.10g}")
        )
    return Total(name, value, float(wanted)), faults


def _inconsistent(margins: Sequence[Margin]) -> list[TargetFault]:
    """Margins whose totals differ from that of the first."""
    if not margins:
        return []
    whole = float(margins[0].target.sum())
    faults = []
    for margin in margins[1:]:
        count = float(margin.target.sum())
        if abs(count - whole) > SAME_TOTAL * max(count, whole):
            text = f"its targets add up to {count:,.10g}, those of {margins[0].name} to {whole:,.10g}"
            faults.append(TargetFault(margin.name, "", count - whole, f"{text}: margins are of one population"))
    return faults
