"""Saved extracts: every form StatBank gives is read the same, and what is broken, foreign or cut short is told."""

from pathlib import Path
from typing import Any

import extracts
import pandas as pd
import pytest

import barometer as bm
from barometer.cli import main
from barometer.errors import ArgumentError, DeliveryError, MissingFileError

SHARES = [0.18, 0.09, 0.21, None, 0.15, 0.0]


@pytest.fixture(scope="module")
def computed(wave: bm.Wave) -> bm.StatBankShares:
    return bm.statbank_table("OIN02DK", wave, policy="none")


def values(extract: bm.StatBankExtract) -> list[float | None]:
    return [None if pd.isna(share) else share for share in extract.table["share"]]


@pytest.mark.parametrize("form", ["code", "value", "code_and_value"])
@pytest.mark.parametrize(("lang", "decimal"), [(0, ",0"), (1, ".0"), (0, "")])
def test_every_form_of_csv_is_read_the_same(tmp_path: Path, form: str, lang: int, decimal: str) -> None:
    extract = bm.read_statbank(extracts.save(tmp_path, extracts.csv_lines(form, lang, decimal)))
    assert extract.record.id == "OIN02DK"
    assert values(extract) == pytest.approx(SHARES)
    assert extract.table["NYHEDSGRAD"].tolist() == ["60", "90"] * 3
    assert extract.table["OIN01"].tolist()[:4] == ["1000", "1000", "1030", "1030"]
    assert extract.table["symbol"].tolist() == ["", "", "", "..", "", "-"]
    assert set(extract.table["decimals"][:3]) == {1 if decimal else 0}
    assert not extract.is_synthetic


@pytest.mark.parametrize("version", [1, 2])
def test_both_versions_of_json_stat_are_read_the_same(tmp_path: Path, version: int) -> None:
    extract = bm.read_statbank(extracts.save_json(tmp_path, extracts.json_stat(version)))
    assert values(extract) == pytest.approx(SHARES)
    assert extract.table["symbol"].tolist() == ["", "", "", "..", "", "-"]
    assert list(extract.table)[:3] == ["OIN01", "NYHEDSGRAD", "Tid"]
    assert "Source: Statistics Denmark, StatBank, table OIN02DK." in extract.notes("en")
    assert extract.sheets("da")[0].shares == ("Offentliggjort",)


def test_json_stat_in_its_other_spellings(tmp_path: Path) -> None:
    content = extracts.json_stat(2)
    content["dimension"]["OIN01"]["category"]["index"] = list(extracts.SECTORS)
    del content["dimension"]["Tid"]["category"]["index"]
    content["value"] = {str(i): value for i, value in enumerate(content["value"]) if value is not None}
    content["status"] = ["", "", "", "..", "", "-"]
    assert values(bm.read_statbank(extracts.save_json(tmp_path, content))) == pytest.approx(SHARES)


@pytest.mark.parametrize("version", [1, 2])
def test_a_table_has_the_same_decimals_in_every_form(tmp_path: Path, version: int) -> None:
    content = extracts.json_stat(version)
    dataset = content.get("dataset", content)
    as_csv = bm.read_statbank(extracts.save(tmp_path, extracts.csv_lines(decimal=",0"))).table
    # 18,0 is the number 18.0 in JSON: that it has a decimal is seen by the unit of the file, or by another number.
    assert set(bm.read_statbank(extracts.save_json(tmp_path, content)).table["decimals"]) == {0}
    dataset["value"][1] = 9.1 + 1e-15
    assert set(bm.read_statbank(extracts.save_json(tmp_path, content)).table["decimals"]) == {1}
    dataset["value"][1] = 9.0
    dataset["dimension"]["ContentsCode"]["category"]["unit"] = {"OIN02DK": {"base": "pct.", "decimals": 1}}
    pd.testing.assert_frame_equal(bm.read_statbank(extracts.save_json(tmp_path, content)).table, as_csv)
    wrong: tuple[Any, ...] = ([], {"OIN02DK": 1}, {"OIN02DK": {"decimals": "1"}}, {"OIN02DK": {"decimals": -1}})
    for nonsense in wrong:
        dataset["dimension"]["ContentsCode"]["category"]["unit"] = nonsense
        assert set(bm.read_statbank(extracts.save_json(tmp_path, content)).table["decimals"]) == {0}


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_both_forms_that_are_written_read_the_same(wave: bm.Wave, tmp_path: Path, decimals: int) -> None:
    computed = bm.statbank_table("OIN02DK", wave)
    names = ["OIN01", "NYHEDSGRAD", "Tid"]
    as_csv, as_json = (
        bm.read_statbank(path).table.sort_values(names, ignore_index=True)
        for path in (
            computed.to_csv(tmp_path / "a.csv", decimals=decimals),
            computed.to_json_stat(tmp_path / "a.json", decimals=decimals),
        )
    )
    assert set(as_csv["decimals"]) == {decimals}
    pd.testing.assert_frame_equal(as_csv, as_json[list(as_csv)])


@pytest.mark.parametrize("table", ["OIN01DK", "OIN03DK"])
def test_what_this_package_writes_reads_back(wave: bm.Wave, tmp_path: Path, table: str) -> None:
    ours: Any = bm.statbank_table(table, wave)
    for path in (
        ours.to_csv(tmp_path / "a.csv", presentation="value"),
        ours.to_csv(tmp_path / "b.csv", lang="en", presentation="code_and_value", decimals=3),
        ours.to_json_stat(tmp_path / "c.json", decimals=3),
    ):
        extract = bm.read_statbank(path)
        assert extract.is_synthetic
        compared = extract.compare(ours)
        assert compared.table["agrees"].dropna().all()
        assert len(compared.table) == len(ours.table)
        assert compared.table["difference"].notna().sum() == ours.table["share"].notna().sum()
        assert compared.table["difference"].abs().max() < 0.0006


def test_published_and_computed_stand_side_by_side(computed: bm.StatBankShares, tmp_path: Path) -> None:
    compared = bm.read_statbank(extracts.save(tmp_path, extracts.csv_lines())).compare(computed)
    cells: Any = compared.table.set_index(["OIN01", "NYHEDSGRAD", "Tid"])
    ours: Any = computed.table.set_index(["OIN01", "NYHEDSGRAD", "Tid"])
    first: Any = cells.loc[("1000", "60", "2019")]
    share, low, high = (ours.loc[("1000", "60", "2019"), name] for name in ("share", "ci_low", "ci_high"))
    assert first["difference"] == pytest.approx(share - 0.18)
    assert first["inside"] == (low <= 0.18 <= high)
    assert first["agrees"] == (round(100 * share) == 18)
    assert cells.loc[("1000", "90", "2019"), "inside"] is True
    assert cells.loc[("3010", "60", "2019"), "remark"] == "unknown"
    assert cells.loc[("1030", "90", "2019"), "remark"] == "no_published_number"
    assert cells.loc[("1010", "60", "2019"), "remark"] == "not_published"
    assert cells.loc[("4200", "60", "2019"), "remark"] == "not_published"
    assert "3010" in compared.without_counterpart["OIN01"]
    assert "4200" in compared.without_counterpart["OIN01"]
    assert "OIN02DK: 3 cells have both numbers; " in compared.summary("en")
    assert compared.summary("da").startswith("Syntetiske data: ikke svar fra undersøgelsen. Forskellene siger noget om")
    shown: Any = compared.to_frame("en")
    assert shown["Difference, percentage points"].iloc[0] == pytest.approx(100 * (share - 0.18))
    assert bm.to_table(compared).to_html() == compared._repr_html_()


def test_a_published_number_outside_the_interval_is_said_to_be(computed: bm.StatBankShares, tmp_path: Path) -> None:
    lines = extracts.csv_lines()
    lines[1] = lines[1].replace(";18", ";55")
    compared = bm.read_statbank(extracts.save(tmp_path, lines)).compare(computed)
    first: Any = compared.table.iloc[0]
    assert first["inside"] is False
    assert first["agrees"] is False
    assert first["difference"] < -0.3


def test_another_year_is_not_computed(computed: bm.StatBankShares, tmp_path: Path) -> None:
    lines = [line.replace("2019", "2016") for line in extracts.csv_lines()]
    compared = bm.read_statbank(extracts.save(tmp_path, lines)).compare(computed)
    remarks: Any = compared.table.set_index(["OIN01", "NYHEDSGRAD", "Tid"])["remark"]
    assert remarks[("1000", "60", "2016")] == "not_computed"
    assert remarks[("1000", "60", "2019")] == "not_published"


def changed(position: int, old: str, new: str) -> list[str]:
    lines = extracts.csv_lines()
    assert old in lines[position]
    lines[position] = lines[position].replace(old, new)
    return lines


LINES = extracts.csv_lines()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (changed(1, "1000", "5555"), r"\[codes\] OIN01 row 2: the code or text '5555' is not known"),
        (changed(3, ";60;", ";Sidste;"), r"\[codes\] NYHEDSGRAD row 4: the code or text 'Sidste' is not known"),
        (changed(2, "2019", "2020"), r"\[codes\] Tid row 3: the code or text '2020' is not known"),
        ([*LINES, LINES[1]], r"\[duplicates\] row 2, 8: the same cell is there more than once"),
        (changed(1, ";18", ";abc"), r"\[content\] INDHOLD row 2: is neither a number from 0 to 100 nor one of \.\."),
        (changed(1, ";18", ";118"), r"\[content\] INDHOLD row 2"),
        (changed(1, ";18", ";"), r"\[content\] INDHOLD row 2"),
        (changed(1, ";18", ";1,5"), None),
        ([*changed(1, ";18", ";1,5")[:2], *changed(2, ";9", ";9.5")[2:]], "both decimal commas and decimal points"),
        (LINES[:-1], "1 of 6 cells are not there; is the file cut short"),
        ([*LINES[:-1], "3010;90"], r"\[columns\] row 7: expected 4 fields, found 2"),
        (["OIN01;ALDER;TID;INDHOLD", "1000;1;2019;3"], r"variables OIN01, ALDER, TID, .* OIN01DK \(OIN01, INNO"),
        (["OIN01;TID;INDHOLD", "1000;2019;3"], "Choose all variables in StatBank"),
        (["a;b", "1;2"], "there is no column INDHOLD, but A, B"),
        (LINES[:1], "has a header but no rows"),
    ],
)  # fmt: skip
def test_broken_csv_is_told(tmp_path: Path, lines: list[str], message: str | None) -> None:
    path = extracts.save(tmp_path, lines)
    if message is None:
        assert bm.read_statbank(path).table["share"].iloc[0] == 0.015
        return
    with pytest.raises(DeliveryError, match=message) as caught:
        bm.read_statbank(path)
    assert caught.value.path == path
    assert caught.value.faults


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    lines = changed(1, "1000", "5555")
    lines[2] = lines[2].replace("2019;9", "2019;x")
    with pytest.raises(DeliveryError) as caught:
        bm.read_statbank(extracts.save(tmp_path, lines))
    assert [fault.rule for fault in caught.value.faults] == ["codes", "content"]


def without(key: str) -> dict[str, Any]:
    content = extracts.json_stat(2)
    del content[key]
    return content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (without("dimension"), "no JSON-stat dataset with `dimension` and `value`"),
        (without("value"), "no JSON-stat dataset"),
        ([1, 2], "no JSON-stat dataset"),
        (extracts.json_stat(2) | {"size": [3, 2, 1]}, "the same number of dimensions in `id` and `size`"),
        (extracts.json_stat(2) | {"size": [3, 3, 1, 1]}, "NYHEDSGRAD has 2 categories, but its size is 3"),
        (extracts.json_stat(2) | {"value": [1.0, 2.0]}, "has 2 values for 6 cells; is it cut short"),
        (extracts.json_stat(2) | {"value": [1.0, 2.0, 3.0, 4.0, 5.0, "x"]}, r"\[content\] INDHOLD: is neither"),
        (extracts.json_stat(2) | {"value": [1.0, 2.0, 3.0, 4.0, 5.0, 500.0]}, r"\[content\] INDHOLD: is neither"),
        (extracts.json_stat(2) | {"dimension": {}}, "the dimension OIN01 has no categories"),
        (extracts.json_stat(2) | {"value": {"9": 1.0}}, "has 1 values for 6 cells"),
        (extracts.json_stat(2) | {"status": [".."]}, "`status` is not for 6 cells"),
    ],
)  # fmt: skip
def test_broken_json_stat_is_told(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(DeliveryError, match=message):
        bm.read_statbank(extracts.save_json(tmp_path, content))


def test_files_that_are_no_extract_are_told(tmp_path: Path, computed: bm.StatBankShares) -> None:
    with pytest.raises(MissingFileError, match="no extract of StatBank at"):
        bm.read_statbank(tmp_path / "absent.csv")
    with pytest.raises(DeliveryError, match="is a folder"):
        bm.read_statbank(tmp_path)
    other = tmp_path / "a.px"
    other.write_text("x")
    with pytest.raises(DeliveryError, match=r"ending '\.px' is not known; known are \.csv, \.json"):
        bm.read_statbank(other)
    cut = tmp_path / "cut.json"
    cut.write_text('{"class": "dataset", "value": [1.0,')
    with pytest.raises(DeliveryError, match="is not JSON, or is cut short, at line 1, column"):
        bm.read_statbank(cut)
    cut.write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(DeliveryError, match="is not UTF-8 at byte 0"):
        bm.read_statbank(cut)
    extract = bm.read_statbank(extracts.save(tmp_path, extracts.csv_lines()))
    with pytest.raises(ArgumentError, match="must be what statbank_table gives; got DataFrame"):
        extract.compare(computed.table)  # type: ignore[arg-type]


def test_a_file_far_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barometer.publication.statbank.read.MOST_BYTES", 20)
    with pytest.raises(DeliveryError, match=r"\[size\] is larger than"):
        bm.read_statbank(extracts.save(tmp_path, extracts.csv_lines()))


def test_another_table_is_not_compared(wave: bm.Wave, tmp_path: Path) -> None:
    extract = bm.read_statbank(extracts.save(tmp_path, extracts.csv_lines()))
    with pytest.raises(ArgumentError, match="is OIN01DK, the extract is OIN02DK"):
        extract.compare(bm.statbank_table("OIN01DK", wave))


def test_the_command_lists_the_numbers_that_are_not_the_computed_ones(
    wave: bm.Wave, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ours = bm.statbank_table("OIN02DK", wave)
    ours.to_csv("same.csv")
    ours.to_json_stat("same.json", lang="da")
    assert main(["statbank", "--compare", "same.csv", "same.json"]) == 0
    out, err = capsys.readouterr()
    assert " ".join(out.split()).count("16 are equal when rounded") == 2
    assert "Published" not in out
    assert err == "wave 3 from the package: synthetic\n"
    extracts.save(tmp_path, extracts.csv_lines())
    assert main(["statbank", "--compare", "same.csv", "extract.csv", "--lang", "da"]) == 1
    out = capsys.readouterr().out
    rows = [line.split() for line in out.splitlines() if line.split()[:1] in (["1000"], ["1030"])]
    compared = bm.read_statbank("extract.csv").compare(ours)
    assert "Forskel," in out
    assert [tuple(row[:2]) for row in rows] == [
        (cell["OIN01"], cell["NYHEDSGRAD"]) for cell in compared.table.to_dict("records") if cell["agrees"] is False
    ]
    assert ["9,0", "%", "10,0", "%"] in [row[2:6] for row in rows]
    assert not compared.is_equal
    assert compared.differing().differing().table.equals(compared.differing().table)


def test_an_extract_with_nothing_to_compare_is_not_equal(computed: bm.StatBankShares, tmp_path: Path) -> None:
    lines = [line.replace("2019", "2016") for line in extracts.csv_lines()]
    assert not bm.read_statbank(extracts.save(tmp_path, lines)).compare(computed).is_equal


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["broken.csv"], "broken.csv cannot be used: 1 fault"),
        (["nowhere.csv"], "no extract of StatBank at nowhere.csv"),
        (["extract.csv", "broken.csv"], "broken.csv cannot be used"),
        (["extract.csv", "--codebook", "administrations"], "administrations has no tables of StatBank"),
    ],
)
def test_the_command_tells_files_that_are_no_extract_before_it_computes(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    extracts.save(tmp_path, extracts.csv_lines())
    extracts.save(tmp_path, extracts.csv_lines()[:-1], "broken.csv")
    assert main(["statbank", "--compare", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "from the package" not in err
