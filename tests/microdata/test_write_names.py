"""Names of variables that SPSS and Stata take."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.microdata.variable_names import SPSS_NAMES, STATA_NAMES, NameRule, variable_names

RULES = [SPSS_NAMES, STATA_NAMES]


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("partner.private_firms", "partner_private_firms"),
        ("vægt", "vaegt"),
        ("tamaño", "tamano"),
        ("1st", "v_1st"),
        ("_x_", "x"),
        ("", "v_"),
        ("日本", "v_"),
        ("a - b", "a_b"),
    ],
)
def test_a_name_is_spelt_with_letters_digits_and_underscores(name: str, made: str) -> None:
    assert variable_names([name], SPSS_NAMES) == {name: made}


def test_names_that_would_be_the_same_are_numbered_in_their_order() -> None:
    names = ["a.b", "A_B", "a-b", "a_b_2", "a b"]
    assert variable_names(names, SPSS_NAMES) == {
        "a.b": "a_b", "A_B": "A_B_2", "a-b": "a_b_3", "a_b_2": "a_b_2_2", "a b": "a_b_4",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "words"), [(SPSS_NAMES, ["with", "TO", "not"]), (STATA_NAMES, ["in", "if", "byte", "str20", "strL"])]
)
def test_words_that_a_program_keeps_are_not_used(rule: NameRule, words: list[str]) -> None:
    assert variable_names(words, rule) == {word: f"{word}_2" for word in words}


def test_long_names_are_cut_and_stay_different() -> None:
    names = [f"{'x' * 80}.{number}" for number in range(12)]
    for rule in RULES:
        made = list(variable_names(names, rule).values())
        assert all(len(name) <= rule.longest for name in made)
        assert made[0] == "x" * rule.longest
        assert made[11].endswith("x_12")


@given(st.lists(st.text(max_size=40), unique=True, max_size=20))
def test_any_names_become_names_that_are_taken_and_differ(names: list[str]) -> None:
    for rule in RULES:
        made = variable_names(names, rule)
        assert list(made) == names
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and len(name) <= rule.longest for name in made.values())
        assert len({name.lower() for name in made.values()}) == len(names)
        assert variable_names(names, rule) == made
