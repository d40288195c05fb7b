"""Possible answers narrow as facts become known."""

import numpy as np
import pytest

from barometer.codebook import codebook
from barometer.errors import SynthesisError
from barometer.synthesis.board import NO, YES, Board

BOOK = codebook()
N = 4


@pytest.fixture
def board() -> Board:
    """Four workplaces, all innovative, every question of theirs open."""
    registers = {name: np.array([code] * N) for name, code in (("level", "state"), ("sector", "x"), ("size", "small"))}
    made = Board(BOOK, registers)
    everyone = np.ones(N, dtype=np.bool_)
    made.decide(BOOK.indicators["innovative"], everyone, everyone)
    made.open_questions(
        ["introduced", "initiator", "partner", "financing", "factor", "novelty", "latest_type", "culture"]
    )
    return made


def rows(*positions: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask = np.zeros(N, dtype=np.bool_)
    mask[list(positions)] = True
    return mask


def decide(board: Board, name: str, yes: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    board.decide(BOOK.indicators[name], yes, np.ones(N, dtype=np.bool_))


def test_a_decided_answer_excludes_the_others(board: Board) -> None:
    decide(board, "novelty.reused", rows(0))
    assert board.indicator("novelty.first").possible.tolist() == [False, True, True, True]
    decide(board, "novelty.copy", rows(0))
    assert board.indicator("novelty.copy").certain.tolist() == [True, False, False, False]


def test_the_third_tick_closes_the_question(board: Board) -> None:
    for option in ("employees", "managers", "citizens"):
        decide(board, f"initiator.{option}", rows(0))
    assert board.masks["initiator.technology"].tolist() == [NO, NO | YES, NO | YES, NO | YES]


def test_the_last_open_option_is_ticked_when_nothing_else_was(board: Board) -> None:
    for option in ("product", "service", "communication"):
        decide(board, f"latest_type.{option}", rows())
    assert (board.masks["latest_type.process_org"] == YES).all()


def test_an_exclusive_answer_and_the_others_shut_each_other_out(board: Board) -> None:
    decide(board, "partner.dont_know", rows(0))
    assert board.masks["partner.citizens"][0] == NO
    decide(board, "partner.citizens", rows(1))
    assert board.masks["partner.none"][1] == NO


def test_a_union_without_yes_loses_all_its_parts(board: Board) -> None:
    decide(board, "positive_role.private_firms", rows(0, 1))
    assert board.indicator("partner.private_firms").possible.tolist() == [True, True, False, False]
    assert board.indicator("factor.private_firms.promoted").possible.tolist() == [True, True, False, False]
    assert board.indicator("factor.private_firms.hampered").possible.all()


def test_the_last_part_of_a_union_is_forced(board: Board) -> None:
    decide(board, "positive_role.abroad", rows(0, 1))
    decide(board, "initiator.abroad", rows(1))
    decide(board, "partner.abroad", rows())
    assert board.indicator("financing.abroad").certain.tolist() == [True, False, False, False]


def test_a_union_that_nothing_can_fulfil_stops(board: Board) -> None:
    decide(board, "initiator.abroad", rows())
    decide(board, "partner.abroad", rows())
    decide(board, "financing.abroad", rows())
    with pytest.raises(SynthesisError, match="1 workplaces are counted but no answer can count them"):
        decide(board, "positive_role.abroad", rows(0))


def test_more_ticks_than_one_leaves_room_for_at_least_two(board: Board) -> None:
    decide(board, "latest_type_count.several", rows(0))
    decide(board, "latest_type.process_org", rows(0, 1))
    assert board.masks["latest_type.service"][1] == NO
    decide(board, "latest_type.service", rows())
    decide(board, "latest_type.product", rows())
    assert board.masks["latest_type.communication"][0] == YES


def test_a_base_that_is_not_decided_yet_is_refused(board: Board) -> None:
    with pytest.raises(SynthesisError, match="before the answers that make it are decided"):
        board.base("reused")


def test_rows_of_a_grid_are_counted_as_far_as_they_are_decided(board: Board) -> None:
    for item in ("risk", "curious", "cooperation"):
        decide(board, f"culture.{item}.agree", rows(0))
    for item in ("recognition", "openness"):
        decide(board, f"culture.{item}.agree", rows(0, 1))
    few, some, many = (board.indicator(f"culture_count.{band}") for band in ("few", "some", "many"))
    assert few.possible.tolist() == [False, True, True, True]
    assert some.possible.tolist() == [False, True, False, False]
    assert many.possible.tolist() == [True, False, False, False]
    for item in ("errors", "time"):
        decide(board, f"culture.{item}.agree", rows(1))
    few, some, many = (board.indicator(f"culture_count.{band}") for band in ("few", "some", "many"))
    assert few.certain.tolist() == few.possible.tolist() == [False, False, True, True]
    assert some.certain.tolist() == some.possible.tolist() == [False, True, False, False]
    assert many.certain.tolist() == many.possible.tolist() == [True, False, False, False]


def test_a_count_over_a_grid_is_not_decided_before_its_answers(board: Board) -> None:
    with pytest.raises(SynthesisError, match="cannot be counted before they are given"):
        decide(board, "culture_count.many", rows(0))
