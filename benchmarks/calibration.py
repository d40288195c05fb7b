"""
How fast weights are calibrated: raking to margins of 3, 15 and 4 levels to 1e-10, R's `survey` and svy (PyPI) beside.

Run `python benchmarks/calibration.py`, or choose: `--sizes 2000,100000 --peers none`. Timed is
`calibrate_weights(weight, targets)`, achieved margins included, with the codes made before and the table of cells made
anew in every run; then 500 bootstrap replicates at once, and 50 shares by 15 sectors of a calibrated design beside
those of one that is not. Peers that are not installed are skipped. Times are wall times: machines differ, read the
ratios.
"""

import argparse
import importlib.util
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import barometer.survey as sv
from barometer.survey.fitting import fit_weights

HERE = Path(__file__).parent
LEVELS = {"level": 3, "sector": 15, "size": 4}
GOALS = {("rake", 2_000): 0.002, ("rake", 1_000_000): 0.040, ("replicates", 2_000): 0.060}
TOLERANCE = 1e-10


def make_sample(rows: int) -> tuple[dict[str, Any], Any, dict[Any, Any]]:
    """Codes, weights and counts: sector and size depend on level, so that raking takes more than a few rounds."""
    rng = np.random.default_rng(rows)
    level = rng.choice(3, rows, p=[0.7, 0.2, 0.1])
    sector = (5 * level + rng.integers(0, 7, rows)) % 15
    size = np.minimum(rng.poisson(1.0 + 0.4 * level), 3)
    codes = {"level": level, "sector": sector, "size": size}
    weight = rng.lognormal(1.0, 0.5, rows)
    whole = 1.3 * weight.sum()
    counts: dict[Any, Any] = {}
    for name, levels in LEVELS.items():
        found = np.bincount(codes[name], weight, levels) * rng.uniform(0.75, 1.3, levels)
        counts[name] = dict(enumerate((found * whole / found.sum()).tolist()))
    return codes, weight, counts


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
    spread = f"{1000 * min(measured):.2f} to {1000 * max(measured):.2f}"
    print(f"{what:44} {rows:>10,} {1000 * median:11.2f} ms  ({spread}, {len(measured)} runs)  {note}", flush=True)
    return median


def goal(part: str, rows: int) -> str:
    """Goal of a part at a size, if it has one."""
    found = GOALS.get((part, rows))
    return "" if found is None else f"goal {1000 * found:.0f} ms"


def rake(weight: Any, targets: sv.Targets) -> sv.Calibration:
    """Make the timed call, on targets whose cells were not made yet."""
    return sv.calibrate_weights(weight, sv.Targets(targets.margins), tolerance=TOLERANCE)


def one_size(rows: int, runs: int, peers: Sequence[str]) -> None:
    """Rake a sample of one size, and let the peers do so."""
    codes, weight, counts = make_sample(rows)
    targets = sv.declare_targets(codes, counts)
    measured = seconds(partial(rake, weight, targets), 10 * runs if rows <= 100_000 else runs)
    found = rake(weight, targets)
    median = tell("rake, barometer", rows, measured, f"{goal('rake', rows)} {found.iterations} rounds")
    tell("   logit within (0.2, 5), barometer", rows, seconds(partial(bounded, weight, targets), runs))
    if "r" in peers:
        run_r(codes, weight, counts, found, median, 3 if rows < 1_000_000 else 1)
    if "svy" in peers and importlib.util.find_spec("svy") is not None:
        run_svy(codes, weight, counts, found, median, 3)


def bounded(weight: Any, targets: sv.Targets) -> sv.Calibration:
    """Calibrate within bounds."""
    return sv.calibrate_weights(weight, sv.Targets(targets.margins), method="logit", bounds=(0.2, 5.0))


def run_r(codes: Any, weight: Any, counts: Any, found: sv.Calibration, median: float, times: int) -> None:
    """R's rake and its calibrate(calfun = "raking")."""
    rscript = shutil.which("Rscript")
    check = [str(rscript), "-e", "library(survey); library(MASS)"]
    if rscript is None or subprocess.run(check, capture_output=True, check=False).returncode:
        print("   R survey: not installed, skipped")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, values in codes.items():
            values.astype(np.int32).tofile(Path(folder) / name)
            np.array(list(counts[name].values())).tofile(Path(folder) / f"{name}_counts")
        weight.tofile(Path(folder) / "weight")
        script = [rscript, str(HERE / "calibration.R"), folder, str(times)]
        done = subprocess.run(script, capture_output=True, text=True, check=True)
        theirs = np.fromfile(Path(folder) / "found_r")
    apart = np.abs(theirs / found.weight - 1.0).max()
    for line in done.stdout.splitlines():
        name, *measured = line.split()
        values = [float(value) for value in measured]
        note = f"{statistics.median(values) / median:,.0f} times ours"
        tell(
            f"   {name}, R survey",
            weight.size,
            values,
            f"{note}, weights within {apart:.0e}" if name == "rake" else note,
        )


def run_svy(codes: Any, weight: Any, counts: Any, found: sv.Calibration, median: float, times: int) -> None:
    """Rake with svy."""
    pl, svy = import_module("polars"), import_module("svy")
    frame = pl.DataFrame({**{name: values.astype(str) for name, values in codes.items()}, "weight": weight})
    controls = {name: {str(level): count for level, count in of.items()} for name, of in counts.items()}

    def run() -> Any:
        sample = svy.Sample(frame, svy.Design(wgt="weight"))
        return sample.weighting.rake(controls=controls, wgt_name="raked", tol=TOLERANCE, max_iter=1000)

    try:
        theirs = run().data["raked"].to_numpy()
    except Exception as error:  # whatever a peer's version raises, it is only left out
        print(f"   svy: {type(error).__name__}, skipped")
        return
    apart = np.abs(theirs / found.weight - 1.0).max()
    measured = seconds(run, times)
    note = f"{statistics.median(measured) / median:,.0f} times ours, weights within {apart:.0e}"
    tell("   rake, svy", weight.size, measured, note)


def replicates(rows: int, runs: int) -> None:
    """Rake 500 replicates at once."""
    codes, weight, counts = make_sample(rows)
    targets = sv.declare_targets(codes, counts)
    drawn = np.random.default_rng(1).multinomial(rows, np.full(rows, 1.0 / rows), 500)
    table = np.ascontiguousarray(drawn.T * weight[:, np.newaxis])

    def run() -> object:
        return fit_weights(table, sv.Targets(targets.margins), sv.CalibrationRule(tolerance=TOLERANCE))

    tell("500 replicates raked together", rows, seconds(run, 5 * runs), goal("replicates", rows))


def estimates(rows: int, runs: int) -> None:
    """50 shares by 15 sectors, of a design before and after raking."""
    codes, weight, counts = make_sample(rows)
    outcomes = (np.random.default_rng(2).random((rows, 50)) < np.linspace(0.03, 0.92, 50)).astype(np.uint8)
    plain = sv.declare_design(weight, 4 * codes["level"] + codes["size"])
    for name, design in (
        ("not calibrated", plain),
        ("raked", sv.calibrate_design(plain, sv.declare_targets(codes, counts))),
    ):
        measured = seconds(partial(sv.estimate_shares, design, outcomes, by=codes["sector"]), runs)
        tell(f"50 shares x 15 sectors, {name}", rows, measured)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="2000,100000,1000000")
    parser.add_argument("--peers", default="r,svy")
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    for rows in sizes:
        one_size(rows, chosen.runs, chosen.peers.split(","))
    replicates(2_000, chosen.runs)
    for rows in (2_000, 1_000_000):
        if rows in sizes:
            estimates(rows, chosen.runs)


if __name__ == "__main__":
    main()
