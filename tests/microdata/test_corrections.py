"""Corrections to single answers: each finds what it expects, or none is applied."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from small_delivery import NAME, SmallDelivery, refused, small_delivery

import barometer as bm
from barometer.errors import ArgumentError, Fault, LayoutError, MissingFileError
from barometer.publication.editions import make_edition
from barometer.publication.site import Content, site_pages

HEADER = "id;column;expected;value;reason"


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


@pytest.fixture
def row(delivery: SmallDelivery) -> int:
    """Row of a workplace that was asked whether its innovation was part of the core task."""
    return next(row for row in delivery.numbers() if delivery.get(row, "sp06") in ("1", "2"))


def write_corrections(delivery: SmallDelivery, *rows: str, header: str = HEADER) -> Path:
    path = delivery.folder / f"{NAME}.corrections.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def misfits(delivery: SmallDelivery, *rows: str) -> dict[int, list[str]]:
    """Return what is said of each row of the file of corrections."""
    write_corrections(delivery, *rows)
    told: dict[int, list[str]] = {}
    for fault in refused(delivery):
        assert (fault.rule, fault.column) == ("correction", f"{NAME}.corrections.csv")
        told.setdefault(fault.rows[0], []).append(fault.message)
    return told


def as_parquet(delivery: SmallDelivery) -> Path:
    """Deliver the same rows as Parquet, with numbers where the file has numbers and no frame."""
    table = pd.read_csv(delivery.path, sep=";", decimal=",", dtype={"loebenr": "str"})
    path = delivery.path.with_suffix(".parquet")
    table.to_parquet(path)
    text = delivery.layout.read_text(encoding="utf-8")
    written = f'name = "{NAME}.csv"\ndelimiter = ";"\ndecimal = ","\nencoding = "utf-8"\n'
    frame = f'[frame]\nname = "{NAME}.frame.csv"\nsampled = {{ column = "udtrukket", codes = "tick" }}\n'
    assert written in text
    assert frame in text
    delivery.layout.write_text(text.replace(written, f'name = "{path.name}"\n').replace(frame, ""), encoding="utf-8")
    return path


def answer(wave: bm.Wave, unit: str, column: str) -> object:
    (found,) = wave.microdata.loc[wave.microdata["id"] == unit, column].tolist()
    return found


def test_a_correction_takes_the_place_of_the_value_it_expects(delivery: SmallDelivery, row: int) -> None:
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    before = bm.load_wave(3, delivery.path)
    write_corrections(delivery, f"{unit};sp06;{old};98;the workplace called")
    wave = bm.load_wave(3, delivery.path)
    assert answer(wave, unit, "core_task") == "dont_know"
    same = before.microdata.drop(columns="core_task").equals(wave.microdata.drop(columns="core_task"))
    changed = before.microdata["core_task"].cat.codes != wave.microdata["core_task"].cat.codes
    assert (same, changed.sum()) == (True, 1)
    assert wave.provenance.corrections == 1
    assert repr(wave).endswith("with 1 correction>")
    assert "<th style='text-align:left'>Corrections</th><td>1</td>" in wave._repr_html_()


def test_corrections_of_registers_weights_and_populations_are_applied_together(delivery: SmallDelivery) -> None:
    sound = bm.load_wave(3, delivery.path)
    first, second, third = delivery.where(delsektor="11", stoerrelse="1")
    units = [delivery.get(row, "loebenr") for row in (first, second, third)]
    weight, level = delivery.get(first, "vaegt"), delivery.get(first, "niveau")
    delivery.put(first, vaegt="x", antal_i_stratum="7301")
    delivery.put(second, niveau="9")
    delivery.put(third, niveau="")
    delivery.write()
    write_corrections(
        delivery,
        f"{units[0]};vaegt;x;{weight};typed wrongly",
        f"{units[0]};antal_i_stratum;7301;32;of another year",
        f"{units[1]};niveau;9;{level};an old code",
        f"{units[2]};niveau;;{level};left out",
    )
    wave = bm.load_wave(3, delivery.path)
    pd.testing.assert_frame_equal(wave.microdata, sound.microdata)
    assert repr(wave).endswith("with 4 corrections>")


def test_columns_of_numbers_are_corrected_as_what_is_written_in_the_file(delivery: SmallDelivery, row: int) -> None:
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    path = as_parquet(delivery)
    sound = bm.load_wave(3, path)
    weight = answer(sound, unit, "weight")
    write_corrections(delivery, f"{unit};sp06;{old};98;called", f"{unit};vaegt;{weight};7.5;called")
    with pytest.warns(match="weight-sum"):
        wave = bm.load_wave(3, path)
    assert (answer(wave, unit, "core_task"), answer(wave, unit, "weight")) == ("dont_know", 7.5)
    others = sound.microdata["id"] != unit
    pd.testing.assert_frame_equal(wave.microdata[others], sound.microdata[others])


def test_a_number_that_is_no_longer_there_is_not_corrected(delivery: SmallDelivery, row: int) -> None:
    unit = delivery.get(row, "loebenr")
    as_parquet(delivery)
    write_corrections(delivery, f"{unit};vaegt;7301.5;7.5;called", f"{unit};antal_i_stratum;73;many;called")
    found = bm.check_delivery(delivery.path.with_suffix(".parquet"))
    assert [(fault.rows, fault.message) for fault in found.errors] == [
        ((2,), "the value that it expects is no longer there; has the delivery changed?"),
        ((3,), "its new value is none that the layout has for that column"),
    ]


def test_a_code_for_missing_is_a_blank_to_a_correction(delivery: SmallDelivery, row: int) -> None:
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    sound = bm.load_wave(3, delivery.path)
    delivery.put(row, sp06="-9")
    delivery.write()
    delivery.edit_layout('encoding = "utf-8"', 'encoding = "utf-8"\nmissing = ["", "-9"]')
    write_corrections(delivery, f"{unit};sp06;-9;{old};called")
    pd.testing.assert_frame_equal(bm.load_wave(3, delivery.path).microdata, sound.microdata)


def test_what_a_correction_makes_of_an_answer_is_checked_as_any_answer(delivery: SmallDelivery, row: int) -> None:
    write_corrections(delivery, f"{delivery.get(row, 'loebenr')};sp06;{delivery.get(row, 'sp06')};;withdrawn")
    (fault,) = refused(delivery)
    assert (fault.rule, fault.column, fault.rows) == ("routing", "sp06", (row,))


def test_corrections_are_part_of_the_manifest_and_of_the_processed_wave(
    delivery: SmallDelivery, row: int, tmp_path: Path
) -> None:
    path = write_corrections(delivery, f"{delivery.get(row, 'loebenr')};sp06;{delivery.get(row, 'sp06')};98;called")
    written, manifest = bm.ingest(delivery.folder, tmp_path / "processed")
    (entry,) = json.loads(manifest.read_text(encoding="utf-8"))["waves"]
    assert entry["corrections"] == 1
    content = path.read_bytes()
    described = {"file": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert described in entry["inputs"]
    assert repr(bm.load_wave(3, written)).endswith("with 1 correction>")


def test_the_report_says_that_answers_were_corrected(delivery: SmallDelivery, row: int) -> None:
    write_corrections(delivery, f"{delivery.get(row, 'loebenr')};sp06;{delivery.get(row, 'sp06')};98;called")
    text = site_pages(Content((make_edition(bm.load_wave(3, delivery.path)),)))["quality.html"]
    assert "<strong>Rettelse</strong>" in text
    assert "[correction] answers corrected after the file was read: 1" in text


def test_corrections_that_do_not_fit_are_all_told_and_none_is_applied(delivery: SmallDelivery, row: int) -> None:
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    other = "1" if old == "2" else "2"
    assert misfits(
        delivery,
        f"{unit};sp06;{old};98;called",
        f"{unit};sp08;77;1;the old value is gone",
        "nobody;sp06;1;2;no such unit",
        f"{unit};sp99;1;2;no such column",
        f"{unit};sp06;{old};{other};twice",
        f"{unit};sp06;{old};{old};changes nothing and comes again",
        f"{unit};vaegt;7301;; ",
        "too;few",
        f"{unit};niveau;7301;7302;no such code",
        f"{unit};loebenr;{unit};7301;the number itself",
        f"{unit};syntetisk;1;0;the mark",
    ) == {
        3: ["the value that it expects is no longer there; has the delivery changed?"],
        4: ["there is no such unit in the delivery"],
        5: ["there is no column 'sp99' in the delivery"],
        6: ["is of the same place as row 2"],
        7: ["changes nothing: expected and value are the same", "is of the same place as row 2"],
        8: ["gives no reason", "its new value is none that the layout has for that column"],
        9: ["must have 5 fields"],
        10: ["its new value is none that the layout has for that column"],
        11: ["the column 'loebenr' cannot be corrected: only answers, registers, weights and populations can"],
        12: ["the column 'syntetisk' cannot be corrected: only answers, registers, weights and populations can"],
    }


def test_one_correction_that_does_not_fit_keeps_all_others_back(delivery: SmallDelivery, row: int) -> None:
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    delivery.put(row, sp06="")
    delivery.write()
    write_corrections(delivery, f"{unit};sp06;;{old};called", "nobody;sp06;1;2;called")
    assert [(fault.rule, fault.rows) for fault in refused(delivery)] == [("correction", (3,)), ("routing", (row,))]


def test_a_unit_that_is_there_twice_is_not_corrected(delivery: SmallDelivery, row: int) -> None:
    unit = delivery.get(row, "loebenr")
    delivery.put(row + 1, loebenr=unit)
    delivery.write()
    write_corrections(delivery, f"{unit};sp06;{delivery.get(row, 'sp06')};98;called")
    assert {(fault.rule, fault.message) for fault in refused(delivery)} == {
        ("correction", "several rows have the number of that unit"),
        ("id", "stands on an earlier row too"),
    }


@pytest.mark.parametrize("content", ["", "id;column\n", "id,column,expected,value,reason\n", HEADER + ";by;by\n"])
def test_a_file_with_other_columns_is_refused(delivery: SmallDelivery, content: str) -> None:
    write_corrections(delivery).write_text(content, encoding="utf-8")
    (fault,) = refused(delivery)
    assert fault == Fault(
        "correction",
        "the columns must be id, column, expected, value, reason, and may be by and date, with semicolons",
        f"{NAME}.corrections.csv",
        (1,),
    )


def test_a_file_in_another_encoding_is_refused(delivery: SmallDelivery) -> None:
    write_corrections(delivery).write_bytes(f"{HEADER}\nøå".encode("cp1252"))
    (fault,) = refused(delivery)
    assert fault.message == f"is not UTF-8 at byte {len(HEADER) + 1}"


def test_who_and_when_may_be_told_and_blank_lines_are_nothing(delivery: SmallDelivery, row: int) -> None:
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    line = f"{unit};sp06;{old};98;called;MJ;2026-11-02"
    write_corrections(delivery, "", ";;;;;;", line, "", header=f"{HEADER};by;date")
    assert bm.load_wave(3, delivery.path).provenance.corrections == 1


def test_the_layout_or_the_call_names_a_file_elsewhere(delivery: SmallDelivery, row: int, tmp_path: Path) -> None:
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    given = tmp_path / "given.csv"
    write_corrections(delivery, f"{unit};sp06;{old};98;called").rename(given)
    assert bm.load_wave(3, delivery.path).provenance.corrections == 0
    assert bm.load_wave(3, delivery.path, corrections=given).provenance.corrections == 1
    assert bm.check_delivery(delivery.path, corrections=given).faults == ()
    delivery.edit_layout("wave = 3\n", 'wave = 3\ncorrections = "given.csv"\n')
    assert bm.load_wave(3, delivery.path).provenance.corrections == 1
    given.unlink()
    for call in (bm.check_delivery, lambda path: bm.load_wave(3, path)):
        with pytest.raises(MissingFileError, match="There is no file of corrections at"):
            call(delivery.path)


def test_only_a_delivery_can_be_corrected(delivery: SmallDelivery, row: int, tmp_path: Path) -> None:
    path = write_corrections(delivery, f"{delivery.get(row, 'loebenr')};sp06;{delivery.get(row, 'sp06')};98;called")
    written = bm.ingest(delivery.folder, tmp_path / "processed")[0]
    for call in (
        lambda: bm.load_wave(3, corrections=path),
        lambda: bm.load_wave(3, written, corrections=path),
        lambda: bm.check_delivery(written, corrections=path),
    ):
        with pytest.raises(ArgumentError, match="ingest it again with its corrections"):
            call()


@pytest.mark.parametrize("name", ["../given.csv", "elsewhere/given.csv"])
def test_the_layout_names_a_file_beside_the_delivery(delivery: SmallDelivery, name: str) -> None:
    delivery.edit_layout("wave = 3\n", f'wave = 3\ncorrections = "{name}"\n')
    with pytest.raises(LayoutError, match="corrections must name a file beside the layout"):
        bm.load_wave(3, delivery.path)
