"""
How fast the kernel is: workloads W1 and W2 (see workloads.py), with R's `survey`, svy (PyPI) and DuckDB beside.

Run `python benchmarks/kernel.py` for everything, or choose: `--parts w1,w2,scaling,parquet --sizes 2000,100000 --rows
1000000 --peers none`. Prints one table: median, least and most of several runs, the goal, and the ratio to ours. Timed
are `estimate_shares(design, outcomes, by=sector).to_frame()` with the design made before, and what each peer needs for
the same shares, standard errors and logit intervals. Peers run in processes of their own; those that are not installed
are skipped. Times are wall times: machines differ, read the ratios.
"""

import argparse
import importlib.util
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from workloads import NAMES, PIECE, Workload, hand_over, make_workload, rao_wu_weights, take_over, write_parquet

import barometer.survey as sv

HERE = Path(__file__).parent
PARTS, PEERS = ("w1", "w2", "scaling", "parquet"), ("r", "svy", "duckdb")
SIZES = (2_000, 100_000, 1_000_000)
GOALS = {("w1", 2_000): 0.005, ("w1", 1_000_000): 0.150, ("w2", 2_000): 0.015, ("w2", 100_000): 0.400}
RATIOS = {("w1", 2_000): 140, ("w1", 1_000_000): 300}
PEER_ROWS = {("r", "w1"): 1_000_000, ("r", "w2"): 100_000, ("svy", "w1"): 100_000, ("svy", "w2"): 2_000}
MEBI = 2**20


def seconds(run: Callable[[], object], times: int) -> list[float]:
    """Wall time of each of several runs, after two that are not counted."""
    run(), run()
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        measured.append(time.perf_counter() - start)
    return measured


def tell(what: str, rows: int, measured: Sequence[float], note: str = "") -> float:
    """Print one line of the table and return the median."""
    median = statistics.median(measured)
    spread = f"{1000 * min(measured):.1f} to {1000 * max(measured):.1f}"
    print(f"{what:46} {rows:>11,} {1000 * median:11.1f} ms  ({spread}, {len(measured)} runs)  {note}", flush=True)
    return median


def goal(workload: str, rows: int) -> str:
    """Goal of a workload at a size, if it has one."""
    found = GOALS.get((workload, rows))
    return "" if found is None else f"goal {1000 * found:.0f} ms"


def make_design(data: Workload, replicates: Any) -> Any:
    """Declare what is not timed."""
    if replicates is None:
        return sv.declare_design(data.weight, data.stratum, population=data.population)
    return sv.declare_replicates(
        data.weight, replicates, kind="bootstrap", scale=1.0 / replicates.shape[1], centre="estimate"
    )


def ours(design: Any, data: Workload) -> object:
    """Make the timed call."""
    return sv.estimate_shares(design, data.outcomes, by=data.sector).to_frame()


def workload(name: str, rows: int, runs: int, peers: Sequence[str]) -> None:
    """One workload at one size, and its peers."""
    if name == "w2" and not hasattr(sv, "declare_replicates"):
        print("W2: this version has no replicate designs, skipped")
        return
    data = make_workload(rows)
    replicates = rao_wu_weights(data) if name == "w2" else None
    design = make_design(data, replicates)
    measured = seconds(lambda: ours(design, data), runs if rows > 50_000 else 5 * runs)
    median = tell(f"{name.upper()} barometer", rows, measured, goal(name, rows))
    with tempfile.TemporaryDirectory() as folder:
        if peers:
            hand_over(data, Path(folder), replicates)
        times = 5 if rows <= 2_000 else 3 if rows <= 100_000 and name == "w1" else 1
        for peer in ("r", "svy"):
            if peer in peers and rows <= PEER_ROWS[peer, name]:
                (run_r if peer == "r" else run_svy)(Path(folder), name, rows, times, median)
        if "r" in peers and (Path(folder) / "found_r").exists():
            compare(Path(folder), sv.estimate_shares(design, data.outcomes, by=data.sector))


def run_r(folder: Path, name: str, rows: int, times: int, median: float) -> None:
    """R's svyby and svymean."""
    rscript = shutil.which("Rscript")
    command = [str(rscript), "-e", "library(survey)"]
    if rscript is None or subprocess.run(command, capture_output=True, check=False).returncode:
        print("   R survey: not installed, skipped")
        return
    script = [rscript, str(HERE / "kernel.R"), str(folder), name, str(times)]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    measured = [float(line) for line in done.stdout.split()][1:]
    found = statistics.median(measured) / median
    wanted = RATIOS.get((name, rows))
    tell("   R survey", rows, measured, f"{found:,.0f} times ours{f', goal {wanted}' if wanted else ''}")


def run_svy(folder: Path, name: str, rows: int, times: int, median: float) -> None:
    """Time the mean and the prop of svy."""
    if importlib.util.find_spec("svy") is None:
        print("   svy: not installed, skipped")
        return
    script = [sys.executable, str(HERE / "kernel_svy.py"), str(folder), name, str(times)]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    for verb in ("mean", "prop"):
        tell(f"   svy {verb}", rows, found[verb], f"{statistics.median(found[verb]) / median:,.0f} times ours")


def compare(folder: Path, found: Any) -> None:
    """Print how far R's numbers are from ours."""
    shape = (4, found.estimate.shape[1], found.estimate.shape[0])
    theirs = np.fromfile(folder / "found_r").reshape(shape).transpose(0, 2, 1)
    with np.errstate(invalid="ignore"):  # a share of 0 has no relative difference
        apart = [np.nanmax(np.abs(a / b - 1.0)) for a, b in zip((found.estimate, found.se), theirs[:2], strict=True)]
    print(f"   largest relative difference from R: share {apart[0]:.0e}, standard error {apart[1]:.0e}")


def scaling(runs: int) -> None:
    """Print cost by rows and by domains."""
    for rows in (250_000, 500_000, 1_000_000):
        data = make_workload(rows)
        design = make_design(data, None)
        tell("rows: W1", rows, seconds(partial(ours, design, data), runs), "linear wanted")
    for domains in (15, 150, 1_500):
        data = make_workload(1_000_000, domains)
        design = make_design(data, None)
        measured = seconds(partial(ours, design, data), runs)
        tell(f"domains: W1 with {domains:,}", 1_000_000, measured, "sublinear wanted")


def most() -> int:
    """Most memory this process held, in bytes: VmHWM on Linux, which a child does not take from its parent."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except OSError:
        import resource

        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def memory(rows: int) -> None:
    """Peak memory of one call above the data and the design, in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        hand_over(make_workload(rows), Path(folder))
        extra = child("memory", folder)["extra"]
    print(f"{'W1 extra memory above data and design':46} {rows:>11,} {extra / MEBI:11,.0f} MiB  goal 100 MB")


def child(task: str, *arguments: str) -> Any:
    """Run one task of this program in a fresh process."""
    command = [sys.executable, str(HERE / "kernel.py"), "--child", task, *arguments]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def child_memory(folder: str) -> dict[str, float]:
    """Measure the most held during a call, after a small one that loads what is loaded once."""
    small = make_workload(2_000)
    ours(make_design(small, None), small)
    data, _ = take_over(Path(folder))
    design = make_design(data, None)
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = most()
    ours(design, data)
    return {"extra": most() - before}


def child_parquet(path: str) -> dict[str, float]:
    """Sum and summarise a Parquet file; libraries are loaded first, as DuckDB is by its import."""
    for library in ("pyarrow.parquet", "scipy.sparse", "scipy.special"):
        importlib.import_module(library)
    before = most()
    start = time.perf_counter()
    sums = sv.sum_parquet(path, NAMES, weight="weight", by="sector", stratum="stratum", population="N_h")
    rows = len(sv.summarise(sums).to_frame())
    return {"seconds": time.perf_counter() - start, "before": before, "peak": most(), "rows": rows}


def child_duckdb(path: str) -> dict[str, float]:
    """Take the same sums by SQL."""
    duckdb = importlib.import_module("duckdb")
    before = most()
    sums = ", ".join(f"sum(weight * {name}), sum(weight * weight * {name})" for name in NAMES)
    query = f"select stratum, sector, count(*), sum(weight), sum(weight * weight), any_value(N_h), {sums}"
    start = time.perf_counter()
    found = duckdb.sql(f"{query} from read_parquet('{path}') group by stratum, sector").fetchnumpy()
    return {
        "seconds": time.perf_counter() - start,
        "before": before,
        "peak": most(),
        "rows": len(next(iter(found.values()))),
    }


def parquet(rows: int, runs: int, peers: Sequence[str]) -> None:
    """W1 from a file, and DuckDB's sums of it, in turn."""
    sql = "duckdb" in peers and importlib.util.find_spec("duckdb") is not None
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "w1.parquet")
        write_parquet(Path(path), rows)
        tasks = ("parquet", "duckdb") if sql else ("parquet",)
        found = {task: [child(task, path)] for task in tasks}
        for _ in range(runs - 1):
            for task in tasks:
                found[task].append(child(task, path))
    medians = {}
    for task, results in found.items():
        peak = max(result["peak"] for result in results) / MEBI
        what = "W1 from Parquet, barometer" if task == "parquet" else "   DuckDB, sums only"
        note = f"whole process {peak:,.0f} MiB" + (", goal under 1 GB" if task == "parquet" else "")
        medians[task] = tell(what, rows, [result["seconds"] for result in results], note)
    if sql:
        print(f"   ours / DuckDB: {medians['parquet'] / medians['duckdb']:.2f}, goal 1.5")
    elif "duckdb" in peers:
        print("   DuckDB: not installed, skipped")


def options() -> argparse.Namespace:
    """Read what was chosen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="rows of W1; W2 takes those up to 100000")
    parser.add_argument(
        "--rows", type=int, default=10_000_000, help=f"rows of the Parquet file, in pieces of {PIECE:,}"
    )
    parser.add_argument("--peers", default=",".join(PEERS), help=f"of {', '.join(PEERS)}, or none")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    chosen = options()
    if chosen.child is not None:
        tasks = {"memory": child_memory, "parquet": child_parquet, "duckdb": child_duckdb}
        print(json.dumps(tasks[chosen.child[0]](chosen.child[1])))
        return
    parts, peers = chosen.parts.split(","), [peer for peer in chosen.peers.split(",") if peer != "none"]
    for name in ("w1", "w2"):
        for rows in map(int, chosen.sizes.split(",")):
            if name in parts and (name == "w1" or rows <= 100_000):
                workload(name, rows, chosen.runs, peers)
                if name == "w1" and rows >= 1_000_000:
                    memory(rows)
    if "scaling" in parts:
        scaling(chosen.runs)
    if "parquet" in parts:
        parquet(chosen.rows, chosen.runs, peers)


if __name__ == "__main__":
    main()
