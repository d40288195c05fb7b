"""Deliveries whose file cannot be read as a table: not there, cut differently, in another encoding."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from small_delivery import NAME, SmallDelivery, facts, refused, small_delivery

import barometer as bm
from barometer.errors import DeliveryError, DeliveryWarning, MissingFileError
from barometer.microdata.load import read_and_check


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


def test_a_good_delivery_is_loaded(delivery: SmallDelivery) -> None:
    wave = bm.load_wave(3, delivery.path)
    assert wave.n == len(delivery.rows) == 113
    assert wave.microdata["id"].tolist() == delivery.column("loebenr")
    assert wave.sampled == 193
    assert repr(wave) == "<Wave 3 (2018-2019): 113 workplaces, 9 strata; SYNTHETIC microdata, nobody's answers>"


def test_a_delivery_without_a_mark_is_loaded_as_confidential(delivery: SmallDelivery) -> None:
    delivery.drop_column("syntetisk")
    delivery.write()
    delivery.edit_layout('kind = "synthetic"', 'kind = "delivery"')
    delivery.edit_layout('[mark]\ncolumn = "syntetisk"\ncodes = "mark"\n', "")
    with pytest.warns(DeliveryWarning, match=r"published-n|wave-record"):
        wave = bm.load_wave(3, delivery.path)
    assert not wave.is_synthetic
    assert not wave.microdata["synthetic"].any()
    assert repr(wave).endswith("delivered microdata, confidential>")
    assert "Delivered microdata: confidential" in wave._repr_html_()


def test_a_missing_delivery_is_named(delivery: SmallDelivery) -> None:
    delivery.path.unlink()
    with pytest.raises(MissingFileError, match="There is no delivery at") as caught:
        bm.load_wave(3, delivery.path)
    assert caught.value.path == delivery.path
    assert isinstance(caught.value, FileNotFoundError)


def test_the_file_that_a_layout_names_must_be_there(delivery: SmallDelivery) -> None:
    delivery.path.unlink()
    with pytest.raises(MissingFileError, match=f"The layout {NAME}.layout.toml expects it beside itself") as caught:
        read_and_check(delivery.layout, bm.codebook())
    assert caught.value.path == delivery.path


def test_a_missing_layout_is_named(delivery: SmallDelivery) -> None:
    delivery.layout.unlink()
    with pytest.raises(MissingFileError, match=r"There is no layout at .*barometer layout init") as caught:
        bm.load_wave(3, delivery.path)
    assert caught.value.path == delivery.layout


def test_a_layout_may_lie_elsewhere(delivery: SmallDelivery, tmp_path: Path) -> None:
    elsewhere = tmp_path / "layouts" / "other.toml"
    elsewhere.parent.mkdir()
    delivery.layout.rename(elsewhere)
    assert bm.load_wave(3, delivery.path, layout=elsewhere).n == 113


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_another_delimiter_is_recognised(delivery: SmallDelivery, delimiter: str) -> None:
    delivery.path.write_text(delivery.text(delimiter), encoding="utf-8")
    (fault,) = refused(delivery)
    assert facts(fault) == ("delimiter", "", ())
    expected = f"the header has no ';' but {len(delivery.header) - 1} {delimiter!r}; set `delimiter` in the layout"
    assert fault.message == expected


def test_windows_1252_in_the_header_is_found_at_its_byte(delivery: SmallDelivery) -> None:
    delivery.header[delivery.header.index("vaegt")] = "vægt"
    content = delivery.text().encode("cp1252")
    delivery.path.write_bytes(content)
    (fault,) = refused(delivery)
    assert facts(fault) == ("encoding", "", (1,))
    assert fault.message == f"is not utf-8 at byte {content.index(0xE6)}; set `encoding` in the layout"


def test_windows_1252_in_a_late_row_is_found(delivery: SmallDelivery) -> None:
    delivery.put(110, loebenr="bjørn")
    delivery.path.write_bytes(delivery.text().encode("cp1252"))
    (fault,) = refused(delivery, "bj")
    assert facts(fault) == ("encoding", "", (110,))
    assert fault.message.startswith("is not utf-8 at byte ")


def test_windows_1252_is_read_when_the_layout_says_so(delivery: SmallDelivery) -> None:
    delivery.header[delivery.header.index("vaegt")] = "vægt"
    delivery.path.write_bytes(delivery.text().encode("cp1252"))
    delivery.edit_layout('weight = "vaegt"', 'weight = "vægt"')
    delivery.edit_layout('encoding = "utf-8"', 'encoding = "cp1252"')
    assert bm.load_wave(3, delivery.path).n == 113


def test_an_empty_file_is_refused(delivery: SmallDelivery) -> None:
    delivery.path.write_bytes(b"")
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == ("file", "", (), "is empty")


def test_a_header_without_rows_is_refused(delivery: SmallDelivery) -> None:
    delivery.rows.clear()
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == ("file", "", (), "has a header but no rows")


def test_a_column_name_used_twice_is_named(delivery: SmallDelivery) -> None:
    delivery.header[delivery.header.index("sp07")] = "sp06"
    delivery.write()
    (fault,) = refused(delivery)
    assert (*facts(fault), fault.message) == ("columns", "sp06", (), "is in the header more than once")


@pytest.mark.parametrize("row", [3, 60, 114])
def test_a_row_with_too_many_fields_is_named(delivery: SmallDelivery, row: int) -> None:
    delivery.rows[row - 2].append("7301")
    delivery.write()
    (fault,) = refused(delivery, "7301")
    assert facts(fault) == ("columns", "", (row,))
    assert fault.message == f"expected {len(delivery.header)} fields, found {len(delivery.header) + 1}"


def test_a_quotation_mark_left_open_is_suspected(delivery: SmallDelivery) -> None:
    delivery.path.write_text(delivery.text().replace(";0;", ';"0;', 1), encoding="utf-8")
    (fault,) = refused(delivery)
    assert facts(fault) == ("columns", "", (2,))
    assert "is a quotation mark left open?" in fault.message


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="windows line endings"),
        pytest.param(lambda text: text.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"), id="both, as Excel writes"),
        pytest.param(lambda text: text.rstrip("\n").encode(), id="no final newline"),
        pytest.param(lambda text: ('"' + text.replace(";", '";"').replace("\n", '"\n"')[:-1]).encode(), id="quoted"),
    ],
)
def test_how_a_program_writes_its_text_changes_nothing(
    delivery: SmallDelivery, content: Callable[[str], bytes]
) -> None:
    expected = bm.load_wave(3, delivery.path).microdata
    delivery.path.write_bytes(content(delivery.text()))
    pd.testing.assert_frame_equal(bm.load_wave(3, delivery.path).microdata, expected)


def test_the_frame_that_a_layout_names_must_be_there(delivery: SmallDelivery) -> None:
    delivery.frame.unlink()
    with pytest.raises(MissingFileError) as caught:
        bm.load_wave(3, delivery.path)
    assert caught.value.path == delivery.frame


def test_the_frame_must_say_who_was_drawn(delivery: SmallDelivery) -> None:
    delivery.frame.write_text(delivery.frame.read_text(encoding="utf-8").replace("udtrukket", "x", 1), encoding="utf-8")
    with pytest.raises(DeliveryError) as caught:
        bm.load_wave(3, delivery.path)
    assert caught.value.path == delivery.path
    assert [facts(fault) for fault in caught.value.faults] == [("columns", f"{delivery.frame.name} udtrukket", ())]


def test_without_a_frame_nobody_knows_how_many_were_drawn(delivery: SmallDelivery) -> None:
    delivery.frame.unlink()
    frame = f'[frame]\nname = "{NAME}.frame.csv"\nsampled = {{ column = "udtrukket", codes = "tick" }}\n'
    delivery.edit_layout(frame, "")
    wave = bm.load_wave(3, delivery.path)
    assert wave.sampled is None
    assert "not delivered" in wave._repr_html_()
