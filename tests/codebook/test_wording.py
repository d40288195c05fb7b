"""Words of a definition in the middle of a sentence."""

import pytest

import barometer as bm
from barometer.codebook.wording import indicator_text, lower_first


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("Private firms", "private firms"),
        ("COVID-19", "COVID-19"),
        ("IT-løsning", "IT-løsning"),
        ("Ædel", "ædel"),
        ("", ""),
    ],
)
def test_the_first_letter_becomes_small_except_in_an_abbreviation(text: str, inside: str) -> None:
    assert lower_first(text) == inside


def test_a_label_after_its_family_keeps_an_abbreviation() -> None:
    assert indicator_text(bm.codebook(), "initiator.covid19", "en") == "What set the innovation off: COVID-19"
