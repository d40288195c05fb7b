"""Sums under a bootstrap of the rows of a source, which is drawn while they are read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from barometer.survey.arrays import FloatArray, IntArray
from barometer.survey.bootstrap import Block, Bootstrap
from barometer.survey.columns import Columns
from barometer.survey.design import SurveyDesign
from barometer.survey.engines.batches import place_of
from barometer.survey.engines.pipeline import in_order
from barometer.survey.engines.request import Label, Request
from barometer.survey.engines.source_design import SourceDesign
from barometer.survey.engines.streams import as_batches
from barometer.survey.engines.whole_blocks import Rows, in_packs
from barometer.survey.groups import Groups
from barometer.survey.inputs import as_vector
from barometer.survey.replicate_design import ReplicateDesign, ReplicateFacts
from barometer.survey.replicate_sums import replicate_totals

Totals = tuple[IntArray, FloatArray]


def rows_of_request(design: SourceDesign, request: Request, labels: Sequence[Label]) -> Iterator[Rows]:
    """
    Read the outcomes of a request.

    Parameters
    ----------
    design : SourceDesign
        Of rows in strata, whose engine has an order.
    request : Request
    labels : sequence of tuple
        The groups in their order, every one that a row is in.

    Yields
    ------
    Rows
    """
    known = {label: place for place, label in enumerate(labels)}
    for sample, columns, groups in as_batches(design.engine).prepared(request, design, known):
        yield Rows(sample.cluster, sample.weight, groups.code, columns)


def rows_of_labels(design: SourceDesign, names: Sequence[str], labels: Sequence[Label]) -> Iterator[Rows]:
    """
    Read nothing of rows but which combination of labels they have.

    Parameters
    ----------
    design : SourceDesign
        Of rows in strata, whose engine has an order.
    names : sequence of str
        Columns.
    labels : sequence of tuple
        All combinations that occur, None standing for a label that is missing.

    Yields
    ------
    Rows
        Without outcomes, all in one base; the groups are the combinations.
    """
    place, declared = {label: position for position, label in enumerate(labels)}, design.declared
    wanted = list(dict.fromkeys((*names, *declared.keys, declared.weight)))
    for _, batch in as_batches(design.engine).read(wanted):
        n = batch.num_rows
        nothing = np.zeros((n, 0))
        columns = Columns("total", (), nothing, np.ones((n, 1), dtype=np.bool_), np.zeros(0, dtype=np.intp), None)
        weight = as_vector("weight", batch.column(declared.weight))
        yield Rows(place_of(batch, declared.keys, design.place), weight, place_of(batch, names, place), columns)


def draw_totals(
    design: SourceDesign, bootstrap: Bootstrap, facts: ReplicateFacts, rows: Iterable[Rows], origin: FloatArray
) -> FloatArray:
    """
    Draw the bootstrap of rows as they come, and sum their outcomes under every replicate.

    Parameters
    ----------
    design : SourceDesign
        Of rows in strata.
    bootstrap : Bootstrap
        Of the same strata.
    facts : ReplicateFacts
    rows : iterable of Rows
        All rows, batch by batch, each in one of G groups or in none.
    origin : (1 + G, k) float
        Constants that the numerators of the total and of each group are measured from.

    Returns
    -------
    (1 + G, k + b, R) float
        As `replicate_totals`: what it makes of the rows in memory with the same seed.

    Notes
    -----
    Factors of some 4,096 rows are there at a time for each processor, and the rows of blocks that are not complete: up
    to 256 of each stratum, and at times as many again. What is multiplied together, and in which order it is added up,
    follows from the rows' order alone: not a bit depends on batches or threads.
    """
    blocks = [bootstrap.blocks(stratum) for stratum in range(bootstrap.units.size)]

    def jobs() -> Iterator[Callable[[], Totals]]:
        for pack in in_packs(rows, bootstrap.units):
            drawn = [next(blocks[stratum]) for stratum in pack.strata.tolist()]
            yield partial(_sum_pack, design, bootstrap, facts, pack.rows, drawn, origin)

    total = np.zeros(0)
    for present, found in in_order(jobs()):
        if not total.size:
            total = np.zeros((len(origin), *found.shape[1:]))
        total[0] += found[0]
        total[1 + present] += found[1:]
    return total


def _sum_pack(
    design: SourceDesign,
    bootstrap: Bootstrap,
    facts: ReplicateFacts,
    rows: Rows,
    drawn: Sequence[Block],
    origin: FloatArray,
) -> Totals:
    """Return the groups that some rows are in, and the sums of the total and of these groups."""
    table, start = np.empty((rows.weight.size, bootstrap.replicates)), 0
    for block in drawn:
        some = slice(start, start + block.size)
        np.multiply(bootstrap.factors(block).T, rows.weight[some, np.newaxis], out=table[some])
        start += block.size
    present, code = np.unique(rows.group, return_inverse=True)
    outside = int(present[0] < 0)
    present = present[outside:]
    groups = Groups(code - outside, (), tuple((group,) for group in present.tolist()))
    sample = SurveyDesign(rows.weight, rows.stratum, rows.stratum, np.zeros(0, dtype=np.intp), design.facts)
    of_pack = ReplicateDesign(sample, table, None, facts)
    return present, replicate_totals(of_pack, rows.columns, groups, origin[np.append(0, 1 + present)], threads=1)
