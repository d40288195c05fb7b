"""Whether what results are split by is the same in two waves."""

from dataclasses import replace

import pytest

import barometer as bm
from barometer.codebook.comparability import compare_domain
from barometer.errors import UnknownNameError

BOOK = bm.codebook()


@pytest.mark.parametrize(
    ("name", "waves", "verdict"),
    [
        ("sector", (1, 2), "not_comparable"),
        ("sector", (1, 4), "not_comparable"),
        ("sector", (2, 4), "comparable"),
        ("level", (1, 4), "comparable"),
        ("size", (2, 1), "comparable"),
        ("evaluation_level", (2, 3), "comparable"),
        ("evaluation_level", (3, 4), "break"),
    ],
)
def test_a_domain_is_compared_by_its_groups_and_the_changes_about_it(
    name: str, waves: tuple[int, int], verdict: str
) -> None:
    found = BOOK.comparability(name, *waves)
    assert (found.indicator, found.first, found.second) == (name, *sorted(waves))
    assert found.verdict == verdict
    assert found.reasons or verdict == "comparable"


def test_the_reason_is_said_in_both_languages() -> None:
    found = BOOK.comparability("sector", 1, 2)
    assert "sectors do not correspond" in found.text("en")
    assert "delsektorer svarer ikke til hinanden" in found.text("da")
    assert "made of other answers" in BOOK.comparability("evaluation_level", 3, 4).text("en")


def test_a_domain_that_a_wave_lacks_cannot_be_compared() -> None:
    early, late = BOOK.in_wave(3), BOOK.in_wave(4)
    without = replace(late, domains={n: domain for n, domain in late.domains.items() if n != "size"})
    found = compare_domain("size", (3, early), (4, without))
    assert found.verdict == "not_comparable"
    assert found.reasons[0].en == "Wave 4 does not have the domain."


def test_an_indicator_used_as_a_domain_is_compared_as_an_indicator_without_what_is_about_everything() -> None:
    early, late = BOOK.in_wave(1), BOOK.in_wave(2)
    assert compare_domain("innovative", (1, early), (2, late)).verdict == "comparable"
    assert BOOK.comparability("innovative", 1, 2).verdict == "break"
    assert compare_domain("shared.yes", (3, BOOK.in_wave(3)), (4, BOOK.in_wave(4))).verdict == "not_comparable"


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UnknownNameError):
        BOOK.comparability("sectr", 1, 2)
