"""StatBank's tables: every code has its place in the codebook or a reason why not, and the traps are data."""

from pathlib import Path

import pytest
from metadata_copy import MetadataCopy
from nordland import EXAMPLE

import barometer as bm
from barometer.codebook import Codebook
from barometer.errors import UnknownNameError

FILE = "statbank.toml"


@pytest.fixture(scope="module")
def book() -> Codebook:
    return bm.codebook()


def ours(book: Codebook, table: str, variable: str) -> dict[str, str]:
    """What each code of a variable is in the codebook."""
    return {code.code: code.ours for code in book.statbank[table].variable(variable).codes}


def test_there_are_four_tables_with_their_variables(book: Codebook) -> None:
    assert {name: [v.code for v in table.variables] for name, table in book.statbank.items()} == {
        "OIN01DK": ["OIN01", "INNO", "Tid"],
        "OIN02DK": ["OIN01", "NYHEDSGRAD", "Tid"],
        "OIN03DK": ["OIN01", "OIN03", "Tid"],
        "OIN04DK": ["OIN01", "OIN02", "Tid"],
    }
    assert [table.base for table in book.statbank.values()] == ["all", "innovative", "innovative", "innovative"]


def test_codes_are_the_codebooks_indicators(book: Codebook) -> None:
    assert ours(book, "OIN01DK", "INNO") == {
        "10": "innovative",
        "20": "introduced.product.yes",
        "30": "introduced.service.yes",
        "40": "introduced.process_org.yes",
        "50": "introduced.communication.yes",
    }
    assert ours(book, "OIN02DK", "NYHEDSGRAD") == {
        "60": "novelty.first",
        "70": "novelty.adapted",
        "80": "novelty.copy",
        "90": "novelty.dont_know",
    }
    assert ours(book, "OIN04DK", "OIN02")["260"] == "value.citizen_involvement"
    assert ours(book, "OIN03DK", "OIN03")["140"] == "initiator.political_leadership"


@pytest.mark.parametrize(
    ("table", "variable", "family"), [("OIN03DK", "OIN03", "initiator"), ("OIN04DK", "OIN02", "value")]
)
def test_every_option_of_a_question_has_a_code(book: Codebook, table: str, variable: str, family: str) -> None:
    options = {f"{family}.{answer.code}" for answer in book.question(family).answers}
    assert set(ours(book, table, variable).values()) == options


def test_years_are_waves_and_the_first_wave_is_absent(book: Codebook) -> None:
    for table in book.statbank.values():
        time = table.variable("Tid")
        assert time.rows == "time"
        assert {code.code: code.ours for code in time.codes} == {"2016": "2", "2019": "3", "2023": "4"}
        assert [bool(code.inferred.en) for code in time.codes] == [False, True, False]
        assert time.absent == (1,)


def test_rows_of_the_sector_column_are_parallel_and_never_added(book: Codebook) -> None:
    for table in book.statbank.values():
        sector = table.variable("OIN01")
        assert sector.rows == "parallel"
        assert "Never add rows up" in sector.note.en
        assert [code.ours for code in sector.codes if code.kind == "group"] == [
            "level.municipality",
            "level.region",
            "level.state",
        ]
        assert sector.find("1000").kind == "total"


def test_only_novelty_adds_up_to_a_hundred(book: Codebook) -> None:
    rows = {v.code: v.rows for table in book.statbank.values() for v in table.variables}
    assert rows == {
        "OIN01": "parallel",
        "INNO": "overlapping",
        "NYHEDSGRAD": "exclusive",
        "OIN03": "overlapping",
        "OIN02": "overlapping",
        "Tid": "time",
    }


def test_codes_that_could_not_be_read_are_unknown_and_not_missing(book: Codebook) -> None:
    sector = book.statbank["OIN01DK"].variable("OIN01")
    assert sector.find("3010").kind == "unknown"
    assert "size groups" in sector.find("3010").warning.en
    assert sector.find("4200").kind == "none"
    for code in ("2000", "4200"):
        assert sector.find(code).label.en
    for code in ("999", "4250", "300a", "1500"):
        with pytest.raises(UnknownNameError, match="There is no code of OIN01"):
            sector.find(code)


def test_what_has_no_counterpart_says_why(book: Codebook) -> None:
    for table in book.statbank.values():
        for variable in table.variables:
            for code in variable.codes:
                assert bool(code.ours) == (code.kind in ("group", "indicator", "wave"))
                if code.kind == "none":
                    assert code.warning.da
                    assert code.warning.en


def test_labels_that_differ_from_the_questionnaire_carry_a_warning(book: Codebook) -> None:
    codes = book.statbank["OIN02DK"].variable("NYHEDSGRAD").codes
    assert [code.code for code in codes if code.warning.en] == ["70", "80"]
    told = book.statbank["OIN02DK"].warnings("en")
    assert [line.partition(":")[0] for line in told if "adapted" in line] == ["70", "80"]


def test_codes_set_in_later_are_marked_and_covid_is_of_one_wave(book: Codebook) -> None:
    late = {
        code.code: code.waves
        for table in book.statbank.values()
        for variable in table.variables
        for code in variable.codes
        if code.late
    }
    assert late == {"155": (), "202": (), "207": (), "209": (4,), "265": ()}
    assert any(
        line.startswith("155, 202, 207, 209: Numrene er sat ind") for line in book.statbank["OIN03DK"].warnings("da")
    )


def test_a_variable_named_like_another_table_is_pointed_out(book: Codebook) -> None:
    table = book.statbank["OIN04DK"]
    assert "nothing to do with table OIN02DK" in table.warnings("en")[0]
    assert table.variable("OIN02").name == "value"
    with pytest.raises(UnknownNameError, match=r"There is no variable of OIN04DK 'NYHEDSGRAD'"):
        table.variable("NYHEDSGRAD")


def test_the_frame_has_a_row_for_each_code_and_each_gap(book: Codebook) -> None:
    english, danish = (book.statbank["OIN03DK"].to_frame(lang) for lang in ("en", "da"))
    assert len(english) == len(danish) == 10 + 1 + 17 + 3
    found = english.set_index(["Variable", "Code"])
    assert found.loc[("OIN03", "209"), "In the codebook"] == "initiator.covid19"
    assert found.loc[("OIN03", "209"), "Waves only"] == "4"
    assert found.loc[("OIN01", "2000-4200"), "Kind"] == "unknown"
    assert found.loc[("OIN01", "1010"), "StatBank's label"] == "Municipality"
    assert danish.set_index(["Variabel", "Kode"]).loc[("OIN01", "1010"), "Statistikbankens tekst"] == "Kommune"
    assert found.index.is_unique
    assert "31" not in repr(book.statbank["OIN03DK"])
    assert "30 codes" in repr(book.statbank["OIN03DK"])


def test_a_narrowed_codebook_keeps_the_tables_and_another_country_has_none(book: Codebook) -> None:
    assert book.in_wave(3).statbank == book.statbank
    assert bm.codebook(EXAMPLE / "codebook").statbank == {}


def test_every_fault_of_the_records_is_told_at_once(tmp_path: Path) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace(FILE, '"60", da', '"70", da')
    copy.replace(FILE, 'indicator = "novelty.dont_know"', "total = false")
    copy.replace(FILE, 'en = "Employees", indicator = "initiator.employees"', 'en = "Employees"')
    copy.replace(FILE, 'en = "Managers", indicator', 'en = "Managers", wave = 2, indicator')
    copy.replace(FILE, 'rows = "time"', 'rows = "exclusive"')
    copy.replace(FILE, 'after = "2000", before = "4200"', 'after = "2000", before = "4300"')
    copy.replace(FILE, 'INNO = "type"', 'INNO = "types"')
    copy.append(FILE, "titel = 1\n")
    found = {(fault.column, fault.message) for fault in copy.faults()}
    assert found == {
        ("statbank.toml.variable.novelty", "the code '70' is there 2 times"),
        ("statbank.toml.variable.novelty.codes[90]", "total must be true"),
        (
            "statbank.toml.variable.initiator.codes[100]",
            "must have one of total, group, indicator, wave, none; has none of them",
        ),
        ("statbank.toml.variable.initiator.codes[100]", "none is missing"),
        (
            "statbank.toml.variable.initiator.codes[110]",
            "must have one of total, group, indicator, wave, none; has indicator and wave",
        ),
        ("statbank.toml.variable.initiator.codes[110]", "wave is not a key of this kind of record"),
        ("statbank.toml.variable.time", "rows = 'time' is for codes that are waves, and only for them"),
        ("statbank.toml.variable.government_sector", "unknown: '2000' and '4300' must be codes of the list"),
        ("statbank.toml.variable.government_sector", "the code '4200' is in a gap that is said to be unknown"),
        ("statbank.toml.variable.government_sector", "the code '4210' is in a gap that is said to be unknown"),
        ("statbank.toml.variable.government_sector", "the code '4220' is in a gap that is said to be unknown"),
        ("statbank.toml.variable.government_sector", "the code '4230' is in a gap that is said to be unknown"),
        ("statbank.toml.variable.government_sector", "the code '4240' is in a gap that is said to be unknown"),
        ("statbank.toml.table.OIN01DK", "variables.INNO: there is no [variable.types]"),
        ("statbank.toml.table.OIN04DK", "titel is not a key of this kind of record"),
    }


def test_a_gap_is_between_numbers(tmp_path: Path) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace(FILE, 'after = "2000"', 'after = "two thousand"')
    messages = [fault.message for fault in copy.faults()]
    assert "after and before must be numbers" in messages


@pytest.mark.parametrize(
    ("old", "new", "table", "message"),
    [
        ('indicator = "innovative"', 'indicator = "inovative"', "OIN01DK", "INNO: 10: no indicator 'inovative'"),
        (
            '"10", da = "Innovative i alt", en = "Innovative, total", indicator = "innovative"',
            '"10", da = "Innovative i alt", en = "Innovative, total", indicator = "value.quality"',
            "OIN01DK",
            "INNO: 10: 'value.quality' is a share of 'innovative', the table's are of 'all'",
        ),
        ('base = "all"', 'base = "al"', "OIN01DK", "no base 'al'"),
        (
            'indicator = "initiator.covid19", late = true, waves = [4]',
            'indicator = "initiator.covid19", late = true, waves = [3]',
            "OIN03DK",
            "OIN03: 209: wave 3 does not have 'initiator.covid19', but cells are said to be there",
        ),
        (
            'indicator = "initiator.covid19", late = true, waves = [4]',
            'indicator = "initiator.covid19"',
            "OIN03DK",
            "OIN03: 209: wave 2 does not have 'initiator.covid19'; say `late` or `waves`",
        ),
        (
            'indicator = "initiator.technology"',
            'indicator = "initiator.technology", waves = [2, 3]',
            "OIN03DK",
            "OIN03: 180: wave 4 has 'initiator.technology', but no cells are said to be there",
        ),
        (
            'indicator = "initiator.technology"',
            'indicator = "initiator.technology", waves = [1, 2, 3, 4]',
            "OIN03DK",
            "OIN03: 180: the table has no wave 1",
        ),
        (
            'rows = "exclusive"',
            'rows = "overlapping"',
            "OIN02DK",
            "NYHEDSGRAD: rows = 'overlapping', but one answer is possible",
        ),
        (
            'rows = "overlapping"\nda = "Opnået',
            'rows = "exclusive"\nda = "Opnået',
            "OIN04DK",
            "OIN02: rows = 'exclusive', but more than one answer is possible",
        ),
    ],
)
def test_a_code_that_does_not_hold_in_the_codebook_is_a_fault(
    tmp_path: Path, old: str, new: str, table: str, message: str
) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace(FILE, old, new)
    assert (f"statbank.toml.table.{table}", message) in {(fault.column, fault.message) for fault in copy.faults()}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('group = "level.state"', 'group = "level.states"', "OIN01: 1030: no group 'level.states' of a domain"),
        ('group = "level.state"', 'group = "levels.state"', "OIN01: 1030: no group 'levels.state' of a domain"),
        ("wave = 4 }", "wave = 7 }", "Tid: no wave 7"),
        ("absent = [1]", "absent = [9]", "Tid: no wave 9"),
        ("absent = [1]", "absent = [2]", "Tid: wave 2 is both there and absent"),
    ],
)
def test_a_fault_of_a_shared_variable_is_told_for_each_table(tmp_path: Path, old: str, new: str, message: str) -> None:
    copy = MetadataCopy(tmp_path)
    copy.replace(FILE, old, new)
    told = [fault.column for fault in copy.faults() if fault.message == message]
    assert told == [f"statbank.toml.table.OIN0{number}DK" for number in (1, 2, 3, 4)]


def test_misspelt_tables_of_optional_files_are_faults(tmp_path: Path) -> None:
    copy = MetadataCopy(tmp_path)
    copy.append(FILE, "[tables.OIN05DK]\n")
    copy.write("matches.toml", "[[matches]]\n")
    copy.append("changes.toml", "[[changes]]\n")
    assert {(fault.column, fault.message) for fault in copy.faults()} == {
        ("statbank.toml", "tables is not a key of this kind of record"),
        ("matches.toml", "matches is not a key of this kind of record"),
        ("changes.toml", "changes is not a key of this kind of record"),
    }
