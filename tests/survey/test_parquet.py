"""Sums taken from a Parquet file batch by batch are those of the arrays."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import barometer.survey as sv
from barometer.errors import ArgumentError, DesignError, LonelyPSUError, MissingFileError

N = 1000
OUTCOMES = ["first", "second"]


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    stratum = rng.integers(0, 7, N)
    frame = pd.DataFrame({"weight": rng.integers(1, 60, N) / 8, "stratum": stratum, "size": 900 + 10 * stratum})
    frame["sector"] = rng.choice(["schools", "care", "health"], N)
    frame.loc[rng.random(N) < 0.05, "sector"] = None
    for name in OUTCOMES:
        frame[name] = pd.array(rng.integers(0, 2, N), dtype="Int8")
        frame.loc[rng.random(N) < 0.1, name] = pd.NA
    frame["money"] = rng.normal(5e6, 10.0, N)
    return frame


@pytest.fixture(scope="module")
def path(sample: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("parquet") / "sample.parquet"
    sample.to_parquet(file)
    return file


@pytest.mark.parametrize("batch", [64, 999, 5000])
def test_shares_of_a_file_are_those_of_its_rows_for_any_batch(sample: pd.DataFrame, path: Path, batch: int) -> None:
    design = sv.declare_design(sample["weight"], sample["stratum"], population=sample["size"])
    expected = sv.estimate_shares(design, sample[OUTCOMES], by=sample["sector"])
    sums = sv.sum_parquet(
        path, OUTCOMES, weight="weight", by="sector", stratum="stratum", population="size", batch=batch
    )
    found = sv.summarise(sums)
    assert (found.groups, found.domains, found.names) == (expected.groups, ("sector",), expected.names)
    np.testing.assert_array_equal(found.estimate, expected.estimate)  # weights in eighths: the sums are exact
    np.testing.assert_allclose(found.se, expected.se, rtol=1e-12)
    np.testing.assert_array_equal(found.df, expected.df)
    np.testing.assert_array_equal(found.n, expected.n)
    assert sums.facts.df == design.df


def test_numbers_far_from_zero_keep_their_digits(sample: pd.DataFrame, path: Path) -> None:
    design = sv.declare_design(sample["weight"])
    expected = sv.estimate_means(design, sample["money"] - 5e6)
    found = sv.summarise(sv.sum_parquet(path, ["money"], weight="weight", statistic="mean", batch=100))
    np.testing.assert_allclose(found.se, expected.se, rtol=1e-7)
    np.testing.assert_allclose(found.estimate, expected.estimate + 5e6, rtol=1e-14)


def refused(tmp_path: Path, frame: pd.DataFrame) -> sv.CellSums:
    frame.to_parquet(tmp_path / "bad.parquet")
    return sv.sum_parquet(tmp_path / "bad.parquet", OUTCOMES, weight="weight", stratum="stratum", population="size")


def test_what_no_design_may_have_is_refused_in_a_file_too(sample: pd.DataFrame, path: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        sv.sum_parquet(tmp_path / "nowhere.parquet", OUTCOMES, weight="weight")
    with pytest.raises(ArgumentError, match="no column 'wieght'"):
        sv.sum_parquet(path, OUTCOMES, weight="wieght")
    with pytest.raises(DesignError, match="1 of 1,000 rows are negative"):
        refused(tmp_path, sample.assign(weight=[-1.0, *sample["weight"][1:]]))
    with pytest.raises(DesignError, match="all 1,000 are zero"):
        refused(tmp_path, sample.assign(weight=0.0))
    with pytest.raises(DesignError, match="differs between the rows of 1 of 7 strata"):
        refused(tmp_path, sample.assign(size=[1.0, *sample["size"][1:]]))
    with pytest.raises(DesignError, match="smaller than the sample in 7 of 7 strata"):
        refused(tmp_path, sample.assign(size=1.0))
    with pytest.raises(DesignError, match="is empty"):
        refused(tmp_path, sample.head(0))
    with pytest.raises(LonelyPSUError):
        refused(tmp_path, sample.assign(stratum=[99, *sample["stratum"][1:]], size=5000))


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"statistic": "foo"}, "statistic: must be one of share, mean, total; got 'foo'"),
        ({"statistic": "ratio"}, "statistic: must be one of share, mean, total; got 'ratio'"),
        ({"lonely_psu": "drop"}, "lonely_psu: must be one of error, remove"),
        ({"lonely_domain": "drop"}, "lonely_domain: must be one of keep, adjust"),
    ],
)
def test_a_choice_that_is_none_is_refused_with_those_there_are(path: Path, choice: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        sv.sum_parquet(path, OUTCOMES, weight="weight", **choice)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("weight", np.nan, "weight: 100 of 1,000 rows are missing or infinite"),
        ("weight", -1.0, "weight: 100 of 1,000 rows are negative"),
        ("stratum", None, "stratum: 100 of 1,000 rows are without a label"),
        ("size", np.nan, "population: 100 of 1,000 rows are missing, zero or negative"),
        ("size", 77777.0, "population: differs between the rows of 7 of 7 strata"),
    ],
)
def test_what_is_wrong_is_counted_in_the_whole_file(
    sample: pd.DataFrame, tmp_path: Path, column: str, value: Any, message: str
) -> None:
    """Every tenth row, in batches of 30."""
    frame = sample.astype({"stratum": "float"} if column == "stratum" else {"size": "float"})
    frame.loc[::10, column] = value
    frame.to_parquet(tmp_path / "bad.parquet")
    with pytest.raises(DesignError, match=message):
        sv.sum_parquet(
            tmp_path / "bad.parquet", OUTCOMES, weight="weight", stratum="stratum", population="size", batch=30
        )


def test_outcomes_that_are_wrong_are_told_with_their_file(path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"1 of 1 columns hold other values.*in sample\.parquet"):
        sv.sum_parquet(path, ["money"], weight="weight", batch=100)
