"""A recipe is held against the codebook before anything is made."""

from pathlib import Path

import pytest

from barometer.codebook import codebook
from barometer.codebook.loader import SHIPPED
from barometer.errors import CodebookError, UnknownNameError
from barometer.synthesis.recipe import load_recipe

BOOK = codebook().in_wave(4)


def faults(folder: Path, old: str, new: str) -> list[str]:
    """Return what is wrong with the fourth wave's recipe once a passage of it is replaced."""
    text = (SHIPPED / "synthetic" / "wave4.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "wave4.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CodebookError) as caught:
        load_recipe(4, BOOK, folder)
    return [fault.message for fault in caught.value.faults]


def test_a_cause_may_be_that_an_indicator_is_no() -> None:
    (step,) = (step for step in load_recipe(4, BOOK).steps if step.question == "procurement")
    assert dict(step.implied_by) == {"procurement.no": "!partner.private_firms"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("!partner.private_firms", "!partner.private_firm", "there is no indicator or domain 'partner.private_firm'"),
        ('planned = "published"', "planned = 30", 'evaluated.planned is published; write "published"'),
        (
            "covid19 = 12",
            'covid19 = "published"',
            "initiator.covid19 is published nowhere; it needs an assumed per cent",
        ),
        ("covid19 = 12", "covid = 12", "There is no indicator 'initiator.covid'"),
        ("workplaces = 381", "workplaces = 382", "frame.sectors add up to 14298, the wave's population is 14297"),
        ("0.60, 0.28, 0.12", "0.60, 0.28, 0.13", "sizes must be 3 shares that add up to 1"),
        ('question = "shared"', 'question = "evaluated"', "question 'shared' is answered 0 times; each needs one step"),
    ],
)
def test_a_recipe_that_the_codebook_does_not_bear_out_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert any(message in found for found in faults(tmp_path, old, new))


def test_an_assumption_is_written_in_both_languages(tmp_path: Path) -> None:
    for place, first in (
        ("step partner", "Only private firms are"),
        ("frame", "How the 14,297"),
        ("sample", "Larger workplaces are"),
    ):
        found = faults(tmp_path, f'assumption_en = "{first}', 'assumption_en = "" # "')
        assert any(f"{place}: the assumption must be written in Danish and English" in message for message in found)


def test_a_wave_without_a_recipe_is_told_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "wave4.toml").write_text("", encoding="utf-8")
    with pytest.raises(UnknownNameError, match="recipe for a synthetic wave"):
        load_recipe(5, BOOK, tmp_path)
