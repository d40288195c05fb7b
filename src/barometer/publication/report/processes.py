"""Processes of a report: forked, where the system can, from one that has imported everything and read the waves."""

import multiprocessing
import os
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext, SpawnContext
from threading import Thread

WARM = "barometer.publication.report.warm"


def process_context() -> ForkServerContext | SpawnContext:
    """Return what starts processes: each is fresh, and none waits for imports where processes can be forked."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([WARM])
    return context


def end_with_parent() -> None:
    """Let this process end when the one that asked for it has, whatever ended that one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
