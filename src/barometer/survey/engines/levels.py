"""All labels of a column and their order: those that were given, those that its type has, or those that occur."""

from collections.abc import Iterable, Mapping, Sequence

from barometer.errors import ArgumentError
from barometer.survey.engines.plans import One, Query, Total
from barometer.survey.engines.request import Engine
from barometer.survey.engines.small_tables import is_missing
from barometer.survey.engines.source_design import Names, as_names

NamedLabels = Names | Mapping[str, Sequence[object] | None]
"""Columns; or columns with all their labels in order, None standing for those that are known or occur."""


def given_levels(argument: str, named: NamedLabels) -> dict[str, tuple[object, ...] | None]:
    """
    Return the columns that are named, each with its labels where they were given.

    Parameters
    ----------
    argument : str
        For messages.
    named : str, sequence of str, or mapping of str to labels

    Returns
    -------
    dict of str to tuple or None

    Raises
    ------
    ArgumentError
        If columns are not given by their names, or the labels of one are not a list of different labels.
    """
    if not isinstance(named, Mapping):
        return dict.fromkeys(as_names(named))
    return {name: None if labels is None else _checked(argument, name, labels) for name, labels in named.items()}


def given_answer(argument: str, named: NamedLabels) -> tuple[str, tuple[object, ...] | None]:
    """
    Return the one column of an answer, and its labels where they were given.

    Raises
    ------
    ArgumentError
        As `given_levels`, or if there is not one column.
    """
    levels = given_levels(argument, named)
    if len(levels) != 1:
        raise ArgumentError(argument, f"names {len(levels)} columns: an answer is one of them")
    ((name, labels),) = levels.items()
    return name, labels


def known_levels(engine: Engine, name: str) -> tuple[object, ...] | None:
    """
    Return the labels that a column has by its type, those that no row has included.

    Parameters
    ----------
    engine : Engine
    name : str

    Returns
    -------
    tuple or None
        None where only the labels that occur are known.
    """
    column = engine.columns()[name]
    if column.levels is None and column.kind == "truth":
        return (False, True)
    return engine.distinct(name) if column.levels is None and column.kind == "category" else column.levels


def occurring(engine: Engine, name: str) -> tuple[object, ...]:
    """Return the labels that rows have, in no order."""
    found = engine.answer(Query((name,), (One("n"),), (Total("n", "sum", "n"),))).labels[name]
    return tuple({label: None for label in found if not is_missing(label)})


def _checked(argument: str, name: str, labels: Iterable[object]) -> tuple[object, ...]:
    if isinstance(labels, str | bytes) or not isinstance(labels, Iterable):
        raise ArgumentError(argument, f"the labels of {name!r} are a list in their order; got {type(labels).__name__}")
    found = tuple(labels)
    try:
        different, missing = len(set(found)), sum(is_missing(label) for label in found)
    except TypeError:
        raise ArgumentError(argument, f"the labels of {name!r} are text, numbers, true and false, or dates") from None
    if missing or different < len(found) or not found:
        raise ArgumentError(
            argument, f"the labels of {name!r} are one or more, different from each other, none missing"
        )
    return found
