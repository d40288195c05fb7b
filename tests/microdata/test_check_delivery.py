"""What the checks of a delivery find, beside what stops it: warnings, corrections, and the table of both."""

import json
from pathlib import Path

import pandas as pd
import pytest
from small_delivery import SmallDelivery, facts, small_delivery

import barometer as bm
from barometer import cli
from barometer.errors import ArgumentError, DeliveryWarning, Fault, MissingFileError
from barometer.microdata.rules import check_rules
from barometer.publication.editions import make_edition
from barometer.publication.site import Content, site_pages


@pytest.fixture
def delivery(tmp_path: Path) -> SmallDelivery:
    return small_delivery(tmp_path)


@pytest.fixture
def real(delivery: SmallDelivery) -> SmallDelivery:
    """The same as if it were no synthetic delivery."""
    delivery.drop_column("syntetisk")
    delivery.write()
    delivery.edit_layout('kind = "synthetic"', 'kind = "delivery"')
    delivery.edit_layout('[mark]\ncolumn = "syntetisk"\ncodes = "mark"\n', "")
    return delivery


def innovative_row(delivery: SmallDelivery) -> int:
    return next(row for row in delivery.numbers() if delivery.get(row, "sp06") in ("1", "2"))


def test_a_sound_delivery_has_nothing_to_tell(delivery: SmallDelivery) -> None:
    found = bm.check_delivery(delivery.path)
    assert found.is_usable
    assert (found.errors, found.warnings, len(found.table)) == ((), (), 0)
    assert found.summary() == "wave3_synthetic.csv can be used: 0 errors, 0 warnings (nothing found)"


def test_errors_and_warnings_are_told_together(delivery: SmallDelivery) -> None:
    row = innovative_row(delivery)
    delivery.put(row, sp06="", vaegt="55,125")
    delivery.write()
    found = bm.check_delivery(delivery.path)
    assert not found.is_usable
    assert [facts(fault) for fault in found.errors] == [("routing", "sp06", (row,))]
    assert [fault.rule for fault in found.warnings] == ["weight-sum"]
    table = found.table
    assert list(table.columns) == ["severity", "rule", "column", "count", "rows", "message"]
    assert table.drop(columns="message").to_numpy().tolist() == [
        ["error", "routing", "sp06", 1, str(row)],
        ["warning", "weight-sum", "vaegt", 0, ""],
    ]
    danish = found.to_frame("da")
    assert danish["Alvor"].tolist() == ["fejl", "bemærkning"]
    assert danish["Om"].tolist() == ["Filtrering", "Vægtenes sum"]
    assert danish["Hvad nu"].tolist() == [check_rules()[rule].remedy.da for rule in ("routing", "weight-sum")]
    assert "55,125" not in repr(found) + found._repr_html_()


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_table_can_be_saved(delivery: SmallDelivery, tmp_path: Path, ending: str) -> None:
    delivery.drop_column("sp06")
    delivery.write()
    path = bm.check_delivery(delivery.path).save(tmp_path / "out" / f"faults.{ending}")
    if ending == "csv":
        assert pd.read_csv(path)["column"].tolist() == ["sp06"]
    else:
        content = json.loads(path.read_text(encoding="utf-8"))
        assert (content["file"], content["usable"]) == ("wave3_synthetic.csv", False)
        assert [finding["rule"] for finding in content["findings"]] == ["columns"]


def test_the_table_is_saved_as_csv_or_json_only(delivery: SmallDelivery, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"must end in \.csv or \.json, got 'faults\.xlsx'"):
        bm.check_delivery(delivery.path).save(tmp_path / "faults.xlsx")


def test_a_file_that_is_no_table_is_one_finding(delivery: SmallDelivery) -> None:
    delivery.path.write_text("", encoding="utf-8")
    found = bm.check_delivery(delivery.path)
    assert [(fault.rule, fault.message) for fault in found.faults] == [("file", "is empty")]
    with pytest.raises(MissingFileError):
        bm.check_delivery(delivery.folder / "nowhere.csv")


def test_answers_of_a_real_delivery_are_held_against_those_published(real: SmallDelivery) -> None:
    record, bases = bm.check_delivery(real.path).warnings
    population = sum(
        {
            real.get(row, "delsektor") + real.get(row, "stoerrelse"): int(real.get(row, "antal_i_stratum"))
            for row in real.numbers()
        }.values()
    )
    assert record == Fault(
        "wave-record",
        "counted, and in brackets as on record: answers 113 (2,271), drawn 193 (4,542), "
        f"population {population} (15,000)",
    )
    assert bases.rule == "published-n"
    assert "evaluated 30 (749)" in bases.message
    assert "all " not in bases.message.partition(": ")[2]
    with pytest.warns(DeliveryWarning) as warned:
        wave = bm.load_wave(3, real.path)
    assert [str(warning.message) for warning in warned] == [str(record), str(bases)]
    assert wave.warnings == (record, bases)


def test_bases_that_rest_on_answers_that_could_not_be_read_are_not_counted(real: SmallDelivery) -> None:
    real.put(innovative_row(real), sp18="7301")
    real.write()
    (bases,) = [odd for odd in bm.check_delivery(real.path).warnings if odd.rule == "published-n"]
    assert "evaluated" not in bases.message
    assert "innovative 91 (1,877)" in bases.message


def test_weights_that_leave_few_answers_worth_anything_are_odd(delivery: SmallDelivery) -> None:
    for row in delivery.numbers():
        delivery.put(row, vaegt="1")
    delivery.put(2, vaegt="200")
    delivery.write()
    (spread,) = [odd for odd in bm.check_delivery(delivery.path).warnings if odd.rule == "weight-spread"]
    worth = (112 + 200) ** 2 / (112 + 200**2)
    assert spread.message == f"differ so much that 113 answers are worth {worth:.0f}; are they right?"


def test_warnings_go_through_ingest_into_the_processed_wave_and_the_report(real: SmallDelivery, tmp_path: Path) -> None:
    told: list[str] = []
    written, manifest = bm.ingest(real.folder, tmp_path / "processed", told.append)
    assert any(line.startswith("warning: [published-n]") for line in told)
    listed = json.loads(manifest.read_text(encoding="utf-8"))["waves"][0]["warnings"]
    wave = bm.load_wave(3, written)
    assert [(odd["rule"], odd["message"]) for odd in listed] == [(odd.rule, odd.message) for odd in wave.warnings]
    text = site_pages(Content((make_edition(wave),)))["quality.html"]
    assert "Bemærkninger til data" in text
    assert "<strong>Offentliggjorte antal</strong> <span lang='en'>[published-n] answers in a base" in text


def test_the_command_tells_every_finding_and_whether_the_file_can_be_used(
    delivery: SmallDelivery, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", str(delivery.path)]) == 0
    assert capsys.readouterr().out.endswith("can be used: 0 errors, 0 warnings (nothing found)\n")
    delivery.drop_column("sp06")
    delivery.write()
    assert cli.main(["check", str(delivery.path), "--save", str(tmp_path / "faults.csv")]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith("[columns] sp06:")
    assert out.splitlines()[-1].startswith("wave3_synthetic.csv cannot be used: 1 error, 0 warnings")
    assert "faults.csv" in err


def test_a_processed_wave_tells_the_warnings_that_it_carries(real: SmallDelivery, tmp_path: Path) -> None:
    for row in real.where(delsektor="11", stoerrelse="1"):
        real.put(row, vaegt="9")
    real.write()
    told = bm.check_delivery(real.path)
    written = bm.ingest(real.folder, tmp_path / "processed")[0]
    assert bm.check_delivery(written).faults == told.faults
    written.write_bytes(written.read_bytes()[:-50])
    (fault,) = bm.check_delivery(written).errors
    assert fault.rule == "file"


def test_a_column_name_that_a_spreadsheet_would_run_is_saved_as_text(delivery: SmallDelivery, tmp_path: Path) -> None:
    delivery.add_column("=1+1", "7301")
    delivery.write()
    found = bm.check_delivery(delivery.path)
    saved = pd.read_csv(found.save(tmp_path / "faults.csv"))
    assert (found.table["column"].tolist(), saved["column"].tolist()) == (["=1+1"], ["'=1+1"])
