"""A layout proposed from names, labels and categories: what is placed, what is not, and what is never told."""

import json
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from tiny_wave import ANSWERS, tiny_codebook, tiny_wave
from workbook_files import write_xlsx

import barometer as bm
from barometer.codebook import Codebook
from barometer.errors import DeliveryError, MissingFileError, OutputError, UnknownNameError
from barometer.microdata.load import shipped_layout
from barometer.microdata.proposal.answers import CodeProposal
from barometer.microdata.proposal.labels_file import with_labels
from barometer.microdata.proposal.proposal import LayoutProposal, propose_from
from barometer.microdata.proposal.writing import _code_tables
from barometer.microdata.raw_table import MissingRange, RawTable

LABELS = {
    "v9": "Q9 Mood of the staff: at home",
    "v8": "Q8 Mood of the staff: at work",
    "v1": "Q1 Whether they build",
    "v2": "Q2 Tools used: saw",
    "v3": "Q2 Tools used: hammer",
    "v4": "Q2 Tools used: none",
    "v5": "Q2 Tools used: don't know",
    "v6": "Q3 Place where the hammer is used: indoors",
    "v7": "Q3 Place where the hammer is used: outdoors",
    "x1": "Q4 Place where the saw is used: indoors",
    "x2": "Q4 Place where the saw is used: outdoors",
    "land": "Region of the country",
    "resp": "Respondent number",
    "wgt": "Weight",
    "size": "Population of the stratum",
}
SOURCES = {
    "v9": "mood.home",
    "v8": "mood.work",
    "v1": "builds",
    "v2": "tool.saw",
    "v3": "tool.hammer",
    "v4": "tool.none",
    "v5": "tool.unsure",
    "v6": "place.hammer.in",
    "v7": "place.hammer.out",
    "x1": "place.saw.in",
    "x2": "place.saw.out",
}
MOODS = {
    "good": (1, "Good"),
    "dull": (2, "Dull"),
    "bad": (3, "Bad"),
    "dont_know": (8, "DK"),
    "not_relevant": (9, "N/A"),
}
YES_NO = {"yes": (1, "Yes"), "no": (2, "No"), "dont_know": (8, "Don't know")}
TICKS = {"yes": (1, "Selected"), "no": (2, "Not selected")}


@pytest.fixture
def book(tmp_path: Path) -> Codebook:
    return tiny_codebook(tmp_path / "metadata")


def table_of(columns: dict[str, Any], **more: Any) -> RawTable:
    """Make a table as a reader does: text as categoricals, numbers as numbers."""
    made = {
        name: pd.Categorical(values) if isinstance(next(iter(values)), str) else values
        for name, values in columns.items()
    }
    return RawTable(pd.DataFrame(made), "SPSS", **more)


def firm_table() -> RawTable:
    """The eight workplaces as a firm would deliver them: its own names, order and codes, with labels."""
    columns: dict[str, Any] = {}
    value_labels = {}
    for name, source in SOURCES.items():
        codes = MOODS if source.startswith("mood") else YES_NO if source == "builds" else TICKS
        words = ANSWERS[source].split()
        columns[name] = [float("nan") if word == "-" else float(codes[word][0]) for word in words]
        value_labels[name] = {str(code): label for code, label in codes.values()}
    columns["land"] = [2.0] * 4 + [1.0] * 4
    value_labels["land"] = {"1": "South", "2": "North"}
    columns |= {"resp": [f"r{n}" for n in range(8)], "wgt": [9.5, 10.5] * 4, "size": [40.0] * 8}
    return table_of(columns, labels=LABELS, value_labels=value_labels)


def placed(proposal: LayoutProposal) -> dict[str, str]:
    return {match.place.name: match.column.name for match in proposal.matches}


def roles(table: RawTable, book: Codebook) -> dict[str, tuple[str, bool]]:
    return {role.role: (role.column, role.is_sure) for role in propose_from(table, "f", 9, book).roles}


def test_labels_tell_every_column_and_code_whatever_their_order(book: Codebook) -> None:
    proposal = propose_from(firm_table(), "firm.sav", 9, book)
    assert placed(proposal) == {source: name for name, source in SOURCES.items()} | {"region": "land"}
    assert proposal.missing == ()
    assert proposal.left == ()
    assert proposal.codes["region"].codes == {"1": "south", "2": "north"}
    assert proposal.codes["mood.home"].codes == {str(code): answer for answer, (code, _) in MOODS.items()}
    assert proposal.codes["builds"].codes == {"1": "yes", "2": "no", "8": "dont_know"}
    assert proposal.codes["tool.saw"].codes == {"1": "yes", "2": "no"}
    assert {role.role: role.column for role in proposal.roles} == {"id": "resp", "weight": "wgt", "population": "size"}
    assert all(role.is_sure for role in proposal.roles)


def test_danish_labels_do_as_well(book: Codebook) -> None:
    labels = {"a": "Bygger virksomheden?", "b": "Humøret på arbejdet", "c": "Humøret hjemme"}
    columns = {name: [1.0, 2.0, 1.0] for name in labels}
    proposal = propose_from(table_of(columns, labels=labels), "f", 9, book)
    assert placed(proposal) == {"builds": "a", "mood.work": "b", "mood.home": "c"}


def test_names_that_are_words_are_used_and_others_place_nothing(book: Codebook) -> None:
    columns = {name: [0.0, 1.0, 1.0] for name in ["tool_hammer", "moodHome", "q7_3", "sp01"]}
    proposal = propose_from(table_of(columns), "f", 9, book)
    assert placed(proposal) == {"tool.hammer": "tool_hammer", "mood.home": "moodHome"}
    assert [column.name for column in proposal.left] == ["q7_3", "sp01"]
    assert proposal.codes["tool.hammer"].codes == {"0": "no", "1": "yes"}
    assert (proposal.codes["mood.home"].codes, proposal.codes["mood.home"].left) == ({}, ("0", "1"))


def test_two_columns_never_get_one_place(book: Codebook) -> None:
    columns = {name: [1.0, 2.0, 2.0] for name in ["one", "two"]}
    labels = dict.fromkeys(columns, "Do you build?")
    proposal = propose_from(table_of(columns, labels=labels), "f", 9, book)
    assert list(placed(proposal)) == ["builds"]
    assert {placed(proposal)["builds"], *(column.name for column in proposal.left)} == {"one", "two"}
    assert not proposal.matches[0].is_sure


def test_neighbours_tell_which_of_two_questions_a_bare_option_belongs_to(book: Codebook) -> None:
    options = ["Hammer", "Saw", "None"]
    columns = {f"k_{n}": [1.0, 2.0, 2.0] for n in range(3)}
    labels = dict(zip(columns, options, strict=True))
    assert placed(propose_from(table_of(columns, labels=labels), "f", 9, book)) == {
        "tool.hammer": "k_0",
        "tool.saw": "k_1",
        "tool.none": "k_2",
    }


def test_a_column_with_too_many_categories_is_no_answer(book: Codebook) -> None:
    columns = {"a": [float(n % 9) for n in range(18)]}
    proposal = propose_from(table_of(columns, labels={"a": "Do you build?"}), "f", 9, book)
    assert proposal.matches == ()


@pytest.mark.parametrize(
    ("role", "values"),
    [
        ("weight", [1.5, -1.5, 1.0]),
        ("weight", [1.5, float("nan"), 1.0]),
        ("weight", [1.5, float("inf"), 1.0]),
        ("population", [3.0, 3.5, 3.0]),
        ("population", [0.0, 3.0, 3.0]),
        ("id", [1.0, 1.0, 2.0]),
        ("id", [1.0, float("nan"), 2.0]),
        ("id", [1.5, 2.5, 3.5]),
        ("synthetic", [1.0, 2.0, 1.0]),
    ],
)
def test_a_name_is_not_enough_where_the_values_cannot_be(book: Codebook, role: str, values: list[float]) -> None:
    assert roles(table_of({role: values}), book).get(role) is None


def test_a_population_is_one_number_in_each_stratum_and_no_smaller_than_its_answers(book: Codebook) -> None:
    land = {"land": [1.0, 1.0, 2.0], "population": [5.0, 5.0, 1.0]}  # a stratum of two, and one taken whole
    told = {"labels": {"land": "Region"}, "value_labels": {"land": {"1": "North", "2": "South"}}}
    assert roles(table_of(land, **told), book)["population"] == ("population", True)
    assert "population" not in roles(table_of(land | {"population": [5.0, 6.0, 1.0]}, **told), book)
    assert "population" not in roles(table_of(land | {"population": [1.0, 1.0, 1.0]}, **told), book)
    assert roles(table_of({"population": [5.0, 6.0, 1.0]}), book)["population"] == ("population", False)


def test_values_alone_give_an_unsure_number_and_weight(book: Codebook) -> None:
    columns = {"key": ["a", "b", "c"], "z": [0.5, 1.5, 1.5]}
    assert roles(table_of(columns), book) == {"id": ("key", False), "weight": ("z", False)}
    assert "weight" not in roles(table_of(columns | {"y": [0.5, 2.5, 2.5]}), book)


def test_a_mark_makes_the_layout_one_of_synthetic_microdata(book: Codebook) -> None:
    text = propose_from(table_of({"syntetisk": ["1", "1"], "id": ["a", "b"]}), "f.csv", 9, book).to_toml()
    layout = tomllib.loads(text)
    assert layout["kind"] == "synthetic"
    assert layout["mark"] == {"column": "syntetisk", "codes": "mark"}
    assert layout["codes"]["mark"] == {"1": "yes"}


def test_a_label_that_says_not_asked_is_a_blank_of_the_file(book: Codebook) -> None:
    labels = {"1": "Yes", "2": "No", "7": "Not asked"}
    table = table_of({"a": [1.0, 2.0, 7.0]}, labels={"a": "Do you build?"}, value_labels={"a": labels})
    layout = tomllib.loads(propose_from(table, "f.sav", 9, book).to_toml())
    assert layout["file"]["missing"] == ["", "7"]
    assert layout["codes"]["builds"] == {"1": "yes", "2": "no"}


def test_a_code_that_the_file_declares_missing_is_an_answer_only_if_it_says_so(book: Codebook) -> None:
    labels = {"1": "Yes", "2": "No", "8": "Don't know", "9": "Yes or no"}
    missing = {"a": (MissingRange(8.0, 9.0),)}
    columns = {"a": [1.0, 2.0, 8.0, 9.0, 9.0]}
    told = {"labels": {"a": "Do you build?"}, "value_labels": {"a": labels}}
    proposal = propose_from(table_of(columns, user_missing=missing, **told), "f.sav", 9, book)
    assert proposal.codes["builds"].codes == {"1": "yes", "2": "no", "8": "dont_know"}
    assert (proposal.codes["builds"].declared, proposal.codes["builds"].left) == (("9",), ())
    assert "# 9 is declared missing by the file: a blank, unless it is mapped" in proposal.to_toml()


def test_the_layout_says_what_was_not_found_and_is_whole_toml(book: Codebook) -> None:
    table = table_of({"builds": ["1", "2", "2"], "other": ["x", "y", "y"], "id": ["a", "b", "c"]})
    text = propose_from(table, "f.csv", 9, book).to_toml()
    layout = tomllib.loads(text)
    assert (layout["wave"], layout["kind"], layout["ignored"]) == (9, "delivery", [])
    assert layout["answers"] == {"builds": {"column": "builds", "codes": "builds"}}
    assert layout["design"] == {"id": "id", "weight": "", "population": ""}
    assert layout["codes"] == {"builds": {}}
    assert 'weight = ""  # unsure: no column was found' in text
    assert "# no answer found; there are yes, no, dont_know" in text
    remarks = [line for line in text.splitlines() if line.startswith("#   ")]
    assert '#   "mood.work" = { column = "", codes = "" }  # At work' in remarks
    assert '#   "other" [x, y]' in remarks
    assert len(remarks) == 11 + 1


NASTY = 'x"\nwave = 77\r\n[design]\x0b\u2028#'


def test_no_name_or_label_can_write_into_the_layout(book: Codebook) -> None:
    columns: dict[str, Any] = {name: [1.0, 2.0, 2.0] for name in [NASTY, 'tamaño "1"', "c"]}
    columns["d"] = ['"\n[x]', 'y"""', 'y"""']
    labels = {NASTY: "Do you build? " + NASTY, 'tamaño "1"': "Mood at home", "c": NASTY}
    values = {NASTY: {"1": "Yes", "2": NASTY}, "c": {"1": NASTY, "2": "No"}}
    proposal = propose_from(table_of(columns, labels=labels, value_labels=values), "f\n.sav", 9, book)
    layout = tomllib.loads(proposal.to_toml())
    assert layout["file"] == {"name": "f\n.sav"}
    assert layout["answers"]["builds"]["column"] == NASTY
    assert layout["answers"]["mood.home"]["column"] == 'tamaño "1"'
    assert layout["design"] == {"id": "", "weight": "", "population": ""}
    assert (layout["wave"], "x" in layout) == (9, False)


def test_no_value_of_a_workplace_is_told() -> None:
    delivery = shipped_layout(3).with_name("wave3_synthetic.csv")
    proposal = bm.propose_layout(delivery, 3)
    told = proposal.to_toml() + repr(proposal) + proposal.table.to_csv(index=False)
    rows = pd.read_csv(delivery, sep=";", dtype="str")
    secrets = {*rows["loebenr"], *rows["vaegt"], *rows["antal_i_stratum"].loc[lambda sizes: sizes.str.len() > 2]}
    words = set(told.replace('"', " ").replace(",", " ").replace("[", " ").replace("]", " ").split())
    assert secrets & words == set()
    assert not any(weight in told for weight in rows["vaegt"] if "," in weight)


def test_a_small_file_gives_no_values_away_because_it_is_small(book: Codebook) -> None:
    columns = {"turnover": [111.0, 222.0, 333.0], "name": ["Anna", "Bo", "Eva"], "group": ["odd", "odd", "even"]}
    told = propose_from(table_of(columns), "f", 9, book).to_toml()
    assert [word for word in ("111", "222", "333", "Anna", "Bo", "Eva") if word in told] == []
    assert '"group" [even, odd]' in told


def test_names_that_say_nothing_leave_nearly_everything_unplaced() -> None:
    proposal = bm.propose_layout(shipped_layout(3).with_name("wave3_synthetic.csv"), 3)
    assert placed(proposal) == {"sector": "delsektor", "industry": "branche", "size": "stoerrelse"}
    assert [role.column for role in proposal.roles] == ["syntetisk", "loebenr", "vaegt", "antal_i_stratum"]
    assert len(proposal.missing) == len(proposal.left) == 151
    assert "not placed 151" in repr(proposal)


def test_a_proposal_that_was_saved_is_complete_and_loads(book: Codebook, tmp_path: Path) -> None:
    table = firm_table()
    frame = pd.DataFrame({name: [_written(value) for value in table.frame[name]] for name in table.frame})
    frame.to_csv(tmp_path / "firm.csv", index=False)
    (tmp_path / "labels.json").write_text(json.dumps(_dictionary(table)), encoding="utf-8")
    proposal = bm.propose_layout(tmp_path / "firm.csv", codebook=book, labels=tmp_path / "labels.json")
    assert proposal.wave == 9
    layout = proposal.save(tmp_path / "firm.layout.toml")
    coverage = bm.check_layout(layout, codebook=book)
    assert coverage.is_complete
    loaded = bm.load_wave(9, tmp_path / "firm.csv", codebook=book).microdata
    expected = tiny_wave(tmp_path / "again").microdata
    answers = list(ANSWERS)
    pd.testing.assert_frame_equal(loaded[answers], expected[answers])
    assert list(loaded["weight"]) == [9.5, 10.5] * 4
    assert list(loaded["region"]) == list(expected["region"])


def _written(value: object) -> str:
    return "" if value != value else f"{value:g}" if isinstance(value, float) else str(value)


def _dictionary(table: RawTable) -> dict[str, Any]:
    """Write labels as a data dictionary would have them: columns by name, somewhere inside."""
    entries = {name: {"text": label, "values": table.value_labels.get(name, {})} for name, label in LABELS.items()}
    return {"survey": {"columns": entries}}


def test_an_existing_layout_is_kept_unless_it_is_to_be_replaced(book: Codebook, tmp_path: Path) -> None:
    proposal = propose_from(firm_table(), "firm.sav", 9, book)
    path = tmp_path / "firm.layout.toml"
    path.write_text("work of a week", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        proposal.save(path)
    assert caught.value.path == path
    assert path.read_text(encoding="utf-8") == "work of a week"
    proposal.save(path, existing="replace")
    assert path.read_text(encoding="utf-8") == proposal.to_toml()
    with pytest.raises(OutputError):
        proposal.save(tmp_path / "no such folder" / "x.toml")


def test_the_table_has_a_row_for_all_that_was_found_and_all_that_was_not(book: Codebook) -> None:
    table = table_of({"tool_hammer": ["0", "1", "1"], "odd": ["p", "q", "q"], "id": ["a", "b", "c"]})
    found = propose_from(table, "f", 9, book).to_frame()
    assert list(found.columns) == ["place", "column", "score", "status", "codes", "codes_left"]
    assert found.loc[found["place"] == "tool.hammer", ["column", "codes"]].to_numpy().tolist() == [["tool_hammer", 2]]
    assert (found["status"] == "not placed").sum() == 11 + 1
    assert "&lt;LayoutProposal" in propose_from(table, "f", 9, book)._repr_html_()
    assert found.loc[found["column"] == "odd", "place"].item() == ""


def test_an_unknown_wave_or_file_is_named(book: Codebook, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError):
        bm.propose_layout(tmp_path / "x.csv", 3, codebook=book)
    with pytest.raises(MissingFileError):
        bm.propose_layout(tmp_path / "x.csv", codebook=book)


def write_labels(folder: Path, content: object) -> Path:
    path = folder / "labels.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("content", "label", "values"),
    [
        ({"a": "How?"}, "How?", {}),
        ({"a": {"1": "Yes", "2": "No"}}, "", {"1": "Yes", "2": "No"}),
        ({"a": {"label": "How?"}}, "How?", {}),
        ({"deep": {"down": {"a": {"question": "How?", "value_labels": {"1": "Yes"}}}}}, "How?", {"1": "Yes"}),
        ({"first": {"a": "How?"}, "second": {"a": "Why?"}}, "How?", {}),
    ],
)
def test_a_file_of_labels_may_have_several_forms(
    tmp_path: Path, content: object, label: str, values: dict[str, str]
) -> None:
    table = with_labels(table_of({"a": ["1", "2"]}), write_labels(tmp_path, content))
    assert table.labels.get("a", "") == label
    assert table.value_labels.get("a", {}) == values


def test_labels_of_the_delivery_stay_where_the_file_has_none(tmp_path: Path) -> None:
    delivered = table_of({"a": ["1"], "b": ["1"]}, labels={"a": "old", "b": "kept"})
    assert with_labels(delivered, write_labels(tmp_path, {"a": "new"})).labels == {"a": "new", "b": "kept"}


@pytest.mark.parametrize("content", ["{", '{"z": "How?"}', "[]", "[" * 100_000])
def test_a_file_of_labels_that_cannot_be_used_is_named(tmp_path: Path, content: str) -> None:
    path = write_labels(tmp_path, content)
    with pytest.raises(DeliveryError) as caught:
        with_labels(table_of({"a": ["1"]}), path)
    assert caught.value.path == path


def call(*arguments: str | Path) -> int:
    from barometer.cli import main

    return main(list(map(str, arguments)))


def test_the_command_writes_a_layout_once_and_tells_how_much_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_codebook(tmp_path / "metadata")
    (tmp_path / "d.csv").write_text("id;builds\na;1\nb;2\nc;2\n", encoding="utf-8")
    words = ["layout", "init", str(tmp_path / "d.csv"), "--wave", "9", "--codebook", str(tmp_path / "metadata")]
    assert call(*words) == 0
    said = capsys.readouterr().out
    assert "placed 0, unsure 1, not placed 11" in said or "placed 1, unsure 0, not placed 11" in said
    layout = tmp_path / "d.layout.toml"
    assert tomllib.loads(layout.read_text(encoding="utf-8"))["design"]["id"] == "id"
    layout.write_text("mine", encoding="utf-8")
    assert call(*words) == 1
    assert "is there already" in capsys.readouterr().err
    assert layout.read_text(encoding="utf-8") == "mine"
    assert call(*words, "--force") == 0
    assert layout.read_text(encoding="utf-8") != "mine"
    assert call(*words, "--out", tmp_path / "other.toml") == 0
    assert (tmp_path / "other.toml").is_file()


def test_the_sheet_of_a_workbook_is_chosen_and_stands_in_the_layout(tmp_path: Path, book: Codebook) -> None:
    path = tmp_path / "firm.xlsx"
    write_xlsx(path, [["resp", "builds"], ["a", "1"], ["b", "2"]], ["Read me", "Answers"])
    with pytest.raises(DeliveryError, match="sheet"):
        bm.propose_layout(path, codebook=book)
    proposal = bm.propose_layout(path, codebook=book, sheet="Answers")
    assert tomllib.loads(proposal.to_toml())["file"]["sheet"] == "Answers"
    assert [role.column for role in proposal.roles] == ["resp"]
    assert [column.name for column in proposal.left] == ["builds"]


def test_places_with_other_codes_have_a_table_of_their_own() -> None:
    places = [SimpleNamespace(name=f"q.{row}", question="q", is_tick=False, answers=()) for row in "abc"]
    matches: Any = [SimpleNamespace(place=place) for place in places]
    codes = {
        name: CodeProposal({code: "yes"}, (), (), (), ()) for name, code in (("q.a", "1"), ("q.b", "2"), ("q.c", "1"))
    }
    assert _code_tables(matches, codes) == {"q.a": "q", "q.b": "q_2", "q.c": "q"}
