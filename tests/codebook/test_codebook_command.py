"""The command `barometer codebook`: overview, record, search, exit codes, streams."""

import json
import re
from pathlib import Path

import pytest
from orchard import orchard_codebook

from barometer import cli

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "codebook.md"
Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return orchard_codebook(tmp_path_factory.mktemp("orchards") / "metadata").folder


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")


def run(folder: Path, *words: str) -> int:
    return cli.main(["codebook", "--codebook", str(folder), *words])


def test_without_words_it_is_the_overview(folder: Path, capsys: Output) -> None:
    assert run(folder) == 0
    out, err = capsys.readouterr()
    assert out.startswith("The <orchards>, orchards, waves 1 (1999), 2 (2001)\n\nQuestions\n")
    assert ".search(" not in out
    assert err == "barometer codebook WORDS searches; barometer codebook NAME shows a single record\n"


def test_an_exact_name_is_the_record(folder: Path, capsys: Output) -> None:
    assert run(folder, "crop", "--lang", "da") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Afgrøder", "spørgsmål crop"]
    assert max(map(len, lines)) <= 60


def test_anything_else_is_a_search(folder: Path, capsys: Output) -> None:
    assert run(folder, "Crop", "pears") == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "2 found for 'Crop pears'"
    assert err == ""


def test_the_width_of_the_terminal_is_kept(folder: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "34")
    assert run(folder, "tended.well") == 0
    narrow = capsys.readouterr().out.splitlines()
    monkeypatch.setenv("COLUMNS", "120")
    assert run(folder, "tended.well") == 0
    wide = capsys.readouterr().out.splitlines()
    assert max(map(len, narrow)) <= 34 < max(map(len, wide)) <= 120


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["landsdle"], "barometer codebook: Nothing found for 'landsdle'. Did you mean landsdel?\n"),
        (["zzz"], "barometer codebook: Nothing found for 'zzz'.\n"),
        (["zzz", "--lang", "da"], "barometer codebook: Intet fundet for »zzz«.\n"),
        (["pears", "--wave", "1"], "barometer codebook: Nothing found for 'pears'. Did you mean bears?\n"),
        (["crops", "--kind", "question"], "barometer codebook: There is no question 'crops'. Did you mean 'crop'?\n"),
        (["crop", "--wave", "7"], "barometer codebook: There is no wave '7'. There are: 1, 2.\n"),
    ],
)
def test_nothing_found_is_exit_code_1_with_near_words(
    folder: Path, capsys: Output, words: list[str], said: str
) -> None:
    assert run(folder, *words) == 1
    assert capsys.readouterr() == ("", said)


def test_a_wave_narrows_it(folder: Path, capsys: Output) -> None:
    assert run(folder, "crop", "--wave", "1") == 0
    out = capsys.readouterr().out
    assert "crop.apple" in out
    assert "crop.pear" not in out


def test_a_kind_chooses_between_records_of_one_name(folder: Path, capsys: Output) -> None:
    assert run(folder, "bears", "--kind", "figure") == 0
    assert capsys.readouterr().out.splitlines()[1] == "figure bears"


def test_json_is_plain_data(folder: Path, capsys: Output) -> None:
    assert run(folder, "crop", "--json", "--lang", "da") == 0
    assert json.loads(capsys.readouterr().out)["options"][1]["label"] == "Pærer"
    assert run(folder, "north", "--json") == 0
    assert [hit["name"] for hit in json.loads(capsys.readouterr().out)["hits"]] == ["region"]
    assert run(folder, "--json") == 0
    assert [theme["label"] for theme in json.loads(capsys.readouterr().out)["themes"]] == ["The work", "The fruit"]


def test_json_of_nothing_is_data_too(folder: Path, capsys: Output) -> None:
    assert run(folder, "landsdle", "--json") == 1
    out, err = capsys.readouterr()
    assert json.loads(out) == {"words": "landsdle", "hits": [], "suggestions": ["landsdel"]}
    assert err.startswith("barometer codebook: Nothing found")


def test_the_shipped_codebook_is_the_usual_one(capsys: Output) -> None:
    assert cli.main(["codebook", "novelty", "--lang", "da"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["Nyhedsgrad", "spørgsmål novelty"]


@pytest.mark.parametrize("words", [["--lang", "fr"], ["--wave", "first"], ["--kind", "fruit"]])
def test_a_misspelt_command_is_exit_code_2(capsys: Output, words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["codebook", *words])
    assert caught.value.code == 2
    assert "usage: barometer codebook" in capsys.readouterr().err


def test_a_codebook_that_is_not_there_is_told(capsys: Output, tmp_path: Path) -> None:
    assert run(tmp_path / "none") == 1
    assert "There is no codebook" in capsys.readouterr().err


def test_every_line_of_the_guide_runs(capsys: Output) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for block in blocks:
        exec(block, names)
    commands = re.findall(r"^barometer (codebook.*)$", text, re.MULTILINE)
    for command in commands:
        assert cli.main(command.split()) == 0
        assert capsys.readouterr().out
    assert (len(blocks), len(commands)) == (4, 7)
