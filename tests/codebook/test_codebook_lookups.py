"""Finding records: families, domains, explanations, a search in two languages, near names."""

from collections.abc import Callable

import pytest

import barometer as bm
from barometer.codebook import Codebook
from barometer.errors import BarometerError, UnknownNameError


@pytest.fixture(scope="module")
def book() -> Codebook:
    return bm.codebook()


def names(book: Codebook, asked: str | list[str]) -> list[str]:
    return [indicator.name for indicator in book.select(asked, 3)]


def test_a_full_name_selects_itself(book: Codebook) -> None:
    assert names(book, "positive_role.citizens") == ["positive_role.citizens"]
    assert names(book, "partner.any") == ["partner.any"]
    assert names(book, "innovative") == ["innovative"]


def test_a_family_selects_its_members_without_their_parts(book: Codebook) -> None:
    assert names(book, "positive_role") == [
        "positive_role.employees",
        "positive_role.political_leadership",
        "positive_role.politics_or_legislation",
        "positive_role.citizens",
        "positive_role.private_firms",
        "positive_role.knowledge_institutions",
        "positive_role.voluntary_associations",
        "positive_role.foundations",
        "positive_role.abroad",
        "positive_role.limited_resources",
    ]


def test_a_question_selects_its_answers_without_their_groups(book: Codebook) -> None:
    assert names(book, "novelty") == ["novelty.first", "novelty.adapted", "novelty.copy", "novelty.dont_know"]
    assert "partner.any" not in names(book, "partner")
    assert len(names(book, "partner")) == 11


def test_a_grid_item_selects_its_answers(book: Codebook) -> None:
    assert names(book, "culture.risk") == [
        f"culture.risk.{code}"
        for code in ("disagree_fully", "disagree_partly", "agree_partly", "agree_fully", "dont_know", "not_relevant")
    ]


def test_a_star_after_a_name_selects_everything_below_it(book: Codebook) -> None:
    assert names(book, "positive_role.citizens.*") == [
        "positive_role.citizens.promoted",
        "positive_role.citizens.collaborated",
        "positive_role.citizens.started",
    ]
    assert set(names(book, "novelty.*")) == {*names(book, "novelty"), "novelty.reused", "novelty.known"}


def test_a_star_selects_all_that_the_wave_asked(book: Codebook) -> None:
    assert names(book, "*") == book.wave_indicators(3)
    assert {"innovative", "novelty.reused", "positive_role.citizens.started"} <= set(names(book, "*"))


def test_names_come_in_the_order_given_and_once(book: Codebook) -> None:
    assert names(book, ["novelty.copy", "shared.yes", "novelty", "novelty.copy"]) == [
        "novelty.copy",
        "shared.yes",
        "novelty.first",
        "novelty.adapted",
        "novelty.dont_know",
    ]
    assert names(book, []) == []


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("inovative", "innovative"),
        ("positive_rol", "positive_role"),
        ("novelty.frst", "novelty.first"),
        ("Partner", "partner"),
        ("positive_role.citizens.promotd", "positive_role.citizens.promoted"),
        ("innovative.*", "innovative"),
    ],
)
def test_a_name_that_is_not_there_brings_up_near_ones(book: Codebook, asked: str, near: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        book.select(["novelty", asked], 3)
    assert (caught.value.kind, caught.value.name) == ("indicator", asked)
    assert near in caught.value.suggestions
    assert str(caught.value).startswith(f"There is no indicator {asked!r}. Did you mean ")
    assert repr(near) in str(caught.value)


def test_a_name_like_no_other_has_no_suggestion(book: Codebook) -> None:
    with pytest.raises(UnknownNameError, match=r"^There is no indicator 'zzz'\. bm\.codebook\(\)") as caught:
        book.indicator("zzz")
    assert caught.value.suggestions == ()


@pytest.mark.parametrize("asked", ["xx.yy.citizns", "positive_rol", "positive_role.citizns", "citizens"])
def test_suggestions_are_names_that_can_be_selected_and_come_once(book: Codebook, asked: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        book.select(asked, 3)
    suggestions = caught.value.suggestions
    assert len(set(suggestions)) == len(suggestions)
    assert all(names(book, suggestion) for suggestion in suggestions)


@pytest.mark.parametrize(
    ("lookup", "kind", "asked", "near"),
    [
        (Codebook.base, "base", "inovative", "innovative"),
        (Codebook.question, "question", "noveltty", "novelty"),
        (Codebook.figure, "figure", "innovative_type", "innovative_types"),
        (Codebook.indicator, "indicator", "parter.any", "partner.any"),
        (Codebook.domain, "domain", "levl", "level"),
        (Codebook.domain, "domain", "inovative", "innovative"),
        (Codebook.explain, "indicator", "inovative", "innovative"),
    ],
)
def test_every_lookup_suggests_near_names(
    book: Codebook, lookup: Callable[[Codebook, str], object], kind: str, asked: str, near: str
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        lookup(book, asked)
    assert (caught.value.kind, caught.value.name) == (kind, asked)
    assert near in caught.value.suggestions
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, BarometerError)


def test_a_wave_that_is_not_there_is_refused(book: Codebook) -> None:
    with pytest.raises(UnknownNameError) as caught:
        book.select("innovative", 33)
    assert (caught.value.kind, caught.value.name, caught.value.suggestions) == ("wave", "33", ("3",))


def test_a_wave_unlike_any_other_is_answered_with_those_there_are(book: Codebook) -> None:
    with pytest.raises(UnknownNameError, match=r"^There is no wave '9'\..*\b3\b"):
        book.wave(9)


def test_an_indicator_is_a_domain_of_yes_and_no(book: Codebook) -> None:
    domain = book.domain("partner.any")
    assert (domain.name, domain.kind, domain.column) == ("partner.any", "indicator", "partner.any")
    assert [(group.code, group.label.da, group.label.en) for group in domain.groups] == [
        ("yes", "Ja", "Yes"),
        ("no", "Nej", "No"),
    ]
    assert domain.label == book.indicator("partner.any").label
    assert domain.dont_know == "keep"
    assert book.domain("innovative").dont_know == "no"


def test_a_recorded_domain_comes_with_its_groups(book: Codebook) -> None:
    assert [group.code for group in book.domain("level").groups] == ["municipality", "region", "state"]
    assert book.domain("curiosity").column == "culture.curious"


def test_has_domain_knows_domains_and_indicators(book: Codebook) -> None:
    assert [book.has_domain(name) for name in ("level", "innovative", "levl")] == [True, True, False]


def test_explain_says_base_rule_and_source(book: Codebook) -> None:
    said = book.explain("positive_role.citizens")
    assert said.label == "Citizens"
    assert said.base == "innovative workplaces, latest innovation"
    assert said.counted == (
        "Promoters and barriers, Citizens: Promoted to some degree/Promoted to a high degree"
        " or Partners: Citizens or What set the innovation off: Citizens"
    )
    assert said.source.endswith("/hoest-borgernes-ideer/")
    assert said.dont_know == "keep"


def test_explain_speaks_danish(book: Codebook) -> None:
    said = book.explain("process_org.with_others", lang="da")
    assert said.label == "Proces eller organisering sammen med andre typer"
    assert said.base == "innovative arbejdspladser, seneste innovation"
    assert said.counted == (
        "Typer i den seneste innovation: Proces eller organisering og Typer i den seneste innovation: 2/3/4 kryds"
    )


def test_explain_says_how_many_rows_of_a_grid_must_have_the_answer(book: Codebook) -> None:
    assert book.explain("culture_count.some").counted == (
        "Statements about the workplace, 3/4 of 7: Partly agree/Fully agree"
    )
    assert book.explain("culture_count.some", lang="da").counted == (
        "Udsagn om arbejdspladsen, 3/4 af 7: Delvist enig/Helt enig"
    )


def test_explain_names_another_indicator_by_its_label(book: Codebook) -> None:
    said = book.explain("positive_role.politics_or_legislation", lang="da")
    assert said.counted.startswith("Nærmeste politiske ledelse eller Hvad satte innovationen i gang: Ny lovgivning")
    assert said.inferred.startswith("Siden siger ikke, hvad der er lagt sammen")


def test_an_explanation_shows_as_lines_and_as_a_table(book: Codebook) -> None:
    said = book.explain("novelty.reused")
    assert repr(said).splitlines()[:2] == ["Reused: inspired or copy", "indicator novelty.reused"]
    assert "<strong>Reused: inspired or copy</strong>" in said._repr_html_()
    assert "others&#x27;" in said._repr_html_()


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("word", ["genbrug", "Reused", "novelty.reused"])
def test_search_finds_a_word_of_either_language_or_a_name(book: Codebook, word: str, lang: str) -> None:
    hits = book.search(word, lang="da" if lang == "da" else "en").hits
    found = [(hit.kind, hit.label) for hit in hits if hit.name == "novelty.reused"]
    expected = {"da": "Nyhedsgrad: genbrugt: inspireret eller kopi", "en": "Novelty: reused: inspired or copy"}
    assert found == [("indicator", expected[lang])]


def test_search_looks_through_every_kind_of_record(book: Codebook) -> None:
    assert {hit.kind for hit in book.search("nyhedsgrad").hits} == {"question", "indicator", "domain", "base", "figure"}


def test_search_takes_a_word_as_it_is_written(book: Codebook) -> None:
    assert book.search("inspiration.*").hits == ()


def test_records_are_listed_in_either_language(book: Codebook) -> None:
    english, danish = book.to_frame("indicators"), book.to_frame("indicators", lang="da")
    assert english["name"].tolist() == danish["name"].tolist() == list(book.indicators)
    assert english["label"].tolist() == [indicator.label.en for indicator in book.indicators.values()]
    assert danish["label"].tolist() == [indicator.label.da for indicator in book.indicators.values()]


def test_each_kind_of_record_has_its_own_list(book: Codebook) -> None:
    questions = book.to_frame("questions").set_index("name")
    assert (questions.loc["novelty", "theme"], questions.loc["novelty", "asked_of"]) == ("reuse", "innovative")
    assert book.to_frame("domains")["name"].tolist() == list(book.domains)
    assert book.to_frame("bases", "da").set_index("name").loc["all", "label"] == "alle arbejdspladser"
    assert book.to_frame("figures")["name"].tolist() == list(book.figures)


def test_claims_are_listed_with_their_published_number(book: Codebook) -> None:
    listed = book.to_frame("claims").set_index("id")
    assert len(listed) == len(book.claims)
    assert listed.loc["w3-base-reused", "published"] == 1349


def test_a_family_is_titled_by_itself_or_by_its_question(book: Codebook) -> None:
    assert book.family_label("positive_role").en == "Who plays a positive role in innovations"
    assert book.family_label("positive_role.citizens").en == "Citizens"
    assert book.family_label("factor.citizens").da == "Fremmere og hæmmere"


def test_a_question_in_the_place_of_a_domain_leads_to_the_domain_of_its_answers(book: Codebook) -> None:
    with pytest.raises(UnknownNameError, match="It is a question; its answers make the domain evaluation_level"):
        book.domain("evaluated")
    with pytest.raises(UnknownNameError, match="Did you mean"):
        book.domain("innovation_work")
