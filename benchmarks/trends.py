"""
How fast trends are: four waves, every indicator that any two of them may compare, by sector, any two waves.

Run `python benchmarks/trends.py`; `--indicators 20` says how many of them R's svyby and svycontrast are asked for, on
the stacked waves, `--indicators 0` that R is not. Prints median, least and most of several runs, and how far the
numbers of the two are apart. The synthetic waves are loaded and their indicators made before.
"""

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import barometer as bm

HERE = Path(__file__).parent
NUMBERS = (1, 2, 3, 4)


def seconds(run: Callable[[], object], times: int) -> list[float]:
    """Wall time of each of several runs, after one that is not counted."""
    run()
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        measured.append(time.perf_counter() - start)
    return measured


def tell(what: str, measured: Sequence[float]) -> float:
    """Print one line and return the median."""
    median = statistics.median(measured)
    print(f"{what:60} {1000 * median:10.0f} ms  ({1000 * min(measured):.0f} to {1000 * max(measured):.0f})", flush=True)
    return median


def comparable(waves: Sequence[bm.Wave]) -> list[str]:
    """Name the indicators that some two of the waves may compare."""
    changes = bm.estimate_trend(waves, "*", versus="all").changes
    return list(dict.fromkeys(changes.loc[changes["comparable"] != "not_comparable", "indicator"]))


def stack(waves: Sequence[bm.Wave], names: Sequence[str]) -> pd.DataFrame:
    """Rows of all waves as R takes them: y0, y1, ... missing outside the base."""
    frames = []
    for wave in waves:
        frame = wave.microdata[["weight", "population", "sector"]].reset_index(drop=True)
        frame["wave"] = wave.record.number
        frame["stratum"] = [f"{wave.record.number} {code}" for code in wave.stratum[0]]
        for place, name in enumerate(names):
            answers = np.full(wave.n, np.nan)
            if name in wave.codebook.indicators:
                (indicator,) = wave.select(name)
                arrays = wave.indicator_arrays([indicator], [indicator.dont_know])
                base = arrays.bases[:, arrays.base[0]]
                answers[base] = arrays.yes[base, 0]
            frame[f"y{place}"] = answers
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def beside_r(waves: Sequence[bm.Wave], names: Sequence[str], times: int) -> None:
    """Time R on the same indicators and compare its numbers."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("   R: not installed, skipped")
        return
    ask = partial(bm.estimate_trend, waves, names, "sector", versus="all")
    ours = tell(f"barometer, {len(names)} indicators by sector", seconds(ask, 5))
    with tempfile.TemporaryDirectory() as folder:
        stack(waves, names).to_csv(Path(folder) / "rows.csv", index=False)
        done = subprocess.run(
            [rscript, str(HERE / "trends.R"), folder, str(times)], capture_output=True, text=True, check=True
        )
        theirs = tell("   R survey, the same", [float(line) for line in done.stdout.split()])
        print(f"   {theirs / ours:,.0f} times ours")
        found = pd.read_csv(Path(folder) / "found.csv")
    found["indicator"] = [names[int(outcome[1:])] for outcome in found["outcome"]]
    changes = ask().changes.astype({"indicator": "str", "sector": "str"})
    both = changes.merge(
        found, left_on=["indicator", "sector", "first", "second"], right_on=["indicator", "group", "first", "second"]
    ).dropna(subset=["change_x"])
    varies = both["se_y"] > 1e-12
    apart = (both["change_x"] - both["change_y"]).abs().max(), (both["se_x"] / both["se_y"] - 1.0)[varies].abs().max()
    print(f"   {len(both):,} changes compared; largest difference {apart[0]:.0e}, of standard errors {apart[1]:.0e}")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--indicators", type=int, default=20)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    waves = [bm.load_wave(number) for number in NUMBERS]
    names = comparable(waves)
    tell(
        f"barometer, {len(names)} indicators by sector, any two of four waves",
        seconds(partial(bm.estimate_trend, waves, names, "sector", versus="all"), 10),
    )
    tell(
        "barometer, one indicator in total",
        seconds(partial(bm.estimate_trend, waves, "innovative", versus="all"), 20),
    )
    tell(
        "barometer, decomposition of one change by sector and size",
        seconds(partial(bm.decompose_change, waves[2], waves[3], "innovative"), 20),
    )
    if options.indicators:
        beside_r(waves, names[:: max(len(names) // options.indicators, 1)][: options.indicators], options.times)


if __name__ == "__main__":
    main()
