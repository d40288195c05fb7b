"""Work that is done beside each other and handed over in its order."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")
TURNS = 8
"""Pieces for each thread that are done before the first is asked for: bounds the memory."""


def work_in_order(work: Callable[[S], T], pieces: Sequence[S], threads: int | None = None) -> Iterator[T]:
    """
    Do the same work on several pieces by several threads.

    Parameters
    ----------
    work : callable
    pieces : sequence
    threads : int, optional
        At most the processors there are without it.

    Yields
    ------
    T
        What comes of each piece, in their order.
    """
    workers = min(len(pieces), threads or os.cpu_count() or 1)
    if workers <= 1:
        yield from map(work, pieces)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(pieces), TURNS * workers):
            yield from pool.map(work, pieces[start : start + TURNS * workers])
