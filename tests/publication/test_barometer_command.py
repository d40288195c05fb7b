"""The command `barometer`: exit codes, what goes to which stream, and where its files land."""

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from published_samples import as_delivery, with_little

import barometer as bm
from barometer import cli
from barometer.errors import ArgumentError
from barometer.microdata.load import shipped_layout

DRAWINGS = importlib.import_module("barometer.publication.report.drawings")
RAW = shipped_layout(3).parent
Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run every command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def raw(project: Path) -> Path:
    """Copy the shipped delivery to where the command looks for it."""
    folder = project / "data" / "raw"
    folder.mkdir(parents=True)
    for path in RAW.glob("wave3_synthetic*"):
        shutil.copy(path, folder)
    return folder


def spoil(raw: Path, column: str = "niveau", value: str = "77777") -> Path:
    """Write an unknown code into the first row of a delivery."""
    path = raw / "wave3_synthetic.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    cells = first.split(";")
    cells[head.split(";").index(column)] = value
    path.write_text("\n".join([head, ";".join(cells), *rest]) + "\n", encoding="utf-8")
    return path


def test_verify_prints_a_line_for_each_claim_and_the_summary(capsys: Output, wave: bm.Wave) -> None:
    assert cli.main(["verify"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert err == "wave 3 from the package: synthetic\n"
    assert len(lines) == 177
    assert lines[-1] == bm.verify(wave).summary("en")
    first = bm.verify(wave).table.iloc[0]
    interval = f"({first['ci_low']:.1f}\N{EN DASH}{first['ci_high']:.1f})"
    assert lines[0].split()[:5] == ["reproduced", "(by", "construction)", "10%", f"{first['computed']:.1f}%"]
    assert interval in lines[0]
    assert "w3-break_with_practice-01" in lines[0]
    (caption,) = [line for line in lines if "w3-positive_role_of_employees-04" in line]
    assert caption.startswith("the source contradicts itself")
    assert "The headline says 87" in caption


def test_verify_takes_all_waves(capsys: Output, waves: dict[int, bm.Wave]) -> None:
    assert cli.main(["verify", "--wave", "all"]) == 0
    out, err = capsys.readouterr()
    checked = bm.verify(list(waves.values()))
    assert err.splitlines() == [f"wave {number} from the package: synthetic" for number in (1, 2, 3, 4)]
    lines = out.splitlines()
    assert lines[-1] == checked.summary("en")
    assert len(lines) == len(checked.claims) + 1
    assert all(any(f" w{number}-" in line for line in lines) for number in (1, 2, 3, 4))


def test_a_delivery_is_of_one_wave(capsys: Output) -> None:
    assert cli.main(["verify", "--wave", "all", "--data", "nowhere.csv"]) == 1
    assert "--data: is the delivery of one wave" in capsys.readouterr().err


def test_verify_json_is_json_without_nan(capsys: Output, wave: bm.Wave) -> None:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    assert cli.main(["verify", "--json"]) == 0
    out, err = capsys.readouterr()
    content = json.loads(out, parse_constant=refuse)
    assert err == "wave 3 from the package: synthetic\n"
    assert content["claims"] == bm.verify(wave).to_records()
    assert content["counts"] == bm.verify(wave).counts
    assert content["synthetic"] is True
    assert content["significance"] == 0.05


def test_ingest_stores_every_delivery_and_tells_on_standard_error(capsys: Output, raw: Path, project: Path) -> None:
    assert raw.is_dir()
    assert cli.main(["ingest"]) == 0
    out, err = capsys.readouterr()
    written = [project / line for line in out.splitlines()]
    assert [path.name for path in written] == ["wave3_synthetic.parquet", "manifest.json"]
    assert all(path.is_file() for path in written)
    assert "reading wave3_synthetic" in err
    assert bm.load_wave(3, written[0]).n == 2271


def test_verify_takes_the_processed_wave_of_the_project(capsys: Output, raw: Path, project: Path) -> None:
    assert raw.is_dir()
    assert cli.main(["ingest", "--raw", "data/raw", "--out", "data/processed"]) == 0
    shutil.rmtree(raw)
    capsys.readouterr()
    assert cli.main(["verify"]) == 0
    stored = capsys.readouterr().out
    (project / "data" / "processed" / "wave3_synthetic.parquet").write_bytes(b"not Parquet")
    assert cli.main(["verify"]) == 1
    assert "wave3_synthetic.parquet cannot be used: 1 fault" in capsys.readouterr().err
    shutil.rmtree(project / "data")
    assert cli.main(["verify"]) == 0
    assert capsys.readouterr().out == stored


def test_a_named_delivery_is_verified(capsys: Output, raw: Path) -> None:
    assert cli.main(["verify", "--data", str(raw / "wave3_synthetic.csv")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("176 claims: 44 reproduced")


def test_a_broken_delivery_is_told_once_with_its_place_and_without_its_value(capsys: Output, raw: Path) -> None:
    path = spoil(raw)
    assert cli.main(["verify", "--data", str(path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("barometer verify:") == 1
    assert f"{path} cannot be used: 1 fault:" in err
    assert "niveau row 2" in err
    assert "77777" not in err
    assert "Traceback" not in err


def test_ingest_of_a_broken_delivery_writes_nothing(capsys: Output, raw: Path, project: Path) -> None:
    spoil(raw)
    assert cli.main(["ingest"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("barometer ingest:") == 1
    assert "niveau row 2" in err
    assert not [path for path in (project / "data" / "processed").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "--wave", "9"], "There is no wave '9'."),
        (["verify", "--data", "nowhere.csv"], "There is no delivery at nowhere.csv."),
        (["verify", "--data", "nowhere.parquet"], "There is no processed wave at nowhere.parquet."),
        (["ingest"], "There is no layout at"),
        (["report", "--wave", "9", "--out", "r"], "There is no wave '9'."),
        (["synthesize", "--wave", "9"], "9"),
    ],
)
def test_what_is_not_there_is_one_message_and_exit_code_1(
    capsys: Output, project: Path, arguments: list[str], message: str
) -> None:
    assert cli.main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count(f"barometer {arguments[0]}: ") == 1
    assert message in err
    assert "Traceback" not in err
    assert not [path for path in project.rglob("*") if path.is_file()]


@pytest.mark.parametrize("arguments", [[], ["verfy"], ["verify", "--wave", "three"], ["verify", "--jsn"]])
def test_a_misspelt_command_is_exit_code_2(capsys: Output, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: barometer" in capsys.readouterr().err


def test_report_builds_where_it_is_told_with_two_processes(
    capsys: Output, project: Path, wave: bm.Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = with_little(wave, "citizens", "innovative_by_level")
    monkeypatch.setattr(bm, "load_wave", lambda *_, **__: few)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(DRAWINGS, "FEW", 0)
    assert cli.main(["report", "--wave", "3", "--out", "pages"]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == f"The report is at {Path('pages') / 'index.html'}"
    assert (project / "pages" / "index.html").is_file()
    assert sorted(path.name for path in project.iterdir()) == [".pages-cache", "pages"]
    assert "no folder of notebooks here" in err
    assert "figures 2/2" in err
    bm.build_report(project / "again", few, workers=1)
    for path in (project / "again").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (project / "pages" / path.relative_to(project / "again")).read_bytes()


def test_report_into_a_folder_of_somebody_elses_is_refused(capsys: Output, project: Path) -> None:
    (project / "mine").mkdir()
    (project / "mine" / "thesis.txt").write_text("years of work")
    assert cli.main(["report", "--out", "mine"]) == 1
    assert "holds files that are not a report" in capsys.readouterr().err
    assert [path.name for path in (project / "mine").iterdir()] == ["thesis.txt"]


def test_verify_takes_whatever_was_ingested_and_says_which(capsys: Output, raw: Path) -> None:
    for path in raw.glob("wave3_synthetic*"):
        path.rename(path.with_name(path.name.replace("wave3_synthetic", "mine")))
    layout = raw / "mine.layout.toml"
    layout.write_text(layout.read_text(encoding="utf-8").replace("wave3_synthetic", "mine"), encoding="utf-8")
    assert cli.main(["ingest"]) == 0
    capsys.readouterr()
    assert cli.main(["verify"]) == 0
    assert capsys.readouterr().err == f"wave 3 from {Path('data/processed/mine.parquet')}\n"


def test_a_wave_that_was_ingested_twice_has_to_be_named(capsys: Output, raw: Path) -> None:
    for path in list(raw.glob("wave3_synthetic*")):
        text = path.read_text(encoding="utf-8").replace("wave3_synthetic", "again")
        path.with_name(path.name.replace("wave3_synthetic", "again")).write_text(text, encoding="utf-8")
    assert cli.main(["ingest"]) == 0
    assert cli.main(["verify"]) == 1
    err = capsys.readouterr().err
    assert "--data: data" in err
    assert "holds wave 3 more than once (again.parquet, wave3_synthetic.parquet): name the one you mean" in err


def test_a_report_of_a_real_delivery_leaves_the_notebooks_out(
    project: Path, wave: bm.Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered = as_delivery(with_little(wave, "citizens"))
    monkeypatch.setattr(bm, "load_wave", lambda *_, **__: delivered)
    (project / "notebooks").mkdir()
    (project / "notebooks" / "01.ipynb").write_text("not run")
    assert cli.main(["report", "--wave", "3"]) == 0
    assert not (project / "reports" / "notebooks").exists()
    assert "Syntetisk" not in (project / "reports" / "index.html").read_text(encoding="utf-8")
    with pytest.raises(ArgumentError, match="notebooks: show the shipped synthetic waves"):
        bm.build_report(project / "again", delivered, notebooks=project / "notebooks")
    assert not (project / "again").exists()


def test_numbers_that_moved_stop_the_report_and_are_listed_until_they_are_approved(
    capsys: Output, project: Path, wave: bm.Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bm, "load_wave", lambda *_, **__: with_little(wave, "citizens"))
    arguments = ["report", "--wave", "3", "--baseline", "approved.csv"]
    assert cli.main([*arguments, "--check"]) == 1
    assert "barometer report --bless" in capsys.readouterr().err
    assert cli.main([*arguments, "--bless"]) == 0
    approved = (project / "approved.csv").read_text(encoding="utf-8")
    moved = approved.replace(",share,0.", ",share,0.9", 1)
    (project / "approved.csv").write_text(moved, encoding="utf-8")
    before = (project / "reports" / "manifest.json").read_bytes()
    capsys.readouterr()
    assert cli.main([*arguments, "--check"]) == 1
    out = capsys.readouterr().out
    assert "1 of" in out
    assert "wave 3 figure citizens positive_role.citizens total share: 0.9" in out
    assert (project / "reports" / "manifest.json").read_bytes() == before
    (project / "approved.csv").write_text(approved, encoding="utf-8")
    assert cli.main([*arguments, "--check"]) == 0
    assert "0 of" in capsys.readouterr().out
    assert cli.main(["verify-manifest"]) == 0
    (project / "reports" / "style.css").write_text("other", encoding="utf-8")
    assert cli.main(["verify-manifest"]) == 1
    assert "changed: style.css" in capsys.readouterr().out


def test_a_report_is_of_every_wave_or_of_the_deliveries_alone(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[int]] = []
    delivered = {4: as_delivery(bm.load_wave(4))}

    def build(out: Path, waves: list[bm.Wave], **_: object) -> Path:
        asked.append([each.record.number for each in waves])
        return out

    monkeypatch.setattr(bm, "build_report", build)
    assert cli.main(["report"]) == 0
    load = bm.load_wave
    monkeypatch.setattr(bm, "load_wave", lambda number, *_, **__: delivered.get(number) or load(number))
    assert cli.main(["report"]) == 0
    assert cli.main(["report", "--data", "wave4.csv"]) == 1
    err = capsys.readouterr().err
    assert asked == [[1, 2, 3, 4], [4]]
    assert "synthetic waves stay out of a report of deliveries" in err
    assert "--wave: is needed with --data" in err


def test_numbers_of_a_delivery_are_not_held_against_those_of_the_synthetic_waves(
    capsys: Output, wave: bm.Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bm, "load_wave", lambda *_, **__: as_delivery(wave))
    monkeypatch.setattr(bm, "build_report", lambda out, *_, **__: out)
    assert cli.main(["report", "--wave", "3", "--check"]) == 0
    assert "not checked: the approved numbers are those of the synthetic waves" in capsys.readouterr().err
    assert cli.main(["report", "--wave", "3", "--bless"]) == 1
    assert "--baseline: is needed for a delivery" in capsys.readouterr().err


def test_a_warning_is_one_line_on_standard_error(capsys: Output, raw: Path) -> None:
    path = raw / "wave3_synthetic.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    at = head.split(";").index("vaegt")
    doubled = [";".join([*cells[:at], "99,5", *cells[at + 1 :]]) for cells in (row.split(";") for row in rows[:1])]
    path.write_text("\n".join([head, *doubled, *rows[1:]]) + "\n", encoding="utf-8")
    assert cli.main(["verify", "--data", str(path)]) == 0
    warned = [line for line in capsys.readouterr().err.splitlines() if "weight-sum" in line]
    assert len(warned) == 1
    assert warned[0].startswith("warning: [weight-sum] vaegt: the weights of stratum")


def test_an_interrupt_is_one_line_and_exit_code_130(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bm, "verify", interrupt)
    assert cli.main(["verify"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "barometer verify: stopped; nothing was left half-written"


@pytest.mark.skipif(os.name != "posix", reason="processes are ended otherwise there")
def test_a_request_to_end_tidies_up_as_an_interrupt_does(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(bm, "verify", lambda *_: signal.raise_signal(signal.SIGTERM))
    assert cli.main(["verify"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "barometer verify: stopped; nothing was left half-written"
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(os.name != "posix", reason="pipes end otherwise there")
def test_a_reader_that_has_seen_enough_ends_the_command_quietly() -> None:
    command = f"{sys.executable} -m barometer.cli verify | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("reproduced")
    assert done.stderr == "wave 3 from the package: synthetic\n"


def test_weights_prints_who_answered_and_how_weights_were_moved(capsys: Output) -> None:
    assert cli.main(["weights", "--wave", "4", "--start", "design", "--margins", "level", "size", "--lang", "da"]) == 0
    out, err = capsys.readouterr()
    out = " ".join(out.split())
    assert "1.611 af 4.494 udtrukne svarede, vægtet 35,5" in out
    assert "Vægtene er flyttet fra designvægtene, skaleret til populationen, ved raking" in out
    assert "designeffekten af vægtningen er 1,22 før og 1,25 efter" in out
    assert "synthetic" in err
    ids = bm.load_wave(4).microdata["id"]
    assert not set(ids) & set(out.replace(",", " ").split())


def test_weights_prints_no_line_that_is_wider_than_the_terminal(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.main(["weights", "--wave", "4", "--start", "design", "--margins", "level", "sector"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("Municipal works and environment" in line for line in lines) > 2


def test_weights_prints_cells_what_was_joined_and_the_model(capsys: Output) -> None:
    cells = ["--method", "cells", "--margins", "sector", "size", "--minimum", "10", "--within", "sector"]
    assert cli.main(["weights", "--wave", "4", *cells]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "1,611 of 4,494 drawn answered, weighted 35.5%" in out
    assert "adjusted for non-response by cells of sector x size" in out
    assert "Too few answers" in out
    propensity = ["--method", "propensity", "--rule", "inverse", "--margins", "level", "--lang", "da"]
    assert cli.main(["weights", "--wave", "4", *propensity]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "den omvendte svartilbøjelighed" in out
    assert "Koefficient" in out
    assert cli.main(["weights", "--wave", "4", "--method", "cells", "--rule", "inverse"]) == 1
    assert 'rule: is no choice of method "cells"' in capsys.readouterr().err


def test_weights_of_a_delivery_without_a_wish_are_said_to_be_its_own(capsys: Output) -> None:
    assert cli.main(["weights", "--wave", "4"]) == 0
    assert "The weights are those of the delivery" in capsys.readouterr().out
    assert cli.main(["weights", "--wave", "4", "--margins", "levl"]) == 1
    assert "Did you mean 'level'?" in capsys.readouterr().err
