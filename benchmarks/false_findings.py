"""
How often a comparison of sectors finds a difference that is not there: docs/methods/comparisons.md has the table.

Run `python benchmarks/false_findings.py`, with `--samples 4000` for more. Fifteen sectors as large as those of wave 3,
each a stratum with a weight of its own and drawn with replacement, and one share in all of them. Printed is how often
at least one sector stands out from the whole, adjusted by Holm at 5 %: by the test of the difference, the same without
the rows that say "few_counted", and by the test of the odds ratio. The samples follow from the seed.
"""

import argparse
from collections.abc import Sequence

import numpy as np

import barometer.survey as sv

SIZES = (135, 387, 273, 235, 195, 102, 96, 87, 182, 39, 14, 163, 159, 144, 60)
SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
LEVEL = 0.05


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=3_000)
    samples = parser.parse_args(arguments).samples
    random = np.random.default_rng(2)
    sector = np.repeat(np.arange(len(SIZES)), SIZES)
    design = sv.declare_design(random.lognormal(0.0, 0.4, len(SIZES))[sector], sector)
    few = sv.COMPARISON_REASONS.index("few_counted")
    print(f"{'share':>6} {'difference':>11} {'not few':>9} {'odds ratio':>11}   of {samples:,} samples")
    for share in SHARES:
        outcomes = random.random((sector.size, samples)) < share
        shares = sv.estimate_shares(design, outcomes, by=sector)
        difference, odds = (sv.compare_groups(shares, "all", test=test) for test in ("difference", "odds_ratio"))
        found = difference.p_adjusted < LEVEL
        sure = found & (difference.found.reason != few)
        rates = [hit.any(axis=0).mean() for hit in (found, sure, odds.p_adjusted < LEVEL)]
        print(f"{share:>6.0%} {rates[0]:>11.1%} {rates[1]:>9.1%} {rates[2]:>11.1%}", flush=True)


if __name__ == "__main__":
    main()
