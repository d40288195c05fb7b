"""Delimited text read without a layout: delimiter and encoding found, every cell as it is written."""

from pathlib import Path

import pandas as pd
import pytest

import barometer as bm
from barometer.errors import DeliveryError, DeliveryWarning, Fault

ROWS = [["id", "vægt", "svar"], ["001", "1,5", "Æ"], ["002", "2", "nej"], ["003", "10,25", ""]]


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def table(delimiter: str = ";", end: str = "\n") -> str:
    return "".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) + end for row in ROWS)


def refused(path: Path, **choices: str) -> Fault:
    with pytest.raises(DeliveryError) as caught:
        bm.read_microdata(path, **choices)
    (fault,) = caught.value.faults
    return fault


def cells(frame: pd.DataFrame) -> list[list[str]]:
    """Return names and cells as text, a blank as nothing."""
    rows = frame.astype("str").fillna("").to_numpy().tolist()
    return [list(frame.columns), *rows]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    raw = bm.read_microdata(written(tmp_path, table(delimiter)))
    assert cells(raw.frame) == ROWS
    assert (raw.format, raw.delimiter) == ("text", delimiter)
    assert all(isinstance(dtype, pd.CategoricalDtype) for dtype in raw.frame.dtypes)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16"), ("utf-32", "utf-32")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_encoding_is_found_whatever_ends_a_line(tmp_path: Path, encoding: str, found: str, end: str) -> None:
    raw = bm.read_microdata(written(tmp_path, table(end=end), encoding))
    assert cells(raw.frame) == ROWS
    assert raw.encoding == found


def test_a_comma_in_every_number_does_not_make_it_the_delimiter(tmp_path: Path) -> None:
    text = "a;b\n1,5;2,5\n1,5;2,5\n"
    assert cells(bm.read_microdata(written(tmp_path, text)).frame)[0] == ["a", "b"]


def test_a_delimiter_between_two_that_fit_alike_must_be_stated(tmp_path: Path) -> None:
    path = written(tmp_path, "a;b,c\n1;2,3\n")
    assert refused(path).rule == "delimiter"
    assert list(bm.read_microdata(path, delimiter=";").frame) == ["a", "b,c"]


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    assert cells(bm.read_microdata(written(tmp_path, "id\n01\n02\n")).frame) == [["id"], ["01"], ["02"]]


def test_without_a_decimal_mark_every_column_stays_text(tmp_path: Path) -> None:
    frame = bm.read_microdata(written(tmp_path, "code;number\n01;1\n1;2\n1.0;3\n")).frame
    assert list(frame["code"]) == ["01", "1", "1.0"]
    assert list(frame["number"]) == ["1", "2", "3"]


NUMBERS = """id;long;code;whole;gap;weight;thousands;mixed
001;1234567890123456;01;1;1;1,5;1.224;1
002;1234567890123457;1;-2;;-0,25;2.000;x
003;1234567890123458;2;30;3;1e3;3.000;3
"""


def test_a_decimal_mark_makes_numbers_of_plain_numbers_only(tmp_path: Path) -> None:
    frame = bm.read_microdata(written(tmp_path, NUMBERS), decimal=",").frame
    kinds = {name: "text" if str(dtype) == "category" else str(dtype) for name, dtype in frame.dtypes.items()}
    assert kinds == {
        "id": "text", "long": "text", "code": "text", "whole": "int64", "gap": "Int64", "weight": "float64",
        "thousands": "text", "mixed": "text",
    }  # fmt: skip
    assert frame["whole"].tolist() == [1, -2, 30]
    assert frame["gap"].isna().tolist() == [False, True, False]
    assert frame["weight"].tolist() == [1.5, -0.25, 1000.0]
    assert frame["long"].tolist()[1] == "1234567890123457"


def test_a_decimal_point_reads_points(tmp_path: Path) -> None:
    frame = bm.read_microdata(written(tmp_path, NUMBERS), decimal=".").frame
    assert frame["thousands"].tolist() == [1.224, 2.0, 3.0]
    assert str(frame["weight"].dtype) == "category"


def test_two_encodings_in_one_file_are_told_by_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("id;svar\n1;æ\n2;b\n".encode() + "3;ø\n".encode("cp1252"))
    fault = refused(path)
    assert fault.rule == "encoding"
    assert "from row 2 on there is UTF-8, from row 4 on something else" in fault.message


def test_bytes_that_windows_does_not_have_are_placed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"id;svar\n1;a\n2;\x81\n")
    fault = refused(path)
    assert (fault.rule, fault.rows) == ("encoding", (3,))
    assert fault.message == "is not cp1252 at byte 14; give `encoding=`"


def test_utf_8_that_is_read_as_something_else_is_doubted(tmp_path: Path) -> None:
    with pytest.warns(DeliveryWarning, match=r"\[encoding-doubt\] was read as cp1252") as caught:
        raw = bm.read_microdata(written(tmp_path, table()), encoding="cp1252")
    assert caught[0].filename == __file__
    assert raw.frame["svar"].iloc[0] == "Ã†"


def test_nul_bytes_are_placed(tmp_path: Path) -> None:
    fault = refused(written(tmp_path, "id;svar\n1;a\n2;\0\n"))
    assert (fault.rule, fault.rows) == ("file", (3,))
    assert "NUL bytes" in fault.message


def test_utf_16_without_a_mark_is_told_as_that(tmp_path: Path) -> None:
    assert "UTF-16 without a byte order mark" in refused(written(tmp_path, table(), "utf-16-le")).message


@pytest.mark.parametrize("text", ["\n", "\n\n\n", ";;\n"])
def test_a_file_of_nothing_but_line_ends_is_empty(tmp_path: Path, text: str) -> None:
    assert str(refused(written(tmp_path, text))) == "[file] is empty"


@pytest.mark.parametrize("text", ["id;svar", "id;svar\n", "id;svar\r\n\r\n"])
def test_a_header_alone_is_refused(tmp_path: Path, text: str) -> None:
    assert str(refused(written(tmp_path, text))) == "[file] has a header but no rows"


@pytest.mark.parametrize(
    ("header", "column", "message"),
    [
        ("id;svar;id", "id", "is in the header more than once"),
        ("id;;svar", "", "column 2 has no name"),
        ("id; ;svar", "", "column 2 has no name"),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, header: str, column: str, message: str) -> None:
    fault = refused(written(tmp_path, f"{header}\n1;2;3\n"))
    assert (fault.rule, fault.column, fault.message) == ("columns", column, message)


def test_a_ragged_row_is_placed(tmp_path: Path) -> None:
    fault = refused(written(tmp_path, "id;svar\n1;a\n2;b;7301\n3;c\n"))
    assert (fault.rule, fault.rows, fault.message) == ("columns", (3,), "expected 2 fields, found 3")


def test_a_cell_that_begins_with_an_equals_sign_is_text_and_told(tmp_path: Path) -> None:
    text = "id;svar;fri\n1;=1+1;a\n2;=cmd|x;b\n3;3;c\n"
    with pytest.warns(DeliveryWarning) as caught:
        frame = bm.read_microdata(written(tmp_path, text)).frame
    assert frame["svar"].tolist() == ["=1+1", "=cmd|x", "3"]
    (warning,) = caught
    assert str(warning.message).startswith("[formula] svar: 2 cells begin with '='")
    assert "cmd" not in str(warning.message)


def test_a_quoted_cell_may_hold_delimiters_and_line_ends(tmp_path: Path) -> None:
    frame = bm.read_microdata(written(tmp_path, 'id;fri\n1;"a;b\nc"\n2;"si ""ja"""\n')).frame
    assert frame["fri"].tolist() == ["a;b\nc", 'si "ja"']


def test_labels_beside_a_text_file_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, "q;r\n1;2\n")
    written(tmp_path, "column,code,label\nq,,Spørgsmål\nq,1,Ja\nq,2,Nej\n", name="table.labels.csv")
    raw = bm.read_microdata(path)
    assert raw.labels == {"q": "Spørgsmål"}
    assert raw.value_labels == {"q": {"1": "Ja", "2": "Nej"}}


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n", "", "column,code,label\nq,1\n", '"open'])
def test_another_file_of_that_name_is_no_label_file(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, "q;r\n1;2\n")
    written(tmp_path, text, name="table.labels.csv")
    raw = bm.read_microdata(path)
    assert (raw.labels, raw.value_labels) == ({}, {})
