"""Workbooks: types kept, one sheet chosen, and what could fill the memory refused before it does."""

import datetime as dt
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from damaged_files import refusals
from workbook_files import SHEET, Cell, with_part, write_ods, write_xls, write_xlsx

import barometer as bm
from barometer.errors import DeliveryError, DeliveryWarning, Fault
from barometer.microdata import workbook_guards

ROWS: list[list[Cell]] = [["id", "q", "vægt"], ["001", 1.0, 1.5], ["002", None, 2.25], ["003", 98.0, 0.0]]
WRITERS: dict[str, Callable[[Path, list[list[Cell]]], None]] = {
    ".xlsx": write_xlsx,
    ".ods": write_ods,
    ".xls": write_xls,
}


def refused(path: Path, **choices: str) -> Fault:
    with pytest.raises(DeliveryError) as caught:
        bm.read_microdata(path, **choices)
    (fault,) = caught.value.faults
    return fault


def sheet_of(path: Path, rows: str) -> Path:
    """Write a workbook whose only sheet has these rows of XML."""
    write_xlsx(path, [["a", "b"], [1.0, 2.0]])
    with_part(
        path, SHEET, lambda xml: re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), xml)
    )
    return path


@pytest.mark.parametrize("ending", WRITERS)
def test_text_stays_text_and_numbers_stay_numbers(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table{ending}"
    WRITERS[ending](path, ROWS)
    frame = bm.read_microdata(path).frame
    assert list(frame) == ["id", "q", "vægt"]
    assert frame["id"].tolist() == ["001", "002", "003"]
    assert frame["q"].isna().tolist() == [False, True, False]
    assert frame["q"].fillna(-1).tolist() == [1.0, -1.0, 98.0]
    assert frame["vægt"].tolist() == [1.5, 2.25, 0.0]
    assert [str(dtype) for dtype in frame.dtypes] == ["category", "float64", "float64"]


def typed_workbook(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day, clock, span = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "hh:mm:ss", "[h]:mm"))
    sheet.write_row(0, 0, ["day", "moment", "clock", "span", "truth", "gap", "mixed", "truths"])
    for row in (1, 2):
        sheet.write_datetime(row, 0, dt.datetime(2018, 5, row), day)
        sheet.write_datetime(row, 1, dt.datetime(2018, 5, row, 12, 30), day)
        sheet.write_number(row, 2, 0.5, clock)
        sheet.write_number(row, 3, 1.5, span)
        sheet.write_boolean(row, 4, row == 1)
        sheet.write(row, 6, "01" if row == 1 else 1)
    sheet.write_datetime(1, 5, dt.datetime(2018, 5, 1), day)
    sheet.write_boolean(2, 7, True)
    book.close()


def test_dates_times_and_truth_keep_their_type(tmp_path: Path) -> None:
    path = tmp_path / "typed.xlsx"
    typed_workbook(path)
    with pytest.warns(DeliveryWarning, match=r"\[mixed\] mixed: holds numbers and text in one column") as caught:
        frame = bm.read_microdata(path).frame
    assert len(caught) == 1
    assert frame["day"].tolist() == [pd.Timestamp(2018, 5, 1), pd.Timestamp(2018, 5, 2)]
    assert frame["moment"].tolist() == [pd.Timestamp(2018, 5, 1, 12, 30), pd.Timestamp(2018, 5, 2, 12, 30)]
    assert frame["gap"].isna().tolist() == [False, True]
    assert str(frame["gap"].dtype).startswith("datetime64")
    assert frame["span"].tolist() == [pd.Timedelta(hours=36)] * 2
    assert frame["clock"].tolist() == ["12:00:00"] * 2
    assert frame["truth"].tolist() == [True, False]
    assert frame["truths"].isna().tolist() == [True, False]


def test_a_text_01_and_a_number_1_in_one_column_stay_two_codes(tmp_path: Path) -> None:
    path = tmp_path / "typed.xlsx"
    typed_workbook(path)
    with pytest.warns(DeliveryWarning):
        assert bm.read_microdata(path).frame["mixed"].tolist() == ["01", "1"]


def test_a_date_among_codes_is_text_and_told(tmp_path: Path) -> None:
    path = tmp_path / "dates.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_column(0, 0, ["q", 1, 2])
    sheet.write_datetime(3, 0, dt.datetime(2018, 2, 1), book.add_format({"num_format": "d-mmm"}))
    book.close()
    with pytest.warns(DeliveryWarning, match="holds dates and numbers in one column"):
        assert bm.read_microdata(path).frame["q"].tolist() == ["1", "2", "2018-02-01"]


@pytest.mark.parametrize("ending", WRITERS)
def test_a_decimal_mark_makes_numbers_of_text(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table{ending}"
    WRITERS[ending](path, [["id", "weight"], ["01", "1,5"], ["02", "2"]])
    assert bm.read_microdata(path).frame["weight"].tolist() == ["1,5", "2"]
    assert bm.read_microdata(path, decimal=",").frame["weight"].tolist() == [1.5, 2.0]


def test_of_several_sheets_one_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    write_xlsx(path, ROWS, ["Læs mig", "Svar"])
    assert str(refused(path)) == "[sheet] has 2 sheets, choose one with `sheet`: 'Læs mig', 'Svar'"
    assert str(refused(path, sheet="svar")) == "[sheet] has no sheet 'svar'; it has 'Læs mig', 'Svar'"
    assert len(bm.read_microdata(path, sheet="Svar").frame) == 3


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize(
    ("rows", "rule", "message"),
    [
        ([["id", "q"]], "file", "has a header but no rows"),
        ([["id", "q"], [None, None]], "file", "has a header but no rows"),
        ([["id", "id"], ["1", "2"]], "columns", "is in the header more than once"),
        ([["id", None], ["1", "2"]], "columns", "column 2 has no name; is the header in row 1?"),
    ],
)
def test_a_sheet_that_is_no_table(tmp_path: Path, ending: str, rows: list[list[Cell]], rule: str, message: str) -> None:
    path = tmp_path / f"table{ending}"
    WRITERS[ending](path, rows)
    fault = refused(path)
    assert (fault.rule, fault.message) == (rule, message)


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "table.xlsx", [])
    assert str(refused(tmp_path / "table.xlsx")) == "[file] the sheet is empty"


def test_a_header_below_row_1_is_told(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "table.xlsx", [[], [], ["id"], ["1"]])
    assert "expected in row 1; the first filled row is 3" in refused(tmp_path / "table.xlsx").message


def test_formatted_cells_outside_the_table_are_not_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.write_row(0, 0, ["id", "q"])
    sheet.write_row(1, 0, ["1", 2])
    sheet.write_blank(1_048_575, 16_383, None, bold)
    sheet.write_row(2, 5, [""], bold)
    book.close()
    assert bm.read_microdata(path).frame.shape == (1, 2)


def test_formulas_and_their_errors_are_told(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for sheet in (book.add_worksheet("Svar"), book.add_worksheet("Mere")):
        sheet.write_row(0, 0, ["id", "q"])
        sheet.write_column(1, 0, ["1", "2", "3"])
    sheet = book.worksheets()[0]
    sheet.write_formula(1, 1, "=1+1", None, 2)
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(3, 1, "=A1", None, "")
    book.close()
    with pytest.warns(DeliveryWarning) as caught:
        frame = bm.read_microdata(path, sheet="Svar").frame
    assert frame["q"].isna().tolist() == [False, True, True]
    assert [str(warning.message).split(":")[0] for warning in caught] == [
        "[formula] 3 cells are formulas",
        "[formula] 1 cells hold an error such as #N/A and were read as blank",
    ]
    assert len(bm.read_microdata(path, sheet="Mere").frame) == 3


def test_a_text_that_begins_with_an_equals_sign_is_text(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    book.add_worksheet().write_column(0, 0, ["q", "=1+1"])
    book.close()
    assert bm.read_microdata(path).frame["q"].tolist() == ["=1+1"]


def test_a_small_file_that_unpacks_to_hundreds_of_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    write_xlsx(path, [["a", "b"], [1.0, 2.0]])
    row = b'<row><c t="inlineStr"><is><t>' + b"a" * 1000 + b"</t></is></c></row>"
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w") as part:
                if name != SHEET:
                    part.write(content)
                    continue
                before, after = content.split(b"</sheetData>")
                part.write(before)
                for _ in range(200):
                    part.write(row * 1000)
                part.write(b"</sheetData>" + after)
    assert path.stat().st_size < 2**20
    fault = refused(path)
    assert fault.rule == "size"
    assert re.search(r"unpacks from 0\.\d to 2\d\d MiB; at most 512 MiB and 100 times its size are read", fault.message)


def test_a_part_that_is_longer_than_its_directory_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liar.xlsx"
    write_xlsx(path, [["a"], *[["value"]] * 2000])
    with zipfile.ZipFile(path) as archive:
        entry, part = archive.getinfo(SHEET), archive.read(SHEET)
    told, checksum = 100, zlib.crc32(part[:101])
    content = path.read_bytes()
    for true, false in ((entry.file_size, told), (entry.CRC, checksum)):
        assert struct.pack("<I", true) in content
        content = content.replace(struct.pack("<I", true), struct.pack("<I", false))
    path.write_bytes(content)
    fault = refused(path)
    assert (fault.rule, "more than its own directory says" in fault.message) == ("size", True)


def test_more_parts_than_any_workbook_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guards, "MOST_ENTRIES", 3)
    write_xlsx(tmp_path / "table.xlsx", ROWS)
    fault = refused(tmp_path / "table.xlsx")
    assert fault.rule == "size"
    assert re.fullmatch(r"holds \d+ files; at most 3 are read", fault.message)


ENTITIES = (
    b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_xml_entities_are_refused_wherever_they_are(tmp_path: Path, part: str) -> None:
    path = tmp_path / "table.xlsx"
    write_xlsx(path, ROWS)
    with_part(path, part, lambda xml: xml.replace(b"?>", b"?>" + ENTITIES, 1))
    fault = refused(path)
    assert (fault.rule, "entities" in fault.message) == ("file", True)


def test_entities_in_an_ods_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.ods"
    write_ods(path, ROWS)
    with_part(path, "content.xml", lambda xml: xml.replace(b"?>", b"?>" + ENTITIES, 1))
    assert "entities" in refused(path).message


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(FAR, id="two corners"),
        pytest.param(FAR.replace("<c ", "<x:c ").replace("</c>", "</x:c>"), id="with a prefix"),
        pytest.param(FAR.replace('r="XFD', "r = 'XFD").replace('1048576">', "1048576' >"), id="other quotes"),
        pytest.param(
            f"<row>{'<c><v>1</v></c>' * 5000}</row>{'<row><c><v>1</v></c></row>' * 5000}", id="without places"
        ),
    ],
)
def test_a_sheet_that_reaches_too_far_is_refused_before_room_is_made_for_it(tmp_path: Path, rows: str) -> None:
    fault = refused(sheet_of(tmp_path / "far.xlsx", rows))
    assert fault.rule == "size"
    assert fault.message.startswith("a sheet reaches to row ")


def test_a_sheet_under_another_name_is_examined_too(tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "far.xlsx", FAR)
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    parts["xl/other.bin"] = parts.pop(SHEET)
    links = "xl/_rels/workbook.xml.rels"
    parts[links] = parts[links].replace(b"worksheets/sheet1.xml", b"other.bin")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert refused(path).rule == "size"


def test_cells_without_places_are_read(tmp_path: Path) -> None:
    header = '<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>'
    path = sheet_of(tmp_path / "table.xlsx", header + "<row><c><v>1</v></c><c><v>2</v></c></row>")
    assert bm.read_microdata(path).frame.to_numpy().tolist() == [[1.0, 2.0]]


def test_a_repeated_cell_of_an_ods_cannot_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "table.ods"
    write_ods(path, ROWS)
    wide = b'table:table-row table:number-rows-repeated="1048576"'
    with_part(
        path,
        "content.xml",
        lambda xml: xml.replace(b"table:table-row", wide, 1).replace(
            b"-cell ", b'-cell table:number-columns-repeated="500" ', 1
        ),
    )
    assert refused(path).rule == "file"


def old_cell(row: int, column: int) -> bytes:
    return struct.pack("<HHHHHd", 0x0203, 14, row, column, 0, 1.5)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (old_cell(1, 2), old_cell(65_535, 65_535)),
        (
            struct.pack("<HHIIHHH", 0x0200, 14, 0, 4, 0, 3, 0),
            struct.pack("<HHIIHHH", 0x0200, 14, 0, 2**31, 0, 2**15, 0),
        ),
    ],
    ids=["a cell", "the size it states"],
)
def test_an_old_workbook_that_reaches_too_far_is_refused(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "table.xls"
    write_xls(path, ROWS)
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))
    fault = refused(path)
    assert (fault.rule, fault.message.startswith("a sheet reaches over ")) == ("size", True)


@pytest.mark.parametrize("ending", WRITERS)
def test_damage_anywhere_is_refused_or_read_never_worse(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table{ending}"
    WRITERS[ending](path, ROWS)
    assert refusals(path, 61) > 10


def test_an_encrypted_workbook_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import python_calamine

    def locked(_: Any) -> None:
        raise python_calamine.PasswordError

    path = tmp_path / "table.xlsx"
    write_xlsx(path, ROWS)
    monkeypatch.setattr(python_calamine.CalamineWorkbook, "from_path", locked, raising=False)
    assert "save it without a password" in refused(path).message


@pytest.mark.parametrize(("letters", "number"), [(b"A", 1), (b"Z", 26), (b"AA", 27), (b"az", 52), (b"XFD", 16_384)])
def test_letters_of_a_column_are_its_number(letters: bytes, number: int) -> None:
    assert workbook_guards._column_number(letters) == number
