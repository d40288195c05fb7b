"""
How fast a regression is: logistic, 20 columns, 45 strata, with R's `svyglm` beside.

Run `python benchmarks/regression.py`, or choose: `--sizes 2000,1000000 --peers none`. Prints one table: median, least
and most of several runs, the goal, the ratio to ours, the most memory held, and how far R's numbers are from ours.
Timed are `fit_regression` with the design made before, `predictive_margins` of 20 settings, and `bm.fit_model` from
formula to table. R runs in a process of its own, up to `--r-rows` rows, and is skipped where it is not installed. Times
are wall times: machines differ, read the ratios.
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from kernel import most, seconds, tell
from numpy.typing import NDArray

import barometer as bm
import barometer.survey as sv

HERE = Path(__file__).parent
COLUMNS = 20
GOALS = {2_000: "goal 50 ms", 1_000_000: "goal 8000 ms"}
FORMULA = "shared ~ evaluated + sector + size"


@dataclass(frozen=True, slots=True)
class Sample:
    """Outcome, columns (the first is the intercept, five are numbers, the others 0 or 1) and design of n rows."""

    y: NDArray[np.float64]
    x: NDArray[np.float64]
    w: NDArray[np.float64]
    stratum: NDArray[np.intp]
    population: NDArray[np.float64]


def make_sample(n: int) -> Sample:
    """Draw a stratified sample whose outcome follows the columns."""
    draw = np.random.default_rng(7)
    x = np.column_stack(
        [np.ones(n), draw.integers(0, 2, (n, COLUMNS - 6)).astype(np.float64), draw.normal(size=(n, 5))]
    )
    eta = x @ draw.normal(scale=0.3, size=COLUMNS)
    stratum = draw.integers(0, 45, n)
    return Sample(
        y=(draw.random(n) < 1.0 / (1.0 + np.exp(-eta))).astype(np.float64),
        x=x,
        w=draw.integers(8, 40, n) / 8.0,
        stratum=stratum,
        population=(4.0 * np.bincount(stratum))[stratum].astype(np.float64),
    )


def fit(n: int, runs: int, with_r: bool) -> None:
    """Time the fit of n rows, and its margins."""
    data = make_sample(n)
    design = sv.declare_design(data.w, data.stratum, population=data.population)
    measured = seconds(lambda: sv.fit_regression(design, data.y, data.x), runs)
    median = tell(f"logistic, {COLUMNS} columns", n, measured, GOALS.get(n, ""))
    found = sv.fit_regression(design, data.y, data.x)
    if with_r:
        beside_r(data, found, median, 5 if n <= 10_000 else 1)
    settings = [sv.Setting(f"{name}={value}", {name: value}) for name in found.names[1:11] for value in (0.0, 1.0)]
    margins = seconds(lambda: sv.predictive_margins(design, found, data.y, data.x, settings), min(runs, 3))
    tell(f"   margins under {len(settings)} settings", n, margins)


def beside_r(data: Sample, found: sv.Regression, median: float, runs: int) -> None:
    """R's svyglm of the same sample."""
    rscript = shutil.which("Rscript")
    if (
        rscript is None
        or subprocess.run([rscript, "-e", "library(survey)"], capture_output=True, check=False).returncode
    ):
        print("   R survey: not installed, skipped")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = {"y": data.y, "x": data.x.T, "w": data.w, "stratum": data.stratum, "N": data.population}
        for each, values in written.items():
            np.ascontiguousarray(values, dtype=np.float64).tofile(folder / each)
        script = [rscript, str(HERE / "regression.R"), name, str(runs)]
        done = subprocess.run(script, capture_output=True, text=True, check=True)
        measured = [float(line) for line in done.stdout.split()]
        tell("   R svyglm", data.y.size, measured, f"{statistics.median(measured) / median:,.1f} times ours")
        coefficients, se = np.fromfile(folder / "found_r").reshape(2, -1)
    apart = [np.abs(a / b - 1.0).max() for a, b in ((found.coefficients, coefficients), (found.se, se))]
    print(f"   largest relative difference from R: coefficient {apart[0]:.0e}, standard error {apart[1]:.0e}")


def replicates(n: int, runs: int) -> None:
    """Time the fit under 80 replicates."""
    data = make_sample(n)
    design = sv.make_replicates(sv.declare_design(data.w, data.stratum), "rao_wu", replicates=80, seed=1)
    tell("logistic, 80 bootstrap replicates", n, seconds(lambda: sv.fit_regression(design, data.y, data.x), runs))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="2000,100000,1000000")
    parser.add_argument("--peers", default="r", choices=("r", "none"))
    parser.add_argument("--r-rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    wave = bm.load_wave(3)
    tell(
        "fit_model: 18 coefficients, margins, table", wave.n, seconds(lambda: bm.fit_model(wave, FORMULA), chosen.runs)
    )
    for n in map(int, chosen.sizes.split(",")):
        fit(n, chosen.runs if n > 10_000 else 5 * chosen.runs, chosen.peers == "r" and n <= chosen.r_rows)
    replicates(2_000, chosen.runs)
    print(f"most memory held: {most() / 2**20:,.0f} MiB")


if __name__ == "__main__":
    main()
