"""A codebook narrowed to one wave: options and definitions that only some waves had, and what may be compared."""

from pathlib import Path

import pytest
from metadata_copy import MetadataCopy

from barometer.codebook import Codebook
from barometer.codebook.rules import Answered

LATER = """
number = 9
period = "2026-2027"
da = "Innovationsbarometeret, 9. udgave"
en = "Innovation barometer, 9th edition"
fieldwork = "2028"
unit = "workplace"
publisher_da = "En udgiver"
publisher_en = "A publisher"
source = "https://example.org/wave9"
questions = ["introduced", "initiator", "partner", "financing", "factor", "evaluated"]

[design]
answers = 1000
stratum = []
"""
CHANGES = """
[[change]]
wave = 9
effect = "comparable"
da = "Perioden er en anden."
en = "The period is another."
source = "https://example.org/wave9"

[[change]]
wave = 9
subjects = ["evaluated"]
effect = "break"
da = "Evaluering spørges på en ny måde."
en = "Evaluation is asked in a new way."
source = "https://example.org/wave9"
inferred = true
"""
ELSEWHERE = """
[[indicator."positive_role.foundations".elsewhere]]
waves = [9]
parts = { promoted = "factor.foundations:promoted", started = "initiator:foundations" }
reason = { da = "Uden samarbejde og finansiering.", en = "Without collaboration and financing." }
source = "https://example.org/wave9"
"""
FIGURE = """
[causes]
kind = "bars"
theme = "initiators"
indicators = ["initiator.employees", "initiator.drought"]
neutral = { da = "Årsager", en = "Causes" }
subtitle = { da = "Andel, {period}", en = "Share, {period}" }
note = { da = "Op til tre.", en = "Up to three." }
notes = { 9 = { da = "Det regnede ikke.", en = "It did not rain." } }
sources = { 3 = "https://example.org/3", 9 = "https://example.org/9" }
"""
# The option of `partner`; that of `initiator` is not inferred.
INSTITUTIONS = (
    '{ code = "knowledge_institutions", da = "Videregående uddannelses- og forskningsinstitutioner", '
    'en = "Higher-education and research institutions", inferred = true'
)


@pytest.fixture
def copy(tmp_path: Path) -> MetadataCopy:
    copy = MetadataCopy(tmp_path)
    copy.write("waves/wave9.toml", LATER)
    copy.write("changes.toml", CHANGES)
    copy.append("indicators.toml", ELSEWHERE)
    economic = '  { code = "economic_pressure", da = "Økonomisk pres", en = "Economic pressure" },'
    copy.replace(
        "questions.toml", economic, f'{economic}\n  {{ code = "drought", da = "Tørke", en = "Drought", waves = [9] }},'
    )
    copy.replace(
        "questions.toml",
        f"{INSTITUTIONS} }}",
        f"{INSTITUTIONS}, waves = [3] }}",
    )
    return copy


@pytest.fixture
def bare(copy: MetadataCopy) -> MetadataCopy:
    """Without what was published about the waves that the edits concern."""
    copy.write("claims.csv", (copy.folder / "claims.csv").read_text(encoding="utf-8").splitlines()[0] + "\n")
    copy.write("figures.toml", "")
    return copy


@pytest.fixture
def book(bare: MetadataCopy) -> Codebook:
    return bare.load()


def test_an_option_of_some_waves_is_a_column_of_those_only(book: Codebook) -> None:
    assert "initiator.drought" not in book.columns(3)
    assert "initiator.drought" in book.columns(9)
    assert "partner.knowledge_institutions" in book.columns(3)
    assert "partner.knowledge_institutions" not in book.columns(9)


def test_what_a_wave_cannot_make_it_does_not_have(book: Codebook) -> None:
    later = book.in_wave(9)
    assert "novelty.first" not in later.indicators
    assert "novelty_known" not in later.bases
    assert "novelty_level" not in later.domains
    assert "level" in later.domains
    assert list(later.questions) == ["introduced", "initiator", "partner", "financing", "factor", "evaluated"]


def test_a_union_that_lacks_a_part_in_a_wave_is_not_made_of_the_rest(book: Codebook) -> None:
    assert "positive_role.knowledge_institutions" in book.in_wave(3).indicators
    assert "positive_role.knowledge_institutions" not in book.in_wave(9).indicators


def test_a_group_of_answers_is_narrowed_to_those_offered(book: Codebook) -> None:
    (term,) = book.in_wave(9).indicators["partner.any"].rule.terms
    assert isinstance(term, Answered)
    assert len(term.columns) == 8
    assert "partner.knowledge_institutions" not in term.columns


def test_a_definition_of_its_own_has_its_own_parts(book: Codebook) -> None:
    early, late = (book.in_wave(number).indicators for number in (3, 9))
    assert early["positive_role.foundations"].parts == tuple(
        f"positive_role.foundations.{part}" for part in ("promoted", "collaborated", "financed", "started")
    )
    assert late["positive_role.foundations"].parts == tuple(
        f"positive_role.foundations.{part}" for part in ("promoted", "started")
    )
    assert "positive_role.foundations.financed" not in late


def test_narrowing_twice_is_narrowing_once(book: Codebook) -> None:
    assert book.in_wave(9).in_wave(9) is book.in_wave(9)


@pytest.mark.parametrize(
    ("indicator", "verdict", "reasons"),
    [
        ("innovative", "comparable", ["The period is another."]),
        ("evaluated.yes", "break", ["The period is another.", "Evaluation is asked in a new way."]),
        ("positive_role.foundations", "break", ["Without collaboration and financing.", "The period is another."]),
        (
            "partner.any",
            "break",
            ["The answers that count are not the same in the two waves.", "The period is another."],
        ),
        ("novelty.first", "not_comparable", ["Wave 9 does not have it.", "The period is another."]),
        ("initiator.drought", "not_comparable", ["Wave 3 does not have it.", "The period is another."]),
    ],
)
def test_waves_are_compared_by_their_definitions_and_the_changes_between_them(
    book: Codebook, indicator: str, verdict: str, reasons: list[str]
) -> None:
    for waves in ((3, 9), (9, 3)):
        found = book.comparability(indicator, *waves)
        assert (found.first, found.second, found.verdict) == (3, 9, verdict)
        assert [reason.en for reason in found.reasons] == reasons


def test_a_wave_is_comparable_with_itself(book: Codebook) -> None:
    assert book.comparability("evaluated.yes", 9, 9).verdict == "comparable"
    assert repr(book.comparability("evaluated.yes", 3, 9)).startswith(
        "evaluated.yes, waves 3 and 9: comparable with a break. The period is another."
    )


def test_waves_and_subjects_that_do_not_exist_are_faults(copy: MetadataCopy) -> None:
    copy.write("changes.toml", CHANGES.replace("wave = 9", "wave = 8", 1).replace('["evaluated"]', '["evalated"]'))
    copy.replace("indicators.toml", "waves = [9]", "waves = [7]")
    copy.replace("questions.toml", "waves = [9]", "waves = [6]")
    assert {(fault.column, fault.message) for fault in copy.faults()} == {
        ("changes.toml, wave 8", "no wave 8"),
        ("changes.toml, wave 9", "no question, family, indicator or domain 'evalated'"),
        ("indicators.toml.positive_role.foundations", "no wave 7"),
        ("questions.toml.initiator.drought", "no wave 6"),
    }


def test_a_claim_about_what_its_wave_did_not_ask_is_a_fault(copy: MetadataCopy) -> None:
    copy.replace("claims.csv", "w3-break_with_practice-01,3,", "w3-break_with_practice-01,9,")
    copy.replace("figures.toml", '{ 3 = "https://innovationsbarometer.coi.dk/genbrug-og-del/"', '{ 9 = "https://x.org"')
    found = {(fault.column, fault.message) for fault in copy.faults()}
    assert ("claims.csv.w3-break_with_practice-01", "no indicator 'practice.dont_know' in wave 9") in found
    assert any(message == "wave 9 does not have 'shared.yes'" for _, message in found)


def test_an_option_that_came_later_and_stayed_needs_no_list_of_waves(bare: MetadataCopy) -> None:
    bare.replace("questions.toml", "waves = [9]", "since = 9")
    bare.replace("questions.toml", f"{INSTITUTIONS}, waves = [3] }}", f"{INSTITUTIONS}, since = 3 }}")
    book = bare.load()
    assert "initiator.drought" not in book.columns(3)
    assert "initiator.drought" in book.columns(9)
    assert [wave for wave in (1, 2, 3, 9) if "partner.knowledge_institutions" in book.columns(wave)] == [3, 9]


def test_a_row_of_a_grid_can_come_later_too(bare: MetadataCopy) -> None:
    row = '{ code = "error_handling", da = "Måden fejl håndteres på", en = "How errors are handled", inferred = true'
    bare.replace("questions.toml", row, f"{row}, since = 9")
    book = bare.load()
    assert "factor.error_handling" not in book.columns(3)
    assert "factor.error_handling" in book.columns(9)


def test_the_first_wave_of_an_option_must_be_there(copy: MetadataCopy) -> None:
    copy.replace("questions.toml", "waves = [9]", "since = 6")
    (fault,) = copy.faults()
    assert (fault.column, fault.message) == ("questions.toml.initiator.drought", "no wave 6")


def test_a_figure_draws_what_its_wave_had_but_never_without_its_first_indicator(bare: MetadataCopy) -> None:
    bare.write("figures.toml", FIGURE)
    figures = {wave: bare.load().in_wave(wave).figure("causes") for wave in (3, 9)}
    assert figures[3].indicators == ("initiator.employees",)
    assert figures[9].indicators == ("initiator.employees", "initiator.drought")
    assert figures[3].note.en == "Up to three."
    assert figures[9].note.da == "Op til tre. Det regnede ikke."
    bare.write("figures.toml", FIGURE.replace('"initiator.employees", "initiator.drought"', '"initiator.drought"'))
    (fault,) = bare.faults()
    assert (fault.column, fault.message) == ("figures.toml.causes", "wave 3 does not have 'initiator.drought'")
    bare.write("figures.toml", FIGURE.replace('"initiator.drought"]', '"novelty.first"]'))
    (fault,) = bare.faults()
    assert fault.message == "wave 9 does not have 'novelty.first'"


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ("1 = {", "has a note on wave 1, which did not publish it"),
        ("nine = {", "notes: 'nine' is no number of a wave"),
        ('9 = { en = "x", da = 1 }, 3 = {', "da must be a text"),
        ("9 = 4, 3 = {", "9 must be a table"),
    ],
)
def test_a_note_must_be_two_texts_on_a_wave_that_published_the_figure(
    bare: MetadataCopy, note: str, message: str
) -> None:
    bare.write("figures.toml", FIGURE.replace("notes = { 9 = {", f"notes = {{ {note}"))
    assert message in {fault.message for fault in bare.faults()}
