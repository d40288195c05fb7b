"""
How fast groups are compared: all pairs of 15 sectors for 50 outcomes at 2,000 rows (workload W1), R's `survey` beside.

Run `python benchmarks/comparisons.py`, with `--runs 15` or `--peers none`. Timed are whole calls, estimates and all:
`compare_groups(estimate_shares(design, outcomes, by=sector), "pairs")` on arrays, the same against the whole and the
rest, and `compare_domains` on the shipped wave 3 with its table. R is timed at `svyby(covmat = TRUE)` of each outcome,
`svycontrast` of its 105 linear contrasts and `p.adjust`: differences only, while ours has ratios and odds ratios too;
one outcome's nonlinear contrasts are timed apart and told for 50. The numbers are compared in the same run. Times are
wall times: machines differ, read the ratios.
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from kernel import seconds, tell
from workloads import OUTCOMES, SECTORS, hand_over, make_workload

import barometer as bm
import barometer.survey as sv

HERE = Path(__file__).parent
ROWS = 2_000
GOAL = "goal 30 ms"
PAIRS = SECTORS * (SECTORS - 1) // 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Time our calls and R's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--peers", choices=("r", "none"), default="r")
    chosen = parser.parse_args(arguments)
    data = make_workload(ROWS)
    design = sv.declare_design(data.weight, data.stratum, population=data.population)

    def compare(against: str) -> sv.GroupComparisons:
        return sv.compare_groups(sv.estimate_shares(design, data.outcomes, by=data.sector), against)

    median = tell("pairs, Holm: compare_groups", ROWS, seconds(lambda: compare("pairs"), chosen.runs), GOAL)
    for against in ("all", "rest"):
        tell(f"against {against}, Holm: compare_groups", ROWS, seconds(partial(compare, against), chosen.runs))
    wave = bm.load_wave(3)
    names = [indicator.name for indicator in wave.select("*")][:OUTCOMES]

    def table() -> object:
        return bm.compare_domains(wave, names, by="sector", against="pairs").table

    tell("pairs, Holm, labelled table: compare_domains", wave.n, seconds(table, chosen.runs), GOAL)
    if chosen.peers == "r":
        run_r(compare("pairs"), median)


def run_r(found: sv.GroupComparisons, median: float) -> None:
    """Time R at the same differences, and print how far its numbers are from ours."""
    rscript = shutil.which("Rscript")
    if rscript is None or subprocess.run([rscript, "-e", "library(survey)"], capture_output=True).returncode:
        print("   R survey: not installed, skipped")
        return
    with tempfile.TemporaryDirectory() as folder:
        hand_over(make_workload(ROWS), Path(folder))
        script = [rscript, str(HERE / "comparisons.R"), folder, "3"]
        done = subprocess.run(script, capture_output=True, text=True, check=True)
        *linear, nonlinear = (float(line) for line in done.stdout.split())
        tell("   R: differences", ROWS, linear, f"{statistics.median(linear) / median:,.0f} times ours")
        whole = statistics.median(linear) + OUTCOMES * nonlinear
        tell("   R: ratios and odds ratios too, told from one", ROWS, [whole], f"{whole / median:,.0f} times ours")
        theirs = np.fromfile(Path(folder) / "found_r").reshape(3, OUTCOMES, PAIRS).swapaxes(1, 2)
    # Shares of 0 and 1 have no test here; R tests them too, so that its families are larger.
    alike = found.family_size[0] == PAIRS
    ours = found.difference.estimate, found.difference.se, found.p_adjusted
    for name, mine, other in zip(("difference", "standard error", "Holm's p-value"), ours, theirs, strict=True):
        apart = np.abs(mine - other)[:, alike].max() / np.abs(other[:, alike]).max()
        print(f"   largest difference from R, {name} ({alike.sum()} outcomes): {apart:.0e}")


if __name__ == "__main__":
    main()
