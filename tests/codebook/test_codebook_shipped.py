"""What the shipped codebook holds of the third edition."""

from collections import Counter, defaultdict

import pytest

import barometer as bm
from barometer.codebook import Codebook
from barometer.codebook.records import Label

BASE_SIZES = {
    "all": 2271,
    "innovative": 1877,
    "not_innovative": 394,
    "innovation_work": 111,
    "collaborated": 1334,
    "novelty_known": 1704,
    "reused": 1349,
    "evaluated": 749,
    "technological": 733,
}


@pytest.fixture(scope="module")
def book() -> Codebook:
    return bm.codebook()


def test_the_codebook_is_read_once() -> None:
    assert bm.codebook() is bm.codebook()


def test_repr_counts_the_records_and_says_how_to_look(book: Codebook) -> None:
    assert f"{len(book.indicators)} indicators, {len(book.domains)} domains, {len(book.claims)} claims" in repr(book)
    assert ".search('word')" in repr(book)


def test_every_published_row_has_one_claim(book: Codebook) -> None:
    ids = [claim.id for claim in book.wave_claims(3)]
    extra = [name for name in ids if name.startswith("w3-base-") or name.endswith(("-words", "-partner"))]
    assert len(ids) == len(set(ids)) == 176
    assert len(set(ids) - set(extra)) == 165


def test_no_published_row_is_left_out_of_its_series(book: Codebook) -> None:
    series = defaultdict(list)
    for claim in book.claims:
        name, _, number = claim.id.rpartition("-")
        if number.isdigit():
            series[name].append(int(number))
    assert len(series) > 40
    for name, numbers in series.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), name


def test_the_nine_base_sizes_are_claims_about_bases(book: Codebook) -> None:
    counts = {claim.base: claim.published for claim in book.wave_claims(3) if claim.statistic == "count"}
    assert counts == BASE_SIZES
    assert set(BASE_SIZES) <= set(book.in_wave(3).bases)


def test_printed_base_sizes_are_those_of_the_base(book: Codebook) -> None:
    printed = [claim for claim in book.wave_claims(3) if claim.published_n is not None and not claim.domain]
    assert len(printed) > 80
    assert {(claim.id, claim.published_n) for claim in printed} == {
        (claim.id, BASE_SIZES[claim.base]) for claim in printed
    }


def test_claims_divide_by_how_they_are_checked(book: Codebook) -> None:
    assert Counter(claim.check for claim in book.wave_claims(3)) == {
        "exact": 45,
        "range": 18,
        "direction": 65,
        "nothing": 45,
        "impossible": 3,
    }


def test_exact_claims_have_a_number_and_only_they(book: Codebook) -> None:
    for claim in book.claims:
        assert (claim.published is not None) == (claim.check == "exact"), claim.id
    shares = [claim.published for claim in book.claims if claim.check == "exact" and claim.statistic == "share"]
    assert len(shares) > 30
    assert all(value is not None and 0 <= value <= 100 and value == int(value) for value in shares)


def test_worded_claims_have_a_range_and_a_reason(book: Codebook) -> None:
    for claim in book.claims:
        if claim.check == "range":
            assert claim.low is not None, claim.id
            assert claim.high is not None, claim.id
            assert claim.low < claim.high, claim.id
            assert claim.reason.da, claim.id
            assert claim.reason.en, claim.id
        else:
            assert (claim.low, claim.high) == (None, None), claim.id


def test_claims_about_significance_have_a_direction_and_only_they(book: Codebook) -> None:
    directions = Counter(claim.direction for claim in book.wave_claims(3) if claim.check == "direction")
    assert directions == {"overall": 40, "none": 14, "more": 10, "less": 1}
    assert all(claim.direction is None for claim in book.claims if claim.check != "direction")
    pairs = [claim for claim in book.claims if claim.direction in ("more", "less")]
    assert all(claim.domain and claim.group and claim.versus for claim in pairs)


def test_what_cannot_be_computed_says_why_in_both_languages(book: Codebook) -> None:
    impossible = [claim for claim in book.claims if claim.check == "impossible"]
    assert all(claim.reason.da and claim.reason.en and not claim.fitted for claim in impossible)


def test_the_contradictions_of_the_source_are_told_in_both_languages(book: Codebook) -> None:
    told = defaultdict(set)
    for claim in book.wave_claims(3):
        assert bool(claim.contradiction.da) == bool(claim.contradiction.en), claim.id
        if claim.contradiction.en:
            told[claim.id.removeprefix("w3-").rpartition("-")[0]].add(claim.contradiction)
    assert set(told) == {
        "culture_risk_willingness",
        "culture_statements",
        "positive_role_of_employees",
        "process_org_in_latest",
        "technology",
        "value_achieved",
    }
    assert all(len(texts) == 1 for texts in told.values())


def test_a_number_given_twice_is_fitted_once(book: Codebook) -> None:
    headline, caption = (
        claim
        for claim in book.wave_claims(3)
        if claim.contradiction.en and claim.indicator == "positive_role.employees"
    )
    assert (headline.published, headline.alternatives, headline.fitted) == (87, (89,), True)
    assert (caption.published, caption.alternatives, caption.fitted) == (89, (87,), False)


def test_every_label_stands_in_both_languages(book: Codebook) -> None:
    labels: dict[str, Label] = {f"family {name}": label for name, label in book.family_labels.items()}
    for question in book.questions.values():
        labels |= {question.name: question.label, f"{question.name} title": question.title}
        labels |= {f"{question.name} answer {answer.code}": answer.label for answer in question.answers}
        labels |= {f"{question.name} group {group.code}": group.label for group in question.groups}
        labels |= {f"{question.name} item {item.code}": item.label for item in question.items}
    for domain in book.domains.values():
        labels |= {domain.name: domain.label} | {f"{domain.name} {g.code}": g.label for g in domain.groups}
    labels |= {f"base {base.name}": base.label for base in book.bases.values()}
    labels |= {indicator.name: indicator.label for indicator in book.indicators.values()}
    for figure in book.figures.values():
        labels |= {f"{figure.id} neutral": figure.neutral, f"{figure.id} subtitle": figure.subtitle}
        labels |= {f"{figure.id} headline {i}": headline.label for i, headline in enumerate(figure.headlines)}
    labels |= {f"wave {wave.number}": wave.label for wave in book.waves.values()}
    assert len(labels) > 600
    assert [name for name, label in labels.items() if not (label.da.strip() and label.en.strip())] == []


def test_danish_and_english_are_not_the_same_text(book: Codebook) -> None:
    same = [i.name for i in book.indicators.values() if i.label.da == i.label.en and len(i.label.en.split()) > 1]
    assert same == []


def test_every_record_names_its_source(book: Codebook) -> None:
    sources = {question.name: question.source for question in book.questions.values()}
    sources |= {indicator.name: indicator.source for indicator in book.indicators.values()}
    sources |= {f"{f.id} {wave}": at for f in book.figures.values() for wave, at in f.sources}
    sources |= {claim.id: claim.source for claim in book.claims}
    assert [name for name, source in sources.items() if not source.startswith(("https://", "http://"))] == []


def test_the_design_of_the_third_edition_is_recorded(book: Codebook) -> None:
    wave = book.wave(3)
    assert (wave.answers, wave.sample, wave.population, wave.response_rate) == (2271, 4542, 15000, 0.5)
    assert wave.stratum == ("sector", "size")
    assert len(book.domain("sector").groups) * len(book.domain("size").groups) == 45


def test_the_wave_has_one_column_for_every_answer_that_can_be_delivered(book: Codebook) -> None:
    columns = book.columns(3)
    assert [name for name in columns if name.startswith("introduced.")] == [
        "introduced.product",
        "introduced.service",
        "introduced.process_org",
        "introduced.communication",
    ]
    assert [answer.code for answer in columns["novelty"].answers] == ["first", "adapted", "copy", "dont_know"]
    assert [answer.code for answer in columns["initiator.dont_know"].answers] == ["no", "yes"]
    assert sum(name.startswith("phase.") for name in columns) == 9 * 5
    assert columns["phase.citizens.idea"].asked_if == "partner.citizens"
    assert columns["phase.citizens.idea"].is_tick
    assert not columns["novelty"].is_tick
