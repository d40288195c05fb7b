"""Batches read ahead of their use, summed beside each other, and added up in their order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from barometer.survey.merging import add_up
from barometer.survey.stages import DesignFacts
from barometer.survey.sums import CellSums

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
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


def in_order(jobs: Iterable[Callable[[], T]]) -> Iterator[T]:
    """
    Do jobs beside each other, a thread for each processor.

    Parameters
    ----------
    jobs : iterable of callable
        Asked for one at a time, few of them before their turn.

    Yields
    ------
    T
        What they return, in their order.
    """
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[T]] = deque()
        for job in jobs:
            waiting.append(pool.submit(job))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def add_in_order(jobs: Iterable[Callable[[], CellSums]], facts: DesignFacts) -> CellSums:
    """
    Sum batches beside each other, and add their sums up in their order.

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
    total: list[CellSums] = []
    for found in in_order(jobs):
        total = [add_up([*total, found], facts)]
    return total[0]
