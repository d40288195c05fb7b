"""
How often the tests of association find something where there is nothing: the table of docs/methods/association.md.

Run `python benchmarks/association_level.py`. Answers are independent of each other and alike within clusters; a test at
5 % should reject 5 % of such samples. Prints one line a design and table, with the simulation's own standard error.
"""

from collections import Counter
from typing import get_args

import numpy as np
from numpy.typing import NDArray

import barometer.survey as sv

SAMPLES = 2_000
WITHIN = 0.4
"""Part of an answer that a cluster shares."""
DESIGNS = ((12, 20, (2, 3)), (12, 20, (3, 4)), (40, 10, (3, 4)))
"""Clusters, rows in each, and rows and columns of the table."""


def answers(rng: np.random.Generator, unit: NDArray[np.intp], categories: int) -> NDArray[np.intp]:
    """Draw an answer for each row, partly common to its cluster."""
    drawn = (1.0 - WITHIN) * rng.random(unit.size) + WITHIN * rng.random(unit.max() + 1)[unit]
    return np.asarray(drawn * categories).astype(np.intp)


def rejected(clusters: int, size: int, shape: tuple[int, int]) -> Counter[str]:
    """Count the samples in which each test has p below 0.05."""
    rng = np.random.default_rng(77)
    unit = np.repeat(np.arange(clusters), size)
    design = sv.declare_design(np.ones(unit.size), psu=unit)
    found: Counter[str] = Counter()
    for _ in range(SAMPLES):
        cells = sv.count_cells(design, *(answers(rng, unit, categories) for categories in shape))
        found.update(
            statistic
            for statistic in get_args(sv.AssociationStatistic)
            if sv.test_association(cells, statistic).p_value < 0.05
        )
    return found


def main() -> None:
    """Print every line."""
    print(f"{SAMPLES:,} samples; standard error of a level of 5 %: {100 * np.sqrt(0.05 * 0.95 / SAMPLES):.1f} points")
    for clusters, size, shape in DESIGNS:
        found = rejected(clusters, size, shape)
        told = "  ".join(f"{name} {100 * found[name] / SAMPLES:.1f}" for name in get_args(sv.AssociationStatistic))
        print(f"{clusters} clusters of {size}, {shape[0]} x {shape[1]}: {told}")


if __name__ == "__main__":
    main()
