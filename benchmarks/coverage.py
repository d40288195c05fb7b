"""
How often nominal 95 % intervals hold the truth: repeated samples from a fixed population like the barometer's.

Run `python benchmarks/coverage.py [--samples 4000] [--folder docs/methods]`. Writes coverage.csv (every cell),
coverage.md (what was done and found) and coverage.svg and .png (logit and the other methods by n). The same bytes
at every run with the same number of samples.

An estimate of a domain needs, of each stratum, only how many of its sampled workplaces are in the domain and how
many of these said yes. In a simple random sample without replacement these counts are multivariate hypergeometric,
so they are drawn as such. A few samples are also laid out row by row and given to `estimate_shares`, which must
agree.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from coverage_page import draw_coverage, page
from numpy.typing import NDArray

import barometer.survey as sv

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SECTORS, SIZES = 15, 4
WORKPLACES = 14_297
FRACTIONS = (0.08, 0.12, 0.20, 0.30)
SHARES = (0.02, 0.05, 0.1, 0.26, 0.5, 0.8)
NUMBERS = (5, 10, 20, 30, 50, 100, 200, 500, 1000, 2000)
KINDS = ("whole strata", "parts of 12 strata", "parts of all strata")
PER_BAND = 3
SAMPLES, SEED = 4000, 2026
METHODS: tuple[sv.IntervalMethod, ...] = ("logit", "wilson", "beta", "likelihood", "arcsine", "wald")
QUANTILES: tuple[tuple[Literal["t", "normal"], Literal["domain", "design"]], ...] = (
    ("t", "domain"),
    ("t", "design"),
    ("normal", "domain"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """Units and sampled units of each stratum, sector by sector from small to large workplaces."""

    population: IntArray
    sampled: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One domain and one outcome of the population: members, and members who say yes, of each stratum."""

    kind: str
    n: int
    share: float
    members: IntArray
    yes: IntArray

    @property
    def truth(self) -> float:
        """Share in the population."""
        return float(self.yes.sum() / self.members.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Share, variance, respondents and degrees of freedom, one of each sample."""

    share: FloatArray
    variance: FloatArray
    n: IntArray
    df: IntArray


def make_strata(random: np.random.Generator) -> Strata:
    """Make 15 sectors of unequal size by 4 size classes; larger workplaces are sampled more densely."""
    sector = np.exp(random.normal(0.0, 0.7, SECTORS))
    size = random.dirichlet((9.0, 7.0, 4.0, 3.0), SECTORS)
    cells = (sector[:, None] * size).ravel()
    population = np.maximum(20, np.round(WORKPLACES * cells / cells.sum())).astype(np.int64)
    population[np.argmax(population)] += WORKPLACES - population.sum()
    density = np.tile(FRACTIONS, SECTORS) * np.repeat(random.uniform(0.7, 1.3, SECTORS), SIZES)
    return Strata(population, np.maximum(2, np.round(population * density)).astype(np.int64))


def whole_strata(strata: Strata, n: int) -> list[IntArray]:
    """Find runs of neighbouring strata whose samples come nearest to n."""
    edges = np.concatenate([[0], np.cumsum(strata.sampled)])
    first, last = np.triu_indices(edges.size, 1)
    nearest = np.argsort(np.abs(edges[last] - edges[first] - n), kind="stable")[:PER_BAND]
    where = np.arange(strata.sampled.size)
    return [
        np.where((where >= first[i]) & (where < last[i]), strata.population, 0)
        for i in nearest
        if abs(edges[last[i]] - edges[first[i]] - n) <= 0.1 * n
    ]


def parts_of_strata(strata: Strata, n: int, sectors: int, random: np.random.Generator) -> list[IntArray]:
    """Domains that hold a random part of every stratum of some sectors, n sampled members on average."""
    found = []
    for _ in range(PER_BAND):
        chosen = np.isin(np.repeat(np.arange(SECTORS), SIZES), random.permutation(SECTORS)[:sectors])
        part = n / strata.sampled[chosen].sum()
        if part <= 0.8:
            found.append(np.where(chosen, random.binomial(strata.population, part), 0))
    return found


def draw_answers(members: IntArray, share: float, random: np.random.Generator) -> IntArray:
    """Give a share of the members the answer yes; the odds differ between strata by a factor of e^0.5 or so."""
    stratum = np.repeat(np.arange(members.size), members)
    total = min(max(1, round(share * stratum.size)), stratum.size - 1)
    odds = np.exp(random.normal(0.0, 0.5, members.size)) * share / (1.0 - share)
    arrival = random.exponential(1.0, stratum.size) / odds[stratum]
    yes = np.argsort(arrival, kind="stable")[:total]
    return np.bincount(stratum[yes], minlength=members.size).astype(np.int64)


def population_answers(strata: Strata, random: np.random.Generator) -> Iterator[Answers]:
    """Every domain and outcome of the fixed population."""
    for n in NUMBERS:
        domains = {
            KINDS[0]: whole_strata(strata, n),
            KINDS[1]: parts_of_strata(strata, n, 3, random),
            KINDS[2]: parts_of_strata(strata, n, SECTORS, random),
        }
        for kind, members in domains.items():
            for domain in members:
                for share in SHARES:
                    yield Answers(kind, n, share, domain, draw_answers(domain, share, random))


def draw_counts(
    strata: Strata, answers: Answers, samples: int, random: np.random.Generator
) -> tuple[IntArray, IntArray, IntArray]:
    """Draw sampled members, and those with yes, (samples, strata in the domain); and say which strata these are."""
    where = np.flatnonzero(answers.members)
    members, yes = np.empty((2, samples, where.size), dtype=np.int64)
    for j, h in enumerate(where):
        kinds = [answers.yes[h], answers.members[h] - answers.yes[h], strata.population[h] - answers.members[h]]
        drawn = random.multivariate_hypergeometric(kinds, strata.sampled[h], samples)
        yes[:, j], members[:, j] = drawn[:, 0], drawn[:, :2].sum(axis=1)
    return members, yes, where


def estimate(strata: Strata, members: IntArray, yes: IntArray, where: IntArray) -> Estimates:
    """Ratio estimate and its linearized variance with population correction, from counts."""
    population, sampled = strata.population[where], strata.sampled[where]
    weight = population / sampled
    with np.errstate(invalid="ignore", divide="ignore"):
        base = members @ weight
        share = (yes @ weight) / base
        p, scale = share[:, None], weight / base[:, None]
        z = scale * (yes - p * members)
        zz = scale**2 * (yes * (1.0 - 2.0 * p) + p**2 * members)
        factor = (1.0 - sampled / population) * sampled / (sampled - 1)
        variance = np.maximum(((zz - z**2 / sampled) * factor).sum(axis=1), 0.0)
    n = members.sum(axis=1)
    edge = (share == 0.0) | (yes.sum(axis=1) == n)
    share = np.where(edge & (n > 0), np.round(share), share)
    return Estimates(share, np.where(edge, 0.0, variance), n, n - (members > 0).sum(axis=1))


def check(strata: Strata, members: IntArray, yes: IntArray, where: IntArray) -> None:
    """Raise AssertionError unless `estimate_shares` finds the same from rows."""
    ours = estimate(strata, members, yes, where)
    stratum = np.repeat(np.arange(strata.sampled.size), strata.sampled)
    place = np.arange(stratum.size) - np.repeat(np.cumsum(strata.sampled) - strata.sampled, strata.sampled)
    weight = (strata.population / strata.sampled)[stratum]
    design = sv.declare_design(weight, stratum, population=strata.population[stratum])
    for i in range(members.shape[0]):
        inside, said = np.zeros((2, strata.sampled.size), dtype=np.int64)
        inside[where], said[where] = members[i], yes[i]
        if not inside.any():
            continue
        found = sv.estimate_shares(design, (place < said[stratum]).astype(float), where=place < inside[stratum])
        np.testing.assert_allclose(found.estimate[0, 0], ours.share[i], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(found.variance[0, 0], ours.variance[i], rtol=1e-8, atol=1e-15)
        assert (found.n[0, 0], found.df[0, 0]) == (ours.n[i], ours.df[i])


def tally(answers: Answers, found: Estimates, design_df: int) -> list[dict[str, object]]:
    """Coverage, empty intervals and mean width of one domain and outcome by every method."""
    rows: list[dict[str, object]] = []
    for distribution, rule in QUANTILES:
        df = found.df if rule == "domain" else np.where(found.n > 0, design_df, 0)
        for method in METHODS:
            ends = sv.share_interval(found.share, found.variance, found.n, df, method=method, distribution=distribution)
            empty = np.isnan(ends.low)
            covers = (ends.low <= answers.truth) & (answers.truth <= ends.high)
            rows.append(
                {
                    "domain": answers.kind,
                    "n": answers.n,
                    "share": answers.share,
                    "method": method,
                    "distribution": distribution,
                    "df": rule if distribution == "t" else "none",
                    "coverage": covers.mean(),
                    "empty": empty.mean(),
                    "width": (ends.high - ends.low)[~empty].mean() if not empty.all() else np.nan,
                }
            )
    return rows


def simulate(samples: int) -> pd.DataFrame:
    """Coverage of every cell: mean over the domains of a band."""
    population, draws = (np.random.default_rng(s) for s in np.random.SeedSequence(SEED).spawn(2))
    strata = make_strata(population)
    design_df = int(strata.sampled.sum() - strata.sampled.size)
    rows = []
    for answers in population_answers(strata, population):
        members, yes, where = draw_counts(strata, answers, samples, draws)
        check(strata, members[:3], yes[:3], where)
        rows += tally(answers, estimate(strata, members, yes, where), design_df)
    keys = ["domain", "n", "share", "method", "distribution", "df"]
    groups = pd.DataFrame(rows).groupby(keys, sort=False)
    table = groups.agg(
        domains=("coverage", "size"), coverage=("coverage", "mean"), empty=("empty", "mean"), width=("width", "mean")
    ).reset_index()
    spread = np.sqrt(table["coverage"] * (1.0 - table["coverage"]) / (samples * table["domains"]))
    table = table.assign(coverage_se=spread)[[*keys, "domains", "coverage", "coverage_se", "empty", "width"]]
    table.attrs = {
        "samples": samples,
        "workplaces": int(strata.population.sum()),
        "answers": int(strata.sampled.sum()),
        "strata": strata.sampled.size,
        "fractions": (strata.sampled / strata.population).tolist(),
    }
    return table


def main() -> None:
    """Simulate and write the table, the page and the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="repeated samples of each domain and outcome")
    parser.add_argument("--folder", type=Path, default=Path("docs/methods"))
    options = parser.parse_args()
    table = simulate(options.samples)
    table.to_csv(options.folder / "coverage.csv", index=False, float_format="%.5f", lineterminator="\n")
    (options.folder / "coverage.md").write_text(page(table), encoding="utf-8", newline="\n")
    for kind in ("svg", "png"):
        (options.folder / f"coverage.{kind}").write_bytes(draw_coverage(table, kind))
    print(f"{len(table)} cells written to {options.folder}")


if __name__ == "__main__":
    main()
