"""Columns of any type as codes, and codes as text."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.microdata.codes import CodedValues, code_text, code_values


def texts(found: CodedValues) -> list[str | None]:
    return [found.texts[position] if position >= 0 else None for position in found.positions]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("01", "01"), (1, "1"), (np.int8(-9), "-9"), (1.0, "1"), (-0.0, "0"), (1.5, "1.5"), (True, "true"),
        (np.bool_(False), "false"), (2.0**53 - 1, "9007199254740991"), (1e300, "1e+300"), (float("inf"), "inf"),
        (dt.date(2018, 5, 1), "2018-05-01"), (dt.datetime(2018, 5, 1), "2018-05-01"),
        (dt.datetime(2018, 5, 1, 12, 30), "2018-05-01 12:30:00"), (dt.time(12, 30), "12:30:00"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_a_code(value: object, text: str) -> None:
    assert code_text(value) == text


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([1.0, np.nan, 98.0, 1.0]), ["1", None, "98", "1"]),
        (pd.Series([1, 2, 98]), ["1", "2", "98"]),
        (pd.Series(np.array([-128, 127], dtype=np.int8)), ["-128", "127"]),
        (pd.Series([1, None, -9], dtype="Int16"), ["1", None, "-9"]),
        (pd.Series([1.5, 1.0, np.nan]), ["1.5", "1", None]),
        (pd.Series([1, 10**9]), ["1", "1000000000"]),
        (pd.Series([2**60, 2**60 + 1]), [str(2**60), str(2**60 + 1)]),
        (pd.Series(np.array([2**63, 1], dtype=np.uint64)), [str(2**63), "1"]),
        (pd.Series([np.nan, np.nan]), [None, None]),
        (pd.Series([None, None], dtype="Int8"), [None, None]),
        (pd.Series([True, False]), ["true", "false"]),
        (pd.Series([True, None], dtype="boolean"), ["true", None]),
        (pd.Series(["01", None, "1"], dtype="str"), ["01", None, "1"]),
        (pd.Series(pd.Categorical(["b", None, "a"])), ["b", None, "a"]),
        (pd.Series(["2018-05-01", None], dtype="datetime64[us]"), ["2018-05-01", None]),
        (pd.Series([], dtype=float), []),
    ],
)
def test_every_type_of_column_has_codes(column: pd.Series, expected: list[str | None]) -> None:
    assert texts(code_values(column)) == expected


@given(st.lists(st.one_of(st.none(), st.integers(-70_000, 70_000)), max_size=30))
def test_whole_numbers_have_the_same_codes_in_every_type(values: list[int | None]) -> None:
    expected = [None if value is None else str(value) for value in values]
    as_float = pd.Series([np.nan if value is None else value for value in values], dtype=float)
    kinds: list[Any] = ["Int32", "Int64"]
    assert texts(code_values(as_float)) == expected
    for kind in kinds:
        assert texts(code_values(pd.Series(values, dtype=kind))) == expected


def test_rows_are_found_by_their_codes() -> None:
    found = code_values(pd.Series([1.0, np.nan, 98.0, 2.0]))
    assert found.where({"98", "2", "7"}).tolist() == [False, False, True, True]
    assert found.where([]).tolist() == [False] * 4
