"""The report: one folder that opens without a network, holds what it says, and is never left half written."""

import hashlib
import importlib
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from published_samples import as_delivery, with_figures

import barometer as bm
from barometer.analysis import WaveFacts, wave_facts
from barometer.analysis.claims import compute_claims
from barometer.errors import ArgumentError, BarometerError, OutputError
from barometer.publication.pages import notebook_page

# `barometer.publication.draw` is the function; the modules are found by name.
DRAW = importlib.import_module("barometer.publication.draw")
REPORT = importlib.import_module("barometer.publication.report")
VERIFICATION = importlib.import_module("barometer.publication.verification")
REPORT = importlib.import_module("barometer.publication.report")


class Links(HTMLParser):
    """Collects the addresses and the ids of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.images_without_text = 0
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.addresses += [found[name] for name in ("href", "src") if name in found]
        self.addresses += [part.split()[0] for part in found.get("srcset", "").split(",") if part.strip()]
        self.ids += [found["id"]] if "id" in found else []
        self.images_without_text += tag == "img" and not found.get("alt")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def few(wave: bm.Wave) -> bm.Wave:
    return with_figures(wave, "citizens")


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def report(wave: bm.Wave, told: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the whole report once."""
    page = bm.build_report(tmp_path_factory.mktemp("built") / "r", wave, notebooks=None, workers=1, tell=told.append)
    assert page.name == "index.html"
    return page.parent


@pytest.fixture(scope="module")
def built_small(few: bm.Wave, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a report of one figure."""
    return bm.build_report(tmp_path_factory.mktemp("small") / "r", few).parent


@pytest.fixture
def small(built_small: Path, tmp_path: Path) -> Iterator[Path]:
    """Copy the report of one figure, for what happens to it later; nothing may be left beside it."""
    shutil.copytree(built_small, tmp_path / "r")
    yield tmp_path / "r"
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_every_address_is_relative_and_leads_somewhere(report: Path, name: str) -> None:
    links = Links(report / name)
    assert len(links.addresses) > 19 * 4
    for address in links.addresses:
        assert not re.match(r"[a-z]+:|/", address), address
        if address.startswith("#"):
            assert address[1:] in links.ids
        else:
            assert (report / address).is_file(), address


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_a_page_has_every_figure_with_its_text_alternative_and_loads_no_script(report: Path, name: str) -> None:
    links = Links(report / name)
    assert set(bm.codebook().in_wave(3).figures) <= set(links.ids)
    assert len(links.ids) == len(set(links.ids))
    assert links.tags.count("img") == 20
    assert links.images_without_text == 0
    assert "script" not in links.tags
    assert links.tags.count("h1") == 1


@pytest.mark.parametrize(
    ("name", "lang", "notice"),
    [("index.html", "da", "Syntetiske data: ikke svar"), ("index.en.html", "en", "Synthetic data: not answers")],
)
def test_a_page_is_in_its_language_and_says_that_data_are_synthetic(
    report: Path, name: str, lang: str, notice: str
) -> None:
    text = (report / name).read_text(encoding="utf-8")
    assert f"<html lang='{lang}'>" in text
    assert f"<p class='notice'>{notice}" in text
    assert text.count("<tr id='w3-") == 176


def test_style_sheet_loads_only_files_of_the_report(report: Path) -> None:
    css = (report / "style.css").read_text(encoding="utf-8")
    addresses = re.findall(r"url\([\"']?([^\"')]+)", css)
    assert addresses
    assert all((report / address).is_file() for address in addresses)
    assert "@import" not in css


def test_every_figure_lies_there_in_both_languages_with_its_numbers(report: Path) -> None:
    files = {path.name for path in (report / "figures").iterdir()}
    for name in bm.codebook().in_wave(3).figures:
        drawings = {f"{name}.{lang}.{kind}" for lang in ("da", "en") for kind in ("svg", "png")}
        assert drawings | {f"{name}.csv", f"{name}.da.csv", f"{name}.json"} <= files


def test_the_manifest_lists_every_file_with_its_true_size_and_checksum(report: Path) -> None:
    manifest = json.loads((report / "report.json").read_text(encoding="utf-8"))
    files = contents(report)
    listed = {entry["file"]: (entry["bytes"], entry["sha256"]) for entry in manifest["files"]}
    assert set(listed) == set(files) - {"report.json"}
    assert listed == {name: (len(files[name]), hashlib.sha256(files[name]).hexdigest()) for name in listed}
    assert (manifest["wave"], manifest["kind"]) == (3, "synthetic")


def test_progress_is_told_line_by_line(report: Path, told: list[str]) -> None:
    assert report.is_dir()
    assert told[0] == "verifying claims"
    assert [line for line in told if line.startswith("figures ")] == [f"figures {i}/20" for i in range(1, 21)]
    assert told[-1] == "writing workbook and pages"
    assert all("\n" not in line for line in told)


def test_building_again_changes_no_byte(small: Path, few: bm.Wave) -> None:
    before = contents(small)
    assert len(before) > 12
    assert bm.build_report(small, few) == small / "index.html"
    assert contents(small) == before


def test_a_figure_that_is_no_more_leaves_the_report(small: Path, wave: bm.Wave) -> None:
    assert list((small / "figures").glob("citizens*"))
    bm.build_report(small, with_figures(wave, "innovative_by_level"))
    assert not list((small / "figures").glob("citizens*"))
    assert (small / "figures" / "innovative_by_level.csv").is_file()


def test_an_empty_folder_is_taken(few: bm.Wave, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    bm.build_report(tmp_path / "empty", few)
    assert (tmp_path / "empty" / "index.en.html").is_file()


def test_a_folder_of_somebody_elses_is_refused_and_left_alone(few: bm.Wave, tmp_path: Path) -> None:
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    (tmp_path / "mine" / "deep" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="not a report") as caught:
        bm.build_report(tmp_path / "mine", few)
    assert caught.value.path == tmp_path / "mine"
    assert contents(tmp_path) == {"mine/deep/thesis.txt": b"years of work"}


def test_a_file_is_no_folder_for_a_report(few: bm.Wave, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(OutputError, match="is a file"):
        bm.build_report(tmp_path / "file", few)
    assert contents(tmp_path) == {"file": b"kept"}


def test_a_folder_that_cannot_be_made_is_said_so(few: bm.Wave, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(OutputError, match="cannot be written to"):
        bm.build_report(tmp_path / "file" / "r", few)


@pytest.mark.parametrize("step", ["verify", "draw_published", "report_page", "to_excel", "_save"])
def test_a_step_that_fails_leaves_the_earlier_report_untouched(
    small: Path, few: bm.Wave, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BarometerError("stopped in the middle")

    before = contents(small)
    monkeypatch.setattr(REPORT, step, fail)
    with pytest.raises(BarometerError, match="stopped in the middle"):
        bm.build_report(small, few)
    assert contents(small) == before


def test_a_step_that_fails_leaves_nothing_where_nothing_was(
    few: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BarometerError("stopped in the middle")

    monkeypatch.setattr(REPORT, "verify", fail)
    with pytest.raises(BarometerError, match="stopped"):
        bm.build_report(tmp_path / "r", few)
    assert list(tmp_path.iterdir()) == []


def test_a_report_of_a_delivery_has_no_synthetic_notice(few: bm.Wave, tmp_path: Path) -> None:
    bm.build_report(tmp_path / "r", as_delivery(few))
    for name in ("index.html", "index.en.html"):
        text = (tmp_path / "r" / name).read_text(encoding="utf-8")
        assert "class='notice'" not in text
        assert "by construction)</span>" not in text
        assert "tilpasset)</span>" not in text
    assert json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))["kind"] == "delivery"


def test_a_page_of_a_notebook_leads_back_and_has_one_heading_of_its_own() -> None:
    html = notebook_page("<First> tour", "<h1>First tour</h1>", synthetic=True)
    assert "href='../index.en.html'" in html
    assert "href='../style.css'" in html
    assert "<title>&lt;First&gt; tour</title>" in html
    assert html.count("<h1>") == 1
    assert "Synthetic data: not answers" in html


class SealedWave(bm.Wave):
    """A wave whose rows nobody may see."""

    def __getattribute__(self, name: str) -> Any:
        if name in ("microdata", "answers"):
            raise AssertionError(f"publication opened {name} of the wave")
        return super().__getattribute__(name)


@pytest.fixture
def sealed(few: bm.Wave, built_small: Path, monkeypatch: pytest.MonkeyPatch) -> bm.Wave:
    """Return a sealed wave; the analysis gets an open one in its place, now that the open report is built."""
    assert built_small.is_dir()
    closed = SealedWave(few.record, few.codebook, few.microdata, few.provenance, few.sampled)

    def estimate(wave: bm.Wave, *names: Any, **options: Any) -> bm.Estimates:
        assert wave is closed
        return bm.estimate_shares(few, *names, **options)

    def compute(wave: bm.Wave) -> Any:
        assert wave is closed
        return compute_claims(few)

    def count(wave: bm.Wave) -> WaveFacts:
        assert wave is closed
        return wave_facts(few)

    monkeypatch.setattr(DRAW, "estimate_shares", estimate)
    monkeypatch.setattr(REPORT, "wave_facts", count)
    monkeypatch.setattr(VERIFICATION, "compute_claims", compute)
    return closed


@pytest.mark.parametrize("name", ["microdata", "answers", "n", "stratum", "population"])
def test_the_seal_holds(sealed: bm.Wave, name: str) -> None:
    with pytest.raises(AssertionError, match="publication opened"):
        getattr(sealed, name)


def test_drawing_verifying_and_reporting_never_open_the_microdata(sealed: bm.Wave, small: Path) -> None:
    expected = contents(small)
    assert len(bm.draw("citizens", sealed).data) > 1
    assert len(bm.verify(sealed).claims) == 176
    bm.build_report(small, sealed)
    assert contents(small) == expected


def test_a_report_says_what_is_suppressed_and_not_why(few: bm.Wave, built_small: Path) -> None:
    listed = pd.read_csv(built_small / "disclosure.csv", keep_default_na=False)
    assert set(listed["table"]) == set(few.codebook.figures)
    assert set(listed["status"]) <= {"published", "suppressed", "merged"}
    assert set(listed["reason"]) == {""}


def test_the_audit_of_a_report_stays_outside_it(few: bm.Wave, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="audit"):
        bm.build_report(tmp_path / "report", few, audit=tmp_path / "report" / "why.csv")
    assert not (tmp_path / "report").exists()
