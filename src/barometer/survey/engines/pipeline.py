"""Batches read ahead of their use, summed beside each other, and added up in their order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from barometer.survey.merging import add_up
from barometer.survey.stages import DesignFacts
from barometer.survey.sums import CellSums

if TYPE_CHECKING:
    import pyarrow as pa

AHEAD = 4
"""Batches that are read before they are asked for, so that neither reading nor summing waits for the other."""


def read_ahead(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """
    Read the next batches while those before are worked on.

    One thread reads: several take more time for fresh memory than they save.

    Parameters
    ----------
    batches : iterator of pyarrow.RecordBatch

    Yields
    ------
    pyarrow.RecordBatch
        The same, in their order.
    """
    with ThreadPoolExecutor(1) as reader:
        waiting = deque(reader.submit(next, batches, None) for _ in range(AHEAD))
        while (batch := waiting.popleft().result()) is not None:
            waiting.append(reader.submit(next, batches, None))
            yield batch


def add_in_order(jobs: Iterable[Callable[[], CellSums]], facts: DesignFacts) -> CellSums:
    """
    Sum batches beside each other, a thread for each processor, and add their sums up in their order.

    Parameters
    ----------
    jobs : iterable of callable
        Each sums one batch; at least one.
    facts : DesignFacts
        Of the whole.

    Returns
    -------
    CellSums
        The same to the last bit for any number of threads.
    """
    workers = os.cpu_count() or 1
    total: list[CellSums] = []
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[CellSums]] = deque()
        for job in jobs:
            waiting.append(pool.submit(job))
            if len(waiting) > workers:
                total = [add_up([*total, waiting.popleft().result()], facts)]
        while waiting:
            total = [add_up([*total, waiting.popleft().result()], facts)]
    return total[0]
