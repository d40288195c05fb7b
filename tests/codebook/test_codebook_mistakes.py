"""Mistakes that are easily made in a metadata folder: each is found, and said once."""

from pathlib import Path

import pytest
from metadata_copy import MetadataCopy

import barometer as bm
from barometer.codebook.grammar import RuleSyntaxError, parse_term
from barometer.errors import ArgumentError, CodebookError, UnknownNameError

RECORD = '\n[indicator."{name}"]\nbase = "all"\n{rule}\nda = "a"\nen = "b"\nsource = "s"\n'


@pytest.fixture
def copy(tmp_path: Path) -> MetadataCopy:
    return MetadataCopy(tmp_path)


def test_indicators_that_define_each_other_are_a_circle(copy: MetadataCopy) -> None:
    copy.append("indicators.toml", RECORD.format(name="aa", rule='any = ["@bb"]'))
    copy.append("indicators.toml", RECORD.format(name="bb", rule='any = ["@aa"]'))
    assert any("is defined by itself" in fault.message for fault in copy.faults())


def test_a_base_made_from_an_unknown_indicator_is_a_fault(copy: MetadataCopy) -> None:
    copy.replace("bases.toml", 'any = ["@innovative"]', 'any = ["@nosuch"]')
    assert [(f.column, f.message) for f in copy.faults()] == [("bases.toml.innovative", "no indicator 'nosuch'")]


@pytest.mark.parametrize("text", ["phase.nosuch:idea", "partner.nosuch:citizens"])
def test_an_item_of_a_question_without_items_is_refused(text: str) -> None:
    with pytest.raises(RuleSyntaxError):
        parse_term(text, bm.codebook().questions)


@pytest.mark.parametrize("rule", ["any = []", "all = []"])
def test_a_rule_without_terms_is_a_fault(copy: MetadataCopy, rule: str) -> None:
    copy.append("indicators.toml", RECORD.format(name="aa", rule=rule))
    assert copy.faults()


@pytest.mark.parametrize("inferred", ['"in one language"', "false", '{ da = "kun dansk" }'])
def test_what_is_inferred_is_said_in_both_languages(copy: MetadataCopy, inferred: str) -> None:
    copy.append(
        "indicators.toml", RECORD.format(name="aa", rule=f'any = ["latest_type:product"]\ninferred = {inferred}')
    )
    (fault,) = copy.faults()
    assert fault.column.startswith("indicators.toml.aa")


def test_faults_of_questions_and_of_other_files_come_in_one_error(copy: MetadataCopy) -> None:
    copy.replace("questions.toml", 'theme = "innovative"\n', "")
    copy.replace("figures.toml", 'order = "given"', 'order = "up"')
    assert {fault.column.partition(".toml")[0] for fault in copy.faults()} == {"questions", "figures"}


def test_a_claim_with_too_few_cells_is_a_fault(copy: MetadataCopy) -> None:
    copy.append("claims.csv", ",".join(["x"] * 3) + "\n")
    with pytest.raises(CodebookError):
        copy.load()


def test_a_claim_without_its_last_cell_is_a_fault(copy: MetadataCopy) -> None:
    text = (copy.folder / "claims.csv").read_text(encoding="utf-8").rstrip("\n").rpartition(",")[0]
    copy.write("claims.csv", text + "\n")
    assert copy.faults()


def test_a_claim_with_too_many_cells_is_a_fault(copy: MetadataCopy) -> None:
    copy.write("claims.csv", (copy.folder / "claims.csv").read_text(encoding="utf-8").rstrip("\n") + ",x\n")
    assert copy.faults()


@pytest.mark.parametrize(
    ("old", "new"), [(",10,1877,", ",10,nan,"), (",10,1877,", ",10,inf,"), (",10,1877,", ",nan,1877,"),
                     (",10,1877,", ",10,1877.5,"), ("-01,3,share", "-01,3.5,share")]
)  # fmt: skip
def test_a_claim_number_is_finite_and_whole_where_it_counts(copy: MetadataCopy, old: str, new: str) -> None:
    copy.replace("claims.csv", old, new)
    assert copy.faults()


def test_a_claim_names_a_question_there_is(copy: MetadataCopy) -> None:
    copy.replace("claims.csv", ",culture,https", ",no_such_question,https")
    assert any("no question 'no_such_question'" in fault.message for fault in copy.faults())


def test_claims_in_another_encoding_are_a_fault(copy: MetadataCopy) -> None:
    path = copy.folder / "claims.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", errors="replace"))
    assert copy.faults()


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_whole_number_is_finite(copy: MetadataCopy, value: str) -> None:
    copy.replace("waves/wave3.toml", "sample = 4542", f"sample = {value}")
    assert copy.faults()


@pytest.mark.parametrize("text", ["indicator = 5\n", "part = 5\n", "[indicator]\nx = 5\n", "[part]\nx = 5\n"])
def test_a_table_of_indicators_that_is_none_is_a_fault(copy: MetadataCopy, text: str) -> None:
    copy.write("indicators.toml", text)
    assert copy.faults()


def test_a_domain_from_an_item_that_is_not_there_is_a_fault(copy: MetadataCopy) -> None:
    copy.replace("domains.toml", '"culture.curious"', '"culture.curius"')
    assert copy.faults()


def test_an_answer_in_two_groups_of_a_domain_is_a_fault(copy: MetadataCopy) -> None:
    copy.replace("domains.toml", 'answers = ["adapted"]', 'answers = ["adapted", "first"]')
    assert copy.faults()


def test_a_wave_must_ask_what_its_routing_needs(copy: MetadataCopy) -> None:
    copy.replace("waves/wave3.toml", '"introduced", ', "")
    assert copy.faults()


@pytest.mark.parametrize("stratum", ['["novelty_level"]', '["novelty_level", "size"]'])
def test_strata_are_made_of_registers(copy: MetadataCopy, stratum: str) -> None:
    copy.replace("waves/wave3.toml", '["sector", "size"]', stratum)
    assert copy.faults()


def test_a_loop_goes_over_a_question_with_ticks(copy: MetadataCopy) -> None:
    copy.replace("questions.toml", 'loop_over = "partner"', 'loop_over = "novelty"')
    assert copy.faults()


def test_a_headline_condition_is_checked(copy: MetadataCopy) -> None:
    copy.replace("figures.toml", 'when = "higher:first:adapted"', 'when = "highr:frst:adapted"')
    assert copy.faults()


def test_an_indicator_may_not_take_the_name_of_an_answer(copy: MetadataCopy) -> None:
    copy.append("indicators.toml", RECORD.format(name="practice.new_approach", rule='any = ["novelty:copy"]'))
    assert copy.faults()


def test_a_label_may_not_be_empty(copy: MetadataCopy) -> None:
    copy.replace("questions.toml", 'da = "Nyhedsgrad", en = "Novelty"', 'da = "", en = ""')
    assert copy.faults()


@pytest.mark.parametrize(
    ("name", "lang", "counted"),
    [
        ("shared.yes", "en", "Tried to share: Yes"),
        ("shared.yes", "da", "Forsøgt delt: Ja"),
        ("introduced.product.yes", "da", "Indførte innovationer, Produkter: Ja"),
    ],
)
def test_explain_names_the_answer_yes(name: str, lang: str, counted: str) -> None:
    assert bm.codebook().explain(name, lang).counted == counted  # type: ignore[arg-type]


def test_an_empty_name_selects_nothing() -> None:
    with pytest.raises(UnknownNameError):
        bm.codebook().select("", 3)


def test_a_kind_of_record_that_is_none_is_refused() -> None:
    with pytest.raises(ArgumentError):
        bm.codebook().to_frame("answers")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError):
        bm.codebook().explain("innovative", "fr")  # type: ignore[arg-type]
