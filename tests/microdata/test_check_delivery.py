"""What the checks of a delivery find, beside what stops it: warnings, corrections, and the table of both."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from small_delivery import SmallDelivery, facts, refused, small_delivery

import barometer as bm
from barometer import cli
from barometer.errors import ArgumentError, DeliveryWarning, MissingFileError
from barometer.microdata.rules import check_rules

ROOT = Path(__file__).parents[2]


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


def with_corrections(delivery: SmallDelivery, *rows: str) -> Path:
    path = delivery.folder / "corrections.csv"
    path.write_text("\n".join(["id;column;expected;value;reason", *rows]) + "\n", encoding="utf-8")
    delivery.edit_layout("wave = 3\n", f'wave = 3\ncorrections = "{path.name}"\n')
    return path


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
    assert found.table["severity"].tolist() == ["warning", "error"]
    assert found.table["rows"].tolist() == ["", str(row)]
    assert found.to_frame("da")["Alvor"].tolist() == ["bemærkning", "fejl"]
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
    (odd,) = bm.check_delivery(real.path).warnings
    assert odd.rule == "published-n"
    assert "all 113 (2,271)" in odd.message
    assert "evaluated 30 (749)" in odd.message
    with pytest.warns(DeliveryWarning, match="published-n"):
        wave = bm.load_wave(3, real.path)
    assert wave.warnings == (odd,)


def test_weights_that_leave_few_answers_worth_anything_are_odd(delivery: SmallDelivery) -> None:
    for row in delivery.numbers():
        delivery.put(row, vaegt="1")
    delivery.put(2, vaegt="200")
    delivery.write()
    (spread,) = [odd for odd in bm.check_delivery(delivery.path).warnings if odd.rule == "weight-spread"]
    worth = (112 + 200) ** 2 / (112 + 200**2)
    assert spread.message == f"differ so much that 113 answers are worth {worth:.0f}; are they right?"


def test_rows_that_repeat_under_another_number_are_odd(delivery: SmallDelivery) -> None:
    row = innovative_row(delivery)
    delivery.rows.append(["99999", *delivery.rows[row - 2][1:]])
    delivery.frame.unlink()
    delivery.edit_layout(
        '[frame]\nname = "wave3_synthetic.frame.csv"\nsampled = { column = "udtrukket", codes = "tick" }\n', ""
    )
    delivery.write()
    (repeated,) = [odd for odd in bm.check_delivery(delivery.path).warnings if odd.rule == "duplicates"]
    assert repeated.rows == (row, len(delivery.rows) + 1)


def test_warnings_go_through_ingest_into_the_processed_wave_and_the_report(real: SmallDelivery, tmp_path: Path) -> None:
    told: list[str] = []
    written, manifest = bm.ingest(real.folder, tmp_path / "processed", told.append)
    assert any(line.startswith("warning: [published-n]") for line in told)
    listed = json.loads(manifest.read_text(encoding="utf-8"))["waves"][0]["warnings"]
    wave = bm.load_wave(3, written)
    assert [(odd["rule"], odd["message"]) for odd in listed] == [(odd.rule, odd.message) for odd in wave.warnings]
    page = bm.build_report(tmp_path / "report", wave)
    text = page.read_text(encoding="utf-8")
    assert "Bemærkninger til data" in text
    assert "[published-n]" in text


def test_a_correction_takes_the_place_of_the_value_it_expects(delivery: SmallDelivery) -> None:
    row = innovative_row(delivery)
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    with_corrections(delivery, f"{unit};sp06;{old};98;the workplace called")
    wave = bm.load_wave(3, delivery.path)
    changed = wave.microdata.loc[wave.microdata["id"] == unit, "core_task"].tolist()
    assert changed == ["dont_know"]
    assert wave.provenance.corrections == 1
    assert repr(wave).endswith("with 1 corrections>")
    before = bm.load_wave(3).microdata.set_index("id").loc[wave.microdata["id"], "core_task"]
    assert (before.cat.codes.to_numpy() != wave.microdata["core_task"].cat.codes.to_numpy()).sum() == 1


def test_corrections_are_part_of_the_manifest(delivery: SmallDelivery, tmp_path: Path) -> None:
    row = innovative_row(delivery)
    with_corrections(delivery, f"{delivery.get(row, 'loebenr')};sp06;{delivery.get(row, 'sp06')};98;called")
    written, manifest = bm.ingest(delivery.folder, tmp_path / "processed")
    (entry,) = json.loads(manifest.read_text(encoding="utf-8"))["waves"]
    assert entry["corrections"] == 1
    assert "corrections.csv" in [file["file"] for file in entry["inputs"]]
    assert bm.load_wave(3, written).provenance.corrections == 1


def test_corrections_that_do_not_fit_are_all_told_and_none_is_applied(delivery: SmallDelivery) -> None:
    row = innovative_row(delivery)
    unit, old = delivery.get(row, "loebenr"), delivery.get(row, "sp06")
    other = "1" if old == "2" else "2"
    with_corrections(
        delivery,
        f"{unit};sp06;{old};98;called",
        f"{unit};sp08;77;1;the old value is gone",
        "nobody;sp06;1;2;no such unit",
        f"{unit};sp99;1;2;no such column",
        f"{unit};sp06;{old};{other};twice",
        f"{unit};sp07;1;1;changes nothing",
        f"{unit};sp10_1;0;1;",
        "too;few",
    )
    faults = refused(delivery)
    assert {fault.rule for fault in faults} == {"correction"}
    told = {fault.rows[0]: fault.message for fault in faults}
    assert sorted(told) == [3, 4, 5, 6, 7, 8, 9]
    assert told[3] == "the value that it expects is no longer there; has the delivery changed?"
    assert told[4] == "there is no such unit in the delivery"
    assert told[5] == "there is no column 'sp99' in the delivery"
    assert told[6] == "is of the same place as row 2"
    assert told[7].startswith(("changes nothing", "the value that it expects"))
    assert told[9] == "must have 5 fields"


def test_a_file_of_corrections_that_is_named_must_be_there(delivery: SmallDelivery) -> None:
    with_corrections(delivery).unlink()
    with pytest.raises(MissingFileError, match="There is no file of corrections at"):
        bm.load_wave(3, delivery.path)


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
    assert out.splitlines()[-1].startswith("wave3_synthetic.csv cannot be used: 1 errors, 0 warnings")
    assert "faults.csv" in err


def test_every_rule_that_is_used_is_on_record_and_every_record_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/barometer/microdata").rglob("*.py"))
    used = set(re.findall(r'Fault\(\s*"([a-z-]+)"', source))
    assert used - {"layout"} == set(check_rules())


def test_the_reference_lists_every_rule_with_its_severity_and_words() -> None:
    page = (ROOT / "docs/reference/checks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (error|warning) \| (.*) \|$", page, flags=re.MULTILINE)
    assert rows == [(rule.code, rule.severity, rule.text.en) for rule in check_rules().values()]
