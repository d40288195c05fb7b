"""Processes of a report: forked, where the system can, from one that has imported everything and read the waves."""

import multiprocessing
from multiprocessing.context import ForkServerContext, SpawnContext

WARM = "barometer.publication.report.warm"


def process_context() -> ForkServerContext | SpawnContext:
    """Return what starts processes: each is fresh, and none waits for imports where processes can be forked."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([WARM])
    return context
