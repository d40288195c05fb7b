"""The workbook, read back with another program than wrote it."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from published_samples import as_delivery, drawing, mark
from python_calamine import CalamineWorkbook

import barometer as bm
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, OutputError

NOTICE = {"da": "Syntetiske data: ikke svar fra undersøgelsen", "en": "Synthetic data: not answers from the survey"}


@pytest.fixture(scope="module")
def shares(wave: bm.Wave) -> bm.Estimates:
    return bm.estimate_shares(wave, "value", by="level")


@pytest.fixture(scope="module")
def figure(wave: bm.Wave) -> bm.Figure:
    return bm.draw("value", wave)


def sheet(path: Path, name: str) -> list[list[Any]]:
    found: list[list[Any]] = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)
    return found


def sheet_names(path: Path) -> list[str]:
    return list(CalamineWorkbook.from_path(path).sheet_names)


def table_of(rows: list[list[Any]], heading: str) -> tuple[list[str], list[list[Any]]]:
    """Headings and rows of the table whose first heading is known."""
    top = next(position for position, row in enumerate(rows) if row[0] == heading)
    return [str(cell) for cell in rows[top]], rows[top + 1 :]


@pytest.mark.parametrize(("lang", "heading"), [("da", "Gruppe"), ("en", "Group")])
def test_numbers_of_a_figure_stay_numbers(figure: bm.Figure, tmp_path: Path, lang: Lang, heading: str) -> None:
    path = bm.to_excel(figure, tmp_path / "book.xlsx", lang=lang)
    headings, rows = table_of(sheet(path, "value"), heading)
    assert headings == list(figure.to_frame(lang).columns)
    assert [row[0] for row in rows] == figure.data[f"label_{lang}"].tolist()
    assert [row[1] for row in rows] == pytest.approx(figure.data["share"].tolist(), rel=1e-15)
    assert [row[4] for row in rows] == figure.data["n"].tolist()
    assert {type(cell) for row in rows for cell in row[1:5]} <= {float, int}


def test_numbers_of_estimates_stay_numbers(shares: bm.Estimates, tmp_path: Path) -> None:
    path = bm.to_excel(shares, tmp_path / "book.xlsx")
    name = sheet_names(path)[1]
    headings, rows = table_of(sheet(path, name), "Indicator")
    column = headings.index("Share")
    assert [row[column] for row in rows] == pytest.approx(shares.table["share"].tolist(), rel=1e-15)
    assert [row[headings.index("Level of government")] for row in rows][:2] == ["All", "Municipalities"]
    assert shares.method.text("en") in [row[0] for row in sheet(path, name)]


def test_what_is_missing_is_an_empty_cell(wave: bm.Wave, tmp_path: Path) -> None:
    checked = bm.verify(wave)
    path = bm.to_excel(checked, tmp_path / "book.xlsx")
    headings, rows = table_of(sheet(path, "verification"), "Id")
    assert len(rows) == 176
    names = {"published": "Published", "computed": "Computed", "published_n": "Published n", "computed_n": "n of base"}
    for name, heading in names.items():
        column = headings.index(heading)
        assert [row[column] == "" for row in rows] == checked.table[name].isna().tolist()
    matched = [row[headings.index("Matched by construction")] for row in rows]
    assert matched == checked.table["matched_by_construction"].tolist()
    assert {type(value) for value in matched} == {bool}


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("https://example.org")', "https://example.org", "@x", "+1", "12"])
def test_a_text_stays_a_text(figure: bm.Figure, tmp_path: Path, text: str) -> None:
    path = bm.to_excel(drawing(figure, mark(text), mark("B")), tmp_path / "book.xlsx")
    _, rows = table_of(sheet(path, "value"), "Group")
    assert rows[0][0] == text
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in xml
    assert "<hyperlink" not in xml


def test_sheet_names_are_legal_and_differ_though_results_do_not(figure: bm.Figure, tmp_path: Path) -> None:
    long = "a name that is much longer than a sheet of Excel may have"
    names = [long, f"{long}, second", "a/b\\c?d*e[f]:g", "'quoted'", "value", "VALUE", ""]
    path = bm.to_excel(dict.fromkeys(names, figure), tmp_path / "book.xlsx")
    found = sheet_names(path)
    assert len(found) == len(names) + 1
    assert len({name.lower() for name in found}) == len(found)
    assert all(0 < len(name) <= 31 for name in found)
    assert not any(set(name) & set("[]:*?/\\'") for name in found)
    assert found[1] == long[:31]
    assert found[5:7] == ["value", "VALUE_2"]


def test_results_in_a_list_are_named_after_themselves(
    wave: bm.Wave, figure: bm.Figure, shares: bm.Estimates, tmp_path: Path
) -> None:
    path = bm.to_excel([figure, figure, shares, bm.verify(wave)], tmp_path / "book.xlsx")
    assert sheet_names(path) == ["Contents", "value", "value_2", "value.quality by level", "verification"]


def test_contents_list_every_sheet_with_its_title_and_say_that_data_are_synthetic(
    figure: bm.Figure, tmp_path: Path
) -> None:
    for lang, title in (("da", "Indhold"), ("en", "Contents")):
        path = bm.to_excel({"one": figure, "two": figure}, tmp_path / f"{lang}.xlsx", lang=lang)  # type: ignore[arg-type]
        rows = sheet(path, title)
        shown = figure.in_language(lang)  # type: ignore[arg-type]
        assert rows[0][0] == title
        assert rows[1][0] == NOTICE[lang]
        assert [row[:2] for row in rows[2:4]] == [["one", shown.headline], ["two", shown.headline]]


def test_a_sheet_has_its_title_and_its_notes(figure: bm.Figure, tmp_path: Path) -> None:
    path = bm.to_excel(figure, tmp_path / "book.xlsx", lang="da")
    first = [row[0] for row in sheet(path, "value")]
    words = figure.words["da"]
    assert first[0] == words.headline
    assert first[1 : 2 + len(words.footer)] == [words.subtitle, *words.footer]
    assert f"Offentliggjort figur: {figure.source}" in first
    assert any(NOTICE["da"] in str(cell) for cell in first)


def test_a_delivery_has_no_synthetic_notice(wave: bm.Wave, tmp_path: Path) -> None:
    delivered = as_delivery(wave)
    results: list[bm.Figure | bm.Estimates | bm.Verification] = [
        bm.draw("value", delivered),
        bm.estimate_shares(delivered, "value"),
        bm.verify(delivered),
    ]
    path = bm.to_excel(results, tmp_path / "book.xlsx")
    for name in ("Contents", "value", "value.quality"):
        assert not any("ynthetic" in str(cell) for row in sheet(path, name) for cell in row)


def test_the_same_results_give_the_same_bytes(figure: bm.Figure, shares: bm.Estimates, tmp_path: Path) -> None:
    first = bm.to_excel([figure, shares], tmp_path / "first.xlsx").read_bytes()
    second = bm.to_excel([figure, shares], tmp_path / "folder" / "second.xlsx").read_bytes()
    assert first == second
    assert first != bm.to_excel([figure], tmp_path / "third.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.xlsx") as archive:
        assert (
            re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", archive.read("docProps/core.xml").decode())
            == ["2000-01-01T00:00:00"] * 2
        )


def test_a_new_workbook_takes_the_place_of_the_old_and_leaves_nothing_else(figure: bm.Figure, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text("old")
    assert bm.to_excel(figure, tmp_path / "book.xlsx") == tmp_path / "book.xlsx"
    assert sheet_names(tmp_path / "book.xlsx") == ["Contents", "value"]
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize("name", ["book.xls", "book.csv", "book"])
def test_another_ending_is_refused(figure: bm.Figure, tmp_path: Path, name: str) -> None:
    with pytest.raises(ArgumentError, match=r"must end in \.xlsx") as caught:
        bm.to_excel(figure, tmp_path / name)
    assert caught.value.argument == "path"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("results", [[], {}, ()])
def test_nothing_to_write_is_refused(tmp_path: Path, results: Any) -> None:
    with pytest.raises(ArgumentError, match="no result") as caught:
        bm.to_excel(results, tmp_path / "book.xlsx")
    assert caught.value.argument == "results"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said_so(figure: bm.Figure, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written") as caught:
        bm.to_excel(figure, tmp_path / "taken" / "book.xlsx")
    assert caught.value.path == tmp_path / "taken" / "book.xlsx"
