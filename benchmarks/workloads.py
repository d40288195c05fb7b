"""
The data of workloads W1 and W2: a stratified sample with 50 binary outcomes, and 500 bootstrap weights of it.

Sixty strata (3 levels x 5 regions x 4 sizes) of known population, sampling fractions of 5 to 60 %, rows in random
order, weights that are a design weight times a lognormal factor for non-response, outcomes with shares of 3 to 92 %,
and sectors that cut across the strata. Nothing is missing. Every array follows from the number of rows and the seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

OUTCOMES, SECTORS, STRATA, REPLICATES = 50, 15, 60, 500
PIECE = 500_000
NAMES = [f"y{k}" for k in range(OUTCOMES)]
FILES = {"weight": "<f8", "stratum": "u1", "population": "<f8", "sector": "<u2", "outcomes": "u1"}


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """
    Arrays of one sample.

    Attributes
    ----------
    weight : (n,) float
    stratum : (n,) uint8
        0 to 59.
    population : (n,) float
        Units in the row's stratum, N_h.
    sector : (n,) uint16
        1 to the number of domains.
    outcomes : (n, 50) uint8
        0 or 1.
    """

    weight: NDArray[np.float64]
    stratum: NDArray[np.uint8]
    population: NDArray[np.float64]
    sector: NDArray[np.uint16]
    outcomes: NDArray[np.uint8]


def stratum_sizes(rows: int) -> NDArray[np.int64]:
    """Rows of each stratum, two or more, of unequal size (largest about 8 times the smallest)."""
    if rows < 2 * STRATA:
        raise ValueError(f"expected {2 * STRATA} rows or more, two for each stratum, got {rows}")
    share = np.exp(np.linspace(0.0, 2.0, STRATA)[np.random.default_rng(60).permutation(STRATA)])
    sizes = np.maximum(2, np.floor(rows * share / share.sum())).astype(np.int64)
    sizes[np.argmax(sizes)] += rows - sizes.sum()
    return np.asarray(sizes, dtype=np.int64)


def stratum_populations(sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Units of each stratum, so that sampling fractions run from 5 to 60 %."""
    fraction = np.linspace(0.05, 0.60, STRATA)[np.random.default_rng(61).permutation(STRATA)]
    return np.asarray(np.ceil(sizes / fraction))


def make_workload(rows: int, domains: int = SECTORS, seed: int = 1) -> Workload:
    """Make one sample in memory."""
    sizes = stratum_sizes(rows)
    return _fill(sizes, stratum_populations(sizes), domains, np.random.default_rng(seed))


def workload_pieces(rows: int, seed: int = 1) -> Iterator[Workload]:
    """Make one large sample in pieces: the strata have the same shares in each, and populations of the whole."""
    counts = np.full(-(-rows // PIECE), PIECE)
    counts[-1] = rows - PIECE * (counts.size - 1)
    sizes = [stratum_sizes(int(count)) for count in counts]
    populations = stratum_populations(np.sum(sizes, axis=0))
    for piece, source in zip(sizes, np.random.SeedSequence(seed).spawn(counts.size), strict=True):
        yield _fill(piece, populations, SECTORS, np.random.default_rng(source))


def _fill(
    sizes: NDArray[np.int64], populations: NDArray[np.float64], domains: int, random: np.random.Generator
) -> Workload:
    rows = int(sizes.sum())
    stratum = random.permutation(np.repeat(np.arange(STRATA, dtype=np.uint8), sizes))
    weight = (populations / sizes)[stratum] * random.lognormal(0.0, 0.3, rows)
    # Sectors of unequal size, and shares that differ between them, as in a real table.
    size = np.linspace(1.0, 3.0, domains)
    sector = 1 + np.searchsorted(np.cumsum(size / size.sum())[:-1], random.random(rows)).astype(np.uint16)
    level = np.linspace(-0.4, 0.4, domains)[sector - 1] + np.linspace(-0.3, 0.3, STRATA)[stratum]
    odds = np.exp(level)
    outcomes = np.empty((rows, OUTCOMES), dtype=np.uint8)
    for k, share in enumerate(np.linspace(0.03, 0.92, OUTCOMES)):
        outcomes[:, k] = random.random(rows) < share * odds / (1.0 - share + share * odds)
    return Workload(weight, stratum, populations[stratum], sector, outcomes)


def rao_wu_weights(data: Workload, seed: int = 2) -> NDArray[np.float64]:
    """
    Bootstrap weights of Rao, Wu and Yue: n_h - 1 draws with replacement in each stratum.

    Returns
    -------
    (n, 500) float, C order
        w n_h/(n_h - 1) m, where m counts how often the row was drawn.
    """
    random = np.random.default_rng(seed)
    weights = np.empty((data.weight.size, REPLICATES))
    for h in range(STRATA):
        rows = np.flatnonzero(data.stratum == h)
        drawn = random.integers(0, rows.size, (REPLICATES, rows.size - 1))
        drawn += np.arange(REPLICATES)[:, None] * rows.size
        times = np.bincount(drawn.ravel(), minlength=REPLICATES * rows.size).reshape(REPLICATES, rows.size)
        weights[rows] = data.weight[rows, None] * (rows.size / (rows.size - 1)) * times.T
    return weights


def hand_over(data: Workload, folder: Path, replicates: NDArray[np.float64] | None = None) -> None:
    """Write each array as bare numbers, columns one after the other, for peers in other languages and processes."""
    for name, kind in FILES.items():
        (folder / name).write_bytes(np.asarray(getattr(data, name).T, dtype=kind).tobytes())
    if replicates is not None:
        np.ascontiguousarray(replicates.T, dtype="<f8").tofile(folder / "replicates")


def take_over(folder: Path) -> tuple[Workload, NDArray[np.float64] | None]:
    """Read what `hand_over` wrote; outcomes and replicate weights come back row by row in memory."""
    arrays = {name: np.fromfile(folder / name, dtype=kind) for name, kind in FILES.items() if name != "outcomes"}
    rows = arrays["weight"].size
    outcomes = np.empty((rows, OUTCOMES), dtype=np.uint8)
    outcomes[:] = np.memmap(folder / "outcomes", dtype=np.uint8, mode="r").reshape(OUTCOMES, rows).T
    path = folder / "replicates"
    replicates = np.ascontiguousarray(np.fromfile(path, dtype="<f8").reshape(-1, rows).T) if path.exists() else None
    return Workload(outcomes=outcomes, **arrays), replicates


def write_parquet(path: Path, rows: int) -> None:
    """Write W1 to a Parquet file piece by piece, a row group each."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [("weight", pa.float64()), ("stratum", pa.uint8()), ("N_h", pa.float64()), ("sector", pa.uint16())]
    schema = pa.schema(columns + [(name, pa.uint8()) for name in NAMES])
    with pq.ParquetWriter(path, schema) as writer:
        for piece in workload_pieces(rows):
            arrays = [piece.weight, piece.stratum, piece.population, piece.sector]
            outcomes = [np.ascontiguousarray(piece.outcomes[:, k]) for k in range(OUTCOMES)]
            writer.write_table(pa.table([pa.array(a) for a in arrays + outcomes], schema=schema))
