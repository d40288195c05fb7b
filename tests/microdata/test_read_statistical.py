"""Files of SPSS, Stata and SAS: types, labels, and codes that the file declares missing."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from damaged_files import refusals
from sas_file import write_sas

import barometer as bm
from barometer.errors import DeliveryError, DeliveryWarning, Fault
from barometer.microdata.raw_table import MissingRange

ANSWERS = pd.DataFrame(
    {
        "id": ["001", "002", "003", "004"],
        "q": [1.0, 2.0, np.nan, 8.0],
        "text": ["01", "", "1", "æøå"],
        "day": [dt.date(2018, 5, 1), None, dt.date(2018, 5, 3), dt.date(2018, 5, 4)],
        "weight": [1.5, 2.25, 3.0, 0.0],
    }
)
LABELS: dict[str, str | None] = {"q": "Er der indført noget nyt?", "text": "Skrevet svar"}
VALUES: dict[str, dict[Any, str]] = {"q": {1.0: "Ja", 2.0: "Nej", 8.0: "Ved ikke"}, "text": {"01": "Første"}}


def refused(path: Path, **choices: str) -> Fault:
    with pytest.raises(DeliveryError) as caught:
        bm.read_microdata(path, **choices)
    (fault,) = caught.value.faults
    return fault


def write(path: Path, **more: Any) -> Path:
    if path.suffix == ".dta":
        pyreadstat.write_dta(ANSWERS, str(path), column_labels=LABELS, variable_value_labels={"q": VALUES["q"]}, **more)
    else:
        compress = path.suffix == ".zsav"
        pyreadstat.write_sav(
            ANSWERS, str(path), column_labels=LABELS, variable_value_labels=VALUES, compress=compress, **more
        )
    return path


@pytest.mark.parametrize("ending", [".sav", ".zsav", ".dta"])
def test_types_and_labels_are_kept(tmp_path: Path, ending: str) -> None:
    raw = bm.read_microdata(write(tmp_path / f"table{ending}"))
    frame = raw.frame
    assert frame["id"].tolist() == ["001", "002", "003", "004"]
    assert frame["q"].fillna(-1).tolist() == [1.0, 2.0, -1.0, 8.0]
    assert frame["text"].isna().tolist() == [False, True, False, False]
    assert frame["text"].dropna().tolist() == ["01", "1", "æøå"]
    assert frame["day"].dropna().tolist() == [pd.Timestamp(2018, 5, day) for day in (1, 3, 4)]
    assert frame["weight"].tolist() == [1.5, 2.25, 3.0, 0.0]
    assert raw.labels == LABELS
    assert raw.value_labels["q"] == {"1": "Ja", "2": "Nej", "8": "Ved ikke"}
    assert raw.format == ("Stata" if ending == ".dta" else "SPSS")
    if ending != ".dta":
        assert raw.value_labels["text"] == {"01": "Første"}
        assert raw.encoding == "UTF-8"


@pytest.mark.parametrize("ending", [".sav", ".zsav"])
def test_codes_that_spss_declares_missing_are_kept_and_told(tmp_path: Path, ending: str) -> None:
    missing: dict[str, list[Any]] = {"q": [8, {"lo": 95, "hi": 99}], "text": ["01"]}
    raw = bm.read_microdata(write(tmp_path / f"table{ending}", missing_ranges=missing))
    assert raw.frame["q"].fillna(-1).tolist() == [1.0, 2.0, -1.0, 8.0]
    assert set(raw.user_missing["q"]) == {MissingRange(8.0, 8.0), MissingRange(95.0, 99.0)}
    assert [raw.declares_missing("q", code) for code in ("8", "95", "97.5", "99")] == [True] * 4
    assert [raw.declares_missing("q", code) for code in ("1", "94", "x", "")] == [False] * 4
    assert raw.frame["text"].iloc[0] == "01"
    assert [raw.declares_missing("text", code) for code in ("01", "1")] == [True, False]
    assert not raw.declares_missing("id", "001")


@pytest.mark.parametrize("values", [[1, "a", None, 2, "b"], ["a", 1, None, 2, None], ["a", 1, "b", "b", None]])
def test_letter_codes_of_stata_are_codes_and_blanks_stay_blank(tmp_path: Path, values: list[Any]) -> None:
    path = tmp_path / "table.dta"
    labels: dict[str, Any] = {"q": {1: "Ja", "a": "Ved ikke"}}
    pyreadstat.write_dta(
        pd.DataFrame({"q": values, "n": [1, 2, 3, 4, 5]}),
        str(path),
        missing_user_values={"q": ["a", "b"]},
        variable_value_labels=labels,
    )
    raw = bm.read_microdata(path)
    expected = [None if value is None else f".{value}" if isinstance(value, str) else str(value) for value in values]
    assert raw.frame["q"].astype(object).where(raw.frame["q"].notna(), None).tolist() == expected
    assert raw.frame["n"].tolist() == [1, 2, 3, 4, 5]
    assert raw.value_labels["q"] == {"1": "Ja", ".a": "Ved ikke"}
    assert raw.declares_missing("q", ".a")
    assert not raw.declares_missing("q", "1")


def test_whole_numbers_of_stata_with_blanks_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "table.dta"
    pyreadstat.write_dta(
        pd.DataFrame({"q": pd.array([1, None, 3], dtype="Int8"), "n": pd.array([1, 2, 3], dtype="Int8")}), str(path)
    )
    frame = bm.read_microdata(path).frame
    assert [str(dtype) for dtype in frame.dtypes] == ["Int64", "int64"]
    assert frame["q"].isna().tolist() == [False, True, False]


def test_a_sas_file_keeps_text_numbers_dates_and_labels(tmp_path: Path) -> None:
    write_sas(tmp_path / "table.sas7bdat")
    raw = bm.read_microdata(tmp_path / "table.sas7bdat")
    assert raw.frame["loebenr"].tolist() == ["001", "002", "003", "004"]
    assert raw.frame["a"].fillna(-1).tolist() == [1.0, 2.0, -1.0, 8.0]
    assert raw.frame["w"].tolist() == [1.5, 2.25, 3.0, 4.0]
    assert raw.frame["dato"].dropna().tolist() == [
        pd.Timestamp(2020, 1, 1),
        pd.Timestamp(2021, 5, 5),
        pd.Timestamp(2021, 5, 6),
    ]
    assert raw.labels == {"a": "Første æ"}


def test_sas_transport_and_spss_portable_warn_where_codes_may_be_lost(tmp_path: Path) -> None:
    numbers = pd.DataFrame({"ID": ["001", "002"], "Q": [1.0, np.nan], "W": [1.5, 2.0]})
    pyreadstat.write_xport(numbers, str(tmp_path / "table.xpt"))
    pyreadstat.write_por(numbers, str(tmp_path / "table.por"))
    for path in (tmp_path / "table.xpt", tmp_path / "table.por"):
        with pytest.warns(DeliveryWarning, match=r"\[user-missing\]"):
            frame = bm.read_microdata(path).frame
        assert frame["ID"].tolist() == ["001", "002"]
        assert frame["Q"].isna().tolist() == [False, True]
        assert frame["W"].tolist() == [1.5, 2.0]
    pyreadstat.write_xport(numbers[["ID", "W"]], str(tmp_path / "whole.xpt"))
    assert len(bm.read_microdata(tmp_path / "whole.xpt").frame) == 2  # no blank, no warning


def test_a_sas_transport_file_cut_inside_a_record_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.xpt"
    pyreadstat.write_xport(pd.DataFrame({"q": np.arange(50.0)}), str(path))
    path.write_bytes(path.read_bytes()[:-100])
    assert "it is cut short" in refused(path).message


@pytest.mark.parametrize("ending", [".sav", ".zsav", ".dta"])
def test_columns_without_rows_are_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table{ending}"
    {".dta": pyreadstat.write_dta}.get(ending, pyreadstat.write_sav)(pd.DataFrame({"q": [1.0]}).iloc[:0], str(path))
    assert str(refused(path)) == "[file] has columns but no rows"


def in_cp1252(path: Path) -> Path:
    """Write a file that says UTF-8 and is Windows-1252: a common fault of old programs."""
    write(path)
    content = path.read_bytes()
    assert "Første".encode() in content
    for text in ("Første", "æøå", "indført"):
        old = text.encode()
        content = content.replace(old, text.encode("cp1252").ljust(len(old)))
    path.write_bytes(content)
    return path


def test_another_encoding_than_the_file_says_is_named_and_can_be_given(tmp_path: Path) -> None:
    path = in_cp1252(tmp_path / "table.sav")
    fault = refused(path)
    assert (fault.rule, "give `encoding`, often cp1252" in fault.message) == ("encoding", True)
    raw = bm.read_microdata(path, encoding="cp1252")
    assert raw.labels["q"].startswith("Er der indført")
    assert raw.value_labels["text"]["01"].startswith("Første")
    assert raw.encoding == "cp1252"


def test_labelled_texts_in_another_encoding_do_not_end_the_process(tmp_path: Path) -> None:
    path = tmp_path / "table.sav"
    labels: dict[str, Any] = {"q": {"Æ1": "A", "b": "B"}}
    pyreadstat.write_sav(pd.DataFrame({"q": ["Æ1", "b"]}), str(path), variable_value_labels=labels)
    content = path.read_bytes()
    path.write_bytes(content.replace("Æ1".encode(), b"\xc61 "))
    fault = refused(path)
    assert (fault.rule, "value labels for texts that are not" in fault.message) == ("encoding", True)


@pytest.mark.parametrize("ending", [".sav", ".zsav", ".dta"])
def test_damage_anywhere_is_refused_or_read_never_worse(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"table{ending}")
    assert refusals(path, 7, 2000) > 10


@pytest.mark.parametrize("write_format", [b"\2\x08\1\0", b"\2\x08\2\0"])
def test_a_number_that_is_shown_as_text_is_damage(tmp_path: Path, write_format: bytes) -> None:
    path = tmp_path / "table.sav"
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0, 2.0]}), str(path))
    shown = b"\2\x08\5\0" * 2
    content = path.read_bytes()
    assert content.count(shown) == 1
    path.write_bytes(content.replace(shown, b"\2\x08\5\0" + write_format))
    assert "does not hold together" in refused(path).message


def test_a_very_long_text_a_note_and_a_long_name_are_read(tmp_path: Path) -> None:
    name = "a_name_of_more_than_eight_letters"
    table = pd.DataFrame({name: ["x" * 700, "y"], "mid": ["z" * 60, ""], "q": [1.0, 2.0]})
    pyreadstat.write_sav(table, str(tmp_path / "table.sav"), note=["one", "two"], row_compress=True)
    frame = bm.read_microdata(tmp_path / "table.sav").frame
    assert frame[name].tolist() == ["x" * 700, "y"]
    assert frame["mid"].tolist()[0] == "z" * 60
