"""What the loader says of metadata folders that are broken."""

import shutil
from pathlib import Path

import pytest
from metadata_copy import MetadataCopy

from barometer.errors import BarometerError, MissingFileError

INDICATOR = """
[indicator."test.indicator"]
base = "innovative"
any = ["{rule}"]
da = "en prøve"
en = "a test"
source = "https://example.org"
"""


@pytest.fixture
def copy(tmp_path: Path) -> MetadataCopy:
    return MetadataCopy(tmp_path)


def test_an_unchanged_copy_is_the_shipped_codebook_with_the_claims_of_wave_3(copy: MetadataCopy) -> None:
    book = copy.load()
    assert book.folder == copy.folder
    assert len(book.claims) == 176


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "message"),
    [
        # an unknown key, a missing key, a wrong type
        ("scales.toml", 'is = "no" },', 'means = "no" },', "scales.toml.yes_no.answers[no]", "means is not a key"),
        ("questions.toml", 'asked_of = "all"', 'askd_of = "all"', "questions.toml.introduced", "asked_of is missing"),
        (
            "questions.toml",
            "max_ticks = 3",
            'max_ticks = "3"',
            "questions.toml.initiator",
            "must be a number",
        ),
        ("bases.toml", 'da = "alle arbejdspladser"\n', "", "bases.toml.all", "da is missing"),
        ("indicators.toml", 'dont_know = "no"', "dontknow = 1", "indicators.toml.innovative", "dontknow is not a key"),
        ("indicators.toml", 'base = "all"\n', "", "indicators.toml.innovative", "base is missing"),
        ("indicators.toml", 'base = "all"', "base = 7", "indicators.toml.innovative", "base must be a text"),
        ("domains.toml", 'da = "Kommuner", ', "", "domains.toml.level.groups[municipality]", "da is missing"),
        (
            "domains.toml",
            'kind = "register"',
            'kind = "file"',
            "domains.toml.level",
            "kind must be register or answers",
        ),
        ("figures.toml", 'kind = "union"', 'kind = "pie"', "figures.toml.innovative_types", "union, bars, domains"),
        ("figures.toml", 'order = "given"', 'order = "up"', "figures.toml.novelty", "value or given"),
        ("waves/wave3.toml", "sample = 4542", "sample = 4542.5", "waves/wave3.toml.design", "a whole number"),
        ("waves/wave3.toml", 'unit = "workplace"\n', "", "waves/wave3.toml", "unit is missing"),
        # choices
        (
            "indicators.toml",
            'dont_know = "no"',
            'dont_know = "yes"',
            "indicators.toml.innovative",
            "keep, drop, no",
        ),
        ("questions.toml", 'scale = "yes_no"', 'scale = "yesno"', "questions.toml.introduced", "no scale 'yesno'"),
        (
            "questions.toml",
            'loop_over = "partner"',
            'loop_over = "x"',
            "questions.toml.phase",
            "must name a question with ticks, not 'x'",
        ),
        # names that point nowhere
        ("questions.toml", 'asked_of = "reused"', 'asked_of = "x"', "questions.toml.inspiration", "no base 'x'"),
        ("bases.toml", 'of = "all"', 'of = "x"', "bases.toml.innovative", "no base 'x'"),
        ("indicators.toml", 'base = "all"', 'base = "x"', "indicators.toml.innovative", "no base 'x'"),
        ("indicators.toml", "{ promoted =", "{ x =", "indicators.toml.positive_role.employees", "no [part.x]"),
        ("domains.toml", 'inside = "level"', 'inside = "x"', "domains.toml.sector", "no domain 'x' to lie inside"),
        ("domains.toml", 'of = "region"', 'of = "x"', "domains.toml.sector", "must name a group of level"),
        (
            "domains.toml",
            'question = "novelty"',
            'question = "x"',
            "domains.toml.novelty_level",
            "no answer column 'x'",
        ),
        ("domains.toml", '["first"]', '["x"]', "domains.toml.novelty_level", "'novelty' has no answer 'x'"),
        ("figures.toml", 'by = "level"', 'by = "x"', "figures.toml.innovative_by_level", "no domain 'x'"),
        (
            "figures.toml",
            'by = "level"\n',
            "",
            "figures.toml.innovative_by_level",
            "kinds domains and levels need `by`",
        ),
        ("figures.toml", "sources = { 3 =", "sources = { 8 =", "figures.toml.process_org", "no wave 8"),
        ("figures.toml", '"core_task.linked"', '"x"', "figures.toml.core_task", "no indicator 'x'"),
        ("waves/wave3.toml", '"novelty"', '"x"', "waves.3", "no question 'x'"),
        ("waves/wave3.toml", '"sector", "size"', '"x", "size"', "waves.3", "no register domain 'x' to make strata of"),
        # text that is not TOML
        ("indicators.toml", "[part.started]", "[part.started", "indicators.toml", "is not valid TOML"),
        ("domains.toml", "[size]", "[level]", "domains.toml", "is not valid TOML"),
    ],
)
def test_a_fault_is_named_with_its_file_and_record(
    copy: MetadataCopy, file: str, old: str, new: str, where: str, message: str
) -> None:
    copy.replace(file, old, new)
    faults = copy.faults()
    assert all(fault.rule == "codebook" for fault in faults)
    assert any(fault.column == where and message in fault.message for fault in faults), faults


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("nosuch:yes", "there is no question 'nosuch'"),
        ("novelty:frst", "question 'novelty' has no answer or group 'frst'"),
        ("factor.nosuch:promoted", "grid 'factor' has no item 'nosuch'"),
        ("novelty#1", "'#' counts ticks, and 'novelty' is not a multi question"),
        ("@nosuch", "no indicator 'nosuch'"),
        ("novelty is first", "'novelty is first' is none of question:answer"),
    ],
)
def test_a_rule_that_names_nothing_is_a_fault_of_its_indicator(copy: MetadataCopy, rule: str, message: str) -> None:
    copy.append("indicators.toml", INDICATOR.format(rule=rule))
    (fault,) = copy.faults()
    assert fault.column == "indicators.toml.test.indicator"
    assert fault.message.startswith(message)


def test_a_base_inside_itself_is_a_circle(copy: MetadataCopy) -> None:
    copy.replace("bases.toml", 'of = "all"\nany = ["@innovative"]', 'of = "evaluated"\nany = ["@innovative"]')
    assert "is defined by itself: base innovative > base evaluated > base innovative" in {
        fault.message for fault in copy.faults()
    }


def test_an_indicator_of_a_base_made_from_it_is_a_circle(copy: MetadataCopy) -> None:
    copy.replace("indicators.toml", 'base = "all"', 'base = "innovative"')
    assert "is defined by itself: base innovative > indicator innovative > base innovative" in {
        fault.message for fault in copy.faults()
    }


@pytest.mark.parametrize(
    ("old", "new", "column", "row", "message"),
    [
        (",10,1877,", ",ten,1877,", "published", 2, "must be a number or empty"),
        (",10,1877,", ",,1877,", "published", 2, "is the number of an exact claim, and empty for every other"),
        (",share,exact,", ",shre,exact,", "statistic", 2, "must be one of share, difference, ratio, rank"),
        (",share,exact,", ",share,exct,", "check", 2, "must be one of exact, range, direction, nothing"),
        (",1877,25,35,", ",1877,25,,", "low", 3, "low and high are the range of a worded claim"),
        (",overall,yes>no,", ",sometimes,yes>no,", "direction", 5, "must be one of more, less, none, overall"),
        (",overall,yes>no,", ",,yes>no,", "direction", 5, "belongs to a claim about significance"),
        (",yes>no,", ",yes<no,", "order", 5, "must be group>group, separated by semicolons"),
        (",keep,yes,high,", ",keep,ja,high,", "fitted", 2, "must be yes or no"),
        (",keep,yes,high,", ",maybe,yes,high,", "dont_know", 2, "must be one of keep, drop, no, disagree"),
        (",keep,yes,high,", ",keep,yes,certain,", "confidence", 2, "must be one of high, medium, low"),
        (
            "»tre af ti«: tættere på den end på tiendedelene ved siden af",
            "",
            "reason_da",
            3,
            "texts come in both languages or in none",
        ),
    ],
)
def test_a_fault_in_a_claim_has_its_column_and_row(
    copy: MetadataCopy, old: str, new: str, column: str, row: int, message: str
) -> None:
    copy.replace("claims.csv", old, new)
    found = [fault for fault in copy.faults() if fault.column == f"claims.csv {column}" and fault.rows == (row,)]
    assert any(fault.message.startswith(message) for fault in found)


@pytest.mark.parametrize(
    ("old", "new", "claim", "message"),
    [
        (",practice.dont_know,", ",practice.x,", "w3-break_with_practice-01", "no indicator 'practice.x'"),
        (",practice.dont_know,", ",,", "w3-break_with_practice-01", "needs an indicator"),
        (",innovative,,,,,10,", ",inventive,,,,,10,", "w3-break_with_practice-01", "no base 'inventive'"),
        ("-01,3,share,exact", "-01,8,share,exact", "w3-break_with_practice-01", "no wave 8"),
        (",yes>no,", ",yes>maybe,", "w3-collaboration_any-01", "has no group 'maybe'"),
        (",yes,no,,,1877", ",yes,maybe,,,1877", "w3-collaboration_any-01", "has no group 'maybe'"),
        (",positive_role.political_leadership,yes,", ",x,yes,", "w3-collaboration_any-01", "There is no domain 'x'"),
        (",positive_role.political_leadership,yes,", ",,yes,", "w3-collaboration_any-01", "groups need a domain"),
    ],
)
def test_a_claim_about_nothing_is_named_by_its_id(
    copy: MetadataCopy, old: str, new: str, claim: str, message: str
) -> None:
    copy.replace("claims.csv", old, new)
    (fault,) = copy.faults()
    assert fault.column == f"claims.csv.{claim}"
    assert message in fault.message


def test_a_claim_id_used_twice_is_counted(copy: MetadataCopy) -> None:
    second = (copy.folder / "claims.csv").read_text(encoding="utf-8").splitlines()[1]
    copy.append("claims.csv", second + "\n")
    (fault,) = copy.faults()
    assert (fault.column, fault.message) == ("claims.csv", "the id w3-break_with_practice-01 is used 2 times")


@pytest.mark.parametrize("header", ["id,wav,", "wave,id,", "id,wave,extra,"])
def test_a_claims_header_must_be_the_one_there_is(copy: MetadataCopy, header: str) -> None:
    copy.replace("claims.csv", "id,wave,", header)
    (fault,) = copy.faults()
    assert fault.column == "claims.csv"
    assert fault.message.startswith("the columns must be id, wave, statistic, check,")


def test_a_wave_described_twice_is_a_fault(copy: MetadataCopy) -> None:
    shutil.copy(copy.folder / "waves/wave3.toml", copy.folder / "waves/wave3_again.toml")
    (fault,) = copy.faults()
    assert (fault.column, fault.message) == ("waves/wave3_again.toml", "wave 3 is described twice")


def test_a_folder_without_a_wave_is_a_fault(copy: MetadataCopy) -> None:
    for path in (copy.folder / "waves").iterdir():
        path.unlink()
    (fault,) = copy.faults()
    assert (fault.column, fault.message) == ("waves/", "holds no wave")


def test_unreadable_records_in_several_files_are_reported_in_one_error(copy: MetadataCopy) -> None:
    copy.replace("bases.toml", 'da = "alle arbejdspladser"\n', "")
    copy.replace("indicators.toml", '["latest_type#1"]', '["latest_type#one"]')
    copy.replace("domains.toml", "[size]", "[size")
    copy.replace("figures.toml", 'order = "given"', 'order = "up"')
    copy.replace("waves/wave3.toml", "sample = 4542", 'sample = "4542"')
    copy.replace("claims.csv", ",10,1877,", ",10,many,")
    copy.replace("claims.csv", ",keep,yes,high,", ",keep,ja,high,")
    assert [fault.column for fault in copy.faults()] == [
        "bases.toml.all",
        "indicators.toml.latest_type_count.one",
        "domains.toml",
        "figures.toml.novelty",
        "waves/wave3.toml.design",
        "claims.csv published_n",
        "claims.csv fitted",
    ]


def test_records_that_contradict_each_other_in_several_files_are_reported_in_one_error(copy: MetadataCopy) -> None:
    copy.replace("questions.toml", 'asked_of = "reused"', 'asked_of = "x"')
    copy.replace("domains.toml", '["first"]', '["x"]')
    copy.replace("waves/wave3.toml", '"novelty"', '"x"')
    copy.replace("claims.csv", ",practice.dont_know,", ",practice.x,")
    copy.replace("figures.toml", 'by = "level"', 'by = "x"')
    places = [fault.column for fault in copy.faults() if not fault.column.startswith("indicators.toml.inspiration")]
    assert places == [
        "questions.toml.inspiration",
        "domains.toml.novelty_level",
        "waves.3",
        "claims.csv.w3-break_with_practice-01",
        "figures.toml.innovative_by_level",
    ]


def test_faults_of_one_record_do_not_hide_those_of_others(copy: MetadataCopy) -> None:
    copy.replace("figures.toml", 'kind = "union"', 'kind = "unoin"')
    copy.replace("bases.toml", 'of = "novelty_known"', 'of = "novelty_unknown"')
    copy.replace("claims.csv", ",10,1877,", ",181,1877,")
    copy.replace("claims.csv", ",25,35,", ",35,25,")
    copy.replace("claims.csv", ",phase.other_kind,", ",phase.x,")
    assert [fault.column for fault in copy.faults()] == [
        "figures.toml.innovative_types",
        "claims.csv published",
        "claims.csv low",
        "bases.toml.reused",
        "claims.csv.w3-collaboration_phase-01",
    ]


@pytest.mark.parametrize(
    "file",
    ["codebook", "scales", "questions", "bases", "indicators", "domains"],
)
def test_a_missing_file_is_named(copy: MetadataCopy, file: str) -> None:
    path = copy.folder / f"{file}.toml"
    path.unlink()
    with pytest.raises(MissingFileError, match="There is no codebook file at") as caught:
        copy.load()
    assert caught.value.path == path
    assert isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value, BarometerError)
