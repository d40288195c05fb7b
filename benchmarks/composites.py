"""
How fast composites are: the whole calls on the shipped wave, and R's survey beside the pairs in the same run.

Run `python benchmarks/composites.py`. Prints one line a figure: median, least and most of several runs. Machines
differ: read the ratio.
"""

import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import pandas as pd
from speed import seconds, tell

import barometer as bm


def ours(wave: bm.Wave) -> float:
    """Whole calls with labels and result objects; returns the median of the pairs that R makes too."""
    union = "positive_role.foundations"
    tell("estimate_parts: 4 parts x 16 groups", seconds(lambda: bm.estimate_parts(wave, union, by="sector")))
    tell("estimate_counts: 7 statements x 16 groups", seconds(lambda: bm.estimate_counts(wave, "culture", by="sector")))
    tell(
        "estimate_overlaps: 105 pairs x 16 groups",
        seconds(lambda: bm.estimate_overlaps(wave, "initiator", by="sector"), 5),
    )
    return tell("estimate_overlaps: 36 pairs, 12 combinations", seconds(lambda: bm.estimate_overlaps(wave, "partner")))


def beside_r(wave: bm.Wave, median: float) -> None:
    """Both, one among the other, lift and odds ratio of the same pairs."""
    if shutil.which("Rscript") is None:
        print("Rscript is not installed: no comparison")
        return
    options = bm.estimate_overlaps(wave, "partner").options
    ticks = {f"t{i}": wave.answers.indicator(option.name).astype(int) for i, option in enumerate(options)}
    codes, _ = wave.stratum
    frame = pd.DataFrame(
        {
            "stratum": codes,
            "population": wave.population[codes],
            "weight": wave.microdata["weight"],
            "in_base": wave.answers.base("innovative").astype(int),
            **ticks,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        frame.to_csv(Path(folder) / "ticks.csv", index=False)
        script = Path(__file__).with_suffix(".R")
        done = subprocess.run(["Rscript", str(script), folder], capture_output=True, text=True, check=True)
    measured = [float(line) for line in done.stdout.split()]
    tell("R survey: the same pairs", measured)
    print(f"R / barometer: {statistics.median(measured) / median:.0f} times")


if __name__ == "__main__":
    shipped = bm.load_wave(3)
    beside_r(shipped, ours(shipped))
