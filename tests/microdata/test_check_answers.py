"""Routing, ticks and answers that stand alone, in a wave of eight workplaces; what follows from a fault is not told."""

from pathlib import Path

import pytest
from test_new_wave import LAYOUT
from tiny_wave import ANSWERS, tiny_codebook

import barometer as bm
from barometer.errors import Fault

COLUMNS = ["a", "b1", "b2", "b3", "b4", "c11", "c12", "c21", "c22", "d1", "d2"]


def findings(folder: Path, cells: dict[tuple[int, str], str], lacking: str = "") -> list[Fault]:
    """Check the eight workplaces with other text in some cells, by editor's row and column, and one column left out."""
    book = tiny_codebook(folder / "metadata")
    kept = [name for name in COLUMNS if name != lacking]
    lines = ["|".join(["nr", "vægt", "antal", "landsdel", *kept])]
    for number, words in enumerate(zip(*(words.split() for words in ANSWERS.values()), strict=True), start=1):
        row = dict(zip(COLUMNS, words, strict=True))
        row |= {column: text for (at, column), text in cells.items() if at == number + 1}
        region = row.pop("landsdel", "N" if number < 5 else "S")
        lines.append("|".join([f"w{number}", "10.0", "40", region, *(row[name] for name in kept)]))
    (folder / "nine.layout.toml").write_text(LAYOUT, encoding="utf-8")
    (folder / "nine.txt").write_text("\n".join(lines), encoding="latin-1")
    return list(bm.check_delivery(folder / "nine.txt", codebook=book).faults)


def told(faults: list[Fault]) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(fault.rule, fault.column, fault.rows) for fault in faults]


def test_eight_sound_workplaces_have_nothing_to_tell(tmp_path: Path) -> None:
    assert findings(tmp_path, {}) == []


def test_columns_that_are_wrong_in_the_same_rows_are_one_fault(tmp_path: Path) -> None:
    faults = findings(tmp_path, {(2, "a"): "no", (4, "a"): "no"})
    assert told(faults) == [
        ("routing", "b1, b2, b3, b4, c21 and 1 more", (2, 4)),
        ("routing", "c11, c12", (2,)),
    ]
    assert [fault.message for fault in faults] == [
        "tool.hammer, tool.saw, tool.none, tool.unsure, place.saw.in and 1 more were not asked and are answered "
        "in the same rows",
        "place.hammer.in, place.hammer.out were not asked and are answered in the same rows",
    ]


def test_a_blank_and_an_answer_too_many_are_told_apart(tmp_path: Path) -> None:
    faults = findings(tmp_path, {(2, "d1"): "-", (5, "c11"): "yes"})
    assert [(fault.message, fault.column, fault.rows) for fault in faults] == [
        ("place.hammer.in was not asked and is answered", "c11", (5,)),
        ("mood.work was asked and is blank", "d1", (2,)),
    ]


def test_an_unknown_code_takes_only_itself_and_what_it_decides_out_of_the_checks(tmp_path: Path) -> None:
    unknown = {(2, "a"): "maybe", (3, "b1"): "x"}
    assert told(findings(tmp_path / "alone", unknown)) == [("codes", "a", (2,)), ("codes", "b1", (3,))]
    wrong = {(2, "d1"): "-", (2, "c12"): "-", (3, "d2"): "-", (3, "b3"): "-"}
    assert told(findings(tmp_path, unknown | wrong)) == [
        ("codes", "a", (2,)),
        ("codes", "b1", (3,)),
        ("routing", "b3, d2", (3,)),
        ("routing", "d1", (2,)),
    ]


def test_the_questions_that_an_unreadable_answer_decides_are_checked_in_all_other_rows(tmp_path: Path) -> None:
    faults = findings(tmp_path, {(2, "a"): "maybe", (3, "b4"): "-"})
    assert told(faults) == [("codes", "a", (2,)), ("routing", "b4", (3,))]


def test_a_column_that_is_missing_leaves_the_others_of_its_question_checked(tmp_path: Path) -> None:
    faults = findings(tmp_path, {(2, "b2"): "-", (3, "d1"): "-", (4, "c21"): "-"}, lacking="b1")
    assert told(faults) == [("columns", "b1", ()), ("routing", "b2", (2,)), ("routing", "d1", (3,))]


@pytest.mark.parametrize(
    ("cells", "rule", "column", "message"),
    [
        ({"b1": "no", "b2": "no"}, "ticks", "b1 to b4", "tool was asked, but nothing is ticked"),
        ({"b3": "yes"}, "ticks", "b1 to b4", "tool has more than 2 ticks"),
        ({"b2": "no", "b3": "yes"}, "exclusive", "b3", "tool: 'none' is ticked together with another"),
        ({"c11": "no"}, "ticks", "c11 to c12", "place.hammer was asked, but nothing is ticked"),
    ],
)
def test_ticks_are_counted_where_they_belong_together(
    tmp_path: Path, cells: dict[str, str], rule: str, column: str, message: str
) -> None:
    faults = findings(tmp_path, {(2, name): text for name, text in cells.items()})
    assert (rule, column, (2,), message) in [(f.rule, f.column, f.rows, f.message) for f in faults]


def test_ticks_are_not_counted_where_one_could_not_be_read(tmp_path: Path) -> None:
    assert told(findings(tmp_path / "first", {(2, "c11"): "x"})) == [("codes", "c11", (2,))]
    assert told(findings(tmp_path / "last", {(3, "c12"): "x"})) == [("codes", "c12", (3,))]
