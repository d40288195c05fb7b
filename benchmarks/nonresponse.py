"""
How R-indicators and propensity weights behave where the propensities are known: repeated samples and responses.

Run `python benchmarks/nonresponse.py [--samples 500] [--folder docs/methods]`. Writes nonresponse_indicators.csv,
nonresponse_partial.csv and nonresponse_weights.csv, the tables of docs/methods/nonresponse.md; the same bytes at every
run with the same number.

The population is like the barometer's: 14,297 workplaces in 15 sectors and three sizes. The sample is stratified by
size, answering is independent with a known propensity, and the outcome goes with size and sector as that does.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import barometer.survey as sv

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
WORKPLACES, SECTORS = 14_297, 15
FRACTIONS = np.array([0.22, 0.36, 0.60])
SLOPES = {"alike": 0.0, "weak": 0.25, "strong": 0.7}
NUMBERS = (600, 1500, 4494)
SAMPLES, REPLICATES, SEED = 500, 200, 2026
WEIGHTED_N, WEIGHTED_SLOPE = 1500, "strong"
MINIMUM = 8
"""Answers of a cell, below which it is joined to another of the same size."""


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Sector, size, true propensity and outcome of every workplace."""

    sector: IntArray
    size: IntArray
    propensity: FloatArray
    yes: NDArray[np.bool_]


def make_population(slope: float) -> Population:
    """Make the fixed population; the propensities spread with the slope around 36 % or so."""
    random = np.random.default_rng(SEED)
    sector = random.integers(0, SECTORS, WORKPLACES)
    size = random.choice(3, WORKPLACES, p=[0.55, 0.30, 0.15])
    lean = random.normal(0.0, 1.0, SECTORS)[sector] + 0.8 * (size - 0.6)
    propensity = 1.0 / (1.0 + np.exp(0.6 - slope * lean))
    yes = random.random(WORKPLACES) < 1.0 / (1.0 + np.exp(-0.9 - 0.8 * lean))
    return Population(sector, size, propensity, yes)


def draw(population: Population, n: int, random: np.random.Generator) -> tuple[IntArray, FloatArray, IntArray]:
    """Draw a stratified sample: rows, weights, and N_h of each row."""
    units = np.bincount(population.size)
    wanted = np.round(n * FRACTIONS * units / (FRACTIONS * units).sum()).astype(int)
    rows = np.concatenate(
        [random.choice(np.flatnonzero(population.size == h), wanted[h], replace=False) for h in range(3)]
    )
    size = population.size[rows]
    return rows, units[size] / wanted[size], units[size]


def measure_indicators(samples: int) -> pd.DataFrame:
    """Bias of R by correction, and how often its interval holds the true R."""
    table = []
    for name, slope in SLOPES.items():
        population = make_population(slope)
        s, mean = population.propensity.std(), population.propensity.mean()
        truth_r, truth_cv = 1.0 - 2.0 * s, s / mean
        for n in NUMBERS:
            random = np.random.default_rng([SEED, n, int(100 * slope)])
            found = np.array([_indicators(population, n, random, truth_r, truth_cv) for _ in range(samples)])
            mean_found = found.mean(axis=0)
            table.append(
                {
                    "spread": name, "sampled": n, "true_r": truth_r,
                    "uncorrected": mean_found[0], "published": mean_found[1], "centred": mean_found[2],
                    "sd": found[:, 1].std(ddof=1), "se": mean_found[3], "covers_normal": mean_found[4],
                    "covers_variance": mean_found[5], "true_cv": truth_cv, "cv": mean_found[6],
                    "cv_covers": mean_found[7], "samples": samples,
                }
            )  # fmt: skip
    return pd.DataFrame(table)


def _indicators(
    population: Population, n: int, random: np.random.Generator, truth_r: float, truth_cv: float
) -> list[float]:
    design, answered, variables = _answers(population, n, random)
    one = sv.estimate_representativity(design, answered, variables)
    normal = sv.estimate_representativity(design, answered, variables, interval="normal")
    centred = sv.estimate_representativity(design, answered, variables, correction="centred")
    return [
        one.r_uncorrected, one.r, centred.r, one.r_se,
        normal.r_low <= truth_r <= normal.r_high, one.r_low <= truth_r <= one.r_high,
        one.cv, one.cv_low <= truth_cv <= one.cv_high,
    ]  # fmt: skip


def _answers(
    population: Population, n: int, random: np.random.Generator
) -> tuple[sv.SurveyDesign, NDArray[np.bool_], dict[str, IntArray]]:
    """Draw samples and responses until no sector has all or none."""
    while True:
        rows, weight, units = draw(population, n, random)
        answered = random.random(rows.size) < population.propensity[rows]
        counts = np.bincount(population.sector[rows], minlength=SECTORS)
        reached = np.bincount(population.sector[rows], answered, SECTORS)
        if ((reached > 0) & (reached < counts)).all():
            break
    size, sector = population.size[rows], population.sector[rows]
    design = sv.declare_design(weight, size, population=units)
    return design, answered, {"sector": sector, "size": size}


def measure_partial(samples: int) -> pd.DataFrame:
    """Spread of the partial indicators over samples, and the mean of their standard errors."""
    table = []
    for name in ("weak", "strong"):
        population = make_population(SLOPES[name])
        for n in NUMBERS[1:]:
            random = np.random.default_rng([SEED, n, 3])
            found = [sv.estimate_representativity(*_answers(population, n, random)).partial for _ in range(samples)]
            for position, row in enumerate(found[0]):
                facts = {"spread": name, "sampled": n, "variable": row.variable, "level": row.level, "samples": samples}
                for kind in ("unconditional", "conditional"):
                    value, se = (
                        np.array([getattr(each[position], field) for each in found]) for field in (kind, f"{kind}_se")
                    )
                    sd = value.std(ddof=1)
                    facts |= {kind: value.mean(), f"{kind}_sd": sd, f"{kind}_se": se.mean()}
                table.append(facts)
    return pd.DataFrame(table)


def measure_weights(samples: int) -> pd.DataFrame:
    """Bias of a share by adjustment, and its standard errors: weights fixed, linearized, or made anew in replicates."""
    population = make_population(SLOPES[WEIGHTED_SLOPE])
    truth = population.yes.mean()
    found: dict[tuple[str, str], list[tuple[float, float, bool]]] = {}
    random = np.random.default_rng([SEED, 7])
    for sample in range(samples):
        for key, values in _weights(population, random, sample, truth).items():
            found.setdefault(key, []).append(values)
    table = []
    for (rule, error), repeated in found.items():
        share, se, covers = np.array(repeated, dtype=float).T
        table.append(
            {
                "rule": rule, "standard_error": error, "true_share": truth, "bias": share.mean() - truth,
                "sd": share.std(ddof=1), "se": se.mean(), "covers": covers.mean(), "samples": samples,
            }
        )  # fmt: skip
    return pd.DataFrame(table)


def _adjusted(
    rule: str, weight: FloatArray, answered: NDArray[np.bool_], variables: dict[str, IntArray]
) -> sv.CellAdjustment | sv.PropensityAdjustment:
    if rule == "cells":
        cell = variables["sector"] * 3 + variables["size"]
        return sv.adjust_by_cells(weight, answered, cell, parent=variables["size"], minimum=MINIMUM)
    return sv.adjust_by_propensity(weight, answered, variables, rule="inverse" if rule == "inverse" else "classes")


def _weights(
    population: Population, random: np.random.Generator, seed: int, truth: float
) -> dict[tuple[str, str], tuple[float, float, bool]]:
    rows, weight, units = draw(population, WEIGHTED_N, random)
    answered = random.random(rows.size) < population.propensity[rows]
    size, yes = population.size[rows], population.yes[rows][answered]
    variables = {"sector": population.sector[rows], "size": size}
    drawn, reached = np.bincount(size), np.bincount(size, answered)
    fraction = {"drawn": drawn[size] / units, "answered": reached[size] / units}
    made: dict[tuple[str, str], sv.SurveyDesign | sv.ReplicateDesign] = {
        ("none", "fixed weights"): sv.declare_design(weight[answered], size[answered], population=units[answered])
    }
    result = {}
    for rule in ("cells", "inverse", "classes"):
        adjusted = _adjusted(rule, weight, answered, variables)
        fixed = sv.declare_design(
            adjusted.weight[answered], size[answered], sampling_fraction=fraction["answered"][answered]
        )
        made[(rule, "fixed weights")] = fixed
        for name, f in fraction.items():
            sample = sv.adjust_design(sv.declare_design(weight, size, sampling_fraction=f), answered, adjusted)
            if name == "answered":
                made[(rule, "linearized, correction by units answered")] = sample
            made[(rule, f"made anew in replicates, correction by units {name}")] = sv.make_replicates(
                sample, "rao_wu", replicates=REPLICATES, seed=seed
            )
    for key, design in made.items():
        share = sv.estimate_shares(design, yes, interval="wald")
        inside = share.ci_low[0, 0] <= truth <= share.ci_high[0, 0]
        result[key] = (float(share.estimate[0, 0]), float(share.se[0, 0]), bool(inside))
    return result


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--folder", type=Path, default=Path("docs/methods"))
    chosen = parser.parse_args()
    measures = {"weights": measure_weights, "indicators": measure_indicators, "partial": measure_partial}
    for name, measure in measures.items():
        table = measure(chosen.samples)
        table.to_csv(chosen.folder / f"nonresponse_{name}.csv", index=False, float_format="%.4f", lineterminator="\n")
        print(table.round(4).to_string())


if __name__ == "__main__":
    main()
