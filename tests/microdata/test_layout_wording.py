"""How alike two texts are, in the tongues that deliveries come in."""

import pytest

from barometer.microdata.proposal.wording import plain, vocabulary


def likeness(first: str, second: str, *others: str) -> float:
    known = vocabulary([first, second, *others])
    return float((known.vectors([first]) @ known.vectors([second]).T).toarray()[0, 0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Størrelse (ansatte)", "stoerrelse ansatte"),
        ("tamaño de la «EMPRESA»", "tamano de la empresa"),
        ("Ærø å", "aeroe aa"),
        ("3–19", "3 19"),
        ("", ""),
        ("ñ", "n"),
    ],
)
def test_a_text_loses_case_accents_and_marks(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_the_same_words_are_wholly_alike_and_other_words_not_at_all() -> None:
    assert likeness("Private firms", "firms, PRIVATE") == pytest.approx(1.0)
    assert likeness("Citizens", "Foundations") < 0.1
    assert likeness("", "Foundations") == 0.0


def test_endings_and_compounds_do_not_hide_a_word() -> None:
    assert likeness("virksomheder", "virksomhed") > 0.5
    assert likeness("innovationsarbejde", "arbejde") > 0.3


def test_a_seldom_word_counts_more_than_one_that_is_everywhere() -> None:
    others = [f"collaborated with {who}" for who in ("citizens", "firms", "funds", "schools")]
    same_option = likeness("collaborated with citizens", "citizens", *others)
    same_question = likeness("collaborated with citizens", "collaborated with", *others)
    assert same_option > same_question
