"""Variances and quantiles of a source are those of arrays."""

from typing import Any

import numpy as np
import pytest
from engine_cases import REPLICATES, check_equal, declared, in_arrays, sample

import barometer.survey as sv

pytestmark = pytest.mark.filterwarnings("default")


def check_variances(source: Any, arrays: Any) -> None:
    frame = sample()
    found = sv.estimate_variances(source, ["pay", "small"], by="region", where="inside")
    expected = sv.estimate_variances(arrays, frame[["pay", "small"]], by=frame["region"], where=frame["inside"])
    check_equal(found, expected)
    np.testing.assert_allclose(found.covariance(), expected.covariance(), rtol=1e-7, atol=1e-16)
    assert found.method == expected.method


@pytest.mark.parametrize("clusters", [False, True])
def test_variances_follow_from_sums_of_powers(data: Any, clusters: bool) -> None:
    check_variances(declared(data, clusters), in_arrays(clusters))


def test_variances_move_with_replicates(data: Any) -> None:
    frame, source = sample(), sv.declare_source(data, weight="weight")
    check_variances(
        sv.declare_replicates(source, REPLICATES, kind="bootstrap"),
        sv.declare_replicates(frame["weight"], frame[[*REPLICATES]], kind="bootstrap"),
    )


def test_variances_of_replicates_of_units() -> None:
    check_variances(
        sv.make_replicates(declared(sample(), clusters=True), "jkn"),
        sv.make_replicates(in_arrays(clusters=True), "jkn"),
    )


def test_a_group_of_one_row_has_no_variance() -> None:
    frame = sample().assign(region=lambda table: np.where(table.index == 0, 9, table["region"]))
    frame.loc[0, ["weight", "small"]] = [1.0, 7]
    found = sv.estimate_variances(declared(frame, clusters=False), "small", by="region")
    assert found.groups[-1] == (9,)
    assert np.isnan(found.estimate[-1, 0])
    assert sv.REASONS[found.interval.reason[-1, 0]] == "one_row"
