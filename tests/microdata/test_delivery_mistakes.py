"""Mistakes that are easily made with files: each is found, and said where it is."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_delivery import SmallDelivery, facts, refused, small_delivery

import barometer as bm
from barometer.errors import DeliveryError, LayoutError


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


@pytest.mark.parametrize("rows", [[2], range(2, 115)])
def test_too_many_fields_from_the_first_row_on(delivery: SmallDelivery, rows: list[int]) -> None:
    for row in rows:
        delivery.rows[row - 2].append("7301")
    delivery.write()
    assert [facts(fault) for fault in refused(delivery)] == [("columns", "", tuple(rows))]


def test_too_few_fields(delivery: SmallDelivery) -> None:
    delivery.rows[3].pop()
    delivery.write()
    assert [facts(fault) for fault in refused(delivery)] == [("columns", "", (5,))]


def test_too_few_fields_when_the_last_column_is_not_used(delivery: SmallDelivery) -> None:
    delivery.add_column("note", "x")
    delivery.rows[3].pop()
    delivery.write()
    delivery.edit_layout("wave = 3", 'wave = 3\nignored = ["note"]')
    assert [facts(fault) for fault in refused(delivery)] == [("columns", "", (5,))]


def test_every_ragged_row_is_named(delivery: SmallDelivery) -> None:
    for row in (9, 20, 40):
        delivery.rows[row - 2].append("7301")
    delivery.write()
    assert {row for fault in refused(delivery) for row in fault.rows} == {9, 20, 40}


def test_blank_lines_do_not_shift_row_numbers(delivery: SmallDelivery) -> None:
    delivery.put(9, vaegt="-1")
    lines = delivery.text().splitlines()
    delivery.path.write_text("\n".join([*lines[:3], "", "", *lines[3:]]) + "\n", encoding="utf-8")
    rows = {row for fault in refused(delivery) for row in fault.rows}
    assert rows in ({4, 5}, {4, 5, 11}, {11})


@pytest.mark.parametrize("column", ["vaegt", "antal_i_stratum"])
def test_a_thousands_point_is_not_a_decimal_mark(delivery: SmallDelivery, column: str) -> None:
    delivery.put_everywhere(column, "1.224")
    delivery.write()
    assert {facts(f)[:2] for f in refused(delivery)} == {("weight", column)}


def test_another_encoding_is_found_at_its_byte_or_row(delivery: SmallDelivery) -> None:
    delivery.put(110, loebenr="bjørn")
    content = delivery.text().encode("cp1252")
    delivery.path.write_bytes(content)
    (fault,) = refused(delivery)
    assert f"byte {content.index(0xF8)};" in fault.message or fault.rows == (110,)


def test_a_quotation_mark_left_open_in_the_header(delivery: SmallDelivery) -> None:
    big = delivery.text() * 20
    delivery.path.write_text('"' + big, encoding="utf-8")
    (fault,) = refused(delivery)
    assert fault.rule == "columns"


def test_a_column_without_a_name_is_told_as_that(delivery: SmallDelivery) -> None:
    delivery.path.write_text(delivery.text().replace("\n", ";\n"), encoding="utf-8")
    assert "Unnamed" not in str(refused(delivery)[0])


def test_a_byte_order_mark_does_not_hide_a_repeated_first_column(delivery: SmallDelivery) -> None:
    delivery.header[delivery.header.index("sp07")] = "loebenr"
    delivery.path.write_bytes(delivery.text().encode("utf-8-sig"))
    assert [facts(f) for f in refused(delivery)] == [("columns", "loebenr", ())]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('delimiter = ";"', 'delimiter = ";;"'),
        ('delimiter = ";"', 'delimiter = ""'),
        ('encoding = "utf-8"', 'encoding = "utf8x"'),
        ('decimal = ","', 'decimal = ""'),
        ("wave = 3", "wave = nan"),
        ('"udtrukket", codes = "tick"', '"udtrukket", codes = "level"'),
        ("wave = 3", 'wave = 3\nignored = ["sp06"]'),
    ],
)
def test_a_layout_that_cannot_work_is_refused(delivery: SmallDelivery, old: str, new: str) -> None:
    delivery.edit_layout(old, new)
    with pytest.raises(LayoutError):
        bm.load_wave(3, delivery.path)


@pytest.mark.parametrize(
    "change", [lambda text: text.replace(";1;0\n", ";7;0\n"), lambda text: text.replace(";1;", ";0;")]
)
def test_a_frame_with_unknown_codes_or_fewer_drawn_than_answered(
    delivery: SmallDelivery, change: Callable[[str], str]
) -> None:
    delivery.frame.write_text(change(delivery.frame.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DeliveryError):
        bm.load_wave(3, delivery.path)


def ingested(delivery: SmallDelivery) -> Path:
    return bm.ingest(delivery.folder, delivery.folder / "processed")[0]


def test_damage_anywhere_in_a_processed_file_is_found(delivery: SmallDelivery) -> None:
    path = ingested(delivery)
    content = path.read_bytes()
    for position in range(200, len(content) - 100, 997):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(bytes(damaged))
        with pytest.raises(DeliveryError):
            bm.load_wave(3, path)


@pytest.mark.parametrize("note", [b"{", b"{}"])
def test_facts_that_cannot_be_read_are_not_ours(delivery: SmallDelivery, note: bytes) -> None:
    path = ingested(delivery)
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, b"barometer": note}), path)
    with pytest.raises(DeliveryError):
        bm.load_wave(3, path)


@pytest.mark.parametrize("column", ["id", "weight", "population", "sector"])
def test_a_processed_file_needs_its_design(delivery: SmallDelivery, column: str) -> None:
    path = ingested(delivery)
    pq.write_table(pq.read_table(path).drop_columns([column]), path)
    with pytest.raises(DeliveryError):
        bm.load_wave(3, path)


def test_answers_that_are_plain_text_are_refused(delivery: SmallDelivery) -> None:
    path = ingested(delivery)
    table = pq.read_table(path)
    position = table.schema.get_field_index("novelty")
    pq.write_table(table.set_column(position, "novelty", table["novelty"].cast(pa.string())), path)
    with pytest.raises(DeliveryError):
        bm.load_wave(3, path)


def test_a_manifest_lists_what_lies_beside_it(delivery: SmallDelivery) -> None:
    processed = delivery.folder / "processed"
    for ending in ("csv", "layout.toml", "frame.csv"):
        text = (delivery.folder / f"wave3_synthetic.{ending}").read_text(encoding="utf-8")
        (delivery.folder / f"another.{ending}").write_text(text.replace("wave3_synthetic", "another"), encoding="utf-8")
    bm.ingest(delivery.folder, processed)
    (delivery.folder / "another.layout.toml").unlink()
    bm.ingest(delivery.folder, processed)
    waves = json.loads((processed / "manifest.json").read_text(encoding="utf-8"))["waves"]
    assert {wave["output"]["file"] for wave in waves} == {path.name for path in processed.glob("*.parquet")}


def test_repr_of_the_answers_shows_none(delivery: SmallDelivery) -> None:
    answers = bm.load_wave(3, delivery.path).answers
    assert "array(" not in repr(answers)
    assert repr(answers) == f"<CodedAnswers: {answers.n} workplaces, {len(answers.columns)} columns>"


def test_an_unreadable_delivery_is_not_blamed_on_the_folder_of_results(
    delivery: SmallDelivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(delivery.path))

    monkeypatch.setattr("barometer.microdata.examine.read_delivery", refuse)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        ingested(delivery)
    assert "processed: cannot be written to" not in str(caught.value)


def test_an_id_of_blanks_is_missing(delivery: SmallDelivery) -> None:
    delivery.put(5, loebenr="  ")
    delivery.write()
    assert [facts(fault) for fault in refused(delivery)] == [("id", "loebenr", (5,))]
