"""Numbers as text: half goes up, and each language has its own marks."""

import pytest

from barometer.codebook.numbers import (
    decimal,
    df_text,
    integer,
    interval,
    p_value_text,
    per_cent,
    round_half_up,
    signed,
    statistic_text,
)
from barometer.codebook.records import Lang

THIN = "\u202f"
MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.5, 1), (1.5, 2), (2.5, 3), (80.5, 81), (0.49, 0), (2.4999, 2), (80.51, 81), (0.0, 0)]
)
def test_half_goes_up_and_less_than_half_goes_down(value: float, rounded: int) -> None:
    assert round_half_up(value) == rounded


@pytest.mark.parametrize(("value", "rounded"), [(-0.5, 0), (-1.5, -1), (-2.5, -2), (-2.51, -3), (-0.4, 0)])
def test_half_goes_up_below_zero_too(value: float, rounded: int) -> None:
    assert round_half_up(value) == rounded


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [(0.265 * 100, 0, 27), (0.285 * 100, 0, 29), (0.145 * 100, 0, 15), (1.005, 2, 1.01), (8.345, 2, 8.35)],
)
def test_a_half_that_binary_arithmetic_left_short_is_still_a_half(value: float, decimals: int, rounded: float) -> None:
    assert round_half_up(value, decimals) == rounded


def test_every_share_in_thousandths_rounds_as_whole_number_arithmetic_does() -> None:
    for thousandths in range(1001):
        assert round_half_up(thousandths / 1000 * 100) == (thousandths + 5) // 10


def test_a_value_a_millionth_short_of_the_half_is_not_the_half() -> None:
    assert round_half_up(26.499999) == 26


@pytest.mark.parametrize(
    ("value", "danish", "english"),
    [(7, "7", "7"), (999, "999", "999"), (1877, "1.877", "1,877"), (1234567, "1.234.567", "1,234,567")],
)
def test_whole_numbers_have_a_thousands_point_in_danish_and_a_comma_in_english(
    value: int, danish: str, english: str
) -> None:
    assert integer(value, "da") == danish
    assert integer(value, "en") == english


@pytest.mark.parametrize(
    ("value", "decimals", "danish", "english"),
    [
        (26.44, 1, "26,4", "26.4"),
        (26.45, 1, "26,5", "26.5"),
        (1234.56, 1, "1.234,6", "1,234.6"),
        (0.05, 3, "0,050", "0.050"),
        (80.5, 0, "81", "81"),
        (-2.54, 1, f"{MINUS}2,5", f"{MINUS}2.5"),
        (-1234.5, 1, f"{MINUS}1.234,5", f"{MINUS}1,234.5"),
    ],
)
def test_decimals_have_a_comma_in_danish_and_a_point_in_english(
    value: float, decimals: int, danish: str, english: str
) -> None:
    assert decimal(value, "da", decimals) == danish
    assert decimal(value, "en", decimals) == english


@pytest.mark.parametrize("lang", ["da", "en"])
def test_what_rounds_to_zero_has_no_minus(lang: Lang) -> None:
    assert decimal(-0.04, lang) == decimal(0.0, lang)
    assert MINUS not in decimal(-0.05, lang)


def test_per_cent_has_a_thin_space_in_danish_only() -> None:
    assert per_cent(0.264, "da") == f"26{THIN}%"
    assert per_cent(0.264, "en") == "26%"
    assert per_cent(0.805, "da", 1) == f"80,5{THIN}%"
    assert per_cent(0.805, "en") == "81%"
    assert per_cent(1.0, "da") == f"100{THIN}%"


def test_an_interval_names_per_cent_once() -> None:
    assert interval(0.2461, 0.2834, "da") == f"24,6\u201328,3{THIN}%"
    assert interval(0.2461, 0.2834, "en") == "24.6\u201328.3%"
    assert interval(0.0, 1.0, "en", 0) == "0\u2013100%"


@pytest.mark.parametrize(
    ("p_value", "danish", "english"),
    [
        (0.0341, "p = 0,034", "p = 0.034"),
        (0.001, "p = 0,001", "p = 0.001"),
        (0.00099, "p < 0,001", "p < 0.001"),
        (0.0, "p < 0,001", "p < 0.001"),
        (float("nan"), "p ikke beregnet", "p not computed"),
    ],
)
def test_p_values_have_one_limit_below_which_they_are_not_written_out(
    p_value: float, danish: str, english: str
) -> None:
    assert p_value_text(p_value, "da") == danish
    assert p_value_text(p_value, "en") == english


def test_degrees_of_freedom_have_no_thousands_mark() -> None:
    assert df_text(1815, "da") == df_text(1815.0, "en") == "1815"
    assert df_text(2571.34, "da") == "2571,3"
    assert statistic_text("F", (1, 1815), 12.408, 0.0004, "en") == "F(1, 1815) = 12.41, p < 0.001"
    assert statistic_text("F", (1.5, 1815), 1012.408, 0.04, "da") == "F(1,5; 1815) = 1.012,41, p = 0,040"
    assert statistic_text("t", (40,), -2.0, 0.05, "en") == f"t(40) = {MINUS}2.00, p = 0.050"


def test_a_sign_is_written_for_what_does_not_round_to_zero() -> None:
    assert [signed(value, "en") for value in (3.21, -3.21, 0.04, -0.04)] == ["+3.2", f"{MINUS}3.2", "0.0", "0.0"]
