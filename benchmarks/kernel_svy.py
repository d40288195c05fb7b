"""
W1 or W2 through the PyPI package svy: `python kernel_svy.py FOLDER w1|w2 RUNS`.

Prints seconds of declaring the sample, then of each run of its mean and of its prop (logit interval).
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from workloads import NAMES, take_over

# Neither is a dependency of the project, so that the type checker cannot know them.
pl, svy = import_module("polars"), import_module("svy")


def declared(folder: Path, workload: str) -> Any:
    """Make the sample that svy is asked of."""
    data, replicates = take_over(folder)
    columns: dict[str, Any] = {name: getattr(data, name) for name in ("weight", "stratum", "population", "sector")}
    columns |= {name: data.outcomes[:, k] for k, name in enumerate(NAMES)}
    if workload == "w1":
        design = svy.Design(stratum="stratum", wgt="weight", pop_size="population")
    else:
        assert replicates is not None
        names = [f"r{r}" for r in range(1, 1 + replicates.shape[1])]
        columns |= {name: replicates[:, r] for r, name in enumerate(names)}
        design = svy.Design(wgt="weight", rep_wgts=svy.RepWeights(method="bootstrap", prefix="r", n_reps=len(names)))
    return svy.Sample(pl.DataFrame(columns), design)


def timed(run: Callable[[], object], times: int) -> list[float]:
    """Seconds of each run."""
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        measured.append(time.perf_counter() - start)
    return measured


def both(estimate: Callable[..., object], how: dict[str, str]) -> tuple[object, object]:
    """Estimate by sector and in total."""
    return estimate(NAMES, by="sector", **how), estimate(NAMES, **how)


def main() -> None:
    """Print a JSON object of seconds."""
    folder, workload, runs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    start = time.perf_counter()
    sample = declared(folder, workload)
    found = {"declare": [time.perf_counter() - start]}
    how = {} if workload == "w1" else {"method": "replication", "variance_center": "estimate"}
    for verb in ("mean", "prop"):
        estimate = getattr(sample.estimation, verb)
        found[verb] = timed(partial(both, estimate, how), runs)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
