"""What guards a report: the approved numbers, the manifest, and a cache that forgets nothing and invents nothing."""

import dataclasses
import hashlib
import importlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from published_samples import with_little

import barometer as bm
from barometer.codebook.records import Label
from barometer.errors import MissingFileError, NotebookError, OutputError
from barometer.publication.compact_pictures import compact_png
from barometer.publication.editions import Edition, make_edition
from barometer.publication.figure import Figure
from barometer.publication.numbers import compare_numbers, numbers_of, read_numbers, write_numbers
from barometer.publication.report.cache import Cache
from barometer.publication.report.drawings import drawing_key
from barometer.publication.report.notebook_pages import notebook_body
from barometer.publication.report.notebook_runs import notebook_key

DRAWINGS = importlib.import_module("barometer.publication.report.drawings")
PICTURE = compact_png(bm.draw("citizens").render("png", "column"))
BASELINE = Path(__file__).parents[2] / "data" / "baseline" / "numbers.csv"


@pytest.fixture(scope="module")
def two(wave: bm.Wave) -> bm.Wave:
    return with_little(wave, "citizens", "innovative_by_level")


@pytest.fixture(scope="module")
def edition(two: bm.Wave) -> Edition:
    return make_edition(two)


@pytest.fixture(scope="module")
def numbers(edition: Edition) -> pd.DataFrame:
    return numbers_of([edition])


def test_every_drawn_number_is_in_the_table_as_the_figure_draws_it(edition: Edition, numbers: pd.DataFrame) -> None:
    drawn = edition.figures[0].data.iloc[0]
    row = f"{drawn['indicator']} {drawn['group']}"
    found = numbers[(numbers["record"] == "citizens") & (numbers["row"] == row)].set_index("quantity")["value"]
    assert float(found["share"]) == pytest.approx(drawn["share"], rel=1e-11)
    assert found["n"] == str(drawn["n"])
    marks = sum(len(figure.data) for figure in edition.figures)
    assert (numbers["kind"] == "figure").sum() == 4 * marks
    assert set(numbers.loc[numbers["kind"] == "claim", "record"]) == {c.claim.id for c in edition.checked.claims}


def test_a_number_that_moved_came_or_went_is_named_with_both_values(numbers: pd.DataFrame, tmp_path: Path) -> None:
    approved = read_numbers(write_numbers(numbers, tmp_path / "deep" / "numbers.csv"))
    assert compare_numbers(approved, numbers).moved == ()
    changed = numbers.copy()
    at = changed.index[(changed["quantity"] == "share")][0]
    before = changed.loc[at, "value"]
    changed.loc[at, "value"] = str(float(before) + 1e-6)
    drift = compare_numbers(approved, changed.drop(index=changed.index[-1]))
    assert len(drift.moved) == 2
    assert drift.compared == len(numbers)
    assert f"{before} -> {changed.loc[at, 'value']}" in str(drift)
    assert "-> nothing" in str(drift)


def test_noise_of_another_machine_and_waves_that_are_not_there_are_not_told(numbers: pd.DataFrame) -> None:
    noisy = numbers.copy()
    shares = noisy["quantity"] == "share"
    noisy.loc[shares, "value"] = [str(float(value) * (1 + 1e-12)) for value in noisy.loc[shares, "value"]]
    others = pd.concat([numbers, numbers.assign(wave="1")])
    assert compare_numbers(numbers, noisy).moved == ()
    assert compare_numbers(others, numbers).moved == ()


def test_the_committed_numbers_are_those_of_the_shipped_wave(wave: bm.Wave) -> None:
    drift = compare_numbers(read_numbers(BASELINE), numbers_of([make_edition(wave)]))
    assert drift.moved == (), f"{drift}\n`make bless` approves them"
    assert drift.compared > 1000


def test_a_baseline_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="--bless"):
        read_numbers(tmp_path / "numbers.csv")
    for content in (b"", b"a,b\n1,2\n", b"\xff\xfe\x00"):
        (tmp_path / "numbers.csv").write_bytes(content)
        with pytest.raises(OutputError, match="is not a baseline"):
            read_numbers(tmp_path / "numbers.csv")


@pytest.fixture(scope="module")
def built(two: bm.Wave, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bm.build_report(tmp_path_factory.mktemp("guarded") / "r", two, baseline=BASELINE).parent


def test_the_manifest_says_what_went_in_and_what_came_out(built: Path, wave: bm.Wave) -> None:
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    files = {path.relative_to(built).as_posix(): path.read_bytes() for path in built.rglob("*") if path.is_file()}
    listed = {entry["file"]: (entry["bytes"], entry["sha256"]) for entry in manifest["outputs"]}
    del files["manifest.json"]
    assert listed == {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()}
    inputs = {entry["what"]: entry for entry in manifest["inputs"]}
    assert inputs["microdata"]["sha256"] == wave.provenance.sha256
    assert inputs["baseline"]["sha256"] == hashlib.sha256(BASELINE.read_bytes()).hexdigest()
    assert manifest["code"]["version"] == "0.1.0"
    assert {"python", "numpy", "matplotlib"} <= set(manifest["packages"])
    assert manifest["code"]["name"] == "barometer"
    assert manifest["options"]["waves"] == [3]
    assert manifest["options"]["disclosure"]["name"] == "5"
    assert manifest["options"]["disclosure"]["threshold"] == 5
    assert str(Path.home()) not in json.dumps(manifest)


def test_files_that_changed_went_or_came_are_listed(built: Path, tmp_path: Path) -> None:
    whole = bm.verify_manifest(built)
    assert whole.is_whole
    assert "all" in str(whole)
    assert bm.verify_manifest(built / "manifest.json") == whole
    copy = tmp_path / "copy"
    for path in built.rglob("*"):
        if path.is_file():
            (copy / path.relative_to(built)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(built)).write_bytes(path.read_bytes())
    (copy / "index.html").write_text("other")
    (copy / "style.css").unlink()
    (copy / "mine.txt").write_text("mine")
    found = bm.verify_manifest(copy)
    assert (found.changed, found.missing, found.extra) == (("index.html",), ("style.css",), ("mine.txt",))
    assert str(found) == "changed: index.html\nmissing: style.css\nnot in the manifest: mine.txt"


@pytest.mark.parametrize("content", ["", "[]", '{"outputs": 3}', '{"outputs": [{"file": "../x", "sha256": ""}]}'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(MissingFileError, match="barometer report"):
        bm.verify_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(OutputError, match="is not the manifest"):
        bm.verify_manifest(tmp_path)


def test_a_change_of_one_record_draws_that_figure_alone(
    two: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(figure: Figure) -> dict[str, bytes]:
        drawn.append(figure.id)
        names = [f"{figure.id}.{lang}" for lang in ("da", "en")]
        return {f"{name}.svg": b"<svg/>" for name in names} | {f"{name}.png": PICTURE for name in names}

    monkeypatch.setattr(DRAWINGS, "drawn_files", draw)
    bm.build_report(tmp_path / "r", two, cache=tmp_path / "kept")
    assert drawn == ["citizens", "innovative_by_level"]
    record = dataclasses.replace(two.codebook.figures["citizens"], note=Label("Ny note.", "New note."))
    figures = {**two.codebook.figures, "citizens": record}
    changed = dataclasses.replace(two, codebook=dataclasses.replace(two.codebook, figures=figures))
    bm.build_report(tmp_path / "r", changed, cache=tmp_path / "kept")
    assert drawn == ["citizens", "innovative_by_level", "citizens"]
    assert len(list((tmp_path / "kept").iterdir())) == 5  # two figures, their sheet in both languages, the fonts


def test_other_numbers_words_or_code_are_another_drawing(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = edition.figures[0]
    moved = dataclasses.replace(figure, data=figure.data.assign(share=figure.data["share"] + 1e-9))
    keys = {drawing_key(figure), drawing_key(moved), drawing_key(dataclasses.replace(figure, source="elsewhere"))}
    monkeypatch.setattr(DRAWINGS, "code_digest", lambda: "another")
    keys.add(drawing_key(figure))
    assert len(keys) == 4


def test_an_entry_that_was_damaged_is_not_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    assert cache.find("key") is None
    cache.keep("key", {"a.svg": b"whole", "b.csv": b"too"})
    assert cache.find("key") == {"a.svg": b"whole", "b.csv": b"too"}
    (tmp_path / "kept" / "key" / "a.svg").write_bytes(b"who")
    assert cache.find("key") is None
    (tmp_path / "kept" / "key" / "files.json").write_text('{"../a": ""}')
    assert cache.find("key") is None


def test_notebooks_are_run_once_and_stand_in_the_report_without_outputs(
    two: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = importlib.import_module("barometer.publication.report.notebook_runs")
    (tmp_path / "notebooks").mkdir()
    cell = {"cell_type": "markdown", "id": "1", "metadata": {}, "source": "# A <b>tour</b>\n\n<script>x</script>"}
    source = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (tmp_path / "notebooks" / "01_tour.ipynb").write_text(source, encoding="utf-8")
    ran: list[str] = []

    def run(path: Path) -> str:
        ran.append(path.stem)
        return notebook_body(nbformat.read(path, as_version=4))

    monkeypatch.setattr(runs, "run_to_page", run)
    for _ in range(2):
        bm.build_report(tmp_path / "r", two, notebooks=tmp_path / "notebooks", cache=tmp_path / "kept")
    assert ran == ["01_tour"]
    page = (tmp_path / "r" / "notebooks" / "01_tour.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("<h1") == 1
    assert "href='../index.en.html'" in page
    assert (tmp_path / "r" / "notebooks" / "01_tour.ipynb").read_text(encoding="utf-8") == source
    assert "01_tour.html" in (tmp_path / "r" / "notebooks" / "all.html").read_text(encoding="utf-8")


def test_a_notebook_that_fails_is_told_of_before_everything_is_drawn(
    two: bm.Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = importlib.import_module("barometer.publication.report.notebook_runs")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_mine.ipynb").write_text("{}", encoding="utf-8")

    def fail(path: Path) -> str:
        raise NotebookError(path, "cell 1 (x): ValueError: spoilt")

    monkeypatch.setattr(runs, "run_to_page", fail)
    told: list[str] = []
    with pytest.raises(NotebookError, match="cell 1"):
        bm.build_report(tmp_path / "r", two, notebooks=tmp_path / "notebooks", tell=told.append)
    assert told == ["verifying claims"]
    assert not (tmp_path / "r").exists()


CHILD = """
import multiprocessing, time
from barometer.publication.report.processes import end_with_parent

def child():
    end_with_parent()
    time.sleep(60)

if __name__ == "__main__":
    started = multiprocessing.get_context("fork").Process(target=child)
    started.start()
    print(started.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_what_a_report_started_ends_with_it_however_that_ends(tmp_path: Path) -> None:
    (tmp_path / "started.py").write_text(CHILD, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(tmp_path / "started.py")], stdout=subprocess.PIPE, text=True) as report:
        assert report.stdout is not None
        started = Path("/proc") / report.stdout.readline().strip()
        assert started.exists()
        report.kill()
    limit = time.monotonic() + 20
    while started.exists() and "zombie" not in (started / "status").read_text() and time.monotonic() < limit:
        time.sleep(0.02)
    assert not started.exists() or "zombie" in (started / "status").read_text()


def test_a_notebook_is_run_again_when_its_cells_or_any_record_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = importlib.import_module("barometer.publication.report.notebook_runs")
    shutil.copytree(runs.RECORDS, tmp_path / "records", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(runs, "RECORDS", tmp_path / "records")
    path = tmp_path / "01.ipynb"
    path.write_text('draw("citizens")', encoding="utf-8")
    keys = [notebook_key(path), notebook_key(path)]
    path.write_text('draw("citizens") ', encoding="utf-8")
    keys.append(notebook_key(path))
    for name in ("figures.toml", "claims.csv", "questions.toml", "waves/wave3.toml"):
        with (tmp_path / "records" / "metadata" / name).open("a", encoding="utf-8") as records:
            records.write("# another\n")
        keys.append(notebook_key(path))
    assert keys[0] == keys[1]
    assert len(set(keys)) == len(keys) - 1
