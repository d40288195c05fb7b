"""The worked example: wave 3 delivered as SPSS by another firm, with its own names, codes and labels."""

import csv
import importlib.util
import re
import runpy
import shlex
import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import barometer as bm
from barometer.cli import main
from barometer.microdata.layout_coverage import LayoutCoverage

pytest.importorskip(
    "pyreadstat", reason="the firm's SPSS file is written and read with pyreadstat: pip install pyreadstat"
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "other_firm"
LAYOUT = EXAMPLE / "other_firm.layout.toml"


def rows_of(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("make_delivery", EXAMPLE / "make_delivery.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    path = script.make_delivery(tmp_path_factory.mktemp("delivery"))
    assert isinstance(path, Path)
    return path


@pytest.fixture(scope="module")
def delivered(sav: Path) -> bm.Wave:
    return bm.load_wave(3, sav, layout=LAYOUT)


def test_the_firm_uses_other_names_and_codes_than_the_shipped_wave(sav: Path) -> None:
    raw = bm.read_microdata(sav)
    assert set(raw.frame.columns) == {row["name"] for row in rows_of("variables.csv")}
    assert raw.value_labels["q7_3"] == {"1": "Selected", "2": "Not selected"}
    assert raw.value_labels["q14_1"]["1"] == "Promoted a lot"
    assert raw.declares_missing("q14_1", "8")
    assert raw.declares_missing("q14_1", "9")
    assert not raw.declares_missing("q14_1", "1")
    assert raw.labels["wgt"] == "Grossing-up weight"


def test_the_firms_delivery_is_the_same_wave(delivered: bm.Wave, wave: bm.Wave) -> None:
    pd.testing.assert_frame_equal(delivered.microdata, wave.microdata)
    assert delivered.is_synthetic
    assert delivered.stratum[1] == wave.stratum[1]


def test_the_firms_delivery_gives_the_same_shares_to_the_last_bit(delivered: bm.Wave, wave: bm.Wave) -> None:
    for by in (None, "sector", "novelty_level"):
        ours, theirs = (bm.estimate_shares(each, "*", by=by).table for each in (wave, delivered))
        pd.testing.assert_frame_equal(theirs, ours, check_exact=True)


def test_its_layout_is_complete(sav: Path) -> None:
    coverage = bm.check_layout(LAYOUT, data=sav)
    assert coverage.is_complete
    assert [(gap.kind, gap.name) for gap in coverage.gaps] == [("unused code", "phase.abroad.dont_know")]


def test_a_layout_that_swaps_two_codes_is_found_out(sav: Path, tmp_path: Path) -> None:
    text = LAYOUT.read_text(encoding="utf-8")
    yes, no = '[codes.tick]\n1 = "yes"', '2 = "no"'
    assert yes in text
    swapped = text.replace(yes, '[codes.tick]\n2 = "yes"').replace(
        f'2 = "yes"  # Selected\n{no}', '2 = "yes"\n1 = "no"'
    )
    shutil.copy(sav, tmp_path / sav.name)
    (tmp_path / LAYOUT.name).write_text(swapped, encoding="utf-8")
    assert tomllib.loads(swapped)["codes"]["tick"] == {"2": "yes", "1": "no"}
    with pytest.raises(bm.BarometerError, match="routing"):
        bm.load_wave(3, tmp_path / sav.name)


def test_what_layout_init_finds_in_the_firms_file(sav: Path) -> None:
    proposal = bm.propose_layout(sav, 3)
    sources = {row["name"]: row["source"] for row in rows_of("variables.csv")}
    answers = {(row["values"], row["code"]): row["answer"] for row in rows_of("values.csv")}
    values = {row["name"]: row["values"] for row in rows_of("variables.csv")}
    wrong = [match.column.name for match in proposal.matches if sources[match.column.name] != match.place.name]
    assert wrong == []
    assert len(proposal.matches) == 152
    assert [place.name for place in proposal.missing] == ["size", "work_factor.limited_resources"]
    assert sorted(column.name for column in proposal.left) == ["emp3", "intdate", "q4_3"]
    assert {role.role: sources[role.column] for role in proposal.roles} == {
        "mark": "mark",
        "id": "id",
        "weight": "weight",
        "population": "population",
    }
    for match in proposal.matches:
        found = proposal.codes[match.place.name]
        name = values[match.column.name]
        assert all(answers[name, code] == answer for code, answer in found.codes.items())
    assert {code for found in proposal.codes.values() for code in found.left} == {"1"}
    assert sum(bool(found.left) for found in proposal.codes.values()) == 1


def test_the_finished_layout_is_the_proposed_one_and_what_it_says_is_missing(sav: Path) -> None:
    proposed = tomllib.loads(bm.propose_layout(sav, 3).to_toml())
    finished = tomllib.loads(LAYOUT.read_text(encoding="utf-8"))
    assert proposed["design"] == finished["design"]
    assert proposed["mark"] == finished["mark"]
    assert (proposed["wave"], proposed["kind"]) == (finished["wave"], finished["kind"])
    by_hand = "work_factor.limited_resources"
    assert proposed["answers"] == {name: told for name, told in finished["answers"].items() if name != by_hand}
    assert set(finished["registers"]) - set(proposed["registers"]) == {"size"}


PAGE = (EXAMPLE.parents[1] / "docs" / "how-to" / "layout.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_page_on_layouts_can_be_followed_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "examples" / "other_firm")
    monkeypatch.chdir(tmp_path)
    codes = []
    for line in "".join(blocks("sh")).splitlines():
        program, *words = shlex.split(line)
        if program == "mkdir":
            Path(words[0]).mkdir()
        elif program == "python":
            monkeypatch.setattr("sys.argv", words)
            runpy.run_path(words[0], run_name="__main__")
        else:
            codes.append((words[:2], main(words)))
    assert codes == [(["layout", "init"], 0), (["layout", "check"], 1)]
    assert blocks("text")[0] in capsys.readouterr().out
    written = Path("my_delivery/other_firm.layout.toml").read_text(encoding="utf-8")
    assert all(line in written.splitlines() for line in blocks("toml")[0].splitlines())
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, names)
    assert isinstance(names["coverage"], LayoutCoverage)
    assert names["wave"]
    for block in blocks("toml"):
        assert tomllib.loads(block)
