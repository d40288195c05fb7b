"""What is asked of an engine: columns by their names, and nothing that has been read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np

from barometer.errors import ArgumentError, DesignError
from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.columns import Statistic
from barometer.survey.groups import RESERVED
from barometer.survey.stages import DesignFacts
from barometer.survey.sums import Across, CellSums

if TYPE_CHECKING:
    from barometer.survey.engines.plans import Query
    from barometer.survey.engines.queried import Answer
    from barometer.survey.engines.rounded import Rounded

Kind = Literal["number", "truth", "text", "category", "time", "other"]
Label: TypeAlias = tuple[object, ...]


def find_places(labels: Iterable[Label], place: Mapping[Label, int]) -> IntArray:
    """
    Find where labels stand among those that a source had when it was declared.

    Parameters
    ----------
    labels : iterable of tuple
    place : dict of tuple to int

    Returns
    -------
    (n,) int

    Raises
    ------
    DesignError
        If one was not there then.
    """
    try:
        return np.array([place[label] for label in labels], dtype=np.intp)
    except KeyError:
        raise DesignError(
            "data",
            "has rows of strata, sampling units or groups that were not there when the source was declared: declare it "
            "again, and let nothing write to it meanwhile",
        ) from None


@dataclass(frozen=True, slots=True)
class Column:
    """
    What is known of a column before a row of it is read.

    Attributes
    ----------
    kind : {"number", "truth", "text", "category", "time", "other"}
    floating : bool
        Whether it can hold values that are no numbers.
    decimal : bool
        Whether it holds decimal fractions of a fixed length.
    levels : tuple or None
        Every category in its order, those that no row has included, where the engine knows them.
    """

    kind: Kind
    floating: bool = False
    levels: tuple[object, ...] | None = None
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """
    One outcome: a column of numbers, or one answer in a column of labels, which counts as 1 and the others as 0.

    Attributes
    ----------
    name : str
    column : str
    label : object
        The answer that is counted; None for a column of numbers.
    over : str or None
        Column that a ratio is divided by.
    """

    name: str
    column: str
    label: object = None
    over: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that have to be read."""
        return (self.column,) if self.over is None else (self.column, self.over)


@dataclass(frozen=True, slots=True)
class Declared:
    """
    Columns that say how the sample was drawn.

    Attributes
    ----------
    weight : str
    stratum, psu, population : tuple of str
        One for each stage; empty where there is none.
    """

    weight: str
    stratum: tuple[str, ...]
    psu: tuple[str, ...]
    population: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that tell the finest clusters apart."""
        return tuple(dict.fromkeys((*self.stratum, *self.psu)))


@dataclass(frozen=True, slots=True)
class Request:
    """
    Sums to be taken.

    Attributes
    ----------
    statistic : {"share", "mean", "ratio", "total"}
    measures : tuple of Measure
    by : tuple of str
        Columns of domains; several are crossed.
    where : str or None
        Column of true and false: the rows that everything is of.
    across : {"none", "outcomes"}
    """

    statistic: Statistic
    measures: tuple[Measure, ...]
    by: tuple[str, ...]
    where: str | None
    across: Across

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Columns that the measures are made of."""
        return tuple(dict.fromkeys(name for measure in self.measures for name in measure.columns))

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that have to be read."""
        return tuple(dict.fromkeys((*self.outcomes, *self.by, *(() if self.where is None else (self.where,)))))


@dataclass(frozen=True, slots=True, eq=False)
class ClusterTable:
    """
    The finest clusters of a sample, in the order of their labels.

    Attributes
    ----------
    labels : (F,) tuple of tuple
        One label for each of `Declared.keys`.
    n, weighted : (F,) int
        Rows, and rows with weight.
    lightest, heaviest : (F,) float
        Smallest and largest weight.
    low, high : (F, stages) float
        Smallest and largest population size that rows of the cluster give; nan where one is missing.
    """

    labels: tuple[Label, ...]
    n: IntArray
    weighted: IntArray
    lightest: FloatArray
    heaviest: FloatArray
    low: FloatArray
    high: FloatArray


class Engine(Protocol):
    """
    Something that holds rows and can add them up.

    Attributes
    ----------
    name : str
        For messages and results.
    """

    @property
    def name(self) -> str:
        """What it is, for messages."""
        ...

    def columns(self) -> Mapping[str, Column]:
        """Return what is known of each column."""
        ...

    def clusters(self, declared: Declared) -> ClusterTable:
        """Count the rows of each finest cluster; refuse weights that no design may have."""
        ...

    def distinct(self, column: str) -> tuple[object, ...]:
        """Return the labels in a column, missing ones left out, in their order."""
        ...

    def sums(self, request: Request, design: "Coded") -> CellSums:
        """Add up the rows of each cluster and group; groups are in no order."""
        ...

    def answer(self, query: "Query") -> "Answer":
        """Return labels and totals of a query."""
        ...

    def lacking(self, columns: Sequence[str]) -> set[str]:
        """Return some of the columns that lack values, as far as that costs nothing."""
        ...

    def with_rounded(self, rounded: "Rounded") -> "Engine":
        """Return the same rows with one more column."""
        ...


class Coded(Protocol):
    """What an engine needs to know of the design whose rows it adds up."""

    @property
    def declared(self) -> Declared:
        """Columns of the design."""
        ...

    @property
    def facts(self) -> DesignFacts:
        """What its variances need."""
        ...

    @property
    def place(self) -> Mapping[Label, int]:
        """Code of each finest cluster by its labels."""
        ...

    @property
    def pilot_keys(self) -> tuple[str, ...]:
        """Columns that tell apart the clusters that the smallest weights are of."""
        ...

    @property
    def zero_weights(self) -> bool:
        """Whether some rows have a weight of zero."""
        ...


def check_columns(engine: Engine, named: Sequence[tuple[str, str]]) -> None:
    """
    Refuse names of columns that are not there.

    Parameters
    ----------
    engine : Engine
    named : sequence of (argument, column)

    Raises
    ------
    ArgumentError
    """
    known = engine.columns()
    for argument, name in named:
        if not isinstance(name, str):
            raise ArgumentError(argument, f"columns of a source are given by their names; got {type(name).__name__}")
        if name not in known:
            raise ArgumentError(argument, f"{engine.name} has no column {name!r}{_meant(name, list(known))}")


def _meant(name: str, known: Sequence[str]) -> str:
    """Return the question whether another column was meant; nothing where none has nearly that name."""
    alike = [one for one in known if one.strip().casefold() == name.strip().casefold()]
    near = alike or get_close_matches(name, known, n=1)
    return f": did you mean {near[0]!r}?" if near else ""


def check_request(engine: Engine, request: Request) -> None:
    """
    Refuse columns that are not there or are of a kind that cannot be summed.

    Raises
    ------
    ArgumentError
        With the column.
    """
    known = engine.columns()
    of_measures = [("outcome", name) for measure in request.measures for name in measure.columns]
    check_columns(engine, [*of_measures, *(("by", name) for name in request.by)])
    for measure in request.measures:
        for name in measure.columns:
            if measure.label is None and known[name].kind not in ("number", "truth"):
                raise ArgumentError(
                    "outcome", f"column {name!r} is not numeric: give numbers, or labels to estimate_categories"
                )
    for name in request.by:
        if known[name].kind == "other":
            raise ArgumentError("by", f"column {name!r} holds no labels: give text, numbers, categories or dates")
        if name in RESERVED:
            raise ArgumentError("by", f"a domain is called {name!r}, as a column of the result is: rename it")
    if request.where is not None:
        check_columns(engine, [("where", request.where)])
        if known[request.where].kind != "truth":
            raise ArgumentError("where", f"column {request.where!r} must be true or false for each row")
