"""Deliveries in any format, by a layout: typed columns become the codebook's codes, and nothing is guessed."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from test_new_wave import LAYOUT
from tiny_wave import ANSWERS, tiny_codebook, tiny_wave
from workbook_files import write_xlsx

import barometer as bm
from barometer.codebook import Codebook
from barometer.errors import DeliveryError, Fault, LayoutError
from barometer.microdata.load import read_and_check
from barometer.microdata.store import write_processed

NUMBERS = {"-": np.nan, "yes": 1, "no": 2, "dont_know": 8, "not_relevant": 9, "bad": 1, "dull": 2, "good": 3}
COLUMNS = ["a", "b1", "b2", "b3", "b4", "c11", "c12", "c21", "c22", "d1", "d2"]
CODES = """
[codes]
region = { 1 = "north", 2 = "south" }
yes_no = { 1 = "yes", 2 = "no", 8 = "dont_know" }
tick = { 1 = "yes", 2 = "no" }
mood = { 1 = "bad", 2 = "dull", 3 = "good", 8 = "dont_know", 9 = "not_relevant" }
"""


@pytest.fixture
def book(tmp_path: Path) -> Codebook:
    return tiny_codebook(tmp_path / "metadata")


def table() -> pd.DataFrame:
    """Return the eight workplaces as a firm would code them: every answer a number, a blank where not asked."""
    coded = {
        column: [float(NUMBERS[word]) for word in words.split()]
        for column, words in zip(COLUMNS, ANSWERS.values(), strict=True)
    }
    design = {"nr": [f"w{n}" for n in range(1, 9)], "vægt": [10.0] * 8, "antal": [40.0] * 8}
    return pd.DataFrame({**design, "landsdel": [1.0] * 4 + [2.0] * 4, **coded})


def layout_text(name: str, file: str = "", more: str = "") -> str:
    """Return the layout of the tiny wave for a file of this name, with these lines about the file."""
    rest = LAYOUT[LAYOUT.index("[design]") : LAYOUT.index("[codes]")]
    return f'wave = 9\nkind = "delivery"\n{more}\n[file]\nname = "{name}"\n{file}\n{rest}{CODES}'


def to_xlsx(frame: pd.DataFrame, path: Path) -> None:
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    write_xlsx(path, [list(frame.columns), *rows])


def to_parquet(frame: pd.DataFrame, path: Path, kind: Any) -> None:
    whole = frame.columns[3:]
    pq.write_table(pa.Table.from_pandas(frame.astype(dict.fromkeys(whole, kind)), preserve_index=False), path)


WRITERS: Mapping[str, tuple[str, Callable[[pd.DataFrame, Path], object]]] = {
    "SPSS": ("delivery.sav", lambda frame, path: pyreadstat.write_sav(frame, str(path))),
    "SPSS compressed": ("delivery.zsav", lambda frame, path: pyreadstat.write_sav(frame, str(path), compress=True)),
    "Excel": ("delivery.xlsx", to_xlsx),
    "Parquet of whole numbers": ("delivery.parquet", lambda frame, path: to_parquet(frame, path, "Int8")),
    "Parquet of other numbers": ("delivery.parquet", lambda frame, path: to_parquet(frame, path, "float64")),
    "Feather": ("delivery.feather", lambda frame, path: frame.to_feather(path)),
    "capitals in the ending": ("delivery.SAV", lambda frame, path: pyreadstat.write_sav(frame, str(path))),
}


def deliver(folder: Path, frame: pd.DataFrame, what: str = "SPSS", file: str = "", more: str = "") -> Path:
    """Write a delivery and its layout, and return where the delivery is."""
    name, write = WRITERS[what]
    write(frame, folder / name)
    (folder / "delivery.layout.toml").write_text(layout_text(name, file, more), encoding="utf-8")
    return folder / name


def load(path: Path, book: Codebook) -> bm.Wave:
    return bm.load_wave(9, path, codebook=book)


def faults(path: Path, book: Codebook) -> tuple[Fault, ...]:
    with pytest.raises(DeliveryError) as caught:
        load(path, book)
    return caught.value.faults


@pytest.mark.parametrize("what", WRITERS)
def test_a_delivery_of_numbers_is_the_same_wave_in_every_format(tmp_path: Path, book: Codebook, what: str) -> None:
    found = load(deliver(tmp_path, table(), what), book).microdata
    expected = tiny_wave(tmp_path / "again").microdata
    expected.insert(1, "synthetic", False)
    pd.testing.assert_frame_equal(found, expected)


def test_stata_needs_other_names(tmp_path: Path, book: Codebook) -> None:
    frame = table().rename(columns={"vægt": "vaegt"})
    pyreadstat.write_dta(frame, str(tmp_path / "delivery.dta"))
    text = layout_text("delivery.dta").replace('"vægt"', '"vaegt"')
    (tmp_path / "delivery.layout.toml").write_text(text, encoding="utf-8")
    assert load(tmp_path / "delivery.dta", book).base_size("tool_users") == 3


def test_codes_that_a_file_declares_missing_may_be_answers(tmp_path: Path, book: Codebook) -> None:
    path = tmp_path / "delivery.sav"
    pyreadstat.write_sav(table(), str(path), missing_ranges={"a": [8], "d1": [{"lo": 8, "hi": 9}], "d2": [8, 9]})
    (tmp_path / "delivery.layout.toml").write_text(layout_text("delivery.sav"), encoding="utf-8")
    assert load(path, book).microdata["builds"].tolist()[6] == "dont_know"


def test_codes_that_a_file_declares_missing_and_nothing_maps_are_blanks(tmp_path: Path, book: Codebook) -> None:
    frame = table()
    frame["b1"] = frame["b1"].fillna(99)
    path = tmp_path / "delivery.sav"
    pyreadstat.write_sav(frame, str(path), missing_ranges={"b1": [{"lo": 90, "hi": 99}]})
    (tmp_path / "delivery.layout.toml").write_text(layout_text("delivery.sav"), encoding="utf-8")
    assert load(path, book).microdata["tool.hammer"].isna().sum() == 3
    pyreadstat.write_sav(frame, str(path))
    (fault,) = faults(path, book)
    assert (fault.rule, fault.column, fault.rows) == ("codes", "b1", (7, 8, 9))


def test_codes_that_the_layout_calls_missing_are_blanks_in_every_column(tmp_path: Path, book: Codebook) -> None:
    frame = table().fillna(-9)
    path = deliver(tmp_path, frame, file='missing = ["-9"]')
    assert load(path, book).microdata["tool.hammer"].isna().sum() == 3
    frame.loc[2, "vægt"] = -9
    assert [(f.rule, f.message, f.rows) for f in faults(deliver(tmp_path, frame, file='missing = ["-9"]'), book)] == [
        ("weight", "is missing", (4,))
    ]


def as_text(frame: pd.DataFrame, **codes: Mapping[str, str]) -> pd.DataFrame:
    """Write the answers as text, with some codes of some columns written otherwise."""
    text = frame.copy()
    for name in frame.columns[3:]:
        words = frame[name].map(lambda code: "" if np.isnan(code) else f"{code:.0f}")
        text[name] = words.replace(dict(codes.get(name, {})))
    return text


@pytest.mark.parametrize("what", ["SPSS", "Excel", "Parquet of other numbers"])
@pytest.mark.parametrize(
    ("written", "near"), [("01", True), ("1.0", True), (" 1", True), ("1,0", True), ("7301", False), ("x", False)]
)
def test_a_code_written_otherwise_is_never_matched(
    tmp_path: Path, book: Codebook, what: str, written: str, near: bool
) -> None:
    frame = as_text(table(), a={"1": written})
    if what.startswith("Parquet"):
        frame.to_parquet(tmp_path / "delivery.parquet", index=False)
        (tmp_path / "delivery.layout.toml").write_text(layout_text("delivery.parquet"), encoding="utf-8")
        path = tmp_path / "delivery.parquet"
    else:
        path = deliver(tmp_path, frame, what)
    (fault,) = [fault for fault in faults(path, book) if fault.rule == "codes"]
    assert (fault.column, fault.rows) == ("a", (2, 3, 4, 5, 6))
    assert ("a listed code written otherwise" in fault.message) is near
    assert written not in fault.message


def test_capitals_are_not_matched_either(tmp_path: Path, book: Codebook) -> None:
    path = deliver(tmp_path, as_text(table(), landsdel={"1": "Nord", "2": "syd"}))
    layout = path.with_name("delivery.layout.toml")
    text = layout.read_text(encoding="utf-8").replace(
        '{ 1 = "north", 2 = "south" }', '{ nord = "north", syd = "south" }'
    )
    layout.write_text(text, encoding="utf-8")
    (fault,) = faults(path, book)
    assert (fault.column, fault.rows) == ("landsdel", (2, 3, 4, 5))
    assert "capitals" in fault.message


def test_a_leading_zero_is_a_code_of_its_own(tmp_path: Path, book: Codebook) -> None:
    path = deliver(tmp_path, as_text(table(), a={"1": "01"}))
    layout = path.with_name("delivery.layout.toml")
    text = layout.read_text(encoding="utf-8").replace('yes_no = { 1 = "yes"', 'yes_no = { 01 = "yes"')
    layout.write_text(text, encoding="utf-8")
    assert load(path, book).microdata["builds"].tolist()[:5] == ["yes"] * 5


def test_a_listed_01_is_not_the_number_1(tmp_path: Path, book: Codebook) -> None:
    path = deliver(tmp_path, table())
    layout = path.with_name("delivery.layout.toml")
    text = layout.read_text(encoding="utf-8").replace('yes_no = { 1 = "yes"', 'yes_no = { 01 = "yes"')
    layout.write_text(text, encoding="utf-8")
    (fault,) = faults(path, book)
    assert (fault.rows, "leading zeros" in fault.message) == ((2, 3, 4, 5, 6), True)


def test_a_broken_code_is_told(tmp_path: Path, book: Codebook) -> None:
    frame = table()
    frame.loc[3, "a"] = 1.5
    (fault,) = faults(deliver(tmp_path, frame), book)
    assert (fault.rule, fault.column, fault.rows) == ("codes", "a", (5,))


def test_dates_where_codes_belong_are_told(tmp_path: Path, book: Codebook) -> None:
    frame = table().astype({"a": object})
    frame["a"] = pd.Series([dt.date(2018, 2, 1)] * 8, dtype=object)
    (fault,) = faults(deliver(tmp_path, frame), book)
    assert str(fault) == "[codes] a: holds dates where codes belong"


def test_a_register_of_dates_is_told(tmp_path: Path, book: Codebook) -> None:
    frame = table().astype({"landsdel": object})
    frame["landsdel"] = pd.Series([dt.date(2018, 2, 1)] * 8, dtype=object)
    found = faults(deliver(tmp_path, frame), book)
    assert "[codes] landsdel: holds dates where codes belong" in list(map(str, found))


@pytest.mark.parametrize(
    ("value", "message"),
    [(np.nan, "is missing"), (-1.0, "is negative"), (np.inf, "is infinite")],
)
def test_a_weight_that_cannot_be_one_is_placed(tmp_path: Path, book: Codebook, value: float, message: str) -> None:
    frame = table()
    frame.loc[5, "vægt"] = value
    (fault,) = faults(deliver(tmp_path, frame, "Parquet of other numbers"), book)
    assert (fault.rule, fault.column, fault.rows, fault.message) == ("weight", "vægt", (7,), message)


def test_text_in_a_column_of_numbers_is_placed(tmp_path: Path, book: Codebook) -> None:
    frame = table().astype({"vægt": object})
    frame["vægt"] = ["10"] * 7 + ["7301x"]
    (fault,) = faults(deliver(tmp_path, frame), book)
    assert (fault.rule, fault.rows) == ("weight", (9,))
    assert fault.message == "is not a number with '.' as decimal mark"


def test_weights_written_with_a_comma_in_a_workbook(tmp_path: Path, book: Codebook) -> None:
    frame = table().astype({"vægt": object})
    frame["vægt"] = ["10,0"] * 8
    path = deliver(tmp_path, frame, "Excel", file='decimal = ","')
    assert load(path, book).microdata["weight"].tolist() == [10.0] * 8


@pytest.mark.parametrize("what", ["SPSS", "Excel", "Parquet of whole numbers"])
def test_numbers_of_workplaces_may_be_numbers(tmp_path: Path, book: Codebook, what: str) -> None:
    frame = table()
    frame["nr"] = [123_456_789_001 + n for n in range(8)]
    assert load(deliver(tmp_path, frame, what), book).microdata["id"].tolist()[1] == "123456789002"


def test_numbers_that_a_file_cannot_hold_exactly_are_no_ids(tmp_path: Path, book: Codebook) -> None:
    frame = table()
    frame["nr"] = [2.0**53, 1.5, np.nan, 4.0, 4.0, 6.0, 7.0, 8.0]
    found = faults(deliver(tmp_path, frame), book)
    assert [(f.rule, f.column, f.rows) for f in found] == [
        ("id", "nr", (2, 3)),
        ("id", "nr", (4,)),
        ("id", "nr", (6,)),
    ]
    assert "deliver it as text" in found[0].message


def test_a_column_of_another_spelling_is_hinted_at(tmp_path: Path, book: Codebook) -> None:
    found = faults(deliver(tmp_path, table().rename(columns={"a": "A", "d2": "d2_x"})), book)
    assert [(f.column, f.message.partition(";")[2]) for f in found if "the layout needs" in f.message] == [
        ("a", " it has 'A', with other capitals or spaces"),
        ("d2", ""),
    ]


def test_the_sheet_is_chosen_by_the_layout(tmp_path: Path, book: Codebook) -> None:
    frame = table()
    path = deliver(tmp_path, frame, "Excel", file='sheet = "Svar"')
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    write_xlsx(path, [list(frame.columns), *rows], ["Læs mig", "Svar"])
    assert load(path, book).n == 8


def test_the_frame_may_be_in_another_format(tmp_path: Path, book: Codebook) -> None:
    more = '[frame]\nname = "frame.csv"\nsampled = { column = "drawn", codes = "tick" }'
    path = deliver(tmp_path, table(), more=more)
    (tmp_path / "frame.csv").write_text(
        "nr;drawn\n" + "".join(f"w{n};{1 + (n > 16)}\n" for n in range(1, 33)), encoding="utf-8"
    )
    wave = load(path, book)
    assert wave.sampled == 16
    assert repr(wave.frame) == "<SampleFrame: 32 units, 16 drawn, 8 answered; no registers>"


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [
        ("delivery.sav", 'delimiter = ";"', "delimiter does not apply to SPSS; take it out"),
        ("delivery.sav", 'decimal = ","', "decimal does not apply to SPSS; take it out"),
        ("delivery.sav", 'sheet = "Ark1"', "sheet does not apply to SPSS; take it out"),
        ("delivery.parquet", 'encoding = "utf-8"', "encoding does not apply to Parquet; take it out"),
        ("delivery.xlsx", 'encoding = "utf-8"', "encoding does not apply to Excel; take it out"),
        ("delivery.csv", 'decimal = ","\nencoding = "utf-8"', "delimiter is missing"),
        (
            "delivery.csv",
            'delimiter = ";"\ndecimal = ","\nencoding = "utf-8"\nsheet = "x"',
            "sheet does not apply to text",
        ),
        ("delivery.sav", 'encoding = "utf8x"', "encoding must be one that Python knows"),
        ("delivery.xlsx", 'decimal = ";"', "decimal must be a comma or a point, got ';'"),
        ("delivery.pkl", "", "name has an ending that is not known"),
        ("../delivery.sav", "", "file.name must name a file beside the layout"),
        ("delivery.sav", "name2 = 1", "name2 is not a key of this kind of record"),
    ],
)
def test_what_a_layout_says_of_the_file_fits_its_format(
    tmp_path: Path, book: Codebook, name: str, file: str, message: str
) -> None:
    (tmp_path / "delivery.layout.toml").write_text(layout_text(name, file), encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        read_and_check(tmp_path / "delivery.layout.toml", book)
    assert [fault for fault in caught.value.faults if message in fault.message]


def test_a_parquet_delivery_is_told_from_a_processed_wave(tmp_path: Path, book: Codebook) -> None:
    path = deliver(tmp_path, table(), "Parquet of whole numbers")
    wave = load(path, book)
    assert wave.provenance.file == "delivery.parquet"
    processed = tmp_path / "processed.parquet"
    write_processed(wave, processed)
    processed.replace(path)  # a processed wave beside a layout of the same name
    again = load(path, book)
    pd.testing.assert_frame_equal(again.microdata, wave.microdata)
    assert again.provenance == wave.provenance


def test_a_folder_or_a_loop_is_no_delivery(tmp_path: Path, book: Codebook) -> None:
    (tmp_path / "delivery.sav").mkdir()
    (fault,) = faults(tmp_path / "delivery.sav", book)
    assert fault.message == "is a folder; name the file in it"
