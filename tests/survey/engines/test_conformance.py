"""Every engine gives what NumPy gives."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from engine_cases import ENGINES, LEVELS, NUMBERS, ORDER, SHARES, as_folder, check_equal, declared, in_arrays, sample

import barometer.survey as sv

DESIGNS = {"rows": False, "units": True}


@cache
def expected(clusters: bool, what: str) -> sv.DomainEstimates:
    frame, design = sample(), in_arrays(clusters)
    sector = pd.Categorical(frame["sector"], LEVELS)
    if what == "shares":
        return sv.estimate_shares(design, frame[[*SHARES]], by=pd.Series(sector, name="sector"))
    if what == "crossed":
        return sv.estimate_shares(
            design, frame[["maybe", "truth"]], by=frame[["sector", "region"]], where=frame["inside"], across="outcomes"
        )
    if what == "means":
        return sv.estimate_means(design, frame[[*NUMBERS]], by=frame["region"])
    if what == "totals":
        return sv.estimate_totals(design, frame[[*NUMBERS]])
    if what == "ratios":
        return sv.estimate_ratios(design, frame[["pay", "small"]], frame["staff"], by=frame["region"])
    return sv.estimate_categories(design, pd.Categorical(frame["sector"], ORDER), by=frame["region"])


def of_source(design: sv.SourceDesign, what: str) -> sv.DomainEstimates:
    if what == "shares":
        return sv.estimate_shares(design, SHARES, by={"sector": LEVELS})
    if what == "crossed":
        return sv.estimate_shares(
            design, ["maybe", "truth"], by=["sector", "region"], where="inside", across="outcomes"
        )
    if what == "means":
        return sv.estimate_means(design, NUMBERS, by="region")
    if what == "totals":
        return sv.estimate_totals(design, NUMBERS)
    if what == "ratios":
        return sv.estimate_ratios(design, ["pay", "small"], "staff", by="region")
    return sv.estimate_categories(design, {"sector": ORDER}, by="region")


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("design", DESIGNS)
def test_an_engine_gives_what_arrays_give(data: Any, design: str) -> None:
    source = declared(data, DESIGNS[design])
    assert (source.n, source.df) == (len(sample()), in_arrays(DESIGNS[design]).df)
    for what in ("shares", "crossed", "means", "totals", "ratios", "answers"):
        found, arrays = of_source(source, what), expected(DESIGNS[design], what)
        check_equal(found, arrays)
        if what == "crossed":
            np.testing.assert_allclose(found.covariance(), arrays.covariance(), rtol=1e-8, atol=1e-16)


@pytest.mark.filterwarnings("default")
def test_sums_of_eighths_are_the_same_to_the_last_bit(data: Any) -> None:
    found = of_source(declared(data, clusters=False), "shares").sums
    arrays = expected(clusters=False, what="shares").sums
    for base in ("rows", "weighted", "weight", "weight_sq"):
        np.testing.assert_array_equal(getattr(found, base)[:, found.base], getattr(arrays, base)[:, arrays.base])
    np.testing.assert_array_equal(found.numerator, arrays.numerator)
    assert found.square is not None
    assert arrays.square is not None
    np.testing.assert_array_equal(found.square.uu, arrays.square.uu)


def test_groups_compare_as_they_do_in_arrays(tmp_path_factory: pytest.TempPathFactory) -> None:
    source = declared(ENGINES["parquet"](tmp_path_factory.mktemp("compared")), clusters=True)
    found = sv.compare_groups(sv.estimate_shares(source, "maybe", by="sector"), "pairs")
    frame = sample()
    arrays = sv.compare_groups(sv.estimate_shares(in_arrays(True), frame["maybe"], by=frame["sector"]), "pairs")
    np.testing.assert_allclose(found.p_value, arrays.p_value, rtol=1e-8)
    np.testing.assert_allclose(found.difference.se, arrays.difference.se, rtol=1e-9)


def test_domains_of_a_column_of_categories_are_all_of_them_in_their_order(tmp_path: Path) -> None:
    frame = sample().iloc[:60].assign(sector=pd.Categorical(["schools", "care"] * 30, ["schools", "never", "care"]))
    expected = sv.estimate_shares(sv.declare_design(frame["weight"]), frame["truth"], by=frame["sector"])
    for data in (frame, as_folder(tmp_path, frame)):
        found = sv.estimate_shares(sv.declare_source(data, weight="weight"), "truth", by="sector")
        assert found.groups == (("schools",), ("never",), ("care",))
        np.testing.assert_array_equal(found.estimate, expected.estimate)
