"""StatBank's tables computed: the shares of estimate_shares under StatBank's codes, in StatBank's own shapes."""

import json
from collections.abc import Callable
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import pytest
from published_samples import as_delivery

import barometer as bm
from barometer.cli import main
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, OutputError, UnknownNameError
from barometer.publication.statbank.cells import read_number, write_number

TABLES = ("OIN01DK", "OIN02DK", "OIN03DK", "OIN04DK")


@pytest.fixture(scope="module")
def tables(waves: dict[int, bm.Wave]) -> dict[str, bm.StatBankShares]:
    given = [waves[number] for number in (4, 2, 3)]
    return {name: bm.statbank_table(name, given, policy="none") for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_cells_are_the_shares_of_the_codes_counterparts(
    tables: dict[str, bm.StatBankShares], waves: dict[int, bm.Wave], name: str
) -> None:
    computed = tables[name]
    sector, answer, time = (variable.code for variable in computed.record.variables)
    cells: Any = computed.table.set_index([sector, answer, time])
    assert cells.index.is_unique
    assert len(cells) == prod(len(variable.codes) for variable in computed.record.variables)
    assert list(dict.fromkeys(computed.table[time])) == ["2016", "2019", "2023"]
    year, wave = "2023", waves[4]
    asked = [code for code in computed.record.variable(answer).codes if code.ours in wave.codebook.indicators]
    ours = bm.estimate_shares(wave, [code.ours for code in asked], by="level")
    for code in asked:
        for row, group in (("1000", ()), ("1010", ("municipality",)), ("1030", ("state",))):
            cell, expected = cells.loc[(row, code.code, year)], ours.row(code.ours, *group)
            for column in ("share", "se", "ci_low", "ci_high", "n"):
                assert cell[column] == pytest.approx(expected[column], rel=1e-12)
            assert cell["reason"] == ""


def test_small_cells_are_suppressed_by_default(tables: dict[str, bm.StatBankShares], waves: dict[int, bm.Wave]) -> None:
    safe = bm.statbank_table("OIN03DK", [waves[number] for number in (2, 3, 4)])
    hidden = safe.table[safe.table["reason"] == "suppressed"]
    assert len(hidden) > 0
    assert hidden["share"].isna().all()
    assert hidden["ci_low"].isna().all()
    shown = safe.table["share"].notna()
    assert safe.table.loc[shown, "share"].equals(tables["OIN03DK"].table.loc[shown, "share"])
    assert any("suppressed" in note for note in bm.to_table(safe).sheet.notes)


def test_degrees_of_novelty_add_up_and_published_shares_come_out(tables: dict[str, bm.StatBankShares]) -> None:
    novelty: Any = tables["OIN02DK"].table.dropna(subset="share")
    assert novelty.groupby(["OIN01", "Tid"])["share"].sum().to_numpy() == pytest.approx(1.0, abs=1e-12)
    innovative: Any = tables["OIN01DK"].table.query("OIN01 == '1000' and INNO == '10'").set_index("Tid")["share"]
    assert innovative.round(2).to_dict() == {"2016": 0.81, "2019": 0.81, "2023": 0.83}


def test_a_cell_without_a_number_says_why(tables: dict[str, bm.StatBankShares]) -> None:
    table = tables["OIN03DK"].table
    without: Any = table[table["share"].isna()]
    assert set(without["reason"]) == {"no_counterpart", "not_asked"}
    assert set(without.query("reason == 'no_counterpart'")["OIN01"]) == {"2000", "4200", "4210", "4220", "4230", "4240"}
    covid: Any = table.query("OIN03 == '209' and OIN01 == '1000'").set_index("Tid")
    assert covid["reason"].to_dict() == {"2016": "not_asked", "2019": "not_asked", "2023": ""}
    assert covid["n"].isna().to_dict() == {"2016": True, "2019": True, "2023": False}


def test_a_code_that_gets_a_counterpart_in_the_records_is_computed(wave: bm.Wave) -> None:
    record = wave.codebook.statbank["OIN01DK"]
    sector = record.variable("OIN01")
    codes = [replace(code, kind="group", ours="size.small") if code.code == "4200" else code for code in sector.codes]
    changed = replace(record, variables=(replace(sector, codes=tuple(codes)), *record.variables[1:]))
    other = replace(wave, codebook=replace(wave.codebook, statbank={"OIN01DK": changed}))
    cells: Any = bm.statbank_table("OIN01DK", other, policy="none").table.set_index(["OIN01", "INNO"])
    size, level = (bm.estimate_shares(wave, "innovative", by=by) for by in ("size", "level"))
    assert cells.loc[("4200", "10"), "share"].item() == size.row("innovative", "small")["share"]
    assert cells.loc[("1020", "10"), "share"].item() == level.row("innovative", "region")["share"]
    assert cells.loc[("1000", "10"), "share"].item() == size.row("innovative")["share"]


@pytest.mark.parametrize(("lang", "first"), [("da", "81,1"), ("en", "81.1")])
def test_csv_is_in_statbanks_shape(waves: dict[int, bm.Wave], tmp_path: Path, lang: Lang, first: str) -> None:
    computed = bm.statbank_table("OIN01DK", as_delivery(waves[3]), policy="none")
    path = computed.to_csv(tmp_path / "OIN01DK.csv", lang=lang)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == "OIN01;INNO;TID;INDHOLD"
    assert lines[1] == f"1000;10;2019;{first}"
    assert lines[-1] == "4240;50;2019;.."
    assert len(lines) == 1 + 10 * 5
    both = computed.to_csv(tmp_path / "both.csv", lang=lang, presentation="code_and_value", decimals=0)
    total = "1000 I alt;10 Innovative i alt" if lang == "da" else "1000 Total;10 Innovative, total"
    assert both.read_text("utf-8-sig").splitlines()[1] == f"{total};2019;81"


def test_synthetic_csv_says_so_in_every_row(tables: dict[str, bm.StatBankShares], tmp_path: Path) -> None:
    lines = tables["OIN02DK"].to_csv(tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "OIN01;NYHEDSGRAD;DATA;TID;INDHOLD"
    assert all(";Syntetiske data: ikke svar fra undersøgelsen;" in line for line in lines[1:])


def check_json_stat(content: dict[str, Any]) -> None:
    """Hold a document against the JSON-stat 2.0 format (json-stat.org/full), written out by hand."""
    assert content["version"] == "2.0"
    assert content["class"] == "dataset"
    ids, sizes = content["id"], content["size"]
    assert len(ids) == len(set(ids)) == len(sizes)
    assert set(content["dimension"]) == set(ids)
    for name, size in zip(ids, sizes, strict=True):
        category = content["dimension"][name]["category"]
        assert isinstance(content["dimension"][name]["label"], str)
        assert len(category["index"]) == len(set(category["index"])) == size
        assert set(category["label"]) == set(category["index"])
        assert set(category.get("note", {})) <= set(category["index"])
        assert all(isinstance(notes, list) for notes in category.get("note", {}).values())
        for unit in category.get("unit", {}).values():
            assert isinstance(unit["decimals"], int)
            assert unit["position"] in ("start", "end")
    assert len(content["value"]) == prod(sizes)
    assert all(value is None or isinstance(value, float) for value in content["value"])
    assert all(0 <= int(place) < prod(sizes) and isinstance(said, str) for place, said in content["status"].items())
    assert set(content["role"]) <= {"time", "geo", "metric"}
    assert all(name in ids for named in content["role"].values() for name in named)
    assert all(isinstance(note, str) for note in content["note"])
    assert isinstance(content["label"], str)
    assert isinstance(content["source"], str)
    assert isinstance(content["extension"], dict)


@pytest.mark.parametrize("name", TABLES)
def test_json_stat_keeps_to_the_format(tables: dict[str, bm.StatBankShares], tmp_path: Path, name: str) -> None:
    computed = tables[name]
    content = json.loads(computed.to_json_stat(tmp_path / "a.json").read_text("utf-8"))
    check_json_stat(content)
    assert content["role"] == {"time": ["Tid"], "metric": ["ContentsCode"]}
    assert content["id"][-2:] == ["ContentsCode", "Tid"]
    assert content["label"].startswith("Synthetic data: not answers from the survey. ")
    assert set(computed.record.warnings("en")) <= set(content["note"])
    assert {place for place, value in enumerate(content["value"]) if value is None} == set(map(int, content["status"]))
    ours = content["extension"]["barometer"]
    assert ours["provenance"] == "synthetic"
    assert {len(ours[key]) for key in ("ci_low", "ci_high", "n", "reason")} == {len(content["value"])}


def test_a_value_is_at_its_row_major_place(tables: dict[str, bm.StatBankShares], tmp_path: Path) -> None:
    computed = tables["OIN02DK"]
    content = json.loads(computed.to_json_stat(tmp_path / "a.json", lang="da", decimals=2).read_text("utf-8"))
    cells: Any = computed.table.set_index(["OIN01", "NYHEDSGRAD", "Tid"])
    lists = {name: content["dimension"][name]["category"]["index"] for name in content["id"]}
    for cell in (("1000", "60", "2016"), ("1010", "80", "2019"), ("1030", "90", "2023")):
        place = 0
        for name, size in zip(content["id"], content["size"], strict=True):
            code = {"OIN01": cell[0], "NYHEDSGRAD": cell[1], "ContentsCode": "OIN02DK", "Tid": cell[2]}[name]
            place = place * size + lists[name].index(code)
        assert content["value"][place] == pytest.approx(100 * cells.loc[cell, "share"], abs=0.005 + 1e-9)
        assert content["extension"]["barometer"]["n"][place] == cells.loc[cell, "n"]


def test_a_table_is_a_result_with_all_its_notes(tables: dict[str, bm.StatBankShares]) -> None:
    (sheet,) = tables["OIN02DK"].sheets("da")
    notes = " ".join(sheet.notes)
    for said in (
        "ikke af Danmarks Statistik",
        "frihedsgrader",
        "Basis: ",
        "n = 1.942.",
        "2021-2023",
        "Læg aldrig rækker",
    ):
        assert said in notes
    assert "Statistikbanken skriver »tilpasset« her" in notes
    assert sheet.table["Offentlig sektor"].iloc[0] == "I alt"
    assert "Syntetiske data" in sheet.title
    assert "2016, 2019, 2023; 48 of 120 cells" in repr(tables["OIN02DK"])
    assert list(tables["OIN02DK"].intervals)[:6] == ["OIN01", "NYHEDSGRAD", "Tid", "share", "ci_low", "ci_high"]


@pytest.mark.parametrize(
    ("share", "lang", "decimals", "text"), [(0.125, "en", 0, "13"), (0.0, "da", 1, "0,0"), (1.0, "en", 2, "100.00")]
)
def test_numbers_in_per_cent_are_written_and_read(share: float, lang: Lang, decimals: int, text: str) -> None:
    assert write_number(share, lang, decimals) == text
    value = float(text.replace(",", ".")) / 100.0
    assert read_number(text) == (value, decimals)


@pytest.mark.parametrize("text", ["", "..", "100.1", "-1", "1.234,5", "5,", ",5", "1e2", "nan"])
def test_what_is_no_number_in_per_cent_is_not_read(text: str) -> None:
    assert read_number(text) is None


def test_mistakes_are_told(wave: bm.Wave, waves: dict[int, bm.Wave], tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no table of StatBank 'OIN05DK'"):
        bm.statbank_table("OIN05DK", wave)
    with pytest.raises(ArgumentError, match=r"no year of wave 1; it has those of 2 \(2016\)"):
        bm.statbank_table("OIN01DK", [wave, waves[1]])
    with pytest.raises(ArgumentError, match="same wave twice"):
        bm.statbank_table("OIN01DK", [wave, wave])
    with pytest.raises(ArgumentError, match="a wave or several"):
        bm.statbank_table("OIN01DK", ["3"])  # type: ignore[list-item]
    computed = bm.statbank_table("OIN01DK", wave)
    calls: list[Callable[[], Path]] = [
        lambda: computed.to_csv(tmp_path / "a.txt"),
        lambda: computed.to_csv(tmp_path / "a.csv", presentation="text"),  # type: ignore[arg-type]
        lambda: computed.to_csv(tmp_path / "a.csv", lang="de"),  # type: ignore[arg-type]
        lambda: computed.to_json_stat(tmp_path / "a.json", decimals=-1),
        lambda: computed.to_json_stat(tmp_path / "a.csv"),
    ]
    for call in calls:
        with pytest.raises(ArgumentError):
            call()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="is a file; name a folder"):
        bm.write_statbank(tmp_path / "taken", [wave])


def test_the_command_writes_all_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["statbank", "--out", "here"]) == 0
    names = {path.name for path in (tmp_path / "here").iterdir()}
    kinds = ("csv", "json")
    assert names == {f"{table}.{lang}.{kind}" for table in TABLES for lang in ("da", "en") for kind in kinds} | {
        f"{table}.intervals.{lang}.csv" for table in TABLES for lang in ("da", "en")
    }
    assert len(capsys.readouterr().out.splitlines()) == len(names)
    beside = (tmp_path / "here" / "OIN02DK.intervals.da.csv").read_text("utf-8-sig")
    assert "Nedre grænse (%);Øvre grænse (%)" in beside
    assert beside.startswith("Syntetiske data: ikke svar fra undersøgelsen. ")
    assert main(["statbank", "--out", "there", "--codebook", "administrations"]) == 1
    assert "no codebook with tables of StatBank" in capsys.readouterr().err
    assert not (tmp_path / "there").exists()
