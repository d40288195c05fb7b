"""What published shares of one question leave each other."""

import numpy as np
import pytest

import barometer as bm
from barometer.synthesis.board import Board
from barometer.synthesis.windows import Window, leeway, narrowed

NOVELTY = {
    "": (100.0, 100.0),
    "first": (15.5, 16.5),
    "adapted": (55.5, 56.5),
    "copy": (18.5, 19.5),
    "dont_know": (9.5, 10.5),
    "reused": (73.5, 74.5),
}
"""The fourth edition prints 16, 56, 19 and 10, which make 101, and 74 for 56 and 19."""
BOOK = bm.codebook().in_wave(4)
WEIGHT = np.ones(50)
PRINTED = {f"novelty.{code}": window for code, window in NOVELTY.items() if code}
SUMS = [("reused", ("adapted", "copy")), ("", ("first", "adapted", "copy", "dont_know"))]


def test_a_part_is_left_what_the_others_leave_of_the_whole() -> None:
    found = narrowed({"whole": (74, 75), "a": (56, 57), "b": (10, 20)}, [("whole", ("a", "b"))])
    assert found == {"whole": (74, 75), "a": (56, 57), "b": (17, 19)}


def test_a_whole_is_no_less_than_its_parts() -> None:
    found = narrowed({"whole": (0, 100), "a": (56, 57), "b": (10, 20)}, [("whole", ("a", "b"))])
    assert found["whole"] == (66, 77)


def test_rounded_numbers_that_do_not_add_up_leave_a_corner() -> None:
    found = narrowed(NOVELTY, SUMS)
    assert found["reused"] == (74.0, 74.5)
    assert found["copy"] == (18.5, 19.0)
    assert found["adapted"] == (55.5, 56.0)
    assert found["first"] == (15.5, 16.5)
    assert found["dont_know"] == (9.5, 10.5)


@pytest.mark.parametrize("copy", [18.6, 18.9])
def test_a_share_that_stands_narrows_the_others(copy: float) -> None:
    found = narrowed({**NOVELTY, "copy": (copy, copy)}, SUMS)
    assert found["adapted"] == pytest.approx((55.5, 74.5 - copy))
    assert found["reused"] == pytest.approx((55.5 + copy, 74.5))


def test_every_point_of_a_narrowed_window_can_be_completed() -> None:
    found = narrowed(NOVELTY, SUMS)
    for end in found["copy"]:
        rest = narrowed({**NOVELTY, "copy": (end, end)}, SUMS)
        assert all(low <= high for low, high in rest.values())
        assert rest["copy"] == (end, end)


def test_windows_that_nothing_keeps_stay_as_they_are() -> None:
    windows: dict[str, Window] = {"whole": (80.0, 81.0), "a": (56.0, 57.0), "b": (10.0, 20.0)}
    assert narrowed(windows, [("whole", ("a", "b"))]) == windows


def test_windows_are_not_changed_in_place() -> None:
    windows = dict(NOVELTY)
    narrowed(windows, SUMS)
    assert windows == NOVELTY


@pytest.fixture
def board() -> Board:
    """Fifty workplaces, all innovative, with the fourth edition's question on novelty open."""
    registers = {name: np.array([code] * 50) for name, code in (("level", "state"), ("sector", "x"), ("size", "small"))}
    made = Board(BOOK, registers)
    made.decide(BOOK.indicators["innovative"], np.ones(50, np.bool_), np.ones(50, np.bool_))
    made.open_questions(["introduced", "novelty", "initiator"])
    return made


def test_a_published_share_keeps_to_the_corner_that_its_question_leaves(board: Board) -> None:
    assert leeway(BOOK.indicators["novelty.copy"], board, WEIGHT, PRINTED) == pytest.approx((18.75, 0.25))


def test_a_published_share_that_nothing_narrows_keeps_its_window(board: Board) -> None:
    alone = {"novelty.copy": PRINTED["novelty.copy"]}
    assert leeway(BOOK.indicators["novelty.copy"], board, WEIGHT, alone) is None


def test_a_decided_share_stands_where_it_is(board: Board) -> None:
    unsure = np.arange(50) < 4
    board.decide(BOOK.indicators["novelty.dont_know"], unsure, np.ones(50, np.bool_))
    windows = {"novelty.first": (20.0, 30.0), "novelty.reused": (70.0, 71.0)}
    assert leeway(BOOK.indicators["novelty.first"], board, WEIGHT, windows) == pytest.approx((21.5, 0.5))


def test_ticks_do_not_add_up_to_anything(board: Board) -> None:
    windows = {"initiator.employees": (39.5, 40.5), "initiator.managers": (38.5, 39.5)}
    assert leeway(BOOK.indicators["initiator.employees"], board, WEIGHT, windows) is None
