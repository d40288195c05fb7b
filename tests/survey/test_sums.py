"""Sums do not depend on chunks or threads: to the last bit where they are exact."""

import numpy as np
import pytest
from numpy.typing import NDArray

from barometer.errors import ArgumentError
from barometer.survey import (
    CellSums,
    Columns,
    SurveyDesign,
    declare_design,
    group_rows,
    ratio_columns,
    share_columns,
    sum_cells,
    summarise,
    value_columns,
)
from barometer.survey.centring import moved

N = 700
RNG = np.random.default_rng(5)
STRATUM, PSU, GROUP = np.arange(N) % 7, np.arange(N) % 35, RNG.integers(0, 5, N)
EIGHTHS = RNG.integers(1, 80, N) / 8
WHOLE = RNG.integers(0, 50, (N, 3)).astype(float)


def designs(weight: NDArray[np.float64]) -> list[SurveyDesign]:
    return [
        declare_design(weight, STRATUM, population=1000),
        declare_design(weight, STRATUM, PSU, population=90),
        declare_design(weight, STRATUM, [PSU, np.arange(N)], population=[np.full(N, 90), np.full(N, 400)]),
    ]


def columns_of(values: NDArray[np.float64]) -> list[Columns]:
    return [
        share_columns(values > 20, N),
        value_columns(np.where(values == 7, np.nan, values), N, "mean"),
        value_columns(values, N, "total"),
        ratio_columns(values, values[::-1] + 1, N),
    ]


def arrays(sums: CellSums) -> dict[str, NDArray[np.float64]]:
    """Estimates, and sums measured from zero."""
    found = summarise(sums)
    sums = moved(sums, np.zeros_like(sums.centre))
    squares = {} if sums.square is None else {"uu": sums.square.uu, "ux": sums.square.ux, "xx": sums.square.xx}
    plain = {
        name: getattr(sums, name) for name in ("rows", "weighted", "weight", "weight_sq", "numerator", "denominator")
    }
    return {**plain, **squares, "estimate": found.estimate, "variance": found.variance}


@pytest.mark.parametrize("design", designs(EIGHTHS), ids=["rows", "units", "stages"])
@pytest.mark.parametrize("columns", columns_of(WHOLE), ids=["share", "mean", "total", "ratio"])
@pytest.mark.parametrize(("chunk", "threads"), [(64, 1), (64, 2), (1, 2), (699, 2)])
def test_exact_sums_are_the_same_to_the_last_bit(
    design: SurveyDesign, columns: Columns, chunk: int, threads: int
) -> None:
    groups = group_rows(GROUP, N)
    whole = arrays(sum_cells(design, columns, groups))
    for name, values in arrays(sum_cells(design, columns, groups, chunk=chunk, threads=threads)).items():
        np.testing.assert_array_equal(values, whole[name], err_msg=name)


@pytest.mark.parametrize("design", designs(RNG.lognormal(size=N)), ids=["rows", "units", "stages"])
@pytest.mark.parametrize("columns", columns_of(RNG.normal(20, 9, (N, 3))), ids=["share", "mean", "total", "ratio"])
def test_other_sums_differ_by_rounding_between_chunks_and_by_nothing_between_threads(
    design: SurveyDesign, columns: Columns
) -> None:
    groups = group_rows(GROUP, N)
    whole = arrays(sum_cells(design, columns, groups))
    one, two = (arrays(sum_cells(design, columns, groups, chunk=64, threads=threads)) for threads in (1, 2))
    for name, values in one.items():
        np.testing.assert_array_equal(two[name], values, err_msg=name)
        scale = np.abs(whole[name]).max()
        np.testing.assert_allclose(values, whole[name], rtol=1e-12, atol=1e-12 * scale, err_msg=name)


def test_the_order_of_the_rows_does_not_matter() -> None:
    order = np.random.default_rng(1).permutation(N)
    first = sum_cells(declare_design(EIGHTHS, STRATUM, PSU), value_columns(WHOLE, N, "mean"), group_rows(GROUP, N))
    second = sum_cells(
        declare_design(EIGHTHS[order], STRATUM[order], PSU[order]),
        value_columns(WHOLE[order], N, "mean"),
        group_rows(GROUP[order], N),
    )
    for name, values in arrays(second).items():
        # A mean is its constant, which is the number in the first row, and the rest.
        tolerance = 1e-14 if name in ("estimate", "variance") else 0.0
        np.testing.assert_allclose(values, arrays(first)[name], rtol=tolerance, err_msg=name)


def test_cells_hold_the_sums_by_hand() -> None:
    """Two strata, groups x and y; the third row is in none and counts for the total only."""
    design = declare_design([2.0, 3.0, 4.0, 5.0], [0, 0, 1, 1])
    sums = sum_cells(design, share_columns([1, 1, 1, 0], 4), group_rows(["x", "y", None, "x"], 4))
    cells = sorted(zip(sums.cluster.tolist(), sums.group.tolist(), sums.numerator[:, 0].tolist(), strict=True))
    assert cells == [(0, 0, 2.0), (0, 1, 3.0), (1, -1, 4.0), (1, 0, 0.0)]
    assert sums.groups == 2
    assert sums.square is not None
    assert sums.square.uu.sum() == 4.0 + 9.0 + 16.0
    assert sums.weight_sq.sum() == 4.0 + 9.0 + 16.0 + 25.0


def test_rows_of_another_length_are_refused() -> None:
    design = declare_design(np.ones(4))
    with pytest.raises(ArgumentError, match="outcome: has 3 rows, the design has 4"):
        sum_cells(design, share_columns([1, 0, 1], 3), group_rows(None, 4))
    with pytest.raises(ArgumentError, match="groups: has 3 rows, the design has 4"):
        sum_cells(design, share_columns([1, 0, 1, 1], 4), group_rows([1, 2, 3], 3))
