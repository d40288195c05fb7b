"""
What sums cost by rows, cells and indicators, measured on one machine, and what a billion rows would cost on a cluster.

Run `python benchmarks/scale.py`, or choose: `--rows 1000000,10000000 --cluster 20x8 --folder /somewhere/large`. Each
measurement is a process of its own. A model of the seconds is fitted to what was measured, with residuals beside; what
is extrapolated from it is said to be. `--ways bootstrap` measures shares with standard errors from 200 replicates of
the rows instead. Figures go to standard output; docs/scale.md has those of one machine.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.optimize import nnls

import barometer.survey as sv

INDICATORS = [f"y{number:02}" for number in range(50)]
STRATA, PART = 200, 1_000_000
DOMAINS: dict[int, tuple[str, ...]] = {200: (), 600: ("sector",), 3000: ("sector", "region")}
"""Domains that make so many cells with the strata."""
GRID = [(cells, indicators) for cells in DOMAINS for indicators in (10, 50)]
LARGE = [(600, 10), (600, 50)]
"""What is measured of 50 million rows and more."""
TERMS = ("start", "row", "row and indicator", "row, indicator and cell", "cell and indicator")
BILLION = 1_000_000_000
REPLICATES = 200


@dataclass(frozen=True, slots=True)
class Case:
    """
    One thing to be measured.

    Attributes
    ----------
    way : {"streamed", "duckdb", "bootstrap"}
    rows, cells, indicators : int
    """

    way: str
    rows: int
    cells: int
    indicators: int


@dataclass(frozen=True, slots=True)
class Cost:
    """
    What a case took.

    Attributes
    ----------
    seconds : float
    gib : float
        Largest memory of its process.
    """

    seconds: float
    gib: float


def write_part(path: Path, part: int, n: int) -> None:
    """Write rows with 50 yes/no answers, 3 per cent of them missing, and weights in eighths."""
    rng = np.random.default_rng(part)
    columns: dict[str, pa.Array] = {
        "stratum": pa.array(rng.integers(0, STRATA, n).astype(np.int16)),
        "sector": pa.array(rng.integers(0, 3, n).astype(np.int8)),
        "region": pa.array(rng.integers(0, 5, n).astype(np.int8)),
        "weight": pa.array(rng.integers(8, 80, n) / 8),
    }
    for name in INDICATORS:
        draw = rng.integers(0, 100, n, dtype=np.int8)
        columns[name] = pa.array((draw < 30).astype(np.int8), mask=draw > 96)
    pq.write_table(pa.table(columns), path)


def write_folders(folder: Path, sizes: Sequence[int]) -> dict[int, Path]:
    """Write files of a million rows once; a smaller number of rows is a folder of links to the first of them."""
    found = {}
    for rows in sorted(sizes, reverse=True):
        found[rows] = folder / str(rows)
        found[rows].mkdir()
        for part, start in enumerate(range(0, rows, PART)):
            n = min(PART, rows - start)
            path = found[rows] / f"part{part:05}.parquet"
            whole = found[max(found)] / path.name
            if whole.exists() and n == PART:
                path.hardlink_to(whole)
            else:
                write_part(path, part, n)
    return found


def take_sums(way: str, path: Path, cells: int, indicators: int) -> None:
    """Take the sums of shares by one way, or estimate them with a bootstrap of the rows."""
    data: object = path
    if way == "duckdb":
        import duckdb

        data = duckdb.connect().sql(f"SELECT * FROM '{path}/*.parquet'")
    design = sv.declare_source(data, weight="weight", stratum="stratum")
    if way == "bootstrap":
        drawn = sv.make_replicates(design, "rao_wu", replicates=REPLICATES, seed=1)
        sv.estimate_shares(drawn, INDICATORS[:indicators], by=DOMAINS[cells])
        return
    sv.sum_source(design, INDICATORS[:indicators], by=DOMAINS[cells])


def measure(case: Case, path: Path, times: int) -> Cost:
    """Run a case in processes of its own, and return the fastest."""
    command = [sys.executable, __file__, "--one", case.way, str(path), str(case.cells), str(case.indicators)]
    runs = [json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) for _ in range(times)]
    return min((Cost(**run) for run in runs), key=lambda cost: cost.seconds)


def run_one(way: str, path: str, cells: str, indicators: str) -> None:
    """Print what one case takes."""
    start = time.perf_counter()
    take_sums(way, Path(path), int(cells), int(indicators))
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))


def terms(case: Case) -> list[float]:
    """Return what each parameter of the model is multiplied with."""
    values = case.rows * case.indicators
    return [1.0, float(case.rows), float(values), float(values) * case.cells, float(case.cells * case.indicators)]


def fit(costs: dict[Case, Cost]) -> NDArray[np.float64]:
    """Fit the seconds by least squares of relative errors, no parameter being negative."""
    seconds = np.array([cost.seconds for cost in costs.values()])
    matrix = np.array([terms(case) for case in costs]) / seconds[:, np.newaxis]
    scale = matrix.max(axis=0)
    return np.asarray(nnls(matrix / scale, np.ones(seconds.size))[0] / scale)


def tell_model(way: str, costs: dict[Case, Cost], parameters: NDArray[np.float64]) -> None:
    """Print the parameters, and how far the model is from each measurement."""
    print(f"\n{way}: seconds = sum of parameter x term, fitted to {len(costs)} measurements")
    for name, value in zip(TERMS, parameters, strict=True):
        print(f"  {name:26} {value:10.3e} s")
    for case, cost in costs.items():
        fitted = float(parameters @ terms(case))
        what = f"{case.rows:>13,} rows x {case.cells:5,} cells x {case.indicators:2} indicators"
        print(f"  {what}: measured {cost.seconds:7.2f} s, model {fitted:7.2f} s ({fitted / cost.seconds - 1.0:+.0%})")


def tell_billion(way: str, parameters: NDArray[np.float64], cluster: tuple[int, int], bytes_of_row: float) -> None:
    """Print what a billion rows would cost, on this machine and on a cluster."""
    workers, cores = cluster
    here = os.cpu_count() or 1
    one = np.array(terms(Case(way, BILLION, 600, 50)))
    work = float(parameters[1:4] @ one[1:4])
    fixed = float(parameters[[0, 4]] @ one[[0, 4]])
    divided = work * here / (workers * cores)
    rate = BILLION * bytes_of_row / workers / (fixed + divided) / 1e6
    print(f"\n{way}, EXTRAPOLATED: 1,000,000,000 rows x 600 cells x 50 indicators")
    print(f"  this machine ({here} cores): {(fixed + work) / 60:.1f} minutes")
    print(
        f"  {workers} workers of {cores} cores: {fixed + divided:.1f} s, if the work divides evenly and every worker "
        f"gets {rate:.0f} MB/s"
    )


def cases_of(ways: Sequence[str], sizes: Sequence[int]) -> list[Case]:
    """Every case: the whole grid for some rows, part of it for many."""
    return [
        Case(way, rows, cells, indicators)
        for way in ways
        if way != "duckdb" or importlib.util.find_spec("duckdb")
        for rows in sorted(sizes)
        for cells, indicators in (GRID if rows < 50_000_000 else LARGE)
    ]


def options() -> argparse.Namespace:
    """Read what was chosen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="1000000,10000000,100000000")
    parser.add_argument("--ways", default="streamed,duckdb", help="of streamed, duckdb and bootstrap")
    parser.add_argument("--cluster", default="20x8", help="workers x cores, for a billion rows")
    parser.add_argument("--folder", type=Path, help="where the files are made and deleted; by default the system's")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure, fit and extrapolate."""
    chosen = options()
    if chosen.one is not None:
        run_one(*chosen.one)
        return
    sizes = [int(rows) for rows in chosen.rows.split(",")]
    workers, _, cores = chosen.cluster.partition("x")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        start = time.perf_counter()
        folders = write_folders(Path(name), sizes)
        size = sum(path.stat().st_size for path in folders[max(sizes)].iterdir())
        print(f"{max(sizes):,} rows written in {time.perf_counter() - start:.0f} s, {size / 2**30:.2f} GiB", flush=True)
        costs: dict[Case, Cost] = {}
        for case in cases_of(chosen.ways.split(","), sizes):
            costs[case] = cost = measure(case, folders[case.rows], 2 if case.rows < 50_000_000 else 1)
            what = f"{case.way:9} {case.rows:>13,} rows x {case.cells:5,} cells x {case.indicators:2} indicators"
            print(f"{what}: {cost.seconds:7.2f} s  {cost.gib:5.2f} GiB", flush=True)
    for way in dict.fromkeys(case.way for case in costs):
        of_way = {case: cost for case, cost in costs.items() if case.way == way}
        parameters = fit(of_way)
        tell_model(way, of_way, parameters)
        tell_billion(way, parameters, (int(workers), int(cores)), size / max(sizes))


if __name__ == "__main__":
    main()
