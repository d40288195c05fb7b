"""What the shipped codebook holds of the first and second editions."""

from collections import Counter

import pytest

import barometer as bm
from barometer.codebook import Codebook

ALL, MUNICIPALITY = "", "municipality"
PUBLISHED = {
    1: {
        ("innovative", ALL): 86,
        ("partner.any", ALL): 79,
        ("partner.private_firms", ALL): 22,
        ("evaluated.yes", ALL): 44,
        ("novelty.reused", ALL): 73,
        ("novelty.dont_know", ALL): 8,
        ("positive_role.private_firms", ALL): 30,
        ("positive_role.citizens", ALL): 63,
        ("positive_role.employees", ALL): 86,
        ("positive_role.knowledge_institutions", ALL): 21,
        ("positive_role.voluntary_associations", ALL): 14,
        ("positive_role.politics_or_legislation", ALL): 69,
        ("role_of_limited_economy", ALL): 65,
        ("value.quality", ALL): 70,
        ("value.efficiency", ALL): 46,
    },
    2: {
        ("innovative", MUNICIPALITY): 80,
        ("innovative", "region"): 80,
        ("innovative", "state"): 84,
        ("evaluated.yes", ALL): 45,
        ("evaluated.internal", ALL): 35,
        ("evaluated.external_help", ALL): 10,
        ("positive_role.abroad", ALL): 7,
        ("positive_role.foundations", ALL): 9,
        ("positive_role.foundations.started", ALL): 2,
        ("positive_role.foundations.promoted", ALL): 8,
        ("positive_role.foundations.collaborated", ALL): 3,
        ("partner.own_organisation", MUNICIPALITY): 56,
        ("partner.outside_own_organisation", MUNICIPALITY): 20,
        ("partner.private_firms", MUNICIPALITY): 21,
        ("positive_role.private_firms", MUNICIPALITY): 27,
        ("positive_role.citizens", MUNICIPALITY): 66,
        ("positive_role.voluntary_associations", MUNICIPALITY): 16,
        ("factor.citizens.promoted", MUNICIPALITY): 60,
    },
}
IN_WORDS = {
    1: {
        "positive_role.politics_or_legislation.started": (35, 45),
        "purpose_fixed.fixed_changed": (22.5, 29.2),
        "spread.yes": (50, 100),
    },
    2: {
        "innovative": (80, 82),
        "introduced.communication.yes": (45, 50),
        "role_of_limited_economy": (63.3, 70.8),
        "initiator.economic_pressure": (15.5, 18.3),
        "positive_role.politics_or_legislation": (63.3, 70.8),
    },
}
BASE_SIZES = {1: {"all": 1255, "innovative": 1093}, 2: {"all": 2363, "innovative": 1942}}


@pytest.fixture(scope="module")
def book() -> Codebook:
    return bm.codebook()


@pytest.mark.parametrize(("wave", "rows"), [(1, 27), (2, 24)])
def test_every_published_row_about_workplaces_has_one_claim(book: Codebook, wave: int, rows: int) -> None:
    ids = [claim.id for claim in book.wave_claims(wave)]
    added = [name for name in ids if "-base-" in name or name.endswith("-words")]
    assert len(ids) - len(added) == rows
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("wave", [1, 2])
def test_published_numbers_are_those_of_the_pages(book: Codebook, wave: int) -> None:
    shares = [c for c in book.wave_claims(wave) if c.check == "exact" and c.statistic == "share"]
    assert {(c.indicator, c.group): c.published for c in shares} == PUBLISHED[wave]
    assert all((c.domain == "level") == bool(c.group) for c in shares)
    assert all(c.fitted for c in shares)


@pytest.mark.parametrize("wave", [1, 2])
def test_numbers_in_words_are_ranges(book: Codebook, wave: int) -> None:
    worded = {c.indicator: (c.low, c.high) for c in book.wave_claims(wave) if c.check == "range"}
    assert worded == IN_WORDS[wave]


@pytest.mark.parametrize("wave", [1, 2])
def test_base_sizes_are_counts_and_the_n_of_every_figure(book: Codebook, wave: int) -> None:
    claims = book.wave_claims(wave)
    assert {c.base: c.published for c in claims if c.statistic == "count"} == BASE_SIZES[wave]
    printed = {(c.base, c.published_n) for c in claims if c.published_n and c.id != "w2-innovation_type-01"}
    assert printed == set(BASE_SIZES[wave].items())


@pytest.mark.parametrize(("wave", "rate"), [(1, 35), (2, 50)])
def test_the_response_rate_is_a_claim_and_part_of_the_design(book: Codebook, wave: int, rate: int) -> None:
    (claim,) = (c for c in book.wave_claims(wave) if c.statistic == "response_rate")
    record = book.wave(wave)
    assert claim.published == rate
    assert record.response_rate == rate / 100
    assert record.sample is not None
    assert round(100 * record.answers / record.sample) == rate


def test_the_population_is_left_open_where_no_page_has_it(book: Codebook) -> None:
    for wave in (1, 2):
        record = book.wave(wave)
        assert record.population is None
        assert "workplaces" in record.inferred.en
        assert record.unit == "workplace"
        assert record.stratum == ("sector", "size")


@pytest.mark.parametrize("indicator", ["positive_role.employees", "positive_role.voluntary_associations"])
def test_no_difference_between_three_levels_is_no_difference_between_any_two(book: Codebook, indicator: str) -> None:
    found = [c for c in book.wave_claims(1) if c.check == "direction" and c.indicator == indicator]
    assert {frozenset((c.group, c.versus)) for c in found} == {
        frozenset(pair) for pair in (("municipality", "region"), ("region", "state"), ("state", "municipality"))
    }
    assert {(c.direction, c.domain, c.fitted) for c in found} == {("none", "level", True)}
    assert all(c.inferred.en for c in found)


def test_a_number_without_an_edition_is_evidence_of_nothing(book: Codebook) -> None:
    unsure = {c.id: c for c in book.claims if c.id.startswith("w1or2-")}
    assert {c.wave: c.indicator for c in unsure.values()} == {1: "novelty.reused", 2: "positive_role.employees"}
    for claim in unsure.values():
        assert (claim.check, claim.fitted, claim.confidence, claim.published) == ("impossible", False, "low", None)
        assert "names no edition" in claim.reason.en
        assert claim.inferred.en


def test_the_corrected_number_is_kept_with_the_one_that_was_first_printed(book: Codebook) -> None:
    claims = {c.id: c for c in book.wave_claims(2)}
    evaluated = claims["w2-evaluation-01"]
    assert (evaluated.published, evaluated.alternatives) == (45, (51,))
    assert "31 January 2019" in evaluated.contradiction.en
    assert evaluated.fitted_to.en
    assert list(claims["w2-base-all"].alternatives) == [2362]
    assert claims["w2-innovation_type-01"].published_n == 2362
    assert "2,363" in claims["w2-innovation_type-01"].contradiction.en


def test_the_total_of_wave_1_is_known_from_secondary_sources_only(book: Codebook) -> None:
    total = [c for c in book.wave_claims(1) if c.indicator == "innovative"]
    assert [c.confidence for c in total] == ["medium", "medium"]
    assert all("secondary" in c.inferred.en and c.contradiction.en for c in total)


def test_numbers_of_danish_municipalities_are_marked_as_of_an_inferred_edition(book: Codebook) -> None:
    found = [c for c in book.wave_claims(2) if "norske-tal" in c.source]
    assert len(found) == 7
    for claim in found:
        assert (claim.base, claim.domain, claim.group, claim.published_n) == ("innovative", "level", MUNICIPALITY, None)
        assert claim.inferred.en.startswith("The edition is inferred")
        assert claim.confidence == "medium"


def test_contradictions_and_corrections_stand_in_both_languages(book: Codebook) -> None:
    told = Counter(c.wave for c in book.claims if c.wave < 3 and c.contradiction.da and c.contradiction.en)
    assert told == {1: 3, 2: 4}
    for claim in book.claims:
        assert bool(claim.contradiction.da) == bool(claim.contradiction.en), claim.id


@pytest.mark.parametrize(
    ("option", "first"),
    [
        ("initiator.foundations", 2),
        ("initiator.abroad", 2),
        ("initiator.organisational_change", 3),
        ("partner.foundations", 2),
        ("partner.abroad", 2),
        ("factor.foundations", 2),
        ("factor.voluntary_associations", 2),
        ("value.political_goals", 3),
        ("financing.foundations", 3),
        ("financing.abroad", 3),
    ],
)
def test_an_option_that_came_later_is_no_column_before(book: Codebook, option: str, first: int) -> None:
    assert [wave for wave in (1, 2, 3) if option in book.columns(wave)] == list(range(first, 4))


def test_what_each_of_the_two_waves_asked(book: Codebook) -> None:
    asked = {wave: set(book.wave(wave).questions) for wave in (1, 2, 3)}
    assert asked[1] - asked[2] == {"purpose_fixed"}
    assert asked[2] - asked[1] == {"latest_type", "financing"}
    assert asked[1] & asked[2] - asked[3] == {"spread"}
    assert [a.code for a in book.question("purpose_fixed").answers] == [
        "fixed_kept",
        "fixed_changed",
        "not_fixed",
        "dont_know",
    ]
    assert sum(name.startswith("culture.") for name in book.columns(1)) == 7


@pytest.mark.parametrize(
    ("wave", "indicator", "parts"),
    [
        (1, "positive_role.voluntary_associations", {"started", "collaborated"}),
        (2, "positive_role.voluntary_associations", {"started", "promoted", "collaborated"}),
        (2, "positive_role.foundations", {"started", "promoted", "collaborated"}),
        (3, "positive_role.foundations", {"started", "promoted", "collaborated", "financed"}),
        (2, "positive_role.abroad", {"started", "collaborated"}),
        (1, "positive_role.employees", {"started", "promoted"}),
        (1, "positive_role.citizens", {"started", "promoted", "collaborated"}),
        (1, "positive_role.politics_or_legislation", {"started", "leadership_promoted", "legislation_promoted"}),
        (1, "role_of_limited_economy", {"started", "hampered", "promoted"}),
    ],
)
def test_a_role_has_the_parts_of_its_wave(book: Codebook, wave: int, indicator: str, parts: set[str]) -> None:
    found = book.in_wave(wave).indicator(indicator)
    assert {name.rpartition(".")[2] for name in found.parts} == parts


def test_wave_1_has_no_role_of_what_was_no_option(book: Codebook) -> None:
    assert not {"positive_role.foundations", "positive_role.abroad"} & set(book.in_wave(1).indicators)


@pytest.mark.parametrize(
    ("indicator", "first", "second", "verdict", "because"),
    [
        ("positive_role.foundations", 2, 3, "break", "Co-financing counts only from the 3rd edition on."),
        ("positive_role.foundations", 1, 3, "not_comparable", "Wave 1 does not have it."),
        ("positive_role.abroad", 2, 3, "break", "co-financing was added with the 3rd edition"),
        ("positive_role.voluntary_associations", 1, 3, "break", "not those that promoted it"),
        ("positive_role.voluntary_associations", 2, 3, "comparable", ""),
        ("positive_role.private_firms", 1, 3, "break", "not 2013-2014"),
        ("positive_role.private_firms", 2, 3, "comparable", ""),
        ("positive_role.politics_or_legislation", 2, 3, "break", "politicians or legislation"),
        ("positive_role.political_leadership", 1, 3, "not_comparable", "politicians only"),
        ("partner.any", 2, 3, "comparable", ""),
        ("partner.any", 1, 2, "break", "The answers that count are not the same"),
        ("purpose_fixed.fixed_changed", 1, 2, "not_comparable", "Wave 2 does not have it."),
        ("spread.yes", 1, 2, "break", "not 2013-2014"),
        ("spread.yes", 2, 3, "not_comparable", "tried to share it"),
        ("shared.yes", 1, 3, "not_comparable", "actively done to spread"),
        ("evaluated.yes", 2, 3, "comparable", "corrected to 45%"),
        ("evaluated.yes", 1, 2, "break", "corrected to 45%"),
        ("financing.own_budget", 2, 3, "not_comparable", "shows no options"),
        ("culture.risk.agree", 1, 3, "not_comparable", "wording of the 1st edition's seven statements"),
        ("novelty.reused", 2, 3, "comparable", ""),
        ("innovative", 2, 3, "comparable", ""),
    ],
)
def test_what_may_be_compared_follows_from_the_records(
    book: Codebook, indicator: str, first: int, second: int, verdict: str, because: str
) -> None:
    found = book.comparability(indicator, first, second)
    assert found.verdict == verdict
    assert because in " ".join(reason.en for reason in found.reasons)


def test_every_change_up_to_wave_3_has_its_source_and_both_languages(book: Codebook) -> None:
    changes = [change for change in book.changes if change.wave <= 3]
    assert {change.wave for change in changes} == {2, 3}
    for change in changes:
        assert change.source.startswith(("https://", "http://"))
        assert change.reason.da
        assert change.reason.en


@pytest.mark.parametrize(
    ("wave", "figures"),
    [
        (
            1,
            {
                "reuse", "novelty", "collaboration", "private_firms", "knowledge_institutions",
                "voluntary_associations", "citizens", "employees", "politicians", "limited_economy", "value",
                "evaluation", "innovative_types", "spread", "purpose_fixed", "employees_by_level", "voluntary_by_level",
            },
        ),
        (
            2,
            {
                "innovative_by_level", "foundations", "abroad", "evaluation", "innovative_types", "politicians",
                "limited_economy", "collaboration_by_level", "private_firms_by_level", "citizens_by_level",
                "citizens_promoted_by_level", "voluntary_by_level",
            },
        ),
    ],
)  # fmt: skip
def test_a_wave_has_the_figures_that_it_published_with_numbers_or_words_for_them(
    book: Codebook, wave: int, figures: set[str]
) -> None:
    assert set(book.in_wave(wave).figures) == figures
    fitted = {c.indicator for c in book.wave_claims(wave) if c.check in ("exact", "range")}
    for name in figures:
        assert fitted & set(book.in_wave(wave).figure(name).indicators), name


def test_a_figure_leaves_out_the_options_that_its_wave_did_not_have(book: Codebook) -> None:
    early, late = (book.in_wave(wave).figure("value").indicators for wave in (1, 3))
    assert set(late) - set(early) == {"value.political_goals"}
    early, late = (book.in_wave(wave).figure("collaboration").indicators for wave in (1, 3))
    assert set(late) - set(early) == {"partner.foundations", "partner.abroad"}


def test_a_note_on_one_wave_is_said_of_that_wave_only(book: Codebook) -> None:
    notes = {wave: book.in_wave(wave).figure("evaluation").note for wave in (1, 2, 3)}
    assert "corrected to 45%" in notes[2].en
    assert "rettet til 45 %" in notes[2].da
    assert notes[1] == notes[3]
    assert "45" not in notes[1].en
    assert "87" not in book.in_wave(1).figure("employees").note.en
    assert "both 87 and 89" in book.in_wave(3).figure("employees").note.en
