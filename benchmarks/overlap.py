"""
What the standard error of a change is worth where the same units answer again: rules beside the truth.

Run `python benchmarks/overlap.py` (`--draws 4000`). From populations in 45 strata, two samples are drawn again and
again, a part of the first kept in the second. Prints, for each way of taking the variance of the change, its mean over
the variance that the change really had, and how often its 95% interval held the true change. Seeds are fixed.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

import barometer.survey as sv

STRATA = 45
WAYS = ("independent", "conditional", "stacked")


@dataclass(frozen=True)
class Setting:
    """Units in each stratum, sampled share, share of the first sample kept (None: by chance), spread of the strata."""

    units: int
    fraction: float
    kept: float | None
    spread: float

    def __str__(self) -> str:
        """Say it in a line."""
        kept = "by chance" if self.kept is None else f"{self.kept:.0%} kept"
        return f"{self.units} units a stratum, {self.fraction:.0%} sampled, {kept}, strata spread {self.spread:g}"


SETTINGS = (
    Setting(200, 0.15, 0.5, 0.15),
    Setting(200, 0.15, 0.5, 0.25),
    Setting(200, 0.15, None, 0.15),
    Setting(200, 0.05, 0.5, 0.15),
    Setting(60, 0.30, 0.8, 0.15),
)


def draw(setting: Setting, population: np.ndarray, seed: np.random.Generator) -> list[sv.Occasion]:
    """Draw two samples of a population, (2, strata, units)."""
    n = round(setting.fraction * setting.units)
    order = np.argsort(seed.random((STRATA, setting.units)), axis=1)
    first = order[:, :n]
    if setting.kept is None:
        second = np.argsort(seed.random((STRATA, setting.units)), axis=1)[:, :n]
    else:
        old = round(setting.kept * n)
        second = np.concatenate([order[:, :old], order[:, n : 2 * n - old]], axis=1)
    stratum = np.repeat(np.arange(STRATA), n)
    found = []
    for answers, chosen in zip(population, (first, second), strict=True):
        yes = np.take_along_axis(answers, chosen, axis=1).ravel()
        weight = np.full(yes.size, setting.units / n)
        design = sv.declare_design(weight, stratum, population=setting.units)
        unit = (chosen + setting.units * np.arange(STRATA)[:, np.newaxis]).ravel()
        found.append(sv.Occasion(design, sv.share_columns(yes, yes.size), sv.group_rows(None, yes.size), stratum, unit))
    return found


def measure(setting: Setting, draws: int) -> None:
    """Print what each way of taking the variance is worth in one setting."""
    seed = np.random.default_rng(11)
    share = np.clip(0.5 + setting.spread * seed.standard_normal((STRATA, 1)), 0.05, 0.95)
    one = seed.random((STRATA, setting.units)) < share
    again = seed.random((STRATA, setting.units)) < share
    two = np.where(seed.random((STRATA, setting.units)) < 0.3, again, one)
    population = np.stack([one, two]).astype(np.float64)
    truth = float(two.mean() - one.mean())
    changes, variances, held = np.empty(draws), np.empty((draws, 3)), np.empty((draws, 3), dtype=np.bool_)
    for place in range(draws):
        samples = draw(setting, population, seed)
        for way, found in enumerate(by_way(samples)):
            changes[place] = found.estimate[0, 0]
            variances[place, way] = found.se[0, 0] ** 2
            held[place, way] = found.ci_low[0, 0] <= truth <= found.ci_high[0, 0]
    real = changes.var(ddof=1)
    told = (
        f"{way} {ratio:.2f}, held {often:.1%}"
        for way, ratio, often in zip(WAYS, variances.mean(axis=0) / real, held.mean(axis=0), strict=True)
    )
    print(f"{setting}: {'; '.join(told)}", flush=True)


def by_way(samples: Sequence[sv.Occasion]) -> list[sv.Changes]:
    """Return the change as of independent samples, and under both rules for units in common."""
    apart = [replace(sample, unit=None) for sample in samples]
    asked = ((apart, "conditional"), (samples, "conditional"), (samples, "stacked"))
    return [sv.estimate_occasions(each, sv.Choices(), rule).change(0, 1) for each, rule in asked]  # type: ignore[arg-type]


def main() -> None:
    """Measure every setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=4000)
    options = parser.parse_args()
    for setting in SETTINGS:
        measure(setting, options.draws)


if __name__ == "__main__":
    main()
