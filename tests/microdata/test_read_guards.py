"""Files that are refused before any reader opens them: not there, no file, mislabelled, too large, headers unusable."""

import gzip
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from workbook_files import write_xlsx

import barometer as bm
from barometer.errors import ArgumentError, BarometerError, DeliveryError, Fault, MissingFileError, MissingPackageError
from barometer.microdata import read_guards
from barometer.microdata.formats import ENDINGS
from barometer.microdata.rules import check_rules

ROOT = Path(__file__).parents[2]


def refused(path: Path, **choices: str) -> Fault:
    with pytest.raises(DeliveryError) as caught:
        bm.read_microdata(path, **choices)
    assert caught.value.path == path
    (fault,) = caught.value.faults
    return fault


TWO_ROWS = pd.DataFrame({"id": ["01", "02"], "q": [1.0, 2.0]})


def small(path: Path, table: pd.DataFrame = TWO_ROWS) -> Path:
    """Write a table in the format of an ending."""
    import pyreadstat

    writers: dict[str, Callable[[], object]] = {
        ".csv": lambda: table.to_csv(path, index=False),
        ".xlsx": lambda: write_xlsx(path, [list(table.columns), *table.to_numpy().tolist()]),
        ".sav": lambda: pyreadstat.write_sav(table, str(path)),
        ".por": lambda: pyreadstat.write_por(table.rename(columns=str.upper), str(path)),
        ".dta": lambda: pyreadstat.write_dta(table, str(path)),
        ".xpt": lambda: pyreadstat.write_xport(table, str(path)),
        ".parquet": lambda: table.to_parquet(path, index=False),
        ".feather": lambda: table.to_feather(path),
    }
    writers[path.suffix]()
    return path


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="There is no file at") as caught:
        bm.read_microdata(tmp_path / "none.sav")
    assert caught.value.path == tmp_path / "none.sav"
    with pytest.raises(MissingFileError):
        bm.read_microdata(small(tmp_path / "table.csv") / "inside.csv")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "wave.sav"
    folder.mkdir()
    assert str(refused(folder)) == "[file] is a folder; name the file in it"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_that_lead_nowhere_or_to_themselves(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.symlink_to(other)
    assert "a link to a file that is not there" in refused(one).message
    other.symlink_to(one)
    assert refused(one).message == "is a link that leads to itself"


@pytest.mark.skipif(sys.platform == "win32", reason="there are none there")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.csv")
    assert refused(tmp_path / "pipe.csv").message == "is no ordinary file"


@pytest.mark.parametrize("name", ["table.pkl", "table", "table.sas7bcat", "table.json"])
def test_an_unknown_ending_lists_the_known_ones(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"anything")
    fault = refused(tmp_path / name)
    assert fault.rule == "format"
    assert all(ending in fault.message for ending in ENDINGS)


def test_a_packed_file_is_to_be_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b"id;q\n1;2\n")
    for name in ("table.csv.gz", "table.csv"):
        (tmp_path / name).write_bytes(packed)
        fault = refused(tmp_path / name)
        assert fault.rule == "format"
        assert "unpack it first" in fault.message


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_file_is_refused_in_every_format(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table{ending}"
    path.write_bytes(b"")
    assert str(refused(path)) == "[file] is empty"


@pytest.mark.parametrize("claimed", [".csv", ".xlsx", ".sav", ".por", ".dta", ".xpt", ".sas7bdat", ".parquet"])
@pytest.mark.parametrize("truly", [".csv", ".xlsx", ".sav", ".por", ".dta", ".xpt", ".parquet", ".feather"])
def test_a_file_is_what_its_ending_says(tmp_path: Path, truly: str, claimed: str) -> None:
    if claimed == truly:
        return
    path = small(tmp_path / f"table{truly}").rename(tmp_path / f"other{claimed}")
    fault = refused(path)
    assert fault.rule == "format"
    assert fault.message.startswith(f"is named {claimed} but does not hold ")
    assert {".csv": "plain text", ".xlsx": "a zip file"}.get(truly, truly) in fault.message


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".xls", ".sav"])
@pytest.mark.parametrize(
    "start", ["<!DOCTYPE html><html>", "<html><body><table>", "\n <table>", '<?xml version="1.0"?>']
)
def test_a_web_page_is_no_table(tmp_path: Path, ending: str, start: str) -> None:
    path = tmp_path / f"table{ending}"
    path.write_text(start + "<tr><td>7301</td></tr>", encoding="utf-8")
    fault = refused(path)
    assert (fault.rule, "a web page or XML" in fault.message) == ("format", True)
    assert "7301" not in fault.message


@pytest.mark.parametrize("ending", [".xlsx", ".sav", ".por", ".dta", ".parquet", ".feather"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_file_cut_short_is_refused(tmp_path: Path, ending: str, kept: float) -> None:
    path = small(tmp_path / f"table{ending}")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert refused(path).rule in ("file", "format")


@pytest.mark.parametrize("ending", [".sav", ".dta", ".parquet"])
def test_a_file_that_declares_more_than_can_be_held_is_refused(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_guards, "MOST_CELLS", 3)
    fault = refused(small(tmp_path / f"table{ending}"))
    assert fault.rule == "size"
    assert fault.message.startswith("declares 2 rows of 2 columns; at most 3 values are read: deliver it in parts")


def test_more_rows_than_a_file_is_long_are_refused_before_room_is_made_for_them(tmp_path: Path) -> None:
    path = small(tmp_path / "table.sav")
    content = bytearray(path.read_bytes())
    assert content[80:84] == (2).to_bytes(4, "little")
    content[80:84] = (100_000_000).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    fault = refused(path)
    assert (fault.rule, "is it cut short?" in fault.message) == ("file", True)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".feather"])
def test_names_of_ten_thousand_characters_are_refused_without_repeating_them(tmp_path: Path, ending: str) -> None:
    path, name = tmp_path / f"table{ending}", "n" * 10_000
    table = pd.DataFrame({"id": ["1"], name: ["2"]})
    small(path, table)
    message = str(refused(path))
    assert "has a name of 10,000 characters; at most 1,000 are read" in message
    assert len(message) < 200


@pytest.mark.parametrize(
    ("ending", "choice"),
    [
        (".sav", {"sheet": "Ark1"}),
        (".csv", {"sheet": "Ark1"}),
        (".parquet", {"encoding": "utf-8"}),
        (".dta", {"decimal": ","}),
        (".por", {"encoding": "cp1252"}),
    ],
)
def test_a_choice_that_does_not_apply_is_refused(tmp_path: Path, ending: str, choice: dict[str, str]) -> None:
    with pytest.raises(ArgumentError, match="does not apply to") as caught:
        bm.read_microdata(small(tmp_path / f"table{ending}"), **choice)
    assert caught.value.argument == next(iter(choice))


@pytest.mark.parametrize(
    "choice", [{"delimiter": ";;"}, {"decimal": "x"}, {"encoding": "utf8x"}, {"encoding": "rot13"}]
)
def test_a_choice_that_cannot_be_is_refused(tmp_path: Path, choice: dict[str, str]) -> None:
    with pytest.raises(ArgumentError) as caught:
        bm.read_microdata(small(tmp_path / "table.csv"), **choice)
    assert caught.value.argument == next(iter(choice))


@pytest.mark.parametrize(
    ("ending", "package", "extra"),
    [(".sav", "pyreadstat", "spss"), (".dta", "pyreadstat", "spss"), (".xlsx", "python_calamine", "excel")],
)
def test_a_package_that_is_not_installed_is_named_with_its_extra(
    tmp_path: Path, ending: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small(tmp_path / f"table{ending}")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=rf"pip install 'innovation-barometer\[{extra}\]'") as caught:
        bm.read_microdata(path)
    assert (caught.value.package, caught.value.extra) == (package, extra)
    assert isinstance(caught.value, BarometerError)
    assert isinstance(caught.value, ImportError)


def test_whatever_a_parser_raises_is_told_without_its_words(tmp_path: Path) -> None:
    def raising(error: BaseException) -> Fault:
        def parse() -> None:
            raise error

        with pytest.raises(DeliveryError) as caught:
            read_guards.parsed(tmp_path, "a workbook", parse)
        assert caught.value.__suppress_context__
        return caught.value.faults[0]

    panic = type("PanicException", (BaseException,), {})
    for error in (ValueError("row of 7301"), panic("7301")):
        assert raising(error).message.startswith("cannot be read as a workbook; it is cut short, damaged, or ")
        assert "7301" not in raising(error).message
    assert str(raising(MemoryError())) == "[size] takes more memory than there is; have it in parts"
    with pytest.raises(KeyboardInterrupt):
        raising(KeyboardInterrupt())


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".sav", ".dta", ".parquet"])
def test_what_is_shown_of_a_table_holds_no_row(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table{ending}"
    name = "q" if ending in (".sav", ".dta") else "q<b>"
    small(path, pd.DataFrame({"id": ["canary-7301"] * 3, name: ["secret", "secret", "x"]}))
    raw = bm.read_microdata(path)
    shown = repr(raw) + raw._repr_html_()
    assert "3 rows x 2 columns" in shown
    assert "canary" not in shown
    assert "secret" not in shown
    assert "<b>" not in shown


def test_the_page_on_formats_lists_rules_of_reading_with_their_severity() -> None:
    page = (ROOT / "docs/how-to/formats.md").read_text(encoding="utf-8")
    listed: dict[str, str] = {}
    for codes, severity in re.findall(
        r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| (error|warning) \|", page, flags=re.MULTILINE
    ):
        listed |= dict.fromkeys(re.findall("[a-z-]+", codes), severity)
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/barometer/microdata").glob("*read_*.py"))
    source += "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src/barometer/microdata").glob("*_guards.py")
    )
    used = set(re.findall(r'Fault\(\s*"([a-z-]+)"', source))
    assert used <= set(listed)
    assert listed == {code: check_rules()[code].severity for code in listed}
