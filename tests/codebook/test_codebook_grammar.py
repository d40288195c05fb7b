"""The rule strings of the metadata, form by form."""

import pytest

import barometer as bm
from barometer.codebook.grammar import RuleSyntaxError, parse_term
from barometer.codebook.rules import Answered, Term, Ticks, Uses

PARTNERS = (
    "own_organisation",
    "same_sector",
    "across_sectors",
    "citizens",
    "private_firms",
    "foundations",
    "knowledge_institutions",
    "voluntary_associations",
    "abroad",
)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("novelty:first", Answered(("novelty",), ("first",))),
        ("novelty:first,copy", Answered(("novelty",), ("first", "copy"))),
        ("novelty:reused", Answered(("novelty",), ("adapted", "copy"))),
        ("novelty:copy,reused", Answered(("novelty",), ("copy", "adapted"))),
        ("introduced.product:yes", Answered(("introduced.product",), ("yes",))),
        ("factor.citizens:promoted", Answered(("factor.citizens",), ("promoted_some", "promoted_high"))),
        ("partner:citizens", Answered(("partner.citizens",), ("yes",))),
        ("partner:citizens,abroad", Answered(("partner.citizens", "partner.abroad"), ("yes",))),
        ("partner:any", Answered(tuple(f"partner.{name}" for name in PARTNERS), ("yes",))),
        ("phase:idea", Answered(tuple(f"phase.{name}.idea" for name in PARTNERS), ("yes",))),
        ("@innovative", Uses("innovative")),
        ("@positive_role.citizens", Uses("positive_role.citizens")),
        ("!partner.any", Uses("partner.any", negated=True)),
    ],
)
def test_each_form_of_rule_becomes_its_term(text: str, term: Term) -> None:
    assert parse_term(text, bm.codebook().questions) == term


@pytest.mark.parametrize(("text", "counts"), [("latest_type#1", (1,)), ("latest_type#2,3,4", (2, 3, 4))])
def test_a_number_sign_counts_the_ticks_of_a_question(text: str, counts: tuple[int, ...]) -> None:
    types = ("product", "service", "process_org", "communication")
    expected = Ticks(tuple(f"latest_type.{name}" for name in types), counts)
    assert parse_term(text, bm.codebook().questions) == expected


@pytest.mark.parametrize(
    ("text", "counts", "answers"),
    [
        ("culture:agree#0,1,2", (0, 1, 2), ("agree_partly", "agree_fully")),
        ("culture:agree_fully,agree#7", (7,), ("agree_fully", "agree_partly")),
    ],
)
def test_a_number_sign_after_answers_counts_the_rows_of_a_grid(
    text: str, counts: tuple[int, ...], answers: tuple[str, ...]
) -> None:
    statements = ("risk", "curious", "cooperation", "recognition", "openness", "errors", "time")
    expected = Ticks(tuple(f"culture.{name}" for name in statements), counts, answers)
    assert parse_term(text, bm.codebook().questions) == expected


def test_an_exclusive_option_is_not_a_tick_to_count() -> None:
    term = parse_term("initiator#0", bm.codebook().questions)
    assert isinstance(term, Ticks)
    assert len(term.columns) == 16
    assert "initiator.dont_know" not in term.columns


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("noveltyy:first", "there is no question 'noveltyy'"),
        ("noveltyy#1", "there is no question 'noveltyy'"),
        ("novelty:frst", "question 'novelty' has no answer or group 'frst'"),
        ("novelty:first,frst", "question 'novelty' has no answer or group 'frst'"),
        ("partner:citizen", "question 'partner' has no answer or group 'citizen'"),
        ("novelty.citizens:first", "'novelty' has no items, so there is no 'citizens'"),
        ("factor.citizen:promoted", "grid 'factor' has no item 'citizen'"),
        ("factor:promoted", "'factor' is a grid; name an item: factor.employees:..."),
        ("novelty#1", "'#' counts ticks, and 'novelty' is not a multi question"),
        ("phase#1", "'#' counts ticks, and 'phase' is not a multi question"),
        ("culture#1", "'#' counts ticks, and 'culture' is not a multi question"),
        ("novelty:first#1", "'#' counts answers to the rows of a grid, and 'novelty' is none"),
        ("partner:citizens#1", "'#' counts answers to the rows of a grid, and 'partner' is none"),
        ("culture:agre#1", "question 'culture' has no answer or group 'agre'"),
    ],
)
def test_a_name_that_the_questionnaire_does_not_have_is_refused(text: str, message: str) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse_term(text, bm.codebook().questions)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "novelty",
        "novelty:",
        ":first",
        "novelty: first",
        "novelty:first,",
        "novelty:first;copy",
        "novelty.a.b:first",
        "latest_type#",
        "latest_type#two",
        "latest_type#1,",
        "latest_type#-1",
        "culture:#1",
        "culture.risk:agree#1",
        "@",
        "!",
        "@@innovative",
        "not innovative",
        "@innovative ",
    ],
)
def test_what_is_no_rule_at_all_is_answered_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse_term(text, bm.codebook().questions)
    forms = "question:answer, question.item:answer, question#count, question:answer#count, @indicator, !indicator"
    assert str(caught.value) == f"{text!r} is none of {forms}"
