"""Rows that repeat under another number."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_delivery import SmallDelivery, small_delivery

import barometer as bm
from barometer.errors import Fault
from barometer.microdata import check_repeats as module
from barometer.microdata.check_repeats import LEAST_ANSWERS, check_repeats
from barometer.microdata.layout import load_layout
from barometer.microdata.load import shipped_layout


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    made = small_delivery(tmp_path)
    made.edit_layout(
        '[frame]\nname = "wave3_synthetic.frame.csv"\nsampled = { column = "udtrukket", codes = "tick" }\n', ""
    )
    return made


def repeated_rows(delivery: SmallDelivery) -> list[tuple[int, ...]]:
    delivery.write()
    return [odd.rows for odd in bm.check_delivery(delivery.path).warnings if odd.rule == "duplicates"]


def answers_of(delivery: SmallDelivery, row: int) -> int:
    return sum(cell != "" for cell in delivery.rows[row - 2][delivery.header.index("sp01_1") :])


def test_rows_that_repeat_under_another_number_are_odd(delivery: SmallDelivery) -> None:
    first, second = (row for row in delivery.where(sp18="1")[:2])
    delivery.rows += [["99998", *delivery.rows[second - 2][1:]], ["99999", *delivery.rows[first - 2][1:]]]
    last = len(delivery.rows) + 1
    assert repeated_rows(delivery) == [tuple(sorted((first, second, last - 1, last)))]


@pytest.mark.parametrize(("column", "value"), [("branche", "1"), ("sp22_7", "98")])
def test_rows_that_differ_in_one_place_are_not(delivery: SmallDelivery, column: str, value: str) -> None:
    row = next(row for row in delivery.where(sp18="1") if delivery.get(row, column) != value)
    delivery.rows.append(["99999", *delivery.rows[row - 2][1:]])
    assert len(repeated_rows(delivery)) == 1
    delivery.put(len(delivery.rows) + 1, **{column: value})
    assert repeated_rows(delivery) == []


def test_rows_of_which_an_answer_could_not_be_read_are_not_compared(delivery: SmallDelivery) -> None:
    first = delivery.where(sp18="1")[0]
    delivery.rows.append(["99999", *delivery.rows[first - 2][1:]])
    for row, code in ((first, "7301"), (len(delivery.rows) + 1, "7302")):
        delivery.put(row, sp22_7=code)
    assert repeated_rows(delivery) == []


def test_rows_with_few_answers_may_be_equal(delivery: SmallDelivery) -> None:
    row = next(row for row in delivery.numbers() if answers_of(delivery, row) < LEAST_ANSWERS)
    delivery.rows.append(["99999", *delivery.rows[row - 2][1:]])
    assert repeated_rows(delivery) == []


def test_rows_are_compared_and_not_only_their_marks(monkeypatch: pytest.MonkeyPatch, wave: bm.Wave) -> None:
    monkeypatch.setattr(module, "_PRIME", np.uint64(0))  # every row then has the same mark
    evaluated = wave.microdata[wave.answers.base("evaluated")][:50]
    twice = replace(wave, microdata=pd.concat([evaluated, evaluated[-1:]], ignore_index=True))
    faults: list[Fault] = []
    check_repeats(twice, load_layout(shipped_layout(3), bm.codebook()), {}, faults)
    assert [fault.rows for fault in faults] == [(51, 52)]
