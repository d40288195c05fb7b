"""Blanks with a meaning, ranges of codes, columns ignored by pattern, registers of many groups."""

from pathlib import Path

import pandas as pd
import pytest
from tiny_wave import DOMAINS, tiny_codebook

from barometer.codebook import Codebook, load_codebook
from barometer.errors import DeliveryError, Fault, LayoutError
from barometer.microdata.layout import Layout, load_layout
from barometer.microdata.load import read_and_check

LAYOUT = """
wave = 9
kind = "delivery"
ignored = ["x_*", "[odd]"]
[file]
name = "nine.csv"
delimiter = ";"
decimal = "."
encoding = "utf-8"
[design]
id = "nr"
weight = "w"
population = ""
[registers]
region = { column = "land", codes = "region", blank = "south" }
[answers]
"builds" = { column = "a", codes = "builds", blank = "dont_know" }
"tool.hammer" = { column = "b1", codes = "ticked", blank = "no" }
"tool.saw" = { column = "b2", codes = "ticked", blank = "no" }
"tool.none" = { column = "b3", codes = "ticked", blank = "no" }
"tool.unsure" = { column = "b4", codes = "ticked", blank = "no" }
"place.hammer.in" = { column = "c11", codes = "ticked", blank = "no" }
"place.hammer.out" = { column = "c12", codes = "ticked", blank = "no" }
"place.saw.in" = { column = "c21", codes = "ticked", blank = "no" }
"place.saw.out" = { column = "c22", codes = "ticked", blank = "no" }
"mood.work" = { column = "d1", codes = "mood" }
"mood.home" = { column = "d2", codes = "mood", blank = "not_relevant" }
[codes]
region = { N = "north", S = "south" }
builds = { "1..49" = "yes", 0 = "no", "99.5..100" = "dont_know" }
ticked = { "1..4" = "yes" }
mood = { -1 = "bad", "0..0.5" = "dull", 1 = "good" }
"""

HEADER = "nr;w;land;a;b1;b2;b3;b4;c11;c12;c21;c22;d1;d2;x_1;x_note;[odd]\n"
ROWS = [
    "w1;1;N;1;1;;;;1;;;;-1;1;;;",
    "w2;1;N;49;;2;;;;;3;4;0;;7;;",
    "w3;1;;0;;;;;;;;;0.5;1;;z;",
    "w4;1;S;;;;;;;;;;1;1;;;",
    "w5;1;S;7;;;3;;;;;;1;-1;;;y",
]


@pytest.fixture
def book(tmp_path: Path) -> Codebook:
    return tiny_codebook(tmp_path / "metadata")


def write(folder: Path, rows: list[str] = ROWS, layout: str = LAYOUT) -> Path:
    (folder / "nine.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    path = folder / "nine.layout.toml"
    path.write_text(layout, encoding="utf-8")
    return path


def loaded(book: Codebook, path: Path) -> pd.DataFrame:
    return read_and_check(path, book).wave.microdata


def faults(book: Codebook, path: Path) -> tuple[Fault, ...]:
    with pytest.raises((DeliveryError, LayoutError)) as caught:
        read_and_check(path, book)
    assert isinstance(caught.value, DeliveryError | LayoutError)
    return caught.value.faults


def words(microdata: pd.DataFrame, name: str) -> str:
    return " ".join("-" if pd.isna(value) else value for value in microdata[name])


def test_a_blank_is_the_answer_named_where_the_row_was_asked_and_a_blank_elsewhere(
    book: Codebook, tmp_path: Path
) -> None:
    microdata = loaded(book, write(tmp_path))
    assert words(microdata, "tool.hammer") == "yes no - - no"
    assert words(microdata, "tool.saw") == "no yes - - no"
    assert words(microdata, "tool.none") == "no no - - yes"
    # The loop is asked for each tool that was ticked: its routing sees what the blanks before it became.
    assert words(microdata, "place.hammer.in") == "yes - - - -"
    assert words(microdata, "place.hammer.out") == "no - - - -"
    assert words(microdata, "place.saw.in") == "- yes - - -"
    assert words(microdata, "mood.home") == "good not_relevant good good bad"
    assert words(microdata, "builds") == "yes yes no dont_know yes"
    assert words(microdata, "region") == "north north south south south"


def test_a_blank_that_has_no_meaning_is_a_fault_where_the_row_was_asked(book: Codebook, tmp_path: Path) -> None:
    rows = [ROWS[0].replace(";-1;1;", ";;1;"), *ROWS[1:]]
    (fault,) = faults(book, write(tmp_path, rows))
    assert (fault.rule, fault.column, fault.rows) == ("routing", "d1", (2,))


def test_a_tick_of_those_who_were_not_asked_is_not_lost(book: Codebook, tmp_path: Path) -> None:
    rows = [*ROWS[:2], ROWS[2].replace(";0;;;", ";0;1;;"), *ROWS[3:]]
    assert ("routing", "b1", (4,)) in [(f.rule, f.column, f.rows) for f in faults(book, write(tmp_path, rows))]


def test_a_range_stands_for_every_number_from_end_to_end(book: Codebook, tmp_path: Path) -> None:
    microdata = loaded(book, write(tmp_path))
    assert words(microdata, "mood.work") == "bad dull dull good good"
    for code, answer in (("1", "yes"), ("49", "yes"), ("1.5", "yes"), ("0", "no"), ("100", "dont_know")):
        row = ROWS[0].replace(";N;1;", f";N;{code};")
        if answer != "yes":
            row = f"w1;1;N;{code};;;;;;;;;1;1;;;"
        assert loaded(book, write(tmp_path, [row, *ROWS[1:]]))["builds"].iloc[0] == answer


@pytest.mark.parametrize("code", ["50", "0.9", "-1", "one", "99"])
def test_a_code_outside_the_ranges_is_unknown(book: Codebook, tmp_path: Path, code: str) -> None:
    rows = [ROWS[0].replace(";N;1;", f";N;{code};"), *ROWS[1:]]
    assert ("codes", "a", (2,)) in [(f.rule, f.column, f.rows) for f in faults(book, write(tmp_path, rows))]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"1..49" = "yes", 0', '"1..49" = "yes", "49..60" = "no", 0', "'1..49' and '49..60' overlap"),
        ('"1..49" = "yes"', '"49..1" = "yes"', "'49..1' is no range, it ends before it begins"),
        ('blank = "dont_know"', 'blank = "dunno"', "the codes lead to 'dunno', which is no answer"),
        ('blank = "south"', 'blank = "west"', "the codes lead to 'west', which is no group"),
        ('blank = "south"', "blank = 1", "blank must be a text"),
    ],
)
def test_ranges_and_blanks_that_cannot_be_are_faults_of_the_layout(
    book: Codebook, tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert LAYOUT.count(old) == 1
    found = faults(book, write(tmp_path, layout=LAYOUT.replace(old, new)))
    assert any(message in fault.message for fault in found)


def read_layout(book: Codebook, tmp_path: Path, ignored: str) -> Layout:
    return load_layout(write(tmp_path, layout=LAYOUT.replace('ignored = ["x_*", "[odd]"]', ignored)), book)


def test_patterns_ignore_what_is_not_mapped(book: Codebook, tmp_path: Path) -> None:
    layout = read_layout(book, tmp_path, 'ignored = ["b*", "[odd]", "x_?"]')
    assert [name for name in ("b9", "x_1", "x_note", "[odd]", "o", "X_1") if layout.ignores(name)] == [
        "b9",
        "x_1",
        "[odd]",
    ]
    unknown = faults(book, tmp_path / "nine.layout.toml")
    assert [(fault.rule, fault.column) for fault in unknown] == [("columns", "x_note")]


def test_a_mapped_column_may_not_be_ignored_by_its_name_but_a_pattern_may_meet_it(
    book: Codebook, tmp_path: Path
) -> None:
    path = write(tmp_path, layout=LAYOUT.replace('"x_*"', '"b1", "x_*"'))
    assert any("'b1' is mapped too" in fault.message for fault in faults(book, path))
    assert loaded(book, write(tmp_path, layout=LAYOUT.replace('"x_*"', '"b?", "x_*"')))["tool.hammer"].iloc[0] == "yes"


def test_a_register_may_have_hundreds_of_groups(tmp_path: Path) -> None:
    tiny_codebook(tmp_path / "metadata")
    groups = ", ".join(f'{{ code = "g{n}", da = "{n}", en = "{n}" }}' for n in range(300))
    unit = f'\n[unit]\nkind = "register"\nda = "Enhed"\nen = "Unit"\ngroups = [{groups}]\n'
    (tmp_path / "metadata" / "domains.toml").write_text(DOMAINS + unit, encoding="utf-8")
    codes = ", ".join(f'{n} = "g{n}"' for n in range(300))
    layout = LAYOUT.replace("[answers]", 'unit = { column = "x_1", codes = "unit" }\n[answers]')
    layout = layout.replace("[codes]", f"[codes]\nunit = {{ {codes} }}")
    numbers = [0, 127, 128, 255, 299]
    cells = [row.split(";") for row in ROWS]
    rows = [";".join([*row[:14], str(number), *row[15:]]) for row, number in zip(cells, numbers, strict=True)]
    microdata = loaded(load_codebook(tmp_path / "metadata"), write(tmp_path, rows, layout))
    assert list(microdata["unit"].astype(str)) == [f"g{number}" for number in numbers]
