"""What the shipped codebook holds of the fourth edition, and what may be compared with the third."""

from collections import Counter

import pytest

import barometer as bm
from barometer.codebook import Codebook

PUBLISHED = {
    "partner.private_firms": [16],
    "evaluated.yes": [39],
    "evaluated.external_help": [7],
    "evaluated.internal": [32],
    "evaluated.in_progress": [18],
    "evaluated.planned": [30],
    "evaluated.dont_know": [2],
    "financing.external": [12],
    "initiator.private_firms": [2],
    "initiator.employees": [40],
    "initiator.managers": [39],
    "initiator.political_leadership": [12],
    "initiator.other": [11],
    "initiator.dont_know": [1],
    "initiator.technology": [14],
    "initiator.economic_pressure": [14],
    "procurement.yes": [11],
    "innovative": [83],
    "novelty.first": [16],
    "novelty.adapted": [56],
    "novelty.copy": [19],
    "novelty.dont_know": [10],
    "novelty.reused": [74],
    "positive_role.abroad": [5],
    "positive_role.private_firms": [26],
    "factor.private_firms.promoted": [17],
    "factor.employees.promoted": [90],
    "factor.employees.hampered": [7],
    "factor.internal_cooperation.promoted": [82],
    "factor.internal_cooperation.hampered": [8],
    "factor.limited_resources.promoted": [22],
    "positive_role.employees": [93],
    "technology.itself": [11, 11],
    "technology.important_part": [26, 26],
    "technology.technological": [37],
    "technology.lesser_part": [33],
    "technology.none": [27, 27],
    "technology.dont_know": [3],
    "value.quality": [67],
    "value.employee_satisfaction": [53],
}
"""Whole per cents of the edition's pages; the last two among innovations with a positive role of limited finances."""
PERIOD = "The 4th edition is about spring 2021 to spring 2023, not two calendar years"


@pytest.fixture(scope="module")
def book() -> Codebook:
    return bm.codebook().in_wave(4)


def test_every_published_per_cent_is_a_claim(book: Codebook) -> None:
    found: dict[str, list[float | None]] = {}
    for claim in book.claims:
        if claim.statistic == "share" and claim.check == "exact":
            found.setdefault(claim.indicator, []).append(claim.published)
            assert claim.base == ("all" if claim.indicator == "innovative" else "innovative"), claim.id
            in_group = claim.indicator.startswith("value.")
            assert (claim.domain == "positive_role.limited_resources", claim.group == "yes") == (in_group, in_group)
    assert found == PUBLISHED


def test_every_published_row_has_one_claim_and_all_are_fitted(book: Codebook) -> None:
    words = [claim.id for claim in book.claims if claim.id.endswith("-words")]
    bases = [claim.id for claim in book.claims if claim.id.startswith("w4-base-")]
    assert (len(book.claims), len(words), len(bases)) == (53, 3, 3)
    assert all(claim.fitted for claim in book.claims)
    assert Counter(claim.check for claim in book.claims) == {"exact": 50, "range": 3}


def test_base_sizes_and_rates_are_claims(book: Codebook) -> None:
    counts = {claim.base: claim.published for claim in book.claims if claim.statistic == "count"}
    assert counts == {"all": 1611, "innovative": 1352, "public_private": 247, "procurement": 174, "tender": 36}
    rates = {claim.statistic: claim.published for claim in book.claims if claim.statistic.endswith("response_rate")}
    assert rates == {"response_rate": 36, "nonresponse_rate": 64}


def test_printed_base_sizes_are_those_of_the_base(book: Codebook) -> None:
    sizes = {claim.base: claim.published for claim in book.claims if claim.statistic == "count"}
    printed = [claim for claim in book.claims if claim.published_n is not None]
    assert len(printed) == 49
    assert all(claim.published_n == sizes[claim.base] for claim in printed)


def test_the_contradictions_of_the_source_are_told(book: Codebook) -> None:
    told = {claim.id for claim in book.claims if claim.contradiction.en}
    assert told == {
        "w4-innovative_share-01",
        "w4-novelty-02",
        "w4-novelty-03",
        "w4-novelty-05",
        "w4-positive_role_of_foreign_actors-01",
        "w4-technology-07",
        "w4-technology-08",
        "w4-technology-09",
    }
    (innovative,) = (claim for claim in book.claims if claim.indicator == "innovative")
    assert "N = 1,352" in innovative.contradiction.en
    assert "N = 1.352" in innovative.contradiction.da
    assert innovative.published_n == 1611


def test_the_design_of_the_fourth_edition_is_recorded(book: Codebook) -> None:
    wave = book.wave(4)
    assert (wave.answers, wave.sample, wave.population, wave.response_rate) == (1611, 4494, 14297, 0.36)
    assert (wave.period, wave.fieldwork, wave.stratum) == ("2021-2023", "2023", ("sector", "size"))
    for unseen in ("Types of the latest innovation", "sharing", "statements about the workplace"):
        assert unseen in wave.inferred.en


def test_only_the_fourth_edition_has_its_own_answers_and_questions() -> None:
    book = bm.codebook()
    new = {"initiator.covid19", "procurement", "tender"}
    assert new <= set(book.columns(4))
    assert not new & set(book.columns(3))
    evaluated = {number: [a.code for a in book.columns(number)["evaluated"].answers] for number in (3, 4)}
    assert evaluated[3] == ["internal", "external_help", "planned", "no", "dont_know"]
    assert evaluated[4] == ["internal", "external_help", "in_progress", "planned", "no", "dont_know"]
    groups = {n: book.in_wave(n).domain("evaluation_level").groups[0].answers for n in (3, 4)}
    assert groups == {3: ("planned", "no", "dont_know"), 4: ("in_progress", "planned", "no", "dont_know")}


def test_purchases_lie_inside_public_private_innovations_and_tenders_inside_purchases(book: Codebook) -> None:
    assert book.question("procurement").asked_of == "innovative"
    assert book.question("tender").asked_of == "procurement"
    assert [book.base(name).of for name in ("tender", "procurement", "public_private")] == [
        "procurement",
        "public_private",
        "innovative",
    ]
    assert book.question("procurement").inferred.en
    assert book.question("tender").inferred.en


def test_limited_finances_have_a_role_as_cause_or_as_promoter(book: Codebook) -> None:
    role = book.indicator("positive_role.limited_resources")
    assert [part.rpartition(".")[2] for part in role.parts] == ["promoted", "started"]
    assert "Limited financial resources: Promoted" in book.explain(role.name).counted
    assert "Economic pressure" in book.explain(role.name).counted
    assert role.inferred.en


@pytest.mark.parametrize(
    ("indicator", "verdict", "reason"),
    [
        ("innovative", "comparable", PERIOD),
        ("positive_role.private_firms", "comparable", "The causes that are part of it had COVID-19 as a rival"),
        ("initiator.employees", "break", "COVID-19 is a possible cause from the 4th edition on"),
        ("initiator.covid19", "not_comparable", "Wave 3 does not have it."),
        ("evaluated.planned", "break", "'Evaluation is in progress' is an answer of its own"),
        ("evaluated.not_evaluated", "break", "The answers that count are not the same in the two waves."),
        ("evaluated.yes", "comparable", "does not count as evaluated"),
        ("evaluated.in_progress", "not_comparable", "Wave 3 does not have it."),
        ("technology.important_part", "comparable", "unchanged since 2019"),
        ("procurement.yes", "not_comparable", "asked about for the first time in the 4th edition"),
        ("procurement_all.in_tender", "not_comparable", "asked about for the first time in the 4th edition"),
        ("core_task.linked", "not_comparable", "Wave 4 does not have it."),
        ("shared.yes", "not_comparable", "that it was that of the 3rd is assumed"),
        ("culture.risk.agree", "not_comparable", "that it was that of the 3rd is assumed"),
        ("financing.external", "break", "Which sources the 4th edition counts as external"),
    ],
)
def test_what_may_be_compared_with_the_third_edition(indicator: str, verdict: str, reason: str) -> None:
    found = bm.codebook().comparability(indicator, 3, 4)
    assert found.verdict == verdict
    texts = [reason.en for reason in found.reasons]
    assert any(reason in text for text in texts), texts
    assert any(PERIOD in text for text in texts)
    assert all(reason.da for reason in found.reasons)


def test_changes_name_their_page_and_what_is_worked_out() -> None:
    changes = [change for change in bm.codebook().changes if change.wave == 4]
    assert len(changes) == 9
    assert all(change.source.startswith("https://") for change in changes)
    stated = {change.subjects for change in changes if not change.inferred.en}
    assert stated == {(), ("technology",), ("procurement", "procurement_all", "tender")}


def test_figures_of_the_fourth_edition(book: Codebook) -> None:
    only = {name for name, figure in book.figures.items() if figure.waves == (4,)}
    assert only == {
        "evaluation_status",
        "initiators",
        "limited_resources",
        "limited_resources_values",
        "procurement",
        "technology_degree",
    }
    both = {name for name, figure in book.figures.items() if {3, 4} <= set(figure.waves)}
    assert both == {
        "financing",
        "factors",
        "innovative_types",
        "reuse",
        "novelty",
        "private_firms",
        "employees",
        "abroad",
        "technology",
        "evaluation",
    }
    assert all("/viden-om/" not in book.figure(name).source(4) for name in book.figures)
