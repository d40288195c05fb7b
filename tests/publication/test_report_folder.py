"""The report's folder: it holds what it says, is never left half written, and takes nobody else's place."""

import errno
import hashlib
import importlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from published_samples import as_delivery, with_little

import barometer as bm
from barometer.analysis import WaveFacts, WaveQuality, wave_facts, wave_quality
from barometer.analysis.claims import compute_claims
from barometer.errors import ArgumentError, BarometerError, MixedCodebooksError, OutputError

# `barometer.publication.draw` is the function; the modules are found by name.
DRAW = importlib.import_module("barometer.publication.draw")
BUILD = importlib.import_module("barometer.publication.report.build")
STATBANK = importlib.import_module("barometer.publication.statbank.shares")
EDITIONS = importlib.import_module("barometer.publication.editions")
DRAWINGS = importlib.import_module("barometer.publication.report.drawings")
VERIFICATION = importlib.import_module("barometer.publication.verification")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def few(wave: bm.Wave) -> bm.Wave:
    return with_little(wave, "citizens")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was drawn once is drawn once for all of these tests."""
    return tmp_path_factory.mktemp("kept") / "cache"


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def built(few: bm.Wave, kept: Path, told: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a report of one figure."""
    page = bm.build_report(tmp_path_factory.mktemp("small") / "r", few, cache=kept, tell=told.append)
    assert page.name == "index.html"
    return page.parent


@pytest.fixture
def small(built: Path, tmp_path: Path) -> Iterator[Path]:
    """Copy the report of one figure, for what happens to it later; nothing may be left beside it."""
    shutil.copytree(built, tmp_path / "r")
    yield tmp_path / "r"
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


@pytest.mark.parametrize("name", ["data.html", "data.en.html"])
def test_every_file_that_is_offered_is_there(built: Path, name: str) -> None:
    offered = re.findall(r"href='(?!data:)([^'#]*)'", (built / name).read_text(encoding="utf-8"))
    assert sum(address.startswith("statbank/") for address in offered) == 12
    assert [address for address in offered if not (built / address).is_file()] == []


def test_every_figure_lies_there_in_both_languages_with_its_numbers(built: Path) -> None:
    drawings = {f"citizens.{lang}.{kind}" for lang in ("da", "en") for kind in ("svg", "png")}
    files = {path.name for path in (built / "figures" / "wave3").iterdir()}
    assert files == drawings | {"citizens.csv", "citizens.da.csv", "citizens.json"}


def test_progress_is_told_line_by_line(built: Path, told: list[str]) -> None:
    assert built.is_dir()
    assert told == ["verifying claims", "figures 1/1", "writing workbook and pages"]


SINCE = {"manifest.json", "quality.html", "quality.en.html", "changes.html", "changes.en.html"}
"""What says how numbers moved since the report that was there before, and whether there was one."""


def test_building_again_changes_no_byte_with_what_was_kept_or_without(small: Path, few: bm.Wave, kept: Path) -> None:
    first = contents(small)
    assert len(first) > 30
    assert bm.build_report(small, few, cache=kept) == small / "index.html"
    second = contents(small)
    assert {name for name in {*first, *second} if first.get(name) != second.get(name)} == SINCE
    bm.build_report(small, few)
    assert contents(small) == second


def test_numbers_are_held_against_those_of_the_report_that_was_there(small: Path, few: bm.Wave, kept: Path) -> None:
    assert "There was no earlier report" in (small / "quality.en.html").read_text(encoding="utf-8")
    numbers = pd.read_csv(small / "numbers.csv", dtype=str, keep_default_na=False)
    place = numbers.index[(numbers["record"] == "citizens") & (numbers["quantity"] == "share")][0]
    now, gone = numbers.loc[place, "value"], numbers.loc[[place]].assign(row="left out", value="0.123456")
    numbers.loc[place, "value"] = "0.987654"
    pd.concat([numbers, gone]).to_csv(small / "numbers.csv", index=False, lineterminator="\n")
    checksum = hashlib.sha256((small / "numbers.csv").read_bytes()).hexdigest()
    manifest = json.loads((small / "manifest.json").read_text(encoding="utf-8"))
    next(file for file in manifest["outputs"] if file["file"] == "numbers.csv")["sha256"] = checksum
    (small / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    told: list[str] = []
    bm.build_report(small, few, cache=kept, tell=told.append)
    danish, english = ((small / name).read_text(encoding="utf-8") for name in ("quality.html", "changes.en.html"))
    assert any(f"2 of {len(numbers) + 1} numbers differ from those of the last report." == line for line in told)
    assert f"<td class='number'>98.8%</td><td class='number'>{100 * float(now):.1f}%</td>" in english
    assert f"2 af {len(numbers) + 1} tal er anderledes end i den forrige rapport." in danish
    assert "left, out: Share" in english
    assert "12.3%" not in english  # what is gone may be suppressed now
    inputs = json.loads((small / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert {"what": "earlier report", "file": "numbers.csv", "sha256": checksum} in inputs


def test_numbers_that_somebody_changed_are_no_earlier_reports(small: Path, few: bm.Wave, kept: Path) -> None:
    with (small / "numbers.csv").open("a", encoding="utf-8") as numbers:
        numbers.write("3,figure,citizens,mine,share,0.5\n")
    bm.build_report(small, few, cache=kept)
    assert "There was no earlier report" in (small / "quality.en.html").read_text(encoding="utf-8")


def test_a_figure_that_is_no_more_leaves_the_report(small: Path, wave: bm.Wave) -> None:
    bm.build_report(small, with_little(wave, "innovative_by_level"))
    assert not list(small.rglob("citizens*"))
    assert (small / "figures" / "wave3" / "innovative_by_level.csv").is_file()


def test_an_empty_folder_is_taken(few: bm.Wave, kept: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    bm.build_report(tmp_path / "empty", few, cache=kept)
    assert (tmp_path / "empty" / "index.en.html").is_file()


def test_a_report_of_the_first_version_is_replaced(few: bm.Wave, kept: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("earlier")
    (tmp_path / "report.json").write_text(json.dumps({"files": [{"file": "index.html"}]}))
    bm.build_report(tmp_path, few, cache=kept)
    assert not (tmp_path / "report.json").exists()
    assert "earlier" not in (tmp_path / "index.html").read_text(encoding="utf-8")


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
    with pytest.raises(OutputError, match="cannot be written to"):
        bm.build_report(tmp_path / "file" / "r", few)
    assert contents(tmp_path) == {"file": b"kept"}


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (EDITIONS, "verify"),
        (EDITIONS, "draw_published"),
        (BUILD, "site_pages"),
        (BUILD, "to_excel"),
        (DRAWINGS, "drawn_files"),
    ],
)
def test_a_step_that_fails_leaves_the_earlier_report_untouched(
    small: Path, few: bm.Wave, kept: Path, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BarometerError("stopped in the middle")

    before = contents(small)
    monkeypatch.setattr(module, step, fail)
    with pytest.raises(BarometerError, match="stopped in the middle"):
        bm.build_report(small, few, cache=None if step == "drawn_files" else kept)
    assert contents(small) == before


def test_a_full_disk_is_said_so_and_the_earlier_report_stays(
    small: Path, few: bm.Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, room = Path.write_bytes, [3]

    def fill_up(path: Path, content: bytes) -> int:
        room[0] -= 1
        if room[0] < 0:
            write(path, content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    before = contents(small)
    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(OutputError, match="No space left on device") as caught:
        bm.build_report(small, few)
    assert caught.value.path == small
    assert contents(small) == before


def test_a_step_that_fails_leaves_nothing_where_nothing_was(
    few: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BarometerError("stopped in the middle")

    monkeypatch.setattr(EDITIONS, "verify", fail)
    with pytest.raises(BarometerError, match="stopped"):
        bm.build_report(tmp_path / "r", few)
    assert list(tmp_path.iterdir()) == []


def test_waves_that_do_not_go_together_are_refused_before_anything_is_written(few: bm.Wave, tmp_path: Path) -> None:
    for waves in ([], [few, few], [few, as_delivery(few)], "three", [3]):
        with pytest.raises(ArgumentError, match="waves: "):
            bm.build_report(tmp_path / "r", waves)  # type: ignore[arg-type]
    other = bm.codebook("administrations")
    with pytest.raises(MixedCodebooksError):
        bm.build_report(tmp_path / "r", [few, bm.Wave(other.wave(2), other, few.microdata, few.provenance)])
    assert list(tmp_path.iterdir()) == []


def test_a_report_of_a_delivery_has_no_synthetic_notice(few: bm.Wave, tmp_path: Path) -> None:
    bm.build_report(tmp_path / "r", as_delivery(few))
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "r").rglob("*.html") if path.stem != "changes"]
    assert len(pages) > 10
    for text in pages:
        assert "class='notice'" not in text
        assert "by construction)</span>" not in text
        assert "tilpasset)</span>" not in text
    inputs = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert [entry["kind"] for entry in inputs if entry["what"] == "microdata"] == ["delivery"]


class SealedWave(bm.Wave):
    """A wave whose rows nobody may see."""

    def __getattribute__(self, name: str) -> Any:
        if name in ("microdata", "answers"):
            raise AssertionError(f"publication opened {name} of the wave")
        return super().__getattribute__(name)


@pytest.fixture
def sealed(few: bm.Wave, built: Path, monkeypatch: pytest.MonkeyPatch) -> bm.Wave:
    """Return a sealed wave; the analysis gets an open one in its place, now that the open report is built."""
    assert built.is_dir()
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

    def look(wave: bm.Wave) -> WaveQuality:
        assert wave is closed
        return wave_quality(few)

    monkeypatch.setattr(DRAW, "estimate_shares", estimate)
    monkeypatch.setattr(STATBANK, "estimate_shares", estimate)
    monkeypatch.setattr(EDITIONS, "wave_facts", count)
    monkeypatch.setattr(EDITIONS, "wave_quality", look)
    monkeypatch.setattr(VERIFICATION, "compute_claims", compute)
    return closed


@pytest.mark.parametrize("name", ["microdata", "answers", "n", "stratum", "population"])
def test_the_seal_holds(sealed: bm.Wave, name: str) -> None:
    with pytest.raises(AssertionError, match="publication opened"):
        getattr(sealed, name)


def test_drawing_verifying_and_reporting_never_open_the_microdata(sealed: bm.Wave, small: Path, kept: Path) -> None:
    expected = contents(small)
    assert len(bm.draw("citizens", sealed).data) > 1
    assert len(bm.verify(sealed).claims) > 5
    shutil.rmtree(small)
    bm.build_report(small, sealed, cache=kept)
    assert contents(small) == expected


def test_a_report_says_what_is_suppressed_and_not_why(few: bm.Wave, built: Path) -> None:
    listed = pd.read_csv(built / "disclosure.csv", keep_default_na=False)
    tables = {f"statbank/{name} 2019 level" for name in few.codebook.statbank}
    assert set(listed["table"]) == {f"wave3/{name}" for name in few.codebook.figures} | tables
    assert set(listed["status"]) <= {"published", "suppressed", "merged"}
    assert set(listed["reason"]) == {""}


def test_the_audit_of_a_report_stays_outside_it(few: bm.Wave, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="audit"):
        bm.build_report(tmp_path / "report", few, audit=tmp_path / "report" / "why.csv")
    assert not (tmp_path / "report").exists()
