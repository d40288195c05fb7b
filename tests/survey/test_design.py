"""What a design refuses, and what it says."""

import numpy as np
import pytest

from barometer.errors import BarometerError, DesignError, LonelyPSUError
from barometer.survey import stratified_design, sum_cells

STRATUM = np.array([0, 0, 1, 1])


@pytest.mark.parametrize(
    ("weight", "stratum", "population", "argument", "message"),
    [
        ([1, 1, 1], STRATUM, None, "stratum", "one code for each of 3 weights"),
        ([], [], None, "weight", "is empty"),
        ([1, np.nan, 1, np.inf], STRATUM, None, "weight", "2 of 4 are missing or infinite"),
        ([1, -2, 1, -1], STRATUM, None, "weight", "2 of 4 are negative"),
        ([0, 0, 0, 0], STRATUM, None, "weight", "all are zero"),
        ([1, 1, 1, 1], [0, 0, 2, 2], None, "stratum", "1 of the codes 0..2 are never used"),
        ([1, 1, 1, 1], [0, 0, -1, -1], None, "stratum", "2 rows have no stratum"),
        ([1, 1, 1, 1], STRATUM, [5], "population", "one count for each of 2 strata"),
        ([1, 1, 1, 1], STRATUM, [5, 1], "population", "1 strata have more rows than units"),
        ([1, 1, 1, 1], STRATUM, [5, np.nan], "population", "more rows than units, or no count"),
    ],
)
def test_bad_arrays_are_named_and_counted(
    weight: list[float], stratum: list[int], population: list[float] | None, argument: str, message: str
) -> None:
    with pytest.raises(DesignError, match=message) as caught:
        stratified_design(weight, stratum, population)
    assert caught.value.argument == argument
    assert isinstance(caught.value, BarometerError | ValueError)


def test_a_lonely_stratum_is_refused_by_name() -> None:
    with pytest.raises(LonelyPSUError, match="schools x large") as caught:
        stratified_design([1, 1, 1], [0, 0, 1], [9, 9], labels=["schools x small", "schools x large"])
    assert caught.value.strata == ("schools x large",)


def test_a_lonely_stratum_that_is_taken_whole_is_fine() -> None:
    design = stratified_design([1, 1, 1], [0, 0, 1], [9, 1])
    assert design.spread_factor.tolist() == pytest.approx([(1 - 2 / 9) * 2, 0.0])


def test_df_counts_rows_with_weight_less_their_strata() -> None:
    assert stratified_design([1, 1, 1, 1, 1], [0, 0, 1, 1, 1]).df == 3
    assert stratified_design([1, 1, 1, 0, 0], [0, 0, 0, 1, 1]).df == 2


def test_a_design_cannot_be_changed() -> None:
    weight = np.ones(4)
    design = stratified_design(weight, STRATUM, [5, 5])
    with pytest.raises(ValueError, match="read-only"):
        design.population[0] = 1
    with pytest.raises(AttributeError):
        design.weight = weight  # type: ignore[misc]


def test_the_caller_keeps_its_own_array() -> None:
    weight = np.ones(4)
    stratified_design(weight, STRATUM, [5, 5])
    weight[0] = 7.0
    assert weight[0] == 7.0


def test_arrays_of_another_length_are_refused() -> None:
    design = stratified_design(np.ones(4), STRATUM, [5, 5])
    yes, bases = np.ones((3, 1), bool), np.ones((4, 1), bool)
    with pytest.raises(DesignError, match="has 3 rows, the design has 4"):
        sum_cells(design, yes, bases, np.zeros(1, int), np.zeros(4, int), 1)
