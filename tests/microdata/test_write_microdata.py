"""A wave written for other programs and read back: the same codes, the same labels, and what it is on every file."""

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from tiny_wave import tiny_wave

import barometer as bm
from barometer.codebook.records import Answer, Column, Label
from barometer.errors import ArgumentError, MissingPackageError, OutputError
from barometer.microdata import Provenance, write_statistical
from barometer.microdata.coding import answer_numbers
from barometer.microdata.label_files import LABELS
from barometer.microdata.raw_table import RawTable
from barometer.microdata.variable_names import SPSS_NAMES, STATA_NAMES, variable_names
from barometer.microdata.wave import Wave

Lang = Literal["da", "en"]
ENDINGS = [".sav", ".zsav", ".dta", ".parquet", ".csv"]
NUMBERED = [".sav", ".zsav", ".dta"]


@pytest.fixture
def tiny(tmp_path: Path) -> Wave:
    return tiny_wave(tmp_path / "metadata")


def written(wave: Wave, path: Path, lang: Lang = "en") -> RawTable:
    assert bm.write_microdata(wave, path, lang=lang) == path
    return bm.read_microdata(path)


def names_in(raw: RawTable, wave: Wave) -> dict[str, str]:
    """Codebook's name of a column to the one in the file."""
    names = ["id", "synthetic", "weight", "population", *wave.microdata.columns]
    unique = list(dict.fromkeys(names))
    if raw.format in ("SPSS", "Stata"):
        return variable_names(unique, SPSS_NAMES if raw.format == "SPSS" else STATA_NAMES)
    return {name: name for name in unique}


def labelled(raw: RawTable, column: str) -> list[str | None]:
    """Return what the file says in words, row by row."""
    values = raw.frame[column]
    labels = raw.value_labels[column]
    return [None if pd.isna(v) else labels[v if isinstance(v, str) else str(int(v))] for v in values.astype(object)]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_answer_of_the_wave_is_read_back_in_words(wave: Wave, tmp_path: Path, ending: str, lang: Lang) -> None:
    raw = written(wave, tmp_path / f"wave{ending}", lang)
    names = names_in(raw, wave)
    assert set(raw.frame) == set(names.values())
    assert raw.frame[names["id"]].tolist() == wave.microdata["id"].tolist()
    for name, column in wave.columns.items():
        words = {answer.code: answer.label.text(lang) for answer in column.answers}
        expected = [None if pd.isna(code) else words[code] for code in wave.microdata[name].astype(object)]
        assert labelled(raw, names[name]) == expected
    for name in ("level", "sector", "industry", "size"):
        words = {group.code: group.label.text(lang) for group in wave.codebook.domains[name].groups}
        assert labelled(raw, names[name]) == [words[code] for code in wave.microdata[name].astype(object)]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_weight_and_population_are_kept(wave: Wave, tmp_path: Path, ending: str, lang: Lang) -> None:
    raw = written(wave, tmp_path / f"wave{ending}", lang)
    frame = raw.frame
    if ending == ".csv":
        frame = bm.read_microdata(tmp_path / "wave.csv", decimal="," if lang == "da" else ".").frame
        assert raw.delimiter == (";" if lang == "da" else ",")
    np.testing.assert_array_equal(frame["weight"].to_numpy(float), wave.microdata["weight"].to_numpy())
    np.testing.assert_array_equal(frame["population"].to_numpy(float), wave.microdata["population"].to_numpy())
    assert raw.labels["weight"] == ("Vægt" if lang == "da" else "Weight")


@pytest.mark.parametrize("ending", ENDINGS)
def test_variables_are_labelled_in_both_languages(tiny: Wave, tmp_path: Path, ending: str) -> None:
    expected = {
        "da": ["Bygger I?", "Værktøj: Hammer", "Sted, Sav: Ude", "Humør: På arbejdet", "Landsdel"],
        "en": ["Do you build?", "Tools: Hammer", "Place, Saw: Outdoors", "Mood: At work", "Region"],
    }
    columns = ["builds", "tool.hammer", "place.saw.out", "mood.work", "region"]
    for lang in ("da", "en"):
        raw = written(tiny, tmp_path / f"wave{ending}", lang)
        names = names_in(raw, tiny)
        changed = [
            f"{label} [{name}]" if names[name] != name else label
            for label, name in zip(expected[lang], columns, strict=True)
        ]
        assert [raw.labels[names[name]] for name in columns] == changed


@pytest.mark.parametrize("ending", NUMBERED)
def test_numbers_of_answers_are_those_of_the_questionnaire(tiny: Wave, tmp_path: Path, ending: str) -> None:
    raw = written(tiny, tmp_path / f"wave{ending}")
    assert raw.value_labels["builds"] == {"1": "Yes", "2": "No", "98": "Don't know"}
    assert raw.value_labels["mood_work"] == {
        "1": "Bad",
        "2": "Dull",
        "3": "Good",
        "98": "Don't know",
        "99": "Not relevant",
    }
    assert raw.value_labels["tool_hammer"] == {"0": "No", "1": "Yes"}
    assert raw.value_labels["region"] == {"1": "North", "2": "South"}
    assert raw.frame["builds"].tolist() == [1, 1, 1, 1, 1, 2, 98, 2]
    assert raw.user_missing == {}


LAYOUT = """
wave = 9
kind = "synthetic"
[file]
name = "wave.sav"
[mark]
column = "synthetic"
codes = "mark"
[design]
id = "id"
weight = "weight"
population = "population"
[registers]
region = { column = "region", codes = "region" }
[answers]
"""


@pytest.mark.parametrize("ending", [".sav", ".dta", ".parquet"])
def test_what_was_written_is_a_delivery_of_the_same_wave(tiny: Wave, tmp_path: Path, ending: str) -> None:
    raw = written(tiny, tmp_path / f"wave{ending}")
    names = names_in(raw, tiny)
    codes: dict[str, dict[str, str]] = {"mark": {"1": "yes"}, "region": {"1": "north", "2": "south"}}
    text = LAYOUT.replace("wave.sav", f"wave{ending}")
    for name, column in tiny.columns.items():
        codes[column.question] = {str(number): code for code, number in answer_numbers(column).items()}
        text += f'"{name}" = {{ column = "{names[name]}", codes = "{column.question}" }}\n'
    if ending == ".parquet":
        codes = {name: {code: code for code in table.values()} for name, table in codes.items()}
    for name, table in codes.items():
        text += f"[codes.{name}]\n" + "".join(f'{code} = "{answer}"\n' for code, answer in table.items())
    (tmp_path / "wave.layout.toml").write_text(text, encoding="utf-8")
    found = bm.load_wave(9, tmp_path / f"wave{ending}", codebook=tiny.codebook.folder)
    pd.testing.assert_frame_equal(found.microdata.drop(columns="synthetic"), tiny.microdata)
    assert found.is_synthetic


@pytest.mark.parametrize(
    ("lang", "synthetic", "real"),
    [
        ("da", "Syntetiske data: ikke svar fra undersøgelsen", "Mikrodata: fortrolige, må ikke offentliggøres"),
        ("en", "Synthetic data: not answers from the survey", "Microdata: confidential, may not be published"),
    ],
)
def test_every_file_says_what_it_is(tiny: Wave, tmp_path: Path, lang: Lang, synthetic: str, real: str) -> None:
    delivered = Wave(tiny.record, tiny.codebook, tiny.microdata, Provenance("delivery", "real.csv", "0" * 64))
    for wave, note, mark in ((tiny, synthetic, "yes"), (delivered, real, "no")):
        for ending in ENDINGS:
            raw = written(wave, tmp_path / f"wave{ending}", lang)
            words = {"yes": "Ja", "no": "Nej"} if lang == "da" else {"yes": "Yes", "no": "No"}
            assert set(labelled(raw, "synthetic")) == {words[mark]}
        assert pyreadstat.read_sav(tmp_path / "wave.sav")[1].file_label == note
        assert pyreadstat.read_sav(tmp_path / "wave.zsav")[1].file_label == note
        assert pyreadstat.read_dta(tmp_path / "wave.dta")[1].file_label == note
        assert json.loads(pq.read_schema(tmp_path / "wave.parquet").metadata[LABELS])["note"] == note
        assert bm.read_microdata(tmp_path / "wave.csv").labels["synthetic"] == note


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_unknown_population_is_a_blank(tiny: Wave, tmp_path: Path, ending: str) -> None:
    unknown = Wave(tiny.record, tiny.codebook, tiny.microdata.assign(population=np.inf), tiny.provenance)
    assert written(unknown, tmp_path / f"wave{ending}").frame["population"].isna().all()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_is_replaced_only_when_the_writing_went_well(
    tiny: Wave, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"out/wave{ending}"
    path.parent.mkdir()
    path.write_bytes(b"earlier")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    broken = {".parquet": (pq, "write_table"), ".csv": (pd.DataFrame, "to_csv"), ".dta": (pyreadstat, "write_dta")}
    monkeypatch.setattr(*broken.get(ending, (pyreadstat, "write_sav")), full)
    with pytest.raises(OSError, match="No space left on device"):
        bm.write_microdata(tiny, path)
    assert path.read_bytes() == b"earlier"
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_what_the_library_refuses_is_an_error_of_the_barometer(
    tiny: Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise pyreadstat.PyreadstatError("a name is too long")

    monkeypatch.setattr(pyreadstat, "write_sav", refuse)
    with pytest.raises(OutputError, match=r"cannot be written as \.sav"):
        bm.write_microdata(tiny, tmp_path / "wave.sav")


@pytest.mark.parametrize("name", ["wave.por", "wave.xlsx", "wave"])
def test_an_ending_that_is_not_written_lists_those_that_are(tiny: Wave, tmp_path: Path, name: str) -> None:
    with pytest.raises(ArgumentError, match=r"ends in \.sav, \.zsav, \.dta, \.parquet, \.csv"):
        bm.write_microdata(tiny, tmp_path / name)


def test_a_language_that_there_is_not_is_refused_before_anything_is_written(tiny: Wave, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="must be da or en"):
        bm.write_microdata(tiny, tmp_path / "out/wave.csv", lang="de")  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_the_package_for_spss_is_named_when_it_is_not_installed(
    tiny: Wave, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyreadstat", None)
    with pytest.raises(MissingPackageError, match="spss"):
        bm.write_microdata(tiny, tmp_path / "wave.sav")
    assert not (tmp_path / "wave.sav").exists()


def test_ids_that_a_spreadsheet_would_run_are_made_harmless_in_csv(tiny: Wave, tmp_path: Path) -> None:
    risky = ["=1+1", "+1", "-1", "@x", "w5", "w6", "w7", "w8"]
    wave = Wave(tiny.record, tiny.codebook, tiny.microdata.assign(id=risky), tiny.provenance)
    ids = written(wave, tmp_path / "wave.csv").frame["id"].tolist()
    assert ids == ["'=1+1", "'+1", "'-1", "'@x", "w5", "w6", "w7", "w8"]
    assert written(wave, tmp_path / "wave.sav").frame["id"].tolist() == risky


def test_long_labels_are_cut_at_what_the_program_takes(tiny: Wave) -> None:
    del tiny
    for program, longest in ((write_statistical.SPSS, 256), (write_statistical.STATA, 80)):
        cut = write_statistical._cut("æ" * 400, longest, program.size)
        assert cut.endswith("æ…")
        assert longest - 3 <= program.size(cut) <= longest
        assert write_statistical._cut("æ" * 10, longest, program.size) == "æ" * 10


def answer(code: str, meaning: str = "answer") -> Answer:
    return Answer(code, Label(code, code), meaning)  # type: ignore[arg-type]


def test_don_t_know_stands_apart_whatever_the_number_of_answers() -> None:
    few = Column("q", "q", (answer("a"), answer("dont_know", "dont_know"), answer("b")), Label("q", "q"))
    assert answer_numbers(few) == {"a": 1, "dont_know": 98, "b": 2}
    many = (*(answer(f"a{n}") for n in range(120)), answer("dont_know", "dont_know"), answer("unsure", "dont_know"))
    numbers = answer_numbers(Column("q", "q", many, Label("q", "q")))
    assert (numbers["a119"], numbers["dont_know"], numbers["unsure"]) == (120, 998, 1008)
    assert len(set(numbers.values())) == len(many)
