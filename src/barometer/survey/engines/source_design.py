"""The design of a sample whose rows stay where they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from barometer.errors import ArgumentError, DesignError, LonelyPSUError, check_choice
from barometer.survey.arrays import IntArray
from barometer.survey.design import declare_design
from barometer.survey.design_rows import HEAVIEST
from barometer.survey.engines.request import ClusterTable, Declared, Engine, Label, check_columns
from barometer.survey.engines.sources import open_source
from barometer.survey.sample_names import NO_LABEL, PSULabels, SampleNames, StageNames
from barometer.survey.stages import DesignFacts, LonelyDomainRule, LonelyRule, Stage

if TYPE_CHECKING:
    from barometer.survey.engines.source_replicates import SourceReplicates

Names = str | Sequence[str] | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SourceDesign:
    """
    How a sample was drawn that an engine holds.

    Make one with `declare_source`. The verbs take it in the place of a `SurveyDesign`, and then names of columns in
    the place of arrays.

    Attributes
    ----------
    engine : Engine
    declared : Declared
        Columns of the design.
    facts : DesignFacts
    place : mapping of labels to int
        Code of each finest cluster.
    n : int
        Rows.
    zero_weights : bool
        Whether some of them have a weight of zero.
    replicates : SourceReplicates or None
        Where variances come from replicate weights, see `declare_replicates` and `make_replicates`.
    """

    engine: Engine
    declared: Declared
    facts: DesignFacts
    place: Mapping[Label, int]
    n: int
    zero_weights: bool
    replicates: "SourceReplicates | None" = None

    def __repr__(self) -> str:
        """Say what it is."""
        first = self.facts.stages[0]
        units = "rows" if first.of_rows else f"{first.stratum.size:,} PSUs"
        own = self.replicates
        replicates = "" if own is None else f", {own.replicates:,} replicates ({own.facts.kind})"
        return (
            f"<SourceDesign: {self.n:,} rows in {self.engine.name}, {len(self.facts.stages)} stage(s), {units} in "
            f"{self.facts.strata:,} strata{replicates}, df {self.df:,}>"
        )

    @property
    def df(self) -> int:
        """Degrees of freedom of the whole design: PSUs with weight less the strata they are in, or the replicates'."""
        return self.facts.df if self.replicates is None else self.replicates.facts.df

    @property
    def pilot_keys(self) -> tuple[str, ...]:
        """Columns that tell apart the clusters that the smallest weights are of."""
        stage = len(self.facts.stages) - 1
        return (*self.declared.stratum[: stage + 1], *self.declared.psu[:stage])


def declare_source(
    data: Any,
    *,
    weight: str,
    stratum: Names = None,
    psu: Names = None,
    population: Names = None,
    table: str | None = None,
    psu_labels: PSULabels = "unique",
    lonely_psu: LonelyRule = "error",
    lonely_domain: LonelyDomainRule = "keep",
) -> SourceDesign:
    """
    Declare how a sample was drawn whose rows lie in files, a database or a frame of a query engine.

    Parameters
    ----------
    data : str, Path, or a table
        A Parquet file; a folder of them, each file a part of the sample; a DuckDB database file; a DuckDB relation; a
        pandas, Polars, Dask, Spark or Ibis frame; or an Arrow table.
    weight : str
        Column of weights: not missing, not negative, finite, not all zero.
    stratum, psu, population : str or sequence of str, optional
        Columns of strata, sampling units and population sizes, one for each stage, as in `declare_design`.
    table : str, optional
        Of a DuckDB database: its table or view.
    psu_labels, lonely_psu, lonely_domain
        As in `declare_design`.

    Returns
    -------
    SourceDesign

    Raises
    ------
    MissingFileError
        If there is no such file or folder.
    MissingPackageError
        If the engine is not installed.
    ArgumentError
        If the data are of no kind above, a column is not there, or files of a folder do not fit together.
    DesignError, LonelyPSUError
        As `declare_design`.

    Notes
    -----
    One query counts the rows of each finest cluster; nothing else is read yet.

    Examples
    --------
    >>> import pandas as pd
    >>> from barometer.survey import declare_source, estimate_shares
    >>> answers = pd.DataFrame({"w": [2.0, 2.0, 5.0, 5.0, 5.0], "h": list("aabbb"), "yes": [1, 0, 1, 1, 0]})
    >>> design = declare_source(answers, weight="w", stratum="h")
    >>> estimate_shares(design, "yes").estimate
    array([[0.63157895]])
    """
    declared = Declared(weight, as_names(stratum), as_names(psu), as_names(population))
    return declare_engine(
        open_source(data, table),
        declared,
        psu_labels=psu_labels,
        lonely_psu=lonely_psu,
        lonely_domain=lonely_domain,
    )


def declare_engine(
    engine: Engine,
    declared: Declared,
    *,
    psu_labels: PSULabels = "unique",
    lonely_psu: LonelyRule = "error",
    lonely_domain: LonelyDomainRule = "keep",
) -> SourceDesign:
    """
    Declare how a sample was drawn that an engine has opened.

    Parameters
    ----------
    engine : Engine
    declared : Declared
    psu_labels, lonely_psu, lonely_domain
        As in `declare_design`.

    Returns
    -------
    SourceDesign

    Raises
    ------
    ArgumentError, DesignError, LonelyPSUError
        As `declare_source`.
    """
    _check_rules(psu_labels, lonely_psu, lonely_domain)
    _check_declared(engine, declared)
    found = engine.clusters(declared)
    _check_weights(found)
    rules = (lonely_psu, lonely_domain)
    facts, clusters = _of_units(declared, found, psu_labels, *rules) if declared.psu else _of_rows(found, *rules)
    place = dict(zip(found.labels, clusters.tolist(), strict=True))
    return SourceDesign(engine, declared, facts, place, int(found.n.sum()), bool((found.weighted < found.n).any()))


def as_names(names: Names) -> tuple[str, ...]:
    """
    Return names of columns, of which there may be one or none.

    Raises
    ------
    ArgumentError
        If they are no names: arrays and frames belong to a design whose rows were read.
    """
    if names is None:
        return ()
    if not isinstance(names, Sequence):
        raise ArgumentError("columns", f"of a source are given by their names; got {type(names).__name__}")
    return (names,) if isinstance(names, str) else tuple(names)


def _check_rules(psu_labels: PSULabels, lonely_psu: LonelyRule, lonely_domain: LonelyDomainRule) -> None:
    for argument, value, allowed in (
        ("psu_labels", psu_labels, PSULabels),
        ("lonely_psu", lonely_psu, LonelyRule),
        ("lonely_domain", lonely_domain, LonelyDomainRule),
    ):
        check_choice(argument, value, allowed)


def _check_declared(engine: Engine, declared: Declared) -> None:
    of_stages = [(what, name) for what in ("stratum", "psu", "population") for name in getattr(declared, what)]
    check_columns(engine, [("weight", declared.weight), *of_stages])
    known = engine.columns()
    for argument, name in (("weight", declared.weight), *(("population", name) for name in declared.population)):
        if known[name].kind != "number":
            raise DesignError(argument, f"column {name!r} is not numeric")
    for argument, name in of_stages:
        if known[name].kind == "other":
            raise DesignError(argument, f"column {name!r} holds no labels: give text, numbers, categories or dates")
    for what in ("stratum", "population"):
        if (given := len(getattr(declared, what))) > max(len(declared.psu), 1):
            raise DesignError(what, f"is given for {given} stages, psu for {max(len(declared.psu), 1)}")


def _check_weights(found: ClusterTable) -> None:
    n = int(found.n.sum())
    if n == 0:
        raise DesignError("weight", "is empty")
    if not found.weighted.any():
        raise DesignError("weight", f"all {n:,} are zero")
    if found.heaviest.max() > HEAVIEST:
        raise DesignError("weight", f"some of {n:,} are above {HEAVIEST:g}: change their scale")


def _of_units(
    declared: Declared, found: ClusterTable, psu_labels: PSULabels, lonely: LonelyRule, domain: LonelyDomainRule
) -> tuple[DesignFacts, IntArray]:
    """
    Return the facts of a design of sampling units, and the cluster of each row of the table.

    The facts are those of a sample with two rows in each unit.

    One row has the smallest population size of its unit and the other the largest, so that sizes which differ are
    found by the same check as among rows. Where every unit is one row, so it is here.
    """
    times = 1 if bool((found.n == 1).all()) else 2
    columns = {name: [*(label[place] for label in found.labels)] for place, name in enumerate(declared.keys)}
    sizes = np.concatenate([found.low, found.high])[: times * len(found.labels)]
    design = declare_design(
        np.tile((found.weighted > 0).astype(np.float64), times),
        [np.array(columns[name] * times, dtype=object) for name in declared.stratum] or None,
        [np.array(columns[name] * times, dtype=object) for name in declared.psu],
        population=[*sizes.T] or None,
        psu_labels=psu_labels,
        lonely_psu=lonely,
        lonely_domain=domain,
    )
    pilot = np.full(design.facts.clusters, np.inf)
    np.minimum.at(pilot, design.cluster[: found.n.size], found.lightest)
    return replace(design.facts, pilot=pilot), design.cluster[: found.n.size]


def _of_rows(found: ClusterTable, lonely: LonelyRule, domain: LonelyDomainRule) -> tuple[DesignFacts, IntArray]:
    """Return the facts of a design of rows in strata, each of which is a row of the table."""
    strata = np.arange(found.n.size)
    fraction = np.zeros(strata.size)
    if found.low.shape[1]:
        size = found.low[:, 0]
        if (apart := np.flatnonzero(size != found.high[:, 0])).size:
            named = ", ".join(str(*found.labels[code]) for code in apart[:5]) if found.labels[0] else "the whole"
            raise DesignError(
                "population",
                f"differs between the rows of {apart.size:,} of {strata.size:,} strata ({named}): it is one number for "
                "each",
            )
        if bad := int((size < found.n).sum()):
            raise DesignError("population", f"is smaller than the sample in {bad:,} of {strata.size:,} strata")
        fraction = found.n / size
    stage = Stage(None, strata, found.n, fraction, np.ones(strata.size), np.zeros(strata.size, dtype=np.intp))
    if lonely == "error" and (lonely_strata := np.flatnonzero(stage.lonely)).size:
        raise LonelyPSUError(
            [str(found.labels[code][0]) if found.labels[code] else "all rows" for code in lonely_strata]
        )
    df = int(found.weighted.sum() - (found.weighted > 0).sum())
    own = np.empty(strata.size, dtype=object)
    own[:] = [label[0] if label else NO_LABEL for label in found.labels]
    stage_names = StageNames(own, None, found.low[:, 0] if found.low.shape[1] else None)
    names = SampleNames((stage_names,), "unique", np.asarray(found.weighted, dtype=np.intp))
    return DesignFacts((stage,), lonely, domain, df, found.lightest, names), strata
