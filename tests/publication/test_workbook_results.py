"""Every result of the package is written to a workbook and read back, with what has to stand beside it."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from published_samples import as_delivery
from python_calamine import CalamineWorkbook

import barometer as bm
from barometer.codebook.records import Lang
from barometer.errors import ArgumentError, Fault
from barometer.microdata import CheckReport
from barometer.publication.result_sheets import Result

EXAMPLE = Path(__file__).parents[2] / "examples" / "copenhagen"
LANGUAGES: tuple[Lang, ...] = ("da", "en")
NOTICE = {"da": "syntetiske data: ikke svar fra undersøgelsen", "en": "synthetic data: not answers from the survey"}
SHEETS = {
    "Association": 2,
    "CheckReport": 1,
    "Comparisons": 1,
    "CountryComparison": 1,
    "Counts": 2,
    "Decomposition": 3,
    "Estimates": 1,
    "Figure": 1,
    "LateAnswers": 1,
    "Model": 2,
    "ModelMargins": 1,
    "Overlaps": 3,
    "Parts": 1,
    "PeerGroup": 1,
    "Protected": 1,
    "ResponseReport": 1,
    "Reweighting": 2,
    "Sensitivity": 1,
    "StatBankComparison": 1,
    "StatBankExtract": 1,
    "StatBankShares": 1,
    "Trend": 3,
    "Verification": 1,
}
METHOD = {"da": "standardfejl ved Taylor-linearisering", "en": "standard errors by Taylor linearization"}
METHODS = {
    "Model": {"da": "Standardfejl fra stikprøvens design", "en": "Standard errors from the sample's design"},
    "ModelMargins": {"da": "Standardfejlen omfatter koefficienterne", "en": "Standard errors are of the coefficients"},
    "PeerGroup": {"da": "Gruppen gøres større, til", "en": "The group is widened until"},
    "ResponseReport": {"da": "er modelleret (logistisk", "en": "is modelled (logistic"},
    "Reweighting": {"da": "ved raking til rammens antal", "en": "by raking to the counts of the frame"},
}
"""How a result was made, where it is not a share with a standard error."""
SAID = {
    "da": ("Basis: ", "Kilde: Innovationsbarometeret, 3. udgave, 2018-2019."),
    "en": ("Base: ", "Source: Innovation Barometer, 3rd edition, 2018-2019."),
}
OF_NO_ANSWERS = {
    "CheckReport": {"da": "delivery.csv kan bruges: 0 fejl, 1 bemærkning", "en": "delivery.csv can be used: 0 errors"},
    "Figure": {"da": "1.877. Vægtet.", "en": "1,877. Weighted."},
    "StatBankExtract": {"da": "Andel i procent af: innovative", "en": "Share in per cent of: innovative"},
    "Verification": {"da": "standardfejl ved Taylor-linearisering", "en": "its source, n of the base and the rule"},
}
"""Faults, StatBank's own numbers, claims with a base each, and a figure, with the words that it is drawn with."""
ELSEWHERE = {"GroupPicture", "MomentsComparison", "MomentsReport", "WorkplaceBenchmark"}
"""Their sheets are tested where they are made: test_innovationstest.py, disclosure/test_release_moments.py."""


@pytest.fixture(scope="module")
def results(waves: dict[int, bm.Wave], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    wave = waves[3]
    statbank = bm.statbank_table("OIN02DK", wave)
    extract = bm.read_statbank(statbank.to_csv(tmp_path_factory.mktemp("statbank") / "extract.csv"))
    model = bm.fit_model(wave, "shared ~ evaluated + size")
    theirs = bm.load_wave(1, EXAMPLE / "delivery" / "nordland1.csv", codebook=EXAMPLE / "codebook")
    return {
        "Association": bm.test_association(wave, "shared", "evaluated"),
        "CheckReport": CheckReport("delivery.csv", (Fault("duplicates", "Twice", "id", (3, 4), 2),)),
        "Comparisons": bm.compare_domains(wave, "shared", by="level"),
        "CountryComparison": bm.compare_countries(theirs, wave),
        "Counts": bm.estimate_counts(wave, "partner"),
        "Decomposition": bm.decompose_change(waves[2], wave, "innovative", by="size"),
        "Estimates": bm.estimate_shares(wave, "value", by="level"),
        "Figure": bm.draw("value", wave),
        "Model": model,
        "ModelMargins": model.margins("size"),
        "Overlaps": bm.estimate_overlaps(wave, "partner"),
        "Parts": bm.estimate_parts(wave, "positive_role.private_firms"),
        "Protected": bm.protect(bm.estimate_shares(wave, "shared", by="level")),
        "PeerGroup": bm.find_peers(wave, sector="municipal_schools", size="small"),
        "LateAnswers": bm.compare_early_late(wave, "shared.yes", dates=pd.date_range("2019-01-01", periods=wave.n)),
        "ResponseReport": bm.check_response(wave),
        "Reweighting": bm.reweight(wave, "frame", start="design"),
        "Sensitivity": bm.bound_share(wave, "innovative"),
        "StatBankComparison": extract.compare(statbank),
        "StatBankExtract": extract,
        "StatBankShares": statbank,
        "Trend": bm.estimate_trend([waves[2], wave], "innovative"),
        "Verification": bm.verify(wave),
    }


def read(path: Path) -> list[list[list[Any]]]:
    """Rows of every sheet after the contents."""
    book = CalamineWorkbook.from_path(path)
    names = book.sheet_names[1:]
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names]


def table_of(rows: list[list[Any]], frame: pd.DataFrame, headings: list[str] | None = None) -> pd.DataFrame:
    """Cells below the headings of a frame."""
    width, wanted = len(frame.columns), headings or [str(name) for name in frame.columns]
    top = next(place for place, row in enumerate(rows) if row[:width] == wanted)
    return pd.DataFrame([row[:width] for row in rows[top + 1 :]], columns=frame.columns)


def test_every_public_result_that_has_a_table_can_be_written() -> None:
    public = {name for name in bm.__all__ if isinstance(getattr(bm, name), type)}
    tabled = {name for name in public if hasattr(getattr(bm, name), "to_frame")}
    assert tabled == set(SHEETS) | ELSEWHERE
    assert {name for name in public if hasattr(getattr(bm, name), "sheets")} == tabled


@pytest.mark.parametrize("name", list(SHEETS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_result_is_written_and_read_back(results: dict[str, Any], tmp_path: Path, name: str, lang: Lang) -> None:
    result = results[name]
    assert type(result).__name__ == name
    assert isinstance(result, Result)
    given = result.sheets(lang)
    found = read(bm.to_excel(result, tmp_path / "book.xlsx", lang=lang, policy="none"))
    assert len(found) == len(given) == SHEETS[name]
    for sheet, rows in zip(given, found, strict=True):
        assert rows[0][0] == sheet.title != ""
        assert [row[0] for row in rows[1 : 1 + len(sheet.notes)]] == list(sheet.notes)
        assert all(sheet.notes)
        assert {*sheet.shares, *sheet.points, *sheet.years} <= set(sheet.table.columns)
        assert set(sheet.shares).isdisjoint(sheet.points)
        written = table_of(rows, sheet.table, [sheet.heading(each, lang) for each in sheet.table])
        assert len(written) == len(sheet.table) > 0
        for place, heading in enumerate(sheet.table.columns):
            column, cells = sheet.table.iloc[:, place], written.iloc[:, place]
            if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
                numbers = pd.to_numeric(cells.replace("", np.nan)).to_numpy(np.float64)
                expected = column.astype("Float64").to_numpy(np.float64, na_value=np.nan)
                np.testing.assert_allclose(numbers, expected, rtol=1e-14, err_msg=str(heading))
            else:
                texts = ["" if pd.isna(value) else str(value) for value in column]
                assert [str(cell) for cell in cells][: len(texts)] == texts or name == "PeerGroup", heading


@pytest.mark.parametrize("name", sorted(set(SHEETS) - {"CheckReport"}))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_says_that_data_are_synthetic(results: dict[str, Any], name: str, lang: Lang) -> None:
    for sheet in results[name].sheets(lang):
        assert any(NOTICE[lang] in note.lower() for note in sheet.notes)


@pytest.mark.parametrize("name", sorted(set(SHEETS) - set(OF_NO_ANSWERS)))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sheet_says_of_whom_how_many_where_from_and_how(results: dict[str, Any], name: str, lang: Lang) -> None:
    for sheet in results[name].sheets(lang):
        notes = " ".join(sheet.notes)
        for said in (*SAID[lang], METHODS.get(name, METHOD)[lang]):
            assert said in notes, (sheet.name, said)
        assert re.search(r"n = \d", notes)
        assert len(set(sheet.notes)) == len(sheet.notes)


@pytest.mark.parametrize("name", sorted(OF_NO_ANSWERS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_has_no_answers_of_its_own_says_what_it_has(results: dict[str, Any], name: str, lang: Lang) -> None:
    (sheet,) = results[name].sheets(lang)
    assert OF_NO_ANSWERS[name][lang] in " ".join([sheet.title, *sheet.notes])


def test_a_table_of_several_years_has_the_answers_of_each(waves: dict[int, bm.Wave]) -> None:
    (sheet,) = bm.statbank_table("OIN02DK", [waves[2], waves[4]]).sheets("en")
    for edition, n in (("2nd edition, 2015-2016", "1,942"), ("4th edition, 2021-2023", "1,352")):
        base = f"Base: innovative workplaces, latest innovation. n = {n}."
        assert f"Source: Innovation Barometer, {edition}. {base}" in sheet.notes


@pytest.mark.parametrize("name", ["Decomposition", "Trend"])
def test_every_sheet_of_several_waves_says_it_of_each(results: dict[str, Any], name: str) -> None:
    for sheet in results[name].sheets("en"):
        for said in (
            "Source: Innovation Barometer, 2nd edition, 2015-2016. Base: all workplaces. n = 2,363.",
            "Source: Innovation Barometer, 3rd edition, 2018-2019. Base: all workplaces. n = 2,271.",
            "Weighted shares; standard errors by Taylor linearization.",
        ):
            assert said in sheet.notes


def test_claims_checked_say_how_and_where_the_rest_stands(results: dict[str, Any]) -> None:
    (sheet,) = results["Verification"].sheets("da")
    assert "standardfejl ved Taylor-linearisering" in sheet.notes[-1]
    assert {"Kilde", "n i basis", "Ved ikke"} <= set(sheet.table.columns)


@pytest.mark.parametrize("name", list(SHEETS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_result_is_a_publication_table_in_every_form(
    results: dict[str, Any], tmp_path: Path, name: str, lang: Lang
) -> None:
    for table in bm.to_tables(results[name], lang=lang):
        rows = len(table.sheet.table)
        assert table.to_html().count("<tr>") == 1 + rows
        assert table.to_latex().count(r" \\") == rows + table.to_latex().count(r"\toprule")
        assert sum(line.startswith("| ") for line in table.to_markdown().splitlines()) == 2 + rows
        path = table.to_csv(tmp_path / "a.csv", form="danish")
        found = pd.read_csv(path, sep=";", decimal=",", skiprows=len(table.sheet.notes) + 2)
        assert len(found) == rows
        assert len(found.columns) == len(table.sheet.table.columns)
        for place, heading in enumerate(table.sheet.table.columns):
            column = table.sheet.table.iloc[:, place]
            if column.dtype == np.float64 and column.notna().any():
                scale = 100.0 if heading in (*table.sheet.shares, *table.sheet.points) else 1.0
                np.testing.assert_allclose(found.iloc[:, place], scale * column, rtol=1e-9, atol=1e-10)


def test_a_model_has_its_sentences_and_its_tests(results: dict[str, Any]) -> None:
    coefficients, tests = results["Model"].sheets("en")
    assert "Logistic regression of" in coefficients.notes[0]
    assert "1,877 answers" in coefficients.notes[0]
    assert "“Don't know” stays in the base." in coefficients.notes
    assert tests.table["Term"].tolist() == ["Evaluation: evaluated", "Size"]
    assert tests.table["p-value"].tolist() == results["Model"].term_tests()["p_value"].tolist()


def test_numbers_of_a_peer_group_are_numbers_where_they_may_be_told(waves: dict[int, bm.Wave], tmp_path: Path) -> None:
    peers = bm.find_peers(waves[3], sector="regional_administration", size="small", industry=None)
    rows = read(bm.to_excel(peers, tmp_path / "book.xlsx"))[0]
    written = table_of(rows, peers.to_frame("en"))
    assert written["Answers (n)"].iloc[-1] == peers.n
    assert [value for value in written["Answers (n)"] if isinstance(value, str)] == [
        "fewer than 5" for step in peers.steps if step.n is None
    ]


def test_sheets_of_one_result_share_the_name_they_are_given(results: dict[str, Any], tmp_path: Path) -> None:
    path = bm.to_excel({"Changes": results["Trend"], "Model": results["Model"]}, tmp_path / "book.xlsx")
    assert CalamineWorkbook.from_path(path).sheet_names[1:] == [
        "Changes",
        "Changes changes",
        "Changes change per year",
        "Model",
        "Model tests of terms",
    ]


def test_all_results_fit_into_one_workbook(results: dict[str, Any], tmp_path: Path) -> None:
    first = bm.to_excel(list(results.values()), tmp_path / "first.xlsx").read_bytes()
    assert len(read(tmp_path / "first.xlsx")) == sum(SHEETS.values())
    assert bm.to_excel(list(results.values()), tmp_path / "second.xlsx").read_bytes() == first


def test_a_delivery_is_not_called_synthetic(waves: dict[int, bm.Wave]) -> None:
    model = bm.fit_model(as_delivery(waves[3]), "shared ~ size")
    for result in (model, model.margins("size"), bm.estimate_parts(as_delivery(waves[3]), "positive_role.citizens")):
        assert len(result.sheets("en")) == SHEETS[type(result).__name__]
        for sheet in result.sheets("en"):
            assert sheet.notes
            assert "ynthetic" not in " ".join(sheet.notes)


@pytest.mark.parametrize("wrong", [pd.DataFrame({"a": [1]}), 3, bm.Estimates])
def test_what_is_no_result_is_refused(wrong: Any, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="no result of the barometer"):
        bm.to_excel({"x": wrong}, tmp_path / "book.xlsx")
