"""One pass over a Parquet file of any size, in constant memory."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from barometer.errors import ArgumentError, DesignError, LonelyPSUError, MissingFileError
from barometer.survey.arrays import BoolArray, FloatArray, IntArray
from barometer.survey.columns import Columns, share_columns, value_columns
from barometer.survey.design import SurveyDesign
from barometer.survey.groups import Groups
from barometer.survey.inputs import as_labelled, as_vector, check_choice
from barometer.survey.merging import add_up
from barometer.survey.sample_names import SampleNames, StageNames
from barometer.survey.stages import DesignFacts, LonelyDomainRule, LonelyRule, Stage
from barometer.survey.sums import CellSums, sum_cells

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH = 131_072
"""Rows read at a time."""
AHEAD = 8
"""Batches that are read before they are asked for, so that neither reading nor summing waits for the other."""
FileStatistic = Literal["share", "mean", "total"]


def sum_parquet(
    path: str | Path,
    outcomes: Sequence[str],
    *,
    weight: str,
    by: str | None = None,
    stratum: str | None = None,
    population: str | None = None,
    statistic: FileStatistic = "share",
    lonely_psu: LonelyRule = "error",
    lonely_domain: LonelyDomainRule = "keep",
    batch: int = BATCH,
) -> CellSums:
    """
    Sum the outcomes of a stratified element sample that lies in a Parquet file.

    Parameters
    ----------
    path : str or Path
    outcomes : sequence of str
        Columns of 0, 1 and missing, or of numbers.
    weight : str
        Column of weights.
    by : str, optional
        Column of domain labels.
    stratum : str, optional
        Column of strata; one stratum without it.
    population : str, optional
        Column of N_h, the units in the row's stratum.
    statistic : {"share", "mean", "total"}
    lonely_psu, lonely_domain
        As in `declare_design`.
    batch : int
        Rows read at a time.

    Returns
    -------
    CellSums
        Give it to `summarise`.

    Raises
    ------
    MissingFileError
        If there is no such file.
    ArgumentError
        If a column is not in the file, a choice is none of those above, or an outcome is not what the statistic takes.
    DesignError, LonelyPSUError
        As `declare_design`.

    Notes
    -----
    Batches are read and summed in turn, and only sums are kept: the memory does not grow with the rows.
    """
    import pyarrow.parquet as pq

    check_choice("statistic", statistic, FileStatistic)
    check_choice("lonely_psu", lonely_psu, LonelyRule)
    check_choice("lonely_domain", lonely_domain, LonelyDomainRule)
    if not Path(path).is_file():
        raise MissingFileError(Path(path), "Parquet file", "Give the path of one file.")
    file = pq.ParquetFile(path, pre_buffer=False)  # it would hold the whole file
    wanted = [*outcomes, weight, *(name for name in (by, stratum, population) if name is not None)]
    for name in wanted:
        if name not in file.schema_arrow.names:
            raise ArgumentError("path", f"the file has no column {name!r}")
    own_base = np.array([_may_be_missing(file, name) for name in outcomes])
    strata, groups, seen = _Labels(), _Labels(), _Strata()

    def prepared(table: "pa.RecordBatch") -> tuple[SurveyDesign, Columns, Groups]:
        _check(path, table, {"weight": weight, "stratum": stratum, "population": population})
        w = as_vector("weight", table.column(weight))
        stratum_code = strata.codes("stratum", table, stratum)
        seen.add(stratum_code, w, None if population is None else as_vector("population", table.column(population)))
        group_code = groups.codes("by", table, by) if by is not None else np.full(w.size, -1, dtype=np.intp)
        columns = _columns(table, outcomes, statistic, own_base)
        return _provisional(w, stratum_code, seen.pilot), columns, Groups(group_code, (), groups.tuples)

    # One thread reads while others sum: several readers take more time for fresh memory than they save.
    batches = file.iter_batches(batch_size=batch, columns=wanted, use_threads=False)
    total = _add_in_order(map(prepared, _ahead(batches)))
    if total is None:
        raise DesignError("weight", "is empty")
    facts = seen.facts(list(strata.labels), population is not None, lonely_psu, lonely_domain)
    return _sorted(replace(total, facts=facts), by, groups)


def _add_in_order(batches: "Iterator[tuple[SurveyDesign, Columns, Groups]]") -> CellSums | None:
    """Sum batches beside each other, a thread for each, and add their sums up in the order of the file."""
    total: CellSums | None = None
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[CellSums]] = deque()

        def add(facts: DesignFacts) -> CellSums:
            part = waiting.popleft().result()
            return part if total is None else add_up([total, part], facts)

        for design, columns, labels in batches:
            waiting.append(pool.submit(sum_cells, design, columns, labels, threads=1))
            if len(waiting) > workers:
                total = add(design.facts)
        while waiting:
            total = add(design.facts)
    return total


def _ahead(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """Read the next batches while those before are summed."""
    with ThreadPoolExecutor(1) as reader:
        waiting = deque(reader.submit(next, batches, None) for _ in range(AHEAD))
        while (table := waiting.popleft().result()) is not None:
            waiting.append(reader.submit(next, batches, None))
            yield table


@dataclass(slots=True)
class _Labels:
    """Labels in the order of their first row, with their codes."""

    labels: dict[object, int] = field(default_factory=dict)

    def codes(self, argument: str, table: "pa.Table", column: str | None) -> IntArray:
        """Codes of one batch; -1 where a label is missing."""
        if column is None:
            self.labels.setdefault("", 0)
            return np.zeros(table.num_rows, dtype=np.intp)
        import pyarrow as pa

        values = table.column(column)
        if pa.types.is_nested(values.type):
            raise ArgumentError(argument, "holds labels of kinds that have no order: give text, numbers or dates")
        encoded = values.dictionary_encode()
        found = as_labelled(argument, encoded.dictionary)
        place = [*(self.labels.setdefault(label, len(self.labels)) for label in found.labels), -1]
        of_entry = np.array(place)[[*found.code, -1]]
        return of_entry[np.asarray(encoded.indices.fill_null(-1), dtype=np.intp)]

    @property
    def tuples(self) -> tuple[tuple[object, ...], ...]:
        """Labels as those of groups."""
        return tuple((label,) for label in self.labels)


@dataclass(slots=True)
class _Strata:
    """Counts of each stratum and the weight of its first row, growing as strata appear."""

    n: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    weighted: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    pilot: FloatArray = field(default_factory=lambda: np.zeros(0))
    population: FloatArray = field(default_factory=lambda: np.zeros(0))
    differing: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))

    def add(self, code: IntArray, weight: FloatArray, population: FloatArray | None) -> None:
        """Count the rows of one batch."""
        size = max(int(code.max()) + 1, self.n.size)
        more = size - self.n.size
        if more:
            appeared, first = np.unique(code, return_index=True)
            new = appeared >= size - more
            self.pilot = np.concatenate([self.pilot, np.zeros(more)])
            self.pilot[appeared[new]] = weight[first[new]]
        before = np.concatenate([self.population, np.full(more, np.nan)])
        self.n = np.concatenate([self.n, np.zeros(more, dtype=np.intp)]) + np.bincount(code, minlength=size)
        weighted = np.bincount(code, weight > 0.0, size).astype(np.intp)
        self.weighted = np.concatenate([self.weighted, np.zeros(more, dtype=np.intp)]) + weighted
        if population is not None:
            now = before.copy()
            now[code] = population
            self.differing = np.concatenate([self.differing, np.zeros(more, dtype=np.bool_)])
            self.differing |= ~np.isnan(before) & (before != now)
            self.differing[code[now[code] != population]] = True
            before = now
        self.population = before

    def facts(
        self, labels: list[object], corrected: bool, lonely_psu: LonelyRule, lonely_domain: LonelyDomainRule
    ) -> DesignFacts:
        """Return the design that the whole file has."""
        if not self.weighted.any():
            raise DesignError("weight", f"all {int(self.n.sum()):,} are zero")
        fraction = np.zeros(self.n.size)
        if corrected:
            if bad := int(self.differing.sum()):
                raise DesignError(
                    "population",
                    f"differs between the rows of {bad:,} of {self.n.size:,} strata: it is one number for each",
                )
            if bad := int((self.population < self.n).sum()):
                raise DesignError("population", f"is smaller than the sample in {bad:,} of {self.n.size:,} strata")
            fraction = self.n / self.population
        stage = _rows_in_strata(self.n, fraction)
        if lonely_psu == "error" and stage.lonely.any():
            raise LonelyPSUError([str(labels[code]) for code in np.flatnonzero(stage.lonely)])
        df = int(self.weighted.sum() - (self.weighted > 0).sum())
        own = np.empty(len(labels), dtype=object)
        own[:] = labels
        named = StageNames(own, None, self.population if corrected else None)
        names = SampleNames((named,), "unique", self.weighted.astype(np.intp))
        return DesignFacts((stage,), lonely_psu, lonely_domain, df, self.pilot, names)


def _rows_in_strata(n: IntArray, fraction: FloatArray) -> Stage:
    return Stage(None, np.arange(n.size), n, fraction, np.ones(n.size), np.zeros(n.size, dtype=np.intp))


def _provisional(weight: FloatArray, code: IntArray, pilot: FloatArray) -> SurveyDesign:
    """Weights and strata of one batch; what the variance needs is known when all rows have been counted."""
    stage = _rows_in_strata(np.ones(pilot.size, dtype=np.intp), np.zeros(pilot.size))
    facts = DesignFacts((stage,), "remove", "keep", 0, pilot)
    return SurveyDesign(weight, code, code, stage.stratum, facts)


_CHECKS: "tuple[tuple[str, str, Callable[[pa.Array], BoolArray]], ...]" = (
    ("weight", "missing or infinite", lambda column: ~np.isfinite(as_vector("weight", column))),
    ("weight", "negative", lambda column: as_vector("weight", column) < 0.0),
    ("stratum", "without a label", lambda column: np.asarray(column.is_null(nan_is_null=True))),
    ("population", "missing, zero or negative", lambda column: ~(as_vector("population", column) > 0.0)),
)


def _check(path: str | Path, table: "pa.RecordBatch", columns: dict[str, str | None]) -> None:
    """Refuse what no design may have; where one batch has some, the column is read again and counted in the file."""
    for argument, what, wrong in _CHECKS:
        name = columns[argument]
        if name is not None and wrong(table.column(name)).any():
            import pyarrow.parquet as pq

            file = pq.ParquetFile(path)
            bad = sum(int(wrong(batch.column(0)).sum()) for batch in file.iter_batches(columns=[name]))
            raise DesignError(argument, f"{bad:,} of {file.metadata.num_rows:,} rows are {what}")


def _may_be_missing(file: "pq.ParquetFile", name: str) -> bool:
    """Whether a column can have missing values: it has, or the file does not say that it has none."""
    import pyarrow as pa

    position = file.schema_arrow.names.index(name)
    if pa.types.is_floating(file.schema_arrow.field(position).type):
        return True
    groups = (file.metadata.row_group(group).column(position).statistics for group in range(file.num_row_groups))
    return any(found is None or not found.has_null_count or found.null_count > 0 for found in groups)


def _columns(
    table: "pa.RecordBatch", outcomes: Sequence[str], statistic: FileStatistic, own_base: NDArray[np.bool_]
) -> Columns:
    """
    Prepare the outcomes of one batch, with the same bases in every batch.

    Those that may be missing have each a base of their own, in which a batch may happen to have every row.
    """
    found = {name: table.column(name) for name in outcomes}
    n = table.num_rows
    try:
        columns = share_columns(found, n) if statistic == "share" else value_columns(found, n, statistic)
    except ArgumentError as error:
        message = str(error).removeprefix(f"{error.argument}: ")
        raise ArgumentError(error.argument, f"{message} (in the first batch of {n:,} rows that has such)") from None
    if not own_base.any():
        return columns
    present = [columns.present[:, columns.base[position]] for position in np.flatnonzero(own_base)]
    base = np.cumsum(own_base) - 1
    if not own_base.all():
        present.append(np.ones(n, dtype=np.bool_))
        base = np.where(own_base, base, len(present) - 1)
    return replace(columns, present=np.column_stack(present), base=base)


def _sorted(sums: CellSums, by: str | None, groups: _Labels) -> CellSums:
    """Put the groups in the order of their labels, not of the rows."""
    if by is None:
        return sums
    order = sorted(
        range(len(groups.labels)), key=lambda code: (str(type(groups.tuples[code][0])), groups.tuples[code][0])
    )
    place = np.full(len(order) + 1, -1, dtype=np.intp)
    place[order] = np.arange(len(order))
    group = place[sums.group]
    ordered = replace(sums, group=group, domains=(by,), labels=tuple(groups.tuples[code] for code in order))
    return add_up([ordered], sums.facts)
