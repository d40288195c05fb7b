"""Overlapping answers taken apart into combinations that do not overlap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from barometer.analysis.combinations import find_combinations
from barometer.codebook.records import Label
from barometer.errors import ArgumentError

YES = np.array([[1, 1, 0], [1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 1, 1]], dtype=bool)
PRESENT = np.ones(6, dtype=bool)
NAMES = ("a", "b", "c")


def test_the_largest_by_weight_come_first_and_nobody_is_a_combination_too() -> None:
    found = find_combinations(YES, PRESENT, np.array([9.0, 1.0, 1.0, 5.0, 1.0, 2.0]), 7)
    assert found.codes(NAMES) == ["a+b", "c", "a", "b+c", "b", "a+c", "a+b+c", "none"]
    assert found.lumped == 0
    assert found.chosen[:, 0].tolist() == [True, False, False, False, False, False]
    assert found.chosen[:, -1].tolist() == [False, False, False, False, True, False]


def test_the_rest_is_one_row_and_equal_ones_go_by_fewer_answers_then_by_order() -> None:
    found = find_combinations(YES, PRESENT, np.array([1.0, 0.5, 0.5, 1.0, 1.0, 1.0]), 2)
    assert found.codes(NAMES) == ["a", "c", "other_combinations", "none"]
    assert found.lumped == 2
    assert found.chosen[:, 2].tolist() == [True, False, False, False, False, True]


def test_who_is_outside_the_base_has_no_combination() -> None:
    present = np.array([True, True, False, True, False, True])
    found = find_combinations(YES & present[:, np.newaxis], present, np.ones(6), 7)
    assert found.chosen.sum(axis=1).tolist() == present.astype(int).tolist()


def test_nobody_at_all_leaves_only_none() -> None:
    nothing = np.zeros((4, 20), dtype=bool)
    found = find_combinations(nothing, np.ones(4, dtype=bool), np.ones(4), 5)
    assert found.codes(tuple(map(str, range(20)))) == ["none"]
    assert found.chosen.all()


@given(arrays(np.bool_, (40, 4)), arrays(np.bool_, 40), st.integers(1, 16))
def test_everybody_in_the_base_has_exactly_one(yes: np.ndarray, present: np.ndarray, most: int) -> None:
    yes = yes & present[:, np.newaxis]
    found = find_combinations(yes, present, np.ones(40), most)
    assert (found.chosen.sum(axis=1) == present).all()
    assert len(found.members) <= most
    for column, members in zip(found.chosen.T, found.members, strict=False):
        assert (yes[column] == members).all()


def test_labels_say_only_for_one_answer() -> None:
    found = find_combinations(YES, PRESENT, np.ones(6), 7)
    options = (Label("Borgere", "Citizens"), Label("Fonde", "Foundations"), Label("COVID-19", "COVID-19"))
    labels = dict(zip(found.codes(NAMES), found.labels(options), strict=True))
    assert labels["a"] == Label("Kun: borgere", "Only: citizens")
    assert labels["a+b+c"].da == "Borgere + fonde + COVID-19"
    assert labels["none"].en == "None of them"


@pytest.mark.parametrize("most", [0, -1, 2.5, True, "3", None])
def test_a_number_of_combinations_is_a_whole_number_above_zero(most: object) -> None:
    with pytest.raises(ArgumentError, match="whole number above 0"):
        find_combinations(YES, PRESENT, np.ones(6), most)  # type: ignore[arg-type]
