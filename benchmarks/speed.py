"""
How fast: the whole call of estimate_shares, the import, and, with R installed, the same work by R's survey.

Run `make benchmark`. Prints one line a figure: median of several runs, minimum and maximum, the goal, and the ratio to
the peer measured in the same run. Machines differ: read the ratios.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import barometer as bm
from barometer.codebook.records import Indicator
from barometer.microdata.load import read_and_check, shipped_layout

RUNS = 15


def seconds(run: Callable[[], object], times: int = RUNS) -> list[float]:
    """Wall time of each of several runs, after one that is not counted."""
    run()
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        measured.append(time.perf_counter() - start)
    return measured


def tell(what: str, measured: list[float], goal: str = "") -> float:
    """Print one figure and return its median."""
    median = statistics.median(measured)
    spread = f"{1000 * min(measured):.1f} to {1000 * max(measured):.1f}"
    print(f"{what:62} {1000 * median:9.1f} ms   ({spread}){'   goal ' + goal if goal else ''}")
    return median


def fresh(code: str) -> float:
    """Seconds that a fresh interpreter prints for a piece of code."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1])


def imports() -> None:
    """Import of barometer against import of pandas, each in fresh interpreters, in turn."""
    timed = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    pandas, ours = [], []
    for _ in range(RUNS):
        pandas.append(fresh(timed.format("pandas")))
        ours.append(fresh(timed.format("barometer")))
    baseline = tell("import pandas", pandas)
    median = tell("import barometer", ours, "1.5 x pandas")
    print(f"{'   ratio':62} {median / baseline:9.2f}")


def first_calls() -> None:
    """First call in a fresh process, indicators made in it; with and without SciPy's own first import."""
    code = (
        "import time, barometer as bm; {}; w = bm.load_wave(3); t = time.perf_counter(); "
        "bm.estimate_shares(w, by='sector'); print(time.perf_counter() - t)"
    )
    scipy = "import scipy.sparse, scipy.special"
    tell("first call, indicators made in it", [fresh(code.format(scipy)) for _ in range(7)], "100 ms")
    tell("first call, and SciPy imported in it", [fresh(code.format("pass")) for _ in range(7)])


def shares(wave: bm.Wave) -> float:
    """Every indicator of the wave by sector, whole call with labels and result object."""
    found = bm.estimate_shares(wave, by="sector")
    print(f"{len(found.indicators)} indicators x {1 + len(found.groups)} groups, {wave.n:,} rows")
    median = tell("estimate_shares(wave, by='sector')", seconds(lambda: bm.estimate_shares(wave, by="sector")), "20 ms")
    tell("estimate_shares and .to_frame('da')", seconds(lambda: bm.estimate_shares(wave, by="sector").to_frame("da")))
    tell("read and check wave 3", seconds(lambda: read_and_check(shipped_layout(3), bm.codebook()), 5))
    tell("verify(wave)", seconds(lambda: bm.verify(wave), 5))
    return median


def peer(wave: bm.Wave, ours: float) -> None:
    """Run the same shares through R's svyby and svymean, one call a base, which is its fastest idiom."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("R is not installed: no peer (Debian: r-cran-survey)")
        return
    indicators = wave.select("*")
    with tempfile.TemporaryDirectory() as folder:
        _hand_over(wave, indicators, Path(folder))
        script = Path(__file__).with_name("speed.R")
        done = subprocess.run([rscript, str(script), folder], capture_output=True, text=True, check=True)
    measured = [float(line) for line in done.stdout.split()]
    median = tell("R survey: svyby + svymean, logit interval by hand", measured)
    print(f"{'   ratio R / barometer':62} {median / ours:9.0f}")


def report() -> None:
    """Do what `make report` does once it is set up: ingest, then the report with its notebooks."""
    root = Path(__file__).parents[1]
    steps = (["ingest", "--raw", str(root / "data/raw")], ["report", "--notebooks", str(root / "notebooks")])
    measured = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            for step in steps:
                subprocess.run(
                    [sys.executable, "-m", "barometer.cli", *step], cwd=folder, capture_output=True, check=True
                )
            measured.append(time.perf_counter() - start)
    tell("barometer ingest (four waves) and barometer report (wave 3)", measured, "60 s")


def _hand_over(wave: bm.Wave, indicators: list[Indicator], folder: Path) -> None:
    arrays = wave.indicator_arrays(indicators, [indicator.dont_know for indicator in indicators])
    design = wave.microdata[["weight", "population", "sector"]].assign(stratum=wave.stratum[0])
    for b in range(arrays.bases.shape[1]):
        chosen = arrays.base == b
        outcomes = pd.DataFrame(arrays.yes[:, chosen].astype(int), columns=[f"y{i}" for i in range(int(chosen.sum()))])
        inside = pd.Series(arrays.bases[:, b].astype(int), name="in_base")
        pd.concat([design, inside, outcomes], axis=1).to_csv(folder / f"base{b}.csv", index=False)


def main() -> None:
    """Print every figure."""
    imports()
    first_calls()
    wave = bm.load_wave(3)
    peer(wave, shares(wave))
    report()


if __name__ == "__main__":
    main()
