"""The codebook as an analyst sees it: searched, opened, listed, in Jupyter and in the terminal."""

import json

import pytest

import barometer as bm
from barometer import cli
from barometer.codebook import Codebook
from barometer.errors import ArgumentError, UnknownNameError


@pytest.fixture(scope="module")
def book() -> Codebook:
    return bm.codebook()


@pytest.mark.parametrize(
    ("typed", "meant"), [("AELDRE", "ældre"), ("vaerdi", "VÆRDI"), ("Æl", "ael"), ("oekonomi", "økonomi")]
)
def test_spelling_of_danish_letters_and_case_do_not_matter(book: Codebook, typed: str, meant: str) -> None:
    assert book.search(typed).hits == book.search(meant).hits != ()


def test_every_word_must_be_there(book: Codebook) -> None:
    both = {hit.name for hit in book.search("positive citizens").hits}
    assert both == {hit.name for hit in book.search("citizens").hits} & {
        hit.name for hit in book.search("positive").hits
    }
    assert "positive_role.citizens" in both
    assert book.search("citizens xyzzy").hits == ()
    assert book.search("  ").hits == ()


def test_names_come_before_labels_and_labels_before_texts(book: Codebook) -> None:
    found = book.search("citizens")
    ranks = [hit.rank for hit in found.hits]
    assert ranks == sorted(ranks)
    assert set(ranks) >= {0, 1}
    assert all("citizens" in hit.name for hit in found.hits if hit.rank == 0)


def test_a_hit_says_of_whom_in_which_waves_and_in_which_figures(book: Codebook) -> None:
    (hit,) = [
        hit for hit in book.search("positive_role.private_firms").hits if hit.name == "positive_role.private_firms"
    ]
    assert (hit.kind, hit.base, hit.label) == ("indicator", "innovative", "Private firms")
    assert hit.waves.split(", ") == [
        str(n) for n in book.waves if "positive_role.private_firms" in book.in_wave(n).indicators
    ]
    assert hit.figures == "private_firms"


def test_a_search_shows_as_text_and_as_a_table_and_says_when_there_is_nothing(book: Codebook) -> None:
    found = book.search("<b>")
    assert repr(found) == "Nothing in the codebook has '<b>'."
    assert "<b>" not in found._repr_html_()
    found = book.search("e")
    assert f"{len(found)} records have 'e'" in repr(found)
    assert found._repr_html_().count("<tr>") == 41
    assert len(found.to_frame()) == len(found) > 41


def test_a_question_is_shown_with_all_that_hangs_on_it(book: Codebook) -> None:
    view = book.show("initiator")
    facts = dict(view.facts)
    question = book.question("initiator")
    assert (view.kind, view.title) == ("question", question.title.en)
    assert facts["Asked"] == (question.label.en,)
    assert facts["Most ticks"] == ("3",)
    assert len(facts["Answers"]) == len(question.answers)
    assert "covid19: COVID-19 [wave 4]" in [text.removesuffix(" *") for text in facts["Answers"]]
    assert facts["Waves"] == ("1, 2, 3, 4",)
    assert any(text.startswith("positive_role.citizens:") for text in facts["Indicators"])
    assert any(text.startswith("initiators:") for text in facts["Figures"])


def test_an_indicator_is_shown_with_definitions_claims_and_comparability(book: Codebook) -> None:
    facts = dict(book.show("positive_role.foundations").facts)
    assert facts["Waves"] == ("2, 3, 4",)
    (early,) = facts["Defined otherwise"]
    assert early.startswith("2: ")
    assert "Financing" not in early
    assert "Financing: Foundations" in facts["Counts"][0]
    assert facts["Across waves"][0].startswith("waves 2 and 3: comparable with a break.")
    assert "wave 3: 10 [w3-positive_role_of_foundations-01]" in facts["Published"]
    assert facts["Figures"] == ("foundations: Foundations' positive role in innovations",)


@pytest.mark.parametrize(
    ("name", "kind", "fact"),
    [
        ("sector", "domain", ("Groups", "municipal_elderly_care: Municipal elderly care")),
        ("reused", "base", ("Of", "novelty_known")),
        ("private_firms", "figure", ("Indicators", "positive_role.private_firms")),
        ("w4-novelty-01", "claim", ("Indicators", "novelty.first")),
    ],
)
def test_every_kind_of_record_can_be_shown(book: Codebook, name: str, kind: str, fact: tuple[str, str]) -> None:
    view = book.show(name)
    assert view.kind == kind
    assert fact[1] in dict(view.facts)[fact[0]]
    assert name in repr(view)


def test_a_view_is_in_its_language_and_escaped(book: Codebook) -> None:
    assert "Spørgsmål" not in repr(book.show("novelty"))
    assert repr(book.show("novelty", "da")).startswith("Nyhedsgrad (spørgsmål novelty)")
    assert "others&#x27;" in book.show("novelty")._repr_html_()


def test_a_name_that_is_not_there_brings_up_near_ones(book: Codebook) -> None:
    with pytest.raises(UnknownNameError, match=r"There is no record 'noveltyy'\. Did you mean 'novelty'"):
        book.show("noveltyy")
    with pytest.raises(ArgumentError):
        book.show(None)  # type: ignore[arg-type]


def test_a_narrowed_codebook_shows_only_what_its_wave_had(book: Codebook) -> None:
    early = book.in_wave(1)
    answers = dict(early.show("initiator").facts)["Answers"]
    assert not any(text.startswith(("covid19", "abroad", "foundations")) for text in answers)
    assert early.search("procurement").hits == ()
    assert book.in_wave(4).search("procurement").hits != ()


def test_the_overview_has_every_question_by_theme_and_no_script(book: Codebook) -> None:
    html = book._repr_html_()
    assert len(html) < 300_000
    assert "<script" not in html
    assert html.count("<details style") == len(book.questions)
    for question in book.questions.values():
        assert f"<code>{question.name}</code>" in html


def test_waves_and_changes_are_listed(book: Codebook) -> None:
    waves = book.to_frame("waves").set_index("number")
    assert waves.loc[3, "answers"] == 2271
    changes = book.to_frame("changes", "da")
    assert len(changes) == len(book.changes) > 5
    assert set(changes["effect"]) <= {"comparable", "break", "not_comparable"}


def test_the_command_shows_an_overview_a_search_and_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["codebook"]) == 0
    assert capsys.readouterr().out.count("\n") > len(bm.codebook().questions)
    assert cli.main(["codebook", "positive", "citizens"]) == 0
    assert "positive_role.citizens" in capsys.readouterr().out
    assert cli.main(["codebook", "novelty", "--lang", "da"]) == 0
    assert capsys.readouterr().out.startswith("Nyhedsgrad (spørgsmål novelty)")
    assert cli.main(["codebook", "covid", "--json", "--wave", "4"]) == 0
    assert "initiator.covid19" in {hit["name"] for hit in json.loads(capsys.readouterr().out)}
    assert cli.main(["codebook", "covid", "--json", "--wave", "3"]) == 1


def test_the_command_suggests_when_nothing_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["codebook", "noveltyy"]) == 1
    assert "Did you mean 'novelty'" in capsys.readouterr().err


def test_lines_of_a_view_keep_to_the_width(book: Codebook) -> None:
    assert max(map(len, book.show("positive_role.foundations").text(60).splitlines())) <= 60
