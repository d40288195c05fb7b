"""One sample that has everything engines disagree about, and every engine that is installed."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv

N = 600
WIDTHS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
LEVELS = ("care", "health", "never", "schools")
ORDER = ("schools", "never", "care", "health")
"""The same in an order of their own; of regions, `REGIONS`."""
REGIONS = (3, 9, 1, 2)
SHARES = (*WIDTHS, "maybe", "silent", "truth", "perhaps")
TICKS = ("maybe", "truth", "int8")
REPLICATES = tuple(f"r{place}" for place in range(6))
NUMBERS = ("pay", "staff", "small")


@cache
def sample() -> pd.DataFrame:
    """Weights in eighths, strata that are split over the parts, and a sector where nobody answered `silent`."""
    rng = np.random.default_rng(29)
    stratum = rng.choice(["a", "b", "c"], N)
    frame = pd.DataFrame({"weight": rng.integers(0, 40, N) / 8, "stratum": stratum, "psu": rng.integers(0, 7, N)})
    frame["size"] = frame["stratum"].map({"a": 900, "b": 1000, "c": 1100}).astype("int32")
    frame["sector"] = rng.choice(["care", "health", "schools"], N)
    frame.loc[rng.random(N) < 0.06, "sector"] = None
    frame["region"] = rng.integers(1, 4, N).astype("int16")
    frame["inside"] = rng.random(N) < 0.7
    for width in WIDTHS:
        frame[width] = rng.integers(0, 2, N).astype(width)
    frame["truth"] = rng.random(N) < 0.3
    for name, base in (("maybe", "Int8"), ("silent", "Int64")):
        frame[name] = pd.array(rng.integers(0, 2, N), dtype=base)  # type: ignore[call-overload]
        frame.loc[rng.random(N) < 0.2, name] = pd.NA
    frame.loc[frame["sector"] == "health", "silent"] = pd.NA
    frame["perhaps"] = frame["truth"].astype("boolean").mask(frame["psu"] == 3)
    frame["pay"] = rng.normal(4e6, 20.0, N) + 1e5 * (frame["region"] == 2)
    frame.loc[rng.random(N) < 0.1, "pay"] = np.nan
    frame["staff"] = rng.integers(1, 4000, N).astype("int16")
    frame["small"] = pd.array(rng.integers(1, 100, N), dtype="Int8")
    frame.loc[rng.random(N) < 0.1, "small"] = pd.NA
    frame["near"] = frame["small"].astype("float64") / 32
    frame["far"] = 1e9 + frame["near"]  # exactly, as 1e9 has room for thirty-seconds
    frame["apart"] = 1e9 * frame["region"] + frame["near"]
    factors = rng.integers(0, 3, (N, len(REPLICATES)))
    return frame.assign(**{name: frame["weight"] * factor for name, factor in zip(REPLICATES, factors.T, strict=True)})


def as_folder(folder: Path, frame: pd.DataFrame | None = None) -> Path:
    """Write the sample as three Parquet files in which every stratum has rows; the last has no missing sector."""
    frame = sample() if frame is None else frame
    target = folder / "answers"
    target.mkdir()
    for part in range(3):
        frame.iloc[part::3].to_parquet(target / f"part{part}.parquet", index=False)
    return target


def _duckdb(folder: Path) -> Any:
    duckdb = pytest.importorskip("duckdb", reason="needs duckdb: make engines")
    return duckdb.connect().sql(f"SELECT * FROM '{as_folder(folder)}/*.parquet'")


def _polars(folder: Path) -> Any:
    return pytest.importorskip("polars", reason="needs polars: make engines").scan_parquet(
        as_folder(folder) / "*.parquet"
    )


def _ibis(folder: Path) -> Any:
    return pytest.importorskip("ibis", reason="needs ibis-framework: make engines").read_parquet(
        as_folder(folder) / "*.parquet"
    )


def _dask(folder: Path) -> Any:
    del folder
    return pytest.importorskip("dask.dataframe", reason="needs dask: make engines").from_pandas(sample(), npartitions=3)


ENGINES: dict[str, Callable[[Path], Any]] = {
    "pandas": lambda _: sample(),
    "parquet": as_folder,
    "duckdb": _duckdb,
    "polars": _polars,
    "ibis": _ibis,
    "dask": _dask,
}


def declared(data: Any, clusters: bool) -> sv.SourceDesign:
    """Declare the sample where it lies, of rows in strata or of units in strata."""
    if clusters:
        return sv.declare_source(data, weight="weight", stratum="stratum", psu="psu", psu_labels="within_stratum")
    return sv.declare_source(data, weight="weight", stratum="stratum", population="size")


def in_arrays(clusters: bool) -> sv.SurveyDesign:
    """Declare the same sample in arrays."""
    frame = sample()
    if clusters:
        return sv.declare_design(frame["weight"], frame["stratum"], frame["psu"], psu_labels="within_stratum")
    return sv.declare_design(frame["weight"], frame["stratum"], population=frame["size"])


def check_equal(found: sv.DomainEstimates, expected: sv.DomainEstimates) -> None:
    """Estimates to 1e-12 and standard errors to 1e-9, and everything that is counted exactly."""
    assert (found.names, found.groups) == (expected.names, expected.groups)
    np.testing.assert_allclose(found.estimate, expected.estimate, rtol=1e-12)
    np.testing.assert_allclose(found.se, expected.se, rtol=1e-9, atol=1e-16)
    np.testing.assert_allclose(found.ci_low, expected.ci_low, rtol=1e-9)
    np.testing.assert_allclose(found.deff, expected.deff, rtol=1e-7)
    np.testing.assert_array_equal(found.n, expected.n)
    np.testing.assert_array_equal(found.df, expected.df)
