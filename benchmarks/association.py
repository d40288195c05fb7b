"""
How fast: a test of association and a cross table with its intervals, beside R's svychisq and svyby in the same run.

Run `python benchmarks/association.py`. 60 strata with population sizes and unequal weights, 3 answers by 5 groups; then
the same rows in clusters. Prints medians, the ratio to R, and that both have the same p-value. Machines differ:
read the ratios.
"""

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import barometer as bm
import barometer.survey as sv

RUNS = 7
SIZES = ((2_000, 7), (100_000, 3), (1_000_000, 1))
"""Rows, and how often R is run on them."""


def median_of(run: Callable[[], object]) -> float:
    """Median wall time of several runs, after one that is not counted."""
    run()
    measured = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        measured.append(time.perf_counter() - start)
    return statistics.median(measured)


def sample(rows: int) -> pd.DataFrame:
    """Make a stratified sample whose strata, groups and answers hang together a little."""
    rng = np.random.default_rng(30)
    stratum = rng.integers(0, 60, rows)
    column = (stratum + rng.integers(0, 5, rows)) % 5
    return pd.DataFrame(
        {
            "stratum": stratum,
            "psu": rng.integers(0, max(rows // 600, 2), rows),
            "population": (4 * np.bincount(stratum, minlength=60))[stratum],
            "weight": rng.integers(8, 80, rows) / 8.0,
            "row": np.minimum((rng.random(rows) * (2.4 + 0.003 * column)).astype(int), 2),
            "column": column,
        }
    )


def declared(frame: pd.DataFrame, kind: str) -> sv.SurveyDesign:
    """Declare the design as R has it."""
    if kind == "clusters":
        return sv.declare_design(frame["weight"], frame["stratum"], frame["psu"], psu_labels="within_stratum")
    return sv.declare_design(frame["weight"], frame["stratum"], population=frame["population"])


def peer(frame: pd.DataFrame, kind: str, runs: int) -> tuple[float, float, float]:
    """Seconds that R takes for the test and for the table, and its p-value."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return np.nan, np.nan, np.nan
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.csv"
        frame.to_csv(path, index=False)
        script = Path(__file__).with_name("association.R")
        done = subprocess.run([rscript, script, path, str(runs), kind], capture_output=True, text=True, check=True)
    lines = np.array([[float(number) for number in line.split()] for line in done.stdout.splitlines()])
    test, table, p_value = (float(column) for column in np.median(lines, axis=0))
    return test, table, p_value


def workload(rows: int, kind: str, runs: int) -> None:
    """Print one line for the test and one for the table."""
    frame = sample(rows)
    design = declared(frame, kind)
    answers = frame["row"], frame["column"]
    found = sv.test_association(sv.count_cells(design, *answers))
    test = median_of(lambda: sv.test_association(sv.count_cells(design, *answers)))
    table = median_of(lambda: sv.cross_tabulate(design, *answers))
    r_test, r_table, r_p = peer(frame, kind, runs)
    for what, ours, theirs in (("test", test, r_test), ("cross table", table, r_table)):
        times = f"{1e3 * ours:9.1f} ms   R {1e3 * theirs:11.1f} ms   {theirs / ours:7.0f} times"
        print(f"{kind:9} {rows:9,} {what:12} {times}")
    print(f"{'':32} p = {found.p_value:.12g}, R {r_p:.12g}")


def main() -> None:
    """Print every figure."""
    wave = bm.load_wave(3)
    labelled = median_of(lambda: bm.test_association(wave, "shared", "sector"))
    print(f"bm.test_association(wave, 'shared', 'sector'), labels and result object: {1e3 * labelled:.1f} ms")
    for rows, runs in SIZES:
        for kind in ("elements", "clusters"):
            workload(rows, kind, runs)


if __name__ == "__main__":
    main()
