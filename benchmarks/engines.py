"""
Cost of sums where the rows are: beside the same sums written by hand in DuckDB SQL, in memory, and of merging.

Run `python benchmarks/engines.py [rows ...]`, by default 1 and 10 million rows. Each measurement is a process of its
own, so that its peak of memory is its own. DuckDB is measured where it is installed. Figures go to standard output;
docs/scale.md has those of one machine.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import barometer.survey as sv

INDICATORS = [f"y{number:02}" for number in range(50)]
STRATA, SECTORS, GROUP = 200, 3, 1_000_000
MOMENTS, CELLS = 1_000, 900
TURNS = 5


def write_rows(folder: Path, rows: int) -> Path:
    """Write rows with 50 yes/no answers, 3 per cent of them missing, and weights in eighths."""
    path = folder / f"rows{rows}"
    path.mkdir()
    for part, start in enumerate(range(0, rows, GROUP)):
        rng = np.random.default_rng(part)
        n = min(GROUP, rows - start)
        columns: dict[str, pa.Array] = {
            "stratum": pa.array(rng.integers(0, STRATA, n).astype(np.int16)),
            "sector": pa.array(rng.integers(0, SECTORS, n).astype(np.int8)),
            "weight": pa.array(rng.integers(8, 80, n) / 8),
        }
        for name in INDICATORS:
            columns[name] = pa.array((rng.random(n) < 0.3).astype(np.int8), mask=rng.random(n) < 0.03)
        pq.write_table(pa.table(columns), path / f"part{part:04}.parquet")
    return path


def by_hand(path: Path) -> None:
    """Take the sums in SQL as one would write it: five for each indicator, and the rows of each stratum."""
    import duckdb

    connection = duckdb.connect()
    connection.sql(f"CREATE VIEW answers AS SELECT * FROM '{path}/*.parquet'")
    connection.sql("SELECT stratum, count(*), min(weight), max(weight) FROM answers GROUP BY stratum").fetchall()
    sums = ", ".join(
        f"count({y}), sum(CASE WHEN {y} IS NOT NULL THEN weight END), "
        f"sum(CASE WHEN {y} IS NOT NULL THEN weight * weight END), sum(weight * {y}), sum(weight * weight * {y})"
        for y in INDICATORS
    )
    connection.sql(f"SELECT stratum, sector, {sums} FROM answers GROUP BY stratum, sector").to_arrow_table()


def in_duckdb(path: Path) -> None:
    """Let the kernel ask DuckDB."""
    import duckdb

    relation = duckdb.connect().sql(f"SELECT * FROM '{path}/*.parquet'")
    design = sv.declare_source(relation, weight="weight", stratum="stratum")
    sv.sum_source(design, INDICATORS, by="sector")


def streamed(path: Path) -> None:
    """Read the files batch by batch."""
    sv.sum_source(sv.declare_source(path, weight="weight", stratum="stratum"), INDICATORS, by="sector")


def many_moments() -> list[sv.Moments]:
    """Return the sums of a thousand parts of one sample, of 300 strata and 3 groups."""
    rng = np.random.default_rng(1)
    n = 4 * CELLS
    design = sv.declare_design(np.ones(n), np.arange(n) % (CELLS // SECTORS))
    sector = np.arange(n) // (CELLS // SECTORS) % SECTORS
    one = sv.estimate_shares(design, (rng.random((n, 50)) < 0.3).astype(np.float64), by=sector).sums
    return [sv.Moments(one, (sv.MomentsPart(str(number), "country", str(number)),)) for number in range(MOMENTS)]


def merging(folder: Path) -> dict[str, float]:
    """Seconds for merging a thousand moments that are in memory, and from files."""
    several = many_moments()
    for number, moments in enumerate(several):
        moments.save(folder / f"moments{number}")
    start = time.perf_counter()
    sv.merge_moments(several)
    loaded = time.perf_counter() - start
    start = time.perf_counter()
    sv.merge_moments([sv.load_moments(folder / f"moments{number}") for number in range(MOMENTS)])
    return {"loaded": loaded, "from files": time.perf_counter() - start}


WAYS: dict[str, Callable[[Path], None]] = {"by hand": by_hand, "duckdb": in_duckdb, "streamed": streamed}


def measure(way: str, path: Path) -> dict[str, float]:
    """Run one way in a process of its own: seconds without the start, those of processors, and most memory in GiB."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", way, str(path)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def run_one(way: str, path: Path) -> None:
    """Print what one way takes; where other work shares the machine, the time of processors is the steadier one."""
    start, of_processors = time.perf_counter(), time.process_time()
    WAYS[way](path)
    found = {"seconds": time.perf_counter() - start, "processors": time.process_time() - of_processors}
    print(json.dumps({**found, "GiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))


def compare(path: Path, rows: int) -> None:
    """Measure the ways in turns, so that what else the machine does falls on all, and print every time they took."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(TURNS):
        for way, times in found.items():
            with suppress(subprocess.CalledProcessError):
                times.append(measure(way, path))
    for way, times in found.items():
        if not times:
            print(f"{rows:>12,} rows  {way:<10} not installed", flush=True)
            continue
        ratios = ""
        for measured in ("seconds", "processors"):
            took = sorted(each[measured] for each in times)
            ratios += f"  {measured} {', '.join(f'{each:.2f}' for each in took)}"
            if by_hand_took := [each[measured] for each in found["by hand"]]:
                ratios += f" (median {median(took) / median(by_hand_took):.2f} of by hand)"
        print(f"{rows:>12,} rows  {way:<10}{ratios}  {max(each['GiB'] for each in times):.2f} GiB", flush=True)


def main(arguments: list[str]) -> None:
    """Measure every way for every number of rows, and merging."""
    if arguments[:1] == ["--one"]:
        run_one(arguments[1], Path(arguments[2]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in [int(text) for text in arguments] or [1_000_000, 10_000_000]:
            compare(write_rows(folder, rows), rows)
        for way, seconds in merging(folder).items():
            print(f"{MOMENTS:,} moments of {CELLS} cells x 50, {way}: {seconds:.2f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
